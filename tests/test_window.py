"""The main window: pages, search, shortcuts, long work and what it remembers."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import conftest
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMessageBox,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from things import as_program
from windows import in_front

from models.database import Database
from translations import LANGUAGES, N_, _
from ui import faults, language, messages, style, work
from ui.entrance import pages
from ui.page import Page
from ui.pieces import icons
from ui.pieces.buttons import written
from ui.pieces.search import Hit
from ui.pieces.shortcuts import ShortcutList
from ui.table import Column, TablePage
from ui.window import ROOMY, LazyPage, MainWindow

ICON = QStyle.PixelMetric.PM_ButtonIconSize


@dataclass(frozen=True)
class Thing:
    id: int
    name: str


class FirstPage(Page):
    title = N_("Today")
    icon = "today"

    def context(self) -> str:
        return "Monday"


class ThingsPage(TablePage):
    title = N_("Stock")
    icon = "stock"
    columns = (Column(N_("Item"), lambda thing: thing.name),)
    built = 0

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        ThingsPage.built += 1
        self.add_action(N_("Receive…"), self.receive, primary=True, shortcut="F5")

    def load(self, session: Session, search: str) -> Sequence[Thing]:
        things = [Thing(1, "Blanket"), Thing(2, "Water")]
        return [thing for thing in things if search.lower() in thing.name.lower()]

    def receive(self) -> None:
        self.say("Received.")


class OtherPage(FirstPage):
    title = N_("Volunteers")


opened: list[str] = []


def finder(session: Session, text: str) -> list[Hit]:
    names = [name for name in ("Blanket", "Bihać") if text.lower() in name.lower()]
    return [Hit(name, "item", lambda name=name: opened.append(name)) for name in names]  # type: ignore[misc]


@pytest.fixture(autouse=True)
def _settings_of_its_own(tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    opened.clear()


@pytest.fixture
def shelf(branch_folder: Path) -> Iterator[Database]:
    db = as_program(Database.open(branch_folder, conftest.KEY))
    yield db
    db.close()


@pytest.fixture
def window(shelf: Database, qtbot: QtBot) -> MainWindow:
    return in_front(MainWindow(shelf, [FirstPage, ThingsPage], finders=[finder]), qtbot)


def control(qtbot: QtBot, widget: QWidget, key: Qt.Key) -> None:
    qtbot.keyClick(widget, key, Qt.KeyboardModifier.ControlModifier)


def test_a_page_is_built_when_it_is_first_shown(window: MainWindow) -> None:
    before = ThingsPage.built
    assert list(window.built) == [0]
    window.show_page("Stock")
    window.show_page(0)
    window.show_page(1)
    assert ThingsPage.built == before + 1


def test_title_and_context_are_those_of_the_page(window: MainWindow) -> None:
    assert (window.title.text(), window.context.text()) == ("Today", "Monday")
    window.navigation.buttons[1].click()
    assert (window.title.text(), window.context.text()) == ("Stock", "")


def test_pages_are_reached_with_control_and_a_number(window: MainWindow, qtbot: QtBot) -> None:
    control(qtbot, window, Qt.Key.Key_2)
    assert window.navigation.current == 1
    assert window.page.table.hasFocus()


def test_enter_presses_the_button_that_the_keyboard_is_on(window: MainWindow, qtbot: QtBot) -> None:
    page = window.show_page("Stock")
    button = page.verbs[0].button
    button.setFocus()
    with qtbot.waitSignal(page.said, timeout=1000):
        qtbot.keyClick(button, Qt.Key.Key_Return)
    qtbot.keyClick(window.navigation.buttons[0], Qt.Key.Key_Return)
    assert window.navigation.current == 0


def test_a_shortcut_works_wherever_the_keyboard_is_while_its_page_is_shown(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = window.show_page("Stock")
    window.search.setFocus()
    with qtbot.waitSignal(page.said, timeout=1000):
        qtbot.keyClick(window.search, Qt.Key.Key_F5)
    window.show_page("Today")
    with qtbot.assertNotEmitted(page.said, wait=100):
        qtbot.keyClick(window.search, Qt.Key.Key_F5)


def test_typing_in_the_search_narrows_the_page(window: MainWindow, qtbot: QtBot) -> None:
    page = window.show_page("Stock")
    control(qtbot, window, Qt.Key.Key_K)
    assert window.search.hasFocus()
    qtbot.keyClicks(window.search, "wat")
    qtbot.waitUntil(lambda: len(page.rows) == 1)
    qtbot.keyClick(window.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(page.rows) == 2)


def test_a_page_left_and_found_again_is_whole(window: MainWindow, qtbot: QtBot) -> None:
    page = window.show_page("Stock")
    window.search.setText("wat")
    window.search.look()
    window.show_page("Today")
    assert window.search.text() == ""
    window.show_page("Stock")
    assert len(page.rows) == 2


def test_the_hits_go_when_the_keyboard_does(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("Stock")
    window.search.setFocus()
    qtbot.keyClicks(window.search, "bl")
    qtbot.waitUntil(window.search.list.isVisible)
    control(qtbot, window, Qt.Key.Key_2)
    assert not window.search.list.isVisible()
    assert window.page.table.hasFocus()


def test_the_search_finds_anything_and_opens_it(window: MainWindow, qtbot: QtBot) -> None:
    window.search.setFocus()
    qtbot.keyClicks(window.search, "bi")
    qtbot.waitUntil(window.search.list.isVisible)
    qtbot.keyClick(window.search.list, Qt.Key.Key_Down)
    qtbot.keyClick(window.search.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened == ["Bihać"])
    assert window.search.text() == ""


def test_where_nothing_is_found_anywhere_the_list_says_so(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("Stock")
    window.search.setFocus()
    qtbot.keyClicks(window.search, "zz")
    qtbot.waitUntil(window.search.list.isVisible)
    assert window.search.names.stringList() == ["Nothing found for: zz"]
    qtbot.keyClick(window.search.list, Qt.Key.Key_Down)
    qtbot.keyClick(window.search.list, Qt.Key.Key_Return)
    assert window.search.text() == "zz" and not opened
    window.search.setText("wat")  # the page has it, though nothing else does
    window.search.look()
    assert not window.search.list.isVisible()


def test_what_a_page_says_stands_in_the_status_line(window: MainWindow) -> None:
    window.show_page("Stock").verbs[0].button.click()
    assert window.status.text() == "Received."


@pytest.mark.parametrize(
    ("keys", "said"),
    [("Down", "↓"), ("Alt+Left", "Alt+←"), ("Ctrl++", "Ctrl++"), ("Ctrl+Return", "Ctrl+Enter")],
)
def test_a_key_is_called_as_it_is_marked_on_the_keyboard(keys: str, said: str) -> None:
    assert written(QKeySequence(keys)) == said


def test_f1_lists_the_shortcuts_of_the_page(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []
    monkeypatch.setattr(ShortcutList, "exec", lambda self: listed.extend(texts(self)))
    window.show_page("Stock")
    window.show_shortcuts()
    assert {"Receive…", "F5", "Ctrl+K"} <= set(listed)


def texts(widget: QWidget) -> list[str]:
    return [child.text() for child in widget.findChildren(QWidget) if hasattr(child, "text")]


def test_page_and_size_are_remembered(window: MainWindow, shelf: Database, qtbot: QtBot) -> None:
    window.resize(780, 650)
    window.show_page(1)
    window.close()
    again = in_front(MainWindow(shelf, [FirstPage, ThingsPage]), qtbot)
    assert again.navigation.current == 1
    assert (again.width(), again.height()) == (780, 650)


def test_page_and_text_size_are_written_down_at_once_and_not_only_at_the_end(
    window: MainWindow, scaled: Callable[[int], None], qtbot: QtBot, tmp_path: Path
) -> None:
    control(qtbot, window, Qt.Key.Key_2)
    control(qtbot, window, Qt.Key.Key_Plus)
    (file,) = tmp_path.rglob("ogranak.ini")
    assert "text=110\n" in file.read_text()
    qtbot.waitUntil(lambda: f"={ThingsPage.title}\n" in file.read_text())


def test_each_user_begins_where_they_were_and_the_first_time_on_the_first_page(
    window: MainWindow, shelf: Database, qtbot: QtBot
) -> None:
    pages = [FirstPage, ThingsPage]
    window.show_page(1)
    window.close()
    shelf.user = 7
    others = in_front(MainWindow(shelf, pages), qtbot)
    assert others.navigation.current == 0
    others.show_page(0)
    shelf.user = None  # whoever comes next has the books before the window of the last one goes
    others.close()
    assert in_front(MainWindow(shelf, pages), qtbot).navigation.current == 1


def test_the_page_of_one_is_not_the_place_of_another(
    window: MainWindow, shelf: Database, qtbot: QtBot
) -> None:
    window.show_page(1)
    window.close()
    others = in_front(MainWindow(shelf, [FirstPage, OtherPage, ThingsPage]), qtbot)
    assert others.page.title == ThingsPage.title


def test_at_first_the_window_takes_a_small_screen_whole(window: MainWindow) -> None:
    assert window.screen().availableSize().width() < ROOMY  # as without a screen
    assert window.isMaximized()


def test_a_page_that_is_gone_is_not_asked_for(window: MainWindow, shelf: Database) -> None:
    window.show_page(1)
    window.close()
    assert MainWindow(shelf, [FirstPage]).navigation.current == 0


def test_a_lazy_page_is_imported_when_shown(shelf: Database, qtbot: QtBot) -> None:
    lazy = LazyPage(N_("Stock"), "stock", "test_window", "ThingsPage")
    window = in_front(MainWindow(shelf, [FirstPage, lazy]), qtbot)
    assert window.navigation.buttons[1].text() == "Stock"
    assert isinstance(window.show_page(1), TablePage)


def test_pages_warm_up_while_nothing_else_is_done(window: MainWindow, qtbot: QtBot) -> None:
    window.warm_up()
    qtbot.waitUntil(lambda: len(window.built) == 2)
    assert window.navigation.current == 0
    things = window.built[1]
    assert isinstance(things, TablePage)
    assert not things.isVisible()
    assert [thing.name for thing in things.rows] == ["Blanket", "Water"]


def test_what_fails_while_nobody_looks_is_told_when_the_page_is_shown(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def lost(self: ThingsPage, session: Session, search: str) -> Sequence[Thing]:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(ThingsPage, "load", lost)
    window.warm_up()
    qtbot.waitUntil(lambda: len(window.built) == 2)
    with pytest.raises(OperationalError):
        window.show_page(1)


def test_a_locked_window_builds_nothing_behind_its_curtain(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "is_locked", True)
    window.warm_up()
    assert list(window.built) == [0]


def test_all_that_is_clicked_or_typed_into_has_names(window: MainWindow) -> None:
    window.show_page(1)
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()


@pytest.fixture
def scaled() -> Iterator[Callable[[int], None]]:
    """Writes larger, until the test is over."""

    def scale(percent: int) -> None:
        style.scale(percent)
        QApplication.processEvents()

    yield scale
    style.scale(100)


@pytest.mark.parametrize("percent", style.SIZES)
def test_the_window_fits_a_small_screen_at_any_text_size(
    window: MainWindow, scaled: Callable[[int], None], percent: int
) -> None:
    window.show_page(1)
    scaled(percent)
    assert window.minimumSizeHint().width() <= 1366
    assert window.minimumSizeHint().height() <= 720


def test_a_line_of_context_without_room_ends_in_dots_and_is_whole_in_its_tip(
    window: MainWindow, qtbot: QtBot
) -> None:
    whole = "26. 11. 2026. · 4 entries · " + 30 * "word "
    window.context.setText(whole)
    shown = QLabel.text(window.context)
    assert shown.endswith("…")
    assert window.context.fontMetrics().horizontalAdvance(shown) <= window.context.width()
    assert (window.context.text(), window.context.toolTip()) == (whole, whole)


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_title_is_cut_at_any_text_size(
    window: MainWindow, scaled: Callable[[int], None], percent: int, code: str
) -> None:
    language.switch(code)
    scaled(percent)
    window.resize(1366, 768)
    for entry in pages.PAGES:
        window.title.setText(_(entry[0]))
        QApplication.processEvents()
        assert window.title.width() >= window.title.sizeHint().width()
    assert window.width() == 1366
    language.switch("en")


CAUSES = [
    f"Cause {number}: something is wrong, and this is what can be done." for number in range(5)
]


def test_of_many_causes_the_gravest_is_seen_and_the_rest_at_one_press(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.set_notice("\n".join(CAUSES))
    QApplication.processEvents()
    notice, lines = window.notice, window.fontMetrics().height()
    assert notice.label.text() == CAUSES[0]
    assert notice.more.text() == "and 4 more"
    assert notice.height() < 4 * lines
    assert notice.accessibleName() == notice.text() == "\n".join(CAUSES)
    qtbot.mouseClick(notice.more, Qt.MouseButton.LeftButton)
    assert notice.label.text() == notice.text()
    window.set_notice("\n".join(CAUSES))
    assert notice.more.text() == "Show less"
    window.set_notice("\n".join(CAUSES[1:]))
    assert notice.label.text() == CAUSES[1]
    window.set_notice("\n".join(CAUSES[:2]))
    assert notice.label.text() == notice.text()
    assert not notice.more.isVisible()


def test_icons_and_signs_grow_with_the_text(
    window: MainWindow, scaled: Callable[[int], None]
) -> None:
    window.set_notice("Everything in it is invented.")
    before = window.notice.sign.pixmap().height()
    scaled(200)
    assert window.notice.sign.pixmap().height() > before * 1.5
    wanted = round(style.unit(window) * style.ICON_SIZES["page_icon"] / 100)
    for button in window.navigation.buttons:
        option = QStyleOptionButton()
        button.initStyleOption(option)
        assert button.style().pixelMetric(ICON, option, button) == wanted


@pytest.mark.parametrize("chosen", [style.LIGHT, style.DARK], ids=["light", "dark"])
def test_colours_can_be_told_apart(chosen: style.Colours) -> None:
    pairs = [
        ("text", "ground"), ("text", "card"), ("text", "head"), ("text", "zebra"),
        ("text", "selection"), ("text", "hover"), ("muted", "ground"), ("muted", "card"),
        ("muted", "head"), ("muted", "zebra"), ("muted", "plain_ground"),
        ("on_accent", "accent"), ("on_accent", "accent_hover"), ("good", "good_ground"),
        ("warn", "warn_ground"), ("bad", "bad_ground"), ("nav_text", "nav"),
        ("nav_text", "nav_hover"), ("nav_muted", "nav"), ("nav_strong", "nav_here"),
    ]  # fmt: skip
    for ink, ground in pairs:
        assert contrast(getattr(chosen, ink), getattr(chosen, ground)) >= 4.5, (ink, ground)
    for edge in ("ground", "card", "selection"):
        assert contrast(chosen.focus, getattr(chosen, edge)) >= 3, edge


def test_light_and_dark_change_while_the_window_is_open(window: MainWindow) -> None:
    style.apply()
    style.choose("dark")
    assert window.palette().window().color() == QColor(style.DARK.ground)
    dark = icons.pixmap("stock", 24).toImage()
    style.choose("light")
    assert window.palette().window().color() == QColor(style.LIGHT.ground)
    assert icons.pixmap("stock", 24).toImage() != dark
    style.choose("system")


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""
    dark, light = sorted(luminance(QColor(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
             for part in colour.getRgbF()[:3]]  # fmt: skip
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("name", sorted(icons.PATHS))
def test_every_icon_draws_something(name: str, qtbot: QtBot) -> None:
    image = icons.pixmap(name, 24).toImage()
    drawn = sum(image.pixelColor(x, y).alpha() > 0 for x in range(24) for y in range(24))
    assert 15 < drawn < 400


def test_work_is_done_off_the_main_thread_and_told_on_it(window: MainWindow, qtbot: QtBot) -> None:
    done: list[tuple[int, bool]] = []

    def count(progress: work.Progress) -> int:
        progress(1, 2)
        return threading.get_ident()

    started = work.run(window, "Counting", count, lambda thread: done.append(
        (thread, threading.get_ident() == thread)))  # fmt: skip
    with qtbot.waitSignal(started.finished):
        pass
    assert done[0][0] != threading.get_ident()
    assert not done[0][1]


def test_work_can_be_cancelled_and_the_dialog_waits_with_patience(
    window: MainWindow, qtbot: QtBot
) -> None:
    done: list[object] = []
    started = work.run(window, "Counting", endless, done.append, done.append)
    assert not started.dialog.isVisible()
    qtbot.waitUntil(started.dialog.isVisible)
    with qtbot.waitSignal(started.finished):
        started.dialog.stop.click()
    assert done == []


def endless(progress: Callable[..., None]) -> None:
    for step in range(10_000):
        time.sleep(0.005)
        progress(step, 10_000)


def test_what_work_raises_is_explained(window: MainWindow, qtbot: QtBot) -> None:
    def fail(progress: work.Progress) -> None:
        raise OSError(28, "No space left on device")

    failed: list[BaseException] = []
    started = work.run(window, "Saving", fail, failed.append, failed.append)
    with qtbot.waitSignal(started.finished):
        pass
    assert faults.sentence(failed[0]).startswith("The disk is full.")


@pytest.mark.parametrize(
    ("problem", "begins"),
    [
        (OSError(28, "No space left"), "The disk is full."),
        (PermissionError(13, "Permission denied"), "The folder or file may not be opened"),
        (OSError(5, "I/O"), "The disk is full, or it or its connection failed."),
        (OSError(9, "Bad file"), "The computer could not do that."),
        (OSError(36, "File name too long"), "The name of the file or folder is too long."),
        (OSError(40, "Loop"), "Where a file should be, there is a folder or a link"),
        (OperationalError("x", {}, Exception("database is locked")), "The database is busy"),
        (OperationalError("x", {}, Exception("database or disk is full")), "The disk is full."),
        (
            OperationalError("x", {}, Exception("attempt to write a readonly database")),
            "The folder or file may not be written to.",
        ),
        (
            OperationalError("x", {}, Exception("database disk image is malformed")),
            "The database file is damaged.",
        ),
        (ValueError("secret"), "Something went wrong."),
    ],
)
def test_a_failure_of_the_world_is_said_in_plain_words(problem: Exception, begins: str) -> None:
    assert faults.sentence(problem).startswith(begins)


def test_a_name_with_markup_is_a_name_in_a_box_too(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    formats: list[Qt.TextFormat] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: formats.append(box.textFormat()))
    messages.tell(None, '<img src="file:///etc/passwd">')
    assert formats == [Qt.TextFormat.PlainText]


def test_what_failed_in_the_background_is_written_down_too(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QMessageBox, "exec", lambda box: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(messages, "_log", None)
    messages.install_excepthook(tmp_path / "log.txt")
    messages.explain(None, ValueError("Amra Hodžić"))
    assert "ValueError" in (tmp_path / "log.txt").read_text("utf-8")
    assert "Amra" not in (tmp_path / "log.txt").read_text("utf-8")


def test_what_no_one_caught_is_written_down_without_values(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: said.append(box.text()))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    messages.install_excepthook(tmp_path / "log.txt")
    try:
        raise_it("Amra Hodžić")
    except ValueError as problem:
        sys.excepthook(ValueError, problem, problem.__traceback__)
    log = (tmp_path / "log.txt").read_text("utf-8")
    assert "ValueError" in log
    assert "test_window.py" in log
    assert "raise_it" in log
    assert "Amra" not in log
    assert said == ["Something went wrong. It was written down. Nothing was saved by this step."]


def raise_it(name: str) -> None:
    raise ValueError(f"no such person: {name}")


def test_confirm_is_the_verb_and_escape_is_no(window: MainWindow, qtbot: QtBot) -> None:
    answers: list[bool] = []
    box = messages.ask(window, "Reverse it?", "Reverse", lambda: answers.append(True))
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert answers == []
    box = messages.ask(window, "Reverse it?", "Reverse", lambda: answers.append(True))
    box.findChild(QPushButton, "confirm").click()
    assert answers == [True]
