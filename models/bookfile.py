"""The encrypted file: how it is opened, and what must hold before anything is read from it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from models import files, imprint, turn
from models.errors import DomainError
from translations import N_

FILE = "ogranak.db"
OLDEST_ENGINE = (3, 51, 3)  # older SQLite engines may corrupt a WAL database
ROOM = 1 << 16  # bytes that the engine's own file beside the books takes, and more

PRAGMAS = (
    "cipher_log_level = NONE",
    "journal_mode = WAL",
    "synchronous = FULL",
    "wal_autocheckpoint = 4000",  # pages: a day's work stays in the log, the file as it was left
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "temp_store = MEMORY",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "cache_size = -8000",  # KiB of each connection: more only makes the program grow with the books
    "busy_timeout = 5000",
)
ALONE = ("locking_mode = EXCLUSIVE", *PRAGMAS)
LOOKING = (*(pragma for pragma in PRAGMAS if "journal" not in pragma), "query_only = ON")


def engine_of(
    path: Path, key: bytes, pragmas: Sequence[str] = PRAGMAS, *, as_it_stands: bool = False
) -> Engine:
    """Connections to an encrypted file under its raw key. Raises EngineTooOld.

    One that is taken as it stands gets no log and no lock beside it: nothing may change it.
    """
    if sqlcipher.sqlite_version_info < OLDEST_ENGINE:
        raise EngineTooOld(found=sqlcipher.sqlite_version)
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: _unlocked(path, key, pragmas, as_it_stands=as_it_stands),
        poolclass=QueuePool,
        pool_size=4,
        pool_use_lifo=True,  # the connection used last still knows the pages
        execution_options={"key": key},
    )
    event.listen(engine, "begin", _begin)
    return engine


def open_books(path: Path, key: bytes) -> tuple[Engine, bool]:
    """What opens the books, and whether that is only to look.

    Without room for what the engine keeps beside them, the file is taken as it stands, once what is
    still in the log was put into it; so it is where nothing may be written to it or beside it, as
    long as nothing is in the log. Raises NoRoomToOpen, OSError.
    """
    if not may_be_written(path) and not imprint.is_logged(path):
        return engine_of(path, key, LOOKING, as_it_stands=True), True
    if not os.access(path, os.W_OK):  # the engine would blame the disk, or leave an index behind
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))  # that none can write to
    engine = engine_of(path, key)
    try:
        engine.raw_connection().close()
    except sqlcipher.OperationalError as problem:
        engine.dispose()
        has_room = shutil.disk_usage(path.parent).free >= ROOM
        if problem.sqlite_errorcode != sqlcipher.SQLITE_IOERR or has_room:
            raise
        if imprint.is_logged(path):
            _empty_alone(path, key)  # which makes room
            return open_books(path, key)
        return engine_of(path, key, LOOKING, as_it_stands=True), True
    return engine, False


def may_be_written(path: Path) -> bool:
    """Whether the permissions and the drive let the books change, by who asks."""
    return files.takes_files(path.parent) and os.access(path, os.W_OK)


def require_there(path: Path) -> None:
    """An empty file would open as new books. Raises BooksMissing, Unreadable, PermissionError."""
    if not path.is_file():
        raise BooksMissing(file=path.name, folder=str(path.parent))
    if not path.stat().st_size:
        raise Unreadable(file=path.name)
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def require_whole(engine: Engine, path: Path) -> None:
    """Raises Damaged unless every page carries the seal it was written with, and none is missing.

    The write-ahead log must be empty. A page put back from an older copy has its seal: that is
    found by the chains.
    """
    connection = engine.raw_connection()
    try:
        ask = connection.cursor()
        bad = ask.execute("PRAGMA cipher_integrity_check").fetchall()
        pages = int(ask.execute("PRAGMA page_count").fetchone()[0])
        size = int(ask.execute("PRAGMA page_size").fetchone()[0])
    except sqlcipher.DatabaseError as problem:
        if isinstance(problem, sqlcipher.OperationalError):
            raise
        raise Damaged(file=path.name) from problem
    finally:
        connection.close()
    if bad or pages * size != path.stat().st_size:
        raise Damaged(file=path.name)


def require_readable(engine: Engine, path: Path) -> None:
    """The same where the log is not empty: each page is read with its seal. Raises Damaged."""
    connection = engine.raw_connection()
    try:
        found = connection.cursor().execute("PRAGMA integrity_check").fetchall()
    except sqlcipher.DatabaseError as problem:
        if isinstance(problem, sqlcipher.OperationalError):
            raise
        raise Damaged(file=path.name) from problem
    finally:
        connection.close()
    if found != [("ok",)]:
        raise Damaged(file=path.name)


def empty_the_log(engine: Engine) -> None:
    """Put what the write-ahead log holds into the file."""
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def empty_where_there_is_room(engine: Engine) -> bool:
    """Whether the log was emptied. On a full disk it stays, and nothing in it is lost."""
    try:
        empty_the_log(engine)
    except sqlcipher.OperationalError as problem:
        if problem.sqlite_errorcode != sqlcipher.SQLITE_FULL:
            raise
        return False
    return True


def _empty_alone(path: Path, key: bytes) -> None:
    """Put the log into the file as the only one at work: then its index is kept in memory.

    Raises NoRoomToOpen where the file would have to grow for it.
    """
    engine = engine_of(path, key, ALONE)
    try:
        if not empty_where_there_is_room(engine) or imprint.is_logged(path):
            raise NoRoomToOpen(megabytes=imprint.log_of(path).stat().st_size // 1_000_000 + 1)
    finally:
        engine.dispose()


def copied_on(engine: Engine) -> date | None:
    """The day that is written in the head of the file where it is a travel copy."""
    if engine.dialect.name != "sqlite":
        return None
    connection = engine.raw_connection()
    try:
        mark = connection.cursor().execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()
    return datetime.strptime(str(mark), "%Y%m%d").date() if mark else None  # noqa: DTZ007


def copy_file(source: Path, target: Path) -> None:
    """Copy a closed database (no write-ahead log beside it) to a new place."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source / FILE, target / FILE)


