"""A person who was erased is in no backup that is older than the horizon; the figures are."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pages import holds
from test_backups import give_no_answer, small_disk
from test_erasing import NOON, TEXTS, figures, lay_out, the_girl, the_old_card
from things import as_program
from things import lay_out as lay_out_things

from models import bookfile, checks, clock, record
from models.database import Database
from models.office import users
from models.privacy import erasing
from models.roles import PROGRAM
from models.safe import (
    backups,
    container,
    fading,
    folders,
    keeping,
    keys,
    parting,
    restoring,
    tending,
    whereabouts,
)  # fmt: skip
from models.safe.backups import Backup, Reason
from models.safe.founding import PRACTICE_COST
from models.safe.keeping import Former
from models.safe.thinning import HORIZON, MONTHLY, WEEKLY
from models.server import address

__all__ = ["small_disk"]  # a fixture of the backups' tests

PASSWORD = "sedam zutih kisobrana"
NAMES = (*TEXTS, "Nova riječ")
DAY = timedelta(days=1)
Fault = Callable[[pytest.MonkeyPatch, Path], None]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A branch of invented people, as test_erasing lays it out."""
    folder = tmp_path / "podaci č"
    key = keys.create(folder, "amra", PASSWORD, cost=PRACTICE_COST)
    with (
        clock.at(NOON),
        closing(as_program(Database.create(folder, key))) as db,
        db.write() as session,
    ):
        lay_out(session)
        users.add(session, "amra", "Amra")
    return folder


@pytest.fixture
def books(home: Path) -> Iterator[Database]:
    db = as_program(Database.open(home, keys.unlock(home, "amra", PASSWORD)))
    yield db
    db.close()


def kept(home: Path) -> list[Backup]:
    return backups.overview(home / keeping.FOLDER)


def save(db: Database, home: Path, *, days: int) -> Backup:
    """A backup so many days before or after noon of the day."""
    with clock.at(NOON + days * DAY):
        return backups.save(db, home, Reason.BY_HAND)


def fade(db: Database, home: Path, *, days: int = 0) -> list[Path]:
    with clock.at(NOON + days * DAY):
        return fading.fade(db, db.key, home, home / keeping.FOLDER)


def named_in(backup: Backup, key: bytes, folder: Path) -> list[str]:
    """The planted names that any page of the books in a backup holds."""
    unpacked = folder / f"{backup.file.stem}-{backup.has_people}"
    with zipfile.ZipFile(backup.file) as packed:
        packed.extract(bookfile.FILE, unpacked)
    return [name for name in NAMES if holds(unpacked, key, name)]


def restored(backup: Backup, key: bytes, folder: Path) -> Database:
    restoring.restore(backup.file, folder, key, "amra")
    return as_program(Database.open(folder, key))


def test_after_the_horizon_no_backup_names_who_was_erased(
    books: Database, home: Path, tmp_path: Path
) -> None:
    for days in range(-420, 1, 6):
        save(books, home, days=days)
    with clock.at(NOON), books.write() as session:
        erasing.erase_volunteer(session, the_girl(session))
        erasing.erase_card(session, the_old_card(session))
    last = NOON + HORIZON
    for days in (*range(6, HORIZON.days, 6), HORIZON.days):
        save(books, home, days=days)
        fade(books, home, days=days)
    found = kept(home)
    old = [backup for backup in found if last - backup.made_at >= HORIZON]
    assert len(old) == MONTHLY - 4  # the other months are younger
    assert [backup.file.name for backup in old if backup.has_people] == []
    assert [named for each in old if (named := named_in(each, books.key, tmp_path))] == []
    recent = [backup for backup in found if backup not in old]
    assert sum(backup.has_people for backup in recent) >= WEEKLY - 1
    assert all(named_in(each, books.key, tmp_path) in (["Nova riječ"], []) for each in recent)


def test_a_name_would_be_found_in_a_backup_of_before(
    books: Database, home: Path, tmp_path: Path
) -> None:
    assert named_in(save(books, home, days=0), books.key, tmp_path) == list(NAMES)


