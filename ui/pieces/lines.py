"""The lines of a document: a grid of fields; Enter goes on, new lines come by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from translations import N_, _
from ui.pieces import typed
from ui.pieces.boxes import column as stacked
from ui.pieces.boxes import grid
from ui.pieces.buttons import Button
from ui.pieces.cards import muted
from ui.pieces.faulty import mark

CELL = N_("{column}, line {line}")


@dataclass(frozen=True)
class LineColumn:
    """One column of the grid: its name in the result, its marked title, and how its field is made.

    A field is one of `ui.pieces.fields`, a `DateField` or a `Picker` (anything with `value` and
    `set_value`). `stretch` shares the width that is left.
    """

    name: str
    title: str
    field: Callable[[], Any]
    stretch: int = 0


class LinesEdit(QWidget):
    """Lines typed one under the other; `lines()` gives those that are not empty."""

    changed = Signal()
    cell_changed = Signal(int, str)  # which line (0 is the first) and which column
    grown = Signal()  # a line more needs room

    def __init__(self, columns: Sequence[LineColumn], name: str = "lines") -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.setObjectName(name)
        self._rows: list[_Line] = []
        self.grid = grid(across=6, down=4)
        layout = stacked(self)
        layout.addLayout(self.grid)
        layout.addStretch(1)
        for place, column in enumerate(self.columns):
            self.grid.addWidget(muted(_(column.title)), 0, place)
            self.grid.setColumnStretch(place, column.stretch)
        self.add_line()

    @property
    def value(self) -> list[dict[str, Any]] | None:
        """The lines, or None when there is none: a required field."""
        return self.lines() or None

    def lines(self) -> list[dict[str, Any]]:
        """A value per column name for every line that is not empty."""
        return [self._values(row) for row in self._filled()]

    def set_lines(self, lines: Sequence[dict[str, Any]]) -> None:
        """Show these lines; the value of a picker is a pair (id, label)."""
        self.clear()
        for place, values in enumerate(lines):
            if place:
                self.add_line()
            for name, value in values.items():
                self.set(place, name, value)

    def kept(self) -> list[dict[str, Any]]:
        """What stands in every cell of the lines that are not empty."""
        return [
            {name: typed.content(field) for name, field in row.fields.items()}
            for row in self._filled()
        ]

    def put_back(self, kept: Any) -> bool:
        """Fill the lines again, cell by cell from the left: what one offers depends on those."""
        self.clear()
        is_fitting = isinstance(kept, list) and all(isinstance(cells, dict) for cells in kept)
        lines: list[dict[str, Any]] = kept if is_fitting else []
        self._add_lines(len(lines) - 1)
        placed = [
            name in row.fields and typed.put_in(row.fields[name], said)
            for row, cells in zip(self._rows, lines, strict=False)
            for name, said in cells.items()
        ]
        return is_fitting and all(placed)

    def set(self, line: int, name: str, value: Any) -> None:
        """Fill one cell; the value of a picker is a pair (id, label)."""
        field = self.field(line, name)
        if isinstance(value, tuple):
            field.set_value(*value)
        else:
            field.set_value(value)

    def field(self, line: int, name: str) -> Any:
        """The field in a line (0 is the first) and column."""
        return self._rows[line].fields[name]

    def count(self) -> int:
        """How many lines stand in the grid, the empty ones too."""
        return len(self._rows)

    def clear(self) -> None:
        """Leave one empty line."""
        while self._rows:
            self._take_away(self._rows[-1])
        self.add_line()

    def add_line(self) -> None:
        """Add an empty line at the end."""
        self._add_lines(1)

    def remove_line(self, line: int) -> None:
        """Take a line away; the last one is emptied instead."""
        self._take_away(self._rows[line])
        if not self._rows:
            self.add_line()
        self._place_rows()
        self._focus(min(line, len(self._rows) - 1), 0)
        self.changed.emit()

    def mark(self, line: int, name: str, reason: str) -> None:
        """Show that a cell cannot be saved as it is, and go there; `line` counts filled lines."""
        field = self._filled()[line].fields[name]
        mark(field, reason)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def fault(self) -> str:
        """The sentence of the first cell that cannot be read; all such cells are marked."""
        faults = []
        for row in self._rows:
            for field in row.fields.values():
                reason = field.fault() if hasattr(field, "fault") else ""
                mark(field, reason)
                faults += [reason] if reason else []
        return faults[0] if faults else ""

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The first faulty cell gets the keyboard, else the first one."""
        cells = [field for row in self._rows for field in row.fields.values()]
        faulty = next((cell for cell in cells if cell.property("faulty")), cells[0])
        faulty.setFocus(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        return False

    def _add_lines(self, count: int) -> None:
        for _line in range(count):
            row = _Line({column.name: column.field() for column in self.columns})
            row.button = self._button(row)
            self._dress(row)
            self._rows.append(row)
        self._place_rows()
        self.grown.emit()

    def _button(self, row: _Line) -> Button:
        return Button(_("Remove line"), lambda: self.remove_line(self._rows.index(row)))

    def _key(self, field: QObject, event: QKeyEvent) -> bool:
        line, place = self._where(field)
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Delete and control:
            self.remove_line(line)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            if hasattr(field, "settle"):
                field.settle()
            self._go_on(line, place)
        elif event.key() == Qt.Key.Key_Tab and self._is_end(line, place):
            return self._tab_off(line)
        else:
            return False
        return True

    def _go_on(self, line: int, place: int) -> None:
        """To the next cell; from the last one to a new line."""
        if place + 1 < len(self.columns):
            self._focus(line, place + 1)
            return
        if line + 1 == len(self._rows):
            self.add_line()
        self._focus(line + 1, 0)

    def _tab_off(self, line: int) -> bool:
        """Tab at the end opens a new line, but leaves the grid from an empty one."""
        if not self._is_filled(self._rows[line]):
            return False
        self.add_line()
        self._focus(line + 1, 0)
        return True

    def _is_end(self, line: int, place: int) -> bool:
        return line + 1 == len(self._rows) and place + 1 == len(self.columns)

    def _focus(self, line: int, place: int) -> None:
        name = self.columns[place].name
        self._rows[line].fields[name].setFocus(Qt.FocusReason.TabFocusReason)

    def _where(self, field: QObject) -> tuple[int, int]:
        for line, row in enumerate(self._rows):
            for place, found in enumerate(row.fields.values()):
                if found is field:
                    return line, place
        return len(self._rows) - 1, 0

    def _filled(self) -> list[_Line]:
        return [row for row in self._rows if self._is_filled(row)]

    def _is_filled(self, row: _Line) -> bool:
        """A line counts once anything is typed or chosen in it."""
        return any(_has_something(row, name) for name in row.fields)

    def _values(self, row: _Line) -> dict[str, Any]:
        return {name: field.value for name, field in row.fields.items()}

    def _dress(self, row: _Line) -> None:
        row.button.setProperty("flat", True)
        row.button.setText("×")
        row.button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        row.button.setToolTip(f"{_('Remove line')} (Ctrl+Delete)")
        for name, field in row.fields.items():
            row.initial[name] = field.value
            field.installEventFilter(self)
            field.changed.connect(lambda name=name: self._cell_moved(row, name))

    def _cell_moved(self, row: _Line, name: str) -> None:
        if row in self._rows:
            self.cell_changed.emit(self._rows.index(row), name)
            self.changed.emit()

    def _place_rows(self) -> None:
        """Put every line where it belongs, and name its cells by line and column."""
        for line, row in enumerate(self._rows):
            for place, column in enumerate(self.columns):
                field = row.fields[column.name]
                field.setObjectName(f"{column.name}_{line}")
                said = _(CELL).format(column=_(column.title), line=line + 1)
                field.setAccessibleName(said)
                self.grid.addWidget(field, line + 1, place)
                field.show()  # now, not at the next turn: it is to get the keyboard
            row.button.setObjectName(f"remove_{line}")
            self.grid.addWidget(row.button, line + 1, len(self.columns))
        cells = [field for row in self._rows for field in row.fields.values()]
        for before, after in pairwise(cells):
            QWidget.setTabOrder(before, after)

    def _take_away(self, row: _Line) -> None:
        """The keyboard may be in it: what it passes on the way out is no longer asked about."""
        self._rows.remove(row)
        for field in row.fields.values():
            field.removeEventFilter(self)
        for widget in (*row.fields.values(), row.button):
            self.grid.removeWidget(widget)
            widget.setParent(None)
            widget.deleteLater()


class _Line:
    """The fields of one line by column name, what they held at first, and its remove button."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.initial: dict[str, Any] = {}
        self.button: Button


def _has_something(row: _Line, name: str) -> bool:
    field = row.fields[name]
    unread = bool(hasattr(field, "fault") and field.fault())
    return unread or field.value != row.initial[name]
