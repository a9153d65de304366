"""Documents that wait for a second person: kept as drafts, without a number, moving no goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import clock
from models.base import Base
from models.errors import DomainError, Missing, NotFound
from models.goods import ledger
from models.goods.documents import Document, Kind, Move, Papers
from models.goods.items import Item
from models.goods.lots import Lot
from models.goods.places import Place
from models.office import witness
from models.office.users import User
from models.rights import question, verb
from models.roles import SHELF, STORE
from models.text import fitting
from models.units import Unit
from translations import N_


class Proposal(Base):
    """Who proposed the draft, and what the second person answered if they declined it."""

    __tablename__ = "proposal"
    __table_args__ = (CheckConstraint("proposed_by <> declined_by", name="two"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    declined_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    declined_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")

    document: Mapped[Document] = relationship()
    lines: Mapped[list[ProposedLine]] = relationship(
        order_by="ProposedLine.position", cascade="all, delete-orphan"
    )


class ProposedLine(Base):
    """A line as it will be posted: `quantity` thousandths of a lot, from one place to another."""

    __tablename__ = "proposed_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("proposal.document_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    quantity: Mapped[int]


@dataclass(frozen=True)
class WaitingLine:
    """Goods of one lot that a waiting document would move; `quantity` in thousandths."""

    item_id: int
    item: str
    unit: Unit
    lot_id: int
    batch: str
    expiry: date | None
    quantity: int


@dataclass(frozen=True)
class Waiting:
    """A document that waits. `mine`: the user proposed it and cannot confirm it.

    `answer` is why it was declined; while it is empty nobody has answered.
    """

    id: int
    kind: Kind
    day: date
    place_id: int
    place: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    mine: bool
    answer: str
    declined_by: str
    lines: tuple[WaitingLine, ...]


@question()
def keep(
    session: Session,
    kind: Kind,
    place: Place,
    on: date,
    moves: Sequence[Move],
    papers: Papers,
    *,
    token: UUID | None = None,
) -> Document:
    """Keep a document for a second person. Raises what posting it now would raise."""
    document, is_new = ledger.draft(session, kind, place, on, moves, papers, token=token)
    if is_new:
        lines = [
            ProposedLine(
                position=position,
                lot_id=move.lot.id,
                from_id=move.source.id,
                to_id=move.target.id,
                quantity=move.quantity,
            )
            for position, move in enumerate(moves, 1)
        ]
        user = session.info.get("user")
        session.add(Proposal(document_id=document.id, proposed_by=user, lines=lines))
        session.flush()
    return document


@verb(N_("Confirmed a write-off"), *witness.WRITE_OFF)
def confirm(session: Session, document: Document) -> Document:
    """Post what another user proposed. Raises SamePerson, AlreadyDeclined, and as posting."""
    proposal = _waiting(session, document)
    if proposal.declined_at:
        raise AlreadyDeclined
    witness.answer(session, proposal.proposed_by)
    moves = [_move(session, line) for line in proposal.lines]
    ledger.post_draft(session, document, moves, proposed_by=proposal.proposed_by)
    _forget(session, document)
    return document


@verb(N_("Declined a write-off"), *witness.WRITE_OFF)
def decline(session: Session, document: Document, reason: str) -> None:
    """Say why it is not confirmed; it stays for who proposed it. Raises SamePerson, Missing."""
    proposal = _waiting(session, document)
    if not (said := fitting(reason, 5000)):
        raise Missing(field=N_("Reason"))
    witness.answer(session, proposal.proposed_by)
    proposal.declined_by, proposal.declined_at = session.info.get("user"), clock.now()
    proposal.answer = said
    session.flush()


@verb(N_("Withdrew a write-off that was waiting"), *STORE)
def withdraw(session: Session, document: Document) -> None:
    """Throw a draft away. Raises NotFound when it was posted or is gone."""
    _waiting(session, document)
    _forget(session, document)
    session.delete(document)
    session.flush()


@question(*SHELF)
def waiting(session: Session) -> list[Waiting]:
    """Every document that waits, the oldest first."""
    query = select(Proposal).order_by(Proposal.proposed_at, Proposal.document_id)
    return [_row(session, proposal) for proposal in session.scalars(query)]


@question(*witness.WRITE_OFF)
def for_me(session: Session) -> list[Waiting]:
    """What waits for the user: to be confirmed, or their own that was declined."""
    return [row for row in waiting(session) if row.mine == bool(row.answer)]


def _waiting(session: Session, document: Document) -> Proposal:
    proposal = session.get(Proposal, document.id)
    if proposal is None:
        raise NotFound
    return proposal


def _forget(session: Session, document: Document) -> None:
    session.execute(delete(ProposedLine).where(ProposedLine.document_id == document.id))
    session.execute(delete(Proposal).where(Proposal.document_id == document.id))
    session.expire_all()


def _move(session: Session, line: ProposedLine) -> Move:
    source, target = session.get_one(Place, line.from_id), session.get_one(Place, line.to_id)
    return Move(session.get_one(Lot, line.lot_id), source, target, line.quantity)


def _row(session: Session, proposal: Proposal) -> Waiting:
    document = proposal.document
    return Waiting(
        id=document.id,
        kind=document.kind,
        day=document.day,
        place_id=document.place_id,
        place=document.place.name,
        reason=document.note,
        proposed_by=_name(session, proposal.proposed_by),
        proposed_at=proposal.proposed_at,
        mine=proposal.proposed_by == session.info.get("user"),
        answer=proposal.answer,
        declined_by=_name(session, proposal.declined_by),
        lines=tuple(_line(session, line) for line in proposal.lines),
    )


def _line(session: Session, line: ProposedLine) -> WaitingLine:
    lot = session.get_one(Lot, line.lot_id)
    item = session.get_one(Item, lot.item_id)
    return WaitingLine(
        item.id, item.name(), item.unit, lot.id, lot.batch, lot.expiry, line.quantity
    )


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""


class AlreadyDeclined(DomainError):
    message = N_("This was declined already. Who proposed it can change it and propose it again.")
