"""Work of which only the newest request counts: whatever it replaced is dropped unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui import work

PAUSE = 300  # milliseconds of quiet before the work begins


class Latest(QObject):
    """Does one piece of work at a time in a thread; results come only for the newest request."""

    ready = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.owner = parent
        self._wanted: Callable[[], Any] | None = None
        self._is_working = False
        self._is_forgotten = False  # what is under way is no longer wanted
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._begin)

    @property
    def is_settled(self) -> bool:
        """Nothing is under way and nothing is wanted."""
        return not self._is_working and self._wanted is None

    def ask(self, function: Callable[[], Any], pause: int = PAUSE) -> None:
        """Want `function()` instead of whatever was wanted before. It must touch no widget."""
        self._wanted = function
        self._timer.start(pause)

    def forget(self) -> None:
        """Want nothing any more: what is under way ends unheard."""
        self._wanted = None
        self._timer.stop()
        self._is_forgotten = self._is_working

    def _begin(self) -> None:
        if self._is_working or self._wanted is None:
            return
        function, self._wanted = self._wanted, None
        self._is_working, self._is_forgotten = True, False
        work.run(self.owner, "", lambda _told: function(), self._done, self._fail)

    def _done(self, result: Any) -> None:
        if self._is_newest():
            self.ready.emit(result)

    def _fail(self, problem: BaseException) -> None:
        if self._is_newest():
            self.failed.emit(problem)

    def _is_newest(self) -> bool:
        """Whether nothing newer was asked for meanwhile; else its turn comes."""
        self._is_working = False
        if self._wanted is None:
            return not self._is_forgotten
        if not self._timer.isActive():
            self._begin()
        return False
