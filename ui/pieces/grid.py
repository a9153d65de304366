"""The table itself: how rows look, and what mouse and keyboard do in them."""

from __future__ import annotations

from collections.abc import Sequence
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
from ui.pieces.rows import BADGE_ROLE, Badge, Column, FetchedRows, TableModel

PADDING, LEADING = 8, 12
SHIFT = Qt.KeyboardModifier.ShiftModifier
NARROWEST = 15  # characters that a column without a width keeps


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
        self._prepare_heads()
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
        self._share()

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
        heads = self.horizontalHeader()
        heads.setMinimumSectionSize(metrics.averageCharWidth() * 6)
        for place, column in enumerate(self.model_.columns):
            if column.width:
                heads.resizeSection(place, self._width(place, column))
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_F10 and event.modifiers() == SHIFT:
            self.show_menu()
        else:
            super().keyPressEvent(event)

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
        heads = self.horizontalHeader()
        down = heads.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        turned = heads.sortIndicatorSection() == place and down
        order = Qt.SortOrder.DescendingOrder if turned else Qt.SortOrder.AscendingOrder
        entry = QAction(title, menu)
        entry.triggered.connect(lambda: self.sortByColumn(place, order))
        menu.addAction(entry)

    def _prepare_heads(self) -> None:
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSortIndicatorClearable(True)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        heads.sortIndicatorChanged.connect(self.fit)
        heads.setStretchLastSection(all(column.width for column in self.model_.columns))
        self.setSortingEnabled(True)

    def _share(self) -> None:
        """Columns without a width share what the others leave, but stay readable."""
        heads = self.horizontalHeader()
        places = range(len(self.model_.columns))
        shown = [place for place in places if not heads.isSectionHidden(place)]
        sharing = [place for place in shown if not self.model_.columns[place].width]
        taken = sum(heads.sectionSize(place) for place in shown if place not in sharing)
        least = self.fontMetrics().averageCharWidth() * NARROWEST
        for place in sharing:
            room = (self.viewport().width() - taken) // len(sharing)
            heads.resizeSection(place, max(room, least, self._title_width(place)))
        if self.wordWrap():
            self.resizeRowsToContents()

    def _width(self, place: int, column: Column) -> int:
        content = self.fontMetrics().horizontalAdvance("0") * (column.width or 0)
        return max(content + PADDING * 2, self._title_width(place))

    def _title_width(self, place: int) -> int:
        """Room for the bold title, and for the arrow of the sorted column."""
        title = self.model_.columns[place].title
        bold = QFontMetrics(style.bold(self.font()))  # the head's own font may still be the old
        arrow = PADDING * 2 if self.horizontalHeader().sortIndicatorSection() == place else 0
        return (bold.horizontalAdvance(_(title)) + 4 if title else 0) + arrow + PADDING * 2


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
        font = style.bold(option.font, 92)
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
