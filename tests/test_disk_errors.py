"""The disk fails in the middle of an act. python -m tests.soak failures: at every call."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from soak import failures, faults
from soak.failures import Outcome, Trier

pytestmark = pytest.mark.skipif(bool(faults.reason_to_skip()), reason=faults.reason_to_skip())
STEPS = dict.fromkeys(failures.ACTS, 4) | {"posting": 24, "month close": 12, "first run": 150}
STEPS |= {"backup": 40, "restore": 40, "report": 2}


@pytest.fixture(scope="module")
def trier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trier]:
    with failures.nursery(tmp_path_factory.mktemp("disk")) as opened:
        yield opened


@pytest.mark.parametrize("act", failures.ACTS)
def test_a_disk_that_fails_loses_nothing_and_is_explained(
    trier: Trier, act: str, chance: Random
) -> None:
    outcome = failures.try_each(trier, act, STEPS[act], chance)
    assert outcome.broken == []
    assert outcome.trials > 0


def test_a_failure_that_is_swallowed_would_be_noticed(trier: Trier) -> None:
    outcome = Outcome()
    trier.try_one(outcome, "report", "write", 1, "EIO", mute=True)
    trier.try_one(outcome, "posting", "write", 1, "ENOSPC", mute=True)
    assert len(outcome.broken) == 2


def test_a_file_that_is_copied_whole_is_seen_being_written(tmp_path: Path) -> None:
    source, log = tmp_path / "one", tmp_path / "log"
    source.write_bytes(b"ten bytes!")
    words = [sys.executable, "-c", "import shutil, sys; shutil.copyfile(*sys.argv[1:])"]
    around = faults.environment(faults.build(tmp_path), tmp_path, log)
    subprocess.run([*words, str(source), str(tmp_path / "other")], env=around, check=True)
    written = [event.content for event in faults.read(log) if event.kind == "w"]
    assert written == [source.read_bytes()]
