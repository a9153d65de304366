"""The visits of one card: who it is, and every time its person came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models import recorded
from models.desk import visits
from models.desk.cards import Card, Vulnerability
from models.privacy import access, erasing, looks
from models.record import Subject
from models.rights import may
from translations import N_, _
from ui.desk import given
from ui.desk.encounter_card import ALONE
from ui.office import acts
from ui.pieces.boxes import DIALOG, column, named, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, heading, muted
from ui.pieces.dialog import Dialog
from ui.pieces.grid import TableView
from ui.pieces.rows import Column
from ui.privacy import person

if TYPE_CHECKING:
    from models.database import Database


class VisitsDialog(Dialog):
    """Visits of the card with that id, the newest first; those taken back say so."""

    columns = (
        Column(N_("Date"), lambda row: row.day, 13),
        Column(N_("Place"), lambda row: row.place, 18),
        Column(N_("Given"), given.summary),
        Column("", given.state, 14, badge=True),
    )

    def __init__(self, db: Database, card_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("VisitsDialog")
        self.has_erased = False
        self.db, self.card_id, self.subject = db, card_id, Subject("card", card_id)
        with db.read() as session:
            known = visits.who(session, session.get_one(Card, card_id))
            found = visits.of_card(session, card_id)
        self.setWindowTitle(_("Card {code}").format(code=known.code))
        self.alone = Answer("warn", name="alone_note")
        self.table = named(TableView(self.columns), "visits", _("Visits"))
        self.table.set_rows(found)
        self.table.select(0 if found else None)
        close = Button(_("Close"), self.accept, name="close", shortcut="Esc", primary=True)
        close.setDefault(True)
        layout = column(self, margins=DIALOG)
        layout.addWidget(heading(known.code, "large"))
        layout.addWidget(heading(given.who(known), "strong"))
        if known.vulnerabilities:
            layout.addWidget(muted(", ".join(_(kind.label) for kind in known.vulnerabilities)))
        layout.addWidget(self.alone)
        self.alone.say(_(ALONE) if Vulnerability.UASC in known.vulnerabilities else "")
        layout.addWidget(self.table, 1)
        verbs = row()
        if may(db.roles, recorded.ids):
            name = _(acts.WHO_DID_WHAT)
            verbs.addWidget(Button(name, self.show_acts, name="acts", icon="history"))
        for verb in self._rights():
            verbs.addWidget(verb)
        verbs.addStretch(1)
        verbs.addWidget(close)
        layout.addLayout(verbs)
        self.resize(self.fontMetrics().averageCharWidth() * 110, 520)
        looks.at(db, Card, card_id)

    def show_acts(self) -> None:
        """Who did what with the card and its visits."""
        acts.show_about(self, self.db, self.subject)

    def give_out(self) -> None:
        """Make the paper of all that is held about the person of the card."""
        person.give_out(self.db, Card, self.card_id, self)

    def erase(self) -> None:
        """Erase what the card told, on request; the receipt comes when this is closed."""
        self.has_erased = person.erase(self.db, Card, self.card_id, self.parentWidget() or self)
        if self.has_erased:
            self.accept()

    def _rights(self) -> list[Button]:
        """The verbs of the person's rights, for those whose role includes them."""
        give = Button(_("What is held…"), self.give_out, name="give_out", icon="pdf")
        erase = Button(_("Erase data…"), self.erase, name="erase", icon="remove")
        offered = ((give, access.give_out), (erase, erasing.erase_card))
        return [button for button, verb in offered if may(self.db.roles, verb)]
