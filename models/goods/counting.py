"""Counting what lies on the shelf: what differs from the books becomes a document (popis)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import clock, record
from models.goods.documents import Document, Kind, Move, Papers
from models.goods.items import Item
from models.goods.ledger import post
from models.goods.lots import Lot, OnHand
from models.goods.picking import PlaceNeeded
from models.goods.places import REAL, Donor, Place, PlaceKind, virtual
from models.office import witness
from models.rights import question, verb
from models.roles import STORE
from models.text import in_order
from models.units import BadQuantity, Unit, decimal
from translations import N_

AGREES = "agrees"  # what the record says of a count that found what the books say


@dataclass(frozen=True)
class Shelved:
    """A lot to be counted. How much there should be is not told: that be copied, not counted."""

    lot_id: int
    item: str
    unit: Unit
    batch: str
    expiry: date | None
    donor: str


@dataclass(frozen=True)
class Found:
    """How many thousandths of a lot were counted."""

    lot_id: int
    quantity: int


@verb(N_("Counted the stock"), *STORE)
def count(
    session: Session,
    place: Place,
    found: Iterable[Found],
    *,
    note: str = "",
    token: UUID | None = None,
) -> Document | None:
    """Post what was found more or less than the books say now, before a second person.

    Always today: what moved between the counting and its entry would be taken for a difference.
    Where nothing differs there is no document: that it was counted stands in the record of acts.
    Raises BadQuantity, PlaceNeeded, and as `witness.require`.
    """
    witness.require(session, witness.WRITE_OFF)
    if place.kind not in REAL:
        raise PlaceNeeded
    outside = virtual(session, PlaceKind.DIFFERENCE)
    moves = [move for each in found if (move := _difference(session, place, outside, each))]
    if not moves:
        record.note(session, AGREES)
        return None
    return post(session, Kind.COUNT, place, clock.today(), moves, Papers(note=note), token=token)


@question(*STORE)
def to_count(session: Session, place_id: int) -> list[Shelved]:
    """What the books know at a place, item by item, first what expires first."""
    query = (
        select(Lot, Item, Donor.name)
        .join(OnHand, OnHand.lot_id == Lot.id)
        .join(Item, Item.id == Lot.item_id)
        .join(Donor, Donor.id == Lot.donor_id, isouter=True)
        .where(OnHand.place_id == place_id, OnHand.quantity > 0)
        .order_by(Lot.expiry.is_(None), Lot.expiry, Lot.id)
    )
    rows = [
        Shelved(lot.id, item.name(), item.unit, lot.batch, lot.expiry, donor or "")
        for lot, item, donor in session.execute(query)
    ]
    return in_order(rows, lambda row: row.item)


def _difference(session: Session, place: Place, outside: Place, found: Found) -> Move | None:
    """From the shelf what is missing, onto it what is too much; `expected` is the book's figure."""
    if found.quantity < 0:
        raise BadQuantity(quantity=decimal(found.quantity))
    there = session.get(OnHand, (place.id, found.lot_id))
    booked = there.quantity if there else 0
    lot, missing = session.get_one(Lot, found.lot_id), booked - found.quantity
    if missing > 0:
        return Move(lot, place, outside, missing, booked)
    return Move(lot, outside, place, -missing, booked) if missing else None
