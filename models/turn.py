"""Who works at the window goes first: long work in another thread waits at its next step.

Python lets one thread work at a time, and each hand-over costs the window more than the other's
turn is worth. So work that goes on behind the window asks between its steps whether to wait; the
engine asks for it while it reads the books.
"""

from __future__ import annotations

import threading
import time

LONGEST = 0.3  # seconds that a step is put off at the most
FORGOTTEN = 1.0  # seconds after which a turn is over that nobody released
OFTEN = 10_000  # steps of the engine between two looks: less than a millisecond

_free = threading.Event()
_free.set()
_claimed_at = 0.0


def claim() -> None:
    """A key or a button was pressed: the window is at work until it releases its turn."""
    global _claimed_at
    _claimed_at = time.monotonic()
    _free.clear()


def release() -> None:
    """The window has shown what it was asked for."""
    _free.set()


def is_claimed() -> bool:
    """Whether the window is at work."""
    return not _free.is_set() and time.monotonic() < _claimed_at + FORGOTTEN


def give_way() -> None:
    """Wait while the window is at work. To be called between steps of some milliseconds.

    The window itself never waits, nor does anybody where there is none.
    """
    if is_claimed() and threading.current_thread() is not threading.main_thread():
        _free.wait(LONGEST)
