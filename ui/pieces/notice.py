"""What must stay in sight above every page: the gravest of it, and the rest at one press."""

from __future__ import annotations

from PySide6.QtCore import QEvent

from translations import _, current, ngettext
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer

FEW = 2  # causes that stand there together


class Notice(Answer):
    """One line for each cause, the gravest first; with many only that one, and how many more.

    `text()` is all of it, and so is what a screen reader is told.
    """

    def __init__(self, name: str) -> None:
        super().__init__("warn", name=name)
        self.lines: list[str] = []
        self.is_open = False
        self.more = Button("", self.turn, name=f"{name}_more", flat=True)
        self.parts.addWidget(self.more)
        self.more.hide()

    def text(self) -> str:
        return "\n".join(self.lines)

    def say(self, text: str, tone: str = "") -> None:
        """Say these causes instead; what was opened is closed when they are others."""
        lines = text.split("\n") if text else []
        self.is_open = self.is_open and lines == self.lines
        self.lines = lines
        self._show(tone)

    def turn(self) -> None:
        """Show all causes, or only the gravest again."""
        self.is_open = not self.is_open
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name()

    def _show(self, tone: str = "") -> None:
        is_short = self.is_long and not self.is_open
        super().say("\n".join(self.lines[:1] if is_short else self.lines), tone)
        self.setAccessibleName(self.text())
        self.more.setVisible(self.is_long)
        self._name()

    @property
    def is_long(self) -> bool:
        return len(self.lines) > FEW

    def _name(self) -> None:
        count = len(self.lines) - 1
        said = ngettext("and {count} more", "and {count} more", count)
        shown = _("Show less") if self.is_open else said.format(count=current().show(count))
        self.more.name(shown)
