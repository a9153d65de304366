"""Backups: one sealed file each, verified before it gets its name, thinned out with time."""

from __future__ import annotations

import enum
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from models import bookfile, checks, clock, files, migrations, record
from models.bookfile import FILE
from models.database import Database, TravelCopy
from models.errors import DomainError
from models.rights import verb
from models.roles import EVERYONE, PROGRAM
from models.safe import container, contents, keeping, keys, thinning
from models.safe.container import Progress
from models.safe.contents import Contents
from models.server import keyring, twin
from translations import N_

STEM, ENDING = "ogranak-", ".backup"
UNFINISHED = ".unfinished-"  # how a folder of work under way begins
LEFT_BEHIND = 3600  # seconds after which such a folder is of a program that was ended
SPARE = 2 << 20  # bytes that must be left on the disk

# The checks that every copy passes at once; all of them pass at each test and each restore.
QUICK: tuple[checks.Check, ...] = (
    checks.totals_are_the_ledger,
    checks.posted_is_guarded,
    checks.numbers_have_no_gaps,
    checks.closed_months_stand,
)

MADE = "backups.made"  # the code of the act; by itself it is nothing to back up

one_at_a_time = threading.Lock()


class Reason(enum.StrEnum):
    """Why a backup was made."""

    TIMER = "timer"
    CLOSING = "closing"
    BY_HAND = "by_hand"
    MIGRATION = "migration"
    RESTORE = "restore"
    MONTH = "month"
    IMPORT = "import"
    ERASURE = "erasure"
    PARTING = "parting"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Reason.TIMER: N_("by itself"),
    Reason.CLOSING: N_("when the program was closed"),
    Reason.BY_HAND: N_("by hand"),
    Reason.MIGRATION: N_("before a new version"),
    Reason.RESTORE: N_("before a restore"),
    Reason.MONTH: N_("before a month was closed"),
    Reason.IMPORT: N_("before an import"),
    Reason.ERASURE: N_("before an erasure"),
    Reason.PARTING: N_("before a computer was closed"),
}


@dataclass(frozen=True)
class Backup:
    """A backup file, when it was made (UTC), why, and what is inside; `size` in bytes.

    One that is kept longer than an erasure may wait has no people in it any more.
    """

    file: Path
    made_at: datetime
    reason: Reason
    size: int
    contents: Contents
    has_people: bool = True


def save(
    db: Database, home: Path, reason: Reason, progress: Progress = lambda done, of: None
) -> Backup:
    """Make a backup where those of `home` are kept, then let the surplus go, and remember it.

    Of the surplus, what cannot be deleted is noted; the new one is no worse for it.
    `progress(done, of)` counts the rows that come from a server; what it raises ends it. Raises
    BooksInTrouble, NoRoom, CopyUnsound, and OSError or OperationalError of the disk.
    """
    db.require_entries()
    known = keeping.read(home)
    folder = keeping.place(home, known)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    backup = make(db, fresh_name(folder), reason, progress)
    if known.lets_old_go:
        keeping.add_stuck(home, folder, thin(folder, clock.now()))
    if reason is not Reason.MIGRATION:  # the record of acts may not be there yet
        with db.write(db.roles or PROGRAM) as session:
            made(session, reason)
    keeping.note_marks(home, [container.key_mark(backup.file)])
    now_there = contents.of(db)
    keeping.keep(home, replace(keeping.read(home), last_good=backup.made_at).having_seen(now_there))
    return backup


def save_before(db: Database, reason: Reason) -> None:
    """The backup that comes before a step which is hard to take back.

    Raises like save: without the backup the step is not taken. Books whose keys are elsewhere are
    kept by whoever has the keys.
    """
    if db.home is not None and _has_keys(db):
        save(db, db.home, reason)


