"""Every released schema opens in this program: one small frozen file per release in tests/data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import KEY
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
