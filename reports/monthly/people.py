"""The people of a monthly report, added up by every mark from what the books tell of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from models.desk import reach
from models.desk.aid import Reason, Referral, Service
from models.desk.cards import UNKNOWN_COUNTRY, AgeBand, Disability, Person, Sex, Vulnerability
from models.periods import Period
from models.spans import NOTHING, Cut, Spans, total
from reports.monthly.figures import (
    Abled,
    Cell,
    Day,
    Nationality,
    People,
    ReasonLine,
    ReferralLine,
    ServiceLine,
    Vulnerable,
)

Mark = TypeVar("Mark", bound=Hashable)


def people(session: Session, cut: Cut) -> People:
    """Who was reached; every sex, age band and disability has its cell, empty or not."""
    found, met = reach.people(session, cut), reach.contacts(session, cut)
    carded, anonymous = total(found.carded.values()), total(found.anonymous.values())
    everyone = _both(found.carded, found.anonymous)
    by_cell = _by(everyone, lambda person: (person.sex, person.age))
    by_disability = _by(everyone, lambda person: person.disability)
    return People(
        persons=total((carded, anonymous)),
        carded=carded,
        anonymous=anonymous,
        new=found.new,
        repeat=total((carded, _less(found.new))),
        contacts=met.all,
        estimated=met.estimated,
        cells=tuple(
            Cell(sex, age, by_cell.get((sex, age), NOTHING)) for sex in Sex for age in AgeBand
        ),
        nationalities=_nationalities(_by(everyone, lambda person: person.nationality)),
        vulnerabilities=tuple(
            Vulnerable(kind, found.vulnerable.get(kind, NOTHING)) for kind in Vulnerability
        ),
        disabilities=tuple(Abled(each, by_disability.get(each, NOTHING)) for each in Disability),
        days=_days(cut.period, met.days),
    )


def services(
    session: Session, cut: Cut
) -> tuple[tuple[ServiceLine, ...], tuple[ReasonLine, ...], tuple[ReferralLine, ...]]:
    """Every service, given or not; the reasons and targets that occurred, unknown ones last."""
    found = reach.services(session, cut)
    lines = tuple(
        ServiceLine(kind, found.persons.get(kind, NOTHING), found.times.get(kind, NOTHING))
        for kind in Service
    )
    reasons = tuple(
        ReasonLine(reason, found.reasons[reason])
        for reason in (*Reason, None)
        if found.reasons.get(reason, NOTHING).any()
    )
    referrals = tuple(
        ReferralLine(target, found.referrals[target])
        for target in (*Referral, None)
        if found.referrals.get(target, NOTHING).any()
    )
    return lines, reasons, referrals


def _both(
    one: Mapping[Person, Spans[int]], other: Mapping[Person, Spans[int]]
) -> dict[Person, Spans[int]]:
    return {
        person: total((one.get(person, NOTHING), other.get(person, NOTHING)))
        for person in {**one, **other}
    }


def _by(
    everyone: Mapping[Person, Spans[int]], mark: Callable[[Person], Mark]
) -> dict[Mark, Spans[int]]:
    """The persons added up by one of their marks."""
    found: dict[Mark, list[Spans[int]]] = defaultdict(list)
    for person, persons in everyone.items():
        found[mark(person)].append(persons)
    return {key: total(parts) for key, parts in found.items()}


def largest_first(line: Nationality) -> tuple[bool, int, int, str]:
    """The order of nationalities: by persons now, then in the year; the unknown last."""
    persons = line.persons
    return line.country == UNKNOWN_COUNTRY, -persons.now, -persons.year, line.country


def _nationalities(found: Mapping[str, Spans[int]]) -> tuple[Nationality, ...]:
    """The largest first; unknown last, and there even when nobody is."""
    known = [
        Nationality(country, persons)
        for country, persons in found.items()
        if country != UNKNOWN_COUNTRY and persons.any()
    ]
    known.sort(key=largest_first)
    return (*known, Nationality(UNKNOWN_COUNTRY, found.get(UNKNOWN_COUNTRY, NOTHING)))


def _days(period: Period, found: Mapping[date, int]) -> tuple[Day, ...]:
    """Every day of the period, those without anybody too."""
    count = (period.last - period.first).days + 1
    days = (period.first + timedelta(days=number) for number in range(count))
    return tuple(Day(day, found.get(day, 0)) for day in days)


def _less(persons: Spans[int]) -> Spans[int]:
    return persons.to(lambda count: -count)
