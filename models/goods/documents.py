"""The papers of the stock book: a document, its lines, and what they are made from.

How they are posted and taken back stands in `ledger`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Row,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, choice
from models.goods.lots import Lot
from models.goods.places import Place
from translations import N_


class Kind(enum.StrEnum):
    RECEIPT = "receipt"
    ISSUE = "issue"
    TRANSFER = "transfer"
    HAND_OUT = "hand_out"
    WRITE_OFF = "write_off"
    RETURN = "return"
    COUNT = "count"
    LOAN = "loan"
    KIT = "kit"
    REVERSAL = "reversal"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.RECEIPT: N_("Goods received note"),
    Kind.ISSUE: N_("Issue note"),
    Kind.TRANSFER: N_("Transfer note"),
    Kind.HAND_OUT: N_("Hand-out"),
    Kind.WRITE_OFF: N_("Write-off record"),
    Kind.RETURN: N_("Return note"),
    Kind.COUNT: N_("Stock count"),
    Kind.LOAN: N_("Loan note"),
    Kind.KIT: N_("Kit note"),
    Kind.REVERSAL: N_("Reversal"),
}


class Status(enum.StrEnum):
    DRAFT = "draft"
    POSTED = "posted"


class Document(Base):
    """The header. Number, chain place and hash are given at posting; a draft has none."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("kind", "place_id", "year", "number"),
        UniqueConstraint("id", "day"),
        CheckConstraint("(status = 'posted') = (number IS NOT NULL)", name="numbered"),
        CheckConstraint("(status = 'posted') = (hash IS NOT NULL)", name="chained"),
        Index("ix_document_day", "day", "chain_number"),
        Index("ix_document_kind", "kind", "day", "chain_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(36), unique=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    status: Mapped[Status] = mapped_column(choice(Status), default=Status.DRAFT)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    day: Mapped[date]
    year: Mapped[int]
    number: Mapped[int | None]
    counterpart: Mapped[str] = mapped_column(String(200), default="")
    reference: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    search: Mapped[str] = mapped_column(Text, default="")  # counterpart and reference, tolerant
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), unique=True)
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    chain_number: Mapped[int | None] = mapped_column(unique=True)
    hash: Mapped[str | None] = mapped_column(String(64))

    lines: Mapped[list[Line]] = relationship(order_by="Line.position", viewonly=True)
    place: Mapped[Place] = relationship()


class Line(Base):
    """`quantity` thousandths of a lot, from one place to another; `day` is the document's."""

    __tablename__ = "line"
    __table_args__ = (
        ForeignKeyConstraint(["document_id", "day"], ["document.id", "document.day"]),
        UniqueConstraint("document_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("expected >= 0", name="expected"),
        CheckConstraint("from_id <> to_id", name="moves"),
        Index("ix_line_lot_day", "lot_id", "day"),
        Index("ix_line_to_day", "to_id", "day"),
        Index("ix_line_day", "day", "lot_id", "from_id", "to_id", "quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int]
    day: Mapped[date]
    position: Mapped[int]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    quantity: Mapped[int]
    expected: Mapped[int | None]

    lot: Mapped[Lot] = relationship()


@dataclass(frozen=True)
class Papers:
    """What is written on a document besides its goods."""

    counterpart: str = ""  # supplier, recipient or other place
    reference: str = ""  # number of the paper that came with the goods
    note: str = ""


@dataclass(frozen=True)
class Move:
    """What a line is to do. `expected`: what the paper said (thousandths), where it differs."""

    lot: Lot
    source: Place
    target: Place
    quantity: int
    expected: int | None = None


def written_number(document: Document | Row[Any]) -> str:
    """The running number as papers show it, of a document or a row with its marks: 17/2026."""
    return f"{document.number}/{document.year}"
