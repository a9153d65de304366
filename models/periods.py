"""Calendar months and free periods, and which months are closed for entries."""

from __future__ import annotations

import calendar
import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self, TypeVar

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import clock, record
from models.base import Base
from models.errors import ClosedMonth, DomainError, InFuture
from models.rights import question, verb
from models.roles import EVERYONE, OFFICE
from models.text import fitting
from translations import N_, language

T = TypeVar("T")

EARLIEST_YEAR, LATEST_YEAR = 1990, 2199
LONGEST_NARRATIVE = 20_000  # some five pages
FIGURES, SIGNS = "figures=", 32  # before the seal of what was frozen, and how much of it is kept

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAYS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")


class Closing(Base):
    """A closed month ("2026-10") with the report that was frozen with it.

    `number` runs within the year of the month; a month that was reopened and closed again keeps
    it, and `correction` counts from 1. What was frozen before stays as it was.
    """

    __tablename__ = "closing"
    __table_args__ = (
        UniqueConstraint("month", "correction"),
        UniqueConstraint("year", "number", "correction"),
        CheckConstraint("correction >= 0", name="correction"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    year: Mapped[int]
    number: Mapped[int]
    correction: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    figures: Mapped[str] = mapped_column(Text)
    chain_head: Mapped[str] = mapped_column(String(64))


class Reopening(Base):
    """A closed month that somebody wants to open again, and what the second person answered.

    Once answered it never changes; a granted one opens the month.
    """

    __tablename__ = "reopening"
    __table_args__ = (
        CheckConstraint("asked_by <> answered_by", name="two"),
        CheckConstraint(
            "asked_by IS NULL OR answered_at IS NULL OR answered_by IS NOT NULL", name="answered"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    closing_id: Mapped[int] = mapped_column(ForeignKey("closing.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    is_granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class Narrative(Base):
    """What the secretary writes into the boxes of a period's report."""

    __tablename__ = "narrative"
    __table_args__ = (UniqueConstraint("first", "last", "section"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    section: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, order=True)
class Period:
    """Both days belong to it. Raises BackwardPeriod when made the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BackwardPeriod(first=self.first, last=self.last)

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        last = calendar.monthrange(year, month)[1]
        return cls(date(year, month, 1), date(year, month, last))

    @classmethod
    def of(cls, day: date) -> Self:
        """The calendar month of a day."""
        return cls.month(day.year, day.month)

    @classmethod
    def parse(cls, written: str) -> Self:
        """From "2026-10" or "2026-10-01..2026-10-15". Raises BadPeriod, BackwardPeriod."""
        try:
            period = cls._read(written)
        except ValueError:
            raise BadPeriod(written=written) from None
        if period.first.year < EARLIEST_YEAR or period.last.year > LATEST_YEAR:
            raise BadPeriod(written=written)
        return period

    def said(self, code: str) -> str:
        """As a sentence of that language names it: a month by its name, other days from–to."""
        return language(code).period(self.first, self.last)

    def require_begun(self) -> None:
        """Raises NotBegun while its first day is still to come."""
        if self.first > clock.today():
            raise NotBegun(day=self.first)

    @classmethod
    def _read(cls, written: str) -> Self:
        """Raises ValueError when it is neither a month nor days, or no such day exists."""
        if month := _MONTH.fullmatch(written):
            return cls.month(int(month[1]), int(month[2]))
        if days := _DAYS.fullmatch(written):
            return cls(date.fromisoformat(days[1]), date.fromisoformat(days[2]))
        raise ValueError

    @property
    def is_month(self) -> bool:
        return self == Period.month(self.first.year, self.first.month)

    @property
    def key(self) -> str:
        """How the period is written in file names and on the command line."""
        if self.is_month:
            return f"{self.first:%Y-%m}"
        return f"{self.first}..{self.last}"

    @property
    def previous(self) -> Period:
        """The month before a month; for a free period, as many days right before it."""
        day_before = self.first - timedelta(days=1)
        if self.is_month:
            return Period.month(day_before.year, day_before.month)
        return Period(self.first - (self.last - self.first) - timedelta(days=1), day_before)

    @property
    def year_to_date(self) -> Period:
        return Period(date(self.last.year, 1, 1), self.last)


@question(*EVERYONE)
def require_open(session: Session, day: date) -> None:
    """Raises InFuture, LongAgo or ClosedMonth when nothing may be dated `day`."""
    if day.year < EARLIEST_YEAR:
        raise LongAgo(day=day)
    if day > clock.today():
        raise InFuture(day=day)
    if is_closed(session, day):
        raise ClosedMonth(day=day, month=Period.of(day))


@verb(N_("Closed a month"), *OFFICE)
def close(session: Session, month: Period, figures: str, chain_head: str) -> Closing:
    """Close a calendar month, with its frozen figures; one reopened before gets a correction.

    Raises NotAMonth, ClosedMonth when it already is, MonthNotOver before its last day is over,
    NotInOrder when another month comes first.
    """
    if not month.is_month:
        raise NotAMonth
    if is_closed(session, month.first):
        raise ClosedMonth(day=month.first, month=month)
    if month.last >= clock.today():
        raise MonthNotOver(day=month.last)
    _require_next(session, month)
    number, correction = _report_number(session, month)
    closing = Closing(
        month=month.key,
        year=month.first.year,
        number=number,
        correction=correction,
        closed_by=session.info.get("user"),
        figures=figures,
        chain_head=chain_head,
    )
    session.add(closing)
    session.flush()
    record.note(session, f"{month.key} {seal(closing)}")
    return closing


def seal(closing: Any) -> str:
    """What stands in the record of acts for all that a month was closed with."""
    head = f"{closing.month}|{closing.number}|{closing.correction}|{closing.chain_head}|"
    whole = hashlib.sha256(f"{head}{closing.figures}".encode())
    return f"{FIGURES}{whole.hexdigest()[:SIGNS]}"


@verb(N_("Wrote in a report"), *OFFICE)
def write_narrative(session: Session, period: Period, section: str, text: str) -> None:
    """Keep the text of one box of a period's report; an empty text empties the box.

    Raises TextTooLong, and ClosedMonth: what was frozen with a report stays as it was.
    """
    if period.is_month and is_closed(session, period.first):
        raise ClosedMonth(day=period.first, month=period)
    found = session.scalar(_narrative(period).where(Narrative.section == section))
    if found is None:
        found = Narrative(first=period.first, last=period.last, section=section)
        session.add(found)
    found.text = fitting(text, LONGEST_NARRATIVE)
    session.flush()
    record.note(session, f"{period.key} {section}")


@question(*EVERYONE)
def is_closed(session: Session, day: date) -> bool:
    """Whether a day lies in a closed month, or before one: its figures rest on what was there."""
    newest = closed_through(session)
    return newest is not None and day <= newest.last


@question(*EVERYONE)
def closed_through(session: Session) -> Period | None:
    """The newest month that is closed and was not reopened."""
    newest = session.connection().scalar(_NEWEST)
    return Period.parse(newest) if newest else None


@question(*EVERYONE)
def first_closed(session: Session) -> Period | None:
    """The first month that was ever closed: none before it can be closed any more."""
    earliest = session.scalar(select(func.min(Closing.month)))
    return Period.parse(earliest) if earliest else None


@question(*EVERYONE)
def closed_months(session: Session) -> set[str]:
    """The months that are closed, as "2026-10"."""
    return set(session.scalars(_standing(select(Closing.month))))


@question(*EVERYONE)
def closing(session: Session, month: Period) -> Closing | None:
    """The report that a closed month stands on; None while the month is open."""
    if not month.is_month:
        return None
    return session.scalar(_standing(select(Closing).where(Closing.month == month.key)))


@question(*EVERYONE)
def closings(session: Session, month: Period) -> list[Closing]:
    """Every report that the month was ever closed with, the first one first."""
    if not month.is_month:
        return []
    query = select(Closing).where(Closing.month == month.key).order_by(Closing.correction)
    return list(session.scalars(query))


@question(*EVERYONE)
def narratives(session: Session, period: Period) -> dict[str, str]:
    """The texts of the boxes, by section."""
    return {box.section: box.text for box in session.scalars(_narrative(period)) if box.text}


def _narrative(period: Period) -> Select[Narrative]:
    return select(Narrative).where(Narrative.first == period.first, Narrative.last == period.last)


def _standing(query: Select[T]) -> Select[T]:
    """Only closings that were not reopened since."""
    granted = select(Reopening.id).where(
        Reopening.closing_id == Closing.id, Reopening.is_granted.is_(True)
    )
    return query.where(~granted.exists())


_NEWEST = _standing(select(func.max(Closing.month)))  # built once: every entry asks it


def _require_next(session: Session, month: Period) -> None:
    """Months are closed one after the other, those reopened from the earliest on."""
    before = closed_through(session)
    if before and month.previous != before:
        raise NotInOrder(month=before)
    earliest = first_closed(session)
    if before is None and earliest and month != earliest:
        raise EarliestFirst(month=earliest)


def _report_number(session: Session, month: Period) -> tuple[int, int]:
    """The number within the year and which correction of it: 0 is the first report."""
    if known := closings(session, month):
        return known[-1].number, known[-1].correction + 1
    of_year = select(func.max(Closing.number)).where(Closing.year == month.first.year)
    return (session.scalar(of_year) or 0) + 1, 0


class BackwardPeriod(DomainError):
    message = N_("The period ends on {last}, before it begins on {first}. Swap the two days.")


class NotBegun(DomainError):
    message = N_("That time begins on {day} and is still to come. Choose an earlier one.")


class LongAgo(DomainError):
    message = N_("{day} is too long ago. Check the year.")


class BadPeriod(DomainError):
    message = N_(
        "“{written}” is not a period. Write a month as 2026-10 or days as 2026-10-01..2026-10-15."
    )


class NotAMonth(DomainError):
    message = N_("Only a whole calendar month can be closed.")


class NotInOrder(DomainError):
    message = N_("Months are closed one after the other: the last closed one is {month}.")


class EarliestFirst(DomainError):
    message = N_("Months are closed one after the other: close {month} again first.")


class MonthNotOver(DomainError):
    message = N_("The month lasts until {day}. Close it when it is over.")
