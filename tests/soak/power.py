"""R2: the power goes at any moment of a branch's first day. Nothing acknowledged may be lost.

Run as a program it is the child: it founds a branch, posts, saves and acknowledges, while the
library of faults logs what it does to its files. The acknowledgements stand in the same log.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, event, select
from things import as_program

from models import checks, clock, files, periods
from models.database import Database
from models.desk import aid
from models.desk.aid import Count, Encounter, Given, Service
from models.desk.cards import Person
from models.errors import DomainError
from models.goods import places, stock
from models.goods.items import Item
from models.goods.places import Place
from models.goods.stock import Goods
from models.office import branch, territory
from models.office.branch import Details
from models.periods import Closing, Period
from models.record import Act
from models.safe import attempts, backups, container, folders, founding, keys
from models.safe.founding import PRACTICE_COST, Plan
from models.units import THOUSAND
from soak import faults
from soak.disk import Disk

COUNT = 20_000
LOGIN, PASSWORD = "amra", "sedam žutih kišobrana"
TOLD = "told"
PAPER, PAPER_BYTES = "report.pdf", 9000
DAY, NOW = date(2026, 10, 6), datetime(2026, 11, 3, 9)
BIHAC = territory.find("BA-BIH/01/Bihać")
PLAN = Plan(
    units=[BIHAC],
    names=branch.suggest(BIHAC),
    details=Details(town="Bihać"),
    language="bs",
    warehouse="Glavno skladište",
    person="Amra Hodžić",
    login=LOGIN,
    password=PASSWORD,
)


@dataclass
class Outcome:
    """What a run showed: acknowledged things that a state had lost, and states that were broken."""

    states: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> bool:
    if reason := faults.reason_to_skip():
        print(reason)
        return False
    with tempfile.TemporaryDirectory() as folder:
        outcome = Outcome()
        for life in range(max(1, count // 2000)):  # each from a log of its own
            log = record(Path(folder))
            part = replay(Path(folder), log, min(count, 2000), random.Random(f"{seed} {life}"))
            outcome.states += part.states
            outcome.lost += part.lost
            outcome.broken += part.broken
    print(f"{outcome.states} states, {len(outcome.lost)} lost, {len(outcome.broken)} broken")
    for line in [*outcome.lost, *outcome.broken][:50]:
        print(f"  {line}")
    return not outcome.lost and not outcome.broken


def record(scratch: Path, *, unsafe: bool = False) -> list[faults.Event]:
    """Let a child live through its first day; what it did to its files."""
    watched, log = scratch / "watched", scratch / "log"
    shutil.rmtree(watched, ignore_errors=True)
    log.unlink(missing_ok=True)
    watched.mkdir()
    library = faults.build(scratch)
    words = [sys.executable, __file__, str(watched), "unsafe" if unsafe else "safe"]
    subprocess.run(
        words, env=faults.environment(library, watched, log), cwd=faults.ROOT, check=True
    )
    return list(faults.read(log))


def replay(
    scratch: Path,
    log: list[faults.Event],
    count: int,
    chance: random.Random,
    *,
    last: bool = False,
    deaf: str = "",
) -> Outcome:
    """`count` states in which the power may have left the folder, each looked through.

    It goes at any moment of the log, or always after the last. Files whose name ends in `deaf`
    are taken as never synced.
    """
    outcome, told = Outcome(), list[str]()
    disk, state = Disk(scratch / "watched", deaf), scratch / "state"
    moments = sorted(chance.randint(len(log) if last else 1, len(log)) for _ in range(count))
    for number, done in enumerate(log, 1):
        if Path(done.path).name == TOLD:
            told += done.content.decode().split("\n")[:-1]
        else:
            disk.follow(done)
        while moments and moments[0] == number:
            moments.pop(0)
            shutil.rmtree(state, ignore_errors=True)
            state.mkdir()
            disk.left(state, chance)
            look(state / "branch", told, outcome, f"event {number}")
    return outcome


def look(folder: Path, told: list[str], outcome: Outcome, where: str) -> None:
    """Open what is left as the program does, and compare it with what was acknowledged."""
    outcome.states += 1
    folders.finish(folder)
    if not folders.is_set_up(folder):
        outcome.lost += [f"{where}: {what}" for what in told]
        return
    try:
        there = set(kept(folder))
    except (DomainError, OSError, ValueError) as problem:
        outcome.broken.append(f"{where}: {problem}")
        return
    outcome.broken += [f"{where}: {what}" for what in there if what.startswith("broken")]
    outcome.lost += [f"{where}: {what}" for what in told if what not in there]


def kept(folder: Path) -> Iterator[str]:
    """All that could be acknowledged and is there."""
    yield "founded"
    for login in keys.logins(folder):
        yield f"user {login}"
    yield from _small_files(folder)
    db = as_program(Database.open(folder, keys.unlock(folder, LOGIN, PASSWORD)))
    with db.read() as session:
        yield from (f"broken: {problem}" for problem in checks.run(session))
        yield from session.scalars(select(Encounter.token))
        yield from (f"closed {month}" for month in session.scalars(select(Closing.month)))
        if session.scalar(select(Act.id).where(Act.code == "restoring.restored")):
            yield "restored"
    db.close()


def _small_files(folder: Path) -> Iterator[str]:
    """Each file is one whole version; that includes whatever an earlier one acknowledged."""
    tries, paper = folder / attempts.FILE, folder / PAPER
    if tries.exists():
        failed = json.loads(tries.read_bytes()).get("guest", (0, 0))[0]
        yield from (f"tries {number}" for number in range(failed + 1))
    for file in folder.glob(f"*{backups.ENDING}"):
        container.require_whole(file)
        yield f"backup {file.stem}"
    if paper.exists():
        content = paper.read_bytes()
        if len(content) != PAPER_BYTES or len(set(content)) > 1:
            yield "broken: half a paper"
        yield from (f"paper {number}" for number in range(int(content[:1] or b"-1") + 1))


def live(under: Path) -> None:
    """The child's day. Every line it tells was done before."""
    folder = under / "branch"
    with (under / TOLD).open("wb", buffering=0) as told, clock.at(NOW):

        def tell(what: str) -> None:
            told.write(f"{what}\n".encode())

        key = founding.found(folder, PLAN, cost=PRACTICE_COST)
        tell("founded")
        stock_up(folder, key)
        for part in range(4):
            keys.add_user(folder, key, f"user{part}", PASSWORD, cost=PRACTICE_COST)
            tell(f"user user{part}")
            _work(folder, key, tell)
            files.write_whole(folder / PAPER, b"%d" % part * PAPER_BYTES, secret=False)
            tell(f"paper {part}")
            attempts.begin(folder, "guest")
            tell(f"tries {part + 1}")
        _close_a_month(folder, key)
        tell("closed 2026-09")


