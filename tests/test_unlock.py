"""The unlock window opens for the right password only, and says what may make it look wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from windows import in_front

import translations
from models.safe import attempts, keys, paperkeys
from models.safe.founding import PRACTICE_COST
from ui.entrance.paper_unlock import PaperUnlockForm
from ui.entrance.unlock import Unlock, Unlocked

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "sedam zutih kisobrana"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "branch"


@pytest.fixture
def key(folder: Path) -> bytes:
    made = keys.create(folder, "Amra", PASSWORD, cost=PRACTICE_COST)
    keys.add_user(folder, made, "Ivo", "cetiri crna automobila", cost=PRACTICE_COST)
    return made


@pytest.fixture
def window(folder: Path, key: bytes, qtbot: QtBot) -> Unlock:
    return opened(folder, qtbot)


def opened(folder: Path, qtbot: QtBot) -> Unlock:
    made = in_front(Unlock(folder), qtbot)
    qtbot.waitUntil(lambda: made.user.count() > 0 or not made.user.isEnabled())
    return made


def type_password(window: Unlock, qtbot: QtBot, text: str) -> None:
    window.password.clear()
    qtbot.keyClicks(window.password.line, text)
    qtbot.keyClick(window.password.line, Qt.Key.Key_Return)
    qtbot.waitUntil(window.user.isEnabled)


def test_after_a_wrong_password_it_says_who_helps_as_far_as_it_is_true(window, folder, key, qtbot):
    type_password(window, qtbot, "nije to")
    assert window.problem.text().endswith("can give you a new password.")
    paperkeys.make(folder, key)
    papers = opened(folder, qtbot)
    type_password(papers, qtbot, "nije to")
    assert papers.problem.text().endswith("a new password; a paper key helps too.")
    keys.remove_user(folder, "Ivo")
    alone = opened(folder, qtbot)
    type_password(alone, qtbot, "nije to")
    assert alone.problem.text().endswith("\nA paper key opens the books too.")


def test_where_nobody_can_help_nothing_is_promised(tmp_path, qtbot):
    keys.create(tmp_path / "alone", "Amra", PASSWORD, cost=PRACTICE_COST)
    window = opened(tmp_path / "alone", qtbot)
    type_password(window, qtbot, "nije to")
    assert window.problem.text() == "Wrong user name or password."


def test_the_right_password_opens_and_the_key_is_handed_on(window, key, folder, qtbot):
    with qtbot.waitSignal(window.unlocked) as heard:
        qtbot.keyClicks(window.password.line, PASSWORD)
        qtbot.mouseClick(window.enter, Qt.MouseButton.LeftButton)
    assert heard.args == [Unlocked(folder, "Amra", key)]
    assert window.password.value == ""


def test_another_user_is_chosen_from_the_list(window, qtbot):
    qtbot.keyClicks(window.user, "I")
    with qtbot.waitSignal(window.unlocked) as heard:
        window.password.line.setFocus()
        qtbot.keyClicks(window.password.line, "cetiri crna automobila")
        qtbot.keyClick(window.password.line, Qt.Key.Key_Return)
    assert heard.args[0].login == "Ivo"


def test_a_wrong_password_is_said_and_can_be_typed_again(window, qtbot):
    type_password(window, qtbot, "nije to")
    assert window.problem.text().startswith("Wrong user name or password.")
    assert window.password.line.hasFocus()
    assert window.password.line.selectedText() == "nije to"
    with qtbot.waitSignal(window.unlocked):
        qtbot.keyClicks(window.password.line, PASSWORD)
        qtbot.mouseClick(window.enter, Qt.MouseButton.LeftButton)


def test_after_five_wrong_ones_a_wait_is_counted_down(window, folder, qtbot, monkeypatch):
    monkeypatch.setattr(attempts, "FIRST_WAIT", 2)
    for _try in range(6):
        type_password(window, qtbot, "x")
    assert window.problem.text() == attempts.TooManyTries(seconds=2).text()
    assert not window.enter.isEnabled()
    qtbot.waitUntil(lambda: window.wait.seconds == 1, timeout=3000)
    assert window.problem.text().endswith("Seconds left: 1.")
    qtbot.waitUntil(window.enter.isEnabled, timeout=3000)
    assert window.problem.isHidden()


def test_the_window_lives_while_the_key_is_derived(folder, qtbot):
    keys.create(folder, "Amra", PASSWORD, cost=keys.Cost(64 * 1024, 6, 4))
    window = opened(folder, qtbot)
    qtbot.keyClicks(window.password.line, PASSWORD)
    with qtbot.waitSignal(window.unlocked, timeout=20_000):
        qtbot.keyClick(window.password.line, Qt.Key.Key_Return)
        assert window.enter.text() == "Opening…"
        window.look_around.setText("The window answers")


def test_the_password_is_hidden_until_asked(window, qtbot):
    assert window.password.line.echoMode() is QLineEdit.EchoMode.Password
    qtbot.mouseClick(window.password.show_box, Qt.MouseButton.LeftButton)
    assert window.password.line.echoMode() is QLineEdit.EchoMode.Normal


def test_caps_lock_is_noticed_from_what_is_typed(window, qtbot):
    press = QEvent.Type.KeyPress
    capital = QKeyEvent(press, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "A")
    QApplication.sendEvent(window.password.line, capital)
    assert window.password.hint.text() == "Caps Lock is on."
    assert window.password.hint.isVisible()
    shifted = QKeyEvent(press, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier, "B")
    QApplication.sendEvent(window.password.line, shifted)
    assert not window.password.hint.isVisible()


def test_cyrillic_letters_are_noticed(window, qtbot):
    for sign in "лоз":
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        QApplication.sendEvent(window.password.line, event)
    assert window.password.hint.text().startswith("You are typing Cyrillic letters.")


def test_the_language_is_switched_live(window, qtbot):
    window.language.setFocus()
    qtbot.keyClick(window.language, Qt.Key.Key_Home)
    assert translations.current().code == "bs"
    assert window.heading.text() == translations.language("bs").gettext("Sign in")


def test_a_missing_key_file_is_said_and_nothing_can_be_typed(tmp_path, qtbot):
    window = opened(tmp_path, qtbot)
    assert "The key file keys.json is missing" in window.problem.text()
    assert not window.enter.isEnabled()


def test_the_practice_branch_is_one_click_away(window, qtbot):
    with qtbot.waitSignal(window.practice):
        qtbot.mouseClick(window.look_around, Qt.MouseButton.LeftButton)


def test_tab_walks_from_the_user_to_the_password_and_the_button(window, qtbot):
    walked = []
    window.language.setFocus()
    for _step in range(7):
        walked.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert walked == [
        "language", "user", "password", "password_shown", "sign_in", "use_paper", "practice",
    ]  # fmt: skip


def test_nothing_heavy_is_loaded_before_the_window_is_shown():
    program = "import sys, ui.entrance.unlock; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"sqlalchemy", "alembic", "reportlab", "openpyxl", "pikepdf", "sqlcipher3", "argon2"}
    assert not heavy & set(answer.stdout.split())


def test_the_form_for_a_paper_key_counts_down_too(folder, key, qtbot):
    (printed, _second) = paperkeys.make(folder, key)

    def opens(*_typed: str) -> bytes:
        raise attempts.TooManyTries(seconds=2)

    form = in_front(PaperUnlockForm(["Amra"], opens, None), qtbot)
    form.paper_key.setText(printed)
    for field in (form.fresh.first, form.fresh.second):
        field.line.setText(PASSWORD)
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: form.problem.text().endswith("Seconds left: 1."))
    assert not form.save_button.isEnabled()
    qtbot.waitUntil(form.save_button.isEnabled)
    assert form.problem.isHidden()
