"""Wrong passwords of a server count on this computer, and the waits grow as for a file."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL

from models.database import Database
from models.safe import attempts, keys
from models.server import engine
from models.server.engine import NotLetIn


def come_in(home: Path | None, url: str | URL) -> tuple[Database, int]:
    """Connect for whoever signs in; how many wrong passwords of theirs went before, PINs too.

    A wrong one counts on this computer, in `home`, as for a file. Raises TooManyTries and like
    Database.reach.
    """
    where = engine.parsed(url)
    engine.require_safe(where)
    failed = keys.failed(home, _login_in(where)) if home else 0
    with counted(home, where):
        db = Database.reach(where)
    forget(home, where)
    return db, failed


def connect(home: Path | None, url: URL) -> Database:
    """Connect as the owner of the books. Wrong passwords count like those of whoever signs in."""
    with counted(home, url):
        db = Database.connect(url)
    forget(home, url)
    return db


def try_out(home: Path | None, url: URL) -> None:
    """Whether the server answers and lets this user in, who has not come in by that yet.

    So the wrong passwords before are still told when they do. Raises like come_in.
    """
    with counted(home, url):
        Database.reach(url).close()


@contextmanager
def counted(home: Path | None, url: URL) -> Iterator[None]:
    """A try of a password: it stays counted only where the server says that it is wrong.

    `home` is the data folder of this computer, if it has one. Raises TooManyTries.
    """
    if home is None:
        yield
        return
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = attempts.begin(home, _login_in(url))
    try:
        yield
    except NotLetIn:
        attempts.remember(home, _login_in(url))
        raise
    except Exception:
        attempts.take_back(home, _login_in(url), before)
        raise
    attempts.take_back(home, _login_in(url), before)


def forget(home: Path | None, url: URL) -> None:
    """It was right: what was counted for the user of that address is told and done with."""
    if home is not None:
        attempts.forget(home, _login_in(url), keys.pin_tries(_login_in(url)))


def _login_in(url: URL) -> str:
    return keys.canonical(url.username or getpass.getuser())
