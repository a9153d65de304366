"""Every message of a failure with its short code: what happened, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from models import bookfile, checks, concerns, database, migrations
from models.errors import DomainError
from models.safe import backups, container, keys, lock, restoring, ring
from models.server import engine, keyring
from translations import N_, _
from ui import faults
from ui.pieces.boxes import DIALOG, column, label
from ui.pieces.buttons import Button
from ui.pieces.dialog import Dialog
from ui.pieces.grid import TableView
from ui.pieces.rows import Column

TROUBLE = N_(
    "Nothing can be entered until this is cleared up. Restore the newest backup or call for help."
)
WHERE = (
    bookfile, checks, concerns, database, engine, keyring, migrations, backups, container, keys,
    lock, restoring, ring,
)  # fmt: skip
SAYS_ITSELF = (checks.RecordCut, checks.BookCut)  # what to do


@dataclass(frozen=True)
class Failure:
    """A code and its marked sentence, which may have places to fill; damaged books stop work."""

    code: str
    said: str
    stops_work: bool = False

    @property
    def text(self) -> str:
        """The sentence in the current language; what differs each time is left out."""
        said = re.sub(r"\{\w+\}", "…", _(self.said))
        return f"{said} {_(TROUBLE)}" if self.stops_work else said


def catalogue() -> list[Failure]:
    """Every failure that has a code, in the order of the codes."""
    known = [Failure(code, said) for code, said in faults.MESSAGES.items()]
    return sorted([*known, *_refusals()], key=lambda failure: failure.code)


def _refusals() -> Iterator[Failure]:
    for code, name in faults.REFUSALS.items():
        place = next(part for part in WHERE if name in vars(part))
        kind: type[DomainError] = vars(place)[name]
        yield Failure(code, kind.message, place is checks and kind not in SAYS_ITSELF)


class FailuresDialog(Dialog):
    """The catalogue as a list; a row may be copied like any other."""

    columns = (
        Column(N_("Code"), lambda row: row.code, 9),
        Column(N_("What happened, and what to do"), lambda row: row.text),
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("FailuresDialog")
        self.setWindowTitle(_("Messages"))
        self.table = TableView(self.columns)
        self.table.setObjectName("failures")
        self.table.setAccessibleName(_("Messages"))
        self.table.setWordWrap(True)
        self.table.set_rows(catalogue())
        self.table.selected_changed.connect(self._show)
        self.whole = label("", name="whole")
        close = Button(_("Close"), self.accept, name="close", shortcut="Esc", primary=True)
        layout = column(self, spacing=14, margins=DIALOG)
        layout.addWidget(label(_("When you call for help, say the code."), "muted"))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.whole)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(self.fontMetrics().averageCharWidth() * 130, 560)
        self.table.select(0)

    def _show(self) -> None:
        """The sentence in full below the list."""
        chosen = self.table.selected
        self.whole.setText(chosen.text if chosen else "")
