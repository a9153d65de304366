"""Finding one's municipality among all of the country, and whom a branch there reports to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from models.office import territory
from models.office.territory import FEDERATION, Unit
from models.text import in_order
from translations import N_, _, current
from ui.pieces.boxes import column, label, named, row
from ui.pieces.cards import Card, Facts, muted, scrolled
from ui.pieces.fields import TextField
from ui.table import Column, TableView

AIR = 4  # pixels above and below the names in the list
KEY_ROLE = Qt.ItemDataRole.UserRole
CHOOSE_ONE = N_("Choose the municipality or city in which the branch has its seat.")


class UnitChoice(QWidget):
    """A search, the list, and beside it what follows from the choice; `value`: the seat first."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.search = TextField(100, name="unit_search")
        self.table = named(TableView([_NAME, _ABOVE]), "units")
        self.hint = muted()
        self.facts = Facts()
        self.also_label = label()
        self.also = _Ticks()
        self.search.changed.connect(self._look)
        self.table.selected_changed.connect(self._follow)
        self.also.itemChanged.connect(lambda _item: self.changed.emit())
        self._lay_out()
        self._look()
        self.retranslate()

    @property
    def seat(self) -> Unit | None:
        """The unit in which the branch has its seat."""
        found: Unit | None = self.table.selected
        return found

    @property
    def value(self) -> list[Unit]:
        """Every unit that the branch covers."""
        return [] if self.seat is None else [self.seat, *self.also.ticked]

    def fault(self) -> str:
        return "" if self.seat else _(CHOOSE_ONE)

    def retranslate(self) -> None:
        self.search.setPlaceholderText(_("Type the name in either script…"))
        self.search.setAccessibleName(_("Municipality or city"))
        self.table.setAccessibleName(_("Municipalities and cities"))
        self.also.setAccessibleName(_("The branch also covers"))
        self.also_label.setText(_("The branch also covers"))
        self.table.retranslate()
        self.also.retranslate()
        self._show_facts()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow down walks from the search into the list."""
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.table.setFocus()
            self.table.select(self.table.currentIndex().row() if self.seat else 0)
        else:
            super().keyPressEvent(event)

    def _look(self) -> None:
        kept = self.seat
        found = in_order(territory.search(self.search.value), _name)
        self.table.set_rows(found)
        if len(found) == 1:
            self.table.select(0)
        else:
            self.table.select(found.index(kept) if kept in found else None)
        self._follow()

    def _follow(self) -> None:
        """Entity, canton and addressees follow from the seat."""
        self.also.offer(self.seat)
        offered = self.also.count() > 0
        for part in (self.also, self.also_label):
            part.setVisible(offered)
        self._show_facts()
        self.changed.emit()

    def _keep_in_sight(self, place: int) -> None:
        """The card scrolls, not the list in it."""
        inside = self.area.widget()
        if place >= 0 and inside:
            row = self.also.visualItemRect(self.also.item(place))
            at = self.also.viewport().mapTo(inside, row.center())
            self.area.ensureVisible(at.x(), at.y(), 0, row.height())

    def _show_facts(self) -> None:
        self.hint.setText("" if self.seat else _(CHOOSE_ONE))
        self.hint.setVisible(not self.seat)
        self.facts.set_facts(facts(self.seat) if self.seat else ())

    def _lay_out(self) -> None:
        left = column()
        left.addWidget(self.search)
        left.addWidget(self.table, 1)
        inside = QWidget()
        follows = column(inside, margins=(0, 0, 8, 0))
        for part in (self.hint, self.facts, self.also_label, self.also):
            follows.addWidget(part)
        follows.addStretch(1)
        card = Card()
        self.area = scrolled(inside, sideways=False)
        card.body.addWidget(self.area)
        self.also.currentRowChanged.connect(self._keep_in_sight)
        whole = row(self, spacing=14)
        whole.addLayout(left, 1)
        whole.addWidget(card, 1)
        self.setFocusProxy(self.search)


class _Ticks(QListWidget):
    """The other municipalities of the seat's canton, to be ticked; none outside the Federation."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("also_covers")
        self.setProperty("role", "popup")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.seat: Unit | None = None

    @property
    def ticked(self) -> list[Unit]:
        items = (self.item(at) for at in range(self.count()))
        chosen = (item for item in items if item.checkState() is Qt.CheckState.Checked)
        return [territory.find(item.data(KEY_ROLE)) for item in chosen]

    def offer(self, seat: Unit | None) -> None:
        """Offer the neighbours of another seat; nothing is ticked."""
        if seat == self.seat:
            return
        self.seat = seat
        self.clear()
        for unit in neighbours(seat) if seat else ():
            item = QListWidgetItem(unit.name(current().code), self)
            item.setData(KEY_ROLE, unit.key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.fit()

    def fit(self) -> None:
        """As high as all of it: what stands around it scrolls."""
        rows = sum(self.sizeHintForRow(at) for at in range(self.count()))
        self.setFixedHeight(rows + 2 * self.frameWidth() + 2 * AIR)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def retranslate(self) -> None:
        for at in range(self.count()):
            unit = territory.find(self.item(at).data(KEY_ROLE))
            self.item(at).setText(unit.name(current().code))


def neighbours(seat: Unit) -> list[Unit]:
    """The other units of the seat's canton: only in the Federation may a branch cover more."""
    if seat.entity != FEDERATION:
        return []
    near = (unit for unit in territory.units() if unit.canton == seat.canton and unit != seat)
    return in_order(near, _name)


def facts(seat: Unit) -> list[tuple[str, str]]:
    """What follows from the seat: where it lies and who gets the reports, in words."""
    code = current().code
    found = [(current().show(seat.kind), seat.name(code))]
    if seat.canton:
        found.append((_("Canton"), territory.canton(seat.canton).names[code]))
    found.append((_("Entity"), territory.entity_name(seat.entity)[code]))
    first, *onward = (superior.names[code] for superior in territory.chain(seat))
    found.append((_("Reports go to"), first))
    return found + [(_("and on to"), name) for name in onward]


def _above(unit: Unit) -> str:
    code = current().code
    if unit.canton:
        return territory.canton(unit.canton).names[code]
    return territory.entity_name(unit.entity)[code]


def _name(unit: Unit) -> str:
    return unit.name(current().code)


_NAME = Column(N_("Municipality or city"), _name)
_ABOVE = Column(N_("Canton or entity"), _above)
