"""The PIN of who works at the desk: it changes who works in books that are open already.

It opens nothing. Whoever comes in with it has the role of the desk and no other, until the day
ends or the program is locked.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import record
from models.database import Database
from models.errors import DomainError, NotFound
from models.office import access, users
from models.office.users import User
from models.rights import question, verb
from models.roles import EVERYONE, PROGRAM, Role
from models.safe import attempts, keys
from translations import N_

SHORTEST, LONGEST = 4, 6
TRIES = 5
YEARS = range(1920, 2031)  # four digits that are somebody's year of birth
ROWS = ("0123456789", "9876543210", "1470", "2580", "3690", "1379", "7913")


def set_own(db: Database, password: str, pin: str) -> None:
    """Give who works now a PIN, once they have shown by their password who they are.

    A PIN changes who works in open books; so that nobody keeps another's place by it, a PIN is not
    enough to choose one. Raises WrongPassword, TooManyTries, AsksNobody and like `choose`.
    """
    with db.read() as session:
        login = _holder(session, pin).login
    if not access.is_theirs(db, login, password):
        raise keys.WrongPassword
    with db.write() as session:
        choose(session, pin)


@verb(N_("Set their own PIN"), *EVERYONE)
def choose(session: Session, pin: str) -> None:
    """Give who works now a PIN. Raises WeakPin, NotAPin, NotForTheDesk without that role."""
    _holder(session, pin).pin = _hashed(pin)
    session.flush()


@verb(N_("Took a PIN away"), *EVERYONE)
def drop(session: Session) -> None:
    """Who works now has no PIN any more."""
    _worker(session).pin = None


@question(*EVERYONE)
def has_one(session: Session) -> bool:
    """Whether who works now has a PIN."""
    number = session.info.get("user")
    user = session.get(User, number) if number else None
    return bool(user and user.pin)


@question()
def holders(session: Session) -> list[str]:
    """The logins that may come in with a PIN, in their order."""
    having = select(User).where(User.is_active, User.pin.is_not(None)).order_by(User.login)
    return [user.login for user in session.scalars(having) if Role.DESK in user.roles]


def known(db: Database) -> list[str]:
    """Who may come in with a PIN now, as long as the books are open.

    Tries are counted on this computer: books on a server need its data folder.
    """
    if db.home is None:
        return []
    with db.read(PROGRAM) as session:
        logins = holders(session)
    return [login for login in logins if _tries(db.home, login) < TRIES]


def sign_in(db: Database, login: str, pin: str) -> User:
    """Let a user of the desk work in the open books, in that role only.

    Raises WrongPin, PinSpent after five wrong ones: then it takes their password, Locked.
    """
    if db.home is None or login not in known(db):
        raise PinSpent
    name = keys.pin_tries(login)
    failed = attempts.failed(db.home, name)
    attempts.count(db.home, name)
    with db.read(PROGRAM) as session:
        user = users.find(session, login)
        kept = user.pin if user else None
    if kept is None or not _is_right(kept, pin):
        raise WrongPin(left=TRIES - _tries(db.home, login))
    attempts.forget(db.home, name)
    found = users.sign_in(db, login, detail=f"pin {record.FAILED}{failed}" if failed else "pin")
    db.roles = frozenset({Role.DESK})
    return found


def require_strong(pin: str) -> None:
    """Raises WeakPin: four to six digits, no row, no repetition, no year of birth."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise NotAPin
    if len(set(pin)) < 3 or any(pin in row for row in ROWS) or _is_a_year(pin) or _repeats(pin):
        raise WeakPin


def _is_a_year(pin: str) -> bool:
    return len(pin) == SHORTEST and int(pin) in YEARS


def _repeats(pin: str) -> bool:
    """The same two or three digits twice or more: 1212, 123123."""
    return any(pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3))


def _holder(session: Session, pin: str) -> User:
    """Who works now, if they may have that PIN."""
    user = _worker(session)
    if Role.DESK not in user.roles:
        raise NotForTheDesk
    require_strong(pin)
    return user


def _worker(session: Session) -> User:
    number = session.info.get("user")
    user = session.get(User, number) if number else None
    if user is None or not user.is_active:
        raise NotFound
    return user


def _tries(folder: Path, login: str) -> int:
    return attempts.failed(folder, keys.pin_tries(login))


def _hashed(pin: str) -> str:
    """A PIN has few digits: its hash is as dear as a password's, and lies inside the books."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(pin)


def _is_right(kept: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False


class NotAPin(DomainError):
    message = N_("A PIN has four to six digits.")


class WeakPin(DomainError):
    message = N_("This PIN is guessed first. Leave out rows, repetitions and years of birth.")


class Differs(DomainError):
    message = N_("The two PINs differ. Type the same one twice.")


class WrongPin(DomainError):
    message = N_("Wrong PIN. Tries left: {left}.")


class PinSpent(DomainError):
    message = N_("The PIN is not valid any more. Sign in with the password.")


class NotForTheDesk(DomainError):
    message = N_("A PIN is only for those who hand out at the desk.")
