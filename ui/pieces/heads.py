"""The heads of a table: a title without room is broken into lines, a word without room in dots."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView, QStyleOptionHeader, QWidget

from ui import style

PADDING = 8
WRAPPED = Qt.TextFlag.TextWordWrap


class Heads(QHeaderView):
    """Clicked they sort; Qt itself would write each title on one line and cut it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setSortIndicatorClearable(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def widths(self, place: int) -> tuple[int, int]:
        """Pixels for a title, with a word below the other or on one line, and for the arrow."""
        title, metrics = self._title(place), self._metrics()
        air = self._air(place) + (4 if title else 0)
        words = max((metrics.horizontalAdvance(word) for word in title.split()), default=0)
        return words + air, metrics.horizontalAdvance(title) + air

    def sectionSizeFromContents(self, place: int) -> QSize:
        """As high as the lines that the title takes in the width it has now."""
        size, metrics = super().sectionSizeFromContents(place), self._metrics()
        room = QRect(0, 0, self.sectionSize(place) - self._air(place), 0)
        needed = metrics.boundingRect(room, WRAPPED, self._title(place)).height()
        return size + QSize(0, max(needed - metrics.height(), 0))

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, place: int) -> None:
        super().initStyleOptionForIndex(option, place)
        room, metrics = self.sectionSize(place) - self._air(place), self._metrics()
        dots = Qt.TextElideMode.ElideRight
        words = (metrics.elidedText(word, dots, room) for word in self._title(place).split())
        option.text = " ".join(words)
        option.textAlignment |= Qt.AlignmentFlag(WRAPPED.value)

    def _title(self, place: int) -> str:
        title: str = self.model().headerData(place, Qt.Orientation.Horizontal)
        return title

    def _air(self, place: int) -> int:
        """What of a section is no room for its title: air, and the arrow of the sorted one."""
        return PADDING * 2 * (2 if self.sortIndicatorSection() == place else 1)

    def _metrics(self) -> QFontMetrics:
        """Titles are bold; the heads' own font may still be the one of before."""
        table = self.parentWidget()
        assert table is not None
        return QFontMetrics(style.bold(table.font()))
