"""A locked program shows nothing and forgets the key; what was typed is there again afterwards."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from things import as_program
from windows import bring_to_front, keep_few_pages_and_light_keys

from models import bookfile, turn
from models.checks import RecordCut
from models.database import BooksInTrouble, Database
from models.goods import places
from models.office import branch, pins, territory, users
from models.office.branch import Details
from models.roles import Role
from models.safe import backups, contents, founding, keeping, keys, paperkeys
from models.safe.founding import Plan
from ui import curtain, messages, remembered, work
from ui.entrance import idle
from ui.entrance.locking import enter_again
from ui.entrance.paper_unlock import PaperUnlockForm
from ui.entrance.unlock import Unlock, Unlocked
from ui.entrance.way import Way
from ui.form import Form
from ui.office.keys import KeysPage
from ui.office.places import PlaceForm
from ui.window import MainWindow

PASSWORD = "sedam zutih kisobrana"
OTHER = "osam plavih tramvaja"
FRESH = "devet crvenih vagona"


@pytest.fixture(autouse=True)
def _few_pages_and_light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_few_pages_and_light_keys(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A branch with Amra, who looks after it, and Edin at the desk with a PIN."""
    unit = territory.find("BA-BIH/01/Bihać")
    names = branch.suggest(unit)
    plan = Plan([unit], names, Details(), "bs", "Main store", "Amra Hodžić", "Amra", PASSWORD)
    folder = tmp_path / "data"
    key = founding.found(folder, plan)
    db = as_program(Database.open(folder, key))
    with db.write() as session:
        users.add(session, "edin", "Edin", [Role.DESK, Role.WAREHOUSE])
    users.sign_in(db, "edin")
    with db.write() as session:
        pins.choose(session, "8305")
    keys.add_user(folder, key, "edin", OTHER)
    db.close()
    return folder


@pytest.fixture
def way(folder: Path, qtbot: QtBot) -> Iterator[Way]:
    """Amra works."""
    begun = Way(folder)
    begun.begin(None, "amra", PASSWORD)
    qtbot.waitExposed(begun.window)
    yield begun
    window = begun.window
    begun.end()
    window.close()
    shiboken6.delete(window)


def seen() -> list[QWidget]:
    return [window for window in QApplication.topLevelWidgets() if window.isVisible()]


def texts(window: QWidget) -> str:
    """Every text that stands in the window, its title included."""
    found = [window.windowTitle()]
    for child in window.findChildren(QWidget):
        for name in ("text", "currentText", "toPlainText", "placeholderText"):
            if child.isVisibleTo(window) and hasattr(child, name):
                found.append(str(getattr(child, name)()))
    return "\n".join(found)


def locked(way: Way, qtbot: QtBot) -> Unlock:
    way.locking.lock()
    qtbot.waitUntil(lambda: way.locking.window.user.count() > 0)
    return way.locking.window


def sign_in(way: Way, qtbot: QtBot, login: str, password: str) -> None:
    window = way.locking.window
    qtbot.waitUntil(lambda: window.user.count() > 0)
    known = {keys.canonical(name): name for name in keys.logins(way.folder)}
    window.user.set_value(known[login])
    window.password.clear()
    qtbot.keyClicks(window.password.line, password)
    qtbot.keyClick(window.password.line, Qt.Key.Key_Return)


def unlocked(way: Way, qtbot: QtBot, login: str = "amra", password: str = PASSWORD) -> None:
    sign_in(way, qtbot, login, password)
    qtbot.waitUntil(lambda: way.locking.window is None, timeout=10_000)


NOT_YET = object()
PATIENCE = 20  # seconds for all steps


def later(qtbot: QtBot, *steps: Callable[[], Any]) -> list[BaseException]:
    """Do the steps one after the other while a dialog is being waited for.

    A step that gives NOT_YET is done again: to wait in it would hold up the loop of a box that
    is open below.
    """
    problems: list[BaseException] = []
    until = time.monotonic() + PATIENCE

    def do(rest: tuple[Callable[[], Any], ...]) -> None:
        if not rest:
            return
        try:
            is_done = rest[0]() is not NOT_YET
            assert is_done or time.monotonic() < until, "it never came"
        except BaseException as problem:
            problems.append(problem)
            for window in QApplication.topLevelWidgets():
                if isinstance(window, Form):
                    window.done(0)
            return
        QTimer.singleShot(50, lambda: do(rest[is_done:]))

    QTimer.singleShot(50, lambda: do(steps))
    return problems


