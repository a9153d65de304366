"""Reopening a closed month: asked for with a reason by one person, confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import clock, periods
from models.errors import DomainError, Missing, NotFound
from models.office import witness
from models.office.users import User
from models.periods import Closing, Period, Reopening
from models.rights import question, verb
from models.roles import COUNTS, OFFICE
from models.text import fitting
from translations import N_


@dataclass(frozen=True)
class Wish:
    """A month that somebody wants to open again. `mine`: the user asked and cannot confirm."""

    id: int
    month: date
    reason: str
    asked_by: str
    mine: bool


@dataclass(frozen=True)
class Version:
    """One of the reports that a month was closed with; `reopened_for` is why it stands no more."""

    id: int
    number: int
    correction: int
    year: int
    reopened_for: str
    reopened_by: tuple[str, str]  # who asked and who confirmed


@verb(N_("Reopened a month"), *OFFICE)
def reopen(session: Session, month: Period, reason: str) -> Reopening:
    """Open the newest closed month again, with a second person who confirms it on the spot.

    Its report stays as it was frozen. Raises NotClosed, OnlyNewest, Missing without a reason,
    AlreadyAsked, and as `witness.require`.
    """
    asked = _ask(session, month, reason)
    witness.require(session, witness.REOPENING)
    asked.answered_by, asked.answered_at = session.info.get("witness"), clock.now()
    asked.is_granted = True
    session.add(asked)
    session.flush()
    return asked


@verb(N_("Asked to reopen a month"), *OFFICE)
def ask(session: Session, month: Period, reason: str) -> Reopening:
    """Leave it for another person. Raises NotClosed, OnlyNewest, Missing, AlreadyAsked."""
    asked = _ask(session, month, reason)
    session.add(asked)
    session.flush()
    return asked


@verb(N_("Confirmed that a month is reopened"), *witness.REOPENING)
def confirm(session: Session, asked: Reopening) -> None:
    """Open the month that another user asked for. Raises SamePerson, NotFound, OnlyNewest."""
    _require_newest(session, session.get_one(Closing, asked.closing_id))
    _answer(session, asked, True)


@verb(N_("Declined to reopen a month"), *witness.REOPENING)
def decline(session: Session, asked: Reopening, reason: str) -> None:
    """Leave the month closed, and say why. Raises SamePerson, NotFound, Missing."""
    if not (said := fitting(reason, 5000)):
        raise Missing(field=N_("Reason"))
    _answer(session, asked, False, said)


@verb(N_("Withdrew the wish to reopen a month"), *OFFICE)
def withdraw(session: Session, asked: Reopening) -> None:
    """Ask no longer. Raises NotFound when it was answered."""
    _require_waiting(asked)
    session.delete(asked)
    session.flush()


@question(*COUNTS)
def waiting(session: Session) -> list[Wish]:
    """What nobody has answered yet."""
    query = (
        select(Reopening, Closing.month)
        .join(Closing, Closing.id == Reopening.closing_id)
        .where(Reopening.answered_at.is_(None))
        .order_by(Closing.month)
    )
    return [_row(session, asked, month) for asked, month in session.execute(query)]


@question(*COUNTS)
def versions(session: Session, month: Period) -> list[Version]:
    """Every report that the month was closed with, the first one first."""
    return [_version(session, closing) for closing in periods.closings(session, month)]


@question(*COUNTS)
def may_reopen(session: Session, month: Period) -> bool:
    """Whether it is the newest closed month, and nobody has asked for it yet."""
    if periods.closed_through(session) != month:
        return False
    return month.first not in {asked.month for asked in waiting(session)}


def _ask(session: Session, month: Period, reason: str) -> Reopening:
    closing = periods.closing(session, month)
    if closing is None:
        raise NotClosed
    _require_newest(session, closing)
    if not (said := fitting(reason, 5000)):
        raise Missing(field=N_("Reason"))
    if month.first in {asked.month for asked in waiting(session)}:
        raise AlreadyAsked(month=month)
    return Reopening(closing_id=closing.id, reason=said, asked_by=session.info.get("user"))


def _require_newest(session: Session, closing: Closing) -> None:
    newest = periods.closed_through(session)
    if newest is None or closing.month != newest.key:
        raise OnlyNewest(month=newest or Period.parse(closing.month))


def _require_waiting(asked: Reopening) -> None:
    if asked.answered_at is not None:
        raise NotFound


def _answer(session: Session, asked: Reopening, granted: bool, said: str = "") -> None:
    _require_waiting(asked)
    witness.answer(session, asked.asked_by)
    asked.answer = said
    asked.answered_by, asked.answered_at = session.info.get("user"), clock.now()
    asked.is_granted = granted
    session.flush()


def _row(session: Session, asked: Reopening, month: str) -> Wish:
    mine = asked.asked_by == session.info.get("user")
    name = _name(session, asked.asked_by)
    return Wish(asked.id, Period.parse(month).first, asked.reason, name, mine)


def _version(session: Session, closing: Closing) -> Version:
    granted = session.scalar(
        select(Reopening).where(Reopening.closing_id == closing.id, Reopening.is_granted.is_(True))
    )
    return Version(
        closing.id,
        closing.number,
        closing.correction,
        closing.year,
        granted.reason if granted else "",
        (
            _name(session, granted.asked_by if granted else None),
            _name(session, granted.answered_by if granted else None),
        ),
    )


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""


class NotClosed(DomainError):
    message = N_("This month is open already.")


class OnlyNewest(DomainError):
    message = N_("Only the newest closed month can be reopened: {month}.")


class AlreadyAsked(DomainError):
    message = N_("Somebody has already asked to reopen {month}. Another user can confirm it.")
