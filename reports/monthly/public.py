"""The public copy of a monthly report: no small figure, and nothing that would give one away.

It leaves out what was so far this year, days, donors, stock and texts. The month before is hidden
as on its own public copy, whatever is listed otherwise since, so two copies side by side tell no
more than each of them. No copy is kept: each is asked, as it is made, whether a reader could work
out what it hides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from models.desk.aid import Service
from models.desk.cards import AgeBand, Sex
from models.errors import DomainError
from models.office.indicators import Term
from models.periods import Period
from models.spans import Spans, total
from reports import plain, small_cells
from reports.monthly import indicators
from reports.monthly.figures import Chain, Item, Monthly, Names, Sender, Status
from reports.small_cells import OTHERS, PEOPLE, Sum
from translations import N_

SCHEMA = "ogranak/monthly-public/1"
OF_PEOPLE = frozenset(
    "persons sex age cell nationality disability vulnerability service service_persons services"
    " reason referral".split()
)
AS_FOUND = frozenset(("nationality", "reason", "referral"))  # listed only where they occur
INDICATOR, EARLIER = "indicator", "earlier indicator"


@dataclass(frozen=True)
class Shown:
    """One figure of the period and of the month before; None: hidden."""

    measure: str
    key: str
    now: Decimal | None
    before: Decimal | None


@dataclass(frozen=True)
class PublicIndicator:
    """What an indicator is called and counts; its figure is among the others."""

    code: str
    section: str
    unit: str
    names: Names
    definitions: Names


@dataclass(frozen=True)
class Published:
    """What may be shown to everybody; every item named is in `items`."""

    status: Status
    number: int | None
    correction: int  # which correction of that report; 0: the report itself
    period: Period
    previous: Period
    made_at: datetime
    sender: Sender
    chain: Chain
    least_people: int  # figures of people on the move below it are hidden
    least_others: int
    figures: tuple[Shown, ...]
    items: tuple[Item, ...]
    indicators: tuple[PublicIndicator, ...]
    logo: bytes | None = field(default=None, compare=False, metadata={"carried": False})

    def figure(self, measure: str, key: str) -> Shown:
        """A figure; what did not occur is nothing."""
        return self._figures.get((measure, key), Shown(measure, key, Decimal(0), Decimal(0)))

    def of(self, measure: str) -> list[Shown]:
        """All figures of one measure, in their order."""
        return [each for each in self.figures if each.measure == measure]

    def item(self, code: str) -> Item:
        return next(item for item in self.items if item.code == code)

    @property
    def _figures(self) -> dict[tuple[str, str], Shown]:
        return {(each.measure, each.key): each for each in self.figures}


def publish(data: Monthly, earlier: Monthly | None = None) -> Published:
    """The public copy of a month's report; `earlier` is that of the month before, where closed.

    Periods that overlap could be subtracted from each other, so only whole months are public.
    Raises NotAMonthForAll for other periods, and CellRecovered rather than give a figure away.
    """
    if not data.period.is_month:
        raise NotAMonthForAll
    copy = _copy(data, earlier)
    if found := no_cell_can_be_recovered(data, copy, earlier):
        raise CellRecovered(count=len(found))
    return copy


def no_cell_can_be_recovered(
    data: Monthly, copy: Published, earlier: Monthly | None = None
) -> set[Term]:
    """12. What a reader could work out of the copy, alone or beside that of the month before."""
    gone = {name: {_term(each) for each in copy.figures if getattr(each, name) is None}
            for name in ("now", "before")}  # fmt: skip
    found = set[Term]()
    for name, hidden in gone.items():
        found.update(_recovered(_told(data, name), hidden))
    if earlier and (both := _side_by_side(earlier, data)):
        printed = _told(data, "before").values.keys() - gone["before"]
        found.update(_recovered(both, (gone["before"] | both.gone) - both.printed - printed))
    return found


def _copy(data: Monthly, earlier: Monthly | None) -> Published:
    return Published(
        status=data.status,
        number=data.number,
        correction=data.correction,
        period=data.period,
        previous=data.previous,
        made_at=data.made_at,
        sender=data.sender,
        chain=data.chain,
        least_people=PEOPLE,
        least_others=OTHERS,
        figures=tuple(_figures(data, earlier)),
        items=tuple(item for item in data.items if item.code in _handed_out(data)),
        indicators=tuple(
            PublicIndicator(line.code, line.section, line.unit, line.names, line.definitions)
            for line in data.indicators
        ),
        logo=data.logo,
    )


def to_json(data: Published) -> bytes:
    """The figures as `docs/public-report.schema.json` describes them, UTF-8."""
    return plain.written(data, schema=SCHEMA, copy="public")


def sums(data: Monthly) -> list[Sum[Term]]:
    """Which figures of a report are sums of which others."""
    cells = [Term("cell", f"{cell.sex}/{cell.age}") for cell in data.people.cells]
    everyone = Term("persons", "all")
    found = [
        Sum(everyone, (Term("persons", "carded"), Term("persons", "anonymous"))),
        Sum(Term("persons", "carded"), (Term("persons", "carded_new"), Term("persons", "repeat"))),
        Sum(Term("persons", "new"), (Term("persons", "carded_new"), Term("persons", "anonymous"))),
        Sum(everyone, tuple(Term("sex", sex) for sex in Sex)),
        Sum(everyone, tuple(Term("age", age) for age in AgeBand)),
        Sum(everyone, tuple(Term("nationality", each.country) for each in _nations(data))),
        Sum(everyone, tuple(Term("disability", d.disability) for d in data.people.disabilities)),
        Sum(Term("services", "all"), tuple(Term("service", kind) for kind in Service)),
        Sum(_service(Service.FIRST_AID), _parts("reason", (x.reason for x in data.reasons))),
        Sum(_service(Service.REFERRAL), _parts("referral", (x.target for x in data.referrals))),
        Sum(Term("volunteers", "engaged"), _parts("volunteers", ("women", "men", "unknown"))),
    ]
    for sex in Sex:
        found.append(Sum(Term("sex", sex), tuple(c for c in cells if c.key.startswith(f"{sex}/"))))
    for age in AgeBand:
        found.append(Sum(Term("age", age), tuple(c for c in cells if c.key.endswith(f"/{age}"))))
    return [*found, *_indicator_sums(data)]


def exact(data: Monthly) -> dict[Term, Spans[Decimal]]:
    """Every figure that a public copy could show, as it is."""
    known = dict(indicators.figures(data))
    for measure, key, value in _more(data):
        known[Term(measure, key)] = value.to(Decimal)
    for each in sums(data):
        for term in (each.whole, *each.parts):
            known.setdefault(term, _NOTHING)
    for line in data.indicators:
        known[Term(INDICATOR, line.code)] = line.value
    return known


def limits(data: Monthly) -> dict[Term, int]:
    """Below what each figure is hidden; goods, teams and hours are not about single people."""
    found = {term: limit for term in exact(data) if (limit := _limit(term))}
    for each in _indicator_sums(data):
        limit = max((_limit(term) for term in each.parts), default=0)
        if limit:
            found[each.whole] = limit
    return found


_NOTHING = Spans(Decimal(0), Decimal(0), Decimal(0))


@dataclass(frozen=True)
class _Told:
    """The figures of one span as a reader knows them to hang together.

    `gone` and `printed` are those of which another copy says so already.
    """

    values: Mapping[Term, Fraction]
    sums: list[Sum[Term]]
    limits: Mapping[Term, int]
    gone: frozenset[Term] = frozenset()
    printed: frozenset[Term] = frozenset()


def _figures(data: Monthly, earlier: Monthly | None) -> Iterator[Shown]:
    gone_now = _hidden(_told(data, "now"))
    both = _side_by_side(earlier, data) if earlier else None
    gone_before = _hidden(both or _told(data, "before"))
    for term, value in exact(data).items():
        yield Shown(
            *term,
            now=None if term in gone_now else value.now,
            before=None if term in gone_before else value.before,
        )


def _told(data: Monthly, span: str) -> _Told:
    """One span alone: what is listed only for another span is no part of it."""
    values = {term: Fraction(getattr(value, span)) for term, value in exact(data).items()}
    adds = [
        replace(each, parts=tuple(t for t in each.parts if values[t] or t.measure not in AS_FOUND))
        for each in sums(data)
    ]
    return _Told(values, adds, limits(data))


def _side_by_side(earlier: Monthly, data: Monthly) -> _Told | None:
    """The same month on two copies: its own, and as the month before on the one after.

    None where they tell of other figures, because the month was corrected since.
    """
    own, again = _apart(_told(earlier, "now")), _told(data, "before")
    if earlier.period != data.previous or any(
        again.values[term] != own.values[term] for term in again.values.keys() & own.values.keys()
    ):
        return None
    gone = _hidden(own)
    printed = frozenset(own.values.keys() - gone)
    known = {**again.limits, **own.limits}
    free = {term: limit for term, limit in known.items() if term not in printed}
    return _Told({**again.values, **own.values}, [*own.sums, *again.sums], free, gone, printed)


def _apart(told: _Told) -> _Told:
    """Indicators under another name: what they add up may have been changed since."""

    def term(each: Term) -> Term:
        return Term(EARLIER, each.key) if each.measure == INDICATOR else each

    return _Told(
        {term(each): value for each, value in told.values.items()},
        [Sum(term(each.whole), each.parts) for each in told.sums],
        {term(each): limit for each, limit in told.limits.items()},
    )


def _hidden(told: _Told) -> frozenset[Term]:
    return small_cells.hidden(told.values, told.sums, told.limits, told.gone)


def _recovered(told: _Told, gone: set[Term]) -> list[Term]:
    return small_cells.recovered(told.values, told.sums, told.limits, gone)


def _term(shown: Shown) -> Term:
    return Term(shown.measure, shown.key)


def _more(data: Monthly) -> Iterator[tuple[str, str, Spans[int]]]:
    """What no indicator adds up, but the tables show."""
    people, work = data.people, data.volunteers
    yield "persons", "carded_new", people.new
    for cell in people.cells:
        yield "cell", f"{cell.sex}/{cell.age}", cell.persons
    for nation in _nations(data):
        yield "nationality", nation.country, nation.persons
    for abled in people.disabilities:
        yield "disability", abled.disability, abled.persons
    yield "services", "all", total(line.times for line in data.services)
    yield "volunteers", "unknown", work.unknown
    yield "volunteers", "minors", work.minors


def _indicator_sums(data: Monthly) -> list[Sum[Term]]:
    return [
        Sum(
            Term(INDICATOR, line.code),
            tuple(Term(*term.split(":", 1)) for term in dict.fromkeys(line.terms)),
        )
        for line in data.indicators
    ]


def _nations(data: Monthly) -> list[Any]:
    return sorted(data.people.nationalities, key=lambda line: line.country)


def _service(kind: Service) -> Term:
    return Term("service", kind)


def _parts(measure: str, keys: Any) -> tuple[Term, ...]:
    return tuple(Term(measure, key or "") for key in keys)


def _limit(term: Term) -> int:
    if term.measure in OF_PEOPLE:
        return PEOPLE
    return OTHERS if term.measure == "volunteers" and term.key != "hours" else 0


def _handed_out(data: Monthly) -> Mapping[str, object]:
    return {line.item: line for line in data.handed_out}


class CellRecovered(DomainError):
    message = N_(
        "No public copy is made: {count} small figures could be worked out from it, or from it and"
        " that of the month before. Call for help."
    )


class NotAMonthForAll(DomainError):
    message = N_(
        "A public copy is made of a whole calendar month: two periods that overlap could be "
        "subtracted from each other, and small figures would come to light."
    )
