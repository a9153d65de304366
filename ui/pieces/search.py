"""The one search box: it narrows the page shown, and finds anything in the whole program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QCompleter, QLineEdit, QListView, QWidget

from models.privacy import looks
from translations import N_, _
from ui.pieces import icons
from ui.pieces.boxes import named

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database
    from models.privacy.access import Person

PAUSE = 150  # milliseconds without typing before anything is searched
LONGEST = 70  # characters of a hit that the list makes room for
SLACK = 30  # pixels beside a hit: the edges of the list, and its bar
NOTHING_FOUND = N_("Nothing found for: {text}")
SHORTEST = 2  # letters before the whole program is searched


@dataclass(frozen=True)
class Hit:
    """Something found: its name, what kind of thing it is, and how to open it.

    `person` is the table of one who is found: the record of acts hears that they were.
    """

    label: str
    kind: str
    open: Callable[[], object]
    person: type[Person] | None = None


Finder = Callable[["Session", str], Sequence[Hit]]


class SearchBox(QLineEdit):
    """Emits `searched` after a pause in typing, and offers the finders' hits below itself."""

    searched = Signal(str)

    def __init__(self, db: Database, finders: Sequence[Finder]) -> None:
        super().__init__()
        self.setObjectName("search")
        self.db = db
        self.finders = finders
        self.hits: list[Hit] = []
        self.is_found_here: Callable[[], bool] = lambda: False  # whether the page has it
        self.setClearButtonEnabled(True)
        sign = QAction(icons.icon("search", "muted"), "", self)
        self.addAction(sign, QLineEdit.ActionPosition.LeadingPosition)
        self.names = QStringListModel(self)
        self.list = named(QListView(), "hits")
        self.list.setProperty("role", "popup")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.completer_ = self._completer()
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PAUSE)
        self.timer.timeout.connect(self.look)
        self.textChanged.connect(lambda _text: self.timer.start())
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._leave)

    def look(self) -> None:
        """Search now for what is typed."""
        self.timer.stop()
        text = self.text().strip()
        self.searched.emit(text)
        self.hits = self._found(text) if len(text) >= SHORTEST else []
        for person in {hit.person for hit in self.hits if hit.person}:
            looks.through(self.db, person)
        lines = [f"{hit.label}  ·  {hit.kind}" for hit in self.hits]
        if len(text) >= SHORTEST and not lines and not self.is_found_here():
            lines = [_(NOTHING_FOUND).format(text=text)]
        self.names.setStringList(lines)
        longest = self.fontMetrics().averageCharWidth() * LONGEST
        self.list.setMinimumWidth(min(self.list.sizeHintForColumn(0) + SLACK, longest))
        if lines and self.hasFocus():
            self.completer_.complete()
        else:
            self.list.hide()

    def empty(self) -> None:
        """Forget what is typed without searching for nothing."""
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)
        self.timer.stop()
        self.list.hide()

    def retranslate(self) -> None:
        self.setPlaceholderText(_("Find a card, item, volunteer, document…"))
        self.setAccessibleName(_("Search"))
        self.setToolTip(f"{_('Search')} (Ctrl+K)")
        self.list.setAccessibleName(_("Found"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(event)
        elif event.key() == Qt.Key.Key_Down and self.hits:
            self.completer_.complete()
        else:
            super().keyPressEvent(event)

    def _leave(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The hits go when the keyboard does; the completer keeps that from the box itself."""
        if self.list.isVisible() and now not in (self, self.list):
            self.list.hide()
            self.style().unpolish(self)
            self.style().polish(self)

    def _enter(self, event: QKeyEvent) -> None:
        if self.list.isVisible() and self.list.currentIndex().isValid():
            event.ignore()  # the list takes it: something is chosen there
        else:
            self.look()

    def _found(self, text: str) -> list[Hit]:
        with self.db.read() as session:
            return [hit for finder in self.finders for hit in finder(session, text)]

    def _completer(self) -> QCompleter:
        completer = QCompleter(self.names, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setPopup(self.list)
        completer.setMaxVisibleItems(12)
        completer.setWidget(self)
        activated: Any = completer.activated  # one of two overloads
        activated[QModelIndex].connect(self._open)
        return completer

    def _open(self, index: QModelIndex) -> None:
        if not self.hits:  # the line says that nothing was found
            return
        hit = self.hits[index.row()]
        self.clear()
        self.timer.stop()
        self.searched.emit("")
        QTimer.singleShot(0, hit.open)
