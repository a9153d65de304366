"""Fields for text, numbers, money and choices: typed as people type, read as exact values.

Every field has `value`, `set_value`, the signal `changed`, and `fault()`: a sentence when
what is typed cannot be read, else an empty one.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QStyledItemDelegate,
    QWidget,
)

from models import units
from translations import N_, Money, _, current
from ui import style
from ui.pieces.faulty import mark

LARGEST = 10**9
NOT_A_NUMBER = N_("“{text}” is not a number that fits here. Write one such as 12.")

Options = type[enum.Enum] | Iterable[tuple[Any, str]]


class TextField(QLineEdit):
    """One line of text, without blanks at its ends; at most `longest` characters."""

    changed = Signal()

    def __init__(self, longest: int = 200, placeholder: str = "", name: str = "") -> None:
        super().__init__()
        self.setMaxLength(longest)
        self.setPlaceholderText(placeholder)
        self.setObjectName(name)
        self.textChanged.connect(self.changed)

    @property
    def value(self) -> str:
        return " ".join(self.text().split())

    def set_value(self, value: str | None) -> None:
        self.setText(value or "")
        self.setCursorPosition(0)


class NoteField(QPlainTextEdit):
    """Several lines of text; Tab leaves the field. Longer than `longest` is a fault."""

    changed = Signal()

    def __init__(self, longest: int = 5000, lines: int = 3, name: str = "") -> None:
        super().__init__()
        self.longest = longest
        self.setObjectName(name)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * lines + 14)
        self.setMaximumHeight(self.fontMetrics().lineSpacing() * lines * 2)
        self.textChanged.connect(self.changed)

    @property
    def value(self) -> str:
        return self.toPlainText().strip()

    def set_value(self, value: str | None) -> None:
        self.setPlainText(value or "")

    def fault(self) -> str:
        if len(self.value) <= self.longest:
            return ""
        said = _("The text is too long: {count} characters, at most {longest} are kept.")
        show = current().show
        return said.format(count=show(len(self.value)), longest=show(self.longest))


class NumberField(QLineEdit):
    """A number typed with a decimal comma or point; rewritten in the language's way on leaving.

    `value` is None while the field is empty or cannot be read.
    """

    changed = Signal()
    decimals = 0
    characters = 12

    def __init__(self, value: int | None = None, *, name: str = "") -> None:
        super().__init__()
        self.setMaxLength(24)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setObjectName(name)
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * (self.characters + 4) + 20)
        self._value: int | None = None
        self.textChanged.connect(self._read)
        self.set_value(value)

    @property
    def value(self) -> int | None:
        return self._value

    def set_value(self, value: int | None) -> None:
        self.setText("" if value is None else self._written(value))

    def fault(self) -> str:
        """A sentence when something is typed that is not a number."""
        bad = bool(self.text().strip()) and self.value is None
        return _(NOT_A_NUMBER).format(text=self.text().strip()) if bad else ""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        mark(self, self.fault())
        if self.value is not None:
            self.set_value(self.value)

    def changeEvent(self, event: QEvent) -> None:
        """In another language the same number is written with other marks."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._value is not None:
            self.set_value(self._value)

    def _read(self, text: str) -> None:
        number = parse_number(text, self.decimals)
        self._value = None if number is None else self._stored(number)
        mark(self, "")
        self.changed.emit()

    def _stored(self, number: Decimal) -> int:
        return int(number)

    def _written(self, value: int) -> str:
        return current().number(value)


class CountField(NumberField):
    """A whole number of things or people, zero or more."""

    characters = 6


class QuantityField(NumberField):
    """A quantity with up to three decimals; `value` is in thousandths of the unit."""

    decimals = 3
    characters = 10

    def _stored(self, number: Decimal) -> int:
        return units.thousandths(number)

    def _written(self, value: int) -> str:
        return current().number(units.decimal(value))


class MoneyField(NumberField):
    """An amount of money; `value` is in fenings."""

    decimals = 2

    def _stored(self, number: Decimal) -> int:
        return int(number * 100)

    def _written(self, value: int) -> str:
        return current().show(Money(value))

    def __init__(self, value: int | None = None, *, name: str = "") -> None:
        super().__init__(value, name=name)
        self.setPlaceholderText(current().show(Money(0)))


