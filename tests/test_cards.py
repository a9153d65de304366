"""Cards: codes that notice a slip of the hand, ages by year of birth, and what may be unknown."""

from __future__ import annotations

import random
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session
from things import DAY, Things

import translations
from models import clock
from models.desk import aid, cards, nationalities, visits
from models.desk.aid import Given, Service
from models.desk.cards import AgeBand, BadBirthYear, BadToken, CardTaken, Person, Sex, Vulnerability
from models.goods.places import Place
from models.text import sort_key

CODE = "K7M4PX" + cards.check_sign("K7M4PX")
PSS = [Given(Service.PSS)]


def test_a_code_is_read_however_it_is_typed() -> None:
    written = cards.shown(CODE).lower()
    for typed in (CODE, written, f" {written} ", CODE.replace("4", " 4 ")):
        assert cards.clean(typed) == CODE


def test_every_slip_in_one_sign_is_noticed(chance: random.Random) -> None:
    code = cards.new_token()
    place = chance.randrange(7)
    for sign in cards.SIGNS:
        if sign != code[place]:
            with pytest.raises(BadToken):
                cards.clean(code[:place] + sign + code[place + 1 :])


def test_two_signs_that_changed_places_are_noticed() -> None:
    for _ in range(200):
        code = cards.new_token()
        for one in range(6):
            swapped = code[:one] + code[one + 1] + code[one] + code[one + 2 :]
            if swapped != code:
                with pytest.raises(BadToken):
                    cards.clean(swapped)


NO_CODES = ["", "K7M-4P", "K7M-4PX-22", "K7M4O1I", "ćčđšž12", "<b>", "x" * 999]


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_code_is_refused_in_one_sentence(typed: str) -> None:
    with pytest.raises(BadToken) as refusal:
        cards.clean(typed)
    assert len(str(refusal.value)) < 140


def test_a_new_card_gets_a_code_of_its_own(session: Session) -> None:
    codes = {cards.add(session).token for _ in range(50)}
    assert len(codes) == 50
    assert all(cards.clean(code) == code for code in codes)


def test_a_printed_card_keeps_its_code_and_belongs_to_one(session: Session) -> None:
    card = cards.add(session, token=cards.shown(CODE))
    assert cards.find(session, CODE.lower()) == card
    with pytest.raises(CardTaken) as refusal:
        cards.add(session, token=CODE)
    assert cards.shown(CODE) in str(refusal.value)


def test_nothing_but_the_code_is_known_of_who_tells_nothing(session: Session) -> None:
    known = visits.who(session, cards.add(session))
    assert (known.sex, known.age, known.nationality) == (Sex.UNKNOWN, AgeBand.UNKNOWN, "XX")
    assert (known.birth_year, known.vulnerabilities) == (None, ())
    assert (known.visits, known.last) == (0, None)


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (0, "0-1"), (1, "0-1"), (2, "2-5"), (5, "2-5"), (6, "6-12"), (12, "6-12"), (13, "13-17"),
        (17, "13-17"), (18, "18-59"), (59, "18-59"), (60, "60+"), (101, "60+"),
    ],
)  # fmt: skip
def test_bands_begin_and_end_where_the_federation_says(years: int, band: str) -> None:
    assert cards.band_of_age(years) == AgeBand(band)


def test_who_grows_older_moves_to_the_next_band(session: Session) -> None:
    card = cards.add(session, birth_year=2009)
    assert cards.band(card, date(2026, 12, 31)) is AgeBand.YOUTH
    assert cards.band(card, date(2027, 1, 1)) is AgeBand.ADULT


def test_without_a_year_the_band_stays_as_it_was_told(session: Session) -> None:
    card = cards.add(session, Person(age=AgeBand.CHILD))
    assert cards.band(card, date(2050, 1, 1)) is AgeBand.CHILD


@pytest.mark.parametrize("year", [0, 98, 1899, 2027, 20260])
def test_a_year_in_which_no_one_here_was_born_is_refused(session: Session, year: int) -> None:
    with clock.at(datetime(2026, 11, 23, 12)), pytest.raises(BadBirthYear) as refusal:
        cards.add(session, birth_year=year)
    assert str(refusal.value).startswith(f"{year} cannot")


def test_a_new_description_replaces_the_old_one_whole(session: Session) -> None:
    card = cards.add(session, vulnerabilities=[Vulnerability.UASC, Vulnerability.INJURY])
    told = Person(Sex.MALE, AgeBand.YOUTH, "AF")
    cards.describe(session, card, told, kinds=[Vulnerability.INJURY, Vulnerability.ILLNESS])
    known = visits.who(session, card)
    assert (known.sex, known.age, known.nationality) == (Sex.MALE, AgeBand.YOUTH, "AF")
    assert known.vulnerabilities == (Vulnerability.ILLNESS, Vulnerability.INJURY)


def test_visits_are_counted_without_those_taken_back(things: Things) -> None:
    card = cards.add(things.session)
    help_(things, card, things.warehouse)
    aid.reverse(things.session, help_(things, card, things.team, date(2026, 10, 7)))
    known = visits.who(things.session, card)
    assert (known.visits, known.last) == (1, DAY)
    assert [row.is_taken_back for row in visits.of_card(things.session, card.id)] == [True, False]


def test_cards_are_offered_by_the_beginning_of_their_code(session: Session) -> None:
    cards.add(session, token=CODE)
    assert len(visits.cards_like(session, "k7m-4")) == 1
    for text in ("K7", "M4P", "k%_", ""):
        assert not visits.cards_like(session, text)


def test_frequent_nationalities_stand_first_then_unknown_then_the_alphabet() -> None:
    names = [name for _code, name in nationalities.choices()]
    rest = names[len(cards.FREQUENT) :]
    assert (names[:2], rest[:2]) == (["Afghanistan", "Pakistan"], ["Unknown", "Stateless"])
    assert rest[2:] == sorted(rest[2:], key=sort_key)
    assert len(names) == len(set(names)) > 200


@pytest.mark.parametrize(
    ("code", "typed"),
    [("en", "afg"), ("bs", "afg"), ("sr_Cyrl", "avg"), ("sr_Cyrl", "авг"), ("hr", "AF")],
)
def test_a_nationality_is_found_in_every_language_and_script(code: str, typed: str) -> None:
    translations.use(code)
    assert "AF" in [found for found, _name in nationalities.choices(typed)]


def help_(things: Things, card: cards.Card, place: Place, on: date = DAY) -> aid.Encounter:
    return aid.help_person(things.session, card, place, on=on, services=PSS)