def _unlocked(path: Path, key: bytes, pragmas: Sequence[str], *, as_it_stands: bool = False) -> Any:
    """A connection with the raw key set first, then the pragmas; the file must answer a read."""
    where = f"{path.absolute().as_uri()}?immutable=1" if as_it_stands else str(path)
    try:
        connection = sqlcipher.connect(
            where, uri=as_it_stands, isolation_level=None, check_same_thread=False
        )
    except sqlcipher.OperationalError as problem:
        raise Unreadable(file=path.name) from problem
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.set_progress_handler(turn.give_way, turn.OFTEN)
    except sqlcipher.DatabaseError as problem:
        connection.close()
        if isinstance(problem, sqlcipher.OperationalError):
            raise  # locked, full or read-only: the world, not the file
        raise Unreadable(file=path.name) from problem
    return connection


def _begin(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class AlreadyThere(DomainError):
    message = N_("There is already a branch in {folder}. Choose an empty folder.")


class NoDatabase(DomainError):
    message = N_("There is no branch in {folder} yet. Start the program to set one up.")


class BooksMissing(NoDatabase):
    message = N_("The file {file} is missing in {folder}. Put it back from the last backup.")


class Unreadable(DomainError):
    message = N_(
        "{file} cannot be read: the file is damaged or belongs to another key. "
        "Restore the last backup; the damaged file is kept."
    )


class Damaged(Unreadable):
    message = N_(
        "{file} is damaged: a part of it is not as it was written. "
        "Restore the last backup; the damaged file is kept."
    )


class NoRoomToOpen(DomainError):
    message = N_(
        "The disk is full, and what was entered last has no room in the file yet. Nothing is lost. "
        "Free {megabytes} MB and start the program again."
    )


class EngineTooOld(DomainError):
    message = N_("The database engine {found} is too old to be safe. Install the program again.")
