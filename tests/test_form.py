"""Forms: they save once, explain a broken rule, and lose nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import conftest
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session
from things import as_program
from windows import in_front

from models.database import Database
from models.errors import DomainError, InFuture
from translations import N_
from ui.form import Form
from ui.pieces.buttons import Button
from ui.pieces.dates import DateField
from ui.pieces.fields import CountField, NoteField, TextField
from ui.pieces.lines import LineColumn, LinesEdit


class NotEnough(DomainError):
    message = N_("Only {available} of {item} left.")


class HandOutForm(Form):
    def __init__(self, db: Database) -> None:
        super().__init__(db, "Hand out")
        self.saved_tokens: list[UUID] = []
        self.name = self.add_field("Name", TextField(), required=True)
        self.quantity = self.add_field("Quantity", CountField(1))
        self.day = self.add_field("Day", DateField(date(2026, 11, 23)))
        self.note = self.add_field("Remark", NoteField(), "remark")

    def save(self, session: Session) -> str:
        self.saved_tokens.append(self.token)
        if (self.quantity.value or 0) > 2:
            raise NotEnough(available=2, item="Blanket")
        return self.name.value


class GoingOnForm(HandOutForm):
    goes_on = True


@pytest.fixture
def shelf(branch_folder: Path) -> Iterator[Database]:
    db = as_program(Database.open(branch_folder, conftest.KEY))
    yield db
    db.close()


@pytest.fixture
def form(shelf: Database, qtbot: QtBot) -> HandOutForm:
    return in_front(HandOutForm(shelf), qtbot)


def test_enter_saves_and_closes(form: HandOutForm, qtbot: QtBot) -> None:
    qtbot.keyClicks(form.name, "Amra")
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert form.result_value == "Amra"
    assert not form.isVisible()


def test_control_enter_saves_from_a_field_of_several_lines(form: Any, qtbot: QtBot) -> None:
    form.name.setText("Amra")
    form.note.setFocus()
    qtbot.keyClick(form.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.result_value == "Amra"


def test_a_form_explains_a_broken_rule_and_stays_open(form: HandOutForm) -> None:
    form.name.setText("Amra")
    form.quantity.set_value(3)
    form.accept()
    assert form.problem.text() == "Only 2 of Blanket left."
    assert form.problem.isVisible()
    assert form.isVisible()
    assert form.name.value == "Amra"
    assert form.save_button.isEnabled()


def test_the_sentence_is_over_when_what_it_was_about_is_changed(form: HandOutForm) -> None:
    form.accept()
    form.note.setPlainText("for the kitchen")
    assert form.problem.text() == "Fill in: Name."
    form.name.setText("Amra")
    assert form.problem.text() == "" and form.problem.isHidden()


def test_a_rule_about_no_field_is_over_with_any_change(form: HandOutForm) -> None:
    form.name.setText("Amra")
    form.quantity.set_value(3)
    form.accept()
    form.quantity.set_value(2)
    assert form.problem.text() == ""


def test_a_rule_about_a_day_takes_the_keyboard_to_it(form: HandOutForm) -> None:
    def fail(session: Session) -> None:
        raise InFuture(day=form.day.value)

    form.save = fail  # type: ignore[method-assign,assignment]
    form.name.setText("Amra")
    form.accept()
    assert form.focusWidget() is form.day
    assert form.day.selectedText() == form.day.text()


def test_a_required_field_left_empty_is_named(form: HandOutForm) -> None:
    form.accept()
    assert form.problem.text() == "Fill in: Name."
    assert form.saved_tokens == []


def test_a_day_that_is_none_is_refused_before_saving(form: HandOutForm) -> None:
    form.name.setText("Amra")
    form.day.setText("31. 2. 2026.")
    form.accept()
    assert form.problem.text().startswith("“31. 2. 2026.” is not a day")
    assert form.saved_tokens == []


def test_typed_text_is_not_lost_without_a_question(form: HandOutForm, qtbot: QtBot) -> None:
    form.name.setText("Amra")
    qtbot.keyClick(form.name, Qt.Key.Key_Escape)
    assert form.isVisible()
    form.findChild(QPushButton, "confirm").click()
    qtbot.waitUntil(lambda: not form.isVisible())


def test_a_form_that_was_only_looked_at_closes_at_once(form: HandOutForm, qtbot: QtBot) -> None:
    qtbot.keyClick(form.name, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_a_failure_of_the_disk_leaves_the_form_open(form: HandOutForm, qtbot: QtBot) -> None:
    def fail(session: Session) -> None:
        raise OSError(28, "No space left on device")

    form.save = fail  # type: ignore[method-assign,assignment]
    form.name.setText("Amra")
    with capture_exceptions() as caught:
        qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    assert caught[0][0] is OSError
    assert form.isVisible()
    assert form.save_button.isEnabled()


def test_a_form_that_goes_on_clears_itself_and_says_so(shelf: Database, qtbot: QtBot) -> None:
    form = in_front(GoingOnForm(shelf), qtbot)
    form.name.setText("Amra")
    form.accept()
    assert form.isVisible()
    assert form.name.value == ""
    assert form.day.value == date(2026, 11, 23)
    assert form.saved.isVisible()


def test_each_entry_has_its_own_token_and_a_refused_one_keeps_it(
    shelf: Database, qtbot: QtBot
) -> None:
    form = in_front(GoingOnForm(shelf), qtbot)
    form.name.setText("Amra")
    form.quantity.set_value(3)
    form.accept()
    form.quantity.set_value(1)
    form.accept()
    form.name.setText("Ivo")
    form.accept()
    first, second, third = form.saved_tokens
    assert first == second
    assert second != third


def test_a_double_click_saves_once(shelf: Database, qtbot: QtBot) -> None:
    form = in_front(GoingOnForm(shelf), qtbot)
    form.fields = [(label, field, False) for label, field, _required in form.fields]
    form.name.setText("Amra")
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(form.save_button, Qt.MouseButton.LeftButton)
    assert len(form.saved_tokens) == 1


def test_fields_are_named_for_tests_and_for_screen_readers(form: HandOutForm) -> None:
    assert form.quantity.objectName() == "quantity"
    assert form.note.objectName() == "remark"
    assert form.quantity.accessibleName() == "Quantity"


def test_enter_on_cancel_does_not_save(form: HandOutForm, qtbot: QtBot) -> None:
    form.cancel_button.setFocus()
    with qtbot.waitSignal(form.rejected, timeout=1000):
        qtbot.keyClick(form.cancel_button, Qt.Key.Key_Return)
    assert form.result_value is None


def test_tab_follows_the_eye(form: HandOutForm, qtbot: QtBot) -> None:
    order = []
    for _step in range(6):
        order.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert order == ["name", "quantity", "day", "remark", "cancel", "save"]


@pytest.fixture
def lines(qtbot: QtBot) -> LinesEdit:
    made = LinesEdit(
        [
            LineColumn("item", N_("Item"), TextField, stretch=1),
            LineColumn("quantity", N_("Quantity"), CountField),
        ]
    )
    return in_front(made, qtbot)


def type_in(lines: LinesEdit, qtbot: QtBot, *texts: str) -> None:
    for text in texts:
        cell = QApplication.focusWidget()
        assert isinstance(cell, QLineEdit)
        qtbot.keyClicks(cell, text)
        qtbot.keyClick(cell, Qt.Key.Key_Return)


def test_enter_walks_through_the_cells_and_opens_new_lines(lines: LinesEdit, qtbot: QtBot) -> None:
    lines.setFocus()
    type_in(lines, qtbot, "Blanket", "3", "Water", "12")
    assert lines.lines() == [
        {"item": "Blanket", "quantity": 3},
        {"item": "Water", "quantity": 12},
    ]
    assert lines.count() == 3


def test_control_delete_removes_the_line(lines: LinesEdit, qtbot: QtBot) -> None:
    lines.set_lines([{"item": "Blanket", "quantity": 3}, {"item": "Water", "quantity": 12}])
    cell = lines.field(0, "quantity")
    qtbot.keyClick(cell, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert lines.lines() == [{"item": "Water", "quantity": 12}]
    assert lines.field(0, "item").objectName() == "item_0"


def test_the_button_of_a_line_removes_it_and_one_empty_line_stays(lines: LinesEdit) -> None:
    lines.set_lines([{"item": "Blanket", "quantity": 3}])
    lines.findChild(Button, "remove_0").click()
    assert lines.lines() == []
    assert lines.count() == 1


def test_a_cell_that_cannot_be_read_is_marked_and_said(lines: LinesEdit) -> None:
    lines.set_lines([{"item": "Blanket", "quantity": 3}])
    lines.field(0, "quantity").setText("three")
    assert lines.fault() == "“three” is not a number that fits here. Write one such as 12."
    assert lines.field(0, "quantity").property("faulty")


def test_tab_leaves_the_lines_from_an_empty_one(lines: LinesEdit, qtbot: QtBot) -> None:
    qtbot.keyClick(lines.field(0, "quantity"), Qt.Key.Key_Tab)
    assert lines.count() == 1


def test_tab_walks_line_by_line(lines: LinesEdit, qtbot: QtBot) -> None:
    lines.set_lines([{"item": "Blanket", "quantity": 3}, {"item": "Water", "quantity": 12}])
    lines.field(0, "item").setFocus()
    order = []
    for _step in range(4):
        order.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert order == ["item_0", "quantity_0", "item_1", "quantity_1"]


def test_a_change_says_which_line_and_column(lines: LinesEdit, qtbot: QtBot) -> None:
    lines.add_line()
    with qtbot.waitSignal(lines.cell_changed) as heard:
        lines.field(1, "quantity").setText("4")
    assert heard.args == [1, "quantity"]