def test_one_without_people_can_be_restored_and_gives_the_same_figures(
    books: Database, home: Path, tmp_path: Path
) -> None:
    old = save(books, home, days=-100)
    with books.read() as session:
        before = figures(session)
    save(books, home, days=0)
    fade(books, home)
    nameless = kept(home)[1]
    assert (nameless.file, nameless.has_people) == (old.file, False)
    assert (nameless.contents, nameless.made_at) == (old.contents, old.made_at)
    with (
        clock.at(NOON),
        closing(restored(nameless, books.key, tmp_path / "other")) as db,
        db.read() as session,
    ):
        assert checks.run(session) == []
        assert figures(session) == before


def test_the_newest_keeps_its_people_however_old_it_is(books: Database, home: Path) -> None:
    save(books, home, days=-400)
    fade(books, home)
    assert [backup.has_people for backup in kept(home)] == [True]


def test_what_is_younger_than_the_horizon_and_no_monthly_one_keeps_them(
    books: Database, home: Path
) -> None:
    for days in (1 - HORIZON.days, 0):
        save(books, home, days=days)
    fade(books, home)
    assert [backup.has_people for backup in kept(home)] == [True, True]


def test_a_second_turn_has_nothing_to_do(books: Database, home: Path) -> None:
    save(books, home, days=-100)
    save(books, home, days=0)
    fade(books, home)
    there = [backup.file.read_bytes() for backup in kept(home)]
    fade(books, home)
    assert [backup.file.read_bytes() for backup in kept(home)] == there


