"""What one person may not do alone: writing goods off, and reopening a closed month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from things import DAY, Things, as_program, lay_out

from models import checks, clock, periods, record
from models.checks import SecondPersonMissing
from models.database import Database
from models.errors import ClosedMonth, Missing, NotFound
from models.goods import chain, proposals, shelf, stock
from models.goods.documents import Document, Kind, Status
from models.goods.ledger import NotEnoughStock
from models.goods.proposals import AlreadyDeclined
from models.office import loose_ends, reopening, users, witness
from models.office.reopening import AlreadyAsked, NotClosed, OnlyNewest
from models.office.witness import Alone, NotAWitness, SamePerson, SecondPersonNeeded
from models.periods import EarliestFirst, Period, Reopening
from models.rights import NotAllowed
from models.roles import Role

SEPTEMBER, OCTOBER = (Period.month(2026, month) for month in (9, 10))


class Branch:
    """Ten blankets in a store, and people who sign in by their login."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with as_program(db).write() as session:
            self.things = lay_out(session)
            self.things.receive(10)

    def add(self, login: str, *roles: Role) -> int:
        with as_program(self.db).write() as session:
            return users.add(session, login, login.title(), roles).id

    def sign_in(self, login: str) -> None:
        users.sign_in(self.db, login)

    def write_off(self, pieces: int = 2, second: int | None = None) -> Document:
        with self.db.write(witness=second) as session:
            goods = [self.things.goods(pieces)]
            return stock.write_off(session, self.things.warehouse, goods, on=DAY, reason="Torn")

    def propose(self, pieces: int = 2, instead: Document | None = None) -> Document:
        goods = [self.things.goods(pieces)]
        with self.db.write() as session:
            return stock.propose_write_off(
                session, self.things.warehouse, goods, on=DAY, reason="Torn", instead=instead
            )

    def answer(self, document: Document, reason: str = "") -> None:
        with self.db.write() as session:
            if reason:
                proposals.decline(session, session.get_one(Document, document.id), reason)
            else:
                proposals.confirm(session, session.get_one(Document, document.id))

    def blankets(self) -> int:
        with self.db.read() as session:
            rows = shelf.overview(session)
            return int(next((row.on_hand for row in rows if row.name == "Blanket"), 0))

    def last_act(self) -> record.Act:
        with self.db.read() as session:
            return session.query(record.Act).order_by(record.Act.id.desc()).limit(1).one()


@pytest.fixture
def branch(db: Database) -> Iterator[Branch]:
    """Amra is secretary, Edin keeps the warehouse, Lana stands at the desk. Amra works."""
    with clock.at(datetime(2026, 11, 20, 12)):
        made = Branch(db)
        made.amra = made.add("amra", Role.SECRETARY, Role.ADMINISTRATOR)  # type: ignore[attr-defined]
        made.edin = made.add("edin", Role.WAREHOUSE)  # type: ignore[attr-defined]
        made.lana = made.add("lana", Role.DESK)  # type: ignore[attr-defined]
        made.sign_in("amra")
        yield made


# Write-offs on the spot


def test_nobody_writes_off_alone(branch):
    with pytest.raises(SecondPersonNeeded):
        branch.write_off()
    assert branch.blankets() == 10


def test_a_second_person_stands_on_the_document_and_in_the_record(branch):
    document = branch.write_off(second=branch.edin)
    act = branch.last_act()
    assert (document.posted_by, document.confirmed_by) == (branch.amra, branch.edin)
    assert (act.code, act.user_id, act.witness_id) == ("stock.write_off", branch.amra, branch.edin)
    assert branch.blankets() == 8
    with branch.db.read() as session:
        assert checks.run(session) == []


def test_the_same_person_is_not_two(branch):
    with pytest.raises(SamePerson):
        branch.write_off(second=branch.amra)


def test_who_does_not_look_after_goods_is_no_second_person(branch):
    with pytest.raises(NotAWitness) as refused:
        branch.write_off(second=branch.lana)
    assert "Lana" in refused.value.text()


def test_whose_access_ended_confirms_nothing(branch):
    with branch.db.write() as session:
        users.revoke(session, session.get_one(users.User, branch.edin))
    with pytest.raises(NotAWitness):
        branch.write_off(second=branch.edin)


def test_a_branch_with_a_single_user_is_told_to_add_another(branch):
    with branch.db.write() as session:
        users.revoke(session, session.get_one(users.User, branch.edin))
    with pytest.raises(Alone, match="Add a second user"):
        branch.write_off()
    assert branch.propose().status is Status.DRAFT


def test_the_program_itself_needs_no_second_person(branch):
    branch.db.user = None
    as_program(branch.db)
    assert branch.write_off().confirmed_by is None
    with branch.db.read() as session:
        assert checks.run(session) == []


def test_the_database_itself_refuses_a_write_off_by_one(branch):
    document = branch.propose()
    with pytest.raises(DBAPIError, match="two people"), branch.db.write() as session:
        session.execute(
            text(
                "UPDATE document SET status = 'posted', number = 1, hash = 'x', posted_by = :who,"
                " confirmed_by = :who WHERE id = :id"
            ),
            {"id": document.id, "who": branch.amra},
        )


