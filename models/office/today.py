"""The day at a glance: four figures, and what is due."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from models import clock, periods
from models.desk.aid import Encounter
from models.goods import proposals
from models.goods.documents import Document
from models.goods.lots import Lot, OnHand
from models.goods.shelf import EXPIRES_SOON
from models.office import branch, reopening
from models.office.branch import Level
from models.periods import Period
from models.privacy import breaches, retention
from models.rights import may, question
from models.roles import EVERYONE
from models.safe import afar, whereabouts
from models.team import hours, long_term, trainings
from models.team.activities import Activity
from models.team.skills import Skill


@dataclass(frozen=True)
class Figures:
    """What the page opens with. Helped and contacts count every contact of a person.

    `same_days_before` are the contacts on the same days of the month before (the whole of it
    when it is shorter); `new` are cards helped today for the first time.
    """

    helped: int
    new: int
    contacts: int
    same_days_before: int
    expiring: int
    expired: int
    minutes: int
    volunteers: int


class Duty(enum.StrEnum):
    """Kinds of things that are due."""

    REPORT = "report"
    CERTIFICATES = "certificates"
    LONG_TERM = "long_term"
    WRITE_OFFS = "write_offs"
    REOPENING = "reopening"
    ERASURE = "erasure"
    BREACH = "breach"
    NO_COPY = "no_copy"
    OLD_COPY = "old_copy"
    NOT_RESTORED = "not_restored"


@dataclass(frozen=True)
class Due:
    """Something to be done until a day. `subject` is the month, the skill or a person's name
    (of what waits for a second person, who asked for it; of a breach, its number).

    `addressee` gets the report; `count` is how many certificates, volunteers to report, or rows
    over their time.
    """

    duty: Duty
    until: date
    subject: date | Skill | str
    addressee: str = ""
    count: int = 1

    @property
    def names_somebody(self) -> bool:
        """Whether a person who works for the branch is called by name."""
        return self.duty is Duty.LONG_TERM and self.count == 1


@question(*EVERYONE)
def figures(session: Session) -> Figures:
    """The four figures of today; each statement reads an index by day, whatever lies before."""
    today = clock.today()
    month = Period(today.replace(day=1), today)
    given = hours.summary(session, month)
    return Figures(
        helped=_contacts(session, Period(today, today)),
        new=_new(session, today),
        contacts=_contacts(session, month),
        same_days_before=_contacts(session, same_days_before(today)),
        expiring=_lots_expiring(session, today, today + EXPIRES_SOON),
        expired=_lots_expiring(session, date.min, today - timedelta(days=1)),
        minutes=given.minutes,
        volunteers=given.volunteers,
    )


@question(*EVERYONE)
def due(session: Session) -> list[Due]:
    """What is due, the most urgent first, as far as it is the user's to know."""
    told = (
        (_report, periods.close),
        (_certificates, trainings.expiring),
        (_long_term, long_term.due),
        (_write_offs, proposals.for_me),
        (_reopenings, reopening.waiting),
        (_erasure, retention.due),
        (_breaches, breaches.waiting),
        (_dangers, whereabouts.choose),
    )
    held = session.info["roles"]
    found = [row for tell, verb in told if may(held, verb) for row in tell(session)]
    return sorted(found, key=lambda row: row.until)


def same_days_before(today: date) -> Period:
    """The days of the month before that are set against this month so far."""
    before = Period.month(today.year, today.month).previous
    return Period(before.first, before.first.replace(day=min(today.day, before.last.day)))


def _contacts(session: Session, period: Period) -> int:
    query = select(func.sum(Encounter.persons)).where(
        Encounter.day.between(period.first, period.last)
    )
    return int(session.scalar(query) or 0)


def _new(session: Session, day: date) -> int:
    """Cards helped on the day that were never helped before it."""
    met = (
        select(Encounter.card_id)
        .where(Encounter.day == day, Encounter.card_id.is_not(None))
        .group_by(Encounter.card_id)
        .having(func.sum(Encounter.persons) > 0)
        .subquery()
    )
    before = (
        select(func.sum(Encounter.persons))
        .where(Encounter.card_id == met.c.card_id, Encounter.day < day)
        .scalar_subquery()
    )
    return session.scalar(select(func.count(met.c.card_id)).where(_nothing(before))) or 0


def _nothing(total: ScalarSelect[int]) -> ColumnElement[bool]:
    return func.coalesce(total, 0) <= 0


def _lots_expiring(session: Session, first: date, last: date) -> int:
    """Lots on hand whose use-by date lies between the days."""
    query = (
        select(func.count(Lot.id.distinct()))
        .join(OnHand, OnHand.lot_id == Lot.id)
        .where(OnHand.quantity > 0, Lot.expiry.between(first, last))
    )
    return session.scalar(query) or 0


def _report(session: Session) -> Iterator[Due]:
    """Last month's report, if the branch worked by then and the month is not closed."""
    today = clock.today()
    month = Period.month(today.year, today.month).previous
    if periods.is_closed(session, month.first) or not _worked_by(session, month.last):
        return
    called = branch.names(session)
    above = [called[level] for level in Level if level in called and level is not Level.BRANCH]
    until = today.replace(day=branch.get(session).report_day)
    yield Due(Duty.REPORT, until, month.first, addressee=above[0] if above else "")


def _worked_by(session: Session, day: date) -> bool:
    """Whether anything was entered for a day up to `day`."""
    first_days = (func.min(noun.day) for noun in (Encounter, Activity, Document))
    return any((first := session.scalar(select(f))) and first <= day for f in first_days)


def _certificates(session: Session) -> Iterator[Due]:
    """Certificates about to expire, those of one skill together."""
    expiring = sorted(trainings.expiring(session), key=lambda row: (row.skill, row.expires_on))
    for skill, rows in groupby(expiring, key=lambda row: row.skill):
        together = list(rows)
        yield Due(Duty.CERTIFICATES, together[0].expires_on, skill, count=len(together))


def _long_term(session: Session) -> Iterator[Due]:
    """Volunteers to be reported to the ministry: one by name, several together."""
    waiting = long_term.due(session)
    if waiting:
        first = waiting[0]
        yield Due(Duty.LONG_TERM, first.report_by, first.name, count=len(waiting))


def _write_offs(session: Session) -> Iterator[Due]:
    """Write-offs that wait for the user, all together."""
    if waiting := proposals.for_me(session):
        asked = waiting[0].proposed_by
        yield Due(Duty.WRITE_OFFS, clock.today(), asked, count=len(waiting))


def _reopenings(session: Session) -> Iterator[Due]:
    """Months that another user wants to open again."""
    for wish in reopening.waiting(session):
        if not wish.mine:
            yield Due(Duty.REOPENING, clock.today(), wish.month)


def _erasure(session: Session) -> Iterator[Due]:
    """What is over its time goes within the month."""
    if count := retention.due(session):
        today = clock.today()
        yield Due(Duty.ERASURE, Period.month(today.year, today.month).last, "", count=count)


def _breaches(session: Session) -> Iterator[Due]:
    """Breaches of which the Agency has not been told: each has its own term."""
    for row in breaches.waiting(session):
        yield Due(Duty.BREACH, clock.local(row.facts.tell_by).date(), row.number)


def _dangers(session: Session) -> Iterator[Due]:
    """What is missing for the books to outlive the disk of this computer."""
    home = session.info.get("home")
    for danger in afar.dangers(session, home) if home else ():
        patience = timedelta() if danger.kind is afar.Kind.NOT_RESTORED else afar.PATIENCE
        yield Due(Duty(danger.kind), clock.local(danger.since + patience).date(), "")
