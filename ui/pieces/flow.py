"""A row of buttons that goes on in the next line when the window or the text leaves no room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flow(QLayout):
    """Widgets from left to right; those marked aside keep to the right end of their line.

    One that `squeezes` makes them as narrow as they can be before a line is broken.
    """

    def __init__(
        self, parent: QWidget | None = None, spacing: int = 8, *, squeezes: bool = False
    ) -> None:
        super().__init__(parent)
        self.squeezes = squeezes
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)
        self.items: list[QLayoutItem] = []
        self.aside: set[QWidget] = set()
        self._heights: dict[int, int] = {}  # by width: asked for many times before a page is seen
        self._least: QSize | None = None

    def add_aside(self, widget: QWidget) -> None:
        """Add a widget that keeps to the right."""
        self.aside.add(widget)
        self.addWidget(widget)

    def add_ahead(self, widget: QWidget) -> None:
        """Add a widget before all that keep to the right."""
        self.addWidget(widget)
        self.items.insert(len(self.items) - 1 - len(self.aside), self.items.pop())

    def stops(self) -> list[QWidget]:
        """What Tab stops at, from left to right."""
        widgets = [widget for item in self.items if (widget := item.widget())]
        parts = [part for each in widgets for part in (each, *each.findChildren(QWidget))]
        here = [part for part in parts if part.window() is widgets[0].window()]
        return [part for part in here if part.focusPolicy() & Qt.FocusPolicy.TabFocus]

    def addItem(self, item: QLayoutItem) -> None:
        self.items.append(item)

    def count(self) -> int:
        return len(self.items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self.items[index] if 0 <= index < len(self.items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self.items.pop(index) if 0 <= index < len(self.items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def invalidate(self) -> None:
        """What is inside has become another size."""
        super().invalidate()
        self._heights, self._least = {}, None

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        widths = [item.sizeHint().width() for item in self._shown()]
        return QSize(sum(widths) + self.spacing() * max(len(widths) - 1, 0), self._tallest())

    def minimumSize(self) -> QSize:
        if self._least is None:
            widest = max((item.minimumSize().width() for item in self._shown()), default=0)
            self._least = QSize(widest, self._tallest())
        return self._least

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Put every widget in its line; the height that all lines take."""
        top = rect.y()
        for line in self._lines(rect.width()):
            height = max(item.sizeHint().height() for item in line)
            if move:
                self._place_line(line, QRect(rect.x(), top, rect.width(), height))
            top += height + self.spacing()
        return max(top - self.spacing() - rect.y(), 0)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._shown():
            least = item.minimumSize() if self.squeezes else item.sizeHint()
            wanted = least.width() + self.spacing()
            if not lines or wanted - self.spacing() > left:
                lines.append([])
                left = width
            lines[-1].append(item)
            left -= wanted
        return lines

    def _place_line(self, line: list[QLayoutItem], rect: QRect) -> None:
        sizes = [item.sizeHint() for item in line]
        between = self.spacing() * (len(line) - 1)
        if self.squeezes and sum(size.width() for size in sizes) + between > rect.width():
            sizes = [item.minimumSize().expandedTo(QSize(0, size.height()))
                     for item, size in zip(line, sizes, strict=True)]  # fmt: skip
        taken = sum(size.width() for size in sizes) + between
        spare, x = max(rect.width() - taken, 0), rect.x()
        for item, size in zip(line, sizes, strict=True):
            if item.widget() in self.aside:
                x, spare = x + spare, 0
            y = rect.y() + (rect.height() - size.height()) // 2
            item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self.items if not item.isEmpty()]

    def _tallest(self) -> int:
        return max((item.sizeHint().height() for item in self._shown()), default=0)
