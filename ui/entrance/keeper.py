"""Sees to the backups while the program is open, and knows how they stand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from models import clock
from models.safe import keeping, tending
from models.safe.keeping import Keeping
from translations import N_, _, current
from ui import faults
from ui.entrance.unlock import breakable
from ui.pieces.latest import Latest

if TYPE_CHECKING:
    from models.database import Database

FIRST, EVERY = 20_000, 300_000  # milliseconds: after the start, and from then on
RESTORED = N_(
    "The books were restored. Look through them, then say in the settings, under Backups, that they"
    " are right."
)
LATE = N_("No backup could be made since {moment}. Open Settings, Backups.")
FORGOTTEN = N_(
    "What this computer knew of its backups is lost: the file {file} is damaged. Until you choose"
    " the folders again (Settings, Backups, “Folders…”), they go to the usual folder and no old one"
    " is deleted."
)
BEYOND = N_(
    "These books lack entries that the backup {file} holds: an older day was put back, or somebody"
    " works with the same books on another computer. Enter nothing and call for help. Once it is"
    " cleared up, restore that backup, or say in the settings, under Backups, that these books are"
    " right."
)
LEFT_OVER = N_(
    "The backup is made, but an old one can be neither deleted nor emptied of its people: {file}."
    " Close what keeps it open, check its drive, or delete it yourself."
)
FAILED = N_("The backup could not be made. {problem}")


class Keeper(QObject):
    """Looks every few minutes what is due, in a thread; `told` when something has changed."""

    told = Signal()

    def __init__(self, db: Database, home: Path, window: QWidget) -> None:
        super().__init__(window)
        self.db = db
        self.home = home
        self.problem: BaseException | None = None
        known = self.known
        if known.is_forgotten or not (home / keeping.FILE).exists():
            keeping.keep(home, known)
        self.latest = Latest(window)
        self.latest.ready.connect(self._done)
        self.latest.failed.connect(self._failed)
        self.timer = QTimer(self, interval=FIRST)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    @property
    def known(self) -> Keeping:
        """How things stand now: before an import or an erasure the backup is made elsewhere."""
        return keeping.read(self.home)

    def look(self) -> None:
        """Do what is due, unless that is under way or the books are locked."""
        self.timer.setInterval(EVERY)
        if self.latest.is_settled and not self.db.is_locked:
            self.latest.ask(lambda: tending.tend(self.db, self.home), 0)

    def save_locked(self) -> None:
        """The books are about to be locked, and may be closed like that: what has changed is saved.

        On a server they go on without this computer.
        """
        if self.db.folder and self.db.takes_entries:
            beside = self.db.beside()
            self.latest.ask(lambda: tending.leave_locked(beside, self.home), 0)

    def refresh(self) -> None:
        """All that is due was done, or somebody made a backup or changed the folders."""
        self.problem = None
        self.told.emit()

    def footer(self) -> str:
        """One line below the pages: when the last good backup was made."""
        last_good = self.known.last_good
        if last_good is None:
            return _("No backup yet")
        made = clock.local(last_good)
        if made.date() == clock.today():
            return _("Backup: today {time}").format(time=f"{made:%H:%M}")
        if made.date() == clock.today() - timedelta(days=1):
            return _("Backup: yesterday {time}").format(time=f"{made:%H:%M}")
        return _("Backup: {day}").format(day=current().day(made.date()))

    def notice(self) -> str:
        """What must be said above every page: no backup was made, or the books are restored."""
        known = self.known
        if self.problem is not None:
            return _(FAILED).format(problem=faults.with_code(self.problem))
        if said := said_of_doubt(known):
            return said
        since = known.last_good or known.began
        if since and known.is_late(clock.now()):
            return _(LATE).format(moment=current().show(clock.local(since)))
        return _(RESTORED) if known.is_paused else said_of_left_over(known)

    def _done(self, _known: Keeping) -> None:
        self.refresh()

    def _failed(self, problem: BaseException) -> None:
        self.problem = problem
        self.told.emit()


def said_of_doubt(known: Keeping) -> str:
    """What must be cleared up before an old backup goes; nothing where all is as it should be."""
    if known.beyond:
        return _(BEYOND).format(file=breakable(known.beyond))
    return _(FORGOTTEN).format(file=keeping.FILE) if known.is_forgotten else ""


def said_of_left_over(known: Keeping) -> str:
    """Which old backup may hold erased people longer than was promised; nothing where none does."""
    return _(LEFT_OVER).format(file=breakable(known.left_over)) if known.left_over else ""
