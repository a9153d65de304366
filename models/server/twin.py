"""The books on a server as an encrypted file with its keys: what a backup of them is made of."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, Table, event, func, select

from models import bookfile, migrations
from models.database import Database
from models.roles import PROGRAM
from models.server import keyring, move
from models.server.move import Progress

OWN = "alembic_version"  # each database has its own


def write(db: Database, folder: Path, progress: Progress = lambda done, of: None) -> bytes:
    """Copy the books, as they are at one moment, into a new file in `folder`; its key.

    Others go on writing meanwhile. Every row is compared with its original; nothing is ever
    written unencrypted. Books of an earlier program become a file of that program. Raises NoKey,
    NotTheSame, and OperationalError of the server.
    """
    key = keyring.write_to(db, folder)
    with (
        closing(_empty(db, folder, key)) as file,
        db.read(PROGRAM) as old,
        file.write(PROGRAM) as new,
    ):
        if db.is_older:
            move.copy_rows(old, new, tables_of(file.engine), progress)
        else:
            move.copy(old, new, progress)
    return key


def size(db: Database) -> int:
    """How much room the books take on the server, in bytes."""
    with db.read(PROGRAM) as session:
        return session.scalar(select(func.pg_database_size(func.current_database()))) or 0


def _empty(db: Database, folder: Path, key: bytes) -> Database:
    """A new file of the schema that the books have on the server."""
    if not db.is_older:
        return Database.create(folder, key)
    (folder / bookfile.FILE).touch(mode=0o600)
    engine = bookfile.engine_of(folder / bookfile.FILE, key)
    try:
        migrations.upgrade(engine, migrations.revision(db.engine) or "")
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, folder)


def tables_of(engine: Engine) -> list[Table]:
    """The tables of an earlier schema, fit for both engines; each after those it refers to."""
    found = MetaData()
    event.listen(found, "column_reflect", _name_type)
    found.reflect(engine)
    return [table for table in found.sorted_tables if table.name != OWN]


def _name_type(_inspector: Any, _table: str, column: dict[str, Any]) -> None:
    """As the type is called on both engines."""
    column["type"] = column["type"].as_generic()