CHILD = """
import sys
from pathlib import Path
from models import clock
from models.database import Database
from models.safe import fading, keys, keeping
from test_erasing import NOON
from things import as_program
home = Path(sys.argv[1])
db = as_program(Database.open(home, keys.unlock(home, "amra", sys.argv[2])))
print("ready", flush=True)
with clock.at(NOON):
    fading.fade(db, db.key, home, home / keeping.FOLDER)
print("done", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_one_that_is_killed_leaves_the_full_backup_or_the_other_whole(
    books: Database, home: Path, tmp_path: Path, chance: random.Random
) -> None:
    full = save(books, home, days=-100)
    save(books, home, days=0)
    books.close()
    seconds = killed(copied(home, tmp_path / "untouched"), None)
    left = set()
    for turn, after in enumerate((0, *(chance.uniform(0, seconds) for _time in range(4)))):
        there = copied(home, tmp_path / str(turn))
        killed(there, after)
        backup = kept(there)[1]
        container.require_whole(backup.file)
        if backup.has_people:
            assert backup.file.read_bytes() == full.file.read_bytes()
        else:
            assert opens_well(backup, books_key(there), tmp_path / f"restored {turn}")
        left.add(backup.has_people)
    assert True in left, "none was killed before it was done"


def killed(home: Path, after: float | None) -> float:
    """Kill a program that lets backups fade, so many seconds after it began; how long it ran."""
    root = Path(__file__).parent.parent
    around = os.environ | {"PYTHONPATH": f"{root}:{root / 'tests'}"}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home), PASSWORD], stdout=subprocess.PIPE, env=around
    ) as child:
        assert child.stdout and child.stdout.readline()
        began = time.monotonic()
        if after is None:
            assert child.stdout.readline() == b"done\n"
            return time.monotonic() - began
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
    return after


def copied(home: Path, target: Path) -> Path:
    return Path(shutil.copytree(home, target))


def opens_well(backup: Backup, key: bytes, folder: Path) -> bool:
    with clock.at(NOON), closing(restored(backup, key, folder)) as db, db.read() as session:
        return checks.run(session) == []


def books_key(home: Path) -> bytes:
    return keys.unlock(home, "amra", PASSWORD)


def test_a_disk_that_fills_up_midway_leaves_the_full_backup(
    books: Database, home: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = save(books, home, days=-100)
    save(books, home, days=0)
    monkeypatch.setattr(backups, "require_bytes", lambda _folder, _needed: None)
    with clock.at(NOON):
        assert fading.fade(books, books.key, small_disk, home / keeping.FOLDER) == [full.file]
    assert backups.read(full.file).has_people
    assert list(small_disk.iterdir()) == []


def test_without_room_the_full_backup_stays_and_it_is_said(
    books: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = save(books, home, days=-100)
    save(books, home, days=0)
    nothing = shutil.disk_usage(home)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: nothing)
    with pytest.raises(backups.NoRoom):
        fade(books, home)
    assert backups.read(full.file).has_people


def test_what_cannot_be_made_so_is_deleted(books: Database, home: Path) -> None:
    damaged, old_key = save(books, home, days=-200), save(books, home, days=-100)
    save(books, home, days=0)
    with damaged.file.open("r+b") as raw:
        raw.seek(5000)
        raw.write(b"x" * 50)
    under_another_key(old_key.file)
    fade(books, home)
    assert [backup.has_people for backup in kept(home)] == [True]


def no_more_files(monkeypatch: pytest.MonkeyPatch, _file: Path) -> None:
    """The system lets the engine open nothing more."""
    connect = bookfile.sqlcipher.connect

    def refuse(where: str, **how: object) -> object:
        if backups.UNFINISHED in where:
            raise bookfile.sqlcipher.OperationalError("unable to open database file")
        return connect(where, **how)

    monkeypatch.setattr(bookfile.sqlcipher, "connect", refuse)


def failing_drive(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """The file can be listed, and its head be read."""
    require_whole = container.require_whole

    def fail(asked: Path) -> None:
        if asked == file:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(file))
        require_whole(asked)

    monkeypatch.setattr(container, "require_whole", fail)


def loose_plug(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """What was whole a moment ago comes in other bytes the second time."""
    require_whole = container.require_whole

    def spoil(asked: Path) -> None:
        require_whole(asked)
        if asked == file:
            with file.open("r+b") as raw:
                raw.seek(5000)
                raw.write(b"x" * 50)

    monkeypatch.setattr(container, "require_whole", spoil)


@pytest.mark.parametrize("fault", [no_more_files, failing_drive, loose_plug])
def test_what_cannot_be_read_is_never_deleted_for_that(
    books: Database, home: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    old, older = save(books, home, days=-100), save(books, home, days=-150)
    save(books, home, days=0)
    fault(monkeypatch, old.file)
    left = [old.file, older.file] if fault is no_more_files else [old.file]
    assert fade(books, home) == left
    assert all(file.exists() for file in left)
    assert backups.read(older.file).has_people == (older.file in left)


def test_one_that_does_not_even_tell_its_day_is_named(books: Database, home: Path) -> None:
    spoiled = save(books, home, days=-100).file
    spoiled.write_bytes(spoiled.read_bytes()[:-300])
    letter = spoiled.with_name("letter.backup")
    letter.write_bytes(b"Dear all")
    save(books, home, days=0)
    assert fade(books, home) == [spoiled]


def test_backups_of_other_books_in_the_folder_stay_as_they_are(
    books: Database, home: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign"
    key = keys.create(foreign, "edin", PASSWORD, cost=PRACTICE_COST)
    (home / keeping.FOLDER).mkdir()
    with (
        clock.at(NOON - 100 * DAY),
        closing(as_program(Database.create(foreign, key))) as db,
    ):
        with db.write() as session:
            lay_out_things(session).receive(10, on=date(2026, 8, 1))
        other = backups.make(db, home / keeping.FOLDER / "other.backup", Reason.BY_HAND)
    content = other.file.read_bytes()
    save(books, home, days=0)
    fade(books, home)
    assert other.file.read_bytes() == content


def test_other_books_without_any_document_stay_as_they_are_too(
    books: Database, home: Path, tmp_path: Path
) -> None:
    """A branch that only counts hours and people: it has no stock book."""
    foreign = tmp_path / "foreign"
    key = keys.create(foreign, "edin", PASSWORD, cost=PRACTICE_COST)
    (home / keeping.FOLDER).mkdir()
    with (
        clock.at(NOON - 100 * DAY),
        closing(as_program(Database.create(foreign, key))) as db,
    ):
        with db.write(PROGRAM) as session:
            users.add(session, "edin", "Edin")
        other = backups.make(db, home / keeping.FOLDER / "other.backup", Reason.BY_HAND)
    content = other.file.read_bytes()
    save(books, home, days=0)
    fade(books, home)
    assert other.file.read_bytes() == content


def under_another_key(file: Path) -> None:
    """As a backup is from before a new data key: its keys are not today's."""
    backup, work = backups.read(file), file.parent / "work"
    work.mkdir()
    keys.create(work, "amra", PASSWORD, cost=PRACTICE_COST)
    container.take_out(file, bookfile.FILE, work / bookfile.FILE)
    file.unlink()
    backups.pack(work, backup)
    (work / file.name).replace(file)
    shutil.rmtree(work)


