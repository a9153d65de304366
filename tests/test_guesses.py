"""What a guess of a password costs, and the waits over restarts. python -m tests.soak R13: more."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest
from conftest import SECRET
from soak import guesses, one_guess, server_model
from soak.guesses import Door

from models.safe import keys
from models.server.address import Address

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs signals and /proc")
STARTS, ON_A_SERVER, FORGETFUL = 18, 10, 7
A_MOMENT = 0.15  # seconds: the whole half second is the long run's, on a quiet computer


@pytest.fixture
def door(tmp_path: Path) -> Door:
    guesses.make_keys(tmp_path / "home")
    return guesses.in_a_file(tmp_path / "home")


def test_the_waits_are_kept_over_restarts(door: Door, chance: Random) -> None:
    outcome = guesses.walk(door, STARTS, chance)
    assert outcome.broken == []
    assert outcome.longest >= 10


def test_so_are_those_of_a_server(shared_books: Address, tmp_path: Path, chance: Random) -> None:
    with server_model.light_keys():
        guesses.let_them_in(shared_books, SECRET)
    outcome = guesses.walk(guesses.on_a_server(shared_books, tmp_path), ON_A_SERVER, chance)
    assert outcome.broken == []
    assert outcome.tries["wait"]


def test_a_count_that_is_kept_in_memory_only_would_be_noticed(door: Door, chance: Random) -> None:
    assert guesses.walk(door, FORGETFUL, chance, forgets=True).broken


def test_so_would_that_of_a_server(shared_books: Address, tmp_path: Path, chance: Random) -> None:
    with server_model.light_keys():
        guesses.let_them_in(shared_books, SECRET)
    door = guesses.on_a_server(shared_books, tmp_path)
    assert guesses.walk(door, FORGETFUL, chance, forgets=True).broken


def test_a_guess_takes_its_time_and_memory(tmp_path: Path) -> None:
    if one_guess.available() < 2 * guesses.MEGABYTES:
        pytest.skip("this computer has not the memory for it")
    keys.create(tmp_path / "file", "amra", one_guess.RIGHT)
    assert keys.GUESS_SECONDS > guesses.SECONDS
    assert guesses.is_dear(tmp_path / "file", 1, A_MOMENT)


def test_a_guess_that_costs_little_would_be_noticed(door: Door, tmp_path: Path) -> None:
    assert not guesses.is_dear(tmp_path / "home", 1, A_MOMENT)
