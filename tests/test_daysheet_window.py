"""Importing a day sheet in the window: seen first, faulty cells marked, then all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import conftest
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select
from things import as_program
from windows import in_front

import translations
from models.database import Database
from models.desk import aid
from models.goods import items, places, stock
from models.goods.places import PlaceKind
from models.goods.stock import Goods
from models.sheets import daysheet
from models.units import THOUSAND, Unit
from ui import language
from ui.desk import sheetrows
from ui.desk.daysheet import DaySheetDialog
from ui.pieces.rows import BADGE_ROLE

HEAD = "Date;Place;Item or service;Quantity;Persons\n"
GOOD = f"{HEAD}5.10.2026.;Main store;Blanket;2;2\n6.10.2026.;Main store;first aid;;3\n"
FAULTY = f"{HEAD}5.10.2026.;Main store;Blanket;2;2\n31.2.2026.;Main store;Blankett;999;x\n"
PATIENCE = 10_000  # milliseconds


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    """A branch with a store that has 100 blankets, and a bus station that has nothing."""
    db = as_program(Database.open(branch_folder, conftest.KEY))
    with db.write() as session:
        places.add_virtual(session)
        items.add_starters(session)
        store = places.add(session, "Main store")
        places.add(session, "Bus station", PlaceKind.POINT)
        blanket = items.find(session, "blanket")
        assert blanket
        goods = [Goods(blanket, 100 * THOUSAND)]
        stock.receive(session, store, goods, on=date(2026, 10, 1), supplier="Donor A")
    yield db
    db.close()


@pytest.fixture
def dialog(books: Database, qtbot: QtBot) -> DaySheetDialog:
    return opened(books, qtbot)


def opened(books: Database, qtbot: QtBot) -> DaySheetDialog:
    return in_front(DaySheetDialog(books), qtbot)


def read(dialog: DaySheetDialog, qtbot: QtBot, folder: Path, text: str | bytes) -> None:
    """Give the dialog a file with this content, and wait until it has judged it."""
    path = folder / "day.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    dialog.read(path)
    settle(dialog, qtbot)


def settle(dialog: DaySheetDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.under_way is None, timeout=PATIENCE)


def shown(dialog: DaySheetDialog) -> list[list[str]]:
    model = dialog.table.model_
    return [
        [model.index(row, at).data() for at in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def marked(dialog: DaySheetDialog) -> list[str]:
    """The texts of the cells that carry a badge."""
    model = dialog.table.model_
    cells = [
        model.index(row, at) for row in range(model.rowCount()) for at in range(model.columnCount())
    ]
    return [cell.data() for cell in cells if cell.data(BADGE_ROLE)]


def encounters(books: Database) -> int:
    with books.read() as session:
        return session.scalar(select(func.count()).select_from(aid.Encounter)) or 0


def test_goods_are_summed_up_as_they_are_said(dialog, qtbot, tmp_path):
    read(dialog, qtbot, tmp_path, GOOD)
    sums = dialog.preview.totals
    boxes = replace(sums.goods[0], unit=Unit.BOX)
    preview = replace(dialog.preview, totals=replace(sums, goods=(sums.goods[0], boxes)))
    assert "Blanket: 2\u00a0pcs · Blanket: 2\u00a0boxes" in sheetrows.totals(preview)


def test_nothing_is_shown_before_a_file_is_chosen(dialog):
    assert dialog.empty.isVisible()
    assert dialog.empty.button.hasFocus()
    assert not dialog.import_button.isEnabled()


def test_a_good_file_is_shown_as_it_stands_and_summed_up(dialog, qtbot, tmp_path):
    read(dialog, qtbot, tmp_path, GOOD)
    assert shown(dialog) == [
        ["2", "5.10.2026.", "Main store", "Blanket", "2", "2"],
        ["3", "6.10.2026.", "Main store", "first aid", "", "3"],
    ]
    assert dialog.answer.text() == "Everything in this file can be imported."
    assert "2 rows" in dialog.totals.text()
    assert "5 persons" in dialog.totals.text()
    assert not dialog.problems.isVisible()


def test_import_enters_every_row_and_says_how_many(dialog, qtbot, tmp_path, books):
    read(dialog, qtbot, tmp_path, GOOD)
    qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert dialog.said == "2 rows were imported."
    assert encounters(books) == 2


def test_the_keyboard_alone_is_enough(dialog, qtbot, tmp_path, books):
    read(dialog, qtbot, tmp_path, GOOD)
    assert dialog.import_button.hasFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert encounters(books) == 2


def test_importing_twice_by_a_double_click_enters_once(dialog, qtbot, tmp_path, books):
    read(dialog, qtbot, tmp_path, GOOD)
    qtbot.mouseDClick(dialog.import_button, Qt.MouseButton.LeftButton)
    dialog.take_in()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert encounters(books) == 2


def test_faulty_cells_are_marked_and_explained(dialog, qtbot, tmp_path, books):
    read(dialog, qtbot, tmp_path, FAULTY)
    assert marked(dialog) == ["31.2.2026.", "Blankett", "x"]
    assert [problem.text() for problem in dialog.problems.model_.rows] == [
        "“31.2.2026.” is not a date. Write the day as 21.05.2018.",
        "There is no item or service called “Blankett”. Did you mean “Blanket”?",
        "“x” is not a number that fits here. Write one such as 12.",
    ]
    assert not dialog.import_button.isEnabled()
    dialog.take_in()
    assert encounters(books) == 0


def test_choosing_a_problem_brings_its_row_into_sight(dialog, qtbot, tmp_path):
    rows = "5.10.2026.;Main store;;;1\n" * 300
    read(dialog, qtbot, tmp_path, f"{HEAD}{rows}5.10.2026.;Main store;;;x\n")
    dialog.problems.select(0)
    assert dialog.table.selected.number == 302
    assert dialog.table.verticalScrollBar().value() > 0


def test_choosing_a_problem_brings_its_cell_into_sight(dialog, qtbot, tmp_path):
    remark = "x" * 40
    head = "Date;Place;Remark;Nationality;Age group;Sex;Item or service;Quantity;Unit;Persons\n"
    read(dialog, qtbot, tmp_path, f"{head}5.10.2026.;Main store;{remark};;;;;;;x\n")
    dialog.resize(500, 500)
    dialog.problems.select(0)
    last = dialog.table.model_.index(0, 10)
    assert dialog.table.viewport().rect().intersects(dialog.table.visualRect(last))


def test_only_the_faulty_rows_can_be_shown(dialog, qtbot, tmp_path):
    read(dialog, qtbot, tmp_path, FAULTY)
    dialog.only_faulty.click()
    assert [row[0] for row in shown(dialog)] == ["3"]


def test_a_fault_of_the_headings_shows_the_headings_too(dialog, qtbot, tmp_path):
    read(dialog, qtbot, tmp_path, "Date;Place;Persons;Persns\n5.10.2026.;Main store;3;4\n")
    assert marked(dialog) == ["Persns"]
    assert shown(dialog)[1] == ["2", "5.10.2026.", "Main store", "3", "4"]


def test_a_cell_that_the_file_does_not_have_marks_its_row(dialog, qtbot, tmp_path):
    read(dialog, qtbot, tmp_path, "Date;Persons\n5.10.2026.;3\n")
    assert marked(dialog) == ["2"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7", "This file is not a table. Save the day sheet as XLSX or CSV."),
        (b"", "The file is empty."),
        (HEAD.encode(), "There are no entries below the headings."),
    ],
)
def test_what_is_no_day_sheet_gets_one_sentence(dialog, qtbot, tmp_path, content, sentence):
    read(dialog, qtbot, tmp_path, GOOD)
    read(dialog, qtbot, tmp_path, content)
    assert dialog.answer.text() == sentence
    assert dialog.empty.isVisible()
    assert not dialog.import_button.isEnabled()


def test_a_file_that_is_gone_is_told_in_a_box(dialog, qtbot, tmp_path):
    told: list[str] = []

    def close_box() -> None:
        box = QApplication.activeModalWidget()
        told.append(box.text())
        box.accept()

    dialog.read(tmp_path / "nowhere.csv")
    QTimer.singleShot(500, close_box)
    settle(dialog, qtbot)
    assert told
    assert "Traceback" not in told[0]


def test_the_same_file_again_says_when_it_was_imported(dialog, qtbot, tmp_path, books):
    with books.write() as session:
        daysheet.take_in(session, daysheet.check(session, daysheet.read(GOOD.encode())))
    read(dialog, qtbot, tmp_path, GOOD)
    assert dialog.answer.text().startswith("A day sheet with the same entries was imported on")
    assert not dialog.import_button.isEnabled()


def test_goods_can_be_taken_from_another_store(dialog, qtbot, tmp_path, books):
    read(dialog, qtbot, tmp_path, GOOD.replace("Main store;Blanket", "Bus station;Blanket"))
    assert marked(dialog) == ["2"]
    dialog.store.setCurrentText("Main store")
    settle(dialog, qtbot)
    assert dialog.import_button.isEnabled()
    dialog.take_in()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert encounters(books) == 2


def test_what_was_used_up_meanwhile_is_marked_instead_of_imported(dialog, qtbot, tmp_path, books):
    read(dialog, qtbot, tmp_path, GOOD)
    with books.write() as session:
        blanket = items.find(session, "blanket")
        store = places.find(session, "Main store")
        stock.hand_out(session, store, [Goods(blanket, 99 * THOUSAND)], on=date(2026, 10, 5))
    dialog.take_in()
    qtbot.waitUntil(lambda: bool(dialog.problems.model_.rows), timeout=PATIENCE)
    settle(dialog, qtbot)
    assert marked(dialog) == ["2"]
    assert encounters(books) == 0


def answer_file_dialog(path: Path) -> None:
    """Type a path into the file dialog that is about to open, and accept it."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QFileDialog)
        box.findChild(QLineEdit, "fileNameEdit").setText(str(path))
        box.accept()

    QTimer.singleShot(200, answer)


