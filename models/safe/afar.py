"""Whether the books outlive the disk of this computer: a fresh copy elsewhere, and one that opens.

Days are chosen so: the stick gets its copy every seven days, so after fourteen it was missed twice.
The practice branch and a travel copy need none.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import clock, files
from models.office.branch import Branch
from models.record import Act
from models.rights import question
from models.roles import EVERYONE
from models.safe import keeping, lock
from models.safe.keeping import Keeping

PATIENCE = timedelta(days=14)  # without a copy on a second drive
NO_ENTRY = ("", "user_account")  # what acts are about that change nothing in the books themselves


class Kind(enum.StrEnum):
    """What is wrong."""

    NO_COPY = "no_copy"
    OLD_COPY = "old_copy"
    NOT_RESTORED = "not_restored"


@dataclass(frozen=True)
class Danger:
    """What is wrong, and since when (UTC)."""

    kind: Kind
    since: datetime


@question(*EVERYONE)
def dangers(session: Session, home: Path) -> list[Danger]:
    """What the books would not survive; nothing where nothing of worth is in them."""
    own = session.get(Branch, 1)
    if own is None or own.is_practice:
        return []
    return [*_of_copies(session, home), *_of_the_test(keeping.read(home))]


@question()
def lies_elsewhere(session: Session, home: Path, known: Keeping) -> bool:
    """Whether the backups and the books are not lost together even without a second folder."""
    is_file = session.get_bind().dialect.name == "sqlite"
    return not is_file or not _share_a_disk(home, keeping.place(home, known))


def _of_copies(session: Session, home: Path) -> Iterator[Danger]:
    """On a second drive there is none, or an old one, and something was entered since."""
    known, now = keeping.read(home), clock.now()
    is_apart = bool(known.second) and not _is_beside(home, Path(known.second))
    last = known.last_second if is_apart else None
    since = last or known.second_since or known.began
    if since is None or now - since <= PATIENCE or not _has_entries_since(session, since):
        return
    if is_apart or not lies_elsewhere(session, home, known):
        yield Danger(Kind.OLD_COPY if last else Kind.NO_COPY, since)


def _of_the_test(known: Keeping) -> Iterator[Danger]:
    """The newest backup could not be restored when that was last tried."""
    if not known.is_test_good and known.last_test:
        yield Danger(Kind.NOT_RESTORED, known.last_test)


def _has_entries_since(session: Session, since: datetime) -> bool:
    newest = select(Act.at).where(Act.subject.not_in(NO_ENTRY)).order_by(Act.id.desc()).limit(1)
    at = session.scalar(newest)
    return at is not None and at > since


def _is_beside(home: Path, folder: Path) -> bool:
    """Whether a folder that is there lies on the disk of the data folder."""
    return files.is_folder(folder) and _share_a_disk(home, folder)


def _share_a_disk(home: Path, folder: Path) -> bool:
    """A drive that does not answer is another one."""
    try:
        return lock.share_a_disk(home, folder)
    except OSError:
        return False
