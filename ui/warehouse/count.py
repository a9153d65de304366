"""The form for counting the stock: what lies there is typed in before the books are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from models.goods import counting, places, shelf
from models.goods.counting import Found, Shelved
from models.goods.documents import written_number
from models.goods.places import Place
from models.office import witness
from translations import _, current
from ui.office.second_person import WitnessedForm
from ui.pieces.boxes import grid, label
from ui.pieces.buttons import is_enter
from ui.pieces.cards import muted
from ui.pieces.faulty import mark
from ui.pieces.fields import Choice, NoteField, QuantityField
from ui.unfinished import KeptForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

WIDE = 90  # characters: room for an item with its batch, its day and its donor
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


class CountForm(WitnessedForm, KeptForm):
    """Every lot of a place with an empty field beside it; one left empty was not counted."""

    may_wait = False

    def __init__(self, db: Database, parent: QWidget | None = None) -> None:
        super().__init__(db, _("Stock count"), parent)
        with db.read() as session:
            known = [(row.id, row.name) for row in places.overview(session)]
            usual = shelf.last_place(session)
        self.place = self.add_field(_("Warehouse"), Choice(known), "place", required=True)
        if usual:
            self.place.set_value(usual)
        self.add_note(
            _(
                "Count first, then type what you found. What is left empty was not counted;"
                " where nothing is left, type 0. Save before anything else is moved."
            )
        )
        self.found = self.add_wide(_("Goods"), FoundField(), "found", keys="F7")
        self.note = self.add_field(_("Note"), NoteField(2000, lines=2), "note")
        self.add_second(witness.WRITE_OFF)
        self.place.changed.connect(self._offer)
        self._offer()

    def save(self, session: Session) -> str:
        """Post the differences; gives back how papers call the document, nothing for none."""
        document = counting.count(
            session,
            session.get_one(Place, self.place.value),
            self.found.value,
            note=self.note.value,
            token=self.token,
        )
        if document is None:
            return ""
        return f"{_(document.kind.label)} {written_number(document)}"

    def said(self) -> str:
        """What was done, for the status line."""
        if not self.result_value:
            return _(
                "All that was counted agrees with the books. That it was counted stands in the"
                " record of acts."
            )
        return _("Posted: {document}. Ctrl+P prints it.").format(document=self.result_value)

    def _offer(self) -> None:
        with self.db.read() as session:
            self.found.offer(counting.to_count(session, self.place.value))
        self._grow()


class FoundField(QWidget):
    """A line for each lot; `value` are those that something was typed for."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lots: list[Shelved] = []
        self.fields: list[QuantityField] = []
        self.grid = grid(self, across=14, down=4)
        self.grid.setColumnStretch(0, 1)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * WIDE)

    @property
    def value(self) -> list[Found]:
        typed = zip(self.lots, self.fields, strict=True)
        return [Found(lot.lot_id, field.value) for lot, field in typed if field.value is not None]

    def kept(self) -> dict[str, Any]:
        """What stands beside each lot, by its number."""
        beside = {lot.lot_id: at for lot, at in zip(self.lots, self.fields, strict=True)}
        return {str(lot): beside[lot].kept() for lot in sorted(beside) if beside[lot].text()}

    def put_back(self, kept: Any) -> bool:
        """Write it beside the same lots again, wherever they stand now."""
        fields = {str(lot.lot_id): at for lot, at in zip(self.lots, self.fields, strict=True)}
        found = kept if isinstance(kept, dict) else {}
        placed = [name in fields and fields[name].put_back(said) for name, said in found.items()]
        return all(placed)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The first number that cannot be read gets the keyboard, else the first field."""
        faulty = (field for field in self.fields if field.property("faulty"))
        if found := next(faulty, self.fields[0] if self.fields else None):
            found.setFocus(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on to the next lot: a count is not saved in its middle."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if is_enter(event):
                self.focusNextChild()
                return True
        return super().eventFilter(watched, event)

    def fault(self) -> str:
        """The first number that cannot be read, or that nothing was typed at all."""
        faults = [field.fault() for field in self.fields]
        for field, reason in zip(self.fields, faults, strict=True):
            mark(field, reason)
        said = next(filter(None, faults), "")
        return said or ("" if self.value else _("Nothing was counted yet."))

    def offer(self, lots: Sequence[Shelved]) -> None:
        """Show these lots, with nothing typed."""
        for old in self.findChildren(QWidget, options=DIRECT):
            self.grid.removeWidget(old)
            old.setParent(None)
            old.deleteLater()
        self.lots, self.fields = list(lots), [QuantityField() for _lot in lots]
        for at, (lot, field) in enumerate(zip(self.lots, self.fields, strict=True)):
            caption = label(_called(lot))
            caption.setBuddy(field)
            field.setObjectName(f"found_{at}")
            field.setAccessibleName(caption.text())
            field.changed.connect(self.changed)
            field.installEventFilter(self)
            self.grid.addWidget(caption, at, 0)
            self.grid.addWidget(field, at, 1)
            self.grid.addWidget(muted(current().show(lot.unit)), at, 2)
        if not lots:
            self.grid.addWidget(muted(_("Nothing is in stock at this place.")), 0, 0)
        if self.fields:
            self.setFocusProxy(self.fields[0])


def _called(lot: Shelved) -> str:
    expiry = current().day(lot.expiry) if lot.expiry else ""
    return " · ".join(filter(None, (lot.item, lot.batch, expiry, lot.donor)))
