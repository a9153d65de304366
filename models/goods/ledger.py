"""The stock book: documents whose lines move goods from one place to another.

A document is posted whole, inside the caller's transaction, and never changes afterwards
(triggers refuse it on both engines); a mistake is a reversal that points at its original.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import (
    BindParameter,
    bindparam,
    case,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from models import clock, periods, record
from models.errors import DomainError
from models.goods import chain
from models.goods.documents import Document, Kind, Line, Move, Papers, Status, written_number
from models.goods.items import Item
from models.goods.lots import Lot, OnHand
from models.goods.places import REAL, Place
from models.rights import question, verb
from models.roles import STORE
from models.text import fitting, search_key
from models.units import BadQuantity, counted, decimal
from translations import N_

MAY_MOVE_EXPIRED = (Kind.RECEIPT, Kind.WRITE_OFF, Kind.RETURN, Kind.COUNT, Kind.REVERSAL)


@question()
def post(
    session: Session,
    kind: Kind,
    place: Place,
    on: date,
    moves: Sequence[Move],
    papers: Papers = Papers(),
    *,
    token: UUID | None = None,
    reverses: Document | None = None,
) -> Document:
    """Write a document into the book and move its goods. The same token posts only once.

    Raises NothingToPost, InFuture, ClosedMonth, Expired, NotEnoughStock, NotEnoughLater.
    """
    document, is_new = _begun(session, kind, place, on, moves, papers, token, reverses)
    if is_new:
        session.execute(_INSERT_LINES, line_rows(document.id, on, moves))
        user, second = session.info.get("user"), session.info.get("witness")
        _finish(session, document, moves, user, second)
    return document


@question()
def draft(
    session: Session,
    kind: Kind,
    place: Place,
    on: date,
    moves: Sequence[Move],
    papers: Papers = Papers(),
    *,
    token: UUID | None = None,
) -> tuple[Document, bool]:
    """The header alone, without a number, and whether it is new: its goods stay where they are.

    Raises what posting it now would raise.
    """
    return _begun(session, kind, place, on, moves, papers, token)


@question()
def post_draft(
    session: Session, document: Document, moves: Sequence[Move], *, proposed_by: int | None
) -> None:
    """Post what another user proposed; who works now is its second person. Raises as `post`."""
    _require_possible(session, document.kind, moves, document.day)
    session.execute(_INSERT_LINES, line_rows(document.id, document.day, moves))
    _finish(session, document, moves, proposed_by, session.info.get("user"))


@verb(N_("Reversed a document"), *STORE)
def reverse(
    session: Session, document: Document, *, on: date | None = None, token: UUID | None = None
) -> Document:
    """Take a document back with one that moves every line the other way, once.

    Dated like its original while that month is open, else today. Raises AlreadyReversed,
    ReversalOfReversal, GoodsGone (they have moved on), and what `post` raises.
    """
    if document.kind is Kind.REVERSAL:
        raise ReversalOfReversal
    again = select(Document).where(Document.reverses_id == document.id)
    if done := session.scalar(again):
        if token and done.token == str(token):
            return done
        raise AlreadyReversed(number=written_number(document))
    if on is not None and on < document.day:
        raise BeforeOriginal(day=document.day)
    moves = [_backwards(session, line) for line in document.lines]
    _require_goods_back(session, moves)
    return post(
        session,
        Kind.REVERSAL,
        session.get_one(Place, document.place_id),
        on or _reversal_day(session, document.day),
        moves,
        Papers(document.counterpart, written_number(document)),
        token=token,
        reverses=document,
    )


@question()
def lowest_from(session: Session, place_id: int, lot_id: int, on: date, now: int) -> int:
    """The lowest balance at the end of `on` or of any later day, walking back from `now`."""
    balance = lowest = now
    there = {"place_id": place_id, "lot_id": lot_id, "day": on}
    for _day, change in session.connection().execute(_LATER, there):
        balance -= int(change)
        lowest = min(lowest, balance)
    return lowest


def line_rows(document_id: int, day: date, moves: Sequence[Move]) -> list[dict[str, object]]:
    """The columns of a document's lines, in order."""
    return [
        {
            "document_id": document_id,
            "day": day,
            "position": position,
            "lot_id": move.lot.id,
            "from_id": move.source.id,
            "to_id": move.target.id,
            "quantity": move.quantity,
            "expected": move.expected,
        }
        for position, move in enumerate(moves, 1)
    ]


def _begun(
    session: Session,
    kind: Kind,
    place: Place,
    on: date,
    moves: Sequence[Move],
    papers: Papers,
    token: UUID | None,
    reverses: Document | None = None,
) -> tuple[Document, bool]:
    """The document of that token if there is one already, else a new draft without lines."""
    if token and (already := session.scalar(_OF_TOKEN, {"token": str(token)})):
        return already, False
    _require_possible(session, kind, moves, on)
    document = Document(
        token=str(token or uuid4()),
        kind=kind,
        place_id=place.id,
        day=on,
        year=on.year,
        counterpart=(counterpart := fitting(papers.counterpart, 200)),
        reference=(reference := fitting(papers.reference, 200)),
        note=fitting(papers.note, 5000),
        search=search_key(f"{counterpart} {reference}"),
        reverses_id=reverses.id if reverses else None,
    )
    session.add(document)
    session.flush()
    return document, True


def _require_possible(session: Session, kind: Kind, moves: Sequence[Move], on: date) -> None:
    if not moves:
        raise NothingToPost
    for move in moves:
        if move.quantity <= 0:
            raise BadQuantity(quantity=decimal(move.quantity))
    periods.require_open(session, on)
    _require_fresh(session, kind, moves, on)
    _require_enough(session, moves, on)


