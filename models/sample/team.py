"""The sample's volunteers, all invented, and their days."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import clock
from models.desk.cards import Sex
from models.goods.places import Place, PlaceKind
from models.rights import question
from models.team import activities, long_term, trainings, volunteers
from models.team.activities import Stint, Work
from models.team.skills import Skill
from models.team.trainings import Course
from models.team.volunteers import Details, Standing, Volunteer

WOMEN = "Amra Lejla Emina Selma Ivana Marija Ana Jelena Milica Драгана Sanja Aida Nina Мира".split()
MEN = "Emir Tarik Adnan Haris Ivan Marko Luka Nikola Stefan Данило Zoran Đuro Josip Žarko".split()
SURNAMES = (
    "Hodžić Kovač Marić Delić Јовић Babić Đurić Šarić Mujić Lukić Ćosić Zovko Begić Perić"
    " Ljubić Njegić Džananović Vuković Alić Čolić"
).split()
HEADCOUNT = 32
SKILLS = (Skill.FIRST_AID, Skill.FIRST_AID, Skill.PSS, Skill.REFERRAL)


@question()
def enlist(session: Session, chance: random.Random, on: date) -> None:
    """Invented people join the branch; some hold certificates, one is a minor with consent."""
    for number in range(HEADCOUNT):
        person = _join(session, chance, number, on)
        if chance.random() < 0.6:
            trainings.add(session, person, _course(chance, chance.choice(SKILLS), on))


@question()
def grow(session: Session, chance: random.Random, days: Sequence[date]) -> None:
    """In a month one or two people join, and there is a training for a few."""
    people = list(session.scalars(select(Volunteer).order_by(Volunteer.id)))
    for _ in range(chance.choice((1, 1, 1, 2))):
        people.append(_join(session, chance, len(people), chance.choice(days)))
    on, skill = chance.choice(days), chance.choice(SKILLS)
    there = [person for person in people if person.joined_on <= on]
    learners = chance.sample(there, chance.randint(3, 6))
    for person in learners:
        trainings.add(session, person, Course(skill, on, on + timedelta(days=730)))
    stints = [Stint(person, 240) for person in learners]
    activities.record(session, Work.TRAINING, stints, on=on)


@question()
def work(
    session: Session, chance: random.Random, days: Sequence[date], where: Sequence[Place]
) -> None:
    """Each day a team or two, sometimes hands in the warehouse."""
    people = list(session.scalars(select(Volunteer).order_by(Volunteer.id)))
    teams = [place for place in where if place.kind is PlaceKind.TEAM]
    for day in days:
        there = [person for person in people if person.joined_on <= day]
        free = chance.sample(there, len(there))
        for team in teams[: chance.choice((1, 1, 2))]:
            _shift(session, chance, day, Work.FIELD_TEAM, free, team, chance.randint(20, 140))
        if day.weekday() < 5:
            _shift(session, chance, day, chance.choice((Work.DISTRIBUTION, Work.WAREHOUSE)), free)


@question()
def report_long_term(session: Session) -> None:
    """All but one of the long-term volunteers have been reported, as the law wants."""
    for due in long_term.due(session)[1:]:
        person = session.get_one(Volunteer, due.volunteer_id)
        volunteers.report_long_term(session, person, clock.today())


def _join(session: Session, chance: random.Random, number: int, on: date) -> Volunteer:
    """The person of that number, women and men in turn; the sixth is a minor with consent."""
    is_woman, minor = number % 2 == 0, number == 5
    names = WOMEN if is_woman else MEN
    return volunteers.enter(
        session,
        Details(
            first_name=names[number // 2 % len(names)],
            last_name=SURNAMES[(number * 7) % len(SURNAMES)],
            standing=Standing.STAFF if number < 2 else Standing.VOLUNTEER,
            sex=Sex.FEMALE if is_woman else Sex.MALE,
            birth_date=_born(chance, on, minor),
            phone=f"061 000 {number:03}",
            guardian="Senada Primjer" if minor else "",
            guardian_consent_on=on if minor else None,
            joined_on=on,
        ),
    )


def _shift(
    session: Session,
    chance: random.Random,
    day: date,
    kind: Work,
    free: list[Volunteer],
    place: Place | None = None,
    kilometres: int = 0,
) -> None:
    hours = chance.choice((180, 240, 300, 360))
    stints = [Stint(free.pop(), hours) for _ in range(chance.randint(2, 4))]
    activities.record(session, kind, stints, on=day, place=place, kilometres=kilometres)


def _born(chance: random.Random, on: date, minor: bool) -> date:
    years = 16 if minor else chance.randint(19, 62)
    return date(on.year - years, 1 if minor else chance.randint(1, 12), chance.randint(1, 28))


def _course(chance: random.Random, skill: Skill, on: date) -> Course:
    taken = on - timedelta(days=chance.randint(0, 300))
    return Course(skill, taken, taken + timedelta(days=730))
