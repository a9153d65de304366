"""Buttons: one look, an icon that follows the colours, and the shortcut written inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from ui import style
from ui.pieces import icons

GAP = 10
BLANK = "\u00a0"
ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


class Button(QPushButton):
    """A push button. `primary` is for the one main verb of a page or form."""

    def __init__(
        self,
        text: str,
        verb: Callable[[], object] | None = None,
        *,
        name: str = "",
        icon: str = "",
        primary: bool = False,
        shortcut: str = "",
        flat: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._has_room = True
        self.keys = QKeySequence(shortcut)
        self.icon_name = icon
        self.setProperty("primary", primary)
        self.setProperty("flat", flat)
        self.setAutoDefault(False)
        self.setObjectName(name)
        if icon:
            self.setIcon(icons.icon(icon, "on_accent" if primary else "text"))
        if verb:
            self.clicked.connect(lambda: verb())  # noqa: PLW0108 (drops "checked")
        self.name(text)

    def name(self, text: str) -> None:
        """Write `text` on the button, and tell it to a screen reader."""
        self.setText(text)
        self.setAccessibleName(text)
        keys = self.shortcut_text()
        self.setToolTip(f"{text} ({keys})" if keys else "")
        self.setAccessibleDescription(keys)
        self.updateGeometry()

    def shortcut_text(self) -> str:
        """The shortcut as it is written beside the verb: "F5"."""
        return written(self.keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button the keyboard is on, in a page and in a dialog alike."""
        if is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint() + QSize(self._keys_width(), 0)

    def minimumSizeHint(self) -> QSize:
        """Where there is no room, the shortcut is left out."""
        gap = 0 if self.icon().isNull() else self.fontMetrics().horizontalAdvance(BLANK)
        return super().sizeHint() + QSize(gap, 0)

    def initStyleOption(self, option: Any) -> None:
        """Blanks part the icon from the text, and keep the place of the shortcut."""
        super().initStyleOption(option)
        before = "" if self.icon().isNull() else BLANK
        after = self._keys_width() // self.fontMetrics().horizontalAdvance(BLANK)
        option.text = f"{before}{self.text()}{BLANK * (after if self._has_room else 0)}"

    def paintEvent(self, event: QPaintEvent) -> None:
        self._has_room = self.width() >= self.sizeHint().width()
        super().paintEvent(event)
        painter = QPainter(self)
        if self._has_room:
            self._paint_keys(painter)
        if self.hasFocus():
            self._paint_focus(painter)
        painter.end()
        self._has_room = True

    def _keys_width(self) -> int:
        keys = self.shortcut_text()
        return self.fontMetrics().horizontalAdvance(keys) + GAP if keys else 0

    def _paint_keys(self, painter: QPainter) -> None:
        colours = style.colours()
        plain = self.isEnabled() and self.property("primary")
        painter.setPen(QColor(colours.on_accent if plain else colours.muted))
        painter.drawText(
            QRect(0, 0, self.width() - GAP - 4, self.height()),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            self.shortcut_text(),
        )

    def _paint_focus(self, painter: QPainter) -> None:
        colours = style.colours()
        inset = 3 if self.property("primary") else 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.on_accent if inset == 3 else colours.focus), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(inset, inset, -inset, -inset), 5, 5)


def is_enter(event: QKeyEvent) -> bool:
    """Enter by itself, on either part of the keyboard."""
    with_others = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return not with_others and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def written(keys: QKeySequence) -> str:
    """A shortcut in signs and words that stand on the keys, whatever language is spoken."""
    parts = keys.toString(QKeySequence.SequenceFormat.NativeText).replace("Return", "Enter")
    return "+".join(ARROWS.get(part, part) for part in parts.split("+"))
