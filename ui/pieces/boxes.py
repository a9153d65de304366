"""Small helpers for composing widgets: rows, columns, grids, labels and names."""

from __future__ import annotations

from html import escape
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

Named = TypeVar("Named", bound=QWidget)
Margins = tuple[int, int, int, int]

NONE = (0, 0, 0, 0)
DIALOG = (24, 20, 24, 14)


def column(
    parent: QWidget | None = None, *, spacing: int = 8, margins: Margins = NONE
) -> QVBoxLayout:
    """Things one below the other."""
    layout = QVBoxLayout(parent) if parent else QVBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    return layout


def row(parent: QWidget | None = None, *, spacing: int = 8, margins: Margins = NONE) -> QHBoxLayout:
    """Things side by side."""
    layout = QHBoxLayout(parent) if parent else QHBoxLayout()
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    return layout


def grid(
    parent: QWidget | None = None, *, across: int = 8, down: int = 8, margins: Margins = NONE
) -> QGridLayout:
    """Things in rows and columns, `across` and `down` pixels apart."""
    layout = QGridLayout(parent) if parent else QGridLayout()
    layout.setHorizontalSpacing(across)
    layout.setVerticalSpacing(down)
    layout.setContentsMargins(*margins)
    return layout


def fields(parent: QWidget | None = None) -> QFormLayout:
    """Captions at the left, fields as wide as there is room."""
    layout = QFormLayout(parent) if parent else QFormLayout()
    layout.setContentsMargins(*NONE)
    layout.setHorizontalSpacing(14)
    layout.setVerticalSpacing(8)
    layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return layout


def label(text: str = "", role: str = "", *, name: str = "", wrap: bool = True) -> QLabel:
    """Text in one of the roles of the stylesheet: muted, key, heading, large, figure …"""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)  # a name with markup in it is a name
    made.setText(text)
    made.setWordWrap(wrap)
    made.setProperty("role", role)
    made.setObjectName(name)
    return made


class OneLine(QLabel):
    """Text on one line as wide as there is room: what has none ends in dots, and stands in the tip.

    `text()` is the whole of it.
    """

    def __init__(self, role: str, name: str) -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def text(self) -> str:
        return self._whole

    def setText(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self.setToolTip(tip(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        dots = Qt.TextElideMode.ElideRight
        super().setText(self.fontMetrics().elidedText(self._whole, dots, self.width()))


def tip(text: str) -> str:
    """The text for a tip, which Qt would take for markup: a name is a name there too."""
    return f"<qt>{escape(text)}</qt>" if {"<", "&"} & {*text} else text


def named(widget: Named, name: str, said: str = "") -> Named:
    """Give a widget its object name and what a screen reader calls it."""
    widget.setObjectName(name)
    if said:
        widget.setAccessibleName(said)
    return widget
