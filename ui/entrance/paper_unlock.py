"""The way in when no password is known: a paper key, and a new password for one of the users."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from models.safe import keys, papercode, paperkeys
from translations import _
from ui import faults, work
from ui.entrance.new_password import NewPassword
from ui.entrance.unlock import Unlocked
from ui.form import Form
from ui.pieces.fields import Choice, TextField


class PaperKeyField(TextField):
    """A line for a paper key, however it is typed."""

    def __init__(self, name: str) -> None:
        super().__init__(120, "0000 0000 0000 0000 0000 0000 0000 0000 0000", name)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 56)

    def fault(self) -> str:
        return papercode.fault(self.text())


class PaperUnlockForm(Form):
    """What it opened stands in `result_value`."""

    def __init__(self, folder: Path, logins: Sequence[str], parent: QWidget | None) -> None:
        super().__init__(None, _("Use a paper key"), parent)  # type: ignore[arg-type]
        self.folder = folder
        self.paper_key = self.add_field(_("Paper key"), PaperKeyField("paper_key"))
        self.add_note(
            _(
                "It stands on the paper from the safe. Capital letters, blanks and dashes do not"
                " matter."
            )
        )
        self.user = self.add_field(_("Who gets a new password"), Choice(name="user"))
        self.user.set_options([(login, login) for login in logins])
        self.fresh = self.add_wide(_("New password"), NewPassword(lambda: (self.user.value,)))
        self.save_button.name(_("Open the data"))

    def accept(self) -> None:
        if not self.save_button.isEnabled() or self._is_faulty():
            return
        self.save_button.setEnabled(False)
        folder, typed = self.folder, self.paper_key.text()
        login, password = self.user.value, self.fresh.value

        def unlock(_progress: work.Progress) -> Unlocked:
            key = paperkeys.unlock(folder, typed)
            keys.set_password(folder, key, login, password)
            return Unlocked(folder, login, key, came="paper")

        begun = work.run(self, "", unlock, self._open, self._refuse)
        begun.finished.connect(lambda: self.save_button.setEnabled(True))

    def _open(self, found: Unlocked) -> None:
        self.result_value = found
        self._saved()

    def _refuse(self, problem: BaseException) -> None:
        self.show_problem(faults.sentence(problem), self.paper_key)
