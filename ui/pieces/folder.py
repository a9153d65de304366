"""A field for a folder: its path can be typed, or pointed at."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from translations import _
from ui.pieces.boxes import row
from ui.pieces.buttons import Button

LONGEST = 1000


class FolderField(QWidget):
    """A line for the path and a button beside it; `said` is what the folder is for."""

    changed = Signal()

    def __init__(self, said: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.line = QLineEdit()
        self.line.setObjectName(f"{name}_path")
        self.line.setMaxLength(LONGEST)
        self.line.textChanged.connect(self.changed)
        self.choose = Button(_("Choose…"), self.ask, name=f"choose_{name}")
        self.choose.setAccessibleName(f"{said}: {self.choose.text()}")
        self.setFocusProxy(self.line)
        layout = row(self)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.choose)

    @property
    def value(self) -> str:
        return self.line.text().strip()

    def set_value(self, path: str) -> None:
        self.line.setText(path)
        self.line.setCursorPosition(0)

    def ask(self) -> None:
        """Let the person point at it."""
        if path := ask_folder(self, self.value):
            self.set_value(path)


def ask_folder(parent: QWidget, start: str = "") -> str:
    """A folder that is there; empty when the person thought better of it."""
    return QFileDialog.getExistingDirectory(
        parent, _("Choose a folder"), start,
        QFileDialog.Option.ShowDirsOnly | QFileDialog.Option.DontUseNativeDialog,
    )  # fmt: skip
