"""Hours added up: what volunteers gave in a period, field teams, the list of activities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from models.desk.cards import Sex
from models.goods.places import Place
from models.periods import Period
from models.rights import question
from models.roles import HOURS, TEAM
from models.team import law
from models.team.activities import Activity, Engagement, Work
from models.team.skills import Training
from models.team.volunteers import Standing, State, Volunteer
from models.text import matches, search_key, searched
from translations import current


@dataclass(frozen=True)
class HoursSummary:
    """What volunteers (not staff, not paid helpers) gave in a period.

    Persons are counted once; women + men + unknown = volunteers. `new` joined in the period,
    `trained` finished a training in it, `minors` were minors on a day on which they worked.
    """

    volunteers: int
    women: int
    men: int
    unknown: int
    minutes: int
    new: int
    trained: int
    minors: int


@dataclass(frozen=True)
class TeamsSummary:
    """Mobile teams in a period. Members are counted once, on whatever footing they work.

    `days` are days in the field, added up over the teams: two teams on one day are two.
    """

    teams: int
    members: int
    kilometres: int
    days: int


@dataclass(frozen=True)
class ActivityRow:
    """One activity in a list."""

    id: int
    day: date
    work: Work
    place: str
    description: str
    persons: int
    minutes: int
    kilometres: int


@dataclass(frozen=True)
class PersonRow:
    """One person's part in an activity."""

    volunteer_id: int
    name: str
    minutes: int


@question(*HOURS)
def summary(session: Session, period: Period) -> HoursSummary:
    """The volunteers' hours of a period, for the monthly report."""
    adult = law.in_force(session).adult
    people = session.execute(_given(period)).all()
    sexes = [row.sex for row in people]
    return HoursSummary(
        volunteers=len(people),
        women=sexes.count(Sex.FEMALE),
        men=sexes.count(Sex.MALE),
        unknown=sexes.count(Sex.UNKNOWN),
        minutes=sum(int(row.minutes) for row in people),
        new=_new(session, period),
        trained=_trained(session, period),
        minors=sum(row.first < law.birthday(row.birth_date, adult) for row in people),
    )


@question(*HOURS)
def teams(session: Session, period: Period) -> TeamsSummary:
    """The field teams of a period; a team is the place it works from."""
    out = _during(period) & (Activity.work == Work.FIELD_TEAM)
    by_team = (
        select(func.count(Activity.day.distinct()), func.sum(Activity.kilometres))
        .where(out)
        .group_by(Activity.place_id)
    )
    members = (
        select(func.count(Engagement.volunteer_id.distinct()))
        .join(Activity, Activity.id == Engagement.activity_id)
        .where(out)
    )
    found = session.execute(by_team).all()
    return TeamsSummary(
        teams=len(found),
        members=session.scalar(members) or 0,
        kilometres=sum(int(kilometres) for _days, kilometres in found),
        days=sum(days for days, _kilometres in found),
    )


@question(*TEAM)
def activities(
    session: Session, search: str = "", period: Period | None = None
) -> list[ActivityRow]:
    """Activities, the newest first.

    Every word of `search` occurs in the description, the place, the kind of work or a name.
    """
    query = (
        select(Activity, Place.name, func.count(), func.sum(Engagement.minutes))
        .join(Engagement, Engagement.activity_id == Activity.id)
        .join(Place, Place.id == Activity.place_id, isouter=True)
        .where(*(_mentions(word) for word in searched(search)))
        .group_by(Activity.id, Place.name)
        .order_by(Activity.day.desc(), Activity.id.desc())
    )
    if period is not None:
        query = query.where(_during(period))
    return [_activity_row(*row) for row in session.execute(query)]


@question(*TEAM)
def people(session: Session, activity_id: int) -> list[PersonRow]:
    """Who took part in an activity, in alphabetical order."""
    query = (
        select(Volunteer, Engagement.minutes)
        .join(Engagement, Engagement.volunteer_id == Volunteer.id)
        .where(Engagement.activity_id == activity_id)
        .order_by(Volunteer.sort, Volunteer.id)
    )
    return [PersonRow(who.id, who.listed, minutes) for who, minutes in session.execute(query)]


@question(*TEAM)
def last_people(session: Session, work: Work, place_id: int | None) -> list[PersonRow]:
    """Who did that work at that place the last time; people who have left are left out."""
    query = (
        select(Activity.id)
        .where(Activity.work == work, Activity.place_id == place_id)
        .order_by(Activity.day.desc(), Activity.id.desc())
        .limit(1)
    )
    last = session.scalar(query)
    here = select(Volunteer.id).where(Volunteer.state != State.LEFT)
    staying = set(session.scalars(here))
    rows = people(session, last) if last is not None else []
    return [row for row in rows if row.volunteer_id in staying]


def _during(period: Period) -> ColumnElement[bool]:
    return Activity.day.between(period.first, period.last)


def _given(period: Period) -> Select[*tuple[Any, ...]]:
    """Each volunteer who worked in the period, with minutes and the first day of work."""
    return (
        select(Volunteer.sex, Volunteer.birth_date, func.min(Activity.day).label("first"))
        .add_columns(func.sum(Engagement.minutes).label("minutes"))
        .join(Engagement, Engagement.volunteer_id == Volunteer.id)
        .join(Activity, Activity.id == Engagement.activity_id)
        .where(_during(period), Engagement.standing == Standing.VOLUNTEER)
        .group_by(Volunteer.id)
    )


def _new(session: Session, period: Period) -> int:
    query = select(func.count(Volunteer.id)).where(
        Volunteer.joined_on.between(period.first, period.last),
        Volunteer.standing == Standing.VOLUNTEER,
        Volunteer.state != State.PROSPECTIVE,
    )
    return session.scalar(query) or 0


def _trained(session: Session, period: Period) -> int:
    query = (
        select(func.count(Volunteer.id.distinct()))
        .join(Training, Training.volunteer_id == Volunteer.id)
        .where(Training.day.between(period.first, period.last))
        .where(Volunteer.standing == Standing.VOLUNTEER)
    )
    return session.scalar(query) or 0


def _mentions(word: str) -> ColumnElement[bool]:
    spoken = current()
    works = [work for work in Work if word in search_key(spoken.show(work))]
    person = (
        select(Engagement.activity_id)
        .join(Volunteer, Volunteer.id == Engagement.volunteer_id)
        .where(matches(Volunteer.search, word))
    )
    return or_(
        matches(Activity.search, word),
        matches(Place.search, word),
        Activity.work.in_(works),
        Activity.id.in_(person),
    )


def _activity_row(activity: Activity, place: str | None, persons: int, minutes: int) -> ActivityRow:
    return ActivityRow(
        id=activity.id,
        day=activity.day,
        work=activity.work,
        place=place or "",
        description=activity.description,
        persons=persons,
        minutes=int(minutes),
        kilometres=activity.kilometres,
    )
