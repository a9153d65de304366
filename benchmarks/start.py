"""From nothing to a window: unlocking, the Today page, and a tour of pages and languages."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Ratio, side_by_side
from models import everything
from models.bookfile import FILE
from models.safe import keys, opening

assert everything
ROUNDS = 7
LOGS = (f"{FILE}-wal", f"{FILE}-shm")


def run(demo: Path, ten_years: Path, large: Path) -> list[Ratio]:
    for folder in (demo, ten_years, large):
        _leave_good(folder)
    bare = lambda: _process("bare", demo)  # noqa: E731
    unlock = side_by_side(lambda: _process("unlock", demo), bare, ROUNDS)
    today = side_by_side(lambda: _told("today", demo)["seconds"], bare, ROUNDS)
    ten = _today_beside(ten_years, demo)
    million = _today_beside(large, demo)
    return [
        Ratio("start to the unlock window / a bare QMainWindow process", *unlock, 2.5),
        Ratio("from the key to Today with its figures / the same bare process", *today, 4.0),
        Ratio("Today with its figures of ten years / of the demonstration", *ten, 1.1),
        Ratio("the same of a million aid lines / of the demonstration", *million, 1.1),
    ]


def tour(folder: Path) -> dict[str, float]:
    """The median of three tours: longest page switch and language switch (s), memory (MB)."""
    told = [_told("tour", folder) for _ in range(3)]
    return {name: statistics.median(each[name] for each in told) for name in told[0]}


def _today_beside(folder: Path, demo: Path) -> tuple[float, float]:
    return side_by_side(
        lambda: _told("today", folder)["seconds"], lambda: _told("today", demo)["seconds"], ROUNDS
    )


def _leave_good(folder: Path) -> None:
    """Close the books after every check has passed, as at the end of a day."""
    opened = opening.open_books(folder, keys.unlock(folder, "demo", "demo"))
    assert not opened.problems
    opened.db.close()


@contextmanager
def _as_left(folder: Path) -> Iterator[None]:
    """What a probe that just stops has written lies in the log: without that all is as before."""
    kept = {file: file.read_bytes() for file in folder.glob("*.json")}
    try:
        yield
    finally:
        for file in (*(folder / name for name in LOGS), *folder.glob("*.json")):
            file.unlink(missing_ok=True)
        for file, content in kept.items():
            file.write_bytes(content)


def _process(name: str, folder: Path) -> float:
    began = time.perf_counter()
    _run(name, folder)
    return time.perf_counter() - began


def _told(name: str, folder: Path) -> dict[str, float]:
    return dict(json.loads(_run(name, folder).splitlines()[-1]))


def _run(name: str, folder: Path) -> str:
    settings = folder.parent / "settings"
    around = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(settings)}
    around.pop("PYTHONDONTWRITEBYTECODE", None)  # as on a PC: compiled at the first start only
    command = [sys.executable, "-m", "benchmarks.probe", name, str(folder)]
    with _as_left(folder):
        done = subprocess.run(command, env=around, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout
