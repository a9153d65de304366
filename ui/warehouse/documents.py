"""The list of posted documents: find one, look at its paper, print it, reverse it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from models import recorded
from models.goods import ledger, shelf
from models.goods.documents import Document, Kind
from models.goods.shelf import DocumentRow
from models.record import Subject
from models.rights import may
from translations import N_, Language, _, current
from ui import messages
from ui.office import acts
from ui.pieces.boxes import DIALOG, column, row
from ui.pieces.buttons import Button
from ui.pieces.dialog import Dialog
from ui.pieces.fields import Choice, TextField
from ui.pieces.grid import TableView
from ui.pieces.rows import Badge, Column
from ui.pieces.search import PAUSE

if TYPE_CHECKING:
    from models.database import Database

# A hand-out is taken back on the page of aid, together with the people it was given to.
NOT_REVERSED_HERE = (Kind.REVERSAL, Kind.HAND_OUT)
SHOWN = (
    Kind.RECEIPT, Kind.ISSUE, Kind.TRANSFER, Kind.WRITE_OFF, Kind.COUNT, Kind.HAND_OUT,
    Kind.REVERSAL,
)  # fmt: skip


def _reversed(row: DocumentRow) -> Badge | None:
    if not row.reversed_by:
        return None
    return Badge(_("reversed by {number}").format(number=row.reversed_by), "warn")


class DocumentList(Dialog):
    """Documents, the newest first."""

    columns = (
        Column(N_("Date"), lambda row: row.day, width=13),
        Column(N_("Document"), lambda row: row.kind),
        Column(N_("Number"), lambda row: row.number, width=11, align="right"),
        Column(N_("Place"), lambda row: row.place),
        Column(N_("With whom"), lambda row: row.counterpart or None),
        Column(N_("Value"), lambda row: row.value, width=14),
        Column(N_("State"), _reversed, width=20, badge=True),
    )

    def __init__(self, db: Database, parent: QWidget | None = None, search: str = "") -> None:
        super().__init__(parent)
        self.db = db
        self.setWindowTitle(_("Documents"))
        self.setObjectName("DocumentList")
        self.kind = Choice([(kind, _(kind.label)) for kind in SHOWN], none=_("All kinds"))
        self.kind.setObjectName("kind")
        self.kind.setAccessibleName(_("Kind of document"))
        self.search = TextField(placeholder=_("Number, name or source document"), name="search")
        self.search.setAccessibleName(_("Search"))
        self.search.setText(search)
        self.table = TableView(self.columns)
        self.table.setObjectName("documents")
        self.table.setAccessibleName(_("Documents"))
        self.paper_button = Button(
            _("Show and print…"), self.show_paper, name="paper", icon="print", primary=True
        )
        self.reverse_button = Button(_("Reverse…"), self.reverse, name="reverse", icon="undo")
        self.acts_button = Button(_(acts.WHO_DID_WHAT), self.show_acts, name="acts", icon="history")
        self.close_button = Button(_("Close"), self.reject, name="close", shortcut="Esc")
        self._lay_out()
        self.acts_button.setVisible(may(db.roles, recorded.ids))
        self.kind.changed.connect(self.reload)
        self.pause = QTimer(self, singleShot=True, interval=PAUSE)
        self.pause.timeout.connect(self.reload)
        self.search.textChanged.connect(lambda _text: self.pause.start())
        self.table.selected_changed.connect(self._selection_moved)
        self.table.activated.connect(self.show_paper)
        self.reload()
        self.table.setFocus()

    def reload(self) -> None:
        kinds = (self.kind.value,) if self.kind.value else SHOWN
        with self.db.read() as session:
            self.table.set_rows(shelf.documents(session, self.search.value, kinds=kinds))
        self.table.select(0)
        self._selection_moved()

    def show_paper(self) -> None:
        if chosen := self.table.selected:
            show_paper(self, self.db, chosen.id, _called(chosen))

    def show_acts(self) -> None:
        """Who did what with the document."""
        if chosen := self.table.selected:
            acts.show_about(self, self.db, Subject("document", chosen.id))

    def reverse(self) -> None:
        """Take a document back, after asking."""
        chosen = self.table.selected
        if chosen is None:
            return
        question = _("Reverse {document}? Its goods go back where they were.").format(
            document=_called(chosen)
        )
        messages.ask(self, question, _("Reverse the document"), lambda: self._reverse(chosen.id))

    def _reverse(self, document_id: int) -> None:
        with self.db.write() as session:
            ledger.reverse(session, session.get_one(Document, document_id))
        self.reload()
        self.table.setFocus()

    def _selection_moved(self) -> None:
        chosen = self.table.selected
        self.paper_button.setEnabled(chosen is not None)
        self.acts_button.setEnabled(chosen is not None)
        self.reverse_button.setEnabled(
            chosen is not None and not chosen.reversed_by and chosen.kind not in NOT_REVERSED_HERE
        )

    def _lay_out(self) -> None:
        layout = column(self, spacing=14, margins=DIALOG)
        filters, verbs = row(), row()
        filters.addWidget(self.kind)
        filters.addWidget(self.search, 1)
        verbs.addWidget(self.reverse_button)
        verbs.addWidget(self.acts_button)
        verbs.addStretch(1)
        verbs.addWidget(self.close_button)
        verbs.addWidget(self.paper_button)
        layout.addLayout(filters)
        layout.addWidget(self.table, 1)
        layout.addLayout(verbs)
        self.resize(1080, 620)


def show_paper(parent: QWidget, db: Database, document_id: int, called: str) -> None:
    """A document as it prints, first in the language of the window."""
    from ui.papers import paper

    def render(spoken: Language) -> bytes:
        from reports import documents

        with db.read() as session:
            data = documents.collect(session, document_id)
        return documents.render(data, spoken)

    def put_out(form: str) -> None:
        recorded.put_out(db, "document", form, (Document, document_id))

    paper.show(parent, render, called, put_out)


def show_newest(parent: QWidget, db: Database) -> bool:
    """The paper of what the warehouse posted last; whether there is any."""
    with db.read() as session:
        newest = shelf.newest(session, db.user)
    if newest is None:
        return False
    show_paper(parent, db, newest.id, _called(newest))
    return True


def _called(row: DocumentRow) -> str:
    return f"{current().show(row.kind)} {row.number}"
