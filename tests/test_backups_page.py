"""The page of the backups says how they stand, and makes, copies, tries and places them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from windows import in_front

import translations
from models import clock
from models.database import Database
from models.goods import items, places, stock
from models.goods.stock import Goods
from models.office import branch, territory, users
from models.office.branch import Details
from models.record import Act
from models.roles import Role
from models.safe import (
    backups,
    fading,
    forgotten,
    founding,
    keeping,
    keys,
    renewal,
    restoring,
    tending,
)
from models.safe.attempts import FREE_TRIES
from models.safe.founding import PRACTICE_COST, Plan
from models.units import THOUSAND
from translations import LANGUAGES, _, current
from ui import messages, newest
from ui.entrance import restore
from ui.entrance.keeper import Keeper
from ui.entrance.restore import RestoreDialog, facts_of
from ui.office.backups import BackupsPage, FoldersForm, people
from ui.office.settings import SettingsPage
from ui.pieces.grid import PADDING

NOON = datetime(2026, 11, 25, 12)
PASSWORD = "sedam zutih kisobrana"


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    unit = territory.find("BA-BIH/01/Bihać")
    plan = Plan(
        [unit], branch.suggest(unit), Details(), "bs", "Main store", "Amra", "amra", PASSWORD
    )
    home = tmp_path / "data"
    with clock.at(NOON):
        db = Database.open(home, founding.found(home, plan))
        users.sign_in(db, "amra")
        yield db
    db.close()


@pytest.fixture
def page(books: Database, qtbot: QtBot) -> BackupsPage:
    return in_front(BackupsPage(books), qtbot, (1100, 620))


def click(qtbot: QtBot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(page.findChild(QWidget, name), Qt.MouseButton.LeftButton)


def with_dialog(work: Any) -> None:
    QTimer.singleShot(100, lambda: work(QApplication.activeModalWidget()))


def set_up(books: Database, **known: Any) -> None:
    keeping.keep(books.folder, replace(keeping.read(books.folder), **known))


def test_a_new_branch_has_none_and_says_when_one_is_made(page):
    assert page.state.text().startswith("There is no backup yet.")
    assert "No stick is chosen" in page.places.text()


def test_a_backup_made_now_is_listed_and_named_good(page, qtbot):
    with qtbot.waitSignal(page.kept, timeout=20_000):
        click(qtbot, page, "back_up")
    assert [row.reason for row in page.rows] == [backups.Reason.BY_HAND]
    assert page.state.text().startswith("Last good backup: 25.")
    assert page.state.tone == "good"


def test_the_stick_gets_its_copy(page, books, qtbot, tmp_path):
    (tmp_path / "stick").mkdir()
    set_up(books, second=str(tmp_path / "stick"))
    with qtbot.waitSignal(page.kept, timeout=20_000):
        click(qtbot, page, "to_stick")
    assert len(backups.overview(tmp_path / "stick")) == 1
    assert "last copy" in page.places.text()


def test_without_a_stick_it_says_to_choose_one(page, qtbot, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(messages, "tell", lambda _parent, text: said.append(text))
    click(qtbot, page, "to_stick")
    assert said == ["Choose a USB stick or a second folder first."]


def test_the_newest_is_tried_out(page, books, qtbot):
    backups.save(books, books.folder, backups.Reason.BY_HAND)
    with qtbot.waitSignal(page.kept, timeout=20_000):
        click(qtbot, page, "try_out")
    assert "Last tried out: 25." in page.places.text()


def test_an_old_one_is_said_loudly(page, books):
    set_up(books, last_good=NOON - timedelta(days=9))
    page.reload()
    assert (page.state.tone, page.state.text()[:22]) == ("bad", "The last good backup i")


def test_an_old_one_that_stays_against_the_rules_is_named(page, books):
    made = backups.save(books, books.folder, backups.Reason.BY_HAND)
    keeping.note_stuck(books.folder, made.file.parent, [made.file])
    page.reload()
    assert page.state.tone == "warn"
    assert made.file.name in page.state.text()
    assert page.state.text() == Keeper(books, books.folder, page).notice()


def test_that_a_backup_holds_more_than_the_books_is_said_before_all_else(page, books, qtbot):
    made = backups.save(books, books.folder, backups.Reason.BY_HAND)
    keeping.note_beyond(books.folder, made.file)
    page.reload()
    assert page.state.tone == "bad"
    assert page.state.text().startswith("These books lack entries that the backup")
    assert page.state.text() == Keeper(books, books.folder, page).notice()


def test_these_books_are_kept_only_after_asking(page, books, qtbot):
    made = backups.save(books, books.folder, backups.Reason.BY_HAND)
    keeping.note_beyond(books.folder, made.file)
    page.reload()
    with_dialog(lambda box: box.findChild(QWidget, "cancel").click())
    click(qtbot, page, "confirm")
    assert keeping.read(books.folder).beyond == str(made.file)
    with_dialog(lambda box: box.findChild(QWidget, "confirm").click())
    click(qtbot, page, "confirm")
    assert not keeping.read(books.folder).beyond
    assert not page.findChild(QWidget, "confirm").isVisibleTo(page)


def test_who_works_at_the_desk_makes_a_backup_and_decides_nothing(page, books, qtbot):
    set_up(books, is_paused=True, beyond=str(books.folder / "later.backup"))
    kept_from = ("restore", "choose_folders", "travel_copy", "close_computer", "confirm")
    for role, is_offered in ((Role.SECRETARY, True), (Role.DESK, False)):
        books.roles = frozenset({role})
        page.hide()
        page.show()
        for name in kept_from:
            assert page.findChild(QWidget, name).isVisibleTo(page) == is_offered, name
    with qtbot.waitSignal(page.kept, timeout=20_000):
        click(qtbot, page, "back_up")
    set_up(books, beyond="")
    assert "The secretary or an administrator" in Keeper(books, books.folder, page).notice()


def test_the_folders_are_chosen_and_a_missing_stick_is_refused(page, books, qtbot, tmp_path):
    (tmp_path / "stick").mkdir()

    def work(form: FoldersForm) -> None:
        form.second.set_value(str(tmp_path / "nowhere"))
        form.accept()
        assert form.problem.text().startswith("The folder")
        form.second.set_value(form.first.value)
        (books.folder / keeping.FOLDER).mkdir()
        form.accept()
        assert form.problem.text().startswith("Both folders are the same.")
        for no_folder in (keys.FILE, f"{keys.FILE}/below", "ž" * 300):
            form.first.set_value(str(books.folder / no_folder))
            form.accept()
            assert form.problem.text().startswith("The folder")
        form.first.set_value(str(tmp_path / "other"))
        form.second.set_value(str(tmp_path / "stick"))
        form.accept()

    with_dialog(work)
    click(qtbot, page, "choose_folders")
    known = keeping.read(books.folder)
    assert (known.folder, known.second) == (str(tmp_path / "other"), str(tmp_path / "stick"))


def test_backups_of_the_folder_before_stay_in_the_list_and_an_old_stick_can_be_given_up(
    page, books, qtbot, tmp_path
):
    made = backups.save(books, books.folder, backups.Reason.BY_HAND)
    page.reload()
    assert page.table.isColumnHidden(6)
    stick = tmp_path / "stick"
    gone = keeping.Former(str(stick), NOON - timedelta(days=80), is_elsewhere=True)
    set_up(books, former=(gone,))
    page.reload()
    assert page.state.text() == Keeper(books, books.folder, page).notice()
    assert str(stick.name) in page.state.text()

    def give_up(form: FoldersForm) -> None:
        said = " ".join(part.text() for part in form.findChildren(QLabel))
        assert "A lost stick or disk with backups is a breach of personal data" in said
        form.first.set_value(str(tmp_path / "other"))
        form.findChild(QWidget, "lost").setChecked(True)
        form.accept()

    with_dialog(give_up)
    click(qtbot, page, "choose_folders")
    qtbot.waitUntil(lambda: not page.is_without, timeout=20_000)
    assert [each.folder for each in keeping.read(books.folder).former] == [str(made.file.parent)]
    assert made in page.rows
    assert not page.table.isColumnHidden(6)
    with books.read() as session:
        act = session.query(Act).filter(Act.code == "whereabouts.choose").one()
    assert act.detail == "all_backups given_up"


def test_a_folder_just_chosen_gets_its_first_backup_at_once(page, books, qtbot, tmp_path):
    backups.save(books, books.folder, backups.Reason.BY_HAND)
    other = tmp_path / "other"

    def choose(form: FoldersForm) -> None:
        form.first.set_value(str(other))
        form.accept()

    with_dialog(choose)
    click(qtbot, page, "choose_folders")
    assert page.state.text() == "In the folder chosen there is no backup yet. Make one now."
    assert page.state.tone == "warn"
    qtbot.waitUntil(lambda: page.state.tone == "good", timeout=20_000)
    assert len(backups.overview(other)) == 1


def test_a_backup_made_by_itself_is_in_the_list_at_once(books, qtbot):
    settings = in_front(SettingsPage(books), qtbot, (1100, 620))
    page = settings.show_section(BackupsPage)
    assert len(page.rows) == 0
    backups.save(books, books.folder, backups.Reason.TIMER)
    settings.backups_made()
    assert len(page.rows) == 1
    assert page.state.text().startswith("Last good backup: 25.")


def test_the_newest_document_is_told_with_what_it_is_since_each_place_has_its_own_numbers(
    page, books, qtbot
):
    with books.write() as session:
        goods = [Goods(items.find(session, "blanket"), 3 * THOUSAND)]
        store = places.find(session, "Main store")
        stock.receive(session, store, goods, on=NOON.date(), supplier="Donor A")
    made = backups.save(books, books.folder, backups.Reason.BY_HAND)
    day = current().day(made.contents.day)
    assert newest.document(made.contents) == f"Goods received note 1/2026, {day}"
    assert newest.document(replace(made.contents, kind="")) == f"1/2026, {day}"
    page.reload()
    assert page.table.model_.index(0, 1).data() == day
    assert ("Newest document", f"Goods received note 1/2026, {day}") in facts_of(made)


def test_what_was_lost_with_a_damaged_file_is_said_until_the_folders_are_chosen(page, books, qtbot):
    for name in (keeping.FILE, keeping.COPY):
        (books.folder / name).write_bytes(b"{")
    keeper = Keeper(books, books.folder, page)
    page.kept.connect(keeper.refresh)
    page.reload()
    assert page.state.text().startswith("What this computer knew of its backups is lost")
    assert keeper.notice() == page.state.text()
    with_dialog(lambda form: form.accept())
    click(qtbot, page, "choose_folders")
    assert page.state.text().startswith("There is no backup yet.")
    assert keeper.notice() == ""


def test_after_a_restore_it_asks_whether_the_books_are_right(page, books, qtbot):
    assert not page.confirm_button.isVisible()
    set_up(books, is_paused=True)
    page.reload()
    click(qtbot, page, "confirm")
    assert not keeping.read(books.folder).is_paused
    assert not page.confirm_button.isVisible()


def test_the_preview_says_what_is_inside_and_what_would_be_lost(page, books, qtbot):
    made = backups.save(books, books.folder, backups.Reason.BY_HAND)
    set_up(books, documents=made.contents.documents + 4)
    dialog = in_front(RestoreDialog(books.folder, None, page), qtbot)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert dialog.user.value == "amra"
    assert "4 documents entered since will be missing" in dialog.warning.text()


def test_wrong_passwords_at_a_backup_wait_in_the_window_and_in_the_next_one(page, books, qtbot):
    backups.save(books, books.folder, backups.Reason.BY_HAND)
    dialog = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    for _try in range(FREE_TRIES):
        dialog.password.line.setText("not this one")
        dialog.restore()
        qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert dialog.problem.text().startswith("Wrong user name or password.")
    dialog.close()
    again = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(again.go.isEnabled, timeout=10_000)
    again.password.line.setText(PASSWORD)
    again.restore()
    qtbot.waitUntil(lambda: again.wait.seconds > 0, timeout=10_000)
    assert again.problem.text().startswith("Too many wrong passwords.")
    assert not again.go.isEnabled()
    users.sign_in(books, "amra")
    with books.read() as session:
        acts = session.query(Act).filter_by(code=users.WRONG_BACKUP).all()
    assert [act.detail for act in acts] == [f"tries:{FREE_TRIES}"]


def test_the_preview_says_who_was_erased_since(page, books, qtbot):
    moment = clock.now()
    with clock.at(moment - timedelta(days=1)):
        backups.save(books, books.folder, backups.Reason.BY_HAND)
    row = {"number": 1, "at": moment.isoformat(), "table": "card", "id": 1, "mark": "a"}
    (books.folder / forgotten.FILE).write_text(json.dumps([row]))
    dialog = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert "1 person was erased on request" in dialog.warning.text()


def test_the_preview_and_the_list_say_of_one_without_people_that_it_has_none(page, books, qtbot):
    with clock.at(clock.now() - timedelta(days=100)):
        backups.save(books, books.folder, backups.Reason.BY_HAND)
    backups.save(books, books.folder, backups.Reason.BY_HAND)
    fading.fade(books, books.key, books.folder, books.folder / keeping.FOLDER)
    page.reload()
    assert [people(row) for row in page.rows] == ["", "without people"]
    dialog = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert "no people" not in dialog.warning.text()
    dialog.table.select(1)
    qtbot.waitUntil(lambda: "This backup has no people any more" in dialog.warning.text())
    assert ("People", "without people") in facts_of(dialog.preview.backup)


@pytest.mark.parametrize("code", LANGUAGES)
def test_why_a_backup_was_made_is_read_in_full(books, qtbot, code):
    translations.use(code)
    page = in_front(BackupsPage(books), qtbot, (860, 560))
    backups.save(books, books.folder, backups.Reason.CLOSING)
    page.reload()
    room = page.table.columnWidth(3) - 2 * PADDING
    assert page.table.fontMetrics().horizontalAdvance(_(backups.Reason.CLOSING.label)) <= room


def test_the_preview_warns_of_a_backup_from_before_a_new_data_key(page, books, qtbot):
    backups.save(books, books.folder, backups.Reason.BY_HAND)
    renewal.renew_open(books, books.key, {"amra": "devet crvenih vagona"})
    dialog = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert "has another data key than the books here" in dialog.warning.text()


def test_on_the_way_back_to_a_newer_key_nobody_is_told_to_change_it(page, books, qtbot):
    home, key = books.folder, books.key
    early = backups.save(books, home, backups.Reason.BY_HAND)
    renewal.renew_open(books, key, {"amra": "devet crvenih vagona"})
    late = backups.save(books, home, backups.Reason.RESTORE)
    books.close()
    restoring.restore(early.file, home, key)
    with closing(Database.open(home, key)) as db:
        users.sign_in(db, "amra")
        dialog = in_front(RestoreDialog(home, db), qtbot)
        qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
        dialog.look_at(late.file)
        qtbot.waitUntil(dialog.warning.isVisible, timeout=10_000)
        said = dialog.warning.text()
        dialog.reject()
    assert said.startswith("This backup holds entries that are not in the present books.")
    assert "another data key" not in said


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_cut_where_much_is_to_be_said_of_a_backup(page, books, qtbot, code):
    translations.use(code)
    for _count in range(9):
        backups.save(books, books.folder, backups.Reason.BY_HAND)
    keys.add_user(books.folder, books.key, "edin", "osam plavih tramvaja")
    early = backups.save(books, books.folder, backups.Reason.BY_HAND)
    keys.remove_user(books.folder, "edin")
    renewal.renew_open(books, books.key, {"amra": "devet crvenih vagona"})
    dialog = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    dialog.look_at(early.file)
    qtbot.waitUntil(lambda: "edin" in dialog.warning.text(), timeout=10_000)
    dialog.user.set_value("edin")
    qtbot.keyClicks(dialog.password.line, "osam plavih tramvaja")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.problem.isVisible, timeout=10_000)
    for part in (dialog.facts, dialog.warning, dialog.problem):
        assert part.height() >= part.heightForWidth(part.width())


def test_another_file_that_is_no_backup_is_refused_in_the_dialog(page, books, qtbot, tmp_path):
    letter = tmp_path / "letter.backup"
    letter.write_bytes(b"Dear all")
    dialog = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(dialog.none.isVisible, timeout=10_000)
    dialog.look_at(letter)
    qtbot.waitUntil(dialog.problem.isVisible, timeout=10_000)
    assert dialog.problem.text().startswith("letter.backup is not a backup")
    assert not dialog.go.isEnabled()


def test_who_can_no_longer_sign_in_is_not_the_first_to_be_offered(page, books, qtbot):
    keys.add_user(books.folder, books.key, "edin", "osam plavih tramvaja")
    backups.save(books, books.folder, backups.Reason.BY_HAND)
    keys.remove_user(books.folder, "amra")
    dialog = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert dialog.user.value == "edin"
    dialog.reject()


def test_a_stick_that_is_plugged_in_meanwhile_is_found(books, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(restore, "AGAIN", 50)
    drives: list[Path] = []
    monkeypatch.setattr(tending, "drives", lambda: drives)
    (tmp_path / "stick").mkdir()
    made = backups.make(books, tmp_path / "stick" / "ogranak.backup", backups.Reason.BY_HAND)
    dialog = in_front(RestoreDialog(tmp_path / "new", None), qtbot)
    qtbot.waitUntil(dialog.none.isVisible, timeout=10_000)
    drives.append(made.file.parent)
    qtbot.waitUntil(dialog.go.isEnabled, timeout=10_000)
    assert dialog.preview.backup == made
    assert not dialog.none.isVisible()
    dialog.reject()


def test_the_list_of_backups_is_walked_through_by_keyboard(page, books, qtbot):
    for _count in range(6):
        backups.save(books, books.folder, backups.Reason.BY_HAND)
    dialog = in_front(RestoreDialog(books.folder, books, page), qtbot)
    qtbot.waitUntil(dialog.password.line.hasFocus)
    dialog.table.setFocus()
    for row in range(1, 6):
        qtbot.keyClick(dialog.table, Qt.Key.Key_Down)
        qtbot.waitUntil(dialog.go.isEnabled)
        assert dialog.table.hasFocus()
        assert dialog.table.currentIndex().row() == row
    seen = dialog.table.visualRect(dialog.table.currentIndex())
    assert dialog.table.viewport().rect().contains(seen.center())
    dialog.reject()
