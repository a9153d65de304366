"""Nationalities to choose from, as people declare them: those met most often stand first."""

from __future__ import annotations

from collections.abc import Iterator

from models.desk.cards import FREQUENT, STATELESS, UNKNOWN_COUNTRY
from models.text import in_order, search_key
from translations import current

OFFERED = 30


def choices(search: str = "") -> list[tuple[str, str]]:
    """Code and name in the current language: frequent, unknown and stateless, then all others.

    Every word of `search` begins a word of the name; the two letters of the code find it too.
    """
    words = search_key(search).split()
    found = [pair for pair in _all() if _fits(words, pair)]
    return found[:OFFERED] if words else found


def _all() -> Iterator[tuple[str, str]]:
    spoken = current()
    first = (*FREQUENT, UNKNOWN_COUNTRY, STATELESS)
    yield from ((code, spoken.country(code)) for code in first)
    rest = [pair for pair in spoken.countries() if pair[0] not in first]
    yield from in_order(rest, lambda pair: pair[1])


def _fits(words: list[str], pair: tuple[str, str]) -> bool:
    code, name = pair
    if words == [code.lower()]:
        return True
    parts = search_key(name).split()
    return all(any(part.startswith(word) for part in parts) for word in words)
