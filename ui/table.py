"""Tables, and the page that is a table: columns, a way to load, verbs and a detail card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QSplitter, QStackedWidget, QWidget

from translations import N_, _
from ui.page import Page
from ui.pieces import icons
from ui.pieces.boxes import label, row
from ui.pieces.cards import Card, Empty, scrolled
from ui.pieces.grid import TableView
from ui.pieces.rows import (
    BADGE_ROLE,
    ROW_ROLE,
    SORT_ROLE,
    Badge,
    Column,
    FetchedRows,
    TableModel,
    place_of,
)
from ui.pieces.search import NOTHING_FOUND

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

__all__ = [
    "BADGE_ROLE",
    "ROW_ROLE",
    "SORT_ROLE",
    "Badge",
    "Column",
    "FetchedRows",
    "Order",
    "TableModel",
    "TablePage",
    "TableView",
]


ROOMY = 20  # times 100 pixels are more than any card must have: the shares are kept at first


@dataclass(frozen=True)
class Order:
    """How a list that can grow is to be sorted by the database: a column's `order` name."""

    by: str = ""
    descending: bool = False


class TablePage(Page):
    """A page that is a table. A subclass says `columns`, `load` and its verbs.

    A list that can grow past a few thousand rows gives `load_ids` and `load_rows` instead of
    `load`; `order` then says how `load_ids` is to sort.
    """

    columns: Sequence[Column] = ()
    empty_text = N_("Nothing here yet.")
    searchable = True

    search_cleared = Signal()  # the search box is to be emptied

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.order = Order()
        self._is_ordered = False  # for Tab: the verbs and filters, then the table below them
        self.detail_card: Card | None = None
        self.filters: list[tuple[str, QLabel, QWidget]] = []
        self.table = TableView(self.columns)
        self.table.setObjectName("table")
        self.table.selected_changed.connect(self._selection_moved)
        self.table.activated.connect(lambda: self._act(self._open))
        self.table.model_.order_wanted.connect(self._sort)
        self.table.menu_filled.connect(self._add_verbs)
        self.empty = Empty()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self._framed_empty())
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(14)
        self.split.addWidget(self.stack)
        self.body.addWidget(self.split, 1)

    def load(self, session: Session, search: str) -> Sequence[Any]:
        """All rows that `search` finds (all for an empty one), as frozen records."""
        return ()

    def load_ids(self, session: Session, search: str) -> Sequence[int]:
        """For a list that can grow: the ids of all rows found, sorted by `self.order`."""
        raise NotImplementedError

    def load_rows(self, session: Session, ids: Sequence[int]) -> list[Any]:
        """For a list that can grow: the rows with these ids, in this order."""
        raise NotImplementedError

    def open_row(self, row: Any) -> None:
        """What Enter or a double click on a row does."""

    def show_detail(self, row: Any | None) -> None:
        """Fill the detail card with the row now selected."""

    def identity(self, row: Any) -> Any:
        """What makes a row the same after a reload."""
        return getattr(row, "id", row)

    @property
    def selected(self) -> Any | None:
        """The selected row, or None."""
        return self.table.selected

    def set_detail(self, widget: QWidget, share: int = 40) -> None:
        """Put a card with `widget` at the right, taking `share` percent of the width."""
        card = Card()
        card.body.addWidget(scrolled(widget, sideways=False), 1)
        self.detail_card = card
        self.split.addWidget(card)
        self.split.setSizes([(100 - share) * ROOMY, share * ROOMY])
        self.split.setStretchFactor(0, 100 - share)
        self.split.setStretchFactor(1, share)

    def add_filter(self, title: str, field: Any) -> QLabel:
        """Put a field right of the verbs; the page reloads when it changes."""
        caption = label(_(title), "muted", wrap=False)
        caption.setBuddy(field)
        field.setAccessibleName(_(title))
        self.show_actions_row()
        together = QWidget()
        side_by_side = row(together)
        side_by_side.addWidget(caption)
        side_by_side.addWidget(field)
        self.actions_row.add_aside(together)
        field.changed.connect(self.reload)
        self.filters.append((title, caption, field))
        return caption

    def reload(self) -> None:
        chosen, place = self.selected, self.table.currentIndex().row()
        kept = None if chosen is None else self.identity(chosen)
        with self.db.read() as session:
            rows = self._read(session)
        self.table.set_rows(rows)
        self._show_empty_or_table(len(rows))
        with QSignalBlocker(self.table):  # what is selected is shown once, when it is settled
            self._select_again(kept, place if self.is_acting else 0)
        self._selection_moved()
        self.changed.emit()

    def read_ahead(self) -> None:
        """The engine's statements are made once, the table and its details laid out."""
        self.reload()

    @property
    def rows(self) -> Sequence[Any]:
        """The rows shown, in the order shown."""
        return self.table.model_.rows

    def retranslate(self) -> None:
        """Rows may hold names in the language they were read in: what is seen is read anew."""
        super().retranslate()
        for title, caption, field in self.filters:
            caption.setText(_(title))
            field.setAccessibleName(_(title))
        self.table.retranslate()
        self.table.setAccessibleName(_(self.title))
        if self.isVisible():
            self.reload()
        else:
            self._show_empty_or_table(len(self.rows))
            self.show_detail(self.selected)

    def has_found(self) -> bool:
        return len(self.rows) > 0

    def take_focus(self) -> None:
        """The table, or the one button of an empty page."""
        (self.table if len(self.rows) else self.empty.button).setFocus()

    def _read(self, session: Session) -> Sequence[Any]:
        if type(self).load_ids is TablePage.load_ids:
            return self.load(session, self.search_text)
        return FetchedRows(self.load_ids(session, self.search_text), self._fetch)

    def _fetch(self, ids: Sequence[int]) -> list[Any]:
        with self.db.read() as session:
            return self.load_rows(session, ids)

    def showEvent(self, event: QShowEvent) -> None:
        """Tab goes through verbs and filters first, as the eye does, and then to the table."""
        super().showEvent(event)
        if not self._is_ordered:
            self._is_ordered = True
            for one, following in pairwise([*self.actions_row.stops(), self.table]):
                self.setTabOrder(one, following)

    def _select_again(self, kept: Any | None, place: int) -> None:
        """Select the row that was selected before; in a list with details else what is at `place`.

        So what follows a row that a verb took out of the list is next, not the top.
        """
        found = None if kept is None else place_of(self.rows, kept, self.identity)
        if found is None and self.detail_card and len(self.rows):
            found = min(max(place, 0), len(self.rows) - 1)
        self.table.select(found)

    def _sort(self, column: int, descending: bool) -> None:
        self.order = Order(self.columns[column].order if column >= 0 else "", descending)
        self.reload()

    def _open(self) -> None:
        if self.selected is not None:
            self.open_row(self.selected)

    def _selection_moved(self) -> None:
        row = self.selected
        for action in self.verbs:
            if action.needs_row:
                action.button.setEnabled(row is not None)
        self.show_detail(row)

    def _framed_empty(self) -> QWidget:
        card = Card()
        card.body.addWidget(self.empty)
        return card

    def _show_empty_or_table(self, count: int) -> None:
        self.stack.setCurrentIndex(0 if count else 1)
        if self.detail_card:
            self.detail_card.setVisible(bool(count))
        if self.search_text:
            said = _(NOTHING_FOUND).format(text=self.search_text)
            self.empty.say(said, _("Show everything"), self.search_cleared.emit)
            return
        offered = (verb for verb in self.verbs if not verb.button.isHidden())
        first = next((verb for verb in offered if verb.button.property("primary")), None)
        name = _(first.title) if first else ""
        self.empty.say(_(self.empty_text), name, first.button.click if first else None)

    def _add_verbs(self, menu: QMenu) -> None:
        """Those that stand above the page too: what a role may not do is not offered here."""
        offered = [action for action in self.verbs if not action.button.isHidden()]
        for action in offered:
            name = action.button.icon_name
            icon = icons.icon(name) if name else QIcon()
            entry = menu.addAction(icon, _(action.title), action.button.click)
            entry.setEnabled(action.button.isEnabled())
            if action.shortcut:
                entry.setShortcut(action.shortcut.key())
        if offered:
            menu.addSeparator()
