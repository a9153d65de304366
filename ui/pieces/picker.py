"""A field in which one types a part of a name and picks what is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QModelIndex, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from translations import N_, _
from ui.pieces.boxes import named
from ui.pieces.faulty import mark
from ui.pieces.fields import paint_arrow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

PAUSE = 120  # milliseconds without typing before the search
CHOOSE = N_("“{text}” is not in the list. Choose one of the names offered.")

Search = Callable[["Session", str], Sequence[tuple[Any, str]]]


class Picker(QLineEdit):
    """Finds with `search(session, text) -> [(id, label)]`; `value` is the id picked, or None.

    Arrow down offers what an empty search finds. Enter or Tab takes the only name found.
    """

    changed = Signal()

    def __init__(
        self, search: Search, db: Database, *, placeholder: str = "", name: str = ""
    ) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder or _("Type to search…"))
        self.db = db
        self.search = search
        self.setObjectName(name)
        self._value: Any = None
        self._label = ""
        self._found: Sequence[tuple[Any, str]] = ()
        self._names = QStringListModel(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._offer)
        character = self.fontMetrics().averageCharWidth()
        self.setMinimumWidth(character * 26)
        self.setTextMargins(0, 0, character * 3, 0)
        self._prepare_list()
        self.textEdited.connect(self._typed)

    @property
    def value(self) -> Any:
        """The id of what was picked, None when nothing is."""
        return self._value

    @property
    def label(self) -> str:
        """The name of what was picked."""
        return self._label

    def set_value(self, value: Any, label: str = "") -> None:
        """Show `label` as picked; None empties the field."""
        before, self._value, self._label = self._value, value, label if value is not None else ""
        self.setText(self._label)
        self.setCursorPosition(0)
        mark(self, "")
        if value != before:
            self.changed.emit()

    def clear(self) -> None:
        self.set_value(None)

    def kept(self) -> list[Any] | str:
        """What was picked with its name, or what stands there instead."""
        is_plain = isinstance(self._value, int | str)
        return [self._value, self._label] if is_plain else self.text()

    def put_back(self, kept: Any) -> bool:
        """Pick it again, under the name that it has now; one that is gone leaves only its name.

        Never another one that is called alike.
        """
        if not isinstance(kept, list) or len(kept) != 2:
            self.setText(str(kept))
            self._take(lambda pair: pair[1] == kept)
            return True
        value, label = kept[0], str(kept[1])
        for words in (label, str(value)):
            self.setText(words)
            if self._take(lambda pair: pair[0] == value):
                return True
        self.setText(label)
        return False

    def fault(self) -> str:
        """A sentence when something is typed that was not picked."""
        bad = bool(self.text().strip()) and self._value is None
        return _(CHOOSE).format(text=self.text().strip()) if bad else ""

    def settle(self) -> None:
        """Take the only name that fits what is typed, if there is just one."""
        self._timer.stop()
        if self._value is not None or not self.text().strip():
            return
        self._look()
        typed = self.text().strip().casefold()
        exact = [pair for pair in self._found if pair[1].casefold() == typed]
        fitting = exact or self._found
        if len(fitting) == 1:
            self.set_value(*fitting[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and not self._list.isVisible():
            self._offer()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            is_open = self._list.isVisible()
            if is_open and self._list.selectionModel().hasSelection():
                event.ignore()  # the list takes it: something is chosen there
                return
            self.settle()
            if is_open:
                self._press_again(event)
                return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.settle()
            mark(self, self.fault())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_arrow(self)

    def _prepare_list(self) -> None:
        self._list = named(QListView(), "found")
        self._list.setProperty("role", "popup")
        completer = QCompleter(self._names, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setPopup(self._list)
        completer.setMaxVisibleItems(10)
        activated: Any = completer.activated  # one of two overloads
        activated[QModelIndex].connect(self._pick)
        completer.setWidget(self)
        self._completer = completer

    def _press_again(self, event: QKeyEvent) -> None:
        """While the list is open no one else hears of Enter: it goes on once a name is picked."""
        event.accept()
        if self._value is not None:
            self._list.hide()
            again = QKeyEvent(event.type(), event.key(), event.modifiers(), event.text())
            QTimer.singleShot(0, self, lambda: QCoreApplication.sendEvent(self, again))

    def _typed(self) -> None:
        if self._value is not None:
            self._value, self._label = None, ""
            self.changed.emit()
        mark(self, "")
        self._timer.start()

    def _look(self) -> None:
        with self.db.read() as session:
            self._found = self.search(session, self.text().strip())
        self._names.setStringList([label for _value, label in self._found])

    def _take(self, fits: Callable[[tuple[Any, str]], bool]) -> bool:
        """Pick the one that fits among those found by what is typed."""
        if not self.text().strip():
            return False
        self._look()
        fitting = [pair for pair in self._found if fits(pair)]
        if fitting:
            self.set_value(*fitting[0])
        return bool(fitting)

    def _offer(self) -> None:
        self._look()
        if self._found and self.hasFocus():
            self._completer.complete()
        else:
            self._list.hide()

    def _pick(self, index: QModelIndex) -> None:
        self.set_value(*self._found[index.row()])
