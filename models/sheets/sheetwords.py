"""What the words of a day sheet mean, in any of the five languages and however they are typed.

The words stand in `data/day_sheet_words.csv`: alternatives are parted by |, and the first of
each language is the one that templates use, and for a column the one name it has anywhere: in
the template, above the table, in a sentence. The screen's own words are always understood too.
"""

from __future__ import annotations

import csv
import enum
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

from models.desk.aid import Service
from models.desk.cards import STATELESS, UNKNOWN_COUNTRY, AgeBand, Sex
from models.text import search_key
from models.units import Unit
from translations import LANGUAGES, N_, language, serbian

FILE = Path(__file__).parents[1] / "data" / "day_sheet_words.csv"


class Column(enum.StrEnum):
    """The columns of a day sheet, in the order of the template."""

    DATE = "date"
    PLACE = "place"
    KIND = "kind"
    WHAT = "what"
    QUANTITY = "quantity"
    UNIT = "unit"
    SEX = "sex"
    AGE = "age"
    NATIONALITY = "nationality"
    PERSONS = "persons"
    ESTIMATED = "estimated"
    REMARK = "remark"
    HELPER = "helper"
    NUMBER = "number"

    def said(self, code: str) -> str:
        """Its name in the language `code`: the heading of that template."""
        return written(Column, self, code)


class Kind(enum.StrEnum):
    """What a row of a day sheet counts."""

    ITEM = "item"
    SERVICE = "service"
    PERSONS = "persons"

    @property
    def label(self) -> str:
        return _KINDS[self]


_KINDS = {Kind.ITEM: N_("Item"), Kind.SERVICE: N_("Service"), Kind.PERSONS: N_("Persons")}


class Answer(enum.StrEnum):
    YES = "yes"
    NO = "no"

    @property
    def label(self) -> str:
        return _ANSWERS[self]


_ANSWERS = {Answer.YES: N_("Yes"), Answer.NO: N_("No")}

Word = TypeVar("Word", bound=enum.StrEnum)

SUBJECTS: dict[str, type[enum.StrEnum]] = {
    "column": Column,
    "kind": Kind,
    "unit": Unit,
    "sex": Sex,
    "age": AgeBand,
    "answer": Answer,
    "service": Service,
}


def find(kind: type[Word], text: str) -> Word | None:
    """The member of `kind` that is called so in any language, or None."""
    return _members(kind).get(search_key(text))


def headings_in(words: Iterable[str]) -> int:
    """How many columns of a day sheet the words name."""
    return len({find(Column, word) for word in words} - {None})


def country(text: str) -> str | None:
    """The ISO code of a country called so in any language; unknown is XX, stateless XS."""
    return _countries().get(search_key(text))


def written(kind: type[Word], member: Word, code: str) -> str:
    """How templates in the language `code` write that member."""
    subject = next(name for name, members in SUBJECTS.items() if members is kind)
    return _first_words()[subject, member.value, code]


@cache
def _members(kind: type[Word]) -> dict[str, Word]:
    known: dict[str, Word] = {}
    for subject, value, _code, word in _words():
        if SUBJECTS.get(subject) is kind:
            known[search_key(word)] = kind(value)
    for member in kind:
        for word in [member.value, *(language(code).show(member) for code in LANGUAGES)]:
            known.setdefault(search_key(word), member)
    return known


@cache
def _countries() -> dict[str, str]:
    own = [(word, iso) for subject, iso, _code, word in _words() if subject == "country"]
    known = {search_key(word): iso for word, iso in own}
    for code in LANGUAGES:
        for iso, name in language(code).countries():
            known.setdefault(search_key(name), iso)
            known.setdefault(iso.casefold(), iso)
    return known | {UNKNOWN_COUNTRY.casefold(): UNKNOWN_COUNTRY, STATELESS.casefold(): STATELESS}


@cache
def _first_words() -> dict[tuple[str, str, str], str]:
    first: dict[tuple[str, str, str], str] = {}
    for subject, value, code, word in _words():
        first.setdefault((subject, value, code), word)
    return first


@cache
def _words() -> tuple[tuple[str, str, str, str], ...]:
    """(subject, value, language, word) of every word; Serbian Latin is made from Cyrillic."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(found for row in csv.DictReader(file) for found in _words_of(row))


def _words_of(row: dict[str, str]) -> Iterable[tuple[str, str, str, str]]:
    for code in LANGUAGES:
        cell = row["sr_Cyrl"] if code == "sr_Latn" else row[code]
        for word in cell.split("|"):
            spoken = serbian.to_latin(word) if code == "sr_Latn" else word
            yield row["subject"], row["value"], code, spoken
