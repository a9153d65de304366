"""The list of write-offs that wait for a second person: confirm, decline, change, throw away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.goods import proposals, stock
from models.goods.documents import Document
from models.goods.proposals import Waiting
from models.rights import may
from models.units import counted
from translations import N_, _, current
from ui import messages
from ui.office.second_person import AnswerForm
from ui.pieces.boxes import DIALOG, column, row
from ui.pieces.buttons import Button
from ui.pieces.cards import muted
from ui.pieces.dialog import Dialog
from ui.pieces.grid import TableView
from ui.pieces.rows import Badge, Column
from ui.warehouse.goods import WriteOffForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database


def goods_of(waiting: Waiting) -> str:
    """What would be written off, in one line."""
    show = current().show
    return ", ".join(
        f"{line.item} {show(counted(line.quantity, line.unit))}" for line in waiting.lines
    )


def state_of(waiting: Waiting) -> Badge:
    """Whose turn it is."""
    if waiting.answer:
        return Badge(_("declined by {name}").format(name=waiting.declined_by), "bad")
    if waiting.mine:
        return Badge(_("waits for another user"), "plain")
    return Badge(_("waits for you"), "warn")


def reason_of(waiting: Waiting) -> str:
    """Why it is to be written off; of what was declined, why not."""
    if waiting.answer:
        return _("Declined: {reason}").format(reason=waiting.answer)
    return _("Reason: {reason}").format(reason=waiting.reason)


class WriteOffAnswer(AnswerForm):
    """Confirms or declines a write-off that another user proposed."""

    def __init__(self, db: Database, waiting: Waiting, parent: QWidget | None) -> None:
        self.waiting = waiting
        facts = [
            (_("Date"), current().day(waiting.day)),
            (_("Place"), waiting.place),
            (_("Goods"), goods_of(waiting)),
            (_("Reason"), waiting.reason),
            (_("Proposed by"), waiting.proposed_by),
        ]
        super().__init__(db, _("Write-off that waits"), facts, parent)

    def save(self, session: Session) -> None:
        document = session.get_one(Document, self.waiting.id)
        if self.is_confirmed:
            proposals.confirm(session, document)
        else:
            proposals.decline(session, document, self.reason.value)


class WaitingList(Dialog):
    """What waits, the oldest first."""

    columns = (
        Column(N_("Date"), lambda row: row.day, width=13),
        Column(N_("Place"), lambda row: row.place, width=20),
        Column(N_("Goods"), goods_of),
        Column(N_("Proposed by"), lambda row: row.proposed_by, width=20),
        Column(N_("State"), state_of, width=28, badge=True),
    )

    def __init__(self, db: Database, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.db = db
        self.setWindowTitle(_("Write-offs that wait"))
        self.setObjectName("WaitingList")
        self.nothing = muted(_("No write-off waits for a second person."))
        self.why = muted()
        self.table = TableView(self.columns)
        self.table.setObjectName("waiting")
        self.table.setAccessibleName(_("Write-offs that wait"))
        self.answer_button = Button(
            _("Answer…"), self.answer, name="answer", icon="check", primary=True
        )
        self.change_button = Button(_("Change…"), self.change, name="change", icon="edit")
        self.withdraw_button = Button(_("Throw away…"), self.withdraw, name="withdraw", icon="undo")
        self.close_button = Button(_("Close"), self.reject, name="close", shortcut="Esc")
        self._lay_out()
        self.table.selected_changed.connect(self._selection_moved)
        self.table.activated.connect(self._open)
        self.reload()
        self.table.setFocus()

    def reload(self) -> None:
        with self.db.read() as session:
            rows: Sequence[Waiting] = proposals.waiting(session)
        self.table.set_rows(rows)
        self.nothing.setVisible(not rows)
        self.table.select(0)
        self._selection_moved()

    def answer(self) -> None:
        """Confirm or decline what another user proposed."""
        chosen = self.table.selected
        if chosen and WriteOffAnswer(self.db, chosen, self).exec():
            self.reload()

    def change(self) -> None:
        """Put right what was proposed, and propose it again."""
        if WriteOffForm(self.db, self, self.table.selected).exec():
            self.reload()

    def withdraw(self) -> None:
        """Throw the draft away, after asking."""
        chosen = self.table.selected
        if chosen is None:
            return
        said = _("Throw this write-off away? The goods stay where they are.")
        messages.ask(self, said, _("Throw away"), lambda: self._withdraw(chosen.id))

    def _withdraw(self, document_id: int) -> None:
        with self.db.write() as session:
            proposals.withdraw(session, session.get_one(Document, document_id))
        self.reload()

    def _open(self) -> None:
        for button in (self.answer_button, self.change_button):
            if button.isEnabled():
                button.click()
                return

    def _selection_moved(self) -> None:
        chosen: Waiting | None = self.table.selected
        writes = chosen is not None and may(self.db.roles, stock.propose_write_off)
        answers = may(self.db.roles, proposals.confirm)
        self.answer_button.setEnabled(
            chosen is not None and answers and not chosen.mine and not chosen.answer
        )
        self.change_button.setEnabled(writes)
        self.withdraw_button.setEnabled(writes)
        self.why.setText(reason_of(chosen) if chosen else "")
        self.why.setVisible(chosen is not None)

    def _lay_out(self) -> None:
        layout = column(self, spacing=14, margins=DIALOG)
        verbs = row()
        verbs.addWidget(self.withdraw_button)
        verbs.addWidget(self.change_button)
        verbs.addStretch(1)
        verbs.addWidget(self.close_button)
        verbs.addWidget(self.answer_button)
        layout.addWidget(self.nothing)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.why)
        layout.addLayout(verbs)
        self.resize(1080, 480)
