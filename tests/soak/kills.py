"""R1: kill -9 while posting. Nothing acknowledged is lost, and every check holds."""

from __future__ import annotations

import tempfile
from pathlib import Path

import crash
from things import as_program, lay_out

from models.database import Database

COUNT = 2000


def run(count: int, seed: int) -> bool:
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
