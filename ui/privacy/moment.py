"""The field for a moment: a day and a time by the office's clock."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from PySide6.QtCore import QTime, Signal
from PySide6.QtWidgets import QTimeEdit, QWidget

from models import clock
from translations import _
from ui.pieces import typed
from ui.pieces.boxes import row
from ui.pieces.dates import DateField


class MomentField(QWidget):
    """`value` is the moment in UTC; None while the day is empty or unreadable."""

    changed = Signal()

    def __init__(self, value: datetime | None = None) -> None:
        super().__init__()
        self.day = DateField()
        self.time = QTimeEdit()
        self.time.setDisplayFormat("HH:mm")
        self.time.setAccessibleName(_("Time"))
        beside = row(self)
        beside.addWidget(self.day)
        beside.addWidget(self.time)
        beside.addStretch(1)
        self.setFocusProxy(self.day)
        self.set_value(value)
        self.day.changed.connect(self.changed)
        self.time.timeChanged.connect(self.changed)

    @property
    def value(self) -> datetime | None:
        if (day := self.day.value) is None:
            return None
        at = self.time.time()
        return clock.utc(datetime.combine(day, time(at.hour(), at.minute())))

    def set_value(self, value: datetime | None) -> None:
        local = clock.local(value or clock.now())
        self.day.set_value(local.date() if value else None)
        self.time.setTime(QTime(local.hour, local.minute))

    def kept(self) -> list[str]:
        """The day and the time, as they stand there."""
        return [typed.content(self.day), typed.content(self.time)]

    def put_back(self, kept: Any) -> bool:
        is_fitting = isinstance(kept, list) and len(kept) == 2
        if is_fitting:
            typed.put_in(self.day, kept[0])
            typed.put_in(self.time, kept[1])
        return is_fitting

    def fault(self) -> str:
        return self.day.fault()
