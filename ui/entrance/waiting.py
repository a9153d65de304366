"""The wait after too many wrong passwords or paper keys, counted down where it was said."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QPushButton, QWidget

from models.safe.attempts import TooManyTries
from ui.pieces.cards import Answer

SECOND = 1000  # milliseconds


class Wait(QObject):
    """Holds the button of a window back until the seconds are over, and says how many are left."""

    def __init__(self, window: QWidget, problem: Answer, button: QPushButton) -> None:
        super().__init__(window)
        self.problem, self.button = problem, button
        self.seconds = 0  # still to wait
        self.clock = QTimer(self, interval=SECOND)
        self.clock.setTimerType(Qt.TimerType.PreciseTimer)  # others end before the wait is over
        self.clock.timeout.connect(self._tick)

    def begin(self, refused: BaseException) -> None:
        """Wait, where that is why it was refused."""
        if isinstance(refused, TooManyTries):
            self.seconds = int(refused.details["seconds"])
            self.clock.start()
            self.button.setEnabled(False)
            self.say()

    def end(self) -> None:
        """Wait no longer: something else is to be opened."""
        self.clock.stop()
        self.seconds = 0

    def say(self) -> None:
        """Say how long it still lasts, in the language of now."""
        if self.seconds:
            self.problem.say(TooManyTries(seconds=self.seconds).text())

    def _tick(self) -> None:
        self.seconds -= 1
        if self.seconds > 0:
            self.say()
        else:
            self.end()
            self.problem.say("")
            self.button.setEnabled(True)
