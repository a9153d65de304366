"""Opening the books: damage is looked for first, then every check, before a figure is seen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models import checks
from models.database import Database
from models.errors import DomainError
from models.roles import PROGRAM
from models.safe import backups
from models.safe.backups import Reason

LONG = (checks.chain_is_whole, checks.file_is_of_one_piece)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Opened:
    """Open books, and what the checks found wrong with them; nothing is good."""

    db: Database
    problems: list[DomainError]


def open_books(folder: Path, key: bytes, progress: Progress = lambda done, of: None) -> Opened:
    """Open the file in `folder` and check all of it. The first problem stops every entry.

    Raises NoDatabase, Unreadable, Damaged, NewerSchema.
    """
    db = open_file(folder, key)
    try:
        return Opened(db, examine(db, progress))
    except BaseException:
        db.close()
        raise


def open_file(folder: Path, key: bytes) -> Database:
    """Open the file; one of an earlier program is backed up before it is brought up to date."""
    saved = partial(backups.save, home=folder, reason=Reason.MIGRATION)
    return Database.open(folder, key, saved)


def examine(db: Database, progress: Progress = lambda done, of: None) -> list[DomainError]:
    """Every check; those that take longest beside the others. Sets the books' trouble."""
    found: list[DomainError] = []
    with ThreadPoolExecutor(len(LONG)) as beside:
        long = [beside.submit(_found, db, check) for check in LONG]
        others = [check for check in checks.CHECKS if check not in LONG]
        for done, check in enumerate(others):
            progress(done, len(checks.CHECKS))
            found.extend(_found(db, check))
        progress(len(others), len(checks.CHECKS))
        for each in long:
            found.extend(each.result())
    progress(len(checks.CHECKS), len(checks.CHECKS))
    db.trouble = found[0] if found else None
    return found


def _found(db: Database, check: checks.Check) -> list[DomainError]:
    with db.read(PROGRAM) as session:
        return list(check(session))
