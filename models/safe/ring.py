"""The file keys.json: what stands in it, read with suspicion and written whole."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models import files
from models.errors import DomainError
from models.text import writable
from translations import N_

FILE = "keys.json"
FORMAT, VERSION = "ogranak-keys", 2
KEY_BYTES, SALT_BYTES, NONCE_BYTES = 32, 16, 12
LARGEST_FILE = 1_000_000
MOST_PAPERS = 100


@dataclass(frozen=True)
class Cost:
    """What turning a password into a key takes: KiB of memory, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int


@dataclass(frozen=True)
class Wrap:
    """The data key, sealed for one user."""

    login: str  # as it was typed; compared by canonical()
    cost: Cost
    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True)
class Paper:
    """The data key, sealed with a paper key. `is_proved`: it was typed back from the paper."""

    number: int
    made_on: date
    is_proved: bool
    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True)
class Ring:
    """The content of keys.json. `check` recognises the data key without telling it."""

    check: bytes
    wraps: tuple[Wrap, ...]
    papers: tuple[Paper, ...] = ()


def check(key: bytes) -> bytes:
    """What recognises the data key without telling it."""
    return hmac.digest(key, b"ogranak data key", hashlib.sha256)


def is_own(ring: Ring, key: bytes) -> bool:
    """Whether this is the data key that the wraps hold."""
    return hmac.compare_digest(check(key), ring.check)


def require_own(ring: Ring, key: bytes) -> None:
    """Raises WrongKey, so that nobody is ever given a wrap of a foreign key."""
    if not is_own(ring, key):
        raise WrongKey


def counted(ring: Ring, folder: Path, name: str, elsewhere: Path | None) -> tuple[Path, str]:
    """Where tries of `name` are counted, and under which name there.

    Elsewhere they go by the data key: one who makes a backup of their own forgets no tries by it.
    """
    if elsewhere is None:
        return folder, name
    return elsewhere, f" backup {ring.check.hex()[:16]} {name}"


def canonical(login: str) -> str:
    """The form in which logins are compared: composed letters, without regard to case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", writable(login)).casefold())


def read(folder: Path) -> Ring:
    """The content of the key file. Raises NoKeys, DamagedKeys, NewerKeys."""
    path = folder / FILE
    if os.path.lexists(path) and not path.is_file():
        raise DamagedKeys(file=FILE)
    try:
        with path.open("rb") as file:
            return parsed(file.read(LARGEST_FILE))
    except (FileNotFoundError, NotADirectoryError):
        raise NoKeys(file=FILE, folder=str(folder)) from None


def parsed(raw: bytes) -> Ring:
    """What the bytes of a key file say. Raises DamagedKeys, NewerKeys."""
    try:
        content = json.loads(raw)
        if content["format"] == FORMAT and content["version"] > VERSION:
            raise NewerKeys(file=FILE)
        return _ring(content)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise DamagedKeys(file=FILE) from None


def _ring(content: dict[str, Any]) -> Ring:
    """Raises ValueError, TypeError or KeyError when the file is not what this program writes."""
    wraps = tuple(_wrap_from(entry) for entry in content["wraps"])
    names = {canonical(wrap.login) for wrap in wraps}
    ring = Ring(_unpack(content["check"], 32), wraps, _papers_from(content))
    if content["format"] != FORMAT or content["version"] not in (1, VERSION):
        raise ValueError
    if not wraps or "" in names or len(names) < len(wraps):
        raise ValueError
    return ring


def _papers_from(content: dict[str, Any]) -> tuple[Paper, ...]:
    """The first version had none."""
    found = content["papers"] if content["version"] != 1 else []
    papers = tuple(_paper_from(entry) for entry in found)
    numbers = [paper.number for paper in papers]
    if numbers != sorted(set(numbers)) or len(papers) > MOST_PAPERS:
        raise ValueError
    return papers


def _paper_from(entry: dict[str, Any]) -> Paper:
    if not isinstance(entry["typed_back"], bool) or int(entry["number"]) < 1:
        raise ValueError
    return Paper(
        int(entry["number"]),
        date.fromisoformat(entry["made_on"]),
        entry["typed_back"],
        _unpack(entry["salt"], SALT_BYTES),
        _unpack(entry["nonce"], NONCE_BYTES),
        _unpack(entry["sealed"], KEY_BYTES + 16),
    )


def _wrap_from(entry: dict[str, Any]) -> Wrap:
    cost = Cost(int(entry["memory_kib"]), int(entry["passes"]), int(entry["lanes"]))
    if not (8 * cost.lanes <= cost.memory <= 2**20 and 1 <= cost.passes <= 100 and cost.lanes > 0):
        raise ValueError
    return Wrap(
        str(entry["login"]),
        cost,
        _unpack(entry["salt"], SALT_BYTES),
        _unpack(entry["nonce"], NONCE_BYTES),
        _unpack(entry["sealed"], KEY_BYTES + 16),
    )


def write(folder: Path, ring: Ring) -> None:
    """Replace the key file, whole or not at all."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "check": _pack(ring.check),
        "wraps": _wraps_written(ring),
        "papers": _papers_written(ring),
    }
    files.write_whole(folder / FILE, json.dumps(content, indent=1, ensure_ascii=False).encode())


def _wraps_written(ring: Ring) -> list[dict[str, Any]]:
    return [
        {
            "login": wrap.login,
            "memory_kib": wrap.cost.memory,
            "passes": wrap.cost.passes,
            "lanes": wrap.cost.lanes,
            "salt": _pack(wrap.salt),
            "nonce": _pack(wrap.nonce),
            "sealed": _pack(wrap.sealed),
        }
        for wrap in ring.wraps
    ]


def _papers_written(ring: Ring) -> list[dict[str, Any]]:
    return [
        {
            "number": paper.number,
            "made_on": paper.made_on.isoformat(),
            "typed_back": paper.is_proved,
            "salt": _pack(paper.salt),
            "nonce": _pack(paper.nonce),
            "sealed": _pack(paper.sealed),
        }
        for paper in ring.papers
    ]


def _pack(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unpack(text: str, length: int) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) != length:
        raise ValueError
    return raw


class NoKeys(DomainError):
    message = N_(
        "The key file {file} is missing in {folder}. Without it the data cannot be opened. "
        "Put it back from a backup."
    )


class DamagedKeys(DomainError):
    message = N_("The key file {file} is damaged. Put it back from a backup.")


class NewerKeys(DomainError):
    message = N_("The key file {file} was written by a newer version. Update the program.")


class WrongKey(DomainError):
    message = N_("The key does not belong to this branch's data. Sign in again.")