def test_an_empty_template_is_saved_in_the_language_of_the_screen(dialog, qtbot, tmp_path):
    translations.use("sr_Cyrl")
    target = tmp_path / "list.csv"
    answer_file_dialog(target)
    dialog.save_template()
    qtbot.waitUntil(lambda: "list.csv" in dialog.answer.text(), timeout=PATIENCE)
    assert target.read_bytes() == daysheet.template("sr_Cyrl")


def test_a_file_is_chosen_in_a_dialog(dialog, qtbot, tmp_path):
    path = tmp_path / "day.csv"
    path.write_text(GOOD, "utf-8")
    answer_file_dialog(path)
    qtbot.keyClick(dialog, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    settle(dialog, qtbot)
    assert dialog.preview is not None


@pytest.mark.parametrize("code", translations.LANGUAGES)
def test_columns_are_called_as_in_the_template_and_follow_the_language(
    dialog, qtbot, tmp_path, code
):
    template = daysheet.template(code).decode("utf-8-sig")
    words = template.strip().split(";")
    read(dialog, qtbot, tmp_path, template + "5.10.2026.;;;blanket;2;;;;;;;\n")
    language.switch(code)
    heads = [
        dialog.table.model_.headerData(at, Qt.Orientation.Horizontal)
        for at in range(dialog.table.model_.columnCount())
    ]
    assert heads[1:] == words


def test_everything_that_is_clicked_has_a_name(dialog, qtbot, tmp_path):
    read(dialog, qtbot, tmp_path, FAULTY)
    buttons = (dialog.choose_button, dialog.template_button, dialog.only_faulty)
    buttons += (dialog.close_button, dialog.import_button)
    for part in (*buttons, dialog.store, dialog.table, dialog.problems):
        assert part.objectName()
        assert part.accessibleName()
