"""Aid: what is recorded for a person or a group, what is refused, and what is taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from things import DAY, Things, lay_out

import translations
from models import checks, clock, periods
from models.database import Database
from models.desk import aid, balance, cards, encounters, visits
from models.desk.aid import (
    AlreadyTakenBack,
    Count,
    Encounter,
    Given,
    NothingForPerson,
    NothingGiven,
    Reached,
    Reason,
    Referral,
    Service,
    ServiceGiven,
    TooMany,
)
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.desk.encounters import EncounterRow
from models.errors import ClosedMonth, InFuture
from models.goods import chain, ledger, shelf
from models.goods.documents import Document
from models.goods.ledger import NotEnoughStock
from models.periods import Period

WOMAN = Person(Sex.FEMALE, AgeBand.ADULT, "SY", Disability.NO)
MAN = Person(Sex.MALE, AgeBand.ADULT, "AF")
FIRST_AID = Given(Service.FIRST_AID, reason=Reason.BLISTERS)
OCTOBER = Period.month(2026, 10)


def help_person(things: Things, pieces: int = 1, *, on: date = DAY, **more: object) -> Encounter:
    """A new card's person gets blankets from the warehouse and first aid for blisters."""
    given: dict[str, object] = {"goods": [things.goods(pieces)], "services": [FIRST_AID]}
    card = cards.add(things.session, MAN)
    return aid.help_person(things.session, card, things.warehouse, on=on, **(given | more))  # type: ignore[arg-type]


def help_group(things: Things, *counts: Count, on: date = DAY, **more: object) -> Encounter:
    return aid.help_group(things.session, counts, things.warehouse, on=on, **more)  # type: ignore[arg-type]


def on_hand(things: Things) -> int:
    return sum(int(row.on_hand) for row in shelf.overview(things.session))


def total(session: Session, column: object) -> int:
    return int(session.scalar(select(func.sum(column))) or 0)  # type: ignore[arg-type, call-overload]


def listed(things: Things, period: Period = OCTOBER, **how: object) -> list[EncounterRow]:
    found = encounters.ids(things.session, period, **how)  # type: ignore[arg-type]
    return encounters.rows(things.session, found)


def test_a_person_is_counted_once_with_goods_and_service(things: Things) -> None:
    things.receive(10)
    met = help_person(things, 2)
    told = [(row.sex, row.age_band, row.nationality, row.persons) for row in met.reached]
    assert told == [(Sex.MALE, AgeBand.ADULT, "AF", 1)]
    assert [(row.kind, row.reason, row.times) for row in met.services] == [
        (Service.FIRST_AID, Reason.BLISTERS, 1)
    ]
    assert (met.persons, on_hand(things)) == (1, 8)


def test_without_enough_goods_nothing_at_all_is_recorded(db: Database) -> None:
    with db.write() as session:
        things = lay_out_with(session, 1)
    with pytest.raises(NotEnoughStock), db.write() as things.session:
        help_person(things, 2)
    with db.read() as session:
        for table in (Encounter, Reached, ServiceGiven, cards.Card):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_who_got_nothing_is_not_recorded_as_helped(things: Things) -> None:
    with pytest.raises(NothingForPerson) as refusal:
        help_person(things, goods=[], services=[])
    assert str(refusal.value) == "Nothing was given yet. Enter the goods or the services."


def test_goods_may_come_from_another_shelf_than_the_place(things: Things) -> None:
    things.receive(5)
    card = cards.add(things.session)
    met = aid.help_person(
        things.session, card, things.team, on=DAY, goods=[things.goods(1)], store=things.warehouse
    )
    found = encounters.details(things.session, met.id)
    assert found is not None
    assert (found.row.place, found.store, on_hand(things)) == ("Team North", "Main store", 4)


def test_the_double_click_helps_once(things: Things) -> None:
    things.receive(10)
    token = uuid4()
    once, again = (help_person(things, token=token) for _ in range(2))
    group = [help_group(things, Count(MAN, 3), token=token) for _ in range(2)]
    assert once == again == group[0] == group[1]
    assert (on_hand(things), total(things.session, Encounter.persons)) == (9, 1)


def test_a_group_is_counted_cell_by_cell_with_the_unknown(things: Things) -> None:
    met = help_group(things, Count(WOMAN, 4), Count(Person(), 7), Count(MAN, 0), is_estimated=True)
    cells = {(row.sex, row.age_band, row.nationality): row.persons for row in met.reached}
    assert cells == {
        (Sex.FEMALE, AgeBand.ADULT, "SY"): 4,
        (Sex.UNKNOWN, AgeBand.UNKNOWN, "XX"): 7,
    }
    assert (met.persons, met.is_estimated, met.card_id) == (11, True, None)