def _finish(
    session: Session,
    document: Document,
    moves: Sequence[Move],
    posted_by: int | None,
    confirmed_by: int | None,
) -> None:
    """Number, chain and post; the trigger moves the stored totals on that very statement."""
    number, (last, before) = _next_number(session, document), chain.head(session)
    document.number, document.chain_number = number, last + 1
    document.posted_at, document.posted_by = clock.now(), posted_by
    document.confirmed_by = confirmed_by
    document.hash = chain.hash_after(before, document, chain.line_entries(moves))
    document.status = Status.POSTED
    session.flush()
    record.pin(session, last + 1, document.hash)


def _next_number(session: Session, document: Document) -> int:
    run = {"kind": document.kind, "place_id": document.place_id, "year": document.year}
    return (session.connection().scalar(_LAST_NUMBER, run) or 0) + 1


def _require_fresh(session: Session, kind: Kind, moves: Sequence[Move], on: date) -> None:
    if kind in MAY_MOVE_EXPIRED:
        return
    for move in moves:
        if move.lot.expiry and move.lot.expiry < on:
            item = session.get_one(Item, move.lot.item_id)
            raise Expired(item=item.name(), expiry=move.lot.expiry)


def _require_enough(session: Session, moves: Sequence[Move], on: date) -> None:
    """No real place below zero: not now, and not on any later day already in the book."""
    for (place_id, lot_id), taken in _taken(moves).items():
        here = {"place_id": place_id, "lot_id": lot_id}
        there = session.connection().scalar(_THERE, here) or 0
        if taken > there:
            raise NotEnoughStock(**_left(session, place_id, lot_id, there))
        lowest = lowest_from(session, place_id, lot_id, on, there)
        if taken > lowest:
            raise NotEnoughLater(**_left(session, place_id, lot_id, lowest), on=on)


def _require_goods_back(session: Session, moves: Sequence[Move]) -> None:
    """What a document brought must still be where it brought it; else say what comes first."""
    for (place_id, lot_id), taken in _taken(moves).items():
        there = session.connection().scalar(_THERE, {"place_id": place_id, "lot_id": lot_id}) or 0
        if taken > there:
            left = _left(session, place_id, lot_id, there)
            unit = session.get_one(Item, session.get_one(Lot, lot_id).item_id).unit
            raise GoodsGone(needed=counted(taken, unit), **left)


def _taken(moves: Sequence[Move]) -> dict[tuple[int, int], int]:
    """Thousandths that leave each (real place, lot)."""
    taken: dict[tuple[int, int], int] = defaultdict(int)
    for move in moves:
        if move.source.kind in REAL:
            taken[move.source.id, move.lot.id] += move.quantity
    return taken


def _left(session: Session, place_id: int, lot_id: int, quantity: int) -> dict[str, object]:
    item = session.get_one(Item, session.get_one(Lot, lot_id).item_id)
    place = session.get_one(Place, place_id).name
    return {"place": place, "item": item.name(), "available": counted(quantity, item.unit)}


def _backwards(session: Session, line: Line) -> Move:
    source, target = session.get_one(Place, line.to_id), session.get_one(Place, line.from_id)
    return Move(session.get_one(Lot, line.lot_id), source, target, line.quantity)


def _reversal_day(session: Session, day: date) -> date:
    return clock.today() if periods.is_closed(session, day) else day


# What every posting asks and writes; built once, for that costs more than asking. Bare figures
# are asked of the connection, past the session that would make objects of them: at half the price.
_PLACE: BindParameter[int] = bindparam("place_id")
_LOT: BindParameter[int] = bindparam("lot_id")
_OF_TOKEN = select(Document).where(Document.token == bindparam("token"))
_LAST_NUMBER = select(func.max(Document.number)).where(
    Document.kind == bindparam("kind"),
    Document.place_id == _PLACE,
    Document.year == bindparam("year"),
)
_THERE = select(OnHand.quantity).where(OnHand.place_id == _PLACE, OnHand.lot_id == _LOT)
_LATER = (
    select(Line.day, func.sum(Line.quantity * case((Line.to_id == _PLACE, 1), else_=-1)))
    .where(Line.lot_id == _LOT, Line.day > bindparam("day"))
    .where((Line.from_id == _PLACE) | (Line.to_id == _PLACE))
    .group_by(Line.day)
    .order_by(Line.day.desc())
)
_INSERT_LINES = insert(Line.__table__)  # type: ignore[arg-type]  # a table, always


class NothingToPost(DomainError):
    message = N_("There is nothing to save yet. Enter at least one line.")


class NotEnoughStock(DomainError):
    message = N_("{place}: only {available} of {item} left.")


class GoodsGone(NotEnoughStock):
    """The goods of a document that is to be reversed are no longer all there."""

    message = N_(
        "{place}: to reverse this, {needed} of {item} must be there, and only {available} are"
        " left: first take back what was handed out, or write the rest off instead."
    )


class NotEnoughLater(DomainError):
    message = N_(
        "{place}: only {available} of {item} can be taken on {on}, because the rest came later"
        " or is needed by later entries."
    )


class Expired(DomainError):
    message = N_("{item} expired on {expiry}. Expired goods can only be written off.")


class AlreadyReversed(DomainError):
    message = N_("Document {number} has already been reversed.")


class BeforeOriginal(DomainError):
    message = N_("The document is dated {day}; its reversal cannot be dated before it.")


class ReversalOfReversal(DomainError):
    message = N_("A reversal cannot be reversed. Enter the document again instead.")
