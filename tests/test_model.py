"""Branches that live by chance beside a dictionary. python -m tests.soak model: for longer."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import TEMPLATE
from soak import model, server_model
from soak.model import Branch, Curious, Forgetful, Kept
from soak.server_model import OnAServer

RUNS, STEPS = 6, 20


def test_a_branch_that_lives_by_chance_is_as_its_dictionary_says(tmp_path: Path) -> None:
    model.try_out(Kept, model.files_in(tmp_path), RUNS, STEPS)


def test_so_is_one_on_a_server(postgresql_template: str, tmp_path: Path) -> None:
    make = server_model.databases(postgresql_template, TEMPLATE, tmp_path)
    with server_model.light_keys():
        model.try_out(OnAServer, make, RUNS, STEPS)


@pytest.mark.parametrize("kind", [Forgetful, Curious])
def test_a_dictionary_that_differs_would_be_noticed(tmp_path: Path, kind: type[Branch]) -> None:
    with pytest.raises(AssertionError):
        model.try_out(kind, model.files_in(tmp_path), 100, 20, chosen=1, shrinks=False)


def test_a_restore_that_brought_nothing_back_would_be_noticed(tmp_path: Path) -> None:
    look_after_a_restore(model.kind_with(Kept, model.files_in(tmp_path)))


def test_so_would_one_on_a_server(postgresql_template: str, tmp_path: Path) -> None:
    make = server_model.databases(postgresql_template, TEMPLATE, tmp_path)
    with server_model.light_keys():
        look_after_a_restore(model.kind_with(OnAServer, make))


def look_after_a_restore(kind: type[Branch]) -> None:
    branch = kind()
    assert isinstance(branch, Kept)
    branch.back_up()
    branch.make_a_card(1990)
    before = branch.oracle
    branch.restore(0, is_right=True)
    branch.the_people_are_those_of_the_oracle()
    branch.every_check_holds()
    branch.oracle = before
    with pytest.raises(AssertionError):
        branch.the_people_are_those_of_the_oracle()
    branch.teardown()
