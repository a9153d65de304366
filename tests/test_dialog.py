"""What is asked is gone when it is answered: a day of a thousand forms must not fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from windows import in_front

from ui import messages
from ui.papers import saving
from ui.pieces.buttons import Button
from ui.pieces.dialog import Dialog


class Question(Dialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.button = Button("Yes", self.accept, name="yes", parent=self)


def file_dialog(parent: QWidget) -> object:
    return saving.ask_path(parent, "Report", "pdf")


@pytest.mark.parametrize(
    ("asks", "answer"),
    [
        (lambda parent: Question(parent).exec(), 1),
        (lambda parent: messages.confirm(parent, "Erase?", "Erase"), False),
        (lambda parent: messages.choose(parent, "Which?", ["One", "Two"]), None),
        (lambda parent: messages.tell(parent, "Not done."), None),
        (lambda parent: messages.report(parent, "Done."), None),
        (file_dialog, None),
    ],
)
def test_nothing_of_it_stays_with_its_window(
    asks: Callable[[QWidget], Any], answer: object, qtbot: QtBot
) -> None:
    parent = in_front(QWidget(), qtbot)

    def close() -> None:
        asked: Any = QApplication.activeModalWidget()
        if asked is None:
            QTimer.singleShot(5, close)
        elif isinstance(asked, Question):
            asked.accept()
        else:
            asked.reject()

    QTimer.singleShot(0, close)
    assert asks(parent) == answer
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert parent.findChildren(QWidget) == []


def test_the_file_dialog_is_one_that_would_stay() -> None:
    """The twin: without being let go it is kept by its parent."""
    parent = QWidget()
    QFileDialog(parent)
    assert parent.findChildren(QWidget)
