"""How many people were reached, and what was done for them, in a period and beside it.

A person with a card counts once in a span of time, however often they came; people without a
card count at every contact. Entries taken back carry negative numbers, so plain sums are right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from models.desk.aid import MARKS, Encounter, Reached, Reason, Referral, Service, ServiceGiven
from models.desk.cards import CardVulnerability, ErasedVulnerability, Person, Vulnerability
from models.periods import Period
from models.rights import question
from models.roles import COUNTS
from models.spans import NOTHING, Cut, Spans, total

SPANS = ("now", "before", "year")


@dataclass(frozen=True)
class Reach:
    """People by what was told of them: those with a card, each once, and those without."""

    carded: dict[Person, Spans[int]]
    anonymous: dict[Person, Spans[int]]
    new: Spans[int]  # of those with a card: never helped before the span began
    vulnerable: dict[Vulnerability, Spans[int]]  # of those with a card


@dataclass(frozen=True)
class Contacts:
    """Every contact counted, the same person as often as they came."""

    all: Spans[int]
    estimated: Spans[int]
    days: dict[date, int]  # the days of the period that had any


@dataclass(frozen=True)
class Services:
    """How often a service was given, and to how many; why first aid; to whom people were sent."""

    times: dict[Service, Spans[int]]
    persons: dict[Service, Spans[int]]
    reasons: dict[Reason | None, Spans[int]]
    referrals: dict[Referral | None, Spans[int]]


@question(*COUNTS)
def people(session: Session, cut: Cut) -> Reach:
    """Who was reached. A card is described by its last contact in the span."""
    counts: dict[Person, Counter[str]] = defaultdict(Counter)
    new: Counter[str] = Counter()
    for span, person, persons, first_time in _met(session, cut):
        counts[person][span] += persons
        new[span] += first_time
    return Reach(
        carded={person: _spans(found) for person, found in counts.items()},
        anonymous=cut.spread(_anonymous(session, cut)),
        new=_spans(new),
        vulnerable=_vulnerable(session, cut),
    )


@question(*COUNTS)
def contacts(session: Session, cut: Cut) -> Contacts:
    """Contacts in the spans, and on each day of the period."""
    counted = func.sum(Encounter.persons)
    query = (
        select(Encounter.day, Encounter.is_estimated, counted)
        .where(Encounter.day.between(cut.first, cut.last))
        .group_by(Encounter.day, Encounter.is_estimated)
    )
    rows = [(day, guessed, int(persons)) for day, guessed, persons in session.execute(query)]
    days: dict[date, int] = defaultdict(int)
    for day, _, persons in rows:
        if cut.period.first <= day:
            days[day] += persons
    return Contacts(
        all=_in_spans(cut, ((day, persons) for day, _, persons in rows)),
        estimated=_in_spans(cut, ((day, persons) for day, guessed, persons in rows if guessed)),
        days=dict(days),
    )


@question(*COUNTS)
def services(session: Session, cut: Cut) -> Services:
    """The services given in the spans."""
    rows = session.execute(_services(cut)).all()
    aid = [row for row in rows if row.kind is Service.FIRST_AID]
    sent = [row for row in rows if row.kind is Service.REFERRAL]
    return Services(
        times=cut.spread((row.kind, row.piece, int(row.times)) for row in rows),
        persons=cut.spread((row.kind, row.piece, int(row.persons)) for row in rows),
        reasons=cut.spread((row.reason, row.piece, int(row.times)) for row in aid),
        referrals=cut.spread((row.referral, row.piece, int(row.times)) for row in sent),
    )


# Each day is summed in the order of an index, without sorting; then the days are.


def _services(cut: Cut) -> Select[*tuple[Any, ...]]:
    given = ServiceGiven
    kinds = (given.kind, given.reason, given.referral)
    daily = (
        select(given.day, *kinds)
        .add_columns(func.sum(given.times).label("times"), func.sum(given.persons).label("persons"))
        .where(given.day.between(cut.first, cut.last))
        .group_by(given.day, *kinds)
        .subquery()
    )
    keys = (daily.c.kind, daily.c.reason, daily.c.referral, cut.piece(daily.c.day).label("piece"))
    sums = (func.sum(daily.c.times).label("times"), func.sum(daily.c.persons).label("persons"))
    return select(*keys, *sums).group_by(*keys)


def _anonymous(session: Session, cut: Cut) -> Iterator[tuple[Person, int, int]]:
    """Persons without a card, by what was told and the piece of the spans."""
    marks = [getattr(Reached, name) for name in MARKS]
    daily = (
        select(Reached.day, *marks, func.sum(Reached.persons).label("persons"))
        .where(Reached.day.between(cut.first, cut.last), Reached.is_carded.is_(False))
        .group_by(Reached.day, *marks)
        .subquery()
    )
    keys = (*(daily.c[name] for name in MARKS), cut.piece(daily.c.day).label("piece"))
    for row in session.execute(select(*keys, func.sum(daily.c.persons)).group_by(*keys)):
        yield Person(*row[:4]), row.piece, int(row[5])


def _cards(cut: Cut, *conditions: ColumnElement[bool]) -> CTE:
    """Every card with its contacts, read once from their index.

    For each span: net contacts in it (an entry taken back is none), the last one, net before it.
    """
    columns = []
    for name, period in vars(cut.periods).items():
        within, before = Encounter.day.between(period.first, period.last), period.first
        columns += [
            func.sum(case((within, Encounter.persons), else_=0)).label(f"{name}_met"),
            func.max(case((within, Encounter.id))).label(f"{name}_last"),
            func.sum(case((Encounter.day < before, Encounter.persons), else_=0)).label(
                f"{name}_known"
            ),
        ]
    return (
        select(Encounter.card_id, *columns)
        .where(Encounter.card_id.is_not(None), Encounter.day <= cut.last, *conditions)
        .group_by(Encounter.card_id)
        .cte("cards")
    )


def _met(session: Session, cut: Cut) -> Iterator[tuple[str, Person, int, int]]:
    """Persons with a card by span and what was told: how many, how many of them new."""
    cards = _cards(cut)
    marks = [getattr(Reached, name) for name in MARKS]
    parts = []
    for name in SPANS:
        is_new = case((cards.c[f"{name}_known"] > 0, 0), else_=1)
        parts.append(
            select(literal(name), *marks, func.count(), func.sum(is_new))
            .join_from(cards, Reached, Reached.encounter_id == cards.c[f"{name}_last"])
            .where(cards.c[f"{name}_met"] > 0)
            .group_by(*marks)
        )
    for row in session.execute(union_all(*parts)):
        yield row[0], Person(*row[1:5]), int(row[5]), int(row[6])


def _vulnerable(session: Session, cut: Cut) -> dict[Vulnerability, Spans[int]]:
    """Persons with a card by vulnerability."""
    cards = _cards(cut, Encounter.card_id.in_(select(CardVulnerability.card_id)))
    counts = [func.sum(case((cards.c[f"{name}_met"] > 0, 1), else_=0)) for name in SPANS]
    query = (
        select(CardVulnerability.kind, *counts)
        .join_from(CardVulnerability, cards, CardVulnerability.card_id == cards.c.card_id)
        .group_by(CardVulnerability.kind)
    )
    found = {row[0]: Spans(*map(int, row[1:])) for row in session.execute(query)}
    for kind, persons in _erased(session, cut).items():
        found[kind] = total((found.get(kind, NOTHING), persons))
    return found


def _erased(session: Session, cut: Cut) -> dict[Vulnerability, Spans[int]]:
    """Those whose cards were erased since: exact for months and for a year so far."""
    rows = session.scalars(select(ErasedVulnerability)).all()

    def count(kind: Vulnerability, period: Period) -> int:
        within = [
            row for row in rows if row.kind is kind
            and period.first <= (month := Period.parse(row.month)).first
            and month.last <= period.last
        ]  # fmt: skip
        is_year = not period.is_month and (period.first.month, period.first.day) == (1, 1)
        return sum(row.persons for row in within if row.is_first_of_year or not is_year)

    kinds = {row.kind for row in rows}
    return {kind: cut.periods.to(partial(count, kind)) for kind in kinds}


def _spans(counts: Counter[str]) -> Spans[int]:
    return Spans(*(counts[name] for name in SPANS))


def _in_spans(cut: Cut, days: Iterable[tuple[date, int]]) -> Spans[int]:
    whole = list(days)
    return cut.periods.to(
        lambda period: sum(n for day, n in whole if period.first <= day <= period.last)
    )
