"""Where backups are kept and when each thing was last done: a small file beside the books."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from models import clock, files
from models.safe import lock, ring, thinning
from models.safe.contents import Contents

FILE = "backups.json"
COPY = "backups-copy.json"  # the same: of the two, one outlives a fault of the disk
FOLDER = "backups"  # in the data folder, as long as no other is chosen

OFTEN = timedelta(minutes=30)
SECOND = timedelta(days=7)  # how often a copy goes to the second folder
TEST = timedelta(days=30)  # how often the newest is restored to see that it can be
LATE = timedelta(days=7)  # without a good backup: from here on the program shouts
OWN_ACT = 1  # that a backup was made is written down after it, so it is never in it
# What an earlier program does not write.
NEW_SINCE: dict[str, Any] = {
    "stuck": [], "is_forgotten": False, "marks": [], "beyond": "", "former": [],
    "second_since": None,
}  # fmt: skip
_MOMENTS = {"began", "last_good", "last_second", "last_test", "second_since"}


@dataclass(frozen=True)
class Former:
    """A folder where backups of these books were kept before, as it was when last looked at.

    `full_since` is when the oldest one with people in it was made. `is_elsewhere`: it was on
    another drive than the books; what lies there now under that name may be another drive.
    """

    folder: str
    full_since: datetime | None
    is_elsewhere: bool

    def is_there(self, home: Path) -> bool:
        """Whether it can be looked at. An empty place of a drive that is out is not the folder."""
        folder = Path(self.folder)
        try:
            return folder.is_dir() and self.is_elsewhere != lock.share_a_disk(home, folder)
        except (OSError, ValueError):
            return False

    def is_overdue(self, now: datetime) -> bool:
        """Whether it holds people for longer than an erasure may wait."""
        return self.full_since is not None and thinning.is_beyond(self.full_since, now)


@dataclass(frozen=True)
class Keeping:
    """`folder` and `second` are the places chosen, empty where none is; moments are UTC.

    `documents` and `acts` are how far the books had come at their last good backup, or when they
    were restored: from there on they have changed (`seen.json` follows every entry).
    `is_paused`: after a restore nothing is thinned out until somebody says that it is right.
    `is_forgotten`: both files of this were spoiled. What was chosen is not known, nor whether
    restored books were still to be looked through, so nothing is thinned out either.
    `stuck` are the old backups that could be neither deleted nor made anew without people.
    `marks` recognise the data keys of these books, earlier ones too: in hexadecimal.
    `beyond` is a backup that holds entries of these books which they lack.
    `former` are the folders of before, as long as they hold backups of these books.
    `second_since` is when the second place was last changed.
    """

    folder: str = ""
    second: str = ""
    began: datetime | None = None
    last_good: datetime | None = None
    last_second: datetime | None = None
    last_test: datetime | None = None
    is_test_good: bool = True
    documents: int = 0
    acts: int = 0
    is_paused: bool = False
    is_forgotten: bool = False
    stuck: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    beyond: str = ""
    former: tuple[Former, ...] = ()
    second_since: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether there has been no good backup for too long."""
        since = self.last_good or self.began
        return since is not None and now - since > LATE

    def is_second_due(self, now: datetime) -> bool:
        return bool(self.second) and is_due(self.last_second, now, SECOND)

    def has_seen_more_than(self, contents: Contents) -> bool:
        """Whether this computer has seen the books further on than `contents`."""
        acts = self.acts - OWN_ACT
        return self.documents > contents.documents or acts > contents.acts

    @property
    def lets_old_go(self) -> bool:
        """Whether surplus backups may be thinned out."""
        return not self.is_paused and not self.is_forgotten and not self.beyond

    @property
    def left_over(self) -> str:
        """The first of those that are stuck and still there; nothing where there is none."""
        return next((file for file in self.stuck if files.is_left(Path(file))), "")

    def out_of_reach(self, home: Path) -> str:
        """A folder of before that may hold erased people, and is not there to be looked after."""
        overdue = (each for each in self.former if each.is_overdue(clock.now()))
        return next((each.folder for each in overdue if not each.is_there(home)), "")

    def having_seen(self, contents: Contents) -> Keeping:
        return replace(self, documents=contents.documents, acts=contents.acts)


