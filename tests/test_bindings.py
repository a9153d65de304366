"""The Qt bindings themselves: a long session must not wear out the interpreter."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTranslator
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 400


def test_a_method_that_answers_none_takes_no_reference_away(qtbot: QtBot) -> None:
    class Silent(QTranslator):
        def translate(self, *words: object) -> str:
            return None  # type: ignore[return-value]

        def isEmpty(self) -> bool:
            return False

    silent = Silent()
    QCoreApplication.installTranslator(silent)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        QCoreApplication.translate("context", "text")
    QCoreApplication.removeTranslator(silent)
    assert abs(sys.getrefcount(None) - before) < CALLS // 4


def test_an_event_filter_takes_no_reference_away(qtbot: QtBot) -> None:
    class Filter(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            return False

    widget, watcher = QWidget(), Filter()
    qtbot.addWidget(widget)
    widget.installEventFilter(watcher)
    before = sys.getrefcount(False)
    for _ in range(CALLS):
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.User))
    assert abs(sys.getrefcount(False) - before) < CALLS // 4
