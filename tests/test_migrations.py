"""Every released schema opens in this program: one small frozen file per release in tests/data."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import postgresql
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import KEY
from soak import migration
from sqlalchemy import Engine, create_engine, event, inspect
from things import as_program

from models import checks, everything, migrations
from models.database import Database
from models.goods import shelf

RELEASED = sorted((Path(__file__).parent / "data").glob("schema-*"))


@pytest.mark.parametrize("frozen", RELEASED, ids=lambda folder: folder.name)
def test_a_file_of_every_release_opens_and_its_books_hold(frozen: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(frozen, tmp_path / "old"))
    db = as_program(Database.open(folder, KEY))
    with db.read() as session:
        assert checks.run(session) == []
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


needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


@needs_fork
def test_killed_in_the_middle_it_is_old_or_new_and_goes_on_from_there(
    tmp_path: Path, chance: Random
) -> None:
    outcome = migration.kill_at_each(tmp_path, 6, chance.randrange(6))
    assert outcome.kills >= 2
    assert outcome.broken == []


@needs_fork
def test_a_migration_in_several_transactions_would_be_noticed(tmp_path: Path) -> None:
    assert migration.kill_at_each(tmp_path, 8, 7, careless=True).broken


def test_on_the_server_too_a_migration_is_whole_or_not_at_all(
    postgresql_template: str, chance: Random
) -> None:
    name = f"books_{uuid4().hex}"
    postgresql.command(postgresql_template, f"CREATE DATABASE {name}")
    url, at = postgresql.url(postgresql_template, name), chance.randint(10, 60)
    with pytest.raises(PowerCut), cut_off(at):
        Database.connect(url)
    assert tables(url) == []
    Database.connect(url).close()
    assert "alembic_version" in tables(url)


def tables(url: str) -> list[str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = inspect(connection).get_table_names()
    engine.dispose()
    return found


class PowerCut(BaseException):
    """Ends whatever is being done."""


class cut_off:  # noqa: N801 - it is used as a verb
    """End the `at`-th statement that is written on any connection."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __enter__(self) -> None:
        event.listen(Engine, "before_cursor_execute", self.count)

    def __exit__(self, *_reason: object) -> None:
        event.remove(Engine, "before_cursor_execute", self.count)

    def count(self, connection: Any, *_statement: Any) -> None:
        self.left -= bool(connection.get_execution_options().get("writes"))
        if not self.left:
            raise PowerCut
