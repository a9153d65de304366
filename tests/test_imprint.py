"""A file that is as it was left opens at once; whatever happened to it since is found first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from things import as_program, lay_out

from models import checks, imprint, record, seen, turn
from models.bookfile import FILE
from models.database import BooksInTrouble, Database
from models.errors import DomainError
from models.safe import opening

KEY = bytes(range(32))
PAGE = 4096


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Books that were checked, worked in and closed."""
    with closing(as_program(Database.create(tmp_path / "data", KEY))) as db, db.write() as session:
        lay_out(session).receive(1000)
    opened(tmp_path / "data").close()
    return tmp_path / "data"


def opened(home: Path) -> Database:
    found = opening.open_books(home, KEY)
    assert found.problems == []
    return as_program(found.db)


def hand_out(db: Database) -> None:
    with db.write() as session:
        record.write(session, "stock.hand_out")


def test_checked_books_are_known_again_when_they_were_only_closed(home: Path) -> None:
    with closing(opened(home)) as db:
        assert db.is_as_left


def test_what_was_entered_meanwhile_is_in_the_imprint_of_the_next_close(home: Path) -> None:
    with closing(opened(home)) as db:
        hand_out(db)
        assert opening.examine_behind(db, lambda: False) == []
    with closing(opened(home)) as db:
        assert db.is_as_left


def test_books_that_were_left_before_their_checks_ended_are_checked_first(home: Path) -> None:
    with closing(opened(home)) as db:
        hand_out(db)
    with closing(opened(home)) as db:
        assert not db.is_as_left


def test_new_books_are_checked_first(tmp_path: Path) -> None:
    Database.create(tmp_path, KEY).close()
    assert not imprint.is_kept(tmp_path / FILE)
    with closing(opened(tmp_path)) as db:
        assert not db.is_as_left


@pytest.fixture
def crashed(home: Path) -> Path:
    """The same books, worked in and never closed: what was entered is in the log."""
    with closing(opened(home)) as db:
        hand_out(db)
        hand_out(db)
        return Path(shutil.copytree(home, home.parent / "crashed"))


def test_after_a_crash_they_are_as_they_were_left_with_the_log_on_top(crashed: Path) -> None:
    acts = seen.read(crashed / seen.FILE).act
    with closing(opened(crashed)) as db:
        assert db.is_as_left
        with db.read() as session:
            assert record.head(session)[0] == acts
        assert opening.examine_behind(db, lambda: False) == []
    with closing(opened(crashed)) as db:
        assert db.is_as_left


def test_a_file_that_was_damaged_under_its_log_is_checked_first(crashed: Path) -> None:
    file = crashed / FILE
    file.write_bytes(turn_a_bit(file.read_bytes()))
    with pytest.raises(DomainError):
        opening.open_books(crashed, KEY)


def test_a_log_that_was_damaged_is_not_what_was_written(crashed: Path) -> None:
    log = imprint.log_of(crashed / FILE)
    log.write_bytes(turn_a_bit(log.read_bytes()))
    found = opening.open_books(crashed, KEY)
    with closing(found.db) as db:
        assert not db.is_as_left
        assert found.problems


def test_a_log_of_another_computer_on_the_same_file_is_checked_first(home: Path) -> None:
    other = Path(shutil.copytree(home, home.parent / "other"))
    with closing(opened(other)) as db:
        hand_out(db)
        shutil.copy(imprint.log_of(other / FILE), imprint.log_of(home / FILE))
    with closing(opened(home)) as db:
        assert not db.is_as_left


def test_a_log_that_nobody_acknowledged_is_checked_first(crashed: Path) -> None:
    seen.forget(crashed / seen.FILE)
    with closing(opened(crashed)) as db:
        assert not db.is_as_left


def test_a_log_put_beside_locked_books_takes_their_good_name(home: Path) -> None:
    other = Path(shutil.copytree(home, home.parent / "other"))
    with closing(opened(home)) as db:
        opening.examine_behind(db, lambda: False)
        db.lock()
        with closing(opened(other)) as meanwhile:
            hand_out(meanwhile)
            shutil.copy(imprint.log_of(other / FILE), imprint.log_of(home / FILE))
        db.unlock(KEY)
    assert not imprint.fits(home / FILE, KEY)


@pytest.mark.parametrize("left", [0, 32, PAGE])
def test_what_a_shorter_log_lost_is_missed_before_a_figure_is_shown(
    crashed: Path, left: int
) -> None:
    log = crashed / f"{FILE}-wal"
    log.write_bytes(log.read_bytes()[:left])
    found = opening.open_books(crashed, KEY)
    with closing(found.db) as db:
        assert [type(problem) for problem in found.problems] == [checks.RecordCut]
        assert not db.takes_entries


