"""The form for a group: a count by sex and age, one nationality after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from models.desk import aid, cards
from models.desk.aid import Count, Encounter
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.units import THOUSAND
from translations import N_, _, current
from ui.desk import given
from ui.desk.aid_form import AidForm
from ui.desk.card_fields import nationality
from ui.desk.count_grid import CountGrid
from ui.pieces.boxes import column, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.cards import heading
from ui.pieces.fields import Choice

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

PART = N_("{nationality}: {persons}")


@dataclass(frozen=True)
class Part:
    """One grid that was counted: everyone in it has the same nationality."""

    nationality: str
    disability: Disability
    persons: dict[tuple[Sex, AgeBand], int]

    def counts(self) -> Iterator[Count]:
        for (sex, age), persons in self.persons.items():
            yield Count(Person(sex, age, self.nationality, self.disability), persons)

    @property
    def total(self) -> int:
        return sum(self.persons.values())


class HeadcountForm(AidForm):
    """Several nationalities are counted one after the other, each in the same grid."""

    counted = True

    def __init__(
        self, db: Database, parent: QWidget | None = None, place_id: int | None = None
    ) -> None:
        self.parts: list[Part] = []
        super().__init__(db, _("Help a group"), parent, place_id)
        self._add_up()

    def record(self, session: Session) -> Encounter:
        counts = [count for part in self._all_parts() for count in part.counts()]
        return aid.help_group(
            session,
            counts,
            self.place_of_entry(session),
            on=self.on,
            goods=self.goods.goods(session),
            services=self.services.given(self.total),
            store=self.store_of_goods(session),
            is_estimated=self.estimated.isChecked(),
            remark=self.remark.value,
            token=self.token,
            helper_id=self.helper.value,
        )

    def reset(self) -> None:
        """The next group: day, place and nationality stay."""
        self.parts.clear()
        self._show_parts()
        self.grid.clear()
        self.estimated.setChecked(False)
        self.goods.clear()
        self.services.clear()
        self.remark.clear()

    def besides(self) -> list[Any]:
        """The nationalities counted before the one in the grid."""
        return [
            [part.nationality, part.disability, [[*at, n] for at, n in part.persons.items()]]
            for part in self.parts
        ]

    def put_back_besides(self, kept: Any) -> None:
        for nationality_, disability, counts in kept:
            persons = {(Sex(sex), AgeBand(age)): int(count) for sex, age, count in counts}
            self.parts.append(Part(nationality_, Disability(disability), persons))
        self._show_parts()

    def is_changed(self) -> bool:
        return bool(self.parts) or super().is_changed()

    def next_nationality(self) -> None:
        """Keep what is counted and empty the grid for the next nationality."""
        if fault := self.grid.fault() or self.nationality.fault():
            self.show_problem(fault, self.grid if self.grid.fault() else self.nationality)
            return
        if not self.grid.total:
            self.grid.setFocus()
            return
        self.parts.append(self._part())
        self.grid.clear()
        self.nationality.clear()
        self._show_parts()
        self.nationality.setFocus(Qt.FocusReason.TabFocusReason)

    def remove_part(self, part: Part) -> None:
        """Leave out a nationality that was counted."""
        self.parts.remove(part)
        self._show_parts()
        self.nationality.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def total(self) -> int:
        """Everyone counted, the grid included."""
        return self.grid.total + sum(part.total for part in self.parts)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter after the nationality goes on to the grid: saving would leave the count out."""
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self.nationality and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and event.key() in enter:
                if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                    self.nationality.settle()
                    self.grid.setFocus(Qt.FocusReason.TabFocusReason)
                    return True
        return super().eventFilter(watched, event)

    def _add_people(self) -> None:
        self.nationality = self.add_field(_("Nationality of all"), nationality(self.db))
        self.nationality.installEventFilter(self)
        self.disability = self.add_field(_("Disability"), Choice(Disability), "disability")
        self.disability.set_value(Disability.UNKNOWN)
        self.grid = self.add_wide(_("How many"), CountGrid(), "counts")
        self.more = Button(
            _("Next nationality"), self.next_nationality, name="more", icon="add", shortcut="+"
        )
        self.grid.next_wanted.connect(self.next_nationality)
        self.grid.finished.connect(lambda: self.more.setFocus(Qt.FocusReason.TabFocusReason))
        self.estimated = QCheckBox(_("Estimated"))
        named(self.estimated, "estimated", _("Estimated"))
        self.list = column(spacing=2)
        self.sum = heading("", "large")
        self.sum.setObjectName("total")
        beside = row()
        beside.addWidget(self.more)
        beside.addStretch(1)
        beside.addWidget(self.estimated)
        for part in (beside, self.list, self.sum):
            self.rows.addRow(part)
        self.grid.changed.connect(self._add_up)
        self.estimated.toggled.connect(self._add_up)

    def _focus_first(self) -> None:
        """Day and place are mostly right already: the nationality comes first."""
        self.nationality.setFocus(Qt.FocusReason.TabFocusReason)

    def _all_parts(self) -> list[Part]:
        return [*self.parts, self._part()]

    def _part(self) -> Part:
        country = self.nationality.value or cards.UNKNOWN_COUNTRY
        return Part(country, self.disability.value, self.grid.value)

    def _show_parts(self) -> None:
        while entry := self.list.takeAt(0):
            if old := entry.widget():
                old.hide()
                old.deleteLater()
        for place, part in enumerate(self.parts):
            line = self._part_row(place, part)
            self.list.addWidget(line)
            line.show()  # now, not at the next turn: the form is to make room for it
        self._add_up()
        self._grow()

    def _part_row(self, place: int, part: Part) -> QWidget:
        shown = current()
        said = _(PART).format(
            nationality=shown.country(part.nationality), persons=given.persons(part.total)
        )
        if part.disability is not Disability.UNKNOWN:
            said += f" · {_('Disability')}: {shown.show(part.disability)}"
        line = QWidget()
        layout = row(line)
        remove = Button("×", lambda: self.remove_part(part), name=f"remove_part_{place}", flat=True)
        remove.setAccessibleName(_("Remove: {entry}").format(entry=said))
        layout.addWidget(label(said, name=f"part_{place}"), 1)
        layout.addWidget(remove)
        return line

    def _add_up(self) -> None:
        if not hasattr(self, "services"):
            return
        total = self.total
        said = given.persons(total)
        estimated = self.estimated.isChecked()
        self.sum.setText(_("about {persons}").format(persons=said) if estimated else said)
        self.services.show_whole(total)
        self.goods.usual = total * THOUSAND or None
