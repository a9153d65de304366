"""The last page of a computer that is closed: it wipes, says what is where, and ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from models.safe.backups import Backup
from models.safe.parting import NothingWiped
from translations import _
from ui import farewell, faults, work
from ui.entrance.unlock import breakable
from ui.pieces.boxes import column, label, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Card, heading, muted


class PartedPage(QWidget):
    """Runs `wipe` in a thread as soon as it is made; emits `ended` when the person has read it.

    `wipe` gives what it left because nothing tells whose it is.
    """

    ended = Signal()

    def __init__(self, made: Backup, wipe: Callable[[], Sequence[Path]]) -> None:
        super().__init__()
        self.made = made
        self.setObjectName("parted")
        self.setWindowTitle(_("Ogranak"))
        self.heading = heading(_("Closing this computer…"), "subtitle")
        self.answer = Answer("good", name="parted_answer")
        self.left = Answer("warn", name="parted_left")
        self.where, self.next = muted(), muted()
        self.end = Button(_("End the program"), self.ended.emit, name="end", primary=True,
                          shortcut="Return")  # fmt: skip
        self.end.setEnabled(False)
        self._lay_out()
        work.run(self, "", lambda _told: wipe(), self._done, self._failed)

    def _done(self, left: Sequence[Path]) -> None:
        self.heading.setText(_("This computer is closed"))
        self.answer.say(_(farewell.WIPED), "good")
        self.left.say("\n".join(farewell.what_stayed(left, _shown)))
        self._say_where()

    def _failed(self, problem: BaseException) -> None:
        if isinstance(problem, NothingWiped):
            self.heading.setText(_("This computer is not closed"))
            self.answer.say(faults.with_code(problem), "bad")
            self._let_end()
            return
        self.heading.setText(_("This computer is not quite closed"))
        said = _(farewell.NOT_QUITE).format(problem=faults.with_code(problem))
        self.answer.say(said, "bad")
        self._say_where()

    def _say_where(self) -> None:
        where, then = farewell.where_now(self.made, _shown)
        self.where.setText(where)
        self.next.setText(then)
        self._let_end()

    def _let_end(self) -> None:
        self.end.setEnabled(True)
        self.end.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        card = Card()
        card.body.setContentsMargins(24, 20, 24, 20)
        card.body.setSpacing(14)
        for part in (self.heading, self.answer, self.left, self.where, self.next):
            card.body.addWidget(part)
        buttons = row()
        buttons.addWidget(self.end)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        whole = column(self, spacing=14, margins=(24, 16, 24, 16))
        whole.addWidget(label(_("Ogranak"), name="title", wrap=False))
        whole.addStretch(1)
        whole.addWidget(card)
        whole.addStretch(2)
        self.resize(self.fontMetrics().averageCharWidth() * 100, 520)


def _shown(file: Path) -> str:
    return breakable(str(file))
