"""The record of acts: who did what and when, chained, by ids only; a name never stands in it.

An act is written in the transaction of the deed itself, so neither is ever there alone. Triggers
refuse every change of it, and each entry's hash rests on the one before. An act that posted
documents names the newest of them with its hash, so neither chain can lose its end unnoticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import clock, driver, turn
from models.base import Base
from translations import N_

VERSION = 1
START = "0" * 64
CHUNK = 5_000  # acts read at a time while the chain is walked
PACE = 100  # acts between two looks whether the window is at work
PIN, SIGNS = "book=", 16  # before the number of a document, and how much of its hash follows
FAILED = "failed "  # before the number of wrong tries that went before a sign-in
LONGEST = 200  # signs of a detail

_spelled = json.JSONEncoder(default=str).encode

INVENTED = "sample.fill"
ACTS: dict[str, str] = {  # the marked name of every act, by its code
    INVENTED: N_("Entered invented data"),
}


class Act(Base):
    """One act. `id` counts from 1 without a gap; `subject` is a table and `subject_id` its row.

    `roles` are those the user held at that moment; `witness_id` is the second person, where four
    eyes were needed; `detail` is a code such as a file's form, never a name.
    A detail that begins with PIN names the newest document of the act and its hash first.
    """

    __tablename__ = "act"
    __table_args__ = (Index("ix_act_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    roles: Mapped[str] = mapped_column(String(100))
    code: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(String(200))
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Subject:
    """What an act was about: a table and the number of a row in it."""

    table: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Pin:
    """The newest document when an act was written: its place in the chain, its hash's beginning."""

    number: int
    hash: str

    @property
    def text(self) -> str:
        return f"{PIN}{self.number}:{self.hash[:SIGNS]}"

    def fits(self, number: int, hash_: str) -> bool:
        return self.number == number and self.hash[:SIGNS] == hash_[:SIGNS]


def note(session: Session, detail: str) -> None:
    """Say more about the act that is being done: a code or a number, never a name."""
    session.info["detail"] = detail


def pin(session: Session, number: int, hash_: str) -> None:
    """Let the act that is being done name this document, the newest of the book."""
    session.info["pin"] = session.info["book"] = Pin(number, hash_)


def write(session: Session, code: str, about: Subject = Subject()) -> int:
    """Add an act to the chain and give its number. Called by the guard around every verb."""
    session.flush()
    info = session.info
    last, before = info.get("acts") or head(session)
    row = {
        "id": last + 1,
        "at": clock.now(),
        "user_id": info.get("user"),
        "witness_id": info.get("witness"),
        "roles": " ".join(sorted(info.get("roles", ()))),
        "code": code,
        "subject": about.table,
        "subject_id": about.id,
        "detail": _detail(info.pop("pin", None), info.pop("detail", "")),
    }
    own = entry_hash(before, tuple(row.values()))
    _INSERT.run(session.connection(), row | {"hash": own})
    info["acts"] = (last + 1, own)  # no other writer comes between: there is one at a time
    return last + 1


def head(session: Session) -> tuple[int, str]:
    """The number and hash of the newest act."""
    newest = _HEAD.run(session.connection(), {})
    return (newest[0][0], newest[0][1]) if newest else (0, START)


def hash_of(session: Session, number: int) -> str:
    """The hash of an act; nothing where there is none of that number."""
    return session.scalar(select(Act.hash).where(Act.id == number)) or ""


def pinned(detail: str) -> tuple[Pin | None, str]:
    """The document that a detail names, and the rest of the detail."""
    if not detail.startswith(PIN):
        return None, detail
    first, _space, rest = detail.removeprefix(PIN).partition(" ")
    number, _colon, hash_ = first.partition(":")
    return (Pin(int(number), hash_), rest) if number.isdecimal() else (None, rest)


def entry_hash(before: str, entry: tuple[object, ...]) -> str:
    """h[n] = SHA-256(version | n | h[n-1] | canonical entry); the entry begins with n."""
    whole = f"{VERSION}|{entry[0]}|{before}|{_spelled(entry)}"
    return hashlib.sha256(whole.encode()).hexdigest()


def first_broken(
    session: Session, progress: Callable[[int, int], object] = lambda done, of: None
) -> int | None:
    """The number of the first act that does not follow from the one before; None: all do."""
    before, expected, of = START, 1, head(session)[0]
    for number, entry, kept in _chain(session):
        if number != expected or entry_hash(before, entry) != kept:
            return expected
        if expected % PACE == 0:
            turn.give_way()
        if expected % CHUNK == 0:
            progress(expected, of)
        before, expected = kept, expected + 1
    return None


def write_for(
    session: Session,
    user: int | None,
    code: str,
    about: Subject = Subject(),
    detail: str = "",
    roles: frozenset[str] = frozenset(),
) -> int:
    """Add an act of somebody else than who works now, or of nobody known."""
    worker = {key: session.info.get(key) for key in ("user", "witness")}
    held = session.info.get("roles", frozenset())
    session.info.update(user=user, witness=None, roles=roles)
    note(session, detail)
    try:
        return write(session, code, about)
    finally:
        session.info.update(worker, roles=held)


def subject_of(*candidates: Any) -> Subject:
    """The first of the candidates that is a row with a number of its own, or is a subject."""
    for row in candidates:
        if isinstance(row, Subject):
            return row
        if isinstance(row, Base) and isinstance(getattr(row, "id", None), int):
            return Subject(row.__tablename__, row.id)  # type: ignore[attr-defined]
    return Subject()


_HEAD = driver.Prepared(select(Act.id, Act.hash).order_by(Act.id.desc()).limit(1))
_INSERT = driver.Prepared(insert(Act.__table__))  # type: ignore[arg-type]  # a table, always
_NEXT = (
    select(*(column for column in Act.__table__.columns if column.name != "hash"), Act.hash)
    .where(Act.id > bindparam("last"))
    .order_by(Act.id)
    .limit(CHUNK)
)


def _detail(named: Pin | None, rest: str) -> str:
    return " ".join(filter(None, (named.text if named else "", rest)))[:LONGEST]


def _chain(session: Session) -> Iterator[tuple[int, tuple[object, ...], str]]:
    """Every act in order, as it was hashed."""
    connection, last = session.connection(), 0
    while rows := driver.rows(connection, _NEXT, {"last": last}):
        for number, at, *entry, kept in rows:
            yield number, (number, driver.spelled(at), *entry), kept
        last = rows[-1][0]
