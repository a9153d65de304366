"""The list of services to tick: why first aid, referred to whom, and given to how many."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from models.desk.aid import Given, Reason, Referral, Service
from models.errors import Missing
from translations import _, current
from ui.pieces.boxes import grid, named
from ui.pieces.faulty import mark
from ui.pieces.fields import Choice, CountField


class ServicesField(QWidget):
    """`counted` adds how many persons got a service; left empty, it was the whole group."""

    changed = Signal()

    def __init__(self, *, counted: bool = False, name: str = "services") -> None:
        super().__init__()
        self.setObjectName(name)
        self.boxes: dict[Service, QCheckBox] = {}
        self.persons: dict[Service, CountField] = {}
        self.reason = Choice(Reason, none=_("Reason…"), name="reason")
        self.referral = Choice(Referral, none=_("To whom…"), name="referral")
        self.more = {Service.FIRST_AID: self.reason, Service.REFERRAL: self.referral}
        self.whole = 0
        self.grid = grid(self, across=8, down=4)
        self.grid.setColumnStretch(3 if counted else 1, 1)
        if counted:
            self._lay_out_counted()
        else:
            self._lay_out()
        self.reason.setAccessibleName(_("Reason for first aid"))
        self.referral.setAccessibleName(_("Referred to"))

    def given(self, whole: int = 1) -> list[Given]:
        """The services ticked, each for its persons, else for the `whole` group. Raises Missing."""
        return [self._given(kind, whole) for kind, box in self.boxes.items() if box.isChecked()]

    def show_whole(self, whole: int) -> None:
        """Write the size of the group where a number may be left out."""
        self.whole = whole
        for kind in self.persons:
            self._ask(kind)

    def clear(self) -> None:
        for kind, box in self.boxes.items():
            box.setChecked(False)
            if kind in self.persons:
                self.persons[kind].set_value(None)
        for choice in self.more.values():
            choice.set_value(None)

    def fault(self) -> str:
        """The sentence of the first number that cannot be read."""
        return next((field.fault() for field in self.persons.values() if field.fault()), "")

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        cells: list[QWidget] = [field for field in self.persons.values() if field.fault()]
        cells += self.boxes.values()
        cells[0].setFocus(reason)

    def _lay_out(self) -> None:
        """Those of which more is asked first, the others in two columns."""
        for line, kind in enumerate(self.more):
            self.grid.addWidget(self._box(kind), line, 0)
            self.grid.addWidget(self.more[kind], line, 1)
        others = [kind for kind in Service if kind not in self.more]
        for place, kind in enumerate(others):
            self.grid.addWidget(self._box(kind), len(self.more) + place // 2, place % 2)
        self._open_all()

    def _lay_out_counted(self) -> None:
        for line, kind in enumerate(Service):
            self.grid.addWidget(self._box(kind), line, 0)
            said = _("Persons: {service}").format(service=current().show(kind))
            self.persons[kind] = named(CountField(), f"persons_{kind.value}", said)
            self.persons[kind].changed.connect(self.changed)
            self.grid.addWidget(self.persons[kind], line, 1)
            if kind in self.more:
                self.grid.addWidget(self.more[kind], line, 2)
        self._open_all()

    def _box(self, kind: Service) -> QCheckBox:
        said = current().show(kind)
        self.boxes[kind] = named(QCheckBox(said), f"service_{kind.value}", said)
        self.boxes[kind].toggled.connect(lambda: self._ticked(kind))
        return self.boxes[kind]

    def _open_all(self) -> None:
        for kind in Service:
            self._ask(kind)

    def _ticked(self, kind: Service) -> None:
        self._ask(kind)
        self.changed.emit()

    def _ask(self, kind: Service) -> None:
        """What is asked more of a service is open only while it is ticked."""
        ticked = self.boxes[kind].isChecked()
        if kind in self.more:
            self.more[kind].setEnabled(ticked)
        if kind in self.persons:
            self.persons[kind].setEnabled(ticked)
            whole = current().show(self.whole) if ticked and self.whole else ""
            self.persons[kind].setPlaceholderText(whole)

    def _given(self, kind: Service, whole: int) -> Given:
        field = self.persons.get(kind)
        count = (field.value if field else None) or whole
        if not count:
            missing = Missing(field=_("Persons: {service}").format(service=current().show(kind)))
            if field:
                mark(field, missing.text())
                field.setFocus()
            raise missing
        reason = self.reason.value if kind is Service.FIRST_AID else None
        referral = self.referral.value if kind is Service.REFERRAL else None
        return Given(kind, count, count, reason, referral)
