"""Ten years of books: password, check at every start, a verified backup beside a writer."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import timed
from models import everything, imprint, record
from models.bookfile import FILE
from models.database import Database
from models.goods import chain
from models.goods.documents import Document
from models.office import branch
from models.roles import PROGRAM
from models.safe import backups, keys, opening
from models.safe.backups import Reason

assert everything
ROUNDS = 5
GOAL = 2.0  # seconds, for each but the password
UNLOCK = 1.0
DEEDS = 300  # of a busy day
PAUSE = 0.02  # seconds between two acts of the writer: much more than a desk at its busiest


class Spent(NamedTuple):
    """Seconds by the clock, and of all cores: where others keep them busy, the second tell."""

    seconds: float
    processor: float


def run(folder: Path) -> list[str]:
    key, unlock = keys.unlock(folder, "demo", "demo"), _median(_unlock)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        home = Path(name)
        for part in (FILE, keys.FILE):
            shutil.copy(folder / part, home / part)
        megabytes = (home / FILE).stat().st_size / 1e6
        unknown = _median(lambda: _start(home, key, as_left=False))
        left = _median(lambda: _start(home, key, as_left=True))
        with _crashed(home, key) as day:
            crashed = _median(lambda: _start_after(day, home, key))
        with closing(Database.open(home, key)) as db:
            save = _median(lambda: _save(db, home))
            with _writer(db):
                beside = _median(lambda: _save(db, home))
    return [
        _line("from the password to the key", unlock, UNLOCK),
        _line(f"start check of {megabytes:.0f} MB, ten years, as it was left", left),
        _line("the same after a crash, with a day's work in the log", crashed),
        _line("the same without an imprint: every check before a figure", unknown),
        _line(f"verified backup of {megabytes:.0f} MB", save),
        _line("the same beside a writer", beside),
    ]


def record_all(folder: Path) -> None:
    """Add an act for each document: invented data were entered in one, a desk's are not."""
    key = keys.unlock(folder, "demo", "demo")
    with closing(Database.open(folder, key)) as db, db.write(PROGRAM) as session:
        for number in range(1, chain.head(session)[0] + 1):
            record.note(session, str(number))
            record.write(session, record.INVENTED, record.Subject(Document.__tablename__))


def _unlock() -> float:
    """As dear as the program makes it on this computer."""
    with tempfile.TemporaryDirectory() as name:
        keys.create(Path(name), "demo", "demo")
        return timed(lambda: keys.unlock(Path(name), "demo", "demo"))


def _start(home: Path, key: bytes, *, as_left: bool) -> float:
    """From the key to books whose figures may be shown; the file is read within that time."""
    if not as_left:
        (home / imprint.FILE).unlink(missing_ok=True)
    began = time.perf_counter()
    opened = opening.open_books(home, key)
    took = time.perf_counter() - began
    assert not opened.problems
    assert opened.db.is_as_left == as_left
    opened.db.close()
    return took


@contextmanager
def _crashed(home: Path, key: bytes) -> Iterator[Path]:
    """A copy of the folder as a crash at the end of a day leaves it."""
    day = home / "crashed"
    day.mkdir()
    with closing(Database.open(home, key)) as db:
        for _deed in range(DEEDS):
            with db.write(PROGRAM) as session:
                branch.change(session, branch.details(session))
        for part in home.glob("*"):
            if part.is_file():
                shutil.copy(part, day / part.name)
    yield day


def _start_after(day: Path, home: Path, key: bytes) -> float:
    for part in day.iterdir():
        shutil.copy(part, home / part.name)
    return _start(home, key, as_left=True)


def _save(db: Database, home: Path) -> float:
    file = home / "measured.backup"
    file.unlink(missing_ok=True)
    return timed(lambda: backups.make(db, file, Reason.BY_HAND))


@contextmanager
def _writer(db: Database) -> Iterator[None]:
    """Somebody who changes a little thing all the time."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with db.write(PROGRAM) as session:
                branch.change(session, branch.details(session))
            time.sleep(PAUSE)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _median(measure: Callable[[], float]) -> Spent:
    """What is made ready for it and put away after it counts as the processor's, too."""
    spent = [_spent(measure) for _ in range(ROUNDS)]
    return Spent(*(statistics.median(kind) for kind in zip(*spent, strict=True)))


def _spent(measure: Callable[[], float]) -> Spent:
    before = time.process_time()
    seconds = measure()
    return Spent(seconds, time.process_time() - before)


def _line(name: str, spent: Spent, goal: float = GOAL) -> str:
    verdict = "ok" if spent.seconds <= goal else "MISSED"
    took = f"{spent.seconds:9.2f} s {spent.processor:9.2f} s of the processor"
    return f"{name:<58} {took}   goal {goal:.0f} s  {verdict}"
