"""A full disk, folders that may not be written to, a second program. python -m tests.soak R4."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from random import Random

import pytest
from soak import hindered, obstacles
from soak.hindered import Outcome, Trier
from soak.obstacles import FULL, LOCKED, OBSTACLES

from models.bookfile import FILE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and permissions")
ACTS = 3  # of each obstacle


@pytest.fixture(scope="module")
def trier() -> Iterator[Trier]:
    with obstacles.scratch() as folder, hindered.nursery(folder) as opened:
        yield opened


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_cannot_be_done_is_told_in_one_sentence_and_nothing_is_lost(
    trier: Trier, obstacle: str, chance: Random
) -> None:
    outcome = Outcome()
    for act in chance.sample(hindered.meeting(obstacle), ACTS):
        trier.try_one(outcome, act, obstacle, chance)
    if not outcome.trials:
        pytest.skip("only root may mount")
    assert outcome.broken == []
    assert outcome.slowest[0] < hindered.SECONDS


def test_a_full_disk_that_is_passed_over_would_be_noticed(trier: Trier) -> None:
    obstacle = FULL if trier.user else LOCKED  # only root has a small disk
    outcome, chance = Outcome(), Random(4)
    for _time in range(5):
        trier.try_one(outcome, "report", obstacle, chance, mute=True)
    assert any("lost, though it was said to be done" in each for each in outcome.broken)


def test_a_sentence_of_another_fault_would_be_noticed(trier: Trier) -> None:
    with ExitStack() as gone:
        room = obstacles.lay_out(LOCKED, trier.folder, Random(1), gone)
        assert room
        obstacles.give(room.place, trier.user)
        told = trier.told("posting", LOCKED, room)  # there are no books at all
    trial = hindered.Trial("posting", LOCKED, str(room.place), "", "")
    assert any("no sentence that fits" in each for each in hindered.wrong_in(told.said, trial))


def test_a_read_only_file_is_looked_at_and_can_be_written_to_again_afterwards(
    trier: Trier,
) -> None:
    """The engine made the index of the log as read-only as the file, and left it behind."""
    with ExitStack() as gone:
        room = obstacles.lay_out(LOCKED, trier.folder, Random(1), gone)
        assert room
        shutil.copytree(trier.folder / "whole", room.books)
        obstacles.give(room.place, trier.user)
        (room.books / FILE).chmod(0o400)
        assert trier.told("unlocking", LOCKED, room).ended == 0
        assert trier.told("posting", LOCKED, room).said.endswith("[OG-018]")
        (room.books / FILE).chmod(0o600)
        assert trier.told("posting", LOCKED, room).ended == 0


def test_a_read_only_file_with_a_log_is_not_blamed_on_the_disk(trier: Trier) -> None:
    with ExitStack() as gone:
        room = obstacles.lay_out(LOCKED, trier.folder, Random(1), gone)
        assert room
        shutil.copytree(trier.folder / "killed", room.books)
        obstacles.give(room.place, trier.user)
        (room.books / FILE).chmod(0o400)
        room.books.chmod(0o500)
        said = trier.told("check", LOCKED, room).said
        room.books.chmod(0o700)
        assert said.endswith("[OG-002]")
