"""The monthly report of a large branch: its figures against bare SQL, and the way to the PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from benchmarks.measure import Ratio, side_by_side, timed
from benchmarks.posting import as_program, bare_connection
from models import everything, periods
from models.bookfile import FILE
from models.database import Database
from models.goods.documents import Document, Line
from models.periods import Period
from models.safe import keys
from reports import monthly
from translations import language

assert everything
ROUNDS = 7


def run(folder: Path) -> tuple[list[Ratio], str]:
    key = keys.unlock(folder, "demo", "demo")
    db, bare = as_program(Database.open(folder, key)), bare_connection(folder / FILE, key)
    month = _last_month(db)
    asked = _statements(db, month)
    seconds = side_by_side(
        lambda: timed(lambda: _collect(db, month)),
        lambda: timed(lambda: [bare.execute(*each).fetchall() for each in asked]),
        ROUNDS,
    )
    data = _collect(db, month)
    paper = sorted(timed(lambda: monthly.render(data, language("hr"))) for _ in range(5))[2]
    lines = _lines(db, month)
    bare.close()
    db.close()
    name = f"the month's figures ({lines:,} aid lines) / the same statements by bare calls"
    return [Ratio(name, *seconds, 1.5)], f"from the figures to the PDF: {paper * 1000:.0f} ms"


def _collect(db: Database, month: Period) -> Any:
    with db.read() as session:
        return monthly.collect(session, month)


def _statements(db: Database, month: Period) -> list[tuple[str, Any]]:
    """Every statement that the report asks, as it reaches the engine."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement != "BEGIN":
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    _collect(db, month)
    event.remove(db.engine, "before_cursor_execute", note)
    return asked


def _last_month(db: Database) -> Period:
    with db.read() as session:
        newest = session.scalar(select(func.max(Document.day)))
    return periods.Period.month(newest.year, newest.month).previous


def _lines(db: Database, month: Period) -> int:
    query = select(func.count(Line.id)).where(Line.day >= month.first, Line.day <= month.last)
    with db.read() as session:
        return session.scalar(query) or 0
