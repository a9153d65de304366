"""The forms that move goods: receive, issue, transfer and write off, line by line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QWidget

from models import clock
from models.goods import items, lots, places, proposals, shelf, stock
from models.goods.documents import Document, written_number
from models.goods.places import Place
from models.goods.proposals import Waiting
from models.goods.stock import Goods
from models.office import witness
from models.units import decimal
from translations import N_, _, current
from ui.office.second_person import WitnessedForm
from ui.pieces.dates import DateField
from ui.pieces.fields import Choice, MoneyField, NoteField, QuantityField, TextField
from ui.pieces.lines import LineColumn
from ui.unfinished import KeptForm
from ui.warehouse.goods_lines import GoodsLines, Line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database


WIDE = 165  # characters: room for the names of items and lots
MARGINS = 140  # pixels that the form and the edge of the screen take


class GoodsForm(KeptForm):
    """What the four forms share: a place, a day, and lines of goods."""

    named = ""

    def __init__(self, db: Database, parent: QWidget | None = None) -> None:
        super().__init__(db, _(self.named), parent)
        self.place = self.add_field(_("Warehouse"), self._places(), "place", required=True)
        self.day = self.add_field(_("Date"), DateField(clock.today()), "day", required=True)
        self._add_papers()
        lines = GoodsLines(db, self._more_columns())
        self.lines = self.add_wide(_("Goods"), lines, "lines", keys="F7")
        room = self.screen().availableSize().width() - MARGINS
        self.lines.setMinimumWidth(min(self.fontMetrics().averageCharWidth() * WIDE, room))
        self.lines.cell_changed.connect(self._cell_changed)
        self.place.changed.connect(self._place_changed)

    def save(self, session: Session) -> str:
        """Post the document; gives back how papers call it."""
        goods = [self._goods(session, line) for line in self.lines.lines()]
        document = self.post(session, session.get_one(Place, self.place.value), goods)
        return f"{_(document.kind.label)} {written_number(document)}"

    def post(self, session: Session, place: Place, goods: list[Goods]) -> Document:
        raise NotImplementedError

    def said(self) -> str:
        """What was done, for the status line."""
        return _("Posted: {document}. Ctrl+P prints it.").format(document=self.result_value)

    @property
    def on(self) -> date:
        """The day of the document; the field is required, so it is there when saving."""
        return self.day.value or clock.today()

    def _add_papers(self) -> None:
        """The fields between the day and the lines."""

    def _more_columns(self) -> list[LineColumn]:
        """The columns that follow item, quantity and unit."""
        return [LineColumn("lot", N_("Lot"), self._no_lot, 3)]

    def _goods(self, session: Session, line: Line) -> Goods:
        """A line as the books take it. An empty item or quantity is refused by name."""
        item, quantity = self.lines.item_and_quantity(session, line)
        lot = session.get(lots.Lot, line["lot"]) if line.get("lot") else None
        return Goods(item, quantity, lot=lot)

    def _cell_changed(self, line: int, name: str) -> None:
        if name == "item":
            self._item_picked(line)

    def _item_picked(self, line: int) -> None:
        """Offer the lots that lie at the place."""
        with self.db.read() as session:
            self._offer_lots(session, line, self.lines.field(line, "item").value)

    def _offer_lots(self, session: Session, line: int, item_id: int | None) -> None:
        if "lot" not in {column.name for column in self.lines.columns}:
            return
        field = self.lines.field(line, "lot")
        if item_id is None:
            field.set_options([(None, _("first to expire"))])
            return
        rows = shelf.lots_of(session, item_id, place_id=self.place.value)
        total = current().show(sum((row.on_hand for row in rows), start=decimal(0)))
        first = _("first to expire ({quantity} on hand)").format(quantity=total)
        field.set_options([(None, first), *((row.lot_id, _lot_label(row)) for row in rows)])
        field.set_value(None)

    def _place_changed(self) -> None:
        for line in range(self.lines.count()):
            self._item_picked(line)

    def _places(self) -> Choice:
        with self.db.read() as session:
            found = Choice([(row.id, row.name) for row in places.overview(session)])
            usual = shelf.last_place(session)
        if usual:
            found.set_value(usual)
        return found

    def _no_lot(self) -> Choice:
        return Choice([(None, _("first to expire"))])


class ReceiveForm(GoodsForm):
    """Goods received: what came, from whom, with which batch and expiry."""

    named = N_("Goods received note")

    def _add_papers(self) -> None:
        self.supplier = self.add_field(_("Donor or supplier"), self._donors(), "supplier")
        self.reference = self.add_field(_("Source document"), TextField(), "reference")
        self.purpose = self.add_field(_("Purpose"), TextField(), "purpose")
        self.note = self.add_field(_("Note"), TextField(2000), "note")

    def _more_columns(self) -> list[LineColumn]:
        return [
            LineColumn("expected", N_("By document"), QuantityField),
            LineColumn("batch", N_("Batch"), lambda: TextField(80)),
            LineColumn("expiry", N_("Expiry"), DateField),
            LineColumn("value", N_("Unit value"), MoneyField),
        ]

    def post(self, session: Session, place: Place, goods: list[Goods]) -> Document:
        return stock.receive(
            session,
            place,
            goods,
            on=self.on,
            supplier=self.supplier.value,
            reference=self.reference.value,
            note=self.note.value,
            token=self.token,
        )

    def _goods(self, session: Session, line: Line) -> Goods:
        item, quantity = self.lines.item_and_quantity(session, line)
        if item.tracks_expiry and line["expiry"] is None:
            raise self.lines.refused(line, "expiry", lots.ExpiryNeeded(item=item.name()))
        expected = line["expected"]
        if expected is not None:
            expected = items.in_units(item, expected, line["unit"] or item.unit)
        return Goods(
            item,
            quantity,
            expected=expected,
            batch=line["batch"],
            expiry=line["expiry"],
            purpose=self.purpose.value,
            unit_value=line["value"],
        )

    def _donors(self) -> TextField:
        """Free text that offers the donors already known."""
        field = TextField()
        with self.db.read() as session:
            completer = QCompleter([name for _id, name in places.donors(session)], field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        field.setCompleter(completer)
        return field


class IssueForm(GoodsForm):
    """Goods issued to another organization or to the kitchen."""

    named = N_("Issue note")

    def _add_papers(self) -> None:
        self.recipient = self.add_field(_("Recipient"), TextField(), "recipient", required=True)
        self.reference = self.add_field(_("Requisition"), TextField(), "reference")
        self.note = self.add_field(_("Note"), TextField(2000), "note")

    def _more_columns(self) -> list[LineColumn]:
        return [LineColumn("requested", N_("Requested"), QuantityField), *super()._more_columns()]

    def post(self, session: Session, place: Place, goods: list[Goods]) -> Document:
        return stock.issue(
            session,
            place,
            goods,
            on=self.on,
            recipient=self.recipient.value,
            reference=self.reference.value,
            note=self.note.value,
            token=self.token,
        )

    def _goods(self, session: Session, line: Line) -> Goods:
        item, quantity = self.lines.item_and_quantity(session, line)
        requested = line["requested"]
        if requested is not None:
            requested = items.in_units(item, requested, line["unit"] or item.unit)
        lot = session.get(lots.Lot, line["lot"]) if line["lot"] else None
        return Goods(item, quantity, lot=lot, expected=requested)


class TransferForm(GoodsForm):
    """Goods moved between two places of the branch."""

    named = N_("Transfer note")

    def _add_papers(self) -> None:
        self.target = self.add_field(_("To store"), self._places(), "target", required=True)
        self._leave_place()
        self.note = self.add_field(_("Note"), TextField(2000), "note")

    def _place_changed(self) -> None:
        super()._place_changed()
        self._leave_place()

    def _leave_place(self) -> None:
        """Goods go to another place than they come from."""
        if self.target.value == self.place.value and self.target.count() > 1:
            self.target.setCurrentIndex(0 if self.target.currentIndex() else 1)

    def post(self, session: Session, place: Place, goods: list[Goods]) -> Document:
        target = session.get_one(Place, self.target.value)
        return stock.transfer(
            session, place, target, goods, on=self.on, note=self.note.value, token=self.token
        )


class WriteOffForm(WitnessedForm, GoodsForm):
    """Expired, damaged or lost goods leave the book, with a reason and before a second person.

    With `waiting` it changes a draft that waits already.
    """

    named = N_("Write-off record")

    def __init__(
        self, db: Database, parent: QWidget | None = None, waiting: Waiting | None = None
    ) -> None:
        self.waiting = waiting
        super().__init__(db, parent)
        self.about = waiting.id if waiting else None
        self.add_second(witness.WRITE_OFF)
        if waiting:
            self._fill(waiting)

    @classmethod
    def row(cls, session: Session, about: int) -> Waiting | None:
        return next((row for row in proposals.waiting(session) if row.id == about), None)

    def save(self, session: Session) -> str:
        if not self.is_left:
            return super().save(session)
        goods = [self._goods(session, line) for line in self.lines.lines()]
        place = session.get_one(Place, self.place.value)
        stock.propose_write_off(
            session,
            place,
            goods,
            on=self.on,
            reason=self.reason.value,
            token=self.token,
            instead=self._draft(session),
        )
        return _("Write-off record")

    def said(self) -> str:
        if not self.is_left:
            return super().said()
        return _("Waits for a second person: {document}").format(document=self.result_value)

    def _add_papers(self) -> None:
        self.reason = self.add_field(_("Reason"), NoteField(lines=2), "reason", required=True)

    def post(self, session: Session, place: Place, goods: list[Goods]) -> Document:
        if draft := self._draft(session):
            proposals.withdraw(session, draft)
        return stock.write_off(
            session, place, goods, on=self.on, reason=self.reason.value, token=self.token
        )

    def _draft(self, session: Session) -> Document | None:
        return session.get_one(Document, self.waiting.id) if self.waiting else None

    def _fill(self, waiting: Waiting) -> None:
        """Everything as it was proposed, the lots too."""
        self.place.set_value(waiting.place_id)
        self.day.set_value(waiting.day)
        self.reason.set_value(waiting.reason)
        for at, line in enumerate(waiting.lines):
            while self.lines.count() <= at:
                self.lines.add_line()
            self.lines.set(at, "item", (line.item_id, line.item))
            self._item_picked(at)
            self.lines.set(at, "quantity", line.quantity)
            self.lines.set(at, "lot", line.lot_id)


def _lot_label(row: shelf.LotRow) -> str:
    marks = [row.batch, current().day(row.expiry) if row.expiry else "", row.donor]
    named = " · ".join(mark for mark in marks if mark) or _("unmarked")
    return f"{named} ({current().show(row.on_hand)})"
