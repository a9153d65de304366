"""Backups under the key of before a theft: told apart, and deleted once a new one is sound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from things import as_program, lay_out

from models import clock
from models.database import Database
from models.office import users
from models.record import Act
from models.rights import NotAllowed
from models.roles import Role
from models.safe import backups, container, keeping, keys, oldkey, renewal, restoring
from models.safe.backups import Backup, Reason
from models.safe.founding import PRACTICE_COST

PASSWORD = "sedam zutih kisobrana"
FRESH = "devet crvenih vagona"
NOW = datetime(2026, 11, 25, 21, 5)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return made_in(tmp_path / "data")


@pytest.fixture
def books(home: Path) -> Iterator[Database]:
    db = as_program(Database.open(home, keys.unlock(home, "amra", PASSWORD)))
    db.home = home
    with clock.at(NOW):
        yield db
    db.close()


def made_in(folder: Path) -> Path:
    key = keys.create(folder, "amra", PASSWORD)
    with closing(as_program(Database.create(folder, key))) as db, db.write() as session:
        lay_out(session).receive(1000)
        users.add(session, "amra", "Amra")
    return folder


def back_up(db: Database) -> Backup:
    assert db.home is not None
    return backups.save(db, db.home, Reason.BY_HAND)


def renew(db: Database, password: str = FRESH) -> None:
    renewal.renew_open(db, db.key, {"amra": password})


def test_without_a_theft_none_is_under_an_old_key(books, home):
    back_up(books)
    assert oldkey.found(books, home) == []


def test_after_a_theft_those_made_before_are_told_apart(books, home, tmp_path):
    early, stick = back_up(books), tmp_path / "stick"
    stick.mkdir()
    copied = backups.copy(early, stick)
    keeping.keep(home, replace(keeping.read(home), second=str(stick)))
    renew(books)
    back_up(books)
    assert set(oldkey.found(books, home)) == {early.file, copied.file}


def test_they_go_and_the_one_under_the_new_key_stays(books, home):
    early = back_up(books)
    renew(books)
    late = back_up(books)
    assert oldkey.delete(books, home) == oldkey.Deleted(1, ())
    assert not early.file.exists()
    assert restoring.can_be_restored(late, books.key)
    with books.read() as session:
        act = session.query(Act).order_by(Act.id.desc()).first()
    assert (act.code, act.detail) == ("oldkey.deleted", "old_backups:1")


def test_without_a_sound_one_under_the_new_key_none_goes(books, home):
    early = back_up(books)
    renew(books)
    with pytest.raises(oldkey.NoneUnderNewKey):
        oldkey.delete(books, home)
    late = back_up(books)
    broken = bytearray(late.file.read_bytes())
    broken[len(broken) // 3] ^= 1
    late.file.write_bytes(bytes(broken))
    with pytest.raises(oldkey.NoneUnderNewKey):
        oldkey.delete(books, home)
    assert early.file.exists()


def test_those_of_another_branch_in_the_same_folder_stay(books, home, tmp_path):
    other = made_in(tmp_path / "other")
    with closing(as_program(Database.open(other, keys.unlock(other, "amra", PASSWORD)))) as db:
        theirs = backups.make(db, home / "backups-x.backup", Reason.BY_HAND).file
    back_up(books)
    beside = keeping.place(home, keeping.read(home)) / theirs.name
    theirs.rename(beside)
    stranger = beside.with_name("holiday.backup")
    stranger.write_bytes(b"no backup of this program")
    renew(books)
    back_up(books)
    oldkey.delete(books, home)
    assert beside.exists()
    assert stranger.exists()


def test_a_restored_older_day_calls_no_backup_under_the_newer_key_old(books, home):
    first = back_up(books)
    renew(books)
    key, early = books.key, back_up(books)
    renew(books, PASSWORD)
    late = back_up(books)
    books.close()
    restoring.restore(early.file, home, key)
    with closing(as_program(Database.open(home, key))) as db:
        db.home = home
        assert not container.is_under(late.file, db.key)
        assert oldkey.found(db, home) == [first.file]


def test_while_it_is_open_whether_the_books_are_right_none_goes(books, home):
    early = back_up(books)
    renew(books)
    back_up(books)
    keeping.keep(home, replace(keeping.read(home), is_paused=True))
    with pytest.raises(oldkey.UndecidedYet):
        oldkey.delete(books, home)
    assert early.file.exists()


def test_only_who_looks_after_the_keys_deletes_them(books, home):
    early = back_up(books)
    renew(books)
    back_up(books)
    books.roles = frozenset({Role.SECRETARY})
    with pytest.raises(NotAllowed):
        oldkey.delete(books, home)
    assert early.file.exists()


def test_a_stick_that_lost_all_its_copies_gets_one_at_once(books, home, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    keeping.keep(home, replace(keeping.read(home), second=str(stick)))
    back_up(books)
    backups.copy_to_second(home)
    renew(books)
    back_up(books)
    assert oldkey.delete(books, home).count == 2
    assert keeping.read(home).is_second_due(NOW)
