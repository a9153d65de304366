"""Collects what Python no longer needs on the main thread only.

The collector may run in whichever thread happens to allocate; if that is a worker, it destroys
widgets outside the thread they belong to, and the process dies. So it is switched off, and a timer
of the main thread does its work. What has become free is given back to the system.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

from models import turn

PAUSE = 500  # milliseconds between two looks


class Collector(QObject):
    """Switches automatic collection off for as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self.timer = QTimer(self)
        self.timer.setInterval(PAUSE)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def look(self) -> None:
        """Collect the oldest generation that is due, by Python's own thresholds.

        Not while a key is answered: there will be a quieter moment.
        """
        if turn.is_claimed():
            return
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > thresholds[generation]]
        if due:
            gc.collect(max(due))
        if max(due, default=0):
            give_back()


def give_back() -> None:
    """Let the system have the memory that lies free between what is in use.

    The C library of Linux keeps it: each page that the engine's cache forgot leaves a hole, and
    in a program that is open for weeks they add up.
    """
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)
