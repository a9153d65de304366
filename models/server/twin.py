"""The books on a server as an encrypted file with its keys: what a backup of them is made of."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from models.database import Database
from models.roles import PROGRAM
from models.server import keyring, move


def write(db: Database, folder: Path) -> bytes:
    """Copy the books, as they are at one moment, into a new file in `folder`; its key.

    Others go on writing meanwhile. Every row is compared with its original; nothing is ever
    written unencrypted. Raises NoKey, NotTheSame, and OperationalError of the server.
    """
    key = keyring.write_to(db, folder)
    with (
        closing(Database.create(folder, key)) as file,
        db.read(PROGRAM) as old,
        file.write(PROGRAM) as new,
    ):
        move.copy(old, new)
    return key


def size(db: Database) -> int:
    """How much room the books take on the server, in bytes."""
    with db.read(PROGRAM) as session:
        return session.scalar(select(func.pg_database_size(func.current_database()))) or 0