def read(home: Path) -> Keeping:
    """What is known in the data folder `home`: from the file, else from its copy."""
    for file in (home / FILE, home / COPY):
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            return _parsed(file.read_bytes())
    is_spoiled = (home / FILE).exists() or (home / COPY).exists()
    return Keeping(began=clock.now(), is_forgotten=is_spoiled)


def keep(home: Path, keeping: Keeping) -> Keeping:
    """Write it down twice, and give it back."""
    written = json.dumps(asdict(keeping), indent=1, default=datetime.isoformat).encode()
    for name in (FILE, COPY):
        files.write_whole(home / name, written)
    return keeping


def note_beyond(home: Path, file: Path | None) -> None:
    """This backup holds more than the books, or none does any more."""
    known = read(home)
    if known.beyond != str(file or ""):
        keep(home, replace(known, beyond=str(file or "")))


def note_marks(home: Path, marks: Iterable[bytes]) -> None:
    """These are of the books in `home` too."""
    known = read(home)
    all_marks = tuple(dict.fromkeys((*known.marks, *(mark.hex() for mark in marks if mark))))
    if all_marks != known.marks:
        keep(home, replace(known, marks=all_marks))


def marks(home: Path) -> frozenset[bytes]:
    """What recognises a backup of the books in `home`, under an earlier data key too."""
    noted = {bytes.fromhex(mark) for mark in read(home).marks}
    with suppress(OSError, ring.NoKeys, ring.DamagedKeys, ring.NewerKeys):
        noted.add(ring.read(home).check)
    return frozenset(noted)


def note_stuck(home: Path, folder: Path, found: Iterable[Path]) -> None:
    """Of what is in `folder`, these could not be treated this time, and no others."""
    known = read(home)
    others = (file for file in known.stuck if Path(file).parent != folder)
    stuck = (*others, *map(str, found))
    if stuck != known.stuck:
        keep(home, replace(known, stuck=stuck))


def add_stuck(home: Path, folder: Path, found: Iterable[Path]) -> None:
    """Of what is in `folder`, these could not be treated either."""
    noted = (Path(file) for file in read(home).stuck)
    left = (file for file in noted if file.parent == folder and files.is_left(file))
    note_stuck(home, folder, dict.fromkeys((*left, *found)))


def place(home: Path, keeping: Keeping) -> Path:
    """Where backups of the books in `home` go."""
    return Path(keeping.folder) if keeping.folder else home / FOLDER


def places(home: Path, keeping: Keeping) -> list[Path]:
    """Where some may lie: the usual folder, those chosen now, and those of before."""
    second = [Path(keeping.second)] if keeping.second else []
    former = (Path(each.folder) for each in keeping.former)
    return [*dict.fromkeys((home / FOLDER, place(home, keeping), *second, *former))]


def note_former(home: Path, former: Former, *, holds_some: bool) -> None:
    """How a folder of before was found; one that holds none of these books' is forgotten."""
    known = read(home)
    others = [each for each in known.former if each.folder != former.folder]
    noted = (*others, former) if holds_some else (*others,)
    if set(noted) != set(known.former):
        keep(home, replace(known, former=noted))


def is_due(last: datetime | None, now: datetime, every: timedelta) -> bool:
    """Whether it is time again; a clock that was set back makes it so too."""
    return last is None or not last <= now < last + every


def _parsed(content: bytes) -> Keeping:
    """Raises ValueError, TypeError or KeyError for what this program does not write."""
    kept = NEW_SINCE | json.loads(content)
    known = Keeping(**{each.name: _read(each.name, kept[each.name]) for each in fields(Keeping)})
    for mark in known.marks:
        bytes.fromhex(mark)  # or it was not written by this program
    return known


def _read(name: str, value: Any) -> Any:
    """Raises ValueError or TypeError for what this program does not write."""
    if name in _MOMENTS:
        return datetime.fromisoformat(value) if value else None
    if name == "former":
        return tuple(map(_former, value))
    kind = type(getattr(Keeping, name))
    if kind is tuple and isinstance(value, list):
        return tuple(map(str, value))
    if not isinstance(value, kind):
        raise TypeError
    return value


def _former(kept: dict[str, Any]) -> Former:
    """Raises ValueError, TypeError or KeyError for what this program does not write."""
    since = kept["full_since"]
    moment = datetime.fromisoformat(since) if since else None
    return Former(str(kept["folder"]), moment, kept["is_elsewhere"] is True)
