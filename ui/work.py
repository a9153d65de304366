"""Long work off the main thread: the window stays alive, progress is shown, Cancel is heard."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal
from PySide6.QtWidgets import QApplication, QProgressBar, QWidget

from models import turn
from translations import _
from ui import curtain, messages
from ui.pieces.boxes import DIALOG, column, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.dialog import Dialog

PATIENCE = 300  # milliseconds before a dialog appears
PAINTED = 150  # milliseconds from a press until what it led to is painted
TURN = 0.0001  # seconds that a thread may go on while the window waits for its turn


class Progress(Protocol):
    """Told to the work so that it can say how far it is. Raises Cancelled when asked to stop."""

    def __call__(self, done: int = 0, total: int = 0) -> None: ...


_threads: list[QThread] = []  # a thread must outlive the window that wanted its result

Task = Callable[[Progress], Any]
Answer = Callable[[Any], object]


class Cancelled(Exception):
    """The person pressed Cancel; raised inside the work at its next word of progress."""


def run(
    parent: QWidget,
    title: str,
    function: Task,
    on_done: Answer,
    on_failed: Callable[[BaseException], object] | None = None,
) -> Work:
    """Run `function(progress)` in a thread; its result comes to `on_done` on the main thread.

    Without a title no dialog appears, however long it takes: the window shows it in its own
    way. What it raises comes to `on_failed` (default: explained in a box); after Cancel neither
    is called. The function must touch no widget.
    """
    work = Work(parent, title, function)
    work.done.connect(on_done)
    work.failed.connect(on_failed or (lambda problem: messages.explain(parent, problem)))
    work.begin()
    return work


def go_first() -> None:
    """The window is about to be at work: what goes on behind it waits until it is painted."""
    turn.claim()
    _painted().start()  # anew: a second press does not end with the first


@cache
def _painted() -> QTimer:
    timer = QTimer(QApplication.instance(), singleShot=True, interval=PAINTED)
    timer.timeout.connect(turn.release)
    return timer


class Work(QObject):
    """One piece of work under way."""

    done = Signal(object)
    failed = Signal(object)
    finished = Signal()

    def __init__(self, parent: QWidget, title: str, function: Task) -> None:
        super().__init__(parent)
        self.owner = parent
        self.dialog = ProgressDialog(parent, title, self.cancel)
        self.thread_ = _Thread(function)
        self.thread_.moved.connect(self.dialog.show_progress)
        self.thread_.finished.connect(self._finish)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(PATIENCE)
        self.timer.timeout.connect(self.dialog.open)

    def begin(self) -> None:
        if self.dialog.label.text():
            self.timer.start()
        sys.setswitchinterval(TURN)
        _outlive(self.thread_)
        self.thread_.start()

    def cancel(self) -> None:
        """Ask the work to stop at its next word of progress."""
        self.thread_.cancelled = True

    def _finish(self) -> None:
        """Tell the result; while the program is locked it waits until someone can see it."""
        self.timer.stop()
        self.thread_.wait()
        curtain.when_up(self.owner, self._tell)

    def _tell(self) -> None:
        self.dialog.finish()
        self._deliver()
        self.finished.emit()
        self.deleteLater()

    def _deliver(self) -> None:
        problem = self.thread_.problem
        if problem is None:
            self.done.emit(self.thread_.result)
        elif not isinstance(problem, Cancelled):
            self.failed.emit(problem)


class ProgressDialog(Dialog):
    """Says what is being done and how far it is, with a Cancel button."""

    def __init__(self, parent: QWidget, title: str, cancel: Callable[[], None]) -> None:
        super().__init__(parent)
        self.setObjectName("progress")
        self.setWindowTitle(_("Ogranak"))
        self.ask = cancel
        self.label = label(title)
        self.bar = named(QProgressBar(), "bar", title)
        self.bar.setMaximum(0)
        self.bar.setTextVisible(False)
        self.stop = Button(_("Cancel"), self.reject, name="cancel")
        buttons = row()
        buttons.addStretch(1)
        buttons.addWidget(self.stop)
        layout = column(self, spacing=14, margins=DIALOG)
        for part in (self.label, self.bar):
            layout.addWidget(part)
        layout.addLayout(buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 60)
        self.setWindowModality(Qt.WindowModality.WindowModal)

    def show_progress(self, done: int, total: int) -> None:
        self.bar.setMaximum(total)
        self.bar.setValue(done)

    def reject(self) -> None:
        """Cancel asks the work to stop; the dialog closes when it has."""
        self.stop.setEnabled(False)
        self.label.setText(_("Stopping…"))
        self.ask()

    def finish(self) -> None:
        super().reject()
        self.deleteLater()


class _Thread(QThread):
    moved = Signal(int, int)

    def __init__(self, function: Task) -> None:
        super().__init__()
        self.function = function
        self.cancelled = False
        self.result: Any = None
        self.problem: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.function(self._progress)
        except BaseException as problem:  # noqa: BLE001 - carried to the main thread, where it is explained
            self.problem = problem

    def _progress(self, done: int = 0, total: int = 0) -> None:
        if self.cancelled:
            raise Cancelled
        self.moved.emit(done, total)


def _outlive(thread: QThread) -> None:
    """Keep the thread until it has ended, and the program until then."""
    application = QCoreApplication.instance()
    if not _threads and application:
        application.aboutToQuit.connect(wait_for_all)
    _threads[:] = [known for known in _threads if not known.isFinished()] + [thread]


def wait_for_all() -> None:
    """Until every thread has come to its end: one that is cut off takes the program with it."""
    for thread in _threads:
        thread.wait()
