"""Cells as people type them: days, numbers and words in any of the five languages."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.desk.aid import Service
from models.desk.cards import AgeBand, Sex
from models.errors import DomainError
from models.sheets import sheetcells, sheetwords
from models.sheets.sheetcells import BadDay, BadNumber, NotPositive, NotWhole, TooManyInRow, TwoWays
from models.sheets.sheetfile import Formula
from models.sheets.sheetwords import Column, Kind
from models.units import Unit
from translations import LANGUAGES, language

MOST = 100_000
DAY = date(2018, 5, 21)


@pytest.mark.parametrize(
    "written",
    ["21.5.2018", "21.05.2018.", "21. 5. 2018.", "21. 5. 2018", "2018-05-21", "21.5.18.",
     "2018-05-21 00:00:00", DAY],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(written):
    assert sheetcells.day(written) == DAY


@pytest.mark.parametrize("written", ["5/21/2018", "21.13.2018", "30.2.2018", "juče", "5", "2018"])
def test_a_day_is_never_guessed(written):
    with pytest.raises(BadDay):
        sheetcells.day(written)


@pytest.mark.parametrize(
    ("written", "count"),
    [("580", 580), ("1.963", 1963), ("1,963", 1963), ("1 963", 1963), ("10.400.000", None),
     ("12.400", 12_400), ("0", 0), (Decimal("580.0"), 580), ("007", 7)],
)  # fmt: skip
def test_people_are_counted_in_whole_numbers_with_or_without_thousands(written, count):
    if count is None:
        with pytest.raises(TooManyInRow):
            sheetcells.count(written, MOST)
    else:
        assert sheetcells.count(written, MOST) == count


@pytest.mark.parametrize(
    ("written", "broken"),
    [("1,5", NotWhole), (Decimal("2.5"), NotWhole), ("-5", BadNumber), ("oko 20", BadNumber),
     ("1.96", NotWhole), ("1.963.5", BadNumber), ("12 34", BadNumber), ("1,,2", BadNumber),
     ("٣", BadNumber), ("1e3", BadNumber), (Decimal("inf"), BadNumber), ("5%", BadNumber)],
)  # fmt: skip
def test_a_count_that_is_none_is_refused(written, broken):
    with pytest.raises(broken):
        sheetcells.count(written, MOST)


@pytest.mark.parametrize(
    ("written", "unit", "quantity"),
    [("2,5", Unit.KG, "2.5"), ("2.5", Unit.KG, "2.5"), ("0,250", Unit.KG, "0.25"),
     ("1.234,5", Unit.KG, "1234.5"), ("1,234.5", Unit.KG, "1234.5"), ("1 234,5", Unit.KG, "1234.5"),
     ("1.500", Unit.MEAL, "1500"), ("1234,567", Unit.LITRE, "1234.567"), ("3", Unit.KG, "3")],
)  # fmt: skip
def test_a_quantity_takes_comma_or_point(written, unit, quantity):
    assert sheetcells.quantity(written, unit) == Decimal(quantity)


@pytest.mark.parametrize("written", ["1.500", "1,500", "12.345"])
def test_what_can_be_one_and_a_half_or_fifteen_hundred_kilograms_is_asked_about(written):
    with pytest.raises(TwoWays):
        sheetcells.quantity(written, Unit.KG)


@pytest.mark.parametrize("written", ["0", "0,0", Decimal(0)])
def test_nothing_is_no_quantity(written):
    with pytest.raises(NotPositive):
        sheetcells.quantity(written, Unit.PIECE)


@pytest.mark.parametrize(
    ("written", "band"),
    [("18-59", AgeBand.ADULT), ("18–59", AgeBand.ADULT), ("60+", AgeBand.OLDER),
     ("60 и више", AgeBand.OLDER), ("7", AgeBand.CHILD), (Decimal(35), AgeBand.ADULT),
     (date(2026, 5, 2), AgeBand.TODDLER), (date(2026, 6, 12), AgeBand.CHILD),
     (date(2026, 12, 6), AgeBand.CHILD), ("", AgeBand.UNKNOWN), ("-", AgeBand.UNKNOWN),
     ("nepoznato", AgeBand.UNKNOWN)],
)  # fmt: skip
def test_an_age_is_a_group_or_years(written, band):
    assert sheetcells.age(written) is band


@pytest.mark.parametrize(
    ("written", "iso"),
    [("AF", "AF"), ("af", "AF"), ("Afganistan", "AF"), ("Авганистан", "AF"), ("avganistan", "AF"),
     ("Sirija", "SY"), ("Syria", "SY"), ("bez državljanstva", "XS"), ("", "XX"), ("?", "XX"),
     ("непознато", "XX"), ("Turkey", "TR"), ("Bosna i Hercegovina", "BA")],
)  # fmt: skip
def test_a_country_goes_by_its_code_or_any_of_its_names(written, iso):
    assert sheetcells.nationality(written) == iso


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_word_of_the_screen_is_understood(code):
    for kind in (Column, Kind, Unit, Sex, AgeBand, Service, sheetwords.Answer):
        for member in kind:
            assert sheetwords.find(kind, language(code).show(member)) is member


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_country_of_the_screen_is_understood(code):
    for iso, name in language(code).countries():
        assert sheetwords.country(name) == iso
        assert sheetwords.country(iso) == iso


def test_no_word_means_two_things_of_one_kind():
    for subject, kind in sheetwords.SUBJECTS.items():
        for known, value, _code, word in sheetwords._words():
            if known == subject:
                assert sheetwords.find(kind, word) == value, word


def test_a_formula_is_refused_wherever_it_stands():
    readers = (sheetcells.day, sheetcells.sex, sheetcells.age, sheetcells.nationality)
    for reader in (*readers, sheetcells.remark, sheetcells.answer):
        with pytest.raises(sheetcells.FormulaInCell):
            reader(Formula("=A1"))


def test_a_long_remark_is_not_cut_off_in_silence():
    with pytest.raises(sheetcells.TextTooLong):
        sheetcells.remark("x" * 501)


def test_a_sentence_repeats_only_the_beginning_of_a_long_cell():
    with pytest.raises(BadDay) as raised:
        sheetcells.day("{0.__class__}</para>" * 250)
    assert len(raised.value.text()) < 150


@given(st.text(max_size=30))
def test_any_text_is_understood_or_refused(written):
    for reader in (
        sheetcells.day,
        sheetcells.sex,
        sheetcells.age,
        sheetcells.nationality,
        sheetcells.answer,
        lambda cell: sheetcells.count(cell, MOST),
        lambda cell: sheetcells.quantity(cell, Unit.KG),
    ):
        with suppress(DomainError):
            reader(written)
