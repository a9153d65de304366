"""Boxes that speak to the person: tell, confirm, ask, explain; and the hook for the rest."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QWidget,
)

from models.errors import DomainError
from translations import _
from ui import curtain, faults, style
from ui.pieces import icons
from ui.pieces.boxes import DIALOG, column, label, row
from ui.pieces.buttons import Button
from ui.pieces.dialog import Dialog, answer_to

_log: Path | None = None
_speaking = False
_said = ""  # what was last said of what is being answered now
_SIGNS = {
    QMessageBox.Icon.Information: ("check", "good"),
    QMessageBox.Icon.Warning: ("warning", "warn"),
    QMessageBox.Icon.Question: ("info", "focus"),
    QMessageBox.Icon.Critical: ("stop", "bad"),
}


def tell(parent: QWidget | None, text: str) -> None:
    """Say one sentence and wait for OK."""
    answer_to(_box(parent, QMessageBox.Icon.Warning, text))


def report(parent: QWidget | None, text: str) -> None:
    """Say that something is done, and wait for OK."""
    answer_to(_box(parent, QMessageBox.Icon.Information, text))


def confirm(parent: QWidget | None, text: str, verb: str) -> bool:
    """Ask before something that cannot be taken back; `verb` is written on the button."""
    box = _question(parent, text, verb)
    answer_to(box)
    clicked = box.clickedButton()  # none when the program was locked meanwhile
    return clicked is not None and clicked.objectName() == "confirm"


def choose(parent: QWidget | None, text: str, verbs: Sequence[str]) -> int | None:
    """Ask which of several things to do: the place of the one chosen, None for Cancel."""
    box = _question(parent, text, verbs[0])
    others = [box.addButton(verb, QMessageBox.ButtonRole.AcceptRole) for verb in verbs[1:]]
    for place, button in enumerate(others, 1):
        button.setObjectName(f"choice_{place}")
    _name_buttons(box)
    answer_to(box)
    clicked = box.clickedButton()
    names = ["confirm", *(button.objectName() for button in others)]
    return names.index(clicked.objectName()) if clicked and clicked.objectName() in names else None


def ask(parent: QWidget, text: str, verb: str, on_yes: Callable[[], object]) -> QMessageBox:
    """Ask without waiting: `on_yes` is called when the answer is `verb`."""
    box = _question(parent, text, verb)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.accepted.connect(on_yes)
    box.open()
    return box


def explain(parent: QWidget | None, exception: BaseException, said: str = "") -> None:
    """Say what went wrong: a broken rule in its own words, the world or a bug in ours.

    `said` takes the place of the usual sentence, where more is known of what was done.
    """
    if isinstance(exception, DomainError) and not faults.code(exception):
        tell(parent, exception.text())
        return
    write_down(exception)
    box = _box(parent, QMessageBox.Icon.Critical, said or faults.sentence(exception))
    _add_code(box, faults.code(exception))
    if not isinstance(exception, DomainError):
        _add_note(box, faults.note(exception))
    answer_to(box)


def sentence(exception: BaseException) -> str:
    """What to say of it where no box is wanted; what breaks no rule is written down first."""
    write_down(exception)
    return faults.with_code(exception)


def write_down(exception: BaseException) -> None:
    """Keep a note of what breaks no rule, where a log is known."""
    if _log and not isinstance(exception, DomainError):
        faults.write_down(_log, exception)


def install_excepthook(log: Path) -> None:
    """From now on whatever no one caught is written to `log` and said in one sentence."""
    global _log
    _log = log

    def hook(
        kind: type[BaseException], exception: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, exception, trace)
            return
        _explain_once(exception)

    sys.excepthook = hook


def _explain_once(exception: BaseException) -> None:
    """Say it unless a box is open already: a fault while painting would never end.

    Nor is the same said again of the same key or click, which several parts answer. While the
    program is locked nothing is said: it was written down.
    """
    global _speaking, _said
    said = faults.with_code(exception)
    if _speaking or said == _said or curtain.is_down() or QApplication.instance() is None:
        sentence(exception)  # it is written down all the same
        return
    _speaking = True
    try:
        explain(QApplication.activeWindow(), exception)
    finally:
        _speaking = False
    _said = said
    QTimer.singleShot(0, _forget)


def _forget() -> None:
    """What is pressed from now on has a cause of its own."""
    global _said
    _said = ""


def _add_code(box: QMessageBox, code: str) -> None:
    """The code in small below the sentence."""
    box.setInformativeText(code)
    if below := box.findChild(QLabel, "qt_msgbox_informativelabel"):
        below.setProperty("role", "muted")
        below.setAccessibleName(_("Code: {code}").format(code=code))


def _add_note(box: QMessageBox, note: str) -> None:
    """A button that shows what was written down, and leaves the box open."""
    button = box.addButton(_("Show what was written down"), QMessageBox.ButtonRole.ActionRole)
    button.setObjectName("note")
    button.setAccessibleName(button.text())
    button.clicked.disconnect()
    button.clicked.connect(lambda: NoteDialog(note, box).exec())


class NoteDialog(Dialog):
    """What was written down of a failure, to be copied into a letter for help."""

    def __init__(self, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("NoteDialog")
        self.setWindowTitle(_("What was written down"))
        self.text = QPlainTextEdit(note, readOnly=True)
        self.text.setObjectName("note_text")
        self.text.setAccessibleName(_("What was written down"))
        copy = Button(_("Copy"), self.copy, name="copy", primary=True)
        close = Button(_("Close"), self.accept, name="close", shortcut="Esc")
        buttons = row()
        for part in (close, copy):
            buttons.addWidget(part)
        buttons.insertStretch(0, 1)
        layout = column(self, spacing=14, margins=DIALOG)
        layout.addWidget(label(_("No names and no entries stand in it."), "muted"))
        layout.addWidget(self.text, 1)
        layout.addLayout(buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 100, 360)

    def copy(self) -> None:
        """Put all of it on the clipboard."""
        QApplication.clipboard().setText(self.text.toPlainText())


def _question(parent: QWidget | None, text: str, verb: str) -> QMessageBox:
    box = _box(parent, QMessageBox.Icon.Question, text)
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    yes = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
    yes.setObjectName("confirm")
    _name_buttons(box)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    return box


def _box(parent: QWidget | None, icon: QMessageBox.Icon, text: str) -> QMessageBox:
    box = QMessageBox(parent)
    name, colour = _SIGNS[icon]
    box.setIcon(icon)
    box.setIconPixmap(icons.pixmap(name, style.unit() * 2, colour))
    box.setTextFormat(Qt.TextFormat.PlainText)  # a name with markup in it is a name
    box.setText(text)
    box.setObjectName("message")
    box.setWindowTitle(_("Ogranak"))
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    _name_buttons(box)
    return box


def _name_buttons(box: QMessageBox) -> None:
    for button in box.buttons():
        button.setObjectName(button.objectName() or str(box.standardButton(button).name).lower())
        button.setAccessibleName(button.text().replace("&", ""))
