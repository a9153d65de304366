"""The grid of a head-count: sex down, age across, arrow keys between cells, sums that keep up."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

from models.desk.cards import AgeBand, Sex
from translations import N_, _, current
from ui.pieces.boxes import grid, label, named
from ui.pieces.fields import CountField

CELL = N_("{sex}, age {age}")
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class CountGrid(QWidget):
    """`value` holds the persons of every cell that is not empty."""

    changed = Signal()
    finished = Signal()  # Enter in the last cell
    next_wanted = Signal()  # a plus in any cell: this count is done, the next one follows

    def __init__(self, name: str = "counts") -> None:
        super().__init__()
        self.setObjectName(name)
        self.cells: dict[tuple[Sex, AgeBand], CountField] = {}
        self.sums: dict[tuple[Sex | None, AgeBand | None], QLabel] = {}  # of a row, a column, all
        self.grid = grid(self, across=4, down=4)
        self._add_heads()
        for line, sex in enumerate(Sex, 1):
            for place, age in enumerate(AgeBand, 1):
                self._add_cell(line, place, sex, age)
        self._add_sums()
        self._add_up()

    @property
    def value(self) -> dict[tuple[Sex, AgeBand], int]:
        return {place: cell.value for place, cell in self.cells.items() if cell.value}

    @property
    def total(self) -> int:
        """All persons in the grid."""
        return sum(self.value.values())

    def clear(self) -> None:
        for cell in self.cells.values():
            cell.set_value(None)

    def fault(self) -> str:
        """The sentence of the first cell that cannot be read."""
        return next((cell.fault() for cell in self.cells.values() if cell.fault()), "")

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The first faulty cell gets the keyboard, else the first one."""
        cells = list(self.cells.values())
        next((cell for cell in cells if cell.fault()), cells[0]).setFocus(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(watched, event)
        return False

    def _key(self, cell: QObject, event: QKeyEvent) -> bool:
        """Arrows move to the cell beside; Enter goes on to the next one."""
        key, plain = Qt.Key(event.key()), Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Plus:
            plain |= Qt.KeyboardModifier.ShiftModifier  # some keyboards have it above a digit
        if event.modifiers() & ~plain:
            return False
        if key in STEPS:
            self._step(cell, *STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._next(cell)
        elif key == Qt.Key.Key_Plus:
            self.next_wanted.emit()
        else:
            return False
        return True

    def _step(self, cell: QObject, down: int, across: int) -> None:
        sexes, ages = list(Sex), list(AgeBand)
        sex, age = self._where(cell)
        line = min(max(sexes.index(sex) + down, 0), len(sexes) - 1)
        place = min(max(ages.index(age) + across, 0), len(ages) - 1)
        self.cells[sexes[line], ages[place]].setFocus(Qt.FocusReason.TabFocusReason)

    def _next(self, cell: QObject) -> None:
        cells = list(self.cells.values())
        place = next(place for place, known in enumerate(cells) if known is cell) + 1
        if place < len(cells):
            cells[place].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.finished.emit()

    def _where(self, cell: QObject) -> tuple[Sex, AgeBand]:
        return next(place for place, known in self.cells.items() if known is cell)

    def _add_heads(self) -> None:
        titles = [current().show(age) for age in AgeBand]
        for place, title in enumerate([*titles, _("Total")], 1):
            head = label(title, "muted", wrap=False)
            self.grid.addWidget(head, 0, place, Qt.AlignmentFlag.AlignRight)
        for line, title in enumerate([*(current().show(sex) for sex in Sex), _("Total")], 1):
            self.grid.addWidget(label(title, "muted", wrap=False), line, 0)

    def _add_cell(self, line: int, place: int, sex: Sex, age: AgeBand) -> None:
        said = _(CELL).format(sex=current().show(sex), age=current().show(age))
        cell = named(CountField(), f"cell_{sex.value}_{age.value}", said)
        cell.setFixedWidth(cell.fontMetrics().averageCharWidth() * 5 + 24)
        cell.setMaxLength(7)
        cell.installEventFilter(self)
        cell.changed.connect(self._add_up)
        self.cells[sex, age] = cell
        self.grid.addWidget(cell, line, place, Qt.AlignmentFlag.AlignRight)

    def _add_sums(self) -> None:
        end = Qt.AlignmentFlag.AlignRight
        for line, sex in enumerate([*Sex, None], 1):
            for place, age in enumerate([*AgeBand, None], 1):
                if sex is None or age is None:
                    sum_ = label("", "strong", name=f"sum_{sex}_{age}", wrap=False)
                    sum_.setContentsMargins(0, 0, 10, 0)
                    self.sums[sex, age] = sum_
                    self.grid.addWidget(sum_, line, place, end)

    def _add_up(self) -> None:
        counted = self.value
        for (sex, age), shown in self.sums.items():
            parts = (
                n for at, n in counted.items() if sex in (at[0], None) and age in (at[1], None)
            )
            shown.setText(current().show(sum(parts)))
        self.changed.emit()
