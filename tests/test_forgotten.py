"""Who was erased on request does not come back with a restored backup."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import KEY
from pages import holds
from test_erasing import NOON, TEXTS, the_girl, the_old_card
from test_fading import PASSWORD, books, fade, home, kept, save
from things import as_program

from models import checks, clock
from models.database import Database
from models.privacy import erasing
from models.privacy.erasing import Erasure
from models.safe import forgotten, keys, restoring
from models.safe.backups import Backup
from models.team import volunteers
from models.team.volunteers import Volunteer

__all__ = ["books", "fade", "home", "kept"]


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOON):
        yield


def erase_both(db: Database, home: Path) -> None:
    """The girl and the old card, an hour after noon."""
    with clock.at(NOON + timedelta(hours=1)):
        with db.write() as session:
            erasing.erase_volunteer(session, the_girl(session))
            erasing.erase_card(session, the_old_card(session))
        forgotten.note(db, home)


def restored(backup: Backup, db: Database, home: Path) -> Database:
    key = db.key
    db.close()
    restoring.restore(backup.file, home, key, "amra")
    return as_program(Database.open(home, keys.unlock(home, "amra", PASSWORD)))


def names_in(home: Path, key: bytes) -> list[str]:
    return [name for name in TEXTS if holds(home, key, name)]


def test_a_restored_backup_brings_nobody_back(books: Database, home: Path) -> None:
    before = save(books, home, days=0)
    erase_both(books, home)
    key = books.key
    with closing(restored(before, books, home)) as db, db.read() as session:
        assert [(row.id, row.subject) for row in session.query(Erasure)] == [
            (1, "volunteer"), (2, "card"),
        ]  # fmt: skip
        assert all(person.erased_on for person in session.query(Volunteer))
        assert checks.run(session) == []
    assert names_in(home, key) == []


def test_without_what_is_remembered_they_would_come_back(books: Database, home: Path) -> None:
    before = save(books, home, days=0)
    erase_both(books, home)
    (home / forgotten.FILE).unlink()
    with closing(restored(before, books, home)) as db, db.read() as session:
        assert the_girl(session)


def test_who_had_not_left_yet_on_that_day_is_erased_all_the_same(
    books: Database, home: Path
) -> None:
    with books.write() as session:
        girl = the_girl(session)
        girl.state, girl.left_on = volunteers.State.ACTIVE, None
    before = save(books, home, days=0)
    with books.write() as session:
        volunteers.leave(session, the_girl(session), NOON.date())
    erase_both(books, home)
    with closing(restored(before, books, home)) as db, db.read() as session:
        assert [row.state for row in session.query(Volunteer)] == [volunteers.State.LEFT]


def test_a_backup_made_since_is_left_as_it_is(books: Database, home: Path) -> None:
    erase_both(books, home)
    after = save(books, home, days=1)
    with closing(restored(after, books, home)) as db, db.read() as session:
        assert session.query(Erasure).count() == 2


def test_another_person_with_the_same_number_is_not_erased(books: Database, home: Path) -> None:
    """After a restore a number may be given anew: the mark tells the rows apart."""
    erase_both(books, home)
    file = home / forgotten.FILE
    rows = json.loads(file.read_bytes())
    file.write_text(json.dumps([row | {"mark": "of another"} for row in rows]))
    other = as_program(Database.create(home.parent / "other", KEY))
    with closing(other), other.write() as session:
        person = volunteers.enter(
            session,
            volunteers.Details("Amra", "Hodžić", NOON.date().replace(year=1990)),
        )
        assert person.id == rows[0]["id"]
        assert [each.came_back(session) for each in forgotten.known(home)] == [None, None]


def test_no_name_stands_in_what_is_remembered(books: Database, home: Path) -> None:
    erase_both(books, home)
    written = (home / forgotten.FILE).read_text()
    assert [name for name in TEXTS if name in written] == []
    assert {each.table for each in forgotten.known(home)} == {"volunteer", "card"}


@pytest.mark.parametrize("content", [b"", b"{", b"[{}]", b"[1]", b'[{"at": "now"}]', b"\xff"])
def test_a_spoiled_file_is_as_none(home: Path, content: bytes) -> None:
    (home / forgotten.FILE).write_bytes(content)
    assert forgotten.known(home) == []


def test_what_is_long_past_is_remembered_no_more(books: Database, home: Path) -> None:
    erase_both(books, home)
    with clock.at(NOON + forgotten.KEPT + timedelta(hours=2)):
        forgotten.note(books, home)
    assert forgotten.known(home) == []
