"""The database: one encrypted file or a PostgreSQL server, one schema, one way to write."""

from __future__ import annotations

import getpass
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from models import bookfile, imprint, migrations, seen
from models.bookfile import FILE, LOOKING, AlreadyThere, NoDatabase, Unreadable
from models.errors import DomainError
from models.imprint import Log, Read, Seal
from models.seen import Seen
from models.server import engine as server
from models.server.engine import OlderBooks
from translations import N_

R = TypeVar("R")

NO_RIGHTS = "42501"  # as the server calls it
TRY_AGAIN = ("40001", "40P01")  # a conflict between two writers, as the server calls it
RETRIES = 3
MAY_REWRITE = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE relname = 'card'")
PATIENT = text("SET LOCAL idle_in_transaction_session_timeout = 0")  # while others do the work
OF_PEOPLE = (
    "card", "card_vulnerability", "encounter", "volunteer", "volunteer_skill", "training",
    "unfinished", "user_account",
)  # fmt: skip


class Database:
    """An open database. `user` is the id of who works with it, `roles` what they may do in it.

    Nobody may do anything until `users.sign_in`. `folder` is where its file lies; a server has
    none, and whoever connects to one says where this computer keeps what it saw: `seen_in`.
    """

    def __init__(self, engine: Engine, folder: Path | None = None) -> None:
        self._engine: Engine | None = engine
        self._inside: dict[Engine, int] = {}  # how many sessions are open
        self._door = threading.Lock()
        self.folder = folder
        self.seen_in = folder / seen.FILE if folder else None  # how far the books reached
        self.home = folder  # the data folder of this computer, of a server's books too
        self.user: int | None = None
        self.roles: frozenset[str] = frozenset()
        self.trouble: DomainError | None = None  # what a check found wrong; it stops every write
        self.concerns: Sequence[DomainError] = ()  # what else was found, which stops nothing
        self.keys_in: Path | None = None  # where the keys of these books lie, known to be theirs
        self.is_as_left = False  # the file that was closed, known to be good, and its log
        self._is_good = False  # every check has passed
        self.is_full = False  # nothing could be written when the file was opened: only to look
        self.copied_on: date | None = None  # of a travel copy, in which nothing is entered
        self._log: Log | None = None  # what is written to a file, beside it
        self.is_older = False  # books on a server that are still those of an earlier program

    @classmethod
    def create(cls, folder: Path, key: bytes) -> Self:
        """Make a new encrypted database in `folder`. Raises AlreadyThere rather than overwrite."""
        if (folder / FILE).exists():
            raise AlreadyThere(folder=str(folder))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / FILE).touch(mode=0o600)
        return cls._opened(bookfile.engine_of(folder / FILE, key), folder)

    @classmethod
    def open(
        cls,
        folder: Path,
        key: bytes,
        before_upgrade: Callable[[Self], object] = lambda db: None,
        read: Read | None = None,
    ) -> Self:
        """Open the file in `folder`, once every page of it is what was written.

        `before_upgrade(db)` is called when the schema is older than this program's; `read` is the
        file as it was read before, which spares doing so again. On a full disk, and in a folder
        that cannot be written, they open only to look. Raises BooksMissing, Unreadable, Damaged,
        NewerSchema, NoRoomToOpen, OSError.
        """
        bookfile.require_there(folder / FILE)
        engine, is_full = bookfile.open_books(folder / FILE, key)
        try:
            as_left = _is_as_left(folder, key, read)
            keeps_log = not is_full and not bookfile.empty_where_there_is_room(engine)
            if keeps_log:
                bookfile.require_readable(engine, folder / FILE)
            elif not as_left:
                bookfile.require_whole(engine, folder / FILE)
            if behind := migrations.is_behind(engine):
                before_upgrade(cls(engine, folder))
            opened = cls._opened(engine, folder)
            opened._log = Log(folder / FILE, key)
            opened.is_as_left = as_left and not keeps_log and not behind
            opened.is_full = is_full or keeps_log
            return opened
        except DatabaseError as problem:
            engine.dispose()
            if isinstance(problem, OperationalError):
                raise
            raise Unreadable(file=FILE) from problem
        except BaseException:
            engine.dispose()
            raise

    @classmethod
    def look(cls, file: Path, key: bytes) -> Self:
        """Open a copy only to look at it: no byte of it changes.

        Nothing is read yet: whether it is whole, `bookfile.require_whole` is still to be asked.
        """
        import_module("models.everything")
        return cls(bookfile.engine_of(file, key, LOOKING))

    @classmethod
    def connect(cls, url: str | URL) -> Self:
        """Work on a PostgreSQL server, in books of this program or in an empty database.

        Raises BadAddress, NotEncrypted, CertificateMissing, NoServer, NotLetIn, NoBooks,
        NoEncryption, UnknownServer, NoRights, OlderBooks, NewerSchema.
        """
        db = cls.reach(url)
        if db.is_older:
            db.close()
            raise OlderBooks(server=server.name_of(db.engine))
        return db

    @classmethod
    def reach(cls, url: str | URL) -> Self:
        """Connect as the others do, but let the owner in to the books of an earlier program too.

        Those are as they were left: `bring_up_to_date` comes before all else. Raises like connect.
        """
        engine = server.engine_of(url)
        try:
            return cls._reached(engine)
        except BaseException:
            engine.dispose()
            raise

    @classmethod
    def _reached(cls, engine: Engine) -> Self:
        try:
            if migrations.is_behind(engine) and server.may_upgrade(engine):
                import_module("models.everything")
                reached = cls(engine)
                reached.is_older = True
                return reached
            return cls._opened(engine)
        except ProgrammingError as problem:
            if getattr(problem.orig, "sqlstate", None) != NO_RIGHTS:
                raise
            raise server.hindrance(engine)(server=server.name_of(engine)) from problem

    def bring_up_to_date(self, before_upgrade: Callable[[Self], object]) -> None:
        """Change books on a server that are still those of an earlier program, whole or not at all.

        With the tables change the rights of the users of the branch, in the same transaction.
        `before_upgrade(db)` is called first, when nobody can write any more, itself included; what
        it raises leaves them as they are.
        """
        if not self.is_older:
            return
        with self.engine.execution_options(writes=True).connect() as alone:
            alone.execute(PATIENT)
            before_upgrade(self)
            migrations.run(alone, migrations.HEAD, _renew_rights)
        self.is_older = False

    @contextmanager
    def write(
        self, roles: frozenset[str] | None = None, *, witness: int | None = None
    ) -> Iterator[Session]:
        """One user action, whole or not at all: commits at the end, rolls back on any exception.

        `roles` other than the user's are the program's own; `witness` is the id of the second
        person where four eyes are needed. Raises BooksInTrouble once a check has found the books
        damaged.
        """
        self.require_entries()
        with (
            self._entered() as engine,
            Session(_writers(engine), expire_on_commit=False) as session,
        ):
            session.info.update(self._worker(roles), witness=witness)
            with session.begin():
                yield session
            self._remember(session)

    def require_entries(self) -> None:
        """Raises BooksInTrouble, TravelCopy and DiskFull, where nothing may be entered."""
        if self.copied_on:
            raise TravelCopy(day=self.copied_on)
        if self.is_full:
            raise self.why_only_looked_at
        if self.trouble:
            raise BooksInTrouble(problem=self.trouble.text())

    @property
    def why_only_looked_at(self) -> DiskFull | ReadOnly:
        """What stood in the way when the file was opened."""
        is_open = self.folder is None or bookfile.may_be_written(self.folder / FILE)
        return DiskFull() if is_open else ReadOnly()

    @property
    def takes_entries(self) -> bool:
        return not self.copied_on and not self.is_full and self.trouble is None

    def do(self, action: Callable[[Session], R], *, witness: int | None = None) -> R:
        """One user action, done again from its start where the server asks for that.

        With one writer at a time that is rare; another program on the same server can cause it.
        """
        for _again in range(RETRIES):
            try:
                return self._do(action, witness)
            except OperationalError as problem:
                if getattr(problem.orig, "sqlstate", None) not in TRY_AGAIN:
                    raise
        return self._do(action, witness)

    def _do(self, action: Callable[[Session], R], witness: int | None) -> R:
        with self.write(witness=witness) as session:
            return action(session)

    @contextmanager
    def read(self, roles: frozenset[str] | None = None) -> Iterator[Session]:
        """One consistent view of the books; nothing done in it is kept."""
        with self._entered() as engine, Session(_readers(engine)) as session:
            session.info.update(self._worker(roles))
            yield session

    def mark_as_copy(self, day: date) -> None:
        """From now on this file is a travel copy of that day: nothing is entered in it."""
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute(f"PRAGMA user_version = {day:%Y%m%d}")
        finally:
            connection.close()
        self.copied_on = day

    def copy_to(self, file: Path) -> None:
        """Write the whole file anew to `file`, for the same key, beside whoever is writing."""
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(file),))
        finally:
            connection.close()

    @property
    def key(self) -> bytes:
        """The key that the open file is encrypted with."""
        found: bytes = self.engine.get_execution_options()["key"]
        return found

    def leave_no_trace(self) -> None:
        """Write the books anew without what was erased: no page of the file or log keeps it.

        Heavy. Raises OperationalError where the disk has no room for a second copy, or where
        somebody else is at work in the books, and TracesLeft for who does not own the tables on a
        server: it would pass them over in silence. What was erased stays erased all the same.
        """
        if self.engine.dialect.name == "sqlite":
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("VACUUM")
            finally:
                connection.close()
            bookfile.empty_the_log(self.engine)
            return
        alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as own:
            if not own.scalar(MAY_REWRITE):
                raise TracesLeft
            for table in OF_PEOPLE:
                own.exec_driver_sql(f"VACUUM (FULL) {table}")

    def close(self) -> None:
        """Give every connection back; the write-ahead log is emptied into the file first.

        What stands in the way of that is no fault of what was done: it is kept in the log.
        """
        if self._engine is not None:
            self._shut(self._engine)

    def judge(self, found: Sequence[DomainError]) -> None:
        """What every check together found wrong: the first of it stops every write."""
        self.trouble = found[0] if found else None
        self._is_good = not found

    @property
    def engine(self) -> Engine:
        """What the connections come from. Raises Locked."""
        if self._engine is None:
            raise Locked
        return self._engine

    @property
    def is_locked(self) -> bool:
        return self._engine is None

    def lock(self) -> None:
        """Let nobody in any more, close the connections and forget the key.

        What is being done in another thread is done to its end; the last one out closes the door.
        """
        with self._door:
            engine, self._engine = self._engine, None
            is_empty = engine not in self._inside
        if engine is not None and is_empty:
            self._shut(engine)

    def beside(self) -> Self:
        """The same books in a file, over connections of their own: for work that outlives a lock.

        Whoever takes it locks it. Raises Locked.
        """
        assert self.folder is not None
        other = copy(self)
        other._engine = bookfile.engine_of(self.folder / FILE, self.key)
        other._inside, other._door = {}, threading.Lock()
        return other

    def wait_until_left(self, seconds: float) -> bool:
        """After locking: whether everybody who was inside has gone within that time."""
        until = time.monotonic() + seconds
        while self._inside and time.monotonic() < until:
            time.sleep(0.02)
        return not self._inside

    def unlock(self, key: bytes) -> None:
        """Open the file again, for the same pages. Raises NoDatabase, Unreadable, NoRoomToOpen.

        One that is not as it was left is no longer known to be good.
        """
        if self.folder is None or not (self.folder / FILE).exists():
            raise NoDatabase(folder=str(self.folder))
        self._is_good = self._is_good and _is_as_left(self.folder, key)
        self._log = Log(self.folder / FILE, key)
        self._engine, _is_full = bookfile.open_books(self.folder / FILE, key)

    def go_on_through(self, fresh: Self) -> None:
        """After locking: work over the connection that was just made to the same server."""
        self._engine, fresh._engine = fresh.engine, None

    @property
    def asks_for_password(self) -> bool:
        """Whether the server let its user in for a password, and not merely for a name."""
        with self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            return bool(driver.pgconn.used_password)  # type: ignore[union-attr]

    @property
    def login(self) -> str:
        """Who is known to the server, or to the computer where the server asks nobody."""
        return self.engine.url.username or getpass.getuser()

    @property
    def tries_in(self) -> Path | None:
        """Where this computer counts wrong passwords, of whichever books."""
        return self.home or (self.seen_in.parent if self.seen_in else None)

    @property
    def way(self) -> URL:
        """What leads to the books on the server, for the same user, without a password."""
        url = self.engine.url
        return URL.create(
            url.drivername, url.username, None, url.host, url.port, url.database, url.query
        )

    @property
    def address(self) -> str:
        """Where the server is and which books of it are open, without a password."""
        return self.engine.url.render_as_string()

    @property
    def engine_name(self) -> str:
        """The engine and its version, for the page that says what this program is made of."""
        if self.engine.dialect.name == "sqlite":
            return f"SQLCipher, SQLite {sqlcipher.sqlite_version}"
        version = getattr(self.engine.dialect, "server_version_info", None) or ()
        return " ".join(("PostgreSQL", ".".join(str(part) for part in version))).strip()

    def _worker(self, roles: frozenset[str] | None) -> dict[str, Any]:
        return {
            "user": self.user,
            "roles": self.roles if roles is None else roles,
            "seen": self.seen_in,
            "keys": None if self.copied_on else self.keys_in,
            "home": None if self.copied_on else self.home,
        }

    def _remember(self, session: Session) -> None:
        """What was committed is there from now on."""
        if self.seen_in is None:
            return
        acts, book = session.info.get("acts"), session.info.get("book")
        known = Seen() if acts and book else seen.read(self.seen_in)
        act, act_hash = acts or (known.act, known.act_hash)
        number, hash_ = (book.number, book.hash) if book else (known.document, known.document_hash)
        log = self._log.sealed() if self._log else Seal()
        seen.keep(self.seen_in, Seen(act, act_hash, number, hash_, log.length, log.seal))

    @contextmanager
    def _entered(self) -> Iterator[Engine]:
        """Count who is inside, so that locking waits for nobody and cuts nobody off."""
        with self._door:
            engine = self.engine
            self._inside[engine] = self._inside.get(engine, 0) + 1
        try:
            yield engine
        finally:
            if self._is_last_out(engine):
                self._shut(engine)

    def _shut(self, engine: Engine) -> None:
        """Close the connections; a file known to be good gets the imprint it is known by again."""
        _close(engine)
        if self.folder and self._is_good and not self.trouble:
            imprint.keep(self.folder / FILE, engine.get_execution_options()["key"])

    def _is_last_out(self, engine: Engine) -> bool:
        with self._door:
            self._inside[engine] -= 1
            if not self._inside[engine]:
                del self._inside[engine]
            return self._engine is not engine and engine not in self._inside

    @classmethod
    def _opened(cls, engine: Engine, folder: Path | None = None) -> Self:
        """Bring the schema up to date; a refusal leaves no connection behind."""
        import_module("models.everything")  # a table may refer to any other
        opened = cls(engine, folder)
        try:
            migrations.upgrade(engine, then=_renew_rights)
            if engine.dialect.name != "sqlite":
                import_module("models.server.grants").keep_up(engine)
            opened.copied_on = bookfile.copied_on(engine)
        except BaseException:
            engine.dispose()
            raise
        return opened


