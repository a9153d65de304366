"""R15: rows edited below the program, ends cut off. Each is found, and the first bad entry named.

Every edit is made with the guards and the foreign keys out of the way, inside a transaction that
is taken back, so that the next one meets whole books again.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import crash
import postgresql
from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from things import DAY, Things, as_program, lay_out

from models import checks, seen
from models.base import Base
from models.checks import BookCut, ChainBroken, LotChanged, RecordBroken, RecordCut, RolesChanged
from models.database import Database
from models.desk import aid
from models.desk.aid import Count
from models.desk.cards import Person
from models.errors import DomainError
from models.goods import chain, items
from models.goods.documents import Document, Line
from models.goods.lots import Lot
from models.office import users
from models.office.users import Trust, User
from models.record import Act, pinned
from models.roles import Role

COUNT = 200
TABLES: tuple[Any, ...] = (Act, Document, Line, Lot)
UNLINKED = (
    "UPDATE on_hand SET quantity = (SELECT coalesce(sum(CASE WHEN to_id = on_hand.place_id"
    " THEN quantity ELSE -quantity END), 0) FROM line WHERE lot_id = on_hand.lot_id"
    " AND on_hand.place_id IN (to_id, from_id))"
)


@dataclass(frozen=True)
class Edit:
    """What was done, and what of that must be named: acts, places in the chain, lots, a user."""

    how: str
    acts: frozenset[int] = frozenset()
    documents: frozenset[int] = frozenset()
    lots: frozenset[int] = frozenset()
    login: str = ""


class _Undone(Exception):
    """The edit is taken back."""


def run(count: int, seed: int) -> bool:
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for name, db in _engines(Path(folder), stack):
            fill(db)
            chance = random.Random(f"{seed} {name}")
            missed += [f"{name}: {how}" for _ in range(count) if (how := missed_in(db, chance))]
            db.close()
            print(f"{name}: {count} edits", flush=True)
    print(f"{len(missed)} not found, or not named")
    for how in missed:
        print(f"  {how}")
    return not missed


def fill(db: Database) -> None:
    """Books with documents of several kinds, lots of several marks, and acts between them."""
    with as_program(db).write() as session:
        things = lay_out(session)
        users.add(session, "amra", "Amra")
        users.add(session, "edin", "Edin", [Role.DESK, Role.TRACING])
        things.receive(1000)
        things.receive(500, things.water, expiry=date(2027, 10, 1), batch="L-1")
        things.receive(300, things.water, expiry=date(2027, 5, 1))
    for number in range(30):
        with db.write() as session:
            _live(session, things, number)


def _live(session: Session, things: Things, number: int) -> None:
    store = session.get_one(type(things.warehouse), things.warehouse.id)
    blanket, water = items.find(session, "blanket"), items.find(session, "water")
    if number % 10 == 3:
        items.retire(session, blanket)
        items.retire(session, blanket, active=True)
    elif number % 10 == 7:
        met = session.scalar(
            select(aid.Encounter).where(aid.Encounter.reverses_id.is_(None))
            .order_by(aid.Encounter.id.desc())
        )  # fmt: skip
        if met:
            aid.reverse(session, met)
    else:
        goods = [things.goods(2, blanket), things.goods(1, water)]
        aid.help_group(session, [Count(Person(), 2)], store, on=DAY, goods=goods)


def missed_in(db: Database, chance: random.Random) -> str:
    """Edit the books and look; how, when nobody noticed or the wrong entry was named."""
    said = ""
    while True:
        try:
            with db.write() as session, unguarded(session):
                edit = chance.choice(EDITS)(session, chance)
                if edit is None:
                    raise _Undone
                session.expire_all()
                said = _fault(edit, look(session))
                return _taken_back(session, said)
        except (_Undone, DBAPIError):
            continue  # nothing was changed, or the database itself refused it


def _taken_back(session: Session, said: str) -> str:
    session.rollback()
    return said


def look(session: Session) -> list[DomainError]:
    """What the checks say, the guards left aside: they are out of the way."""
    found: list[DomainError] = []
    for check in checks.CHECKS:
        if check is not checks.posted_is_guarded:
            found += check(session)
    return found


def _fault(edit: Edit, found: list[DomainError]) -> str:
    """Nothing when the edit was found and its first bad entry named."""
    if not found:
        return f"not found: {edit.how}"
    named = [(type(each), each.details) for each in found]
    if edit.acts and not _first(named, edit.acts, RecordBroken, RecordCut):
        return f"wrong act named: {edit.how}: {named}"
    if edit.login and (RolesChanged, {"login": edit.login}) not in named:
        return f"wrong user named: {edit.how}: {named}"
    touched = [
        edit.documents and _first(named, edit.documents, BookCut),
        edit.documents and any(kind is ChainBroken for kind, _details in named),
        edit.lots and any(kind in (LotChanged, ChainBroken) for kind, _details in named),
    ]
    if (edit.documents or edit.lots) and not any(touched):
        return f"nothing named: {edit.how}: {named}"
    return ""


def _first(named: list[tuple[type, dict[str, Any]]], wanted: frozenset[int], *kinds: type) -> bool:
    numbers = [details["number"] for kind, details in named if kind in kinds]
    return bool(numbers) and numbers[0] in wanted


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """No trigger and no foreign key stands in the way, until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        return
    session.execute(text("PRAGMA defer_foreign_keys = ON"))
    triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in session.scalars(triggers).all():
        session.execute(text(f"DROP TRIGGER {name}"))
    yield


