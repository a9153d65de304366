"""Collects what Python no longer needs on the main thread only.

The collector may run in whichever thread happens to allocate; if that is a worker, it destroys
widgets outside the thread they belong to, and the process dies. So it is switched off, and a timer
of the main thread does its work.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

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
        """Collect the oldest generation that is due, by Python's own thresholds."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > thresholds[generation]]
        if due:
            gc.collect(max(due))
