"""The field for a day: typed in any usual way, or picked from a calendar."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QLineEdit, QWidget

from models import clock
from translations import N_, _, current
from ui.pieces import icons
from ui.pieces.boxes import column, named
from ui.pieces.buttons import Button
from ui.pieces.faulty import mark

AROUND = 50  # pixels beside the text: edges, and the picture of a calendar
NOT_A_DAY = N_("“{text}” is not a day. Type it as 23. 11. 2026.")


class DateField(QLineEdit):
    """A day. Understands "3.11.", "3 11", "031126", "3/11/2026", "2026-11-03" and "11/2026".

    Arrow up and down go a day on and back; `value` is None while it is empty or unreadable.
    """

    changed = Signal()

    def __init__(self, value: date | None = None, *, name: str = "") -> None:
        super().__init__()
        self.setMaxLength(24)
        self.setObjectName(name)
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * 24 + 30)
        self.pick = QAction(icons.icon("calendar", "muted"), "", self)
        self.pick.setObjectName("calendar")
        self.pick.triggered.connect(self.open_calendar)
        self.addAction(self.pick, QLineEdit.ActionPosition.TrailingPosition)
        self.popup: CalendarPopup | None = None
        self.textChanged.connect(self.changed)
        self.textChanged.connect(lambda: mark(self, ""))
        self.retranslate()
        self.set_value(value)

    @property
    def value(self) -> date | None:
        return parse_day(self.text(), clock.today())

    def set_value(self, value: date | None) -> None:
        self.setText("" if value is None else current().day(value))

    def kept(self) -> str:
        """The day as every language reads it, or what stands there instead of one."""
        return self.value.isoformat() if self.value else self.text()

    def put_back(self, kept: Any) -> bool:
        self.setText(str(kept))
        if self.value:
            self.set_value(self.value)
        return True

    def fault(self) -> str:
        """A sentence when something is typed that is not a day."""
        bad = bool(self.text().strip()) and self.value is None
        return _(NOT_A_DAY).format(text=self.text().strip()) if bad else ""

    def open_calendar(self) -> None:
        """Show the calendar below the field."""
        self.popup = CalendarPopup(self, self.value or clock.today())
        self.popup.chosen.connect(self._choose)
        self.popup.open_below(self)

    def retranslate(self) -> None:
        self.pick.setText(_("Calendar"))
        self.pick.setToolTip(f"{_('Calendar')} (F4)")
        self.setPlaceholderText(_("day. month. year."))
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        step = steps.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_F4:
            self.open_calendar()
        elif step and not event.modifiers():
            self.set_value((self.value or clock.today()) + timedelta(days=step))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        mark(self, self.fault())
        if self.value:
            self.set_value(self.value)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """As wide as what it asks for: "day. month. year." is longer in some languages."""
        metrics = self.fontMetrics()
        asked = metrics.horizontalAdvance(self.placeholderText()) + AROUND
        self.setMinimumWidth(max(metrics.averageCharWidth() * 18 + 30, asked))

    def _choose(self, day: date) -> None:
        self.set_value(day)
        self.setFocus(Qt.FocusReason.OtherFocusReason)


class CalendarPopup(QFrame):
    """A calendar with a button for today; closes when a day is chosen."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, day: date) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "card")
        self.month = named(QCalendarWidget(self), "month", _("Calendar"))
        self.month.setLocale(QLocale())
        self.month.setMinimumHeight(self.fontMetrics().height() * 13)
        self.month.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.month.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.month.setWeekdayTextFormat(weekday, QTextCharFormat())
        self.month.setSelectedDate(QDate(day.year, day.month, day.day))
        self.month.activated.connect(self._take)
        self.month.clicked.connect(self._take)
        self.today = Button(_("Today"), lambda: self._give(clock.today()), name="today")
        layout = column(self, margins=(8, 8, 8, 8))
        layout.addWidget(self.month)
        layout.addWidget(self.today, 0, Qt.AlignmentFlag.AlignHCenter)

    def open_below(self, field: QWidget) -> None:
        self.adjustSize()
        self.move(field.mapToGlobal(QPoint(0, field.height() + 2)))
        self.show()
        self.month.setFocus()

    def _take(self, day: QDate) -> None:
        self._give(date(day.year(), day.month(), day.day()))

    def _give(self, day: date) -> None:
        self.chosen.emit(day)
        self.close()


def parse_day(text: str, today: date, *, is_past: bool = False) -> date | None:
    """The day meant by `text`, or None. A missing year is this year; "11/2026" is its last day.

    Two digits are a year of this century; `is_past`: the last such year that has come.
    """
    numbers = _numbers(text)
    if numbers is None:
        return None
    day, month, year = numbers
    if year is None:
        year = today.year
    elif year < 100:
        is_ahead = (year + 2000, month, day or 1) > (today.year, today.month, today.day)
        year += 1900 if is_past and is_ahead else 2000
    if not 1 <= month <= 12 or not 1900 <= year <= 2999:
        return None
    last = calendar.monthrange(year, month)[1]
    day = last if day is None else day
    return date(year, month, day) if 1 <= day <= last else None


def _numbers(text: str) -> tuple[int | None, int, int | None] | None:
    """Day, month and year as they were typed; None for what was not."""
    plain = re.sub(r"[\s\u00a0\u202f./\-,]+", " ", text).strip()
    for pattern, order in _WRITTEN:
        if found := re.fullmatch(pattern, plain):
            parts = dict(zip(order, map(int, found.groups()), strict=True))
            return parts.get("d"), parts["m"], parts.get("y")
    return None


_DAY, _MONTH = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])"
_YEAR = r"(\d{2}|[12]\d{3})"
_WRITTEN = (
    (f"{_DAY} {_MONTH}", "dm"),
    (f"{_DAY} {_MONTH} {_YEAR}", "dmy"),
    (rf"([12]\d{{3}}) {_MONTH} {_DAY}", "ymd"),
    (rf"{_MONTH} ([12]\d{{3}})", "my"),
    (r"(\d{2})(\d{2})", "dm"),
    (rf"(\d{{2}})(\d{{2}}){_YEAR}", "dmy"),
)
