"""The settings: one section beside the other, each a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QListWidget, QStackedWidget, QWidget

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
from ui.pieces.boxes import named, row
from ui.pieces.cards import scrolled
from ui.privacy.breaches import BreachesPage
from ui.privacy.page import PrivacyPage
from ui.table import TablePage

if TYPE_CHECKING:
    from models.database import Database

Shown = TypeVar("Shown", bound=Page)

ROOM = 8  # pixels beside the longest name

SECTIONS: tuple[tuple[type[Page], Sequence[Role]], ...] = (
    (BranchPage, EVERYONE),
    (PlacesPage, STORE),
    (CataloguePage, STORE),
    (IndicatorsPage, OFFICE),
    (UsersPage, EVERYONE),
    (KeysPage, EVERYONE),
    (BackupsPage, EVERYONE),
    (PrivacyPage, KEEPERS),
    (BreachesPage, KEEPERS),
    (ServerPage, KEYS),
    (LookPage, EVERYONE),
    (AboutPage, EVERYONE),
)


class SettingsPage(Page):
    """The names of the sections at the left, one section at a time beside them.

    A section is built when it is first shown; what is searched for is searched in it. One that
    `scrolls` does so as a whole where a large text leaves no room for all that stands in it.
    """

    title = N_("Settings")
    icon = "settings"
    searchable = True

    search_cleared = Signal()
    restore_wanted = Signal(object)
    parted = Signal(object)
    kept = Signal()

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.kinds = [kind for kind, roles in SECTIONS if fits(db.roles, roles)]
        self.names = named(SectionNames(), "sections")
        self.names.addItems([kind.title for kind in self.kinds])
        self.stack = QStackedWidget()
        self._built: dict[type[Page], Page] = {}
        self._framed: dict[type[Page], QWidget] = {}
        self._lay_out()
        self.names.currentRowChanged.connect(self._show)
        self.names.setCurrentRow(0)

    @property
    def section(self) -> Page:
        """The section that is shown."""
        return self._built[self.kinds[self.names.currentRow()]]

    def show_section(self, kind: type[Shown]) -> Shown:
        """Show the section of this kind and give it back."""
        self.names.setCurrentRow(self.kinds.index(kind))
        return cast(Shown, self.section)

    def backups_made(self) -> None:
        """What the section of the backups shows is no longer all there is."""
        if isinstance(self.section, BackupsPage):
            self.section.backups_made()

    def context(self) -> str:
        return self.section.context()

    def search(self, text: str) -> None:
        self.search_text = text
        if self.section.searchable:
            self.section.search(text)

    def has_found(self) -> bool:
        return self.section.searchable and self.section.has_found()

    def take_focus(self) -> None:
        self.names.setFocus()

    def go_into(self, what: str) -> None:
        """Show the section with this marked title, where there is one for who works here."""
        titles = [kind.title for kind in self.kinds]
        if what in titles:
            self.names.setCurrentRow(titles.index(what))

    def retranslate(self) -> None:
        super().retranslate()
        self.names.setAccessibleName(_("Sections of the settings"))
        for place, kind in enumerate(self.kinds):
            self.names.item(place).setText(_(kind.title))
        self.names.fit()

    def _lay_out(self) -> None:
        beside = row(spacing=18)
        beside.addWidget(self.names)
        beside.addWidget(self.stack, 1)
        self.body.addLayout(beside, 1)

    def _show(self, place: int) -> None:
        """The verbs with their shortcuts are those of the section; a search ends with it."""
        kind = self.kinds[place]
        if kind not in self._built:
            self._built[kind] = self._build(kind)
        self.stack.setCurrentWidget(self._framed[kind])
        self.verbs = self.section.verbs
        if self.search_text:
            self.search_cleared.emit()
        self.changed.emit()

    def _build(self, kind: type[Page]) -> Page:
        section = kind(self.db)
        section.said.connect(self.said)
        section.changed.connect(self.changed)
        if isinstance(section, TablePage):
            section.search_cleared.connect(self.search_cleared)
        if isinstance(section, BackupsPage):
            section.restore_wanted.connect(self.restore_wanted)
            section.parted.connect(self.parted)
            section.kept.connect(self.kept)
        section.retranslate()
        self._framed[kind] = scrolled(section) if section.scrolls else section
        self.stack.addWidget(self._framed[kind])
        return section


class SectionNames(QListWidget):
    """The names of the sections; the arrow keys walk through them."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "sections")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().rangeChanged.connect(self.fit)

    def fit(self) -> None:
        """As wide as the longest name, and the bar beside it where not all names have room."""
        bar = self.verticalScrollBar()
        beside = bar.sizeHint().width() if bar.maximum() else 0
        self.setFixedWidth(self.sizeHintForColumn(0) + beside + 2 * self.frameWidth() + ROOM)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()
