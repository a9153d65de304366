"""The program's own icons: outlines on a 24 × 24 grid, drawn in whatever colour is asked for."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui import style

PATHS = {
    "today": "M4 6h16v14H4z M4 10h16 M8 3.5V7 M16 3.5V7 M8 14h3v3H8z",
    "aid": "M3 13.5h3l3-1.5 4 1.8c1.4.6 1 2.4-.4 2.4H10 M13.5 15.5l4.6-1.7c1.7-.6 2.6 1.4 1.2 2.3"
    "L14 19.5l-8-1.5H3 M14.5 9.8l-3-2.9a2 2 0 0 1 3-2.6 2 2 0 0 1 3 2.6z",
    "stock": "M12 3l8 4.3v9.4L12 21l-8-4.3V7.3z M4.3 7.5L12 11.7l7.7-4.2 M12 11.7V21"
    " M8 5.2l7.8 4.3",
    "volunteers": "M12 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6z M6.5 19v-1.5c0-2 2.4-3.5 5.5-3.5"
    "s5.5 1.5 5.5 3.5V19z M5 12.5a2 2 0 1 1 1.4-3.6 M19 12.5a2 2 0 1 0-1.4-3.6"
    " M1.8 17.5c0-1.5 1-2.5 2.6-2.8 M22.2 17.5c0-1.5-1-2.5-2.6-2.8",
    "reports": "M6 3h8l4.5 4.5V21H6z M14 3v4.5h4.5 M9.5 17.5v-3 M12.3 17.5V11 M15 17.5v-4.5",
    "settings": "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z M10.3 3h3.4l.5 2.5 1.9 1.1"
    " 2.4-.8 1.7 2.9-1.9 1.7v2.2l1.9 1.7-1.7 2.9-2.4-.8-1.9 1.1-.5 2.5h-3.4l-.5-2.5-1.9-1.1"
    "-2.4.8-1.7-2.9 1.9-1.7v-2.2L3.8 8.7l1.7-2.9 2.4.8 1.9-1.1z",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z M15.3 15.3L20.5 20.5",
    "add": "M12 5v14 M5 12h14",
    "remove": "M6.5 6.5l11 11 M17.5 6.5l-11 11",
    "edit": "M4.5 19.5l1-4.2L16 4.8l3.2 3.2L8.7 18.5z M13.8 7l3.2 3.2",
    "delete": "M4.5 6.5h15 M9 6.5V4h6v2.5 M6.5 6.5l.8 14h9.4l.8-14 M10 10.5v6 M14 10.5v6",
    "receive": "M12 3.5v11 M7.5 10l4.5 4.5 4.5-4.5 M4 15v5h16v-5",
    "issue": "M12 14.5v-11 M7.5 8L12 3.5 16.5 8 M4 15v5h16v-5",
    "transfer": "M4 8.5h15 M15.5 5L19 8.5 15.5 12 M20 15.5H5 M8.5 12L5 15.5 8.5 19",
    "writeoff": "M4.5 6.5h15 M9 6.5V4h6v2.5 M6.5 6.5l.8 14h9.4l.8-14 M9.5 11l5 5 M14.5 11l-5 5",
    "count": "M6 4.5h12v16H6z M9.5 3h5v3h-5z M9 13l2.2 2.2L15.5 11",
    "print": "M7 8.5V3.5h10v5 M7 17H4V8.5h16V17h-3 M7 14h10v6.5H7z",
    "save": "M4.5 4.5h12l3 3v12h-15z M8 4.5v5h7v-5 M8 19.5V14h8v5.5",
    "pdf": "M6 3h8l4.5 4.5V21H6z M14 3v4.5h4.5 M9 12.5h6.5 M9 15h6.5 M9 17.5h4",
    "xlsx": "M4 5h16v14H4z M4 9.7h16 M4 14.3h16 M9.3 5v14 M14.7 5v14",
    "import": "M10 4H5v16h14v-9 M19.5 4.5L11 13 M11 8v5h5",
    "export": "M10 4H5v16h14v-5 M11 13l8.5-8.5 M14.5 4.5h5v5",
    "undo": "M8.5 5L4.5 9l4 4 M4.5 9H14a5.2 5.2 0 0 1 0 10.4H9",
    "lock": "M5.5 10.5h13V20h-13z M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5 M12 14v2.5",
    "calendar": "M4 5.5h16V20H4z M4 10h16 M8 3.5V7 M16 3.5V7",
    "warning": "M12 4l9 16H3z M12 10v4.5 M12 17.2v.3",
    "check": "M4.5 12.5l5 5 10-11",
    "stop": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M6 6l12 12",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 11v5.5 M12 7.6v.3",
    "user": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M4.5 20.5c0-3.5 3.3-6 7.5-6s7.5 2.5 7.5 6z",
    "group": "M9 12a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 12z M2.8 19c0-2.8 2.8-4.6 6.2-4.6"
    "s6.2 1.8 6.2 4.6z M18.5 8v6 M15.5 11h6",
    "card": "M3.5 5.5h17v13h-17z M3.5 9.5h17 M7 14.5h4",
    "document": "M6 3h8l4.5 4.5V21H6z M14 3v4.5h4.5 M9 12h6.5 M9 16h6.5",
    "history": "M4.5 8a8.5 8.5 0 1 1-1 4.5 M4.5 3.5V8H9 M12 7.5v5l3.5 2",
    "open": "M3.5 19V5.5h6l2 2.5h9v11z",
    "keyboard": "M2.5 6.5h19v11h-19z M6 10h.3 M10 10h.3 M14 10h.3 M18 10h.3 M8 14h8",
    "language": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M3 12h18 M12 3c5 5 5 13 0 18"
    " M12 3c-5 5-5 13 0 18",
    "backup": "M4 6c0-3.3 16-3.3 16 0v12c0 3.3-16 3.3-16 0z M4 6c0 3.3 16 3.3 16 0"
    " M4 12c0 3.3 16 3.3 16 0",
    "reload": "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9 M19.5 4v5h-5",
    "hours": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M12 6.5V12l4 2.5",
    "training": "M2.5 9L12 4.5 21.5 9 12 13.5z M6.5 11v5c2.5 2.4 8.5 2.4 11 0v-5 M21.5 9v6",
    "minus": "M5 12h14",
    "down": "M6 9.5l6 6 6-6",
}

_OUTLINE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{path}" fill="none"'
    ' stroke="{colour}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


def icon(name: str, colour: str = "text") -> QIcon:
    """The icon `name` in one of the style's colours by name; it follows light and dark by itself.

    Raises KeyError for an icon that was never drawn.
    """
    return QIcon(_Outline(PATHS[name], colour))


def pixmap(name: str, size: int, colour: str = "text") -> QPixmap:
    """The icon as a picture of `size` pixels, for a label."""
    return icon(name, colour).pixmap(QSize(size, size))


class _Outline(QIconEngine):
    """Draws one path, in the colour that is in force at the moment of painting."""

    def __init__(self, path: str, colour: str) -> None:
        super().__init__()
        self.path = path
        self.colour = colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        name = "edge" if mode == QIcon.Mode.Disabled else self.colour
        _renderer(self.path, getattr(style.colours(), name)).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return drawn

    def clone(self) -> QIconEngine:
        return _Outline(self.path, self.colour)


@cache
def _renderer(path: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_OUTLINE.format(path=path, colour=colour).encode()))
