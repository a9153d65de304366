"""A schema is brought up to date whole or not at all, however it is ended; on both engines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import postgresql
import pytest
from soak import migration
from sqlalchemy import Engine, create_engine, event, inspect

from models.database import Database

needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")


@needs_fork
def test_killed_in_the_middle_it_is_old_or_new_and_goes_on_from_there(
    tmp_path: Path, chance: Random
) -> None:
    outcome = migration.kill_at_each(tmp_path, 12, chance.randrange(6))
    assert outcome.kills >= 2
    assert outcome.broken == []


@needs_fork
def test_a_migration_in_several_transactions_would_be_noticed(tmp_path: Path) -> None:
    assert migration.kill_at_each(tmp_path, 16, 7, careless=True).broken


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


@contextmanager
def cut_off(at: int) -> Iterator[None]:
    """End the `at`-th statement that is written on any connection."""
    left = at

    def count(connection: Any, *_statement: Any) -> None:
        nonlocal left
        left -= bool(connection.get_execution_options().get("writes"))
        if not left:
            raise PowerCut

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)
