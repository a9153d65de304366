"""What a month was closed with is looked through again: changed, miscounted, or off the book."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from test_checks import disarm
from test_erasing import JULY, lay_out, the_girl, the_old_card

from models import checks, clock, frozen, periods, record, recorded
from models.checks import (
    ClosedCountsDiffer,
    ClosedStockDiffers,
    GuardMissing,
    ReportChanged,
    ReportDiffers,
)
from models.database import Database
from models.desk import aid
from models.desk.aid import Count, Given, Service
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.goods import counting, items, places, stock
from models.goods.counting import Found
from models.goods.lots import Lot, OnHand
from models.goods.places import Place
from models.goods.stock import Goods
from models.office import branch, reopening, territory
from models.periods import Closing, Period
from models.privacy import erasing, peopleless
from models.record import Subject
from models.roles import PROGRAM
from models.team import activities, volunteers
from models.team.activities import Stint, Work
from models.team.volunteers import Details
from models.units import THOUSAND
from reports import monthly
from reports.monthly import carried
from translations import language

SEPTEMBER, OCTOBER = (Period.month(2026, month) for month in (9, 10))
MEN = Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.NO)
NOON = datetime(2026, 11, 23, 12)


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOON):
        yield


@pytest.fixture
def books(db: Database) -> Database:
    """A branch with two closed months of goods of two donors, of people helped and of hours."""
    with db.write() as session:
        unit = territory.find("BA-BIH/01/Bihać")
        branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        store = places.add(session, "Glavno skladište")
    for month in (9, 10):
        with clock.at(datetime(2026, month, 25, 12)), db.write() as session:
            _live(session, store, month)
    close(db, SEPTEMBER, OCTOBER)
    return db


def _live(session: Session, store: Place, month: int) -> None:
    blanket = items.find(session, "blanket")
    assert blanket
    for donor in ("Donor A", "Donor B"):
        goods = Goods(blanket, 20 * THOUSAND, unit_value=1500)
        stock.receive(session, store, [goods], on=date(2026, month, 3), supplier=donor)
    goods = [Goods(blanket, 7 * THOUSAND)]
    pss = [Given(Service.PSS)]
    aid.help_group(
        session, [Count(MEN, 12)], store, on=date(2026, month, 9), goods=goods, services=pss
    )
    jasna = volunteers.enter(session, Details("Jasna", f"Kos {month}", date(1999, 5, 9)))
    day, stints = date(2026, month, 11), [Stint(jasna, 90)]
    activities.record(session, Work.FIELD_TEAM, stints, on=day, place=store, kilometres=40)
    stock.issue(session, store, goods, on=date(2026, month, 10), recipient="Crveni križ Bihać")
    lot = session.scalar(select(func.min(Lot.id)))
    there = session.scalar(select(OnHand.quantity).where(OnHand.lot_id == lot))
    counting.count(session, store, [Found(lot or 0, (there or 0) + THOUSAND)])


def close(db: Database, *months: Period) -> None:
    for month in months:
        with db.write() as session:
            monthly.close(session, month)


def found(db: Database) -> set[type[Any]]:
    """What the checks say, but for the guards that were taken away to let the fault in."""
    with db.read() as session:
        return {type(problem) for problem in checks.run(session)} - {GuardMissing}


def rewrite(db: Database, change: Callable[[dict[str, Any]], object], month: str) -> None:
    """Change the frozen figures below the program."""
    with db.write() as session:
        disarm(session, "closing")
        query = text("SELECT figures FROM closing WHERE month = :month")
        figures = json.loads(session.scalar(query, {"month": month}) or "")
        change(figures)
        written = text("UPDATE closing SET figures = :figures WHERE month = :month")
        session.execute(written, {"figures": json.dumps(figures), "month": month})


def more(lines: list[dict[str, Any]], *columns: str) -> None:
    """One more in the first line."""
    for column in columns:
        lines[0][column] += 1


def more_persons(figure: dict[str, int]) -> None:
    figure["now"] += 1


def more_received(data: dict[str, Any]) -> None:
    """All tables agree with each other, but not with the stock book."""
    more(data["stock"], "received", "closing")
    more(data["stock_by_donor"], "received", "closing")
    more_persons(data["donations"][0]["quantity"])


def more_from_before(data: dict[str, Any]) -> None:
    """They agree with each other, but not with the month before."""
    more(data["stock"], "opening", "closing")
    more(data["stock_by_donor"], "opening", "closing")


MISCOUNTED: dict[str, Callable[[dict[str, Any]], object]] = {
    "an item": lambda data: more(data["stock"], "closing"),
    "a donor": lambda data: more(data["stock_by_donor"], "received", "closing"),
    "what was handed out": lambda data: more_persons(data["handed_out"][0]["quantity"]),
    "a donation": lambda data: more_persons(data["donations"][0]["quantity"]),
    "a sex": lambda data: more_persons(data["people"]["cells"][0]["persons"]),
    "a country": lambda data: more_persons(data["people"]["nationalities"][0]["persons"]),
    "a disability": lambda data: more_persons(data["people"]["disabilities"][0]["persons"]),
    "those without a card": lambda data: more_persons(data["people"]["anonymous"]),
    "who is new": lambda data: more_persons(data["people"]["new"]),
    "a day": lambda data: more(data["people"]["days"], "contacts"),
    "the women": lambda data: more_persons(data["volunteers"]["women"]),
    "the month before": more_from_before,
    "a missing table": lambda data: data.pop("stock"),
}


def test_closed_months_are_found_in_order(books: Database) -> None:
    assert found(books) == set()


@pytest.mark.parametrize("what", MISCOUNTED)
def test_figures_that_do_not_add_up_are_found(books: Database, what: str) -> None:
    rewrite(books, MISCOUNTED[what], "2026-10")
    with books.read() as session:
        problems = [str(each) for each in checks.frozen_reports_add_up(session)]
    assert problems == ["The figures that October\u00a02026 was closed with do not add up."]
    assert {ReportChanged, ReportDiffers} <= found(books)


def test_figures_that_add_up_but_are_not_those_of_the_book_are_found(books: Database) -> None:
    rewrite(books, more_received, "2026-10")
    assert found(books) == {ReportChanged, ClosedStockDiffers}


OFF_THE_ENTRIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a service": lambda data: more_persons(
        next(line for line in data["services"] if line["kind"] == Service.PSS)["times"]
    ),
    "minutes": lambda data: more_persons(data["volunteers"]["minutes"]),
    "kilometres": lambda data: more_persons(data["teams"]["kilometres"]),
    "the estimated": lambda data: more_persons(data["people"]["estimated"]),
}


@pytest.mark.parametrize("what", OFF_THE_ENTRIES)
def test_counts_that_are_not_those_of_the_entries_are_found(books: Database, what: str) -> None:
    rewrite(books, OFF_THE_ENTRIES[what], "2026-10")
    assert found(books) == {ReportChanged, ClosedCountsDiffer}


@pytest.mark.parametrize("change", [
    "UPDATE service SET persons = persons + 1",
    "DELETE FROM service",
    "UPDATE encounter SET persons = persons - 1",
    "UPDATE encounter SET is_estimated = true",
    "UPDATE reached SET persons = persons + 1",
    "UPDATE engagement SET minutes = minutes + 1",
    "UPDATE activity SET kilometres = 0",
])  # fmt: skip
def test_entries_of_a_closed_month_that_were_changed_are_found(
    books: Database, change: str
) -> None:
    with books.write() as session:
        disarm(session, change.split()[2 if change.startswith("DELETE") else 1])
        session.execute(text(change))
    assert found(books) == {ClosedCountsDiffer}


def test_a_report_of_older_months_that_was_changed_is_found(books: Database) -> None:
    rewrite(books, lambda data: data["sender"].update(president="Marija"), "2026-09")
    assert found(books) == {ReportChanged}


@pytest.mark.parametrize("column", ["number", "correction", "chain_head"])
def test_what_stands_beside_the_figures_is_sealed_too(books: Database, column: str) -> None:
    value = "'0'" if column == "chain_head" else "7"
    with books.write() as session:
        disarm(session, "closing")
        session.execute(text(f"UPDATE closing SET {column} = {value} WHERE month = '2026-09'"))
    with books.read() as session:
        assert [each.details for each in checks.frozen_reports_are_unchanged(session)] == [
            {"month": SEPTEMBER}
        ]


def test_a_report_that_is_gone_is_found(books: Database) -> None:
    with books.write() as session:
        disarm(session, "closing")
        session.execute(text("DELETE FROM closing WHERE month = '2026-10'"))
    assert ReportChanged in found(books)


def test_a_correction_goes_on_from_the_correction_before(books: Database) -> None:
    """What stood before stays as it was, and is not compared with what stands now."""
    for month in (OCTOBER, SEPTEMBER):
        with books.write() as session:
            reopening.reopen(session, month, "Zaboravljena primka")
    with books.write() as session:
        store = places.find(session, "Glavno skladište")
        assert store
        goods = [Goods(items.find(session, "blanket"), 3 * THOUSAND)]  # type: ignore[arg-type]
        stock.receive(session, store, goods, on=date(2026, 9, 20), supplier="Donor C")
    assert found(books) == set()
    close(books, SEPTEMBER)
    assert found(books) == set()
    close(books, OCTOBER)
    assert found(books) == set()


def test_what_is_entered_later_changes_nothing_of_it(books: Database) -> None:
    with books.write() as session:
        store = places.find(session, "Glavno skladište")
        assert store
        _live(session, store, 11)
    assert found(books) == set()


def test_without_its_people_a_closed_month_is_as_it_was(db: Database) -> None:
    with db.write() as session:
        lay_out(session)
    close(db, JULY)
    with db.write() as session:
        erasing.erase_card(session, the_old_card(session))
        erasing.erase_volunteer(session, the_girl(session))
    assert found(db) == set()
    with db.write(PROGRAM) as session:
        peopleless.leave_out(session)
    assert found(db) == set()


def test_a_month_closed_by_an_earlier_program_has_no_seal(books: Database) -> None:
    with books.write() as session:
        closing = Closing(
            month="2026-08", year=2025, number=1, figures="{}", chain_head="0" * 64
        )  # fmt: skip
        session.add(closing)
        session.flush()
        record.note(session, "2026-08")
        record.write(session, frozen.CLOSED, Subject("closing", closing.id))
    assert found(books) == set()
    with books.write() as session:
        disarm(session, "closing")
        session.execute(text("DELETE FROM closing WHERE month = '2026-08'"))
    assert found(books) == {ReportChanged}


def test_the_record_shows_the_month_and_not_its_seal(books: Database) -> None:
    with books.read() as session:
        detail = session.scalar(text("SELECT detail FROM act WHERE code = 'periods.close' LIMIT 1"))
    assert detail.startswith(f"2026-09 {periods.FIGURES}")
    assert recorded.detail_text(detail, language("en")) == "September\u00a02026"


def test_a_closed_month_read_and_written_again_is_the_same(books: Database) -> None:
    with books.read() as session:
        for month in (SEPTEMBER, OCTOBER):
            closing = periods.closing(session, month)
            assert closing
            again = carried.to_json(carried.from_json(closing.figures.encode()))
            assert again.decode() == closing.figures


def test_the_check_knows_the_schema_of_the_report() -> None:
    assert carried.SCHEMA == frozen.SCHEMA