def test_books_that_were_locked_are_known_again_too(home: Path) -> None:
    with closing(opened(home)) as db:
        opening.examine_behind(db, lambda: False)
        hand_out(db)
        db.lock()
        killed = Path(shutil.copytree(home, home.parent / "killed"))
    with closing(opened(killed)) as db:
        assert db.is_as_left


def test_a_file_that_was_changed_while_it_was_locked_gets_no_imprint_any_more(home: Path) -> None:
    with closing(opened(home)) as db:
        opening.examine_behind(db, lambda: False)
        older = (home / FILE).read_bytes()
        hand_out(db)
        db.lock()
        (home / FILE).write_bytes(older)
        db.unlock(KEY)
    assert not imprint.fits(home / FILE, KEY)


def test_books_that_are_as_they_were_locked_stay_good(home: Path) -> None:
    with closing(opened(home)) as db:
        opening.examine_behind(db, lambda: False)
        db.lock()
        db.unlock(KEY)
        hand_out(db)
    with closing(opened(home)) as db:
        assert db.is_as_left


def test_a_days_work_stays_in_the_log(home: Path) -> None:
    before = (home / FILE).read_bytes()
    with closing(opened(home)) as db:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE work (done BLOB)")
        for _deed in range(20):
            with db.engine.begin() as connection:
                connection.exec_driver_sql("INSERT INTO work VALUES (randomblob(400000))")
        assert (home / FILE).read_bytes() == before


def turn_a_bit(content: bytes) -> bytes:
    return content[:-99] + bytes([content[-99] ^ 1]) + content[-98:]


@pytest.mark.parametrize(
    "change",
    [
        turn_a_bit,
        lambda content: content[:-PAGE],
        lambda content: content[:-1],
        lambda content: content + bytes(PAGE),
        lambda content: content[:PAGE] + bytes(PAGE) + content[2 * PAGE :],
    ],
)
def test_a_changed_file_is_not_as_it_was_left(home: Path, change: Callable[[bytes], bytes]) -> None:
    file = home / FILE
    file.write_bytes(change(file.read_bytes()))
    assert not imprint.fits(file, KEY)
    with pytest.raises(DomainError):
        opening.open_books(home, KEY)


def test_nobody_makes_an_imprint_without_the_key(home: Path) -> None:
    imprint.keep(home / FILE, bytes(32))
    assert not imprint.fits(home / FILE, KEY)


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"0" * 64])
def test_an_imprint_of_nonsense_fits_nothing(home: Path, content: bytes) -> None:
    (home / imprint.FILE).write_bytes(content)
    with closing(opened(home)) as db:
        assert not db.is_as_left


def test_a_file_read_before_is_not_read_again_unless_it_was_written_to(home: Path) -> None:
    file = home / FILE
    known = imprint.read(file)
    assert imprint.fits(file, KEY, known)
    file.write_bytes(turn_a_bit(file.read_bytes()))
    assert not imprint.fits(file, KEY, known)


def test_an_older_file_with_its_own_imprint_is_found_before_it_is_shown(home: Path) -> None:
    older = shutil.copytree(home, home.parent / "older")
    with closing(opened(home)) as db:
        hand_out(db)
        hand_out(db)
        opening.examine_behind(db, lambda: False)
    for part in (FILE, imprint.FILE):
        shutil.copy2(older / part, home / part)
    found = opening.open_books(home, KEY)
    with closing(found.db) as db:
        assert db.is_as_left
        assert [type(problem) for problem in found.problems] == [checks.RecordCut]
        with pytest.raises(BooksInTrouble), db.write():
            pass


def test_what_is_wrong_in_books_as_they_were_left_is_found_behind(home: Path) -> None:
    with closing(opened(home)) as db:
        opening.examine_behind(db, lambda: False)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER line_update_refused")
    with closing(opened(home)) as db:
        assert db.is_as_left
        (found,) = opening.examine_behind(db, lambda: False)
        assert isinstance(found, checks.GuardMissing)
        with pytest.raises(BooksInTrouble), db.write():
            pass
        hurt = (home / imprint.FILE).read_bytes()
    assert (home / imprint.FILE).read_bytes() == hurt  # no new one for books in trouble


def test_checks_that_are_left_off_say_nothing_of_the_books(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "OFTEN", 1)
    with closing(opened(home)) as db:
        hand_out(db)
        assert opening.examine_behind(db, lambda: True) == []
        assert db.trouble is None
    assert not imprint.fits(home / FILE, KEY)


def test_the_end_that_was_seen_is_asked_for_even_of_a_known_file(home: Path) -> None:
    seen.forget(home / seen.FILE)
    with closing(opened(home)) as db:
        assert db.is_as_left  # where nothing was kept, nothing is missed
