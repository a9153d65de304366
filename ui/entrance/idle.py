"""Notices that somebody works at the computer, that nobody does, and the keys that lock it."""

from __future__ import annotations

import time
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

from models import clock
from ui import remembered, work

LOOK = 5_000  # milliseconds between two looks at the clock
MINUTES = (2, 5, 10, 15, 30)
USUAL = 5
SETTING = "lock/minutes"

_WORK = {
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TabletMove,
}  # fmt: skip
_TURNS = {
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease,
    QEvent.Type.TouchBegin, QEvent.Type.TouchEnd,
}  # fmt: skip


class Idle(QObject):
    """Watches the windows of the program, not what is in them.

    The time is that of the wall, so that a computer that slept has been left for as long.
    """

    left = Signal()  # nobody worked for the minutes of the setting
    new_day = Signal()
    lock_wanted = Signal()
    switch_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.last = time.time()
        self.day: date = clock.today()
        self.timer = QTimer(self, interval=LOOK)
        self.timer.timeout.connect(self.look)
        self.timer.start()
        application = QGuiApplication.instance()
        application.focusWindowChanged.connect(self.watch)  # type: ignore[union-attr]
        for window in QGuiApplication.topLevelWindows():
            self.watch(window)

    def stop(self) -> None:
        """Watch nothing any more."""
        self.timer.stop()
        application = QGuiApplication.instance()
        application.focusWindowChanged.disconnect(self.watch)  # type: ignore[union-attr]
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)

    def watch(self, window: QWindow | None) -> None:
        """From now on what is typed and pointed at in this window counts as work."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def look(self) -> None:
        """Say what time has brought."""
        if clock.today() != self.day:
            self.day = clock.today()
            self.new_day.emit()
        if not 0 <= time.time() - self.last < minutes() * 60:
            self.last = time.time()
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TURNS:
            work.go_first()
        if event.type() not in _WORK:
            return False
        self.last = time.time()
        return isinstance(event, QKeyEvent) and self._is_wanted(event)

    def _is_wanted(self, event: QKeyEvent) -> bool:
        """Ctrl+L locks, Ctrl+Shift+L lets somebody else work; in every form and dialog."""
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.key() != Qt.Key.Key_L or event.modifiers() not in (control, control | shift):
            return False
        wanted = self.switch_wanted if event.modifiers() & shift else self.lock_wanted
        QTimer.singleShot(0, self, wanted.emit)
        return True


def minutes() -> int:
    """After how many minutes without work the program locks itself."""
    kept = str(remembered.read(SETTING, USUAL))
    return int(kept) if kept.isdecimal() and int(kept) in MINUTES else USUAL