def test_goods_or_services_alone_are_an_entry_too(things: Things) -> None:
    things.receive(5)
    goods = help_group(things, goods=[things.goods(2)])
    service = help_group(things, services=[Given(Service.TRANSPORT, 2, 5)])
    assert (goods.persons, service.persons, on_hand(things)) == (0, 0, 3)


def test_nothing_at_all_is_refused(things: Things) -> None:
    with pytest.raises(NothingGiven):
        help_group(things, Count(MAN, 0))


@pytest.mark.parametrize("persons", [-1, 100_001])
def test_a_slip_of_the_keyboard_is_no_count(things: Things, persons: int) -> None:
    with pytest.raises(TooMany):
        help_group(things, Count(MAN, persons))


def test_tomorrow_and_a_closed_month_are_refused(things: Things) -> None:
    with pytest.raises(InFuture):
        help_group(things, Count(MAN, 1), on=clock.today() + timedelta(days=1))
    close_october(things)
    with pytest.raises(ClosedMonth):
        help_group(things, Count(MAN, 1))
    with pytest.raises(ClosedMonth):
        help_person(things, goods=[])


def test_taking_back_returns_the_goods_and_evens_out_every_count(things: Things) -> None:
    things.receive(10)
    met = help_person(things, 4)
    mirror = aid.reverse(things.session, met)
    assert (mirror.day, mirror.persons, mirror.card_id) == (DAY, -1, met.card_id)
    for counted in (Encounter.persons, Reached.persons, ServiceGiven.times, ServiceGiven.persons):
        assert total(things.session, counted) == 0
    assert on_hand(things) == 10
    assert not checks.run(things.session)


def test_an_entry_is_taken_back_once_and_a_reversal_never(things: Things) -> None:
    met = help_group(things, Count(MAN, 5))
    token = uuid4()
    mirror = aid.reverse(things.session, met, token=token)
    assert aid.reverse(things.session, met, token=token) == mirror
    for taken in (met, mirror):
        with pytest.raises(AlreadyTakenBack):
            aid.reverse(things.session, taken)


def test_an_entry_of_a_closed_month_is_taken_back_today(things: Things) -> None:
    things.receive(10)
    met = help_person(things, 4)
    close_october(things)
    mirror = aid.reverse(things.session, met)
    assert mirror.day == clock.today()
    assert things.session.get_one(Document, mirror.document_id).day == clock.today()
    assert on_hand(things) == 10


def test_an_entry_whose_hand_out_was_reversed_by_itself_can_still_be_taken_back(
    things: Things,
) -> None:
    things.receive(10)
    met = help_person(things, 4)
    ledger.reverse(things.session, things.session.get_one(Document, met.document_id))
    assert aid.reverse(things.session, met).document_id is None
    assert (on_hand(things), total(things.session, Encounter.persons)) == (10, 0)


TAMPERING = {
    "count changed": "UPDATE reached SET persons = 9",
    "count deleted": "DELETE FROM reached",
    "service deleted": "DELETE FROM service",
    "encounter deleted": "DELETE FROM encounter",
}


@pytest.mark.parametrize("act", TAMPERING, ids=TAMPERING)
def test_the_database_itself_keeps_what_was_recorded(db: Database, act: str) -> None:
    with db.write() as session:
        help_person(lay_out_with(session, 5))
    with pytest.raises(DatabaseError), db.write() as session:
        session.execute(text(TAMPERING[act]))


def test_the_list_says_who_got_what_in_the_language_of_the_moment(things: Things) -> None:
    things.receive(10)
    met = help_person(things, 2, remark="came alone")
    translations.use("bs")
    (row,) = listed(things)
    assert [(given.name, given.quantity) for given in row.goods] == [("Deka", 2)]
    assert (row.services, row.remark) == (((Service.FIRST_AID, 1),), "came alone")
    assert row.code == visits.of_card(things.session, met.card_id or 0)[0].code


