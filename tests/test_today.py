"""Today counts what was done today and this month, and says what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models import clock, periods
from models.desk import aid, cards
from models.desk.aid import Count
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.goods import chain, items, places, stock
from models.goods.places import Place
from models.goods.stock import Goods
from models.office import branch, territory, today
from models.office.today import Duty
from models.periods import Period
from models.team import activities, long_term, trainings, volunteers
from models.team.activities import Stint, Work
from models.team.skills import Skill
from models.team.trainings import Course
from models.team.volunteers import Details, Volunteer
from models.units import THOUSAND

NOON = datetime(2026, 11, 23, 12)
TODAY = NOON.date()
MAN = Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.UNKNOWN)


@dataclass
class Books:
    """A branch in Bihać on 23 November 2026."""

    session: Session
    store: Place

    def help(self, persons: int, on: date = TODAY) -> aid.Encounter:
        return aid.help_group(self.session, [Count(MAN, persons)], self.store, on=on)

    def help_card(self, card: cards.Card, on: date = TODAY) -> aid.Encounter:
        return aid.help_person(
            self.session, card, self.store, on=on, services=[aid.Given(aid.Service.PSS)]
        )

    def receive(self, expiry: date) -> None:
        item = items.find(self.session, "lunch_pack")
        goods = [Goods(item, 10 * THOUSAND, expiry=expiry)]
        with clock.at(datetime(2026, 9, 1, 12)):
            stock.receive(self.session, self.store, goods, on=date(2026, 9, 1), supplier="Donor A")

    def enlist(self, last_name: str) -> Volunteer:
        details = Details("Amra", last_name, date(1990, 5, 5), joined_on=date(2026, 1, 1))
        return volunteers.enter(self.session, details)

    def work(self, volunteer: Volunteer, hours: int, on: date = TODAY) -> None:
        activities.record(self.session, Work.KITCHEN, [Stint(volunteer, hours * 60)], on=on)


@pytest.fixture
def books(session: Session) -> Iterator[Books]:
    unit = territory.find("BA-BIH/01/Bihać")
    with clock.at(NOON):
        branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        yield Books(session, places.add(session, "Main store"))


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def dues(books: Books, duty: Duty) -> list[today.Due]:
    return [row for row in today.due(books.session) if row.duty is duty]


def test_an_empty_branch_has_nothing_to_show_and_nothing_due(books):
    assert set(vars(today.figures(books.session)).values()) == {0}
    assert today.due(books.session) == []


def test_people_helped_today_are_counted_without_those_taken_back(books):
    books.help(30)
    books.help(4, on=days_ago(1))
    aid.reverse(books.session, books.help(5))
    assert today.figures(books.session).helped == 30


def test_a_card_is_new_on_the_first_day_only(books):
    known, fresh, gone = (cards.add(books.session) for _card in range(3))
    books.help_card(known, on=days_ago(3))
    for card in (known, fresh, fresh):
        books.help_card(card)
    aid.reverse(books.session, books.help_card(gone))
    assert today.figures(books.session).new == 1


def test_this_month_is_set_against_the_same_days_of_the_month_before(books):
    books.help(7, on=date(2026, 11, 1))
    books.help(2)
    for day in (1, 23, 24, 31):
        books.help(day, on=date(2026, 10, day))
    figures = today.figures(books.session)
    assert (figures.contacts, figures.same_days_before) == (9, 24)


@pytest.mark.parametrize(
    ("on", "last"),
    [(date(2026, 3, 31), date(2026, 2, 28)), (date(2026, 1, 5), date(2025, 12, 5))],
)
def test_a_shorter_month_before_is_taken_whole(on, last):
    assert today.same_days_before(on) == Period(last.replace(day=1), last)


def test_lots_count_as_expiring_within_thirty_days_and_as_expired_after(books):
    for days in (-1, 0, 30, 31):
        books.receive(TODAY + timedelta(days=days))
    figures = today.figures(books.session)
    assert (figures.expiring, figures.expired) == (2, 1)


def test_hours_of_volunteers_are_those_of_this_month(books):
    amra = books.enlist("Hodžić")
    books.work(amra, 3)
    books.work(amra, 5, on=date(2026, 10, 31))
    figures = today.figures(books.session)
    assert (figures.minutes, figures.volunteers) == (180, 1)


def test_last_months_report_is_due_on_the_fifth_to_the_canton(books):
    books.help(1, on=date(2026, 10, 31))
    (due,) = dues(books, Duty.REPORT)
    canton = branch.names(books.session)[branch.Level.CANTON]
    assert (due.until, due.subject, due.addressee) == (
        date(2026, 11, 5), date(2026, 10, 1), canton,
    )  # fmt: skip


def test_the_day_of_the_report_is_a_setting(books):
    books.help(1, on=date(2026, 10, 31))
    branch.change(books.session, branch.Details(report_day=10))
    assert dues(books, Duty.REPORT)[0].until == date(2026, 11, 10)


def test_a_closed_month_is_not_due(books):
    books.help(1, on=date(2026, 10, 31))
    periods.close(books.session, Period.month(2026, 10), "{}", chain.START)
    assert dues(books, Duty.REPORT) == []


def test_a_branch_that_began_this_month_owes_no_report_for_the_last(books):
    books.help(1)
    assert dues(books, Duty.REPORT) == []


def test_certificates_of_one_skill_are_due_together(books):
    for name, days in (("Hodžić", 20), ("Marić", 10)):
        course = Course(Skill.FIRST_AID, days_ago(700), TODAY + timedelta(days=days))
        trainings.add(books.session, books.enlist(name), course)
    (due,) = dues(books, Duty.CERTIFICATES)
    assert (due.subject, due.count) == (Skill.FIRST_AID, 2)
    assert due.until == TODAY + timedelta(days=10)


def test_a_long_term_volunteer_is_to_be_reported_by_name(books):
    amra = books.enlist("Hodžić")
    for day in range(90):
        books.work(amra, 4, on=days_ago(day))
    (due,) = dues(books, Duty.LONG_TERM)
    assert (due.subject, due.count) == ("Hodžić Amra", 1)
    assert due.until == long_term.due(books.session)[0].report_by


def test_what_is_most_urgent_stands_first(books):
    books.help(1, on=date(2026, 10, 31))
    course = Course(Skill.FIRST_AID, days_ago(700), TODAY + timedelta(days=1))
    trainings.add(books.session, books.enlist("Hodžić"), course)
    assert [row.duty for row in today.due(books.session)] == [Duty.REPORT, Duty.CERTIFICATES]
