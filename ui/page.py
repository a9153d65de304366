"""What every page of the main window has: a title, a line of context, verbs, reload and search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from models.errors import DomainError
from models.rights import may
from translations import _
from ui import messages
from ui.pieces.boxes import column
from ui.pieces.buttons import Button
from ui.pieces.flow import Flow

if TYPE_CHECKING:
    from models.database import Database


@dataclass(frozen=True)
class Action:
    """A verb of a page: its marked title, its button and whether it needs a selected row.

    `does` is the verb of the books behind it; who may not do that is not offered it.
    """

    title: str
    button: Button
    shortcut: QShortcut | None
    needs_row: bool
    does: Callable[..., object] | None


class Page(QWidget):
    """A page reloads when it is shown and after its own actions; it keeps no session."""

    title = ""
    icon = "document"
    searchable = False
    scrolls = False  # as a whole, where a large text leaves no room for all that stands in it

    said = Signal(str)  # a sentence for the status line
    changed = Signal()  # the line of context may have changed
    leads_to = Signal(str)  # another page is wanted: its marked title
    leads_into = Signal(str, str)  # the same, and what of it: see `go_into`

    def __init__(self, db: Database) -> None:
        super().__init__()
        self.db = db
        self.search_text = ""
        self.is_outdated = False  # the language changed while nobody saw the page
        self.is_acting = False  # a verb is under way
        self.actions_row = Flow()
        self.body = column(self, spacing=14)
        self.verbs: list[Action] = []
        self.setObjectName(type(self).__name__)

    def context(self) -> str:
        """The line under the title: what is shown, in one sentence."""
        return ""

    def reload(self) -> None:
        """Read everything shown anew."""

    def read_ahead(self) -> None:
        """Read what makes the first show quick. Called while idle, before it; may do nothing."""

    def keep(self) -> None:
        """Save what is typed on the page itself; most have nothing such."""

    def retranslate(self) -> None:
        """Name everything in the current language; called once before the first show too."""
        for action in self.verbs:
            action.button.name(_(action.title))

    def name_anew(self) -> None:
        """Retranslate, if the language has changed since that was last done."""
        if self.is_outdated:
            self.is_outdated = False
            self.retranslate()
            self.changed.emit()

    def search(self, text: str) -> None:
        """Show only what `text` finds."""
        self.search_text = text
        self.reload()

    def has_found(self) -> bool:
        """Whether anything is shown of what is searched for."""
        return False

    def say(self, text: str) -> None:
        """Tell in the status line, and to a screen reader, what has been done."""
        self.said.emit(text)

    def add_action(
        self,
        title: str,
        verb: Callable[[], object],
        *,
        primary: bool = False,
        icon: str = "",
        shortcut: str = "",
        needs_row: bool = False,
        aside: bool = False,
        does: Callable[..., object] | None = None,
    ) -> Button:
        """Add a verb as a button above the page; `aside` puts it to the right.

        `does` is the verb of the books that it comes to: without its role there is no button.
        Its shortcut works wherever the keyboard is in the window, while the page is shown.
        A rule broken by the verb is told in a warning: no verb needs a try of its own.
        """

        def act() -> None:
            self._act(verb)

        button = Button(
            _(title), act, name=verb.__name__, icon=icon, primary=primary, shortcut=shortcut
        )
        keys = QShortcut(QKeySequence(shortcut), self, button.click) if shortcut else None
        action = Action(title, button, keys, needs_row, does)
        self.verbs.append(action)
        self._place(button, aside)
        self._offer(action)
        return button

    def show_actions_row(self) -> None:
        """Make room above the page for verbs and filters, once."""
        if self.actions_row.parent() is None:
            self.body.insertLayout(0, self.actions_row)

    def take_focus(self) -> None:
        """Let the keyboard work on the page: on the first thing in it that takes it."""
        for child in self.findChildren(QWidget):
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisibleTo(self):
                child.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.name_anew()
            for action in self.verbs:
                self._offer(action)
            self.reload()
            self.changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.is_outdated = True
            if self.isVisible():
                self.name_anew()

    def go_into(self, what: str) -> None:
        """Begin the verb of this name, as if its button was pressed."""
        for action in self.verbs:
            if action.button.objectName() == what and not action.button.isHidden():
                action.button.click()
                return

    def _act(self, verb: Callable[[], object]) -> None:
        self.is_acting = True
        try:
            verb()
        except DomainError as broken:
            messages.tell(self, broken.text())
        finally:
            self.is_acting = False
        self.changed.emit()

    def _offer(self, action: Action) -> None:
        """Show a verb only to those whose roles include it."""
        if action.does is None:
            return
        allowed = may(self.db.roles, action.does)
        action.button.setVisible(allowed)
        if action.shortcut:
            action.shortcut.setEnabled(allowed)

    def _place(self, button: Button, aside: bool) -> None:
        self.show_actions_row()
        if aside:
            self.actions_row.add_aside(button)
        else:
            self.actions_row.add_ahead(button)
