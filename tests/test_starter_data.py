"""The starter catalogue and indicators are whole in five languages and fit each other."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from models.desk.aid import Service
from models.goods.items import Category
from models.safe import passwords
from models.text import search_key, sort_key
from models.units import Unit, thousandths
from translations import LANGUAGES
from translations.serbian import to_latin

ROOT = Path(__file__).parents[1]
FIGURES = {
    "persons": {"all", "new", "repeat"},
    "service": {service.value for service in Service},
    "service_persons": {service.value for service in Service},
    "category": {category.value for category in Category},
    "weight": {"all"},
    "teams": {"days", "km"},
    "volunteers": {"engaged", "hours"},
}
UNITS = {unit.value for unit in Unit} | {"person", "service", "day", "km", "hour"}
# What the published figures that the program is tried on need.
NEEDED = {
    "hot_meal", "lunch_pack", "water", "food_parcel", "hygiene_parcel", "nappies", "biscuits",
    "baby_milk", "chocolate_milk", "baby_package", "blanket", "raincoat", "sleeping_bag",
    "first_aid_kit", "socks",
}  # fmt: skip


def rows(path: str) -> list[dict[str, str]]:
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ITEMS = rows("models/data/items.csv")
INDICATORS = rows("models/data/indicators.csv")
WRONG = rows("translations/terms/wrong_words.csv")


def texts(row: dict[str, str], field: str) -> dict[str, str]:
    return {language: row[f"{field}_{language.lower()}"] for language in LANGUAGES}


def code(row: dict[str, str]) -> str:
    return row["code"]


EVERY_TEXT = [
    pytest.param(texts(row, field), id=f"{kind}-{row['code']}-{field}")
    for kind, found, fields in (
        ("item", ITEMS, ["name"]),
        ("indicator", INDICATORS, ["name", "definition"]),
    )
    for row in found
    for field in fields
]


def test_there_are_about_forty_items_and_none_twice():
    assert 40 <= len(ITEMS) <= 45
    for found in (ITEMS, INDICATORS):
        assert len({code(row) for row in found}) == len(found)
        assert all(re.fullmatch("[a-z][a-z_]*", code(row)) for row in found)


def test_the_items_of_the_published_figures_are_there():
    assert {code(row) for row in ITEMS} >= NEEDED


@pytest.mark.parametrize("texts", EVERY_TEXT)
def test_every_text_is_there_in_five_languages(texts):
    for text in texts.values():
        assert text == " ".join(text.split()) != ""
        assert text[0].isupper()


@pytest.mark.parametrize("texts", EVERY_TEXT)
def test_serbian_is_one_text_in_two_scripts(texts):
    assert to_latin(texts["sr_Cyrl"]) == texts["sr_Latn"]
    assert not re.search("[a-zčćđšž]", texts["sr_Cyrl"], re.IGNORECASE)


@pytest.mark.parametrize("texts", EVERY_TEXT)
def test_no_text_uses_a_neighbours_word(texts):
    for language, text in texts.items():
        wrong = [
            row["instead"]
            for row in WRONG
            if row["language"] in ("*", language) and re.search(row["pattern"], text.lower())
        ]
        assert not wrong, f"{language}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_items_are_called_the_same(language):
    names = [texts(row, "name")[language] for row in ITEMS]
    assert len({search_key(name) for name in names}) == len(names)
    assert len({sort_key(name) for name in names}) == len(names)


@pytest.mark.parametrize("row", ITEMS, ids=code)
def test_an_item_is_counted_weighed_and_packed(row):
    Category(row["category"]), Unit(row["unit"])
    assert int(row["weight_g"]) > 0
    assert row["tracks_expiry"] in ("0", "1")
    assert thousandths(row["minimum"]) >= 0
    assert bool(row["pack_unit"]) == bool(row["pack_quantity"])
    if row["pack_unit"]:
        assert Unit(row["pack_unit"]) != Unit(row["unit"])
        assert thousandths(row["pack_quantity"]) > 1000


def test_every_category_has_an_item_and_weights_are_kilograms_per_litre_and_kilogram():
    assert {row["category"] for row in ITEMS} == {category.value for category in Category}
    assert all(row["weight_g"] == "1000" for row in ITEMS if row["unit"] == Unit.KG)


def test_only_the_blanket_carries_a_confirmed_ifrc_code():
    coded = {code(row): row["ifrc_code"] for row in ITEMS if row["ifrc_code"]}
    assert coded == {"blanket": "HSHEBLANCLT1"}


@pytest.mark.parametrize("row", INDICATORS, ids=code)
def test_an_indicator_adds_up_what_exists(row):
    known = FIGURES | {"item": {code(item) for item in ITEMS}}
    terms = [tuple(term.split(":")) for term in row["terms"].split(";")]
    assert len(set(terms)) == len(terms)
    for measure, key in terms:
        assert key in known[measure]


@pytest.mark.parametrize("row", INDICATORS, ids=code)
def test_an_indicator_counts_in_a_known_unit(row):
    assert row["unit"] in UNITS
    units = {item["unit"] for item in ITEMS if f"item:{code(item)}" in row["terms"].split(";")}
    if len(units) == 1 and "category:" not in row["terms"]:
        assert units == {row["unit"]}


def test_indicators_stand_in_order_with_their_section():
    positions = [int(row["position"]) for row in INDICATORS]
    assert positions == sorted(set(positions))
    sections = [row["section"] for row in INDICATORS]
    assert list(dict.fromkeys(sections)) == [
        "persons", "meals", "items", "services", "teams", "volunteers",
    ]  # fmt: skip
    assert sections == sorted(sections, key=list(dict.fromkeys(sections)).index)


def test_one_figure_merges_several_items():
    merged = next(row for row in INDICATORS if code(row) == "hygiene_socks_blankets")
    assert merged["terms"].count("item:") == 4


def test_the_texts_fit_the_database():
    for row in INDICATORS:
        assert len(row["code"]) <= 40 and len(row["section"]) <= 20
        assert max(map(len, texts(row, "name").values())) <= 200
        assert max(map(len, texts(row, "definition").values())) <= 1000
    assert max(len(code(row)) for row in ITEMS) <= 40


def test_the_weak_passwords_are_many_local_and_none_twice():
    words = (passwords.DATA / "weak_passwords.txt").read_text("utf-8").split()
    assert len(words) >= 300
    assert len({search_key(word) for word in words}) == len(words)
    assert {"lozinka", "crvenikrst", "sarajevo", "zeljeznicar", "qwertz"} <= set(words)
