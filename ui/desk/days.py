"""The filter for days: today, a few days back, a month, or any days from one to another."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QLabel, QWidget

from models import clock
from models.periods import EARLIEST_YEAR, Period
from translations import N_, _
from ui.pieces.boxes import label, row
from ui.pieces.dates import DateField
from ui.pieces.fields import Choice

NAMED = (
    ("today", N_("today")),
    ("yesterday", N_("yesterday")),
    ("week", N_("last 7 days")),
    ("month", N_("this month")),
    ("last_month", N_("last month")),
    ("other", N_("other days…")),
)
ALL = ("all", N_("all days"))


class DaysField(QWidget):
    """`value` is always a period; days that cannot be read leave the one before in force.

    `any_day` begins with all days, and offers them first.
    """

    changed = Signal()

    def __init__(self, name: str = "days", *, any_day: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        named = (ALL, *NAMED) if any_day else NAMED
        self.choice = Choice(named, marked=True, name=f"{name}_choice")
        self.first, self.last = DateField(name=f"{name}_first"), DateField(name=f"{name}_last")
        self.dash = label("–", wrap=False)
        self._period = _period(self.choice.value)
        layout = row(self, spacing=4)
        for part in (self.choice, self.first, self.dash, self.last):
            layout.addWidget(part)
        self.setFocusProxy(self.choice)
        self.choice.changed.connect(self._chosen)
        self.first.changed.connect(self._typed)
        self.last.changed.connect(self._typed)
        self._show_days()
        self.retranslate()

    @property
    def value(self) -> Period:
        """The days chosen; "today" is always the day it is now."""
        chosen = self.choice.value
        return self._period if chosen == "other" else _period(chosen)

    def show_period(self, period: Period) -> None:
        """Choose these days."""
        self._period = period
        self.choice.set_value("other")
        self._fill()
        self.changed.emit()

    def retranslate(self) -> None:
        self.choice.setAccessibleName(_("Days"))
        self.first.setAccessibleName(_("From day"))
        self.last.setAccessibleName(_("To day"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _chosen(self) -> None:
        if self.choice.value != "other":
            self._period = self.value
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        for field, day in ((self.first, self._period.first), (self.last, self._period.last)):
            field.blockSignals(True)
            field.set_value(day)
            field.blockSignals(False)
        self._show_days()

    def _typed(self) -> None:
        first, last = self.first.value, self.last.value
        if first and last and first <= last and Period(first, last) != self._period:
            self._period = Period(first, last)
            self.changed.emit()

    def _show_days(self) -> None:
        parts: tuple[QLabel | DateField, ...] = (self.first, self.dash, self.last)
        for part in parts:
            part.setVisible(self.choice.value == "other")


def _period(name: str) -> Period:
    today = clock.today()
    if name == "all":
        return Period(date(EARLIEST_YEAR, 1, 1), today)
    if name == "yesterday":
        return Period(today - timedelta(days=1), today - timedelta(days=1))
    if name == "week":
        return Period(today - timedelta(days=6), today)
    if name in ("month", "last_month"):
        month = Period.month(today.year, today.month)
        return month if name == "month" else month.previous
    return Period(today, today)
