"""The stock page and its forms, worked with as a warehouse keeper would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import KEY
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from things import as_program, lay_out
from windows import bring_to_front, in_front

import translations
from models.database import Database
from models.goods import items, places, shelf
from models.goods.documents import Kind
from models.roles import Role
from ui import language, style
from ui.form import Form
from ui.papers.paper import PaperDialog
from ui.pieces.grid import PADDING
from ui.warehouse import goods
from ui.warehouse.count import CountForm
from ui.warehouse.documents import DocumentList
from ui.warehouse.stock import PLACE, StockPage, document_name


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    """A branch with ten blankets in its main store."""
    opened = as_program(Database.open(branch_folder, KEY))
    with opened.write() as session:
        lay_out(session).receive(10)
    yield opened
    opened.close()


@pytest.fixture
def page(books: Database, qtbot: QtBot) -> StockPage:
    shown = StockPage(books)
    qtbot.addWidget(shown)
    shown.retranslate()
    shown.reload()
    return shown


def fill(form: goods.GoodsForm, item: str, quantity: str) -> None:
    """Type a line as at the keyboard: the name, Enter, the quantity."""
    picker = form.lines.field(0, "item")
    with form.db.read() as session:
        found = picker.search(session, item)
    picker.set_value(*found[0])
    form._item_picked(0)
    form.lines.field(0, "quantity").setText(quantity)


def button(page: StockPage, name: str) -> QPushButton:
    found: QPushButton = page.findChild(QPushButton, name)
    return found


def on_hand(books: Database) -> int:
    with books.read() as session:
        return sum(int(row.on_hand) for row in shelf.overview(session))


def test_the_page_shows_what_is_on_hand_and_its_card(page: StockPage) -> None:
    assert [(row.name, row.on_hand) for row in page.rows] == [("Blanket", 10)]
    assert page.card.title.text() == "Blanket"
    assert page.card.moves.model_.rowCount() == 2  # brought forward, and the receipt


def test_tab_goes_through_the_verbs_to_the_table_as_the_eye_does(
    page: StockPage, qtbot: QtBot
) -> None:
    in_front(page, qtbot)
    page.verbs[0].button.setFocus()
    order = []
    for _press in range(11):
        order.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    verbs = ["receive", "issue", "transfer", "write_off", "count", "documents"]
    verbs += ["print_last", "waiting"]
    assert order == [*verbs, "place", "table", "lots"]


def test_a_column_of_the_lots_made_wider_by_hand_stays_so(page: StockPage) -> None:
    heads = page.card.lots.horizontalHeader()
    wider = heads.sectionSize(0) + 7
    heads.resizeSection(0, wider)
    page.reload()
    assert heads.sectionSize(0) == wider


def test_the_place_of_the_lots_is_said_once_when_it_is_the_same(page: StockPage) -> None:
    assert page.card.lots.isColumnHidden(PLACE)
    assert page.card.lots_title.text() == "1 lot · Main store"


def test_items_and_filters_speak_another_language_at_once(page: StockPage, qtbot: QtBot) -> None:
    in_front(page, qtbot)
    language.switch("bs")
    assert page.table.model_.index(0, 0).data() == "Deka"
    assert page.place.itemText(0) == "Sva mjesta"
    language.switch("en")
    assert page.table.model_.index(0, 0).data() == "Blanket"
    assert page.place.itemText(0) == "All places"


@pytest.mark.parametrize("code", translations.LANGUAGES)
def test_on_a_small_screen_every_column_is_seen(page: StockPage, qtbot: QtBot, code: str) -> None:
    page.resize(1140, 600)  # what the window leaves of 1366 × 768
    in_front(page, qtbot)
    language.switch(code)
    QApplication.processEvents()
    for table in (page.table, page.card.lots, page.card.moves):
        assert table.horizontalScrollBar().maximum() == 0, table.objectName()
    language.switch("en")


@pytest.mark.parametrize("percent", [100, 150])
def test_no_head_is_cut_at_any_text_size(page: StockPage, qtbot: QtBot, percent: int) -> None:
    in_front(page, qtbot, (18 * percent, 900))
    style.scale(percent)
    try:
        QApplication.processEvents()
        for table in (page.table, page.card.lots, page.card.moves):
            heads = table.horizontalHeader()
            bold = QFontMetrics(style.bold(heads.font()))
            for place, column in enumerate(table.model_.columns):
                needed = bold.horizontalAdvance(column.title) + 2 * PADDING
                assert table.isColumnHidden(place) or heads.sectionSize(place) >= needed
    finally:
        style.scale(100)


def test_an_empty_page_says_what_to_do_first(branch_folder: Path, qtbot: QtBot) -> None:
    empty = as_program(Database.open(branch_folder, KEY))
    page = StockPage(empty)
    qtbot.addWidget(page)
    page.retranslate()
    page.reload()
    assert page.empty.button.isEnabled()
    assert page.stack.currentIndex() == 1
    empty.close()


def test_who_receives_no_goods_is_not_asked_to(branch_folder: Path, qtbot: QtBot) -> None:
    empty = as_program(Database.open(branch_folder, KEY))
    empty.roles = frozenset({Role.DESK})
    page = in_front(StockPage(empty), qtbot)
    assert page.empty.isVisible() and not page.empty.button.isVisible()
    empty.close()


def test_receiving_adds_to_the_shelf(books: Database, qtbot: QtBot) -> None:
    form = in_front(goods.ReceiveForm(books), qtbot)
    fill(form, "Blanket", "5")
    form.supplier.setText("Donor B")
    qtbot.mouseClick(form.findChild(QPushButton, "save"), Qt.MouseButton.LeftButton)
    assert form.result_value == "Goods received note 2/2026"
    assert on_hand(books) == 15


@pytest.mark.parametrize(
    "kind", [goods.ReceiveForm, goods.IssueForm, goods.TransferForm, goods.WriteOffForm, CountForm]
)
def test_the_goods_are_one_key_away_and_the_form_says_which(
    books: Database, qtbot: QtBot, kind: Callable[[Database], Form]
) -> None:
    form = in_front(kind(books), qtbot)
    keys = [text for text in form.findChildren(QLabel) if text.property("role") == "key"]
    assert [text.text() for text in keys if text.isVisible()] == ["F7"]
    qtbot.keyClick(form, Qt.Key.Key_F7)
    assert form.focusWidget().objectName() in ("item_0", "found_0")


def test_a_use_by_date_left_out_is_marked_in_its_cell(books: Database, qtbot: QtBot) -> None:
    with books.write() as session:
        items.find(session, "blanket").tracks_expiry = True
    form = in_front(goods.ReceiveForm(books), qtbot)
    fill(form, "Blanket", "5")
    form.accept()
    assert form.problem.text() == "Blanket has a use-by date. Enter it from the package."
    assert form.lines.field(0, "expiry").property("faulty")
    assert form.focusWidget() is form.lines.field(0, "expiry")


def test_too_much_is_refused_in_the_form_and_nothing_typed_is_lost(
    books: Database, qtbot: QtBot
) -> None:
    form = in_front(goods.IssueForm(books), qtbot)
    form.recipient.setText("Public kitchen")
    fill(form, "Blanket", "11")
    form.accept()
    assert form.problem.text() == "Main store: only 10\u00a0pcs of Blanket left."
    assert form.isVisible()
    assert form.lines.field(0, "quantity").value == 11_000
    assert on_hand(books) == 10


def test_a_pack_is_taken_as_what_it_holds(books: Database, qtbot: QtBot) -> None:
    form = in_front(goods.ReceiveForm(books), qtbot)
    fill(form, "Water", "2")
    form.lines.field(0, "unit").set_value("box")
    form.lines.field(0, "expiry").setText("1. 6. 2028.")
    form.accept()
    assert form.problem.text() == ""
    assert on_hand(books) == 10 + 24


def test_a_line_without_its_quantity_names_what_is_missing(books: Database, qtbot: QtBot) -> None:
    form = in_front(goods.WriteOffForm(books), qtbot)
    form.reason.setPlainText("Torn")
    fill(form, "Blanket", "")
    form.accept()
    assert form.problem.text() == "Fill in: Quantity."


def test_a_transfer_needs_two_places(books: Database, qtbot: QtBot) -> None:
    form = in_front(goods.TransferForm(books), qtbot)
    form.target.set_value(form.place.value)
    fill(form, "Blanket", "1")
    form.accept()
    assert "already are" in form.problem.text()


def test_a_form_begins_where_the_warehouse_worked_last(books: Database, qtbot: QtBot) -> None:
    with books.write() as session:
        places.add(session, "A new point")
    form = in_front(goods.IssueForm(books), qtbot)
    assert form.place.currentText() == "Main store"


def opened_by(verb: Callable[[], None]) -> list[str]:
    """The places that the form opened by `verb` begins with, or what a box says; it is closed."""
    seen: list[str] = []

    def look() -> None:
        window: Any = QApplication.activeModalWidget()
        if isinstance(window, QMessageBox):
            seen.append(window.text())
        else:
            seen.extend(box.currentText() for box in (window.place, window.target))
        window.close()

    QTimer.singleShot(50, look)
    verb()
    return seen


def test_a_form_begins_at_the_place_that_the_page_shows(page: StockPage, qtbot: QtBot) -> None:
    in_front(page, qtbot)
    page.place.setCurrentText("Team North")
    assert opened_by(button(page, "transfer").click) == ["Team North", "Main store"]


def test_with_one_place_alone_a_transfer_says_so_before_anything_is_typed(
    page: StockPage, qtbot: QtBot
) -> None:
    in_front(page, qtbot)
    with page.db.write() as session:
        team = places.find(session, "Team North")
        assert team is not None
        places.rename(session, team, team.name, active=False)
    (said,) = opened_by(button(page, "transfer").click)
    assert said.startswith("There is no second place yet.")


def test_a_line_more_makes_the_form_larger_and_hides_nothing(books: Database, qtbot: QtBot) -> None:
    form = in_front(goods.WriteOffForm(books), qtbot)
    form.lines.add_line()
    qtbot.wait(20)
    assert form.area.verticalScrollBar().maximum() == 0


def test_an_empty_line_says_nothing_about_what_is_on_hand(books: Database, qtbot: QtBot) -> None:
    form = in_front(goods.IssueForm(books), qtbot)
    form.place.setCurrentText("Team North")
    assert form.lines.field(0, "lot").currentText() == "first to expire"


def test_a_document_is_reversed_from_the_list_once(books: Database, qtbot: QtBot) -> None:
    shown = DocumentList(books)
    qtbot.addWidget(shown)
    qtbot.mouseClick(shown.reverse_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(shown.findChild(QPushButton, "confirm"), Qt.MouseButton.LeftButton)
    assert on_hand(books) == 0
    assert [row.kind for row in shown.table.model_.rows] == [
        Kind.REVERSAL,
        Kind.RECEIPT,
    ]
    shown.table.select(1)
    assert not shown.reverse_button.isEnabled()


def test_documents_are_found_by_number_and_by_name(books: Database, qtbot: QtBot) -> None:
    shown = DocumentList(books)
    qtbot.addWidget(shown)
    shown.search.setText("donor a")
    shown.reload()
    assert shown.table.model_.rowCount() == 1
    shown.search.setText("7/2026")
    qtbot.waitUntil(lambda: shown.table.model_.rowCount() == 0)
    assert shown.table.model_.rowCount() == 0


@pytest.mark.parametrize("written", ["1", "1/2026"])
def test_a_document_is_found_by_its_number_with_or_without_the_year(
    books: Database, qtbot: QtBot, written: str
) -> None:
    with books.read() as session:
        (found,) = shelf.numbered(session, written)
        assert [row.id for row in shelf.documents(session, written)] == [found.id]
        assert shelf.numbered(session, "2") == shelf.numbered(session, "1/") == []


def test_the_card_names_the_place_whose_numbers_they_are(page: StockPage, books: Database) -> None:
    assert document_name(page.card.moves.model_.rows[-1]) == (
        "1/2026 · Goods received note · Main store"
    )
    with books.write() as session:
        team = places.find(session, "Team North")
        assert team
        team.is_active = False
    page.reload()
    assert document_name(page.card.moves.model_.rows[-1]) == "1/2026 · Goods received note"


def test_what_was_posted_is_printed_with_one_key(
    page: StockPage, books: Database, qtbot: QtBot
) -> None:
    said: list[str] = []
    page.said.connect(said.append)

    def receive() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, goods.ReceiveForm)
        fill(form, "blanket", "3")
        form.accept()

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PaperDialog)
        said.append(dialog.name)
        dialog.reject()

    in_front(page, qtbot)
    QTimer.singleShot(0, receive)
    page.receive()
    bring_to_front(page, qtbot)
    QTimer.singleShot(300, look)
    qtbot.keyClick(page.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert said == [
        "Posted: Goods received note 2/2026. Ctrl+P prints it.", "Goods received note 2/2026"
    ]  # fmt: skip


def test_the_language_switches_under_the_open_page(page: StockPage, qtbot: QtBot) -> None:
    language.switch("hr")
    page.retranslate()
    page.reload()
    assert page.rows[0].name == "Deka"
    language.switch("en")
    assert translations.current().code == "en"
