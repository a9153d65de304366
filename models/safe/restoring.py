"""Restore: a backup becomes the books again, whole and checked; what it replaces is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import clock, migrations, record, seen
from models.bookfile import FILE
from models.database import BooksInTrouble, Database
from models.errors import DomainError
from models.office import users
from models.record import Act
from models.rights import NotAllowed, may, question, verb
from models.roles import EVERYONE, KEYS, OFFICE, PROGRAM, fits
from models.safe import (
    attempts,
    backups,
    container,
    contents,
    folders,
    forgotten,
    keeping,
    keys,
    lock,
    opening,
    papercode,
    ring,
)
from models.safe.backups import Backup, Reason
from models.safe.container import Progress
from models.safe.contents import Contents
from models.safe.forgotten import Forgotten
from models.server import keyring
from translations import N_

RESTORED, PREFERRED = "restoring.restored", "restoring.preferred"  # the codes of the acts
RESTORERS = (*OFFICE, *KEYS)  # who puts a backup in the place of the books, and says it is right
WRONG = (keys.WrongPassword, papercode.WrongPaperKey)
Opens = Callable[[Path], bytes]  # the data key, from a folder that holds a key file


@dataclass(frozen=True)
class Loss:
    """What the present books hold and the backup does not; `is_other`: books of another branch.

    `is_aside`: the same books, but with entries that the present ones lack, as after a restore.
    """

    documents: int = 0
    acts: int = 0
    is_other: bool = False
    is_aside: bool = False


@dataclass(frozen=True)
class Restored:
    """What is now in the books, and where those they replaced are kept."""

    contents: Contents
    kept: Path | None


def logins(file: Path) -> list[str]:
    """Who could sign in when the backup was made.

    Raises NotABackup, DamagedBackup, DamagedKeys, NewerKeys.
    """
    with _keys_of(file) as folder:
        return keys.logins(Path(folder))


def unlock(file: Path, opens: Opens, home: Path | None = None) -> bytes:
    """The data key of a backup, by the password of a user of that day, or by a paper key.

    `opens(folder)` turns what was typed into the key. A wrong try at a backup of the books in
    `home` is remembered there for their record; where there are none yet, room is made for the
    waits. Raises WrongPassword and the like.
    """
    if home is not None:
        with suppress(OSError):
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _keys_of(file) as folder:
        if home is None or container.key_mark(file) not in keeping.marks(home):
            return opens(Path(folder))
        with attempts.remembered_if(home, attempts.BACKUP, *WRONG):
            return opens(Path(folder))


def kept_out_since(file: Path, home: Path) -> list[str]:
    """Who could sign in when the backup was made, and can no more: in the books in `home`.

    Nobody where those are others, or their keys cannot be read: in an emergency nobody is kept from
    a backup. Raises NotABackup, DamagedBackup, and DamagedKeys, NewerKeys for those in the backup.
    """
    if container.key_mark(file) not in keeping.marks(home):
        return []
    try:
        admitted = {keys.canonical(login) for login in keys.logins(home)}
    except (OSError, keys.NoKeys, keys.DamagedKeys, keys.NewerKeys):
        return []
    return [login for login in logins(file) if keys.canonical(login) not in admitted]


def is_under_earlier_key(file: Path, home: Path) -> bool:
    """Whether a backup of the books in `home` is from before a new data key was made for them."""
    mark = container.key_mark(file)
    with suppress(OSError, ring.NoKeys, ring.DamagedKeys, ring.NewerKeys):
        return mark in keeping.marks(home) and mark != ring.read(home).check
    return False


def require_admitted(file: Path, home: Path, login: str) -> None:
    """Who was kept out does not come back by restoring an older backup.

    Raises KeptOut, and like kept_out_since.
    """
    if keys.canonical(login) in map(keys.canonical, kept_out_since(file, home)):
        raise KeptOut(login=login)


def loss(db: Database | None, home: Path, backup: Backup) -> Loss:
    """What would be lost: compared with the open books, else with what `home` last saw of them."""
    inside = backup.contents
    if db is None:
        known, noted = keeping.read(home), seen.read(home / seen.FILE)
        documents = max(known.documents, noted.document) - inside.documents
        acts = max(known.acts, noted.act - keeping.OWN_ACT) - inside.acts
        return Loss(max(0, documents), max(0, acts))
    there = contents.of(db)
    documents, acts = there.documents - inside.documents, there.acts - inside.acts
    is_earlier = contents.follows(db, inside)
    is_known = container.key_mark(backup.file) in keeping.marks(home)
    is_same = is_earlier or is_known or _is_own(backup.file, db)
    return Loss(max(0, documents), max(0, acts), not is_same, is_same and not is_earlier)


def suggested(found: Sequence[Backup], home: Path) -> Backup | None:
    """The one to restore after a damage: the newest, or one before it that lacks less.

    What was made before a restore holds what was then put aside: on the way back from a wrong one
    that is the less, though it is the newest.
    """
    put_aside = list(takewhile(lambda backup: backup.reason is Reason.RESTORE, found))
    candidates = found[: len(put_aside) + 1]

    def lacks(backup: Backup) -> tuple[int, int]:
        lost = loss(None, home, backup)
        return lost.documents, lost.acts

    return min(candidates, key=lacks, default=None)


def erased_since(backup: Backup, home: Path) -> list[Forgotten]:
    """Who was erased on request in the books in `home` after this backup of them was made."""
    marks = keeping.marks(home)
    is_own = not marks or container.key_mark(backup.file) in marks
    return forgotten.since(home, backup.made_at) if is_own else []


def restore(
    file: Path,
    home: Path,
    key: bytes,
    login: str = "",
    progress: Progress = lambda done, of: None,
    password: str = "",
    *,
    is_let: bool = False,
) -> Restored:
    """Put a backup in the place of the books in `home`, which must be closed.

    Where a `password` is given, a paper key opened the backup: from now on the password opens the
    restored books for `login`. `is_let`: who works in the present books may do it (`begin`), else
    the roles of `login` in the backup decide. All is read, opened and checked in full first; until
    then nothing changes. Raises NotABackup, DamagedBackup, NewerSchema, Unsound, NoRoom,
    NetworkDrive, RemovableDrive, UnknownLogin, KeptOut, NotTheirs.
    """
    if login and not password:
        require_admitted(file, home, login)
    lock.refuse_unsafe_drive(home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    backup = backups.read(file)
    backups.require_bytes(home, 2 * backup.size)
    with folders.being_made(home) as begun:
        gone, is_let = erased_since(backup, home), is_let or bool(password)
        inside = take_out(file, begun, key, login, progress, gone, is_let=is_let)
        if password:
            _give_password(begun, key, login, password)
        kept = folders.keep_aside(home)
        folders.take_place(home, begun)
    known = replace(keeping.read(home), is_paused=True, beyond="").having_seen(inside)
    if container.key_mark(file).hex() not in known.marks:
        known = replace(known, marks=())  # other books than those that were here
    keeping.keep(home, known)
    return Restored(inside, kept)


def take_out(
    file: Path,
    folder: Path,
    key: bytes,
    login: str = "",
    progress: Progress = lambda done, of: None,
    gone: Iterable[Forgotten] = (),
    *,
    is_let: bool = False,
) -> Contents:
    """Whole and checked books in `folder`, brought up to date; the act of restoring is in them.

    Who is `gone` since the backup was made is erased in them again. Raises like restore, NotTheirs
    unless `is_let` or the roles of `login` in them include it.
    """
    _take_out(file, folder, progress)
    made_at, is_let = backups.read(file).made_at, is_let or not login
    return _made_ready(folder, key, login, made_at, gone, is_let=is_let)


def rehearse(db: Database, home: Path) -> bool | None:
    """Restore the newest backup beside, check it in full, and throw it away again.

    None when there is none that today's key opens.
    """
    made_last = backups.newest(home)
    if made_last is None:
        return None
    is_good = can_be_restored(made_last, keyring.key_of(db))
    if is_good is not None:
        keeping.keep(home, replace(keeping.read(home), last_test=clock.now(), is_test_good=is_good))
    return is_good


def begin(db: Database) -> None:
    """Who works in the present books wants a backup in their place: it stands in their record.

    Books that cannot be written to, or whose server is gone, keep no act: that must keep nobody
    from their backup. The role is asked for all the same. Raises NotAllowed.
    """
    if not may(db.roles, begun):
        raise NotAllowed
    with suppress(DBAPIError, BooksInTrouble), db.write() as session:
        begun(session)


@verb(N_("Began to restore a backup"), *RESTORERS)
def begun(session: Session) -> None:
    """Said in the books that are put aside."""


def confirm(db: Database, home: Path) -> None:
    """The restored books are right: surplus backups may go again.

    Raises NotAllowed, BooksInTrouble.
    """
    with db.write() as session:
        confirmed(session)
    keeping.keep(home, replace(keeping.read(home), is_paused=False))


@verb(N_("Said that the restored books are right"), *RESTORERS)
def confirmed(session: Session) -> None:
    """Keep in the record who looked through the restored books."""


@verb(N_("Restored a backup"), *RESTORERS)
def restored(session: Session, made_at: datetime) -> None:
    """Keep in the record which backup these books were restored from."""
    record.note(session, made_at.isoformat())


def keep_these(db: Database, home: Path) -> None:
    """These are the right books, though a later backup holds more: that is told no longer.

    Raises NotAllowed, BooksInTrouble.
    """
    with db.write() as session:
        preferred(session)
    keeping.note_beyond(home, None)


@verb(N_("Kept these books although a later backup holds more"), *RESTORERS)
def preferred(session: Session) -> None:
    """Keep in the record that somebody knew of a later backup, and went on with these books."""


@question(*EVERYONE)
def newest(session: Session) -> Act | None:
    """The last act that says these books were restored; its detail is when the backup was made."""
    query = select(Act).where(Act.code == RESTORED).order_by(Act.id.desc()).limit(1)
    return session.scalar(query)


def beyond(db: Database, folder: Path) -> Backup | None:
    """A backup of these books in `folder` that holds more, made since they were said to be right.

    That is said by who restores them, or keeps them. Otherwise an older day was put back in their
    place, with all that lies beside them; or somebody works with them on another computer too.
    """
    said_right = select(func.max(Act.at)).where(Act.code.in_((RESTORED, PREFERRED)))
    with db.read(PROGRAM) as session:
        since = session.scalar(said_right)
    for backup in backups.overview(folder):
        is_before = since is not None and backup.made_at <= since
        if not is_before and not contents.follows(db, backup.contents) and _is_own(backup.file, db):
            return backup
    return None


def go_on_from(db: Database) -> None:
    """These are the restored books: what this computer saw of those before counts no longer."""
    if db.seen_in:
        seen.forget(db.seen_in)


def _keys_of(file: Path) -> tempfile.TemporaryDirectory[str]:
    """The key file of a backup, in a folder that goes when it is no longer needed."""
    folder = tempfile.TemporaryDirectory(prefix="ogranak-keys-")
    try:
        container.take_out(file, keys.FILE, Path(folder.name) / keys.FILE)
    except BaseException:
        folder.cleanup()
        raise
    return folder


def _is_own(file: Path, db: Database) -> bool:
    """Whether a backup is of these books: it is under their key."""
    with suppress(keyring.NoKey):
        return container.is_under(file, keyring.key_of(db))
    return False


def _take_out(file: Path, folder: Path, progress: Progress) -> None:
    container.require_whole(file)
    container.take_out(file, keys.FILE, folder / keys.FILE)
    container.take_out(file, FILE, folder / FILE, progress)


def _made_ready(
    folder: Path,
    key: bytes,
    login: str,
    made_at: datetime,
    gone: Iterable[Forgotten],
    *,
    is_let: bool,
) -> Contents:
    """Open what was taken out, bring it up to date, check it, and write the act into it.

    Closed as good, it has an imprint: it opens at once where it takes its place.
    """
    if not keys.belongs(folder, key):
        raise keys.WrongKey
    with closing(Database.open(folder, key)) as db:
        _require_sound(db)
        with db.read(PROGRAM) as session:
            user = users.find(session, keys.canonical(login)) if login else None
            if not is_let and not fits(user.roles if user else frozenset(), RESTORERS):
                raise NotTheirs(login=login)
            db.user = user.id if user else None
        with db.write(PROGRAM) as session:
            restored(session, made_at)
        forgotten.erase_again(db, gone)
        return contents.of(db)


def can_be_restored(backup: Backup, key: bytes) -> bool | None:
    """Whether it is opened and passes every check; None when it is under another key."""
    with tempfile.TemporaryDirectory(prefix=backups.UNFINISHED, dir=backup.file.parent) as name:
        folder = Path(name)
        try:
            _take_out(backup.file, folder, lambda done, of: None)
            if not container.is_under(backup.file, key):
                return None
            with closing(Database.open(folder, key)) as db:
                _require_sound(db)
        except (Unsound, container.DamagedBackup, container.NotABackup, migrations.NewerSchema):
            return False
    return True


def _require_sound(db: Database) -> None:
    found = opening.examine(db)
    if found:
        raise Unsound(problem=found[0].text())


def _give_password(folder: Path, key: bytes, login: str, password: str) -> None:
    """A new one for a user who has one. Raises UnknownLogin."""
    if keys.canonical(login) not in map(keys.canonical, keys.logins(folder)):
        raise keys.UnknownLogin(login=login)
    keys.set_password(folder, key, login, password)


class KeptOut(DomainError):
    message = N_(
        "{login} cannot sign in to the books that are on this computer now, and restores no backup"
        " of them either. Let another user do it, or use a paper key."
    )


class NotTheirs(DomainError):
    message = N_(
        "In this backup {login} is neither secretary nor administrator: one of those restores it"
        " with their own password, or whoever has a paper key. Nothing was changed."
    )


class Unsound(DomainError):
    message = N_(
        "This backup was not restored, because the check of its books found this: {problem} "
        "Choose an older one. Nothing was changed."
    )
