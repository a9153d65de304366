"""The mark on a field that cannot be saved as it is: a red edge, and the reason as its tip."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.pieces.boxes import tip


def mark(field: QWidget, reason: str) -> None:
    """Edge the field in red and say why; an empty reason takes the mark away."""
    if bool(field.property("faulty")) == bool(reason):
        return
    field.setProperty("faulty", bool(reason))
    field.setToolTip(tip(reason))
    field.setAccessibleDescription(reason)
    field.style().unpolish(field)
    field.style().polish(field)
