"""A copy without people: no page of it names anybody, and every report says what it said before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from conftest import KEY
from pages import holds
from sqlalchemy.orm import Session
from test_erasing import TEXTS, figures, lay_out
from things import as_program

from models import checks, clock, record, sample
from models.bookfile import FILE
from models.database import Database
from models.desk.aid import Encounter
from models.desk.cards import Card
from models.office import users
from models.office.users import User
from models.periods import Closing, Period
from models.privacy import peopleless
from models.rights import NotAllowed
from models.roles import PROGRAM, Role
from models.team.volunteers import State, Volunteer
from reports import monthly

NOON = datetime(2026, 11, 23, 12)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with clock.at(NOON):
        yield


def lay_out_all(session: Session) -> None:
    lay_out(session)
    users.add(session, "amra", "Amra Hodžić")
    users.revoke(session, users.add(session, "edin.kovac", "Edin Kovač", [Role.DESK]))


def test_nobody_is_left_and_no_figure_changes(session: Session) -> None:
    lay_out_all(session)
    before = figures(session)
    peopleless.leave_out(session)
    assert figures(session) == before
    assert checks.run(session) == []
    assert {row.remark for row in session.query(Encounter)} == {""}
    assert {card.token for card in session.query(Card)} == {"-1", "-2"}
    assert {person.first_name for person in session.query(Volunteer)} == {""}


def test_who_signs_in_keeps_the_login_and_who_left_a_number(session: Session) -> None:
    lay_out_all(session)
    peopleless.leave_out(session)
    amra, edin = session.query(User).order_by(User.id)
    assert (amra.login, amra.name) == ("amra", "amra")
    assert (edin.login, edin.name) == (f"#{edin.id}", f"#{edin.id}")


def test_the_copy_says_in_its_record_why_nobody_is_in_it(session: Session) -> None:
    lay_out_all(session)
    peopleless.leave_out(session)
    last = session.query(record.Act).order_by(record.Act.id.desc()).first()
    assert last is not None
    assert last.code == "peopleless.leave_out"


def test_nobody_empties_the_books_they_work_in(db: Database) -> None:
    db.roles = frozenset(Role)
    with pytest.raises(NotAllowed), db.write() as session:
        peopleless.leave_out(session)


def test_more_people_than_one_statement_can_name(session: Session) -> None:
    session.add_all(Card(token=f"T{number}") for number in range(1_201))
    session.flush()
    peopleless.leave_out(session)
    assert session.query(Card).filter(Card.erased_on.is_(None)).count() == 0


NAMES = (*TEXTS, "Nova riječ", "Kovač", "edin.kovac", "Hodžić")


def test_no_page_of_the_copy_keeps_a_word(branch_folder: Path, tmp_path: Path) -> None:
    db = as_program(Database.open(branch_folder, KEY))
    with db.write() as session:
        lay_out_all(session)
    copy = copied(db, tmp_path / "copy")
    assert all(holds(copy, KEY, name) for name in NAMES)
    with closing(Database.open(copy, KEY)) as twin:
        peopleless.without_people(twin)
        twin.close()
        assert [name for name in NAMES if holds(copy, KEY, name)] == []
    with db.read() as session:
        assert session.query(Volunteer).filter_by(first_name="Dženana").count() == 1
    db.close()


def test_a_year_of_a_branch_reports_the_same_without_its_people(
    branch_folder: Path, tmp_path: Path
) -> None:
    db = Database.open(branch_folder, KEY)
    sample.fill(db, months=12, per_month=40)
    copy = copied(db, tmp_path / "copy")
    with closing(db), closing(Database.open(copy, KEY)) as twin:
        peopleless.without_people(twin)
        assert year_of(twin) == year_of(db)
        with twin.read(PROGRAM) as session:
            assert checks.run(session) == []
            assert session.query(Volunteer).filter(Volunteer.erased_on.is_(None)).count() == 0
            assert session.query(Volunteer).filter_by(state=State.ACTIVE).count() > 0


def year_of(db: Database) -> list[object]:
    """Every month, with its year so far, as it would be reported now, and the closed months."""
    spans = [Period.month(2026, month) for month in range(1, 12)]
    with db.read(PROGRAM) as session:
        found = [replace(monthly.collect(session, span), made_at=NOON) for span in spans]
        closed = session.query(Closing).order_by(Closing.month)
        return [*found, *((row.month, row.figures) for row in closed)]


def copied(db: Database, folder: Path) -> Path:
    folder.mkdir()
    db.copy_to(folder / FILE)
    return folder
