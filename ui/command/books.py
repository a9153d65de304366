"""The books that the command line points at: found, unlocked, signed in to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ui.command import terminal

if TYPE_CHECKING:
    from argparse import Namespace

    from sqlalchemy import URL

    from models.database import Database


@contextmanager
def unlocked(chosen: Namespace) -> Iterator[Database]:
    """The books that the command line points at, unlocked."""
    from models.bookfile import NoDatabase
    from models.safe import folders, keys, opening
    from models.server import address

    folder = folder_of(chosen.data)
    if server := server_of(chosen) or _remembered(folder, chosen):
        from models.server import tries

        db, failed = tries.come_in(folder, server)
        with closing(db):
            address.settle(db, folder)
            opening.bring_up_to_date(db, terminal.progress)
            yield from _signed_in(db, db.login, failed)
        return
    finish(folder)
    if not folders.is_set_up(folder):
        raise NoDatabase(folder=str(folder))
    known = keys.logins(folder)
    login = chosen.user or (known[0] if len(known) == 1 else terminal.user_name())
    with opened(folder, login, terminal.password(chosen.password_file)) as db:
        yield db


@contextmanager
def opened(folder: Path, login: str, password: str) -> Iterator[Database]:
    """The books in a folder, held by this program alone, while somebody works in them."""
    from models.safe import keys, lock, opening

    failed = keys.failed(folder, login)
    with (
        lock.hold(folder, login),
        closing(opening.open_file(folder, keys.unlock(folder, login, password))) as db,
    ):
        yield from _signed_in(db, keys.canonical(login), failed)


def require_good(db: Database) -> None:
    """Raises what a check finds: no figure is given out of such books, and nothing taken in."""
    from models.safe import opening

    if not db.is_as_left and not db.trouble:
        opening.examine(db)
    if db.trouble:
        raise db.trouble


def finish(folder: Path) -> None:
    """Do the rest of what a power cut left half done; of a wipe it is said what went."""
    from models.safe import folders
    from ui import farewell

    if wiped := folders.finish(folder):
        for said in farewell.finished(wiped):
            terminal.say(said)


def folder_of(data: str | None) -> Path:
    """Where the books are: as told, else in the user's data folder."""
    if data:
        return Path(data)
    from platformdirs import user_data_path

    return user_data_path("Ogranak", appauthor=False)


def server_of(chosen: Namespace) -> str | URL | None:
    """The address of the server, with the password where a file holds it."""
    if not chosen.database_url or not chosen.password_file:
        return str(chosen.database_url) if chosen.database_url else None
    from models.server.engine import with_password

    return with_password(chosen.database_url, terminal.password(chosen.password_file))


def _signed_in(db: Database, login: str, failed: int = 0) -> Iterator[Database]:
    """The books while somebody works in them; the record says from when till when.

    `failed` wrong passwords were typed under this name since it last came in.
    """
    from models import record
    from models.office import users
    from models.safe import opening
    from models.server import keyring

    opening.examine_ends(db)
    users.sign_in(db, login, detail=f"{record.FAILED}{failed}" if failed else "")
    if db.folder is None:
        keyring.enter(db, db.engine.url.password or "")
    try:
        yield db
    finally:
        if not db.is_locked:  # else they are no longer here
            users.sign_out(db)


def _remembered(folder: Path, chosen: Namespace) -> URL | None:
    """The server that the data folder belongs to, if any."""
    from models.server import address

    where = address.remembered(folder)
    if where is None:
        return None
    known = replace(where, user=chosen.user or where.user)
    return known.url(terminal.password(chosen.password_file))
