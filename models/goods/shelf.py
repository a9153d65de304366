"""What lies where: stock on hand, lots, the stock card of an item, the list of documents."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, select
from sqlalchemy.orm import Session

from models import clock
from models.base import again
from models.goods.documents import Document, Kind, Line, Status, written_number
from models.goods.items import Category, Item, ItemName
from models.goods.lots import Lot, OnHand
from models.goods.places import REAL, Donor, Place
from models.rights import question
from models.roles import SHELF
from models.text import in_order, matches, writable
from models.units import Unit, decimal, value_of
from translations import N_, Money, current

YEARS_BACK = 20  # in which a number written without its year is looked for
EXPIRES_SOON = timedelta(days=30)
BY_THE_WAREHOUSE = (Kind.RECEIPT, Kind.ISSUE, Kind.TRANSFER, Kind.WRITE_OFF, Kind.COUNT)


class Need(enum.StrEnum):
    """Why an item needs attention; silence when nothing is wrong."""

    NONE_LEFT = "none_left"
    EXPIRED = "expired"
    EXPIRES_SOON = "expires_soon"
    BELOW_MINIMUM = "below_minimum"

    @property
    def label(self) -> str:
        return _NEEDS[self]


_NEEDS = {
    Need.NONE_LEFT: N_("none left"),
    Need.EXPIRED: N_("expired"),
    Need.EXPIRES_SOON: N_("expires soon"),
    Need.BELOW_MINIMUM: N_("below minimum"),
}


@dataclass(frozen=True)
class StockRow:
    """An item on the shelf, all real places or one."""

    item_id: int
    name: str
    category: Category
    unit: Unit
    on_hand: Decimal
    expiry: date | None  # of the lot that expires first
    minimum: Decimal
    value: Money | None  # None: not one of them came with a value
    need: Need | None


@dataclass(frozen=True)
class LotRow:
    """One lot at one place."""

    lot_id: int
    place_id: int
    place: str
    batch: str
    expiry: date | None
    donor: str
    purpose: str
    unit_value: Money | None
    on_hand: Decimal


@dataclass(frozen=True)
class CardRow:
    """One movement on the stock card of an item; the balance is after it."""

    document_id: int | None
    day: date
    kind: Kind | None  # None: the balance brought forward
    number: str
    place: str  # whose numbers these are
    counterpart: str
    income: Decimal
    outgo: Decimal
    balance: Decimal
    value: Money | None


@dataclass(frozen=True)
class DocumentRow:
    """One posted document in a list."""

    id: int
    day: date
    kind: Kind
    number: str
    place: str
    counterpart: str
    lines: int
    value: Money | None  # None: no line has one
    reversed_by: str


@question(*SHELF)
def overview(
    session: Session, search: str = "", *, place_id: int | None = None, all_items: bool = False
) -> list[StockRow]:
    """What is on hand per item, in alphabetical order of the current language.

    Items never stocked are left out unless `all_items`.
    """
    held = _held(place_id).subquery()
    query = (
        select(Item, ItemName.text, held)
        .join(ItemName, (ItemName.item_id == Item.id) & (ItemName.language == current().code))
        .join(held, held.c.item_id == Item.id, isouter=all_items)
        .where(matches(Item.search, search), Item.is_active | (held.c.quantity > 0))
        .order_by(Item.id)
    )
    return in_order(map(_stock_row, session.execute(query)), lambda row: row.name)


@question(*SHELF)
def needs(session: Session) -> list[StockRow]:
    """Items that need attention, the worst first; one never received is missed by nobody."""
    rows = [row for row in overview(session) if row.need]
    order = list(Need)
    return sorted(rows, key=lambda row: order.index(row.need) if row.need else 0)


@question(*SHELF)
def lots_of(
    session: Session, item_id: int, *, place_id: int | None = None, empty: bool = False
) -> list[LotRow]:
    """The lots of an item where they lie, in FEFO order."""
    query = (
        select(Lot, OnHand, Place.name, Donor.name)
        .join(OnHand, OnHand.lot_id == Lot.id)
        .join(Place, Place.id == OnHand.place_id)
        .join(Donor, Donor.id == Lot.donor_id, isouter=True)
        .where(Lot.item_id == item_id)
        .order_by(Lot.expiry.is_(None), Lot.expiry, Lot.id, Place.sort)
    )
    if place_id is not None:
        query = query.where(OnHand.place_id == place_id)
    if not empty:
        query = query.where(OnHand.quantity > 0)
    return [_lot_row(*row) for row in session.execute(query)]


@question(*SHELF)
def card(
    session: Session,
    item_id: int,
    *,
    since: date = date.min,
    place_id: int | None = None,
    limit: int | None = None,
) -> list[CardRow]:
    """The stock card of an item, oldest first: all since a day, or at most the `limit` newest.

    Balances are counted back from what is on hand, so that a long history costs nothing; what
    is left out stands in the first row as brought forward. A move between two real places does
    not change the branch's stock and is left out unless the card is of one place.
    """
    reached = _day_of_newest(session, item_id, place_id, since, limit) if limit else since
    query = _moves_of(item_id, place_id).where(Line.day >= reached).limit(limit)
    balance = _on_hand(session, item_id, place_id)
    rows: list[CardRow] = []
    for row in session.execute(query):
        rows.append(_card_row(row, balance))
        balance -= int(row.change)
    if since != date.min or balance:
        is_cut = since == date.min or len(rows) == limit
        day = rows[-1].day if rows and is_cut else since
        rows.append(_brought_forward(day, balance))
    return rows[::-1]


@question(*SHELF)
def documents(
    session: Session,
    search: str = "",
    *,
    kinds: Sequence[Kind] = (),
    first: date | None = None,
    last: date | None = None,
    limit: int = 500,
) -> list[DocumentRow]:
    """Posted documents, the newest first; `search` is found in number, counterpart, reference."""
    wanted = select(Document.id).where(Document.status == Status.POSTED)
    if kinds:
        wanted = wanted.where(Document.kind.in_(kinds))
    if first is not None:
        wanted = wanted.where(Document.day >= first)
    if last is not None:
        wanted = wanted.where(Document.day <= last)
    if search.strip():
        wanted = wanted.where(_is_called(search))
    newest = wanted.order_by(Document.day.desc(), Document.chain_number.desc()).limit(limit)
    return [_document_row(*row) for row in session.execute(_documents(newest))]


@question(*SHELF)
def numbered(session: Session, written: str) -> list[DocumentRow]:
    """The documents of any kind and place with the number "17/2026", or "17" of any year."""
    number, slash, year = written.strip().partition("/")
    if not (number.isdecimal() and (year.isdecimal() or not slash) and len(written) < 16):
        return []
    latest = clock.today().year
    years = [int(year)] if slash else range(latest - YEARS_BACK, latest + 1)
    wanted = select(Document.id).where(
        Document.kind.in_(list(Kind)),
        Document.place_id.in_(select(Place.id)),
        Document.year.in_(years),
        Document.number == int(number),
    )
    return [_document_row(*row) for row in session.execute(_documents(wanted))]


@question(*SHELF)
def newest(session: Session, user_id: int | None) -> DocumentRow | None:
    """What this user posted last in the warehouse; hand-outs have papers of their own."""
    wanted = (
        select(Document.id)
        .where(Document.kind.in_(BY_THE_WAREHOUSE), Document.posted_by == user_id)
        .where(Document.chain_number.is_not(None))
        .order_by(Document.chain_number.desc())
        .limit(1)
    )
    found = session.execute(_documents(wanted)).first()
    return _document_row(*found) if found else None


@question(*SHELF)
def last_place(session: Session) -> int | None:
    """Where the warehouse moved goods last: there it mostly moves the next ones too."""
    query = (
        select(Document.place_id)
        .join(Place, Place.id == Document.place_id)
        .where(Document.kind.in_(BY_THE_WAREHOUSE), Document.chain_number.is_not(None))
        .where(Place.is_active)
    )
    return session.scalar(query.order_by(Document.chain_number.desc()).limit(1))


@question(*SHELF)
def balance_on(session: Session, item_id: int, *, on: date, place_id: int | None = None) -> Decimal:
    """What the ledger says was there at the end of a day."""
    moves = _moves_of(item_id, place_id).where(Line.day > on).subquery()
    later = int(session.scalar(select(func.sum(moves.c.change))) or 0)
    return decimal(_on_hand(session, item_id, place_id) - later)


def _held(place_id: int | None) -> Select[*tuple[Any, ...]]:
    """Per item: thousandths, fenings and the earliest expiry of what is on hand."""
    there = OnHand.quantity > 0
    query = (
        select(
            Lot.item_id,
            func.sum(OnHand.quantity).label("quantity"),
            func.sum(case((there, OnHand.quantity * Lot.unit_value))).label("value"),
            func.min(case((there, Lot.expiry))).label("expiry"),
        )
        .join(Lot, Lot.id == OnHand.lot_id)
        .group_by(Lot.item_id)
    )
    return query if place_id is None else query.where(OnHand.place_id == place_id)


def _stock_row(row: Any) -> StockRow:
    item: Item = row.Item
    quantity = int(row.quantity or 0)
    return StockRow(
        item_id=item.id,
        name=row.text,
        category=item.category,
        unit=item.unit,
        on_hand=decimal(quantity),
        expiry=row.expiry,
        minimum=decimal(item.minimum),
        value=_money(row.value),
        need=_need(item, quantity, row.expiry),
    )


def _need(item: Item, quantity: int, expiry: date | None) -> Need | None:
    today = clock.today()
    if not quantity:
        return Need.NONE_LEFT if item.minimum else None
    if expiry and expiry < today:
        return Need.EXPIRED
    if quantity < item.minimum:
        return Need.BELOW_MINIMUM
    return Need.EXPIRES_SOON if expiry and expiry <= today + EXPIRES_SOON else None


def _lot_row(lot: Lot, there: OnHand, place: str, donor: str | None) -> LotRow:
    return LotRow(
        lot_id=lot.id,
        place_id=there.place_id,
        place=place,
        batch=lot.batch,
        expiry=lot.expiry,
        donor=donor or "",
        purpose=lot.purpose,
        unit_value=Money(lot.unit_value) if lot.unit_value is not None else None,
        on_hand=decimal(there.quantity),
    )


def _moves_of(item_id: int, place_id: int | None) -> Select[*tuple[Any, ...]]:
    """Each movement of an item with its effect (thousandths) on a place, or on the branch."""
    source, target = again(Place, "source"), again(Place, "target")
    numbering = again(Place, "numbering")
    change = _entering(target, place_id) - _entering(source, place_id)
    return (
        select(Document.id, Document.day, Document.kind, Document.number, Document.year)
        .add_columns(Document.counterpart, Lot.unit_value, numbering.name.label("place"))
        .add_columns((Line.quantity * change).label("change"))
        .join(Line, Line.document_id == Document.id)
        .join(Lot, Lot.id == Line.lot_id)
        .join(source, source.id == Line.from_id)
        .join(target, target.id == Line.to_id)
        .join(numbering, numbering.id == Document.place_id)
        .where(Lot.item_id == item_id, change != 0)
        .order_by(Line.day.desc(), Document.chain_number.desc(), Line.position.desc())
    )


def _day_of_newest(
    session: Session, item_id: int, place_id: int | None, since: date, count: int
) -> date:
    """The day of the `count`-th newest move, so that a year of them need not be sorted; or `since`.

    Walks back through the index of days alone: that of the lots, which holds less, is kept out.
    """
    source, target = again(Place, "source"), again(Place, "target")
    lots = select(Lot.id).where(Lot.item_id == item_id)
    query = (
        select(Line.day)
        .join(source, source.id == Line.from_id)
        .join(target, target.id == Line.to_id)
        .where(Line.day >= since, (Line.lot_id + 0).in_(lots))
        .where(_entering(target, place_id) != _entering(source, place_id))
        .order_by(Line.day.desc())
    )
    return session.scalar(query.offset(count - 1).limit(1)) or since


def _entering(end: Any, place_id: int | None) -> ColumnElement[int]:
    inside = end.kind.in_(REAL) if place_id is None else end.id == place_id
    return case((inside, 1), else_=0)


def _card_row(row: Any, balance: int) -> CardRow:
    return CardRow(
        document_id=row.id,
        day=row.day,
        kind=row.kind,
        number=written_number(row),
        place=row.place,
        counterpart=row.counterpart,
        income=decimal(max(row.change, 0)),
        outgo=decimal(max(-row.change, 0)),
        balance=decimal(balance),
        value=None if row.unit_value is None else Money(value_of(row.change, row.unit_value)),
    )


def _brought_forward(day: date, balance: int) -> CardRow:
    nothing = Decimal(0)
    return CardRow(None, day, None, "", "", "", nothing, nothing, decimal(balance), Money(0))


def _on_hand(session: Session, item_id: int, place_id: int | None) -> int:
    """Thousandths of an item on all real places, or at one."""
    query = select(func.sum(OnHand.quantity)).join(Lot, Lot.id == OnHand.lot_id)
    query = query.where(Lot.item_id == item_id)
    if place_id is not None:
        query = query.where(OnHand.place_id == place_id)
    return int(session.scalar(query) or 0)


def _is_called(words: str) -> ColumnElement[bool]:
    """Whether a document's number, counterpart or reference has these words."""
    number = cast(Document.number, String)
    written = number + "/" + cast(Document.year, String)
    return (
        matches(Document.search, words) | (written == writable(words)) | (number == writable(words))
    )


