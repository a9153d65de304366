"""The calm page in the place of the books when they are damaged: what is wrong, what is safe."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QWidget

from models import clock
from models.safe import restoring, tending
from models.safe.backups import Backup
from translations import N_, _, current
from ui import faults, newest, work
from ui.pieces.boxes import column, label, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Card, heading, muted

NONE = N_("No backup of these books was found here yet. Plug in the stick that holds one.")


class TroublePage(QWidget):
    """Emits `restore`, `look` (where the books can be opened all the same), `again` or `go_on`.

    `restored` says who restored them when: the books end earlier than this computer knows
    because of it, and may be taken as they are.
    """

    restore = Signal()
    look = Signal()
    again = Signal()
    go_on = Signal()

    def __init__(
        self, folder: Path, problem: BaseException, *, can_look: bool, is_file: bool = True,
        restored: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self.is_file = is_file
        self.folder = folder
        self.cause = problem
        self.best: Backup | None = None
        self.setObjectName("trouble")
        self.title = label("", name="title", wrap=False)
        self.heading = heading("", "subtitle")
        self.wrong, self.safe = Answer("bad", name="wrong"), Answer("good", name="safe")
        self.calm = muted()
        self.restore_button = Button(
            "", self.restore.emit, name="restore", icon="history", primary=True
        )
        self.look_button = Button("", self.look.emit, name="look")
        self.restored = Answer("warn", name="restored")
        self.go_on_button = Button("", self.go_on.emit, name="go_on")
        self.again_button = Button("", self.again.emit, name="again", icon="reload")
        self._lay_out()
        self.look_button.setVisible(can_look)
        self.restored.say(restored)
        self.go_on_button.setVisible(bool(restored))
        self.retranslate()
        work.run(self, "", self._find, self._show_best)

    def retranslate(self) -> None:
        self.setWindowTitle(_("Ogranak"))
        self.title.setText(_("Ogranak"))
        self.heading.setText(_("Something is wrong with the books"))
        self.wrong.say(faults.with_code(self.cause))
        self.calm.setText(
            _("Nothing was deleted. When you restore a backup, the damaged file is kept beside it.")
            if self.is_file
            else _(
                "Nothing was deleted. A backup is restored into a file or into a new database: on"
                " the server these books stay as they are."
            )
        )
        self.restore_button.name(_("Restore from a backup…"))
        self.look_button.name(_("Look at the books as they are"))
        self.go_on_button.name(_("Go on with the restored books"))
        self.again_button.name(_("Try again"))
        self._say_best()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _find(self, _told: work.Progress) -> Backup | None:
        """Runs in a thread."""
        return restoring.suggested(tending.own(self.folder), self.folder)

    def _show_best(self, found: Backup | None) -> None:
        self.best = found
        self._say_best()
        self.restore_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_best(self) -> None:
        if self.best is None:
            self.safe.say(_(NONE), "warn")
            return
        said = _("Safe: the backup of {moment}, newest document {number}")  # it ends with a day
        moment = current().show(clock.local(self.best.made_at))
        number = newest.document(self.best.contents)
        self.safe.say(said.format(moment=moment, number=number), "good")

    def _lay_out(self) -> None:
        card = Card()
        card.body.setContentsMargins(24, 20, 24, 20)
        card.body.setSpacing(14)
        for part in (self.heading, self.wrong, self.restored, self.safe, self.calm):
            card.body.addWidget(part)
        buttons = row()
        for button in (
            self.restore_button, self.go_on_button, self.look_button, self.again_button,
        ):  # fmt: skip
            buttons.addWidget(button)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        whole = column(self, spacing=14, margins=(24, 16, 24, 16))
        whole.addWidget(self.title)
        whole.addStretch(1)
        whole.addWidget(card)
        whole.addStretch(2)
        self.resize(self.fontMetrics().averageCharWidth() * 100, 520)
