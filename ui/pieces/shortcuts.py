"""The list of shortcuts that F1 shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from translations import N_, _
from ui.pieces.boxes import DIALOG, column, grid, label
from ui.pieces.buttons import Button, written
from ui.pieces.cards import heading, scrolled
from ui.pieces.dialog import Dialog

EVERYWHERE = (
    ("Ctrl+K", N_("Search")),
    ("Ctrl+1", N_("First page; Ctrl+2 the second, and so on")),
    ("F1", N_("This list")),
    ("Ctrl++", N_("Larger text")),
    ("Ctrl+-", N_("Smaller text")),
    ("Ctrl+L", N_("Lock")),
    ("Ctrl+Shift+L", N_("Change user")),
    ("Ctrl+Q", N_("Quit")),
)
IN_FORMS = (
    ("Return", N_("Save, or go to the next cell of a list")),
    ("Ctrl+Return", N_("Save")),
    ("Esc", N_("Cancel")),
    ("Ctrl+Delete", N_("Remove line")),
    ("F4", N_("Calendar")),
    ("Down", N_("Show what may be chosen")),
)
IN_TABLES = (
    ("Return", N_("Open the row")),
    ("Ctrl+C", N_("Copy")),
    ("Shift+F10", N_("Everything that can be done with the row, and sorting")),
)


class ShortcutList(Dialog):
    """All shortcuts: those of the page shown first."""

    def __init__(
        self, page_title: str, of_page: Sequence[tuple[str, str]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setWindowTitle(_("Shortcuts"))
        inside = QWidget()
        self.grid = grid(inside, across=24, down=6)
        self.grid.setColumnStretch(1, 1)
        self._add_group(page_title, of_page)
        self._add_group(_("Everywhere"), [(keys, _(said)) for keys, said in EVERYWHERE])
        self._add_group(_("In forms"), [(keys, _(said)) for keys, said in IN_FORMS])
        self._add_group(_("In tables"), [(keys, _(said)) for keys, said in IN_TABLES])
        close = Button(_("Close"), self.accept, name="close", primary=True)
        close.setDefault(True)
        layout = column(self, spacing=14, margins=DIALOG)
        layout.addWidget(scrolled(inside), 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(self.fontMetrics().averageCharWidth() * 70, inside.sizeHint().height() + 100)

    def _add_group(self, title: str, entries: Sequence[tuple[str, str]]) -> None:
        if not entries:
            return
        self.grid.addWidget(heading(title), self.grid.rowCount(), 0, 1, 2)
        for keys, said in entries:
            key = label(written(QKeySequence(keys)) or keys, "key", wrap=False)
            row = self.grid.rowCount()
            self.grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignLeft)
            self.grid.addWidget(label(said), row, 1)
