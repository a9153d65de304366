"""A box to tick for every member of a list: several may be ticked, or none."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from translations import current
from ui.pieces.boxes import grid, named


class TicksField(QWidget):
    """`value` is the members ticked, in the order of their list."""

    changed = Signal()

    def __init__(self, kinds: type[enum.Enum], name: str, *, across: int = 2) -> None:
        super().__init__()
        self.setObjectName(name)
        self.boxes = {kind: QCheckBox(current().show(kind)) for kind in kinds}
        places = grid(self, across=14, down=4)
        for place, (kind, box) in enumerate(self.boxes.items()):
            named(box, f"{name}_{kind.value}", current().show(kind))
            box.toggled.connect(self.changed)
            places.addWidget(box, place // across, place % across)

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
