"""The settings: one section beside the other, each a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget

from models.privacy.retention import KEEPERS
from models.roles import EVERYONE, KEYS, OFFICE, STORE, Role, fits
from translations import N_, _
from ui.office.about import AboutPage
from ui.office.backups import BackupsPage
from ui.office.branch_settings import BranchPage
from ui.office.catalogue import CataloguePage
from ui.office.indicators import IndicatorsPage
from ui.office.keys import KeysPage
from ui.office.look import LookPage
from ui.office.places import PlacesPage
from ui.office.server import ServerPage
from ui.office.users import UsersPage
from ui.page import Page
from ui.pieces.boxes import named
from ui.privacy.page import PrivacyPage
from ui.table import TablePage

if TYPE_CHECKING:
    from models.database import Database

SECTIONS: tuple[tuple[type[Page], Sequence[Role]], ...] = (
    (BranchPage, EVERYONE),
    (PlacesPage, STORE),
    (CataloguePage, STORE),
    (IndicatorsPage, OFFICE),
    (UsersPage, EVERYONE),
    (KeysPage, EVERYONE),
    (BackupsPage, EVERYONE),
    (PrivacyPage, KEEPERS),
    (ServerPage, KEYS),
    (LookPage, EVERYONE),
    (AboutPage, EVERYONE),
)


class SettingsPage(Page):
    """Shows one section at a time; what is searched for is searched in it."""

    title = N_("Settings")
    icon = "settings"
    searchable = True

    search_cleared = Signal()
    restore_wanted = Signal(object)
    parted = Signal(object)
    kept = Signal()

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.tabs = named(QTabWidget(), "sections")
        self.tabs.setDocumentMode(True)
        self.sections = [
            self._add(section(db)) for section, roles in SECTIONS if fits(db.roles, roles)
        ]
        self.tabs.currentChanged.connect(self._changed)
        self.body.addWidget(self.tabs, 1)
        self._changed()

    @property
    def section(self) -> Page:
        """The section that is shown."""
        return self.sections[self.tabs.currentIndex()]

    def context(self) -> str:
        return self.section.context()

    def search(self, text: str) -> None:
        self.search_text = text
        if self.section.searchable:
            self.section.search(text)

    def take_focus(self) -> None:
        self.tabs.tabBar().setFocus()

    def retranslate(self) -> None:
        super().retranslate()
        for part in (self.tabs, self.tabs.tabBar()):
            part.setAccessibleName(_("Sections of the settings"))
        for place, section in enumerate(self.sections):
            self.tabs.setTabText(place, _(section.title))
            section.retranslate()

    def _add(self, section: Page) -> Page:
        section.said.connect(self.said)
        section.changed.connect(self.changed)
        if isinstance(section, TablePage):
            section.search_cleared.connect(self.search_cleared)
        if isinstance(section, BackupsPage):
            section.restore_wanted.connect(self.restore_wanted)
            section.parted.connect(self.parted)
            section.kept.connect(self.kept)
        section.body.setContentsMargins(0, 14, 0, 0)
        self.tabs.addTab(section, "")
        return section

    def _changed(self) -> None:
        """The verbs with their shortcuts are those of the section; a search ends with it."""
        self.verbs = self.section.verbs
        if self.search_text:
            self.search_cleared.emit()
        self.changed.emit()
