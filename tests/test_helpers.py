"""Who helped: a name from a field sheet, kept as a number, shown beside whoever entered it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from things import DAY, Things, as_program

from models import checks
from models.database import Database
from models.desk import aid, cards, encounters, helpers
from models.desk.aid import Count, Given, Service
from models.desk.cards import Person
from models.office import users
from models.periods import Period
from models.privacy import erasing
from models.rights import NotAllowed
from models.roles import Role
from models.sheets import daysheet, imports
from models.team import roster, volunteers
from models.team.volunteers import Details

PSS = [Given(Service.PSS)]
HEAD = "Date;Place;Item or service;Persons;Helped by\n"


def helper(session: Session, last: str = "Đurić", born: int = 1990) -> int:
    return volunteers.enter(session, Details("Amra", last, date(born, 1, 1))).id


def met(things: Things, helper_id: int | None) -> int:
    card = cards.add(things.session, Person())
    place = things.warehouse
    made = aid.help_person(
        things.session, card, place, on=DAY, services=PSS, helper_id=helper_id
    )  # fmt: skip
    return made.id


def found(session: Session, words: str) -> list[int]:
    return encounters.ids(session, Period(DAY, DAY), search=words)


def test_an_entry_says_who_helped_and_is_found_by_that_name(things):
    own, other = met(things, None), met(things, helper(things.session))
    told = encounters.details(things.session, other)
    assert told.helper == "Đurić Amra"
    assert encounters.details(things.session, own).helper == ""
    assert found(things.session, "djuric") == [other]
    assert checks.run(things.session) == []


def test_a_group_has_a_helper_too_and_so_has_what_takes_it_back(things):
    named = helper(things.session)
    counts = [Count(Person(), 3)]
    made = aid.help_group(things.session, counts, things.warehouse, on=DAY, helper_id=named)
    back = aid.reverse(things.session, made)
    assert [made.helper_id, back.helper_id] == [named, named]


def test_who_helped_never_changes(db: Database):
    from things import lay_out

    with as_program(db).write() as session:
        met(lay_out(session), helper(session))
    with pytest.raises(DBAPIError, match="posted rows never change"), db.write() as session:
        session.execute(text("UPDATE encounter SET helper_id = NULL"))


def test_of_an_erased_helper_the_number_stays(things):
    named = helper(things.session)
    entry = met(things, named)
    person = things.session.get(volunteers.Volunteer, named)
    assert roster.card(things.session, named).helped == 1
    person.joined_on = date(2020, 1, 1)
    volunteers.leave(things.session, person, date(2026, 1, 1))
    erasing.erase_volunteer(things.session, person)
    assert encounters.details(things.session, entry).helper == f"#{named}"
    assert helpers.choices(things.session) == []


def test_the_desk_gets_names_and_nothing_else_of_the_register(db: Database):
    with as_program(db).write() as session:
        for last, born in (("Đurić", 1990), ("Đurić", 1991), ("Babić", 1992)):
            helper(session, last, born)
        users.add(session, "edin", "Edin", [Role.DESK])
    users.sign_in(db, "edin")
    with db.read() as session:
        names = [name for _id, name in helpers.choices(session)]
        assert names == ["Babić Amra", "Đurić Amra (#1)", "Đurić Amra (#2)"]
        with pytest.raises(NotAllowed):
            roster.choices(session)
    db.roles = frozenset({Role.WAREHOUSE})
    with db.read() as session, pytest.raises(NotAllowed):
        helpers.choices(session)


@pytest.fixture
def sheet_of(things):
    def check(*cells: str) -> daysheet.Preview:
        rows = "".join(f"{DAY:%d.%m.%Y.};{things.warehouse.name};;2;{cell}\n" for cell in cells)
        return daysheet.check(things.session, read(HEAD + rows))

    return check


def read(content: str) -> daysheet.Sheet:
    return daysheet.read(content.encode())


def test_a_day_sheet_names_the_helper_in_either_order(things, sheet_of):
    named = helper(things.session)
    preview = sheet_of("Đurić Amra", "amra djuric", "")
    assert preview.problems == ()
    assert [row.helper_id for row in preview.rows] == [named, named, None]
    file = daysheet.take_in(things.session, preview)
    assert len(found(things.session, "Amra")) == 2
    assert imports.known(things.session, preview.digest) is file


def test_a_name_that_nobody_or_several_have_is_a_fault_of_its_cell(things, sheet_of):
    for born in (1990, 1991):
        helper(things.session, born=born)
    preview = sheet_of("Neko Nepoznat", "Amra Đurić")
    assert [type(problem.cause).__name__ for problem in preview.problems] == [
        "NoHelper", "SeveralHelpers",
    ]  # fmt: skip
    assert {problem.column for problem in preview.problems} == {daysheet.Column.HELPER}


def test_sheets_from_before_the_column_are_still_known(things, sheet_of):
    (row,) = sheet_of("").rows
    assert len(daysheet._told(row)) == 11
    assert daysheet._told(replace(row, helper_id=7))[-1] == 7
