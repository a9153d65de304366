"""Closing this computer: nothing changes before the books are safe elsewhere, then all goes."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import parting as played
import pytest
from parting import LOGIN, PASSWORD
from sqlalchemy import select
from things import as_program

import main
from models import clock
from models.database import BooksInTrouble, Database
from models.errors import DomainError
from models.office import branch, territory, users
from models.office.branch import Details
from models.record import Act
from models.rights import NotAllowed
from models.roles import PROGRAM, Role
from models.safe import (
    backups,
    folders,
    founding,
    keeping,
    keys,
    lock,
    paperkeys,
    parting,
    renewal,
    restoring,
    wiping,
)  # fmt: skip
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST, Plan
from models.server import address
from ui import farewell

NAME = "Zulejha Planted"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A branch of two users, with a backup, paper keys and books that were put aside."""
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    unit = territory.find("BA-BIH/01/Bihać")
    names = branch.suggest(unit)
    home = tmp_path / "data"
    key = founding.found(home, Plan([unit], names, Details(), "bs", "Store", NAME, LOGIN, PASSWORD))
    keys.add_user(home, key, "zulejha", PASSWORD)
    paperkeys.make(home, key)
    with closing(Database.open(home, key)) as db:
        users.sign_in(db, LOGIN)
        backups.save(db, home, Reason.BY_HAND)
    folders.keep_aside(home)
    return home


@pytest.fixture
def books(home: Path) -> Iterator[Database]:
    with closing(Database.open(home, keys.unlock(home, LOGIN, PASSWORD))) as db:
        users.sign_in(db, LOGIN)
        yield db


def left_in(home: Path) -> list[str]:
    return sorted(path.name for path in home.rglob("*"))


