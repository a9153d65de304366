"""Makes the checks behind the open pages, where the file was found as it was left."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from models import turn
from models.safe import opening
from ui import messages
from ui.pieces.latest import Latest

if TYPE_CHECKING:
    from models.database import Database

AFTER = 2_000  # milliseconds: the pages are built by then
PATIENCE = 5.0  # seconds until what is left off must have ended


class Examiner(QObject):
    """Every check once, in a thread; `found` tells what is wrong, if anything is.

    `looked` comes after every run: there may be concerns that stop nothing.
    """

    found = Signal(object)
    looked = Signal()

    def __init__(self, db: Database, window: QWidget) -> None:
        super().__init__(window)
        self.db = db
        self.over = threading.Event()
        self.latest = Latest(window)
        self.latest.ready.connect(self._done)
        self.latest.failed.connect(lambda problem: messages.explain(window, problem))
        self.latest.ask(lambda: opening.examine_behind(db, self.over.is_set), AFTER)
        QApplication.instance().lastWindowClosed.connect(self.over.set)  # type: ignore[union-attr]

    def stop(self) -> None:
        """Leave off, and wait until nobody reads the books for it any more."""
        self.over.set()
        self.latest.forget()
        turn.release()
        self.db.wait_until_left(PATIENCE)

    def _done(self, problems: object) -> None:
        self.looked.emit()
        if problems:
            self.found.emit(problems)
