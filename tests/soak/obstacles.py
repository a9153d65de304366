"""What stands in the way of a trial: a full disk, a folder that may not be written to or opened,
another program, a long name; and a user who has no rights but their own.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

DISK = 8 * 2**20  # bytes of the small disk: books, two backups of them, and some more
MOST_LEFT = 5 * 2**20  # bytes that may be free on the full one
LONGEST = 240  # characters of the path of the books
WORDS = ("Crveni križ", "Šatori i ćebad", "Đačka ulica", "čaj", "općina Žepče", "skladište")
FULL, LOCKED, CLOSED, SHUT, TWICE, LONG = OBSTACLES = (
    "full disk", "read-only folder", "write-protected drive", "no permission", "second program",
    "long path",
)  # fmt: skip


class Room:
    """Where a trial takes place: books, a folder for what is put out, and room for new books."""

    def __init__(self, place: Path) -> None:
        self.place, self.books = place, place / "books"
        self.out, self.new = place / "out", place / "new"
        self.report, self.backup = self.out / "report.pdf", self.out / "one.backup"


def lay_out(obstacle: str, scratch: Path, chance: random.Random, gone: ExitStack) -> Room | None:
    """A new room with an empty folder, on a drive of its own where the obstacle needs one.

    None where nobody may make a drive. `gone` ends with nothing left of it.
    """
    place = scratch / (long_name(scratch, chance) if obstacle == LONG else "room")
    place.mkdir(parents=True)
    gone.callback(shutil.rmtree, scratch / place.relative_to(scratch).parts[0])
    if obstacle in (FULL, CLOSED):
        if not mounted(place):
            return None
        gone.callback(subprocess.run, ["umount", "-l", str(place)], check=False)
    room = Room(place)
    room.out.mkdir()
    return room


def put(obstacle: str, target: Path, room: Room, chance: random.Random) -> Callable[[], object]:
    """Put an obstacle between an act and the folder that it needs; what takes it away again."""
    if obstacle == FULL:
        return fill(room.place, chance.choice((0, chance.randrange(MOST_LEFT))))
    if obstacle == CLOSED:
        subprocess.run(["mount", "-o", "remount,ro", str(room.place)], check=True)
        return lambda: subprocess.run(["mount", "-o", "remount,rw", str(room.place)], check=True)
    modes = {each: each.stat().st_mode for each in (room.place, *room.place.rglob("*"))}
    if obstacle == LOCKED:
        for each in (each for each in (target, *target.rglob("*")) if chance.random() < 0.7):
            each.chmod(0o500 if each.is_dir() else 0o400)
    elif obstacle == SHUT:
        chance.choice([target, *target.glob("*.db"), *target.glob("*.json")]).chmod(0)
    return lambda: [each.chmod(mode) for each, mode in modes.items() if each.exists()]


def mounted(place: Path) -> bool:
    """A small drive in memory; False for who may not mount."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def fill(place: Path, left: int) -> Callable[[], object]:
    """Leave so many bytes free on a drive; what makes room again."""
    filler, told = place / "filler", os.statvfs(place)
    size = told.f_bavail * told.f_frsize - left
    with filler.open("wb") as file:
        if size > 0:
            os.posix_fallocate(file.fileno(), 0, size)
    return filler.unlink


def long_name(folder: Path, chance: random.Random) -> Path:
    """Names with blanks and letters of ours, so that the path of the books has its length."""
    short = LONGEST - len(str(Room(folder / "x").books)) + 1
    parts: list[str] = []
    while (left := short - len("/".join(parts)) - bool(parts)) > 0:
        part = " ".join(chance.choice(WORDS) for _ in range(3))[:left].strip() or "ž"
        parts.append(part if left - len(part) > 1 else (part + "žđ")[:left])
    return Path("/".join(parts))


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that everybody may go through."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def normal_user() -> str:
    """Somebody with no rights but their own, where we have more."""
    return "nobody" if os.geteuid() == 0 else ""


def give(folder: Path, user: str) -> None:
    """All of it to a user."""
    for each in (folder, *folder.rglob("*")) if user else ():
        shutil.chown(each, user)


def lower(user: str) -> None:
    """Keep no rights but those of a user."""
    if user:
        import pwd

        told = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(told.pw_gid)
        os.setuid(told.pw_uid)
