"""The two dialogs of reopening a month: asking for it, and answering who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.office import reopening, witness
from models.office.reopening import Wish
from models.periods import Period, Reopening
from translations import N_, _, current
from ui.office.second_person import AnswerForm, WitnessedForm
from ui.pieces.cards import muted
from ui.pieces.fields import NoteField

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database


MEANS = N_(
    "The month takes entries again. Its report stays as it was sent; when the month is"
    " closed anew, the new report is a correction of it."
)


class ReopenForm(WitnessedForm):
    """Opens a closed month again, with a reason and before a second person."""

    def __init__(self, db: Database, month: Period, parent: QWidget | None) -> None:
        self.month = month
        named = current().month(month.first)
        super().__init__(db, _("Reopen {month}").format(month=named), parent)
        self.rows.addRow(muted(_(MEANS)))
        self.reason = self.add_field(_("Reason"), NoteField(lines=2), "reason", required=True)
        self.add_second(witness.REOPENING)

    def save(self, session: Session) -> None:
        act = reopening.ask if self.is_left else reopening.reopen
        act(session, self.month, self.reason.value)

    def said(self) -> str:
        """What was done, for the status line."""
        month = current().month(self.month.first)
        if self.is_left:
            return _("Reopening {month} waits for a second person.").format(month=month)
        return _("{month} is open again.").format(month=month)


class ReopenAnswer(AnswerForm):
    """Confirms or declines that a month is opened again."""

    def __init__(self, db: Database, wish: Wish, parent: QWidget | None) -> None:
        self.wish = wish
        self.month = current().month(wish.month)
        facts = [(_("Asked by"), wish.asked_by), (_("Reason"), wish.reason)]
        super().__init__(db, _("Reopen {month}").format(month=self.month), facts, parent)

    def save(self, session: Session) -> None:
        asked = session.get_one(Reopening, self.wish.id)
        if self.is_confirmed:
            reopening.confirm(session, asked)
        else:
            reopening.decline(session, asked, self.reason.value)

    def said(self) -> str:
        """What was done, for the status line."""
        if self.is_confirmed:
            return _("{month} is open again.").format(month=self.month)
        return _("{month} stays closed.").format(month=self.month)
