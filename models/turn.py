"""Who works at the window goes first: long work in another thread waits at its next step.

Python lets one thread work at a time, and each hand-over costs the window more than the other's
turn is worth. So work that goes on behind the window asks between its steps whether to wait.
"""

from __future__ import annotations

import threading
import time

LONGEST = 0.3  # seconds that a step is put off at the most
LOOK = 0.005  # seconds between two looks whether the window is done

_claimed = threading.Event()


def claim() -> None:
    """A key or a button was pressed: the window is at work until it releases its turn."""
    _claimed.set()


def release() -> None:
    """The window has shown what it was asked for."""
    _claimed.clear()


def is_claimed() -> bool:
    """Whether the window is at work."""
    return _claimed.is_set()


def give_way() -> None:
    """Wait while the window is at work. To be called between steps of some milliseconds.

    The window itself never waits, nor does anybody where there is none.
    """
    if not is_claimed() or threading.current_thread() is threading.main_thread():
        return
    latest = time.monotonic() + LONGEST
    while is_claimed() and time.monotonic() < latest:
        time.sleep(LOOK)
