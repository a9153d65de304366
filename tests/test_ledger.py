"""The stock book: what may be posted, what is refused, and that nothing posted ever changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from things import DAY, Things, lay_out

from models import checks, clock, periods
from models.database import Database
from models.errors import ClosedMonth, InFuture, TextTooLong
from models.goods import chain, ledger, shelf, stock
from models.goods.documents import Document, Kind, written_number
from models.goods.ledger import (
    AlreadyReversed,
    Expired,
    GoodsGone,
    NotEnoughLater,
    NotEnoughStock,
    NothingToPost,
    ReversalOfReversal,
)
from models.goods.lots import BadValue
from models.periods import Period
from models.units import BadQuantity, Unit, counted
from translations import Money, language

LATER = DAY + timedelta(days=5)


def on_hand(things: Things) -> int:
    return sum(int(row.on_hand) for row in shelf.overview(things.session))


def test_what_was_received_is_on_hand(things: Things) -> None:
    things.receive(10)
    assert on_hand(things) == 10


def test_handing_out_takes_from_the_shelf(things: Things) -> None:
    things.receive(10)
    things.hand_out(4)
    assert on_hand(things) == 6


def test_more_than_there_is_is_refused_with_what_is_left(things: Things) -> None:
    things.receive(2)
    with pytest.raises(NotEnoughStock) as refusal:
        things.hand_out(3)
    assert str(refusal.value) == "Main store: only 2\u00a0pcs of Blanket left."
    told = "Main store: stanje artikla „Blanket” iznosi samo 2\u00a0kom."
    assert refusal.value.text(language("hr")) == told


@pytest.mark.parametrize(
    ("code", "quantity", "said"),
    [
        ("bs", 1_000, "1\u00a0kutija"),
        ("hr", 3_000, "3\u00a0kutije"),
        ("sr_Cyrl", 12_000, "12\u00a0кутија"),
        ("sr_Latn", 21_000, "21\u00a0kutija"),
        ("bs", 2_200, "2,2\u00a0kutije"),
        ("en", 1_500, "1.5\u00a0boxes"),
    ],
)
def test_a_quantity_is_counted_in_its_unit(code: str, quantity: int, said: str) -> None:
    assert language(code).show(counted(quantity, Unit.BOX)) == said


def test_two_lines_of_one_document_cannot_take_the_same_goods(things: Things) -> None:
    things.receive(5)
    twice = [things.goods(3), things.goods(3)]
    with pytest.raises(NotEnoughStock):
        stock.hand_out(things.session, things.warehouse, twice, on=DAY)


def test_the_double_click_posts_once(things: Things) -> None:
    things.receive(10)
    token = uuid4()
    for _ in range(2):
        stock.hand_out(things.session, things.warehouse, [things.goods(1)], on=DAY, token=token)
    assert on_hand(things) == 9


def test_numbers_run_per_kind_place_and_year(things: Things) -> None:
    things.receive(10)
    numbers = [written_number(things.hand_out(1)) for _ in range(3)]
    assert numbers == ["1/2026", "2/2026", "3/2026"]
    earlier = things.receive(1, on=date(2025, 12, 31))
    assert written_number(earlier) == "1/2025"


def test_a_refused_document_takes_no_number(things: Things) -> None:
    things.receive(2)
    with pytest.raises(NotEnoughStock):
        things.hand_out(3)
    assert things.hand_out(1).number == 1


def test_first_goes_what_expires_first(things: Things) -> None:
    soon, late = DAY + timedelta(days=20), DAY + timedelta(days=90)
    things.receive(5, things.water, expiry=late)
    things.receive(5, things.water, expiry=soon)
    things.hand_out(6, things.water)
    left = shelf.lots_of(things.session, things.water.id)
    assert [(lot.expiry, int(lot.on_hand)) for lot in left] == [(late, 4)]


def test_expired_goods_leave_only_as_write_off(things: Things) -> None:
    things.receive(5, things.water, expiry=DAY)
    with pytest.raises(Expired):
        things.hand_out(1, things.water, on=LATER)
    stock.write_off(
        things.session,
        things.warehouse,
        [things.goods(5, things.water)],
        on=LATER,
        reason="Spoiled",
    )
    assert on_hand(things) == 0


def test_a_named_expired_lot_is_refused_too(things: Things) -> None:
    lot = things.receive(5, things.water, expiry=DAY).lines[0].lot
    with pytest.raises(Expired):
        stock.hand_out(
            things.session, things.warehouse, [things.goods(1, things.water, lot=lot)], on=LATER
        )


def test_water_without_its_expiry_is_refused(things: Things) -> None:
    with pytest.raises(stock.lots.ExpiryNeeded):
        things.receive(5, things.water)


def test_a_back_dated_entry_may_not_make_a_later_day_negative(things: Things) -> None:
    things.receive(10)
    things.hand_out(10, on=LATER)
    things.receive(4, on=LATER + timedelta(days=1))
    with pytest.raises(NotEnoughLater) as refusal:
        things.hand_out(3, on=DAY + timedelta(days=1))
    assert str(refusal.value).startswith("Main store: only 0\u00a0pcs of Blanket can be taken on")


def test_a_back_dated_entry_that_every_later_day_can_bear_is_taken(things: Things) -> None:
    things.receive(10)
    things.hand_out(6, on=LATER)
    things.hand_out(4, on=DAY + timedelta(days=1))
    assert on_hand(things) == 0


def test_goods_cannot_leave_before_they_came(things: Things) -> None:
    things.receive(10, on=LATER)
    with pytest.raises(NotEnoughLater):
        things.hand_out(1)


def test_more_than_ever_came_is_told_with_its_day_when_it_was_less_then(things: Things) -> None:
    things.receive(10, on=LATER)
    with pytest.raises(NotEnoughLater) as refusal:
        things.hand_out(11)
    assert f"can be taken on {language('en').day(DAY)}" in refusal.value.text(language("en"))


def test_the_future_is_refused(things: Things) -> None:
    with pytest.raises(InFuture):
        things.receive(1, on=clock.today() + timedelta(days=1))


def test_nothing_is_no_document(things: Things) -> None:
    with pytest.raises(NothingToPost):
        stock.hand_out(things.session, things.warehouse, [], on=DAY)


def test_a_transfer_changes_the_place_and_not_the_total(things: Things) -> None:
    things.receive(10)
    stock.transfer(things.session, things.warehouse, things.team, [things.goods(4)], on=DAY)
    there = shelf.lots_of(things.session, things.blanket.id, place_id=things.team.id)
    assert (on_hand(things), int(there[0].on_hand)) == (10, 4)


def test_the_last_place_is_where_the_warehouse_moved_goods_last(things: Things) -> None:
    assert shelf.last_place(things.session) is None
    things.receive(10)
    stock.transfer(things.session, things.warehouse, things.team, [things.goods(4)], on=DAY)
    issued = stock.hand_out(things.session, things.team, [things.goods(1)], on=DAY)
    assert issued.place_id == things.team.id
    assert shelf.last_place(things.session) == things.warehouse.id


def test_a_transfer_to_the_same_place_is_refused(things: Things) -> None:
    things.receive(10)
    with pytest.raises(stock.SamePlace):
        stock.transfer(
            things.session, things.warehouse, things.warehouse, [things.goods(1)], on=DAY
        )


def test_a_reversal_puts_everything_back_once(things: Things) -> None:
    things.receive(10)
    handed = things.hand_out(4)
    reversal = ledger.reverse(things.session, handed)
    assert on_hand(things) == 10
    assert (reversal.kind, reversal.reverses_id) == (Kind.REVERSAL, handed.id)
    with pytest.raises(AlreadyReversed):
        ledger.reverse(things.session, handed)
    with pytest.raises(ReversalOfReversal):
        ledger.reverse(things.session, reversal)


def test_a_receipt_whose_goods_are_gone_cannot_be_reversed(things: Things) -> None:
    receipt = things.receive(10)
    things.hand_out(4)
    with pytest.raises(NotEnoughStock):
        ledger.reverse(things.session, receipt)


def test_a_closed_month_refuses_and_its_reversals_move_to_today(things: Things) -> None:
    handed = things.receive(10) and things.hand_out(4)
    periods.close(things.session, Period.month(2026, 10), "{}", chain.head(things.session)[1])
    with pytest.raises(ClosedMonth):
        things.hand_out(1)
    assert ledger.reverse(things.session, handed).day == clock.today()


def test_the_month_that_is_not_over_stays_open(things: Things) -> None:
    today = clock.today()
    with pytest.raises(periods.MonthNotOver):
        periods.close(things.session, Period.month(today.year, today.month), "{}", "")


def test_the_stock_card_brings_its_balance_forward(things: Things) -> None:
    things.receive(10)
    things.hand_out(4, on=LATER)
    rows = shelf.card(things.session, things.blanket.id, since=LATER)
    assert [(int(row.income), int(row.outgo), int(row.balance)) for row in rows] == [
        (0, 0, 10),
        (0, 4, 6),
    ]


def test_goods_that_came_without_a_value_have_none_in_any_list(things: Things) -> None:
    things.receive(10)
    assert [row.value for row in shelf.card(things.session, things.blanket.id)] == [None]
    assert [row.value for row in shelf.documents(things.session)] == [None]
    assert [row.value for row in shelf.overview(things.session)] == [None]
    things.receive(3, unit_value=200)
    assert [row.value for row in shelf.overview(things.session)] == [Money(600)]


@pytest.mark.parametrize("limit", range(1, 9))
def test_a_stock_card_cut_off_ends_as_the_whole_one(things: Things, limit: int) -> None:
    other = things.team
    things.receive(20)
    stock.transfer(things.session, things.warehouse, other, [things.goods(3)], on=DAY)
    for on in (LATER, DAY, LATER, LATER):
        things.hand_out(1, on=on)
        things.receive(2, on=on)
    for place in (None, things.warehouse.id, other.id):
        whole = shelf.card(things.session, things.blanket.id, place_id=place)
        cut = shelf.card(things.session, things.blanket.id, place_id=place, limit=limit)
        assert [row for row in cut if row.document_id] == whole[-limit:]
        if len(whole) > limit:
            assert cut[0].balance == whole[-limit - 1].balance


TAMPERING = {
    "changed": "UPDATE document SET note = 'x' WHERE number = 1",
    "deleted": "DELETE FROM document WHERE number = 1",
    "line changed": "UPDATE line SET quantity = 1",
    "line deleted": "DELETE FROM line",
    "lot changed": "UPDATE lot SET batch = 'x'",
    "unit changed": "UPDATE item SET unit = 'kg' WHERE code = 'blanket'",
    "line added": (
        "INSERT INTO line (document_id, day, position, lot_id, from_id, to_id, quantity)"
        " SELECT document_id, day, 99, lot_id, from_id, to_id, 1 FROM line"
    ),
}


@pytest.mark.parametrize("act", TAMPERING, ids=TAMPERING)
def test_the_database_itself_refuses_to_change_what_is_posted(db: Database, act: str) -> None:
    _one_receipt(db)
    with pytest.raises(DatabaseError), db.write() as session:
        session.execute(text(TAMPERING[act]))


def test_replace_and_upsert_are_refused_too(db: Database) -> None:
    _one_receipt(db)
    if db.engine.dialect.name == "sqlite":
        act = "INSERT OR REPLACE INTO document SELECT * FROM document WHERE id = 1"
    else:
        act = (
            "INSERT INTO document SELECT * FROM document WHERE id = 1"
            " ON CONFLICT (id) DO UPDATE SET note = 'x'"
        )
    with pytest.raises(DatabaseError), db.write() as session:
        session.execute(text(act))


def test_the_database_itself_refuses_a_closed_month(db: Database) -> None:
    with db.write() as session:
        things = lay_out(session)
        things.receive(5)
        periods.close(session, Period.month(2026, 10), "{}", "")
    with pytest.raises(DatabaseError), db.write() as session:
        session.execute(
            text(
                "INSERT INTO encounter (token, day, place_id, entered_at, persons, is_estimated,"
                " remark) VALUES ('t', '2026-10-05', :place, '2026-10-05 10:00:00', 1, false, '')"
            ),
            {"place": things.warehouse.id},
        )


def test_a_failed_action_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(NotEnoughStock):
        _receive_and_hand_out(db, 5, 6)
    with db.read() as session:
        assert session.scalars(select(Document)).all() == []


def test_the_chain_holds_and_starts_from_nothing(things: Things) -> None:
    assert chain.head(things.session) == (0, chain.START)
    things.receive(5)
    things.hand_out(1)
    assert chain.head(things.session)[0] == 2
    assert list(checks.chain_is_whole(things.session)) == []


def test_posting_says_when_and_by_whom(db: Database) -> None:
    with clock.at(datetime(2026, 10, 5, 9, 30)):
        _one_receipt(db)
    with db.read() as session:
        assert session.get_one(Document, 1).posted_at == datetime(2026, 10, 5, 9, 30)


def _one_receipt(db: Database) -> None:
    with db.write() as session:
        lay_out(session).receive(5)


def test_a_back_dated_hand_out_takes_the_lot_that_was_there(things: Things) -> None:
    old, new = DAY + timedelta(days=90), DAY + timedelta(days=20)
    things.receive(5, things.water, expiry=old)
    things.receive(5, things.water, expiry=new, on=LATER)  # expires first, but came later
    handed = things.hand_out(2, things.water, on=DAY + timedelta(days=1))
    assert [line.lot.expiry for line in handed.lines] == [old]


def _receive_and_hand_out(db: Database, received: int, handed_out: int) -> None:
    with db.write() as session:
        things = lay_out(session)
        things.receive(received)
        things.hand_out(handed_out)


def test_before_a_closed_month_nothing_can_be_entered_either(things: Things) -> None:
    things.receive(5)
    periods.close(things.session, Period.month(2026, 10), "{}", chain.head(things.session)[1])
    with pytest.raises(ClosedMonth):
        things.receive(1, on=date(2026, 9, 1))


def test_months_are_closed_one_after_the_other(things: Things) -> None:
    periods.close(things.session, Period.month(2026, 8), "{}", "")
    with pytest.raises(periods.NotInOrder) as refused:
        periods.close(things.session, Period.month(2026, 10), "{}", "")
    assert refused.value.text().endswith("the last closed one is August\u00a02026.")
    periods.close(things.session, Period.month(2026, 9), "{}", "")


@pytest.mark.parametrize("pieces", [0, -5])
def test_nothing_and_less_than_nothing_are_no_quantities(things: Things, pieces: int) -> None:
    things.receive(10)
    with pytest.raises(BadQuantity):
        things.receive(pieces)
    with pytest.raises(BadQuantity):
        things.hand_out(pieces)


def test_a_price_beyond_reason_is_refused(things: Things) -> None:
    with pytest.raises(BadValue):
        things.receive(1, unit_value=3_850_123_456_789)


def test_a_lot_of_another_item_is_refused(things: Things) -> None:
    lot = things.receive(5).lines[0].lot
    with pytest.raises(stock.OtherItemsLot):
        stock.hand_out(
            things.session, things.warehouse, [things.goods(1, things.water, lot=lot)], on=DAY
        )


def test_a_reversal_cannot_be_dated_before_its_original(things: Things) -> None:
    receipt = things.receive(5)
    with pytest.raises(ledger.BeforeOriginal):
        ledger.reverse(things.session, receipt, on=DAY - timedelta(days=1))


@pytest.mark.parametrize("typed", ["Đurić", "đuric", "djuric", "Ђурић", "ĐURIĆ žene"])
def test_documents_are_found_however_the_name_is_typed(things: Things, typed: str) -> None:
    stock.receive(
        things.session, things.warehouse, [things.goods(1)], on=DAY, supplier="ŽENE Đurić"
    )
    assert len(shelf.documents(things.session, typed)) == 1


def test_texts_that_no_database_keeps_are_refused_or_cleaned(things: Things) -> None:
    with pytest.raises(TextTooLong):
        stock.receive(
            things.session, things.warehouse, [things.goods(1)], on=DAY, supplier="x" * 5000
        )
    kept = stock.receive(
        things.session, things.warehouse, [things.goods(1)], on=DAY, supplier="A\0\ud800B"
    )
    assert kept.counterpart == "AB"


def test_a_receipt_whose_goods_are_gone_says_what_comes_first(things: Things) -> None:
    received = things.receive(5)
    things.hand_out(3)
    with pytest.raises(GoodsGone) as refusal:
        ledger.reverse(things.session, received)
    assert str(refusal.value) == (
        "Main store: to reverse this, 5\u00a0pcs of Blanket must be there, and only 2\u00a0pcs"
        " are left: first take back what was handed out, or write the rest off instead."
    )
