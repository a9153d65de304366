"""Which backups may go: two days of all, twelve daily, ten weekly, twelve monthly stay.

The monthly ones outlive an erasure, so they stay without people; nothing with people in it is
older than the horizon. A moment still to come was told by a clock that was wrong, then or now: none
of the rules counts it, so it stays and takes no other's place.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime, timedelta

ALL = timedelta(days=2)
DAILY, WEEKLY, MONTHLY = 12, 10, 12
HORIZON = timedelta(weeks=WEEKLY)  # after it, no backup holds a person who was erased


def surplus(made: Iterable[datetime], now: datetime) -> list[datetime]:
    """Those of the moments that no rule keeps, oldest first. The newest is always kept."""
    newest_first = _past(made, now)
    kept = _near(newest_first, now)
    kept.update(_last_of(newest_first, lambda moment: (moment.year, moment.month), MONTHLY))
    return [moment for moment in reversed(newest_first) if moment not in kept]


def nameless(made: Iterable[datetime], now: datetime) -> list[datetime]:
    """Those that may stay only without people, oldest first; never the newest.

    They are kept for their month alone, or are as old as the horizon.
    """
    newest_first = _past(made, now)
    near = _near(newest_first, now)
    old = (moment for moment in newest_first[1:]
           if moment not in near or is_beyond(moment, now))  # fmt: skip
    return sorted(old)


def is_beyond(moment: datetime, now: datetime) -> bool:
    """Whether it is as old as the horizon."""
    return now.date() - moment.date() >= HORIZON


def is_sure_of_the_day(made: Iterable[datetime], now: datetime) -> bool:
    """Whether backups of earlier days say that the clock is right: one is not yet at the horizon.

    By a clock that runs a year ahead every backup is too old. What is emptied stays empty, so after
    a long pause that waits until a second day.
    """
    return any(timedelta() < now.date() - moment.date() < HORIZON for moment in made)


def gone_by(erased_on: date) -> date:
    """The day by which what was erased has gone from the backups too."""
    return erased_on + HORIZON


def _past(made: Iterable[datetime], now: datetime) -> list[datetime]:
    """Newest first."""
    return sorted({moment for moment in made if moment <= now}, reverse=True)


def _near(newest_first: list[datetime], now: datetime) -> set[datetime]:
    """The newest, those of the last two days, and the last ones of days and of weeks."""
    kept = {moment for moment in newest_first if now - moment <= ALL}
    kept.update(newest_first[:1])
    kept.update(_last_of(newest_first, lambda moment: moment.date(), DAILY))
    kept.update(_last_of(newest_first, lambda moment: moment.isocalendar()[:2], WEEKLY))
    return kept


def _last_of(
    newest_first: list[datetime], span: Callable[[datetime], Hashable], most: int
) -> list[datetime]:
    """The last moment of each of the newest `most` days, weeks or months that have one."""
    last: dict[Hashable, datetime] = {}
    for moment in newest_first:
        last.setdefault(span(moment), moment)
    return list(last.values())[:most]