def save_if_changed(db: Database, home: Path, reason: Reason) -> Backup | None:
    """A backup, unless the newest one holds all there is."""
    known = keeping.read(home)
    if known.last_good and not contents.have_changed(db, known.documents, known.acts, (MADE,)):
        return None
    return save(db, home, reason)


def make(
    db: Database, file: Path, reason: Reason, progress: Progress = lambda done, of: None
) -> Backup:
    """Make one backup with this name, verified; nothing is left of one that fails.

    Raises NameTaken, NoRoom, CopyUnsound, TravelCopy: that is one already, and NoKey for books on
    a server.
    """
    if db.copied_on:
        raise TravelCopy(day=db.copied_on)
    if file.exists():
        raise NameTaken(file=str(file))
    with one_at_a_time, work_beside(file) as work:
        _require_room(db, file.parent)
        before = contents.of(db)
        key = _written(db, work, progress)
        made = Backup(file, clock.now(), reason, 0, before)
        with ThreadPoolExecutor(1) as beside:  # while it is packed
            inside = beside.submit(_verified, work, key, before)
            _pack(work, file, lambda: replace(made, contents=inside.result()))
        (work / file.name).replace(file)
        files.sync_folder(file.parent)
    return replace(made, contents=inside.result(), size=file.stat().st_size)


def pack(work: Path, backup: Backup) -> None:
    """Books and keys of the folder `work` in one file there, named as the backup is; read back."""
    _pack(work, backup.file, lambda: backup)


def _pack(work: Path, file: Path, made: Callable[[], Backup]) -> None:
    """The same of a backup that is asked for when all but what it tells of itself is packed."""

    def manifest(members: dict[str, Any]) -> dict[str, Any]:
        backup = made()
        return {
            "made_at": backup.made_at.isoformat(),
            "reason": backup.reason.value,
            "people": backup.has_people,
            "contents": backup.contents.written(),
            "members": members,
        }

    books = {FILE: work / FILE, keys.FILE: work / keys.FILE}
    container.write(work / file.name, books, manifest)
    container.require_whole(work / file.name)


def copy(backup: Backup, folder: Path) -> Backup:
    """Copy a backup to a second folder, and read it back there. Raises NoRoom, NotThere."""
    if not folder.is_dir():
        raise NotThere(folder=str(folder))
    target = folder / backup.file.name
    if target.exists():
        container.require_whole(target)
        return replace(backup, file=target)
    with one_at_a_time:
        put(backup.file, target)
    return replace(backup, file=target)


def put(source: Path, target: Path) -> None:
    """A copy of the file `source` with the name `target`, in one step, when it was read back.

    What had that name before is there until then. Raises NoRoom, DamagedBackup.
    """
    with work_beside(target) as work:
        require_bytes(target.parent, source.stat().st_size)
        container.copy(source, work / target.name)
        container.require_whole(work / target.name)
        (work / target.name).replace(target)
        files.sync_folder(target.parent)


def copy_to_second(home: Path) -> Backup:
    """Copy the newest backup to the second folder. Raises NoSecond, NoBackup, NotThere, NoRoom."""
    known = keeping.read(home)
    if not known.second:
        raise NoSecond
    made_last = newest(home)
    if made_last is None:
        raise NoBackup
    copied = copy(made_last, Path(known.second))
    if known.lets_old_go:
        second = Path(known.second)
        keeping.add_stuck(home, second, thin(second, clock.now()))
    keeping.keep(home, replace(keeping.read(home), last_second=clock.now()))
    return copied


def thin(folder: Path, now: datetime) -> list[Path]:
    """Delete the backups that no rule keeps; named are those that could not be deleted.

    What cannot be read stays. Two branches may keep theirs in one folder: each data key has its
    own newest, days and weeks.
    """
    gone: list[Path] = []
    for found in _by_key(overview(folder)):
        surplus = set(thinning.surplus((backup.made_at for backup in found), now))
        gone += [backup.file for backup in found[1:] if backup.made_at in surplus]
    return delete(gone)


