"""What was erased fades from the backups: those that are kept for long lose their people.

RELIABILITY 11: no text of an erased person remains in backups older than the stated horizon. A
backup that is kept for its month is made anew without people and takes the place of the full one;
one that cannot be made so is deleted. Folders with the books that a restore replaced, or with the
file of before a move to a server, are backups too.
"""

from __future__ import annotations

import shutil
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from models import checks, clock, migrations
from models.bookfile import FILE, Unreadable
from models.database import Database
from models.privacy import peopleless
from models.safe import backups, container, contents, folders, keys, thinning
from models.safe.backups import Backup
from models.safe.contents import Contents
from models.safe.thinning import HORIZON
from models.server import address

ASIDE = (folders.REPLACED, address.PUT_AWAY)  # how the folders begin of books that were put aside
UNUSABLE = (keys.WrongKey, container.DamagedBackup, container.NotABackup, backups.CopyUnsound,
            Unreadable)  # fmt: skip


def fade(db: Database, key: bytes, home: Path, folder: Path) -> None:
    """Take the people out of the backups in `folder` that outlive an erasure.

    `key` is the one that backups are made under today. The work is done in the data folder
    `home`, where there is room and a whole file system.

    Those of other books stay as they are. Raises NoRoom, and OSError or OperationalError of the
    disk: then the full backup is still there, and the next turn tries again.
    """
    backups.thin(folder, clock.now())
    own = [backup for backup in backups.overview(folder) if _is_own(db, key, home, backup)]
    lasting = set(thinning.nameless((backup.made_at for backup in own), clock.now()))
    for backup in own[1:]:
        if backup.has_people and backup.made_at in lasting:
            _take_people_out(key, home, backup)


def sweep(home: Path) -> list[Path]:
    """Delete the folders of books that were put aside longer ago than the horizon; they are named.

    Call it only once somebody has said that the restored books are right.
    """
    gone = [
        folder
        for prefix in ASIDE
        for folder in home.glob(f"{prefix}*")
        if (day := _day_of(folder.name.removeprefix(prefix))) and clock.today() - day >= HORIZON
    ]
    for folder in gone:
        shutil.rmtree(folder)
    return gone


def _is_own(db: Database, key: bytes, home: Path, backup: Backup) -> bool:
    """Whether it is of these books: they have grown from it, or its keys hold the same data key."""
    if contents.follows(db, backup.contents):
        return True
    with (
        backups.work_beside(home / backup.file.name) as work,
        suppress(*UNUSABLE, keys.NoKeys, keys.DamagedKeys, keys.NewerKeys),
    ):
        container.take_out(backup.file, keys.FILE, work / keys.FILE)
        return keys.belongs(work, key)
    return False


def _take_people_out(key: bytes, home: Path, backup: Backup) -> None:
    """Put one without people in its place; until that is whole, the full one is there."""
    with backups.one_at_a_time, backups.work_beside(home / backup.file.name) as work:
        backups.require_bytes(home, 4 * backup.size)
        with suppress(migrations.NewerSchema):  # it waits for the newer program
            try:
                inside = _emptied(backup, work, key)
            except UNUSABLE:
                backup.file.unlink()
                return
            backups.pack(work, replace(backup, contents=inside, has_people=False))
            backups.put(work / backup.file.name, backup.file)


def _emptied(backup: Backup, work: Path, key: bytes) -> Contents:
    """Books without people and their keys in the folder `work`. What they hold counts as before."""
    container.require_whole(backup.file)
    container.take_out(backup.file, keys.FILE, work / keys.FILE)
    container.take_out(backup.file, FILE, work / FILE)
    if not keys.belongs(work, key):
        raise keys.WrongKey
    with closing(Database.open(work, key)) as twin:
        peopleless.without_people(twin)
        backups.require_sound(twin, checks.CHECKS)
    return replace(backup.contents, schema=migrations.HEAD)


def _day_of(name: str) -> date | None:
    """The day with which a name begins: 2026-11-25-220500."""
    try:
        return date.fromisoformat(name[:10])
    except ValueError:
        return None
