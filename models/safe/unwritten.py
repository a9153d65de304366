"""Looks at people that the record cannot take now, as on a full disk: kept until it can.

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
EMPTY = b"{}".ljust(LENGTH)


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
    _keep(folder, [*({**others, user: Looked(user, first, now)}.values())])


def known(folder: Path) -> list[Looked]:
    """What the record lacks; nothing where that cannot be read."""
    with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        kept = json.loads((folder / FILE).read_bytes())
        return [Looked(int(user), *map(_moment, times)) for user, times in kept.items()]
    return []


def forget(folder: Path) -> None:
    """The record has it all."""
    if known(folder):
        _keep(folder, [])


def _moment(text: str) -> datetime:
    """Raises ValueError for a time that says where it holds: ours say nothing, they are UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo:
        raise ValueError(text)
    return moment


def _keep(folder: Path, looked: list[Looked]) -> None:
    rows = {each.user: (each.first.isoformat(), each.last.isoformat()) for each in looked}
    content = json.dumps(rows).encode().ljust(LENGTH)
    if len(content) == LENGTH:
        with suppress(OSError):
            files.write_over(folder / FILE, content)
