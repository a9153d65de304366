"""The visits of one card: who it is, and every time its person came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from models.desk import visits
from models.desk.cards import Card, Vulnerability
from translations import N_, _
from ui.desk import given
from ui.desk.encounter_card import ALONE
from ui.pieces.boxes import DIALOG, column, named
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, heading, muted
from ui.pieces.dialog import Dialog
from ui.pieces.grid import TableView
from ui.pieces.rows import Column

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
        with db.read() as session:
            known = visits.who(session, session.get_one(Card, card_id))
            found = visits.of_card(session, card_id)
        self.setWindowTitle(_("Card {code}").format(code=known.code))
        self.alone = Answer("warn", name="alone_note")
        self.alone.say(_(ALONE) if Vulnerability.UASC in known.vulnerabilities else "")
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
        layout.addWidget(self.table, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(self.fontMetrics().averageCharWidth() * 110, 520)
