"""R7: reports on paper, mutated. Each gives back its figures, or is refused in words.

Half of them are taken apart and put together again by a sound program, with one part changed.
"""

from __future__ import annotations

import io
import json
import random
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
from hostile import HOSTILE
from things import as_program

from models.database import Database
from models.errors import DomainError
from models.periods import Period
from models.safe import founding
from models.safe.founding import PRACTICE_COST
from reports import archive, monthly
from soak import power
from soak.imports import Outcome, is_held, mutated
from translations import LANGUAGES, language

COUNT = 2_000
BOMB = 400_000_000  # bytes of nothing, packed small
FILTERS = ("LZWDecode", "ASCIIHexDecode", "DCTDecode", "Crypt", "Nothing")


def run(count: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        outcome = read_often(prepare(Path(folder)), count, seed)
    return is_held(outcome, count)


def prepare(scratch: Path) -> bytes:
    """A month's report on paper."""
    home = scratch / "branch"
    key = founding.found(home, power.PLAN, cost=PRACTICE_COST)
    power.stock_up(home, key)
    db = as_program(Database.open(home, key))
    with db.write() as session:
        power.hand_out(session)
    with db.read() as session:
        data = monthly.of(session, Period.of(power.DAY))
    db.close()
    return monthly.render(data, language("bs"))


def read_often(whole: bytes, count: int, seed: int) -> Outcome:
    outcome, figures = Outcome(), archive.data_of(whole)
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        content = (mutated_inside if number % 2 else mutated)(whole, chance)
        began = time.monotonic()
        told, fault = read(content)
        outcome.slowest = max(outcome.slowest, time.monotonic() - began)
        if told is not None and told != figures:
            fault = "other figures came back"
        outcome.taken += told is not None
        outcome.refused += told is None
        outcome.broken += [f"file {number}: {fault}"] if fault else []
    return outcome


def read(content: bytes) -> tuple[dict[str, Any] | None, str]:
    """The figures in a file, or what was wrong with how they were refused."""
    try:
        told = archive.data_of(content)
        monthly.from_json(json.dumps(told).encode())
        return told, ""
    except DomainError as refusal:
        said = [refusal.text(language(code)) for code in LANGUAGES]
        return None, "" if all(said) else f"no words for {type(refusal).__name__}"
    except Exception as problem:  # whatever it is, it is what is looked for
        return None, f"{type(problem).__name__}: {problem}"


def mutated_inside(whole: bytes, chance: random.Random) -> bytes:
    """A file whose packing is sound, and whose attachment is not what it says, or not there."""
    packed = io.BytesIO()
    with pikepdf.open(io.BytesIO(whole)) as file:
        chance.choice(WAYS)(file, chance)
        file.save(packed)
    return packed.getvalue()


def _stream(file: pikepdf.Pdf) -> Any:
    return file.attachments[archive.NAME].get_file().obj


def _other_bytes(file: pikepdf.Pdf, chance: random.Random) -> None:
    stream = _stream(file)
    stream.write(mutated(bytes(stream.read_raw_bytes()), chance), filter=pikepdf.Name.FlateDecode)


def _other_packing(file: pikepdf.Pdf, chance: random.Random) -> None:
    stream = _stream(file)
    name = pikepdf.Name(f"/{chance.choice(FILTERS)}")
    named = chance.choice((name, [name, pikepdf.Name.FlateDecode]))
    stream.write(bytes(stream.read_raw_bytes()), filter=named)


def _no_figures(file: pikepdf.Pdf, chance: random.Random) -> None:
    """Text, numbers, nests, and nothing at all."""
    content = chance.choice((b"", b"[]", b"7", b"[" * 100_000, b"\xff", *_as_bytes(HOSTILE)))
    _stream(file).write(content)


def _bomb(file: pikepdf.Pdf, _chance: random.Random) -> None:
    packer = zlib.compressobj(1)
    parts = [packer.compress(_NOTHING) for _ in range(BOMB // len(_NOTHING))]
    _stream(file).write(b"".join([*parts, packer.flush()]), filter=pikepdf.Name.FlateDecode)


def _another_name(file: pikepdf.Pdf, chance: random.Random) -> None:
    content, name = bytes(_stream(file).read_bytes()), chance.choice(("../report.json", "", "a\0b"))
    del file.attachments[archive.NAME]
    if chance.random() < 0.7:
        file.attachments[name] = pikepdf.AttachedFileSpec(file, content, filename=name)


def _as_bytes(texts: tuple[str, ...] | list[str]) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in texts]


_NOTHING = bytes(10_000_000)
_USUAL = (_other_bytes, _other_packing, _no_figures, _another_name)
WAYS: tuple[Callable[[pikepdf.Pdf, random.Random], None], ...] = (*_USUAL * 12, _bomb)
