"""Backups under a data key of before: after a theft, whoever took that key along opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import record
from models.database import Database
from models.errors import DomainError
from models.record import Act
from models.rights import NotAllowed, may, question, verb
from models.roles import EVERYONE, KEYS, PROGRAM
from models.safe import backups, container, keeping, restoring, ring
from models.safe.keeping import Keeping
from models.server import keyring
from translations import N_

RENEWALS = ("access.note_new_key", "logins.renew", "keyring.renew")  # the codes of the acts


@dataclass(frozen=True)
class Deleted:
    """How many backups are gone, and those that could not be deleted."""

    count: int
    left: tuple[Path, ...]


def found(db: Database, home: Path) -> list[Path]:
    """Backups of these books from before their newest key, in the folders that can be looked at.

    Nothing is read where there never was another key.
    """
    try:
        mark = ring.check(keyring.key_of(db))
    except keyring.NoKey:
        return []
    with db.read(PROGRAM) as session:
        return list(before(session, home, mark))


@question()
def before(session: Session, home: Path, mark: bytes) -> Iterator[Path]:
    """Those from before the newest key, which `mark` recognises; read one by one as wanted.

    Where an older day was restored, backups under a newer key than that of the books are none.
    """
    former = keeping.marks(home) - {mark}
    made = newest_key(session) if former else None
    number = made.id if made else 0
    files = _files(home) if number else ()
    return (file for file in files if _is_before(file, former, number))


@question(*EVERYONE)
def newest_key(session: Session, after: int = 0) -> Act | None:
    """The act by which the books or their backups got the key of today; of those `after` one."""
    made = select(Act).where(Act.id > after, Act.code.in_(RENEWALS))
    return session.scalar(made.order_by(Act.id.desc()).limit(1))


def delete(db: Database, home: Path) -> Deleted:
    """Delete those under an old key, once one under today's was restored beside and is sound.

    The act is kept first: what nobody hears of is not deleted. Raises NotAllowed, UndecidedYet,
    NoneUnderNewKey, BooksInTrouble, NoKey.
    """
    if not may(db.roles, deleted):
        raise NotAllowed
    if not keeping.read(home).lets_old_go:
        raise UndecidedYet
    key = keyring.key_of(db)
    _require_sound(home, key)
    old = found(db, home)
    with db.write() as session:
        deleted(session, len(old))
    left = backups.delete(old)
    for folder in {file.parent for file in left}:
        keeping.add_stuck(home, folder, [file for file in left if file.parent == folder])
    _want_new_copy(home, old, ring.check(key))
    return Deleted(len(old) - len(left), (*left,))


@verb(N_("Deleted the backups under the old key"), *KEYS)
def deleted(session: Session, count: int) -> None:
    """Keep in the record that they go, and how many there were."""
    record.note(session, f"old_backups:{count}")


def _require_sound(home: Path, key: bytes) -> None:
    """Raises NoneUnderNewKey, and OSError where a drive fails."""
    known = keeping.read(home)
    for folder in (keeping.place(home, known), *_places(home, known)):
        for backup in backups.overview(folder):
            if restoring.can_be_restored(backup, key):
                return
    raise NoneUnderNewKey


def _want_new_copy(home: Path, gone: list[Path], mark: bytes) -> None:
    """A stick from which all copies went is to get a new one at once."""
    known = keeping.read(home)
    second = Path(known.second)
    if known.second and second in {file.parent for file in gone}:
        if mark not in {container.key_mark(file) for file in _in_folder(second)}:
            keeping.keep(home, replace(known, last_second=None))


def _is_before(file: Path, former: frozenset[bytes], renewal: int) -> bool:
    """Whether it is under a former key, and of books that had not come to that act yet."""
    if container.key_mark(file) not in former:
        return False
    with suppress(container.NotABackup, container.NewerBackup, OSError):
        return backups.read(file).contents.acts < renewal
    return False


def _files(home: Path) -> Iterator[Path]:
    for folder in _places(home, keeping.read(home)):
        yield from _in_folder(folder)


def _in_folder(folder: Path) -> list[Path]:
    """A drive that fails holds nothing that could be deleted now."""
    with suppress(OSError):
        return sorted(folder.glob(f"*{backups.ENDING}"))
    return []


def _places(home: Path, known: Keeping) -> list[Path]:
    """All folders that are known, but for one of before that lies on a drive that is out."""
    out = {Path(each.folder) for each in known.former if not each.is_there(home)}
    return [folder for folder in keeping.places(home, known) if folder not in out]


class UndecidedYet(DomainError):
    message = N_(
        "It is not yet said that these books are right, or where their backups are kept. No backup"
        " is deleted until then: see what stands above the list."
    )


class NoneUnderNewKey(DomainError):
    message = N_(
        "No backup under the new key could be tried out. Press “Back up now” first: until then the"
        " old ones stay."
    )
