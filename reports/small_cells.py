"""Hides the small counts of a public paper, and as many others as would give them away.

A reader knows every figure that is printed, which figures are sums of which, and that no count is
below zero. What such a reader could work out of a hidden count is what is asked here.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

PEOPLE = 10  # people on the move: counts below it are hidden
OTHERS = 5  # everybody else
ENDLESS = float("inf")
ROUNDS = 200  # bounds that have not settled by then move too little to matter

Key = TypeVar("Key", bound=Hashable)
Number = int | Fraction
Bounds = tuple[dict[Key, float | Number], dict[Key, float | Number]]


@dataclass(frozen=True)
class Sum(Generic[Key]):
    """A figure that is the sum of others, as everybody can see."""

    whole: Key
    parts: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        return (self.whole, *self.parts)


def hidden(
    values: Mapping[Key, Number],
    sums: Sequence[Sum[Key]],
    limits: Mapping[Key, int],
    also: Iterable[Key] = (),
) -> frozenset[Key]:
    """The figures that may not be printed. Those without a limit are printed always.

    The same values give the same answer: so last month's figures printed again beside this month's
    tell no more than last month's paper did. `also` are hidden already.
    """
    gone = {key for key, limit in limits.items() if 0 < _size(values[key]) < limit} | set(also)
    while exposed := recovered(values, sums, limits, gone):
        more = _another(exposed, values, sums, limits, gone)
        if more is None:
            break
        gone.add(more)
    return frozenset(gone)


def determined(sums: Iterable[Sum[Key]], gone: Iterable[Key]) -> set[Key]:
    """The hidden figures that the printed ones leave a single answer for."""
    order = sorted(gone, key=repr)
    place = {key: number for number, key in enumerate(order)}
    reduced = _reduced([row for each in sums if (row := _row(each, place))])
    return {order[next(iter(row))] for row in reduced if len(row) == 1}


def bounds(
    values: Mapping[Key, Number], sums: Sequence[Sum[Key]], gone: Iterable[Key]
) -> Bounds[Key]:
    """Between which figures each of them must lie, drawn tighter sum by sum until nothing moves."""
    least: dict[Key, float | Number] = dict(values)
    most: dict[Key, float | Number] = dict(values)
    for key in gone:
        least[key], most[key] = 0, ENDLESS
    for _round in range(ROUNDS):
        if not sum(_tighten(each, least, most) for each in sums):
            break
    return least, most


def recovered(
    values: Mapping[Key, Number],
    sums: Sequence[Sum[Key]],
    limits: Mapping[Key, int],
    gone: Collection[Key],
) -> list[Key]:
    """Hidden figures that are known after all, or known to be small."""
    least, most = bounds(values, sums, gone)
    known = determined(sums, gone)

    def is_exposed(key: Key) -> bool:
        is_small = _size(values[key]) < limits[key]
        return key in known or least[key] == most[key] or (is_small and most[key] < limits[key])

    return sorted(filter(is_exposed, gone), key=repr)


def _another(
    exposed: Sequence[Key],
    values: Mapping[Key, Number],
    sums: Sequence[Sum[Key]],
    limits: Mapping[Key, int],
    gone: set[Key],
) -> Key | None:
    """One more figure to hide: the smallest beside an exposed one, a sum where nothing else is.

    Sums in which it alone is hidden come first: they give it away by themselves. A nothing is
    never hidden, it hides nobody.
    """
    alone = [each for each in sums if len(gone.intersection(each.keys)) == 1]
    near = [each for each in sums if set(exposed).intersection(each.keys)]
    touched = [each for each in sums if gone.intersection(each.keys)]
    for circle in (*([each] for each in alone), near, touched):
        parts = {part for each in circle for part in each.parts}
        for keys in (parts, {each.whole for each in circle}):
            free = [key for key in keys - gone if limits.get(key) and values[key]]
            if free:
                return min(free, key=lambda key: (_size(values[key]), repr(key)))
    return None


def _tighten(
    each: Sum[Key], least: dict[Key, float | Number], most: dict[Key, float | Number]
) -> bool:
    """What one sum says about its own figures; whether that was anything new."""
    low, high = sum(least[part] for part in each.parts), sum(most[part] for part in each.parts)
    news = [_narrow(each.whole, low, high, least, most)]
    whole_low, whole_high = least[each.whole], most[each.whole]
    for part in each.parts:
        others_low = sum(least[other] for other in each.parts if other != part)
        others_high = sum(most[other] for other in each.parts if other != part)
        up = whole_high - others_low
        down = whole_low - others_high if others_high < ENDLESS else -ENDLESS
        news.append(_narrow(part, down, up, least, most))
    return any(news)


def _narrow(
    key: Key,
    low: float | Number,
    high: float | Number,
    least: dict[Key, float | Number],
    most: dict[Key, float | Number],
) -> bool:
    if least[key] == most[key]:
        return False
    news = low > least[key] or high < most[key]
    least[key], most[key] = max(low, least[key]), min(high, most[key])
    return news


def _size(value: Number) -> Fraction:
    """A minus tells of people as well: somebody was taken back."""
    return abs(Fraction(value))


_Row = dict[int, Fraction]


def _row(each: Sum[Key], place: Mapping[Key, int]) -> _Row:
    """The hidden figures of a sum with their signs; what is printed stands on the other side."""
    row: _Row = {}
    for key, sign in ((each.whole, 1), *((part, -1) for part in each.parts)):
        if key in place:
            row[place[key]] = row.get(place[key], Fraction(0)) + sign
    return {at: factor for at, factor in row.items() if factor}


def _reduced(rows: Iterable[_Row]) -> Iterator[_Row]:
    """The same equations, each hidden figure led by one of them at most (Gauss and Jordan)."""
    done: dict[int, _Row] = {}
    for row in rows:
        for lead, other in done.items():
            row = _less(row, other, lead)
        if not row:
            continue
        lead = min(row)
        row = {at: factor / row[lead] for at, factor in row.items()}
        done = {at: _less(other, row, lead) for at, other in done.items()} | {lead: row}
    yield from done.values()


def _less(row: _Row, other: _Row, lead: int) -> _Row:
    factor = row.get(lead)
    if not factor:
        return row
    places = row.keys() | other.keys()
    found = {at: row.get(at, Fraction(0)) - factor * other.get(at, Fraction(0)) for at in places}
    return {at: rest for at, rest in found.items() if rest}
