"""The long runs: python -m tests.soak kills [COUNT] [SEED]. The log states seed and commit."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import crash
from things import as_program, lay_out

from models.database import Database


def kills(count: int, seed: int) -> bool:
    """kill -9 while posting: nothing acknowledged is lost, and every check holds."""
    with tempfile.TemporaryDirectory() as folder:
        branch = Path(folder) / "branch"
        db = as_program(Database.create(branch, crash.KEY))
        with db.write() as session:
            lay_out(session).receive(100_000_000)
        db.close()
        outcome = crash.kill_often(branch, count, seed)
    print(
        f"{outcome.kills} kills, {outcome.acknowledged} acknowledged, {outcome.lost} lost, "
        f"{len(outcome.problems)} broken checks"
    )
    return not outcome.lost and not outcome.problems


def main(name: str = "kills", count: str = "2000", seed: str = "") -> int:
    chosen = int(seed or random.SystemRandom().randrange(10**6))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()  # fmt: skip
    print(f"{name}: seed {chosen}, commit {commit}", flush=True)
    began = time.monotonic()
    held = {"kills": kills}[name](int(count), chosen)
    print(f"{'held' if held else 'BROKEN'} after {time.monotonic() - began:.0f} s")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
