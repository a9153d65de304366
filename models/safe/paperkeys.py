"""The two paper keys: each opens the data like a password, and lies in a safe till it is needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from secrets import token_bytes

from models import clock
from models.safe import attempts, keys, papercode
from models.safe import ring as rings
from models.safe.ring import FILE, FORMAT, KEY_BYTES, NONCE_BYTES, SALT_BYTES, Paper

TRIES = " paper"  # the name under which tries are counted: no login begins with a blank
PAPERS = 2
PAPER_WRAP = 2  # the version that a paper key's wrap is bound to


@dataclass(frozen=True)
class PaperKey:
    """A paper key that opens the data, without its secret. Numbers are never given twice."""

    number: int
    made_on: date
    is_proved: bool


def make(folder: Path, key: bytes, *, after: int = 0) -> tuple[str, ...]:
    """Make two new paper keys and give them as they are to be printed. Raises WrongKey.

    They are numbered on from those that are known, and from `after`: the last of another key file.
    Those that were typed back once open the data until the new ones are; others end at once.
    """
    ring = rings.read(folder)
    rings.require_own(ring, key)
    first = max((after, *(paper.number for paper in ring.papers))) + 1
    drawn = [papercode.new() for _paper in range(PAPERS)]
    fresh = [_sealed(key, first + at, secret) for at, secret in enumerate(drawn)]
    kept = [paper for paper in ring.papers if paper.is_proved]
    rings.write(folder, replace(ring, papers=(*kept, *fresh)))
    return tuple(papercode.written(secret) for secret in drawn)


def cut(
    folder: Path, passwords: Mapping[str, str], *, after: int = 0, cost: keys.Cost | None = None
) -> tuple[bytes, tuple[str, ...]]:
    """A new data key with a key file in `folder`: sealed by these passwords, by login, and papers.

    Gives the key and the two paper keys as they are to be printed, numbered on from `after`.
    """
    first, *others = passwords.items()
    key = keys.create(folder, *first, cost=cost)
    for login, password in others:
        keys.add_user(folder, key, login, password, cost=cost)
    return key, make(folder, key, after=after)


def prove(folder: Path, typed: str, *, counted_in: Path | None = None) -> PaperKey:
    """A paper key was typed back from its paper: it counts. When all new ones do, the old end.

    Tries at those of a server's backups are `counted_in` the data folder. Raises like unlock.
    """
    with attempts.remembered_if(counted_in or folder, attempts.PAPER, papercode.WrongPaperKey):
        paper, _key = _opened(folder, typed, counted_in)
    ring = rings.read(folder)
    proved = replace(paper, is_proved=True)
    papers = tuple(proved if each.number == paper.number else each for each in ring.papers)
    if all(each.is_proved for each in papers[-PAPERS:]):
        papers = papers[-PAPERS:]
    rings.write(folder, replace(ring, papers=papers))
    return PaperKey(paper.number, paper.made_on, True)


def unlock(folder: Path, typed: str, *, counted_in: Path | None = None) -> bytes:
    """The data key. Raises WrongLength, WrongGroup, WrongPaperKey, TooManyTries, NoKeys.

    Tries are `counted_in` another folder for a backup, as by keys.unlock.
    """
    if counted_in:
        return _opened(folder, typed, counted_in)[1]
    with attempts.remembered_if(folder, attempts.PAPER, papercode.WrongPaperKey):
        return _opened(folder, typed)[1]


def known(folder: Path) -> list[PaperKey]:
    """The paper keys that open the data. Raises NoKeys, DamagedKeys."""
    return [
        PaperKey(each.number, each.made_on, each.is_proved) for each in rings.read(folder).papers
    ]


def are_proved(folder: Path) -> bool:
    """Whether two paper keys were printed and typed back."""
    return suffice(known(folder))


def suffice(found: Sequence[PaperKey]) -> bool:
    """Whether these are two paper keys, both typed back."""
    return len(found) >= PAPERS and all(paper.is_proved for paper in found)


def _sealed(key: bytes, number: int, secret: bytes) -> Paper:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = token_bytes(SALT_BYTES), token_bytes(NONCE_BYTES)
    sealer = AESGCM(_stretched(secret, salt))
    sealed = sealer.encrypt(nonce, key, _bound(number))
    return Paper(number, clock.today(), False, salt, nonce, sealed)


def _opened(folder: Path, typed: str, counted_in: Path | None = None) -> tuple[Paper, bytes]:
    """The paper whose key was typed, and the data key. A slip in typing is not a try."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    ring, secret = rings.read(folder), papercode.read(typed)
    place, name = rings.counted(ring, folder, TRIES, counted_in)
    attempts.begin(place, name)
    for paper in ring.papers:
        sealer = AESGCM(_stretched(secret, paper.salt))
        with suppress(InvalidTag):
            key = sealer.decrypt(paper.nonce, paper.sealed, _bound(paper.number))
            if not rings.is_own(ring, key):
                raise rings.DamagedKeys(file=FILE)
            attempts.forget(place, name)
            return paper, key
    raise papercode.WrongPaperKey


def _stretched(secret: bytes, salt: bytes) -> bytes:
    """HKDF (RFC 5869): 128 random bits need no slow derivation, nobody can try them all."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, b"ogranak paper key").derive(secret)


def _bound(number: int) -> bytes:
    return json.dumps([FORMAT, PAPER_WRAP, "paper", number]).encode()
