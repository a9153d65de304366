"""Branches that live by chance beside a dictionary. python -m tests.soak model: for longer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import postgresql
import pytest
from conftest import TEMPLATE
from soak import model
from soak.model import Branch, Curious, Forgetful, InAFile

from models.database import Database

RUNS, STEPS = 6, 20


def test_a_branch_that_lives_by_chance_is_as_its_dictionary_says(tmp_path: Path) -> None:
    model.try_out(InAFile, model.files_in(tmp_path), RUNS, STEPS)


def test_so_is_one_on_a_server(postgresql_template: str) -> None:
    def make() -> tuple[model.Open, Callable[[], None]]:
        name = f"books_{uuid4().hex}"
        postgresql.command(postgresql_template, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        url = postgresql.url(postgresql_template, name)
        away = f"DROP DATABASE {name} WITH (FORCE)"
        return lambda: Database.connect(url), lambda: postgresql.command(postgresql_template, away)

    model.try_out(Branch, make, RUNS, STEPS)


@pytest.mark.parametrize("kind", [Forgetful, Curious])
def test_a_dictionary_that_differs_would_be_noticed(tmp_path: Path, kind: type[Branch]) -> None:
    with pytest.raises(AssertionError):
        model.try_out(kind, model.files_in(tmp_path), 100, 20, chosen=1, shrinks=False)


def test_a_restore_that_brought_nothing_back_would_be_noticed(tmp_path: Path) -> None:
    branch = model.kind_with(InAFile, model.files_in(tmp_path))()
    assert isinstance(branch, InAFile)
    branch.back_up()
    branch.make_a_card(1990)
    before = branch.oracle
    branch.restore(0, is_right=True)
    branch.the_people_are_those_of_the_oracle()
    branch.oracle = before
    with pytest.raises(AssertionError):
        branch.the_people_are_those_of_the_oracle()
    branch.teardown()
