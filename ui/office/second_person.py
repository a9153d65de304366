"""The second person of a deed that takes two: with their own password here, or left for later."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from models.office import access, witness
from models.roles import Role
from translations import N_, _
from ui import faults, work
from ui.entrance.passwords import PasswordField
from ui.form import PLEASE_FILL, Form
from ui.pieces.boxes import fields, label
from ui.pieces.fields import Choice, NoteField

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

CONFIRM, DECLINE = "confirm", "decline"
ANSWERS = ((CONFIRM, N_("I confirm it")), (DECLINE, N_("I decline it")))
WAITS = N_("Leave it for another user to confirm")
CHOOSE = N_("Choose who counted with you")
NOBODY_YET = N_("This takes two people. Add a second user in the settings first.")
NOBODY = N_(
    "No other user may confirm this. Add a second user in the settings; until then it waits."
)


class SecondPerson(QWidget):
    """Who confirms here and now; `value` is their id, None where it is left for later.

    What cannot wait (`may_wait` False) is a fault until somebody was chosen.
    """

    changed = Signal()

    def __init__(self, db: Database, roles: Collection[Role], *, may_wait: bool = True) -> None:
        super().__init__()
        self.may_wait = may_wait
        with db.read() as session:
            rows = witness.others(session, roles)
        self.logins = {row.id: row.login for row in rows}
        self.names = {row.id: row.name for row in rows}
        self.person = Choice(
            [(row.id, row.name) for row in rows],
            none=_(WAITS) if may_wait else _(CHOOSE),
            name="second_person",
        )
        self.password = PasswordField("second_password")
        self.note = label("", "muted", name="second_note")
        self.captions = [label(_("Who confirms")), label(_("Their own password"))]
        nobody = _(NOBODY) if may_wait else _(NOBODY_YET)
        self._lay_out("" if rows else nobody)
        self.person.changed.connect(self._chosen)
        self._chosen()

    @property
    def value(self) -> int | None:
        """The id of who confirms here; None: it is left for another user."""
        found: int | None = self.person.value
        return found

    def fault(self) -> str:
        if self.value is None and not self.may_wait:
            return _(PLEASE_FILL).format(field=_("Who confirms")) if self.names else _(NOBODY_YET)
        if self.value is None or self.password.value:
            return ""
        said = _("{name} types their own password, or leave it for later.")
        return said.format(name=self.names[self.value])

    def _chosen(self) -> None:
        is_here = self.value is not None
        self.password.clear()
        for part in (self.captions[1], self.password):
            part.setVisible(is_here)
        self.changed.emit()

    def _lay_out(self, note: str) -> None:
        rows = fields(self)
        parts: tuple[tuple[QLabel, QWidget], ...] = (
            (self.captions[0], self.person),
            (self.captions[1], self.password),
        )
        for caption, field in parts:
            caption.setBuddy(field)
            rows.addRow(caption, field)
        self.person.setAccessibleName(self.captions[0].text())
        self.password.line.setAccessibleName(self.captions[1].text())
        self.note.setText(note)
        rows.addRow("", self.note)
        self.note.setVisible(bool(note))
        self.setFocusProxy(self.person)


class WitnessedForm(Form):
    """A form whose deed takes two people. `save` asks `is_left` whether it is left for later.

    The second person's password takes a second to check, so that is done in a thread.
    """

    second: SecondPerson
    may_wait = True

    def add_second(self, roles: Collection[Role]) -> None:
        """The box of the second person, below everything else."""
        self.second = self.add_wide(
            _("Second person"), SecondPerson(self.db, roles, may_wait=self.may_wait), "second"
        )
        self.second.changed.connect(self._fit)

    @property
    def is_left(self) -> bool:
        """Whether it is left for another user."""
        return self.confirmed_by is None

    def accept(self) -> None:
        if not self.save_button.isEnabled() or self._is_faulty():
            return
        person, db = self.second.value, self.db
        if person is None:
            self.confirmed_by = None
            super().accept()
            return
        login, password = self.second.logins[person], self.second.password.value
        self.save_button.setEnabled(False)
        work.run(
            self,
            "",
            lambda _progress: access.is_theirs(db, login, password),
            lambda is_right: self._checked(person, is_right),
            lambda problem: self._refused(faults.with_code(problem)),
        )

    def _checked(self, person: int, is_right: bool) -> None:
        if not is_right:
            said = _("That is not the password of {name}. Let {name} type it again.")
            self._refused(said.format(name=self.second.names[person]))
            return
        self.save_button.setEnabled(True)
        self.confirmed_by = person
        super().accept()

    def _refused(self, sentence: str) -> None:
        self.save_button.setEnabled(True)
        self.show_problem(sentence, self.second.password)
        self.second.password.line.selectAll()


class AnswerForm(Form):
    """Shows what another user asked for; who works confirms it, or declines and says why."""

    def __init__(
        self, db: Database, title: str, facts: Collection[tuple[str, str]], parent: QWidget | None
    ) -> None:
        super().__init__(db, title, parent)
        for name, said in facts:
            caption = label(name, "muted")
            shown = label(said)
            self.rows.addRow(caption, shown)
        self.answer = self.add_field(_("Your answer"), Choice(ANSWERS, marked=True), "answer")
        self.reason = self.add_field(_("Reason"), NoteField(lines=2), "reason", required=True)
        self.answer.changed.connect(self._answered)
        self._answered()

    @property
    def is_confirmed(self) -> bool:
        return bool(self.answer.value == CONFIRM)

    def save(self, session: Session) -> Any:
        """Do what was answered; what it returns becomes `result_value`."""
        raise NotImplementedError

    def _answered(self) -> None:
        """Only who declines has to say why."""
        self.rows.setRowVisible(self.reason, not self.is_confirmed)
        self._fit()
