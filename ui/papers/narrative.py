"""The boxes of a report that a person writes: kept when one leaves them or stops typing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from translations import N_, _
from ui.pieces.boxes import column, label
from ui.pieces.cards import Answer
from ui.pieces.fields import NoteField

BOXES = {
    "incidents": N_("Incidents"),
    "needs": N_("Needs and problems"),
    "narrative": N_("Activities carried out"),
}
STOPPED = 1500  # milliseconds without typing after which a text is kept
NO_LIMIT = 16_777_215  # pixels: Qt's own largest height
LONGEST = 50_000  # characters: some twenty pages

Keep = Callable[[str, str], object]


class Narrative(QWidget):
    """Calls `keep(section, text)` for a text that was changed; frozen ones are only read."""

    def __init__(self, keep: Keep) -> None:
        super().__init__()
        self.boxes = {section: Box(section, keep) for section in BOXES}
        self.captions = {section: label("", "muted") for section in BOXES}
        self.problem = Answer("bad", name="narrative_problem")
        layout = column(self, spacing=4)
        for section, box in self.boxes.items():
            self.captions[section].setBuddy(box)
            layout.addWidget(self.captions[section])
            layout.addWidget(box, 1)
            box.changed.connect(self._say_fault)
        layout.addWidget(self.problem)
        self.retranslate()

    def set_texts(self, texts: Mapping[str, str], *, frozen: bool, anew: bool) -> None:
        """Show the texts of a report; those of another report (`anew`) whatever was typed."""
        for section, box in self.boxes.items():
            box.setReadOnly(frozen)
            box.show_text(texts.get(section, ""), anew=anew)
        self._say_fault()

    def keep(self) -> None:
        """Keep whatever was changed, now."""
        for box in self.boxes.values():
            box.keep()

    def write_first_missing(self) -> None:
        """Go to the first empty box."""
        empty = (box for box in self.boxes.values() if not box.value)
        next(empty, self.boxes["incidents"]).setFocus()

    def retranslate(self) -> None:
        for section, caption in self.captions.items():
            caption.setText(_(BOXES[section]))
            self.boxes[section].setAccessibleName(_(BOXES[section]))
        self._say_fault()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _say_fault(self) -> None:
        faults = (box.fault() for box in self.boxes.values())
        self.problem.say(next((fault for fault in faults if fault), ""))


class Box(NoteField):
    """One text, as it was kept last and as it is now."""

    def __init__(self, section: str, keep: Keep) -> None:
        super().__init__(LONGEST, lines=2, name=section)
        self.section, self._keep, self.kept = section, keep, ""
        self.setMaximumHeight(NO_LIMIT)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(STOPPED)
        self.timer.timeout.connect(self.keep)
        self.textChanged.connect(self.timer.start)

    def sizeHint(self) -> QSize:
        """As high as it must be; the three share what room there is."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.minimumHeight())

    def show_text(self, text: str, *, anew: bool) -> None:
        """Show what is kept, unless something newer is being typed."""
        if not anew and self.value not in (self.kept, text):
            return
        self.kept = text
        if self.value != text:
            self.set_value(text)
        self.timer.stop()

    def keep(self) -> None:
        """Keep the text if it was changed and may be kept."""
        self.timer.stop()
        if self.value != self.kept and not self.isReadOnly() and not self.fault():
            self._keep(self.section, self.value)
            self.kept = self.value

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keep()
