"""Moving the books between a file and a server: every row under its number, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Result, Table, func, insert, select, text
from sqlalchemy.orm import Session

from models import checks, record
from models.base import Base
from models.database import Database
from models.errors import DomainError
from models.goods import chain
from models.rights import verb
from models.roles import KEYS, PROGRAM
from translations import N_

Progress = Callable[[int, int], None]

CHUNK = 1_000  # rows that are carried at a time


@verb(N_("Moved the books"), *KEYS)
def leave(session: Session, to: str) -> None:
    """The last act in the old place and, since it is carried along, the newest in the new."""
    record.note(session, to)


def move(
    source: Database,
    target: Database,
    progress: Progress = lambda done, of: None,
    settle: Callable[[Session], object] = lambda new: None,
) -> None:
    """Copy the books into a database that is still empty, and compare every row.

    `settle(new)` does what belongs to the move in the new place, in the same transaction. Nobody
    can write to either meanwhile. What `progress(done, of)` raises ends it; then, as with
    any failure, the target is empty again. Raises NotSound, NotEmpty, NotTheSame, NotAllowed.
    """
    _require_sound(source)
    with target.write(PROGRAM) as new, source.write() as old:
        require_empty(new)
        leave(old, target.engine.dialect.name)
        copy(old, new, progress)
        for found in checks.run(new):
            raise NotSound(problem=found)
        settle(new)


def copy(old: Session, new: Session, progress: Progress = lambda done, of: None) -> None:
    """Copy every row under its number into books that are empty, and compare. Raises NotTheSame."""
    copy_rows(old, new, Base.metadata.sorted_tables, progress)
    _count_on(new)
    if (chain.head(old), record.head(old)) != (chain.head(new), record.head(new)):
        raise NotTheSame(table="act")


def copy_rows(
    old: Session,
    new: Session,
    tables: Sequence[Table],
    progress: Progress = lambda done, of: None,
) -> None:
    """Copy every row of these tables, each after those it refers to. Raises NotTheSame."""
    with _unguarded(new, tables):
        _carry(old, new, tables, progress)
    _require_same(old, new, tables)


def _require_sound(db: Database) -> None:
    with db.read(PROGRAM) as session:
        for found in checks.run(session):
            raise NotSound(problem=found)


def require_empty(owner: Session) -> None:
    """Raises NotEmpty: books are never mixed with others."""
    for table in Base.metadata.sorted_tables:
        if owner.execute(select(table).limit(1)).first():
            raise NotEmpty


def _carry(old: Session, new: Session, tables: Sequence[Table], progress: Progress) -> None:
    done, of = 0, sum(_count(old, table) for table in tables)
    for table in tables:
        for rows in _chunks(old, table):
            new.execute(insert(table), rows)
            done += len(rows)
            progress(done, of)


def _chunks(session: Session, table: Table) -> Iterator[list[dict[str, object]]]:
    """In the order of their numbers: a row may refer only to one before it."""
    for rows in _rows(session, table).mappings().partitions():
        yield [dict(row) for row in rows]


@contextmanager
def _unguarded(session: Session, tables: Sequence[Table]) -> Iterator[None]:
    """Posted rows come as they are. The guards are back before the transaction ends."""
    is_file = session.get_bind().dialect.name == "sqlite"
    kept = _take_off(session) if is_file else _disable(session, [table.name for table in tables])
    yield
    for statement in kept:
        session.execute(text(statement.replace(":", "\\:")))


def _take_off(session: Session) -> list[str]:
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    found = session.execute(query).all()
    for row in found:
        session.execute(text(f"DROP TRIGGER {row.name}"))
    return [row.sql for row in found]


def _disable(session: Session, tables: Sequence[str]) -> list[str]:
    """The owner's own triggers only: the server goes on to check what rows refer to."""
    for name in tables:
        session.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
    return [f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in tables]


def _count_on(session: Session) -> None:
    """On a server new rows are numbered by sequences, which no copied row has moved."""
    if session.get_bind().dialect.name == "sqlite":
        return
    for table in Base.metadata.tables.values():
        if "id" in table.c and (sequence := _sequence(session, table)):
            last = session.scalar(select(func.max(table.c.id)))
            session.execute(select(func.setval(sequence, last or 1, last is not None)))


def _sequence(session: Session, table: Table) -> str | None:
    return session.scalar(select(func.pg_get_serial_sequence(table.name, "id")))


def _require_same(old: Session, new: Session, tables: Sequence[Table]) -> None:
    for table in tables:
        if _fingerprint(old, table) != _fingerprint(new, table):
            raise NotTheSame(table=table.name)


def _fingerprint(session: Session, table: Table) -> tuple[int, str]:
    """How many rows there are, and a hash of all that stands in them."""
    whole, rows = hashlib.sha256(), 0
    for row in _rows(session, table):
        whole.update(repr(tuple(row)).encode())
        rows += 1
    return rows, whole.hexdigest()


def _rows(session: Session, table: Table) -> Result[Any]:
    """All rows by their numbers, of which no more than a few are in memory at once."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=CHUNK)
    return session.execute(query)


def _count(session: Session, table: Table) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


class NotSound(DomainError):
    message = N_("The books were not moved, because a check found this: {problem}")


class NotEmpty(DomainError):
    message = N_("There are books in that place already. Nothing was moved or changed.")


class NotTheSame(DomainError):
    message = N_("The copy differs from the original ({table}). Nothing was moved. Try again.")
