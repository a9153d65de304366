"""Adds up the reports of many branches into one, line by line.

What branches call by the same code is one line where it is the same kind of goods (`_is_alike`).
A person helped by two branches is counted by both: neither knows of the other's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Any

from models.desk.aid import Reason, Referral, Service
from models.desk.cards import AgeBand, Disability, Sex, Vulnerability
from models.goods.items import Category
from models.office.indicators import Term
from models.text import sort_key
from reports.monthly import indicators
from reports.monthly.figures import IndicatorLine, Item, Monthly, People
from reports.monthly.people import largest_first
from translations import Money

Mark = Callable[[Any], Any]

OF_PEOPLE: dict[str, Mark] = {
    "cells": lambda line: (list(Sex).index(line.sex), list(AgeBand).index(line.age)),
    "nationalities": lambda line: line.country,
    "vulnerabilities": lambda line: list(Vulnerability).index(line.kind),
    "disabilities": lambda line: list(Disability).index(line.disability),
    "days": lambda line: line.day,
}
OF_SERVICES: dict[str, Mark] = {
    "services": lambda line: list(Service).index(line.kind),
    "reasons": lambda line: [*Reason, None].index(line.reason),
    "referrals": lambda line: [*Referral, None].index(line.target),
}


def added(reports: Sequence[Monthly], whole: Monthly) -> Monthly:
    """`whole`, of which only the head counts, with the sums of all `reports`."""
    alike = _with_one_kind_to_a_code(reports)
    items = _items(alike)
    place = {item.code: at for at, item in enumerate(items)}
    of_goods: dict[str, Mark] = {
        "handed_out": lambda line: (place[line.item], line.kilograms is None),
        "stock": lambda line: place[line.item],
        "donations": lambda line: (*_by_donor(line), place[line.item]),
        "stock_by_donor": lambda line: (*_by_donor(line), place[line.item]),
    }
    figures: dict[str, Any] = {
        "people": _people([report.people for report in alike]),
        "teams": summed([report.teams for report in alike]),
        "volunteers": summed([report.volunteers for report in alike]),
        "items": items,
    }
    for name, mark in (OF_SERVICES | of_goods).items():
        figures[name] = _lines(alike, name, mark)
    data = replace(whole, **figures)
    return replace(data, indicators=_indicators(alike, data))


def summed(parts: Sequence[Any]) -> Any:
    """Records with the same marks as one: figures are added up, what else they say is kept.

    A figure that one of them does not know is not known of the whole. `added` has lines of goods
    whose weight is known beside those where it is not, so that no known weight is lost.
    """
    first = parts[0]
    if any(part is None for part in parts):
        return None
    if isinstance(first, Money):
        return Money(sum(part.fenings for part in parts))
    if is_dataclass(first):
        names = [field.name for field in fields(first)]
        known = {name: summed([getattr(part, name) for part in parts]) for name in names}
        return replace(first, **known)  # type: ignore[type-var]
    return sum(parts[1:], first) if isinstance(first, (int, Decimal)) else first


def _people(parts: Sequence[People]) -> People:
    lists: dict[str, Any] = {name: _lines(parts, name, mark) for name, mark in OF_PEOPLE.items()}
    lists["nationalities"] = tuple(sorted(lists["nationalities"], key=largest_first))
    whole: People = summed(parts)
    return replace(whole, **lists)


def _lines(parts: Iterable[Any], name: str, mark: Mark) -> tuple[Any, ...]:
    """The lines of a list in all parts, those with the same mark as one, in the marks' order."""
    found: dict[Any, list[Any]] = {}
    for part in parts:
        for line in getattr(part, name):
            found.setdefault(mark(line), []).append(line)
    return tuple(summed(found[each]) for each in sorted(found))


def _by_donor(line: Any) -> tuple[bool, str, str]:
    """By the donors' names in the order of the alphabet; where none was named, last."""
    donor = line.donor or ""
    return not donor, sort_key(donor), donor


def _with_one_kind_to_a_code(reports: Sequence[Monthly]) -> list[Monthly]:
    """Other goods under a code that an earlier report has get a code with a number behind it."""
    taken = {item.code for report in reports for item in report.items}
    kinds: dict[str, list[Item]] = {}  # by code as the reports have it: goods that are not alike
    alike = []
    for report in reports:
        codes = {
            item.code: _code(item, kinds.setdefault(item.code, []), taken) for item in report.items
        }
        called = {code: other for code, other in codes.items() if other != code}
        alike.append(_renamed(report, called) if called else report)
    return alike


def _code(item: Item, known: list[Item], taken: set[str]) -> str:
    """Under which code the item is counted; goods unlike all that are `known` are added to them."""
    for other in known:
        if _is_alike(other, item):
            return other.code
    code = _free(item.code, taken) if known else item.code
    known.append(replace(item, code=code))
    taken.add(code)
    return code


def _is_alike(one: Item, other: Item) -> bool:
    """Whether they are counted alike and called alike in any language.

    A code that a branch made up may stand for something else in another branch.
    """
    is_counted_alike = (one.unit, one.category) == (other.unit, other.category)
    return is_counted_alike and not set(one.names.items()).isdisjoint(other.names.items())


def _free(code: str, taken: set[str]) -> str:
    numbered = (f"{code} ({number})" for number in count(2))
    return next(each for each in numbered if each not in taken)


def _renamed(report: Monthly, called: dict[str, str]) -> Monthly:
    def of_goods(line: Any) -> Any:
        return replace(line, item=called.get(line.item, line.item))

    terms = {f"item:{code}": f"item:{name}" for code, name in called.items()}
    return replace(
        report,
        items=tuple(replace(item, code=called.get(item.code, item.code)) for item in report.items),
        handed_out=tuple(map(of_goods, report.handed_out)),
        donations=tuple(map(of_goods, report.donations)),
        stock=tuple(map(of_goods, report.stock)),
        stock_by_donor=tuple(map(of_goods, report.stock_by_donor)),
        indicators=tuple(
            replace(line, terms=tuple(terms.get(term, term) for term in line.terms))
            for line in report.indicators
        ),
    )


def _items(reports: Iterable[Monthly]) -> tuple[Item, ...]:
    """Each kind of goods once, by category and then in the order in which reports name them."""
    found: dict[str, Item] = {}
    for report in reports:
        for item in report.items:
            found.setdefault(item.code, item)
    return tuple(sorted(found.values(), key=lambda item: list(Category).index(item.category)))


def _indicators(reports: Iterable[Monthly], data: Monthly) -> tuple[IndicatorLine, ...]:
    """Each indicator of any branch, taken from the figures of all of them.

    One that branches define otherwise stands there once for each definition.
    """
    found: dict[Any, IndicatorLine] = {}
    for report in reports:
        for line in report.indicators:
            found.setdefault((line.code, line.unit, line.terms), line)
    known = indicators.figures(data)
    return tuple(
        replace(line, value=indicators.added(known, (Term(*t.split(":", 1)) for t in line.terms)))
        for line in found.values()
    )
