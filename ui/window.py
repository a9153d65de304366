"""The main window: pages at the left, title, search and language above, news below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QCloseEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QGridLayout,
    QMainWindow,
    QStackedWidget,
    QWidget,
)
from sqlalchemy.exc import SQLAlchemyError

from models.errors import DomainError
from translations import LANGUAGES, _, current, language
from ui import language as speech
from ui import remembered, style, work
from ui.page import Page
from ui.pieces.boxes import OneLine, column, grid, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.fields import Choice
from ui.pieces.navigation import Navigation
from ui.pieces.notice import Notice
from ui.pieces.search import Finder, SearchBox
from ui.pieces.shortcuts import ShortcutList

if TYPE_CHECKING:
    from models.database import Database

ROOMY = 1440  # pixels: on a narrower screen the window takes all of it at first
PAUSE = 50  # milliseconds between two pieces of work that can wait
LARGE_TEXT = 125  # percent
NOTED = 500  # milliseconds that a page is shown before it is written down where one is
NEWS_STAYS = 8000  # milliseconds that a status message is shown


class PageKind(Protocol):
    """What the window must know of a page before it is built: a Page class, or a LazyPage."""

    title: str
    icon: str

    def __call__(self, db: Any) -> Page: ...


@dataclass
class LazyPage:
    """A page whose module is imported when it is first shown."""

    title: str
    icon: str
    module: str
    name: str

    def __call__(self, db: Any) -> Page:
        page: Page = getattr(import_module(self.module), self.name)(db)
        return page


class MainWindow(QMainWindow):
    """Shows one page at a time; each is built when first shown and reloads on every show."""

    lock_wanted = Signal()
    switch_wanted = Signal()
    named = Signal()  # the page or the language is another: what stands around it may be too
    restore_wanted = Signal(object)  # a backup is to take the place of the books
    parted = Signal(object)  # the books are safe on another drive, and are to be wiped here
    backups_changed = Signal()

    def __init__(
        self, db: Database, pages: Sequence[PageKind], *, finders: Sequence[Finder] = ()
    ) -> None:
        super().__init__()
        self.db = db
        self.kinds = tuple(pages)
        self.built: dict[int, Page] = {}
        self.navigation = Navigation([(kind.title, kind.icon) for kind in self.kinds])
        self.navigation.chosen.connect(self.show_page)
        self.title = label("", name="title", wrap=False)
        self.context = OneLine("muted", "context")
        self.search = SearchBox(db, finders)
        self.search.searched.connect(self._search)
        self.search.is_found_here = self._is_found_here
        self.key = label("Ctrl+K", "key", wrap=False)
        self.language = Choice([(code, language_name(code)) for code in LANGUAGES])
        self.language.setObjectName("language")
        self.lock = Button("", self.lock_wanted.emit, name="lock", icon="lock", flat=True)
        self.switch = Button("", self.switch_wanted.emit, name="switch", icon="user", flat=True)
        self.switch.hide()
        self.notice = Notice("notice")
        self.stack = named(QStackedWidget(), "pages")
        self.status = label("", name="status", wrap=False)
        self._lay_out()
        self._add_shortcuts()
        self.language.set_value(current().code)
        self.language.changed.connect(self._switch_language)
        self.silence = QTimer(self)
        self.silence.setSingleShot(True)
        self.silence.setInterval(NEWS_STAYS)
        self.silence.timeout.connect(self.status.clear)
        self.naming = QTimer(self, singleShot=True, interval=PAUSE)
        self.naming.timeout.connect(self.named)
        self.last = f"pages/{db.user or 0}"  # of whoever works now: another comes to a new window
        self.noting = QTimer(self, singleShot=True, interval=NOTED)
        self.noting.timeout.connect(self._note_page)
        self.retranslate()
        self._recall()

    @property
    def page(self) -> Page:
        """The page shown."""
        return self.built[self.navigation.current]

    def show_page(self, which: int | str) -> Page:
        """Show a page by its place or by its marked title, and give it back."""
        work.go_first()  # a shortcut is no press of a key that anybody hears of
        titles = [kind.title for kind in self.kinds]
        place = titles.index(which) if isinstance(which, str) else which
        page = self._built(place)
        if self.search.text() and self.stack.currentWidget() is not page:
            self._leave_search()
        self.navigation.select(place)
        self.stack.setCurrentWidget(page)
        self.search.setEnabled(page.searchable or bool(self.search.finders))
        self.noting.start()
        self._name_page()
        return page

    def set_branch(self, name: str) -> None:
        """Write the branch's name above the pages."""
        self.navigation.branch.setText(name)

    def set_footer(self, text: str) -> None:
        """Write who works and when the last backup was made below the pages."""
        self.navigation.footer.setText(text)

    def set_notice(self, text: str) -> None:
        """Say something that must stay in sight, as that this is the practice branch."""
        self.notice.say(text)

    def hear_of_backups(self) -> None:
        """Show what is new of them, where they are looked at."""
        if hasattr(self.page, "backups_made"):
            self.page.backups_made()

    def say(self, text: str) -> None:
        """Show what was done in the status line, and let a screen reader speak it."""
        self.status.setText(text)
        self.silence.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.status, text))

    def keep(self) -> None:
        """Keep what is typed on the pages, before they are hidden; what cannot be, stays there."""
        for page in self.built.values():
            with suppress(DomainError, SQLAlchemyError, OSError):
                page.keep()

    def warm_up(self) -> None:
        """Build one page not yet shown, then the next: called when nothing else is to do."""
        missing = [place for place in range(len(self.kinds)) if place not in self.built]
        if missing and not self.db.is_locked:
            page = self._built(missing[0])
            with suppress(DomainError, SQLAlchemyError):  # it is told when the page is shown
                page.read_ahead()
            QTimer.singleShot(PAUSE, self.warm_up)

    def retranslate(self) -> None:
        self.setWindowTitle(_("Ogranak"))
        self.search.retranslate()
        self.navigation.retranslate()
        self.language.setAccessibleName(_("Language"))
        self.language.setToolTip(_("Language"))
        name_icon(self.lock, _("Lock"), "Ctrl+L")
        name_icon(self.switch, _("Change user"), "Ctrl+Shift+L")
        self.status.clear()
        self.language.blockSignals(True)
        self.language.set_value(current().code)
        self.language.blockSignals(False)
        self._name_page()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            QTimer.singleShot(PAUSE, self, self._name_hidden_page)
        elif event.type() == QEvent.Type.FontChange:
            self._fit_header()

    def closeEvent(self, event: QCloseEvent) -> None:
        remembered.write("window/geometry", self.saveGeometry())
        self._note_page()
        super().closeEvent(event)

    def show_shortcuts(self) -> None:
        """List all shortcuts: F1."""
        own = [
            (verb.shortcut.key().toString(), _(verb.title))
            for verb in self.page.verbs
            if verb.shortcut
        ]
        ShortcutList(_(self.page.title), own, self).exec()

    def scale(self, up: bool) -> None:
        """Write larger or smaller: Ctrl++ and Ctrl+-."""
        sizes = style.SIZES if up else style.SIZES[::-1]
        now = style.percent()
        style.choose_size(next((size for size in sizes if (size > now) == up and size != now), now))

    def _lead_into(self, title: str, what: str) -> None:
        page = self.show_page(title)
        page.take_focus()
        page.go_into(what)

    def _built(self, place: int) -> Page:
        if place not in self.built:
            page = self.kinds[place](self.db)
            page.said.connect(self.say)
            page.changed.connect(lambda: self._page_changed(page))
            page.leads_to.connect(lambda title: self.show_page(title).take_focus())
            page.leads_into.connect(self._lead_into)
            if hasattr(page, "search_cleared"):
                page.search_cleared.connect(self._clear_search)
            if hasattr(page, "restore_wanted"):
                page.restore_wanted.connect(self.restore_wanted)
            if hasattr(page, "parted"):
                page.parted.connect(self.parted)
            if hasattr(page, "kept"):
                page.kept.connect(self.backups_changed)
            page.retranslate()
            self.built[place] = page
            self.stack.addWidget(page)
        return self.built[place]

    def _name_hidden_page(self) -> None:
        """Name one page that is not seen in the new language, then the next, while idle."""
        outdated = [page for page in self.built.values() if page.is_outdated]
        if outdated:
            outdated[0].name_anew()
            QTimer.singleShot(PAUSE, self, self._name_hidden_page)

    def _page_changed(self, page: Page) -> None:
        if self.stack.currentWidget() is page:
            self._name_page()

    def _note_page(self) -> None:
        """Write down where who works is: they begin there the next time."""
        self.noting.stop()
        title = self.kinds[self.navigation.current].title
        if remembered.read(self.last) != title:
            remembered.write(self.last, title)

    def _name_page(self) -> None:
        page = self.stack.currentWidget()
        if isinstance(page, Page):
            self.title.setText(_(page.title))
            self.context.setText(page.context())
            self.naming.start()  # once, however often a page tells a change while it is shown

    def _search(self, text: str) -> None:
        page = self.page
        if page.searchable and page.search_text != text:
            page.search(text)

    def _is_found_here(self) -> bool:
        """Whether the page shows anything for what is searched."""
        return self.page.searchable and self.page.has_found()

    def _clear_search(self) -> None:
        """Empty the box, and show the page it narrowed whole again."""
        self.search.clear()
        self.search.look()

    def _leave_search(self) -> None:
        """The page left shows everything again when it is next shown."""
        self.page.search_text = ""
        self.search.empty()

    def _switch_language(self) -> None:
        speech.switch(self.language.value)

    def _add_shortcuts(self) -> None:
        verbs: dict[str, Callable[[], object]] = {
            "Ctrl+K": self._go_to_search,
            "F1": self.show_shortcuts,
            "Ctrl++": lambda: self.scale(True),
            "Ctrl+=": lambda: self.scale(True),
            "Ctrl+-": lambda: self.scale(False),
            "Ctrl+Q": self.close,
        }
        for keys, verb in verbs.items():
            QShortcut(QKeySequence(keys), self, verb)
        for place in range(len(self.kinds)):
            QShortcut(QKeySequence(f"Ctrl+{place + 1}"), self, lambda at=place: self._go_to(at))

    def _go_to(self, place: int) -> None:
        self.show_page(place).take_focus()

    def _go_to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _recall(self) -> None:
        geometry = remembered.read("window/geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            self.resize(1280, 740)
            if self.screen().availableSize().width() < ROOMY:
                self.setWindowState(Qt.WindowState.WindowMaximized)
        last = remembered.read(self.last, "")
        titles = [kind.title for kind in self.kinds]  # others may see other pages in its place
        page = self.show_page(titles.index(last) if last in titles else 0)
        QTimer.singleShot(0, page, page.take_focus)  # what it has to show is read by then

    def _lay_out(self) -> None:
        right = QWidget()
        body = column(right, spacing=10, margins=(24, 16, 24, 4))
        body.addLayout(self._header())
        body.addWidget(self.notice)
        body.addWidget(self.stack, 1)
        self.status.setFixedHeight(self.fontMetrics().height() + 4)
        body.addWidget(self.status)
        whole = QWidget()
        columns = row(whole, spacing=0)
        columns.addWidget(self.navigation)
        columns.addWidget(right, 1)
        self.setCentralWidget(whole)
        self._fit_header()  # shows or hides a part: before, that part would be a window of its own

    def _header(self) -> QGridLayout:
        header = grid(down=0)
        header.addWidget(self.title, 0, 0)
        header.addWidget(self.context, 1, 0)
        header.addWidget(self.search, 0, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        header.addWidget(self.key, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        header.addWidget(self.language, 0, 3, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        header.addWidget(self.switch, 0, 4, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        header.addWidget(self.lock, 0, 5, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        header.setColumnStretch(0, 5)
        header.setColumnStretch(1, 4)
        return header

    def _fit_header(self) -> None:
        """In large text the title goes before the search's length and its key."""
        character = self.fontMetrics().averageCharWidth()
        is_large = style.percent() > LARGE_TEXT
        self.search.setMinimumWidth(character * (10 if is_large else 20))
        self.search.setMaximumWidth(character * 68)
        self.key.setVisible(not is_large)


def name_icon(button: Button, said: str, keys: str) -> None:
    """Name a button that shows only its icon."""
    shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    button.setToolTip(f"{said} ({shown})")
    button.setAccessibleName(said)


def language_name(code: str) -> str:
    """The language's own name for itself."""
    return language(code).name
