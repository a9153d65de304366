"""Where backups go: the folders are chosen here, and those of before are remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from models import clock, files, record
from models.errors import DomainError
from models.rights import verb
from models.roles import KEYS, OFFICE
from models.safe import backups, keeping, lock
from models.safe.backups import Backup, NotThere
from models.safe.keeping import Former, Keeping
from translations import N_


@verb(N_("Chose the folders for backups"), *OFFICE, *KEYS)
def choose(
    session: Session, home: Path, first: str, second: str, lost: Collection[str] = ()
) -> Keeping:
    """Backups go to the folder `first` (empty: the usual one), a weekly copy goes to `second`.

    Folders of before are remembered as long as they hold some, but for those that are `lost`. The
    act is kept first: who calls it writes down with keeping.keep what is given back. Raises
    NotThere, SameFolder.
    """
    _require_folders(home, first, second)
    known, usual = keeping.read(home), not first or Path(first) == home / keeping.FOLDER
    chosen = replace(known, folder="" if usual else first, second=second, is_forgotten=False)
    if second != known.second:
        chosen = replace(chosen, last_second=None, second_since=clock.now())
    record.note(session, _changed(known, chosen, lost))
    return replace(chosen, former=(*_former(home, known, chosen, lost),))


def as_found(home: Path, folder: Path, own: Sequence[Backup]) -> Former:
    """A folder of before with the backups of these books that lie in it."""
    full = (backup.made_at for backup in own if backup.has_people)
    return Former(str(folder), min(full, default=None), not lock.share_a_disk(home, folder))


def _changed(known: Keeping, chosen: Keeping, lost: Collection[str]) -> str:
    """What is other than before, in codes: a path may hold a name."""
    told = {
        "all_backups": chosen.folder != known.folder,
        "weekly_copy": chosen.second != known.second,
        "given_up": bool(lost),
    }
    return " ".join(code for code, is_so in told.items() if is_so)


def _former(home: Path, known: Keeping, chosen: Keeping, lost: Collection[str]) -> Iterator[Former]:
    """Those of before that are not chosen again, and those that are left now."""
    used = {str(keeping.place(home, chosen)), chosen.second, *lost}
    yield from (each for each in known.former if each.folder not in used)
    used |= {each.folder for each in known.former}
    given_up = (
        (str(keeping.place(home, known)), known.last_good),
        (known.second, known.last_second),
    )
    for folder, last in given_up:
        if folder and last and folder not in used and (found := _left(home, Path(folder), last)):
            yield found


def _left(home: Path, folder: Path, last: datetime) -> Former | None:
    """What lies in a folder that is given up; one that is not there had its newest `last`."""
    if not files.is_folder(folder):
        return Former(str(folder), last, is_elsewhere=True)
    own = backups.own(backups.overview(folder), home)
    return as_found(home, folder, own) if own else None


def _require_folders(home: Path, first: str, second: str) -> None:
    if second and not files.is_folder(Path(second)):
        raise NotThere(folder=second)
    if first and not (Path(first).is_absolute() and files.may_be_folder(Path(first))):
        raise NotThere(folder=first)
    usual = home / keeping.FOLDER
    if second and Path(second) == (Path(first) if first else usual):
        raise SameFolder


class SameFolder(DomainError):
    message = N_("Both folders are the same. Choose another one for the weekly copy.")
