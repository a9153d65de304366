"""Closing this computer: the books are taken to another drive, proved there, and wiped here.

For a computer that is replaced, may be stolen or seized, or for an office that closes. As long as
the last backup is not proved on another drive, nothing here changes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models import files
from models.database import Database
from models.errors import DomainError
from models.rights import verb
from models.roles import KEYS, OFFICE
from models.safe import backups, container, contents, keeping, keys, lock, restoring, wiping
from models.safe.backups import Backup, Reason
from translations import N_

STEPS = 4  # the password, the backup, opening it with the password, checking its books

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Kept:
    """The folders in which this computer keeps backups: those that go, and those that stay."""

    go: tuple[Path, ...]
    stay: tuple[Path, ...]


def places(home: Path) -> Kept:
    """What lies on the disk of the books goes with them; other drives are somebody's to keep."""
    known = keeping.read(home)
    there = [folder for folder in keeping.places(home, known) if files.is_folder(folder)]
    out = [Path(each.folder) for each in known.former if not each.is_there(home)]
    go = tuple(folder for folder in there if lock.share_a_disk(home, folder))
    return Kept(go, tuple(folder for folder in (*there, *out) if folder not in go))


def home_of(db: Database) -> Path:
    """Where the books lie that would be wiped. Raises NothingHere."""
    if db.folder is None:
        raise NothingHere
    return db.folder


def take_away(
    db: Database,
    folder: Path,
    login: str,
    password: str,
    progress: Progress = lambda done, of: None,
) -> Backup:
    """The last backup, on another drive, proved as the next computer will open it.

    `password` is that of who works. What `progress(done, of)` raises ends it; the books go on, and
    the record tells that the computer was not closed. Raises NothingHere, NotThere, SameDisk,
    WrongPassword, NotAllowed, BooksInTrouble, NotProved, EnteredSince, and what backups.make
    raises.
    """
    home = home_of(db)
    require_elsewhere(home, folder)
    progress(1, STEPS)
    keys.unlock(home, login, password)
    with db.write() as session:
        begun(session)
    try:
        made = _proved(db, folder, login, password, progress)
        _note_earlier_keys(db, home)
    except BaseException:
        _give_up(db)
        raise
    return made


def leave(home: Path, made: Backup) -> list[Path]:
    """Wipe the closed books of `home`, for good, if the proved backup is still as it was made.

    Named is what was left where backups of another branch may lie, since nothing tells whose it is.
    Raises NotProved, and OSError for what could not be wiped.
    """
    _require_still_there(made)
    marks = keeping.marks(home) | {container.key_mark(made.file)}
    wiping.begin(home, places(home).go, marks)
    return wiping.finish(home)


def is_elsewhere(home: Path, folder: Path) -> bool:
    """Whether what lies in the folder outlives the disk of the books."""
    return not lock.is_in_memory(folder) and not lock.share_a_disk(home, folder)


def require_elsewhere(home: Path, folder: Path) -> None:
    """Raises NotThere, SameDisk."""
    if not files.is_folder(folder):
        raise backups.NotThere(folder=str(folder))
    if not is_elsewhere(home, folder):
        raise SameDisk(folder=str(folder))


def _proved(db: Database, folder: Path, login: str, password: str, progress: Progress) -> Backup:
    """A backup that holds all of the books, opened and checked there."""
    progress(2, STEPS)
    made = backups.make(db, backups.fresh_name(folder), Reason.PARTING)
    progress(3, STEPS)
    key = restoring.unlock(made.file, lambda inside: keys.unlock(inside, login, password))
    progress(4, STEPS)
    if not restoring.can_be_restored(made, key):
        raise NotProved(file=str(made.file))
    if contents.of(db) != made.contents:
        raise EnteredSince
    return made


def _give_up(db: Database) -> None:
    """Say so in the books, where they can still be written; what went wrong matters more."""
    with suppress(DomainError, DatabaseError), db.write() as session:
        given_up(session)


def _note_earlier_keys(db: Database, home: Path) -> None:
    """Backups of these books lie under them too, perhaps beside those of another branch."""
    found = (backup for folder in places(home).go for backup in backups.overview(folder))
    own = [backup.file for backup in found if backups.is_earlier(db, backup)]
    keeping.note_marks(home, map(container.key_mark, own))


def _require_still_there(made: Backup) -> None:
    """A stick may be pulled out at any moment."""
    try:
        container.require_whole(made.file)
        is_it = backups.read(made.file) == made
    except (OSError, container.NotABackup, container.DamagedBackup, container.NewerBackup):
        is_it = False
    if not is_it:
        raise NotProved(file=str(made.file))


@verb(N_("Began to close this computer"), *OFFICE, *KEYS)
def begun(session: Session) -> None:
    """Said in the books before the last backup is taken, so that it stands in it."""


@verb(N_("Did not close this computer after all"), *OFFICE, *KEYS)
def given_up(session: Session) -> None:
    """Said in the books that stay: what was begun did not come to its end."""


class NothingHere(DomainError):
    message = N_(
        "The books are on a server, and no key to them lies on this computer. There is nothing to"
        " close here."
    )


class SameDisk(DomainError):
    message = N_(
        "{folder} is on the same disk as the books, or in the memory of this computer. Plug in a"
        " USB stick or another drive and choose a folder there."
    )


class NothingWiped(DomainError):
    """The books are here as before."""


class NotProved(NothingWiped):
    message = N_(
        "The backup {file} could not be opened and checked on the other drive. Nothing was wiped."
        " Try another stick."
    )


class EnteredSince(NothingWiped):
    message = N_(
        "Something was entered while the backup was being made. Nothing was wiped. Start again."
    )
