"""The branch's list of indicators can be edited, ordered and renamed in every language."""

from __future__ import annotations

import pytest

import translations
from models.errors import Missing
from models.goods import items
from models.goods.items import Category
from models.office import indicators
from models.office.indicators import Indicator, Term
from models.units import Unit
from translations import LANGUAGES, N_


@pytest.fixture
def listed(session):
    """Two items and the starter list."""
    items.add(session, "socks", {"en": "Socks"}, Unit.PAIR, Category.CLOTHING)
    items.add(session, "soup", {"en": "Soup"}, Unit.PORTION, Category.HOT_MEAL)
    indicators.add_starters(session)


def codes(session) -> list[str]:
    return [row.code for row in indicators.overview(session)]


def add(session, **more) -> Indicator:
    given = {"code": "warm", "unit": "piece", "names": {"bs": "Toplo"}, "terms": [SOCKS]}
    return indicators.add(session, **(given | more))


SOCKS, SOUP = Term("item", "socks"), Term("item", "soup")


def test_every_starter_is_named_and_defined_in_five_languages(session, listed):
    for row in indicators.overview(session):
        assert set(row.names) == set(row.definitions) == set(LANGUAGES)
        assert all(row.names.values()) and all(row.definitions.values())
        assert row.unit in indicators.UNITS


def test_a_new_indicator_stands_last_and_may_sum_several_things(session, listed):
    add(session, terms=[SOCKS, SOUP, SOCKS], definitions={"en": "All that is warm"})
    last = indicators.overview(session)[-1]
    assert (last.code, last.terms) == ("warm", (SOCKS, SOUP))
    assert last.names["sr_Cyrl"] == "Toplo" and last.definitions["hr"] == "All that is warm"


def test_the_name_is_said_in_the_current_language(session, listed):
    add(session, names={"hr": "Juha", "sr_Cyrl": "Супа"})
    translations.use("sr_Cyrl")
    assert indicators.overview(session)[-1].name == "Супа"


def test_an_indicator_can_be_renamed_and_told_to_sum_something_else(session, listed):
    own = add(session)
    indicators.change(session, own, "portion", {"en": "Soups"}, [SOUP])
    row = indicators.overview(session)[-1]
    assert (row.name, row.unit, row.terms) == ("Soups", "portion", (SOUP,))


@pytest.mark.parametrize(("places", "at"), [(-1, -2), (-1000, 0), (1000, -1), (0, -1)])
def test_an_indicator_moves_as_far_as_the_list_goes(session, listed, places, at):
    others = codes(session)
    indicators.move(session, add(session), places)
    assert codes(session)[at] == "warm"
    assert [code for code in codes(session) if code != "warm"] == others


def test_an_indicator_left_out_can_be_put_back(session, listed):
    own = add(session)
    indicators.retire(session, own)
    assert "warm" not in codes(session)
    assert indicators.overview(session, retired=True)[-1].code == "warm"
    indicators.retire(session, own, active=True)
    assert codes(session)[-1] == "warm"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code": " "}, Missing),
        ({"names": {"en": " "}}, Missing),
        ({"terms": []}, Missing),
        ({"code": "persons"}, indicators.IndicatorTaken),
        ({"unit": "parsec"}, indicators.UnknownUnit),
        ({"terms": [Term("item", "nothing")]}, indicators.UnknownTerm),
        ({"terms": [Term("sex", "blue")]}, indicators.UnknownTerm),
        ({"terms": [Term("mood", "all")]}, indicators.UnknownTerm),
    ],
)
def test_a_slip_is_refused_in_a_sentence(session, listed, wrong, error):
    with pytest.raises(error) as refused:
        add(session, **wrong)
    assert "{" not in refused.value.text()


def test_every_unit_has_a_label():
    assert all(N_(label) for label in indicators.UNITS.values())
