"""What day and time it is: one place, so that sample data and tests can live in another year."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

_fixed: datetime | None = None


def now() -> datetime:
    """The present moment in UTC, without a zone: the form in which the database keeps it."""
    return _fixed or datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def today() -> date:
    """The present day where the office is."""
    return local(_fixed).date() if _fixed else date.today()


def local(moment: datetime) -> datetime:
    """A stored UTC moment as the office's wall clock shows it."""
    return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=None)


def utc(moment: datetime) -> datetime:
    """A moment by the office's wall clock as the database keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the program live at `moment` (UTC) for a while."""
    global _fixed
    before, _fixed = _fixed, moment
    try:
        yield
    finally:
        _fixed = before
