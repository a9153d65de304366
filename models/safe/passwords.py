"""Judge how hard a password is to guess, with the words and keyboards of this country in mind."""

from __future__ import annotations

import enum
import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from models.errors import DomainError
from models.text import search_key
from translations import N_

DATA = Path(__file__).parents[1] / "data"
SHORTEST = 10  # characters
ACCEPTED = 3  # the lowest score that opens people's data
LONGEST_JUDGED = 100
SHORTEST_ROW = 4  # shorter ones stand in ordinary words

# How many bits of guessing each part of a password is worth. A letter counts for less than chance
# would give it (4.7), because people choose words.
CHARACTER, RARE_CHARACTER = 3.3, 4.5
WORD, PERSONAL_WORD, ROW, YEAR, REPEAT = 9.0, 3.0, 6.0, 7.0, 2.0
CHANGE, MOST_FOR_MIXING = 1.5, 12.0
LADDER = (12, 24, 36, 48)  # bits from which the score is 1, 2, 3, 4

KEYBOARDS = (
    "1234567890", "qwertzuiopšđ", "asdfghjklčćž", "yxcvbnm", "qwertyuiop", "zxcvbnm",
    "љњертзуиопшђ", "асдфгхјклчћж", "ѕџцвбнм", "abcdefghijklmnopqrstuvwxyz",
    "абвгдђежзијклљмнњопрстћуфхцчџш", "1qaz2wsx3edc4rfv", "1qay2wsx3edc4rfv",
)  # fmt: skip
LEET = str.maketrans("01345789@$!€", "oieastbgasie")


class Advice(enum.StrEnum):
    """What to do about a password; the values are marked messages."""

    LONGER = N_("Use at least ten characters.")
    PERSONAL = N_("Leave out your name, the town and the name of the branch.")
    COMMON = N_("Many people use such words. Take several words that have nothing in common.")
    PATTERN = N_("Leave out repeated characters and rows of neighbouring keys.")
    MORE = N_("Add another word.")
    GOOD = N_("This is a good password.")

    @property
    def label(self) -> str:
        return self.value


@dataclass(frozen=True)
class Strength:
    """Score 0 (guessed at once) to 4 (out of reach); from 3 on it is accepted."""

    score: int
    advice: Advice


@dataclass(frozen=True)
class _Part:
    """A piece of the password, what it is worth in bits, and what is wrong with it."""

    length: int
    bits: float
    fault: Advice | None = None


def strength(password: str, hints: tuple[str, ...] = ()) -> Strength:
    """How hard the password is to guess for one who knows `hints`: the user, branch and town."""
    text = unicodedata.normalize("NFKC", password)[:LONGEST_JUDGED]
    parts = _parts(_folded(text), _personal(hints))
    bits = sum(part.bits for part in parts)
    bits += min(MOST_FOR_MIXING, CHANGE * _changes(text))
    score = sum(bits >= step for step in LADDER)
    if len(text) < SHORTEST:
        return Strength(min(score, 1), Advice.LONGER)
    return Strength(score, Advice.GOOD if score >= ACCEPTED else _worst(parts))


def check(password: str, hints: tuple[str, ...] = ()) -> None:
    """Raises WeakPassword, with advice, when the password is not accepted."""
    judged = strength(password, hints)
    if judged.score < ACCEPTED:
        raise WeakPassword(advice=judged.advice)


@functools.cache
def _weak_words() -> frozenset[str]:
    return frozenset((DATA / "weak_passwords.txt").read_text("utf-8").split())


@functools.cache
def _rows() -> tuple[str, ...]:
    """Rows of keys in the tolerant form, forwards and backwards."""
    ways = (way for row in KEYBOARDS for way in (row, row[::-1]))
    return tuple("".join(_folded(way)) for way in ways)


def _folded(text: str) -> str:
    """The tolerant form of every letter; signs stay, blanks go: they are the first guess."""
    return "".join(search_key(char) or char for char in text if not char.isspace())


def _personal(hints: tuple[str, ...]) -> frozenset[str]:
    words = {word for hint in hints for word in search_key(hint).split()}
    words |= {search_key(hint).replace(" ", "") for hint in hints}
    words |= {word.replace("dj", "d") for word in words}  # đ typed as d
    return frozenset(word for word in words if len(word) > 2)


def _parts(text: str, personal: frozenset[str]) -> list[_Part]:
    """The password cut into words, rows, years and the like in the way that is worth least."""
    plain = text.translate(LEET)
    best: list[tuple[float, list[_Part]]] = [(0, [])]  # for the ends of the text, shortest first
    for at in reversed(range(len(text))):
        pieces = [
            *_words(text, at, personal, PERSONAL_WORD, Advice.PERSONAL),
            *_words(plain, at, personal, PERSONAL_WORD, Advice.PERSONAL),
            *_words(text, at, _weak_words(), WORD, Advice.COMMON),
            *_words(plain, at, _weak_words(), WORD, Advice.COMMON),
            *_row(text, at),
            *_repetition(text, at, personal),
            *_year(text, at),
            _character(text[at]),
        ]
        ways = ((piece, best[-piece.length]) for piece in pieces)
        best.append(
            min(
                ((piece.bits + bits, [piece, *rest]) for piece, (bits, rest) in ways),
                key=lambda way: way[0],
            )
        )
    return best[-1][1]


def _words(
    text: str, at: int, words: frozenset[str], bits: float, fault: Advice
) -> Iterator[_Part]:
    """Those of `words` that begin here."""
    for end in range(at + 3, min(len(text), at + 25) + 1):
        if text[at:end] in words:
            yield _Part(end - at, bits, fault)


def _row(text: str, at: int) -> Iterator[_Part]:
    """The longest run of neighbouring keys or letters, from four on."""
    end = at + SHORTEST_ROW
    while end <= len(text) and any(text[at:end] in row for row in _rows()):
        end += 1
    if end - 1 - at >= SHORTEST_ROW:
        yield _Part(end - 1 - at, ROW, Advice.PATTERN)


def _repetition(text: str, at: int, personal: frozenset[str]) -> Iterator[_Part]:
    """A piece that comes again right after itself: aaa, jabukajabuka."""
    found = re.compile(r"(.+?)\1+", re.DOTALL).match(text, at)
    if found and len(found[0]) >= 3:
        once = sum(part.bits for part in _parts(found[1], personal))
        yield _Part(len(found[0]), once + REPEAT, Advice.PATTERN)


def _year(text: str, at: int) -> Iterator[_Part]:
    if re.compile(r"(?:19|20)\d\d").match(text, at):
        yield _Part(4, YEAR)


def _character(char: str) -> _Part:
    return _Part(1, CHARACTER if char.isalnum() else RARE_CHARACTER)


def _changes(text: str) -> int:
    """How often small letters, capitals, digits and signs take turns; blanks do not count."""
    kinds = [(char.isalpha(), char.isupper(), char.isdigit()) for char in "".join(text.split())]
    return sum(one != other for one, other in pairwise(kinds))


def _worst(parts: list[_Part]) -> Advice:
    """The fault to name first: the one that takes up most of the password."""
    lengths = dict.fromkeys((part.fault for part in parts if part.fault), 0)
    for part in parts:
        if part.fault:
            lengths[part.fault] += part.length
    return max(lengths, key=lambda fault: lengths[fault], default=Advice.MORE)


class WeakPassword(DomainError):
    message = N_("This password is too easy to guess. {advice}")
