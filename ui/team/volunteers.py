"""The page of the people who work for the branch: who they are, what they can do, their hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models import clock, recorded
from models.privacy import access, erasing, looks
from models.record import Subject
from models.team import activities, hours, roster, trainings, volunteers
from models.team.roster import VolunteerRow
from models.team.volunteers import State, Volunteer
from translations import N_, _, current, ngettext
from ui.form import Form
from ui.office import acts
from ui.pieces.boxes import named
from ui.pieces.dates import DateField
from ui.pieces.fields import Choice
from ui.privacy.people import PeoplePage
from ui.table import Column
from ui.team.activities import ActivitiesDialog
from ui.team.activity_form import ActivityForm
from ui.team.hours import shown
from ui.team.trainings import TrainingsForm
from ui.team.volunteer_card import VolunteerDetail, concern
from ui.team.volunteer_form import VolunteerForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

DETAIL_SHARE = 37  # percent of the width
NO_ONE = N_("No one is in the list yet. Add the people who work for the branch.")
NO_ONE_SO = N_("No one fits what was chosen.")


class VolunteersPage(PeoplePage):
    """Volunteers, employees and paid helpers, with the card of the one selected."""

    kind = Volunteer
    title = N_("Volunteers")
    icon = "volunteers"
    columns = (
        Column(N_("Surname and name"), lambda row: row.name),
        Column(N_("Works as"), lambda row: row.standing, 13),
        Column(N_("Age"), lambda row: row.age, 6),
        Column(N_("Hours this year"), lambda row: row.minutes_this_year, 10, "right", show=shown),
        Column(N_("Attention"), concern, 23, badge=True),
    )

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._offer_verbs_of_the_page()
        self._offer_verbs_on_the_person()
        self.state = named(Choice(State, none=N_("everyone with us")), "state")
        self.add_filter(N_("Show"), self.state)
        self.detail = VolunteerDetail(self.report)
        self.set_detail(self.detail, DETAIL_SHARE)

    def load(self, session: Session, search: str) -> Sequence[VolunteerRow]:
        self.empty_text = NO_ONE_SO if self.state.value else NO_ONE
        return roster.overview(session, search, state=self.state.value)

    def reload(self) -> None:
        super().reload()
        if self.isVisible() and self.rows:
            looks.through(self.db, Volunteer)

    def context(self) -> str:
        if not self.rows:
            return ""
        persons = ngettext("{count} person", "{count} persons", len(self.rows))
        hours = shown(sum(row.minutes_this_year for row in self.rows))
        given = _("hours this year: {hours}").format(hours=hours)
        return f"{persons.format(count=current().show(len(self.rows)))} · {given}"

    def open_row(self, row: VolunteerRow) -> None:
        self.change()

    def show_detail(self, row: VolunteerRow | None) -> None:
        if row is None:
            self.detail.show_card(None)
            return
        with self.db.read() as session:
            self.detail.show_card(roster.card(session, row.id))
        if self.isVisible():
            looks.at(self.db, Volunteer, row.id)

    def show_person(self, volunteer_id: int) -> None:
        """Select the person, as the search for anything does."""
        self.state.set_value(None)
        self.reload()
        self._keep_in_sight(volunteer_id)

    def select(self, volunteer_id: int) -> None:
        """Select the person if the list shows them."""
        ids = [row.id for row in self.rows]
        self.table.select(ids.index(volunteer_id) if volunteer_id in ids else None)

    def add(self) -> None:
        form = VolunteerForm(self.db, self.window())
        form.exec()
        self.reload()
        if form.result_value:
            self.select(form.result_value)

    def change(self) -> None:
        chosen = self.selected
        if chosen and VolunteerForm(self.db, self.window(), chosen.id).exec():
            self.reload()
            self._keep_in_sight(chosen.id)

    def record_hours(self) -> None:
        ActivityForm(self.db, self.window()).exec()
        self.reload()

    def train(self) -> None:
        if self.selected and TrainingsForm(self.db, self.selected.id, self.window()).exec():
            self.reload()

    def show_activities(self) -> None:
        ActivitiesDialog(self.db, self.window()).exec()
        self.reload()

    def show_acts(self) -> None:
        """Who did what with the person's record."""
        if self.selected:
            acts.show_about(self.window(), self.db, Subject("volunteer", self.selected.id))

    def report(self) -> None:
        """Write down that the long-term volunteer was reported to the ministry."""
        if self.selected and ReportedForm(self.db, self.selected, self.window()).exec():
            self.reload()

    def _keep_in_sight(self, volunteer_id: int) -> None:
        """Show the list in which the person stands now: those who left have one of their own."""
        for state in (None, State.LEFT):
            if volunteer_id not in [row.id for row in self.rows]:
                self.state.set_value(state)
                self.reload()
        self.select(volunteer_id)

    def _offer_verbs_of_the_page(self) -> None:
        self.add_action(
            N_("Add…"), self.add, primary=True, icon="add", shortcut="Ctrl+N", does=volunteers.enter
        )
        self.add_action(
            N_("Record hours…"),
            self.record_hours,
            icon="hours",
            shortcut="F5",
            does=activities.record,
        )
        self.add_action(
            N_("Change…"),
            self.change,
            icon="edit",
            shortcut="F2",
            needs_row=True,
            does=volunteers.change,
        )
        self.add_action(
            N_("Trainings…"),
            self.train,
            icon="training",
            shortcut="F6",
            needs_row=True,
            does=trainings.replace,
        )
        self.add_action(
            N_("Activities…"),
            self.show_activities,
            icon="history",
            shortcut="F7",
            does=hours.activities,
        )

    def _offer_verbs_on_the_person(self) -> None:
        """What was done with a record, and what a person may ask of it."""
        self.add_action(
            acts.WHO_DID_WHAT, self.show_acts, icon="history", needs_row=True, does=recorded.ids
        )
        self.offer_rights(N_("Erase data…"), access.give_out, erasing.erase_volunteer)


class ReportedForm(Form):
    """The day on which a long-term volunteer was reported."""

    def __init__(self, db: Database, row: VolunteerRow, parent: QWidget | None = None) -> None:
        title = _("Report of a long-term volunteer: {person}").format(person=row.name)
        super().__init__(db, title, parent)
        self.volunteer_id = row.id
        self.day = self.add_field(_("Reported on"), DateField(clock.today()), required=True)

    def save(self, session: Session) -> int:
        person = session.get_one(Volunteer, self.volunteer_id)
        volunteers.report_long_term(session, person, self.day.value or clock.today())
        return person.id
