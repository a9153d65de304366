"""R13: what one guess of a password costs, and that the waits between guesses outlive the program.

Each try is a program of its own, started at a moment that a dictionary knows: five are free, then
each failure doubles the wait, from 10 seconds to an hour.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from models.safe import keys, ring
from models.safe.founding import PRACTICE_COST
from soak import one_guess
from soak.one_guess import RIGHT, WRONG, Try

COUNT = 300  # tries on each engine
GUESSES = 5
SECONDS, MEGABYTES = 0.5, 128  # of one guess
FREE, FIRST, LONGEST = 5, 10, 3600  # tries, and seconds
CLIMB = 9  # starts that are not left to chance, at the least: they reach a wait
FROM = 1_800_000_000.0  # the clock at the first try


@dataclass
class Outcome:
    """What came of the tries. `broken` names the try and what was wrong."""

    tries: Counter[str] = field(default_factory=Counter)
    longest: int = 0  # seconds of a wait that was sat out
    broken: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        return all([*_costs(Path(folder)), *_walks(Path(folder), count, random.Random(seed))])


def _costs(scratch: Path) -> Iterator[bool]:
    keys.create(scratch / "file", "amra", RIGHT)
    yield is_dear(scratch / "file")


def _walks(scratch: Path, count: int, chance: random.Random) -> Iterator[bool]:
    make_keys(scratch / "home")
    yield _is_held("in a file", walk(in_a_file(scratch / "home"), count, chance))
    import postgresql

    binaries = postgresql.programs()
    if binaries is None:
        print("*** on a server: NOT TRIED, PostgreSQL was not found ***")
        return
    with postgresql.shared_server(binaries) as server:
        where = make_books(server)
        yield is_dear(ring_of(where, scratch / "server"))
        yield _is_held("on a server", walk(on_a_server(where, scratch / "far"), count, chance))


def _is_held(where: str, outcome: Outcome) -> bool:
    told = ", ".join(f"{number} {said}" for said, number in sorted(outcome.tries.items()))
    print(
        f"{where}: {outcome.tries.total()} starts ({told}), the longest wait sat out "
        f"{outcome.longest} s, {len(outcome.broken)} broken"
    )
    for line in outcome.broken[:20]:
        print(f"  {line}")
    return not outcome.broken and outcome.longest == LONGEST


def is_dear(folder: Path, times: int = GUESSES, seconds: float = SECONDS) -> bool:
    """Measure guesses at the keys in a folder, each in a child, and say what they took."""
    told = [one_guess.measured(folder) for _ in range(times)]
    least, clock = min(told, key=lambda cost: cost.cores), min(cost.clock for cost in told)
    megabytes = min(cost.megabytes for cost in told)
    print(
        f"a guess at the keys of the {folder.name}: at least {least.cores:.2f} s of "
        f"{one_guess.at_work(folder)} cores ({clock:.2f} s by the clock), {megabytes:.0f} MiB"
    )
    is_small = ring.read(folder).wraps[0].cost.memory < MEGABYTES * 1024
    if is_small and one_guess.available() < 2 * MEGABYTES:
        print("*** this computer has not the memory for more ***")
        return least.cores >= seconds
    return least.cores >= seconds and megabytes >= MEGABYTES


@dataclass
class Tally:
    """What must be known of one name: failures in a row, and the moment of the last."""

    failed: int = 0
    last: float = FROM

    def left(self, now: float) -> int:
        """Seconds still to wait."""
        return max(0, math.ceil(self.wait - (now - min(self.last, now))))

    @property
    def wait(self) -> int:
        """Seconds from the last failure on."""
        return 0 if self.failed < FREE else min(LONGEST, FIRST * 2 ** (self.failed - FREE))


@dataclass(frozen=True)
class Door:
    """How tries are made somewhere. Names that nobody has are counted as `shared`, if together."""

    make: Callable[[str, str, float], Try]
    known: tuple[str, ...]
    shared: str | None


def walk(door: Door, count: int, chance: random.Random, *, forgets: bool = False) -> Outcome:
    """So many starts of the program: up through every wait, then by chance."""
    outcome, tallies = Outcome(), dict[str, Tally]()
    now, climb = FROM, max(count // 2, min(count, CLIMB))
    for number in range(count):
        login = door.known[0] if number < climb else _somebody(door, chance)
        counted = login if login in door.known or door.shared is None else door.shared
        tally = tallies.setdefault(counted, Tally())
        left = tally.left(now)
        if number < climb:  # one second too early, then on time
            is_early = left and number % 2
            now, password, killed = now + left - bool(is_early), WRONG, number % 7 == 3
        else:
            now += chance.choice((0, chance.random() * 3, left - 1 if left else 0, left, -5000))
            password = RIGHT if chance.random() < 0.08 else WRONG
            killed = chance.random() < 0.15
        trial = replace(door.make(login, password, now), killed=killed, forgets=forgets)
        wrong = _compare(trial, tally, one_guess.made(trial), outcome, is_known=login in door.known)
        outcome.broken += [f"start {number}, {login}: {wrong}"] if wrong else []
    return outcome


def _somebody(door: Door, chance: random.Random) -> str:
    return chance.choice((*door.known, *door.known, f"guest{chance.randrange(3)}"))


def _compare(
    trial: Try, tally: Tally, told: dict[str, Any], outcome: Outcome, *, is_known: bool
) -> str:
    """What was not as foretold; the tally goes on with what had to come."""
    tally.last = min(tally.last, trial.now)  # set back, the clock makes the wait begin again
    left = tally.left(trial.now)
    if left:
        foretold: dict[str, Any] = {"said": "wait", "seconds": left}
    elif trial.killed:
        foretold = {"said": "killed"}
    else:
        foretold = {"said": "in" if trial.password == RIGHT and is_known else "wrong"}
    if not left:
        outcome.longest = max(outcome.longest, tally.wait)
        tally.failed = 0 if foretold["said"] == "in" else tally.failed + 1
        tally.last = trial.now
    outcome.tries[foretold["said"]] += 1
    return "" if told == foretold else f"{told}, not {foretold}"


def make_keys(folder: Path) -> None:
    """Keys that are quick to try: it is the waits that are looked at."""
    key = keys.create(folder, "amra", RIGHT, cost=PRACTICE_COST)
    keys.add_user(folder, key, "edin", RIGHT, cost=PRACTICE_COST)


def in_a_file(home: Path) -> Door:
    return Door(lambda login, word, now: Try(str(home), login, word, now), ("amra", "edin"), "")


def make_books(server: Any) -> Any:
    """Books on a server, and the address of their owner."""
    from models.server.address import Address

    name = f"books_{uuid4().hex[:8]}"
    server.command(f"CREATE ROLE {name}_keeper LOGIN CREATEROLE PASSWORD '{RIGHT}'")
    server.command(f"CREATE DATABASE {name} OWNER {name}_keeper")
    where = Address("localhost", name, f"{name}_keeper", server.port, str(server.certificate))
    let_them_in(where, RIGHT)
    return where


def let_them_in(where: Any, secret: str) -> None:
    """Two users of the branch, of whom the server asks the right password."""
    from things import as_program

    from models.database import Database
    from models.office import users
    from models.server import logins

    with (
        closing(as_program(Database.connect(where.url(secret)))) as owner,
        owner.write() as session,
    ):
        for login in users_of(where):
            logins.let_in(session, users.add(session, login, "Emina Kovač"), RIGHT)


def users_of(where: Any) -> tuple[str, str]:
    return f"amra_{where.database}", f"edin_{where.database}"


def ring_of(where: Any, folder: Path) -> Path:
    """What is sealed on the server, in a folder as whoever took it would have it."""
    from models.database import Database
    from models.server import keyring

    folder.mkdir()
    with closing(Database.connect(where.url(RIGHT))) as owner:
        keyring.write_to(owner, folder)
    return folder


def on_a_server(where: Any, home: Path) -> Door:
    url = where.url("").render_as_string(hide_password=False)
    return Door(
        lambda login, word, now: Try(str(home), login, word, now, url), users_of(where), None
    )
