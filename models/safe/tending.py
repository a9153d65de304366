"""What is due with the backups, done by itself: save, copy to the stick, try one out."""

from __future__ import annotations

import os
import string
from contextlib import suppress
from pathlib import Path

from models import clock
from models.database import Database
from models.safe import backups, container, fading, forgotten, keeping, restoring, thinning
from models.safe.backups import Backup, Reason
from models.safe.keeping import Keeping
from models.server import keyring

MOUNTED = ("/media/*/*", "/run/media/*/*", "/Volumes/*")  # where systems show a stick


def tend(db: Database, home: Path) -> Keeping:
    """Do what is due now; how things stand afterwards.

    Raises what a backup raises. Books in trouble and travel copies are left alone.
    """
    known, now = keeping.read(home), clock.now()
    if not db.takes_entries:
        return known
    changed = []
    if keeping.is_due(known.last_good, now, keeping.OFTEN) or _has_another_key(db, home):
        if backups.save_if_changed(db, home, Reason.TIMER):
            changed.append(keeping.place(home, known))
    if known.is_second_due(now) and Path(known.second).is_dir():
        backups.copy_to_second(home)
        changed.append(Path(known.second))
    if keeping.is_due(known.last_test, now, keeping.TEST):
        restoring.rehearse(db, home)
    _look_beyond(db, home)
    forgotten.note(db, home)
    if keeping.read(home).lets_old_go:
        _let_fade(db, home, changed)
    return keeping.read(home)


def leave(db: Database, home: Path) -> None:
    """The backup at the end of the day's work, if something has changed."""
    backups.save_if_changed(db, home, Reason.CLOSING)


def leave_locked(beside: Database, home: Path) -> Keeping:
    """The same where the books are being locked: the program may end before they are opened again.

    `beside` are the books over connections of their own, which are given up here.
    """
    try:
        leave(beside, home)
    finally:
        beside.lock()
    return keeping.read(home)


def save_before_restore(db: Database, home: Path) -> None:
    """What is here now, in case it was the better one after all."""
    backups.save_if_changed(db, home, Reason.RESTORE)


def found(home: Path) -> list[Backup]:
    """The backups in every place where some may lie, newest first; those of other books last."""
    found, marks = _in_every_place(home), keeping.marks(home)
    return sorted(found, key=lambda backup: container.key_mark(backup.file) not in marks)


def own(home: Path) -> list[Backup]:
    """The backups of the books in `home`, in every place where some may lie."""
    return backups.own(_in_every_place(home), home)


def _in_every_place(home: Path) -> list[Backup]:
    known = keeping.read(home)
    places = _chosen(home, known)
    places += [folder for drive in drives() for folder in (drive, *_inside(drive))]
    seen = {backup.file: backup for place in places for backup in backups.overview(place)}
    return backups.newest_first(seen.values())


def _chosen(home: Path, known: Keeping) -> list[Path]:
    """The folders where backups go: the one for all, and the second one."""
    return [keeping.place(home, known), *([Path(known.second)] if known.second else [])]


def _look_beyond(db: Database, home: Path) -> None:
    """Note a backup that holds more than the books; one on a stick that is out still counts."""
    known = keeping.read(home)
    noted = [Path(known.beyond).parent] if known.beyond else []
    found: dict[Path, Backup | None] = {}
    for folder in dict.fromkeys((*_chosen(home, known), *noted)):
        with suppress(OSError):  # a drive may fail at any moment; its turn comes again
            if folder.is_dir():
                found[folder] = restoring.beyond(db, folder)
    more = next(filter(None, found.values()), None)
    if more or found.keys() >= set(noted):
        keeping.note_beyond(home, more.file if more else None)


def _has_another_key(db: Database, home: Path) -> bool:
    """After a theft: whether every backup is still under the key that was stolen."""
    newest = backups.newest(home) if db.folder else None
    return newest is not None and not container.is_under(newest.file, db.key)


def _let_fade(db: Database, home: Path, changed: list[Path]) -> None:
    """Where a backup has just come in, older ones may have outlived their people."""
    made_here = backups.overview(keeping.place(home, keeping.read(home)))
    if not thinning.is_sure_of_the_day((backup.made_at for backup in made_here), clock.now()):
        return
    keeping.note_stuck(home, home, fading.sweep(home))
    for folder in changed:
        stuck = fading.fade(db, keyring.key_of(db), home, folder)
        keeping.note_stuck(home, folder, stuck)


def drives() -> list[Path]:
    """The roots of sticks and further drives."""
    if os.name == "nt":
        letters = (Path(f"{letter}:\\") for letter in string.ascii_uppercase[3:])
        return [drive for drive in letters if drive.is_dir()]
    return [path for pattern in MOUNTED for path in Path("/").glob(pattern[1:])]


def _inside(drive: Path) -> list[Path]:
    """The folders of a drive; none of one that may not be read."""
    try:
        return [path for path in drive.iterdir() if path.is_dir()]
    except OSError:
        return []
