"""The start: the application, its look and language, and the way in until it is closed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from ui import language as speech
from ui import messages, remembered, style
from ui.entrance.way import Way
from ui.garbage import Collector

if TYPE_CHECKING:
    from sqlalchemy import URL

NOTES = "problems.log"


def run(
    folder: Path,
    database_url: str | URL | None = None,
    *,
    no_screen: Callable[[], int],
    login: str = "",
    password: str = "",
    language: str = "",
) -> int:
    """Show the window until it is closed. With a login and password it opens at once.

    Where no screen answers, `no_screen` says so and gives the exit code.
    """
    application = QApplication.instance() or _application(no_screen)
    Collector(application)
    style.apply()
    style.scale(int(remembered.read(style.SIZE, 100) or 100))
    speech.start()
    if language:
        speech.switch(language)
    messages.install_excepthook(folder / NOTES)
    way = Way(folder)
    try:
        way.begin(database_url, login, password)
    except Exception as problem:  # noqa: BLE001 - no window stands yet that could say it
        messages.explain(None, problem)
        return 1
    if way.window is None:  # the person cancelled before there was one
        way.end()
        return 0
    code = application.exec()
    way.leave()
    way.end()
    return code


def _application(no_screen: Callable[[], int]) -> QApplication:
    """Qt ends the whole process when no screen answers it; before that, the word is ours."""

    def hear(kind: QtMsgType, _where: QMessageLogContext, _text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            os._exit(no_screen())

    qInstallMessageHandler(hear)
    application = QApplication(sys.argv[:1])
    qInstallMessageHandler(None)
    return application
