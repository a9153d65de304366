"""Work done on a day, by whom and for how long; hours are entered, corrected and removed here."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import periods
from models.base import Base, choice
from models.errors import DomainError
from models.goods.places import Place
from models.rights import verb
from models.roles import TEAM
from models.team import law
from models.team.law import Law
from models.team.volunteers import Standing, State, Volunteer
from models.text import fitting, search_key
from translations import N_

DAY = 24 * 60  # minutes
LONGEST_DESCRIPTION = 500


class Work(enum.StrEnum):
    """Kinds of activity; the field team is the one that reports kilometres."""

    FIELD_TEAM = "field_team"
    DISTRIBUTION = "distribution"
    WAREHOUSE = "warehouse"
    KITCHEN = "kitchen"
    TRAINING = "training"
    BLOOD_DRIVE = "blood_drive"
    OFFICE = "office"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _WORK[self]


_WORK = {
    Work.FIELD_TEAM: N_("Mobile team in the field"),
    Work.DISTRIBUTION: N_("Distribution of aid"),
    Work.WAREHOUSE: N_("Warehouse work"),
    Work.KITCHEN: N_("Kitchen"),
    Work.TRAINING: N_("Training"),
    Work.BLOOD_DRIVE: N_("Blood donation drive"),
    Work.OFFICE: N_("Office work"),
    Work.OTHER: N_("Other"),
}


class Activity(Base):
    """Work done on a day, perhaps by a team of the field with its kilometres."""

    __tablename__ = "activity"
    __table_args__ = (
        UniqueConstraint("id", "day"),
        CheckConstraint("kilometres >= 0", name="kilometres"),
        Index("ix_activity_day", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    work: Mapped[Work] = mapped_column(choice(Work))
    description: Mapped[str] = mapped_column(String(500), default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    kilometres: Mapped[int] = mapped_column(default=0)
    token: Mapped[str] = mapped_column(String(36), unique=True)
    search: Mapped[str] = mapped_column(default="")

    engagements: Mapped[list[Engagement]] = relationship(cascade="all, delete-orphan")


class Engagement(Base):
    """One person's part in an activity, in minutes.

    It keeps on what footing the person worked then: a volunteer who is employed later stays
    a volunteer in the months before.
    """

    __tablename__ = "engagement"
    __table_args__ = (CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteer.id"), primary_key=True, index=True
    )
    minutes: Mapped[int]
    standing: Mapped[Standing] = mapped_column(choice(Standing), default=Standing.VOLUNTEER)


@dataclass(frozen=True)
class Stint:
    """One person's part in an activity that is being entered."""

    volunteer: Volunteer
    minutes: int


@verb(N_("Recorded hours"), *TEAM)
def record(
    session: Session,
    work: Work,
    stints: Sequence[Stint],
    *,
    on: date,
    place: Place | None = None,
    description: str = "",
    kilometres: int = 0,
    token: UUID | None = None,
) -> Activity:
    """Enter an activity with the hours of everyone in it. The same token records only once.

    A prospective volunteer becomes active with the first hours. Raises InFuture, ClosedMonth,
    NobodyWorked, BadMinutes, Twice, TooManyHours, HasLeft, TooYoung, ConsentMissing,
    ConsentLater, BadKilometres.
    """
    code = str(token or uuid4())
    if already := session.scalar(select(Activity).where(Activity.token == code)):
        return already
    activity = Activity(token=code)
    _fill(session, activity, work, stints, on, place, description, kilometres)
    session.add(activity)
    session.flush()
    return activity


@verb(N_("Changed hours"), *TEAM)
def change(
    session: Session,
    activity: Activity,
    work: Work,
    stints: Sequence[Stint],
    *,
    on: date,
    place: Place | None = None,
    description: str = "",
    kilometres: int = 0,
) -> None:
    """Correct an activity while its month, and the month it moves to, are open.

    Raises what `record` raises.
    """
    periods.require_open(session, activity.day)
    _fill(session, activity, work, stints, on, place, description, kilometres)
    session.flush()


