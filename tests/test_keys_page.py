"""The keys page: paper keys made and typed back, a PIN, a leaving user, a new key after a theft."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from windows import in_front

from models.database import Database
from models.office import branch, pins, territory, users
from models.office.branch import Details
from models.roles import Role
from models.safe import founding, keys, paperkeys, renewal
from models.safe.founding import PRACTICE_COST, Plan
from ui.office.keys import KeysPage, PinForm, RenewForm, UserPasswordForm
from ui.office.paper_keys import NewPaperKeysForm, PaperKeysForm
from ui.papers.paper import PaperDialog

PASSWORD = "sedam zutih kisobrana"
OTHER = "osam plavih tramvaja"
FRESH = "devet crvenih vagona"


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Amra, who looks after the users, has signed in; Edin works at the desk."""
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    unit = territory.find("BA-BIH/01/Bihać")
    plan = Plan(
        [unit], branch.suggest(unit), Details(town="Bihać"), "bs", "Store", "Amra", "amra", PASSWORD
    )
    key = founding.found(tmp_path, plan)
    db = Database.open(tmp_path, key)
    users.sign_in(db, "amra")
    with db.write() as session:
        users.add(session, "edin", "Edin", [Role.DESK])
    keys.add_user(tmp_path, key, "edin", OTHER)
    yield db
    db.close()


@pytest.fixture
def page(books: Database, qtbot: QtBot) -> KeysPage:
    return in_front(KeysPage(books), qtbot)


def press(page: KeysPage, name: str, *steps: tuple[type, Callable[[Any], Any]]) -> None:
    """Press a button of the page; each dialog that comes up is answered by its step."""
    left = list(steps)

    def look() -> None:
        window = QApplication.activeModalWidget()
        if left and isinstance(window, left[0][0]):
            left.pop(0)[1](window)
        if left:
            timer.start(20)

    timer = QTimer(page, singleShot=True)
    timer.timeout.connect(look)
    timer.start(20)
    button = page.findChild(QPushButton, name)
    assert button is not None
    button.click()
    assert left == []


def fill(qtbot: QtBot, form: Any, own: str = "", fresh: str = "") -> None:
    if own:
        qtbot.keyClicks(form.own.line, own)
    if fresh:
        for field in (form.fresh.first, form.fresh.second):
            qtbot.keyClicks(field.line, fresh)


def save(qtbot: QtBot, form: Any) -> None:
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)


def test_paper_keys_are_made_and_count_when_both_were_typed_back(page, books, qtbot):
    assert page.state.text() == "There are no paper keys yet. Make them now."

    def make(form: NewPaperKeysForm) -> None:
        fill(qtbot, form, own=PASSWORD)
        save(qtbot, form)

    def type_back(form: PaperKeysForm) -> None:
        first, second = form.made
        qtbot.keyClicks(form.typed[0], first.lower())
        qtbot.keyClicks(form.typed[1], first)
        save(qtbot, form)
        assert form.problem.text().startswith("Both lines hold the same paper key.")
        form.typed[1].clear()
        qtbot.keyClicks(form.typed[1], second.replace(" ", "-"))
        save(qtbot, form)

    press(page, "new_papers", (NewPaperKeysForm, make), (PaperKeysForm, type_back))
    assert paperkeys.are_proved(books.folder)
    assert page.state.text().endswith(": printed and typed back.")


def test_a_paper_key_is_printed_from_memory_and_cannot_be_saved(page, books, qtbot):
    def make(form: NewPaperKeysForm) -> None:
        fill(qtbot, form, own=PASSWORD)
        save(qtbot, form)

    def see(dialog: PaperDialog) -> None:
        qtbot.waitUntil(lambda: bool(dialog.pdf), timeout=10_000)
        assert dialog.print_button.isVisible()
        assert not dialog.save_button.isVisible()
        dialog.reject()

    def show(form: PaperKeysForm) -> None:
        QTimer.singleShot(0, form.prints[0].click)

    def close(form: PaperKeysForm) -> None:
        form.reject()
        assert form.made == ()

    steps = ((NewPaperKeysForm, make), (PaperKeysForm, show), (PaperDialog, see))
    press(page, "new_papers", *steps, (PaperKeysForm, close))
    assert not paperkeys.are_proved(books.folder)
    assert not [path for path in books.folder.rglob("*") if b"%PDF" in path.read_bytes()]


def test_the_keyboard_begins_where_the_first_paper_key_is_shown(page, books, qtbot):
    def make(form: NewPaperKeysForm) -> None:
        fill(qtbot, form, own=PASSWORD)
        save(qtbot, form)

    def look(form: PaperKeysForm) -> None:
        began.append(form.focusWidget() is form.prints[0])
        form.reject()

    began: list[bool] = []
    press(page, "new_papers", (NewPaperKeysForm, make), (PaperKeysForm, look))
    assert began == [True]


def test_tab_goes_through_the_verbs_before_what_stands_below_them(page, qtbot):
    page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    page.setFocus()
    for part in (*(action.button for action in page.verbs), page.minutes):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert part.hasFocus(), part.accessibleName()


