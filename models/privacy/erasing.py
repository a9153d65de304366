"""Erases what is known of a person: on request at once, the rest when its time is over.

Counts stay: what a card told is kept in the head-counts of its encounters, without the card; hours
and trainings stay with a row that has no name any more. Posted documents never change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, selectinload

from models import clock
from models.base import Base
from models.desk.aid import Encounter
from models.desk.cards import (
    UNKNOWN_COUNTRY,
    AgeBand,
    Card,
    Disability,
    ErasedVulnerability,
    Sex,
    Vulnerability,
)
from models.errors import DomainError
from models.rights import question, verb
from models.roles import OFFICE
from models.team import law
from models.team.activities import Activity, Engagement
from models.team.skills import Training, VolunteerSkill
from models.team.volunteers import State, Volunteer
from models.text import search_key, sort_key
from translations import N_

REQUEST, DUE = "request", "due"


class Erasure(Base):
    """An erasure that was done: its number, and how much went. Whose data they were, it forgets.

    `subject` and `subject_id` are a table and the number of its row, for one person's request.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    cause: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(30), default="")
    subject_id: Mapped[int | None]
    cards: Mapped[int] = mapped_column(default=0)
    remarks: Mapped[int] = mapped_column(default=0)
    volunteers: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class CardPreview:
    """What an erasure would take of a card, and what it leaves: its counted visits."""

    facts: int
    vulnerabilities: int
    remarks: int
    visits: int


@dataclass(frozen=True)
class VolunteerPreview:
    """The same of a person who works for the branch; `minutes` and `trainings` stay counted."""

    name: str
    facts: int
    skills: int
    providers: int
    minutes: int
    trainings: int


@verb(N_("Erased a card's data on request"), *OFFICE)
def erase_card(session: Session, card: Card) -> Erasure:
    """Forget what a card told, its code included. Raises AlreadyErased."""
    require_erasable(session, card)
    return _kept(session, _without_card(session, card))


@verb(N_("Erased a person's data on request"), *OFFICE)
def erase_volunteer(session: Session, volunteer: Volunteer) -> Erasure:
    """Forget who a person was; their hours stay counted. Raises AlreadyErased, StillActive."""
    require_erasable(session, volunteer)
    return _kept(session, _without_volunteer(session, volunteer))


@verb(N_("Erased again whom a restored backup had brought back"), *OFFICE)
def repeat(session: Session, person: Card | Volunteer, number: int) -> Erasure:
    """Erase once more, under the number of the receipt that was given, where that is free.

    A volunteer had left when they were erased first, whatever the backup says.
    """
    if isinstance(person, Card):
        done = _without_card(session, person)
    else:
        if person.state is not State.LEFT:
            person.state, person.left_on = State.LEFT, clock.today()
        done = _without_volunteer(session, person)
    if session.get(Erasure, number) is None:
        done.id = number
    return _kept(session, done)


@question(*OFFICE)
def require_erasable(session: Session, person: Card | Volunteer) -> None:  # noqa: ARG001 - guarded
    """To be asked before anybody is shown what would go. Raises AlreadyErased, StillActive."""
    if person.erased_on:
        raise AlreadyErased(day=person.erased_on)
    if isinstance(person, Volunteer) and person.state is not State.LEFT:
        raise StillActive(person=person.name)


@question(*OFFICE)
def preview_card(session: Session, card: Card) -> CardPreview:
    """What would go and what would stay."""
    told = (
        card.sex is not Sex.UNKNOWN, card.birth_year, card.age_band is not AgeBand.UNKNOWN,
        card.nationality != UNKNOWN_COUNTRY, card.disability is not Disability.UNKNOWN,
    )  # fmt: skip
    visits = _visits(session, card.id)
    remarks = select(func.count()).where(Encounter.id.in_(visits), Encounter.remark != "")
    return CardPreview(
        facts=sum(map(bool, told)),
        vulnerabilities=len(card.vulnerabilities),
        remarks=session.scalar(remarks) or 0,
        visits=len(visits),
    )


@question(*OFFICE)
def preview_volunteer(session: Session, volunteer: Volunteer) -> VolunteerPreview:
    """What would go and what would stay."""
    minutes = select(func.sum(Engagement.minutes)).where(Engagement.volunteer_id == volunteer.id)
    return VolunteerPreview(
        name=volunteer.name,
        facts=sum(bool(getattr(volunteer, name)) for name in TEXTS[2:]),
        skills=len(volunteer.skills),
        providers=sum(bool(training.provider) for training in volunteer.trainings),
        minutes=int(session.scalar(minutes) or 0),
        trainings=len(volunteer.trainings),
    )


@question(*OFFICE)
def newest(session: Session, limit: int = 200) -> list[Erasure]:
    """The erasures that were done, the newest first."""
    return list(session.scalars(select(Erasure).order_by(Erasure.id.desc()).limit(limit)))


@question()
def forget_cards(session: Session, ids: Iterable[int]) -> int:
    """Empty cards; their vulnerabilities go on as counts of months. For other verbs alone."""
    count = 0
    for part in _parts(ids):
        query = select(Card).where(Card.id.in_(part)).options(selectinload(Card.vulnerabilities))
        for card in session.scalars(query):
            _empty(session, card)
            count += 1
        session.flush()
    return count