def delete(gone: Iterable[Path]) -> list[Path]:
    """Named are those that could not be deleted."""
    return [file for file in gone if not _is_deleted(file)]


def is_earlier(db: Database, backup: Backup) -> bool:
    """Whether the open books have grown from it, under whatever data key it was made.

    One in which nothing had been done yet could be of any books.
    """
    inside = backup.contents
    return bool(inside.documents or inside.acts) and contents.follows(db, inside)


def newest(home: Path) -> Backup | None:
    """The backup of these books that was made last here; the clock of that day may have been wrong.

    Where it is gone, the first of the overview.
    """
    known = keeping.read(home)
    found = own(overview(keeping.place(home, known)), home)
    made_last = (backup for backup in found if backup.made_at == known.last_good)
    return next(made_last, found[0] if found else None)


def own(found: Iterable[Backup], home: Path) -> list[Backup]:
    """Those of the books in `home`: another branch may keep its own in the same folder.

    All, where nothing is left here that would recognise them.
    """
    marks = keeping.marks(home)
    return [backup for backup in found if not marks or container.key_mark(backup.file) in marks]


def overview(folder: Path) -> list[Backup]:
    """The backups in a folder, the one made last first; whatever else lies there is left out."""
    found = []
    for file in folder.glob(f"*{ENDING}") if folder.is_dir() else ():
        backup = _read_or_none(file)
        if backup:
            found.append(backup)
    return newest_first(found)


def unreadable(folder: Path) -> list[Path]:
    """Files that are named as backups are and cannot be read as one, for whatever reason."""
    return [file for file in sorted(folder.glob(f"{STEM}*{ENDING}")) if _is_unreadable(file)]


def newest_first(found: Collection[Backup]) -> list[Backup]:
    """As they were made: what a clock dated ahead comes after the first that holds more acts.

    Of those under the same data key: another branch may keep its own in the same folder.
    """
    now = clock.now()
    is_ahead = any(backup.made_at > now for backup in found)
    marks = {each.file: container.key_mark(each.file) for each in found} if is_ahead else {}

    def place(backup: Backup) -> tuple[datetime, int, str]:
        acts, moment = backup.contents.acts, backup.made_at
        if moment > now:
            own = (each for each in found if marks[each.file] == marks[backup.file])
            right = (each for each in own if each.made_at <= now and each.contents.acts > acts)
            moment = min((each.made_at for each in right), default=moment)
        return moment, acts, backup.file.name

    return sorted(found, key=place, reverse=True)


def read(file: Path) -> Backup:
    """What a backup says of itself. Raises NotABackup, DamagedBackup, NewerBackup."""
    kept = container.manifest_of(file)
    try:
        made_at = datetime.fromisoformat(kept["made_at"])
        if made_at.tzinfo:
            raise ValueError("a moment here has no zone")
        inside, people = Contents.read(kept["contents"]), kept.get("people", True) is not False
        return Backup(file, made_at, Reason(kept["reason"]), file.stat().st_size, inside, people)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        raise container.NotABackup(file=file.name) from None


@verb(N_("Made a backup"), *EVERYONE)
def made(session: Session, reason: Reason) -> None:
    """Keep in the record that a backup was made, and why."""
    record.note(session, reason.value)


def _verified(work: Path, key: bytes, before: Contents) -> Contents:
    """What is in the copy, when its key, every page of it and what it says were found good."""
    if not keys.belongs(work, key):
        raise CopyUnsound(problem=keys.WrongKey().text())
    file = work / FILE
    with closing(Database.look(file, key)) as copied, ThreadPoolExecutor(1) as beside:
        inside = beside.submit(_sound, copied, before)
        bookfile.require_whole(copied.engine, file)  # first: a damaged page explains all the rest
        return inside.result()


