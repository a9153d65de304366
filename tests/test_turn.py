"""Work behind the window waits for whoever works at it, and never for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from models import turn


@pytest.fixture
def claimed() -> Iterator[None]:
    turn.claim()
    yield
    turn.release()


def behind() -> tuple[threading.Thread, threading.Event]:
    """A thread that gives way once, and what tells that it went on."""
    went_on = threading.Event()

    def work() -> None:
        turn.give_way()
        went_on.set()

    thread = threading.Thread(target=work)
    thread.start()
    return thread, went_on


def test_nobody_waits_while_nothing_is_pressed() -> None:
    thread, went_on = behind()
    thread.join()
    assert went_on.is_set()


def test_work_behind_waits_until_the_window_is_done(
    claimed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "LONGEST", 60)
    thread, went_on = behind()
    assert not went_on.wait(0.1)
    turn.release()
    thread.join()
    assert went_on.is_set()


def test_however_much_is_typed_it_goes_on_in_the_end(claimed: None) -> None:
    began = time.monotonic()
    thread, _went_on = behind()
    thread.join()
    assert time.monotonic() - began >= turn.LONGEST
    assert turn.is_claimed()


def test_the_window_never_waits_for_itself(claimed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "LONGEST", 60)
    began = time.monotonic()
    turn.give_way()
    assert time.monotonic() - began < 30
