"""What came in, went out and is left, per item and donor, in a period and beside it.

The stock at the end of a period is the stored total less what moved later, so a report reads
only the lines since the earliest day it tells of, however old the book.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, select
from sqlalchemy.orm import Session

from models.goods.documents import Line
from models.goods.lots import Lot, OnHand
from models.goods.places import REAL, Place, PlaceKind
from models.rights import question
from models.roles import COUNTS
from models.spans import NOTHING, Cut, Spans


class Whose(NamedTuple):
    """Goods told apart by item and donor (None: no donor was named)."""

    item_id: int
    donor_id: int | None


@dataclass
class Flow:
    """Thousandths of a unit, and fenings x thousandths, of one item from one donor.

    `ways` is what the branch gained (negative: lost) by way of each place outside the shelf;
    `unvalued` is the part of it, and of the closing stock, whose unit value nobody wrote down.
    """

    opening: int = 0
    closing: int = 0
    closing_value: int = 0
    closing_unvalued: int = 0
    ways: dict[PlaceKind, Spans[int]] = field(default_factory=dict)
    values: dict[PlaceKind, Spans[int]] = field(default_factory=dict)
    unvalued: dict[PlaceKind, Spans[int]] = field(default_factory=dict)

    def gained(self, way: PlaceKind) -> Spans[int]:
        return self.ways.get(way, NOTHING)

    def lost(self, way: PlaceKind) -> Spans[int]:
        return self.gained(way).to(lambda quantity: -quantity)


class _Move(NamedTuple):
    whose: Whose
    way: PlaceKind
    piece: int
    quantity: int
    value: int
    unvalued: int


@question(*COUNTS)
def flows(session: Session, cut: Cut) -> dict[Whose, Flow]:
    """All goods that moved in the spans or lie on a shelf at the end of the period."""
    moves = list(_moves(session, cut))
    found: dict[Whose, Flow] = defaultdict(Flow)
    for whose, flow in _on_hand(session):
        found[whose] = flow
    for move in moves:
        if move.piece == cut.after:
            found[move.whose].closing -= move.quantity
            found[move.whose].closing_value -= move.value
            found[move.whose].closing_unvalued -= move.unvalued
    quantities = cut.spread(((m.whose, m.way), m.piece, m.quantity) for m in moves)
    values = cut.spread(((m.whose, m.way), m.piece, m.value) for m in moves)
    unvalued = cut.spread(((m.whose, m.way), m.piece, m.unvalued) for m in moves)
    for (whose, way), spans in quantities.items():
        found[whose].ways[way] = spans
        found[whose].values[way] = values[whose, way]
        found[whose].unvalued[way] = unvalued[whose, way]
    for flow in found.values():
        flow.opening = flow.closing - sum(spans.now for spans in flow.ways.values())
    return found


def _on_hand(session: Session) -> Iterator[tuple[Whose, Flow]]:
    there = OnHand.quantity
    value = cast(there, BigInteger) * func.coalesce(Lot.unit_value, 0)
    sums = (func.sum(there), func.sum(value), func.sum(_unvalued(there)))
    query = (
        select(Lot.item_id, Lot.donor_id, *sums)
        .join(Lot, Lot.id == OnHand.lot_id)
        .group_by(Lot.item_id, Lot.donor_id)
    )
    for item, donor, quantity, worth, unvalued in session.execute(query):
        flow = Flow(closing=int(quantity), closing_value=int(worth), closing_unvalued=int(unvalued))
        yield Whose(item, donor), flow


def _moves(session: Session, cut: Cut) -> Iterator[_Move]:
    """Sums of the lines that cross the edge of the shelf, seen from the branch."""
    kinds = {place.id: place.kind for place in session.scalars(select(Place))}
    for row in session.execute(_sums(cut)):
        source, target = kinds[row.from_id], kinds[row.to_id]
        if (source in REAL) == (target in REAL):
            continue
        sign, way = (1, source) if target in REAL else (-1, target)
        whose = Whose(row.item_id, row.donor_id)
        sums = (sign * int(each) for each in (row.quantity, row.value, row.unvalued))
        yield _Move(whose, way, row.piece, *sums)


def _sums(cut: Cut) -> Select[*tuple[Any, ...]]:
    """Lines by item, donor, both ends and piece.

    Each day is summed in the order of its index first, without sorting a single line.
    """
    ends = (Line.lot_id, Line.from_id, Line.to_id)
    daily = (
        select(Line.day, *ends, func.sum(Line.quantity).label("quantity"))
        .where(Line.day >= cut.first)
        .group_by(Line.day, *ends)
        .subquery()
    )
    piece = cut.piece(daily.c.day).label("piece")
    keys = (Lot.item_id, Lot.donor_id, daily.c.from_id, daily.c.to_id, piece)
    value = func.sum(daily.c.quantity * func.coalesce(Lot.unit_value, 0)).label("value")
    unvalued = func.sum(_unvalued(daily.c.quantity)).label("unvalued")
    return (
        select(*keys, func.sum(daily.c.quantity).label("quantity"), value, unvalued)
        .join_from(daily, Lot, Lot.id == daily.c.lot_id)
        .group_by(*keys)
    )


def _unvalued(quantity: Any) -> ColumnElement[int]:
    """The quantity of a lot that came without a unit value, else nothing."""
    return case((Lot.unit_value.is_(None), quantity), else_=0)
