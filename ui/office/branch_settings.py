"""The branch itself: what it is called in each language, its letterhead, whom it reports to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from models.office import branch, territory
from models.office.branch import Details, Level
from translations import N_, _, current
from ui.form import Form
from ui.office.letterhead import CAPTIONS, LetterheadFields
from ui.office.logo import SHOWN, fitted
from ui.office.organizations import OrganizationNames
from ui.page import Page
from ui.pieces.boxes import column, label
from ui.pieces.cards import Card, Facts, scrolled

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database


class OrganizationsForm(Form):
    """Renames the branch and the organizations above it."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Names on the papers"), parent)
        with db.read() as session:
            known = branch.all_names(session)
        self.names = OrganizationNames(known)
        self.names.set_value(known)
        self.rows.addRow(self.names)
        self.fields.append((_("Names on the papers"), self.names, False))

    def save(self, session: Session) -> None:
        for level, names in self.names.value.items():
            branch.rename(session, level, names)


class LetterheadForm(Form):
    """Writes the letterhead anew."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Letterhead"), parent)
        self.letterhead = LetterheadFields()
        with db.read() as session:
            self.letterhead.set_value(branch.details(session))
        self.rows.addRow(self.letterhead)
        self.fields.append((_("Letterhead"), self.letterhead, False))

    def save(self, session: Session) -> None:
        branch.change(session, self.letterhead.value)


class BranchPage(Page):
    """What is set now, and the two forms that change it."""

    title = N_("Branch")

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.add_action(
            N_("Letterhead…"), self.change_letterhead, primary=True, icon="edit", does=branch.change
        )
        self.add_action(N_("Names…"), self.change_names, icon="language", does=branch.rename)
        self.called, self.letterhead = Facts(), Facts()
        self.organizations, self.papers = Card(), Card()
        self.logo = label("", "muted", name="logo", wrap=False)
        self.organizations.body.addWidget(self.called)
        self.papers.body.addWidget(self.logo)
        self.papers.body.addWidget(self.letterhead)
        cards = QWidget()
        below = column(cards, spacing=14)
        below.addWidget(self.organizations)
        below.addWidget(self.papers)
        below.addStretch(1)
        self.body.addWidget(scrolled(cards), 1)

    def reload(self) -> None:
        with self.db.read() as session:
            called, details = branch.names(session), branch.details(session)
            units = [territory.find(key) for key in branch.municipalities(session)]
        covered = ", ".join(unit.name(current().code) for unit in units)
        show = current().show
        facts = [(show(level), called[level]) for level in Level if level in called]
        self.called.set_facts([*facts, (_("Municipalities"), covered)])
        self._show_letterhead(details)

    def retranslate(self) -> None:
        super().retranslate()
        self.organizations.set_title(_("Organizations"))
        self.papers.set_title(_("Letterhead"))
        if self.isVisible():
            self.reload()

    def change_names(self) -> None:
        if OrganizationsForm(self.db, self).exec():
            self.reload()

    def change_letterhead(self) -> None:
        if LetterheadForm(self.db, self).exec():
            self.reload()

    def _show_letterhead(self, details: Details) -> None:
        drawn = QPixmap()
        if details.logo and drawn.loadFromData(details.logo):
            self.logo.setPixmap(fitted(drawn, SHOWN))
        else:
            self.logo.setText(_("No logo"))
        shown = [(_(CAPTIONS[name]), getattr(details, name)) for name in CAPTIONS if name != "logo"]
        self.letterhead.set_facts((caption, value or None) for caption, value in shown)
