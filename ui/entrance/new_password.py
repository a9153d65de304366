"""Choosing a password: typed twice, with its strength shown and advice what would better it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from models.safe import passwords
from models.safe.passwords import Strength, WeakPassword
from translations import N_, _
from ui import style
from ui.entrance.passwords import PasswordField
from ui.pieces.boxes import fields, label

WORDS = (N_("very weak"), N_("weak"), N_("not enough yet"), N_("good"), N_("very good"))
TONES = ("bad", "bad", "warn", "good", "good")
STEPS = 4


class NewPassword(QWidget):
    """Two fields and a meter. `hints()` gives the names that a good password leaves out.

    `ahead` are captions and fields that stand above, so that Tab comes from them to these.
    """

    changed = Signal()

    def __init__(
        self,
        hints: Callable[[], tuple[str, ...]],
        ahead: Iterable[tuple[QLabel, QWidget]] = (),
    ) -> None:
        super().__init__()
        self.hints = hints
        self.first = PasswordField("new_password")
        self.second = PasswordField("repeated_password", plain=True)
        self.meter = Meter()
        self.advice = label("", "muted", name="advice")
        self.advice.setMinimumHeight(2 * self.advice.fontMetrics().lineSpacing())  # nothing jumps
        self.first_label, self.second_label = label(wrap=False), label(wrap=False)
        self.first.changed.connect(self.judge)
        self.second.changed.connect(self.changed)
        self.first.show_box.toggled.connect(self.second.show_typed)
        self.setFocusProxy(self.first)
        self.rows = fields(self)
        for caption, field in ahead:
            self.rows.addRow(caption, field)
        self.rows.addRow(self.first_label, self.first)
        self.rows.addRow("", self.meter)
        self.rows.addRow("", self.advice)
        self.rows.addRow(self.second_label, self.second)
        self.setTabOrder(self.second.line, self.first.show_box)
        self.retranslate()

    @property
    def value(self) -> str:
        return self.first.value

    @property
    def faulty_line(self) -> QWidget:
        """The line that must be typed anew: the second one where the first is strong enough."""
        weak = self._strength().score < passwords.ACCEPTED
        return self.first.line if weak else self.second.line

    def fault(self) -> str:
        """Why this password cannot be taken, or an empty sentence."""
        judged = self._strength()
        if not self.value:
            return _("Type a password.")
        if judged.score < passwords.ACCEPTED:
            return WeakPassword(advice=judged.advice).text()
        if self.first.value != self.second.value:
            return _("The two passwords differ. Type the same one twice.")
        return ""

    def judge(self) -> None:
        """Show how strong what is typed is."""
        judged = self._strength() if self.value else None
        self.meter.show_strength(judged)
        self.advice.setText("" if judged is None else _advice(judged))
        self.changed.emit()

    def hide_fields(self) -> None:
        """Ask for no password; what else stands in the rows stays."""
        for part in (self.first, self.meter, self.advice, self.second):
            self.rows.setRowVisible(part, False)

    def retranslate(self) -> None:
        self.first_label.setText(_("Password"))
        self.second_label.setText(_("The same password again"))
        self.first.line.setAccessibleName(_("Password"))
        self.second.line.setAccessibleName(_("The same password again"))
        self.judge()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _strength(self) -> Strength:
        return passwords.strength(self.value, self.hints())


class Meter(QWidget):
    """Four steps; a word says the same beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("meter")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.judged: Strength | None = None

    def show_strength(self, judged: Strength | None) -> None:
        self.judged = judged
        self.setAccessibleName(_(WORDS[judged.score]) if judged else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(style.unit(self) * 14, style.unit(self) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width = (self.width() + 6) / STEPS - 6
        for step in range(STEPS):
            painter.setBrush(QColor(self._colour(step)))
            painter.drawRoundedRect(QRectF(step * (width + 6), 0, width, self.height()), 3, 3)
        painter.end()

    def _colour(self, step: int) -> str:
        colours = style.colours()
        if self.judged is None or step >= max(self.judged.score, 1):
            return colours.line
        return str(getattr(colours, TONES[self.judged.score]))


def _advice(judged: Strength) -> str:
    said = _("Strength: {word}. {advice}")
    return said.format(word=_(WORDS[judged.score]), advice=_(judged.advice.label))