def change_cell(session: Session, chance: random.Random) -> Edit | None:
    """One value of one row is another; the id of a line is not one: nothing refers to it."""
    table = _table(chance.choice(TABLES))
    row = _row(session, table, chance)
    column = chance.choice([each for each in table.columns if each is not Line.__table__.c.id])
    fresh = _other(getattr(row, column.name), column, chance)
    edit = _touching(session, table, row, f"{table.name}.{column.name} of {row.id}: {fresh!r}")
    session.execute(update(table).where(table.c.id == row.id).values({column.name: fresh}))
    again = session.execute(select(table.c[column.name]).where(table.c.id == row.id)).first()
    return edit if again is None or again[0] != getattr(row, column.name) else None


def swap_cells(session: Session, chance: random.Random) -> Edit | None:
    """Two rows exchange a value."""
    table = _table(chance.choice((Act, Line)))
    one, other = _row(session, table, chance), _row(session, table, chance)
    names = ("at", "code", "subject_id") if table.name == "act" else ("quantity", "lot_id")
    name = chance.choice(names)
    mine, theirs = getattr(one, name), getattr(other, name)
    if mine == theirs:
        return None
    edits = [_touching(session, table, row, f"{table.name}.{name} swapped") for row in (one, other)]
    for row, value in ((one, theirs), (other, mine)):
        session.execute(update(table).where(table.c.id == row.id).values({name: value}))
    return Edit(
        f"{edits[0].how}: {one.id}, {other.id}",
        frozenset({min(edits[0].acts | edits[1].acts)}) if table.name == "act" else frozenset(),
        edits[0].documents | edits[1].documents,
    )


def remove_row(session: Session, chance: random.Random) -> Edit | None:
    """A row is gone; what is counted is made to fit."""
    table = _table(chance.choice(TABLES))
    row = _row(session, table, chance)
    edit = _touching(session, table, row, f"{table.name} {row.id} removed")
    session.execute(table.delete().where(table.c.id == row.id))
    session.execute(text(UNLINKED))
    return edit


def change_roles(session: Session, chance: random.Random) -> Edit:
    """A user has a role more or less than anybody gave, or access no longer."""
    user = chance.choice(session.scalars(select(User).order_by(User.id)).all())
    role = chance.choice(list(Role))
    if chance.random() < 0.2:
        session.execute(update(User).where(User.id == user.id).values(is_active=False))
    elif role in user.roles:
        session.execute(delete(Trust).where(Trust.user_id == user.id, Trust.role == role))
    else:
        session.execute(insert(Trust).values(user_id=user.id, role=role))
    return Edit(f"what {user.login} may do: {role}", login=user.login)


