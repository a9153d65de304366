"""A column of cards at a page's side: it scrolls up and down, and is never cut off sideways."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from ui import style
from ui.pieces.boxes import column


class SideColumn(QScrollArea):
    """As wide as its cards need at the least; put them into `body`."""

    def __init__(self) -> None:
        super().__init__()
        inside = self.inside = QWidget()
        inside.setProperty("role", "clear")
        self.body: QVBoxLayout = column(inside, spacing=14)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self.inside.minimumSizeHint().width() + bar, 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class LowTabs(QTabWidget):
    """Tabs that make do with `lines` lines of text and take what more there is."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.lines = lines

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), style.unit(self) * self.lines)
