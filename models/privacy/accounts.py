"""One who works with the program as a person with rights: what is held of them, and its erasure.

The record of acts and the documents hold numbers of users. So where the name goes the chains stay
as they are, and what was done stays done by somebody who is not named any more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models import clock, record, recorded
from models.errors import DomainError
from models.office import entrusted, users
from models.office.users import SIGNED_IN, SIGNED_OUT, User
from models.privacy import erasing
from models.privacy.access import Cause, Recipient
from models.privacy.erasing import REQUEST, Erasure
from models.record import Act
from models.rights import question, verb
from models.roles import KEYS, OFFICE, Role
from models.safe import attempts, keys
from translations import N_

GIVEN_OUT = "accounts.give_out"
RIGHTS = (*entrusted.GIVEN, *entrusted.TAKEN)  # the acts by which roles come and go


@dataclass(frozen=True)
class AccountPreview:
    """What an erasure would take of a user, and how many acts stay under a number."""

    name: str
    login: str
    acts: int


@dataclass(frozen=True)
class Account:
    """What the branch holds of one who signs in; `first` and `last` are of signing in."""

    name: str
    login: str
    roles: tuple[Role, ...]
    created_at: datetime
    is_active: bool
    has_pin: bool
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class RoleRow:
    """From when on a user had these roles, by whom they were given; none where access ended."""

    at: datetime
    act: str  # the marked name
    roles: tuple[Role, ...]
    by: str


@dataclass(frozen=True)
class MonthRow:
    """How often a user signed in during a month, "2026-10", and how many acts were theirs."""

    month: str
    signed_in: int
    acts: int


@dataclass(frozen=True)
class ActCount:
    """How often a user did something, and the first and last time."""

    act: str  # the marked name
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class ShownRow:
    """Something that others did with the user's account: to whom a paper went, and why."""

    at: datetime
    act: str  # the marked name
    by: str
    recipient: Recipient | None = None
    cause: Cause | None = None


@verb(N_("Gave out what is held about a user"), *OFFICE, *KEYS)
def give_out(session: Session, user: User, to: Recipient, why: Cause) -> User:
    """Note that the paper about a user was made, for whom and why."""
    record.note(session, f"{to}:{why}")
    return user


@verb(N_("Erased a user's name on request"), *KEYS)
def erase(session: Session, user: User) -> Erasure:
    """Forget who a user was; what they did stays. Raises StillHasAccess, NameErased."""
    require_erasable(session, user)
    return erasing.keep(session, _without_name(session, user))


@verb(N_("Erased again whom a restored backup had brought back"), *KEYS)
def repeat(session: Session, user: User, number: int) -> Erasure:
    """Erase once more, under the number of the receipt that was given, where that is free."""
    done = _without_name(session, user)
    if session.get(Erasure, number) is None:
        done.id = number
    return erasing.keep(session, done)


@question(*KEYS)
def require_erasable(session: Session, user: User) -> None:  # noqa: ARG001 - guarded
    """Raises StillHasAccess, NameErased."""
    if users.is_former(user.name):
        raise NameErased
    if user.is_active:
        raise StillHasAccess(name=user.name)


@question(*KEYS)
def preview(session: Session, user: User) -> AccountPreview:
    """What would go and what would stay."""
    acts = select(func.count()).where(Act.user_id == user.id)
    return AccountPreview(user.name, user.login, session.scalar(acts) or 0)


@question(*OFFICE, *KEYS)
def get(session: Session, user: User) -> Account:
    """The account itself."""
    times = select(func.min(Act.at), func.max(Act.at))
    first, last = session.execute(times.where(Act.user_id == user.id, Act.code == SIGNED_IN)).one()
    roles = tuple(role for role in Role if role in user.roles)
    return Account(
        user.name, user.login, roles, user.created_at, user.is_active, bool(user.pin), first, last
    )


@question(*OFFICE, *KEYS)
def roles_over_time(session: Session, user: User) -> list[RoleRow]:
    """Every change of what the user may do, the oldest first."""
    by = aliased(User)
    query = (
        select(Act, by.name)
        .join(by, by.id == Act.user_id, isouter=True)
        .where(Act.subject == User.__tablename__, Act.subject_id == user.id, Act.code.in_(RIGHTS))
        .order_by(Act.id)
    )
    return [_role_row(act, name or "") for act, name in session.execute(query)]


@question(*OFFICE, *KEYS)
def months(session: Session, user: User) -> list[MonthRow]:
    """Month by month, by the office's clock: how often they signed in, and their acts."""
    acts, came = Counter[str](), Counter[str]()
    for at, code in session.execute(select(Act.at, Act.code).where(Act.user_id == user.id)):
        month = f"{clock.local(at):%Y-%m}"
        acts[month] += 1
        came[month] += code == SIGNED_IN
    return [MonthRow(month, came[month], acts[month]) for month in sorted(acts)]


@question(*OFFICE, *KEYS)
def counted(session: Session, user: User) -> list[ActCount]:
    """What the user did, the most frequent first."""
    count = func.count().label("count")
    query = (
        select(Act.code, count, func.min(Act.at), func.max(Act.at))
        .where(Act.user_id == user.id)
        .group_by(Act.code)
        .order_by(count.desc(), Act.code)
    )
    return [
        ActCount(recorded.name_of(code), many, first, last)
        for code, many, first, last in session.execute(query)
    ]


@question(*OFFICE, *KEYS)
def shown(session: Session, user: User) -> list[ShownRow]:
    """What was done with the account besides its roles and its own signing in, the oldest first."""
    by = aliased(User)
    query = (
        select(Act, by.name)
        .join(by, by.id == Act.user_id, isouter=True)
        .where(
            Act.subject == User.__tablename__,
            Act.subject_id == user.id,
            Act.code.not_in((*RIGHTS, SIGNED_IN, SIGNED_OUT)),
        )
        .order_by(Act.id)
    )
    return [_shown_row(act, name or "") for act, name in session.execute(query)]


def _without_name(session: Session, user: User) -> Erasure:
    """Tries under the old name are forgotten on this computer too."""
    login = user.login
    user.name = user.login = users.former(user.id)
    user.pin = None
    session.flush()
    if home := session.info.get("home"):
        attempts.forget(home, login, keys.pin_tries(login), f"{attempts.UNTOLD}{login}")
    return Erasure(cause=REQUEST, subject=User.__tablename__, subject_id=user.id)


def _role_row(act: Act, by: str) -> RoleRow:
    held = record.pinned(act.detail)[1].split() if act.code in entrusted.GIVEN else []
    roles = tuple(role for role in Role if role.value in held)
    return RoleRow(act.at, recorded.name_of(act.code), roles, by)


def _shown_row(act: Act, by: str) -> ShownRow:
    to, _colon, why = act.detail.partition(":")
    if to in set(Recipient) and why in set(Cause):
        return ShownRow(act.at, recorded.name_of(act.code), by, Recipient(to), Cause(why))
    return ShownRow(act.at, recorded.name_of(act.code), by)


class StillHasAccess(DomainError):
    message = N_(
        "{name} can still sign in. Take the access away first (Settings, Users), then erase the "
        "name."
    )


class NameErased(DomainError):
    message = N_("This name was erased already.")
