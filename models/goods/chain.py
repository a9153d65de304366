"""The chain of posted documents: each one's hash holds the one before, and all that is printed.

h[n] = SHA-256(version | n | h[n-1] | canonical entry).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import driver
from models.goods.documents import Document, Move
from models.rights import question
from models.roles import EVERYONE

VERSION = 1
START = "0" * 64
HEADER = (
    "token kind place_id day year number counterpart reference note reverses_id posted_at posted_by"
).split()  # what of a document goes into its hash, in order

_spelled = json.JSONEncoder(default=str).encode


@question(*EVERYONE)
def head(session: Session) -> tuple[int, str]:
    """The number and hash of the newest document of the chain."""
    newest = _HEAD.run(session.connection(), {})
    return (newest[0][0] or 0, newest[0][1] or START) if newest else (0, START)


def entry_hash(number: int, before: str, entry: str) -> str:
    """h[n] = SHA-256(version | n | h[n-1] | canonical entry)."""
    whole = f"{VERSION}|{number}|{before}|{entry}"
    return hashlib.sha256(whole.encode()).hexdigest()


def canonical(
    header: Sequence[object], confirmed_by: int | None, lines: Sequence[Sequence[object]]
) -> str:
    """A document as one text: everything printed on it, in one spelling on both engines.

    `header` is HEADER of it, in order; a second person stands there only where there was one.
    """
    confirmed = () if confirmed_by is None else (confirmed_by,)
    return _spelled(((*header, *confirmed), lines))


def hash_after(before: str, document: Document, entries: Sequence[Sequence[object]]) -> str:
    """The hash of a numbered document with its line entries, given that of the one before it."""
    header = [getattr(document, name) for name in HEADER]
    entry = canonical(header, document.confirmed_by, entries)
    return entry_hash(document.chain_number or 0, before, entry)


def line_entries(moves: Sequence[Move]) -> list[tuple[object, ...]]:
    """What of the lines goes into the hash: a lot by its marks, so that none can be swapped."""
    return [
        (at, move.lot.identity, move.source.id, move.target.id, move.quantity, move.expected)
        for at, move in enumerate(moves, 1)
    ]


_HEAD = driver.Prepared(
    select(Document.chain_number, Document.hash)
    .where(Document.chain_number.is_not(None))
    .order_by(Document.chain_number.desc())
    .limit(1)
)