def when_asked(answer: Callable[[QMessageBox], Any]) -> None:
    """Answer the question as soon as it is there."""
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        answer(box)
    else:
        QTimer.singleShot(20, lambda: when_asked(answer))


def form() -> PlaceForm:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, PlaceForm))


def test_a_locked_program_shows_one_window_and_nothing_of_the_branch(way, qtbot):
    assert "Bihać" in texts(way.main)
    window = locked(way, qtbot)
    assert seen() == [window]
    off = window.geometry().center() - window.screen().availableGeometry().center()
    assert off.manhattanLength() < 10  # pixels: half a frame
    assert not window.language.isVisible()
    shown = texts(window)
    assert "The program is locked" in shown
    for word in ("Bihać", "Main store", "Hodžić"):
        assert word not in shown
    assert way.books.db.is_locked


def test_what_was_entered_is_in_a_backup_although_the_day_ends_with_the_lock(way, qtbot):
    with way.books.db.write() as session:
        places.add(session, "Side store")
    done = contents.of(way.books.db)
    locked(way, qtbot)
    assert way.books.db.is_locked
    kept = keeping.place(way.folder, keeping.read(way.folder))
    qtbot.waitUntil(lambda: backups.overview(kept) != [], timeout=10_000)
    assert backups.overview(kept)[0].contents.acts >= done.acts
    unlocked(way, qtbot)
    qtbot.waitUntil(lambda: way.main.navigation.footer.text().count("Backup: today") == 1)


def test_what_is_typed_on_a_page_is_kept_while_it_still_can_be(way, qtbot):
    locks: list[bool] = []
    way.main.page.keep = lambda: locks.append(way.books.db.is_locked)
    locked(way, qtbot)
    assert locks == [False]


def test_a_page_that_cannot_keep_what_is_typed_does_not_hold_the_lock_up(way, qtbot):
    def full() -> None:
        raise OSError("no room")

    way.main.page.keep = full
    window = locked(way, qtbot)
    assert seen() == [window] and way.books.db.is_locked


def test_nothing_that_opens_while_it_is_locked_is_seen(way, qtbot):
    window = locked(way, qtbot)
    box = QMessageBox(way.main)
    box.setText("A name")
    QTimer.singleShot(0, box.exec)
    stray = QWidget()
    qtbot.addWidget(stray)
    stray.show()
    assert stray.testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    qtbot.waitUntil(lambda: seen() == [window])
    qtbot.wait(50)
    assert seen() == [window]


def test_the_same_user_finds_the_page_again(way, qtbot):
    way.main.show_page("Settings")
    locked(way, qtbot)
    unlocked(way, qtbot)
    assert seen() == [way.main]
    assert way.main.page.title == "Settings"
    assert not way.books.db.is_locked


def test_what_was_typed_in_an_open_form_is_still_there(way, qtbot):
    problems = later(
        qtbot,
        lambda: qtbot.keyClicks(form().name, "Mobile team"),
        lambda: locked(way, qtbot),
        lambda: seen() == [way.locking.window] or pytest.fail("something is seen"),
        lambda: unlocked(way, qtbot),
        lambda: form().isVisible() or pytest.fail("the form is gone"),
        lambda: form().isActiveWindow() or form().raise_(),
        lambda: qtbot.keyClicks(form().name, " North"),
        lambda: qtbot.keyClick(form().name, Qt.Key.Key_Return),
    )
    assert PlaceForm(way.books.db, way.main).exec() == 1
    assert problems == []
    with way.books.db.read() as session:
        assert "Mobile team North" in [row.name for row in places.overview(session)]


def test_an_open_form_comes_back_where_it_was_moved_to_and_as_large(way, qtbot):
    """Moved and made larger as a desktop does it: Qt would put it in the middle again."""
    was: list[QRect] = []

    def drag() -> None:
        form().windowHandle().setGeometry(QRect(form().pos() + QPoint(60, 40), QSize(700, 400)))

    problems = later(
        qtbot,
        lambda: bring_to_front(form(), qtbot),
        drag,
        lambda: was.append(form().geometry()),
        lambda: locked(way, qtbot),
        lambda: unlocked(way, qtbot),
        lambda: form().isVisible() or NOT_YET,
        lambda: was.append(form().geometry()),
        lambda: form().done(0),
    )
    PlaceForm(way.books.db, way.main).exec()
    assert problems == []
    assert was[0] == was[1] and was[0].size() == QSize(700, 400)


