"""Rows as the driver gives them: the same on both engines, and what goes wrong is told as usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from conftest import KEY
from sqlalchemy import Connection, bindparam, insert, literal, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from models import driver
from models.database import Database
from models.record import Act

MANY = text(
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < :most)"
    " SELECT x FROM n"
)


@pytest.fixture
def connection(db: Database) -> Iterator[Connection]:
    with db.engine.connect() as opened:
        yield opened


def test_all_rows_are_given_as_they_are(connection: Connection) -> None:
    assert driver.rows(connection, MANY, {"most": 3}) == [(1,), (2,), (3,)]
    nothing = select(literal("Ć"), bindparam("none", None))
    assert [tuple(row) for row in driver.rows(connection, nothing, {})] == [("Ć", None)]


@pytest.mark.parametrize("microsecond", [0, 1, 100_000, 999_999])
def test_a_moment_is_spelled_as_python_spells_it(microsecond: int) -> None:
    moment = datetime(2026, 11, 25, 12, 0, 7, microsecond)
    assert driver.spelled(moment) == str(moment)
    assert driver.spelled(f"{moment:%Y-%m-%d %H:%M:%S.%f}") == str(moment)


def test_a_prepared_statement_finds_what_any_other_does(connection: Connection) -> None:
    noon = datetime(2026, 11, 25, 12, 0, 7)
    query = select(Act.code, Act.detail).where(Act.at <= bindparam("until"), Act.id == 1).limit(1)
    plainly = connection.execute(query, {"until": noon}).all()
    prepared = driver.Prepared(query)
    for _again in range(2):
        assert [tuple(row) for row in prepared.run(connection, {"until": noon})] == plainly


def test_a_prepared_statement_is_refused_as_any_other_is(connection: Connection) -> None:
    write = driver.Prepared(insert(Act.__table__))  # type: ignore[arg-type]
    act = dict.fromkeys(("roles", "code", "subject", "detail", "hash"), "")
    row = {"id": 900, "at": datetime(2026, 11, 25), **act}
    nobody = dict.fromkeys(("user_id", "witness_id", "subject_id"))
    assert not write.run(connection, row | nobody)
    with pytest.raises(IntegrityError):
        write.run(connection, row | nobody)


def test_who_is_stopped_while_rows_come_hears_what_a_query_says(branch_folder: Path) -> None:
    db = Database.open(branch_folder, KEY)
    looks = count()
    with db.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.set_progress_handler(lambda: next(looks) > 50, 1_000)  # long after the first row
        with pytest.raises(OperationalError):
            driver.rows(connection, MANY, {"most": 10**6})
        raw.set_progress_handler(None, 1)
    db.close()
