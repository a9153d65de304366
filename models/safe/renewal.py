"""A new data key after a theft: the books written anew beside the old, then put in their place.

The new books and their keys are made in a folder of their own, verified there, and that folder is
renamed when both are whole. From then on they are moved to their place, at once or at the next
start: a power cut leaves the old books or the new ones, each with its own keys.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher

from models import bookfile, checks
from models.database import Database
from models.errors import DomainError
from models.office import access
from models.safe import folders, keys, paperkeys
from translations import N_

STEPS = 6
PATIENCE = 30  # seconds that other work has to come to its end

Progress = Callable[[int, int], None]


def renew_open(
    db: Database,
    key: bytes,
    passwords: Mapping[str, str],
    progress: Progress = lambda done, of: None,
) -> tuple[str, ...]:
    """The same with open books, which are closed meanwhile: gives the two paper keys. Raises Busy.

    Whatever happens, the books are open again afterwards, under the key that is valid then.
    """
    assert db.folder is not None
    valid = key
    db.lock()
    try:
        if not db.wait_until_left(PATIENCE):
            raise Busy
        valid, papers = renew(
            db.folder, key, passwords, by=db.user, roles=db.roles, progress=progress
        )
    finally:
        db.unlock(valid)
    return papers


def renew(
    folder: Path,
    key: bytes,
    passwords: Mapping[str, str],
    *,
    by: int | None = None,
    roles: frozenset[str],
    progress: Progress = lambda done, of: None,
    cost: keys.Cost | None = None,
) -> tuple[bytes, tuple[str, ...]]:
    """Encrypt the closed books of `folder` under a new key; `passwords` by login wrap it.

    Who has no password there cannot come in until one is given. Gives the new key and two paper
    keys as they are printed; `by` is the user and `roles` theirs. Backups made before stay under
    the old key. What `progress(done, of)` raises ends it. Raises SameAsBefore, NotTheSame, Missing,
    NotAllowed.
    """
    for login, password in passwords.items():
        if keys.is_own(folder, login, password):
            raise SameAsBefore(login=login)
    begun = folder / folders.REWRITING
    shutil.rmtree(begun, ignore_errors=True)
    try:
        progress(1, STEPS)
        last = max((paper.number for paper in paperkeys.known(folder)), default=0)
        fresh, papers = paperkeys.cut(begun, passwords, after=last, cost=cost)
        progress(2, STEPS)
        _encrypt(folder, begun, key, fresh)
        progress(3, STEPS)
        _compare(folder, begun, key, fresh)
        progress(4, STEPS)
        _note(begun, fresh, by, roles)
        progress(5, STEPS)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    _put_in_place(folder, begun)
    return fresh, papers


def rekey(folder: Path, key: bytes, fresh: bytes) -> None:
    """Write every page of the closed file in `folder` again under another key."""
    with closing(_raw(folder, key)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(f"PRAGMA rekey = \"x'{fresh.hex()}'\"")


def _encrypt(folder: Path, begun: Path, key: bytes, fresh: bytes) -> None:
    """A copy whose every page is written again under the new key."""
    bookfile.copy_file(folder, begun)
    rekey(begun, key, fresh)


def _compare(folder: Path, begun: Path, key: bytes, fresh: bytes) -> None:
    """Every row of every table is the same, and the new file is sound. Raises NotTheSame."""
    with closing(_raw(begun, fresh)) as new:
        if new.execute("PRAGMA cipher_integrity_check").fetchall():
            raise NotTheSame
        new.execute(f"ATTACH ? AS old KEY \"x'{key.hex()}'\"", [str(folder / bookfile.FILE)])
        names = "SELECT name FROM {}.sqlite_master WHERE type = 'table' ORDER BY name"
        tables = new.execute(names.format("main")).fetchall()
        if tables != new.execute(names.format("old")).fetchall():
            raise NotTheSame
        for (name,) in tables:
            for one, other in (("main", "old"), ("old", "main")):
                query = f'SELECT * FROM {one}."{name}" EXCEPT SELECT * FROM {other}."{name}"'  # noqa: S608
                if new.execute(f"SELECT EXISTS ({query})").fetchone()[0]:
                    raise NotTheSame


def _note(begun: Path, fresh: bytes, by: int | None, roles: frozenset[str]) -> None:
    """The first act under the new key says so; the checks of every start hold there too."""
    with closing(Database.open(begun, fresh)) as db:
        db.user, db.roles = by, roles
        with db.write() as session:
            access.note_new_key(session)
            if checks.run(session):
                raise NotTheSame


def _put_in_place(folder: Path, begun: Path) -> None:
    for path in begun.iterdir():
        if path.name not in (bookfile.FILE, keys.FILE):
            path.unlink()
    folders.take_place(folder, begun)


def _raw(folder: Path, key: bytes) -> sqlcipher.Connection:
    connection = sqlcipher.connect(str(folder / bookfile.FILE), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


class Busy(DomainError):
    message = N_("Other work is still under way. Wait until it is done, then try again.")


class NotTheSame(DomainError):
    message = N_(
        "The books written anew are not the same as the old ones. Nothing was changed: the old "
        "books and keys are valid."
    )


class SameAsBefore(DomainError):
    message = N_(
        "{login} has the same password as before, which may be known to others. Choose a new one."
    )