def cut_acts(session: Session, chance: random.Random) -> Edit:
    last = session.scalar(select(func.max(Act.id))) or 0
    lost = chance.randint(1, min(10, last))
    session.execute(text(f"DELETE FROM act WHERE id > {last - lost}"))
    return Edit(f"the last {lost} acts cut off", frozenset({last - lost + 1}))


def cut_documents(session: Session, chance: random.Random) -> Edit:
    last, lost = chain.head(session)[0], chance.randint(1, 10)
    cut = f"SELECT id FROM document WHERE chain_number > {last - lost}"
    for statement in (
        f"DELETE FROM line WHERE document_id IN ({cut})",
        f"DELETE FROM document WHERE chain_number > {last - lost}",
        UNLINKED,
    ):
        session.execute(text(statement))
    return Edit(f"the last {lost} documents cut off", documents=frozenset({last - lost + 1}))


def cut_both(session: Session, chance: random.Random) -> Edit:
    """Both chains end earlier, and agree with each other."""
    book = cut_documents(session, chance)
    (first,) = book.documents
    named = session.execute(select(Act.id, Act.detail).order_by(Act.id)).all()
    keep = [id_ for id_, detail in named if _names(detail, first)]
    lost = min(keep, default=len(named))
    session.execute(text(f"DELETE FROM act WHERE id >= {lost}"))
    return Edit(f"both cut off, from act {lost} on", frozenset({lost}), book.documents)


def _names(detail: str, first: int) -> bool:
    pin = pinned(detail)[0]
    return pin is not None and pin.number >= first


EDITS: tuple[Callable[[Session, random.Random], Edit | None], ...] = (
    change_cell,
    change_cell,
    change_cell,
    swap_cells,
    remove_row,
    change_roles,
    cut_acts,
    cut_documents,
    cut_both,
)


def _touching(session: Session, table: Table, row: Any, how: str) -> Edit:
    if table.name == "act":
        return Edit(how, acts=frozenset({row.id}))
    if table.name == "lot":
        return Edit(how, lots=frozenset({row.id}))
    document = row.id if table.name == "document" else row.document_id
    place = session.scalar(select(Document.chain_number).where(Document.id == document)) or 0
    return Edit(how, documents=frozenset({place, place + 1}))


def _other(value: Any, column: Any, chance: random.Random) -> Any:
    """Another value of the same kind."""
    enum = getattr(column.type, "enum_class", None)
    if enum:
        return chance.choice([each for each in enum if each != value])
    if isinstance(value, datetime):
        return value + timedelta(seconds=chance.choice((-3600, -1, 1, 86400)))
    if isinstance(value, date):
        return value + timedelta(days=chance.choice((-30, -1, 1)))
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 1000, 10**6))
    if isinstance(value, str):
        return chance.choice((value + "x", value[1:], value[::-1], "x"))
    kind = column.type.python_type
    return {int: 1, str: "x", date: DAY, datetime: datetime(2026, 1, 1)}[kind]


def _row(session: Session, table: Table, chance: random.Random) -> Any:
    ids = session.scalars(select(table.c.id).order_by(table.c.id)).all()
    return session.execute(select(table).where(table.c.id == chance.choice(ids))).one()


def _table(noun: type[Base]) -> Table:
    table: Any = noun.__table__
    return table


def _engines(folder: Path, stack: ExitStack) -> Iterator[tuple[str, Database]]:
    yield "sqlite", Database.create(folder / "branch", crash.KEY)
    binaries = postgresql.programs()
    if binaries is None:
        print("postgresql: not installed here, left out")
        return
    host = stack.enter_context(postgresql.server(binaries))
    postgresql.command(host, "CREATE DATABASE books")
    db = Database.connect(postgresql.url(host, "books"))
    db.seen_in = folder / seen.FILE
    yield "postgresql", db
