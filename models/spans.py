"""A period, the one before it and the year so far: three sums taken in one pass over the days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, SQLColumnExpression, case, literal

from models.periods import Period

Amount = TypeVar("Amount")
Other = TypeVar("Other")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Spans(Generic[Amount]):
    """One figure: in the period, in the one before, and from 1 January to the period's end."""

    now: Amount
    before: Amount
    year: Amount

    def to(self, change: Callable[[Amount], Other]) -> Spans[Other]:
        """The three figures, each changed the same way."""
        return Spans(change(self.now), change(self.before), change(self.year))

    def any(self) -> bool:
        """Whether there is anything in any of the three."""
        return bool(self.now or self.before or self.year)


NOTHING = Spans(0, 0, 0)


def total(parts: Iterable[Spans[int]]) -> Spans[int]:
    """The sum of figures, span by span."""
    whole = list(parts)
    return Spans(
        sum(part.now for part in whole),
        sum(part.before for part in whole),
        sum(part.year for part in whole),
    )


class Cut:
    """The days of the three spans, cut where any of them begins or ends.

    A statement sums each piece once (`piece(column)`), and `spread` adds the pieces up to spans.
    """

    def __init__(self, period: Period) -> None:
        self.period = period
        self.periods = Spans(period, period.previous, period.year_to_date)
        whole = (self.periods.now, self.periods.before, self.periods.year)
        self.first = min(each.first for each in whole)
        self.last = period.last
        ends = {each.last + timedelta(days=1) for each in whole if each.last < date.max}
        self._starts = sorted({each.first for each in whole} | ends)

    @property
    def after(self) -> int:
        """The piece of all days after the period."""
        return len(self._starts) - 1

    def piece(self, day: SQLColumnExpression[date]) -> ColumnElement[int]:
        """Which piece a day from `first` on belongs to."""
        steps = [(day < start, literal(n)) for n, start in enumerate(self._starts[1:])]
        return case(*steps, else_=literal(self.after)) if steps else literal(0)

    def spread(self, rows: Iterable[tuple[Key, int, int]]) -> dict[Key, Spans[int]]:
        """Rows of (key, piece, amount) as the three sums of each key."""
        pieces: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for key, piece, amount in rows:
            pieces[key][piece] += amount
        return {key: self.periods.to(self._sum(found)) for key, found in pieces.items()}

    def _sum(self, pieces: dict[int, int]) -> Callable[[Period], int]:
        starts = self._starts
        return lambda period: sum(
            amount
            for piece, amount in pieces.items()
            if period.first <= starts[piece] <= period.last
        )