def _documents(wanted: Select[int]) -> Select[*tuple[Any, ...]]:
    """What a list shows of the documents with these ids, the newest first."""
    reversal = again(Document, "reversal")
    value = func.sum(Line.quantity * Lot.unit_value)
    return (
        select(Document, Place.name, func.count(Line.id), value, reversal.number, reversal.year)
        .join(Place, Place.id == Document.place_id)
        .join(Line, Line.document_id == Document.id)
        .join(Lot, Lot.id == Line.lot_id)
        .join(reversal, reversal.reverses_id == Document.id, isouter=True)
        .where(Document.id.in_(wanted))
        .group_by(Document.id, Place.name, reversal.number, reversal.year)
        .order_by(Document.day.desc(), Document.chain_number.desc())
    )


def _document_row(
    document: Document,
    place: str,
    lines: int,
    value: int | None,
    number: int | None,
    year: int | None,
) -> DocumentRow:
    return DocumentRow(
        id=document.id,
        day=document.day,
        kind=document.kind,
        number=written_number(document),
        place=place,
        counterpart=document.counterpart,
        lines=lines,
        value=_money(value),
        reversed_by=f"{number}/{year}" if number else "",
    )


def _money(value: int | None) -> Money | None:
    """A sum of fenings x thousandths as an amount; None when there was nothing to add up."""
    return None if value is None else Money(value_of(int(value), 1))
