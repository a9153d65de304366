"""The form to type what was done and the hours of a whole team in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from models import clock
from models.goods import places
from models.goods.places import Place
from models.team import activities, hours, roster
from models.team.activities import Activity, PersonNeeded, Stint, Work
from models.team.hours import PersonRow
from models.team.volunteers import Volunteer
from translations import N_, _, ngettext
from ui import style
from ui.pieces.boxes import OneLine
from ui.pieces.buttons import Button
from ui.pieces.dates import DateField
from ui.pieces.fields import Choice, CountField, TextField
from ui.pieces.lines import LineColumn, LinesEdit
from ui.pieces.picker import Picker
from ui.team.hours import HoursField, shown
from ui.unfinished import KeptForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

SIZE = QSize(44, 38)  # of the form, in lines of text


class ActivityForm(KeptForm):
    """Records one activity after the other, or changes the one with `activity_id`."""

    subject = Activity

    def __init__(
        self, db: Database, parent: QWidget | None = None, activity_id: int | None = None
    ) -> None:
        title = _("Record hours") if activity_id is None else _("Change an activity")
        super().__init__(db, title, parent)
        self.activity_id = self.about = activity_id
        self.goes_on = activity_id is None
        self._add_work()
        self._add_people()
        if activity_id is not None:
            self._fill(activity_id)
        self._ask_kilometres()
        self._add_up()

    def save(self, session: Session) -> int:
        given: dict[str, Any] = {
            "on": self.day.value,
            "place": session.get_one(Place, self.place.value) if self.place.value else None,
            "description": self.description.value,
            "kilometres": self.kilometres.value or 0,
        }
        stints = self._stints(session)
        if self.activity_id is None:
            token = self.token
            made = activities.record(session, self.work.value, stints, token=token, **given)
            return made.id
        changed = session.get_one(Activity, self.activity_id)
        activities.change(session, changed, self.work.value, stints, **given)
        return changed.id

    def reset(self) -> None:
        """The next sheet is often of the same day, work and place."""
        self.description.clear()
        self.kilometres.clear()
        self.people.clear()
        self._add_up()

    def showEvent(self, event: QShowEvent) -> None:
        """Room for a whole team from the start, as far as the screen has it."""
        super().showEvent(event)
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(self.size().expandedTo(SIZE * style.unit(self)).boundedTo(room))

    def fill_last_people(self) -> None:
        """Put in everyone who did this work at this place the last time, with those hours."""
        with self.db.read() as session:
            found = hours.last_people(session, self.work.value, self.place.value)
        if found:
            self.people.set_lines([_line(person) for person in found])
        else:
            self.show_problem(_("There is no earlier activity of this kind at this place."))

    def _add_work(self) -> None:
        with self.db.read() as session:
            known = [(place.id, place.name) for place in places.overview(session)]
        self.day = self.add_field(_("Day"), DateField(clock.today()), required=True)
        self.work = self.add_field(_("Work"), Choice(Work))
        self.place = self.add_field(_("Place or team"), Choice(known, none="—"))
        self.description = self.add_field(_("Description"), TextField(500))
        self.kilometres = self.add_field(_("Kilometres"), CountField())
        self.work.changed.connect(self._ask_kilometres)

    def _add_people(self) -> None:
        columns = (
            LineColumn("person", N_("Surname and name"), self._picker, 1),
            LineColumn("minutes", N_("Hours"), HoursField),
        )
        self.people = self.add_wide(_("People"), LinesEdit(columns), "people", keys="F7")
        self.people.cell_changed.connect(self._propose_hours)
        self.people.changed.connect(self._add_up)
        self.total = OneLine("muted", "total")
        self.again = Button(
            _("People of the last time"),
            self.fill_last_people,
            name="again",
            icon="history",
            shortcut="F8",
        )
        QShortcut(QKeySequence("F8"), self, self.again.click)
        self.buttons.insertWidget(0, self.again)
        self.buttons.insertWidget(1, self.total, 1)

    def _picker(self) -> Picker:
        return Picker(roster.choices, self.db)

    def _fill(self, activity_id: int) -> None:
        with self.db.read() as session:
            known = session.get_one(Activity, activity_id)
            people = hours.people(session, activity_id)
            if known.place_id is not None:
                self._offer_place(session.get_one(Place, known.place_id))
            for name in ("day", "work", "description", "kilometres"):
                getattr(self, name).set_value(getattr(known, name))
            self.place.set_value(known.place_id)
        self.people.set_lines([_line(person) for person in people])

    def _offer_place(self, place: Place) -> None:
        """A place that is out of use since stays the place of what was done there."""
        if place.id not in dict(self.place.options):
            self.place.set_options([*self.place.options[1:], (place.id, place.name)])

    def _stints(self, session: Session) -> list[Stint]:
        lines = self.people.lines()
        for place, line in enumerate(lines):
            if line["person"] is None:
                self.people.mark(place, "person", PersonNeeded().text())
                raise PersonNeeded
        return [
            Stint(session.get_one(Volunteer, line["person"]), line["minutes"] or 0)
            for line in lines
        ]

    def _ask_kilometres(self) -> None:
        """Kilometres are what a field team reports."""
        in_field = self.work.value is Work.FIELD_TEAM
        self.kilometres.setEnabled(in_field or bool(self.kilometres.value))

    def _propose_hours(self, line: int, name: str) -> None:
        """A team usually worked together: the hours of the line above are proposed."""
        if name != "person" or not line or self.people.field(line, "person").value is None:
            return
        cell = self.people.field(line, "minutes")
        if cell.value is None and not cell.text():
            cell.set_value(self.people.field(line - 1, "minutes").value)

    def _add_up(self) -> None:
        lines = self.people.lines()
        minutes = sum(line["minutes"] or 0 for line in lines)
        said = ngettext(
            "{count} person, {hours} hours in all",
            "{count} persons, {hours} hours in all",
            len(lines),
        )
        self.total.setText(said.format(count=len(lines), hours=shown(minutes)) if lines else "")


def _line(person: PersonRow) -> dict[str, Any]:
    return {"person": (person.volunteer_id, person.name), "minutes": person.minutes}
