"""Skills set and trainings entered for a person, and the certificates about to expire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import clock
from models.errors import DomainError, InFuture
from models.rights import question, verb
from models.roles import TEAM
from models.team.skills import Skill, Training, VolunteerSkill
from models.team.volunteers import State, Volunteer
from models.text import fitting
from translations import N_

SOON = timedelta(days=60)


@dataclass(frozen=True)
class Course:
    """A training someone finished on `day`; its certificate may expire."""

    skill: Skill
    day: date
    expires_on: date | None = None
    provider: str = ""


@dataclass(frozen=True)
class Expiring:
    """A certificate that was not renewed; `expires_on` may be in the past."""

    volunteer_id: int
    name: str
    skill: Skill
    expires_on: date


@verb(N_("Changed the skills of a person"), *TEAM)
def set_skills(session: Session, volunteer: Volunteer, skills: Iterable[Skill]) -> None:
    """What the person can be counted on for, exactly these."""
    known = {row.skill: row for row in volunteer.skills}
    volunteer.skills = [known.get(skill) or VolunteerSkill(skill=skill) for skill in set(skills)]
    session.flush()


@verb(N_("Entered a training"), *TEAM)
def add(session: Session, volunteer: Volunteer, course: Course) -> Training:
    """Enter a finished training; its skill is counted on from now. Raises InFuture, ExpiresBefore.

    The same training entered again is the one already there.
    """
    if course.day > clock.today():
        raise InFuture(day=course.day)
    if course.expires_on and course.expires_on < course.day:
        raise ExpiresBefore(skill=course.skill, day=course.day)
    for known in volunteer.trainings:
        if _course(known) == course:
            return known
    training = Training(
        skill=course.skill,
        day=course.day,
        expires_on=course.expires_on,
        provider=fitting(course.provider, 200),
    )
    volunteer.trainings.append(training)
    if course.skill not in (row.skill for row in volunteer.skills):
        volunteer.skills.append(VolunteerSkill(skill=course.skill))
    session.flush()
    return training


@verb(N_("Removed a training"), *TEAM)
def remove(session: Session, volunteer: Volunteer, training: Training) -> None:
    """Take out a training entered by mistake; the skill stays as it is."""
    volunteer.trainings.remove(training)
    session.flush()


@verb(N_("Changed the trainings of a person"), *TEAM)
def replace(session: Session, volunteer: Volunteer, courses: Sequence[Course]) -> None:
    """The person's trainings are exactly these. Raises what `add` raises."""
    for training in list(volunteer.trainings):
        if _course(training) not in courses:
            remove(session, volunteer, training)
    for course in courses:
        add(session, volunteer, course)


def of(volunteer: Volunteer) -> list[Course]:
    """The person's trainings, the newest first."""
    courses = [_course(training) for training in volunteer.trainings]
    return sorted(courses, key=lambda course: course.day, reverse=True)


@question(*TEAM)
def expiring(session: Session, within: timedelta = SOON, *, past: bool = False) -> list[Expiring]:
    """Certificates that expire within that time and were not renewed, the soonest first.

    Of people who have not left. With `past`, those that have already expired too.
    """
    today = clock.today()
    latest = func.max(func.coalesce(Training.expires_on, date.max))
    query = (
        select(Volunteer, Training.skill, latest)
        .join(Training, Training.volunteer_id == Volunteer.id)
        .where(Volunteer.state != State.LEFT)
        .group_by(Volunteer.id, Training.skill)
        .having(latest.between(date.min if past else today, today + within))
        .order_by(latest, Volunteer.sort, Training.skill)
    )
    return [
        Expiring(person.id, person.listed, skill, expires_on)
        for person, skill, expires_on in session.execute(query)
    ]


def _course(training: Training) -> Course:
    return Course(training.skill, training.day, training.expires_on, training.provider)


class ExpiresBefore(DomainError):
    message = N_("{skill}: a training finished on {day} cannot expire before that day.")
