"""Backups beside a writer, killed, and on a disk that fills up. The soak makes a thousand."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest
from soak import copies

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


def test_what_has_the_name_of_a_backup_can_be_restored(tmp_path: Path, chance: Random) -> None:
    outcome = copies.try_often(tmp_path, 9, chance)
    assert outcome.broken == []
    assert outcome.restored > 9


def test_a_backup_that_is_named_before_it_is_whole_would_be_noticed(
    tmp_path: Path, chance: Random
) -> None:
    assert copies.try_often(tmp_path, 16, chance, [copies.KILLED], hasty=True).broken
