"""The people who work with the program, by the name they sign in with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import clock, record
from models.base import Base, choice
from models.database import BooksInTrouble, Database
from models.errors import DomainError, Missing
from models.office import unfinished
from models.record import Subject
from models.rights import question, verb
from models.roles import EVERYONE, KEYS, OFFICE, PROGRAM, Role
from models.safe import attempts, unwritten
from models.text import fitting, writable
from translations import N_, Language

ERASED = "#"  # before the number of one whose name was erased
FORMER = N_("former user no. {number}")
FOUNDER = (Role.SECRETARY, Role.ADMINISTRATOR)
SIGNED_IN, SIGNED_OUT = "users.sign_in", "users.sign_out"
STRANGER, WRONG_PAPER, LOOKED = "users.stranger", "users.wrong_paper", "users.looked"
WRONG_BACKUP = "users.wrong_backup"
NOBODY_KNOWN = (STRANGER, WRONG_PAPER, WRONG_BACKUP)  # acts of which nobody can say whose they were
KEPT_AS = {  # tries that are nobody's own, as this computer remembers them; else a login
    attempts.STRANGER: STRANGER, attempts.PAPER: WRONG_PAPER, attempts.BACKUP: WRONG_BACKUP,
}  # fmt: skip
record.ACTS |= {
    SIGNED_IN: N_("Signed in"),
    SIGNED_OUT: N_("Signed out"),
    STRANGER: N_("Tried to sign in with an unknown name"),
    WRONG_PAPER: N_("Typed a wrong paper key"),
    WRONG_BACKUP: N_("Failed to open a backup"),
    LOOKED: N_("Looked at people while nothing could be entered"),
}


class User(Base):
    """One who signs in. Logins are compared without regard to case; `pin` is an Argon2 hash."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    pin: Mapped[str | None] = mapped_column(String(200))

    trusted: Mapped[list[Trust]] = relationship(cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(trust.role for trust in self.trusted)


class Trust(Base):
    """A role that a user has."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role), primary_key=True)


@dataclass(frozen=True)
class UserRow:
    """One who may sign in, with their roles in the order of Role."""

    id: int
    login: str
    name: str
    created_at: datetime
    roles: tuple[Role, ...]


def sign_in(db: Database, login: str, *, detail: str = "") -> User:
    """Let a user work in the open books: from now on every act is theirs.

    Whoever worked before leaves, and what the record is yet to have of this computer comes first.
    `detail` says how they came in, as a code. Raises NotAUser for a login that the branch does
    not know, or knows no longer.
    """
    with db.read(PROGRAM) as session:
        user = find(session, login)
        if user is None or not user.is_active:
            raise NotAUser(login=login)
        before, held = db.user, db.roles
        db.user, db.roles = user.id, user.roles
    # what cannot be written to can still be read
    with suppress(DBAPIError, BooksInTrouble):
        tries = attempts.untold(db.tries_in) if db.tries_in else {}
        with db.write() as session:
            locked = _write_lock(session, {before: held})
            if before not in (None, user.id, locked):
                about = Subject("user_account", before)
                record.write_for(session, before, SIGNED_OUT, about, roles=held)
            _write_tries(session, tries)
            _write_looks(session)
            record.note(session, detail)
            record.write(session, SIGNED_IN, record.subject_of(user))
        _are_written(db, tries)
    return user


def sign_out(db: Database) -> None:
    """Whoever works in the books leaves them; nobody's acts follow until the next sign-in."""
    with suppress(DBAPIError, BooksInTrouble), db.write() as session:
        if db.user is not None:
            record.write(session, SIGNED_OUT, Subject("user_account", db.user))
    db.user, db.roles = None, frozenset()


def leave(db: Database) -> None:
    """The books are being locked: whoever works in them leaves, and the program may end so.

    Locking waits for no disk and no server: the record has it from the next sign-in here.
    """
    if db.home and db.user is not None and not db.copied_on:
        unwritten.leave(db.home, db.user)


@verb(N_("Entered a user"), *KEYS)
def add(session: Session, login: str, name: str, roles: Iterable[Role] = FOUNDER) -> User:
    """Enter a user with their roles. Raises Missing, LoginTaken."""
    if not (login := fitting(login, 64).casefold()):
        raise Missing(field=N_("Name for signing in"))
    if find(session, login) or is_former(login):
        raise LoginTaken(login=login)
    user = User(login=login, name=fitting(name, 200) or login)
    session.add(user)
    session.flush()
    _entrust(session, user, roles)
    return user


@verb(N_("Changed the roles of a user"), *KEYS)
def entrust(session: Session, user: User, roles: Iterable[Role]) -> None:
    """Give a user these roles and no others.

    Raises LastAdministrator, Missing without a role, and NotAUser for one whose access has ended.
    """
    if not user.is_active:
        raise NotAUser(login=user.login)
    _entrust(session, user, roles)
    _require_administrator(session)


@verb(N_("Took a user's access away"), *KEYS)
def revoke(session: Session, user: User) -> None:
    """A user leaves: their acts keep their number, their roles end.

    Raises LastAdministrator, and OwnAccess: whoever works would go on without any roles.
    """
    if user.id == session.info.get("user"):
        raise OwnAccess
    user.is_active = False
    user.pin = None
    user.trusted.clear()
    unfinished.forget_of(session, user.id)
    _require_administrator(session)


def former(number: int) -> str:
    """What stands in the place of an erased name, in any language."""
    return f"{ERASED}{number}"


def is_former(name: str) -> bool:
    """Whether this stands in the place of a name that was erased, or left out of a copy."""
    return name.startswith(ERASED) and name.removeprefix(ERASED).isdecimal()


def called(name: str, spoken: Language) -> str:
    """A user's name as people read it; of one whose name was erased, their number in words."""
    if is_former(name):
        return spoken.gettext(FORMER).format(number=name.removeprefix(ERASED))
    return name


@question(*EVERYONE)
def find(session: Session, login: str) -> User | None:
    return session.scalar(select(User).where(User.login == writable(login).casefold()))


@question(*EVERYONE)
def overview(session: Session) -> list[UserRow]:
    """Who may sign in, in the order of their logins."""
    found = session.scalars(select(User).where(User.is_active).order_by(User.login))
    return [_row(user) for user in found]


@question(*OFFICE, *KEYS)
def left(session: Session) -> list[UserRow]:
    """Who may sign in no more and is still named, in the order of their logins."""
    found = session.scalars(select(User).where(User.is_active.is_(False)).order_by(User.login))
    return [_row(user) for user in found if not is_former(user.name)]


def _write_tries(session: Session, tries: Mapping[str, int]) -> None:
    """Those of logins that the branch knows are told to whose they are, when they sign in."""
    told = Counter[str]()
    for what, count in tries.items():
        if what in KEPT_AS or not find(session, what):
            told[KEPT_AS.get(what, STRANGER)] += count
    for code, count in told.items():
        record.write_for(session, None, code, detail=f"tries:{count}")


def _write_lock(session: Session, held: Mapping[int | None, frozenset[str]]) -> int | None:
    """Behind whom the books were locked when they were last open here, and when; their number."""
    home = session.info.get("home")
    left = unwritten.left(home) if home else None
    if left is None:
        return None
    user, about = session.get(User, left.user), Subject("user_account", left.user)
    detail = f"locked:{left.at.isoformat('t', 'seconds')}"  # as codes are: without capitals
    roles = held.get(left.user, frozenset())
    record.write_for(session, user.id if user else None, SIGNED_OUT, about, detail, roles)
    return left.user


def _write_looks(session: Session) -> None:
    """Who was shown people while the record could not be written, and from when till when."""
    home = session.info.get("home")
    for each in unwritten.known(home) if home else []:
        user = session.get(User, each.user)
        about = Subject("user_account", each.user)
        detail = f"{each.first.isoformat()} {each.last.isoformat()}"
        record.write_for(session, user.id if user else None, LOOKED, about, detail)


def _are_written(db: Database, tries: Mapping[str, int]) -> None:
    """What this computer kept for the record is in it; room for the next time is made."""
    if db.tries_in:
        attempts.told(db.tries_in, tries)
    if db.home and not db.copied_on:
        unwritten.forget(db.home)
        unwritten.prepare(db.home)


def _row(user: User) -> UserRow:
    roles = tuple(role for role in Role if role in user.roles)
    return UserRow(user.id, user.login, user.name, user.created_at, roles)


def _entrust(session: Session, user: User, roles: Iterable[Role]) -> None:
    wanted = frozenset(roles)
    if not wanted:
        raise Missing(field=N_("Roles"))
    kept = [trust for trust in user.trusted if trust.role in wanted]
    new = [Trust(role=role) for role in Role if role in wanted - user.roles]
    user.trusted = [*kept, *new]
    session.flush()
    record.note(session, " ".join(sorted(wanted)))


def _require_administrator(session: Session) -> None:
    session.flush()
    query = select(func.count()).select_from(Trust).where(Trust.role == Role.ADMINISTRATOR)
    if not session.scalar(query):
        raise LastAdministrator


class NotAUser(DomainError):
    message = N_("{login} is not a user of this branch. Ask its administrator.")


class OwnAccess(DomainError):
    message = N_("You cannot take your own access away. Another administrator can do that.")


class LastAdministrator(DomainError):
    message = N_("Somebody must look after the users. Make another user administrator first.")


class LoginTaken(DomainError):
    message = N_("{login} is already in use. Choose another name for signing in.")
