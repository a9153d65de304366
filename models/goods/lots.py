"""Lots: goods of one item that share batch, expiry, donor, purpose and unit value."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, CheckConstraint, ForeignKey, Index, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.errors import DomainError
from models.goods.items import Item
from models.goods.places import Donor
from models.rights import question
from models.roles import EVERYONE
from models.text import fitting
from translations import N_, Money

HIGHEST_VALUE = 10**7  # fenings a unit: 100,000 KM; more is a slip of the keyboard


class Lot(Base):
    """What makes goods different from others of their item. It never changes once made."""

    __tablename__ = "lot"
    __table_args__ = (CheckConstraint("unit_value BETWEEN 0 AND 10000000", name="unit_value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    batch: Mapped[str] = mapped_column(String(80), default="")
    expiry: Mapped[date | None]
    donor_id: Mapped[int | None] = mapped_column(ForeignKey("donor.id"))
    purpose: Mapped[str] = mapped_column(String(200), default="")
    unit_value: Mapped[int | None]  # fenings a unit
    identity: Mapped[str] = mapped_column(String(64), unique=True)


class OnHand(Base):
    """The one stored total: thousandths of a lot at a real place, kept by trigger on posting."""

    __tablename__ = "on_hand"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_on_hand_lot", "lot_id"),
    )

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    quantity: Mapped[int]


@dataclass(frozen=True)
class Share:
    """A part of what is taken: so many thousandths from one lot."""

    lot: Lot
    quantity: int


@question()
def lot(
    session: Session,
    item: Item,
    *,
    batch: str = "",
    expiry: date | None = None,
    donor: Donor | None = None,
    purpose: str = "",
    unit_value: int | None = None,
) -> Lot:
    """The lot with these marks, made now if it is new. `unit_value` is fenings a unit.

    Raises ExpiryNeeded, TextTooLong, BadValue.
    """
    if item.tracks_expiry and expiry is None:
        raise ExpiryNeeded(item=item.name())
    if unit_value is not None and not 0 <= unit_value <= HIGHEST_VALUE:
        raise BadValue(value=Money(unit_value))
    batch, purpose = fitting(batch, 80), fitting(purpose, 200)
    marked = identity(item.id, batch, expiry, donor.name if donor else None, purpose, unit_value)
    known = session.scalar(select(Lot).where(Lot.identity == marked))
    if known is None:
        known = Lot(
            item_id=item.id,
            batch=batch,
            expiry=expiry,
            donor_id=donor.id if donor else None,
            purpose=purpose,
            unit_value=unit_value,
            identity=marked,
        )
        session.add(known)
        session.flush()
    return known


def identity(
    item_id: int,
    batch: str,
    expiry: date | None,
    donor: str | None,
    purpose: str,
    unit_value: int | None,
) -> str:
    """All that makes a lot what it is, as one hash; it goes into the hash of each document."""
    marks = (item_id, batch, expiry, donor, purpose, unit_value)
    return hashlib.sha256(json.dumps(marks, default=str).encode()).hexdigest()


@question(*EVERYONE)
def propose(session: Session, item: Item, place_id: int, quantity: int, on: date) -> list[Share]:
    """FEFO: first what expires first, then what came first; expired lots are passed over.

    The shares may add up to less than `quantity` (thousandths) when there is not enough.
    """
    shares, missing = [], quantity
    for found, there in session.execute(_USABLE, _lying(item.id, place_id, on)):
        shares.append(Share(found, min(missing, there)))
        missing -= shares[-1].quantity
        if not missing:
            break
    return shares


@question(*EVERYONE)
def expired(session: Session, item_id: int, place_id: int, on: date) -> Lot | None:
    """A lot of the item that lies at the place and has expired by the day, if any."""
    found = session.execute(_EXPIRED, _lying(item_id, place_id, on)).first()
    return found[0] if found else None


@question(*EVERYONE)
def holds_anything(session: Session, place_id: int) -> bool:
    """Whether any lot lies at the place."""
    query = select(OnHand.lot_id).where(OnHand.place_id == place_id, OnHand.quantity > 0)
    return session.scalar(query.limit(1)) is not None


@question(*EVERYONE)
def usable(session: Session, item_id: int, place_id: int, on: date) -> int:
    """Thousandths of an item at a place that have not expired on the day."""
    return sum(there for _, there in session.execute(_USABLE, _lying(item_id, place_id, on)))


_DAY: BindParameter[date] = bindparam("day")
_THERE = (
    select(Lot, OnHand.quantity)
    .join(OnHand, OnHand.lot_id == Lot.id)
    .where(
        Lot.item_id == bindparam("item_id"),
        OnHand.place_id == bindparam("place_id"),
        OnHand.quantity > 0,
    )
)
_USABLE = _THERE.where(Lot.expiry.is_(None) | (Lot.expiry >= _DAY)).order_by(
    Lot.expiry.is_(None), Lot.expiry, Lot.id
)
_EXPIRED = _THERE.where(Lot.expiry < _DAY).order_by(Lot.expiry).limit(1)


def _lying(item_id: int, place_id: int, on: date) -> dict[str, object]:
    return {"item_id": item_id, "place_id": place_id, "day": on}


class ExpiryNeeded(DomainError):
    message = N_("{item} has a use-by date. Enter it from the package.")


class BadValue(DomainError):
    message = N_("{value} a unit cannot be right. Check the price of the line.")
