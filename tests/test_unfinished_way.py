"""Typed, locked, and the power goes: who typed it goes on where they were, and nobody else can."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot
from test_locking import later, locked, sign_in, when_asked
from things import as_program
from windows import keep_few_pages_and_light_keys, ways_in

from models.bookfile import FILE
from models.database import Database
from models.office import branch, territory, unfinished, users
from models.office.branch import Details
from models.roles import Role
from models.safe import founding, keys
from models.safe.founding import Plan
from models.team import roster
from ui.entrance.unfinished import UnfinishedDialog
from ui.entrance.way import Way
from ui.team.volunteer_form import VolunteerForm

AMRA = "sedam zutih kisobrana"
EDIN = "osam plavih tramvaja"
Go = Callable[..., Way]


@pytest.fixture(autouse=True)
def _few_pages_and_light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_few_pages_and_light_keys(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A branch with Amra, and Edin who looks after the volunteers."""
    unit = territory.find("BA-BIH/01/Bihać")
    names = branch.suggest(unit)
    plan = Plan([unit], names, Details(), "bs", "Main store", "Amra Hodžić", "Amra", AMRA)
    folder = tmp_path / "data"
    key = founding.found(folder, plan)
    db = as_program(Database.open(folder, key))
    with db.write() as session:
        users.add(session, "edin", "Edin", [Role.VOLUNTEERS])
    keys.add_user(folder, key, "edin", EDIN)
    db.close()
    return folder


@pytest.fixture
def go(qtbot: QtBot) -> Iterator[Go]:
    """Goes into a folder; whatever is open at the end is closed, its forms too."""
    with ExitStack() as stack:
        yield stack.enter_context(ways_in())
        for form in QApplication.topLevelWidgets():
            if isinstance(form, VolunteerForm | UnfinishedDialog):
                form.done(0)


def asked(way: Way) -> UnfinishedDialog | None:
    found = way.main.findChildren(UnfinishedDialog)
    return next((dialog for dialog in found if dialog.isVisible()), None)


def press(dialog: UnfinishedDialog, name: str) -> None:
    from ui.pieces.buttons import Button

    dialog.findChild(Button, name).click()


def type_one(way: Way) -> VolunteerForm:
    form = VolunteerForm(way.books.db, way.main)
    form.open()
    form.first_name.setText("Dženana")
    form.last_name.setText("Čaušević")
    form.birth_date.setText("9.5.1990.")
    return form


def copied(folder: Path) -> Path:
    """What is on the disk now: what a power cut leaves."""
    return Path(shutil.copytree(folder, folder.parent / "after"))


def typed_and_cut(go: Go, folder: Path, qtbot: QtBot) -> Path:
    way = go(folder, "amra", AMRA)
    form = type_one(way)
    locked(way, qtbot)
    after = copied(folder)
    die(way, form)
    return after


def die(way: Way, form: VolunteerForm) -> None:
    """Another process would know nothing of this one's windows."""
    form.done(0)
    way.end()


def test_typed_locked_and_killed_it_is_gone_on_with_and_saved(go, folder, qtbot):
    way = go(typed_and_cut(go, folder, qtbot), "amra", AMRA)
    qtbot.waitUntil(lambda: asked(way) is not None)
    assert [each.text() for each in asked(way).findChildren(QLabel)].count("Add a person") == 1

    def save() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, VolunteerForm)
        assert (form.first_name.value, form.last_name.value) == ("Dženana", "Čaušević")
        assert "what you had typed" in form.saved.text()
        form.accept()
        form.reject()

    problems = later(qtbot, save)
    press(asked(way), "go_on_0")
    assert problems == []
    with way.books.db.read() as session:
        assert [row.name for row in roster.overview(session)] == ["Čaušević Dženana"]
        assert unfinished.own(session) == []
    assert asked(way) is None


def test_another_user_hears_nothing_of_it(go, folder, qtbot):
    way = go(typed_and_cut(go, folder, qtbot), "edin", EDIN)
    qtbot.wait(300)
    assert asked(way) is None
    with way.books.db.read() as session:
        assert unfinished.own(session) == []


