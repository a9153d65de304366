"""Each role sees the pages and verbs that it may use, and nothing on them is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot
from things import as_program
from windows import in_front

from models import clock
from models.database import Database
from models.goods import items, places, stock
from models.goods.stock import Goods
from models.office import branch, territory, users
from models.office.branch import Details
from models.roles import Role
from models.safe import founding
from models.safe.founding import PRACTICE_COST, Plan
from models.units import THOUSAND
from translations import _
from ui import finders
from ui.entrance import pages
from ui.office.settings import SettingsPage
from ui.page import Page
from ui.table import TablePage
from ui.warehouse.goods import ReceiveForm
from ui.window import MainWindow

EXPECTED = {
    Role.SECRETARY: "Today Aid Stock Volunteers Reports Record of acts Settings",
    Role.WAREHOUSE: "Today Stock Settings",
    Role.VOLUNTEERS: "Today Volunteers Settings",
    Role.DESK: "Today Aid Stock Settings",
    Role.TRACING: "Today Aid Settings",
    Role.AUDITOR: "Today Stock Reports Record of acts Settings",
    Role.ADMINISTRATOR: "Today Record of acts Settings",
}


@pytest.fixture(scope="module")
def branch_of_seven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A branch with some goods, in which each role has a user of its name."""
    folder = tmp_path_factory.mktemp("seven")
    unit = territory.find("BA-BIH/01/Bihać")
    plan = Plan(
        [unit], branch.suggest(unit), Details(town="Bihać"), "bs", "Main store", "Amra", "amra",
        "tri velike jabuke na stolu",
    )  # fmt: skip
    db = as_program(Database.open(folder, founding.found(folder, plan, cost=PRACTICE_COST)))
    with clock.at(datetime(2026, 11, 20, 12)):
        with db.write() as session:
            store = places.find(session, "Main store")
            goods = [Goods(items.find(session, "blanket"), 20 * THOUSAND)]
            stock.receive(session, store, goods, on=date(2026, 11, 2), supplier="Donor A")
            for role in Role:
                users.add(session, role, role.title(), [role])
        yield db
    db.close()


def window_of(db: Database, role: Role, qtbot: QtBot) -> MainWindow:
    users.sign_in(db, role)
    return in_front(MainWindow(db, pages.pages_of(db)), qtbot)


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_its_pages_and_each_of_them_opens(
    branch_of_seven: Database, role: Role, qtbot: QtBot
) -> None:
    window = window_of(branch_of_seven, role, qtbot)
    assert " ".join(kind.title for kind in window.kinds) == EXPECTED[role]
    for place in range(len(window.kinds)):
        page = window.show_page(place)
        if isinstance(page, SettingsPage):
            for kind in page.kinds:
                page.show_section(kind)
        qtbot.wait(20)


@pytest.mark.parametrize("role", Role)
def test_the_search_finds_only_what_the_role_may_see(
    branch_of_seven: Database, role: Role, qtbot: QtBot
) -> None:
    window = window_of(branch_of_seven, role, qtbot)
    with branch_of_seven.read() as session:
        for find in finders.of(window):
            find(session, "blanket")


def offered(page: Page) -> set[str]:
    return {verb.title for verb in page.verbs if verb.button.isVisibleTo(page)}


def test_who_only_looks_is_offered_no_verb_that_writes(
    branch_of_seven: Database, qtbot: QtBot
) -> None:
    window = window_of(branch_of_seven, Role.AUDITOR, qtbot)
    assert offered(window.show_page("Stock")) == {"Documents…", "Waiting…"}
    assert "Close the month…" not in offered(window.show_page("Reports"))


def test_the_shortcut_of_a_verb_that_is_not_offered_sleeps(
    branch_of_seven: Database, qtbot: QtBot
) -> None:
    page = window_of(branch_of_seven, Role.DESK, qtbot).show_page("Stock")
    receive = page.findChild(QAbstractButton, "receive")
    assert receive is not None and not receive.isVisibleTo(page)
    assert not page.verbs[0].shortcut.isEnabled()  # type: ignore[union-attr]


def test_another_page_is_led_into_the_verb_that_is_wanted_there(
    branch_of_seven: Database, qtbot: QtBot
) -> None:
    window = window_of(branch_of_seven, Role.WAREHOUSE, qtbot)
    seen: list[bool] = []

    def close() -> None:
        form = QApplication.activeModalWidget()
        seen.append(isinstance(form, ReceiveForm))
        form.close()

    QTimer.singleShot(100, close)
    window.page.leads_into.emit("Stock", "receive")
    assert seen == [True]
    assert window.page.title == "Stock"
    window_of(branch_of_seven, Role.DESK, qtbot).page.leads_into.emit("Stock", "receive")
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("role", Role)
def test_the_menu_of_a_row_offers_no_more_than_the_page(
    branch_of_seven: Database, role: Role, qtbot: QtBot
) -> None:
    window = window_of(branch_of_seven, role, qtbot)
    for place in range(len(window.kinds)):
        page = window.show_page(place)
        parts = [page]
        if isinstance(page, SettingsPage):
            parts = [page.show_section(kind) for kind in page.kinds]
        for part in (part for part in parts if isinstance(part, TablePage)):
            entries = {entry.text() for entry in part.table.menu().actions()}
            held_back = {verb.title for verb in part.verbs} - offered(part)
            assert not entries & {_(title) for title in held_back}
