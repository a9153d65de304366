"""Hand-outs posted by a child that is killed at a random moment: nothing acknowledged may be lost.

Run as a program it is the nursery: it loads everything once, and for each line on its input forks
a child that posts until it is killed. A child prints a token only after its commit came back
(with "unsafe": before, which is the fault that the test must notice).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from things import as_program

from models import checks, everything
from models.database import Database
from models.desk import aid
from models.desk.aid import Count, Encounter, Given, Service
from models.desk.cards import Person
from models.goods.items import Item
from models.goods.places import Place, PlaceKind
from models.goods.stock import Goods
from models.units import THOUSAND

assert everything
KEY = bytes(32)
DAY = date(2026, 10, 6)


@dataclass
class Outcome:
    """What a run of kills showed."""

    kills: int
    acknowledged: int
    lost: int
    problems: list[str]


def kill_often(folder: Path, kills: int, seed: int, *, unsafe: bool = False) -> Outcome:
    """Kill a posting child `kills` times; then look for every token it acknowledged."""
    chance, told = random.Random(seed), set[str]()
    arguments = [sys.executable, __file__, str(folder), "unsafe" if unsafe else "safe"]
    root = Path(__file__).parent.parent
    nursery = subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
    )  # fmt: skip
    assert nursery.stdin and nursery.stdout
    for _ in range(kills):
        print("go", file=nursery.stdin, flush=True)
        child = int(nursery.stdout.readline())
        told.add(nursery.stdout.readline().strip())  # at least one, so that it is posting
        time.sleep(chance.uniform(0, 0.04))
        os.kill(child, signal.SIGKILL)
        while (line := nursery.stdout.readline().strip()) != "dead":
            told.add(line)
    nursery.stdin.close()
    nursery.wait()
    return _outcome(folder, kills, {token for token in told if len(token) == 36})


def _outcome(folder: Path, kills: int, told: set[str]) -> Outcome:
    db = as_program(Database.open(folder, KEY))
    with db.read() as session:
        kept = set(session.scalars(select(Encounter.token)))
        problems = [str(problem) for problem in checks.run(session)]
    db.close()
    return Outcome(kills, len(told), len(told - kept), problems)


def nurse(folder: Path, unsafe: bool) -> None:
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            _post_until_killed(folder, unsafe)
        os.waitpid(child, 0)
        print("\ndead", flush=True)


def _post_until_killed(folder: Path, unsafe: bool) -> None:
    parent = os.getppid()
    print(os.getpid(), flush=True)
    db = as_program(Database.open(folder, KEY))
    while os.getppid() == parent:
        with db.write() as session:
            token = _help(session)
            if unsafe:
                print(token, flush=True)
                time.sleep(0.002)
        if not unsafe:
            print(token, flush=True)
    os._exit(0)


def _help(session) -> str:  # type: ignore[no-untyped-def]
    place = session.scalars(select(Place).where(Place.kind == PlaceKind.WAREHOUSE)).one()
    blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
    return aid.help_group(
        session,
        [Count(Person(), 1)],
        place,
        on=DAY,
        goods=[Goods(blanket, THOUSAND)],
        services=[Given(Service.PSS)],
    ).token


if __name__ == "__main__":
    nurse(Path(sys.argv[1]), sys.argv[2] == "unsafe")
