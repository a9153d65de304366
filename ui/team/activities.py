"""The list of what was done and by whom, where hours are corrected and removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from models import clock, periods
from models.periods import Period
from models.team import activities, hours
from models.team.activities import Activity
from models.team.hours import ActivityRow, PersonRow
from translations import N_, _, current
from ui import messages
from ui.pieces.boxes import DIALOG, column, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Facts, heading
from ui.pieces.dialog import Dialog
from ui.pieces.fields import Choice, TextField
from ui.table import Column, TablePage
from ui.team.activity_form import ActivityForm
from ui.team.hours import shown

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

MONTHS_BACK = 24
PAUSE = 150  # milliseconds without typing before the list is searched


class ActivitiesPage(TablePage):
    """Everything done in a month, to be corrected or removed while the month is open."""

    title = N_("Activities")
    columns = (
        Column(N_("Day"), lambda row: row.day, 12),
        Column(N_("Work"), lambda row: row.work),
        Column(N_("Place or team"), lambda row: row.place),
        Column(N_("Persons"), lambda row: row.persons, 7),
        Column(N_("Hours"), lambda row: row.minutes, 8, "right", show=shown),
        Column(N_("km"), lambda row: row.kilometres or None, 6, "right"),
    )
    empty_text = N_("No hours are recorded in this month.")

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.add_action(N_("Record hours…"), self.record, primary=True, icon="add", shortcut="F5")
        self.add_action(N_("Change…"), self.change, icon="edit", shortcut="F2", needs_row=True)
        self.add_action(
            N_("Remove…"), self.remove, icon="delete", shortcut="Ctrl+Delete", needs_row=True
        )
        self.period = named(Choice(_months(), none=N_("All")), "period")
        self.period.set_value(_months()[0][0])
        self.add_filter(N_("Month"), self.period)
        self.people = ActivityPeople()
        self.set_detail(self.people, 30)

    def load(self, session: Session, search: str) -> Sequence[ActivityRow]:
        return hours.activities(session, search, self.period.value)

    def context(self) -> str:
        minutes = sum(row.minutes for row in self.rows)
        return _("Hours in all: {hours}").format(hours=shown(minutes))

    def open_row(self, row: ActivityRow) -> None:
        self.change()

    def show_detail(self, row: ActivityRow | None) -> None:
        if row is None:
            self.people.show_people(None, ())
            return
        with self.db.read() as session:
            self.people.show_people(row, hours.people(session, row.id))

    def record(self) -> None:
        form = ActivityForm(self.db, self.window())
        form.exec()
        self.reload()

    def change(self) -> None:
        row = self._correctable()
        if row and ActivityForm(self.db, self.window(), row.id).exec():
            self.reload()

    def remove(self) -> None:
        row = self._correctable()
        if row and messages.confirm(self, _removal(row), _("Remove")):
            with self.db.write() as session:
                activities.remove(session, session.get_one(Activity, row.id))
            self.reload()

    def _correctable(self) -> ActivityRow | None:
        """The selected activity. Raises ClosedMonth before anything is typed in vain."""
        row: ActivityRow | None = self.selected
        if row:
            with self.db.read() as session:
                periods.require_open(session, row.day)
        return row


class ActivityPeople(QWidget):
    """What was done in the activity selected, by whom and for how long."""

    def __init__(self) -> None:
        super().__init__()
        self.title = heading()
        self.description = label()
        self.facts = Facts()
        layout = column(self)
        for part in (self.title, self.description, self.facts):
            layout.addWidget(part)
        layout.addStretch(1)

    def show_people(self, activity: ActivityRow | None, people: Sequence[PersonRow]) -> None:
        self.title.setText(current().show(activity.work) if activity else "")
        self.description.setText(activity.description if activity else "")
        self.description.setVisible(bool(self.description.text()))
        self.facts.set_facts((person.name, shown(person.minutes)) for person in people)


class ActivitiesDialog(Dialog):
    """The list of activities over the page that opened it."""

    def __init__(self, db: Database, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activities")
        self.setWindowTitle(_("Activities"))
        self.page = ActivitiesPage(db)
        self.page.retranslate()
        self.search = named(TextField(placeholder=_("Search…")), "search", _("Search"))
        self.search.setClearButtonEnabled(True)
        self.context = label("", "muted", name="context")
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PAUSE)
        self.timer.timeout.connect(lambda: self.page.search(self.search.value))
        self.search.changed.connect(self.timer.start)
        self.page.search_cleared.connect(self.search.clear)
        self.page.changed.connect(lambda: self.context.setText(self.page.context()))
        self._lay_out()

    def _lay_out(self) -> None:
        close = Button(_("Close"), self.accept, name="close", shortcut="Esc")
        top = row(spacing=14)
        top.addWidget(heading(_("Activities"), "subtitle"))
        top.addWidget(self.context, 1)
        top.addWidget(self.search, 1)
        bottom = row()
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = column(self, spacing=14, margins=DIALOG)
        layout.addLayout(top)
        layout.addWidget(self.page, 1)
        layout.addLayout(bottom)
        room = self.screen().availableSize()
        self.resize(min(1180, room.width() - 60), min(680, room.height() - 80))
        self.page.split.setSizes([self.width() * 70 // 100, self.width() * 30 // 100])


def _removal(row: ActivityRow) -> str:
    asked = _("Remove “{work}” of {day} with the hours of everyone in it?")
    return asked.format(work=current().show(row.work), day=current().show(row.day))


def _months() -> list[tuple[Period, str]]:
    """This month and those before it, by name."""
    months = [Period.month(clock.today().year, clock.today().month)]
    while len(months) < MONTHS_BACK:
        months.append(months[-1].previous)
    return [(month, current().month(month.first)) for month in months]
