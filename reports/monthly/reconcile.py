"""Whether the figures of a monthly report agree with each other, and where they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.office.indicators import Term
from models.spans import Spans, total
from reports.monthly import indicators
from reports.monthly.figures import Donation, Handed, Monthly, Stock
from translations import N_, Language

COLUMNS = ("opening", "received", "handed_out", "delivered", "written_off", "difference", "closing")


@dataclass(frozen=True)
class Finding:
    """Something that does not agree: a sentence, and what fills its places."""

    message: str
    details: dict[str, Any] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """The sentence; a name kept in five languages is said in this one."""
        shown = {
            place: value[language.code] if isinstance(value, dict) else language.show(value)
            for place, value in self.details.items()
        }
        return language.gettext(self.message).format(**shown)


def reconcile(data: Monthly, before: Monthly | None = None) -> list[Finding]:
    """All that does not agree; nothing when every total balances, unknowns included.

    With the report of the month `before`, its closing stock must be this one's opening stock.
    """
    found = [*_people(data), *_goods(data), *_work(data), *_indicators(data)]
    return [*found, *_continues(before, data)] if before else found


def _people(data: Monthly) -> Iterator[Finding]:
    people = data.people
    parts: tuple[tuple[str, Iterable[Spans[int]]], ...] = (
        (SEX_AND_AGE, (cell.persons for cell in people.cells)),
        (NATIONALITY, (line.persons for line in people.nationalities)),
        (DISABILITY, (line.persons for line in people.disabilities)),
        (CARDS, (people.carded, people.anonymous)),
    )
    for message, persons in parts:
        if (sums := total(persons)) != people.persons:
            yield Finding(message, {"sum": sums.now, "total": people.persons.now})
    if total((people.new, people.repeat)) != people.carded:
        yield Finding(NEW, {"total": people.carded.now})
    if (contacts := sum(day.contacts for day in people.days)) != people.contacts.now:
        yield Finding(DAYS, {"sum": contacts, "total": people.contacts.now})


def _goods(data: Monthly) -> Iterator[Finding]:
    for line in (*data.stock, *data.stock_by_donor):
        if _expected(line) != line.closing:
            details = {"item": data.item(line.item).names, "expected": _expected(line)}
            yield Finding(STOCK, {**details, "closing": line.closing})
        if min(line.opening, line.closing) < 0:
            yield Finding(BELOW_ZERO, {"item": data.item(line.item).names})
    for line in data.stock:
        donors = [each for each in data.stock_by_donor if each.item == line.item]
        if any(_added(donors, name) != getattr(line, name) for name in COLUMNS):
            yield Finding(DONORS, {"item": data.item(line.item).names})
    yield from _same(data, HANDED, lambda line: line.handed_out, _by_item(data.handed_out))
    yield from _same(data, RECEIVED, lambda line: line.received, _by_item(data.donations))


def _same(
    data: Monthly, message: str, of: Callable[[Stock], Decimal], listed: dict[str, Decimal]
) -> Iterator[Finding]:
    """The stock list and another list say the same of every item."""
    stock = {line.item: of(line) for line in data.stock}
    for code in {**stock, **listed}:
        if stock.get(code, 0) != listed.get(code, 0):
            details = {"item": data.item(code).names, "listed": listed.get(code, 0)}
            yield Finding(message, {**details, "stock": stock.get(code, 0)})


def _work(data: Monthly) -> Iterator[Finding]:
    who = data.volunteers
    if total((who.women, who.men, who.unknown)) != who.engaged:
        yield Finding(VOLUNTEERS, {"total": who.engaged.now})


def _indicators(data: Monthly) -> Iterator[Finding]:
    known = indicators.figures(data)
    for line in data.indicators:
        terms = (Term(*term.split(":", 1)) for term in line.terms)
        if indicators.added(known, terms) != line.value:
            yield Finding(INDICATOR, {"indicator": line.names})


def _continues(before: Monthly, data: Monthly) -> Iterator[Finding]:
    left = {line.item: line.closing for line in before.stock}
    there = {line.item: line.opening for line in data.stock}
    for code in {**left, **there}:
        if left.get(code, 0) != there.get(code, 0):
            names = (data if code in there else before).item(code).names
            details = {"item": names, "closing": left.get(code, 0)}
            yield Finding(OPENING, {**details, "opening": there.get(code, 0)})


def _expected(line: Stock) -> Decimal:
    came = line.opening + line.received + line.difference
    return came - line.handed_out - line.delivered - line.written_off


def _added(lines: Iterable[Stock], name: str) -> Decimal:
    return sum((getattr(line, name) for line in lines), Decimal(0))


def _by_item(lines: Iterable[Handed | Donation]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.item] = found.get(line.item, Decimal(0)) + line.quantity.now
    return found


SEX_AND_AGE = N_("By sex and age there are {sum} persons, in total {total}.")
NATIONALITY = N_("By nationality there are {sum} persons, in total {total}.")
DISABILITY = N_("By disability there are {sum} persons, in total {total}.")
CARDS = N_("With and without a card there are {sum} persons, in total {total}.")
NEW = N_("New and returning persons do not add up to the {total} with a card.")
DAYS = N_("The days add up to {sum} contacts, the period has {total}.")
STOCK = N_("{item}: the movements leave {expected}, the closing stock is {closing}.")
BELOW_ZERO = N_("{item}: the stock is below zero.")
DONORS = N_("{item}: the donors do not add up to the stock.")
HANDED = N_("{item}: {listed} are listed as handed out, by the stock {stock}.")
RECEIVED = N_("{item}: {listed} are listed as received, by the stock {stock}.")
VOLUNTEERS = N_("Women, men and unknown do not add up to {total} volunteers.")
INDICATOR = N_("The indicator “{indicator}” is not the sum of what it adds up.")
OPENING = N_("{item}: the month before closed with {closing}, this one opens with {opening}.")
