"""Backups are whole or not there, found when damaged, and come back with nothing lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from drives import drive
from sqlalchemy import select, text
from things import DAY, as_program, lay_out

from models import bookfile, checks, clock, migrations, record
from models.bookfile import Damaged
from models.database import BooksInTrouble, Database
from models.errors import DomainError
from models.goods import stock
from models.goods.items import Item
from models.goods.places import Place
from models.office import users
from models.record import Act
from models.rights import NotAllowed
from models.roles import Role
from models.safe import (
    backups,
    container,
    contents,
    fading,
    folders,
    keeping,
    keys,
    lock,
    opening,
    renewal,
    restoring,
    tending,
    whereabouts,
)  # fmt: skip
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST
from ui import faults

PASSWORD = "sedam zutih kisobrana"
FRESH = "devet crvenih vagona"
NOW = datetime(2026, 11, 25, 21, 5)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key file, books and a first document."""
    folder = tmp_path_factory.mktemp("kept") / "data"
    key = keys.create(folder, "amra", PASSWORD, cost=PRACTICE_COST)
    with closing(as_program(Database.create(folder, key))) as db, db.write() as session:
        lay_out(session).receive(1000)
        for login in ("amra", "edin"):
            users.add(session, login, login)
    return folder


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "podaci č ж"))


@pytest.fixture
def key(home: Path) -> bytes:
    return keys.unlock(home, "amra", PASSWORD)


@pytest.fixture
def books(home: Path, key: bytes) -> Iterator[Database]:
    db = as_program(Database.open(home, key))
    with clock.at(NOW):
        yield db
    db.close()


def hand_out(db: Database, pieces: int = 1) -> None:
    with db.write() as session:
        place = session.query(Place).filter(Place.name == "Main store").one()
        blanket = session.query(Item).filter(Item.code == "blanket").one()
        stock.hand_out(session, place, [stock.Goods(blanket, pieces * 1000)], on=DAY)


def opened_by(password: str = PASSWORD) -> restoring.Opens:
    return lambda folder: keys.unlock(folder, "amra", password)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_backup_is_one_file_named_by_day_and_time(books: Database, home: Path) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    moment = clock.local(NOW)
    assert left_in(home / keeping.FOLDER) == [f"ogranak-{moment:%Y-%m-%d-%H%M}.backup"]
    assert made.contents.newest == "1/2026"
    assert backups.read(made.file) == made


def test_a_second_one_in_the_same_minute_is_another_file(books: Database, home: Path) -> None:
    one, other = (backups.save(books, home, Reason.BY_HAND) for _ in range(2))
    assert one.file != other.file
    assert len(backups.overview(home / keeping.FOLDER)) == 2


def test_the_manifest_says_no_name(books: Database, home: Path) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    with zipfile.ZipFile(made.file) as packed:
        told = packed.read(container.MANIFEST)
        assert set(packed.namelist()) == {bookfile.FILE, keys.FILE, container.MANIFEST}
    assert b"Main store" not in told
    assert b"Amra" not in told
    assert json.loads(told)["contents"]["documents"] == 1


def test_the_record_keeps_that_a_backup_was_made(books: Database, home: Path) -> None:
    backups.save(books, home, Reason.MONTH)
    with books.read() as session:
        last = session.query(record.Act).order_by(record.Act.id.desc()).first()
    assert (last.code, last.detail) == ("backups.made", "month")


def test_nothing_new_makes_no_new_backup(books: Database, home: Path) -> None:
    assert backups.save_if_changed(books, home, Reason.TIMER)
    assert backups.save_if_changed(books, home, Reason.TIMER) is None
    hand_out(books)
    assert backups.save_if_changed(books, home, Reason.TIMER)


def test_a_backup_made_beside_a_writer_is_of_one_moment(books: Database, home: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            hand_out(books)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backups.make(books, home / f"{turn}.backup", Reason.TIMER) for turn in range(5)]
    finally:
        stop.set()
        writer.join()
    for backup in made:
        assert restoring.can_be_restored(backup, books.key)
    assert made[-1].contents.documents > made[0].contents.documents


# What comes back


