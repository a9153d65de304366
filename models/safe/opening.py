"""Opening the books: damage is looked for first, then every check, before a figure is seen.

A file that fits its imprint is byte for byte the one that was closed after every check had passed.
Of that it is only asked whether it is the newest; the checks are made again behind the open pages.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from models import checks, concerns, turn
from models.database import Database
from models.errors import DomainError
from models.imprint import Read
from models.roles import PROGRAM
from models.safe import backups
from models.safe.backups import Reason
from models.server import keyring
from translations import N_

LONG = (checks.file_is_of_one_piece, checks.chain_is_whole, checks.record_is_whole)
ENDS = (checks.nothing_seen_is_gone, checks.roles_are_as_recorded)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Opened:
    """Open books, and what the checks found wrong with them; nothing is good."""

    db: Database
    problems: list[DomainError]


def open_books(
    folder: Path,
    key: bytes,
    progress: Progress = lambda done, of: None,
    read: Read | None = None,
) -> Opened:
    """Open the file in `folder` and check all of it, unless it is as it was left.

    Then `examine_behind` is still to be called. The first problem stops every entry. Raises
    BooksMissing, Unreadable, Damaged, NewerSchema, NoRoomToOpen, OSError.
    """
    db = open_file(folder, key, read)
    try:
        found = examine_ends(db) if db.is_as_left else examine(db, progress)
        return Opened(db, found)
    except BaseException:
        db.close()
        raise


def open_file(folder: Path, key: bytes, read: Read | None = None) -> Database:
    """Open the file; one of an earlier program is backed up before it is brought up to date."""
    saved = partial(backups.save, home=folder, reason=Reason.MIGRATION)
    db = Database.open(folder, key, saved, read)
    db.keys_in = folder
    return db


def bring_up_to_date(db: Database, progress: Progress = lambda done, of: None) -> None:
    """Books on a server; those of an earlier program are backed up first, as a file is.

    Until then what `progress(done, of)` raises ends it. Raises NotKeptHere and what a backup
    raises: then nothing was changed.
    """
    if not db.is_older:
        return
    if db.home is None:
        raise NotKeptHere
    keyring.begin(db, db.engine.url.password or "")
    save = partial(backups.save, home=db.home, reason=Reason.MIGRATION, progress=progress)
    db.bring_up_to_date(save)


def examine(db: Database, progress: Progress = lambda done, of: None) -> list[DomainError]:
    """Every check, two at a time, the longest first. Judges the books, and keeps its concerns."""
    others = [check for check in checks.CHECKS if check not in LONG]
    two = ThreadPoolExecutor(2)
    try:
        every = (*LONG, *others, *concerns.CHECKS)
        under_way = {check: two.submit(_found, db, check) for check in every}
        for done, _check in enumerate(as_completed(under_way.values()), 1):
            progress(done, len(under_way))
        told = {check: under_way[check].result() for check in every}
    finally:
        two.shutdown(cancel_futures=True)
    found = [problem for check in (*others, *LONG) for problem in told[check]]
    db.judge(found)
    db.concerns = [concern for check in concerns.CHECKS for concern in told[check]]
    return found


def examine_behind(db: Database, is_over: Callable[[], bool]) -> list[DomainError]:
    """Every check in turn, behind whoever works. Left off, unjudged, once `is_over()`."""

    def leaves_off() -> bool:
        turn.give_way()
        return is_over()

    with db.read(PROGRAM) as session:
        connection = session.connection().connection.dbapi_connection
        assert connection is not None
        connection.set_progress_handler(leaves_off, turn.OFTEN)
        try:
            found = [wrong for check in checks.CHECKS for wrong in _told(check, session)]
            told = [wrong for check in concerns.CHECKS for wrong in _told(check, session)]
        except OperationalError:
            if is_over():
                return []
            raise
        finally:
            connection.set_progress_handler(turn.give_way, turn.OFTEN)
    db.judge(found)
    db.concerns = told
    return found


def examine_ends(db: Database) -> list[DomainError]:
    """Good books may still be older ones that were put back, or give roles that nobody gave.

    To be asked before anybody signs in: from then on that act is the last that was seen.
    """
    found = [wrong for check in ENDS for wrong in _found(db, check)]
    if found:
        db.trouble = found[0]
    return found


def _found(db: Database, check: checks.Check) -> list[DomainError]:
    with db.read(PROGRAM) as session:
        return _told(check, session)


def _told(check: checks.Check, session: Session) -> list[DomainError]:
    """What a check finds. A file that cannot be read to its end for it is torn.

    So is one in which stands a word that is none of its kind.
    """
    try:
        return list(check(session))
    except LookupError as problem:
        if type(problem) is not LookupError:
            raise
        return [checks.FileTorn()]
    except DatabaseError as problem:
        if type(problem) is not DatabaseError:  # all others are the world's, or our own
            raise
        return [checks.FileTorn()]


class NotKeptHere(DomainError):
    message = N_(
        "The books must be brought up to date, and a backup comes before that. The data folder of"
        " this computer holds other books: start the program with --data and an empty folder."
    )
