"""The first run leads from the language to a branch that opens, and loses nothing on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from things import as_program
from windows import in_front

import translations
from models.database import Database
from models.goods import places
from models.office import branch, users
from models.office.branch import Level
from models.safe import folders, founding, keys
from models.safe.founding import PRACTICE_COST
from ui import work
from ui.entrance.first_run import FirstRun
from ui.entrance.unlock import Unlocked
from ui.office import logo

PASSWORD = "sedam zutih kisobrana"


@pytest.fixture(autouse=True)
def _a_light_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def window(folder: Path, qtbot: QtBot) -> FirstRun:
    def found(plan: founding.Plan, progress: work.Progress) -> Unlocked:
        return Unlocked(folder, plan.login, founding.found(folder, plan, progress))

    return in_front(FirstRun(folder, found), qtbot)


def press(qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(QApplication.focusWidget(), key)


def write(qtbot: QtBot, text: str) -> None:
    qtbot.keyClicks(QApplication.focusWidget(), text)


def to_branch(window: FirstRun, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)


def to_names(window: FirstRun, qtbot: QtBot, unit: str = "biha") -> None:
    to_branch(window, qtbot)
    qtbot.keyClicks(window.branch.units.search, unit)
    qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)


def to_account(window: FirstRun, qtbot: QtBot) -> None:
    to_names(window, qtbot)
    for _step in range(2):
        qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)


def test_by_keyboard_alone_from_the_language_to_a_branch_that_opens(window, folder, qtbot):
    press(qtbot, Qt.Key.Key_Return)  # the language stays English
    write(qtbot, "bihac")
    press(qtbot, Qt.Key.Key_Return)
    press(qtbot, Qt.Key.Key_Return)  # the names are as suggested
    for _line in range(2):  # from the address to the secretary
        press(qtbot, Qt.Key.Key_Tab)
    write(qtbot, "Amra Hodzic")
    press(qtbot, Qt.Key.Key_Return)
    write(qtbot, PASSWORD)
    press(qtbot, Qt.Key.Key_Tab)
    write(qtbot, PASSWORD)
    with qtbot.waitSignal(window.founded, timeout=20_000) as heard:
        press(qtbot, Qt.Key.Key_Return)
    (found,) = heard.args
    assert found == Unlocked(folder, "amra", keys.unlock(folder, "amra", PASSWORD))
    db = as_program(Database.open(folder, found.key))
    with db.read() as session:
        head = branch.letterhead(session)
        assert (head.name, head.town) == ("Red Cross of the City of Bihać", "Bihać")
        assert [row.name for row in places.overview(session)] == ["Main warehouse"]
        assert users.find(session, "amra").name == "Amra Hodzic"
    db.close()


def test_tab_goes_through_the_account_as_the_eye_does(window, qtbot):
    to_account(window, qtbot)
    order = []
    for _field in range(7):
        order.append(QApplication.focusWidget().objectName())
        press(qtbot, Qt.Key.Key_Tab)
    shown = ["new_password", "repeated_password", "new_password_shown"]
    assert order == ["person", "login", *shown, "back", "next"]


def test_what_is_missing_is_where_the_keyboard_goes(window, qtbot):
    to_account(window, qtbot)
    write(qtbot, "Amra Hodzic")
    window.next.click()  # no password yet
    assert QApplication.focusWidget() is window.account.password.first.line
    write(qtbot, PASSWORD)
    window.next.click()  # not typed twice
    assert QApplication.focusWidget() is window.account.password.second.line


def test_the_language_is_switched_live(window, qtbot):
    qtbot.mouseClick(window.language.buttons["hr"], Qt.MouseButton.LeftButton)
    assert translations.current().code == "hr"
    assert window.next.text() == translations.language("hr").gettext("Next")


def test_nobody_goes_on_without_a_municipality(window, qtbot):
    to_branch(window, qtbot)
    qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)
    assert window.step is window.branch
    assert window.problem.text().startswith("Choose the municipality")


def test_a_refusal_is_over_when_what_was_missing_is_there(window, qtbot):
    to_branch(window, qtbot)
    press(qtbot, Qt.Key.Key_Return)
    assert window.problem.text()
    write(qtbot, "biha")
    assert window.problem.text() == "" and window.step is window.branch


@pytest.mark.parametrize("typed", ["Teslić", "teslic", "Теслић"])
def test_a_municipality_is_found_in_either_script(window, qtbot, typed):
    to_branch(window, qtbot)
    window.branch.units.search.setText(typed)
    assert window.branch.units.seat.latin == "Teslić"
    said = [label.text() for label in window.branch.units.facts.findChildren(type(window.title))]
    assert "Red Cross of Republika Srpska" in said


def test_only_in_the_federation_more_can_be_ticked(window, qtbot):
    to_branch(window, qtbot)
    units = window.branch.units
    qtbot.keyClicks(units.search, "biha")
    cazin = next(
        units.also.item(at)
        for at in range(units.also.count())
        if units.also.item(at).text() == "Cazin"
    )
    cazin.setCheckState(Qt.CheckState.Checked)
    assert [unit.latin for unit in units.value] == ["Bihać", "Cazin"]
    assert units.also.verticalScrollBar().maximum() == 0  # the card around it scrolls
    units.also.setCurrentRow(units.also.count() - 1)
    last = units.also.visualItemRect(units.also.currentItem()).center()
    assert (
        units.area.viewport()
        .rect()
        .contains(units.also.viewport().mapTo(units.area.viewport(), last))
    )
    units.search.setText("Banja Luka")
    assert not units.also.isVisible()
    assert [unit.latin for unit in units.value] == ["Banja Luka"]


def test_names_are_suggested_and_stay_as_they_were_written(window, qtbot):
    to_names(window, qtbot)
    line = window.names.names.lines[Level.BRANCH]["hr"]
    line.setText("Crveni križ Bihać")
    qtbot.mouseClick(window.back, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)
    assert line.text() == "Crveni križ Bihać"


def test_another_municipality_brings_other_names_and_fewer_levels(window, qtbot):
    to_names(window, qtbot)
    qtbot.mouseClick(window.back, Qt.MouseButton.LeftButton)
    window.branch.units.search.setText("Teslić")
    qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)
    assert Level.CANTON not in window.names.names.value
    assert "Teslić" in window.names.names.value[Level.BRANCH]["bs"]
    assert window.letterhead.fields.town.value == "Teslić"


def test_an_organization_without_any_name_is_named(window, qtbot):
    to_names(window, qtbot)
    for line in window.names.names.lines[Level.CANTON].values():
        line.clear()
    qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)
    assert window.problem.text() == "Write at least one name for: Cantonal organization."


def test_the_strength_of_the_password_is_shown_with_advice(window, qtbot):
    to_account(window, qtbot)
    window.account.person.setText("Amra Hodžić")
    password = window.account.password
    qtbot.keyClicks(password.first.line, "AmraBihac2024")
    assert password.advice.text().endswith(
        "Leave out your name, the town and the name of the branch."
    )
    password.first.line.setText(PASSWORD)
    assert password.advice.text() == "Strength: very good. This is a good password."


def test_a_weak_or_differing_password_is_refused(window, qtbot):
    to_account(window, qtbot)
    window.account.person.setText("Amra")
    window.go_on()
    assert window.problem.text() == "Type a password."
    window.account.password.first.line.setText("lozinka")
    window.go_on()
    assert window.problem.text().startswith("This password is too easy to guess.")
    window.account.password.first.line.setText(PASSWORD)
    window.go_on()
    assert window.problem.text() == "The two passwords differ. Type the same one twice."
    window.account.password.second.line.setText(PASSWORD[:3])
    assert window.problem.text() == ""


def test_an_old_refusal_is_gone_while_the_branch_is_set_up(window, qtbot):
    to_account(window, qtbot)
    window.account.person.setText("Amra")
    window.account.password.first.line.setText("lozinka")
    window.go_on()
    for line in (window.account.password.first.line, window.account.password.second.line):
        line.setText(PASSWORD)
    with qtbot.waitSignal(window.founded, timeout=20_000):
        qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)
        assert window.problem.text() == ""


def test_looking_around_first_is_asked_for(window, qtbot):
    with qtbot.waitSignal(window.practice):
        qtbot.mouseClick(window.language.look_around, Qt.MouseButton.LeftButton)


def test_what_stands_in_the_way_is_one_sentence_and_nothing_is_lost(window, folder, qtbot):
    folder.write_text("a file where the folder should be")
    to_account(window, qtbot)
    window.account.person.setText("Amra")
    for field in (window.account.password.first, window.account.password.second):
        field.line.setText(PASSWORD)
    qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.next.isEnabled, timeout=20_000)
    assert window.problem.text() == f"{folder} is a file, not a folder. Choose a folder."
    assert window.account.password.value == PASSWORD


def test_a_full_disk_leaves_no_half_branch(window, folder, qtbot, tmp_path):
    resource = pytest.importorskip("resource")
    to_account(window, qtbot)
    window.account.person.setText("Amra")
    for field in (window.account.password.first, window.account.password.second):
        field.line.setText(PASSWORD)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))  # no file may grow further
    try:
        qtbot.mouseClick(window.next, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(window.next.isEnabled, timeout=20_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert window.problem.text()
    assert not folders.is_set_up(folder)
    assert not (folder / folders.BEGUN).exists()


def test_cancel_leaves_nothing_behind(window, folder, qtbot):
    to_account(window, qtbot)
    window.account.person.setText("Amra")
    for field in (window.account.password.first, window.account.password.second):
        field.line.setText(PASSWORD)
    window.go_on()
    window.findChild(work.Work).cancel()
    qtbot.waitUntil(window.next.isEnabled, timeout=20_000)
    assert not folders.is_set_up(folder)
    assert window.step is window.account


def picture(tmp_path: Path, name: str, side: int = 64) -> Path:
    drawn = QImage(side, side, QImage.Format.Format_ARGB32)
    drawn.fill(QColor("transparent"))
    drawn.setText("Author", "Amra Hodžić")
    drawn.save(str(tmp_path / name))
    return tmp_path / name


@pytest.mark.parametrize("name", ["logo.png", "logo.jpg"])
def test_a_logo_is_drawn_anew_without_what_the_file_said_of_its_author(tmp_path, name, qapp):
    data = picture(tmp_path, name).read_bytes()
    assert logo.problem(data) == ""
    made = logo.cleaned(data)
    assert made.startswith(b"\x89PNG") and b"Amra" not in made and b"Author" not in made


def test_what_is_not_a_picture_is_refused_in_a_sentence(tmp_path, window, qtbot):
    field = window.letterhead.fields.logo
    (tmp_path / "letter.png").write_text("<svg onload='x'/>")
    field.take(tmp_path / "letter.png")
    assert field.picture.text() == "This is not a PNG or JPEG picture. Choose another file."
    (tmp_path / "large.png").write_bytes(b"\x89PNG" + bytes(logo.LARGEST))
    field.take(tmp_path / "large.png")
    assert field.picture.text().startswith("The file is larger than 1 MB.")
    assert field.value is None


def test_a_huge_picture_in_a_small_file_is_refused(tmp_path, qapp):
    wide = picture(tmp_path, "wide.png", side=4001).read_bytes()
    assert logo.problem(wide).startswith("The picture is larger than")


def test_a_large_logo_is_made_smaller(tmp_path, qapp):
    made = QImage.fromData(logo.cleaned(picture(tmp_path, "logo.png", side=2000).read_bytes()))
    assert (made.width(), made.height()) == (450, 450)


def test_the_practice_branch_is_made_once_and_opened_again(tmp_path, monkeypatch):
    from ui.entrance import books

    monkeypatch.setattr(founding, "MONTHS", 0)
    monkeypatch.setattr(founding, "PER_MONTH", 3)
    first = books.practice(tmp_path, lambda done=0, total=0: None)
    assert books.practice(tmp_path, lambda done=0, total=0: None) == first
    assert first[0] == tmp_path / "practice"
