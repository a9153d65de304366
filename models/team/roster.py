"""The list of people who work for the branch, and the card of one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from models import clock
from models.desk.aid import Encounter
from models.goods.places import Place
from models.rights import question
from models.roles import TEAM
from models.team import law, long_term, trainings
from models.team.activities import Activity, Engagement, Work
from models.team.law import Law
from models.team.long_term import LongTerm
from models.team.skills import Skill, VolunteerSkill
from models.team.trainings import Course, Expiring
from models.team.volunteers import Details, Standing, State, Volunteer, details
from models.text import in_order, matches, search_key, searched
from translations import current

LATEST = 12  # parts in activities shown on a person's card


@dataclass(frozen=True)
class VolunteerRow:
    """One person in the list."""

    id: int
    name: str
    standing: Standing
    state: State
    age: int
    minutes_this_year: int
    needs_consent: bool  # a minor whose guardian has not consented in writing
    expiring: Expiring | None  # the certificate that expires first, or has expired


@dataclass(frozen=True)
class PartRow:
    """A person's part in one activity."""

    activity_id: int
    day: date
    work: Work
    place: str
    description: str
    minutes: int


@dataclass(frozen=True)
class VolunteerCard:
    """Everything known of one person; `parts` are the latest ones."""

    row: VolunteerRow
    details: Details
    is_minor: bool
    minutes: int
    skills: tuple[Skill, ...]
    courses: tuple[Course, ...]
    parts: tuple[PartRow, ...]
    long_term: LongTerm | None
    law: Law
    helped: int  # entries of aid that name them as the helper


@question(*TEAM)
def overview(
    session: Session, search: str = "", *, state: State | None = None, skill: Skill | None = None
) -> list[VolunteerRow]:
    """People in alphabetical order; without a `state` all who have not left.

    Every word of `search` occurs in the name or in something the person can do. A search without
    a `state` finds those who left too: they may ask what is held about them.
    """
    asked: list[ColumnElement[bool]] = [Volunteer.erased_on.is_(None)]
    asked += [_mentions(word) for word in searched(search)]
    if state:
        asked.append(Volunteer.state == state)
    elif not search:
        asked.append(Volunteer.state != State.LEFT)
    if skill:
        asked.append(_can([skill]))
    return _rows(session, *asked)


@question(*TEAM)
def card(session: Session, volunteer_id: int) -> VolunteerCard | None:
    """The card of one person, or None when there is no such person any more."""
    person = session.get(Volunteer, volunteer_id)
    if person is None:
        return None
    row = _rows(session, Volunteer.id == volunteer_id, of=volunteer_id)[0]
    known = law.in_force(session)
    return VolunteerCard(
        row=row,
        details=details(person),
        is_minor=row.age < known.adult,
        minutes=_minutes_in_all(session, volunteer_id),
        skills=tuple(kind for kind in Skill if kind in {can.skill for can in person.skills}),
        courses=tuple(trainings.of(person)),
        parts=tuple(_parts(session, volunteer_id, LATEST)),
        long_term=next(iter(long_term.due(session, volunteer_id)), None),
        law=known,
        helped=_helped(session, volunteer_id),
    )


@question(*TEAM)
def parts(session: Session, volunteer_id: int) -> list[PartRow]:
    """Every part in an activity, the newest first."""
    return _parts(session, volunteer_id)


@question(*TEAM)
def choices(session: Session, search: str = "", limit: int = 30) -> list[tuple[int, str]]:
    """People who have not left, for choosing; the year of birth tells namesakes apart."""
    query = (
        select(Volunteer.id, Volunteer.last_name, Volunteer.first_name, Volunteer.birth_date)
        .where(Volunteer.state != State.LEFT, matches(Volunteer.search, search))
        .order_by(Volunteer.sort, Volunteer.id)
        .limit(limit)
    )
    found = [(row.id, f"{row[1]} {row[2]}", row.birth_date.year) for row in session.execute(query)]
    names = [name for _id, name, _year in found]
    return [
        (id_, name if names.count(name) == 1 else f"{name} ({year})") for id_, name, year in found
    ]


def _helped(session: Session, volunteer_id: int) -> int:
    is_original = (Encounter.reverses_id + 0).is_(None)  # not by that index: it holds nearly all
    named = (Encounter.helper_id == volunteer_id, is_original)
    return session.scalar(select(func.count()).select_from(Encounter).where(*named)) or 0


def _rows(
    session: Session, *conditions: ColumnElement[bool], of: int | None = None
) -> list[VolunteerRow]:
    given = _minutes_this_year(of).subquery()
    query = (
        select(Volunteer, func.coalesce(given.c.minutes, 0))
        .join(given, given.c.volunteer_id == Volunteer.id, isouter=True)
        .where(*conditions)
        .order_by(Volunteer.sort, Volunteer.id)
    )
    soonest: dict[int, Expiring] = {}
    for certificate in trainings.expiring(session, past=True):
        soonest.setdefault(certificate.volunteer_id, certificate)
    known = law.in_force(session)
    rows = (
        _row(person, int(minutes), known, soonest.get(person.id))
        for person, minutes in session.execute(query)
    )
    return in_order(rows, lambda row: row.name)


def _row(person: Volunteer, minutes: int, known: Law, expiring: Expiring | None) -> VolunteerRow:
    age = law.age(person.birth_date, clock.today())
    return VolunteerRow(
        id=person.id,
        name=person.listed,
        standing=person.standing,
        state=person.state,
        age=age,
        minutes_this_year=minutes,
        needs_consent=(
            age < known.adult
            and person.standing is Standing.VOLUNTEER
            and not (person.guardian and person.guardian_consent_on)
        ),
        expiring=expiring,
    )


def _minutes_this_year(volunteer_id: int | None) -> Select[*tuple[Any, ...]]:
    today = clock.today()
    query = (
        select(Engagement.volunteer_id, func.sum(Engagement.minutes).label("minutes"))
        .join(Activity, Activity.id == Engagement.activity_id)
        .where(Activity.day.between(date(today.year, 1, 1), today))
        .group_by(Engagement.volunteer_id)
    )
    return query if volunteer_id is None else query.where(Engagement.volunteer_id == volunteer_id)


def _minutes_in_all(session: Session, volunteer_id: int) -> int:
    total = func.sum(Engagement.minutes)
    return int(session.scalar(select(total).where(Engagement.volunteer_id == volunteer_id)) or 0)


def _parts(session: Session, volunteer_id: int, most: int | None = None) -> list[PartRow]:
    query = (
        select(Activity, Place.name, Engagement.minutes)
        .join(Engagement, Engagement.activity_id == Activity.id)
        .join(Place, Place.id == Activity.place_id, isouter=True)
        .where(Engagement.volunteer_id == volunteer_id)
        .order_by(Activity.day.desc(), Activity.id.desc())
        .limit(most)
    )
    return [
        PartRow(work.id, work.day, work.work, place or "", work.description, minutes)
        for work, place, minutes in session.execute(query)
    ]


def _mentions(word: str) -> ColumnElement[bool]:
    spoken = current()
    skills = [skill for skill in Skill if word in search_key(spoken.show(skill))]
    return or_(matches(Volunteer.search, word), _can(skills))


def _can(skills: Iterable[Skill]) -> ColumnElement[bool]:
    """Whether the person has one of the skills."""
    having = select(VolunteerSkill.volunteer_id).where(VolunteerSkill.skill.in_(skills))
    return Volunteer.id.in_(having)