@question()
def forget_remarks(session: Session, encounters: Iterable[int]) -> int:
    """Empty the remarks of encounters. For other verbs alone."""
    count = 0
    for part in _parts(encounters):
        written = (Encounter.id.in_(part), Encounter.remark != "")
        count += session.scalar(select(func.count()).where(*written)) or 0
        session.execute(update(Encounter).where(*written).values(remark=""))
    return count


@question()
def forget_volunteers(session: Session, ids: Iterable[int]) -> int:
    """Take the names away; sex, months and hours stay for the counts. For other verbs alone."""
    count = 0
    for gone in _parts(ids):
        for person in session.scalars(select(Volunteer).where(Volunteer.id.in_(gone))):
            _unname(session, person)
            count += 1
        session.flush()
        session.execute(delete(VolunteerSkill).where(VolunteerSkill.volunteer_id.in_(gone)))
        session.execute(update(Training).where(Training.volunteer_id.in_(gone)).values(provider=""))
    session.expire_all()
    return count


@question()
def keep(session: Session, done: Erasure) -> Erasure:
    """Number an erasure. For other verbs alone."""
    return _kept(session, done)


TEXTS = ("first_name", "last_name", "phone", "email", "address", "guardian", "note")
UNTOLD = Disability.UNKNOWN
PART = 500  # rows named in one statement


def _without_card(session: Session, card: Card) -> Erasure:
    done = Erasure(cause=REQUEST, subject="card", subject_id=card.id, cards=1)
    done.remarks = forget_remarks(session, _visits(session, card.id))
    forget_cards(session, [card.id])
    return done


def _without_volunteer(session: Session, volunteer: Volunteer) -> Erasure:
    done = Erasure(cause=REQUEST, subject="volunteer", subject_id=volunteer.id, volunteers=1)
    forget_volunteers(session, [volunteer.id])
    return done


def _kept(session: Session, done: Erasure) -> Erasure:
    done.user_id = session.info.get("user")
    session.add(done)
    session.flush()
    return done


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """The ids, as many at a time as a statement of either engine may name."""
    rest = iter(ids)
    return iter(lambda: list(islice(rest, PART)), [])


def _empty(session: Session, card: Card) -> None:
    _count_on(session, card)
    card.token = f"-{card.id}"
    card.sex, card.nationality, card.disability = Sex.UNKNOWN, UNKNOWN_COUNTRY, UNTOLD
    card.birth_year, card.age_band = None, AgeBand.UNKNOWN
    card.vulnerabilities = []
    card.erased_on = clock.today()


def _unname(session: Session, person: Volunteer) -> None:
    person.birth_date = _as_old_as_needed(session, person)
    for name in TEXTS:
        setattr(person, name, "")
    person.last_name = f"#{person.id}"
    person.guardian_consent_on = None
    person.sort, person.search = sort_key(person.listed), search_key(person.listed)
    person.erased_on = clock.today()


def _visits(session: Session, card_id: int) -> list[int]:
    return list(session.scalars(select(Encounter.id).where(Encounter.card_id == card_id)))


def _count_on(session: Session, card: Card) -> None:
    """Add the card to the counts of those who were vulnerable, month by month."""
    if not card.vulnerabilities:
        return
    query = select(Encounter.day, Encounter.persons).where(Encounter.card_id == card.id)
    months: dict[str, int] = defaultdict(int)
    for day, persons in session.execute(query):
        months[f"{day:%Y-%m}"] += persons
    years: set[str] = set()
    for month in sorted(month for month, net in months.items() if net > 0):
        first = month[:4] not in years
        years.add(month[:4])
        for kind in [row.kind for row in card.vulnerabilities]:
            _add_one(session, kind, month, first)


def _add_one(session: Session, kind: Vulnerability, month: str, first: bool) -> None:
    key = {"kind": kind, "month": month, "is_first_of_year": first}
    row = session.scalar(select(ErasedVulnerability).filter_by(**key))
    if row is None:
        row = ErasedVulnerability(**key, persons=0)
        session.add(row)
    row.persons += 1
    session.flush()


def _as_old_as_needed(session: Session, person: Volunteer) -> date:
    """A date of birth that says no more than who was a minor on a day of work.

    Without such a day it is 1 January of the year.
    """
    adult = law.in_force(session).adult
    of_age = law.birthday(person.birth_date, adult)
    last = session.scalar(
        select(func.max(Activity.day))
        .join(Engagement, Engagement.activity_id == Activity.id)
        .where(Engagement.volunteer_id == person.id, Activity.day < of_age)
    )
    if last is None:
        return date(person.birth_date.year, 1, 1)
    after = last + timedelta(days=1)
    if (after.month, after.day) == (2, 29):
        after = after + timedelta(days=1)
    return after.replace(year=after.year - adult)


class AlreadyErased(DomainError):
    message = N_("These data were erased on {day}. Nothing of them is left.")


class StillActive(DomainError):
    message = N_(
        "{person} still works for the branch. First press “Change…”, choose the state “left the"
        " branch” and enter the day."
    )