def test_a_wrong_own_password_makes_no_paper_keys(page, books, qtbot):
    def make(form: NewPaperKeysForm) -> None:
        fill(qtbot, form, own="wrong")
        verb = form.save_button.text()
        save(qtbot, form)
        assert form.save_button.text() == "One moment…"
        qtbot.keyClick(form, Qt.Key.Key_Escape)
        assert form.isVisible()
        qtbot.waitUntil(form.problem.isVisible)
        assert form.problem.text() == "That is not your password. Type it again."
        assert form.save_button.text() == verb
        form.done(0)

    press(page, "new_papers", (NewPaperKeysForm, make))
    assert paperkeys.known(books.folder) == []


def test_a_forgotten_password_is_set_anew(page, books, qtbot):
    def give(form: UserPasswordForm) -> None:
        form.user.set_value("edin")
        fill(qtbot, form, PASSWORD, FRESH)
        save(qtbot, form)

    press(page, "give_password", (UserPasswordForm, give))
    assert keys.verify(books.folder, "edin", FRESH)


def test_access_is_taken_away_in_one_place_among_the_users(page):
    assert "revoke" not in [verb.button.objectName() for verb in page.verbs]


def test_after_a_theft_the_books_get_a_new_key_and_the_window_goes_on(page, books, qtbot):
    made: list[str] = []

    def renew(form: RenewForm) -> None:
        fill(qtbot, form, PASSWORD, FRESH)
        qtbot.keyClicks(form.others["edin"].line, "lozinka")
        save(qtbot, form)
        assert form.problem.text().startswith("This password is too easy to guess.")
        form.others["edin"].clear()
        qtbot.keyClicks(form.others["edin"].line, "deset sivih golubova")
        save(qtbot, form)

    def papers(form: PaperKeysForm) -> None:
        made.extend(form.made)
        form.reject()

    press(page, "renew", (RenewForm, renew), (PaperKeysForm, papers))
    folder = books.folder
    key = keys.unlock(folder, "amra", FRESH)
    assert not keys.verify(folder, "amra", PASSWORD)
    assert keys.unlock(folder, "edin", "deset sivih golubova") == key
    assert paperkeys.unlock(folder, made[0]) == key
    with books.read() as session:
        assert [row.login for row in users.overview(session)] == ["amra", "edin"]
    for what in ("there is a new key", "under the new key", "destroy", "Record the breach"):
        assert what in page.left_to_do.text()
    assert "a new password" not in page.left_to_do.text()


def test_what_is_left_after_a_theft_is_shown_until_it_is_done_whoever_opens_the_books(
    page, books, qtbot
):
    papers = renewal.renew_open(books, books.key, {"amra": FRESH})
    again = in_front(KeysPage(books), qtbot)
    assert "Type the new paper keys back" in again.left_to_do.text()
    assert "Give a new password to whoever got none" in again.left_to_do.text()
    for paper in papers:
        paperkeys.prove(books.folder, paper)
    again.reload()
    assert "paper keys" not in again.left_to_do.text()


def test_what_is_left_after_a_theft_is_not_shown_to_the_desk(books, qtbot):
    renewal.renew_open(books, books.key, {"amra": FRESH, "edin": "deset sivih golubova"})
    users.sign_in(books, "edin")
    assert in_front(KeysPage(books), qtbot).left_to_do.text() == ""


def test_a_refused_renewal_leaves_everything_open_as_it_was(page, books, qtbot):
    def renew(form: RenewForm) -> None:
        fill(qtbot, form, "wrong", FRESH)
        save(qtbot, form)
        qtbot.waitUntil(form.problem.isVisible)
        form.done(0)

    press(page, "renew", (RenewForm, renew))
    assert not books.is_locked
    assert keys.verify(books.folder, "amra", PASSWORD)
    assert page.left_to_do.text() == ""


def test_the_desk_chooses_a_pin_and_nothing_else(books, qtbot):
    users.sign_in(books, "edin")
    page = in_front(KeysPage(books), qtbot)
    assert page.findChild(QPushButton, "renew") is None
    assert not page.papers.isVisible()

    def choose(form: PinForm) -> None:
        for own, pin, said in (
            ("", "8305", "Fill in: Your own password."),
            (OTHER, "1234", "This PIN is guessed first."),
            (PASSWORD, "8305", "That is not your password. Type it again."),
        ):
            type_in(form, own, pin)
            qtbot.waitUntil(lambda said=said: form.problem.text().startswith(said))
        assert form.focusWidget() is form.own.line
        type_in(form, OTHER, "8305")
        qtbot.waitUntil(lambda: not form.isVisible())

    def type_in(form: PinForm, own: str, pin: str) -> None:
        for field, typed in ((form.own.line, own), (form.pin, pin), (form.again, pin)):
            field.clear()
            qtbot.keyClicks(field, typed)
        qtbot.waitUntil(form.save_button.isEnabled)
        save(qtbot, form)

    press(page, "own_pin", (PinForm, choose))
    assert page.pin_state.text() == "You have a PIN."
    assert pins.known(books) == ["edin"]
    qtbot.mouseClick(page.findChild(QPushButton, "drop_pin"), Qt.MouseButton.LeftButton)
    assert pins.known(books) == []
