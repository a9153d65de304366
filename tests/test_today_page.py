"""The Today page shows the figures in words and leads to where the work is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import conftest
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from things import as_program
from windows import in_front

from models import clock
from models.database import Database
from models.desk import aid
from models.desk.aid import Count
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.goods import items, places, stock
from models.goods.stock import Goods
from models.office import branch, territory, users
from models.office.today import Due, Duty
from models.privacy import access
from models.record import Act
from models.roles import Role
from models.team import activities, volunteers
from models.team.activities import Stint, Work
from models.team.volunteers import Details
from models.units import THOUSAND
from ui import language
from ui.office.today import TodayPage, compared, hours
from ui.table import BADGE_ROLE, Badge, TableView
from ui.warehouse.stock import StockPage

NOON = datetime(2026, 11, 23, 12)
MAN = Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.UNKNOWN)


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    """A branch that was set up this morning."""
    unit = territory.find("BA-BIH/01/Bihać")
    db = as_program(Database.open(branch_folder, conftest.KEY))
    with clock.at(NOON):
        with db.write() as session:
            branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
            places.add(session, "Main store")
        yield db
    db.close()


def help_people(db: Database, persons: int, on: date) -> None:
    with db.write() as session:
        aid.help_group(session, [Count(MAN, persons)], places.find(session, "Main store"), on=on)


def receive(db: Database, code: str, pieces: int, expiry: date) -> None:
    with db.write() as session:
        goods = [Goods(items.find(session, code), pieces * THOUSAND, expiry=expiry)]
        store = places.find(session, "Main store")
        stock.receive(session, store, goods, on=NOON.date(), supplier="Donor A")


def opened(db: Database, qtbot: QtBot) -> TodayPage:
    page = in_front(TodayPage(db), qtbot, (1100, 600))
    qtbot.waitUntil(lambda: page.latest.is_settled)
    return page


def cells(table: TableView) -> list[list[str]]:
    model = table.model_
    columns = range(model.columnCount())
    return [
        [model.index(row, column).data() for column in columns] for row in range(model.rowCount())
    ]


def double_click(table: TableView, qtbot: QtBot) -> None:
    place = table.visualRect(table.model_.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_what_is_due_is_read_whole_however_long_it_is(books, qtbot):
    page = opened(books, qtbot)
    canton = "A very long name of a canton " * 6
    page.dues.show_rows([Due(Duty.REPORT, date(2026, 11, 5), date(2026, 10, 1), canton)])
    table = page.dues.table
    usual = table.verticalHeader().defaultSectionSize()
    qtbot.waitUntil(lambda: table.rowHeight(0) > 2 * usual)


def test_a_new_branch_shows_zeros_and_two_calm_sentences(books, qtbot):
    page = opened(books, qtbot)
    assert page.context().startswith("Monday, 23.")
    assert [card.number.text() for card in (page.helped, page.month, page.expiring)] == ["0"] * 3
    assert page.hours.number.text() == "0 h"
    assert page.dues.empty.sentence.text() == "Nothing is due."
    assert page.needs.empty.sentence.text().endswith("Receive the first goods.")
    assert page.dues.empty.isVisible() and page.needs.empty.isVisible()


def test_the_figures_say_what_they_count(books, qtbot):
    help_people(books, 184, NOON.date())
    help_people(books, 100, date(2026, 10, 2))
    page = opened(books, qtbot)
    assert page.helped.number.text() == "184"
    assert page.month.remark.text().startswith("+84% against 1.")


def test_in_new_books_the_first_button_leads_to_the_first_goods(books, qtbot):
    page = opened(books, qtbot)
    page.take_focus()
    with qtbot.waitSignal(page.leads_to) as heard:
        qtbot.keyClick(page.needs.empty.button, Qt.Key.Key_Return)
    assert heard.args == ["Stock"]
    help_people(books, 1, NOON.date())
    page.reload()
    assert page.needs.empty.sentence.text() == "No item needs attention."
    assert not page.needs.empty.button.isVisible()


def test_who_receives_no_goods_is_not_asked_to(books, qtbot):
    books.roles = frozenset({Role.DESK})
    page = opened(books, qtbot)
    assert not page.needs.empty.button.isVisible()


def test_a_due_report_is_late_and_leads_to_the_reports(books, qtbot):
    help_people(books, 1, date(2026, 10, 2))
    page = opened(books, qtbot)
    (row,) = cells(page.dues.table)
    assert row[0].startswith(
        "Monthly report for October\u00a02026 to: Red Cross of Una-Sana Canton"
    )
    assert row[2] == "18 days late"
    with qtbot.waitSignal(page.leads_to) as heard:
        double_click(page.dues.table, qtbot)
    assert heard.args == ["Reports"]


def work_for_long(db: Database, *names: str) -> None:
    """Each has worked every day of the last three months and is to be reported for it."""
    with db.write() as session:
        for name in names:
            details = Details("Amra", name, date(1990, 5, 12), joined_on=date(2026, 1, 1))
            person = volunteers.enter(session, details)
            for ago in range(90):
                day = NOON.date() - timedelta(days=ago)
                activities.record(session, Work.KITCHEN, [Stint(person, 4 * 60)], on=day)


def looked(db: Database) -> list[tuple[int | None, str]]:
    with db.read() as session:
        acts = session.query(Act).filter_by(code=access.LOOKED_THROUGH).order_by(Act.id)
        return [(act.user_id, act.subject) for act in acts]


@pytest.fixture
def amra(books: Database) -> Database:
    """The secretary works."""
    with books.write() as session:
        users.add(session, "amra", "Amra")
    users.sign_in(books, "amra")
    return books


def test_a_name_among_what_is_due_is_a_look_at_people_once_a_day(amra, qtbot):
    work_for_long(amra, "Hodžić")
    page = opened(amra, qtbot)
    assert "Hodžić" in cells(page.dues.table)[0][0]
    for _time in range(2):
        page.reload()
        qtbot.waitUntil(lambda: page.latest.is_settled)
    assert looked(amra) == [(amra.user, "volunteer")]


def test_a_page_that_nobody_sees_is_no_look(amra, qtbot):
    work_for_long(amra, "Hodžić")
    page = TodayPage(amra)
    qtbot.addWidget(page)
    page.reload()
    qtbot.waitUntil(lambda: page.latest.is_settled)
    assert looked(amra) == []


def test_where_no_name_is_shown_nobody_was_looked_at(amra, qtbot):
    work_for_long(amra, "Hodžić", "Begić")
    page = opened(amra, qtbot)
    assert cells(page.dues.table)[0][0] == "Long-term volunteers to report: 2"
    assert looked(amra) == []


def badge(table: TableView) -> Badge | None:
    model = table.model_
    found = (model.index(0, at).data(BADGE_ROLE) for at in range(model.columnCount()))
    return next(filter(None, found), None)


def test_what_lacks_is_as_red_here_as_on_the_page_of_the_stock(books, qtbot):
    receive(books, "baby_milk", 5, date(2030, 1, 1))
    with books.write() as session:
        items.find(session, "baby_milk").minimum = 10 * THOUSAND
    here, there = opened(books, qtbot), in_front(StockPage(books), qtbot)
    assert badge(here.needs.table) == badge(there.table) == Badge("below minimum", "bad")


def test_stock_that_expires_leads_to_the_stock(books, qtbot):
    receive(books, "lunch_pack", 5000, NOON.date() + timedelta(days=9))
    page = opened(books, qtbot)
    (row,) = cells(page.needs.table)
    assert row[1] == "5,000\u00a0meals"
    assert row[2].startswith("expires 2.")
    with qtbot.waitSignal(page.leads_to) as heard:
        page.needs.table.setFocus()
        page.needs.table.select(0)
        qtbot.keyClick(page.needs.table, Qt.Key.Key_Return)
    assert heard.args == ["Stock"]


def test_everything_is_named_anew_in_another_language(books, qtbot):
    help_people(books, 1, date(2026, 10, 2))
    page = opened(books, qtbot)
    language.switch("hr")
    page.retranslate()
    qtbot.waitUntil(lambda: page.latest.is_settled)
    assert "listopad\u00a02026." in cells(page.dues.table)[0][0]
    language.switch("en")


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(2310, 2062, "+12% against"), (90, 100, "-10% against"), (5, 5, "0% against")],
)
def test_a_month_is_compared_with_the_same_days_before(now, before, said, books):
    assert compared(now, before).startswith(said)


def test_without_a_month_before_nothing_is_divided(books):
    assert compared(7, 0).startswith("none in 1.")


def test_hours_have_one_decimal_at_most(books):
    assert [hours(minutes) for minutes in (0, 60, 90, 100)] == ["0 h", "1 h", "1.5 h", "1.7 h"]
