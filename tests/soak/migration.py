"""R10: a branch of every released schema, killed at each statement of bringing it up to date.

The file is afterwards as it was, or wholly new; opened again, it is new and its books hold. Run
as a program it is the nursery that forks what is killed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import sqlcipher3.dbapi2 as sqlcipher
from crash import KEY
from sqlalchemy import Engine, event
from things import as_program

from models import checks, everything, migrations
from models.bookfile import FILE
from models.database import Database

assert everything
COUNT = 1  # every statement; two: every second
ROOT = Path(__file__).resolve().parent.parent.parent
RELEASED = sorted((ROOT / "tests" / "data").glob("schema-*"))


@dataclass
class Outcome:
    """What a run showed. `broken` names the release, the statement and what was wrong."""

    kills: int = 0
    old: int = 0
    broken: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_at_each(Path(folder), count, seed % count)
    print(f"{outcome.kills} kills, {outcome.old} left it old, {len(outcome.broken)} broken")
    for line in outcome.broken:
        print(f"  {line}")
    return not outcome.broken


def kill_at_each(scratch: Path, step: int, start: int = 0, *, careless: bool = False) -> Outcome:
    """Kill it at every `step`-th statement; who is careless commits after each of them."""
    outcome = Outcome()
    with nursery(careless) as (talk, hear):
        for release in RELEASED:
            at = 1 + start
            while kill_at(scratch, release, at, (talk, hear), outcome):
                at += step
    return outcome


def kill_at(
    scratch: Path, release: Path, at: int, nurse: tuple[IO[str], IO[str]], outcome: Outcome
) -> bool:
    """False when there are not that many statements."""
    folder = scratch / "tried"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(release, folder)
    before = picture(folder)
    print(at, folder, file=nurse[0], flush=True)
    if nurse[1].readline().strip() != "killed":
        return False
    outcome.kills += 1
    outcome.old += (left := picture(folder)) == before
    newer = left.startswith(f"{migrations.HEAD} ") and not before.startswith(migrations.HEAD)
    if left != before and not newer:
        outcome.broken.append(f"{release.name}, statement {at}: neither old nor new")
    try:
        with closing(as_program(Database.open(folder, KEY))) as db, db.read() as session:
            found = [str(problem) for problem in checks.run(session)]
    except Exception as problem:  # whatever it is, it is what is looked for
        found = [f"{type(problem).__name__}: {problem}"]
    outcome.broken += [f"{release.name}, statement {at}: {what}" for what in found]
    return True


def picture(folder: Path) -> str:
    """The revision, and a hash of every definition and every row."""
    with closing(sqlcipher.connect(str(folder / FILE))) as connection:
        connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        parts = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")
        definitions = parts.fetchall()
        rows = [
            sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"')))
            for kind, name, _sql in definitions
            if kind == "table"
        ]
        [(revision,)] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return f"{revision} {hashlib.sha256(repr((definitions, rows)).encode()).hexdigest()}"


@contextmanager
def nursery(careless: bool) -> Iterator[tuple[IO[str], IO[str]]]:
    words = [sys.executable, __file__, "careless" if careless else "careful"]
    started = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "tests"), str(ROOT)))},
    )  # fmt: skip
    assert started.stdin and started.stdout
    try:
        yield started.stdin, started.stdout
    finally:
        started.stdin.close()
        started.wait()


def nurse(careless: bool) -> None:
    for line in sys.stdin:
        at, folder = line.strip().split(" ", 1)
        child = os.fork()
        if child == 0:
            die_at(int(at), careless)
            Database.open(Path(folder), KEY)
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "lived", flush=True)


def die_at(at: int, careless: bool) -> None:
    """Kill this process right before the `at`-th statement of the migration, or the commit."""
    seen = 0

    @event.listens_for(Engine, "before_cursor_execute")
    @event.listens_for(Engine, "commit")
    def count(connection: Any, *_statement: Any) -> None:
        nonlocal seen
        if not connection.get_execution_options().get("writes"):
            return
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
        if careless and seen > 1:
            raw = connection.connection.cursor()
            raw.execute("COMMIT")
            raw.execute("BEGIN IMMEDIATE")


if __name__ == "__main__":
    nurse(sys.argv[1] == "careless")
