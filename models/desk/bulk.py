"""Post very many hand-outs at once, by the same rules of number and chain as one at a time.

A day sheet of thousands of rows and the sample branch's year need it. The triggers still move
every total, and `models.checks` must find nothing afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Update, bindparam, func, insert, select, text, update
from sqlalchemy.orm import Session

from models import record
from models.desk.aid import (
    Count,
    Encounter,
    Given,
    Reached,
    ServiceGiven,
    reached_row,
    service_row,
)
from models.goods import chain, ledger
from models.goods.documents import Document, Kind, Line, Move, Status
from models.goods.places import Place
from models.rights import question


@dataclass
class Entry:
    """An encounter to be written, its goods already chosen lot by lot, all from `store`."""

    token: UUID
    day: date
    at: datetime
    place: Place
    card_id: int | None
    told: list[Count]
    is_estimated: bool = False
    moves: list[Move] = field(default_factory=list)
    services: list[Given] = field(default_factory=list)
    store: Place | None = None  # where the goods leave from, if not `place`
    remark: str = ""
    import_id: int | None = None
    helper_id: int | None = None

    @property
    def shelf_id(self) -> int:
        """The id of the place whose running number the hand-out takes."""
        return (self.store or self.place).id


@question()
def write(session: Session, entries: Sequence[Entry]) -> None:
    """Write a batch of encounters with their hand-outs. Days must be open and stock enough."""
    user = session.info.get("user")
    first_document = (session.scalar(select(func.max(Document.id))) or 0) + 1
    first_encounter = (session.scalar(select(func.max(Encounter.id))) or 0) + 1
    documents = dict(enumerate((e for e in entries if e.moves), first_document))
    _post(session, documents, user)
    papers = {entry.token: id_ for id_, entry in documents.items()}
    whole = dict(enumerate(entries, first_encounter))
    _insert(
        session,
        Encounter,
        (_encounter(id_, e, papers.get(e.token), user) for id_, e in whole.items()),
    )
    told = (
        reached_row(id_, e.day, count, carded=e.card_id is not None)
        for id_, e in whole.items()
        for count in e.told
    )
    given = (service_row(id_, e.day, each) for id_, e in whole.items() for each in e.services)
    _insert(session, Reached, told)
    _insert(session, ServiceGiven, given)
    _count_on(session)


def _post(session: Session, documents: dict[int, Entry], user: int | None) -> None:
    numbers = _Numbers(session)
    last, before = chain.head(session)
    drafts, lines, posted = [], [], []
    for chain_number, (id_, entry) in enumerate(documents.items(), last + 1):
        draft, own = _draft(id_, entry), ledger.line_rows(id_, entry.day, entry.moves)
        given = {
            "number": numbers.next(entry.shelf_id, entry.day.year),
            "posted_at": entry.at,
            "posted_by": user,
            "chain_number": chain_number,
        }
        numbered = Document(**draft, **given)
        before = chain.hash_after(before, numbered, chain.line_entries(entry.moves))
        drafts.append(draft)
        lines += own
        posted.append({"document": id_, "digest": before} | given)
    _insert(session, Document, drafts)
    _insert(session, Line, lines)
    if posted:
        session.connection().execute(_finish(), posted)
        record.pin(session, last + len(posted), before)


def _finish() -> Update:
    given = ("number", "posted_at", "posted_by", "chain_number")
    return (
        update(Document.__table__)  # type: ignore[arg-type]
        .where(Document.__table__.c.id == bindparam("document"))
        .values(
            status=Status.POSTED,
            hash=bindparam("digest"),
            **{name: bindparam(name) for name in given},
        )
    )


class _Numbers:
    """The running numbers of hand-outs, read once per place and year."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.last: dict[tuple[int, int], int] = defaultdict(int)
        query = select(Document.place_id, Document.year, func.max(Document.number))
        query = query.where(Document.kind == Kind.HAND_OUT)
        for place, year, number in session.execute(
            query.group_by(Document.place_id, Document.year)
        ):
            self.last[place, year] = number or 0

    def next(self, place_id: int, year: int) -> int:
        self.last[place_id, year] += 1
        return self.last[place_id, year]


def _draft(id_: int, entry: Entry) -> dict[str, Any]:
    return {
        "id": id_,
        "token": str(UUID(int=entry.token.int ^ 1)),
        "kind": Kind.HAND_OUT,
        "status": Status.DRAFT,
        "place_id": entry.shelf_id,
        "day": entry.day,
        "year": entry.day.year,
        "counterpart": "",
        "reference": "",
        "note": "",
        "reverses_id": None,
    }


def _encounter(id_: int, entry: Entry, document: int | None, user: int | None) -> dict[str, Any]:
    return {
        "id": id_,
        "token": str(entry.token),
        "day": entry.day,
        "place_id": entry.place.id,
        "user_id": user,
        "entered_at": entry.at,
        "card_id": entry.card_id,
        "persons": sum(count.persons for count in entry.told),
        "is_estimated": entry.is_estimated,
        "document_id": document,
        "import_id": entry.import_id,
        "remark": entry.remark,
        "helper_id": entry.helper_id,
    }


def _insert(session: Session, table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    if whole := list(rows):
        session.execute(insert(table), whole)


def _count_on(session: Session) -> None:
    """A server hands out ids from its own counter: take from it those that were used.

    To set it a user of a server has no right.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in (Document, Encounter):
        last = session.scalar(select(func.max(table.id)))
        session.execute(_TAKEN, {"table": table.__tablename__, "last": last or 0})


_TAKEN = text(
    "SELECT count(nextval(counter)) FROM"
    " (SELECT CAST(pg_get_serial_sequence(:table, 'id') AS regclass) AS counter) AS its,"
    " generate_series(1, CAST(:last AS bigint) - coalesce(pg_sequence_last_value(counter), 0))"
)
