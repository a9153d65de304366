"""What is left to do after a theft is read from the books and files, until it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert

from models import clock, record
from models.database import Database
from models.office import access, aftermath, branch, territory, today, users
from models.office.aftermath import Aftermath, Left
from models.office.branch import Details
from models.office.today import Duty
from models.privacy import breaches
from models.privacy.breaches import Facts
from models.record import Act
from models.rights import NotAllowed
from models.roles import Role
from models.safe import backups, founding, keeping, keys, oldkey, paperkeys, renewal
from models.safe.founding import PRACTICE_COST, Plan

PASSWORD = "sedam zutih kisobrana"
FRESH = "devet crvenih vagona"
NOON = datetime(2026, 11, 25, 12)


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Amra looks after the users, Edin works at the desk; one backup was made."""
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    unit = territory.find("BA-BIH/01/Bihać")
    plan = Plan([unit], branch.suggest(unit), Details(), "bs", "Store", "Amra", "amra", PASSWORD)
    home = tmp_path / "data"
    (tmp_path / "stick").mkdir()
    with clock.at(NOON):
        key = founding.found(home, plan)
        with closing(Database.open(home, key)) as db:
            users.sign_in(db, "amra")
            with db.write() as session:
                users.add(session, "edin", "Edin", [Role.DESK])
            keys.add_user(home, key, "edin", "osam plavih tramvaja")
            keeping.keep(home, replace(keeping.read(home), second=str(tmp_path / "stick")))
            backups.save(db, home, backups.Reason.BY_HAND)
            yield db


def look(db: Database) -> Aftermath | None:
    with db.read() as session:
        return aftermath.look(session)


def renew(db: Database) -> tuple[str, ...]:
    return renewal.renew_open(db, db.key, {"amra": FRESH})


def test_without_a_theft_nothing_is_left(books):
    assert look(books) is None


def test_after_a_theft_all_is_left_and_goes_one_by_one_as_it_is_done(books):
    home, papers = books.folder, renew(books)
    assert look(books) == Aftermath(NOON, (*Left,))

    with books.write() as session:
        access.set_password(session, "edin", home, books.key, "deset sivih golubova")
    assert look(books).left == (Left.COPY, Left.PAPERS, Left.BACKUPS, Left.BREACH)
    backups.save(books, home, backups.Reason.BY_HAND)
    backups.copy_to_second(home)
    assert look(books).left == (Left.PAPERS, Left.BACKUPS, Left.BREACH)
    for paper in papers:
        paperkeys.prove(home, paper)
    assert look(books).left == (Left.BACKUPS, Left.BREACH)
    oldkey.delete(books, home)
    assert look(books).left == (Left.BREACH,)
    with books.write() as session:
        breaches.add(session, Facts(NOON, "A laptop was stolen", "Those helped"))
    assert look(books) is None


def test_it_outlives_the_program_and_ends_after_thirty_days(books):
    renew(books)
    with closing(Database.open(books.folder, books.key)) as again:
        users.sign_in(again, "amra")
        with clock.at(NOON + timedelta(days=29)):
            assert look(again) == Aftermath(NOON, (*Left,))
        with clock.at(NOON + timedelta(days=31)):
            assert look(again) is None


def test_a_breach_written_down_just_before_the_new_key_counts_and_one_of_last_year_does_not(books):
    for day, is_left in ((NOON - timedelta(days=300), True), (NOON - timedelta(hours=2), False)):
        with clock.at(day), books.write() as session:
            breaches.add(session, Facts(day, "A laptop was stolen", "Those helped"))
        renewal.renew_open(books, books.key, {"amra": f"{FRESH} {day:%H}"})
        assert (Left.BREACH in look(books).left) == is_left


def test_a_user_who_left_needs_no_password(books):
    with books.write() as session:
        access.revoke(session, users.find(session, "edin"), books.folder)
    renew(books)
    assert Left.PASSWORDS not in look(books).left


def test_today_says_how_much_is_left_to_whom_it_concerns(books):
    renew(books)
    with books.read() as session:
        (row,) = [each for each in today.due(session) if each.duty is Duty.NEW_KEY]
    assert (row.subject, row.until, row.count) == (
        NOON.date(), NOON.date() + timedelta(days=3), len(Left)
    )  # fmt: skip
    books.roles = frozenset({Role.SECRETARY})
    with books.read() as session:
        assert not [each for each in today.due(session) if each.duty is Duty.NEW_KEY]
        with pytest.raises(NotAllowed):
            aftermath.look(session)


def test_among_ten_years_of_acts_it_is_found_without_reading_them_all(books):
    renew(books)
    with books.write() as session:
        (number, _hash), many = record.head(session), 40_000
        rows = [act_of(number + at, NOON + timedelta(hours=at)) for at in range(1, many)]
        session.execute(insert(Act), rows)
    asked: list[str] = []
    event.listen(books.engine, "after_cursor_execute", lambda *given: asked.append(given[2]))
    with clock.at(NOON + timedelta(hours=many)):
        assert look(books) is None
    assert 10 < len(asked) < 25


def act_of(number: int, at: datetime) -> dict[str, object]:
    return {
        "id": number, "at": at, "user_id": None, "witness_id": None, "roles": "", "code": "x.y",
        "subject": "", "subject_id": None, "detail": "", "hash": "0" * 64,
    }  # fmt: skip
