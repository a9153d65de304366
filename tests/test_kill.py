"""The power of kill -9: what was acknowledged is there, what was not is wholly absent."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import crash
import pytest
from conftest import KEY
from things import as_program, lay_out

from models.database import Database

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
KILLS = 30  # a hundred and more: python -m tests.soak kills


@pytest.fixture
def stocked(branch_folder: Path) -> Path:
    db = as_program(Database.open(branch_folder, KEY))
    with db.write() as session:
        lay_out(session).receive(1_000_000)
    db.close()
    return branch_folder


def test_kills_lose_nothing_that_was_acknowledged(stocked: Path, chance: random.Random) -> None:
    outcome = crash.kill_often(stocked, KILLS, chance.randrange(10**6))
    assert outcome.acknowledged >= KILLS
    assert (outcome.lost, outcome.problems) == (0, [])


def test_an_acknowledgement_before_the_commit_would_be_noticed(
    stocked: Path, chance: random.Random
) -> None:
    outcome = crash.kill_often(stocked, 25, chance.randrange(10**6), unsafe=True)
    assert outcome.lost > 0
