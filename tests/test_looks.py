"""Who is shown people stands in the record, at once or as soon as the record can be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_erasing import NOON, lay_out, the_old_card
from things import as_program

from models import clock, record, recorded
from models.checks import RecordBroken
from models.database import Database
from models.desk.cards import Card
from models.office import users
from models.privacy import access, looks
from models.record import Act
from models.roles import Role
from models.safe import unwritten
from models.team.volunteers import Volunteer
from translations import language

ENGLISH = language("en")


@pytest.fixture
def books(db: Database, tmp_path: Path) -> Database:
    """Amra, the secretary, works in them; on a server too this computer has a data folder."""
    db.home = db.home or tmp_path
    with clock.at(NOON), as_program(db).write() as session:
        lay_out(session)
        users.add(session, "amra", "Amra", [Role.SECRETARY])
        users.add(session, "edin", "Edin", [Role.WAREHOUSE])
    with clock.at(NOON):
        users.sign_in(db, "amra")
    return db


def acts(db: Database, code: str) -> list[Act]:
    with db.read() as session:
        return session.query(Act).filter_by(code=code).order_by(Act.id).all()


def test_a_list_that_is_shown_stands_in_the_record_once_a_day(books: Database) -> None:
    for hour in (10, 11, 12):
        with clock.at(NOON.replace(hour=hour)):
            looks.through(books, Volunteer)
    with clock.at(NOON.replace(hour=12)):
        looks.through(books, Card)
    with clock.at(NOON.replace(day=24)):
        looks.through(books, Volunteer)
    found = acts(books, access.LOOKED_THROUGH)
    assert [(act.subject, act.subject_id) for act in found] == [
        ("volunteer", None), ("card", None), ("volunteer", None),
    ]  # fmt: skip
    with books.read() as session:
        row = recorded.rows(session, [found[0].id])[0]
    assert row.about.text(ENGLISH) == "Volunteers"


def test_whoever_sees_no_people_looks_at_none(books: Database) -> None:
    users.sign_in(books, "edin")
    looks.through(books, Volunteer)
    assert acts(books, access.LOOKED_THROUGH) == []


def test_looks_that_cannot_be_written_reach_the_record_when_it_can_be(books: Database) -> None:
    amra = books.user
    with books.read() as session:
        card_id = the_old_card(session).id
    books.trouble = RecordBroken(number=1)
    for hour in (12, 14, 15):
        with clock.at(NOON.replace(hour=hour)):
            looks.at(books, Card, card_id)
    books.trouble = None
    assert acts(books, access.LOOKED) == []
    for login in ("edin", "amra"):
        users.sign_in(books, login)
    (told,) = acts(books, users.LOOKED)
    assert (told.user_id, told.subject, told.subject_id) == (amra, "user_account", amra)
    assert told.detail == f"{NOON:%Y-%m-%d}T12:00:00 {NOON:%Y-%m-%d}T15:00:00"
    assert unwritten.known(books.home) == []


def test_who_looked_and_is_not_in_the_books_any_more_is_told_by_number(books: Database) -> None:
    unwritten.note(books.home, 77)
    users.sign_in(books, "edin")
    (told,) = acts(books, users.LOOKED)
    assert (told.user_id, told.subject_id) == (None, 77)


def comings(db: Database) -> list[tuple[str, int | None, str]]:
    """Who signed in and out since Amra came, as the record has it."""
    with db.read() as session:
        found = session.query(Act).where(Act.code.in_((users.SIGNED_IN, users.SIGNED_OUT)))
        return [(act.code, act.user_id, act.detail) for act in found.order_by(Act.id)][1:]


AT_TWO = f"locked:{NOON:%Y-%m-%d}t14:00:00"


def lock(books: Database) -> int:
    """Amra's books are locked at two o'clock; her number."""
    with clock.at(NOON.replace(hour=14)):
        users.leave(books)
    assert books.user is not None
    return books.user


def test_a_program_closed_while_it_was_locked_says_at_the_next_sign_in_who_had_left(books) -> None:
    amra = lock(books)
    assert comings(books) == []
    books.user, books.roles = None, frozenset()  # another run of the program
    users.sign_in(books, "edin")
    assert comings(books) == [
        (users.SIGNED_OUT, amra, AT_TWO), (users.SIGNED_IN, books.user, ""),
    ]  # fmt: skip
    users.sign_in(books, "edin")
    assert [code for code, *_rest in comings(books)].count(users.SIGNED_OUT) == 1
    (act,) = acts(books, users.SIGNED_OUT)
    with as_program(books).read() as session:
        (left,) = recorded.rows(session, [act.id])
    assert (left.who, left.act) == ("Amra", "Signed out")
    said = recorded.detail_text(left.detail, ENGLISH)
    assert said.startswith("locked, ") and said.endswith("14:00")


def test_whoever_comes_back_after_a_lock_signs_in_anew(books: Database) -> None:
    amra = lock(books)
    users.sign_in(books, "amra", detail="failed 2")
    assert comings(books) == [
        (users.SIGNED_OUT, amra, AT_TWO), (users.SIGNED_IN, amra, "failed 2"),
    ]  # fmt: skip


def test_another_who_comes_after_a_lock_ends_the_work_of_the_one_before_once(books) -> None:
    amra = lock(books)
    users.sign_in(books, "edin")
    assert comings(books) == [
        (users.SIGNED_OUT, amra, AT_TWO), (users.SIGNED_IN, books.user, ""),
    ]  # fmt: skip


def test_a_lock_that_the_record_cannot_take_waits_beside_what_was_looked_at(books) -> None:
    amra = lock(books)
    unwritten.note(books.home, amra)
    books.trouble = RecordBroken(number=1)
    users.sign_in(books, "amra")
    assert comings(books) == []
    books.trouble = None
    users.sign_in(books, "amra")
    assert [code for code, *_rest in comings(books)] == [users.SIGNED_OUT, users.SIGNED_IN]
    assert len(acts(books, users.LOOKED)) == 1
    assert (unwritten.known(books.home), unwritten.left(books.home)) == ([], None)


def test_a_travel_copy_keeps_nothing_of_its_locks(books: Database) -> None:
    books.copied_on = NOON.date()
    lock(books)
    assert unwritten.left(books.home) is None


def test_what_is_kept_needs_no_more_room_and_holds_numbers_only(tmp_path: Path) -> None:
    unwritten.prepare(tmp_path)
    before = (tmp_path / unwritten.FILE).stat()
    for user in range(200):  # more than fit: those before stay
        unwritten.note(tmp_path, user + 1)
    after = (tmp_path / unwritten.FILE).stat()
    assert (before.st_ino, before.st_size) == (after.st_ino, after.st_size)
    assert 40 < len(unwritten.known(tmp_path)) < 200
    unwritten.forget(tmp_path)
    assert unwritten.known(tmp_path) == []


@pytest.mark.parametrize(
    "torn",
    [
        b"",
        b"{",
        b"[1]",
        b'{"a": ["x", "y"]}',
        b'{"1": ["2026-10-05T12:00:00+00:00", "2026-10-05"]}',
        b'{"left": 7}',
        b'{"left": ["x", "2026-10-05T12:00:00"]}',
        b'{"left": [7, "2026-10-05T12:00:00", 1]}',
    ],
)
def test_a_torn_file_of_looks_says_nothing_and_breaks_nothing(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / unwritten.FILE).write_bytes(torn)
    assert (unwritten.known(tmp_path), unwritten.left(tmp_path)) == ([], None)
    unwritten.note(tmp_path, 1)
    assert [each.user for each in unwritten.known(tmp_path)] == [1]


def test_an_act_of_somebody_else_leaves_who_works_as_they_were(books: Database) -> None:
    with books.write() as session:
        before = dict(session.info)
        record.write_for(session, None, users.STRANGER)
        assert {**session.info, "acts": None, "detail": None} == {
            **before, "acts": None, "detail": None,
        }  # fmt: skip
    (act,) = acts(books, users.STRANGER)
    with books.read() as session:
        (row,) = recorded.rows(session, [act.id])
    assert (act.roles, row.who, row.nobody) == ("", "", "somebody unknown")
