"""The way in when no password is known: a paper key, and a new password for one of the users."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from models.safe import papercode
from translations import _
from ui import faults, work
from ui.entrance.new_password import NewPassword
from ui.entrance.waiting import Wait
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
    """What it opened stands in `result_value`.

    `opens(typed, login, password)` turns the key into that, in a thread.
    """

    def __init__(
        self,
        logins: Sequence[str],
        opens: Callable[[str, str, str], object],
        parent: QWidget | None,
    ) -> None:
        super().__init__(None, _("Use a paper key"), parent)  # type: ignore[arg-type]
        self.opens = opens
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
        self.wait = Wait(self, self.problem, self.save_button)

    def accept(self) -> None:
        if not self.save_button.isEnabled() or self._is_faulty():
            return
        self.save_button.setEnabled(False)
        typed = (self.paper_key.text(), self.user.value, self.fresh.value)
        begun = work.run(self, "", lambda _told: self.opens(*typed), self._open, self._refuse)
        begun.finished.connect(lambda: self.save_button.setEnabled(not self.wait.seconds))

    def _open(self, found: object) -> None:
        self.result_value = found
        self._saved()

    def _refuse(self, problem: BaseException) -> None:
        self.show_problem(faults.with_code(problem), self.paper_key)
        self.wait.begin(problem)
