"""The indicators of a monthly report: each the sum of figures that stand elsewhere in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from models.desk.cards import AgeBand, Sex
from models.office.indicators import IndicatorRow, Term
from models.spans import Spans, total
from reports.monthly.figures import IndicatorLine, Monthly

_Figures = dict[Term, Spans[Decimal]]
_NOTHING = Spans(Decimal(0), Decimal(0), Decimal(0))


def lines(data: Monthly, listed: Iterable[IndicatorRow]) -> tuple[IndicatorLine, ...]:
    """The listed indicators with what they add up to in the report."""
    known = figures(data)
    return tuple(
        IndicatorLine(
            code=row.code,
            section=row.section,
            unit=row.unit,
            names=row.names,
            definitions=row.definitions,
            terms=tuple(f"{term.measure}:{term.key}" for term in row.terms),
            value=added(known, row.terms),
        )
        for row in listed
    )


def figures(data: Monthly) -> _Figures:
    """Everything that can be added up, by measure and key (`models.office.indicators.MEASURES`)."""
    found: dict[Term, list[Spans[Decimal]]] = defaultdict(list)
    for measure, key, value in (*_people(data), *_services(data), *_work(data)):
        found[Term(measure, key)].append(value.to(Decimal))
    for measure, key, exact in _goods(data):
        found[Term(measure, key)].append(exact)
    return {term: _sum(parts) for term, parts in found.items()}


def added(known: _Figures, terms: Iterable[Term]) -> Spans[Decimal]:
    """The sum of terms; what did not occur is nothing."""
    return _sum(known.get(term, _NOTHING) for term in terms)


def _people(data: Monthly) -> Iterator[tuple[str, str, Spans[int]]]:
    people = data.people
    yield "persons", "all", people.persons
    yield "persons", "carded", people.carded
    yield "persons", "anonymous", people.anonymous
    yield "persons", "new", total((people.new, people.anonymous))
    yield "persons", "repeat", people.repeat
    yield "persons", "contacts", people.contacts
    yield "persons", "estimated", people.estimated
    for sex in Sex:
        yield "sex", sex, total(cell.persons for cell in people.cells if cell.sex is sex)
    for age in AgeBand:
        yield "age", age, total(cell.persons for cell in people.cells if cell.age is age)
    for line in people.vulnerabilities:
        yield "vulnerability", line.kind, line.persons


def _services(data: Monthly) -> Iterator[tuple[str, str, Spans[int]]]:
    for line in data.services:
        yield "service", line.kind, line.times
        yield "service_persons", line.kind, line.persons
    for why in data.reasons:
        yield "reason", why.reason or "", why.times
    for whom in data.referrals:
        yield "referral", whom.target or "", whom.times


def _work(data: Monthly) -> Iterator[tuple[str, str, Spans[int]]]:
    yield "teams", "teams", data.teams.teams
    yield "teams", "members", data.teams.members
    yield "teams", "days", data.teams.days
    yield "teams", "km", data.teams.kilometres
    yield "volunteers", "engaged", data.volunteers.engaged
    yield "volunteers", "women", data.volunteers.women
    yield "volunteers", "men", data.volunteers.men
    yield "volunteers", "new", data.volunteers.new
    yield "volunteers", "trained", data.volunteers.trained


def _goods(data: Monthly) -> Iterator[tuple[str, str, Spans[Decimal]]]:
    yield "volunteers", "hours", data.volunteers.minutes.to(hours)
    for line in data.handed_out:
        yield "item", line.item, line.quantity
        yield "category", data.item(line.item).category, line.quantity
        if line.kilograms:
            yield "weight", "all", line.kilograms


def hours(minutes: int) -> Decimal:
    """Minutes as hours with at most two decimals, halves rounded up."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize() + 0


def _sum(parts: Iterable[Spans[Decimal]]) -> Spans[Decimal]:
    whole = list(parts)
    nothing = Decimal(0)
    return Spans(
        sum((part.now for part in whole), nothing),
        sum((part.before for part in whole), nothing),
        sum((part.year for part in whole), nothing),
    )
