"""The dark column at the left: the branch, the pages, and who works here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QPushButton,
)

from translations import _
from ui import style
from ui.pieces import icons
from ui.pieces.boxes import column, label, named
from ui.pieces.buttons import is_enter

WIDTH = 33  # characters: room for the longest page name in any of the languages


class Navigation(QFrame):
    """Emits `chosen` with the place of the page to be shown."""

    chosen = Signal(int)

    def __init__(self, pages: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.titles = [title for title, _icon in pages]
        self.branch = label(name="branch")
        self.footer = label(name="footer")
        self.group = QButtonGroup(self)
        self.buttons = [self._button(place, icon) for place, (_title, icon) in enumerate(pages)]
        self.group.idClicked.connect(self.chosen)
        layout = column(self, spacing=4, margins=(10, 18, 10, 16))
        self.branch.setContentsMargins(8, 0, 8, 10)
        self.footer.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(self.branch)
        for button in self.buttons:
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(self.footer)
        self._fit()

    @property
    def current(self) -> int:
        """The place of the page shown."""
        return self.group.checkedId()

    def select(self, place: int) -> None:
        """Mark the page as the one shown."""
        self.buttons[place].setChecked(True)

    def retranslate(self) -> None:
        for place, (title, button) in enumerate(zip(self.titles, self.buttons, strict=True)):
            button.setText(_(title))
            button.setAccessibleName(_(title))
            button.setToolTip(f"Ctrl+{place + 1}")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _button(self, place: int, icon: str) -> QPushButton:
        button = named(_PageButton(), f"page_{place}")
        button.setCheckable(True)
        button.setIcon(icons.icon(icon, "nav_text"))
        self.group.addButton(button, place)
        return button

    def _fit(self) -> None:
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * WIDTH + 20)
        for text in (self.branch, self.footer):
            text.updateGeometry()


class _PageButton(QPushButton):
    """One page's button; the arrow keys walk from one to the next."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        elif is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def initStyleOption(self, option: Any) -> None:
        super().initStyleOption(option)
        option.text = f"  {self.text()}"

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(style.DARK.focus), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
            painter.end()
