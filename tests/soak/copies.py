"""R11: backups made while somebody posts: undisturbed, killed midway, and on a disk that fills up.

What has the name of a backup is restored and checked in full; what was told to be made is there.
Run as a program it is the nursery: it loads everything once and forks a child for each trial.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from things import as_program

from models import everything
from models.database import Database
from models.errors import DomainError
from models.safe import backups, contents, founding, keeping, restoring
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST
from soak import power
from soak.failures import fault_of
from soak.faults import ROOT
from ui import faults as sentences

assert everything
COUNT = 1000
UNDISTURBED, KILLED, FULL = WAYS = ("undisturbed", "killed", "full")
STICK = "8m"  # of the small disk: what one backup of these books asks for, and some more
LATEST = 0.5  # seconds until a child is killed or its disk filled: a backup takes about half


@dataclass(frozen=True)
class Trial:
    """Books, where their backups go, and the moment in seconds at which something happens."""

    way: str
    books: str
    room: str
    key: str
    moment: float
    hasty: bool = False  # it writes under the backup's own name: the fault to be noticed


@dataclass
class Told:
    """What a child said: the backups it made, with the documents that were in the books before."""

    made: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    bugs: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    """What a run showed. `broken` names the trial and what was wrong."""

    trials: Counter[str] = field(default_factory=Counter)
    restored: int = 0
    refused: int = 0
    broken: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> bool:
    if sys.platform == "win32":
        print("it needs fork and SIGKILL")
        return False
    with tempfile.TemporaryDirectory() as folder:
        outcome = try_often(Path(folder), count, random.Random(seed))
    print(", ".join(f"{number} {way}" for way, number in outcome.trials.items()))
    print(
        f"{outcome.restored} backups restored and checked, {outcome.refused} refused in words, "
        f"{len(outcome.broken)} broken"
    )
    for line in outcome.broken:
        print(f"  {line}")
    return not outcome.broken


def try_often(
    scratch: Path,
    count: int,
    chance: random.Random,
    ways: Sequence[str] = WAYS,
    *,
    hasty: bool = False,
) -> Outcome:
    """So many trials, each on a fresh copy of small books, in each way by turns."""
    outcome, whole, books = Outcome(), scratch / "whole", scratch / "tried"
    key = founding.found(whole, power.PLAN, cost=PRACTICE_COST)
    power.stock_up(whole, key)
    with small_disk(scratch / "stick") as stick, nursery() as ask:
        possible = [way for way in ways if way != FULL or stick]
        for number in range(count):
            way = possible[number % len(possible)]
            shutil.copytree(whole, books)
            room = (stick or books if way == FULL else books) / keeping.FOLDER
            room.mkdir()
            moment = chance.uniform(0, LATEST)
            told = ask(Trial(way, str(books), str(room), key.hex(), moment, hasty))
            wrong = [*told.bugs, *what_is_wrong(way, told, books, room, key, outcome)]
            outcome.trials[way] += 1
            outcome.refused += told.refused
            outcome.broken += [f"trial {number}, {way}: {problem}" for problem in wrong]
            shutil.rmtree(room)
            shutil.rmtree(books)
    return outcome


def what_is_wrong(
    way: str, told: Told, books: Path, room: Path, key: bytes, outcome: Outcome
) -> Iterator[str]:
    """Make another backup over what the trial left, and restore all that look like one."""
    left = {path.name for path in room.glob(f"{backups.UNFINISHED}*")}
    there = {path.name for path in room.glob(f"*{backups.ENDING}")}
    yield from (f"said to be made, but not there: {name}" for name in told.made.keys() - there)
    if way != KILLED:
        yield from (f"refused, but there: {name}" for name in there - told.made.keys())
        yield from (f"left behind: {name}" for name in left)
    (room / "filler").unlink(missing_ok=True)
    try:
        with closing(as_program(Database.open(books, key))) as db:
            again = backups.make(db, backups.fresh_name(room), Reason.BY_HAND)
        last = again.contents.documents
        for name in sorted(there | {again.file.name}):
            documents = _restored(room / name, books.with_name("restored"), key)
            outcome.restored += 1
            first = told.made.get(name, last if name == again.file.name else 0)
            if not first <= documents <= last:
                yield f"{documents} documents in {name}, not {first} to {last}"
    except (DomainError, OSError) as problem:
        yield f"{type(problem).__name__} {problem}"


def _restored(file: Path, home: Path, key: bytes) -> int:
    """How many documents come back; what restores checks all of them."""
    try:
        return restoring.restore(file, home, key).contents.documents
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """A drive of its own; None for who may not mount."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={STICK}", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


