"""What is typed and not saved is kept for whoever typed it, and for nobody and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import KEY
from pages import holds
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from things import as_program

from models import checks, clock
from models.bookfile import FILE
from models.database import Database
from models.desk import cards
from models.desk.cards import Person
from models.office import unfinished, users
from models.office.unfinished import DAYS, Left, Unfinished
from models.privacy import erasing, peopleless
from models.record import Act
from models.roles import Role
from models.safe import contents

NOON = datetime(2026, 11, 23, 12)
TYPED = '{"remark": "Žulj na lijevoj nozi"}'
WORD = "Žulj na lijevoj nozi"


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOON):
        yield


@pytest.fixture
def amra(db: Database) -> Database:
    """Books in which Amra works, and Edin is a user too."""
    with as_program(db).write() as session:
        users.add(session, "amra", "Amra")
        users.add(session, "edin", "Edin", [Role.DESK])
    users.sign_in(db, "amra")
    return db


def keep(db: Database, text: str = TYPED, token: str = "a") -> None:
    with db.write() as session:
        unfinished.keep(session, token, "PersonForm", None, text)


def own(db: Database) -> Sequence[Left]:
    with db.read() as session:
        return unfinished.own(session)


def test_before_an_erasure_it_is_known_how_many_forms_of_everybody_go_with_it(amra):
    keep(amra)
    users.sign_in(amra, "edin")
    keep(amra, token="b")
    users.sign_in(amra, "amra")
    with as_program(amra).read() as session:
        assert unfinished.count(session) == 2


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Unfinished)) or 0


def test_it_is_found_again_as_it_was_left(amra):
    keep(amra, "{}")
    keep(amra)
    assert own(amra) == [Left("a", NOON, "PersonForm", None, TYPED)]


def test_the_newest_comes_first(amra):
    keep(amra, token="a")
    with clock.at(NOON + timedelta(minutes=1)):
        keep(amra, token="b")
        assert [left.token for left in own(amra)] == ["b", "a"]


def test_another_user_neither_finds_nor_changes_nor_throws_it_away(amra):
    keep(amra)
    users.sign_in(amra, "edin")
    assert own(amra) == []
    with amra.write() as session:
        unfinished.throw_away(session, "a")
    users.sign_in(amra, "amra")
    assert [left.text for left in own(amra)] == [TYPED]


def test_what_was_saved_or_put_away_is_gone(amra):
    keep(amra)
    with amra.write() as session:
        unfinished.throw_away(session, "a")
        assert rows(session) == 0


def test_no_act_tells_of_it_and_no_backup_is_due_for_it(amra):
    def acts(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(Act)) or 0

    before = contents.of(amra)
    with amra.write() as session:
        known = acts(session)
        unfinished.keep(session, "a", "PersonForm", None, TYPED)
        unfinished.throw_away(session, "a")
        assert acts(session) == known
        assert checks.run(session) == []
    keep(amra)
    assert contents.of(amra) == before


def test_who_does_not_come_back_finds_nothing_after_a_month(amra):
    keep(amra)
    with clock.at(NOON + timedelta(days=DAYS, seconds=1)):
        assert own(amra) == []
        keep(amra, token="b")
        with amra.read() as session:
            assert rows(session) == 1


def test_the_program_itself_leaves_nothing(session):
    unfinished.keep(session, "a", "PersonForm", None, TYPED)
    assert rows(session) == 0


def test_an_erasure_empties_all_of_it(amra):
    keep(amra)
    with amra.write() as session:
        erasing.erase_card(session, cards.add(session, Person()))
        assert rows(session) == 0


def test_with_a_user_goes_what_they_typed(amra):
    keep(amra)
    users.sign_in(amra, "edin")
    keep(amra, token="b")
    users.sign_in(amra, "amra")
    with amra.write() as session:
        users.revoke(session, users.find(session, "edin"))
        assert rows(session) == 1
    assert len(own(amra)) == 1


def test_no_page_of_a_copy_without_people_keeps_a_word(branch_folder: Path, tmp_path: Path):
    with closing(as_program(Database.open(branch_folder, KEY))) as db:
        with db.write() as session:
            users.add(session, "amra", "Amra")
        users.sign_in(db, "amra")
        keep(db)
        (tmp_path / "copy").mkdir()
        db.copy_to(tmp_path / "copy" / FILE)
    with closing(as_program(Database.open(tmp_path / "copy", KEY))) as copy:
        assert holds(tmp_path / "copy", KEY, WORD)
        peopleless.without_people(copy)
    assert not holds(tmp_path / "copy", KEY, WORD)
