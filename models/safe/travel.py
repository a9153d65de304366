"""The travel copy: the books without people, under a key and password of their own, to look at.

For a laptop that goes into the field or may be seized. It is made beside the books and goes to the
drive only when everybody is out of it: no page with a name ever lies there. Nothing is entered in
it, so it never has to be brought together with the books again.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnExpressionArgument, func, select
from sqlalchemy.orm import Session

from models import checks, clock, files
from models.base import Base
from models.bookfile import FILE
from models.database import Database
from models.desk.aid import Encounter
from models.desk.cards import Card
from models.errors import DomainError
from models.goods.documents import Document
from models.goods.items import Item
from models.goods.places import REAL, Place
from models.office import users
from models.office.users import User
from models.periods import Closing
from models.privacy import peopleless
from models.rights import question, verb
from models.roles import KEYS, OFFICE, PROGRAM, Role
from models.safe import backups, container, folders, keys, passwords, renewal
from models.safe.folders import TRAVELLER
from models.server import keyring, twin
from models.team.volunteers import Volunteer
from translations import N_

STEM = "ogranak-travel-"
STEPS = 6

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Preview:
    """How many of each go along, and how many are left out."""

    documents: int
    items: int
    places: int
    closed_months: int
    visits: int  # entries of aid go along as counts
    cards: int
    remarks: int
    volunteers: int
    users: int


@question(*OFFICE, *KEYS)
def preview(session: Session) -> Preview:
    """What would go and what would stay."""
    return Preview(
        documents=_count(session, Document),
        items=_count(session, Item),
        places=_count(session, Place, Place.kind.in_(REAL)),
        closed_months=_count(session, Closing),
        visits=_count(session, Encounter),
        cards=_count(session, Card, Card.erased_on.is_(None)),
        remarks=_count(session, Encounter, Encounter.remark != ""),
        volunteers=_count(session, Volunteer, Volunteer.erased_on.is_(None)),
        users=_count(session, User, User.is_active),
    )


def make(
    db: Database,
    folder: Path,
    password: str,
    hints: Iterable[str] = (),
    progress: Progress = lambda done, of: None,
) -> Path:
    """Make a travel copy in a folder of its own in `folder`, with a password of its own.

    The record tells that it was begun, before anything leaves the books, and then that it is made:
    where the power goes between, that something may have left stands there all the same. What
    `progress(done, of)` raises ends it, and nothing is left of it. Raises WeakPassword,
    SamePassword, NotThere, NoRoom, NotAllowed, BooksInTrouble, NotFit, NotReadBack, NoPlace, and
    NoKey for books on a server.
    """
    home = db.home
    if home is None:
        raise NoPlace
    if not files.is_folder(folder):
        raise backups.NotThere(folder=str(folder))
    passwords.check(password, (TRAVELLER, *hints))
    with db.write() as session:
        begun(session)
        _require_another(session, db.folder, password)
    backups.require_bytes(home, 3 * _size(db))
    target = _fresh_name(folder)
    with backups.work_beside(home / FILE) as work:
        key = _write(db, work, password, progress)
        progress(4, STEPS)
        _require_fit(work, key)
        progress(5, STEPS)
        _carry(work, target)
    try:
        with db.write() as session:
            made(session)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)  # none is there of which no record tells
        raise
    progress(6, STEPS)
    return target


def found(folder: Path) -> Path:
    """The travel copy in a folder, or the newest that lies in it. Raises NoCopy."""
    for place in (folder, *sorted(folder.glob(f"{STEM}*"), reverse=True)):
        if folders.is_travel_copy(place):
            return place
    raise NoCopy(folder=str(folder))


@verb(N_("Began to make a travel copy"), *OFFICE, *KEYS)
def begun(session: Session) -> None:
    """Said in the books before the copy is taken, so that it stands in the copy too."""


@verb(N_("Made a travel copy"), *OFFICE, *KEYS)
def made(session: Session) -> None:
    """Said in the books once the copy lies on its drive."""


@verb(N_("Prepared this travel copy"))
def hand_over(session: Session) -> User:
    """Nobody of the branch signs in to the copy any more. For the program alone, in a copy."""
    for user in session.scalars(select(User)):
        user.is_active, user.pin = False, None
        user.login = user.name = f"#{user.id}"
        user.trusted.clear()
    session.flush()
    return users.add(session, TRAVELLER, TRAVELLER, [Role.AUDITOR])


def _require_another(session: Session, folder: Path | None, password: str) -> None:
    """Who forces it out of somebody gets into the copy only. Raises SamePassword."""
    user = session.get(User, session.info.get("user") or 0)
    if user is None:
        return
    with keyring.at(folder, session) as place:
        if keys.exists(place) and keys.is_own(place, user.login, password):
            raise SamePassword


def _write(db: Database, work: Path, password: str, progress: Progress) -> bytes:
    """The copy in `work`, without people and under a key of its own, which is returned."""
    progress(1, STEPS)
    key = _copied(db, work)
    progress(2, STEPS)
    with closing(Database.open(work, key)) as copy:
        with copy.write(PROGRAM) as session:
            hand_over(session)
        peopleless.without_people(copy)
        copy.mark_as_copy(clock.today())
    progress(3, STEPS)
    fresh = keys.create(work, TRAVELLER, password)
    renewal.rekey(work, key, fresh)
    return fresh


def _copied(db: Database, work: Path) -> bytes:
    """The books as they are, in a file; the key that opens it. No wrap of that key goes along."""
    if db.folder is not None:
        db.copy_to(work / FILE)
        return db.key
    key = twin.write(db, work)
    (work / keys.FILE).unlink()
    return key


def _size(db: Database) -> int:
    return twin.size(db) if db.folder is None else (db.folder / FILE).stat().st_size


def _require_fit(folder: Path, key: bytes) -> None:
    """Opened as it will be, with every check, and nobody in it. Raises NotFit, Damaged."""
    with closing(Database.open(folder, key)) as copy, copy.read(PROGRAM) as session:
        for problem in (*checks.run(session), *_somebody(session)):
            raise NotFit(problem=problem.text())


def _somebody(session: Session) -> Iterator[DomainError]:
    """Where somebody is still named."""
    named: tuple[tuple[type[Base], ColumnExpressionArgument[bool]], ...] = (
        (Card, Card.erased_on.is_(None)),
        (Encounter, Encounter.remark != ""),
        (Volunteer, Volunteer.erased_on.is_(None)),
        (User, (User.login != TRAVELLER) & User.is_active),
    )
    for table, which in named:
        if _count(session, table, which):
            yield SomebodyLeft(table=table.__tablename__)


def _carry(work: Path, target: Path) -> None:
    """To the drive, whole or not at all, and read back there. Raises NoRoom, NotReadBack."""
    size = (work / FILE).stat().st_size
    backups.require_bytes(target.parent, size)
    with backups.work_beside(target) as begun:
        for name in (FILE, keys.FILE):
            container.copy(work / name, begun / name)
            if not filecmp.cmp(work / name, begun / name, shallow=False):
                raise NotReadBack(folder=str(target.parent))
        begun.rename(target)
        files.sync_folder(target.parent)


def _fresh_name(folder: Path) -> Path:
    """Named by the day; a second one of the same day is numbered."""
    stem = f"{STEM}{clock.today():%Y-%m-%d}"
    names = (folder / f"{stem}{'' if turn == 1 else f'-{turn}'}" for turn in range(1, 10_000))
    return next(name for name in names if not name.exists())


def _count(session: Session, table: type[Base], *which: ColumnExpressionArgument[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*which)) or 0


class NoPlace(DomainError):
    message = N_(
        "This computer has no data folder in which the copy could be made. Start the program"
        " without an address."
    )


class SamePassword(DomainError):
    message = N_("That is your own password. Choose another one, used for this copy only.")


class NoCopy(DomainError):
    message = N_("There is no travel copy in {folder}. Choose its folder, or the stick it is on.")


class NotFit(DomainError):
    message = N_("No travel copy was made, because a check of it found this: {problem}")


class SomebodyLeft(DomainError):
    message = N_("Somebody is still named in it ({table}).")


class NotReadBack(DomainError):
    message = N_("What was read back from {folder} is not what was written. Try another stick.")
