"""Town and address on the branch's papers follow the script of the paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session
from test_erasing import NOON, NOVEMBER, lay_out
from test_privacy_page import text_of
from things import DAY

from models import clock
from models.goods import places, stock
from models.goods.items import Item
from models.goods.stock import Goods
from models.office import branch
from models.recorded import Wanted
from reports import acts, documents, head, monthly, paper_key, register
from translations import LANGUAGES, language

LATIN = ("Bosanska Krupa", "Ulica V. korpusa 3/II", "tel. 037 222-333, ck@primjer.ba")
CYRILLIC = ("Босанска Крупа", "Улица V. корпуса 3/II", "тел. 037 222-333, ck@primjer.ba")


def lay_out_in(session: Session, typed: tuple[str, str, str]) -> None:
    lay_out(session)
    town, address, contact = typed
    known = branch.details(session)
    branch.change(session, replace(known, town=town, address=address, contact=contact))


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOON):
        yield


@pytest.mark.parametrize("typed", [LATIN, CYRILLIC])
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_letterhead_is_in_the_script_of_the_paper(session, typed, code):
    lay_out_in(session, typed)
    made = head.letterhead(head.collect(session), language(code))
    town, address, contact = CYRILLIC if code == "sr_Cyrl" else LATIN
    assert made.lines == [f"{address} · {contact}"]
    assert made.number_line == f"{town}, 23.\u00a011.\u00a02026."


def test_without_town_and_address_the_day_stands_alone(session):
    lay_out_in(session, ("", "", ""))
    made = head.letterhead(head.collect(session), language("sr_Cyrl"))
    assert (made.lines, made.number_line) == ([], "23.\u00a011.\u00a02026.")


def receipt(session: Session) -> documents.Paper:
    store, item = places.add(session, "Magacin"), session.query(Item).first()
    goods = [Goods(item, 1000)]
    return documents.collect(session, stock.receive(session, store, goods, on=DAY, supplier="A").id)


def test_every_kind_of_paper_writes_the_town_in_its_script(session):
    lay_out_in(session, LATIN)
    spoken = language("sr_Cyrl")
    papers = [
        documents.render(receipt(session), spoken),
        acts.render(acts.collect(session, Wanted()), spoken),
        monthly.render(monthly.collect(session, NOVEMBER), spoken),
        paper_key.render(paper_key.collect(session, 1, "AAAAA BBBBB"), spoken),
        register.render(register.collect(session), spoken),
    ]
    for text in map(text_of, papers):
        assert "Босанска Крупа" in text
        assert "Bosanska" not in text


def test_the_register_gives_the_address_of_the_controller_in_its_script(session):
    lay_out_in(session, LATIN)
    text = text_of(register.render(register.collect(session), language("sr_Cyrl")))
    assert "Улица V. корпуса 3/II, Босанска Крупа" in text


@pytest.mark.parametrize(
    ("town", "address", "written"),
    [
        ("Tuzla", "Tuzlanska 5", "Tuzlanska 5, Tuzla"),
        ("Бихаћ", "Bosanska 4, Bihać", "Bosanska 4, Bihać"),
        ("Banja Luka", "Banjalučka 1", "Banjalučka 1, Banja Luka"),
        ("", "Bosanska 4", "Bosanska 4"),
    ],
)
def test_the_town_stands_in_the_register_once(session, town, address, written):
    lay_out_in(session, (town, address, ""))
    text = text_of(register.render(register.collect(session), language("bs")))
    assert f" {written} " in text
    assert f"{written}," not in text


def test_the_town_that_stands_in_the_address_is_not_written_twice(session):
    lay_out_in(session, ("Bihać", "Bosanska 4, 77000 Bihać", ""))
    text = text_of(register.render(register.collect(session), language("bs")))
    assert text.count("Bosanska 4, 77000 Bihać") == 2
    assert "Bihać, Bihać" not in text
