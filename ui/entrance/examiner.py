"""Makes the checks behind the open pages, where the file was found as it was left."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from models import turn
from models.database import Database, Locked
from models.safe import opening
from ui import messages
from ui.pieces.latest import Latest

AFTER = 2_000  # milliseconds: the pages are built by then
PATIENCE = 5.0  # seconds until what is left off must have ended


class Examiner(QObject):
    """Every check once, in a thread; `found` tells what is wrong, if anything is.

    `looked` comes after every run: there may be concerns that stop nothing. Books that are locked
    meanwhile, or written anew under another key, are looked at when they are open again.
    """

    found = Signal(object)
    looked = Signal()

    def __init__(self, db: Database, window: QWidget) -> None:
        super().__init__(window)
        self.db, self.window = db, window
        self.over = threading.Event()
        self.latest = Latest(window)
        self.latest.ready.connect(self._done)
        self.latest.failed.connect(self._failed)
        self._begin()
        QApplication.instance().lastWindowClosed.connect(self.over.set)  # type: ignore[union-attr]

    def stop(self) -> None:
        """Leave off, and wait until nobody reads the books for it any more."""
        self.over.set()
        self.latest.forget()
        turn.release()
        self.db.wait_until_left(PATIENCE)

    def _begin(self) -> None:
        self.latest.ask(lambda: opening.examine_behind(self.db, self.over.is_set), AFTER)

    def _failed(self, problem: BaseException) -> None:
        if isinstance(problem, Locked):
            self._begin()
        else:
            messages.explain(self.window, problem)

    def _done(self, problems: object) -> None:
        self.looked.emit()
        if problems:
            self.found.emit(problems)
