"""What a fresh process does while it is measured: python -m benchmarks.probe NAME FOLDER.

bare: an empty QMainWindow. unlock: our first window. today: from the key to the Today page.
tour: every page and every language in turn, the longest frame, and the peak of memory.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

PATIENCE = 60  # seconds until a window must be there


def bare(_folder: Path) -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])
    window = QMainWindow()
    window.show()
    application.processEvents()


def unlock(folder: Path) -> None:
    application, way = _started(folder)
    way.begin(None, "", "")
    application.processEvents()


def today(folder: Path) -> None:
    """Prints the seconds from the key to the painted page; the heavy modules are loaded then."""
    _application, _way, seconds = _opened(folder)
    print(json.dumps({"seconds": seconds}))


def tour(folder: Path) -> None:
    """Prints the longest frame of page switches and of language switches, in seconds.

    Each by the clock, and what of it the main thread worked.
    """
    from PySide6.QtCore import Qt

    from benchmarks.measure import peak_memory
    from translations import LANGUAGES
    from ui import language

    application, way, _seconds = _opened(folder)
    window = way.window
    _until(application, lambda: len(window.built) == len(window.kinds))
    window.activateWindow()
    _settle(application)

    def show(place: int) -> None:
        _press(window, Qt.Key(Qt.Key.Key_1 + place), Qt.KeyboardModifier.ControlModifier)
        assert window.navigation.current == place

    def choose(code: str) -> None:
        _press(window, Qt.Key.Key_Control)  # a person has the keyboard at work first
        language.switch(code)

    places = range(len(window.kinds))
    pages = [_frame(application, partial(show, place)) for _ in range(3) for place in places]
    languages = [_frame(application, partial(choose, code)) for _ in range(3) for code in LANGUAGES]
    told = {"memory": peak_memory()}
    for name, frames in (("page", pages), ("language", languages)):
        told[name] = max(took for took, _worked in frames)
        told[f"{name} worked"] = max(worked for _took, worked in frames)
    print(json.dumps(told))


def _started(folder: Path):  # type: ignore[no-untyped-def]
    from PySide6.QtWidgets import QApplication

    import main
    from ui import language, style
    from ui.entrance.way import Way
    from ui.garbage import Collector

    assert main
    application = QApplication([])
    Collector(application)
    style.apply()
    language.start()
    return application, Way(folder)


def _opened(folder: Path):  # type: ignore[no-untyped-def]
    application, way = _started(folder)
    from models.safe import keys
    from ui.entrance.unlock import Unlocked

    way.begin(None, "", "")
    key = keys.unlock(folder, "demo", "demo")
    application.processEvents()
    way.loader.begin()
    way.loader.join()
    first = way.window
    began = time.perf_counter()
    way.go_in(first, Unlocked(folder, "demo", key))
    _until(application, lambda: way.window is not first and bool(way.window.built))
    application.processEvents()
    return application, way, time.perf_counter() - began


def _press(window, *key) -> None:  # type: ignore[no-untyped-def]
    """A key as the keyboard sends it: the work behind the window hears of it too."""
    from PySide6.QtTest import QTest

    QTest.keyClick(window.windowHandle(), *key)


def _frame(application, act: Callable[[], object]) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    began, before = time.perf_counter(), time.thread_time()
    act()
    application.processEvents()
    spent = time.perf_counter() - began, time.thread_time() - before
    _settle(application)
    return spent


def _settle(application) -> None:  # type: ignore[no-untyped-def]
    """Let work in threads (a preview, a check) come to its end between two frames."""
    until = time.perf_counter() + 0.4
    while time.perf_counter() < until:
        application.processEvents()
        time.sleep(0.005)


def _until(application, ready: Callable[[], bool]) -> None:  # type: ignore[no-untyped-def]
    until = time.perf_counter() + PATIENCE
    while not ready() and time.perf_counter() < until:
        application.processEvents()
    assert ready()


if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    {"bare": bare, "unlock": unlock, "today": today, "tour": tour}[name](folder)
    sys.stdout.flush()
    os._exit(0)  # what is measured ends here, for every probe alike
