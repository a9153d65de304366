"""The white cards that pages are composed of: a figure, facts, an answer, an empty page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QWidget

from translations import current
from ui import style
from ui.pieces import icons
from ui.pieces.boxes import column, grid, label, row
from ui.pieces.buttons import Button

NAME = 28
SIGNS = {"good": "check", "warn": "warning", "bad": "stop", "plain": "info"}


def heading(text: str = "", size: str = "heading") -> QLabel:
    """A heading inside a page or card; sizes: strong, heading, subtitle, large, figure."""
    return label(text, size)


def muted(text: str = "") -> QLabel:
    """A quiet line of explanation."""
    return label(text, "muted")


def scrolled(inside: QWidget, *, sideways: bool = True) -> QScrollArea:
    """The widget in an area that scrolls when the window or the text size leaves no room.

    One that does not scroll `sideways` is at least as wide as what is inside.
    """
    area = _Following() if sideways else _Upright()
    area.setWidgetResizable(True)
    inside.setProperty("role", "clear")
    inside.setAutoFillBackground(False)
    area.setWidget(inside)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    return area


class _Following(QScrollArea):
    """Keeps what the keyboard works in within sight, a field added a moment ago too."""

    def __init__(self) -> None:
        super().__init__()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Where what is inside grows, the field may be out of sight once it is laid out."""
        if event.type() == QEvent.Type.Resize and watched is self.widget():
            self._follow(None, QApplication.focusWidget())
        return super().eventFilter(watched, event)

    def _follow(self, _before: QWidget | None, field: QWidget | None) -> None:
        inside = self.widget()
        if field is not None and inside is not None and inside.isAncestorOf(field):
            QTimer.singleShot(0, field, lambda: self.ensureWidgetVisible(field))


class _Upright(_Following):
    """Scrolls up and down only: a text inside is broken into lines instead."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def minimumSizeHint(self) -> QSize:
        inside, bar = self.widget(), self.verticalScrollBar().sizeHint().width()
        return QSize((inside.minimumSizeHint().width() if inside else 0) + bar, 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class Card(QFrame):
    """A white card with a hairline; `body` is its layout, `title` its heading if it has one."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.body = column(self, margins=(16, 14, 16, 14))
        self.title = heading()
        self.body.addWidget(self.title)
        self.set_title(title)

    def set_title(self, text: str) -> None:
        self.title.setText(text)
        self.title.setVisible(bool(text))


class Figure(Card):
    """One large figure with its name above and a remark below."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.name = muted(title)
        self.number = heading("—", "figure")
        self.remark = muted()
        for part in (self.name, self.number, self.remark):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def set_figure(self, value: Any, remark: str = "") -> None:
        """Show a value as the current language writes it (text stays as it is)."""
        self.number.setText(current().show(value))
        self.remark.setText(remark)


class Facts(QWidget):
    """Pairs of a name and a value, side by side; where there is no room, the value below.

    Names up to NAME characters stand on one line; longer ones may be broken.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = grid(self, across=14)
        self.grid.setColumnStretch(1, 1)
        self.pairs: list[tuple[QLabel, QLabel]] = []
        self.names_width = 0  # kept free for the names, so that values stand in one line
        self.is_stacked = False

    def set_facts(self, facts: Iterable[tuple[str, Any]]) -> None:
        """Show these pairs instead; values as the current language writes them."""
        for old in (each for pair in self.pairs for each in pair):
            self.grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.pairs = [_fact(name, value) for name, value in facts]
        self._place(self._has_no_room())

    def keep_for_names(self, width: int) -> None:
        """Keep so many pixels for the names where they stand beside the values."""
        self.names_width = width
        self._place(self.is_stacked)

    def minimumSizeHint(self) -> QSize:
        """What the longest word needs: the pairs can stand one part below the other."""
        widths = [part.minimumSizeHint().width() for pair in self.pairs for part in pair]
        return QSize(max(widths, default=0), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._has_no_room() != self.is_stacked:
            self._place(not self.is_stacked)

    def _has_no_room(self) -> bool:
        names = max((_one_line(name) for name, _value in self.pairs), default=0)
        return names > self._room_for_names()

    def _room_for_names(self) -> int:
        values = [value.minimumSizeHint().width() for _name, value in self.pairs]
        return self.width() - self.grid.horizontalSpacing() - max(values, default=0)

    def _place(self, stacked: bool) -> None:
        self.is_stacked = stacked
        kept = min(self.names_width, self._room_for_names())
        self.grid.setColumnMinimumWidth(0, 0 if stacked else max(kept, 0))
        self.grid.setVerticalSpacing(2 if stacked else 8)
        for line, (name, value) in enumerate(self.pairs):
            name.setMinimumWidth(0 if stacked else _one_line(name))
            value.setContentsMargins(0, 0, 0, 6 if stacked else 0)
            if stacked:
                self.grid.addWidget(name, line * 2, 0, 1, 2)
                self.grid.addWidget(value, line * 2 + 1, 0, 1, 2)
            else:
                self.grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
                self.grid.addWidget(value, line, 1)
            name.setVisible(bool(name.text()) or not stacked)


def _fact(name: str, value: Any) -> tuple[QLabel, QLabel]:
    shown = label(current().show(value))
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return muted(name), shown


def _one_line(caption: QLabel) -> int:
    metrics = caption.fontMetrics()
    return min(metrics.horizontalAdvance(caption.text()) + 1, metrics.averageCharWidth() * NAME)


class Answer(QFrame):
    """A sentence on a coloured ground with a sign beside it: good, warn, bad or plain.

    Hidden while it has nothing to say; `text()` is the sentence.
    """

    def __init__(self, tone: str = "plain", large: bool = False, name: str = "answer") -> None:
        super().__init__()
        self.setObjectName(name)
        self.sign = label(name="sign", wrap=False)
        self.label = heading("", "large" if large else "strong")
        self.label.setObjectName(f"{name}_text")
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.large = large
        self.tone = tone
        self.parts = row(self, spacing=10, margins=(14, 8, 14, 8))
        self.parts.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        self.parts.addWidget(self.label, 1)
        self.hide()

    def text(self) -> str:
        return self.label.text()

    def say(self, text: str, tone: str = "") -> None:
        """Say the sentence; an empty one hides the box."""
        self.tone = tone or self.tone
        self.setProperty("role", self.tone)
        for part in (self, self.label):
            part.style().unpolish(part)
            part.style().polish(part)
        self._draw_sign()
        self.label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        """The sign is a picture: it is drawn anew in another size or colour."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._draw_sign()

    def _draw_sign(self) -> None:
        size = style.unit(self) * (2 if self.large else 1)
        colour = "muted" if self.tone == "plain" else self.tone
        self.sign.setPixmap(icons.pixmap(SIGNS[self.tone], size, colour))


class Empty(QWidget):
    """What an empty page shows in its middle: one sentence and one button."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("empty")
        self.sentence = muted()
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = Button("", self._act, name="empty_button", primary=True)
        self.verb: Callable[[], object] | None = None
        layout = column(self, spacing=14, margins=(24, 24, 24, 24))
        layout.addStretch(2)
        layout.addWidget(self.sentence)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def say(self, text: str, verb_name: str = "", verb: Callable[[], object] | None = None) -> None:
        """Show the sentence and, where there is something to do, its button."""
        self.sentence.setText(text)
        self.verb = verb
        self.button.name(verb_name)
        self.button.setVisible(verb is not None)

    def _act(self) -> None:
        if self.verb:
            self.verb()
