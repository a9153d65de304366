"""Which backups may go: two days of all, twelve daily, ten weekly, twelve monthly stay."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime, timedelta

ALL = timedelta(days=2)
DAILY, WEEKLY, MONTHLY = 12, 10, 12


def surplus(made: Iterable[datetime], now: datetime) -> list[datetime]:
    """Those of the moments that no rule keeps, oldest first. The newest is always kept."""
    newest_first = sorted(set(made), reverse=True)
    kept = {moment for moment in newest_first if now - moment <= ALL}
    kept.update(newest_first[:1])
    kept.update(_last_of(newest_first, lambda moment: moment.date(), DAILY))
    kept.update(_last_of(newest_first, lambda moment: moment.isocalendar()[:2], WEEKLY))
    kept.update(_last_of(newest_first, lambda moment: (moment.year, moment.month), MONTHLY))
    return [moment for moment in reversed(newest_first) if moment not in kept]


def _last_of(
    newest_first: list[datetime], span: Callable[[datetime], Hashable], most: int
) -> list[datetime]:
    """The last moment of each of the newest `most` days, weeks or months that have one."""
    last: dict[Hashable, datetime] = {}
    for moment in newest_first:
        last.setdefault(span(moment), moment)
    return list(last.values())[:most]
