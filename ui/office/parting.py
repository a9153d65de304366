"""Closing this computer: what goes and what stays, the drive for the last backup, the password."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.safe import parting, tending
from models.safe.backups import Backup
from translations import N_, _
from ui import farewell, work
from ui.entrance.unlock import breakable
from ui.office.task_form import KeyForm
from ui.pieces.cards import muted
from ui.pieces.folder import FolderField

if TYPE_CHECKING:
    from models.database import Database

WHAT = N_(
    "For a computer that is replaced, handed on or no longer safe, or when the office closes. A"
    " last backup goes to another drive; it is read back there, opened with your password and"
    " checked. Only then everything is wiped here and the program ends. Nobody can bring it back on"
    " this computer."
)
NEXT = N_(
    "Keep the drive in a safe place. On the next computer choose “Restore from a backup…” on the"
    " first page, with your password of today or a paper key."
)


class PartingForm(KeyForm):
    """The last backup stands in `result_value`, proved; nothing is wiped yet."""

    doing = N_("Making the last backup…")

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Close this computer"), parent)
        self.rows.addRow(muted(_(WHAT)))
        for said in farewell.what_goes(parting.places(self.folder), _shown):
            self.rows.addRow(muted(said))
        said = _("Folder on another drive")
        self.target = self.add_field(said, FolderField(said, "target"), required=True)
        self.target.set_value(proposed(self.folder))
        self.add_note(_(NEXT))
        self.add_field(_("Your own password"), self.own, required=True)
        self.save_button.name(_("Close this computer"))

    def task(self) -> work.Task:
        db, folder, login, own = self.db, Path(self.target.value), self.login, self.own.value

        def take(progress: work.Progress) -> Backup:
            return parting.take_away(db, folder, login, own, progress)

        return take


def proposed(home: Path) -> str:
    """A folder on another drive that is plugged in: the one chosen for copies, else a stick."""
    found = (*parting.places(home).stay, *tending.drives())
    return next((str(folder) for folder in found if parting.is_elsewhere(home, folder)), "")


def _shown(path: Path) -> str:
    return breakable(str(path))
