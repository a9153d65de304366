"""Long-term volunteers: who has become one, and by what day the ministry must be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.orm import Session

from models.rights import question
from models.roles import TEAM
from models.team import law
from models.team.activities import Activity, Engagement
from models.team.law import Law
from models.team.volunteers import Standing, Volunteer

Months = dict[int, int]  # minutes by month; months are counted from the year 0


@dataclass(frozen=True)
class LongTerm:
    """A long-term volunteer not yet reported; `minutes` since `since`, the first day."""

    volunteer_id: int
    name: str
    since: date
    reached_on: date
    report_by: date
    minutes: int


@question(*TEAM)
def due(session: Session, volunteer_id: int | None = None) -> list[LongTerm]:
    """Those still to be reported to the ministry, the most urgent first.

    More than 240 hours within at least three calendar months, none of them without work, is
    long-term; it is reported within 10 days (Law on Volunteering FBiH 110/12), once for each
    such time.
    """
    known = law.in_force(session)
    found = [
        _long_term(session, person, run, known)
        for person, run in _last_runs(session, volunteer_id, known)
    ]
    waiting = [row for row in found if not _is_reported(session, row)]
    return sorted(waiting, key=lambda row: (row.report_by, row.volunteer_id))


def _last_runs(
    session: Session, volunteer_id: int | None, known: Law
) -> Iterator[tuple[int, list[int]]]:
    """Each person's latest unbroken time that makes a long-term volunteer."""
    for person, months in _by_month(session, volunteer_id, known).items():
        for run in reversed(_unbroken(months)):
            minutes = sum(months[month] for month in run)
            if len(run) >= known.long_term_months and minutes > known.long_term_minutes:
                yield person, run
                break


def _by_month(session: Session, volunteer_id: int | None, known: Law) -> dict[int, Months]:
    """Minutes as a volunteer, by person and calendar month, of those who have enough in all."""
    enough = (
        select(Engagement.volunteer_id)
        .where(*_as_volunteer(volunteer_id))
        .group_by(Engagement.volunteer_id)
        .having(func.sum(Engagement.minutes) > known.long_term_minutes)
    )
    year, month = extract("year", Activity.day), extract("month", Activity.day)
    query = (
        select(Engagement.volunteer_id, year, month, func.sum(Engagement.minutes))
        .join(Activity, Activity.id == Engagement.activity_id)
        .where(*_as_volunteer(volunteer_id), Engagement.volunteer_id.in_(enough))
        .group_by(Engagement.volunteer_id, year, month)
        .order_by(Engagement.volunteer_id, year, month)
    )
    found: dict[int, Months] = {}
    for person, in_year, in_month, minutes in session.execute(query):
        found.setdefault(person, {})[int(in_year) * 12 + int(in_month) - 1] = int(minutes)
    return found


def _unbroken(months: Iterable[int]) -> list[list[int]]:
    """Runs of months that follow each other."""
    runs: list[list[int]] = []
    for month in months:
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs


def _long_term(session: Session, person: int, run: list[int], known: Law) -> LongTerm:
    days = _days(session, person, _first_day(run[0]), _first_day(run[-1] + 1))
    reached_on = _reached_on(days, _first_day(run[0] + known.long_term_months - 1), known)
    return LongTerm(
        volunteer_id=person,
        name=session.get_one(Volunteer, person).listed,
        since=days[0].day,
        reached_on=reached_on,
        report_by=reached_on + timedelta(days=known.days_to_report),
        minutes=sum(int(row.minutes) for row in days),
    )


def _days(session: Session, person: int, first: date, before: date) -> list[Any]:
    """Days of work of an unbroken time, with minutes."""
    query = (
        select(Activity.day, func.sum(Engagement.minutes).label("minutes"))
        .join(Engagement, Engagement.activity_id == Activity.id)
        .where(*_as_volunteer(person), Activity.day >= first, Activity.day < before)
        .group_by(Activity.day)
        .order_by(Activity.day)
    )
    return list(session.execute(query))


def _reached_on(days: list[Any], earliest: date, known: Law) -> date:
    """The day on which the hours were enough and the last needed month had begun."""
    total, reached = 0, earliest
    for row in days:
        total, reached = total + int(row.minutes), row.day
        if total > known.long_term_minutes and reached >= earliest:
            break
    return reached


def _is_reported(session: Session, row: LongTerm) -> bool:
    """Reported in this unbroken time, even a little before the day that made it long-term."""
    reported = session.get_one(Volunteer, row.volunteer_id).long_term_reported_on
    return reported is not None and reported >= row.since


def _as_volunteer(volunteer_id: int | None) -> list[ColumnElement[bool]]:
    as_volunteer = Engagement.standing == Standing.VOLUNTEER
    if volunteer_id is None:
        return [as_volunteer]
    return [as_volunteer, Engagement.volunteer_id == volunteer_id]


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
