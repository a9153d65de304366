"""A breach of personal data is written down once and for all: amended, never changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from things import as_program

from models import checks, clock, record, recorded
from models.database import Database
from models.errors import DomainError, InFuture, Missing, TextTooLong
from models.office import today, users
from models.office.today import Duty
from models.privacy import breaches, peopleless
from models.privacy.breaches import Breach, Facts, Told
from models.rights import NotAllowed
from models.roles import Role
from translations import language

NOON = datetime(2026, 11, 23, 12)
NOTICED = datetime(2026, 11, 23, 9, 30)
HOUR = timedelta(hours=1)
STICK = Facts(
    NOTICED, "A stick with the volunteers' list was lost.\nIt was not encrypted.",
    "Volunteers", date(2026, 11, 20), 30, "Names and phone numbers",
    "Unwanted calls", "The stick was looked for",
)  # fmt: skip
TOLD = replace(STICK, agency=Told.TOLD, agency_at=NOON)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with clock.at(NOON):
        yield


def test_what_was_written_down_is_listed_with_its_number_and_term(session: Session) -> None:
    breaches.add(session, STICK)
    (row,) = breaches.overview(session)
    assert (row.number, row.version, row.facts) == ("1/2026", 1, STICK)
    assert row.facts.tell_by == datetime(2026, 11, 26, 9, 30)
    assert row.is_waiting
    assert not row.is_late


def test_numbers_begin_anew_in_each_year_and_the_newest_is_first(session: Session) -> None:
    for _time in range(2):
        breaches.add(session, STICK)
    with clock.at(datetime(2027, 1, 5)):
        breaches.add(session, STICK)
        assert [row.number for row in breaches.overview(session)] == ["1/2027", "2/2026", "1/2026"]


def test_an_amendment_is_a_version_and_what_stood_before_is_told(session: Session) -> None:
    first = breaches.add(session, STICK)
    breaches.amend(session, first, replace(TOLD, persons=32))
    (row,) = breaches.overview(session)
    assert (row.version, row.facts.persons) == (2, 32)
    rows = breaches.versions(session, first)
    assert [each.facts for each in rows] == [STICK, replace(TOLD, persons=32)]
    assert [(change.fact, change.before) for change in breaches.changes(rows)] == [
        ("About how many people", 30), ("The Agency", Told.NOT_YET),
        ("The Agency was told", None),
    ]  # fmt: skip


def test_each_leaves_an_act_without_a_word_of_it(session: Session) -> None:
    first = breaches.add(session, STICK)
    second = breaches.amend(session, first, TOLD)
    acts = session.query(record.Act).order_by(record.Act.id).all()[-2:]
    assert [(act.code, act.subject, act.subject_id) for act in acts] == [
        ("breaches.add", "breach", first.id), ("breaches.amend", "breach", second.id),
    ]  # fmt: skip
    assert [act.detail for act in acts] == ["", ""]
    about = recorded.about(session, record.Subject("breach", second.id))
    assert about.text(language("en")) == "breach no. 1/2026"


def test_two_who_amend_at_once_do_not_lose_each_others_words(session: Session) -> None:
    first = breaches.add(session, STICK)
    breaches.amend(session, first, replace(STICK, measures="Found again"))
    with pytest.raises(breaches.AmendedMeanwhile):
        breaches.amend(session, first, replace(STICK, measures="Not found"))


def test_an_amendment_that_changes_nothing_is_none(session: Session) -> None:
    first = breaches.add(session, STICK)
    with pytest.raises(breaches.NothingChanged):
        breaches.amend(session, first, replace(STICK, whose="  Volunteers "))
    assert len(breaches.versions(session, first)) == 1


@pytest.mark.parametrize("change", ["DELETE FROM breach", "UPDATE breach SET what = 'x'"])
def test_no_version_is_ever_changed(db: Database, change: str) -> None:
    with db.write() as session:
        breaches.add(session, STICK)
    with pytest.raises(DBAPIError, match="never changes"), db.write() as session:
        session.execute(text(change))


def test_a_lost_guard_is_noticed(session: Session) -> None:
    on = " ON breach" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER breach_update_refused{on}"))
    assert [problem.details for problem in checks.posted_is_guarded(session)] == [
        {"guard": "breach_update_refused"}
    ]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (replace(STICK, what="  "), Missing),
        (replace(STICK, whose=""), Missing),
        (replace(STICK, what="x" * 5_001), TextTooLong),
        (replace(STICK, whose="x" * 501), TextTooLong),
        (replace(STICK, noticed_at=NOON + HOUR), InFuture),
        (replace(STICK, happened_on=date(2026, 11, 24)), breaches.NoticedBefore),
        (replace(STICK, persons=-1), breaches.TooManyPeople),
        (replace(STICK, persons=10_000_001), breaches.TooManyPeople),
        (replace(TOLD, agency_at=None), Missing),
        (replace(TOLD, agency_at=NOON + HOUR), InFuture),
        (replace(TOLD, agency_at=NOTICED - HOUR), breaches.ToldBefore),
        (replace(STICK, agency=Told.WAIVED), Missing),
        (replace(STICK, people=Told.TOLD), Missing),
        (replace(STICK, people=Told.TOLD, people_on=date(2026, 11, 24)), InFuture),
        (replace(STICK, people=Told.TOLD, people_on=date(2026, 11, 22)), breaches.ToldBefore),
        (replace(STICK, people=Told.WAIVED), Missing),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    session: Session, facts: Facts, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal) as problem:
        breaches.add(session, facts)
    assert problem.value.text().endswith(".")
    assert breaches.overview(session) == []


def test_after_the_term_the_agency_is_told_with_a_reason(session: Session) -> None:
    late = replace(TOLD, noticed_at=NOON - 73 * HOUR, happened_on=None)
    with pytest.raises(breaches.WhyLater):
        breaches.add(session, late)
    breaches.add(session, replace(late, agency_why="Nobody was in the office"))
    breaches.add(session, replace(late, noticed_at=NOON - 72 * HOUR))


def test_what_no_longer_applies_is_not_kept(session: Session) -> None:
    told = breaches.add(session, replace(TOLD, people_why="x", people_on=date(2026, 11, 23)))
    assert (told.people_why, told.people_on) == ("", None)
    waived = breaches.amend(
        session, told, replace(TOLD, agency=Told.WAIVED, agency_why="The stick was encrypted")
    )
    assert (waived.agency_at, waived.agency_why) == (None, "The stick was encrypted")


def test_today_warns_until_the_agency_is_told_or_it_is_said_why_not(session: Session) -> None:
    def due() -> list[tuple[object, date]]:
        found = (each for each in today.due(session) if each.duty is Duty.BREACH)
        return [(each.subject, each.until) for each in found]

    one, other = (breaches.add(session, STICK) for _time in range(2))
    assert due() == [("1/2026", date(2026, 11, 26)), ("2/2026", date(2026, 11, 26))]
    breaches.amend(session, one, TOLD)
    assert due() == [("2/2026", date(2026, 11, 26))]
    breaches.amend(session, other, replace(STICK, agency=Told.WAIVED, agency_why="Encrypted"))
    assert due() == []


def test_over_the_term_it_is_late(session: Session) -> None:
    breaches.add(session, STICK)
    with clock.at(NOTICED + 72 * HOUR):
        assert not breaches.waiting(session)[0].is_late
    with clock.at(NOTICED + 72 * HOUR + timedelta(seconds=1)):
        assert breaches.waiting(session)[0].is_late


@pytest.mark.parametrize("role", [Role.DESK, Role.WAREHOUSE, Role.AUDITOR])
def test_others_neither_write_nor_read_it(db: Database, role: Role) -> None:
    with as_program(db).write() as session:
        breaches.add(session, STICK)
        users.add(session, "edin", "Edin", [role])
    users.sign_in(db, "edin")
    with db.read() as session:
        assert Duty.BREACH not in {each.duty for each in today.due(session)}
        with pytest.raises(NotAllowed):
            breaches.overview(session)
    with pytest.raises(NotAllowed), db.write() as session:
        breaches.add(session, STICK)


def test_who_wrote_it_stands_beside_it(db: Database) -> None:
    with as_program(db).write() as session:
        users.add(session, "amra", "Amra", [Role.SECRETARY])
    users.sign_in(db, "amra")
    with db.write() as session:
        breaches.add(session, STICK)
        assert breaches.overview(session)[0].by == "Amra"


def test_a_copy_without_people_keeps_the_register(session: Session) -> None:
    breaches.add(session, STICK)
    peopleless.leave_out(session)
    assert session.query(Breach).count() == 1
