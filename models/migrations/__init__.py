"""Brings any released schema up to this program's, and refuses one from a newer program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from models.errors import DomainError
from translations import N_

HEAD = "0008"  # the newest revision in versions/
Then = Callable[[Connection], object]


def is_behind(engine: Engine) -> bool:
    """Whether the file is of an earlier program."""
    found = revision(engine)
    return found is not None and found < HEAD


def upgrade(engine: Engine, to: str = "", then: Then = lambda connection: None) -> None:
    """Run the revisions that are missing up to `to`, else all, and `then` where there were any.

    Raises NewerSchema when it is ahead of this program.
    """
    found = revision(engine)
    if found == (to or HEAD):
        return
    if found and found > HEAD:
        raise NewerSchema(found=found, known=HEAD)
    with engine.execution_options(writes=True).connect() as connection:
        run(connection, to or HEAD, then)


def run(connection: Connection, to: str, then: Then) -> None:
    """Run them and `then(connection)` in one transaction of the connection, and commit it.

    Foreign keys rest while tables are rebuilt: SQLite allows that only outside a transaction.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    is_file = connection.dialect.name == "sqlite"
    if is_file:
        _driver(connection, "PRAGMA foreign_keys = OFF")
    if not connection.in_transaction():
        connection.begin()
    command.upgrade(config, to)
    then(connection)
    connection.commit()
    if is_file:
        _driver(connection, "PRAGMA foreign_keys = ON")


def revision(engine: Engine) -> str | None:
    """The revision of the schema in the database, or None when it has none yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _driver(connection: Connection, statement: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    cursor.close()


class NewerSchema(DomainError):
    message = N_(
        "This branch was last opened by a newer program (schema {found}; this one knows {known}). "
        "Install the newer program on this computer too."
    )