def test_nothing_of_it_lies_unencrypted_on_the_disk(go, folder, qtbot):
    after = typed_and_cut(go, folder, qtbot)
    words = [word.encode() for word in ("Dženana", "Čaušević", "VolunteerForm")]
    for file in after.rglob("*"):
        assert not file.is_file() or not any(word in file.read_bytes() for word in words)
    assert (after / FILE).exists()


def test_thrown_away_after_a_question_it_is_gone(go, folder, qtbot):
    way = go(typed_and_cut(go, folder, qtbot), "amra", AMRA)
    qtbot.waitUntil(lambda: asked(way) is not None)
    press(asked(way), "throw_away_0")
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox))
    next(b for b in box.buttons() if b.objectName() == "confirm").click()
    qtbot.waitUntil(lambda: asked(way) is None)
    with way.books.db.read() as session:
        assert unfinished.own(session) == []


def test_put_off_it_is_asked_again_the_next_time(go, folder, qtbot):
    way = go(typed_and_cut(go, folder, qtbot), "amra", AMRA)
    qtbot.waitUntil(lambda: asked(way) is not None)
    press(asked(way), "later")
    with way.books.db.read() as session:
        assert len(unfinished.own(session)) == 1


def test_a_power_cut_without_a_lock_costs_what_was_typed_since_the_last_look(go, folder, qtbot):
    way = go(folder, "amra", AMRA)
    form = type_one(way)
    form.keeping.look()
    qtbot.waitUntil(lambda: form.keeping.is_safe)
    form.note.setPlainText("typed since")
    after = copied(folder)
    die(way, form)
    way = go(after, "amra", AMRA)
    qtbot.waitUntil(lambda: asked(way) is not None)
    with way.books.db.read() as session:
        (left,) = unfinished.own(session)
    assert "Dženana" in left.text and "typed since" not in left.text


def test_somebody_else_comes_and_it_waits_for_who_typed_it(go, folder, qtbot):
    way = go(folder, "amra", AMRA)
    before = way.main
    type_one(way)
    locked(way, qtbot)
    sign_in(way, qtbot, "edin", EDIN)
    qtbot.waitUntil(lambda: way.main is not before, timeout=10_000)
    qtbot.wait(300)
    assert asked(way) is None
    locked(way, qtbot)
    edins = way.main
    sign_in(way, qtbot, "amra", AMRA)
    qtbot.waitUntil(lambda: way.main is not edins, timeout=10_000)
    qtbot.waitUntil(lambda: asked(way) is not None)


def test_who_comes_back_finds_the_form_and_is_asked_nothing(go, folder, qtbot):
    way = go(folder, "amra", AMRA)
    form = type_one(way)
    locked(way, qtbot)
    sign_in(way, qtbot, "amra", AMRA)
    qtbot.waitUntil(lambda: way.locking.window is None, timeout=10_000)
    qtbot.wait(100)
    assert form.isVisible() and form.first_name.value == "Dženana"
    assert asked(way) is None
    form.accept()
    with way.books.db.read() as session:
        assert unfinished.own(session) == []


def test_what_cannot_be_kept_is_asked_about_before_it_is_lost(go, folder, qtbot, monkeypatch):
    way = go(folder, "amra", AMRA)
    type_one(way)

    def full(*_args: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(unfinished, "keep", full)
    locked(way, qtbot)
    assert way.books.db.is_locked
    said = []

    def answer(box: QMessageBox) -> None:
        said.append(box.text())
        box.reject()

    when_asked(answer)
    sign_in(way, qtbot, "edin", EDIN)
    qtbot.waitUntil(lambda: said != [], timeout=10_000)
    assert "amra has entries here that are not saved" in said[0]


def test_what_no_form_of_this_program_reads_is_dropped_without_a_word(go, folder, qtbot):
    way = go(folder, "amra", AMRA)
    db = way.books.db
    with db.write() as session:
        unfinished.keep(session, "a", "FormOfLongAgo", None, "{}")
        unfinished.keep(session, "b", "VolunteerForm", None, "no JSON")
    from ui.entrance import unfinished as entrance

    entrance.offer(way.main)
    assert asked(way) is None
    with db.read() as session:
        assert unfinished.own(session) == []