def stock_up(folder: Path, key: bytes) -> None:
    db = as_program(Database.open(folder, key))
    with db.write() as session:
        item = session.scalars(select(Item).where(Item.code == "tent")).one()
        place = session.get_one(Place, places.overview(session)[0].id)
        stock.receive(session, place, [Goods(item, 1000 * THOUSAND)], on=DAY, supplier="Donor A")
    db.close()


def _work(folder: Path, key: bytes, tell) -> None:  # type: ignore[no-untyped-def]
    db = as_program(Database.open(folder, key))
    for _ in range(12):
        with db.write() as session:
            token = hand_out(session)
        tell(token)
    db.close()


def hand_out(session, token: str = "") -> str:  # type: ignore[no-untyped-def]
    """One entry of aid with goods and a service; its token."""
    place = session.get_one(Place, places.overview(session)[0].id)
    tent = session.scalars(select(Item).where(Item.code == "tent")).one()
    return aid.help_group(
        session,
        [Count(Person(), 1)],
        place,
        on=DAY,
        goods=[Goods(tent, THOUSAND)],
        services=[Given(Service.PSS)],
        token=UUID(token) if token else None,
    ).token


def _close_a_month(folder: Path, key: bytes) -> None:
    db = as_program(Database.open(folder, key))
    with db.write() as session:
        periods.close(session, Period.month(2026, 9), "{}", "0" * 64)
    db.close()


if __name__ == "__main__":
    if sys.argv[2] == "unsafe":
        event.listen(Engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    live(Path(sys.argv[1]))
