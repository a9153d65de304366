"""Hours added up for the report, the list of activities, and the long-term volunteers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models import clock
from models.desk.cards import Sex
from models.goods import places
from models.goods.places import Place, PlaceKind
from models.periods import Period
from models.team import activities, hours, long_term, trainings, volunteers
from models.team.activities import Activity, Stint, Work
from models.team.hours import HoursSummary, TeamsSummary
from models.team.skills import Skill
from models.team.trainings import Course
from models.team.volunteers import Details, Standing, State, Volunteer

NOVEMBER = Period.month(2026, 11)
OCTOBER = Period.month(2026, 10)


@pytest.fixture(autouse=True)
def _on_a_monday_in_november() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 23, 11)):
        yield


def enter(
    session: Session,
    name: str = "Amra Hodžić",
    born: date = date(1990, 5, 1),
    **more: object,
) -> Volunteer:
    first, last = name.split(" ", 1)
    given = {"joined_on": date(2020, 1, 1)} | more
    return volunteers.enter(session, Details(first, last, born, **given))  # type: ignore[arg-type]


def work(
    session: Session,
    on: date,
    *people: Volunteer,
    minutes: int = 60,
    kind: Work = Work.OFFICE,
    place: Place | None = None,
    **more: object,
) -> Activity:
    stints = [Stint(person, minutes) for person in people]
    return activities.record(session, kind, stints, on=on, place=place, **more)  # type: ignore[arg-type]


def test_each_volunteer_is_counted_once_and_the_sexes_add_up(session: Session) -> None:
    amra = enter(session, sex=Sex.FEMALE)
    ivan = enter(session, "Ivan Marić", sex=Sex.MALE)
    eva = enter(session, "Eva Lukić", joined_on=date(2026, 11, 2))
    for day in (1, 2, 30 - 7):
        work(session, date(2026, 11, day), amra, ivan)
    work(session, date(2026, 11, 3), eva, minutes=30)
    work(session, date(2026, 10, 31), eva)
    found = hours.summary(session, NOVEMBER)
    assert found == HoursSummary(3, 1, 1, 1, minutes=390, new=1, trained=0, minors=0)


def test_a_period_without_work_is_all_zeros(session: Session) -> None:
    assert hours.summary(session, NOVEMBER) == HoursSummary(0, 0, 0, 0, 0, 0, 0, 0)
    assert hours.teams(session, NOVEMBER) == TeamsSummary(0, 0, 0, 0)


def test_staff_and_paid_helpers_give_no_volunteer_hours(session: Session) -> None:
    staff = enter(session, standing=Standing.STAFF)
    helper = enter(session, "Ivan Marić", standing=Standing.PAID_HELPER)
    work(session, date(2026, 11, 3), staff, helper)
    assert hours.summary(session, NOVEMBER).minutes == 0


def test_who_is_employed_later_stays_a_volunteer_in_the_months_before(session: Session) -> None:
    person = enter(session)
    work(session, date(2026, 10, 3), person)
    employed = Details("Amra", "Hodžić", date(1990, 5, 1), standing=Standing.STAFF)
    volunteers.change(session, person, employed)
    work(session, date(2026, 11, 3), person)
    assert hours.summary(session, OCTOBER).volunteers == 1
    assert hours.summary(session, NOVEMBER).volunteers == 0


def test_a_minor_is_one_on_the_day_of_work(session: Session) -> None:
    guardian = {"guardian": "Selma Hodžić", "guardian_consent_on": date(2026, 1, 1)}
    before = enter(session, "Adi Hodžić", date(2008, 11, 10), **guardian)
    after = enter(session, "Edo Hodžić", date(2008, 11, 10), **guardian)
    work(session, date(2026, 11, 9), before)
    work(session, date(2026, 11, 10), before, after)
    assert hours.summary(session, NOVEMBER).minors == 1


def test_new_and_trained_are_counted_by_their_days(session: Session) -> None:
    person = enter(session, joined_on=date(2026, 11, 1))
    enter(session, "Ivan Marić", joined_on=date(2026, 11, 1), state=State.PROSPECTIVE)
    trainings.add(session, person, Course(Skill.PSS, date(2026, 11, 5)))
    trainings.add(session, person, Course(Skill.CAMP, date(2026, 11, 6)))
    found = hours.summary(session, NOVEMBER)
    assert (found.new, found.trained) == (1, 1)
    found = hours.summary(session, OCTOBER)
    assert (found.new, found.trained) == (0, 0)


def test_a_team_is_its_place_and_every_team_has_its_own_days(session: Session) -> None:
    north = places.add(session, "Tim Sjever", PlaceKind.TEAM)
    south = places.add(session, "Tim Jug", PlaceKind.TEAM)
    amra, driver = enter(session), enter(session, "Ivan Marić", standing=Standing.STAFF)
    field = Work.FIELD_TEAM
    for day in (3, 3, 4):
        day_ = date(2026, 11, day)
        work(session, day_, amra, driver, kind=field, place=north, kilometres=40)
    work(session, date(2026, 11, 3), driver, kind=field, place=south, kilometres=15)
    work(session, date(2026, 11, 5), driver, kind=Work.OFFICE, place=north, kilometres=999)
    assert hours.teams(session, NOVEMBER) == TeamsSummary(2, 2, kilometres=135, days=3)


def test_activities_are_found_by_what_where_who_and_kind(session: Session) -> None:
    north = places.add(session, "Šator Željeznička", PlaceKind.POINT)
    amra = enter(session, "Amra Đurić")
    found = work(session, date(2026, 11, 3), amra, kind=Work.KITCHEN, place=north)
    activities.change(
        session, found, Work.KITCHEN, [Stint(amra, 60)],
        on=found.day, place=north, description="Topli obroci, večera",
    )  # fmt: skip
    work(session, date(2026, 11, 4), enter(session, "Ivan Marić"))
    for written in ("vecera", "шатор", "djuric", "kitchen", "obroci djuric sator kitchen"):
        assert [row.id for row in hours.activities(session, written)] == [found.id], written
    assert hours.activities(session, "vecera maric") == []


def test_activities_stand_newest_first_within_the_period(session: Session) -> None:
    amra, ivan = enter(session), enter(session, "Ivan Marić")
    for day in (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 20)):
        work(session, day, amra, ivan, minutes=90)
    rows = hours.activities(session, period=NOVEMBER)
    assert [row.day.day for row in rows] == [20, 1]
    assert (rows[0].persons, rows[0].minutes, rows[0].place) == (2, 180, "")


def test_the_people_of_the_last_time_are_offered_again(session: Session) -> None:
    team = places.add(session, "Tim Sjever", PlaceKind.TEAM)
    amra, ivan, eva = (enter(session, name) for name in ("Amra Hodžić", "Ivan Marić", "Eva Lukić"))
    work(session, date(2026, 11, 1), eva, kind=Work.FIELD_TEAM, place=team)
    work(session, date(2026, 11, 3), amra, ivan, kind=Work.FIELD_TEAM, place=team, minutes=180)
    work(session, date(2026, 11, 4), eva, kind=Work.FIELD_TEAM)
    volunteers.leave(session, ivan, date(2026, 11, 5))
    found = hours.last_people(session, Work.FIELD_TEAM, team.id)
    assert [(row.name, row.minutes) for row in found] == [("Hodžić Amra", 180)]
    assert [row.name for row in hours.last_people(session, Work.FIELD_TEAM, None)] == ["Lukić Eva"]
    assert hours.last_people(session, Work.KITCHEN, team.id) == []


def give(session: Session, person: Volunteer, first: date, days: int, minutes: int) -> None:
    """The same hours on so many days in a row."""
    for day in range(days):
        work(session, first + timedelta(days=day), person, minutes=minutes)


def test_more_than_240_hours_in_three_unbroken_months_is_long_term(session: Session) -> None:
    person = enter(session)
    give(session, person, date(2026, 8, 3), 10, 480)  # 80 hours
    give(session, person, date(2026, 9, 1), 10, 480)
    give(session, person, date(2026, 10, 1), 10, 480)
    assert long_term.due(session) == []
    work(session, date(2026, 10, 20), person, minutes=1)
    found = long_term.due(session)[0]
    assert (found.since, found.reached_on) == (date(2026, 8, 3), date(2026, 10, 20))
    assert found.report_by == date(2026, 10, 30) and found.minutes == 240 * 60 + 1


def test_many_hours_in_two_months_are_long_term_only_when_the_third_begins(
    session: Session,
) -> None:
    person = enter(session)
    give(session, person, date(2026, 9, 1), 30, 480)
    give(session, person, date(2026, 10, 1), 20, 480)
    assert long_term.due(session) == []
    work(session, date(2026, 11, 5), person)
    assert long_term.due(session)[0].reached_on == date(2026, 11, 5)


def test_a_month_without_work_breaks_the_time(session: Session) -> None:
    person = enter(session)
    for month in (6, 7, 9, 10):
        give(session, person, date(2026, month, 1), 20, 480)
    assert long_term.due(session) == []


def test_the_turn_of_the_year_does_not_break_it(session: Session) -> None:
    person = enter(session)
    for first in (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)):
        give(session, person, first, 11, 480)
    assert long_term.due(session)[0].since == date(2025, 11, 1)


def test_a_long_term_volunteer_is_reported_once(session: Session) -> None:
    person = enter(session)
    for month in (8, 9, 10):
        give(session, person, date(2026, month, 1), 11, 480)
    volunteers.report_long_term(session, person, date(2026, 11, 2))
    work(session, date(2026, 11, 20), person)
    assert long_term.due(session) == []


def test_staff_do_not_become_long_term_volunteers(session: Session) -> None:
    person = enter(session, standing=Standing.STAFF)
    for month in (8, 9, 10):
        give(session, person, date(2026, month, 1), 20, 480)
    assert long_term.due(session) == []
