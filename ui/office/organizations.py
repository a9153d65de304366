"""Fields for what the branch and the organizations above it are called in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from models.office.branch import Level
from translations import LANGUAGES, N_, _, current, language
from ui.pieces.boxes import fields, label
from ui.pieces.cards import heading
from ui.pieces.fields import TextField

LONGEST = 300
SHOWN = 60  # characters in sight
NAME_NEEDED = N_("Write at least one name for: {organization}.")

Names = dict[Level, dict[str, str]]


class OrganizationNames(QWidget):
    """Five lines for each level given. A line left empty takes the name of another language."""

    changed = Signal()

    def __init__(self, levels: Iterable[Level]) -> None:
        super().__init__()
        self.heads: dict[Level, QLabel] = {}
        self.lines: dict[Level, dict[str, TextField]] = {}
        self.rows = fields(self)
        for level in levels:
            self._add_level(level)
        self.retranslate()

    @property
    def value(self) -> Names:
        """What is written, for the levels that are shown."""
        return {
            level: {code: line.value for code, line in lines.items()}
            for level, lines in self.lines.items()
            if self.rows.isRowVisible(self.heads[level])
        }

    def set_value(self, names: Mapping[Level, Mapping[str, str]]) -> None:
        """Show these names and only their levels."""
        for level, lines in self.lines.items():
            self._show_level(level, level in names)
            for code, line in lines.items():
                line.set_value(names.get(level, {}).get(code, ""))

    def fault(self) -> str:
        """Which organization has no name at all."""
        nameless = self._nameless()
        return _(NAME_NEEDED).format(organization=current().show(nameless)) if nameless else ""

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The organization without a name gets the keyboard, else the first one."""
        level = self._nameless() or next(iter(self.value))
        self.lines[level][current().code].setFocus(reason)

    def retranslate(self) -> None:
        for level, head in self.heads.items():
            head.setText(current().show(level))
            for code, line in self.lines[level].items():
                line.setAccessibleName(f"{current().show(level)}: {language(code).name}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _nameless(self) -> Level | None:
        without = (level for level, names in self.value.items() if not any(names.values()))
        return next(without, None)

    def _add_level(self, level: Level) -> None:
        self.heads[level] = heading()
        self.rows.addRow(self.heads[level])
        self.lines[level] = {}
        for code in LANGUAGES:
            line = TextField(LONGEST, name=f"{level}_{code}")
            line.setMinimumWidth(line.fontMetrics().averageCharWidth() * SHOWN)
            line.changed.connect(self.changed)
            caption = label(language(code).name, "muted", wrap=False)
            caption.setBuddy(line)
            self.rows.addRow(caption, line)
            self.lines[level][code] = line

    def _show_level(self, level: Level, shown: bool) -> None:
        self.rows.setRowVisible(self.heads[level], shown)
        for line in self.lines[level].values():
            self.rows.setRowVisible(line, shown)
