"""The sample's people: visits of persons with cards and of groups, and invented volunteers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from models.desk import cards
from models.desk.aid import Count, Given, Reason, Referral, Service
from models.desk.cards import AgeBand, Card, Disability, Person, Sex, Vulnerability
from models.goods.places import Place
from models.rights import question
from models.sample.goods import Pieces, draw

COUNTRIES = {"AF": 34, "PK": 14, "MA": 13, "BD": 8, "IR": 6, "SY": 7, "IQ": 4, "BI": 3} | {
    "CU": 2, "EG": 3, "TR": 2, "IN": 1, "NP": 1, "XX": 2,
}  # fmt: skip
AGES = {
    AgeBand.INFANT: 1,
    AgeBand.TODDLER: 2,
    AgeBand.CHILD: 4,
    AgeBand.YOUTH: 13,
    AgeBand.ADULT: 76,
    AgeBand.OLDER: 2,
    AgeBand.UNKNOWN: 2,
}
SERVICES = {
    Service.FIRST_AID: 40,
    Service.PSS: 34,
    Service.INFORMATION: 9,
    Service.DOCTOR: 5,
    Service.PSYCHOLOGIST: 3,
    Service.TRANSPORT: 3,
    Service.RFL: 3,
    Service.REFERRAL: 3,
}


@dataclass(frozen=True)
class Visit:
    """One encounter of the sample before its goods are chosen."""

    token: UUID
    day: date
    at: datetime
    place: Place
    card: Card | None
    told: list[Count]
    is_estimated: bool
    pieces: Pieces
    services: list[Given]


@question()
def visits(
    session: Session,
    chance: random.Random,
    days: Sequence[date],
    count: int,
    where: Sequence[Place],
    known: list[Card],
    until: datetime,
) -> list[Visit]:
    """So many visits on these days, in the order of time, none after `until`; new cards join
    `known`."""
    moments = sorted(min(_moment(chance, days), until) for _ in range(count))
    return [_visit(session, chance, at, chance.choice(where), known) for at in moments]


def _moment(chance: random.Random, days: Sequence[date]) -> datetime:
    return datetime.combine(chance.choice(days), time(chance.randint(8, 19), chance.randint(0, 59)))


def _visit(
    session: Session, chance: random.Random, at: datetime, place: Place, known: list[Card]
) -> Visit:
    has_card = chance.random() < 0.55
    card = _card(session, chance, at.date(), known) if has_card else None
    told = [Count(cards.person(card, at.date()), 1)] if card else _group(chance)
    persons = sum(count.persons for count in told)
    return Visit(
        token=UUID(int=chance.getrandbits(128)),
        day=at.date(),
        at=at,
        place=place,
        card=card,
        told=told,
        is_estimated=not card and persons > 6,
        pieces=draw(chance, persons),
        services=_services(chance, persons),
    )


def _card(session: Session, chance: random.Random, on: date, known: list[Card]) -> Card:
    """Someone seen before, or someone new."""
    if known and chance.random() < 0.6:
        return known[-chance.randint(1, min(len(known), 200))]
    token = _token(len(known) + 1)
    person = _person(chance)
    kinds = [kind for kind, likely in _likely(person).items() if chance.random() < likely]
    card = Card(
        token=token + cards.check_sign(token),
        sex=person.sex,
        age_band=person.age,
        nationality=person.nationality,
        disability=person.disability,
        made_on=on,
        vulnerabilities=[cards.CardVulnerability(kind=kind) for kind in kinds],
    )
    known.append(card)
    session.add(card)
    return card


def _likely(person: Person) -> dict[Vulnerability, float]:
    """How likely each vulnerability is for someone like this."""
    found = {
        Vulnerability.ILLNESS: 0.04,
        Vulnerability.INJURY: 0.03,
        Vulnerability.VIOLENCE: 0.02,
        Vulnerability.MINE: 0.015,
    }
    if person.age is AgeBand.YOUTH:
        found[Vulnerability.UASC] = 0.4
    if person.age is AgeBand.OLDER:
        found[Vulnerability.OLDER] = 0.6
    if person.age is AgeBand.ADULT and person.sex is Sex.FEMALE:
        found |= {Vulnerability.PREGNANT: 0.15, Vulnerability.SINGLE_HEADED: 0.2}
    return found


def _token(number: int) -> str:
    """Six signs that look random and never repeat: multiples of a number coprime to 31."""
    rest, signs = number * 472_882_027 % 31**6, ""
    for _ in range(6):
        rest, sign = divmod(rest, 31)
        signs += cards.SIGNS[sign]
    return signs


def _person(chance: random.Random) -> Person:
    return Person(
        chance.choices((Sex.MALE, Sex.FEMALE, Sex.UNKNOWN), (84, 15, 1))[0],
        chance.choices(list(AGES), list(AGES.values()))[0],
        chance.choices(list(COUNTRIES), list(COUNTRIES.values()))[0],
        chance.choices(list(Disability), (2, 88, 10))[0],
    )


def _group(chance: random.Random) -> list[Count]:
    """People counted without cards: a few kinds, a few of each."""
    kinds = {_person(chance) for _ in range(chance.choice((1, 1, 2, 3)))}
    return [Count(person, chance.choice((1, 1, 2, 3, 5))) for person in sorted(kinds, key=str)]


def _services(chance: random.Random, persons: int) -> list[Given]:
    how_many = chance.choice((0, 1, 1, 2))
    kinds = set(chance.choices(list(SERVICES), list(SERVICES.values()), k=how_many))
    return [_given(chance, kind, chance.randint(1, persons)) for kind in sorted(kinds)]


def _given(chance: random.Random, kind: Service, persons: int) -> Given:
    reason = chance.choice(list(Reason)) if kind is Service.FIRST_AID else None
    referral = chance.choice(list(Referral)) if kind is Service.REFERRAL else None
    return Given(kind, persons, persons, reason, referral)
