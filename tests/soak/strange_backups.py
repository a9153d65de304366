"""R7: backup files, mutated. Each comes back whole, or is refused in words and changes nothing.

Every other one is sealed anew, as somebody would who wants it to be taken for whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hostile import HOSTILE
from things import as_program

from models import everything
from models.bookfile import FILE
from models.database import Database
from models.errors import DomainError
from models.safe import backups, container, founding, keys, restoring
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST
from soak import power
from soak.imports import Outcome, is_held, mutated
from translations import LANGUAGES, language

assert everything
COUNT = 5_000
BOMB = 400_000_000  # bytes of nothing, packed small
NAME = "ogranak-2026-11-20-120000.backup"
VALUES: tuple[Any, ...] = (
    None, True, -1, 10**400, 1e308, float("inf"), float("nan"), "", [], {}, [[]] * 9, {"a": {}},
    "2026-11-20T12:00:00+02:00", "9999-12-31T23:59:59", "0001-01-01", *HOSTILE,
)  # fmt: skip


@dataclass(frozen=True)
class Books:
    """Present books in `home`, the bytes of a good backup of them, and how far that reaches."""

    home: Path
    key: bytes
    backup: bytes
    documents: int


def run(count: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        outcome = offer_often(prepare(Path(folder)), count, seed)
    return is_held(outcome, count)


def prepare(scratch: Path) -> Books:
    home = scratch / "data"
    key = founding.found(home, power.PLAN, cost=PRACTICE_COST)
    power.stock_up(home, key)
    db = as_program(Database.open(home, key))
    made = backups.make(db, scratch / NAME, Reason.BY_HAND)
    db.close()
    return Books(home, key, made.file.read_bytes(), made.contents.documents)


def offer_often(books: Books, count: int, seed: int) -> Outcome:
    """Offer `count` mutated files to a computer on which the books lie."""
    outcome = Outcome()
    before = _state(books.home)
    for number in range(count):
        file = books.home.parent / NAME
        file.write_bytes(mutated_backup(books.backup, random.Random(f"{seed} {number}")))
        began = time.monotonic()
        documents, fault = offer(books, file)
        outcome.slowest = max(outcome.slowest, time.monotonic() - began)
        outcome.taken += documents is not None
        outcome.refused += documents is None
        if documents is None and _state(books.home) != before:
            fault = fault or "refused, but something changed"
        if documents is not None and documents != books.documents:
            fault = f"{documents} documents came back, not {books.documents}"
        outcome.broken += [f"file {number}: {fault}"] if fault else []
    return outcome


def offer(books: Books, file: Path) -> tuple[int | None, str]:
    """Look at a file and restore it as the program does: what came back, and what went wrong."""
    home = Path(shutil.copytree(books.home, books.home.with_name("present")))
    try:
        backups.overview(file.parent)
        backups.unreadable(file.parent)
        restoring.loss(None, home, backups.read(file))
        restoring.logins(file)
        return restoring.restore(file, home, books.key, power.PLAN.login).contents.documents, ""
    except DomainError as refusal:
        said = [refusal.text(language(code)) for code in LANGUAGES]
        fault = "" if all(said) else f"no words for {type(refusal).__name__}"
        return None, fault or ("" if _state(home) == _state(books.home) else "something changed")
    except Exception as problem:  # whatever it is, it is what is looked for
        return None, f"{type(problem).__name__}: {problem}"
    finally:
        shutil.rmtree(home)


def mutated_backup(whole: bytes, chance: random.Random) -> bytes:
    way = chance.choice(WAYS)
    changed = way(whole, chance)
    return _sealed(changed) if chance.random() < 0.5 else changed


def _with_another_part(whole: bytes, chance: random.Random) -> bytes:
    """One member is mutated, missing, there twice, or has another name."""
    parts = _parts(whole)
    name = chance.choice(list(parts))
    way = chance.randrange(4)
    if way == 0:
        parts[name] = mutated(parts[name], chance)
    elif way == 1:
        del parts[name]
    elif way == 2:
        parts[chance.choice(("../evil", "/tmp/evil", "C:\\evil", name.upper()))] = parts.pop(name)
    return _packed([*parts.items(), *([(name, b"again")] if way == 3 else [])])


def _with_another_word(whole: bytes, chance: random.Random) -> bytes:
    """The manifest or the keys say something else in one place."""
    parts = _parts(whole)
    name = chance.choice((container.MANIFEST, keys.FILE))
    told = json.loads(parts[name])
    inside, place = chance.choice(list(places(told)))
    if chance.random() < 0.2:
        del inside[place]
    else:
        inside[place] = chance.choice(VALUES)
    parts[name] = json.dumps(told).encode("utf-8", "surrogatepass")
    return _packed(parts.items())


def _as_nests(whole: bytes, chance: random.Random) -> bytes:
    """A manifest so deep that reading it goes round in circles."""
    parts = _parts(whole)
    parts[chance.choice((container.MANIFEST, keys.FILE))] = b"[" * 100_000
    return _packed(parts.items())


def _as_bomb(whole: bytes, chance: random.Random) -> bytes:
    """Books that take the whole disk once they are unpacked."""
    parts = _parts(whole)
    told = json.loads(parts[container.MANIFEST])
    told["members"][FILE]["size"] = BOMB
    parts[container.MANIFEST] = json.dumps(told).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            if name != FILE:
                archive.writestr(name, part)
        with archive.open(FILE, "w") as nothing:
            for _part in range(BOMB // len(_NOTHING)):
                nothing.write(_NOTHING)
        archive.comment = container.BLANK
    return packed.getvalue()


_NOTHING = bytes(10_000_000)
_USUAL: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    mutated, _with_another_part, _with_another_word,
)  # fmt: skip
WAYS = (*_USUAL * 60, _as_nests, _as_bomb)


def _parts(whole: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: Any) -> bytes:
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        warnings.simplefilter("ignore")  # a member that is there twice is what is wanted
        for name, part in parts:
            archive.writestr(name, part)
        archive.comment = container.BLANK
    return packed.getvalue()


def _sealed(content: bytes) -> bytes:
    body = content[: -len(container.BLANK)]
    return body + hashlib.sha256(body + container.BLANK).hexdigest().encode()


def places(told: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in it where a value stands."""
    items = told.items() if isinstance(told, dict) else enumerate(told)
    for place, value in items:
        yield told, place
        if isinstance(value, (dict, list)):
            yield from places(value)


def _state(home: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).digest()
        for file in sorted(home.rglob("*"))
        if file.is_file()
    }