def test_a_window_that_takes_the_whole_screen_does_so_afterwards(way, qtbot):
    way.main.showMaximized()
    qtbot.waitUntil(way.main.isMaximized)
    locked(way, qtbot)
    unlocked(way, qtbot)
    assert way.main.isMaximized()


def test_another_user_is_asked_before_the_unsaved_entry_is_dropped_and_gets_a_new_window(
    way, qtbot
):
    before = way.main

    def answer(box: QMessageBox) -> None:
        assert "amra has entries here that are not saved" in box.text()
        next(b for b in box.buttons() if b.objectName() == "confirm").click()

    problems = later(
        qtbot,
        lambda: qtbot.keyClicks(form().name, "Mobile team"),
        lambda: locked(way, qtbot),
        lambda: when_asked(answer),
        lambda: sign_in(way, qtbot, "edin", OTHER),
    )
    assert PlaceForm(way.books.db, way.main).exec() == 0
    qtbot.waitUntil(lambda: way.main is not before, timeout=10_000)
    assert problems == []
    assert way.main.navigation.footer.text().startswith("Edin")
    assert way.books.db.roles == {Role.DESK, Role.WAREHOUSE}
    qtbot.waitUntil(lambda: seen() == [way.main])


def test_after_a_lock_another_user_ends_the_work_of_the_one_before(way, qtbot):
    amra, before = way.books.db.user, way.main
    locked(way, qtbot)
    sign_in(way, qtbot, "edin", OTHER)
    qtbot.waitUntil(lambda: way.main is not before, timeout=10_000)
    left, came = last_act(way, users.SIGNED_OUT), last_act(way, users.SIGNED_IN)
    assert (left.user_id, left.subject_id, left.id + 1) == (amra, amra, came.id)


def test_a_program_closed_while_it_is_locked_leaves_its_sign_out_to_the_next_start(
    way, folder, qtbot
):
    amra, came = way.books.db.user, last_act(way, users.SIGNED_IN)
    locked(way, qtbot)
    way.end()
    again = Way(folder)
    again.begin(None, "edin", OTHER)
    qtbot.waitExposed(again.window)
    left, edin = last_act(again, users.SIGNED_OUT), last_act(again, users.SIGNED_IN)
    assert (left.user_id, left.id - 1, left.id + 1) == (amra, came.id, edin.id)
    assert left.detail.startswith("locked:")
    again.end()
    again.window.close()
    shiboken6.delete(again.window)


def test_who_changes_users_begins_with_the_name(way, qtbot):
    way.locking.switch()
    window = way.locking.window
    qtbot.waitUntil(lambda: window.user.count() > 0)
    assert window.focusWidget() is window.user


def test_who_comes_back_begins_with_the_password(way, qtbot):
    window = locked(way, qtbot)
    assert window.focusWidget() is window.password.line


def test_who_does_not_want_to_drop_them_leaves_them(way, qtbot):
    def answer(box: QMessageBox) -> None:
        box.reject()

    problems = later(
        qtbot,
        lambda: qtbot.keyClicks(form().name, "Mobile team"),
        lambda: locked(way, qtbot),
        lambda: when_asked(answer),
        lambda: sign_in(way, qtbot, "edin", OTHER),
        lambda: way.locking.window.password.value and NOT_YET,
        lambda: way.locking.window.enter.isEnabled() or NOT_YET,
        lambda: way.books.db.is_locked or pytest.fail("the books are open"),
        lambda: unlocked(way, qtbot),
        lambda: form().name.text() == "Mobile team" or pytest.fail("it is gone"),
        lambda: form().done(0),
    )
    PlaceForm(way.books.db, way.main).exec()
    assert problems == []


def test_wrong_passwords_while_it_was_locked_are_told_afterwards_and_recorded(way, qtbot):
    window = locked(way, qtbot)
    for _try in range(2):
        sign_in(way, qtbot, "amra", "wrong")
        qtbot.waitUntil(window.problem.isVisible)
        qtbot.waitUntil(window.enter.isEnabled)
    unlocked(way, qtbot)
    assert "2 wrong passwords were typed under your name" in way.main.notice.text()
    assert last_act(way, "users.sign_in").detail == "failed 2"


