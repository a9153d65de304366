"""How times are taken here: two things in turn, several times, the medians side by side."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """One line of the table: ours against the bare peer, and what we want to stay under."""

    name: str
    ours: float  # seconds
    bare: float
    goal: float

    def __str__(self) -> str:
        ratio = self.ours / self.bare
        verdict = "ok" if ratio <= self.goal else "MISSED"
        return (
            f"{self.name:<58} {self.ours * 1000:9.1f} ms {self.bare * 1000:9.1f} ms"
            f" {ratio:6.2f} x   goal {self.goal:.2f} x  {verdict}"
        )


def side_by_side(
    ours: Callable[[], float], bare: Callable[[], float], rounds: int
) -> tuple[float, float]:
    """Seconds of each by turns (A B A B …): a machine that grows slower slows both."""
    pairs = [(ours(), bare()) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def process(*arguments: str) -> str:
    """What a fresh interpreter prints; its warm caches are those of the machine."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def peak_memory() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
