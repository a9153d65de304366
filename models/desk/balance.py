"""The balance that must close: what left the shelf for people, and what their entries say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from models.desk.aid import Encounter
from models.goods.documents import Line
from models.goods.items import Item, ItemName
from models.goods.lots import Lot, OnHand
from models.goods.places import PlaceKind, virtual
from models.periods import Period
from models.rights import question
from models.roles import AID
from models.text import in_order
from models.units import Unit, decimal
from translations import current


@dataclass(frozen=True)
class ItemBalance:
    """One item: what the stock book sent out, what entries gave, and what is on hand now."""

    name: str
    unit: Unit
    out: Decimal
    given: Decimal
    left: Decimal

    @property
    def closes(self) -> bool:
        return self.out == self.given


@dataclass(frozen=True)
class Contacts:
    """Contacts counted in a period; those taken back are not."""

    persons: int
    with_card: int
    estimated: int


@question(*AID)
def contacts(session: Session, period: Period, place_id: int | None = None) -> Contacts:
    """How many were helped, every contact counted."""
    carded = case((Encounter.card_id.is_not(None), Encounter.persons), else_=0)
    guessed = case((Encounter.is_estimated, Encounter.persons), else_=0)
    query = select(func.sum(Encounter.persons), func.sum(carded), func.sum(guessed)).where(
        Encounter.day.between(period.first, period.last)
    )
    if place_id is not None:
        query = query.where(Encounter.place_id == place_id)
    found = session.execute(query).one()
    return Contacts(*(int(total or 0) for total in found))


@question(*AID)
def goods(session: Session, period: Period, place_id: int | None = None) -> list[ItemBalance]:
    """Item by item, in alphabetical order; `place_id` is the shelf that the goods left.

    A hand-out that was reversed without its entry, or posted without one, does not close.
    """
    left = _on_hand(session, place_id)
    handed = virtual(session, PlaceKind.HANDED_OUT).id
    moved = case((Line.to_id == handed, Line.quantity), else_=-Line.quantity)
    entered = case((Encounter.id.is_not(None), moved), else_=0)
    query = (
        select(Item.id, ItemName.text, Item.unit, func.sum(moved), func.sum(entered))
        .join_from(Line, Lot, Lot.id == Line.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(ItemName, (ItemName.item_id == Item.id) & (ItemName.language == current().code))
        .join(Encounter, Encounter.document_id == Line.document_id, isouter=True)
        .where(Line.day.between(period.first, period.last), _leaves(handed, place_id))
        .group_by(Item.id, ItemName.text, Item.unit)
        .order_by(Item.id)
    )
    rows = (
        ItemBalance(name, unit, decimal(int(out)), decimal(int(given)), left.get(id_, Decimal(0)))
        for id_, name, unit, out, given in session.execute(query)
        if out or given
    )
    return in_order(rows, lambda row: row.name)


def _leaves(handed: int, place_id: int | None) -> ColumnElement[bool]:
    """Whether a line goes from the shelf to people, or back."""
    if place_id is None:
        return (Line.to_id == handed) | (Line.from_id == handed)
    there, back = Line.to_id == handed, Line.from_id == handed
    return (there & (Line.from_id == place_id)) | (back & (Line.to_id == place_id))


def _on_hand(session: Session, place_id: int | None) -> dict[int, Decimal]:
    return dict(_sums(session, place_id))


def _sums(session: Session, place_id: int | None) -> Iterator[tuple[int, Decimal]]:
    query = (
        select(Lot.item_id, func.sum(OnHand.quantity))
        .join(Lot, Lot.id == OnHand.lot_id)
        .group_by(Lot.item_id)
    )
    if place_id is not None:
        query = query.where(OnHand.place_id == place_id)
    for item_id, quantity in session.execute(query):
        yield item_id, decimal(int(quantity))
