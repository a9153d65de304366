"""What is typed in a window, field by field under their names: to be compared, kept, put back.

A field of ours says with `kept()` what is to be known of it, in words that JSON has and that mean
the same in every language, and takes it with `put_back(kept)`, which tells whether all of it found
its place again. Those of Qt say what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTimeEdit,
    QWidget,
)

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
TIME = "HH:mm"


def of(window: QWidget) -> dict[str, Any]:
    """What stands in every field of the window; nothing that is secret."""
    return {field.objectName(): content(field) for field in fields(window)}


def put_back(window: QWidget, kept: Mapping[str, Any]) -> bool:
    """Let the fields say again what they said then; whether all of it found its place."""
    known = {field.objectName(): field for field in fields(window)}
    placed = [name in known and put_in(known[name], said) for name, said in kept.items()]
    return all(placed)


def where(window: QWidget) -> str:
    """The name of the field, or of the cell in one, that the keyboard is in; else nothing."""
    found = window.focusWidget()
    return found.objectName() if found and _is_in_field(window, found) else ""


def go_to(window: QWidget, name: str) -> bool:
    """Let the keyboard work in the field or cell of that name; whether it can."""
    found = window.findChild(QWidget, name) if name else None
    if not found or not _is_in_field(window, found):
        return False
    if not found.isEnabledTo(window) or not found.isVisibleTo(window):
        return False
    found.setFocus(Qt.FocusReason.OtherFocusReason)
    return True


def fields(window: QWidget, *, secret: bool = False) -> Iterator[QWidget]:
    """All that is typed into or chosen in; passwords only if `secret` is asked for too."""
    for child in window.findChildren(QWidget, options=DIRECT):
        if _is_field(child):
            yield child
        elif not child.isWindow() and (secret or not hasattr(child, "is_secret")):
            yield from fields(child, secret=secret)


def content(field: QWidget) -> Any:
    """What stands in a field."""
    if hasattr(field, "kept"):
        return field.kept()
    if isinstance(field, QAbstractButton):
        return field.isChecked()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    if isinstance(field, QComboBox):
        return field.currentText()
    if isinstance(field, QTimeEdit):
        return field.time().toString(TIME)
    return field.text() if isinstance(field, QLineEdit | QAbstractSpinBox) else None


def put_in(field: QWidget, kept: Any) -> bool:
    """Let a field say again what it said then; whether it could."""
    if hasattr(field, "put_back"):
        return bool(field.put_back(kept))
    if isinstance(field, QAbstractButton):
        field.setChecked(kept is True)
    elif isinstance(field, QPlainTextEdit):
        field.setPlainText(str(kept))
    elif isinstance(field, QTimeEdit):
        field.setTime(QTime.fromString(str(kept), TIME))
    elif isinstance(field, QLineEdit):
        field.setText(str(kept))
        field.setCursorPosition(0)
    return True


def _is_in_field(window: QWidget, found: QWidget) -> bool:
    return any(field is found or field.isAncestorOf(found) for field in fields(window))


def _is_field(widget: QWidget) -> bool:
    if isinstance(widget, QAbstractButton):
        return widget.isCheckable()
    kinds = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox)
    return isinstance(widget, kinds) or hasattr(widget, "kept")
