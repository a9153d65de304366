"""How long each kind of data is kept, what is over its time, and the run that erases it.

Law on the Protection of Personal Data, Official Gazette of BiH 12/25: no longer than needed.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Select, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import clock, record
from models.base import Base, choice
from models.desk.aid import REMARKED, Encounter
from models.desk.cards import Card
from models.errors import DomainError
from models.privacy import erasing
from models.privacy.erasing import DUE, Erasure
from models.rights import question, verb
from models.roles import Role
from models.team.volunteers import State, Volunteer
from translations import N_

KEEPERS = (Role.SECRETARY, Role.ADMINISTRATOR)
LONGEST = 36_500  # days


class Kind(enum.StrEnum):
    """Kinds of data with a clock of their own."""

    CARDS = "cards"
    REMARKS = "remarks"
    VOLUNTEERS = "volunteers"
    LEDGER = "ledger"

    @property
    def label(self) -> str:
        return _KINDS[self]


_KINDS = {
    Kind.CARDS: N_("People helped: what their card says, after the last contact"),
    Kind.REMARKS: N_("Remarks on aid (may speak of health)"),
    Kind.VOLUNTEERS: N_("Volunteers and staff, after they left"),
    Kind.LEDGER: N_("Stock book and reports (no people; never erased by the program)"),
}
DEFAULTS = {  # days
    Kind.CARDS: 90, Kind.REMARKS: 30, Kind.VOLUNTEERS: 5 * 365 + 1, Kind.LEDGER: 10 * 365 + 2,
}  # fmt: skip


class Retention(Base):
    """Days for which a kind of data is kept, where the branch has decided otherwise."""

    __tablename__ = "retention"
    __table_args__ = (CheckConstraint("days BETWEEN 1 AND 36500", name="days"),)

    kind: Mapped[Kind] = mapped_column(choice(Kind), primary_key=True)
    days: Mapped[int]


@dataclass(frozen=True)
class Clock:
    """One kind of data: days it is kept, how many rows are over their time, since when.

    Nothing in `due` says that they were not counted yet.
    """

    kind: Kind
    days: int
    due: int | None
    oldest: date | None


@verb(N_("Changed how long data are kept"), *KEEPERS)
def change(session: Session, days: Mapping[Kind, int]) -> None:
    """Keep each kind for so many days. Raises BadDays."""
    for kind, length in days.items():
        if not 1 <= length <= LONGEST:
            raise BadDays(most=LONGEST)
        session.merge(Retention(kind=kind, days=length))
    record.note(session, " ".join(f"{kind}:{length}" for kind, length in days.items()))
    session.flush()


@verb(N_("Erased what was over its time"), *KEEPERS)
def run(session: Session) -> Erasure:
    """Erase everything that is over its time, at once. Raises NothingDue."""
    done = Erasure(cause=DUE)
    done.cards = erasing.forget_cards(session, _ids(session, Kind.CARDS))
    done.remarks = erasing.forget_remarks(session, _ids(session, Kind.REMARKS))
    done.volunteers = erasing.forget_volunteers(session, _ids(session, Kind.VOLUNTEERS))
    if not (done.cards or done.remarks or done.volunteers):
        raise NothingDue
    record.note(session, f"cards:{done.cards} remarks:{done.remarks} people:{done.volunteers}")
    return erasing.keep(session, done)


@question(*KEEPERS)
def clocks(session: Session) -> list[Clock]:
    """Every kind with its period, and what of it is due to be erased."""
    return [_clock(session, kind, days) for kind, days in periods(session).items()]


def whole_years(days: int) -> int | None:
    """So many years where the days are just these, leap days included; None for other lengths."""
    years = days // 365
    leap_days = days - years * 365
    return years if years and leap_days in (years // 4, -(-years // 4)) else None


def _clock(session: Session, kind: Kind, days: int) -> Clock:
    if kind is Kind.LEDGER:
        return Clock(kind, days, 0, None)
    over = _over(kind, _before(days)).subquery()
    count, oldest = session.execute(select(func.count(), func.min(over.c.day))).one()
    return Clock(kind, days, count, oldest)


@question(*KEEPERS)
def periods(session: Session) -> dict[Kind, int]:
    """Days for which each kind is kept."""
    chosen = {row.kind: row.days for row in session.scalars(select(Retention))}
    return DEFAULTS | chosen


@question(*KEEPERS)
def due(session: Session) -> int:
    """How many rows are over their time."""
    return sum(each.due or 0 for each in clocks(session))


def _ids(session: Session, kind: Kind) -> list[int]:
    before = _before(periods(session)[kind])
    return [row[0] for row in session.execute(_over(kind, before))]


def _before(days: int) -> date:
    return clock.today() - timedelta(days=days)


def _over(kind: Kind, before: date) -> Select[*tuple[Any, ...]]:
    """The ids of the rows whose time is over, each with the `day` from which it ran."""
    if kind is Kind.REMARKS:
        met = Encounter.day
        return select(Encounter.id, met.label("day")).where(REMARKED, met < before)
    if kind is Kind.VOLUNTEERS:
        return select(Volunteer.id, Volunteer.left_on.label("day")).where(
            Volunteer.state == State.LEFT, Volunteer.left_on < before, Volunteer.erased_on.is_(None)
        )
    last = select(func.max(Encounter.day)).where(Encounter.card_id == Card.id).scalar_subquery()
    day = func.coalesce(last, Card.made_on)
    return select(Card.id, day.label("day")).where(Card.erased_on.is_(None), day < before)


class BadDays(DomainError):
    message = N_("Write a number of days from 1 to {most}.")


class NothingDue(DomainError):
    message = N_("Nothing is over its time. Nothing was erased.")
