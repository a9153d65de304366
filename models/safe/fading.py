"""What was erased fades from the backups: those that are kept for long lose their people.

RELIABILITY 11: no text of an erased person remains in backups older than the stated horizon. A
backup that is kept for its month is made anew without people and takes the place of the full one;
one that was read in full and cannot be made so is deleted. One that cannot be read stays: that may
be the fault of the drive, or of another program. Folders with the books that a restore replaced, or
with the file of before a move to a server, are backups too.
"""

from __future__ import annotations

import shutil
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import OperationalError

from models import checks, clock, files, migrations
from models.bookfile import FILE, Unreadable
from models.database import Database
from models.privacy import peopleless
from models.safe import (
    backups,
    container,
    contents,
    folders,
    keeping,
    keys,
    ring,
    thinning,
    whereabouts,
)  # fmt: skip
from models.safe.backups import Backup
from models.safe.contents import Contents
from models.safe.thinning import HORIZON
from models.server import address

ASIDE = (folders.REPLACED, address.PUT_AWAY)  # how the folders begin of books that were put aside

# By the drive's fault, or another program's: the file may be as good as it ever was.
UNREAD = (OSError, OperationalError, sqlcipher.OperationalError, Unreadable, keys.NoKeys,
          keys.DamagedKeys, container.DamagedBackup, container.NotABackup)  # fmt: skip


def fade(db: Database, key: bytes, home: Path, folder: Path) -> list[Path]:
    """Take the people out of the backups in `folder` that outlive an erasure.

    `key` is the one that backups are made under today. The work is done in the data folder
    `home`, where there is room and a whole file system.

    Those of other books stay as they are. Named are those that could not be read, emptied or
    deleted: the full backup is still there, and the next turn tries again. Raises NoRoom.
    """
    stuck = backups.thin(folder, clock.now())
    return _without_people(db, key, home, folder, [], stuck)


def fade_former(db: Database, key: bytes, home: Path, folder: Path) -> list[Path]:
    """The same where backups were kept before: those of these books only.

    What is kept is chosen among them and those in the folder of today, so that the newest of
    before is no exception. Whether the folder still holds some is noted. Raises NoRoom.
    """
    now = clock.now()
    today = [backup.made_at for backup in _own(db, key, keeping.place(home, keeping.read(home)))]
    own = _own(db, key, folder)
    surplus = set(thinning.surplus((*today, *(backup.made_at for backup in own)), now))
    stuck = backups.delete(backup.file for backup in own if backup.made_at in surplus)
    stuck = _without_people(db, key, home, folder, today, stuck)
    _note_former(db, key, home, folder)
    return stuck


def _without_people(
    db: Database, key: bytes, home: Path, folder: Path, today: list[datetime], stuck: list[Path]
) -> list[Path]:
    """Empty those in `folder` that outlive an erasure; `stuck` grows by those that stay full."""
    stuck = stuck + [file for file in backups.unreadable(folder) if not _is_of_others(file, key)]
    own = _own(db, key, folder)
    moments = (*today, *(backup.made_at for backup in own))
    lasting = set(thinning.nameless(moments, clock.now()))
    for backup in own:
        if backup.has_people and (backup.made_at in lasting or _is_long_past(db, backup)):
            try:
                _take_people_out(key, home, backup)
            except UNREAD:
                stuck.append(backup.file)
    return list(dict.fromkeys(stuck))


def sweep(home: Path) -> list[Path]:
    """Delete the folders of books that were put aside longer ago than the horizon.

    Named are those that could not be deleted. Call it only once somebody has said that the restored
    books are right.
    """
    old = [
        folder
        for prefix in ASIDE
        for folder in home.glob(f"{prefix}*")
        if (day := _day_of(folder.name.removeprefix(prefix))) and clock.today() - day >= HORIZON
    ]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder for folder in old if files.is_left(folder)]


def _own(db: Database, key: bytes, folder: Path) -> list[Backup]:
    return [backup for backup in backups.overview(folder) if _is_own(db, key, backup)]


def _note_former(db: Database, key: bytes, home: Path, folder: Path) -> None:
    """One that holds none of these books' any more is forgotten, or else when to look again."""
    left = _own(db, key, folder)
    unread = [file for file in backups.unreadable(folder) if not _is_of_others(file, key)]
    former = whereabouts.as_found(home, folder, left)
    keeping.note_former(home, former, holds_some=bool(left or unread))


def _is_own(db: Database, key: bytes, backup: Backup) -> bool:
    """Whether it is of these books: they have grown from it, or its keys hold the same data key."""
    return container.is_under(backup.file, key) or backups.is_earlier(db, backup)


def _is_of_others(file: Path, key: bytes) -> bool:
    return container.key_mark(file) not in (ring.check(key), b"")


def _is_long_past(db: Database, backup: Backup) -> bool:
    """Whether one that a clock dated ahead is beyond the horizon: the books went on so long ago."""
    now = clock.now()
    gone_on = contents.went_on_at(db, backup.contents, now) if backup.made_at > now else None
    return gone_on is not None and thinning.is_beyond(gone_on, now)


def _take_people_out(key: bytes, home: Path, backup: Backup) -> None:
    """Put one without people in its place; until that is whole, the full one is there."""
    with backups.one_at_a_time, backups.work_beside(home / backup.file.name) as work:
        backups.require_bytes(home, 4 * backup.size)
        with suppress(migrations.NewerSchema, keys.NewerKeys):  # it waits for the newer program
            inside = _emptied(backup, work, key) if _is_whole(backup.file) else None
            if inside is None:
                backup.file.unlink()
                return
            backups.pack(work, replace(backup, contents=inside, has_people=False))
            backups.put(work / backup.file.name, backup.file)


def _is_whole(file: Path) -> bool:
    """Whether it is as it was written, once every byte of it was read."""
    try:
        container.require_whole(file)
    except container.DamagedBackup:
        return False
    return True


def _emptied(backup: Backup, work: Path, key: bytes) -> Contents | None:
    """Books without people and their keys in the folder `work`. What they hold counts as before.

    None where they are under another key, or do not pass the checks: no restore would take them.
    """
    container.take_out(backup.file, keys.FILE, work / keys.FILE)
    container.take_out(backup.file, FILE, work / FILE)
    if not keys.belongs(work, key):
        return None
    with closing(Database.open(work, key)) as twin:
        peopleless.without_people(twin)
        try:
            backups.require_sound(twin, checks.CHECKS)
        except backups.CopyUnsound:
            return None
    return replace(backup.contents, schema=migrations.HEAD)


def _day_of(name: str) -> date | None:
    """The day with which a name begins: 2026-11-25-220500."""
    try:
        return date.fromisoformat(name[:10])
    except ValueError:
        return None