def _sound(copied: Database, before: Contents) -> Contents:
    """What is in the copy: no less than there was before, and nothing that is wrong."""
    inside = contents.of(copied)
    if (inside.documents, inside.acts) < (before.documents, before.acts):
        raise CopyUnsound(problem=container.DamagedBackup(file=FILE).text())
    if inside.schema == migrations.HEAD:
        require_sound(copied, QUICK)
    return inside


def _written(db: Database, work: Path, progress: Progress) -> bytes:
    """Books and keys, each under its name; the key that opens the copy."""
    if db.folder is None:
        return twin.write(db, work, progress)
    shutil.copyfile(db.folder / keys.FILE, work / keys.FILE)
    db.copy_to(work / FILE)
    return db.key


def require_sound(db: Database, which: tuple[checks.Check, ...]) -> None:
    """Raises CopyUnsound with the first thing that the checks find."""
    with db.read(PROGRAM) as session:
        for check in which:
            for problem in check(session):
                raise CopyUnsound(problem=problem.text())


def _has_keys(db: Database) -> bool:
    return keyring.is_ready(db) if db.folder is None else keys.exists(db.folder)


def fresh_name(folder: Path) -> Path:
    """Named by the office's day and time; a second one in the same minute is numbered."""
    stem = f"{STEM}{clock.local(clock.now()):%Y-%m-%d-%H%M}"
    names = (f"{stem}{'' if turn == 1 else f'-{turn}'}{ENDING}" for turn in range(1, 10_000))
    return next(folder / name for name in names if not (folder / name).exists())


@contextmanager
def work_beside(file: Path) -> Iterator[Path]:
    """A folder on the same disk for what is not finished; gone afterwards, come what may."""
    for old in file.parent.glob(f"{UNFINISHED}*"):
        if time.time() - old.stat().st_mtime > LEFT_BEHIND:
            shutil.rmtree(old, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=file.parent))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _require_room(db: Database, folder: Path) -> None:
    """Room for the copy and for the file it is packed into. Raises NoRoom."""
    if db.folder is None:
        size = twin.size(db)
    else:
        size = sum(each.stat().st_size for each in db.folder.glob(f"{FILE}*"))
    require_bytes(folder, 2 * size)


def require_bytes(folder: Path, needed: int) -> None:
    if shutil.disk_usage(folder).free < needed + SPARE:
        raise NoRoom(folder=str(folder), megabytes=(needed + SPARE) // 1_000_000 + 1)


def _is_deleted(file: Path) -> bool:
    """Whether it could be deleted. Another computer may have done so before."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _by_key(found: list[Backup]) -> Iterable[list[Backup]]:
    """The backups of each data key, in the order in which they come; none that does not tell it."""
    apart: dict[bytes, list[Backup]] = {}
    for backup in found:
        apart.setdefault(container.key_mark(backup.file), []).append(backup)
    apart.pop(b"", None)
    return apart.values()


def _read_or_none(file: Path) -> Backup | None:
    try:
        return read(file)
    except (container.NotABackup, container.DamagedBackup, container.NewerBackup, OSError):
        return None


def _is_unreadable(file: Path) -> bool:
    """One of a newer program is not: it waits for that."""
    try:
        read(file)
    except (container.NotABackup, container.DamagedBackup, OSError):
        return True
    except container.NewerBackup:
        pass
    return False


class NoRoom(DomainError):
    message = N_(
        "There is no room for a backup in {folder}: {megabytes} MB must be free. "
        "Delete something there or choose another folder."
    )


class CopyUnsound(DomainError):
    message = N_("No backup was made, because a check of the copy found this: {problem}")


class NameTaken(DomainError):
    message = N_("There is already a file {file}. Choose another name.")


class NotThere(DomainError):
    message = N_("The folder {folder} is not there. Plug the stick in, or choose another folder.")


class NoSecond(DomainError):
    message = N_("Choose a USB stick or a second folder first.")


class NoBackup(DomainError):
    message = N_("There is no backup yet. Make one first.")
