"""Each document of the stock book prints with number, lines, value and places to sign."""

from __future__ import annotations

import io
from datetime import date, datetime

import pypdf
import pytest

from models import clock
from models.errors import NotFound
from models.goods import counting, items, ledger, places, stock
from models.goods.counting import Found
from models.goods.documents import Kind
from models.goods.places import PlaceKind
from models.goods.stock import Goods
from models.office import branch, territory, users
from models.office.branch import Details
from models.roles import Role
from models.units import THOUSAND
from reports import documents
from translations import LANGUAGES, Money, language

DAY = date(2026, 10, 5)


@pytest.fixture
def store(db, session):
    """A branch with a user who is signed in, and one warehouse."""
    with clock.at(datetime(2026, 10, 6, 8, 0)):
        unit = next(unit for unit in territory.units() if unit.latin == "Bihać")
        branch.set_up(
            session,
            units=[unit],
            names=branch.suggest(unit),
            language="bs",
            details=Details(president="Ivan Marić"),
        )
        session.info["user"] = users.add(session, "amra", "Amra Hodžić").id
        yield places.add(session, "Magacin Đački dom")


def item(session, code: str):
    return items.find(session, code)


def received(session, store, **more):
    goods = [
        Goods(item(session, "blanket"), 95 * THOUSAND, expected=100 * THOUSAND, unit_value=1875),
        Goods(item(session, "water"), 24 * THOUSAND, expiry=date(2027, 3, 1), batch="L-7 <b>&",
              donor="مؤسسة الخير"),
    ]  # fmt: skip
    given = {"on": DAY, "supplier": "IFRC", "reference": "CMR 445/26"} | more
    return stock.receive(session, store, goods, **given)


def blankets(session, pieces: int, **more) -> list[Goods]:
    return [Goods(item(session, "blanket"), pieces * THOUSAND, **more)]


def words(session, document, code: str = "en") -> str:
    paper = documents.collect(session, document.id)
    pages = pypdf.PdfReader(io.BytesIO(documents.render(paper, language(code)))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_receipt_compares_the_paper_with_what_came(session, store):
    paper = documents.collect(session, received(session, store).id)
    assert (paper.kind, paper.number, paper.posted_by) == (Kind.RECEIPT, "1/2026", "Amra Hodžić")
    lines = [(line.by_document, line.quantity, line.difference) for line in paper.lines]
    assert lines == [(100, 95, -5), (24, 24, 0)]
    assert [line.value for line in paper.lines] == [Money(95 * 1875), None]


def test_a_receipt_shows_all_that_stands_on_it(session, store):
    text = words(session, received(session, store, note="Kutija mokra"))
    for part in (
        "Goods received note no. 1/2026", "5. 10. 2026.", "Magacin Đački dom", "IFRC",
        "CMR 445/26", "Blanket", "100", "95", "-5", "L-7 <b>&", "1. 3. 2027.", "18.75 KM",
        "1,781.25 KM", "Delivered by", "Received by: Amra Hodžić", "M.P.", "Kutija mokra",
    ):  # fmt: skip
        assert part in text


def test_the_purpose_travels_with_the_goods(session, store):
    assert "Purpose" not in words(session, received(session, store))
    goods = blankets(session, 7, purpose="Djeca bez pratnje")
    text = words(session, stock.receive(session, store, goods, on=DAY))
    assert "Purpose" in text and "Djeca bez pratnje" in text


def test_an_issue_shows_what_was_requested_and_what_was_issued(session, store):
    received(session, store)
    goods = blankets(session, 20, expected=30 * THOUSAND)
    text = words(session, stock.issue(session, store, goods, on=DAY, recipient="CK Cazin"))
    for part in ("Issue note no. 1/2026", "CK Cazin", "requested", "30", "20", "375.00 KM",
                 "Issued by: Amra Hodžić", "Approved by: Ivan Marić", "Received by"):  # fmt: skip
        assert part in text


def test_a_transfer_names_both_stores(session, store):
    received(session, store)
    team = places.add(session, "Tim Una", PlaceKind.TEAM)
    document = stock.transfer(session, store, team, blankets(session, 2), on=DAY)
    paper = documents.collect(session, document.id)
    assert (paper.place, paper.target) == ("Magacin Đački dom", "Tim Una")
    assert "Recipient" not in words(session, document)


def test_a_write_off_gives_its_reason_and_is_signed_by_three(session, store):
    received(session, store)
    session.info["witness"] = users.add(session, "edin", "Edin Babić", [Role.WAREHOUSE]).id
    document = stock.write_off(session, store, blankets(session, 1), on=DAY, reason="Poderano")
    text = words(session, document)
    assert "Proposed by Amra Hodžić" in text and "Confirmed by Edin Babić" in text
    assert "Poderano" in text and text.count("Member") == 2 and "Head of the commission" in text


def test_a_count_shows_the_books_what_was_counted_and_the_difference(session, store):
    received(session, store)
    session.info["witness"] = users.add(session, "edin", "Edin Babić", [Role.WAREHOUSE]).id
    known = {row.item: row.lot_id for row in counting.to_count(session, store.id)}
    found = [
        Found(known[item(session, "blanket").name()], 93 * THOUSAND),
        Found(known[item(session, "water").name()], 30 * THOUSAND),
    ]
    lines = documents.collect(session, counting.count(session, store, found).id).lines
    shown = {line.change: (line.by_document, line.counted) for line in lines}
    assert shown == {-2: (95, 93), 6: (24, 30)}


def test_a_reversal_names_its_original_and_the_original_its_reversal(session, store):
    document = received(session, store)
    reversal = ledger.reverse(session, document)
    assert "takes back: Goods received note no. 1/2026 of 5. 10. 2026." in words(session, reversal)
    assert "taken back by reversal no. 1/2026" in words(session, document)


def test_a_hand_out_prints_without_any_value(session, store):
    goods = [Goods(item(session, "blanket"), 5 * THOUSAND)]
    stock.receive(session, store, goods, on=DAY)
    text = words(session, stock.hand_out(session, store, goods, on=DAY))
    assert "Witness" in text and "KM" not in text and "Total" not in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_kind_prints_in_every_language(session, store, code):
    document = received(session, store)
    own = item(session, "blanket").name(code)
    assert own in words(session, document, code)


def test_the_same_document_gives_the_same_bytes(session, store):
    paper = documents.collect(session, received(session, store).id)
    assert documents.render(paper, language("hr")) == documents.render(paper, language("hr"))


def test_a_document_of_very_many_lines_goes_on_with_its_head_repeated(session, store):
    goods = [
        Goods(item(session, "blanket"), THOUSAND, batch=f"Serija {number}") for number in range(120)
    ]
    document = stock.receive(session, store, goods, on=DAY, supplier="Donator " * 12)
    text = words(session, document)
    assert text.count("by document") > 1 and "Serija 119" in text


def test_the_practice_branch_prints_nothing_valid(session, store):
    branch.get(session).is_practice = True
    text = words(session, received(session, store))
    assert "Practice data" in text and "PRACTICE DATA" in text


def test_what_is_not_posted_is_not_found(session, store):
    with pytest.raises(NotFound):
        documents.collect(session, 999)
