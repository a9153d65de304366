"""Every released schema opens in this program: one small frozen file per release in tests/data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import postgresql
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from conftest import KEY
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from things import as_program

from models import bookfile, checks, concerns, everything, migrations, periods
from models.bookfile import FILE
from models.database import Database
from models.goods import chain, shelf
from models.periods import Period
from models.server import engine as server_engine

RELEASED = sorted((Path(__file__).parent / "data").glob("schema-*"))


@pytest.mark.parametrize("frozen", RELEASED, ids=lambda folder: folder.name)
def test_a_file_of_every_release_opens_and_its_books_hold(frozen: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(frozen, tmp_path / "old"))
    db = as_program(Database.open(folder, KEY))
    with db.read() as session:
        assert [*checks.run(session), *concerns.run(session)] == []
        on_hand = {row.name: int(row.on_hand) for row in shelf.overview(session)}
    assert migrations.revision(db.engine) == migrations.HEAD
    db.close()
    assert on_hand == {"Blanket": 17, "Water": 12}


def test_there_is_a_frozen_file_for_the_newest_schema() -> None:
    assert RELEASED[-1].name == f"schema-{migrations.HEAD}"


def test_the_migrations_end_where_the_tables_are(db: Database) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, everything.Base.metadata) == []


# From before two people were asked for


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the schema 0002, on each engine."""
    if request.param == "sqlite":
        (tmp_path / FILE).touch()
        engine = bookfile.engine_of(tmp_path / FILE, KEY)
    else:
        socket = request.getfixturevalue("postgresql_template")
        name = f"old_{uuid4().hex}"
        postgresql.command(socket, f"CREATE DATABASE {name}")
        engine = server_engine.engine_of(postgresql.url(socket, name))
    with engine.execution_options(writes=True).connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.commit()
    yield engine
    engine.dispose()


OLD_BOOKS = (
    "INSERT INTO user_account (id, login, name, is_active, created_at)"
    " VALUES (1, 'amra', 'Amra', :yes, '2026-09-01')",
    "INSERT INTO place (id, name, search, sort, kind, is_active)"
    " VALUES (1, 'Store', 'store', 'a', 'warehouse', :yes)",
    "INSERT INTO document (id, token, kind, status, place_id, day, year, counterpart, reference,"
    " note, search) VALUES (1, 'a', 'write_off', 'draft', 1, '2026-12-01', 2026, '', '', '', '')",
    "INSERT INTO closing (month, number, closed_at, closed_by, figures, chain_head) VALUES"
    " ('2026-09', 1, '2026-10-02 08:00:00', 1, '{}', :start),"
    " ('2026-10', 2, '2026-11-02 08:00:00', 1, '{}', :start)",
    "UPDATE document SET status = 'posted', number = 1, chain_number = 1, posted_by = 1,"
    " posted_at = '2026-12-01', hash = 'x' WHERE id = 1",
)


def test_reports_closed_before_keep_their_numbers_and_still_close_their_months(
    old_engine: Engine,
) -> None:
    with old_engine.execution_options(writes=True).begin() as connection:
        for statement in OLD_BOOKS:
            wanted = {name: value for name, value in (("yes", True), ("start", chain.START))
                      if f":{name}" in statement}  # fmt: skip
            connection.execute(text(statement), wanted)
    migrations.upgrade(old_engine)
    db = as_program(Database(old_engine))
    with db.read() as session:
        kept = [row for month in (9, 10) for row in
                periods.closings(session, Period.month(2026, month))]  # fmt: skip
        assert [(row.number, row.year, row.correction) for row in kept] == [
            (1, 2026, 0), (2, 2026, 0),
        ]  # fmt: skip
        assert kept[1].closed_at == datetime(2026, 11, 2, 8)
        assert list(checks.write_offs_had_two_people(session)) == []
        assert list(checks.record_is_whole(session)) == []
        assert list(checks.posted_is_guarded(session)) == []
    late = (
        "INSERT INTO activity (day, work, description, kilometres, token, search)"
        " VALUES ('2026-10-31', 'office', 'Late', 0, 'b', '')"
    )
    with pytest.raises(DBAPIError, match="closed month"), db.write() as session:
        session.execute(text(late))
