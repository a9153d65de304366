"""From nothing to a window: unlocking, the Today page, and a tour of pages and languages."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measure import Ratio, side_by_side

ROUNDS = 9


def run(demo: Path, large: Path) -> list[Ratio]:
    bare = lambda: _process("bare", demo)  # noqa: E731
    unlock = side_by_side(lambda: _process("unlock", demo), bare, ROUNDS)
    today = side_by_side(lambda: _told("today", demo)["seconds"], bare, ROUNDS)
    both = side_by_side(
        lambda: _told("today", large)["seconds"], lambda: _told("today", demo)["seconds"], ROUNDS
    )
    return [
        Ratio("start to the unlock window / a bare QMainWindow process", *unlock, 2.5),
        Ratio("from the key to the Today page / the same bare process", *today, 4.0),
        Ratio("the Today page of the large branch / of the demonstration", *both, 1.1),
    ]


def tour(folder: Path) -> dict[str, float]:
    """The median of three tours: longest page switch and language switch (s), memory (MB)."""
    told = [_told("tour", folder) for _ in range(3)]
    return {name: statistics.median(each[name] for each in told) for name in told[0]}


def _process(name: str, folder: Path) -> float:
    began = time.perf_counter()
    _run(name, folder)
    return time.perf_counter() - began


def _told(name: str, folder: Path) -> dict[str, float]:
    return dict(json.loads(_run(name, folder).splitlines()[-1]))


def _run(name: str, folder: Path) -> str:
    settings = folder.parent / "settings"
    around = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(settings)}
    command = [sys.executable, "-m", "benchmarks.probe", name, str(folder)]
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=True)
    return done.stdout
