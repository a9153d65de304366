"""Rows and columns of a table: what is shown, how it sorts, rows fetched only as scrolled to."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from models import text
from translations import Money, _, current
from ui.pieces.boxes import tip

SORT_ROLE = Qt.ItemDataRole.UserRole + 1  # the raw value, as it sorts
ROW_ROLE = Qt.ItemDataRole.UserRole + 2  # the whole row
BADGE_ROLE = Qt.ItemDataRole.UserRole + 3  # a Badge, or None
FETCHED = 100  # rows read at a time from a list that can grow

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Badge:
    """A word worth noticing, already in the current language; tone: good, warn, bad or plain."""

    text: str
    tone: str = "plain"


class Cell(NamedTuple):
    """What is seen of a value: its text, and the badge that it is, if it is one."""

    text: str
    badge: Badge | None = None


@dataclass(frozen=True)
class Column:
    """One column: its marked title and how to take its value from a row.

    `width` is in characters (None: the column shares what is left); `align` is "left" or
    "right" (None: numbers right); `show` turns the value into text where the language's
    usual way does not do; `order` names the column to `load_ids` of a list that can grow. A
    `rare` one is hidden while no row has anything in it.
    """

    title: str
    value: Callable[[Any], Any]
    width: int | None = None
    align: str | None = None
    badge: bool = False
    show: Callable[[Any], str] | None = None
    order: str = ""
    rare: bool = False

    def text(self, row: Any) -> str:
        """What stands in the cell, in the current language; nothing for nothing."""
        return self.cell(row).text

    def cell(self, row: Any) -> Cell:
        """What stands in the cell, in the current language, and the badge if that is one."""
        value = self.value(row)
        if value is None:
            return Cell("" if self.badge else current().show(None))
        if isinstance(value, Badge):
            return Cell(value.text, value)
        text = self.show(value) if self.show else current().show(value)
        return Cell(text, Badge(text) if self.badge else None)


class FetchedRows(Sequence[Any]):
    """Rows of a long list: the ids are known, the rows are read in portions when looked at."""

    def __init__(self, ids: Sequence[int], fetch: Callable[[Sequence[int]], list[Any]]) -> None:
        self.ids = ids
        self.fetch = fetch
        self._portions: dict[int, list[Any]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        portion, place = divmod(range(len(self))[at], FETCHED)
        if portion not in self._portions:
            first = portion * FETCHED
            self._portions[portion] = self.fetch(self.ids[first : first + FETCHED])
        return self._portions[portion][place]


class TableModel(QAbstractTableModel):
    """Shows frozen rows through columns; used by every table of the program."""

    order_wanted = Signal(int, bool)  # a long list is to be sorted: column, descending

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: Sequence[Any] = ()
        self._loaded: Sequence[Any] = ()
        self._right: list[bool] = [column.align == "right" for column in columns]
        self._sorted: tuple[int, bool] | None = None
        self._cells: dict[tuple[int, int, str], Cell] = {}  # written once, then painted often

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows instead, in the order the person chose before."""
        self.beginResetModel()
        self._cells.clear()
        self._loaded = self.rows = rows
        if self._sorted and not isinstance(rows, FetchedRows):
            self.rows = self._in_order(*self._sorted)
        self._right = [self._is_right(column) for column in self.columns]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        at, place = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(at, place).text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.cell(at, place).text)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._right[place] else LEFT
        if role == BADGE_ROLE:
            return self.cell(at, place).badge
        if role == SORT_ROLE:
            return self.columns[place].value(self.rows[at])
        return self.rows[at] if role == ROW_ROLE else None

    def cell(self, at: int, place: int) -> Cell:
        """What is seen in a column of the row at that place, in the current language."""
        key = at, place, current().code
        if key not in self._cells:
            self._cells[key] = self.columns[place].cell(self.rows[at])
        return self._cells[key]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            title = self.columns[section].title
            return _(title) if title else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._right[section] else LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's raw values; column -1 gives back the order of loading."""
        descending = order == Qt.SortOrder.DescendingOrder
        self._sorted = (column, descending) if column >= 0 else None
        if isinstance(self._loaded, FetchedRows):
            self.order_wanted.emit(column, descending)
            return
        self.layoutAboutToBeChanged.emit()
        before = self.rows
        self._cells.clear()
        self.rows = self._in_order(column, descending) if column >= 0 else self._loaded
        self._move_persistent(before)
        self.layoutChanged.emit()

    def tells_nothing_in_part(self, place: int) -> bool:
        """Whether the column is of figures or moments: one that is cut is read as another."""
        return self._right[place] or isinstance(self._example(self.columns[place]), date | time)

    def retranslate(self) -> None:
        """Write heads and cells anew in the current language."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if self.rows:
            last = self.index(len(self.rows) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _in_order(self, column: int, descending: bool) -> list[Any]:
        value = self.columns[column].value
        known = [row for row in self._loaded if value(row) is not None]
        unknown = [row for row in self._loaded if value(row) is None]
        names = (_told(value(row)) for row in known)
        alphabet = text.order_of(name for name in names if isinstance(name, str))
        known.sort(key=lambda row: _comparable(value(row), alphabet), reverse=descending)
        return known + unknown

    def _move_persistent(self, before: Sequence[Any]) -> None:
        """Let the selection follow its row to the new place."""
        places = {id(row): place for place, row in enumerate(self.rows)}
        for index in self.persistentIndexList():
            place = places[id(before[index.row()])]
            self.changePersistentIndex(index, self.index(place, index.column()))

    def _is_right(self, column: Column) -> bool:
        if column.align:
            return column.align == "right"
        return _is_number(self._example(column))

    def _example(self, column: Column) -> Any:
        """The first value that a row seen first has in the column; None where none has any."""
        values = (column.value(row) for row in self.rows[:20])
        return next((value for value in values if value is not None), None)


def place_of(rows: Sequence[Any], identity: Any, identify: Callable[[Any], Any]) -> int | None:
    """Where the row with that identity stands, or None."""
    known: Iterable[Any] = (
        rows.ids if isinstance(rows, FetchedRows) else (identify(row) for row in rows)
    )
    return next((place for place, found in enumerate(known) if found == identity), None)


def _comparable(value: Any, alphabet: Callable[[str], str]) -> Any:
    told = _told(value)
    return alphabet(told) if isinstance(told, str) else told


def _told(value: Any) -> Any:
    """What is written for a value that has a name; any other value itself."""
    if isinstance(value, Badge):
        return value.text
    return current().show(value) if isinstance(value, enum.Enum) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal, Money)) and not isinstance(value, bool)
