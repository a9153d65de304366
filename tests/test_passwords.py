"""Passwords that anybody here would try first are refused; several plain words are enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.safe import passwords
from models.safe.passwords import Advice, strength

HINTS = ("Amira Đurić", "Crveni križ općine Ključ", "Ključ")


@pytest.mark.parametrize(
    "password",
    [
        "crvenikrst", "Crveni Krst", "ЦрвениКрст2026", "crvenikriz1", "CrveniKriz2026!",
        "lozinka1234", "L0z1nk@1234", "Sarajevo1984", "bihac12345", "željezničar",
        "Zeljeznicar1921", "fudbal2026", "1234567890", "0987654321", "qwertzuiop",
        "qwertzuiopšđ", "љњертзуиоп", "asdfghjklčć", "yxcvbnm123", "aaaaaaaaaaaa",
        "abcabcabcabc", "jabukajabuka", "абвгдђежзиј", "1qay2wsx3edc", "passwordpassword",
        "Banja Luka 2026", "mama tata 1",
    ],
)  # fmt: skip
def test_what_everybody_tries_is_refused(password):
    with pytest.raises(passwords.WeakPassword):
        passwords.check(password)


@pytest.mark.parametrize(
    "password",
    [
        "tri plave jabuke", "konj spava na krovu", "жута лампа крај пута", "xK9#mQ2vLp",
        "kisobran-plovi-tiho", "Ne pijem caj poslije 8!", "zeljeznicar vozi tramvaj u osam",
    ],
)  # fmt: skip
def test_several_words_or_chance_are_accepted(password):
    passwords.check(password, HINTS)
    assert strength(password).advice is Advice.GOOD


@pytest.mark.parametrize(
    "password", ["AmiraDjuric", "amira.duric1", "Ђурић Амира", "kljuc kljuc 7"]
)
def test_what_is_known_of_the_user_is_refused(password):
    assert strength(password, HINTS).score < passwords.ACCEPTED
    with pytest.raises(passwords.WeakPassword) as refused:
        passwords.check(password, HINTS)
    assert refused.value.details["advice"] in (Advice.PERSONAL, Advice.PATTERN)


@pytest.mark.parametrize(
    ("password", "advice"),
    [
        ("xK9#mQ2vL", Advice.LONGER),
        ("", Advice.LONGER),
        ("sarajevo tuzla", Advice.COMMON),
        ("ggggggggggg", Advice.PATTERN),
        ("qwertzuiop12", Advice.PATTERN),
    ],
)
def test_advice_fits_the_fault(password, advice):
    assert strength(password).advice is advice
    assert strength(password).score < passwords.ACCEPTED


def test_a_refusal_says_what_to_do_and_not_the_password():
    with pytest.raises(passwords.WeakPassword) as refused:
        passwords.check("sarajevo tuzla")
    assert refused.value.text().endswith(Advice.COMMON.label)
    assert "tuzla" not in refused.value.text()


@given(st.text(), st.lists(st.text(max_size=20), max_size=3).map(tuple))
def test_any_text_is_judged(password, hints):
    judged = strength(password, hints)
    assert 0 <= judged.score <= 4
    assert judged.advice.label == judged.advice
    assert (judged.advice is Advice.GOOD) == (judged.score >= passwords.ACCEPTED)


@given(st.text(alphabet="aćdđhijklmqručAK1 ", max_size=40))
def test_knowing_the_user_never_makes_a_password_better(password):
    assert strength(password, HINTS).score <= strength(password).score


def test_a_pasted_book_is_judged_by_its_first_page():
    page = "ljubav sarajevo 1984 " * 10
    assert strength(page + "x" * 100_000, HINTS) == strength(page, HINTS)