def _is_as_left(folder: Path, key: bytes, read: Read | None = None) -> bool:
    """Whether the file is the one that was left, and its log what this computer wrote since."""
    known = seen.read(folder / seen.FILE)
    is_sealed = imprint.log_fits(folder / FILE, key, Seal(known.log, known.log_seal))
    return is_sealed and imprint.fits(folder / FILE, key, read)


def _writers(engine: Engine) -> Engine:
    """On the server each statement sees all that was written before the lock was given."""
    writers = engine.execution_options(writes=True)
    if engine.dialect.name == "sqlite":
        return writers
    return writers.execution_options(isolation_level="READ COMMITTED")


def _readers(engine: Engine) -> Engine:
    """On the server too, all that is read at once is of one moment."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _renew_rights(connection: Connection) -> None:
    """What the users of a server may do follows what the tables have become."""
    if connection.dialect.name != "sqlite":
        import_module("models.server.grants").renew(connection)


def _close(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with suppress(sqlcipher.DatabaseError, Unreadable):
            bookfile.empty_the_log(engine)
    engine.dispose()


class Locked(DomainError):
    message = N_("The program is locked. Sign in to go on.")


class BooksInTrouble(DomainError):
    message = N_("Nothing can be entered, because a check found this: {problem}")


class TracesLeft(DomainError):
    message = N_(
        "The data are erased. Traces of them may stay in the files of the server until whoever owns"
        " the database erases something with this program."
    )


class TravelCopy(BooksInTrouble):
    message = N_(
        "This is a travel copy of {day}, only to look at. Enter it in the books themselves."
    )


class ReadOnly(BooksInTrouble):
    message = N_(
        "The folder of the books cannot be written to. They can be looked at, but nothing can be "
        "entered. Check its permissions, or whether the drive is locked, and start the program "
        "again."
    )


class DiskFull(BooksInTrouble):
    message = N_(
        "The disk is full. The books can be looked at and nothing is lost, but nothing can be "
        "entered. Free some space and start the program again."
    )