@contextmanager
def nursery() -> Iterator[Callable[[Trial], Told]]:
    """A process that has loaded everything, and forks a child for each trial."""
    around = os.environ | {"PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
    started = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=around, cwd=ROOT,
    )  # fmt: skip
    assert started.stdin and started.stdout
    talk, hear = started.stdin, started.stdout

    def ask(trial: Trial) -> Told:
        print(json.dumps(asdict(trial)), file=talk, flush=True)
        child, told = int(hear.readline()), Told()
        if trial.way == KILLED:
            time.sleep(trial.moment)
            os.kill(child, signal.SIGKILL)
        while (line := hear.readline()) and line != "over\n":
            _hear(told, line)
        return told

    try:
        yield ask
    finally:
        talk.close()
        started.wait()


def _hear(told: Told, line: str) -> None:
    """A line may be cut short by the death of who said it."""
    with suppress(ValueError, KeyError):
        said = json.loads(line)
        if "made" in said:
            told.made[said["made"]] = said["documents"]
        told.refused += bool(said.get("refused"))
        told.bugs += [said["bug"]] if said.get("bug") else []


def nurse() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            in_child(Trial(**json.loads(line)))
            os._exit(0)
        os.waitpid(child, 0)
        print("\nover", flush=True)


def in_child(trial: Trial) -> None:
    """Post in one thread and make backups in another: one, or until it is killed."""
    db = as_program(Database.open(Path(trial.books), bytes.fromhex(trial.key)))
    over = threading.Event()
    busy = [threading.Thread(target=_post, args=(db, over))]
    if trial.way == FULL:
        busy.append(threading.Thread(target=_fill, args=(Path(trial.room), trial.moment)))
    print(os.getpid(), flush=True)
    for thread in busy:
        thread.start()
    while True:
        print(json.dumps(_told(trial, db)), flush=True)
        if trial.way != KILLED:
            break
    over.set()
    for thread in busy:
        thread.join()


def _told(trial: Trial, db: Database) -> dict[str, object]:
    """One backup, or why there is none."""
    documents = contents.of(db).documents
    file = backups.fresh_name(Path(trial.room))
    try:
        (_write_at_once if trial.hasty else backups.make)(db, file, Reason.TIMER)
    except Exception as problem:
        return {"refused": sentences.sentence(problem), "bug": fault_of(problem)}
    return {"made": file.name, "documents": documents}


def _write_at_once(db: Database, file: Path, reason: Reason) -> None:
    """A backup that has its name before it is whole."""
    made = backups.make(db, file.with_suffix(".whole"), reason).file
    content = made.read_bytes()
    made.unlink()
    with file.open("wb", buffering=0) as out:
        for part in (content[:-100], content[-100:]):
            time.sleep(0.1)
            out.write(part)


def _post(db: Database, over: threading.Event) -> None:
    while not over.is_set():
        with db.write() as session:
            power.hand_out(session)


def _fill(room: Path, moment: float) -> None:
    """Somebody else takes what is left of the disk."""
    time.sleep(moment)
    with suppress(OSError), (room / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(1 << 16))


if __name__ == "__main__":
    nurse()