def test_work_that_ends_while_it_is_locked_is_told_when_somebody_is_there(way, qtbot):
    told: list[int] = []
    work.run(way.main, "", lambda _progress: 7, told.append)
    locked(way, qtbot)
    qtbot.wait(200)
    assert told == []
    unlocked(way, qtbot)
    assert told == [7]


def test_no_key_is_held_while_the_window_is_locked(folder, way, qtbot):
    secret = keys.unlock(folder, "amra", PASSWORD)

    def holders() -> list[object]:
        gc.collect()
        return [
            holder
            for holder in gc.get_objects()
            for held in gc.get_referents(holder)
            if isinstance(held, bytes) and held == secret and held is not secret
        ]

    assert holders()  # the search sees a key that is held
    locked(way, qtbot)
    qtbot.waitUntil(lambda: not holders(), timeout=10_000)  # the last backup is made by then
    unlocked(way, qtbot)
    assert holders()


def test_an_older_file_that_was_put_there_while_it_was_locked_takes_no_entry(folder):
    key = keys.unlock(folder, "amra", PASSWORD)
    before = (folder / bookfile.FILE).read_bytes()
    db = Database.open(folder, key)
    users.sign_in(db, "amra")
    db.lock()
    (folder / bookfile.FILE).write_bytes(before)
    enter_again(db, Unlocked(folder, "amra", key))
    assert isinstance(db.trouble, RecordCut)
    with pytest.raises(BooksInTrouble), db.write():
        pass
    db.close()


# When it locks


