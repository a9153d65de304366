"""The live switch: every open window, hidden pages and Qt's own words change at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import conftest
import pytest
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMessageBox
from pytestqt.qtbot import QtBot
from things import as_program
from windows import in_front

import translations
from models.database import Database
from translations import LANGUAGES, N_, _
from ui import language, qt_texts, remembered
from ui.page import Page
from ui.table import Column, TablePage
from ui.window import MainWindow

HEADS = Qt.Orientation.Horizontal


class TodayPage(Page):
    title = N_("Today")
    icon = "today"


class StockPage(TablePage):
    title = N_("Stock")
    icon = "stock"
    columns = (Column(N_("Item"), lambda row: row),)
    empty_text = N_("Nothing here yet.")

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.add_action(N_("Save"), self.reload, primary=True)


@pytest.fixture(autouse=True)
def _settings_of_its_own(tmp_path: Path, qtbot: QtBot) -> Iterator[None]:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    yield
    language.switch("en")


@pytest.fixture
def window(branch_folder: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    db = as_program(Database.open(branch_folder, conftest.KEY))
    made = in_front(MainWindow(db, [TodayPage, StockPage]), qtbot)
    made.show_page(1)
    made.show_page(0)
    yield made
    db.close()


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_of_the_window_changes_hidden_pages_too(
    window: MainWindow, qtbot: QtBot, code: str
) -> None:
    language.switch(code)
    hidden = window.built[1]
    qtbot.waitUntil(lambda: not hidden.is_outdated)
    assert window.title.text() == _("Today")
    assert window.navigation.buttons[1].text() == _("Stock")
    assert hidden.verbs[0].button.text() == _("Save")
    assert hidden.table.horizontalHeader().model().headerData(0, HEADS) == _("Item")
    assert window.language.value == code


def test_a_page_that_is_shown_at_once_is_named_at_once(window: MainWindow) -> None:
    language.switch("hr")
    page = window.show_page(1)
    assert page.verbs[0].button.text() == _("Save")


def test_qts_own_buttons_speak_the_language(qtbot: QtBot) -> None:
    language.switch("sr_Cyrl")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    cancel = box.button(QDialogButtonBox.StandardButton.Cancel)
    assert cancel.text().replace("&", "") == translations.language("sr_Cyrl").gettext("Cancel")


def test_an_open_message_changes_its_buttons(window: MainWindow) -> None:
    language.switch("en")
    box = QMessageBox(window)
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    box.open()
    language.switch("bs")
    text = box.button(QMessageBox.StandardButton.Cancel).text().replace("&", "")
    assert text == translations.language("bs").gettext("Cancel")
    box.close()


def test_the_accelerator_of_qts_text_is_kept() -> None:
    translations.use("bs")
    saved = translations.language("bs").gettext("Save")
    assert language.QtTexts().translate("QPlatformTheme", "&Save") == f"&{saved}"
    assert language.QtTexts().translate("QPlatformTheme", "Save") == saved


def test_qt_speaks_english_where_we_have_no_word() -> None:
    translations.use("bs")
    assert language.QtTexts().translate("QColorDialog", "Pick a screen colour") is None
    assert language.QtTexts().translate("QShortcut", "Delete") is None


@pytest.mark.parametrize("code", LANGUAGES)
def test_formats_are_those_of_bosnia_and_herzegovina(code: str) -> None:
    language.switch(code)
    expected = QLocale.Country.UnitedKingdom if code == "en" else (
        QLocale.Country.BosniaAndHerzegovina)  # fmt: skip
    assert QLocale().territory() == expected
    assert language.locale(code).script() == QLocale(translations.language(code).locale).script()


def test_the_language_is_remembered(qtbot: QtBot) -> None:
    language.switch("hr")
    assert remembered.read("language") == "hr"
    translations.use("en")
    language.start()
    assert translations.current().code == "hr"


def test_choosing_in_the_window_switches(window: MainWindow) -> None:
    window.language.set_value("bs")
    assert translations.current().code == "bs"
    assert window.title.text() == translations.language("bs").gettext("Today")


def test_nothing_jumps_and_the_longest_language_fits(window: MainWindow) -> None:
    widths = set()
    for code in LANGUAGES:
        language.switch(code)
        QApplication.processEvents()
        widths.add(window.navigation.width())
        for button in window.navigation.buttons:
            assert button.sizeHint().width() <= button.width(), (code, button.text())
    assert len(widths) == 1


def test_no_text_is_translated_while_a_module_is_read() -> None:
    folder = Path(language.__file__).parent
    for file in folder.glob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        early = [node.lineno for node in at_import(tree) if is_translation(node)]
        assert not early, (file.name, early)


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that runs when the module is imported: not the insides of functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from at_import(child)


def is_translation(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}


def test_each_of_qts_texts_is_listed_once_in_its_group() -> None:
    groups = [group for group in vars(qt_texts).values() if isinstance(group, tuple)]
    assert sum(map(len, groups)) > 100
    for group in groups:
        assert len(set(group)) == len(group)
