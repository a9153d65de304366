"""What Python no longer needs is collected, and what is free goes back to the system."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from models import turn
from ui.garbage import Collector

PIECE, PIECES = 4_000, 10_000  # bytes as a page of the engine's cache, and 40 MB of them


class Knot:
    """Holds a piece of memory, and itself."""

    def __init__(self) -> None:
        self.own, self.piece = self, bytearray(PIECE)


def resident() -> float:
    """Megabytes that this process has of the computer's memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take it back by themselves")
def test_memory_between_what_is_in_use_is_given_back(qtbot: QtBot) -> None:
    owner = QObject()
    collector = Collector(owner)
    knots = [Knot() for _ in range(PIECES)]
    kept = knots[::100]  # so that no larger part is free
    full = resident()
    del knots
    while not is_due(1):
        gc.collect(0)
    collector.look()
    assert kept
    assert resident() < full - 20


def test_it_waits_while_a_key_is_answered(qtbot: QtBot) -> None:
    owner = QObject()
    collector = Collector(owner)
    knot = weakref.ref(Knot())
    kept = [Knot() for _ in range(gc.get_threshold()[0] + 1)]
    turn.claim()
    collector.look()
    assert knot()
    turn.release()
    collector.look()
    assert kept
    assert not knot()


def is_due(generation: int) -> bool:
    return gc.get_count()[generation] > gc.get_threshold()[generation]