def test_ctrl_l_locks_from_a_form_too(way, qtbot):
    problems = later(
        qtbot,
        lambda: bring_to_front(form(), qtbot),
        lambda: QTest.keyClick(
            form().windowHandle(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier
        ),
        lambda: way.books.db.is_locked or pytest.fail("not locked"),
        lambda: unlocked(way, qtbot),
        lambda: form().done(0),
    )
    PlaceForm(way.books.db, way.main).exec()
    assert problems == []


def test_the_button_locks(way, qtbot):
    qtbot.mouseClick(way.main.lock, Qt.MouseButton.LeftButton)
    assert way.books.db.is_locked


def test_left_for_five_minutes_it_locks_and_not_before(way, monkeypatch):
    now = [idle.time.time()]
    monkeypatch.setattr(idle.time, "time", lambda: now[0])
    watch = way.locking.idle
    watch.last = now[0]
    now[0] += 299
    watch.look()
    assert not way.books.db.is_locked
    now[0] += 1
    watch.look()
    assert way.books.db.is_locked


def test_typing_and_pointing_put_it_off(way, qtbot, monkeypatch):
    now = [idle.time.time() + 299]
    monkeypatch.setattr(idle.time, "time", lambda: now[0])
    QTest.mouseMove(way.main.windowHandle())
    QTest.keyClick(way.main.windowHandle(), Qt.Key.Key_A)
    now[0] += 200
    way.locking.idle.look()
    assert not way.books.db.is_locked


def test_while_a_key_is_answered_the_work_behind_waits(way, qtbot):
    claims: list[bool] = []
    way.window.search.textChanged.connect(lambda _text: claims.append(turn.is_claimed()))
    bring_to_front(way.window, qtbot)
    way.window.search.setFocus()
    QTest.keyClick(way.window.windowHandle(), Qt.Key.Key_Z)
    assert claims == [True]
    qtbot.waitUntil(lambda: not turn.is_claimed())


def test_a_computer_that_slept_finds_it_locked_and_so_does_a_clock_set_back(way, monkeypatch):
    earlier = idle.time.time() - 86_400
    monkeypatch.setattr(idle.time, "time", lambda: earlier)
    way.locking.idle.look()
    assert way.books.db.is_locked


def last_act(way: Way, code: str) -> Any:
    """The newest act of that code."""
    from models import record

    with as_program(way.books.db).read() as session:
        found = session.query(record.Act).where(record.Act.code == code)
        return found.order_by(record.Act.id.desc()).first()


def test_the_minutes_are_a_setting_that_the_record_hears_of(way, qtbot):
    page = way.main.show_page("Settings").show_section(KeysPage)
    page.minutes.set_value(15)
    assert idle.minutes() == 15
    assert last_act(way, "access.lock_after").detail == "minutes:15"
    remembered.write(idle.SETTING, "nonsense")
    assert idle.minutes() == 5


def test_the_minutes_stay_where_the_record_cannot_be_written(way, qtbot, monkeypatch):
    said = []
    monkeypatch.setattr(messages, "tell", lambda _parent, text: said.append(text))
    page = way.main.show_page("Settings").show_section(KeysPage)
    way.books.db.is_full = True
    page.minutes.set_value(30)
    way.books.db.is_full = False
    assert len(said) == 1
    assert (idle.minutes(), page.minutes.value) == (5, 5)


def test_the_desk_leaves_the_minutes_as_they_are(way, qtbot):
    way.books.db.roles = frozenset({Role.DESK})
    page = way.main.show_page("Settings").show_section(KeysPage)
    assert not page.minutes.isEnabled()
    assert page.whose.text() == "The secretary or an administrator sets this."


# The desk's PIN


def switched(way: Way, qtbot: QtBot) -> Unlock:
    qtbot.mouseClick(way.main.switch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: way.locking.window.user.count() > 0)
    return way.locking.window


def test_the_desk_begins_with_a_pin_while_the_books_are_open(way, qtbot):
    before = way.main
    window = switched(way, qtbot)
    assert seen() == [window]
    window.user.set_value("edin")
    assert window.password_label.text() == "PIN or password"
    sign_in(way, qtbot, "edin", "8305")
    qtbot.waitUntil(lambda: way.main is not before, timeout=10_000)
    assert way.books.db.roles == {Role.DESK}
    qtbot.waitUntil(lambda: seen() == [way.main])


def test_a_wrong_pin_is_told_and_five_end_it(way, qtbot):
    window = switched(way, qtbot)
    for left in ("4", "3", "2", "1", "0"):
        sign_in(way, qtbot, "edin", "9153")
        said = f"Wrong PIN. Tries left: {left}."
        qtbot.waitUntil(lambda said=said: window.problem.text() == said)
        assert window.focusWidget() is window.password.line
    assert window.password_label.text() == "Password"


def test_locked_for_good_no_pin_opens(way, qtbot):
    window = switched(way, qtbot)
    way.locking.lock()
    window.user.set_value("edin")
    assert not window.takes_pin
    assert way.books.db.is_locked


def test_at_midnight_pins_end(way, qtbot):
    before = way.main
    switched(way, qtbot)
    sign_in(way, qtbot, "edin", "8305")
    qtbot.waitUntil(lambda: way.main is not before, timeout=10_000)
    way.locking.idle.day = way.locking.idle.day.replace(year=2020)
    way.locking.idle.look()
    assert way.books.db.is_locked


# The paper key


def test_a_paper_key_opens_with_a_new_password(folder, way, qtbot):
    made = paperkeys.make(folder, keys.unlock(folder, "amra", PASSWORD))
    keys.verify(folder, "amra", "forgotten")
    window = locked(way, qtbot)

    def fill() -> None:
        asked = next(w for w in QApplication.topLevelWidgets() if isinstance(w, PaperUnlockForm))
        qtbot.keyClicks(asked.paper_key, made[1][:-1].lower())
        asked.user.set_value("Amra")
        for field in (asked.fresh.first, asked.fresh.second):
            qtbot.keyClicks(field.line, FRESH)
        qtbot.mouseClick(asked.save_button, Qt.MouseButton.LeftButton)
        assert asked.problem.text() == "A paper key has 36 signs; 35 are typed."
        qtbot.keyClicks(asked.paper_key, made[1][-1])
        qtbot.mouseClick(asked.save_button, Qt.MouseButton.LeftButton)

    problems = later(qtbot, fill)
    qtbot.mouseClick(window.use_paper, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: way.locking.window is None, timeout=10_000)
    assert problems == []
    assert keys.verify(folder, "amra", FRESH)
    assert seen() == [way.main]
    assert way.main.notice.text().endswith("1 wrong password was typed under your name.")


def test_the_curtain_is_gone_when_the_program_ends(way, qtbot):
    locked(way, qtbot)
    assert curtain.is_down()
    way.end()
    assert not curtain.is_down()
    assert isinstance(way.window, MainWindow)
