"""The key of a server's backups: the server keeps it, sealed for every user as in a key file.

Whoever may read the books on the server may read the key, and nobody else: it opens nothing that
they could not read anyway. A backup holds only what is sealed, so it opens with the password of a
user or with a paper key, as the backup of a file does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.database import BooksInTrouble, Database
from models.errors import DomainError
from models.rights import question, verb
from models.roles import EVERYONE, KEYS, PROGRAM
from models.safe import keys, paperkeys, ring
from translations import N_

ONLY = 1  # the number of the one row
SPOILED = (keys.DamagedKeys, keys.NewerKeys)
KEPT = Table(  # not of the books: it is made with the rights, and never moves to a file
    "backup_key",
    MetaData(),
    Column("id", Integer, CheckConstraint(f"id = {ONLY}"), primary_key=True, autoincrement=False),
    Column("key", LargeBinary, nullable=False),
    Column("ring", Text, nullable=False),
)


def enter(db: Database, password: str) -> None:
    """Let whoever has signed in open the backups with the password that they typed.

    Where that is so already, nothing is written. What cannot be written to is left as it is, and
    so is a spoiled key: nobody is kept out for it, and the next backup says what is wrong.
    """
    if not password or db.trouble or _opens(db, password):
        return
    with suppress(DBAPIError, BooksInTrouble, *SPOILED), db.write() as session:
        if make_room(session):
            seal(session, db.login, password)


def begin(db: Database, password: str) -> None:
    """Make the key for whoever is connected, where there is none.

    For the owner of books whose record of acts may not be there yet, so no act says it.
    """
    with db.write(PROGRAM) as session:
        if password and make_room(session) and _kept(session) is None:
            _begin(session, db.login, password)


@verb(N_("Got the key of the backups"), *EVERYONE)
def seal(session: Session, login: str, password: str) -> None:
    """Seal the key for a user, in place of what was sealed for them; the first one makes it."""
    kept = _kept(session)
    if kept is None:
        _begin(session, login, password)
        return
    with _in_folder(session) as folder:
        keys.set_password(folder, kept[0], login, password)


@verb(N_("Took the key of the books along"), *KEYS)
def bring(session: Session, folder: Path, key: bytes) -> None:
    """Books that were in a file keep their key: paper keys open later backups too."""
    make_room(session)
    _keep(session, folder, key)


@verb(N_("Made a new key of the backups"), *KEYS)
def renew(session: Session, passwords: Mapping[str, str]) -> tuple[str, ...]:
    """A new key in the place of the old one, sealed with the passwords given, by login.

    `session` is that of the owner; whoever has no password there gets the key at their next
    sign-in. Gives two paper keys as they are printed. Backups made before stay under the old key.
    """
    make_room(session)
    with tempfile.TemporaryDirectory(prefix="ogranak-keys-") as name:
        key, papers = paperkeys.cut(Path(name), passwords, after=_last_paper(session))
        _keep(session, Path(name), key)
    return papers


def make_room(owner: Session) -> bool:
    """Whether there is a place for the key now. The owner makes it, as all that is there."""
    if inspect(owner.connection()).has_table(KEPT.name):
        return True
    if not owner.scalar(select(func.has_schema_privilege("public", "CREATE"))):
        return False
    KEPT.create(owner.connection())
    return True


@contextmanager
def at(folder: Path | None, session: Session) -> Iterator[Path]:
    """Where the keys lie: in `folder`, or for the moment in one into which the server's come.

    What is changed there is kept on the server in the transaction of the session.
    """
    if folder is not None:
        yield folder
        return
    with _in_folder(session) as place:
        yield place


@question(*EVERYONE)
def has_paper(session: Session) -> bool:
    """Whether a paper key opens the backups; yes, where there is no key yet, or it is a newer's."""
    kept = _kept(session)
    try:
        return kept is None or bool(ring.parsed(kept[1].encode()).papers)
    except keys.NewerKeys:
        return True
    except keys.DamagedKeys:
        return False


def is_ready(db: Database) -> bool:
    """Whether backups of these books on a server can be opened by somebody."""
    with db.read(PROGRAM) as session:
        return _kept(session) is not None


def key_of(db: Database) -> bytes:
    """The key under which backups are made. Raises NoKey."""
    if db.folder is not None:
        return db.key
    with db.read(PROGRAM) as session:
        kept = _kept(session)
    if kept is None:
        raise NoKey
    return kept[0]


def write_to(db: Database, folder: Path) -> bytes:
    """Write the sealed keys to a key file in `folder`; the key itself. Raises NoKey."""
    with db.read(PROGRAM) as session:
        kept = _kept(session)
    if kept is None:
        raise NoKey
    (folder / keys.FILE).write_text(kept[1], "utf-8")
    return kept[0]


def _opens(db: Database, password: str) -> bool:
    """Whether the password opens what is sealed for whoever is connected."""
    with db.read(PROGRAM) as session, _in_folder(session) as folder:
        try:
            return bool(keys.unlock(folder, db.login, password))
        except (keys.WrongPassword, keys.NoKeys, *SPOILED):
            return False


def _begin(session: Session, login: str, password: str) -> None:
    with tempfile.TemporaryDirectory(prefix="ogranak-keys-") as name:
        folder = Path(name)
        _keep(session, folder, keys.create(folder, login, password))


def _keep(session: Session, folder: Path, key: bytes) -> None:
    """The key, and what is sealed of it in the key file in `folder`, are the ones from now on."""
    ring = (folder / keys.FILE).read_text("utf-8")
    if _kept(session) is None:
        session.execute(insert(KEPT).values(id=ONLY, key=key, ring=ring))
    else:
        session.execute(update(KEPT).values(key=key, ring=ring))


def _last_paper(session: Session) -> int:
    """The number of the last paper key; those of a spoiled key are not known."""
    with _in_folder(session) as folder, suppress(keys.NoKeys, *SPOILED):
        return max((paper.number for paper in paperkeys.known(folder)), default=0)
    return 0


def _kept(session: Session) -> tuple[bytes, str] | None:
    """The key, and all that is sealed; None where there is none yet."""
    if not inspect(session.connection()).has_table(KEPT.name):
        return None
    row = session.execute(select(KEPT.c.key, KEPT.c.ring)).first()
    return (bytes(row.key), row.ring) if row else None


@contextmanager
def _in_folder(session: Session) -> Iterator[Path]:
    kept = _kept(session)
    with tempfile.TemporaryDirectory(prefix="ogranak-keys-") as name:
        file = Path(name) / keys.FILE
        if kept:
            file.write_text(kept[1], "utf-8")
        yield Path(name)
        if kept and (ring := file.read_text("utf-8")) != kept[1]:
            session.execute(update(KEPT).values(ring=ring))


class NoKey(DomainError):
    message = N_(
        "Backups of these books have no key yet. Sign in with your password; if that does not"
        " help, let the owner of the database sign in with this program once."
    )
