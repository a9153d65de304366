"""A box to tick for every member of a list: several may be ticked, or none."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QWidget

from translations import current
from ui.pieces.boxes import grid, named
from ui.pieces.cards import muted

NOTE = 90  # characters of a note that stand on one line, up to half of the screen


class TicksField(QWidget):
    """`value` is the members ticked, in the order of their list.

    With `notes` each stands on a line of its own, with what it means beside it.
    """

    changed = Signal()

    def __init__(
        self,
        kinds: type[enum.Enum],
        name: str,
        *,
        across: int = 2,
        notes: Mapping[Any, str] | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.boxes = {kind: QCheckBox(current().show(kind)) for kind in kinds}
        places = grid(self, across=14, down=4 if notes is None else 2)
        for place, (kind, box) in enumerate(self.boxes.items()):
            named(box, f"{name}_{kind.value}", current().show(kind))
            box.toggled.connect(self.changed)
            if notes is None:
                places.addWidget(box, place // across, place % across)
                continue
            box.setAccessibleDescription(notes[kind])
            places.addWidget(box, place, 0)
            note = muted(notes[kind])
            longest = QGuiApplication.primaryScreen().availableSize().width() // 2
            one_line = note.fontMetrics().averageCharWidth() * NOTE
            note.setMinimumWidth(min(one_line, longest))
            places.addWidget(note, place, 1)
            places.setColumnStretch(1, 1)

    @property
    def value(self) -> list[Any]:
        return [kind for kind, box in self.boxes.items() if box.isChecked()]

    def set_value(self, kinds: Iterable[Any]) -> None:
        chosen = set(kinds)
        for kind, box in self.boxes.items():
            box.setChecked(kind in chosen)

    def clear(self) -> None:
        self.set_value(())

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        next(iter(self.boxes.values())).setFocus(reason)
