"""The form for what a person can do: skills to tick, trainings with the day they expire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from PySide6.QtWidgets import QWidget

from models.errors import Missing
from models.team import trainings
from models.team.skills import Skill
from models.team.trainings import Course
from models.team.volunteers import Volunteer
from translations import N_, _
from ui.pieces.dates import DateField
from ui.pieces.fields import Choice, TextField
from ui.pieces.lines import LineColumn, LinesEdit
from ui.pieces.ticks import TicksField
from ui.unfinished import KeptForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

ACROSS = 3  # skills side by side

COLUMNS = (
    LineColumn("skill", N_("Training"), lambda: Choice(Skill, none="—"), 3),
    LineColumn("day", N_("Finished on"), DateField),
    LineColumn("expires_on", N_("Valid until"), DateField),
    LineColumn("provider", N_("Given by"), TextField, 3),
)


class TrainingsForm(KeptForm):
    """Changes one person's skills and trainings as a whole."""

    def __init__(self, db: Database, volunteer_id: int, parent: QWidget | None = None) -> None:
        with db.read() as session:
            person = session.get_one(Volunteer, volunteer_id)
            name, courses = person.name, trainings.of(person)
            skills = [row.skill for row in person.skills]
        title = _("Skills and trainings: {person}").format(person=name)
        super().__init__(db, title, parent)
        self.volunteer_id = self.about = volunteer_id
        ticks = TicksField(Skill, "skill", across=ACROSS)
        self.skills = self.add_wide(_("Can be counted on for"), ticks, "skills")
        self.skills.set_value(skills)
        self.courses = self.add_wide(_("Trainings"), LinesEdit(COLUMNS), "courses", keys="F7")
        if courses:
            self.courses.set_lines([vars(course) for course in courses])

    @classmethod
    def opened(cls, db: Database, parent: QWidget | None, about: int | None) -> Self | None:
        if about is None:
            return None
        with db.read() as session:
            is_there = session.get(Volunteer, about) is not None
        return cls(db, about, parent) if is_there else None

    def save(self, session: Session) -> int:
        person = session.get_one(Volunteer, self.volunteer_id)
        trainings.set_skills(session, person, self.skills.value)
        trainings.replace(session, person, self._courses())
        return person.id

    def _courses(self) -> list[Course]:
        courses = []
        for place, line in enumerate(self.courses.lines()):
            self._require(place, line, "skill", _("Training"))
            self._require(place, line, "day", _("Finished on"))
            courses.append(Course(**line))
        return courses

    def _require(self, place: int, line: dict[str, Any], name: str, said: str) -> None:
        if line[name] is None:
            reason = Missing(field=said)
            self.courses.mark(place, name, reason.text())
            raise reason
