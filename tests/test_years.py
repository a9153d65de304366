"""R9 in the small: two months in one process and one window; ten years are the soak's."""

from __future__ import annotations

import random
from pathlib import Path

from pytestqt.qtbot import QtBot
from soak import years

PER_DAY = 2


def test_months_are_lived_looked_at_and_closed_in_one_run(tmp_path: Path, qtbot: QtBot) -> None:
    life = years.live(tmp_path / "branch", 2, PER_DAY, random.Random(1))
    days = 31 + 29  # January and February 2016
    assert life.documents == days * PER_DAY + 2
    assert life.problems == []
    assert len(life.memory) == 1
