"""The record of acts: who did what and when, chained, by ids only; a name never stands in it.

An act is written in the transaction of the deed itself, so neither is ever there alone. Triggers
refuse every change of it, and each entry's hash rests on the one before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import clock
from models.database import Base

VERSION = 1
START = "0" * 64
CHUNK = 5_000  # acts read at a time while the chain is walked

ACTS: dict[str, str] = {}  # the marked name of every act, by its code


class Act(Base):
    """One act. `id` counts from 1 without a gap; `subject` is a table and `subject_id` its row.

    `roles` are those the user held at that moment; `witness_id` is the second person, where four
    eyes were needed; `detail` is a code such as a file's form, never a name.
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


def note(session: Session, detail: str) -> None:
    """Say more about the act that is being done: a code or a number, never a name."""
    session.info["detail"] = detail


def write(session: Session, code: str, about: Subject = Subject()) -> int:
    """Add an act to the chain and give its number. Called by the guard around every verb."""
    last, before = head(session)
    info = session.info
    row = {
        "id": last + 1,
        "at": clock.now(),
        "user_id": info.get("user"),
        "witness_id": info.get("witness"),
        "roles": " ".join(sorted(info.get("roles", ()))),
        "code": code,
        "subject": about.table,
        "subject_id": about.id,
        "detail": info.pop("detail", "")[:200],
    }
    session.execute(insert(Act), [row | {"hash": entry_hash(before, tuple(row.values()))}])
    return last + 1


def head(session: Session) -> tuple[int, str]:
    """The number and hash of the newest act."""
    newest = session.execute(select(Act.id, Act.hash).order_by(Act.id.desc()).limit(1)).first()
    return (newest[0], newest[1]) if newest else (0, START)


def entry_hash(before: str, entry: tuple[object, ...]) -> str:
    """h[n] = SHA-256(version | n | h[n-1] | canonical entry); the entry begins with n."""
    whole = f"{VERSION}|{entry[0]}|{before}|{json.dumps(entry, default=str)}"
    return hashlib.sha256(whole.encode()).hexdigest()


def first_broken(session: Session) -> int | None:
    """The number of the first act that does not follow from the one before; None: all do."""
    before, expected = START, 1
    for number, entry, kept in _chain(session):
        if number != expected or entry_hash(before, entry) != kept:
            return expected
        before, expected = kept, expected + 1
    return None


def subject_of(*candidates: Any) -> Subject:
    """The first of the candidates that is a row with a number of its own."""
    for row in candidates:
        if isinstance(row, Base) and isinstance(getattr(row, "id", None), int):
            return Subject(row.__tablename__, row.id)  # type: ignore[attr-defined]
    return Subject()


def _chain(session: Session) -> Iterator[tuple[int, tuple[object, ...], str]]:
    """Every act in order, as it was hashed."""
    columns = [column for column in Act.__table__.columns if column.name != "hash"]
    last = 0
    while True:
        query = select(*columns, Act.hash).where(Act.id > last).order_by(Act.id).limit(CHUNK)
        rows = session.execute(query).all()
        if not rows:
            return
        for row in rows:
            yield row[0], tuple(row[:-1]), row[-1]
        last = rows[-1][0]
