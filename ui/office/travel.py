"""Making a travel copy: what goes along and what does not, where to, and a password of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.office import branch
from models.safe import tending, travel
from models.safe.folders import TRAVELLER
from translations import N_, _
from ui import work
from ui.entrance.new_password import NewPassword
from ui.office.task_form import TaskForm
from ui.pieces.boxes import column, row
from ui.pieces.cards import Facts, heading, muted
from ui.pieces.folder import FolderField

if TYPE_CHECKING:
    from models.database import Database
    from models.safe.travel import Preview

WIDE = 105  # characters: so all of it is seen at once
WHAT = N_(
    "The books for a laptop that goes into the field or may be taken away: stock, counts and"
    " reports to look at, nobody in them. Nothing can be entered in a travel copy. It has its own"
    " key and password; yours does not open it, and its password opens nothing here."
)
NAMES = N_(
    "Names that the stock book, the letterhead and texts carry go along: donors, suppliers, who"
    " received goods by document, secretary and president."
)
OPENING = N_(
    "On the laptop choose “Open a travel copy…” on the first page. The user there is called {user}."
)


class TravelForm(TaskForm):
    """The folder of the copy stands in `result_value`."""

    doing = N_("Making the travel copy…")

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Travel copy"), parent)
        with db.read() as session:
            found = travel.preview(session)
            self.known = tuple(branch.names(session).values())
        self.rows.addRow(muted(_(WHAT)))
        self.rows.addRow(shown(found))
        self.rows.addRow(muted(_(NAMES)))
        said = _("Folder for the copy")
        self.target = self.add_field(said, FolderField(said, "target"), required=True)
        self.target.set_value(next((str(folder) for folder in tending.drives()), ""))
        self.fresh = self.add_wide(
            _("Password of the travel copy"), NewPassword(lambda: (TRAVELLER, *self.known))
        )
        self.rows.addRow(muted(_(OPENING).format(user=TRAVELLER)))
        self.save_button.name(_("Make the travel copy"))
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * WIDE)

    def task(self) -> work.Task:
        db, folder, password = self.db, Path(self.target.value), self.fresh.value

        def make(progress: work.Progress) -> Path:
            return travel.make(db, folder, password, self.known, progress)

        return make

    def _refuse(self, problem: BaseException) -> None:
        if isinstance(problem, travel.SamePassword):
            self.show_problem(problem.text(), self.fresh)
        else:
            super()._refuse(problem)


def shown(found: Preview) -> QWidget:
    """What goes along, and beside it what does not."""
    both = QWidget()
    beside = row(both, spacing=28)
    parts = ((_("Goes along"), going(found)), (_("Left out"), staying(found)))
    for said, facts in parts:
        part, below = Facts(), column()
        part.set_facts(facts)
        below.addWidget(heading(said))
        below.addWidget(part)
        below.addStretch(1)
        beside.addLayout(below, 1)
    return both


def going(found: Preview) -> list[tuple[str, object]]:
    return [
        (_("Documents"), found.documents),
        (_("Items"), found.items),
        (_("Places"), found.places),
        (_("Closed months"), found.closed_months),
        (_("Entries of aid, as counts"), found.visits),
    ]


def staying(found: Preview) -> list[tuple[str, object]]:
    return [
        (_("Cards"), found.cards),
        (_("Remarks"), found.remarks),
        (_("Volunteers"), found.volunteers),
        (_("Users"), found.users),
    ]
