"""The territory is whole, and a branch's reports go to the right organization."""

from __future__ import annotations

from collections import Counter

import pytest

from models.office import territory
from models.office.territory import BRCKO, FEDERATION, SRPSKA, Kind
from models.text import sort_key
from translations import LANGUAGES
from translations.serbian import to_cyrillic, to_latin


def unit(name: str, entity: str = FEDERATION) -> territory.Unit:
    return next(one for one in territory.search(name) if one.entity == entity)


def test_all_units_are_there_and_each_key_is_its_own():
    units = territory.units()
    counted = Counter(one.entity for one in units)
    assert counted == {FEDERATION: 79, SRPSKA: 64, BRCKO: 1}
    assert len({one.key for one in units}) == len(units) == 144


def test_names_that_occur_twice_are_told_apart():
    found = [one.key for one in territory.units() if one.latin in ("Trnovo", "Kupres")]
    assert sorted(found) == [
        "BA-BIH/09/Trnovo", "BA-BIH/10/Kupres", "BA-SRP//Kupres", "BA-SRP//Trnovo",
    ]  # fmt: skip


def test_units_stand_in_alphabetical_order():
    names = [one.latin for one in territory.units()]
    assert names == sorted(names, key=sort_key)
    assert names.index("Čitluk") > names.index("Cazin")


def test_every_unit_is_named_in_both_scripts():
    for one in territory.units():
        assert to_latin(one.cyrillic) == one.latin
        assert to_cyrillic(one.latin) == one.cyrillic


def test_only_units_of_the_federation_lie_in_a_canton():
    codes = {canton.code for canton in territory.cantons()}
    assert len(codes) == 10
    for one in territory.units():
        assert (one.canton in codes) == (one.entity == FEDERATION)


@pytest.mark.parametrize("typed", ["bihac", "Бихаћ", "BIHAĆ", "ihać"])
def test_a_unit_is_found_in_either_script(typed):
    assert [one.latin for one in territory.search(typed)] == ["Bihać"]


def test_a_unit_is_found_by_its_key():
    assert all(territory.find(one.key) is one for one in territory.units())
    with pytest.raises(territory.UnknownUnit, match="BA-BIH/01/Atlantis"):
        territory.find("BA-BIH/01/Atlantis")


@pytest.mark.parametrize(
    ("name", "entity", "levels", "addressee"),
    [
        ("Bihać", FEDERATION, ["canton", "entity", "society"], "Crveni križ Unsko-sanskog kantona"),
        ("Bijeljina", SRPSKA, ["entity", "society"], "Crveni krst Republike Srpske"),
        ("Brčko", BRCKO, ["society"], "Društvo Crvenog krsta/križa Bosne i Hercegovine"),
    ],
)
def test_reports_go_up_the_right_chain(name, entity, levels, addressee):
    chain = territory.chain(unit(name, entity))
    assert [superior.level for superior in chain] == levels
    assert chain[0].names["bs"] == addressee


def test_every_unit_ends_at_the_society():
    for one in territory.units():
        assert territory.chain(one)[-1].names is territory.SOCIETY


def test_every_organization_is_named_in_five_languages():
    for one in territory.units():
        given = [territory.suggest_names(one), territory.entity_name(one.entity)]
        given += [superior.names for superior in territory.chain(one)]
        for names in given:
            assert list(names) == list(LANGUAGES)
            assert all(name.strip() == name != "" for name in names.values())
            assert to_latin(names["sr_Cyrl"]) == names["sr_Latn"]


def test_every_canton_is_named_in_five_languages():
    for canton in territory.cantons():
        for names in (canton.names, canton.organization):
            assert list(names) == list(LANGUAGES)
            assert to_latin(names["sr_Cyrl"]) == names["sr_Latn"]
    assert territory.canton("10").names["hr"] == "Hercegbosanska županija"


@pytest.mark.parametrize(
    ("name", "entity", "language", "suggested"),
    [
        ("Bihać", FEDERATION, "bs", "Gradska organizacija Crvenog križa Bihać"),
        ("Ključ", FEDERATION, "hr", "Crveni križ općine Ključ"),
        ("Bijeljina", SRPSKA, "sr_Cyrl", "Градска организација Црвеног крста Бијељина"),
        ("Bratunac", SRPSKA, "sr_Latn", "Opštinska organizacija Crvenog krsta Bratunac"),
        ("Bihać", FEDERATION, "en", "Red Cross of the City of Bihać"),
        ("Brčko", BRCKO, "hr", "Crveni krst/križ Brčko distrikta Bosne i Hercegovine"),
    ],
)
def test_a_name_is_suggested(name, entity, language, suggested):
    assert territory.suggest_names(unit(name, entity))[language] == suggested


def test_kinds_have_words():
    assert [kind.label for kind in Kind] == ["Municipality", "City", "District"]
