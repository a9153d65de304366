"""Fields for one name in the five languages; a language left empty takes another's."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from translations import LANGUAGES, N_, _, language
from ui.pieces.boxes import fields, label
from ui.pieces.fields import TextField

NAME_NEEDED = N_("Write the name in at least one language.")


class NamesField(QWidget):
    """Five lines below each other; `value` is the text by language."""

    changed = Signal()

    def __init__(self, name: str = "name", longest: int = 200, *, required: bool = True) -> None:
        super().__init__()
        self.required = required
        self.lines = {code: TextField(longest, name=f"{name}_{code}") for code in LANGUAGES}
        rows = fields(self)
        for code, line in self.lines.items():
            caption = label(language(code).name, "muted", wrap=False)
            caption.setBuddy(line)
            line.setAccessibleName(language(code).name)
            line.changed.connect(self.changed)
            rows.addRow(caption, line)
        self.setFocusProxy(self.lines[LANGUAGES[0]])

    @property
    def value(self) -> dict[str, str]:
        return {code: line.value for code, line in self.lines.items()}

    def set_value(self, names: Mapping[str, str]) -> None:
        for code, line in self.lines.items():
            line.set_value(names.get(code, ""))

    def clear(self) -> None:
        self.set_value({})

    def fault(self) -> str:
        return _(NAME_NEEDED) if self.required and not any(self.value.values()) else ""
