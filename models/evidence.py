"""What the checks ask of the books; each question is built once, and asked at every start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, func, select, union_all
from sqlalchemy.orm import Session, aliased

from models import driver, turn
from models.goods.chain import HEADER
from models.goods.documents import Document, Line
from models.goods.lots import Lot, OnHand
from models.goods.places import REAL, Place
from models.rights import question
from models.roles import EVERYONE

CHUNK = 2_000  # documents read at a time while the chain is walked
PACE = 100  # documents between two looks whether the window is at work
POSTED_AT = HEADER.index("posted_at")

# place in the chain, hash, status, second person; HEADER and the lines, as they were hashed
Linked = tuple[int, str, str, int | None, list[Any], list[Any]]


@cache
def below_zero() -> Any:
    """Places and lots that hold less than nothing at the end of a day."""
    moves = _moves()
    by_day = (
        select(moves.c.place_id, moves.c.lot_id, moves.c.day, func.sum(moves.c.change).label("net"))
        .group_by(moves.c.place_id, moves.c.lot_id, moves.c.day)
        .subquery()
    )
    running = func.sum(by_day.c.net).over(
        partition_by=(by_day.c.place_id, by_day.c.lot_id), order_by=by_day.c.day
    )
    balances = select(by_day, running.label("balance")).subquery()
    return select(balances).where(balances.c.balance < 0).order_by(balances.c.day).limit(20)


@cache
def differing_totals() -> Any:
    """Places and lots whose stored total is not what the ledger says."""
    moves = _moves()
    summed = (
        select(moves.c.place_id, moves.c.lot_id, func.sum(moves.c.change).label("quantity"))
        .group_by(moves.c.place_id, moves.c.lot_id)
        .subquery()
    )
    both = select(
        func.coalesce(summed.c.place_id, OnHand.place_id),
        func.coalesce(summed.c.lot_id, OnHand.lot_id).label("lot_id"),
    ).join_from(
        summed,
        OnHand,
        (OnHand.place_id == summed.c.place_id) & (OnHand.lot_id == summed.c.lot_id),
        full=True,
    )
    differs = func.coalesce(summed.c.quantity, 0) != func.coalesce(OnHand.quantity, 0)
    return both.where(differs).limit(20)


@cache
def differing_lots() -> Any:
    """Lots whose movements do not come to nothing."""
    sign = case((Line.to_id == Place.id, 1), else_=-1)
    net = (
        select(Line.lot_id, func.sum(Line.quantity * sign).label("net"))
        .join(Place, (Place.id == Line.to_id) | (Place.id == Line.from_id))
        .group_by(Line.lot_id)
        .subquery()
    )
    return select(net).where(net.c.net != 0).limit(20)


@cache
def unmirrored() -> Any:
    """Reversals whose lines are not their originals' the other way round, all of them."""
    mirror, original = aliased(Line), aliased(Line)
    same = (
        (original.document_id == Document.reverses_id)
        & (original.position == mirror.position)
        & (original.lot_id == mirror.lot_id)
        & (original.from_id == mirror.to_id)
        & (original.to_id == mirror.from_id)
        & (original.quantity == mirror.quantity)
    )
    matched = func.count(original.id)
    wanted = (
        select(func.count(Line.id))
        .where(Line.document_id == Document.reverses_id)
        .correlate(Document)
        .scalar_subquery()
    )
    return (
        select(Document.number, Document.year)
        .join(mirror, mirror.document_id == Document.id, isouter=True)
        .join(original, same, isouter=True)
        .where(Document.reverses_id.is_not(None))
        .group_by(Document.id, Document.number, Document.year)
        .having((matched != func.count(mirror.id)) | (matched != wanted))
        .limit(20)
    )


@question(*EVERYONE)
def chain(session: Session) -> Iterator[Linked]:
    """Documents in chain order with what of them was hashed, a chunk at a time."""
    connection, last = session.connection(), 0
    while documents := driver.rows(connection, _NEXT_DOCUMENTS, {"last": last}):
        ids = [document[0] for document in documents]
        lines: dict[int, list[Any]] = defaultdict(list)
        for line in driver.rows(connection, _LINES, {"least": min(ids), "most": max(ids)}):
            lines[line[0]].append(line[1:])
        for place, document in enumerate(documents):
            if place % PACE == 0:
                turn.give_way()
            id_, number, kept, status, confirmed_by, *header = document
            header[POSTED_AT] = driver.spelled(header[POSTED_AT])
            yield number, kept, status, confirmed_by, header, lines[id_]
        last = documents[-1][1]


def _moves() -> Any:
    """Every movement seen from the real place it enters or leaves: place, lot, day, change."""
    entering = select(Line.to_id.label("place_id"), Line.lot_id, Line.day, Line.quantity)
    leaving = select(Line.from_id, Line.lot_id, Line.day, -Line.quantity)
    ends = union_all(entering, leaving).subquery("ends")
    place, lot, day, change = ends.c
    return (
        select(place.label("place_id"), lot.label("lot_id"), day.label("day"))
        .add_columns(change.label("change"))
        .join(Place, Place.id == place)
        .where(Place.kind.in_(REAL))
        .subquery("moves")
    )


_TABLE = Document.__table__.c
_NEXT_DOCUMENTS = (
    select(_TABLE.id, _TABLE.chain_number, _TABLE.hash, _TABLE.status, _TABLE.confirmed_by)
    .add_columns(*(_TABLE[name] for name in HEADER))
    .where(_TABLE.chain_number > bindparam("last"))
    .order_by(_TABLE.chain_number)
    .limit(CHUNK)
)
_LINES = (
    select(Line.document_id, Line.position, Lot.identity)
    .add_columns(Line.from_id, Line.to_id, Line.quantity, Line.expected)
    .join(Lot, Lot.id == Line.lot_id)
    .where(Line.document_id.between(bindparam("least"), bindparam("most")))
    .order_by(Line.document_id, Line.position)
)
