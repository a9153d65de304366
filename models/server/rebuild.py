"""A backup becomes the books of an empty database on a server, whole or not at all."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from models import checks
from models.database import Database
from models.office import users
from models.office.users import NotAUser, User
from models.roles import PROGRAM
from models.safe import backups, keeping, keys, restoring
from models.safe.container import Progress
from models.safe.contents import Contents
from models.server import keyring, logins, move


@dataclass(frozen=True)
class Opened:
    """A backup with the key that opens it, and its user who restores it."""

    file: Path
    login: str
    key: bytes = field(repr=False)


def rebuild(
    backup: Opened,
    owner: Database,
    home: Path,
    password: str,
    progress: Progress = lambda done, of: None,
) -> Contents:
    """Put a backup into the empty database of `owner`, and let its user in with `password`.

    The backup is opened and checked in full in a folder of `home` first. As after any restore, no
    backup is thinned out until somebody says that the books are right. Raises like restore,
    NotEmpty, NotTheSame, NotAUser, WeakPassword, NameTaken.
    """
    backups.require_bytes(home, 2 * backup.file.stat().st_size)
    with tempfile.TemporaryDirectory(prefix=backups.UNFINISHED, dir=home) as name:
        folder = Path(name)
        gone = restoring.erased_since(backups.read(backup.file), home)
        inside = restoring.take_out(backup.file, folder, backup.key, backup.login, gone=gone)
        with closing(Database.open(folder, backup.key)) as books:
            owner.user = _worker(books, backup.login)
            _fill(owner, books, folder, password, progress)
    known = replace(keeping.read(home), is_paused=True).having_seen(inside)
    keeping.keep(home, known)
    return inside


def _fill(
    owner: Database, books: Database, folder: Path, password: str, progress: Progress
) -> None:
    """All of it in one transaction of the server."""
    with owner.write(PROGRAM) as new:
        with books.read(PROGRAM) as old:
            move.require_empty(new)
            logins.require_fit(new, old.get_one(User, owner.user), password)
            move.copy(old, new, progress)
        for found in checks.run(new):
            raise move.NotSound(problem=found)
        keyring.bring(new, folder, books.key)
        logins.let_in(new, new.get_one(User, owner.user), password)


def _worker(books: Database, login: str) -> int:
    with books.read(PROGRAM) as session:
        user = users.find(session, keys.canonical(login))
        if user is None or not user.is_active:
            raise NotAUser(login=login)
        return user.id
