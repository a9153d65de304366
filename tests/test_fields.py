"""Fields: what people type is understood, and what cannot be read is said."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import conftest
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session
from things import as_program
from windows import in_front

import translations
from models import clock
from models.database import Database
from translations import LANGUAGES, N_
from ui.pieces.dates import DateField, parse_day
from ui.pieces.faulty import mark
from ui.pieces.fields import (
    Choice,
    CountField,
    MoneyField,
    NoteField,
    QuantityField,
    TextField,
    parse_number,
)
from ui.pieces.picker import Picker

TODAY = date(2026, 11, 23)


class Sex(enum.StrEnum):
    FEMALE = "female"
    MALE = "male"

    @property
    def label(self) -> str:
        return {Sex.FEMALE: N_("Female"), Sex.MALE: N_("Male")}[self]


@pytest.fixture(autouse=True)
def _on_that_day() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 23, 12)):
        yield


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("23. 11. 2026.", date(2026, 11, 23)),
        ("23.\u00a011.\u00a02026.", date(2026, 11, 23)),
        ("3.11.", date(2026, 11, 3)),
        ("3 11", date(2026, 11, 3)),
        ("0311", date(2026, 11, 3)),
        ("031126", date(2026, 11, 3)),
        ("03112026", date(2026, 11, 3)),
        ("3/11/26", date(2026, 11, 3)),
        ("3-11-2026", date(2026, 11, 3)),
        ("2026-11-03", date(2026, 11, 3)),
        ("02/2028", date(2028, 2, 29)),
        ("29.2.2027", None),
        ("31.4.", None),
        ("0.5.2026", None),
        ("12", None),
        ("tomorrow", None),
        ("", None),
        ("3.11.0001", None),
        ("1.1.99999", None),
    ],
)
def test_a_day_is_understood_as_people_type_it(typed: str, day: date | None) -> None:
    assert parse_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3.11.26", date(2026, 11, 3)),
        ("31.12.26", date(1926, 12, 31)),
        ("1.5.90", date(1990, 5, 1)),
        ("1.5.2030", date(2030, 5, 1)),
    ],
)
def test_only_a_year_of_two_digits_is_taken_for_one_that_has_passed(typed: str, day: date) -> None:
    assert parse_day(typed, TODAY, is_past=True) == day


@given(st.text(max_size=12))
def test_no_text_upsets_the_reading_of_days_and_numbers(text: str) -> None:
    parse_day(text, TODAY)
    parse_number(text)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)), st.sampled_from(LANGUAGES))
def test_a_day_as_it_is_shown_is_read_back(day: date, code: str) -> None:
    assert parse_day(translations.language(code).day(day), TODAY) == day


@pytest.mark.parametrize(
    ("code", "typed", "number"),
    [
        ("bs", "1,5", "1.5"),
        ("bs", "1.5", "1.5"),
        ("bs", "1.240", "1240"),
        ("bs", "1.240,75", "1240.75"),
        ("bs", "1,240", "1.24"),
        ("bs", "12.34.5", None),
        ("bs", "0.125", "0.125"),
        ("bs", ",5", "0.5"),
        ("en", "1.240", "1.24"),
        ("en", "1,240", "1240"),
        ("en", "1,5", "1.5"),
        ("en", "1,240.75", "1240.75"),
        ("bs", "12,50 KM", "12.5"),
        ("sr_Cyrl", "12,50\u00a0КМ", "12.5"),
        ("bs", "0,1234", None),
        ("bs", "-3", None),
        ("bs", "1e5", None),
        ("bs", "99999999999", None),
    ],
)
def test_a_number_is_understood_in_its_language(code: str, typed: str, number: str | None) -> None:
    translations.use(code)
    assert parse_number(typed) == (None if number is None else Decimal(number))


@given(st.integers(0, 10**12), st.sampled_from(LANGUAGES))
def test_a_quantity_as_it_is_shown_is_read_back(thousandths: int, code: str) -> None:
    translations.use(code)
    shown = translations.current().number(Decimal(thousandths) / 1000)
    assert parse_number(shown) == Decimal(thousandths) / 1000


def test_fields_give_exact_integers(qtbot: QtBot) -> None:
    quantity, money, count = QuantityField(), MoneyField(), CountField()
    for field, typed in ((quantity, "2.5"), (money, "12,5"), (count, "7")):
        qtbot.addWidget(field)
        qtbot.keyClicks(field, typed)
    assert (quantity.value, money.value, count.value) == (2500, 1250, 7)


def test_a_number_is_rewritten_in_the_way_of_the_language(qtbot: QtBot) -> None:
    translations.use("bs")
    field = in_front(QuantityField(), qtbot)
    field.setFocus()
    qtbot.keyClicks(field, "1240,50")
    field.clearFocus()
    assert field.text() == "1.240,5"


def test_what_is_not_a_number_is_said_and_has_no_value(qtbot: QtBot) -> None:
    field = CountField()
    qtbot.addWidget(field)
    field.setText("2,5")
    assert field.value is None
    assert field.fault() == "“2,5” is not a number that fits here. Write one such as 12."
    field.setText("")
    assert field.fault() == ""


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_empty_day_says_whole_what_is_to_be_typed(qtbot: QtBot, code: str) -> None:
    translations.use(code)
    field = DateField()
    qtbot.addWidget(field)
    field.resize(field.minimumSizeHint().expandedTo(field.minimumSize()))
    field.show()
    asked = field.fontMetrics().horizontalAdvance(field.placeholderText())
    picture = 16 + 8  # a line edit keeps a picture's width and a gap for its action
    assert field.width() - picture - 2 * 8 >= asked


def test_arrows_go_a_day_on_and_back(qtbot: QtBot) -> None:
    field = DateField(date(2026, 12, 31))
    qtbot.addWidget(field)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value == date(2027, 1, 1)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value == date(2026, 12, 31)


def test_the_calendar_gives_today(qtbot: QtBot) -> None:
    field = in_front(DateField(), qtbot)
    qtbot.keyClick(field, Qt.Key.Key_F4)
    assert field.popup is not None
    field.popup.today.click()
    assert field.value == TODAY


def test_a_choice_speaks_the_language_and_keeps_what_was_chosen(qtbot: QtBot) -> None:
    choice = Choice(Sex, none="—")
    qtbot.addWidget(choice)
    assert choice.value is None
    choice.set_value(Sex.MALE)
    translations.use("hr")
    choice.retranslate()
    assert choice.value is Sex.MALE
    assert choice.itemText(2) == translations.language("hr").show(Sex.MALE)


def test_a_choice_of_pairs_gives_the_value(qtbot: QtBot) -> None:
    choice = Choice([(7, "Main store"), (9, "Bus station")])
    qtbot.addWidget(choice)
    assert choice.value == 7
    choice.set_value(9)
    choice.set_options([(9, "Bus station"), (11, "School")])
    assert choice.value == 9
    with qtbot.waitSignal(choice.changed):
        choice.set_options([(11, "School")])
    assert choice.value == 11


def test_names_that_are_data_are_never_translated(qtbot: QtBot) -> None:
    choice = Choice([(1, "Save")], none=N_("All"))
    marked = Choice([(1, N_("Save"))], marked=True)
    for field in (choice, marked):
        qtbot.addWidget(field)
    translations.use("bs")
    choice.retranslate()
    marked.retranslate()
    assert choice.itemText(1) == "Save"
    assert marked.itemText(0) == translations.language("bs").gettext("Save")


def test_a_value_not_offered_leaves_the_choice_open(qtbot: QtBot) -> None:
    choice = Choice([(7, "Main store"), (9, "Bus station")])
    qtbot.addWidget(choice)
    choice.set_value(8)
    assert choice.value is None


def test_text_is_trimmed_and_not_longer_than_fits(qtbot: QtBot) -> None:
    field = TextField(longest=10)
    qtbot.addWidget(field)
    field.setText("  Amra   H ")
    assert field.value == "Amra H"
    field.setText("x" * 5000)
    assert len(field.value) == 10


def test_a_note_that_is_too_long_is_said_and_nothing_is_cut(qtbot: QtBot) -> None:
    field = NoteField(longest=5000)
    qtbot.addWidget(field)
    field.setPlainText("x" * 5001)
    assert "5,001" in field.fault()
    assert len(field.value) == 5001


ITEMS = [(1, "Blanket"), (2, "Blanket, fleece"), (3, "Water")]


def found(session: Session, text: str) -> list[tuple[int, str]]:
    return [pair for pair in ITEMS if text.lower() in pair[1].lower()]


@pytest.fixture
def picker(branch_folder: Path, qtbot: QtBot) -> Iterator[Picker]:
    db = as_program(Database.open(branch_folder, conftest.KEY))
    made = in_front(Picker(found, db), qtbot)
    made.setFocus()
    yield made
    db.close()


def test_the_only_name_found_is_taken_with_enter(picker: Picker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker, "wat")
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert (picker.value, picker.text()) == (3, "Water")


def test_the_name_typed_whole_is_taken_before_longer_ones(picker: Picker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker, "blanket")
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert picker.value == 1


def test_the_list_offers_and_arrows_choose(picker: Picker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker, "bla")
    qtbot.waitUntil(picker._list.isVisible)
    qtbot.keyClick(picker._list, Qt.Key.Key_Down)
    qtbot.keyClick(picker._list, Qt.Key.Key_Down)
    qtbot.keyClick(picker._list, Qt.Key.Key_Return)
    assert (picker.value, picker.label) == (2, "Blanket, fleece")
    assert picker.text() == "Blanket, fleece"


def test_arrow_down_offers_everything(picker: Picker, qtbot: QtBot) -> None:
    qtbot.keyClick(picker, Qt.Key.Key_Down)
    assert picker._list.isVisible()
    assert picker._names.rowCount() == 3


def test_what_was_not_picked_is_a_fault(picker: Picker, qtbot: QtBot) -> None:
    qtbot.keyClicks(picker, "bla")
    assert picker.value is None
    assert picker.fault() == "“bla” is not in the list. Choose one of the names offered."


def test_typing_on_forgets_what_was_picked(picker: Picker, qtbot: QtBot) -> None:
    picker.set_value(3, "Water")
    qtbot.keyClicks(picker, "x")
    assert picker.value is None
    assert QApplication.focusWidget() is picker


def test_the_list_of_a_choice_cuts_no_entry(qtbot):
    choice = in_front(Choice([(place, f"Entry {place}") for place in range(6)]), qtbot)
    choice.showPopup()
    wanted = sum(choice.view().sizeHintForRow(row) for row in range(choice.count()))
    assert choice.view().viewport().height() >= wanted
    choice.hidePopup()


@pytest.mark.parametrize("typed", ["<b>x</b>", "&lt;b&gt;", "a &amp; b"])
def test_a_tip_shows_what_was_typed_and_no_markup(qtbot: QtBot, typed: str) -> None:
    field = TextField()
    qtbot.addWidget(field)
    mark(field, typed)
    shown = QTextDocument()
    shown.setHtml(field.toolTip())
    assert shown.toPlainText() == typed


def test_new_options_say_nothing_while_somebody_holds_the_signals_back(qtbot: QtBot) -> None:
    field, heard = Choice([(1, "one"), (2, "two")]), list[int]()
    qtbot.addWidget(field)
    field.changed.connect(lambda: heard.append(field.value))
    field.blockSignals(True)
    field.set_options([(3, "three"), (4, "four")])
    field.set_value(4)
    field.blockSignals(False)
    assert heard == []
    field.set_value(3)
    assert heard == [3]
