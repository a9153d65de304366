"""Windows as a user has them: shown, in front of all others, and hearing the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from models.safe import keys
from models.safe.founding import PRACTICE_COST
from ui.entrance import pages
from ui.entrance.way import Way

FEW = ("ui.office.today", "ui.office.settings")

W = TypeVar("W", bound=QWidget)


def in_front(widget: W, qtbot: QtBot, size: tuple[int, int] | None = None) -> W:
    """Show a window or a page by itself, and wait until it has the keyboard.

    Shortcuts work in the active window only, and the platform without a screen makes a window
    active some time after it is seen; a window of an earlier test may come in between.
    """
    qtbot.addWidget(widget)
    if hasattr(widget, "retranslate"):
        widget.retranslate()
    if size is not None:
        widget.resize(*size)
    widget.show()
    bring_to_front(widget, qtbot)
    return widget


def bring_to_front(widget: QWidget, qtbot: QtBot) -> None:
    """Give the keyboard to a window that is shown."""

    def is_in_front() -> bool:
        if not widget.isActiveWindow():
            widget.activateWindow()
        return widget.isActiveWindow()

    qtbot.waitUntil(is_in_front)


def keep_few_pages_and_light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the way in, which costs a second a time with every page and keys at their full price."""
    few = [page for page in pages.PAGES if page[2] in FEW]
    monkeypatch.setattr(pages, "PAGES", tuple(few))
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)


@contextmanager
def ways_in() -> Iterator[Callable[..., Way]]:
    """Goes into a folder as the program does; whatever was opened is closed at the end."""
    begun: list[Way] = []

    def go(folder: Path, login: str = "", password: str = "", url: str | None = None) -> Way:
        way = Way(folder)
        begun.append(way)
        way.begin(url, login, password)
        return way

    yield go
    for way in begun:
        leave(way)


def leave(way: Way) -> None:
    """Close the window, as one does in the evening."""
    if way.window and shiboken6.isValid(way.window):
        way.window.close()
        shiboken6.delete(way.window)
    way.window = None
    way.end()
