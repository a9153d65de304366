"""The travel copy in the window: made by the keyboard, opened on a laptop, and nothing entered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import shiboken6
from parting import LOGIN, PASSWORD
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from things import as_program

import main
from models.database import Database, TravelCopy
from models.office import branch, territory, users
from models.office.branch import Details
from models.safe import contents, folders, founding, keys, lock, travel
from models.safe.folders import TRAVELLER
from models.safe.founding import PRACTICE_COST, Plan
from ui.entrance.first_run import FirstRun
from ui.entrance.unlock import Unlock
from ui.entrance.way import Way
from ui.office.backups import BackupsPage
from ui.office.travel import TravelForm
from ui.pieces import folder as folder_piece
from ui.window import MainWindow

FRESH = "devet crvenih vagona"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    unit = territory.find("BA-BIH/01/Bihać")
    names = branch.suggest(unit)
    plan = Plan([unit], names, Details(), "bs", "Main store", "Amra Hodžić", LOGIN, PASSWORD)
    founding.found(tmp_path / "data", plan)
    return tmp_path / "data"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def go(qtbot: QtBot) -> Iterator[object]:
    begun: list[Way] = []

    def to(folder: Path, login: str = "", password: str = "") -> Way:
        way = Way(folder)
        begun.append(way)
        way.begin(None, login, password)
        return way

    yield to
    for way in begun:
        if way.window:
            way.window.close()
            shiboken6.delete(way.window)
        way.end()


@pytest.fixture
def copy(folder: Path, stick: Path) -> Path:
    db = Database.open(folder, keys.unlock(folder, LOGIN, PASSWORD))
    users.sign_in(db, LOGIN)
    made = travel.make(db, stick, FRESH)
    db.close()
    return made


def test_it_is_refused_in_the_form_and_then_made(folder, stick, go, qtbot):
    way = go(folder, LOGIN, PASSWORD)
    page = way.window.show_page("Settings").show_section(BackupsPage)
    problems: list[BaseException] = []

    def work() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, TravelForm)
        lines = (form.target.line, form.fresh.first.line, form.fresh.second.line)
        steps = (
            ((str(stick / "gone"), FRESH, FRESH), "is not there. Plug the stick in"),
            ((str(stick), "crveni kriz bihac", "crveni kriz bihac"), "too easy to guess"),
            ((str(stick), PASSWORD, PASSWORD), "That is your own password"),
            ((str(stick), FRESH, FRESH), ""),
        )
        try:
            for typed, refusal in steps:
                for line, text in zip(lines, typed, strict=True):
                    line.clear()
                    qtbot.keyClicks(line, text)
                lines[-1].setFocus()
                qtbot.keyClick(form.save_button, Qt.Key.Key_Space)
                if refusal:
                    qtbot.waitUntil(lambda said=refusal: said in form.problem.text())
                    qtbot.waitUntil(form.save_button.isEnabled)
                if typed[1] == PASSWORD:
                    assert form.focusWidget() is form.fresh.first.line
        except BaseException as problem:  # a box that nobody closes would hang
            problems.append(problem)
            form.done(0)

    QTimer.singleShot(100, work)
    with qtbot.waitSignal(page.said, timeout=10_000) as told:
        qtbot.keyClick(page.findChild(QWidget, "travel_copy"), Qt.Key.Key_Space)
    assert problems == []
    assert told.args[0].startswith("The travel copy is checked and lies in")
    assert folders.is_travel_copy(travel.found(stick))


def test_from_the_first_page_of_a_laptop_it_is_opened_and_marked(
    copy, stick, tmp_path, go, qtbot, monkeypatch
):
    way = go(tmp_path / "laptop")
    first = way.window
    assert isinstance(first, FirstRun)
    monkeypatch.setattr(folder_piece, "ask_folder", lambda *_where: str(stick))
    qtbot.keyClick(first.language.copy, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(way.window, Unlock))
    window = way.window
    qtbot.waitUntil(lambda: window.user.count() > 0)
    assert window.user.value == TRAVELLER
    assert not window.restore_button.isVisible()
    assert not window.use_paper.isVisible()
    qtbot.keyClicks(window.password.line, FRESH)
    qtbot.keyClick(window.password.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(way.window, MainWindow), timeout=20_000)
    shown = way.window
    assert shown.notice.text().startswith("This is a travel copy of ")
    assert [kind.title for kind in shown.kinds] == [
        "Today", "Stock", "Reports", "Record of acts", "Settings",
    ]  # fmt: skip
    assert way.keeper is None
    way.leave()
    assert sorted(path.name for path in copy.iterdir() if "ogranak.db" not in path.name) == [
        "attempts.json", keys.FILE, lock.FILE,
    ]  # fmt: skip


def test_a_folder_without_a_travel_copy_is_said_on_the_first_page(
    tmp_path, stick, go, qtbot, monkeypatch
):
    way = go(tmp_path / "laptop")
    monkeypatch.setattr(folder_piece, "ask_folder", lambda *_where: str(stick))
    qtbot.keyClick(way.window.language.copy, Qt.Key.Key_Space)
    problem = way.window.problem
    qtbot.waitUntil(lambda: problem.text().startswith("There is no travel copy in"))


def test_every_page_of_it_can_be_looked_at_and_no_button_enters_anything(copy, go, qtbot):
    way = go(copy, TRAVELLER, FRESH)
    before = contents.of(way.books.db)
    for place, _kind in enumerate(way.window.kinds):
        page = way.window.show_page(place)
        page.reload()
    section = way.window.show_page("Settings").show_section(BackupsPage)
    assert section.findChild(QWidget, "back_up") is None
    assert section.load(None, "") == ()
    with pytest.raises(TravelCopy), way.books.db.write():
        pass
    assert contents.of(way.books.db) == before


def test_of_books_on_a_server_it_is_offered_and_closing_the_computer_is_not(
    postgresql_url, tmp_path, qtbot
):
    with closing(as_program(Database.connect(postgresql_url))) as db:
        db.home = tmp_path
        page = BackupsPage(db)
        qtbot.addWidget(page)
        assert page.findChild(QWidget, "travel_copy") is not None
        assert page.findChild(QWidget, "close_computer") is None


def test_on_the_command_line(folder, stick, tmp_path, capsys):
    (tmp_path / "own").write_text(PASSWORD, "utf-8")
    (tmp_path / "fresh").write_text(FRESH, "utf-8")
    words = ["travel", str(stick), "--data", str(folder), "--password-file", str(tmp_path / "own")]
    words += ["--copy-password-file", str(tmp_path / "fresh")]
    assert main.main(words) == 0
    assert capsys.readouterr().out.startswith("The travel copy is checked and lies in")
    copy = travel.found(stick)
    there = ["--data", str(copy), "--password-file", str(tmp_path / "fresh")]
    assert main.main(["check", *there]) == 0
    assert main.main(["report", "monthly", "--period", "2026-10", "--out",
                      str(tmp_path / "r.pdf"), *there]) == 0  # fmt: skip
    assert main.main(["backup", str(tmp_path / "x.backup"), *there]) == 2
    assert "This is a travel copy" in capsys.readouterr().err
    assert main.main(["travel", str(stick / "gone"), *words[2:]]) == 2
