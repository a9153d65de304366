"""R8 on PostgreSQL: the branch that lives by chance keeps its books on a server.

Its backups lie on this computer; a restore makes a new database on the server out of one.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast
from uuid import uuid4

import postgresql

from models.database import Database
from models.roles import PROGRAM
from models.safe import keys
from models.safe.founding import PRACTICE_COST
from models.server import address, grants, keyring, rebuild
from models.server.rebuild import Opened
from soak import model
from soak.model import LOGIN, PASSWORD, STEPS, Kept, Open

COUNT = 200
TOGETHER = 10  # branches that one process lives through before it takes the next seed
TEMPLATE = "empty_books"


class Books:
    """Books in a database of their own; called, it connects to them."""

    def __init__(self, host: str, template: str, scratch: Path) -> None:
        self.host, self.template = host, template
        self.room = tempfile.TemporaryDirectory(dir=scratch)
        self.login = f"{LOGIN}_{uuid4().hex[:12]}"  # the users of a server belong to all its books
        self.name = ""
        self.begin()

    def __call__(self) -> Database:
        db = Database.connect(postgresql.url(self.host, self.name))
        address.settle(db, Path(self.room.name))
        return db

    def begin(self) -> None:
        """A new, empty database."""
        self.name = f"books_{uuid4().hex}"
        self.run(f"CREATE DATABASE {self.name} TEMPLATE {self.template}")

    def drop(self) -> None:
        """The database with its user and group, as if the server were lost."""
        self.run(f"DROP DATABASE {self.name} WITH (FORCE)")
        for role in (self.login, grants.group_of(self.name)):
            self.run(f"DROP ROLE IF EXISTS {role}")

    def throw_away(self) -> None:
        self.drop()
        self.room.cleanup()

    def run(self, statement: str) -> None:
        postgresql.command(self.host, statement)


class OnAServer(Kept):
    """The books lie in a database on a server, and their backups on this computer."""

    def __init__(self) -> None:
        super().__init__()
        with self.db.write(PROGRAM) as session:
            keyring.make_room(session)
            keyring.seal(session, self.login, PASSWORD)

    @property
    def books(self) -> Books:
        return cast(Books, self.open)

    @property
    def login(self) -> str:
        return self.books.login

    def _bring_back(self, file: Path) -> None:
        home, key = self.db.home, keyring.key_of(self.db)
        assert home
        self.db.close()
        self.books.drop()
        self.books.begin()
        with closing(self.open()) as owner:
            rebuild.rebuild(Opened(file, self.login, key), owner, home, PASSWORD)


def databases(
    host: str, template: str, scratch: Path
) -> Callable[[], tuple[Open, Callable[[], None]]]:
    """New books again and again, each in a database of its own."""

    def make() -> tuple[Open, Callable[[], None]]:
        books = Books(host, template, scratch)
        return books, books.throw_away

    return make


@contextmanager
def light_keys() -> Iterator[None]:
    """What is sealed costs little: it is not passwords that are tried out here."""
    usual, keys.usual_cost = keys.usual_cost, lambda: PRACTICE_COST
    try:
        yield
    finally:
        keys.usual_cost = usual


def run(count: int, chosen: int) -> bool:
    """So many branches on one server, on every core; each few of them from a seed of their own."""
    binaries = postgresql.programs()
    if binaries is None:
        print("PostgreSQL was not found")
        return False
    parts = [min(TOGETHER, count - begun) for begun in range(0, count, TOGETHER)]
    with postgresql.server(binaries) as host, ProcessPoolExecutor(os.cpu_count()) as cores:
        postgresql.command(host, f"CREATE DATABASE {TEMPLATE}")
        Database.connect(postgresql.url(host, TEMPLATE)).close()
        seeds = range(chosen, chosen + len(parts))
        lived = cores.map(live_some, [host] * len(parts), parts, seeds)
        problems = [told for told in lived if told]
    for problem in problems:
        print(f"  {problem}")
    print(f"{count} branches of up to {STEPS} steps, {len(problems)} not as the dictionary says")
    return not problems


def live_some(host: str, count: int, chosen: int) -> str:
    """What went wrong with so many branches from that seed; empty when nothing did."""
    with tempfile.TemporaryDirectory() as folder, light_keys():
        make = databases(host, TEMPLATE, Path(folder))
        return model.what_went_wrong(OnAServer, make, count, chosen)
