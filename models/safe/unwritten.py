"""What the record cannot take now: looks at people, as on a full disk, and who left by a lock.

The file is as long from the start as it will ever be, and is written over in one piece: so a disk
without any room takes it. It holds numbers of users and times, nothing else.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models import clock, files

FILE = "looked.json"
LENGTH = 4096  # bytes, always: some sixty users
LEFT = "left"  # beside the numbers of users
EMPTY = b"{}".ljust(LENGTH)


@dataclass(frozen=True)
class Left:
    """Books were locked behind a user at this moment (UTC); perhaps nobody came back to them."""

    user: int
    at: datetime


@dataclass(frozen=True)
class Looked:
    """A user looked at people between these moments (UTC), and the record has nothing of it."""

    user: int
    first: datetime
    last: datetime


def prepare(folder: Path) -> None:
    """Make room for it while there is some."""
    with suppress(OSError):
        if not (folder / FILE).exists():
            files.write_whole(folder / FILE, EMPTY)


def takes_notes(folder: Path) -> bool:
    """Whether who looks at people can be kept there now."""
    return os.access(folder / FILE, os.W_OK)


def note(folder: Path, user: int) -> None:
    """The user looks at people now. Where not even that can be written, nothing is kept."""
    now = clock.now()
    others = {each.user: each for each in known(folder)}
    first = others[user].first if user in others else now
    looked = [*({**others, user: Looked(user, first, now)}.values())]
    _keep(folder, looked, left(folder))


def leave(folder: Path, user: int) -> None:
    """The books are locked behind the user now. Where that cannot be written, nothing is kept."""
    _keep(folder, known(folder), Left(user, clock.now()))


def known(folder: Path) -> list[Looked]:
    """The looks that the record lacks; none where that cannot be read."""
    return _read(folder)[0]


def left(folder: Path) -> Left | None:
    """Who left by the last lock, where the record lacks it."""
    return _read(folder)[1]


def forget(folder: Path) -> None:
    """The record has it all."""
    if any(_read(folder)):
        _keep(folder, [])


def _read(folder: Path) -> tuple[list[Looked], Left | None]:
    with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        kept = json.loads((folder / FILE).read_bytes())
        user, at = kept.pop(LEFT, (0, ""))
        looked = [Looked(int(each), *map(_moment, times)) for each, times in kept.items()]
        return looked, Left(int(user), _moment(at)) if at else None
    return [], None


def _moment(text: str) -> datetime:
    """Raises ValueError for a time that says where it holds: ours say nothing, they are UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo:
        raise ValueError(text)
    return moment


def _keep(folder: Path, looked: list[Looked], left: Left | None = None) -> None:
    rows: dict[int | str, tuple[int | str, str]] = {
        each.user: (each.first.isoformat(), each.last.isoformat()) for each in looked
    }
    if left:
        rows[LEFT] = (left.user, left.at.isoformat())
    content = json.dumps(rows).encode().ljust(LENGTH)
    if len(content) == LENGTH:
        with suppress(OSError):
            files.write_over(folder / FILE, content)
