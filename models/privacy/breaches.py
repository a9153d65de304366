"""Breaches of personal data: what happened, what it may lead to, what was done, and who was told.

Law on the Protection of Personal Data, Official Gazette of BiH 12/25: every breach is written down;
the Agency is told within 72 hours of its being noticed, unless it is unlikely to put anybody's
rights and freedoms at risk; the people concerned are told where that risk is high.

A row is never changed: an amendment is a further version, and the earlier ones stay.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import clock
from models.base import Base, choice
from models.errors import DomainError, InFuture, Missing, NotFound
from models.office.users import User
from models.privacy.retention import KEEPERS
from models.rights import question, verb
from models.text import fitting
from translations import N_, Language

TERM = timedelta(hours=72)  # from noticing it to telling the Agency
LONG, SHORT = 5000, 500  # signs
MOST = 10_000_000  # people


class Told(enum.StrEnum):
    """Whether somebody was told of a breach."""

    NOT_YET = "not_yet"
    TOLD = "told"
    WAIVED = "waived"

    @property
    def label(self) -> str:
        return _TOLD[self]


_TOLD = {
    Told.NOT_YET: N_("not told yet"),
    Told.TOLD: N_("told"),
    Told.WAIVED: N_("need not be told"),
}


class Breach(Base):
    """One version of what is written down of a breach; the highest version of a number counts.

    Numbers run from 1 in each year, by the day of the first entry. Moments are UTC.
    """

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("year", "number", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("persons >= 0", name="persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    version: Mapped[int]
    written_at: Mapped[datetime] = mapped_column(default=clock.now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    noticed_at: Mapped[datetime]
    happened_on: Mapped[date | None]
    what: Mapped[str] = mapped_column(Text)
    whose: Mapped[str] = mapped_column(String(SHORT))
    persons: Mapped[int | None]
    which: Mapped[str] = mapped_column(String(SHORT))
    consequences: Mapped[str] = mapped_column(Text)
    measures: Mapped[str] = mapped_column(Text)
    agency: Mapped[Told] = mapped_column(choice(Told, "agency"))
    agency_at: Mapped[datetime | None]
    agency_why: Mapped[str] = mapped_column(String(SHORT))
    people: Mapped[Told] = mapped_column(choice(Told, "people"))
    people_on: Mapped[date | None]
    people_why: Mapped[str] = mapped_column(String(SHORT))


@dataclass(frozen=True)
class Facts:
    """What is written down. `which` are the kinds of data, `persons` about how many; moments UTC.

    `agency_why` is why the Agency need not be told, or why it was told late; `people_why` why the
    people need not be.
    """

    noticed_at: datetime
    what: str
    whose: str
    happened_on: date | None = None
    persons: int | None = None
    which: str = ""
    consequences: str = ""
    measures: str = ""
    agency: Told = Told.NOT_YET
    agency_at: datetime | None = None
    agency_why: str = ""
    people: Told = Told.NOT_YET
    people_on: date | None = None
    people_why: str = ""

    @property
    def tell_by(self) -> datetime:
        """Until when the Agency is to be told."""
        return self.noticed_at + TERM


LABELS = {  # what each fact is called, on the screen and on paper
    "noticed_at": N_("Noticed"),
    "happened_on": N_("Happened on"),
    "what": N_("What happened"),
    "whose": N_("Whose data"),
    "persons": N_("About how many people"),
    "which": N_("Which data"),
    "consequences": N_("Likely consequences"),
    "measures": N_("What was done about it"),
    "agency": N_("The Agency"),
    "agency_at": N_("The Agency was told"),
    "agency_why": N_("Why not, or why later"),
    "people": N_("The people concerned"),
    "people_on": N_("The people were told on"),
    "people_why": N_("Why the people were not told"),
}


@dataclass(frozen=True)
class BreachRow:
    """A breach as it stands now, or stood in one version; `by` is who wrote that version."""

    id: int
    number: str  # as people say it: "1/2026"
    version: int
    written_at: datetime
    by: str
    facts: Facts

    @property
    def is_waiting(self) -> bool:
        """Whether the Agency is still to be told."""
        return self.facts.agency is Told.NOT_YET

    @property
    def is_late(self) -> bool:
        return self.is_waiting and clock.now() > self.facts.tell_by


@dataclass(frozen=True)
class Change:
    """What an amendment changed: the marked name of the fact, and what stood there before."""

    at: datetime
    by: str
    fact: str
    before: Any


@verb(N_("Recorded a breach of personal data"), *KEEPERS)
def add(session: Session, facts: Facts) -> Breach:
    """Write a breach down under the next number of the year.

    Raises Missing, InFuture, NoticedBefore, ToldBefore, TooManyPeople, TextTooLong.
    """
    year = clock.today().year
    last = session.scalar(select(func.max(Breach.number)).where(Breach.year == year)) or 0
    return _write(session, Breach(year=year, number=last + 1, version=1), facts)


@verb(N_("Amended the record of a breach"), *KEEPERS)
def amend(session: Session, breach: Breach, facts: Facts) -> Breach:
    """Add a version with other facts; the earlier ones stay.

    Raises as add, and AmendedMeanwhile, NothingChanged.
    """
    same = (Breach.year == breach.year, Breach.number == breach.number)
    newest = session.scalar(select(func.max(Breach.version)).where(*same))
    if newest != breach.version:
        raise AmendedMeanwhile
    next_one = Breach(year=breach.year, number=breach.number, version=breach.version + 1)
    clean = _clean(facts)
    if clean == _facts(breach):
        raise NothingChanged
    return _write(session, next_one, clean)


@question(*KEEPERS)
def overview(session: Session) -> list[BreachRow]:
    """All breaches as they stand now, the newest first."""
    later = (
        select(func.max(Breach.version).label("version"), Breach.year, Breach.number)
        .group_by(Breach.year, Breach.number)
        .subquery()
    )
    query = (
        select(Breach, User.name)
        .join(User, User.id == Breach.user_id, isouter=True)
        .join(
            later,
            (Breach.year == later.c.year)
            & (Breach.number == later.c.number)
            & (Breach.version == later.c.version),
        )
        .order_by(Breach.year.desc(), Breach.number.desc())
    )
    return [_row(breach, name) for breach, name in session.execute(query)]


@question(*KEEPERS)
def waiting(session: Session) -> list[BreachRow]:
    """Those of which the Agency is still to be told, the most urgent first."""
    oldest_first = reversed(overview(session))
    found = (row for row in oldest_first if row.is_waiting)
    return sorted(found, key=lambda row: row.facts.tell_by)


@question(*KEEPERS)
def versions(session: Session, breach: Breach) -> list[BreachRow]:
    """Everything that was ever written of a breach, the first version first."""
    query = (
        select(Breach, User.name)
        .join(User, User.id == Breach.user_id, isouter=True)
        .where(Breach.year == breach.year, Breach.number == breach.number)
        .order_by(Breach.version)
    )
    return [_row(each, name) for each, name in session.execute(query)]


@question(*KEEPERS)
def get(session: Session, breach_id: int) -> Breach:
    """A version by its row. Raises NotFound."""
    if (found := session.get(Breach, breach_id)) is None:
        raise NotFound
    return found


def labels(language: Language) -> dict[str, str]:
    """What each fact is called in a language, by its name in Facts."""
    return {name: language.gettext(said) for name, said in LABELS.items()}


def changes(rows: list[BreachRow]) -> Iterator[Change]:
    """What each amendment changed, fact by fact, in order of time; `rows` as of versions."""
    for before, after in pairwise(rows):
        for name, said in LABELS.items():
            earlier = getattr(before.facts, name)
            if earlier != getattr(after.facts, name):
                yield Change(after.written_at, after.by, said, earlier)


def _write(session: Session, breach: Breach, facts: Facts) -> Breach:
    facts = _clean(facts)
    _require_sense(facts)
    for each in fields(Facts):
        setattr(breach, each.name, getattr(facts, each.name))
    breach.user_id = session.info.get("user")
    session.add(breach)
    session.flush()
    return breach


def _clean(facts: Facts) -> Facts:
    """Texts as they are kept; of a person or body that was told, or need not be, what belongs."""
    told, people = facts.agency is Told.TOLD, facts.people is Told.TOLD
    return Facts(
        noticed_at=facts.noticed_at,
        what=fitting(facts.what, LONG),
        whose=fitting(facts.whose, SHORT),
        happened_on=facts.happened_on,
        persons=facts.persons,
        which=fitting(facts.which, SHORT),
        consequences=fitting(facts.consequences, LONG),
        measures=fitting(facts.measures, LONG),
        agency=facts.agency,
        agency_at=facts.agency_at if told else None,
        agency_why="" if facts.agency is Told.NOT_YET else fitting(facts.agency_why, SHORT),
        people=facts.people,
        people_on=facts.people_on if people else None,
        people_why=fitting(facts.people_why, SHORT) if facts.people is Told.WAIVED else "",
    )


def _require_sense(facts: Facts) -> None:
    for name in ("what", "whose"):
        if not getattr(facts, name):
            raise Missing(field=LABELS[name])
    if facts.noticed_at > clock.now():
        raise InFuture(day=clock.local(facts.noticed_at))
    noticed = clock.local(facts.noticed_at).date()
    if facts.happened_on and facts.happened_on > noticed:
        raise NoticedBefore(day=facts.happened_on, noticed=noticed)
    if facts.persons is not None and not 0 <= facts.persons <= MOST:
        raise TooManyPeople(most=MOST)
    _require_agency(facts)
    _require_people(facts, noticed)


def _require_agency(facts: Facts) -> None:
    if facts.agency is Told.TOLD:
        if facts.agency_at is None:
            raise Missing(field=LABELS["agency_at"])
        if facts.agency_at > clock.now():
            raise InFuture(day=clock.local(facts.agency_at))
        if facts.agency_at < facts.noticed_at:
            raise ToldBefore(day=clock.local(facts.agency_at))
    is_late = facts.agency_at is not None and facts.agency_at > facts.tell_by
    if (is_late or facts.agency is Told.WAIVED) and not facts.agency_why:
        raise WhyLater if is_late else Missing(field=LABELS["agency_why"])


def _require_people(facts: Facts, noticed: date) -> None:
    if facts.people is Told.WAIVED and not facts.people_why:
        raise Missing(field=LABELS["people_why"])
    if facts.people is not Told.TOLD:
        return
    if facts.people_on is None:
        raise Missing(field=LABELS["people_on"])
    if facts.people_on > clock.today():
        raise InFuture(day=facts.people_on)
    if facts.people_on < noticed:
        raise ToldBefore(day=facts.people_on)


def _facts(breach: Breach) -> Facts:
    return Facts(**{each.name: getattr(breach, each.name) for each in fields(Facts)})


def _row(breach: Breach, by: str | None) -> BreachRow:
    number = f"{breach.number}/{breach.year}"
    return BreachRow(breach.id, number, breach.version, breach.written_at, by or "", _facts(breach))


class NoticedBefore(DomainError):
    message = N_("What was noticed on {noticed} cannot have happened on {day}. Check both days.")


class ToldBefore(DomainError):
    message = N_("Nobody can have been told on {day}, before the breach was noticed.")


class TooManyPeople(DomainError):
    message = N_("Write a number of people from 0 to {most}, or leave it empty.")


class WhyLater(DomainError):
    message = N_("The Agency was told more than 72 hours after it was noticed. Write why.")


class AmendedMeanwhile(DomainError):
    message = N_("Somebody else has amended this record meanwhile. Open it again.")


class NothingChanged(DomainError):
    message = N_("Nothing was changed, so nothing was saved.")
