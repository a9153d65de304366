"""The table itself: how rows look, and what mouse and keyboard do in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from translations import _
from ui import style
from ui.pieces.heads import PADDING, Heads
from ui.pieces.rows import BADGE_ROLE, Badge, Column, FetchedRows, TableModel
from ui.pieces.widths import Need, divided

LEADING = 12
SHIFT = Qt.KeyboardModifier.ShiftModifier
NARROWEST = 15  # characters that a column without a width keeps
FIRST = 10  # of them, before heads are broken into lines
LEAST = 4  # and what any has where there is truly no room
SHORT = 14  # characters: dates, times and counts, which tell nothing in part
LOOKED_AT = 100  # rows that tell how wide a column is
BADGE_SIZE = 92  # percent of the text


class TableView(QTableView):
    """A table of frozen rows: sorted by its heads or from its menu, copied with Ctrl+C.

    In one that `wraps` a long text takes several lines: for tables of few rows.
    """

    selected_changed = Signal()
    menu_filled = Signal(QMenu)  # the context menu opens: more may be added at its top

    def __init__(
        self, columns: Sequence[Column], parent: QWidget | None = None, *, wraps: bool = False
    ) -> None:
        super().__init__(parent)
        self.model_ = TableModel(columns, self)
        self.heads = Heads(self)
        self.setHorizontalHeader(self.heads)
        self.setModel(self.model_)
        self.setItemDelegate(RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(wraps)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self._needs: dict[int, Need] = {}  # of the columns seen, measured when next needed
        self._dragged: dict[int, int] = {}  # widths that the person chose, until the next `fit`
        self._is_sharing = False
        self._shared: tuple[list[int], list[int]] = [], []  # columns seen, and their widths
        self._heights = QTimer(self, singleShot=True, interval=0)  # once for all that is laid out
        self._heights.timeout.connect(self.resizeRowsToContents)
        self.heads.sortIndicatorChanged.connect(self.fit)
        self.heads.sectionResized.connect(self._drag)
        self.setSortingEnabled(True)
        self.selectionModel().selectionChanged.connect(self.selected_changed)
        self.fit()

    @property
    def selected(self) -> Any | None:
        """The selected row, or None."""
        rows = self.selectionModel().selectedRows()
        return self.model_.rows[rows[0].row()] if rows else None

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows; the place scrolled to is kept."""
        place = self.verticalScrollBar().value()
        self.selectionModel().blockSignals(True)
        self.model_.set_rows(rows)
        self.selectionModel().blockSignals(False)
        self._show_badges(rows)
        self._measure_anew()
        self._share()
        self.verticalScrollBar().setValue(place)

    def select(self, place: int | None) -> None:
        """Select the row at `place`, or none."""
        if place is None:
            self.clearSelection()
        else:
            self.selectRow(place)

    def _show_badges(self, rows: Sequence[Any]) -> None:
        """A column of badges alone, or of what is rare, takes room only while a row has one."""
        if isinstance(rows, FetchedRows):
            return
        for place, column in enumerate(self.model_.columns):
            if column.rare or (column.badge and not column.title):
                self.setColumnHidden(place, not any(column.value(row) for row in rows))

    def copy(self) -> None:
        """Put the selected rows on the clipboard, cells parted by tabs."""
        columns = range(self.model_.columnCount())
        lines = [
            "\t".join(self.model_.index(row.row(), column).data() for column in columns)
            for row in self.selectionModel().selectedRows()
        ]
        QApplication.clipboard().setText("\n".join(lines))

    def retranslate(self) -> None:
        self.model_.retranslate()
        self.fit()

    def fit(self) -> None:
        """Give rows and columns the room their text needs in the current font and language."""
        metrics = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(max(31, metrics.height() + LEADING))
        self.heads.setMinimumSectionSize(metrics.averageCharWidth() * LEAST)
        self._measure_anew()
        self._dragged.clear()
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_F10 and event.modifiers() == SHIFT:
            self.show_menu()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._has_none_chosen():
            self.selectRow(max(0, self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def _has_none_chosen(self) -> bool:
        """Qt then goes on from a row that nobody sees: the first of one alone was out of reach."""
        return bool(self.model_.rowCount()) and not self.selectionModel().hasSelection()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._open_menu(event.globalPos())

    def show_menu(self) -> None:
        """Open the menu at the row: on Linux only our own Shift+F10 does where no Menu key is."""
        under = self.visualRect(self.currentIndex()).bottomLeft()
        self._open_menu(self.viewport().mapToGlobal(under))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "model_"):
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def menu(self) -> QMenu:
        """The verbs of the page, copying, and sorting by each column, for the keyboard too."""
        menu = QMenu(self)
        self.menu_filled.emit(menu)
        copy = menu.addAction(_("Copy"), self.copy)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        sort = menu.addMenu(_("Sort by"))
        for place, column in enumerate(self.model_.columns):
            if column.title:
                self._add_sort(sort, place, _(column.title))
        return menu

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.exec(at)
        menu.deleteLater()

    def _add_sort(self, menu: QMenu, place: int, title: str) -> None:
        down = self.heads.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        turned = self.heads.sortIndicatorSection() == place and down
        order = Qt.SortOrder.DescendingOrder if turned else Qt.SortOrder.AscendingOrder
        entry = QAction(title, menu)
        entry.triggered.connect(lambda: self.sortByColumn(place, order))
        menu.addAction(entry)

    def _measure_anew(self) -> None:
        """Other rows or another font: what fitted before need not fit now."""
        self._needs, self._shared = {}, ([], [])

    def _share(self) -> None:
        """Divide the width among the columns that are seen."""
        columns = range(len(self.model_.columns))
        shown = [place for place in columns if not self.heads.isSectionHidden(place)]
        self._needs |= {place: self._need(place) for place in shown if place not in self._needs}
        sizes = divided(self.viewport().width(), [self._needs[place] for place in shown])
        if (shown, sizes) == self._shared:
            return
        self._shared = shown, sizes
        self._is_sharing = True
        for place, size in zip(shown, sizes, strict=True):
            self.heads.resizeSection(place, size)
        self._is_sharing = False
        if self.wordWrap():
            self._heights.start()

    def _drag(self, place: int, before: int, size: int) -> None:
        """A column made wider or narrower by hand stays so, and the others share the rest."""
        if not self._is_sharing and before and size:
            self._dragged[place] = size
            self._measure_anew()

    def _need(self, place: int) -> Need:
        """A badge is never cut; where there is truly no room, a title or a text ends in dots."""
        if place in self._dragged:
            size = self._dragged[place]
            return Need(size, size, size, size, size, shares=False)
        column, metrics = self.model_.columns[place], self.fontMetrics()
        texts, badges = self._content(place)
        broken, title = self.heads.widths(place)
        shares = self._takes_the_rest(place)
        few = metrics.averageCharWidth() * LEAST + PADDING * 2
        least = max(badges, min(title, few), min(texts, few))
        is_short = column.width is not None and column.width <= SHORT
        if is_short or self.model_.tells_nothing_in_part(place):
            least = max(least, texts)
        digit = metrics.horizontalAdvance("0")
        usual = digit * (column.width or NARROWEST) + PADDING * 2
        if shares:
            broken = max(broken, min(texts, digit * FIRST + PADDING * 2))
            title = max(title, min(texts, usual))
        broken, title = max(least, broken), max(least, title)
        whole = max(title, texts)
        return Need(least, broken, title, whole, max(whole, usual), shares=shares)

    def _takes_the_rest(self, place: int) -> bool:
        """Columns without a width do; where all have one, the last."""
        columns = self.model_.columns
        return not columns[place].width or (
            place == len(columns) - 1 and all(column.width for column in columns)
        )

    def _content(self, place: int) -> tuple[int, int]:
        """The widest text and the widest badge of the rows seen first, with the air around."""
        seen = range(min(len(self.model_.rows), LOOKED_AT))
        cells = [self.model_.cell(at, place) for at in seen]
        texts = {cell.text for cell in cells if not cell.badge}
        badges = {cell.text for cell in cells if cell.badge}
        bold = QFontMetrics(style.bold(self.font(), BADGE_SIZE))
        return (
            _widest(texts, self.fontMetrics(), PADDING * 2),
            _widest(badges, bold, PADDING * 4),
        )


def _widest(texts: Iterable[str], metrics: QFontMetrics, air: int) -> int:
    """Rounding takes a pixel at either side."""
    return max((metrics.horizontalAdvance(text) + air + 2 for text in texts if text), default=0)


class RowDelegate(QStyledItemDelegate):
    """Draws a cell: padded text, or a badge lower than the row; the current row has a ring."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        painter.save()
        painter.setClipRect(option.rect)
        self._paint_ground(painter, option)
        badge = index.data(BADGE_ROLE)
        if badge:
            self._paint_badge(painter, option, badge)
        else:
            self._paint_text(painter, option)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """As low as the table's rows are, or as high as a text on several lines."""
        view: Any = option.widget
        least = view.verticalHeader().defaultSectionSize()
        if not view.wordWrap() or index.data(BADGE_ROLE):
            return QSize(0, least)
        room = QRect(0, 0, view.columnWidth(index.column()) - 2 * PADDING, view.height())
        needed = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, index.data())
        return QSize(0, max(least, needed.height() + LEADING))

    def _paint_ground(self, painter: QPainter, option: Any) -> None:
        colours = style.colours()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.selection))
            if option.state & QStyle.StateFlag.State_Active and self._is_focused(option):
                self._paint_ring(painter, option.rect)
        elif option.features & QStyleOptionViewItem.ViewItemFeature.Alternate:
            painter.fillRect(option.rect, QColor(colours.zebra))

    def _paint_ring(self, painter: QPainter, rect: QRect) -> None:
        """The row that has the keyboard is edged above and below."""
        painter.setPen(QPen(QColor(style.colours().focus), 2))
        painter.drawLine(rect.left(), rect.top() + 1, rect.right() + 1, rect.top() + 1)
        painter.drawLine(rect.left(), rect.bottom(), rect.right() + 1, rect.bottom())

    def _paint_text(self, painter: QPainter, option: Any) -> None:
        room = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        painter.setFont(option.font)
        painter.setPen(QColor(style.colours().text))
        if option.widget.wordWrap():
            wrapped = option.displayAlignment | Qt.TextFlag.TextWordWrap
            painter.drawText(room, wrapped, option.text)
            return
        text = option.fontMetrics.elidedText(option.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, option.displayAlignment, text)

    def _paint_badge(self, painter: QPainter, option: Any, badge: Badge) -> None:
        ground, ink = style.tone(badge.tone)
        font = style.bold(option.font, BADGE_SIZE)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        room = option.rect.width() - PADDING * 2
        text = metrics.elidedText(badge.text, Qt.TextElideMode.ElideRight, room - PADDING * 2)
        size = (metrics.horizontalAdvance(text) + PADDING * 2, metrics.height() + 4)
        top = option.rect.top() + (option.rect.height() - size[1]) / 2
        box = QRectF(option.rect.left() + PADDING, top, *size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _is_focused(self, option: Any) -> bool:
        return bool(option.widget and option.widget.hasFocus())