def test_the_newest_stand_first_and_days_keep_apart(things: Things) -> None:
    first = help_group(things, Count(MAN, 1))
    late = help_group(things, Count(MAN, 2), on=DAY + timedelta(days=2))
    second = help_group(things, Count(MAN, 3))
    assert [row.id for row in listed(things)] == [late.id, second.id, first.id]
    assert [row.persons for row in listed(things, Period(DAY, DAY))] == [3, 1]
    assert [row.persons for row in listed(things, by="persons")] == [1, 2, 3]
    assert [row.persons for row in listed(things, by="day")] == [1, 3, 2]


def test_a_reversal_of_the_same_day_is_told_by_its_original(things: Things) -> None:
    aid.reverse(things.session, help_group(things, Count(MAN, 5)))
    assert [(row.persons, row.is_taken_back) for row in listed(things)] == [(5, True)]


def test_a_reversal_of_a_later_day_stands_in_that_days_list(things: Things) -> None:
    met = help_group(things, Count(MAN, 5))
    close_october(things)
    aid.reverse(things.session, met)
    today = Period(clock.today(), clock.today())
    assert [(row.persons, row.is_reversal) for row in listed(things, today)] == [(-5, True)]


def test_entries_are_found_by_place_card_and_remark(things: Things) -> None:
    card = cards.add(things.session, token="K7M4PX" + cards.check_sign("K7M4PX"))
    aid.help_person(things.session, card, things.team, on=DAY, services=[FIRST_AID])
    help_group(things, Count(MAN, 2), remark="Željeznička stanica")
    found = {
        words: [row.persons for row in listed(things, search=words)]
        for words in ("north", "k7m-4p", "zeljeznicka", "жељезничка", "main stanica", "k7m stanica")
    }
    assert found == {
        "north": [1], "k7m-4p": [1], "zeljeznicka": [2], "жељезничка": [2],
        "main stanica": [2], "k7m stanica": [],
    }  # fmt: skip
    assert [row.persons for row in listed(things, place_id=things.team.id)] == [1]


def test_one_entry_in_full_names_lots_document_and_who_wrote_it(things: Things) -> None:
    things.receive(3, things.water, expiry=date(2027, 1, 1), batch="L-1")
    things.receive(3, things.water, expiry=date(2027, 2, 1), batch="L-2")
    referral = Given(Service.REFERRAL, referral=Referral.SOCIAL_WORK)
    met = help_person(things, goods=[things.goods(4, things.water)], services=[referral])
    found = encounters.details(things.session, met.id)
    assert found is not None
    assert [(lot.batch, lot.goods.quantity) for lot in found.lots] == [("L-1", 3), ("L-2", 1)]
    assert (found.document, found.services, found.taken_back_on) == ("1/2026", (referral,), None)
    assert encounters.details(things.session, 999) is None


def test_only_a_young_entry_of_ones_own_that_stands_is_the_last(things: Things) -> None:
    session, minute = things.session, timedelta(seconds=60)
    with clock.at(datetime(2026, 11, 23, 12, 0)):
        met = help_group(things, Count(MAN, 1))
        assert encounters.last_own(session, None, minute) == met.id
    with clock.at(datetime(2026, 11, 23, 12, 0, 59)):
        assert encounters.last_own(session, None, minute) == met.id
        assert encounters.last_own(session, 77, minute) is None
    with clock.at(datetime(2026, 11, 23, 12, 1, 1)):
        assert encounters.last_own(session, None, minute) is None
    with clock.at(datetime(2026, 11, 23, 12, 0, 30)):
        aid.reverse(session, met)
        assert encounters.last_own(session, None, minute) is None


def test_the_balance_of_the_day_closes(things: Things) -> None:
    things.receive(10)
    help_person(things, 2)
    aid.reverse(things.session, help_person(things, 3))
    (line,) = balance.goods(things.session, OCTOBER)
    assert (line.out, line.given, line.left, line.closes) == (2, 2, 8, True)
    counted = balance.contacts(things.session, OCTOBER)
    assert (counted.persons, counted.with_card, counted.estimated) == (1, 1, 0)


def test_a_hand_out_without_an_entry_does_not_close(things: Things) -> None:
    things.receive(10)
    help_person(things, 2)
    things.hand_out(3)
    (line,) = balance.goods(things.session, OCTOBER, things.warehouse.id)
    assert (line.out, line.given, line.closes) == (5, 2, False)
    assert balance.goods(things.session, OCTOBER, things.team.id) == []


def close_october(things: Things) -> None:
    periods.close(things.session, OCTOBER, "{}", chain.head(things.session)[1])


def lay_out_with(session: Session, blankets: int) -> Things:
    things = lay_out(session)
    things.receive(blankets)
    return things
