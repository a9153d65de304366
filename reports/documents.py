"""One document of the stock book on paper: number, lines, value, and places to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.goods.documents import Document, Kind, Line, written_number
from models.goods.items import Item
from models.goods.places import Donor, Place, PlaceKind
from models.office import branch, users
from models.office.branch import Level
from models.office.users import User
from models.units import Unit, decimal, value_of
from reports import head, layout
from reports.columns import Column
from reports.paper.blocks import Block
from translations import LANGUAGES, N_, Language, Money

Names = dict[str, str]


@dataclass(frozen=True)
class PaperLine:
    """Goods of one lot. `expected` is what the paper with them said, or what was asked for.

    Of a count it is what the books said; `is_surplus`: more was found than that.
    """

    names: Names
    unit: Unit
    batch: str
    expiry: date | None
    donor: str
    purpose: str
    expected: Decimal | None
    quantity: Decimal
    unit_value: Money | None
    value: Money | None
    is_surplus: bool = False

    @property
    def by_document(self) -> Decimal:
        return self.quantity if self.expected is None else self.expected

    @property
    def difference(self) -> Decimal:
        return self.quantity - self.by_document

    @property
    def change(self) -> Decimal:
        """What a count changes: more or less than the books said."""
        return self.quantity if self.is_surplus else -self.quantity

    @property
    def counted(self) -> Decimal:
        return self.by_document + self.change


@dataclass(frozen=True)
class Original:
    """The document that a reversal takes back."""

    kind: Kind
    number: str
    day: date


@dataclass(frozen=True)
class Paper:
    """A posted document as it is printed; `target` is the other store of a transfer."""

    kind: Kind
    number: str
    day: date
    place: str
    target: str
    counterpart: str
    reference: str
    note: str
    original: Original | None
    reversed_by: str
    lines: tuple[PaperLine, ...]
    posted_at: datetime
    posted_by: str
    confirmed_by: str
    hash: str
    sender: Names
    town: str
    address: str
    contact: str
    president: str
    is_practice: bool
    logo: bytes | None = field(default=None, repr=False)


def collect(session: Session, document_id: int) -> Paper:
    """What stands on a posted document. Raises NotFound for none, or for a draft; NotSetUp."""
    document = session.get(Document, document_id)
    if document is None or document.posted_at is None or document.hash is None:
        raise NotFound
    own = branch.get(session)
    return Paper(
        kind=document.kind,
        number=written_number(document),
        day=document.day,
        place=document.place.name,
        target=_target(session, document),
        counterpart=document.counterpart,
        reference=document.reference,
        note=document.note,
        original=_original(session, document),
        reversed_by=_reversed_by(session, document),
        lines=tuple(_line(session, line) for line in document.lines),
        posted_at=document.posted_at,
        posted_by=_name_of(session, document.posted_by),
        confirmed_by=_name_of(session, document.confirmed_by),
        hash=document.hash,
        sender={code: branch.names(session, code)[Level.BRANCH] for code in LANGUAGES},
        town=own.town,
        address=own.address,
        contact=own.contact,
        president=own.president,
        is_practice=own.is_practice,
        logo=own.logo,
    )


def render(paper: Paper, language: Language) -> bytes:
    """The document as PDF/A; the same paper gives the same bytes."""
    _ = language.gettext
    paper = replace(
        paper,
        posted_by=users.called(paper.posted_by, language),
        confirmed_by=users.called(paper.confirmed_by, language),
    )
    heading = title(paper, language)
    story: list[Any] = [layout.title(heading, _subtitle(paper, language))]
    if paper.is_practice:
        story.append(layout.box(_("Practice data"), _("Not a valid document.")))
    story += [
        layout.facts(_facts(paper, language), language),
        layout.table(_columns(paper, language), paper.lines, language, totals=_is_valued(paper)),
    ]
    if paper.note:
        story.append(layout.box(_(_NOTES.get(paper.kind, N_("Note"))), paper.note))
    story.append(_signatures(paper, language))
    return layout.document(
        story,
        language,
        title=heading,
        letterhead=_letterhead(paper, language),
        footer=_footer(paper, language),
        created=paper.posted_at,
    )


def title(paper: Paper, language: Language) -> str:
    """What the document is called, with its number."""
    words = language.gettext("{kind} no. {number}")
    return words.format(kind=language.show(paper.kind), number=paper.number)


_NOTES = {Kind.WRITE_OFF: N_("Reason and way of disposal")}

_SIGNERS: dict[Kind, tuple[str, ...]] = {
    Kind.RECEIPT: (N_("Delivered by"), N_("Received by")),
    Kind.ISSUE: (N_("Issued by"), N_("Approved by"), N_("Received by")),
    Kind.TRANSFER: (N_("Issued by"), N_("Received by")),
    Kind.HAND_OUT: (N_("Handed out by"), N_("Witness")),
    Kind.WRITE_OFF: (N_("Head of the commission"), N_("Member"), N_("Member")),
    Kind.COUNT: (N_("Head of the commission"), N_("Member"), N_("Member")),
    Kind.REVERSAL: (N_("Made by"), N_("Approved by")),
}

# What the other side of a document is called.
_COUNTERPARTS = {Kind.RECEIPT: N_("Donor or supplier")}


def _subtitle(paper: Paper, language: Language) -> str:
    _ = language.gettext
    if paper.original:
        words = _("takes back: {kind} no. {number} of {day}")
        return words.format(
            kind=language.show(paper.original.kind),
            number=paper.original.number,
            day=language.day(paper.original.day),
        )
    words = _("taken back by reversal no. {number}")
    return words.format(number=paper.reversed_by) if paper.reversed_by else ""


def _facts(paper: Paper, language: Language) -> list[tuple[str, Any]]:
    """The head of the document: when, where, from or to whom, and by which paper."""
    _ = language.gettext
    transfer = bool(paper.target)
    pairs = [
        (_("Date"), paper.day),
        (_("From store") if transfer else _("Store"), paper.place),
        (_("To store"), paper.target),
        (_(_COUNTERPARTS.get(paper.kind, N_("Recipient"))), "" if transfer else paper.counterpart),
        (_("Source document"), paper.reference if not paper.original else ""),
        (_("Proposed by"), paper.posted_by if paper.confirmed_by else ""),
        (_("Confirmed by"), paper.confirmed_by),
    ]
    return [(name, value) for name, value in pairs if value]


def _columns(paper: Paper, language: Language) -> list[Column]:
    _ = language.gettext
    columns = [
        Column(_("Item"), lambda line: line.names[language.code]),
        Column(_("unit"), "unit"),
    ]
    if any(line.batch for line in paper.lines):
        columns.append(Column(_("batch"), "batch"))
    if any(line.expiry for line in paper.lines):
        columns.append(Column(_("use by"), "expiry"))
    if any(line.donor not in ("", paper.counterpart) for line in paper.lines):
        columns.append(Column(_("Donor"), "donor"))
    if any(line.purpose for line in paper.lines):
        columns.append(Column(_("Purpose"), "purpose"))
    columns += _quantities(paper, language)
    if _is_valued(paper):
        columns.append(Column(_("unit value"), "unit_value"))
        columns.append(Column(_("value"), "value", total=True))
    return columns


def _is_valued(paper: Paper) -> bool:
    """A count adds nothing up: a surplus and a shortage do not make good for each other."""
    return paper.kind is not Kind.COUNT and any(line.unit_value is not None for line in paper.lines)


def _quantities(paper: Paper, language: Language) -> Sequence[Column]:
    """A receipt is compared with its paper, an issue with the request, a count with the books."""
    _ = language.gettext
    if paper.kind is Kind.RECEIPT:
        return (
            Column(_("by document"), "by_document"),
            Column(_("received"), "quantity", bold=True),
            Column(_("difference"), "difference"),
        )
    if paper.kind is Kind.ISSUE and any(line.expected is not None for line in paper.lines):
        return (
            Column(_("requested"), "by_document"),
            Column(_("issued"), "quantity", bold=True),
        )
    if paper.kind is Kind.COUNT:
        return (
            Column(_("in the books"), "by_document"),
            Column(_("counted"), "counted", bold=True),
            Column(_("difference"), "change"),
        )
    return (Column(_("quantity"), "quantity", bold=True),)


def _signatures(paper: Paper, language: Language) -> Block:
    _ = language.gettext
    roles = _SIGNERS.get(paper.kind, (N_("Issued by"), N_("Received by")))
    known = {
        N_("Approved by"): paper.president,
        (N_("Received by") if paper.kind is Kind.RECEIPT else N_("Issued by")): paper.posted_by,
        N_("Handed out by"): paper.posted_by,
        N_("Made by"): paper.posted_by,
    }
    return layout.signatures([(_(role), known.get(role, "")) for role in roles], _("M.P."))


def _letterhead(paper: Paper, language: Language) -> layout.Letterhead:
    return layout.Letterhead(
        name=paper.sender[language.code],
        lines=head.contact_lines(paper.address, paper.contact, language),
        logo=paper.logo,
        number_line=head.place_and_day(paper.town, paper.day, language),
    )


def _footer(paper: Paper, language: Language) -> str:
    called = title(paper, language)
    return head.chained_footer(called, paper.hash, language, is_practice=paper.is_practice)


def _target(session: Session, document: Document) -> str:
    if document.kind is not Kind.TRANSFER or not document.lines:
        return ""
    return session.get_one(Place, document.lines[0].to_id).name


def _original(session: Session, document: Document) -> Original | None:
    if document.reverses_id is None:
        return None
    taken_back = session.get_one(Document, document.reverses_id)
    return Original(taken_back.kind, written_number(taken_back), taken_back.day)


def _reversed_by(session: Session, document: Document) -> str:
    query = select(Document).where(Document.reverses_id == document.id)
    reversal = session.scalar(query)
    return written_number(reversal) if reversal else ""


def _line(session: Session, line: Line) -> PaperLine:
    lot, item = line.lot, session.get_one(Item, line.lot.item_id)
    donor = session.get(Donor, lot.donor_id) if lot.donor_id else None
    worth = lot.unit_value
    return PaperLine(
        names={name.language: name.text for name in item.names},
        unit=item.unit,
        batch=lot.batch,
        expiry=lot.expiry,
        donor=donor.name if donor else "",
        purpose=lot.purpose,
        expected=None if line.expected is None else decimal(line.expected),
        quantity=decimal(line.quantity),
        unit_value=None if worth is None else Money(worth),
        value=None if worth is None else Money(value_of(line.quantity, worth)),
        is_surplus=session.get_one(Place, line.from_id).kind is PlaceKind.DIFFERENCE,
    )


def _name_of(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""