class Choice(QComboBox):
    """One of the members of an Enum, or of (value, label) pairs; `none` adds an empty choice.

    Labels of pairs are data and shown as they are, unless `marked` says that they are
    messages; labels that are Enum members speak the current language.
    """

    changed = Signal()

    def __init__(
        self,
        options: Options = (),
        *,
        none: str | None = None,
        marked: bool = False,
        name: str = "",
    ) -> None:
        super().__init__()
        self.options: Sequence[tuple[Any, Any]] = ()
        self.marked = marked
        self.none = none
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setItemDelegate(QStyledItemDelegate(self))  # the list obeys the stylesheet
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_options(options)
        self.currentIndexChanged.connect(self.changed)

    @property
    def value(self) -> Any:
        """The chosen value; None for the empty choice."""
        place = self.currentIndex()
        return self.options[place][0] if 0 <= place < len(self.options) else None

    def set_value(self, value: Any) -> None:
        """Choose it; a value that is not offered leaves the choice open, never another one."""
        values = [known for known, _label in self.options]
        unknown = 0 if value is None else -1
        self.setCurrentIndex(values.index(value) if value in values else unknown)

    def set_options(self, options: Options) -> None:
        """Offer these instead; what was chosen stays chosen if it is there, else the first is."""
        kept = self.value
        pairs = [(member, member) for member in options] if isinstance(options, type) else options
        empty = [] if self.none is None else [(None, self.none)]
        self.options = [*empty, *pairs]
        with QSignalBlocker(self):  # whoever holds them back already goes on doing so
            self.clear()
            self.addItems([self._shown(place) for place in range(len(self.options))])
            self.set_value(kept if kept in [value for value, _label in self.options] else None)
        if self.value != kept:
            self.changed.emit()

    def retranslate(self) -> None:
        for place in range(len(self.options)):
            self.setItemText(place, self._shown(place))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the form; it changes a choice only where the keyboard is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def initStyleOption(self, option: Any) -> None:
        """A label without room ends in dots; Qt would break it into a line out of sight."""
        super().initStyleOption(option)
        room = self.width() - self.fontMetrics().height() * 2 - 8
        dots = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(self.currentText(), dots, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_arrow(self)

    def _shown(self, place: int) -> str:
        label = self.options[place][1]
        if isinstance(label, enum.Enum):
            return current().show(label)
        is_message = self.marked or (place == 0 and label == self.none)
        return _(label) if is_message else str(label)


def paint_arrow(widget: QWidget) -> None:
    """The small arrow of a choice, drawn in the colour of its text."""
    colours = style.colours()
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.muted if widget.isEnabled() else colours.edge), 1.6))
    half = widget.fontMetrics().height() / 4
    middle = QPoint(int(widget.width() - half * 4), int(widget.height() / 2))
    left = QPoint(int(middle.x() - half), int(middle.y() - half / 2))
    right = QPoint(int(middle.x() + half), int(middle.y() - half / 2))
    painter.drawPolyline([left, QPoint(middle.x(), int(middle.y() + half / 2)), right])
    painter.end()


def parse_number(text: str, decimals: int = 3) -> Decimal | None:
    """The number meant by `text`, or None when it is not one that fits.

    A comma and a point together: the last one is the decimal mark. One mark alone groups
    thousands only where the current language writes it so and three digits follow.
    """
    plain = re.sub(r"[\s\u00a0\u202f]|KM$|КМ$", "", text.strip())
    if not re.fullmatch(r"\d[\d.,]*|[.,]\d+", plain):
        return None
    mark_ = _decimal_mark(plain)
    grouping = "," if mark_ == "." else "."
    whole, _point, fraction = plain.partition(mark_)
    if not _is_grouped(whole, grouping) or not re.fullmatch(r"\d*", fraction):
        return None
    number = Decimal(f"{whole.replace(grouping, '') or '0'}.{fraction or '0'}")
    fits = len(fraction.rstrip("0")) <= decimals and number <= LARGEST
    return number if fits else None


def _decimal_mark(plain: str) -> str:
    usual = current().number(Decimal("1.5"))[1]
    other = "," if usual == "." else "."
    if usual in plain and other in plain:
        return max(usual, other, key=plain.rfind)
    groups = re.fullmatch(rf"[1-9]\d{{0,2}}(\{other}\d{{3}})+", plain)
    return usual if usual in plain or groups else other


def _is_grouped(whole: str, mark_: str) -> bool:
    return mark_ not in whole or bool(re.fullmatch(rf"\d{{1,3}}(\{mark_}\d{{3}})+", whole))
