"""Forms: fields with labels, one save in one transaction, and a sentence where a rule says no."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QElapsedTimer, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from shiboken6 import isValid

from models.errors import DomainError
from translations import N_, _
from ui import messages
from ui.pieces import typed
from ui.pieces.boxes import DIALOG, column, row
from ui.pieces.boxes import label as text_label
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, heading, muted, scrolled
from ui.pieces.dates import DateField
from ui.pieces.dialog import Dialog
from ui.pieces.faulty import mark
from ui.pieces.lines import LinesEdit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

Field = TypeVar("Field", bound=QWidget)

BAR = 30  # pixels of the screen that a bar of the desktop may cover, or a title bar
BREATH = 50  # milliseconds in which a desktop gives the keyboard back
PLEASE_FILL = N_("Fill in: {field}.")


class Form(Dialog):
    """A dialog that saves one thing. A subclass adds fields and says `save`.

    With `goes_on` the form stays open after saving and is made ready for the next entry.
    `token` is made once per entry, so a document posted twice by a double click is one.
    """

    goes_on = False
    confirmed_by: int | None = None  # the second person, where the deed takes two

    def __init__(self, db: Database, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.db = db
        self.token = uuid.uuid4()
        self.result_value: Any = None
        self.fields: list[tuple[str, QWidget, bool]] = []
        self.setWindowTitle(title)
        self.setObjectName(type(self).__name__)
        self.title = heading(title, "subtitle")
        self.rows = QFormLayout()
        self.rows.setHorizontalSpacing(14)
        self.rows.setVerticalSpacing(8)
        self.rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.problem = Answer("bad", name="problem")
        self.saved = Answer("good", name="saved")
        self.save_button = Button(
            _("Save"), self.accept, name="save", icon="check", primary=True, shortcut="Ctrl+Return"
        )
        self.cancel_button = Button(_("Cancel"), self.reject, name="cancel", shortcut="Esc")
        self.save_button.setDefault(True)
        self._lay_out()
        self._last_save = QElapsedTimer()
        self._opened_with: list[Any] | None = None
        self._about: QWidget | None = None  # the field that the sentence shown is about
        self._question: QWidget | None = None
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.accept)

    def save(self, session: Session) -> Any:
        """Do the one thing; what it returns becomes `result_value`."""
        raise NotImplementedError

    def field_of(self, broken: DomainError) -> QWidget | None:
        """The field that the broken rule is about; of a day it names, the field of that day."""
        named = [told for told in broken.details.values() if isinstance(told, date)]
        days = (field for _label, field, _required in self.fields if isinstance(field, DateField))
        return next((field for field in days if field.value in named), None)

    def reset(self) -> None:
        """Make a form that goes on ready for the next entry: days and choices stay as they are."""
        for _label, field, _required in self.fields:
            if isinstance(field, (QLineEdit, QPlainTextEdit, LinesEdit)):
                if not isinstance(field, DateField):
                    field.clear()

    def add_field(
        self, label: str, field: Field, name: str = "", *, required: bool = False, note: str = ""
    ) -> Field:
        """Add a labelled field and give it back; a required one may not be left empty."""
        field.setObjectName(name or field.objectName())
        for part in (field, field.focusProxy()):
            if part and not part.accessibleName():
                part.setAccessibleName(label)
        field.setAccessibleDescription(note)
        caption = text_label(label)
        caption.setBuddy(field)
        self.rows.addRow(caption, field)
        if note:
            self.add_note(note)
        self.fields.append((label, field, required))
        self._watch(field)
        return field

    def add_wide(self, label: str, field: Field, name: str = "", *, keys: str = "") -> Field:
        """Add a field over the whole width, below the others: lines of a document.

        `keys` bring the keyboard there from anywhere in the form.
        """
        field.setObjectName(name or field.objectName())
        field.setAccessibleName(label)
        if keys:
            self.rows.addRow(_heading_with(label, keys))
            QShortcut(QKeySequence(keys), self, field.setFocus)
        else:
            self.rows.addRow(heading(label))
        self.rows.addRow(field)
        self.fields.append((label, field, False))
        self._watch(field)
        if isinstance(field, LinesEdit):
            field.grown.connect(self._grow)
        return field

    def add_note(self, text: str) -> QLabel:
        """Add a quiet sentence under the field before it."""
        note = muted(text)
        self.rows.addRow("", note)
        return note

    def add_heading(self, text: str) -> QLabel:
        """Add a heading between groups of fields."""
        label = heading(text)
        self.rows.addRow(label)
        return label

    def show_problem(self, text: str, field: QWidget | None = None) -> None:
        """Say why it cannot be saved, and go to the field that it is about.

        The sentence is over as soon as that field, or where there is none any field, is changed.
        """
        self.saved.say("")
        self._end_problem()
        self.problem.say(text)
        self._about = field
        self._fit()
        if isinstance(field, QLineEdit):
            mark(field, text)
        if field:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(field, DateField):
            field.selectAll()  # typed anew; of a longer text mostly one sign is wrong

    def accept(self) -> None:
        """Save in one transaction. A broken rule is shown, and everything typed stays."""
        if not self.save_button.isEnabled() or self._is_second_click() or self._is_faulty():
            return
        self.save_button.setEnabled(False)
        try:
            self.result_value = self.db.do(self._save, witness=self.confirmed_by)
        except DomainError as broken:
            self.show_problem(broken.text(), self.field_of(broken))
        else:
            self._saved()
        finally:
            self.save_button.setEnabled(True)

    def reject(self) -> None:
        """Close, after asking when something typed would be lost."""
        if not self.is_changed():
            self._close()
        elif self._question is None or not isValid(self._question):
            text = _("Close without saving? What you typed will be lost.")
            verb = _("Close without saving")
            self._question = messages.ask(self, text, verb, self._leave)

    @property
    def is_safe(self) -> bool:
        """Whether what is typed lies in the books until it is saved; mostly it does not."""
        return False

    def keep(self) -> None:
        """The books are about to be locked: what is typed may still be kept in them."""

    def is_changed(self) -> bool:
        """Whether something was typed or chosen since the form was opened."""
        return self._opened_with is not None and self._typed() != self._opened_with

    def showEvent(self, event: QShowEvent) -> None:
        if self._opened_with is None:
            self._begin()
        super().showEvent(event)

    def _begin(self) -> None:
        """It is about to be shown for the first time: what stands in it now nobody typed."""
        self._name_fields()
        self._fit()
        self._opened_with = self._typed()
        self._focus_first()

    def _save(self, session: Session) -> Any:
        """All that is done in the one transaction."""
        return self.save(session)

    def _watch(self, field: QWidget) -> None:
        if hasattr(field, "changed"):
            field.changed.connect(lambda: self._edited(field))

    def _edited(self, field: QWidget) -> None:
        """What was said of this field is not true of what stands in it now."""
        if self._about in (None, field):
            self._end_problem()

    def _end_problem(self) -> None:
        self.problem.say("")
        if isinstance(self._about, QLineEdit):
            mark(self._about, "")

    def _saved(self) -> None:
        self.token = uuid.uuid4()
        self._end_problem()
        self._last_save.start()
        if not self.goes_on:
            super().accept()
            return
        self.reset()
        self._opened_with = self._typed()
        self.cancel_button.name(_("Close"))  # what was saved is not taken back by it
        self.saved.say(_("Saved. You can enter the next one."), "good")
        self._focus_first()

    def _leave(self) -> None:
        """Close a moment after the question: where both go at once no window gets the keyboard."""
        QTimer.singleShot(BREATH, self, self._close)

    def _close(self) -> None:
        """Nothing typed is lost by it, or whoever typed it has said so."""
        super().reject()

    def _is_second_click(self) -> bool:
        """The second half of a double click on Save, with nothing typed in between."""
        pause = QApplication.doubleClickInterval()
        return (
            self._last_save.isValid()
            and self._last_save.elapsed() < pause
            and not self.is_changed()
        )

    def _is_faulty(self, among: Collection[QWidget] | None = None) -> bool:
        """Show the first thing that no transaction needs to be opened for, `among` all fields.

        Where there is none, what was said before is over: a thread may take its time now.
        """
        for label, field, required in self.fields:
            if field.isHidden() or not field.isEnabled():
                continue
            if among is not None and field not in among:
                continue
            fault = field.fault() if hasattr(field, "fault") else ""
            if not fault and required and _is_empty(field):
                fault = _(PLEASE_FILL).format(field=label)
            if fault:
                self.show_problem(fault, field)
                return True
        self._end_problem()
        return False

    def _typed(self) -> list[Any]:
        return [typed.content(field) for field in typed.fields(self, secret=True)]

    def _name_fields(self) -> None:
        """A field kept as self.quantity is named "quantity", for tests and screen readers."""
        for name, value in vars(self).items():
            if isinstance(value, QWidget) and not value.objectName():
                value.setObjectName(name)

    def _focus_first(self) -> None:
        if field := next(self._open_fields(), None):
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_first_empty(self) -> None:
        """Where something is typed already; a form in which all is goes to its first field."""
        if field := next(filter(_is_empty, self._open_fields()), None):
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._focus_first()

    def _open_fields(self) -> Iterator[QWidget]:
        fields = (field for _label, field, _required in self.fields)
        return (field for field in fields if field.isEnabled() and not field.isHidden())

    def _lay_out(self) -> None:
        self.inside = QWidget()
        self.content = column(self.inside, spacing=14, margins=(0, 0, 8, 0))
        self.content.addLayout(self.rows)
        self.content.addStretch(1)
        self.buttons = row()
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.cancel_button)
        self.buttons.addWidget(self.save_button)
        layout = column(self, spacing=14, margins=DIALOG)
        self.area = scrolled(self.inside)
        for part in (self.title, self.area, self.saved, self.problem):
            layout.addWidget(part, 1 if part is self.area else 0)
        layout.addLayout(self.buttons)

    def _grow(self) -> None:
        """Something more is shown now: the window becomes as large as that needs."""
        if self.isVisible():
            self.content.activate()
            self._fit()

    def _fit(self) -> None:
        """As large as the fields want, as small as the screen allows."""
        inside = self.inside.sizeHint()
        around = self.sizeHint() - self.area.sizeHint()
        room = QGuiApplication.primaryScreen().availableSize() - QSize(40, 60)
        narrowest = self.fontMetrics().averageCharWidth() * 80
        wanted = QSize(max(inside.width() + 70, narrowest), inside.height() + around.height() + 4)
        self.resize(wanted.expandedTo(self.size()).boundedTo(room))
        if self.isVisible():
            self._stay_on_screen()

    def _stay_on_screen(self) -> None:
        """One that has grown goes up, so that its buttons stay above the bar of the screen."""
        room = self.screen().availableGeometry().adjusted(0, 0, 0, -BAR)
        frame = self.frameGeometry()
        below = frame.top() + max(self.height(), frame.height()) - room.bottom()
        if below > 0:
            self.move(frame.left(), max(room.top(), frame.top() - below))


def _heading_with(text: str, keys: str) -> QWidget:
    line = QWidget()
    beside = row(line, spacing=10)
    beside.addWidget(heading(text))
    beside.addWidget(text_label(keys, "key", wrap=False))
    beside.addStretch(1)
    return line


def _is_empty(field: QWidget) -> bool:
    value = getattr(field, "value", "filled")
    if callable(value):
        return False
    return value is None or value == ""
