"""What is erased is gone from every page of the books, and no count changes by it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from conftest import KEY
from pages import holds
from sqlalchemy.orm import Session
from things import as_program

from models import checks, clock, record
from models.database import Database
from models.desk import aid, cards, visits
from models.desk.aid import Encounter, Given, Service
from models.desk.cards import AgeBand, Card, Person, Sex, Vulnerability
from models.goods import places
from models.office import branch, territory, today, users
from models.office.today import Duty
from models.periods import Period
from models.privacy import erasing, retention
from models.privacy.retention import Kind
from models.rights import NotAllowed
from models.roles import Role
from models.team import activities, roster, trainings, volunteers
from models.team.activities import Stint, Work
from models.team.skills import Skill
from models.team.trainings import Course
from models.team.volunteers import Details, State, Volunteer
from reports import monthly

NOON = datetime(2026, 11, 23, 12)
JULY, OCTOBER, NOVEMBER = (Period.month(2026, month) for month in (7, 10, 11))
REMARK = "Žuljevi i povišena temperatura"
WOMAN = Person(Sex.FEMALE, AgeBand.ADULT, "SY")


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOON):
        yield


def lay_out(session: Session) -> None:
    """A branch; one card last helped in July, one in November; a girl who left in 2020."""
    unit = territory.find("BA-BIH/01/Bihać")
    branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
    point = places.add(session, "Bihać")
    old = cards.add(session, WOMAN, birth_year=1990,
                    vulnerabilities=[Vulnerability.VIOLENCE])  # fmt: skip
    new = cards.add(session, replace(WOMAN, nationality="IQ"),
                    vulnerabilities=[Vulnerability.VIOLENCE])  # fmt: skip
    pss = [Given(Service.PSS)]
    for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 20)):
        aid.help_person(session, old, point, on=day, services=pss, remark=REMARK)
    aid.help_person(session, new, point, on=date(2026, 11, 20), services=pss, remark="Nova riječ")
    _work(session)


def _work(session: Session) -> None:
    girl = Details("Dženana", "Čaušević", date(2004, 5, 9), sex=Sex.FEMALE, phone="061/000-111",
                   guardian="Šefika Čaušević", guardian_consent_on=date(2020, 1, 1),
                   joined_on=date(2020, 1, 2), note="Preporuka škole")  # fmt: skip
    person = volunteers.enter(session, girl)
    trainings.add(session, person, Course(Skill.FIRST_AID, date(2022, 5, 2), None, "Škola Žepče"))
    for day in (date(2020, 3, 1), date(2022, 5, 8), date(2022, 5, 9)):
        activities.record(session, Work.OFFICE, [Stint(person, 90)], on=day)
    volunteers.leave(session, person, date(2022, 6, 1))


def the_old_card(session: Session) -> Card:
    return session.query(Card).filter_by(birth_year=1990).one()


def the_girl(session: Session) -> Volunteer:
    return session.query(Volunteer).filter_by(first_name="Dženana").one()


def figures(session: Session) -> list[object]:
    """Reports of months and of the years in which the girl worked, all but when they were made."""
    spans = [JULY, OCTOBER, NOVEMBER, Period.month(2022, 5),
             Period(date(2020, 1, 1), date(2022, 5, 8))]  # fmt: skip
    found = [monthly.collect(session, span) for span in spans]
    return [replace(data, made_at=NOON) for data in found]


def test_what_is_over_its_time_is_counted_before_it_goes(session: Session) -> None:
    lay_out(session)
    found = {each.kind: (each.due, each.oldest) for each in retention.clocks(session)}
    assert found == {
        Kind.CARDS: (1, date(2026, 7, 20)),
        Kind.REMARKS: (3, date(2026, 6, 30)),
        Kind.VOLUNTEERS: (0, None),
        Kind.LEDGER: (0, None),
    }


def test_the_run_erases_what_is_due_and_no_figure_of_a_report_changes(session: Session) -> None:
    lay_out(session)
    retention.change(session, {Kind.VOLUNTEERS: 365})
    before = figures(session)
    done = retention.run(session)
    assert (done.cards, done.remarks, done.volunteers) == (1, 3, 1)
    assert figures(session) == before
    assert checks.run(session) == []
    assert retention.due(session) == 0


def test_the_report_would_notice_a_count_that_was_lost(session: Session) -> None:
    lay_out(session)
    before = figures(session)
    the_old_card(session).vulnerabilities = []
    session.flush()
    assert figures(session) != before


def test_nothing_that_is_not_due_goes(session: Session) -> None:
    lay_out(session)
    retention.run(session)
    kept = session.query(Card).filter(Card.erased_on.is_(None)).one()
    assert kept.nationality == "IQ"
    assert [row.remark for row in session.query(Encounter) if row.remark] == ["Nova riječ"]
    assert the_girl(session).phone == "061/000-111"


def test_a_second_run_finds_nothing(session: Session) -> None:
    lay_out(session)
    retention.run(session)
    with pytest.raises(retention.NothingDue):
        retention.run(session)


def test_an_erased_card_knows_nothing_and_its_code_is_free_again(session: Session) -> None:
    lay_out(session)
    card = the_old_card(session)
    code = card.token
    done = erasing.erase_card(session, card)
    assert done.remarks == 3
    who = visits.who(session, card)
    assert (who.code, who.birth_year, who.nationality, who.vulnerabilities) == ("—", None, "XX", ())
    assert cards.find(session, code) is None
    assert cards.add(session, token=code).id != card.id
    with pytest.raises(erasing.AlreadyErased):
        erasing.erase_card(session, card)


def test_a_person_is_erased_on_request_and_the_hours_stay(session: Session) -> None:
    lay_out(session)
    person = the_girl(session)
    preview = erasing.preview_volunteer(session, person)
    assert (preview.name, preview.minutes) == ("Dženana Čaušević", 270)
    erasing.erase_volunteer(session, person)
    assert roster.overview(session, state=State.LEFT) == []
    card = roster.card(session, person.id)
    assert card is not None
    assert (card.details.last_name, card.details.phone, card.minutes) == (f"#{person.id}", "", 270)


def test_who_still_works_leaves_first(session: Session) -> None:
    lay_out(session)
    amra = volunteers.enter(session, Details("Amra", "Hodžić", date(1990, 1, 1)))
    with pytest.raises(erasing.StillActive):
        erasing.erase_volunteer(session, amra)


def test_the_act_and_the_receipt_know_the_row_and_no_name(session: Session) -> None:
    lay_out(session)
    person = the_girl(session)
    done = erasing.erase_volunteer(session, person)
    act = session.query(record.Act).order_by(record.Act.id.desc()).first()
    assert act is not None
    assert (act.code, act.subject) == ("erasing.erase_volunteer", "erasure")
    assert (done.subject, done.subject_id) == ("volunteer", person.id)
    assert "Dženana" not in repr(vars(act)) + repr(vars(done))


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_a_period_that_is_none_is_refused(session: Session, days: int) -> None:
    with pytest.raises(retention.BadDays):
        retention.change(session, {Kind.CARDS: days})


def test_today_reminds_the_secretary_of_what_is_due(session: Session) -> None:
    lay_out(session)
    found = [due for due in today.due(session) if due.duty is Duty.ERASURE]
    assert [(due.count, due.until) for due in found] == [(4, date(2026, 11, 30))]
    retention.run(session)
    assert Duty.ERASURE not in {due.duty for due in today.due(session)}


def test_the_desk_erases_nothing(db: Database) -> None:
    with as_program(db).write() as session:
        lay_out(session)
        users.add(session, "edin", "Edin", [Role.DESK])
    users.sign_in(db, "edin")
    with pytest.raises(NotAllowed), db.write() as session:
        retention.run(session)


TEXTS = ("Dženana", "Čaušević", "causevic", "061/000-111", "Preporuka", "Šefika", "Žepče",
         "Žuljevi", "temperatura")  # fmt: skip


def test_no_page_of_the_file_or_its_log_keeps_a_word(branch_folder: Path, tmp_path: Path) -> None:
    db = as_program(Database.open(branch_folder, KEY))
    with db.write() as session:
        lay_out(session)
    there = copied(branch_folder, tmp_path / "1")
    assert all(holds(there, KEY, text) for text in TEXTS)
    with db.write() as session:
        erasing.erase_volunteer(session, the_girl(session))
        retention.run(session)
    db.leave_no_trace()
    left = copied(branch_folder, tmp_path / "2")
    db.close()
    assert [text for text in TEXTS if holds(left, KEY, text)] == []
    assert holds(left, KEY, "Nova riječ")


def test_without_the_last_step_words_would_be_left(branch_folder: Path, tmp_path: Path) -> None:
    db = as_program(Database.open(branch_folder, KEY))
    with db.write() as session:
        lay_out(session)
    with db.write() as session:
        erasing.erase_volunteer(session, the_girl(session))
    assert holds(copied(branch_folder, tmp_path / "1"), KEY, "Dženana")
    db.close()


def test_the_server_is_left_without_a_trace_too(db: Database) -> None:
    with db.write() as session:
        lay_out(session)
        retention.run(session)
    db.leave_no_trace()
    with db.read() as session:
        assert checks.run(session) == []


def copied(folder: Path, target: Path) -> Path:
    """The files as they lie there now: the program is still at work in them."""
    return Path(shutil.copytree(folder, target))
