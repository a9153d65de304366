"""What both ways of recording aid share: when, where, the goods, the services, and a way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFormLayout, QWidget

from models import clock
from models.desk import aid, encounters, helpers
from models.desk.aid import Encounter
from models.goods import places, shelf
from models.goods.places import Place
from models.units import THOUSAND, amount
from translations import _, current
from ui.desk import given
from ui.desk.services import ServicesField
from ui.pieces.boxes import column, row
from ui.pieces.buttons import Button, is_enter
from ui.pieces.cards import muted
from ui.pieces.dates import DateField
from ui.pieces.fields import Choice, TextField
from ui.pieces.picker import Picker
from ui.unfinished import KeptForm
from ui.warehouse.goods_lines import GoodsLines

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

MARGINS = 120  # pixels beside the columns: the edges of form and screen, the scroll bar


@dataclass(frozen=True)
class Recorded:
    """What a saved entry is called: for whom, and what was given."""

    encounter_id: int
    said: str


class AidForm(KeptForm):
    """Two columns: who at the left, what at the right. Goes on to the next entry."""

    goes_on = True
    counted = False

    def __init__(
        self, db: Database, title: str, parent: QWidget | None = None, place_id: int | None = None
    ) -> None:
        super().__init__(db, title, parent)
        right = self._split()
        known = self._places()
        self.day = self.add_field(_("Date"), DateField(clock.today()), "day", required=True)
        self.place = self.add_field(_("Place"), Choice(known), "place", required=True)
        if place_id in dict(known):
            self.place.set_value(place_id)
        self.helper = self.add_field(_("Helped by"), self._helpers(), "helper")
        self.helper.installEventFilter(self)
        self._add_people()
        self.remark = self.add_field(_("Remark"), TextField(500), "remark")
        self.rows = right
        self._add_given(known)
        self.undo_button = Button(
            _("Undo the last entry"), self.undo, name="undo", icon="undo", shortcut="F9"
        )
        QShortcut(QKeySequence("F9"), self, self.undo_button.click)
        self.undo_button.setEnabled(False)
        self.buttons.insertWidget(0, self.undo_button)
        self.cancel_button.name(_("Close"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter after the helper's name goes on: nobody is helped yet, but goods may be ready."""
        if watched is self.helper and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and is_enter(event):
                self.helper.settle()
                self._focus_first()
                return True
        return super().eventFilter(watched, event)

    def save(self, session: Session) -> Recorded:
        """Record the entry; gives back what it is called."""
        met = self.record(session)
        (shown,) = encounters.rows(session, [met.id])
        return Recorded(met.id, f"{given.whom(shown)} · {given.summary(shown)}")

    def record(self, session: Session) -> Encounter:
        """Call the verb."""
        raise NotImplementedError

    def undo(self) -> None:
        """Take back what this form recorded last; its goods go back on the shelf."""
        done: Recorded | None = self.result_value
        if done is None:
            return
        self.undo_button.setEnabled(False)
        with self.db.write() as session:
            aid.reverse(session, session.get_one(Encounter, done.encounter_id))
        self.saved.say(_("Taken back: {entry}").format(entry=done.said), "warn")
        self._show_on_hand()

    @property
    def on(self) -> date:
        """The day of the entry; the field is required, so it is there when saving."""
        return self.day.value or clock.today()

    def place_of_entry(self, session: Session) -> Place:
        return session.get_one(Place, self.place.value)

    def store_of_goods(self, session: Session) -> Place | None:
        """Where the goods are taken from, if it is not the place itself."""
        return session.get_one(Place, self.store.value) if self.store.value else None

    def still_to_do(self) -> str:
        """What the entry just saved asks of whoever made it, in a sentence; mostly nothing."""
        return ""

    def _add_people(self) -> None:
        """The fields that say who was helped."""

    def _add_given(self, known: list[tuple[int, str]]) -> None:
        self.goods = GoodsLines(self.db, usual=THOUSAND, enter_leaves=True, name="goods")
        self.add_wide(_("Goods"), self.goods, "goods", keys="F7")
        self.on_hand = muted()
        self.on_hand.setObjectName("on_hand")
        self.rows.addRow(self.on_hand)
        self._add_below_goods()
        same = Choice(known, none=_("the same place"))
        self.store = self.add_field(_("Goods from"), same, "store")
        self.services = ServicesField(counted=self.counted)
        self.add_wide(_("Services"), self.services, "services", keys="F8")
        for moved in (self.goods, self.store, self.place):
            moved.changed.connect(self._show_on_hand)
        self._show_on_hand()

    def _add_below_goods(self) -> None:
        """What more is asked about the goods."""

    def _split(self) -> QFormLayout:
        """Make two columns of the one, and give back the right one."""
        right = QFormLayout()
        right.setHorizontalSpacing(self.rows.horizontalSpacing())
        right.setVerticalSpacing(self.rows.verticalSpacing())
        right.setLabelAlignment(self.rows.labelAlignment())
        right.setFieldGrowthPolicy(self.rows.fieldGrowthPolicy())
        self.columns = row(spacing=32)
        self.content.removeItem(self.rows)
        self.rows.setParent(None)
        for half in (self.rows, right):
            whole = column()
            whole.addLayout(half)
            whole.addStretch(1)
            self.columns.addLayout(whole, 1)
        self.content.insertLayout(0, self.columns)
        return right

    def _fit(self) -> None:
        """Where two columns are too wide for the screen, one stands below the other."""
        room = self.screen().availableSize().width() - MARGINS
        if self.columns.minimumSize().width() > room:
            self.columns.setDirection(QBoxLayout.Direction.TopToBottom)
        super()._fit()

    def _places(self) -> list[tuple[int, str]]:
        with self.db.read() as session:
            return [(row.id, row.name) for row in places.overview(session)]

    def _helpers(self) -> Picker:
        """The names that a field sheet may name; left empty it is who works."""
        return Picker(helpers.choices, self.db, placeholder=_("whoever enters it"))

    def _show_on_hand(self) -> None:
        """How much of the items in the lines is left where they are taken from."""
        wanted = {line["item"] for line in self.goods.lines() if line["item"]}
        shelf_id = self.store.value or self.place.value
        left = {}
        if wanted and shelf_id:
            with self.db.read() as session:
                left = {row.item_id: row for row in shelf.overview(session, place_id=shelf_id)}
        show = current().show
        shown = [
            f"{left[item].name}: {show(amount(left[item].on_hand, left[item].unit))}"
            for item in sorted(wanted & set(left))
        ]
        lacking = _("Something of this is not on hand there.") if wanted - set(left) else ""
        said = _("On hand: {goods}").format(goods=", ".join(shown)) if shown else ""
        self.on_hand.setText(" · ".join(part for part in (said, lacking) if part))
        self.on_hand.setVisible(bool(wanted))

    def _saved(self) -> None:
        super()._saved()
        done: Recorded = self.result_value
        said = _("Saved: {entry}").format(entry=done.said)
        still = self.still_to_do()
        self.saved.say(f"{said}. {still}" if still else said, "warn" if still else "good")
        self.undo_button.setEnabled(True)
        self._show_on_hand()
        self._grow()
