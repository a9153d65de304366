"""What is left to do after a theft: read from the books and their files, whoever asks and when."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import clock, record
from models.office import users
from models.privacy.breaches import TERM, Breach
from models.record import Act
from models.rights import question
from models.roles import KEYS
from models.safe import afar, keeping, oldkey, paperkeys, ring
from models.safe.ring import Ring
from models.server import keyring

PATIENCE = timedelta(days=30)  # after the new key: what was not done by then is told no longer
UNREADABLE = (ring.NoKeys, ring.DamagedKeys, ring.NewerKeys)


class Left(enum.StrEnum):
    """What is to be done under a new key."""

    PASSWORDS = "passwords"
    COPY = "copy"
    PAPERS = "papers"
    BACKUPS = "backups"
    BREACH = "breach"


@dataclass(frozen=True)
class Aftermath:
    """When the new key was made (UTC), and what is not done yet."""

    since: datetime
    left: tuple[Left, ...]

    @property
    def until(self) -> datetime:
        """By when it should be done: the Agency is to be told of a breach by then."""
        return self.since + TERM


@question(*KEYS)
def look(session: Session) -> Aftermath | None:
    """What the last new key left to do; nothing where there was none, or all is done.

    A travel copy has nothing to look after, and keys that cannot be read are told of elsewhere.
    """
    home: Path | None = session.info.get("home")
    earlier = clock.now() - PATIENCE
    act = oldkey.newest_key(session, _last_before(session, earlier)) if home else None
    if home is None or act is None or act.at < earlier:
        return None
    is_file = session.get_bind().dialect.name == "sqlite"
    with suppress(*UNREADABLE), keyring.at(home if is_file else None, session) as place:
        left = (*_left(session, home, ring.read(place), act, is_file=is_file),)
        return Aftermath(act.at, left) if left else None
    return None


def _left(session: Session, home: Path, known: Ring, act: Act, *, is_file: bool) -> Iterator[Left]:
    """On a server everybody gets the new key by themselves, when they next sign in."""
    if is_file and _is_kept_out(session, known):
        yield Left.PASSWORDS
    if not _is_copied(session, home, act.at):
        yield Left.COPY
    if not paperkeys.suffice(known.papers):
        yield Left.PAPERS
    if next(oldkey.before(session, home, known.check), None):
        yield Left.BACKUPS
    if not _is_recorded(session, act.at):
        yield Left.BREACH


def _is_kept_out(session: Session, known: Ring) -> bool:
    """Whether a user got no password under the new key."""
    admitted = {ring.canonical(wrap.login) for wrap in known.wraps}
    return any(ring.canonical(user.login) not in admitted for user in users.overview(session))


def _is_copied(session: Session, home: Path, since: datetime) -> bool:
    known = keeping.read(home)
    lies_apart = not known.second and afar.lies_elsewhere(session, home, known)
    copied = known.last_good if lies_apart else known.last_second
    return copied is not None and copied >= since


def _is_recorded(session: Session, since: datetime) -> bool:
    """Whether a breach was entered; some write it down first, and then make the new key."""
    entered = select(Breach.id).where(Breach.version == 1, Breach.written_at >= since - TERM)
    return session.scalar(entered.limit(1)) is not None


def _last_before(session: Session, moment: datetime) -> int:
    """The number of the last act before a moment: acts are numbered in order, but not by day.

    Halving what is left asks for some seventeen of them, where ten years hold 85,000.
    """
    low, high = 0, record.head(session)[0]
    while low < high:
        middle = (low + high + 1) // 2
        at = session.scalar(select(Act.at).where(Act.id == middle))
        low, high = (middle, high) if at is None or at < moment else (low, middle - 1)
    return low
