"""Fields for what stands on the branch's papers in every language alike."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QLabel, QWidget

from models.office.branch import Details
from translations import N_, _
from ui.office.logo import LogoField
from ui.pieces.boxes import fields, label
from ui.pieces.fields import CountField, TextField

CAPTIONS = {
    "town": N_("Town"),
    "address": N_("Address"),
    "contact": N_("Telephone, e-mail"),
    "secretary": N_("Secretary"),
    "president": N_("President"),
    "logo": N_("Logo (PNG or JPEG)"),
    "report_day": N_("Day of the month by which the report is due"),
}
BAD_DAY = N_("Choose a day of the month from 1 to 28 for the monthly report.")


class LetterheadFields(QWidget):
    """One line for each thing on the letterhead; `value` is `Details`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.town, self.address = TextField(100), TextField(200)
        self.contact, self.secretary, self.president = (TextField(200) for _line in range(3))
        self.logo = LogoField()
        self.report_day = CountField()
        self.captions: dict[str, QLabel] = {}
        self.rows = fields(self)
        for name in CAPTIONS:
            self._add(name)
        self.setFocusProxy(self.town)
        self.set_value(Details())
        self.retranslate()

    @property
    def value(self) -> Details:
        return Details(**{name: getattr(self, name).value for name in CAPTIONS})

    def set_value(self, details: Details) -> None:
        for name in CAPTIONS:
            getattr(self, name).set_value(getattr(details, name))

    def fault(self) -> str:
        """The first thing that cannot be taken as it is."""
        day = self.report_day.value
        return "" if day is not None and 1 <= day <= 28 else _(BAD_DAY)

    def retranslate(self) -> None:
        for name, caption in self.captions.items():
            caption.setText(_(CAPTIONS[name]))
            getattr(self, name).setAccessibleName(_(CAPTIONS[name]))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _add(self, name: str) -> None:
        field = getattr(self, name)
        field.setObjectName(name)
        field.changed.connect(self.changed)
        self.captions[name] = label("", wrap=False)
        self.captions[name].setBuddy(field)
        self.rows.addRow(self.captions[name], field)
