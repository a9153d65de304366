"""Hides every window while the program is locked, and shows them again as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMainWindow, QWidget
from shiboken6 import isValid

from ui.pieces.dialog import Dialog, is_one_waited_for

PAUSE = 10  # milliseconds between two looks whether the last dialog has been left

_down: Curtain | None = None


class Unsaved(Protocol):
    """What a form says of what is typed in it."""

    is_safe: bool  # it lies in the books, for whoever typed it

    def keep(self) -> None:
        """The books are about to be locked."""


@dataclass(frozen=True)
class Left:
    """A window as it was hidden: its place without the frame, what the keyboard works in, and where
    the next letter would come.
    """

    place: QRect
    focused: QWidget | None
    cursor: int


class Curtain(QObject):
    """Before it stands one window; what would appear elsewhere waits until it is lifted.

    Forms keep what was typed. A question that nobody answered is answered "no".
    """

    def __init__(self, before: QWidget) -> None:
        super().__init__()
        global _down
        self.before = before
        self.waiting: list[Callable[[], object]] = []
        _down = self
        windows = [window for window in QApplication.topLevelWidgets() if self._is_behind(window)]
        self.hidden = sorted((w for w in windows if _comes_back(w)), key=_depth)
        self.left = {window: _left(window) for window in self.hidden}
        for window in sorted(windows, key=_depth, reverse=True):
            _hide(window)
        _application().installEventFilter(self)

    def lift(self) -> None:
        """Show everything again, and do what waited for it."""
        self.end()
        for window in self.hidden:
            if isValid(window) and not getattr(window, "is_answered", False):
                _come_back(window, self.left[window])
        for function in self.waiting:
            function()

    def end(self) -> None:
        """Hold nothing back any more; what is hidden stays so."""
        global _down
        _down = None
        _application().removeEventFilter(self)

    def _is_behind(self, window: QWidget) -> bool:
        return window.isVisible() and self.hides(window)

    def remove(self, and_then: Callable[[], object]) -> None:
        """Close what is behind without saving it; then lift the curtain from nothing."""
        for window in reversed(self.hidden):
            if isValid(window) and isinstance(window, Dialog):
                window.done(Dialog.DialogCode.Rejected)
        self._when_left(and_then)

    def unsaved(self) -> list[Unsaved]:
        """The forms behind it in which something was typed that is not saved."""
        forms: list[Any] = [window for window in self.hidden if isValid(window)]
        return [form for form in forms if getattr(form, "is_changed", lambda: False)()]

    def hides(self, window: QWidget) -> bool:
        """Neither the window before the curtain, nor in it or one of its own."""
        above: QWidget | None = window
        while above is not None:
            if above is self.before:
                return False
            above = above.parentWidget()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whatever opens meanwhile is never painted, and closes at once."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            if watched.isWindow() and self.hides(watched):
                watched.setWindowModality(Qt.WindowModality.NonModal)  # Qt would never forget it
                watched.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, True)
                QTimer.singleShot(0, watched, lambda: _put_away(watched))
        return False

    def _when_left(self, and_then: Callable[[], object]) -> None:
        """Wait until the code that waited for those dialogs has gone on to its end."""
        if is_one_waited_for():
            QTimer.singleShot(PAUSE, self, lambda: self._when_left(and_then))
            return
        self.end()
        and_then()


def is_down() -> bool:
    return _down is not None


def when_up(owner: QWidget, function: Callable[[], object]) -> None:
    """Do it now, or once the curtain is lifted that hides the owner."""
    if _down is None or not _down.hides(owner):
        function()
    else:
        _down.waiting.append(function)


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application


def _comes_back(window: QWidget) -> bool:
    is_kept = isinstance(window, Dialog) and window.comes_back
    return is_kept or isinstance(window, QMainWindow)


def _hide(window: QWidget) -> None:
    """Whoever waits for an answer that cannot come is told that there is none."""
    if isinstance(window, QDialog) and not _comes_back(window):
        window.done(QDialog.DialogCode.Rejected)
    else:
        window.hide()


def _depth(window: QWidget) -> int:
    above, depth = window.parentWidget(), 0
    while above is not None:
        above, depth = above.parentWidget(), depth + 1
    return depth


def _put_away(window: QWidget) -> None:
    if isValid(window):
        window.hide()
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)


def _left(window: QWidget) -> Left:
    focused = window.focusWidget()
    cursor = focused.cursorPosition() if isinstance(focused, QLineEdit) else 0
    return Left(window.geometry(), focused, cursor)


def _come_back(window: QWidget, left: Left) -> None:
    """Qt puts a dialog in the middle each time it is shown, and the desktop where it likes; what
    takes the whole screen does so by itself.
    """
    is_free = not window.windowState()
    if is_free:
        window.setGeometry(left.place)
    window.show()
    if is_free and window.geometry() != left.place:
        window.setGeometry(left.place)
    _go_back(left.focused, left.cursor)


def _go_back(focused: QWidget | None, cursor: int) -> None:
    """Qt marks the text of a field that is shown: the next letter would replace it."""
    if focused is not None and isValid(focused):
        focused.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        if isinstance(focused, QLineEdit):
            focused.setCursorPosition(cursor)