def test_a_write_off_by_one_below_the_program_is_found(branch):
    document = branch.write_off(second=branch.edin)
    with branch.db.write() as session:
        on = " ON document" if session.get_bind().dialect.name == "postgresql" else ""
        session.execute(text(f"DROP TRIGGER document_update_refused{on}"))
        session.execute(
            text("UPDATE document SET confirmed_by = NULL WHERE id = :id"), {"id": document.id}
        )
        found = [type(problem) for problem in checks.write_offs_had_two_people(session)]
    assert found == [SecondPersonMissing]


# Write-offs that wait


def test_a_proposed_write_off_moves_nothing_and_has_no_number(branch):
    document = branch.propose()
    assert (document.status, document.number) == (Status.DRAFT, None)
    assert branch.blankets() == 10
    with branch.db.read() as session:
        assert [row.kind for row in shelf.documents(session)] == [Kind.RECEIPT]
        assert checks.run(session) == []
        assert proposals.for_me(session) == []
        assert [row.mine for row in proposals.waiting(session)] == [True]


def test_another_user_confirms_what_waits(branch):
    document = branch.propose()
    branch.sign_in("edin")
    with branch.db.read() as session:
        (row,) = proposals.for_me(session)
    assert (row.proposed_by, row.reason, row.lines[0].quantity) == ("Amra", "Torn", 2000)
    branch.answer(document)
    act = branch.last_act()
    with branch.db.read() as session:
        posted = session.get_one(Document, document.id)
        assert (posted.number, posted.posted_by, posted.confirmed_by) == (
            1, branch.amra, branch.edin,
        )  # fmt: skip
        assert proposals.waiting(session) == []
        assert checks.run(session) == []
    assert (act.code, act.user_id, act.witness_id, act.subject_id) == (
        "proposals.confirm", branch.edin, branch.amra, document.id,
    )  # fmt: skip
    assert branch.blankets() == 8


def test_who_proposed_it_can_neither_confirm_nor_decline_it(branch):
    document = branch.propose()
    with pytest.raises(SamePerson):
        branch.answer(document)
    with pytest.raises(SamePerson):
        branch.answer(document, "Changed my mind")


def test_who_does_not_look_after_goods_cannot_confirm(branch):
    document = branch.propose()
    branch.sign_in("lana")
    with pytest.raises(NotAllowed):
        branch.answer(document)


def test_what_was_declined_goes_back_with_the_reason_and_is_proposed_anew(branch):
    document = branch.propose()
    branch.sign_in("edin")
    branch.answer(document, "Three of them are torn")
    assert (branch.last_act().user_id, branch.last_act().witness_id) == (branch.edin, branch.amra)
    with pytest.raises(AlreadyDeclined):
        branch.answer(document)
    branch.sign_in("amra")
    with branch.db.read() as session:
        (row,) = proposals.for_me(session)
    assert (row.answer, row.declined_by) == ("Three of them are torn", "Edin")
    anew = branch.propose(3, instead=document)
    branch.sign_in("edin")
    branch.answer(anew)
    assert branch.blankets() == 7


def test_declining_needs_a_reason(branch):
    document = branch.propose()
    branch.sign_in("edin")
    with pytest.raises(Missing), branch.db.write() as session:
        proposals.decline(session, session.get_one(Document, document.id), " ")


def test_what_waits_can_be_thrown_away_but_not_what_is_posted(branch):
    document, posted = branch.propose(), branch.write_off(1, second=branch.edin)
    with branch.db.write() as session:
        proposals.withdraw(session, session.get_one(Document, document.id))
    with branch.db.read() as session:
        assert session.get(Document, document.id) is None
    with pytest.raises(NotFound), branch.db.write() as session:
        proposals.withdraw(session, session.get_one(Document, posted.id))


def test_goods_that_went_elsewhere_meanwhile_are_not_written_off(branch):
    document = branch.propose(8)
    with branch.db.write() as session:
        goods = [branch.things.goods(5)]
        stock.hand_out(session, branch.things.warehouse, goods, on=DAY)
    branch.sign_in("edin")
    with pytest.raises(NotEnoughStock):
        branch.answer(document)
    with branch.db.read() as session:
        assert len(proposals.waiting(session)) == 1


def test_what_is_not_there_cannot_even_be_proposed(branch):
    with pytest.raises(NotEnoughStock):
        branch.propose(11)


# Reopening a month


def close(db: Database, *months: Period) -> list[str]:
    """Closes them; the numbers of their reports."""
    numbers = []
    for month in months:
        with db.write() as session:
            done = periods.close(session, month, "{}", chain.head(session)[1])
            numbers.append(f"{done.number}/{done.year}.{done.correction}")
    return numbers


@pytest.fixture
def closed(branch: Branch) -> Branch:
    """September and October are closed; Vera is the auditor."""
    branch.vera = branch.add("vera", Role.AUDITOR)  # type: ignore[attr-defined]
    branch.sign_in("amra")
    close(branch.db, SEPTEMBER, OCTOBER)
    return branch


