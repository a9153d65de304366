"""The verbs of the warehouse: receive, issue, transfer, hand out and write off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from models.errors import DomainError, Missing
from models.goods import lots, places, proposals
from models.goods.documents import Document, Kind, Move, Papers
from models.goods.items import Item
from models.goods.ledger import post
from models.goods.lots import Lot, Share
from models.goods.picking import Picking, PlaceNeeded
from models.goods.places import REAL, Place, PlaceKind, donor, virtual
from models.office import witness
from models.rights import verb
from models.roles import STORE
from models.units import BadQuantity, decimal
from translations import N_


@dataclass(frozen=True)
class Goods:
    """A line to be entered: so many thousandths of an item.

    `lot` names one lot; without it goods leave by FEFO, and on receipt the marks make the lot.
    """

    item: Item
    quantity: int
    lot: Lot | None = None
    expected: int | None = None
    batch: str = ""
    expiry: date | None = None
    donor: str = ""
    purpose: str = ""
    unit_value: int | None = None


@verb(N_("Received goods"), *STORE)
def receive(
    session: Session,
    place: Place,
    goods: Iterable[Goods],
    *,
    on: date,
    supplier: str = "",
    reference: str = "",
    note: str = "",
    token: UUID | None = None,
) -> Document:
    """Goods received (primka). A line without its own donor takes `supplier` as the donor.

    Raises ExpiryNeeded, PlaceNeeded and what posting raises.
    """
    source, moves = virtual(session, PlaceKind.DONOR), []
    for line in goods:
        marks = lots.lot(
            session,
            line.item,
            batch=line.batch,
            expiry=line.expiry,
            donor=donor(session, line.donor or supplier),
            purpose=line.purpose,
            unit_value=line.unit_value,
        )
        moves.append(Move(marks, source, _in_use(place), line.quantity, line.expected))
    papers = Papers(supplier, reference, note)
    return post(session, Kind.RECEIPT, place, on, moves, papers, token=token)


@verb(N_("Issued goods"), *STORE)
def issue(
    session: Session,
    place: Place,
    goods: Iterable[Goods],
    *,
    on: date,
    recipient: str,
    reference: str = "",
    note: str = "",
    token: UUID | None = None,
) -> Document:
    """Goods issued to another organization or kitchen (izdatnica). Raises Missing, NotEnough…"""
    if not recipient.strip():
        raise Missing(field=N_("Recipient"))
    target = virtual(session, PlaceKind.DELIVERED)
    moves = _take(session, place, target, goods, on)
    papers = Papers(recipient, reference, note)
    return post(session, Kind.ISSUE, place, on, moves, papers, token=token)


@verb(N_("Transferred goods"), *STORE)
def transfer(
    session: Session,
    place: Place,
    target: Place,
    goods: Iterable[Goods],
    *,
    on: date,
    note: str = "",
    token: UUID | None = None,
) -> Document:
    """Goods moved between two of the branch's own places. Raises SamePlace, NotEnough…"""
    if place.id == target.id:
        raise SamePlace
    moves = _take(session, place, _in_use(target), goods, on)
    papers = Papers(target.name, note=note)
    return post(session, Kind.TRANSFER, place, on, moves, papers, token=token)


@verb(N_("Handed out goods"), *STORE)
def hand_out(
    session: Session,
    place: Place,
    goods: Iterable[Goods],
    *,
    on: date,
    note: str = "",
    token: UUID | None = None,
) -> Document:
    """Goods given to people. Raises NotEnoughStock, Expired … rather than go below zero."""
    moves = _take(session, place, virtual(session, PlaceKind.HANDED_OUT), goods, on)
    return post(session, Kind.HAND_OUT, place, on, moves, Papers(note=note), token=token)


@verb(N_("Wrote goods off"), *STORE)
def write_off(
    session: Session,
    place: Place,
    goods: Iterable[Goods],
    *,
    on: date,
    reason: str,
    token: UUID | None = None,
) -> Document:
    """Expired, damaged or lost goods leave the book, before the eyes of a second person.

    Raises Missing without a reason, and as `witness.require`.
    """
    witness.require(session, witness.WRITE_OFF)
    moves = _write_off_moves(session, place, goods, on, reason)
    return post(session, Kind.WRITE_OFF, place, on, moves, Papers(note=reason), token=token)


@verb(N_("Proposed a write-off"), *STORE)
def propose_write_off(
    session: Session,
    place: Place,
    goods: Iterable[Goods],
    *,
    on: date,
    reason: str,
    token: UUID | None = None,
    instead: Document | None = None,
) -> Document:
    """Leave a write-off for a second person to confirm: a draft, which moves nothing.

    `instead` of a draft that waits already. Raises as `write_off` would.
    """
    if instead is not None:
        proposals.withdraw(session, instead)
    moves, papers = _write_off_moves(session, place, goods, on, reason), Papers(note=reason)
    return proposals.keep(session, Kind.WRITE_OFF, place, on, moves, papers, token=token)


@verb(N_("Retired a place or took it back into use"), *STORE)
def retire_place(session: Session, place: Place, *, active: bool = False) -> None:
    """Take a place off the lists for new entries (or put it back). Raises StillStocked."""
    if not active and lots.holds_anything(session, place.id):
        raise StillStocked(place=place.name)
    places.rename(session, place, place.name, active=active)


def _write_off_moves(
    session: Session, place: Place, goods: Iterable[Goods], on: date, reason: str
) -> list[Move]:
    if not reason.strip():
        raise Missing(field=N_("Reason"))
    target = virtual(session, PlaceKind.WRITTEN_OFF)
    return _take(session, place, target, goods, on, expired=True)


def _take(
    session: Session,
    place: Place,
    target: Place,
    goods: Iterable[Goods],
    on: date,
    *,
    expired: bool = False,
) -> list[Move]:
    """The moves that take goods off a place: the named lot, or FEFO over what is usable."""
    picking, moves = Picking(session), []
    for line in goods:
        if line.quantity <= 0:
            raise BadQuantity(quantity=decimal(line.quantity))
        if line.lot is None:
            shares = picking.take(line.item, line.quantity, place, on, expired=expired)
        else:
            _require_lot_of(line.item, line.lot)
            picking.promise(_real(place), line.lot, line.quantity)
            shares = [Share(line.lot, line.quantity)]
        moves += [Move(s.lot, place, target, s.quantity, line.expected) for s in shares]
    return moves


def _require_lot_of(item: Item, lot: Lot) -> None:
    if lot.item_id != item.id:
        raise OtherItemsLot(item=item.name())


def _in_use(place: Place) -> Place:
    if not place.is_active:
        raise Retired(place=place.name)
    return _real(place)


def _real(place: Place) -> Place:
    if place.kind not in REAL:
        raise PlaceNeeded
    return place


class StillStocked(DomainError):
    message = N_("There are still goods at {place}. Transfer them first, then retire it.")


class SamePlace(DomainError):
    message = N_("Goods cannot be moved to the place where they already are.")


class OtherItemsLot(DomainError):
    message = N_("The lot chosen is not of {item}. Choose the lot again.")


class Retired(DomainError):
    message = N_("{place} is no longer in use. Choose another place.")
