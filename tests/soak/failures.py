"""R3: the N-th write, sync, open, rename or removal of an act fails, for every N.

Nothing is lost, one plain sentence is said, and the books can be read and written afterwards.
Run as a program it is the nursery: it loads everything once and forks a child for each trial.
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DatabaseError
from things import as_program

from models import clock, everything, files, periods
from models.database import Database
from models.errors import DomainError
from models.periods import Period
from models.safe import backups, folders, founding, keys, restoring
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST
from soak import faults, power
from ui import faults as sentences

assert everything
COUNT = 1  # every N; two: every second
TOKEN = str(UUID(int=7))
ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC}


@dataclass(frozen=True)
class Act:
    """`do(folder, key)` is tried with a failing disk; `leaves` is what it is known by.

    An act that is `exact` is either said to be done and there, or refused and not there. One that
    writes a small file may be refused at its very last step, when the new name is made to last:
    what was asked for is there then, though nobody may rely on it.
    """

    do: Callable[[Path, bytes], object]
    leaves: str
    starts_empty: bool = False
    exact: bool = False


@dataclass
class Outcome:
    """What a run showed. `broken` names the act, the call and what was wrong."""

    trials: int = 0
    refused: int = 0
    broken: list[str] = field(default_factory=list)


def post(folder: Path, key: bytes) -> None:
    with closing(as_program(Database.open(folder, key))) as db, db.write() as session:
        power.hand_out(session, TOKEN)


def close_month(folder: Path, key: bytes) -> None:
    with closing(as_program(Database.open(folder, key))) as db, db.write() as session:
        periods.close(session, Period.month(2026, 9), "{}", "0" * 64)


def save_paper(folder: Path, _key: bytes) -> None:
    files.write_whole(folder / power.PAPER, b"1" * power.PAPER_BYTES, secret=False)


def add_user(folder: Path, key: bytes) -> None:
    keys.add_user(folder, key, "emir", power.PASSWORD, cost=PRACTICE_COST)


def unlock(folder: Path, _key: bytes) -> None:
    keys.unlock(folder, power.LOGIN, power.PASSWORD)


def found(folder: Path, _key: bytes) -> None:
    founding.found(folder, power.PLAN, cost=PRACTICE_COST)


def back_up(folder: Path, key: bytes) -> None:
    with closing(as_program(Database.open(folder, key))) as db:
        backups.make(db, folder / f"one{backups.ENDING}", Reason.BY_HAND)


def restore(folder: Path, key: bytes) -> None:
    restoring.restore(folder / f"kept{backups.ENDING}", folder, key)


ACTS = {
    "posting": Act(post, TOKEN, exact=True),
    "month close": Act(close_month, "closed 2026-09", exact=True),
    "report": Act(save_paper, "paper 1"),
    "new user": Act(add_user, "user emir"),
    "unlocking": Act(unlock, f"user {power.LOGIN}"),
    "backup": Act(back_up, "backup one"),
    "restore": Act(restore, "restored"),
    "first run": Act(found, "founded", starts_empty=True),
}


def run(count: int, seed: int) -> bool:
    if reason := faults.reason_to_skip():
        print(reason)
        return False
    with tempfile.TemporaryDirectory() as folder:
        outcome = try_all(Path(folder), count, random.Random(seed))
    print(f"{outcome.trials} trials, {outcome.refused} refused, {len(outcome.broken)} broken")
    for line in outcome.broken:
        print(f"  {line}")
    return not outcome.broken


def try_all(scratch: Path, step: int, chance: random.Random) -> Outcome:
    whole = Outcome()
    with nursery(scratch) as trier:
        for act in ACTS:
            part = try_each(trier, act, step, chance)
            whole.trials += part.trials
            whole.refused += part.refused
            whole.broken += part.broken
            print(f"  {act}: {part.trials} trials, {part.refused} refused", flush=True)
    return whole


def try_each(trier: Trier, act: str, step: int, chance: random.Random) -> Outcome:
    """An act with every `step`-th call of each kind failing, in both ways."""
    outcome = Outcome()
    for kind, error in product(faults.KINDS, ERRORS):
        at = chance.randint(1, step)
        while trier.try_one(outcome, act, kind, at, error):
            at += step
    return outcome


@dataclass
class Trier:
    """Tries acts in children of the nursery, on copies of a small branch."""

    scratch: Path
    key: bytes
    ask: Callable[[dict[str, object]], dict[str, Any]]

    def try_one(
        self, outcome: Outcome, act: str, kind: str, at: int, error: str, *, mute: bool = False
    ) -> bool:
        """One trial; False when the act makes fewer calls than that."""
        folder = self.scratch / "tried"
        shutil.rmtree(folder, ignore_errors=True)
        if not ACTS[act].starts_empty:
            shutil.copytree(self.scratch / "whole", folder)
        trial = {"act": act, "folder": str(folder), "key": self.key.hex(), "kind": kind}
        told = self.ask(trial | {"at": at, "error": error, "mute": mute})
        if told["calls"] < at:
            return False
        outcome.trials += 1
        outcome.refused += bool(told["said"])
        fault = told["bug"] or what_is_wrong(ACTS[act], folder, self.key, told["said"])
        outcome.broken += [f"{act}, {kind} {at} {error}: {fault}"] if fault else []
        return True


def what_is_wrong(act: Act, folder: Path, key: bytes, said: str) -> str:
    """Look at what the trial left, then do the act again on a sound disk."""
    try:
        there = _there(folder)
        if not said and act.leaves not in there:
            return "lost, though it was said to be done"
        if said and act.leaves in there and act.exact:
            return "kept, though it was refused"
        with suppress(DomainError), clock.at(power.NOW):
            act.do(folder, key)
        if act.leaves not in (there := _there(folder)):
            return "not there the next time"
    except (DomainError, OSError, DatabaseError) as problem:
        return f"cannot be read afterwards: {type(problem).__name__} {problem}"
    left = {f"left behind: {path.name}" for path in folder.glob(".*.new")}
    return "; ".join(left | {what for what in there if what.startswith("broken")})


def _there(folder: Path) -> set[str]:
    folders.finish(folder)
    return set(power.kept(folder)) if folders.is_set_up(folder) else set()


@contextmanager
def nursery(scratch: Path) -> Iterator[Trier]:
    """Children of a process that runs under the library of faults."""
    library, whole = faults.build(scratch), scratch / "whole"
    key = founding.found(whole, power.PLAN, cost=PRACTICE_COST)
    power.stock_up(whole, key)
    with closing(as_program(Database.open(whole, key))) as db:
        backups.make(db, whole / f"kept{backups.ENDING}", Reason.BY_HAND)
    (whole / power.PAPER).write_bytes(b"0" * power.PAPER_BYTES)
    started = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=faults.environment(library, scratch / "tried"), cwd=faults.ROOT,
    )  # fmt: skip
    assert started.stdin and started.stdout
    talk, hear = started.stdin, started.stdout

    def ask(trial: dict[str, object]) -> dict[str, Any]:
        print(json.dumps(trial), file=talk, flush=True)
        return dict(json.loads(hear.readline()))

    try:
        yield Trier(scratch, key, ask)
    finally:
        talk.close()
        started.wait()


def nurse() -> None:
    """What is imported at the first use must not be what fails, so an act of each kind is done."""
    with tempfile.TemporaryDirectory() as folder:
        post_on = Path(folder)
        key = founding.found(post_on, power.PLAN, cost=PRACTICE_COST)
        power.stock_up(post_on, key)
        post(post_on, key)
        back_up(post_on, key)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            print(json.dumps(in_child(**json.loads(line))), flush=True)
            os._exit(0)  # as abruptly as a program that is killed
        os.waitpid(child, 0)


def in_child(
    act: str, folder: str, key: str, kind: str, at: int, error: str, mute: bool
) -> dict[str, object]:
    """Do the act with a failing disk. A full disk stays full; another fault comes once.

    Who is mute swallows what was raised: the fault that the trial must notice.
    """
    faults.arm(kind, at, ERRORS[error], always=error == "ENOSPC")
    problem: BaseException | None = None
    try:
        with clock.at(power.NOW):
            ACTS[act].do(Path(folder), bytes.fromhex(key))
    except Exception as raised:
        problem = None if mute else raised
    calls = faults.disarm()
    said = sentences.sentence(problem) if problem else ""
    return {"calls": calls, "said": said, "bug": fault_of(problem)}


def fault_of(problem: BaseException | None) -> str:
    """What is wrong with what was raised: it must have a sentence of its own."""
    if problem is None or isinstance(problem, DomainError):
        return ""
    if not sentences.is_the_worlds(problem):
        return f"our bug: {type(problem).__name__} {problem}"
    vague = sentences.sentence(problem).startswith((sentences.WORLD, sentences.OURS))
    return f"no plain words: {problem!r}" if vague else ""


if __name__ == "__main__":
    nurse()
