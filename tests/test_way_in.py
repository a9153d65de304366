"""From the data folder to the main window: the right window comes first, and says what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select, text
from windows import keep_few_pages_and_light_keys, ways_in

from models import bookfile, clock, database, imprint, record
from models.database import BooksInTrouble
from models.goods import items, places, stock
from models.goods.stock import Goods
from models.office import branch, territory, users
from models.office.branch import Details
from models.record import Act
from models.rights import NotAllowed
from models.roles import PROGRAM, Role
from models.safe import (
    attempts,
    backups,
    folders,
    founding,
    keeping,
    keys,
    lock,
    opening,
    paperkeys,
    tending,
)  # fmt: skip
from models.safe.founding import Plan
from models.safe.keeping import Keeping
from models.team import volunteers
from models.units import THOUSAND
from ui import language, messages, newest, work
from ui.desk.daysheet import DaySheetDialog
from ui.entrance import examiner, pages
from ui.entrance.first_run import FirstRun
from ui.entrance.paper_unlock import PaperUnlockForm
from ui.entrance.restore import RestoreDialog, Wanted
from ui.entrance.trouble import TroublePage
from ui.entrance.unlock import Unlock, Unlocked
from ui.entrance.way import Way
from ui.office.backups import BackupsPage
from ui.office.keys import KeysPage
from ui.papers.paper import PaperDialog
from ui.privacy.person import EraseForm
from ui.window import MainWindow

PASSWORD = "sedam zutih kisobrana"
FRESH = "devet crvenih vagona"
EVERY_PAGE = pages.PAGES


@pytest.fixture(autouse=True)
def _few_pages_and_light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_few_pages_and_light_keys(monkeypatch)
    monkeypatch.setattr(founding, "MONTHS", 0)
    monkeypatch.setattr(founding, "PER_MONTH", 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    unit = territory.find("BA-BIH/01/Bihać")
    names = branch.suggest(unit)
    plan = Plan([unit], names, Details(), "bs", "Main store", "Amra Hodžić", "Amra", PASSWORD)
    founding.found(tmp_path / "data", plan)
    return tmp_path / "data"


@pytest.fixture
def way_to(qtbot: QtBot) -> Iterator[object]:
    """Goes into a folder; whatever was opened is closed at the end."""
    with ways_in() as go:
        yield go


def sign_in(way: Way, qtbot: QtBot, password: str = PASSWORD) -> None:
    assert isinstance(way.window, Unlock)
    qtbot.waitUntil(lambda: way.window.user.count() > 0)
    qtbot.keyClicks(way.window.password.line, password)
    qtbot.keyClick(way.window.password.line, Qt.Key.Key_Return)


def in_main_window(way: Way, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: isinstance(way.window, MainWindow), timeout=20_000)
    return way.window


def test_an_empty_folder_leads_to_the_first_run(tmp_path, way_to):
    assert isinstance(way_to(tmp_path).window, FirstRun)


def test_a_branch_asks_for_the_password_and_opens_on_today(folder, way_to, qtbot):
    way = way_to(folder)
    before = way.window
    sign_in(way, qtbot)
    window = in_main_window(way, qtbot)
    assert window.navigation.branch.text() == "Red Cross of the City of Bihać"
    assert window.navigation.footer.text().startswith("Amra Hodžić")
    assert window.notice.text().startswith("The two paper keys are not ready.")
    assert window.page.title == "Today"
    assert before is not window
    assert way.books.db.user is not None


def test_what_is_said_above_the_pages_hides_nothing_else(folder, way_to, qtbot):
    known = keeping.read(folder)
    keeping.keep(folder, replace(known, is_paused=True, is_test_good=False, last_test=clock.now()))
    window = in_main_window(way_to(folder, "amra", PASSWORD), qtbot)
    beginnings = [line[:26] for line in window.notice.text().split("\n")]
    assert beginnings == [
        "The books were restored. L", "The newest backup could no", "The two paper keys are not",
    ]  # fmt: skip


def test_without_room_for_the_last_backup_it_is_said_that_the_books_are_saved(
    folder, way_to, monkeypatch
):
    way, said = way_to(folder, "amra", PASSWORD), []
    monkeypatch.setattr(messages, "explain", lambda _window, why, text="": said.append(text))
    nothing = shutil.disk_usage(folder)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: nothing)
    way.leave()
    assert said[0].startswith("The books are saved: nothing that was entered is lost.")
    assert "There is no room for a backup in" in said[0]


def test_a_backup_made_by_itself_is_heard_of_in_the_page_shown(folder, way_to, qtbot):
    way = way_to(folder, "amra", PASSWORD)
    window = in_main_window(way, qtbot)
    page = window.show_page("Settings").show_section(BackupsPage)
    assert len(page.rows) == 0
    way.keeper.look()
    qtbot.waitUntil(lambda: len(page.rows) == 1, timeout=20_000)


def test_the_name_of_the_branch_follows_the_language(folder, way_to, qtbot):
    window = in_main_window(way_to(folder, "amra", PASSWORD), qtbot)
    language.switch("sr_Cyrl")
    here = "Градска организација Црвеног крижа Бихаћ"
    qtbot.waitUntil(lambda: window.navigation.branch.text() == here)
    language.switch("en")


def test_with_login_and_password_it_opens_at_once(folder, way_to):
    assert isinstance(way_to(folder, "amra", PASSWORD).window, MainWindow)


def test_a_second_program_is_told_who_holds_the_folder(folder, way_to):
    way_to(folder, "amra", PASSWORD)
    with pytest.raises(lock.AlreadyOpen) as refusal:
        way_to(folder)
    assert "amra" in refusal.value.text()


def test_a_damaged_file_leads_to_a_calm_page_and_stays(folder, way_to, qtbot):
    damaged = bytes(8192)
    (folder / bookfile.FILE).write_bytes(damaged)
    way = way_to(folder)
    sign_in(way, qtbot)
    page = in_trouble(way, qtbot)
    assert page.wrong.text().startswith("ogranak.db cannot be read")
    assert page.wrong.text().endswith("[OG-020]")
    assert not page.look_button.isVisible()
    assert (folder / bookfile.FILE).read_bytes() == damaged


def test_the_calm_page_names_no_backup_of_another_branch(folder, tmp_path, qtbot):
    with_backup(folder)
    with clock.at(clock.now() - timedelta(days=2)):
        with_backup(folder)
    other = tmp_path / "other"
    key = keys.create(other, "ana", PASSWORD)
    with closing(database.Database.create(other, key)) as db:
        theirs = backups.make(db, folder / keeping.FOLDER / "theirs.backup", backups.Reason.TIMER)
    (folder / bookfile.FILE).write_bytes(bytes(8192))
    assert tending.found(folder)[-1] == theirs
    page = TroublePage(folder, bookfile.Unreadable(file=bookfile.FILE), can_look=False)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.best is not None)
    assert page.best.file != theirs.file
    for backup in tending.own(folder):
        backup.file.unlink()
    page = TroublePage(folder, bookfile.Unreadable(file=bookfile.FILE), can_look=False)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.safe.isVisibleTo(page))
    assert page.safe.text().startswith("No backup of these books was found here")


def test_the_calm_page_names_the_backup_in_full(folder, qtbot):
    with_backup(folder)
    page = TroublePage(folder, bookfile.Unreadable(file=bookfile.FILE), can_look=False)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.best is not None)
    assert not page.safe.text().endswith("..")
    assert page.safe.text().endswith(newest.document(page.best.contents))


def in_trouble(way: Way, qtbot: QtBot) -> TroublePage:
    qtbot.waitUntil(lambda: isinstance(way.window, TroublePage), timeout=20_000)
    return way.window


def test_from_the_calm_page_a_backup_is_restored_in_three_clicks(folder, way_to, qtbot):
    with_backup(folder)
    whole = bytearray((folder / bookfile.FILE).read_bytes())
    whole[9000] ^= 1
    (folder / bookfile.FILE).write_bytes(whole)
    way = way_to(folder)
    sign_in(way, qtbot)
    page = in_trouble(way, qtbot)
    qtbot.waitUntil(lambda: page.safe.text().startswith("Safe: the backup of"), timeout=10_000)
    qtbot.mouseClick(page.restore_button, Qt.MouseButton.LeftButton)
    choose(page, qtbot)
    window = in_main_window(way, qtbot)
    assert window.navigation.footer.text().startswith("Amra Hodžić")
    (kept,) = folder.glob("replaced-*")
    assert (kept / bookfile.FILE).read_bytes() == whole


def choose(window: QWidget, qtbot: QtBot, password: str = PASSWORD) -> RestoreDialog:
    """Type the password of the backup that is proposed, and restore it."""
    dialog = window.findChild(RestoreDialog)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    qtbot.keyClicks(dialog.password.line, password)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    return dialog


def with_backup(folder: Path) -> None:
    key = keys.unlock(folder, "amra", PASSWORD)
    db = database.Database.open(folder, key)
    backups.save(db, folder, backups.Reason.BY_HAND)
    db.close()


def test_who_was_kept_out_is_refused_in_the_window_of_the_restore(folder, way_to, qtbot):
    key = keys.unlock(folder, "amra", PASSWORD)
    keys.add_user(folder, key, "edin", PASSWORD)
    with_backup(folder)
    keys.remove_user(folder, "edin")
    before = (folder / bookfile.FILE).read_bytes()
    way = way_to(folder)
    qtbot.mouseClick(way.window.restore_button, Qt.MouseButton.LeftButton)
    dialog = way.window.findChild(RestoreDialog)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert dialog.warning.text().startswith("With this backup they can sign in again: edin.")
    dialog.user.set_value("edin")
    choose(way.window, qtbot)
    qtbot.waitUntil(dialog.problem.isVisible, timeout=10_000)
    assert dialog.problem.text().startswith("edin cannot sign in to the books that are on this")
    assert (folder / bookfile.FILE).read_bytes() == before


def with_desk_user(folder: Path) -> None:
    """Edin hands out goods, and signs in with the same password."""
    key = keys.unlock(folder, "amra", PASSWORD)
    keys.add_user(folder, key, "edin", PASSWORD)
    with (
        closing(database.Database.open(folder, key)) as db,
        db.write(PROGRAM) as session,
    ):
        users.add(session, "edin", "Edin", [Role.DESK])


def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(messages, "explain", lambda _window, why: said.append(why.text()))
    return said


def test_a_backup_is_not_restored_by_who_only_worked_at_the_desk(
    folder, way_to, qtbot, monkeypatch
):
    with_desk_user(folder)
    with_backup(folder)
    said, before = told(monkeypatch), (folder / bookfile.FILE).read_bytes()
    way = way_to(folder)
    qtbot.mouseClick(way.window.restore_button, Qt.MouseButton.LeftButton)
    dialog = way.window.findChild(RestoreDialog)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    dialog.user.set_value("edin")
    choose(way.window, qtbot)
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert said[0].startswith("In this backup edin is neither secretary nor administrator")
    assert (folder / bookfile.FILE).read_bytes() == before


def test_nor_by_who_works_at_the_desk_in_the_open_books(folder, way_to, qtbot, monkeypatch):
    with_desk_user(folder)
    with_backup(folder)
    said, way = told(monkeypatch), way_to(folder, "edin", PASSWORD)
    window = in_main_window(way, qtbot)
    backup = tending.own(folder)[0]
    window.restore_wanted.emit(Wanted(backup.file, "amra", way.books.db.key))
    qtbot.waitUntil(lambda: said == [NotAllowed().text()], timeout=10_000)
    assert way.window is window
    assert not list(folder.glob("replaced-*"))


def test_a_new_computer_gets_its_books_from_a_backup(folder, tmp_path, way_to, qtbot):
    with_backup(folder)
    fresh = tmp_path / "new computer"
    keeping.keep(fresh_folder(fresh), Keeping(second=str(folder / keeping.FOLDER)))
    way = way_to(fresh)
    assert isinstance(way.window, FirstRun)
    first = way.window
    qtbot.mouseClick(first.language.restore, Qt.MouseButton.LeftButton)
    choose(first, qtbot)
    in_main_window(way, qtbot)
    assert folders.is_set_up(fresh)


def test_on_a_new_computer_a_paper_key_opens_the_backup(folder, tmp_path, way_to, qtbot):
    paper = paperkeys.make(folder, keys.unlock(folder, "amra", PASSWORD))[0]
    with_backup(folder)
    fresh = fresh_folder(tmp_path / "new computer")
    keeping.keep(fresh, Keeping(second=str(folder / keeping.FOLDER)))
    way = way_to(fresh)
    press(qtbot, way.window.language.restore)
    dialog = way.window.findChild(RestoreDialog)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)

    def fill() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, PaperUnlockForm)
        fields = (form.paper_key, form.fresh.first.line, form.fresh.second.line)
        for field, typed in zip(fields, (paper.lower(), FRESH, FRESH), strict=True):
            qtbot.keyClicks(field, typed)
        press(qtbot, form.save_button)

    QTimer.singleShot(200, fill)
    press(qtbot, dialog.use_paper)
    window = in_main_window(way, qtbot)
    assert window.navigation.footer.text().startswith("Amra Hodžić")
    assert keys.verify(fresh, "amra", FRESH)
    assert not keys.verify(fresh, "amra", PASSWORD)
    with way.books.db.read(PROGRAM) as session:
        last = session.scalars(select(Act).order_by(Act.id.desc())).first()
        assert (last.code, last.detail) == (users.SIGNED_IN, "paper")


def press(qtbot: QtBot, button: QWidget) -> None:
    """By the keyboard alone."""
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(button, Qt.Key.Key_Space)


def fresh_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_wrong_password_for_a_backup_is_said_and_changes_nothing(folder, way_to, qtbot):
    with_backup(folder)
    before = (folder / bookfile.FILE).read_bytes()
    way = way_to(folder)
    qtbot.waitUntil(lambda: way.window.user.count() > 0)
    qtbot.mouseClick(way.window.restore_button, Qt.MouseButton.LeftButton)
    dialog = choose(way.window, qtbot, "nonsense")
    qtbot.waitUntil(dialog.problem.isVisible, timeout=10_000)
    assert dialog.problem.text() == "Wrong user name or password."
    assert (folder / bookfile.FILE).read_bytes() == before
    dialog.reject()


def test_guessing_at_a_backup_is_slowed_down_as_at_the_books(folder, way_to, qtbot, monkeypatch):
    with_backup(folder)
    way = way_to(folder)
    qtbot.waitUntil(lambda: way.window.user.count() > 0)
    qtbot.mouseClick(way.window.restore_button, Qt.MouseButton.LeftButton)
    dialog = way.window.findChild(RestoreDialog)
    for _time in range(attempts.FREE_TRIES):
        choose(way.window, qtbot, "nonsense")
        qtbot.waitUntil(lambda: dialog.problem.text().startswith("Wrong user name"), timeout=10_000)
        dialog.problem.say("")
        dialog.password.clear()
    monkeypatch.setattr(attempts, "FIRST_WAIT", 3)
    choose(way.window, qtbot)
    qtbot.waitUntil(lambda: dialog.problem.text().startswith("Too many wrong passwords."))
    assert not dialog.go.isEnabled()
    qtbot.waitUntil(lambda: dialog.problem.text().endswith("Seconds left: 1."))
    qtbot.waitUntil(dialog.go.isEnabled)
    assert dialog.problem.isHidden()
    dialog.reject()


def test_another_backup_is_looked_at_while_the_first_one_lets_wait(folder, way_to, qtbot):
    with_backup(folder)
    way = way_to(folder)
    qtbot.waitUntil(lambda: way.window.user.count() > 0)
    qtbot.mouseClick(way.window.restore_button, Qt.MouseButton.LeftButton)
    dialog = way.window.findChild(RestoreDialog)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    dialog.wait.begin(attempts.TooManyTries(seconds=2))
    assert not dialog.go.isEnabled()
    dialog.look_at(dialog.preview.backup.file)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert dialog.problem.isHidden()
    dialog.reject()


def test_from_the_settings_the_present_books_are_saved_before(folder, way_to, qtbot):
    with_backup(folder)
    way = way_to(folder, "amra", PASSWORD)
    window = in_main_window(way, qtbot)
    page = window.show_page("Settings")
    section = page.show_section(BackupsPage)
    QTimer.singleShot(200, lambda: choose(section, qtbot))
    qtbot.mouseClick(section.findChild(QWidget, "restore"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: way.main not in (None, window), timeout=20_000)
    reasons = [each.reason for each in backups.overview(folder / keeping.FOLDER)]
    assert backups.Reason.RESTORE in reasons
    assert keeping.read(folder).is_paused
    assert way.main.notice.text().startswith("The books were restored.")
    section = way.main.show_page("Settings").show_section(BackupsPage)
    qtbot.mouseClick(section.confirm_button, Qt.MouseButton.LeftButton)
    assert not way.main.notice.text().startswith("The books were restored.")


def test_a_lost_key_file_never_leads_to_a_new_branch(folder, way_to, qtbot):
    (folder / keys.FILE).unlink()
    way = way_to(folder)
    assert isinstance(way.window, Unlock)
    qtbot.waitUntil(way.window.problem.isVisible)
    assert "Put it back from a backup." in way.window.problem.text()


def test_the_practice_branch_is_marked_and_leaves_the_real_one_alone(folder, way_to, qtbot):
    before = (folder / bookfile.FILE).read_bytes()
    way = way_to(folder)
    qtbot.mouseClick(way.window.look_around, Qt.MouseButton.LeftButton)
    window = in_main_window(way, qtbot)
    assert window.notice.text() == "This is the practice branch. Everything in it is invented."
    assert way.books.db.folder == folders.practice(folder)
    assert folders.is_practice(folders.practice(folder)) and not folders.is_practice(folder)
    assert (folder / bookfile.FILE).read_bytes() == before


def test_in_a_branch_where_somebody_is_called_demo_one_may_look_around(folder, way_to, qtbot):
    key = keys.unlock(folder, "amra", PASSWORD)
    keys.add_user(folder, key, folders.PRACTICE_LOGIN, PASSWORD)
    assert way_to(folder).window.look_around.isVisible()


def test_in_a_demonstration_there_is_nothing_else_to_look_around_in(folder, way_to, qtbot):
    key = keys.unlock(folder, "amra", PASSWORD)
    keys.add_user(folder, key, folders.PRACTICE_LOGIN, PASSWORD)
    keys.remove_user(folder, "amra")
    assert not way_to(folder).window.look_around.isVisible()


def test_looking_around_first_needs_no_branch(tmp_path, way_to, qtbot):
    way = way_to(tmp_path)
    qtbot.mouseClick(way.window.language.look_around, Qt.MouseButton.LeftButton)
    in_main_window(way, qtbot)
    assert not folders.is_set_up(tmp_path)


def test_from_the_first_run_straight_to_the_main_window(tmp_path, way_to, qtbot):
    way = way_to(tmp_path)
    first = way.window
    first.go_on()
    first.branch.units.search.setText("Cazin")
    for _step in range(3):
        first.go_on()
    first.account.person.setText("Amra Hodžić")
    for field in (first.account.password.first, first.account.password.second):
        field.line.setText(PASSWORD)
    first.go_on()
    assert in_main_window(way, qtbot).navigation.footer.text().startswith("Amra Hodžić")


def test_a_double_click_on_what_is_due_leads_to_its_page(folder, way_to, qtbot):
    window = in_main_window(way_to(folder, "amra", PASSWORD), qtbot)
    window.page.leads_to.emit("Settings")
    assert window.page.title == "Settings"
    window.show_page("Today").leads_into.emit("Settings", "Keys")
    assert isinstance(window.page.section, KeysPage)
    window.show_page("Today")


def test_empty_books_on_a_server_are_filled_without_a_password(
    postgresql_url, tmp_path, way_to, qtbot
):
    way = way_to(tmp_path, url=postgresql_url)
    first = way.window
    assert isinstance(first, FirstRun)
    first.go_on()
    first.branch.units.search.setText("Cazin")
    for _step in range(3):
        first.go_on()
    assert not first.account.password.first.isVisible()
    first.account.person.setText("Amra Hodžić")
    first.go_on()
    window = in_main_window(way, qtbot)
    assert window.navigation.footer.text().startswith("Amra Hodžić")
    assert way.books.db.user is not None
    assert isinstance(way_to(tmp_path, url=postgresql_url).window, MainWindow)


def test_a_check_that_is_cancelled_lets_one_try_again(folder, way_to, qtbot, monkeypatch):
    def cancelled(*_what):
        raise work.Cancelled

    way = way_to(folder)
    whole = Way._open
    monkeypatch.setattr(Way, "_open", cancelled)
    way.window.unlocked.emit(Unlocked(folder, "amra", b""))
    way.window.set_busy(True)
    qtbot.waitUntil(way.window.enter.isEnabled, timeout=10_000)
    monkeypatch.setattr(Way, "_open", whole)
    assert isinstance(way.window, Unlock)


def test_the_search_finds_anything_from_the_first_page_on(folder, way_to, qtbot):
    window = in_main_window(way_to(folder, "amra", PASSWORD), qtbot)
    qtbot.waitUntil(window.search.isEnabled)
    window.search.setFocus()
    window.search.setText("blanket")
    window.search.look()
    assert "Item" in [hit.kind for hit in window.search.hits]


def test_the_last_backup_stands_at_the_foot(folder, way_to, qtbot):
    way = way_to(folder, "amra", PASSWORD)
    window = in_main_window(way, qtbot)
    assert window.navigation.footer.text().endswith("No backup yet")
    way.keeper.look()
    qtbot.waitUntil(lambda: "Backup: today" in window.navigation.footer.text(), timeout=20_000)


def test_so_does_one_made_before_an_import_that_is_refused(
    folder, tmp_path, way_to, qtbot, monkeypatch
):
    monkeypatch.setattr(pages, "PAGES", EVERY_PAGE)
    window = in_main_window(way_to(folder, "amra", PASSWORD), qtbot)
    give_out = one_blanket(window.db)
    sheet = tmp_path / "day.csv"
    day = f"{clock.today():%d.%m.%Y}"
    sheet.write_text(f"Date;Place;Item or service;Quantity;Persons\n{day};Main store;Blanket;1;1\n")
    page, problems = window.show_page("Aid"), list[BaseException]()

    def refuse() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, DaySheetDialog)
        try:
            dialog.read(sheet)
            qtbot.waitUntil(lambda: dialog.under_way is None and dialog.preview.is_ready)
            give_out()
            assert window.navigation.footer.text().endswith("No backup yet")
            dialog.take_in()
            qtbot.waitUntil(lambda: bool(dialog.problems.model_.rows), timeout=10_000)
            qtbot.waitUntil(lambda: "Backup: today" in window.navigation.footer.text())
        except BaseException as problem:  # a dialog that nobody closes would hang
            problems.append(problem)
        qtbot.waitUntil(lambda: dialog.under_way is None)
        dialog.reject()

    QTimer.singleShot(100, refuse)
    page.import_sheet()
    assert problems == []


def one_blanket(db: database.Database) -> Callable[[], None]:
    """There is one, and what is given back gives it out."""
    with db.write() as session:
        store = places.find(session, "Main store")
        goods = [Goods(items.find(session, "blanket"), THOUSAND)]
        stock.receive(session, store, goods, on=clock.today(), supplier="Donor A")

    def give_out() -> None:
        with db.write() as session:
            store = places.find(session, "Main store")
            goods = [Goods(items.find(session, "blanket"), THOUSAND)]
            stock.hand_out(session, store, goods, on=clock.today())

    return give_out


def test_so_does_one_made_before_an_erasure(folder, way_to, qtbot, monkeypatch):
    monkeypatch.setattr(pages, "PAGES", EVERY_PAGE)
    window = in_main_window(way_to(folder, "amra", PASSWORD), qtbot)
    with window.db.write() as session:
        born, left = date(1990, 1, 1), date(2021, 1, 1)
        zulejha = volunteers.Details("Zulejha", "Planted", born, joined_on=date(2020, 1, 1))
        volunteers.leave(session, volunteers.enter(session, zulejha), left)
    page = window.show_page("Volunteers")
    page.state.set_value(volunteers.State.LEFT)
    assert window.navigation.footer.text().endswith("No backup yet")

    def erase() -> None:
        form = next(w for w in QApplication.topLevelWidgets() if isinstance(w, EraseForm))
        form.save_button.click()

    QTimer.singleShot(200, erase)
    papers: list[str] = []
    QTimer.singleShot(300, lambda: close_the_paper(papers))
    qtbot.mouseClick(page.findChild(QWidget, "erase"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(papers), timeout=20_000)
    assert "Backup: today" in window.navigation.footer.text()


def close_the_paper(papers: list[str]) -> None:
    """Once a paper has opened, keep its name and close it."""
    for each in QApplication.topLevelWidgets():
        if isinstance(each, PaperDialog) and each.isVisible() and each.pdf:
            papers.append(each.name)
            each.reject()
    if not papers:
        QTimer.singleShot(50, lambda: close_the_paper(papers))


def test_an_old_backup_shouts_above_every_page(folder, way_to, qtbot):
    old = clock.now() - timedelta(days=8)
    keeping.keep(folder, Keeping(began=old, last_good=old))
    window = in_main_window(way_to(folder, "amra", PASSWORD), qtbot)
    assert window.notice.text().startswith("No backup could be made since")
    assert window.notice.isVisible()


def test_a_backup_that_fails_shouts_at_once(folder, way_to, qtbot):
    (folder / keeping.FOLDER).write_bytes(b"a file where the folder should be")
    way = way_to(folder, "amra", PASSWORD)
    window = in_main_window(way, qtbot)
    way.keeper.look()
    qtbot.waitUntil(lambda: "could not be made" in window.notice.text(), timeout=20_000)
    assert "What was entered is saved" in window.notice.text()
    assert "Nothing was saved" not in window.notice.text()


def test_closing_the_program_makes_a_backup(folder, way_to, qtbot):
    way = way_to(folder, "amra", PASSWORD)
    in_main_window(way, qtbot)
    way.leave()
    (made,) = backups.overview(folder / keeping.FOLDER)
    assert made.reason is backups.Reason.CLOSING


def test_doubtful_books_can_be_looked_at_and_take_no_entry(folder, way_to, qtbot):
    db = database.Database.open(folder, keys.unlock(folder, "amra", PASSWORD))
    with db.write() as session:
        session.execute(text("DROP TRIGGER lot_update_refused"))
    db.close()
    way = way_to(folder)
    sign_in(way, qtbot)
    page = in_trouble(way, qtbot)
    assert "protection of posted documents" in page.wrong.text()
    qtbot.mouseClick(page.look_button, Qt.MouseButton.LeftButton)
    window = in_main_window(way, qtbot)
    assert "protection of posted documents" in window.notice.text()
    with pytest.raises(BooksInTrouble), way.books.db.write():
        pass
    assert not (folder / keeping.FOLDER).exists()


def left_good(folder: Path) -> bytes:
    """Close the books after every check has passed; their key."""
    key = keys.unlock(folder, "amra", PASSWORD)
    opening.open_books(folder, key).db.close()
    return key


def test_books_as_they_were_left_are_checked_behind_the_pages(folder, way_to, qtbot, monkeypatch):
    left_good(folder)
    monkeypatch.setattr(examiner, "AFTER", 0)
    way = way_to(folder, "amra", PASSWORD)
    assert way.books.db.is_as_left
    qtbot.waitUntil(lambda: way.examiner.latest.is_settled, timeout=20_000)
    way.window.close()
    way.end()
    assert imprint.fits(folder / bookfile.FILE, keys.unlock(folder, "amra", PASSWORD))


def test_what_is_found_behind_the_pages_leads_to_the_calm_page(folder, way_to, qtbot, monkeypatch):
    key = left_good(folder)
    with closing(opening.open_books(folder, key).db) as db:
        opening.examine_behind(db, lambda: False)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER line_update_refused")
    monkeypatch.setattr(examiner, "AFTER", 0)
    page = in_trouble(way_to(folder, "amra", PASSWORD), qtbot)
    assert "line_update_refused" in page.wrong.text()
    assert page.look_button.isVisible()


def without_an_administrator(folder: Path) -> None:
    """Below the program; nothing of it makes a figure doubtful."""
    key = keys.unlock(folder, "amra", PASSWORD)
    with closing(database.Database.open(folder, key)) as db, db.write(PROGRAM) as session:
        amra = users.find(session, "amra")
        edin = users.add(session, "edin", "Edin", [Role.SECRETARY, Role.ADMINISTRATOR])
        users.entrust(session, amra, [Role.SECRETARY])
        record.note(session, Role.DESK)
        record.write(session, "users.entrust", record.subject_of(edin))
        session.execute(text(f"DELETE FROM user_role WHERE user_id = {edin.id}"))
        session.execute(text(f"INSERT INTO user_role VALUES ({edin.id}, 'desk')"))


def test_a_concern_is_said_above_every_page_and_stops_nothing(folder, way_to, qtbot):
    without_an_administrator(folder)
    way = way_to(folder, "amra", PASSWORD)
    window = in_main_window(way, qtbot)
    assert window.notice.text().startswith("There is no administrator any more")
    assert window.notice.isVisible()
    assert way.books.db.takes_entries


def test_a_concern_found_behind_the_pages_is_said_as_soon(folder, way_to, qtbot, monkeypatch):
    without_an_administrator(folder)
    left_good(folder)
    monkeypatch.setattr(examiner, "AFTER", 0)
    way = way_to(folder, "amra", PASSWORD)
    assert way.books.db.is_as_left
    window = in_main_window(way, qtbot)
    qtbot.waitUntil(
        lambda: "There is no administrator any more" in window.notice.text(), timeout=20_000
    )
    assert way.books.db.takes_entries


def test_books_that_were_locked_meanwhile_are_checked_when_they_are_open_again(
    folder, way_to, qtbot, monkeypatch
):
    without_an_administrator(folder)
    left_good(folder)
    way = way_to(folder, "amra", PASSWORD)
    window, db = in_main_window(way, qtbot), way.books.db
    key = db.key
    monkeypatch.setattr(examiner, "AFTER", 0)
    db.lock()
    way.examiner._begin()
    with qtbot.waitSignal(way.examiner.latest.failed):
        pass
    db.unlock(key)
    qtbot.waitUntil(
        lambda: "There is no administrator any more" in window.notice.text(), timeout=20_000
    )


def test_books_can_be_closed_while_they_are_checked(folder, way_to, monkeypatch, qtbot):
    left_good(folder)
    monkeypatch.setattr(examiner, "AFTER", 0)
    way = way_to(folder, "amra", PASSWORD)
    db, checking = way.books.db, way.examiner
    qtbot.waitUntil(lambda: not checking.latest.is_settled)
    way.window.close()
    way.end()
    assert db.wait_until_left(0)
