"""A closed month's persons, services and hours, counted again from its entries.

What a person's card says of them may change after the month, and somebody's footing or trainings
too; what they were counted by may not. So contacts, persons, services, hours and teams are held
against the entries; vulnerabilities, new and trained volunteers are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models.desk.aid import Encounter, Reached, ServiceGiven
from models.periods import Period
from models.rights import question
from models.roles import EVERYONE
from models.team import hours

Pair = tuple[int, int]


@dataclass(frozen=True)
class Counted:
    """The figures of one month that its entries must give; what is nothing is left out."""

    days: Mapping[str, int]  # contacts
    estimated: int  # of the contacts
    carded: int  # persons with a card, each once
    anonymous: int  # persons without, at every contact
    services: Mapping[str, Pair]  # times, persons
    work: Mapping[str, int]  # of volunteers and of field teams


@question(*EVERYONE)
def from_entries(session: Session, month: Period) -> Counted:
    """The month as its entries give it now."""
    engaged, field = hours.summary(session, month), hours.teams(session, month)
    days = {str(day): (persons, guessed) for day, persons, guessed in _contacts(session, month)}
    return Counted(
        days=_something((day, persons) for day, (persons, _guessed) in days.items()),
        estimated=sum(guessed for _persons, guessed in days.values()),
        carded=_carded(session, month),
        anonymous=_anonymous(session, month),
        services=_services(session, month),
        work={"engaged": engaged.volunteers, "minutes": engaged.minutes, **vars(field)},
    )


def as_told(data: Mapping[str, Any]) -> Counted:
    """The month as its frozen figures tell it. Raises KeyError, TypeError where they are none."""
    people, work = data["people"], {**data["volunteers"], **data["teams"]}
    return Counted(
        days=_something((line["day"], line["contacts"]) for line in people["days"]),
        estimated=people["estimated"]["now"],
        carded=people["carded"]["now"],
        anonymous=people["anonymous"]["now"],
        services=_services_told(data["services"]),
        work={name: work[name]["now"] for name in WORK},
    )


WORK = ("engaged", "minutes", "teams", "members", "days", "kilometres")


def _something(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {name: figure for name, figure in lines if figure}


def _contacts(session: Session, month: Period) -> Iterable[tuple[Any, int, int]]:
    """Each day with its contacts, and how many of them were estimated."""
    guessed = func.sum(case((Encounter.is_estimated, Encounter.persons), else_=0))
    query = (
        select(Encounter.day, func.sum(Encounter.persons), guessed)
        .where(Encounter.day.between(month.first, month.last))
        .group_by(Encounter.day)
    )
    return ((day, int(persons), int(few)) for day, persons, few in session.execute(query))


def _carded(session: Session, month: Period) -> int:
    """Cards with a contact that was not taken back."""
    met = (
        select(Encounter.card_id)
        .where(Encounter.day.between(month.first, month.last), Encounter.card_id.is_not(None))
        .group_by(Encounter.card_id)
        .having(func.sum(Encounter.persons) > 0)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(met)) or 0


def _anonymous(session: Session, month: Period) -> int:
    query = select(func.sum(Reached.persons)).where(
        Reached.day.between(month.first, month.last), Reached.is_carded.is_(False)
    )
    return int(session.scalar(query) or 0)


def _services(session: Session, month: Period) -> dict[str, Pair]:
    given = ServiceGiven
    query = (
        select(given.kind, func.sum(given.times), func.sum(given.persons))
        .where(given.day.between(month.first, month.last))
        .group_by(given.kind)
    )
    found = {kind.value: (int(times), int(who)) for kind, times, who in session.execute(query)}
    return {kind: pair for kind, pair in found.items() if any(pair)}


def _services_told(lines: Iterable[Mapping[str, Any]]) -> dict[str, Pair]:
    told = {line["kind"]: (line["times"]["now"], line["persons"]["now"]) for line in lines}
    return {kind: pair for kind, pair in told.items() if any(pair)}
