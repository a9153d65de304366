"""A hand-out posted durably with its act in the record, against the same without the record."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import posting
from benchmarks.measure import Ratio, side_by_side, timed
from models import record, seen
from models.database import Database

TIMES, ROUNDS = 8, 80


def run() -> list[Ratio]:
    with tempfile.TemporaryDirectory() as folder:
        db = posting.as_program(Database.create(Path(folder) / "branch", posting.KEY))
        posting.stock_up(db)
        recorded = lambda: timed(lambda: _post(db)) / TIMES  # noqa: E731

        def bare() -> float:
            with _no_record():
                return timed(lambda: _post(db)) / TIMES

        seconds = side_by_side(recorded, bare, ROUNDS)
        db.close()
    return [Ratio("a hand-out with its act in the record / without", *seconds, 1.05)]


def _post(db: Database) -> None:
    for _ in range(TIMES):
        posting.post(db)


@contextmanager
def _no_record() -> Iterator[None]:
    """The guards write no act, and nothing of the end of the chain is read or kept."""
    write, keep, read = record.write, seen.keep, seen.read
    nothing: Callable[..., int] = lambda *given: 0  # noqa: E731
    known = seen.Seen()
    record.write, seen.keep, seen.read = nothing, nothing, lambda path: known
    try:
        yield
    finally:
        record.write, seen.keep, seen.read = write, keep, read
