"""Counting the stock: only what differs is posted, before two people, and the sums still agree."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from things import DAY, Things

from models import checks, clock, record, recorded
from models.goods import chain, counting, ledger, places, shelf
from models.goods.counting import Found
from models.goods.documents import Kind, Move
from models.goods.lots import Lot
from models.goods.picking import PlaceNeeded
from models.goods.places import PlaceKind
from models.office import users, witness
from models.roles import Role
from models.units import THOUSAND, BadQuantity
from translations import language


def lots(things: Things) -> dict[str, int]:
    rows = counting.to_count(things.session, things.warehouse.id)
    return {row.item: row.lot_id for row in rows}


def found(things: Things, **pieces: int) -> list[Found]:
    known = lots(things)
    return [Found(known[item], count * THOUSAND) for item, count in pieces.items()]


def on_hand(things: Things) -> dict[str, int]:
    return {row.name: int(row.on_hand) for row in shelf.overview(things.session)}


@pytest.fixture
def full(things: Things) -> Things:
    things.receive(10)
    things.receive(6, things.water, expiry=DAY + timedelta(days=400))
    return things


def test_only_what_differs_is_posted_and_the_shelf_is_as_counted(full: Things) -> None:
    document = counting.count(full.session, full.warehouse, found(full, Blanket=8, Water=6))
    assert (document.kind, document.day) == (Kind.COUNT, clock.today())
    assert [(line.quantity, line.expected) for line in document.lines] == [(2000, 10_000)]
    assert on_hand(full) == {"Blanket": 8, "Water": 6}


def test_more_than_the_books_say_comes_onto_the_shelf(full: Things) -> None:
    counting.count(full.session, full.warehouse, found(full, Blanket=12, Water=0))
    assert on_hand(full) == {"Blanket": 12, "Water": 0}
    assert [*checks.totals_are_the_ledger(full.session), *checks.lots_add_up(full.session)] == []


def test_expired_goods_are_counted_too(full: Things) -> None:
    with clock.at(clock.now() + timedelta(days=1000)):
        counting.count(full.session, full.warehouse, found(full, Water=5))
    assert on_hand(full)["Water"] == 5


def test_where_everything_agrees_nothing_is_posted(full: Things) -> None:
    before = chain.head(full.session)
    assert counting.count(full.session, full.warehouse, found(full, Blanket=10)) is None
    assert chain.head(full.session) == before
    act = full.session.get_one(record.Act, record.head(full.session)[0])
    assert (act.code, act.subject, act.subject_id) == (
        "counting.count", "place", full.warehouse.id,
    )  # fmt: skip
    assert recorded.detail_text(act.detail, language("en")) == "as in the books"


def test_less_than_nothing_cannot_be_found(full: Things) -> None:
    with pytest.raises(BadQuantity):
        counting.count(full.session, full.warehouse, found(full, Blanket=-1))


def test_only_a_real_place_is_counted(full: Things) -> None:
    outside = places.virtual(full.session, PlaceKind.DONOR)
    with pytest.raises(PlaceNeeded):
        counting.count(full.session, outside, found(full, Blanket=1))


def test_a_count_is_reversed_like_any_document(full: Things) -> None:
    document = counting.count(full.session, full.warehouse, found(full, Blanket=8))
    ledger.reverse(full.session, document)
    assert on_hand(full)["Blanket"] == 10


def test_the_database_itself_refuses_a_count_by_one(full: Things) -> None:
    amra = users.add(full.session, "amra", "Amra", [Role.WAREHOUSE]).id
    full.session.info["user"] = amra
    lot = full.session.get_one(Lot, lots(full)["Blanket"])
    outside = places.virtual(full.session, PlaceKind.DIFFERENCE)
    move = Move(lot, full.warehouse, outside, THOUSAND, 10 * THOUSAND)
    with pytest.raises(DBAPIError, match="two people"), full.session.begin_nested():
        ledger.post(full.session, Kind.COUNT, full.warehouse, clock.today(), [move])


def test_nobody_counts_alone(full: Things) -> None:
    full.session.info["user"] = users.add(full.session, "amra", "Amra", [Role.WAREHOUSE]).id
    with pytest.raises(witness.Alone):
        counting.count(full.session, full.warehouse, found(full, Blanket=8))
    second = users.add(full.session, "edin", "Edin", [Role.AUDITOR])
    with pytest.raises(witness.SecondPersonNeeded):
        counting.count(full.session, full.warehouse, found(full, Blanket=8))
    full.session.info["witness"] = second.id
    document = counting.count(full.session, full.warehouse, found(full, Blanket=8))
    assert document.confirmed_by == second.id
    assert list(checks.write_offs_had_two_people(full.session)) == []
