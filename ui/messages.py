"""Boxes that speak to the person: tell, confirm, ask, explain; and the hook for the rest."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from models.errors import DomainError
from translations import _
from ui import curtain, faults, style
from ui.pieces import icons

_speaking = False
_SIGNS = {
    QMessageBox.Icon.Warning: ("warning", "warn"),
    QMessageBox.Icon.Question: ("info", "focus"),
    QMessageBox.Icon.Critical: ("stop", "bad"),
}


def tell(parent: QWidget | None, text: str) -> None:
    """Say one sentence and wait for OK."""
    _box(parent, QMessageBox.Icon.Warning, text).exec()


def confirm(parent: QWidget | None, text: str, verb: str) -> bool:
    """Ask before something that cannot be taken back; `verb` is written on the button."""
    box = _question(parent, text, verb)
    box.exec()
    clicked = box.clickedButton()  # none when the program was locked meanwhile
    return clicked is not None and clicked.objectName() == "confirm"


def ask(parent: QWidget, text: str, verb: str, on_yes: Callable[[], object]) -> QMessageBox:
    """Ask without waiting: `on_yes` is called when the answer is `verb`."""
    box = _question(parent, text, verb)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.accepted.connect(on_yes)
    box.open()
    return box


def explain(parent: QWidget | None, exception: BaseException) -> None:
    """Say what went wrong: a broken rule in its own words, the world or a bug in ours."""
    if isinstance(exception, DomainError):
        tell(parent, exception.text())
        return
    _box(parent, QMessageBox.Icon.Critical, faults.sentence(exception)).exec()


def install_excepthook(log: Path) -> None:
    """From now on whatever no one caught is written to `log` and said in one sentence."""

    def hook(
        kind: type[BaseException], exception: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, exception, trace)
            return
        if not isinstance(exception, DomainError):
            with suppress(OSError):  # a full disk must not silence the sentence
                faults.write_down(log, exception)
        _explain_once(exception)

    sys.excepthook = hook


def _explain_once(exception: BaseException) -> None:
    """Say it unless a box is open already: a fault while painting would never end.

    While the program is locked nothing is said: it was written down.
    """
    global _speaking
    if _speaking or curtain.is_down() or QApplication.instance() is None:
        return
    _speaking = True
    try:
        explain(QApplication.activeWindow(), exception)
    finally:
        _speaking = False


_SIGNS = {
    QMessageBox.Icon.Warning: ("warning", "warn"),
    QMessageBox.Icon.Question: ("info", "focus"),
    QMessageBox.Icon.Critical: ("stop", "bad"),
}


def _question(parent: QWidget | None, text: str, verb: str) -> QMessageBox:
    box = _box(parent, QMessageBox.Icon.Question, text)
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    yes = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
    yes.setObjectName("confirm")
    yes.setAccessibleName(verb)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    return box


def _box(parent: QWidget | None, icon: QMessageBox.Icon, text: str) -> QMessageBox:
    box = QMessageBox(parent)
    name, colour = _SIGNS[icon]
    box.setIcon(icon)
    box.setIconPixmap(icons.pixmap(name, style.unit() * 2, colour))
    box.setText(text)
    box.setObjectName("message")
    box.setWindowTitle(_("Ogranak"))
    return box
