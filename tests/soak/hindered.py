"""R4: a day's acts meet a full disk, folders that may not be written to, a second program.

A user without special rights does what a day brings, by the command line and by the verbs of the
windows. Each act is done, or refused in one plain sentence within five seconds; what was there can
be read meanwhile wherever the obstacle lets it, and all of it afterwards.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from things import as_program

from models.database import Database
from models.safe import backups, founding
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST
from soak import obstacles, power
from soak.faults import ROOT
from soak.hindered_acts import ACTS, BACKUP, LEAVES, SHEET, Told, Trial
from soak.imports import HEADINGS
from soak.obstacles import CLOSED, FULL, LOCKED, LONG, OBSTACLES, SHUT, TWICE, Room

COUNT = 20  # rounds: in each, every act meets every obstacle
SECONDS = 5.0  # until the sentence is there
CLOSED_WELL, KILLED = BEGUN = ("whole", "killed")  # how the books were left before
PROGRAM = Path(__file__).with_name("hindered_acts.py")
FITS = {  # what may be said of an obstacle, by its code
    FULL: {"OG-001", "OG-004", "OG-060", "OG-068", "OG-019"},
    LOCKED: {"OG-002", "OG-003", "OG-018"},
    CLOSED: {"OG-002", "OG-003", "OG-018"},
    SHUT: {"OG-003"},
    TWICE: {"OG-028"},
    LONG: set[str](),
}


@dataclass
class Outcome:
    """What a run showed. `broken` names the act, the obstacle and what was wrong.

    `slowest`: seconds until a sentence was there, and which act that was.
    """

    trials: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    slowest: tuple[float, str] = (0.0, "")
    broken: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> bool:
    """So many rounds, as a user without special rights."""
    if sys.platform == "win32":
        print("it needs fork, and permissions as Linux has them")
        return False
    with obstacles.scratch() as folder:
        outcome = try_often(folder, count, random.Random(seed))
    print(", ".join(f"{number} {obstacle}" for obstacle, number in outcome.trials.items()))
    for obstacle in OBSTACLES:
        if not outcome.trials[obstacle]:
            print(f"*** {obstacle}: NOT TRIED, only root may make a drive for it ***")
    slowest, which = outcome.slowest
    print(
        f"{outcome.trials.total()} trials, {outcome.refused} refused in one sentence, "
        f"the slowest {slowest:.2f} s ({which}), {len(outcome.broken)} broken"
    )
    for line in outcome.broken:
        print(f"  {line}")
    return not outcome.broken and slowest <= SECONDS


def try_often(
    folder: Path,
    rounds: int,
    chance: random.Random,
) -> Outcome:
    outcome = Outcome()
    with nursery(folder) as trier:
        for _round in range(rounds):
            for obstacle in OBSTACLES:
                for act in meeting(obstacle):
                    trier.try_one(outcome, act, obstacle, chance)
    return outcome


def meeting(obstacle: str) -> list[str]:
    """The acts that can meet it: nobody works in books that are not there yet."""
    return [act for act in ACTS if (act, obstacle) != ("first run", TWICE)]


@dataclass
class Trier:
    """Tries acts in children of the nursery, on copies of a small branch."""

    folder: Path
    user: str  # whose all of it is; empty: of whoever runs this
    ask: Callable[[dict[str, object]], dict[str, Any]]
    known: dict[str, set[str]] = field(default_factory=dict)

    def try_one(
        self,
        outcome: Outcome,
        act: str,
        obstacle: str,
        chance: random.Random,
        *,
        mute: bool = False,
    ) -> None:
        """One trial, unless nobody may make such a drive here."""
        with ExitStack() as gone:
            room = obstacles.lay_out(obstacle, self.folder, chance, gone)
            if room is None:
                return
            begun = chance.choice(BEGUN)
            shutil.copytree(self.folder / begun, room.books)
            obstacles.give(room.place, self.user)
            take_away = obstacles.put(obstacle, _needed_by(act, room), room, chance)
            desk, is_logged = str(self.folder / "desk"), begun == KILLED
            trial = Trial(act, obstacle, str(room.place), desk, self.user, is_logged, mute)
            told = Told(**self.ask(asdict(trial)))
            take_away()
            wrong = list(what_is_wrong(trial, told, self._before(begun), self.there(room)))
        outcome.trials[obstacle] += 1
        outcome.refused += bool(told.ended)
        if told.ended:
            outcome.slowest = max(outcome.slowest, (told.seconds, f"{act}, {begun}, {obstacle}"))
        outcome.broken += [f"{act}, {begun}, {obstacle}: {each}" for each in wrong]

    def there(self, room: Room) -> set[str]:
        """All that can be seen there."""
        return set(
            self.ask({"place": str(room.place), "user": self.user}).get(
                "there", ["broken: the program died"]
            )
        )

    def told(self, act: str, obstacle: str, room: Room) -> Told:
        """What comes of an act where something is in the way already."""
        desk = str(self.folder / "desk")
        return Told(**self.ask(asdict(Trial(act, obstacle, str(room.place), desk, self.user))))

    def _before(self, begun: str) -> set[str]:
        """What is in the books with which a trial begins; they themselves are not opened for it."""
        if begun not in self.known:
            room = Room(self.folder / f"copy of {begun}")
            shutil.copytree(self.folder / begun, room.books)
            obstacles.give(room.place, self.user)
            self.known[begun] = self.there(room)
        return self.known[begun]


def _needed_by(act: str, room: Room) -> Path:
    """The folder that an act writes to."""
    where = {"first run": room.place, "report": room.out, "backup": room.out}
    return where.get(act, room.books)


def what_is_wrong(trial: Trial, told: Told, before: set[str], after: set[str]) -> Iterator[str]:
    """One sentence that fits, nothing lost, nothing by halves, and nothing left lying about."""
    leaves = LEAVES[trial.act]
    yield from [told.bug] if told.bug else []
    if told.ended:
        yield from wrong_in(told.said, trial)
        yield from (f"there, though it was refused: {what}" for what in leaves & after)
    else:
        yield from [f"done, and yet it was said: {told.said}"] if told.said else []
        yield from (f"lost, though it was said to be done: {what}" for what in leaves - after)
    yield from (what for what in after if what.startswith(("broken", "left behind")))
    if trial.act == "restore" and not told.ended:
        return  # other books are there now
    yield from (f"lost: {what}" for what in before - after)
    if told.meanwhile is not None:
        yield from (f"not to be seen meanwhile: {what}" for what in before - set(told.meanwhile))


def wrong_in(said: str, trial: Trial) -> Iterator[str]:
    """What is wrong with what was said instead of doing it."""
    if len(said.splitlines()) != 1 or "Traceback" in said:
        yield f"not one sentence: {said!r}"
        return
    sentence, _space, code = said.rpartition(" [")
    if code.rstrip("]") not in FITS[trial.obstacle]:
        yield f"no sentence that fits: {said}"
    named = sentence.rpartition("(")[2].rstrip(")")
    if named.startswith("/") and not named.startswith(trial.place):
        yield f"it names a file of somebody else: {said}"


@contextmanager
def nursery(folder: Path) -> Iterator[Trier]:
    """Children of a process that has loaded everything, and a small branch to try things on."""
    user, whole, desk = obstacles.normal_user(), folder / CLOSED_WELL, folder / "desk"
    key = founding.found(whole, power.PLAN, cost=PRACTICE_COST)
    power.stock_up(whole, key)
    desk.mkdir()
    with closing(as_program(Database.open(whole, key))) as db:
        with db.write() as session:
            power.hand_out(session)
        backups.make(db, desk / BACKUP, Reason.BY_HAND)
        db.judge([])
    shutil.copytree(whole, folder / "at work")
    with closing(as_program(Database.open(folder / "at work", key))) as db:
        with db.write() as session:
            power.hand_out(session)
        shutil.copytree(folder / "at work", folder / KILLED)
    (desk / "password").write_text(power.PASSWORD, "utf-8")
    (desk / "day.csv").write_text(day_sheet(), "utf-8")
    obstacles.give(folder, user)
    around = os.environ | {"PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
    started = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, env=around, cwd=ROOT,
    )  # fmt: skip
    assert started.stdin and started.stdout
    talk, hear = started.stdin, started.stdout

    def ask(question: dict[str, object]) -> dict[str, Any]:
        print(json.dumps(question), file=talk, flush=True)
        return dict(json.loads(hear.readline()))

    try:
        yield Trier(folder, user, ask)
    finally:
        talk.close()
        started.wait()


def day_sheet() -> str:
    rows = [
        ("06.10.2026.", power.PLAN.warehouse, "tent", "1", "m", "18–59", "AF", "1", "ne", remark)
        for remark in SHEET
    ]
    return "\n".join(";".join(row) for row in (HEADINGS, *rows))
