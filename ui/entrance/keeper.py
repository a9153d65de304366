"""Sees to the backups while the program is open, and knows how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from sqlalchemy.exc import DBAPIError

from models import clock
from models.errors import DomainError
from models.rights import may
from models.safe import afar, keeping, restoring, tending, whereabouts
from models.safe.afar import Danger, Kind
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
RESTORED_OTHERS = N_(
    "The books were restored. The secretary or an administrator is still to look through them and"
    " to say that they are right."
)
LATE = N_("No backup could be made since {moment}. Open Settings, Backups.")
FORGOTTEN = N_(
    "What this computer knew of its backups is lost: the file {file} is damaged. Until you choose"
    " the folders again (Settings, Backups, “Folders…”), they go to the usual folder and no old one"
    " is deleted."
)
FORGOTTEN_OTHERS = N_(
    "What this computer knew of its backups is lost: the file {file} is damaged. Until the folders"
    " are chosen again, backups go to the usual folder and no old one is deleted."
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
OUT_OF_REACH = N_(
    "Old backups that still have people in them lie where backups were kept before, and that folder"
    " is not there: {folder}. Plug its drive in, or say in the settings, under Backups, “Folders…”,"
    " that it is lost."
)
OUT_OF_REACH_OTHERS = N_(
    "Old backups that still have people in them lie where backups were kept before, and that folder"
    " is not there: {folder}."
)
NO_COPY_OTHERS = N_(
    "Since {moment} no copy of the backups has gone to another drive: if the disk of this computer"
    " fails, the books are lost."
)
DANGERS = {
    Kind.NO_COPY: N_(
        "Since {moment} no copy of the backups has gone to another drive: if the disk of this"
        " computer fails, the books are lost. Plug a USB stick in and choose it in the settings,"
        " under Backups, “Folders…”."
    ),
    Kind.OLD_COPY: N_(
        "The last copy of the backups on another drive is of {moment}: if the disk of this computer"
        " fails, what was entered since is lost. Plug the stick in and press “To the stick” in the"
        " settings, under Backups."
    ),
    Kind.NOT_RESTORED: N_(
        "The newest backup could not be restored when it was tried, {moment}. Make another one in"
        " the settings, under Backups, and press “Try one out”."
    ),
}
FOR_OTHERS = N_("Tell the secretary or an administrator: only they choose the folders.")
FAILED = N_("The backup could not be made. {problem}")
MISSED = N_(
    "The backup could not be made. What was entered is saved: only the backup is missing. {cause}"
)
AGAIN = N_("It is tried again in a few minutes.")
UNWRITABLE = N_(
    "The folder of the backups may not be written to: check its permissions, or whether its drive"
    " is write-protected."
)
CAUSES = {  # by the code of the failure, whose usual sentence says that nothing was saved
    "OG-001": N_("The disk is full: free some space."),
    "OG-002": UNWRITABLE,
    "OG-003": UNWRITABLE,
    "OG-004": N_("The disk is full, or it failed: free some space or check the drive."),
    "OG-012": N_("The database server does not answer: check the network."),
}
SAY_IT_THEMSELVES = ("OG-005", "OG-007", "OG-060", "OG-062")  # the name, the place, the room


class Keeper(QObject):
    """Looks every few minutes what is due, in a thread; `told` when something has changed."""

    told = Signal()
    made = Signal()  # one that nobody pressed a button for

    def __init__(self, db: Database, home: Path, window: QWidget) -> None:
        super().__init__(window)
        self.db = db
        self.home = home
        self.problem: BaseException | None = None
        known = self.known
        if known.is_forgotten or not (home / keeping.FILE).exists():
            keeping.keep(home, known)
        self.dangers: list[Danger] = []
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
        self.judge()
        self.told.emit()

    def judge(self) -> None:
        """Ask the books what they would not survive; of a server that is gone, what was known."""
        with suppress(DomainError, DBAPIError), self.db.read() as session:
            self.dangers = afar.dangers(session, self.home)

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
        """What must be said above every page, the worst first: one line for each cause."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        known, chooses = self.known, may(self.db.roles, whereabouts.choose)
        since = known.last_good or known.began
        if self.problem is not None:
            yield said_of_failure(self.problem)
        elif since and known.is_late(clock.now()):
            yield _(LATE).format(moment=current().show(clock.local(since)))
        if said := said_of_doubt(known, chooses=chooses):
            yield said
        if known.is_paused:
            yield _(RESTORED if may(self.db.roles, restoring.confirmed) else RESTORED_OTHERS)
        if said := said_of_left_over(known, self.home, chooses=chooses):
            yield said
        for danger in self.dangers:
            yield said_of_danger(danger, chooses=chooses)

    def _done(self, _known: Keeping) -> None:
        self.refresh()
        self.made.emit()

    def _failed(self, problem: BaseException) -> None:
        self.problem = problem
        self.told.emit()


def said_of_failure(problem: BaseException) -> str:
    """Why no backup could be made, and that the entries are safe, unless the books are at fault."""
    code = faults.code(problem)
    if code in SAY_IT_THEMSELVES:
        return _(MISSED).format(cause=faults.with_code(problem))
    if isinstance(problem, DomainError) or code == "OG-011":
        return _(FAILED).format(problem=faults.with_code(problem))
    return _(MISSED).format(cause=f"{_(CAUSES.get(code, AGAIN))} [{code}]")


def said_of_doubt(known: Keeping, *, chooses: bool) -> str:
    """What must be cleared up before an old backup goes; nothing where all is as it should be.

    Whoever only looks on, and does not choose the folders, is told who does.
    """
    if known.beyond:
        return _(BEYOND).format(file=breakable(known.beyond))
    if not known.is_forgotten:
        return ""
    said = _(FORGOTTEN) if chooses else f"{_(FORGOTTEN_OTHERS)} {_(FOR_OTHERS)}"
    return said.format(file=keeping.FILE)


def said_of_left_over(known: Keeping, home: Path, *, chooses: bool) -> str:
    """Which old backup may hold erased people longer than was promised; nothing where none does."""
    if known.left_over:
        return _(LEFT_OVER).format(file=breakable(known.left_over))
    if not (folder := known.out_of_reach(home)):
        return ""
    said = _(OUT_OF_REACH) if chooses else f"{_(OUT_OF_REACH_OTHERS)} {_(FOR_OTHERS)}"
    return said.format(folder=breakable(folder))


def said_of_danger(danger: Danger, *, chooses: bool) -> str:
    """What the books would not survive, and what is to be done or who is to be told."""
    said = _(DANGERS[danger.kind])
    if danger.kind is Kind.NO_COPY and not chooses:
        said = f"{_(NO_COPY_OTHERS)} {_(FOR_OTHERS)}"
    return said.format(moment=current().show(clock.local(danger.since)))