def words_in(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_the_last_backup_tells_that_the_computer_was_closed(home, elsewhere, tmp_path):
    file = played.close(home, elsewhere)
    key = restoring.unlock(file, lambda inside: keys.unlock(inside, LOGIN, PASSWORD))
    restoring.restore(file, tmp_path / "next", key, LOGIN)
    with closing(Database.open(tmp_path / "next", key)) as db, db.read(PROGRAM) as session:
        codes = list(session.scalars(select(Act.code).order_by(Act.id)))
        assert codes[-2:] == ["parting.begun", "restoring.restored"]
    assert backups.read(file).reason is Reason.PARTING


def test_nothing_of_the_books_is_left_here(home, elsewhere):
    (home / "problems.log").write_text(NAME)
    (home / f".{'0a' * 8}.new").write_bytes((home / keys.FILE).read_bytes())
    for name in (folders.BEGUN, folders.REWRITING, f"{address.PUT_AWAY}2026-11-01",
                 folders.PRACTICE, f"{keeping.FOLDER}/{backups.UNFINISHED}x"):  # fmt: skip
        shutil.copytree(home / keeping.FOLDER, home / name)
        shutil.copyfile(home / keys.FILE, home / name / keys.FILE)
    (home / "letter.odt").write_text("of somebody else")
    lock.hold(home, LOGIN)._file.close()  # as a killed program leaves it
    sealed = b64encode(keys.rings.read(home).check)
    played.close(home, elsewhere)
    assert left_in(home) == ["letter.odt", lock.FILE]
    for trace in (NAME, LOGIN, "zulejha", "ogranak-keys"):
        assert trace.encode() not in words_in(home)
    assert sealed not in words_in(home)
    assert not folders.is_set_up(home)


def test_keys_are_written_over_before_they_go(home, elsewhere):
    """A second name for the same file shows what its place on the disk holds afterwards."""
    (backup,) = backups.overview(home / keeping.FOLDER)
    begins = backups.container.place_of(backup.file, keys.FILE)
    for path in (home / keys.FILE, backup.file):
        os.link(path, home.parent / path.name)
    before = [(home.parent / path.name).read_bytes() for path in (home / keys.FILE, backup.file)]
    played.close(home, elsewhere)
    now = [(home.parent / name).read_bytes() for name in (keys.FILE, backup.file.name)]
    assert [len(content) for content in now] == [len(content) for content in before]
    assert b"wraps" not in now[0]
    assert b"wraps" not in now[1][begins:]


def test_backups_on_the_same_disk_go_and_those_on_other_drives_stay(home, elsewhere, tmp_path):
    here, there = tmp_path / "second folder", elsewhere / "stick"
    for folder in (here, there):
        shutil.copytree(home / keeping.FOLDER, folder)
        (folder / "letter.odt").write_text("of somebody else")
        (folder / "pictures.backup").write_text("of somebody else")
    (here / f"{backups.UNFINISHED}x").mkdir()
    shutil.copyfile(home / keys.FILE, here / f"{backups.UNFINISHED}x" / keys.FILE)
    keeping.keep(home, keeping.Keeping(folder=str(here), second=str(there)))
    assert parting.places(home) == parting.Kept((home / keeping.FOLDER, here), (there,))
    played.close(home, elsewhere)
    assert left_in(here) == ["letter.odt", "pictures.backup"]
    assert len(backups.overview(there)) == 1


def test_backups_of_another_branch_in_the_same_folder_stay(home, elsewhere, tmp_path):
    shared = tmp_path / "shared"
    other = tmp_path / "other"
    unit = territory.find("BA-BIH/01/Bihać")
    plan = Plan([unit], branch.suggest(unit), Details(), "bs", "Store", "Ana", "ana", PASSWORD)
    with clock.at(clock.now() - timedelta(days=1)):  # in one second both records would begin alike
        key = founding.found(other, plan)
    with closing(as_program(Database.open(other, key))) as db:
        theirs = backups.save(db, other, Reason.BY_HAND)
    shutil.copytree(home / keeping.FOLDER, shared)
    kept = shutil.copy(theirs.file, shared / "ogranak-2020-01-01-1200.backup")
    keeping.keep(home, keeping.Keeping(folder=str(shared)))
    played.close(home, elsewhere)
    assert left_in(shared) == [kept.name]
    assert backups.read(kept)


def test_backups_under_an_earlier_key_go_from_a_shared_folder_too(home, elsewhere, tmp_path):
    shared = Path(shutil.copytree(home / keeping.FOLDER, tmp_path / "shared"))
    keeping.keep(home, keeping.Keeping(folder=str(shared)))
    key = keys.unlock(home, LOGIN, PASSWORD)
    fresh = {LOGIN: "devet crvenih vagona"}
    key, _papers = renewal.renew(home, key, fresh, roles=PROGRAM, cost=PRACTICE_COST)
    keys.set_password(home, key, LOGIN, PASSWORD)
    other = keys.create(tmp_path / "other", "ana", PASSWORD)
    with closing(as_program(Database.create(tmp_path / "other", other))) as db:
        backups.make(db, shared / "theirs.backup", Reason.BY_HAND)
    played.close(home, elsewhere)
    assert left_in(shared) == ["theirs.backup"]


@pytest.fixture
def shared(home, tmp_path) -> Path:
    """A folder on the same disk with a backup of these books and one of another branch."""
    shared = Path(shutil.copytree(home / keeping.FOLDER, tmp_path / "shared"))
    other = keys.create(tmp_path / "other", "ana", PASSWORD)
    with closing(as_program(Database.create(tmp_path / "other", other))) as db:
        backups.make(db, shared / "theirs.backup", Reason.BY_HAND)
    return shared


def test_where_the_keys_here_cannot_be_read_any_more_the_last_backup_tells_whose_go(
    books, home, shared, elsewhere
):
    made = parting.take_away(books, elsewhere, LOGIN, PASSWORD)
    books.close()
    (home / keys.FILE).write_bytes(b"{")
    keeping.keep(home, keeping.Keeping(folder=str(shared)))
    parting.leave(home, made)
    assert left_in(shared) == ["theirs.backup"]


def test_where_no_mark_is_known_all_stay_in_a_shared_folder(home, shared):
    before = left_in(shared)
    wiping.begin(home, [home / keeping.FOLDER, shared], [])
    left = wiping.finish(home)
    assert [path.name for path in left] == [name for name in before if name.startswith("ogranak-")]
    assert left_in(shared) == before
    assert left_in(home) == []


def half_made(folder: Path, name: str, keys_of: Path | None = None) -> Path:
    made = folder / f"{backups.UNFINISHED}{name}"
    made.mkdir()
    (made / "ogranak.db").write_bytes(b"noise")
    if keys_of:
        shutil.copyfile(keys_of / keys.FILE, made / keys.FILE)
    return made


def test_what_does_not_tell_whose_it_is_stays_in_a_shared_folder_and_is_named(
    home, shared, elsewhere
):
    spoiled = shared / "ogranak-2020-01-01-1200.backup"
    spoiled.write_bytes((shared / "theirs.backup").read_bytes()[:2000])
    unfinished = half_made(shared, "x")
    their_own = half_made(shared, "y", keys_of=home.parent / "other")
    half_made(shared, "z", keys_of=home)
    keeping.keep(home, keeping.Keeping(folder=str(shared)))
    before = spoiled.read_bytes()
    made, left = closed(home, elsewhere)
    assert left == [spoiled, unfinished]
    assert sorted(shared.iterdir()) == sorted([*left, their_own, shared / "theirs.backup"])
    assert spoiled.read_bytes() == before
    assert keys.logins(their_own) == ["ana"]
    assert backups.read(made.file) == made


def closed(home: Path, elsewhere: Path) -> tuple[backups.Backup, list[Path]]:
    with closing(Database.open(home, keys.unlock(home, LOGIN, PASSWORD))) as db:
        users.sign_in(db, LOGIN)
        made = parting.take_away(db, elsewhere, LOGIN, PASSWORD)
    return made, parting.leave(home, made)


def test_what_was_half_wiped_when_the_power_went_is_still_known_as_ours(home, shared):
    (own,) = (file for file in shared.glob("ogranak-*"))
    wiping.begin(home, [home / keeping.FOLDER, shared], keeping.marks(home))
    own.write_bytes(own.read_bytes()[:100] + os.urandom(900))
    assert wiping.finish(home) == []
    assert left_in(shared) == ["theirs.backup"]


def test_what_an_earlier_program_began_is_finished_as_it_was_told(home, shared):
    (mark,) = keeping.marks(home)
    told = {"backups": [str(shared)], "mark": mark.hex()}
    (home / folders.CLOSING).write_text(json.dumps(told))
    wiping.finish(home)
    assert left_in(shared) == ["theirs.backup"]


def test_a_link_to_another_drive_is_not_followed(home, elsewhere):
    shutil.move(home / keeping.FOLDER, elsewhere / "kept")
    (home / keeping.FOLDER).symlink_to(elsewhere / "kept")
    played.close(home, elsewhere)
    assert len(backups.overview(elsewhere / "kept")) == 1
    assert left_in(home) == []


def test_a_link_among_half_made_backups_is_not_followed(home, elsewhere, tmp_path):
    """Another branch's data folder, to which somebody made a link where backups are kept."""
    other = tmp_path / "other"
    keys.create(other, "edin", PASSWORD)
    (home / keeping.FOLDER / f"{backups.UNFINISHED}x").symlink_to(other)
    (home / f"{backups.UNFINISHED}y").symlink_to(other)
    played.close(home, elsewhere)
    assert keys.logins(other) == ["edin"]
    assert left_in(home) == []


def refused(books: Database, folder: Path, password: str = PASSWORD) -> str:
    """In which words it was refused; the books are as they were."""
    before = backups.contents.of(books).documents
    with pytest.raises(DomainError) as refusal:
        parting.take_away(books, folder, LOGIN, password)
    assert folders.is_set_up(books.folder)
    assert backups.contents.of(books).documents == before
    return refusal.value.text()


def test_without_another_drive_it_is_refused(books, tmp_path):
    assert refused(books, tmp_path).startswith(f"{tmp_path} is on the same disk as the books")


def test_a_stick_that_is_gone_is_refused(books, elsewhere):
    assert "is not there. Plug the stick in" in refused(books, elsewhere / "gone")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a drive in memory")
def test_a_folder_in_memory_is_no_other_drive(books):
    assert "in the memory of this computer" in refused(books, Path("/dev/shm"))


def test_a_wrong_password_is_refused(books, elsewhere):
    assert refused(books, elsewhere, "wrong") == "Wrong user name or password."
    assert left_in(elsewhere) == []


def test_doubtful_books_are_not_taken_away(books, elsewhere):
    books.trouble = SomethingWrong()
    with pytest.raises(BooksInTrouble):
        parting.take_away(books, elsewhere, LOGIN, PASSWORD)
    assert left_in(elsewhere) == []


class SomethingWrong(DomainError):
    pass


def test_whoever_only_hands_out_does_not_close_the_computer(books, elsewhere):
    books.roles = frozenset({Role.DESK})
    with pytest.raises(NotAllowed):
        parting.take_away(books, elsewhere, LOGIN, PASSWORD)
    assert left_in(elsewhere) == []


def test_a_backup_that_does_not_verify_is_refused(books, elsewhere):
    """The stick spoils what it was given, between the writing and the reading back."""

    def spoil(done: int, _of: int) -> None:
        if done == 3:
            (file,) = elsewhere.glob("*.backup")
            raw = bytearray(file.read_bytes())
            raw[9000] ^= 1
            file.write_bytes(raw)

    with pytest.raises(parting.NotProved):
        parting.take_away(books, elsewhere, LOGIN, PASSWORD, spoil)
    assert folders.is_set_up(books.folder)
    with books.read() as session:
        codes = list(session.scalars(select(Act.code).order_by(Act.id)))
    assert codes[-2:] == ["parting.begun", "parting.given_up"]


def test_what_is_entered_meanwhile_is_not_lost(books, elsewhere):
    def enter(done: int, _of: int) -> None:
        if done == 3:
            users.sign_in(books, LOGIN)

    with pytest.raises(parting.EnteredSince):
        parting.take_away(books, elsewhere, LOGIN, PASSWORD, enter)


def pulled_out(file: Path) -> None:
    file.unlink()


def spoiled(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def of_another_day(file: Path) -> None:
    older = backups.read(file)
    file.unlink()
    backups.pack(file.parent, backups.replace(older, made_at=older.made_at - timedelta(days=1)))


@pytest.mark.parametrize("change", [pulled_out, spoiled, of_another_day])
def test_a_backup_that_is_no_longer_what_was_proved_keeps_the_books_here(
    home, books, elsewhere, change
):
    made = parting.take_away(books, elsewhere, LOGIN, PASSWORD)
    books.close()
    for name in (backups.FILE, keys.FILE):
        shutil.copyfile(home / name, elsewhere / name)
    change(made.file)
    before = left_in(home)
    with pytest.raises(parting.NotProved):
        parting.leave(home, made)
    assert left_in(home) == before


def test_a_spoiled_backup_here_is_wiped_too(home, elsewhere):
    (backup,) = backups.overview(home / keeping.FOLDER)
    whole = backup.file.read_bytes()
    backup.file.write_bytes(whole[:-40])
    os.link(backup.file, home.parent / "same")
    played.close(home, elsewhere)
    assert not backup.file.exists()
    assert b"wraps" not in (home.parent / "same").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_killed_at_any_moment_it_is_closed_or_as_it_was(home, elsewhere, tmp_path):
    at, closed, opened = 1, 0, 0
    with played.nursery() as nurse:
        while True:
            computer = Path(shutil.copytree(home, tmp_path / "computer"))
            if not played.is_killed(nurse, computer, elsewhere, at):
                break
            if played.is_open(computer):
                opened += 1
                assert not closed, f"at {at} the books are back"
                assert len(backups.overview(computer / keeping.FOLDER)) == 1
            else:
                closed += 1
                assert b"wraps" not in words_in(computer)
                assert [name for name in left_in(computer) if name != lock.FILE] == []
                assert restorable(elsewhere)
            shutil.rmtree(computer)
            for file in elsewhere.iterdir():
                shutil.rmtree(file) if file.is_dir() else file.unlink()
            at += 1
    assert opened > 10
    assert closed > 10


def restorable(elsewhere: Path) -> bool | None:
    (made,) = backups.overview(elsewhere)
    key = restoring.unlock(made.file, lambda inside: keys.unlock(inside, LOGIN, PASSWORD))
    return restoring.can_be_restored(made, key)


def test_a_wipe_without_its_mark_would_be_noticed(home):
    """The red twin: keys gone before the point of no return leave books that nobody can open."""
    (home / keys.FILE).unlink()
    with pytest.raises(keys.NoKeys):
        played.is_open(home)


def test_a_mark_that_cannot_be_read_still_ends_the_wipe(home):
    (home / folders.CLOSING).write_bytes(b"spoiled")
    folders.finish(home)
    assert left_in(home) == []


def test_a_second_end_of_the_wipe_finds_nothing_to_do(home, elsewhere):
    played.close(home, elsewhere)
    wiping.finish(home)
    assert not folders.is_set_up(home)


# On the command line


@pytest.fixture
def command(home: Path, tmp_path: Path) -> list[str]:
    """What is written before the folder for the last backup."""
    (tmp_path / "secret").write_text(PASSWORD)
    return ["--data", str(home), "--user", LOGIN, "--password-file", str(tmp_path / "secret")]


def test_the_command_line_closes_the_computer_as_the_window_does(
    home, command, elsewhere, tmp_path, capsys
):
    assert main.main([*command, "close", str(elsewhere)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Wiped: the keys, the books")
    assert said[-2].startswith(f"The books are in {elsewhere}")
    assert left_in(home) == [lock.FILE]
    (file,) = elsewhere.glob("*.backup")
    key = restoring.unlock(file, lambda inside: keys.unlock(inside, LOGIN, PASSWORD))
    assert restoring.restore(file, tmp_path / "next", key, LOGIN).contents.acts


def test_the_command_line_names_what_it_left(home, shared, command, elsewhere, capsys):
    spoiled = shared / "ogranak-2020-01-01-1200.backup"
    spoiled.write_bytes(b"spoiled")
    keeping.keep(home, keeping.Keeping(folder=str(shared)))
    assert main.main([*command, "close", str(elsewhere)]) == 0
    assert f"Not wiped: {spoiled}. They cannot be read" in capsys.readouterr().out


def test_of_many_that_were_left_a_few_are_named():
    (said,) = farewell.what_stayed([Path(f"{number}.backup") for number in range(7)])
    assert said.startswith("Not wiped: 0.backup, 1.backup, 2.backup, 3.backup, 4.backup and more.")
    assert list(farewell.what_stayed([])) == []


def test_the_command_line_wipes_nothing_without_another_drive(home, command, tmp_path, capsys):
    assert main.main([*command, "close", str(tmp_path)]) == 2
    assert "is on the same disk as the books" in capsys.readouterr().err
    assert main.main([*command, "check"]) == 0


def test_the_command_line_asks_for_the_password_again(
    home, command, elsewhere, monkeypatch, capsys
):
    typed = iter([PASSWORD, "something else"])
    monkeypatch.setattr(getpass, "getpass", lambda _question: next(typed))
    assert main.main([*command[:4], "close", str(elsewhere)]) == 2
    assert capsys.readouterr().err.strip() == "Wrong user name or password."
    assert left_in(elsewhere) == []
    assert main.main([*command, "check"]) == 0


def test_the_command_line_closes_for_nobody_who_only_hands_out(home, command, elsewhere, capsys):
    db = as_program(Database.open(home, keys.unlock(home, LOGIN, PASSWORD)))
    with closing(db), db.write() as session:
        users.add(session, "zulejha", "Zulejha", [Role.DESK])
    assert main.main([*command, "--user", "zulejha", "close", str(elsewhere)]) == 2
    assert capsys.readouterr().err.startswith("Your role does not include this")
    assert left_in(elsewhere) == []


def test_what_could_not_be_wiped_is_said_and_wiped_at_the_next_start(
    home, command, elsewhere, monkeypatch, capsys
):
    finish = wiping.finish

    def fail(_home):
        raise PermissionError(13, "no")

    monkeypatch.setattr(wiping, "finish", fail)
    assert main.main([*command, "close", str(elsewhere)]) == 1
    assert capsys.readouterr().err.startswith("Not everything could be wiped.")
    monkeypatch.setattr(wiping, "finish", finish)
    assert main.main([*command, "check"]) == 2
    assert left_in(home) == [lock.FILE]
