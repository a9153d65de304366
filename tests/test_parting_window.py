"""Closing this computer in the window, by the keyboard: refused in the form, or done to the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from parting import LOGIN, PASSWORD
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from windows import keep_few_pages_and_light_keys

from models.office import branch, territory, users
from models.office.branch import Details
from models.roles import Role
from models.safe import backups, folders, founding, keeping, keys, lock, parting
from models.safe.founding import Plan
from ui import messages
from ui.entrance.first_run import FirstRun
from ui.entrance.parted import PartedPage
from ui.entrance.way import Way
from ui.office.backups import BackupsPage
from ui.office.parting import PartingForm


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_few_pages_and_light_keys(monkeypatch)
    unit = territory.find("BA-BIH/01/Bihać")
    names = branch.suggest(unit)
    plan = Plan([unit], names, Details(), "bs", "Main store", "Amra Hodžić", LOGIN, PASSWORD)
    founding.found(tmp_path / "data", plan)
    return tmp_path / "data"


@pytest.fixture
def way(folder: Path, qtbot: QtBot) -> Iterator[Way]:
    way = Way(folder)
    way.begin(None, LOGIN, PASSWORD)
    yield way
    if way.window:
        way.window.close()
        shiboken6.delete(way.window)
    way.end()


def the_page(way: Way) -> BackupsPage:
    return way.window.show_page("Settings").show_section(BackupsPage)


def press(qtbot: QtBot, button: QWidget) -> None:
    qtbot.keyClick(button, Qt.Key.Key_Space)


def close_with(qtbot: QtBot, way: Way, *steps: tuple[str, str, str]) -> None:
    """Open the form; at each step type a folder and a password, and read the refusal.

    A step whose refusal is empty goes through.
    """
    problems: list[BaseException] = []

    def work() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, PartingForm)
        try:
            for target, password, refusal in steps:
                form.target.line.clear()
                qtbot.keyClicks(form.target.line, target)
                form.own.line.clear()
                qtbot.keyClicks(form.own.line, password)
                qtbot.keyClick(form.own.line, Qt.Key.Key_Return)
                if refusal:
                    qtbot.waitUntil(lambda said=refusal: said in form.problem.text())
                    qtbot.waitUntil(form.save_button.isEnabled)
        except BaseException as problem:  # a box that nobody closes would hang
            problems.append(problem)
            form.done(0)

    QTimer.singleShot(100, work)
    press(qtbot, the_page(way).findChild(QWidget, "close_computer"))
    assert problems == []


def test_it_is_refused_in_the_form_and_then_done_to_the_end(way, folder, elsewhere, qtbot):
    backups.save(way.books.db, folder, backups.Reason.BY_HAND)
    gone = elsewhere / "gone"
    close_with(
        qtbot, way,
        ("", PASSWORD, "Fill in: Folder on another drive."),
        (str(gone), PASSWORD, "is not there. Plug the stick in"),
        (str(folder.parent), PASSWORD, "is on the same disk as the books"),
        (str(elsewhere), "wrong", "That is not your password. Type it again."),
        (str(elsewhere), PASSWORD, ""),
    )  # fmt: skip
    page = way.window
    assert isinstance(page, PartedPage)
    qtbot.waitUntil(page.end.isEnabled, timeout=10_000)
    assert page.answer.text().startswith("The keys, the books and the backups")
    (made,) = backups.overview(elsewhere)
    assert made.file.name in page.where.text()
    assert [path.name for path in folder.iterdir()] == [lock.FILE]
    way.leave()  # nothing is left to be backed up
    with qtbot.waitSignal(page.ended):
        qtbot.keyClick(page.end, Qt.Key.Key_Return)
    way.end()
    again = Way(folder)
    again.begin(None, "", "")
    assert isinstance(again.window, FirstRun)
    again.window.close()
    shiboken6.delete(again.window)
    again.end()


def test_the_form_says_what_goes_and_what_stays_and_proposes_the_stick(
    way, folder, elsewhere, qtbot
):
    keeping.keep(folder, keeping.Keeping(second=str(elsewhere)))
    form = PartingForm(way.books.db, way.window)
    qtbot.addWidget(form)
    assert form.target.value == str(elsewhere)
    said = [widget.text() for widget in form.findChildren(type(form.title))]
    assert any("Not wiped" in text and elsewhere.name in text for text in said)


def test_what_does_not_tell_whose_it_is_is_named_on_the_last_page(
    way, folder, tmp_path, elsewhere, qtbot
):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "ogranak-2020-01-01-1200.backup").write_bytes(b"spoiled")
    keeping.keep(folder, keeping.Keeping(folder=str(shared)))
    close_with(qtbot, way, (str(elsewhere), PASSWORD, ""))
    page = way.window
    qtbot.waitUntil(page.end.isEnabled, timeout=10_000)
    assert page.left.isVisible()
    assert "ogranak-2020-01-01-1200.backup. They cannot be read" in page.left.text()
    assert [path.name for path in shared.iterdir()] == ["ogranak-2020-01-01-1200.backup"]


def test_what_cannot_be_wiped_is_said_and_done_at_the_next_start(
    way, folder, elsewhere, qtbot, monkeypatch
):
    """A file that another program holds, as on Windows."""
    (folder / "attempts.json").unlink(missing_ok=True)
    (folder / "attempts.json").mkdir()
    close_with(qtbot, way, (str(elsewhere), PASSWORD, ""))
    page = way.window
    qtbot.waitUntil(page.end.isEnabled, timeout=10_000)
    assert page.answer.text().startswith("Not everything could be wiped.")
    assert not keys.exists(folder)
    (folder / "attempts.json").rmdir()
    way.end()
    way.held = None
    again, said = Way(folder), list[str]()
    monkeypatch.setattr(messages, "report", lambda _parent, text: said.append(text))
    again.begin(None, "", "")
    qtbot.waitUntil(lambda: bool(said))
    again.window.close()
    shiboken6.delete(again.window)
    again.end()
    assert not folders.is_set_up(folder)
    assert said[0].startswith("The closing of this computer that was cut short is finished now.")
    assert "These are wiped now: the keys, the books" in said[0]


def test_a_stick_pulled_out_at_the_last_moment_keeps_the_books_here(
    way, folder, elsewhere, qtbot, monkeypatch
):
    proved = parting.take_away

    def pulled(*args: Any) -> backups.Backup:
        made = proved(*args)
        made.file.unlink()
        return made

    monkeypatch.setattr(parting, "take_away", pulled)
    close_with(qtbot, way, (str(elsewhere), PASSWORD, ""))
    page = way.window
    qtbot.waitUntil(page.end.isEnabled, timeout=10_000)
    assert page.heading.text() == "This computer is not closed"
    assert "Nothing was wiped." in page.answer.text()
    assert folders.is_set_up(folder)


def test_whoever_only_hands_out_is_not_offered_it(way, qtbot):
    db = way.books.db
    with db.write() as session:
        users.add(session, "edin", "Edin", [Role.DESK])
    users.sign_in(db, "edin")
    page = BackupsPage(db)
    qtbot.addWidget(page)
    assert page.findChild(QWidget, "close_computer").isHidden()
