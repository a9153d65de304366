"""The form for a person: quick to type many into, and it asks for a guardian only of minors."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models import clock
from models.desk.cards import Sex
from models.errors import DomainError, Missing
from models.team import law, volunteers
from models.team.volunteers import (
    ConsentMissing,
    Details,
    Standing,
    State,
    TooYoung,
    Volunteer,
)
from translations import N_, _
from ui.pieces.dates import DateField, parse_day
from ui.pieces.fields import Choice, NoteField, TextField
from ui.unfinished import KeptForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database


class BirthField(DateField):
    """A date of birth: of a year written with two digits the last one that has passed."""

    @property
    def value(self) -> date | None:
        return parse_day(self.text(), clock.today(), is_past=True)


class VolunteerForm(KeptForm):
    """Enters one person after the other, or changes the one with `volunteer_id`."""

    subject = Volunteer

    def __init__(
        self, db: Database, parent: QWidget | None = None, volunteer_id: int | None = None
    ) -> None:
        title = _("Add a person") if volunteer_id is None else _("Change a person")
        super().__init__(db, title, parent)
        self.volunteer_id = self.about = volunteer_id
        self.goes_on = volunteer_id is None
        self._add_person()
        self._add_service()
        self._add_contact()
        self._add_guardian()
        with db.read() as session:
            self.law = law.in_force(session)
            if volunteer_id is not None:
                self._fill(volunteers.details(session.get_one(Volunteer, volunteer_id)))
        self.birth_date.changed.connect(self._ask_guardian)
        self.standing.changed.connect(self._ask_guardian)
        self.state.changed.connect(self._ask_day_of_leaving)
        self._ask_guardian()
        self._ask_day_of_leaving()

    def save(self, session: Session) -> int:
        given = self._details()
        if self.volunteer_id is None:
            return volunteers.enter(session, given).id
        person = session.get_one(Volunteer, self.volunteer_id)
        volunteers.change(session, person, given)
        return person.id

    def reset(self) -> None:
        """What the next person is likely to share stays: footing, state and day of joining."""
        super().reset()
        for own in (self.birth_date, self.consent_on):
            own.set_value(None)
        self.sex.set_value(Sex.UNKNOWN)
        self._ask_guardian()

    def field_of(self, broken: DomainError) -> QWidget | None:
        """The date of birth, or of guardian and consent what is missing."""
        if isinstance(broken, TooYoung):
            return self.birth_date
        if isinstance(broken, ConsentMissing):
            return self.consent_on if self.guardian.value else self.guardian
        return super().field_of(broken)

    def _add_person(self) -> None:
        self.first_name = self.add_field(_("First name"), TextField(100), required=True)
        self.last_name = self.add_field(_("Surname"), TextField(100), required=True)
        self.birth_date = self.add_field(_("Date of birth"), BirthField(), required=True)
        self.sex = self.add_field(_("Sex"), Choice(SEXES))

    def _add_service(self) -> None:
        states = [state for state in State if state is not State.LEFT or self.volunteer_id]
        self.standing = self.add_field(_("Works as"), Choice(Standing))
        self.state = self.add_field(_("State"), Choice([(state, state) for state in states]))
        self.state.set_value(State.ACTIVE)
        self.joined_on = self.add_field(_("Joined on"), DateField(clock.today()))
        self.left_on = self.add_field(_("Left on"), DateField())

    def _add_contact(self) -> None:
        self.phone = self.add_field(_("Phone"), TextField(50))
        self.email = self.add_field(_("E-mail"), TextField(100))
        self.address = self.add_field(_("Address"), TextField(200))

    def _add_guardian(self) -> None:
        self.guardian = self.add_field(_("Guardian"), TextField(200))
        self.consent_on = self.add_field(_("Written consent of"), DateField())
        self.note = self.add_field(_("Remark"), NoteField(2000, lines=2))

    def _fill(self, known: Details) -> None:
        for name in _SAME_NAME:
            getattr(self, name).set_value(getattr(known, name))
        self.consent_on.set_value(known.guardian_consent_on)

    def _details(self) -> Details:
        born = self.birth_date.value
        if born is None:
            raise Missing(field=_("Date of birth"))
        given = {name: getattr(self, name).value for name in _SAME_NAME}
        return Details(**given | {"birth_date": born, "guardian_consent_on": self.consent_on.value})

    def _ask_guardian(self) -> None:
        """Guardian and consent can be typed for a minor; what was typed is never lost."""
        born = self.birth_date.value
        is_minor = born is not None and clock.today() < law.birthday(born, self.law.adult)
        for field in (self.guardian, self.consent_on):
            field.setEnabled(is_minor or bool(field.text()))
        years = law.age(born, clock.today()) if born else 0
        self.guardian.setPlaceholderText(_(MINOR if is_minor else ADULT).format(years=years))

    def _ask_day_of_leaving(self) -> None:
        left = self.state.value is State.LEFT
        self.rows.setRowVisible(self.left_on, left)
        if left and self.left_on.value is None:
            self.left_on.set_value(clock.today())
        self._fit()


SEXES = [(sex, sex) for sex in (Sex.UNKNOWN, Sex.FEMALE, Sex.MALE)]  # the unasked stay unknown
ADULT = N_("only for a minor")
MINOR = N_("needed for a minor; age {years}")

_SAME_NAME = (
    "first_name last_name birth_date sex standing state joined_on left_on phone email address"
    " guardian note".split()
)
