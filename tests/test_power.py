"""The power goes: what was acknowledged is there afterwards. python -m tests.soak power: more."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from soak import faults, power
from soak.faults import Event

pytestmark = pytest.mark.skipif(bool(faults.reason_to_skip()), reason=faults.reason_to_skip())
STATES = 50


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("power")


@pytest.fixture(scope="module")
def log(scratch: Path) -> list[Event]:
    return power.record(scratch)


def moment_of(log: list[Event], told: str) -> int:
    """How many events there were when something had just been acknowledged."""
    return next(at for at, event in enumerate(log, 1) if event.content == told.encode())


def test_a_power_cut_at_any_moment_loses_nothing_that_was_acknowledged(
    scratch: Path, log: list[Event], chance: Random
) -> None:
    outcome = power.replay(scratch, log, STATES, chance)
    assert (outcome.states, outcome.lost, outcome.broken) == (STATES, [], [])


def test_a_branch_that_was_just_founded_survives_a_power_cut(
    scratch: Path, log: list[Event], chance: Random
) -> None:
    first_day = log[: moment_of(log, "founded\n")]
    outcome = power.replay(scratch, first_day, 10, chance, last=True)
    assert (outcome.states, outcome.lost, outcome.broken) == (10, [], [])


def test_a_small_file_that_was_not_synced_would_be_noticed(
    scratch: Path, log: list[Event], chance: Random
) -> None:
    first_day = log[: moment_of(log, "founded\n")]
    outcome = power.replay(scratch, first_day, 10, chance, last=True, deaf=".new")
    assert outcome.broken


def test_books_that_are_not_synced_would_be_noticed(tmp_path: Path, chance: Random) -> None:
    log = power.record(tmp_path, unsafe=True)
    outcome = power.replay(tmp_path, log, 20, chance)
    assert outcome.lost or outcome.broken
