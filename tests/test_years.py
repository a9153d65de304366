"""R9 in the small: two months in one process and one window; ten years are the soak's."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from soak import years
from test_garbage import resident

from reports import monthly
from reports.monthly.figures import Monthly
from translations import Language

PER_DAY = 2
LEAK = 0.08  # of all that the process has, a month


def test_months_are_lived_looked_at_and_closed_in_one_run(tmp_path: Path, qtbot: QtBot) -> None:
    life = years.live(tmp_path / "branch", 2, PER_DAY, random.Random(1), every=1)
    days = 31 + 29  # January and February 2016
    assert life.documents == days * PER_DAY + 2
    assert life.problems == []
    assert len(life.memory) == 2
    assert life.is_held


def test_memory_that_is_never_given_back_would_be_noticed(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    render, hoard = monthly.render, list[bytes]()

    def hoarding(data: Monthly, language: Language, **more: bool) -> bytes:
        hoard.append(b"x" * int(resident() * 1e6 * LEAK))
        return render(data, language, **more)

    monkeypatch.setattr(monthly, "render", hoarding)
    life = years.live(tmp_path / "branch", 3, 1, random.Random(1), every=1)
    assert life.problems == []
    assert not life.is_held
