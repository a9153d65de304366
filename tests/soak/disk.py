"""A disk that forgets: what may be left of a log of writes when the power goes at some moment.

What was synced before that moment is there. Of the rest a random part is, writes torn between
sectors. Names (files made, renamed, removed) come back in the order in which they were given, up
to some moment not before the last sync of a folder.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from soak.faults import Event

SECTOR = 512


@dataclass
class File:
    """Content that is safe, and what came after it."""

    safe: bytearray = field(default_factory=bytearray)
    later: list[Event] = field(default_factory=list)

    def sync(self) -> None:
        for event in self.later:
            apply(self.safe, event)
        self.later.clear()

    def left(self, chance: random.Random) -> bytes:
        """What the disk might have kept."""
        content = bytearray(self.safe)
        for event in self.later:
            way = chance.randrange(3)
            if way == 1:
                apply(content, event)
            elif way == 2:
                torn(content, event, chance)
        return bytes(content)


class Disk:
    """Follows a log of events; `left` lays out what a power cut at this moment may leave."""

    def __init__(self, under: Path, deaf: str = "") -> None:
        self.under = str(under)
        self.deaf = deaf  # files with this ending are never synced: a fault to be let in
        self.names: dict[str, File | None] = {}  # as the process sees them; a folder is None
        self.safe: dict[str, File | None] = {}
        self.later: list[tuple[Event, File | None]] = []

    def follow(self, event: Event) -> None:
        if event.kind == "s":
            self._sync(event.path)
        elif event.kind in "wt":
            file = self.names.get(event.path)
            if file is not None:
                file.later.append(event)
        else:
            file = File() if event.kind == "c" else self.names.get(event.path)
            give(self.names, event, file)
            self.later.append((event, file))

    def left(self, target: Path, chance: random.Random) -> None:
        """Write a state that a power cut may leave into an empty folder."""
        names = dict(self.safe)
        for event, file in self.later[: chance.randint(0, len(self.later))]:
            give(names, event, file)
        for name, file in sorted(names.items()):
            path = target / Path(name).relative_to(self.under)
            if file is None:
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.left(chance))

    def _sync(self, path: str) -> None:
        file = self.names.get(path)
        if file is not None:
            if not (self.deaf and path.endswith(self.deaf)):
                file.sync()
            return
        for event, file in self.later:
            give(self.safe, event, file)
        self.later.clear()


def give(names: dict[str, File | None], event: Event, file: File | None) -> None:
    if event.kind in "cm":
        names[event.path] = file
    elif event.kind in "ud":
        names.pop(event.path, None)
    elif event.path in names:
        names[event.other] = names.pop(event.path)


def apply(content: bytearray, event: Event) -> None:
    if event.kind == "t":
        del content[event.offset :]
        content.extend(bytes(event.offset - len(content)))
    else:
        _put(content, event.offset, event.content)


def torn(content: bytearray, event: Event, chance: random.Random) -> None:
    """Some of the sectors of a write; a cut is whole or not at all."""
    if event.kind == "t":
        return
    for start in range(0, len(event.content), SECTOR):
        if chance.random() < 0.5:
            _put(content, event.offset + start, event.content[start : start + SECTOR])


def _put(content: bytearray, at: int, new: bytes) -> None:
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(new)] = new
