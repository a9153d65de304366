"""Whatever is typed into or clicked is called by name: for tests, and for a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from things import as_program
from windows import in_front

from models import clock
from models.database import Database
from models.goods import items, stock
from models.goods import places as store
from models.goods.stock import Goods
from models.office import branch, territory, users
from models.office.branch import Details
from models.safe import founding, keys
from models.safe.founding import PRACTICE_COST, Plan
from models.units import THOUSAND
from ui import messages
from ui.entrance.first_run import FirstRun
from ui.entrance.pages import PAGES, pages_of
from ui.entrance.unlock import Unlock
from ui.office import branch_settings, catalogue, indicators, places
from ui.office.settings import SECTIONS
from ui.office.users import PasswordForm, UserForm
from ui.pieces.shortcuts import ShortcutList
from ui.warehouse import goods
from ui.warehouse.documents import DocumentList
from ui.window import MainWindow

OF_OTHERS = ("Aid", "Volunteers", "Reports")  # their own tests look at them


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A branch as the first run leaves it, with goods on its shelf."""
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    unit = territory.find("BA-BIH/01/Bihać")
    person = ("Main warehouse", "Amra", "amra", "ide medo preko mosta")
    plan = Plan([unit], branch.suggest(unit), Details(town="Bihać"), "en", *person)
    opened = as_program(Database.open(tmp_path, founding.found(tmp_path, plan)))
    with opened.write() as session:
        blankets = [Goods(items.find(session, "blanket"), 5 * THOUSAND)]
        main = store.find(session, "Main warehouse")
        stock.receive(session, main, blankets, on=clock.today())
        opened.user = users.find(session, "amra").id
    yield opened
    opened.close()


def nameless(window: QWidget) -> list[QWidget]:
    """What can be reached with Tab in the window and lacks a name."""
    reached = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    assert reached
    return [widget for widget in reached if not (widget.objectName() and widget.accessibleName())]


@pytest.mark.parametrize("title", [page[0] for page in PAGES if page[0] not in OF_OTHERS])
def test_on_every_page(books: Database, qtbot: QtBot, title: str) -> None:
    window = in_front(MainWindow(books, pages_of(books)), qtbot)
    window.show_page(title)
    assert not nameless(window)


@pytest.mark.parametrize("place", range(len(SECTIONS)))
def test_in_every_section_of_the_settings(books: Database, qtbot: QtBot, place: int) -> None:
    window = in_front(MainWindow(books, pages_of(books)), qtbot)
    settings = window.show_page("Settings")
    settings.names.setCurrentRow(place)
    assert not nameless(window)


@pytest.mark.parametrize(
    "form", [goods.ReceiveForm, goods.IssueForm, goods.TransferForm, goods.WriteOffForm]
)
def test_in_every_form_of_the_warehouse(books: Database, qtbot: QtBot, form: type) -> None:
    assert not nameless(in_front(form(books), qtbot))


@pytest.mark.parametrize(
    "form",
    [
        branch_settings.OrganizationsForm,
        branch_settings.LetterheadForm,
        places.PlaceForm,
        catalogue.ItemForm,
        indicators.IndicatorForm,
        PasswordForm,
        UserForm,
    ],
)
def test_in_every_form_of_the_settings(books: Database, qtbot: QtBot, form: type) -> None:
    assert not nameless(in_front(form(books, None), qtbot))


def test_in_the_lists_of_documents_and_of_shortcuts(books: Database, qtbot: QtBot) -> None:
    documents = in_front(DocumentList(books), qtbot)
    assert not nameless(documents)
    assert not nameless(in_front(ShortcutList("Stock", [("F5", "Receive…")], documents), qtbot))


def test_in_every_step_of_the_first_run(tmp_path: Path, qtbot: QtBot) -> None:
    window = in_front(FirstRun(tmp_path, lambda plan, progress: None), qtbot)
    for place in range(len(window.steps)):
        window.show_step(place)
        QApplication.processEvents()
        assert not nameless(window)


def test_where_one_signs_in(books: Database, tmp_path: Path, qtbot: QtBot) -> None:
    window = in_front(Unlock(tmp_path), qtbot)
    qtbot.waitUntil(lambda: window.user.count() > 0)
    assert not nameless(window)


def test_in_a_question(books: Database, qtbot: QtBot) -> None:
    asked = in_front(DocumentList(books), qtbot)
    box = messages.ask(asked, "Really?", "Do it", lambda: None)
    assert isinstance(box, QMessageBox)
    assert not nameless(box)
    box.reject()
