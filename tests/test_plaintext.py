"""Names stand in nothing that the program writes, except encrypted."""

from __future__ import annotations

from pathlib import Path
from random import Random

from soak import faults, plaintext


def test_a_whole_day_leaves_no_name_in_the_clear(tmp_path: Path, chance: Random) -> None:
    assert plaintext.day_in(tmp_path, 50, chance.randrange(10**6)) == []
    assert {"printed.pdf", "report.xlsx"} <= {path.name for path in (tmp_path / "room").iterdir()}


def test_names_that_are_left_behind_would_be_found(tmp_path: Path) -> None:
    found = plaintext.day_in(tmp_path, 10, 1, careless=True)
    assert {"note.txt: utf-16-le", "last.ini: cp1250"} <= set(found)
    assert faults.reason_to_skip() or "written to gone.tmp: utf-8" in found