def test_the_stick_fades_when_it_has_got_a_copy(
    books: Database, home: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with clock.at(NOON - 100 * DAY):
        keeping.keep(home, replace(keeping.read(home), second=str(stick)))
        tending.tend(books, home)
    save(books, home, days=-1)
    with clock.at(NOON):
        with books.write() as session:
            erasing.erase_card(session, the_old_card(session))
        tending.tend(books, home)
    for folder in (stick, home / keeping.FOLDER):
        assert [backup.has_people for backup in backups.overview(folder)][-2:] == [True, False]


def test_a_clock_that_runs_a_year_ahead_empties_no_backup_and_sweeps_nothing_away(
    books: Database, home: Path
) -> None:
    for days in (-20, -10, 0):
        save(books, home, days=days)
    replaced = home / f"{folders.REPLACED}2026-11-01-120000"
    replaced.mkdir()
    for minutes in (0, 40):
        with clock.at(NOON + timedelta(days=365, minutes=minutes)):
            do_something(books)
            tending.tend(books, home)
    assert [backup.has_people for backup in kept(home)] == [True] * 5
    assert replaced.exists()


def test_what_a_clock_that_ran_ahead_dated_fades_with_the_others(
    books: Database, home: Path, tmp_path: Path
) -> None:
    with clock.at(NOON + 300 * DAY):
        do_something(books)
    ahead = save(books, home, days=300)
    save(books, home, days=0)
    for days, has_people in ((HORIZON.days - 1, True), (HORIZON.days, False)):
        save(books, home, days=days)
        fade(books, home, days=days)
        assert backups.read(ahead.file).has_people == has_people
    assert named_in(backups.read(ahead.file), books.key, tmp_path) == []


def test_what_a_clock_that_ran_ahead_dated_takes_no_place_of_another(
    books: Database, home: Path
) -> None:
    for days in (-20, *range(300, 313), -1, 0):
        save(books, home, days=days)
    with clock.at(NOON):
        assert len(kept(home)) == 16
        assert [(each.made_at - NOON).days for each in kept(home)[:3]] == [0, -1, 312]


def test_a_clock_that_fell_years_back_empties_and_deletes_nothing(
    books: Database, home: Path
) -> None:
    for days in range(-30, 0, 2):
        save(books, home, days=days)
    before = {each.file: each for each in kept(home)}
    for days in (-2200, -2199):
        save(books, home, days=days)
        fade(books, home, days=days)
    assert [each for each in kept(home) if before.get(each.file) == each] == list(before.values())


def test_after_a_long_pause_backups_fade_on_the_second_day(books: Database, home: Path) -> None:
    save(books, home, days=-100)
    for days, are_full in ((0, [True, True]), (1, [True, True, False])):
        with clock.at(NOON + days * DAY):
            do_something(books)
            tending.tend(books, home)
        assert [backup.has_people for backup in kept(home)] == are_full


def do_something(db: Database) -> None:
    """What the next backup is made for."""
    with db.write() as session:
        record.write(session, users.SIGNED_OUT)


def test_replaced_books_go_after_the_horizon_once_the_restored_ones_are_right(
    books: Database, home: Path
) -> None:
    backup = save(books, home, days=0)
    with clock.at(NOON):
        books.close()
        replaced = restoring.restore(backup.file, home, books.key, "amra").kept
    assert replaced is not None
    with closing(as_program(Database.open(home, books.key))) as db:
        save(db, home, days=HORIZON.days - 7)
        for day, confirmed, is_there in (
            (HORIZON.days, False, True), (HORIZON.days - 1, True, True), (HORIZON.days, True, False)
        ):  # fmt: skip
            if confirmed:
                restoring.confirm(db, home)
            with clock.at(NOON + day * DAY):
                tending.tend(db, home)
            assert replaced.exists() == is_there


def test_a_folder_that_cannot_be_asked_for_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = home / f"{folders.REPLACED}2026-11-25-220500"
    old.mkdir()
    give_no_answer(monkeypatch, old)
    with clock.at(datetime(2040, 1, 1)):
        assert fading.sweep(home) == [old]


def test_a_folder_that_only_looks_like_one_is_left_alone(home: Path) -> None:
    by_hand = home / f"{folders.REPLACED}by-hand"
    by_hand.mkdir()
    with clock.at(datetime(2040, 1, 1)):
        fading.sweep(home)
    assert by_hand.exists()


def test_the_file_of_before_a_server_goes_after_the_horizon_too(home: Path) -> None:
    (home / "server.json").write_text("{}")
    with clock.at(NOON):
        address.put_away(home)
    for days, left in ((HORIZON - DAY, 1), (HORIZON, 0)):
        with clock.at(NOON + days):
            assert fading.sweep(home) == []
        assert len(list(home.glob(f"{address.PUT_AWAY}*"))) == left
    assert address.old_files(home) == []


def test_a_backup_of_an_earlier_program_is_brought_up_to_date_and_emptied(
    books: Database, home: Path, tmp_path: Path
) -> None:
    old = Path(__file__).parent / "data" / "schema-0004"
    file = save(books, home, days=-100).file
    backup, work = backups.read(file), tmp_path / "work"
    shutil.copytree(old, work)
    shutil.copyfile(home / keys.FILE, work / keys.FILE)
    rekey(work / bookfile.FILE, books.key)
    file.unlink()
    schema_then = replace(backup.contents, schema="0004")
    backups.pack(work, replace(backup, contents=schema_then))
    (work / file.name).replace(file)
    save(books, home, days=0)
    fade(books, home)
    nameless = kept(home)[1]
    assert not nameless.has_people
    assert opens_well(nameless, books.key, tmp_path / "restored")


def rekey(file: Path, key: bytes) -> None:
    import sqlcipher3.dbapi2 as sqlcipher

    connection = sqlcipher.connect(str(file), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{bytes(32).hex()}'\"")
    connection.execute(f"PRAGMA rekey = \"x'{key.hex()}'\"")
    connection.close()


# Folders where backups were kept before


def choose(db: Database, home: Path, first: str = "", second: str = "", *lost: str) -> None:
    with db.write() as session:
        chosen = whereabouts.choose(session, home, first, second, lost)
    keeping.keep(home, chosen)


def test_after_the_horizon_nobody_is_in_backups_of_a_folder_that_was_given_up(
    books: Database, home: Path, tmp_path: Path
) -> None:
    for days in range(-30, 0, 5):
        save(books, home, days=days)
    with clock.at(NOON):
        choose(books, home, str(tmp_path / "elsewhere"))
        with books.write() as session:
            erasing.erase_card(session, the_old_card(session))
    for days in (*range(0, HORIZON.days, 10), HORIZON.days):
        with clock.at(NOON + days * DAY):
            do_something(books)
            tending.tend(books, home)
    assert not any(backup.has_people for backup in kept(home))
    assert keeping.read(home).former == (Former(str(home / keeping.FOLDER), None, False),)


def test_the_old_stick_is_looked_after_when_it_is_there_and_named_when_it_is_not(
    books: Database, home: Path, tmp_path: Path
) -> None:
    old, new, away = (tmp_path / name for name in ("old", "new", "away"))
    old.mkdir()
    new.mkdir()
    save(books, home, days=-20)
    with clock.at(NOON):
        choose(books, home, second=str(old))
        tending.tend(books, home)
        choose(books, home, second=str(new))
    assert keeping.read(home).last_second is None  # the new one waits for no week
    old.rename(away)
    for days in (HORIZON.days - 1, HORIZON.days):
        with clock.at(NOON + days * DAY):
            do_something(books)
            known = tending.tend(books, home)
            assert known.out_of_reach(home) == (str(old) if days == HORIZON.days else "")
            assert str(old) in map(str, parting.places(home).stay)
    away.rename(old)
    with clock.at(NOON + (HORIZON.days + 1) * DAY):
        do_something(books)
        assert tending.tend(books, home).out_of_reach(home) == ""
    assert [backup.has_people for backup in backups.overview(old)] == [False]


def test_an_old_stick_that_is_lost_is_named_no_more(
    books: Database, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    with clock.at(NOON):
        save(books, home, days=0)
        choose(books, home, second=str(tmp_path / "old"))
        tending.tend(books, home)
        choose(books, home)
    shutil.rmtree(tmp_path / "old")
    with clock.at(NOON + HORIZON):
        assert keeping.read(home).out_of_reach(home)
        choose(books, home, "", "", str(tmp_path / "old"))
        assert not keeping.read(home).out_of_reach(home)


def test_a_folder_of_before_that_holds_none_of_these_books_is_forgotten(
    books: Database, home: Path, tmp_path: Path
) -> None:
    made = save(books, home, days=-1)
    with clock.at(NOON):
        choose(books, home, str(tmp_path / "elsewhere"))
        assert made in tending.listed(home)
        assert made in tending.found(home)
        do_something(books)
        tending.tend(books, home)
        assert len(keeping.read(home).former) == 1
    made.file.unlink()
    with clock.at(NOON + DAY):
        do_something(books)
        tending.tend(books, home)
    assert keeping.read(home).former == ()


def test_in_a_folder_of_before_what_is_of_another_branch_stays(
    books: Database, home: Path, tmp_path: Path
) -> None:
    foreign, shared = tmp_path / "foreign", tmp_path / "shared"
    shared.mkdir()
    key = keys.create(foreign, "edin", PASSWORD, cost=PRACTICE_COST)
    with clock.at(NOON - 300 * DAY):
        with closing(as_program(Database.create(foreign, key))) as db:
            theirs = [backups.make(db, shared / f"{n}.backup", Reason.BY_HAND) for n in (1, 2)]
        choose(books, home, str(shared))
    save(books, home, days=-100)
    with clock.at(NOON):
        choose(books, home)
    for days in (0, 1):
        save(books, home, days=days)
        with clock.at(NOON + days * DAY + timedelta(hours=1)):
            do_something(books)
            tending.tend(books, home)
    assert all(each.file.exists() and backups.read(each.file) == each for each in theirs)
    assert [each.has_people for each in backups.own(backups.overview(shared), home)] == [False]
    assert {each.file.parent for each in tending.listed(home)} == {home / keeping.FOLDER, shared}


def test_what_an_earlier_program_left_in_the_usual_folder_is_looked_after(
    books: Database, home: Path, tmp_path: Path
) -> None:
    save(books, home, days=-100)
    keeping.keep(home, replace(keeping.read(home), folder=str(tmp_path / "elsewhere")))
    for days in (-1, 0):
        save(books, home, days=days)
        with clock.at(NOON + days * DAY + timedelta(hours=1)):
            do_something(books)
            tending.tend(books, home)
    assert [backup.has_people for backup in kept(home)] == [False]
