"""R16: four computers post on one server at once, some are cut off: no gap, nothing below zero.

Each writer is a process of its own, signed in as an ordinary user of the branch. It tells what it
posted only after the commit came back.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import statistics
import time
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from uuid import uuid4

import postgresql
from sqlalchemy import select
from things import DAY, as_program, lay_out

from models import checks, everything
from models.database import Database
from models.goods import stock
from models.goods.documents import Document
from models.goods.items import Item
from models.goods.ledger import NotEnoughStock
from models.goods.places import Place, PlaceKind
from models.goods.stock import Goods
from models.office import users
from models.server import engine as server_engine
from models.server import logins
from models.server.address import Address
from models.units import THOUSAND

assert everything
COUNT = 1000  # postings of each writer
WRITERS = 4
SECRET = "devet plavih lokomotiva"
FORK = multiprocessing.get_context("fork")


@dataclass
class Outcome:
    """What the writers told, and what the books say of it."""

    told: list[str] = field(default_factory=list)
    refused: int = 0  # for want of goods, as it should be
    failed: list[str] = field(default_factory=list)
    kills: int = 0
    seconds: list[float] = field(default_factory=list)
    lost: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Writer:
    """A process that posts, and the end of the pipe at which it is heard."""

    process: BaseProcess
    ear: Connection
    login: str
    left: int


def run(count: int, seed: int) -> bool:
    binaries = postgresql.programs()
    if binaries is None:
        print("PostgreSQL was not found")
        return False
    with postgresql.shared_server(binaries, options=postgresql.DURABLE) as server:
        where = prepare(server, f"soak_{uuid4().hex[:8]}")
        outcome = race(where, count, seed, kills=count // 20)
        server.stop()  # as if its power were cut; it repairs itself from its log
        server.start()
        look(where, outcome)
    print(f"{len(outcome.told)} postings by {WRITERS} writers, {outcome.kills} of them killed;")
    print(f"{outcome.refused} refused for want of goods, {len(outcome.failed)} failed;")
    print(f"{outcome.lost} acknowledged lost, {len(outcome.problems)} broken checks;")
    print(latencies(outcome.seconds))
    for said in (*outcome.failed[:3], *outcome.problems[:3]):
        print(said)
    return not (outcome.lost or outcome.failed or outcome.problems)


def latencies(seconds: list[float]) -> str:
    """From the first statement to the commit, waiting for the other writers included."""
    parts = statistics.quantiles(seconds, n=100)
    shown = {"median": parts[49], "95 %": parts[94], "99 %": parts[98], "longest": max(seconds)}
    return ", ".join(f"{name} {value * 1000:.0f} ms" for name, value in shown.items())


def prepare(server: postgresql.Server, name: str) -> Address:
    """Books with little in stock, so that the writers fight for it; and a user for each writer."""
    keeper = f"{name}_keeper"
    server.command(f"CREATE ROLE {keeper} LOGIN CREATEROLE PASSWORD '{SECRET}'")
    server.command(f"CREATE DATABASE {name} OWNER {keeper}")
    where = Address("localhost", name, keeper, server.port, str(server.certificate))
    db = as_program(Database.connect(where.url(SECRET)))
    with db.write() as session:
        lay_out(session).receive(20)
        for number in range(WRITERS):
            logins.let_in(session, users.add(session, f"{name}_{number}", "Writer"), SECRET)
    db.close()
    return where


def race(
    where: Address, count: int, seed: int, *, kills: int = 0, unlocked: bool = False
) -> Outcome:
    """Let the writers post `count` times each, and kill one now and then. Then look closely.

    `unlocked` lets a fault in that the race must notice: nobody waits for the others.
    """
    chance, outcome = random.Random(seed), Outcome()
    at = sorted(chance.sample(range(count * WRITERS), kills))
    writers = [
        begin(replace(where, user=f"{where.database}_{number}"), count, chance, unlocked)
        for number in range(WRITERS)
    ]
    heard = 0
    while writers:
        for ear in wait([writer.ear for writer in writers]):
            writer = next(each for each in writers if each.ear is ear)
            if not hear(writer, outcome):
                writers.remove(writer)
                continue
            heard += 1
            if at and heard > at[0] and writer.left:
                at.pop(0)
                writers.remove(writer)
                os.kill(writer.process.pid or 0, signal.SIGKILL)
                outcome.kills += 1
                while hear(writer, outcome):  # what it had told before
                    pass
                again = replace(where, user=writer.login)
                writers.append(begin(again, writer.left, chance, unlocked))
    look(where, outcome)
    return outcome


def begin(where: Address, count: int, chance: random.Random, unlocked: bool) -> Writer:
    ear, mouth = FORK.Pipe(duplex=False)
    arguments = (where, count, chance.randrange(2**32), mouth, unlocked)
    process = FORK.Process(target=post_often, args=arguments, daemon=True)
    process.start()
    mouth.close()
    return Writer(process, ear, where.user, count)


def hear(writer: Writer, outcome: Outcome) -> bool:
    """Take down one word of a writer; false when it has no more to say."""
    try:
        token, seconds, failed = writer.ear.recv()
    except (EOFError, OSError):
        writer.process.join()
        return False
    writer.left -= 1
    outcome.seconds.append(seconds)
    if failed:
        outcome.failed.append(failed)
    elif token:
        outcome.told.append(token)
    else:
        outcome.refused += 1
    return True


def post_often(where: Address, count: int, seed: int, mouth: Connection, unlocked: bool) -> None:
    """In a process of its own: post, and tell each time how long it took."""
    if unlocked:
        server_engine._begin_on_server = lambda connection: None
    chance, db = random.Random(seed), Database.connect(where.url(SECRET))
    users.sign_in(db, db.login)
    for _ in range(count):
        began, token, failed = time.monotonic(), "", ""
        try:
            with db.write() as session:
                token = post(session, chance)
        except NotEnoughStock:
            pass
        except Exception as problem:  # whatever it is, it is what is looked for
            failed = f"{type(problem).__name__}: {problem}"[:200]
        mouth.send((token, time.monotonic() - began, failed))
    mouth.close()
    db.close()


def post(session, chance: random.Random) -> str:  # type: ignore[no-untyped-def]
    """A receipt, or a hand-out of what may be the last blankets."""
    place = session.scalars(select(Place).where(Place.kind == PlaceKind.WAREHOUSE)).one()
    blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
    goods = [Goods(blanket, chance.randint(1, 6) * THOUSAND)]
    if chance.random() < 0.45:
        return stock.receive(session, place, goods, on=DAY, supplier="Donor A").token
    return stock.hand_out(session, place, goods, on=DAY).token


def look(where: Address, outcome: Outcome) -> None:
    """Everything told is there, once; and every check of the books holds."""
    db = as_program(Database.connect(where.url(SECRET)))
    with db.read() as session:
        kept = set(session.scalars(select(Document.token)))
        outcome.problems += [str(problem) for problem in checks.run(session)]
    outcome.lost += len(set(outcome.told) - kept)
    db.close()
