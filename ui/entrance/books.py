"""Open books with whoever works on them: of a file, of a server, of the practice branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import DomainError
from models.safe import folders, keys
from models.server import address
from ui import work
from ui.entrance.unlock import Unlocked

if TYPE_CHECKING:
    from models.database import Database


@dataclass(frozen=True)
class Books:
    """Open books, who works on them, and how often somebody else tried to.

    Books that are not examined are those of a file as it was left: the checks are yet to be made.
    """

    db: Database
    person: str
    login: str
    failed: int = 0
    problems: Sequence[DomainError] = ()
    is_examined: bool = True


def books_of(db: Database, found: Unlocked, problems: Sequence[DomainError] = ()) -> Books:
    """The books with whoever works on them. Raises NotAUser."""
    from models.office import users

    user = users.sign_in(db, keys.canonical(found.login), detail=found.detail)
    return Books(db, user.name, user.login, found.failed, problems)


def on_server(folder: Path, db: Database, progress: work.Progress, failed: int = 0) -> Books | None:
    """Books on a server, checked, and whoever signs in there; None: they are still empty.

    Books of an earlier program are brought up to date first. Runs in a thread. The connection is
    closed where this fails. `failed` wrong passwords went before. Raises NotAUser.
    """
    from models.office import branch
    from models.roles import PROGRAM
    from models.safe import opening
    from models.server import keyring

    address.settle(db, folder)
    try:
        opening.bring_up_to_date(db, progress)
        with db.read(PROGRAM) as session:
            if not branch.is_set_up(session):
                return None
        problems = opening.examine(db, progress)
        came = Unlocked(folder, db.login, b"", failed=failed)
        books = books_of(db, came, problems)
        keyring.enter(db, db.engine.url.password or "")
        return books
    except BaseException:
        db.close()
        raise


def practice(folder: Path, progress: work.Progress) -> tuple[Path, str, bytes]:
    """Folder, login and key of the practice branch."""
    from models.safe import founding

    inside, login = folders.practice(folder), folders.PRACTICE_LOGIN
    if folders.is_set_up(inside):
        return inside, login, keys.unlock(inside, login, folders.PRACTICE_PASSWORD)
    return inside, login, founding.found_practice(folder, progress)


def damage() -> type[DomainError]:
    """What is raised for a file that cannot be read; heavy, and loaded when it is."""
    from models.bookfile import Unreadable

    return Unreadable
