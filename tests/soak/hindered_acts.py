"""The acts of R4, and the children in which they are tried, with the rights of an ordinary user.

Run as a program it is the nursery: it loads everything once and forks a child for each trial.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import (
    ExitStack,
    closing,
    contextmanager,
    redirect_stderr,
    redirect_stdout,
    suppress,
)
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from things import as_program

import main
from models import clock, everything, files
from models.database import Database
from models.desk.aid import Encounter
from models.goods import places
from models.office import users
from models.safe import backups, container, folders, founding, keys, lock, opening
from models.safe.founding import PRACTICE_COST
from reports import archive
from soak import obstacles, power
from soak.failures import TOKEN
from soak.obstacles import CLOSED, LOCKED, SHUT, TWICE, Room
from ui import faults as sentences
from ui.command import terminal

assert everything
BACKUP = f"kept{backups.ENDING}"
SHEET = ("row 1", "row 2", "row 3")  # the remarks of the day sheet


@dataclass(frozen=True)
class Trial:
    """An act that meets an obstacle. `desk` is out of its reach: there lies what is taken in.

    `is_logged`: the program was killed before, so that the books begin with a log beside them.
    `mute` swallows what a disk says when a small file is written: the fault to be noticed.
    """

    act: str
    obstacle: str
    place: str
    desk: str
    user: str
    is_logged: bool = False
    mute: bool = False


@dataclass
class Told:
    """What came of a trial: how it ended, what was said, and what could be seen of the books."""

    ended: int = 0
    said: str = ""
    seconds: float = 0.0
    meanwhile: list[str] | None = None  # none where nothing can be seen before it is out of the way
    bug: str = ""


def found(room: Room, _desk: Path) -> int:
    founding.found(room.new, power.PLAN, cost=PRACTICE_COST)
    return 0


def look(room: Room, _desk: Path) -> int:
    """As the window does: the books are opened, and a figure is seen."""
    with lock.hold(room.books, power.LOGIN), _opened(room.books) as db, db.read() as session:
        assert places.overview(session)
    return 0


def post(room: Room, _desk: Path) -> int:
    with lock.hold(room.books, power.LOGIN), _opened(room.books) as db:
        users.sign_in(db, power.LOGIN)
        with db.write() as session:
            power.hand_out(session, TOKEN)
    return 0


def check(room: Room, desk: Path) -> int:
    return command(desk, "check", "--data", room.books)


def report(room: Room, desk: Path) -> int:
    words = ("report", "monthly", "--period", "2026-10", "--out", room.report)
    return command(desk, *words, "--data", room.books)


def back_up(room: Room, desk: Path) -> int:
    return command(desk, "backup", room.backup, "--data", room.books)


def restore(room: Room, desk: Path) -> int:
    return command(desk, "restore", desk / BACKUP, room.books)


def take_in(room: Room, desk: Path) -> int:
    return command(desk, "import", desk / "day.csv", "--data", room.books)


def command(desk: Path, *words: str | Path) -> int:
    return main.main([*map(str, words), "--password-file", str(desk / "password")])


ACTS: dict[str, Callable[[Room, Path], int]] = {
    "first run": found,
    "unlocking": look,
    "check": check,
    "posting": post,
    "report": report,
    "backup": back_up,
    "restore": restore,
    "import": take_in,
}
LEAVES: dict[str, set[str]] = {  # what an act is known by afterwards
    "first run": {"new books"},
    "unlocking": set(),
    "check": set(),
    "posting": {TOKEN},
    "report": {"report"},
    "backup": {"backup"},
    "restore": {"restored"},
    "import": set(SHEET),
}


@contextmanager
def _opened(folder: Path) -> Iterator[Database]:
    """Books as the window opens them; what a check finds is raised."""
    opened = opening.open_books(folder, keys.unlock(folder, power.LOGIN, power.PASSWORD))
    with closing(as_program(opened.db)) as db:
        for problem in opened.problems:
            raise problem
        yield db


def nurse(folder: Path) -> None:
    """What is loaded at the first use must not be what fails, so each act is done once."""
    with tempfile.TemporaryDirectory() as name, clock.at(power.NOW):
        room = Room(Path(name))
        shutil.copytree(folder / "whole", room.books)
        room.out.mkdir()
        for do in ACTS.values():
            with redirect_stdout(io.StringIO()):
                assert do(room, folder / "desk") == 0
        list(kept(room))
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            obstacles.lower(asked["user"])
            with clock.at(power.NOW):
                answer = in_child(Trial(**asked)) if "act" in asked else {"there": seen(asked)}
            print(json.dumps(answer), flush=True)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            print(json.dumps({"bug": "the program died"}), flush=True)


def in_child(trial: Trial) -> dict[str, object]:
    """Do the act, with another program at work where that is the obstacle."""
    room, told = Room(Path(trial.place)), Told()
    if trial.mute:
        files.write_whole = swallowing(files.write_whole)  # type: ignore[assignment]
    with another_program(room.books) if trial.obstacle == TWICE else ExitStack() as other:
        said, began = io.StringIO(), time.monotonic()
        with redirect_stdout(io.StringIO()), redirect_stderr(said):
            told.ended = done(trial, room)
        told.seconds, told.said = time.monotonic() - began, said.getvalue().strip()
        if trial.obstacle == TWICE:
            told.bug = "" if other() else "the other program was disturbed"
        elif not (
            trial.obstacle == SHUT or (trial.is_logged and trial.obstacle in (LOCKED, CLOSED))
        ):
            told.meanwhile = seen({"place": trial.place})
    return asdict(told)


def done(trial: Trial, room: Room) -> int:
    """How it ended; a verb speaks as the command line does."""
    try:
        return ACTS[trial.act](room, Path(trial.desk))
    except Exception as problem:
        terminal.complain(sentences.with_code(problem))
        return 1


def seen(asked: dict[str, str]) -> list[str]:
    try:
        return sorted(kept(Room(Path(asked["place"]))))
    except Exception as problem:  # whatever it is, it is what is looked for
        return [f"broken: {sentences.with_code(problem)}"]


def kept(room: Room) -> Iterator[str]:
    """All that is there, each by what it is known by."""
    folders.finish(room.books)
    yield from power.kept(room.books)
    yield from remarks(room.books)
    if folders.is_set_up(room.new):
        yield from (what for what in power.kept(room.new) if what.startswith("broken"))
        yield "new books"
    if room.backup.exists():
        container.require_whole(room.backup)
        yield "backup"
    if room.report.exists():
        yield "report" if archive.data_of(room.report.read_bytes()) else "broken: an empty report"
    for name in (".*.new", f"{backups.UNFINISHED}*", folders.BEGUN, folders.RENEWED):
        yield from (f"left behind: {path.name}" for path in room.place.rglob(name))


def remarks(folder: Path) -> list[str]:
    key = keys.unlock(folder, power.LOGIN, power.PASSWORD)
    with closing(as_program(Database.open(folder, key))) as db, db.read() as session:
        return list(session.scalars(select(Encounter.remark).where(Encounter.remark != "")))


@contextmanager
def another_program(folder: Path) -> Iterator[Callable[[], bool]]:
    """One that has the books open. Called, it posts once more and ends; whether it could."""
    ear, mouth = os.pipe()
    stop, go = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException), lock.hold(folder, "edin"), _opened(folder) as db:
            os.write(mouth, b"open")
            os.read(stop, 1)
            with db.write() as session:
                power.hand_out(session)
            os._exit(0)
        os._exit(1)
    os.close(mouth)
    os.read(ear, 4)

    def end() -> bool:
        os.write(go, b"!")
        return os.waitpid(child, 0)[1] == 0

    yield end


def swallowing(write: Callable[..., None]) -> Callable[..., None]:
    """What a disk says is swallowed: the fault that a trial must notice."""

    def careless(*told: Any, **named: Any) -> None:
        with suppress(OSError):
            write(*told, **named)

    return careless


if __name__ == "__main__":
    nurse(Path(sys.argv[1]))