def reopen(branch: Branch, month: Period = OCTOBER, second: int | None = None) -> None:
    with branch.db.write(witness=second) as session:
        reopening.reopen(session, month, "A receipt was forgotten")


def test_a_month_is_reopened_by_two_with_a_reason_and_takes_entries_again(closed):
    with pytest.raises(ClosedMonth):
        closed.propose()
    reopen(closed, second=closed.vera)
    assert (closed.last_act().user_id, closed.last_act().witness_id) == (closed.amra, closed.vera)
    with closed.db.write() as session:
        stock.receive(session, closed.things.warehouse, [closed.things.goods(1)], on=DAY)
        ends = loose_ends.find(session, Period.month(2026, 11))
    assert ends.open_months == (OCTOBER,)


def test_nobody_reopens_a_month_alone(closed):
    with pytest.raises(SecondPersonNeeded):
        reopen(closed)
    with pytest.raises(SamePerson):
        reopen(closed, second=closed.amra)
    with pytest.raises(NotAWitness):
        reopen(closed, second=closed.edin)
    with pytest.raises(Missing), closed.db.write(witness=closed.vera) as session:
        reopening.reopen(session, OCTOBER, " ")


def test_only_the_newest_closed_month_is_reopened(closed):
    with pytest.raises(OnlyNewest):
        reopen(closed, SEPTEMBER, closed.vera)
    with pytest.raises(NotClosed):
        reopen(closed, Period.month(2026, 11), closed.vera)


def test_closed_again_it_is_a_correction_and_the_old_report_stays(closed):
    reopen(closed, second=closed.vera)
    assert close(closed.db, OCTOBER) == ["2/2026.1"]
    reopen(closed, second=closed.vera)
    assert close(closed.db, OCTOBER) == ["2/2026.2"]
    with closed.db.read() as session:
        found = reopening.versions(session, OCTOBER)
        assert [row.correction for row in found] == [0, 1, 2]
        assert [row.reopened_by for row in found[:2]] == [("Amra", "Vera")] * 2
        assert found[2].reopened_for == ""
        assert periods.closing(session, OCTOBER).correction == 2
        assert checks.run(session) == []


def test_months_reopened_one_by_one_are_closed_again_from_the_earliest_on(closed):
    reopen(closed, OCTOBER, closed.vera)
    reopen(closed, SEPTEMBER, closed.vera)
    with pytest.raises(EarliestFirst):
        close(closed.db, OCTOBER)
    assert close(closed.db, SEPTEMBER, OCTOBER) == ["1/2026.1", "2/2026.1"]


def test_a_wish_to_reopen_waits_for_another_person(closed):
    with closed.db.write() as session:
        asked = reopening.ask(session, OCTOBER, "A receipt was forgotten")
    with pytest.raises(SamePerson), closed.db.write() as session:
        reopening.confirm(session, session.get_one(Reopening, asked.id))
    with pytest.raises(AlreadyAsked):
        reopen(closed, second=closed.vera)
    closed.sign_in("vera")
    with closed.db.write() as session:
        assert [row.mine for row in reopening.waiting(session)] == [False]
        reopening.confirm(session, session.get_one(Reopening, asked.id))
        assert not periods.is_closed(session, OCTOBER.first)
    assert (closed.last_act().user_id, closed.last_act().witness_id) == (closed.vera, closed.amra)


def test_a_wish_that_was_declined_leaves_the_month_closed_and_can_be_asked_again(closed):
    with closed.db.write() as session:
        asked = reopening.ask(session, OCTOBER, "A receipt was forgotten")
    closed.sign_in("vera")
    with closed.db.write() as session:
        reopening.decline(session, session.get_one(Reopening, asked.id), "Enter it in November")
        assert periods.is_closed(session, OCTOBER.first)
    with pytest.raises(NotFound), closed.db.write() as session:
        reopening.confirm(session, session.get_one(Reopening, asked.id))
    closed.sign_in("amra")
    with closed.db.write() as session:
        again = reopening.ask(session, OCTOBER, "It belongs to October")
        reopening.withdraw(session, again)
        assert reopening.waiting(session) == []
        assert reopening.may_reopen(session, OCTOBER)


@pytest.mark.parametrize("change", ["DELETE FROM reopening", "UPDATE reopening SET reason = 'x'"])
def test_an_answered_reopening_never_changes(closed, change):
    reopen(closed, second=closed.vera)
    with pytest.raises(DBAPIError, match="never change"), closed.db.write() as session:
        session.execute(text(change))


def test_numbers_of_reports_begin_at_one_each_year(session: Session, things: Things) -> None:
    with clock.at(datetime(2027, 4, 20, 12)):
        months = [Period.month(2026, 12), Period.month(2027, 1), Period.month(2027, 2)]
        done = [periods.close(session, month, "{}", chain.START) for month in months]
    assert [(row.number, row.year) for row in done] == [(1, 2026), (1, 2027), (2, 2027)]


def test_only_others_with_a_fitting_role_are_offered(branch):
    with branch.db.read() as session:
        assert [row.login for row in witness.others(session, witness.WRITE_OFF)] == ["edin"]
        assert witness.others(session, witness.REOPENING) == []