@verb(N_("Removed hours"), *TEAM)
def remove(session: Session, activity: Activity) -> None:
    """Take an activity out again with its hours. Raises ClosedMonth."""
    periods.require_open(session, activity.day)
    session.delete(activity)
    session.flush()


def written(minutes: int) -> str:
    """Minutes as people write hours: 210 is "3:30"."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}"


def _fill(
    session: Session,
    activity: Activity,
    work: Work,
    stints: Sequence[Stint],
    on: date,
    place: Place | None,
    description: str,
    kilometres: int,
) -> None:
    periods.require_open(session, on)
    if kilometres < 0:
        raise BadKilometres
    _check(session, activity, stints, on)
    activity.day, activity.work, activity.kilometres = on, work, kilometres
    activity.place_id = place.id if place else None
    activity.description = fitting(description, LONGEST_DESCRIPTION)
    activity.search = search_key(activity.description)
    _engage(activity, stints)


def _check(session: Session, activity: Activity, stints: Sequence[Stint], on: date) -> None:
    """Everyone may work on that day, and no one longer than it lasts."""
    if not stints:
        raise NobodyWorked
    known = law.in_force(session)
    already = _already(session, activity, stints, on)
    seen: set[int] = set()
    for volunteer, minutes in ((stint.volunteer, stint.minutes) for stint in stints):
        if not 0 < minutes <= DAY:
            raise BadMinutes(person=volunteer.name)
        if volunteer.id in seen:
            raise Twice(person=volunteer.name)
        seen.add(volunteer.id)
        may_work(volunteer, on, known)
        if (total := already[volunteer.id] + minutes) > DAY:
            raise TooManyHours(person=volunteer.name, day=on, hours=written(total))


def may_work(volunteer: Volunteer, on: date, known: Law) -> None:
    """Raises HasLeft, TooYoung, ConsentMissing, ConsentLater for someone who may not."""
    if volunteer.left_on and on > volunteer.left_on:
        raise HasLeft(person=volunteer.name, day=volunteer.left_on)
    if volunteer.standing is Standing.VOLUNTEER:
        volunteer.require_age(on, known)
        volunteer.require_consent(on, known)


def _already(
    session: Session, activity: Activity, stints: Sequence[Stint], on: date
) -> Counter[int]:
    """Minutes of these people on that day in other activities."""
    people = [stint.volunteer.id for stint in stints]
    query = (
        select(Engagement.volunteer_id, func.sum(Engagement.minutes))
        .join(Activity, Activity.id == Engagement.activity_id)
        .where(Activity.day == on, Engagement.volunteer_id.in_(people))
        .group_by(Engagement.volunteer_id)
    )
    if activity.id is not None:
        query = query.where(Activity.id != activity.id)
    return Counter({person: int(minutes) for person, minutes in session.execute(query)})


def _engage(activity: Activity, stints: Sequence[Stint]) -> None:
    """Keep who was there before with the new hours; the footing of then stays."""
    known = {row.volunteer_id: row for row in activity.engagements}
    rows = []
    for stint in stints:
        person = stint.volunteer
        row = known.get(person.id) or Engagement(volunteer_id=person.id, standing=person.standing)
        row.minutes = stint.minutes
        rows.append(row)
        if person.state is State.PROSPECTIVE:
            person.state = State.ACTIVE
    activity.engagements = rows


class PersonNeeded(DomainError):
    message = N_("Choose the person in every line that has hours.")


class NobodyWorked(DomainError):
    message = N_("Enter at least one person with hours.")


class BadMinutes(DomainError):
    message = N_("Enter the hours of {person}: more than 0 and at most 24.")


class BadKilometres(DomainError):
    message = N_("Kilometres cannot be below zero.")


class Twice(DomainError):
    message = N_("{person} stands in the list twice. Keep one line with all the hours.")


class TooManyHours(DomainError):
    message = N_("{person} would have {hours} hours on {day}, but a day has 24. Check the hours.")


class HasLeft(DomainError):
    message = N_("{person} left the branch on {day} and cannot have hours after that day.")