def test_a_restored_branch_has_everything_and_keeps_what_it_replaced(
    books: Database, home: Path, key: bytes
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    hand_out(books, 7)
    books.close()
    before = (home / bookfile.FILE).read_bytes()
    done = restoring.restore(made.file, home, restoring.unlock(made.file, opened_by()), "amra")
    assert done.kept and (done.kept / bookfile.FILE).read_bytes() == before
    assert (done.kept / keys.FILE).exists()
    with closing(as_program(opening.open_books(home, key).db)) as db, db.read() as session:
        assert contents.of(db).documents == 1
        last = session.query(record.Act).order_by(record.Act.id.desc()).first()
        assert (last.code, last.detail) == ("restoring.restored", made.made_at.isoformat())


def test_what_was_checked_while_it_was_restored_opens_at_once(
    books: Database, home: Path, key: bytes
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    books.close()
    restoring.restore(made.file, home, key, "amra")
    opened = opening.open_books(home, key)
    with closing(opened.db) as db:
        assert db.is_as_left and not opened.problems


def test_on_another_computer_the_folder_is_empty(
    books: Database, home: Path, tmp_path: Path
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    there = tmp_path / "another computer"
    done = restoring.restore(made.file, there, restoring.unlock(made.file, opened_by()))
    assert done.kept is None
    assert not opening.open_books(there, keys.unlock(there, "amra", PASSWORD)).problems


def test_a_wrong_password_opens_no_backup(books: Database, home: Path) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    with pytest.raises(keys.WrongPassword):
        restoring.unlock(made.file, opened_by("not this one"))


def test_who_was_kept_out_since_restores_no_backup_of_these_books(
    books: Database, home: Path, key: bytes, tmp_path: Path
) -> None:
    keys.add_user(home, key, "Edin", PASSWORD, cost=PRACTICE_COST)
    made = backups.save(books, home, Reason.BY_HAND)
    keys.remove_user(home, "edin")
    books.close()
    before = left_in(home)
    with pytest.raises(restoring.KeptOut):
        restoring.restore(made.file, home, key, "edin")
    assert left_in(home) == before
    restoring.restore(made.file, tmp_path / "another computer", key, "edin")
    restoring.restore(made.file, home, key, "edin", password="by a paper key")
    restoring.restore(made.file, home, key, "amra")
    assert len(list(home.glob(f"{folders.REPLACED}*"))) == 2


def test_where_the_keys_are_damaged_everybody_restores(
    books: Database, home: Path, key: bytes
) -> None:
    keys.add_user(home, key, "edin", PASSWORD, cost=PRACTICE_COST)
    made = backups.save(books, home, Reason.BY_HAND)
    books.close()
    (home / keys.FILE).write_bytes(b"{")
    restoring.restore(made.file, home, key, "edin")


def test_the_old_log_never_meets_the_new_books(books: Database, home: Path, key: bytes) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    books.close()
    (home / f"{bookfile.FILE}-wal").write_bytes(b"the log of other books")
    done = restoring.restore(made.file, home, key)
    assert (done.kept / f"{bookfile.FILE}-wal").read_bytes() == b"the log of other books"
    assert not opening.open_books(home, key).problems


def test_after_a_restore_nothing_is_thinned_until_it_is_confirmed(
    books: Database, home: Path, key: bytes
) -> None:
    for days in range(200, 0, -2):
        with clock.at(NOW - timedelta(days=days)):
            made = backups.make(books, home / f"{days}.backup", Reason.TIMER)
    books.close()
    restoring.restore(made.file, home, key)
    keeping.keep(home, replace(keeping.read(home), folder=str(home)))
    with closing(as_program(Database.open(home, key))) as db:
        backups.save(db, home, Reason.TIMER)
        assert len(backups.overview(home)) == 101
        restoring.confirm(db, home)
        backups.save(db, home, Reason.TIMER)
    assert len(backups.overview(home)) < 40


def test_a_backup_is_restored_by_who_was_secretary_or_administrator_on_its_day(
    books: Database, home: Path, key: bytes
) -> None:
    with books.write() as session:
        users.add(session, "desk", "Desk", [Role.DESK])
    keys.add_user(home, key, "desk", PASSWORD, cost=PRACTICE_COST)
    made = backups.save(books, home, Reason.BY_HAND)
    books.close()
    before = left_in(home)
    for login in ("desk", "nobody"):
        with pytest.raises(restoring.NotTheirs):
            restoring.restore(made.file, home, key, login)
    assert left_in(home) == before
    restoring.restore(made.file, home, key, "desk", password="by a paper key č")
    restoring.restore(made.file, home, key, "desk", is_let=True)


def test_who_works_at_the_desk_puts_no_backup_in_the_place_of_the_books(books: Database) -> None:
    books.roles = frozenset({Role.DESK})
    for trouble in (None, Damaged(file=bookfile.FILE)):
        books.trouble = trouble
        with pytest.raises(NotAllowed):
            restoring.begin(books)
    books.roles = frozenset({Role.ADMINISTRATOR})
    restoring.begin(books)
    books.trouble = None
    restoring.begin(books)
    assert last_act(books).code == "restoring.begun"


def test_who_works_at_the_desk_says_of_no_books_that_they_are_right(
    books: Database, home: Path
) -> None:
    keeping.keep(home, replace(keeping.read(home), is_paused=True))
    books.roles = frozenset({Role.DESK})
    with pytest.raises(NotAllowed):
        restoring.confirm(books, home)
    assert keeping.read(home).is_paused
    books.roles = frozenset({Role.SECRETARY})
    restoring.confirm(books, home)
    assert not keeping.read(home).is_paused
    assert last_act(books).code == "restoring.confirmed"


def last_act(db: Database) -> Act:
    with db.read() as session:
        return session.query(Act).order_by(Act.id.desc()).first()


def test_the_folders_are_chosen_by_secretary_or_administrator_and_no_path_is_in_the_record(
    books: Database, home: Path, tmp_path: Path
) -> None:
    books.roles = frozenset({Role.DESK})
    with pytest.raises(NotAllowed), books.write() as session:
        whereabouts.choose(session, home, str(tmp_path / "elsewhere"), "")
    books.roles = frozenset({Role.ADMINISTRATOR})
    with books.write() as session:
        whereabouts.choose(session, home, str(tmp_path / "elsewhere"), "")
    act = last_act(books)
    assert (act.code, act.detail) == ("whereabouts.choose", "all_backups")


def test_a_backup_older_than_what_was_seen_says_so(books: Database, home: Path) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    hand_out(books)
    hand_out(books)
    backups.save(books, home, Reason.BY_HAND)
    assert keeping.read(home).has_seen_more_than(made.contents)
    hand_out(books)
    assert restoring.loss(books, home, made).documents == 3
    assert restoring.loss(None, home, made).documents == 3


def test_books_of_another_branch_are_recognised(
    books: Database, home: Path, tmp_path: Path
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    other = tmp_path / "other"
    key = keys.create(other, "x", PASSWORD, cost=PRACTICE_COST)
    with closing(as_program(Database.create(other, key))) as db, db.write() as session:
        lay_out(session).receive(5)
        session.commit()
        assert restoring.loss(db, other, made).is_other


def test_books_of_another_branch_without_any_document_are_recognised_too(
    books: Database, home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    key = keys.create(other, "x", PASSWORD, cost=PRACTICE_COST)
    with closing(as_program(Database.create(other, key))) as db:
        with db.write() as session:
            lay_out(session)
        made = backups.save(db, other, Reason.BY_HAND)
    assert made.contents.documents == 0
    assert restoring.loss(books, home, made).is_other


def is_put_aside_of(backup: backups.Backup, home: Path, key: bytes) -> bool:
    """Whether it is known as the same books as those in `home`, put aside by a restore."""
    with closing(as_program(Database.open(home, key))) as db:
        lost = restoring.loss(db, home, backup)
    return lost.is_aside and not lost.is_other


def test_after_a_wrong_restore_the_backup_made_before_it_is_known_as_the_same_books(
    books: Database, home: Path, key: bytes, tmp_path: Path
) -> None:
    early = backups.save(books, home, Reason.BY_HAND)
    hand_out(books)
    late = backups.save(books, home, Reason.RESTORE)
    wrong = tmp_path / "wrong"
    restoring.restore(early.file, wrong, key)
    assert is_put_aside_of(late, wrong, key)


def test_after_the_way_back_from_a_wrong_restore_not_the_newest_is_suggested_but_the_fuller(
    books: Database, home: Path, key: bytes
) -> None:
    early = backups.save(books, home, Reason.BY_HAND)
    hand_out(books)
    full = backups.save(books, home, Reason.RESTORE)
    books.close()
    restoring.restore(early.file, home, key)
    with clock.at(clock.now() + timedelta(minutes=1)):
        with closing(Database.open(home, key)) as wrong:
            less = backups.save(wrong, home, Reason.RESTORE)
        restoring.restore(full.file, home, key)
        found = tending.own(home)
        assert [each.file for each in found] == [less.file, full.file, early.file]
        assert restoring.suggested(found, home) == found[1]


def test_of_ordinary_backups_the_newest_is_suggested(books: Database, home: Path) -> None:
    assert restoring.suggested([], home) is None
    backups.save(books, home, Reason.RESTORE)
    backups.save(books, home, Reason.BY_HAND)
    hand_out(books)
    found = tending.own(home)
    assert restoring.suggested(found, home) == found[0]


def test_the_way_back_to_books_under_a_newer_key_is_known_as_the_same_books(
    books: Database, home: Path, key: bytes
) -> None:
    early = backups.save(books, home, Reason.BY_HAND)
    hand_out(books)
    renewal.renew_open(books, key, {"amra": FRESH})
    late = backups.save(books, home, Reason.RESTORE)
    books.close()
    restoring.restore(early.file, home, key)
    assert is_put_aside_of(late, home, key)


def test_after_a_theft_a_backup_under_the_new_key_does_not_wait(
    books: Database, home: Path, key: bytes
) -> None:
    old = backups.save(books, home, Reason.BY_HAND)
    assert tending.tend(books, home).last_good == old.made_at
    renewal.renew_open(books, key, {"amra": FRESH})
    tending.tend(books, home)
    made = backups.newest(home)
    assert made is not None
    assert made.file != old.file
    assert container.is_under(made.file, books.key)
    tending.tend(books, home)
    assert len(backups.overview(keeping.place(home, keeping.read(home)))) == 2


def test_what_cannot_be_trusted_is_not_restored(books: Database, home: Path, key: bytes) -> None:
    with books.write() as session:
        session.execute(text("DROP TRIGGER lot_update_refused"))
    with pytest.raises(backups.CopyUnsound):
        backups.save(books, home, Reason.BY_HAND)
    assert left_in(home / keeping.FOLDER) == []


def test_a_backup_whose_books_fail_a_check_is_refused_and_nothing_changes(
    books: Database, home: Path, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with books.write() as session:
        for trigger in ("document_update_refused", "act_update_refused"):
            session.execute(text(f"DROP TRIGGER {trigger}"))
        session.execute(text("UPDATE document SET note = 'x'"))
    monkeypatch.setattr(backups, "QUICK", ())
    made = backups.save(books, home, Reason.BY_HAND)
    books.close()
    before = (home / bookfile.FILE).read_bytes()
    with pytest.raises(restoring.Unsound):
        restoring.restore(made.file, home, key)
    assert (home / bookfile.FILE).read_bytes() == before
    assert not (home / folders.BEGUN).exists()


def test_a_backup_of_a_newer_program_is_refused(
    books: Database, home: Path, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    books.close()
    monkeypatch.setattr(migrations, "HEAD", "0000")
    with pytest.raises(migrations.NewerSchema):
        restoring.restore(made.file, home, key)
    monkeypatch.setattr(container, "VERSION", 0)
    with pytest.raises(container.NewerBackup):
        backups.read(made.file)


@pytest.mark.parametrize("stage", ["before", "books", "keys"])
def test_a_restore_cut_short_is_finished_at_the_next_start(
    books: Database, home: Path, key: bytes, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    books.close()
    moved, replace_ = [], Path.replace
    most = {"before": 0, "books": 1, "keys": 2}[stage]

    def cut(self: Path, target: Path) -> Path:
        if self.parent.name == folders.RENEWED and self.name in (bookfile.FILE, keys.FILE):
            if len(moved) >= most:
                raise InterruptedError
            moved.append(self.name)
        return replace_(self, target)

    monkeypatch.setattr(Path, "replace", cut)
    if most < 2:
        with pytest.raises(InterruptedError):
            restoring.restore(made.file, home, key)
    else:
        restoring.restore(made.file, home, key)
    monkeypatch.undo()
    folders.finish(home)
    assert not (home / folders.RENEWED).exists()
    assert not opening.open_books(home, key).problems


# What goes wrong


def test_each_flipped_byte_region_is_found(books: Database, home: Path, chance: object) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    whole = made.file.read_bytes()
    places = {0, 3, 5, 12, 28, 40, len(whole) - 1, len(whole) - 64, len(whole) - 70}
    places |= {len(whole) - back for back in range(60, 400, 7)}
    places |= {chance.randrange(len(whole)) for _ in range(60)}  # type: ignore[attr-defined]
    for place in places:
        spoiled = bytearray(whole)
        spoiled[place] ^= 1 << (place % 8)
        made.file.write_bytes(spoiled)
        with pytest.raises(DomainError):
            container.require_whole(made.file)
    made.file.write_bytes(whole)
    container.require_whole(made.file)


@pytest.mark.parametrize("keep", [0, 3, 30, 4096, -1, -64])
def test_a_file_cut_short_is_found(books: Database, home: Path, keep: int) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    made.file.write_bytes(made.file.read_bytes()[:keep])
    with pytest.raises(DomainError):
        container.require_whole(made.file)
    assert backups.overview(made.file.parent) == [] or keep < 0


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"%PDF-1.7", bytes(5000)]
)
def test_what_is_no_backup_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "letter.backup"
    file.write_bytes(content)
    for look in (container.require_whole, backups.read):
        with pytest.raises((container.NotABackup, container.DamagedBackup)):
            look(file)


@pytest.mark.parametrize("place", [0, 16, 24, 100, 4096, 5000, 20_000, -4096, -1])
def test_a_flip_in_the_books_is_found_before_they_open(home: Path, key: bytes, place: int) -> None:
    file = home / bookfile.FILE
    whole = bytearray(file.read_bytes())
    whole[place] ^= 1
    file.write_bytes(whole)
    with pytest.raises(bookfile.Unreadable):
        opening.open_books(home, key)
    assert file.read_bytes() == whole


@pytest.mark.parametrize("cut", [-4096, -1, 4096, 100])
def test_books_cut_short_or_grown_are_found(home: Path, key: bytes, cut: int) -> None:
    file = home / bookfile.FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:cut] if cut != 100 else whole + bytes(4096))
    with pytest.raises(bookfile.Unreadable):
        opening.open_books(home, key)


def test_a_page_put_back_from_an_older_day_is_found_by_the_checks(
    books: Database, home: Path, key: bytes
) -> None:
    file = home / bookfile.FILE
    books.close()
    old = file.read_bytes()
    with closing(as_program(Database.open(home, key))) as db:
        for _turn in range(3):
            hand_out(db)
    new, found, stale = file.read_bytes(), 0, 0
    for at in range(4096, min(len(old), len(new)), 4096):
        if old[at : at + 4096] != new[at : at + 4096]:
            stale += 1
            file.write_bytes(new[:at] + old[at : at + 4096] + new[at + 4096 :])
            found += not _opens_well(home, key)
            file.write_bytes(new)
    assert stale > 3
    assert found == stale


def _opens_well(home: Path, key: bytes) -> bool:
    try:
        opened = opening.open_books(home, key)
    except Exception:
        return False
    opened.db.close()
    return not opened.problems


def test_what_a_killed_program_left_is_swept_away(books: Database, home: Path) -> None:
    left = home / keeping.FOLDER / f"{backups.UNFINISHED}x"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    backups.save(books, home, Reason.BY_HAND)
    assert not left.exists()


def test_without_room_it_says_so_and_leaves_nothing(
    books: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(9, 9, 0))
    with pytest.raises(backups.NoRoom) as refusal:
        backups.save(books, home, Reason.BY_HAND)
    assert "MB must be free" in refusal.value.text()
    assert left_in(home / keeping.FOLDER) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A drive of 700 KB, as a stick that is nearly full."""
    with drive(tmp_path / "stick", "700k") as place:
        yield place


def test_a_disk_that_fills_up_midway_leaves_nothing(
    books: Database, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "require_bytes", lambda _folder, _needed: None)
    with pytest.raises(Exception) as refusal:
        backups.make(books, small_disk / "full.backup", Reason.BY_HAND)
    assert faults.sentence(refusal.value).startswith("The disk is full.")
    assert left_in(small_disk) == []


def test_a_stick_gets_a_copy_that_is_read_back(books: Database, home: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    keeping.keep(home, replace(keeping.read(home), second=str(stick)))
    made = backups.save(books, home, Reason.BY_HAND)
    copied = backups.copy_to_second(home)
    assert copied.file.read_bytes() == made.file.read_bytes()
    assert keeping.read(home).last_second == NOW


def test_a_clock_that_ran_ahead_does_not_keep_later_backups_off_the_stick(
    books: Database, home: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    keeping.keep(home, replace(keeping.read(home), second=str(stick)))
    with clock.at(NOW + timedelta(days=400)):
        backups.save(books, home, Reason.BY_HAND)
    hand_out(books)
    made = backups.save(books, home, Reason.BY_HAND)
    assert backups.newest(home) == made
    assert backups.copy_to_second(home).contents.documents == 2


def test_one_dated_ahead_is_placed_by_the_backups_of_its_own_branch(
    books: Database, home: Path, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    other = tmp_path / "other"
    key = keys.create(other, "x", PASSWORD, cost=PRACTICE_COST)
    with closing(as_program(Database.create(other, key))) as db:
        with clock.at(NOW + timedelta(days=300)):
            backups.make(db, shared / "ahead.backup", Reason.BY_HAND)
        with clock.at(NOW - timedelta(days=9)):
            backups.make(books, shared / "longer.backup", Reason.BY_HAND)
        with db.write() as session:
            lay_out(session).receive(1000)
        with clock.at(NOW - timedelta(days=1)):
            backups.make(db, shared / "later.backup", Reason.BY_HAND)
    with clock.at(NOW - timedelta(days=5)):
        backups.make(books, shared / "again.backup", Reason.BY_HAND)
    found = [backup.file.stem for backup in backups.overview(shared)]
    assert found == ["later", "ahead", "again", "longer"]


def test_backups_of_another_branch_in_the_folder_are_never_the_surplus(
    books: Database, home: Path, tmp_path: Path
) -> None:
    """A computer was closed and its last backup left on the stick that another branch uses."""
    stick = tmp_path / "stick"
    stick.mkdir()
    other = tmp_path / "other"
    key = keys.create(other, "x", PASSWORD, cost=PRACTICE_COST)
    long_ago = NOW - timedelta(days=30)
    with closing(as_program(Database.create(other, key))) as db, clock.at(long_ago):
        backups.make(db, stick / "last.backup", Reason.PARTING)
    for minutes in (1, 2):
        with clock.at(long_ago + timedelta(minutes=minutes)):
            backups.make(books, stick / f"{minutes}.backup", Reason.BY_HAND)
    backups.thin(stick, NOW)
    assert left_in(stick) == ["2.backup", "last.backup"]


def test_one_that_cannot_be_deleted_does_not_spoil_the_new_one(
    books: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / keeping.FOLDER).mkdir()
    for minutes in (0, 1, 2):
        with clock.at(NOW - timedelta(days=3) + timedelta(minutes=minutes)):
            backups.make(books, home / keeping.FOLDER / f"{minutes}.backup", Reason.TIMER)
    held = home / keeping.FOLDER / "0.backup"
    keep_open(monkeypatch, held)
    made = backups.save(books, home, Reason.BY_HAND)
    assert left_in(held.parent) == ["0.backup", "2.backup", made.file.name]
    known = keeping.read(home)
    assert (known.last_good, known.left_over) == (NOW, str(held))
    monkeypatch.undo()
    backups.save(books, home, Reason.BY_HAND)
    assert keeping.read(home).stuck == ()


def test_a_stuck_one_that_cannot_be_asked_for_counts_as_left(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = home / keeping.FOLDER / "0.backup"
    keeping.note_stuck(home, held.parent, [held])
    assert keeping.read(home).left_over == ""
    give_no_answer(monkeypatch, held)
    assert keeping.read(home).left_over == str(held)


def give_no_answer(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """As a failing drive does, or a folder on another computer."""
    stat = Path.stat

    def fail(asked: Path, **how: bool) -> os.stat_result:
        if asked == path:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return stat(asked, **how)

    monkeypatch.setattr(Path, "stat", fail)


def test_what_is_stuck_in_fading_is_named_until_fading_says_otherwise(
    books: Database, home: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    keeping.keep(home, replace(keeping.read(home), second=str(stick)))
    backups.save(books, home, Reason.BY_HAND)
    for folder in (home / keeping.FOLDER, stick):
        (folder / "ogranak-spoiled.backup").write_bytes(b"PK")
        (stuck,) = fading.fade(books, books.key, home, folder)
        keeping.note_stuck(home, folder, [stuck, folder / "gone.backup"])
    backups.save(books, home, Reason.BY_HAND)
    backups.copy_to_second(home)
    assert keeping.read(home).stuck == tuple(
        str(folder / "ogranak-spoiled.backup") for folder in (home / keeping.FOLDER, stick)
    )


def keep_open(monkeypatch: pytest.MonkeyPatch, held: Path) -> None:
    """As another program does on Windows: nobody else can delete it."""
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == held:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)


def test_a_stick_that_is_not_there_is_never_made_up(books: Database, home: Path) -> None:
    keeping.keep(home, replace(keeping.read(home), second=str(home / "stick")))
    backups.save(books, home, Reason.BY_HAND)
    with pytest.raises(backups.NotThere):
        backups.copy_to_second(home)
    assert not (home / "stick").exists()
    tending.tend(books, home)
    assert keeping.read(home).last_second is None


def test_a_stick_that_may_not_be_written_to_is_said_plainly(
    books: Database, home: Path, small_disk: Path
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(OSError) as refusal:
        backups.copy(made, small_disk)
    assert faults.sentence(refusal.value).startswith("The folder or file may not be written to.")


def test_a_stick_pulled_out_midway_leaves_no_backup_there(
    books: Database, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    made = backups.save(books, home, Reason.BY_HAND)
    fsync = os.fsync

    def pulled(handle: int) -> None:
        fsync(handle)
        for path in stick.glob("*/*.backup"):
            path.unlink()

    monkeypatch.setattr(os, "fsync", pulled)
    with pytest.raises(FileNotFoundError):
        backups.copy(made, stick)
    assert list(stick.glob("*.backup")) == []


def test_a_stick_that_stores_something_else_is_found_out(
    books: Database, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    made = backups.save(books, home, Reason.BY_HAND)
    write = container.copy

    def forgetful(source: Path, target: Path) -> None:
        write(source, target)
        with target.open("r+b") as file:
            file.seek(1000)
            file.write(b"\0" * 512)

    monkeypatch.setattr(container, "copy", forgetful)
    with pytest.raises(container.DamagedBackup):
        backups.copy(made, stick)
    assert left_in(stick) == []


def test_books_in_trouble_are_not_saved_over_good_backups(books: Database, home: Path) -> None:
    backups.save(books, home, Reason.BY_HAND)
    books.trouble = checks.GuardMissing(guard="x")
    with pytest.raises(BooksInTrouble):
        backups.save(books, home, Reason.TIMER)
    tending.tend(books, home)
    assert len(backups.overview(home / keeping.FOLDER)) == 1


def test_keys_of_other_books_are_noticed(books: Database, home: Path, tmp_path: Path) -> None:
    keys.create(tmp_path / "other", "x", PASSWORD, cost=PRACTICE_COST)
    shutil.copy(tmp_path / "other" / keys.FILE, home / keys.FILE)
    with pytest.raises(backups.CopyUnsound):
        backups.save(books, home, Reason.BY_HAND)


# By itself


def test_what_is_due_is_done_and_then_left_alone(
    books: Database, home: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    keeping.keep(home, replace(keeping.read(home), second=str(stick)))
    known = tending.tend(books, home)
    assert (known.last_good, known.last_second, known.last_test) == (NOW, NOW, NOW)
    assert known.is_test_good
    hand_out(books)
    assert tending.tend(books, home).last_good == NOW
    with clock.at(NOW + timedelta(minutes=31)):
        assert tending.tend(books, home).last_good == NOW + timedelta(minutes=31)
    assert len(backups.overview(home / keeping.FOLDER)) == 2


def test_a_newest_backup_that_cannot_be_restored_is_remembered(
    books: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    spoiled = bytearray(made.file.read_bytes())
    spoiled[9000] ^= 1
    made.file.write_bytes(spoiled)
    assert restoring.rehearse(books, home) is False
    assert not keeping.read(home).is_test_good
    assert left_in(home / keeping.FOLDER) == [made.file.name]


def test_a_whole_folder_of_an_older_day_is_found_by_a_newer_backup_elsewhere(
    books: Database, home: Path, key: bytes, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "stick"
    keeping.keep(home, replace(keeping.read(home), folder=str(elsewhere)))
    tending.tend(books, home)
    assert not keeping.read(home).beyond
    older_day = Path(shutil.copytree(home, tmp_path / "older day"))
    hand_out(books)
    with clock.at(NOW + timedelta(days=1)):
        newer = backups.save(books, home, Reason.TIMER)
    with closing(as_program(opening.open_books(older_day, key).db)) as db:
        assert db.takes_entries
        assert tending.tend(db, older_day).beyond == str(newer.file)
    newer.file.unlink()
    with closing(as_program(opening.open_books(older_day, key).db)) as db:
        assert not tending.tend(db, older_day).beyond


def test_what_lies_on_the_stick_counts_until_the_stick_itself_says_otherwise(
    books: Database, home: Path, key: bytes, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    keeping.keep(home, replace(keeping.read(home), second=str(stick)))
    tending.tend(books, home)
    older_day = Path(shutil.copytree(home, tmp_path / "older day"))
    hand_out(books)
    with clock.at(NOW + timedelta(days=7)):
        tending.tend(books, home)
    newer = backups.overview(stick)[0].file
    with closing(as_program(opening.open_books(older_day, key).db)) as db:
        for minutes in (10, 40):  # no copy to the stick is due
            with clock.at(NOW + timedelta(minutes=minutes)):
                assert tending.tend(db, older_day).beyond == str(newer)
        stick.rename(tmp_path / "pulled out")
        assert tending.tend(db, older_day).beyond == str(newer)
        (tmp_path / "pulled out").rename(stick)
        newer.unlink()
        assert not tending.tend(db, older_day).beyond


def test_whoever_keeps_these_books_says_so_once_and_in_the_record(
    books: Database, home: Path, key: bytes, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    keeping.keep(home, replace(keeping.read(home), folder=str(stick)))
    tending.tend(books, home)
    older_day = Path(shutil.copytree(home, tmp_path / "older day"))
    hand_out(books)
    with clock.at(NOW + timedelta(days=1)):
        lost = backups.save(books, home, Reason.TIMER).file
    with closing(as_program(opening.open_books(older_day, key).db)) as db:
        with clock.at(NOW + timedelta(days=2)):
            assert tending.tend(db, older_day).beyond == str(lost)
            restoring.keep_these(db, older_day)
            assert not tending.tend(db, older_day).beyond
        with db.read() as session:
            codes = session.scalars(select(Act.code)).all()
        assert codes.count(restoring.PREFERRED) == 1
        with clock.at(NOW + timedelta(days=3)):
            again = backups.save(books, home, Reason.BY_HAND).file
            assert tending.tend(db, older_day).beyond == str(again)


def test_a_restore_ends_the_doubt_though_the_stick_is_out(
    books: Database, home: Path, key: bytes
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    books.close()
    keeping.note_beyond(home, home.parent / "stick" / "newer.backup")
    restoring.restore(made.file, home, key, "amra")
    assert not keeping.read(home).beyond


@pytest.mark.parametrize("spoiled", [b"{}", b'{"version": 99}', b"\xff" * 9])
def test_a_foreign_backup_whose_keys_cannot_be_read_stops_no_turn(
    books: Database, home: Path, tmp_path: Path, spoiled: bytes
) -> None:
    other = tmp_path / "other"
    foreign = keys.create(other, "x", PASSWORD, cost=PRACTICE_COST)
    with closing(as_program(Database.create(other, foreign))) as db:
        with db.write() as session:
            lay_out(session).receive(1000)
        theirs = backups.make(db, tmp_path / "theirs.backup", Reason.BY_HAND)
    container.take_out(theirs.file, bookfile.FILE, tmp_path / bookfile.FILE)
    (tmp_path / keys.FILE).write_bytes(spoiled)
    (home / keeping.FOLDER).mkdir()
    target = replace(theirs, file=home / keeping.FOLDER / "ogranak-theirs.backup")
    backups.pack(tmp_path, target)
    (tmp_path / target.file.name).replace(target.file)
    known = tending.tend(books, home)
    assert (known.last_good, known.beyond) == (NOW, "")
    assert len(left_in(home / keeping.FOLDER)) == 2


def test_books_that_were_restored_need_not_hold_what_later_backups_do(
    books: Database, home: Path, key: bytes
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    hand_out(books)
    for minutes in (1, 2):
        with clock.at(NOW + timedelta(minutes=minutes)):
            backups.save(books, home, Reason.BY_HAND)
    books.close()
    with clock.at(NOW + timedelta(minutes=3)):
        restoring.restore(made.file, home, key, "amra")
        with closing(as_program(Database.open(home, key))) as db:
            assert not tending.tend(db, home).beyond


def test_where_nothing_here_recognises_them_all_backups_count_as_own(
    books: Database, home: Path
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    (home / keys.FILE).unlink()
    assert made in tending.own(home)
    for name in (keeping.FILE, keeping.COPY):
        (home / name).write_bytes(b"{")
    assert made in tending.own(home)


def test_none_for_a_week_is_late(home: Path) -> None:
    known = keeping.Keeping(began=NOW, last_good=None)
    assert not known.is_late(NOW + timedelta(days=6))
    assert known.is_late(NOW + timedelta(days=8))
    assert not replace(known, last_good=NOW + timedelta(days=7)).is_late(NOW + timedelta(days=8))


@pytest.mark.parametrize("spoiled", [b"", b"{", b"[]", b'{"folder": 1}', b"\xff" * 9])
def test_one_spoiled_note_of_what_was_chosen_loses_nothing(home: Path, spoiled: bytes) -> None:
    known = keeping.keep(home, keeping.Keeping(folder=str(home / "there"), is_paused=True))
    (home / keeping.FILE).write_bytes(spoiled)
    assert keeping.read(home) == known


def test_where_both_notes_are_spoiled_no_old_backup_is_deleted(books: Database, home: Path) -> None:
    (home / keeping.FOLDER).mkdir()
    for minutes in (1, 2):
        with clock.at(NOW - timedelta(days=3) + timedelta(minutes=minutes)):
            backups.make(books, home / keeping.FOLDER / f"{minutes}.backup", Reason.TIMER)
    (home / keeping.FILE).write_bytes(b"{")
    (home / keeping.COPY).write_bytes(b"")
    before = left_in(home / keeping.FOLDER)
    made = backups.save(books, home, Reason.BY_HAND)
    assert left_in(made.file.parent) == sorted([*before, made.file.name])
    assert keeping.read(home).is_forgotten


def test_a_file_of_an_earlier_program_is_saved_before_it_is_brought_up_to_date(
    tmp_path: Path,
) -> None:
    frozen = min((Path(__file__).parent / "data").glob("schema-*"))
    home = Path(shutil.copytree(frozen, tmp_path / "old"))
    keys_of_old(home)
    opened = opening.open_books(home, bytes(32))
    opened.db.close()
    (made,) = backups.overview(home / keeping.FOLDER)
    assert (made.reason, made.contents.schema) == (Reason.MIGRATION, "0001")
    assert opened.problems == []


def keys_of_old(home: Path) -> None:
    """A key file for the frozen books, whose key is nothing but zeros."""
    fixed = pytest.MonkeyPatch()
    fixed.setattr("secrets.token_bytes", bytes)
    keys.create(home, "amra", PASSWORD, cost=PRACTICE_COST)
    fixed.undo()


def test_a_live_folder_on_a_stick_is_refused(
    books: Database, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.save(books, home, Reason.BY_HAND)
    monkeypatch.setattr(lock, "_drive_problem", lambda _folder: lock.RemovableDrive)
    with pytest.raises(lock.RemovableDrive):
        restoring.restore(made.file, tmp_path / "x", bytes(32))
    assert not (tmp_path / "x").exists()


def test_damaged_is_unreadable_too() -> None:
    assert issubclass(Damaged, bookfile.Unreadable)
