"""The choice of what time a report is about: a calendar month, or free days from–to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from models import clock
from models.periods import BackwardPeriod, Period
from translations import N_, _, current
from ui.pieces.boxes import column, grid, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.dates import DateField
from ui.pieces.fields import Choice

PLEASE_TYPE = N_("Type the first and the last day.")


class MonthField(QWidget):
    """One of the months from `since` on, with a button to the month before and to the next."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.months: Sequence[Period] = ()
        self.choice = Choice(name="month")
        self.before = Button("‹", self.go_back, name="month_before")
        self.next = Button("›", self.go_on, name="month_next")
        layout = row(self, spacing=4)
        layout.addWidget(self.choice, 1)
        for button in (self.before, self.next):
            layout.addWidget(button)
        self.choice.changed.connect(self._moved)
        self.setFocusProxy(self.choice)
        self.offer(None)
        self.retranslate()

    @property
    def value(self) -> Period:
        """The month chosen."""
        found = self.choice.value
        return found if isinstance(found, Period) else self.months[0]

    def set_value(self, month: Period) -> None:
        """Choose the month; one never offered is offered from now on."""
        if month not in self.months:
            self.offer(min(month.first, self.months[-1].first))
        self.choice.set_value(month)

    def offer(self, since: date | None) -> None:
        """Offer this month and those before it, back to `since` and a year at the least."""
        today = clock.today()
        month = Period.month(today.year, today.month)
        months = [month]
        while len(months) < 13 or (since and months[-1].first > since):
            months.append(months[-1].previous)
        chosen = self.choice.value or months[1]
        self.months = months
        self._name_months(chosen)

    def go_back(self) -> None:
        """To the month before."""
        self.choice.setCurrentIndex(min(self.choice.currentIndex() + 1, len(self.months) - 1))

    def go_on(self) -> None:
        """To the month after."""
        self.choice.setCurrentIndex(max(self.choice.currentIndex() - 1, 0))

    def retranslate(self) -> None:
        self.choice.setAccessibleName(_("Month"))
        for button, said in ((self.before, _("Month before")), (self.next, _("Next month"))):
            button.setAccessibleName(said)
            button.setToolTip(said)
        self._name_months(self.value)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _name_months(self, chosen: Period) -> None:
        show = current().month
        self.choice.set_options([(month, show(month.first)) for month in self.months])
        self.choice.blockSignals(True)
        self.choice.set_value(chosen)
        self.choice.blockSignals(False)
        self._show_ends()

    def _moved(self) -> None:
        self._show_ends()
        self.changed.emit()

    def _show_ends(self) -> None:
        place = self.choice.currentIndex()
        self.before.setEnabled(place < len(self.months) - 1)
        self.next.setEnabled(place > 0)


class DaysField(QWidget):
    """A first and a last day; `value` is None until both can be read."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        today = clock.today()
        self.first = DateField(today.replace(day=1), name="first_day")
        self.last = DateField(today, name="last_day")
        self.captions = {self.first: label(wrap=False), self.last: label(wrap=False)}
        layout = grid(self)
        for line, (field, caption) in enumerate(self.captions.items()):
            caption.setBuddy(field)
            layout.addWidget(caption, line, 0)
            layout.addWidget(field, line, 1)
        layout.setColumnStretch(1, 1)
        self.first.changed.connect(self.changed)
        self.last.changed.connect(self.changed)
        self.setFocusProxy(self.first)
        self.retranslate()

    @property
    def value(self) -> Period | None:
        first, last = self.first.value, self.last.value
        return Period(first, last) if first and last and first <= last else None

    def set_value(self, period: Period) -> None:
        self.first.set_value(period.first)
        self.last.set_value(period.last)

    def fault(self) -> str:
        """Why there is no period, in a sentence."""
        first, last = self.first.value, self.last.value
        if first and last:
            return "" if first <= last else BackwardPeriod(first=first, last=last).text()
        return self.first.fault() or self.last.fault() or _(PLEASE_TYPE)

    def retranslate(self) -> None:
        for field, said in ((self.first, _("From")), (self.last, _("Until"))):
            self.captions[field].setText(said)
            field.setAccessibleName(said)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class PeriodField(QWidget):
    """A month or free days, whichever is asked for."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.month = named(MonthField(), "month_field")
        self.days = named(DaysField(), "days_field")
        self.is_month = True
        layout = column(self)
        for field in (self.month, self.days):
            layout.addWidget(field)
            field.changed.connect(self.changed)
        self.days.hide()

    @property
    def value(self) -> Period | None:
        return self.month.value if self.is_month else self.days.value

    def fault(self) -> str:
        return "" if self.is_month else self.days.fault()

    def ask_for_month(self, yes: bool) -> None:
        """Offer months, or free days."""
        self.is_month = yes
        self.month.setVisible(yes)
        self.days.setVisible(not yes)
        self.changed.emit()
