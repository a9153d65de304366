"""A table of the report under its heading, the same on paper and in the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from models.periods import Period
from models.spans import Spans
from reports.columns import Column
from reports.monthly.figures import Monthly
from translations import Language
from translations.formats import NO_BREAK


@dataclass(frozen=True)
class Part:
    """`note` stands below the table; `totals` as `layout.table` takes them; `tab`: a short name."""

    heading: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    totals: bool | Any = False
    note: str = ""
    tab: str = ""

    def without(self, *titles: str) -> Part:
        """The same table with fewer columns."""
        return replace(self, columns=[c for c in self.columns if c.title not in titles])


@dataclass(frozen=True)
class Line:
    """A name and its figure in the three spans."""

    name: str
    value: Spans[int] | Spans[Decimal]


def below(name: str, depth: int = 1) -> str:
    """The name of a part, indented below the line that it is a part of."""
    return "\u2003" * depth + name


def line_columns(data: Monthly, language: Language, title: str, *, total: bool) -> list[Column]:
    """The name, the figure of the period, and for comparison the ones before and so far."""
    return [Column(title, "name"), *span_columns(data, language, "value", total=total)]


def span_columns(
    data: Monthly, language: Language, value: str, *, total: bool, title: str = ""
) -> list[Column]:
    """The figure of a period (named by it, or `title`), of the one before, and of the year."""
    before, year = beside(data, language)
    now = title or over_column(data.period, language)
    return [
        Column(now, lambda row: getattr(row, value).now, bold=True, total=total),
        Column(before, lambda row: getattr(row, value).before, grey=True, total=total),
        Column(year, lambda row: getattr(row, value).year, grey=True, total=total),
    ]


def beside(data: Monthly, language: Language) -> tuple[str, str]:
    """What the figures for comparison are headed: the period before, and the year so far."""
    return over_column(data.previous, language), language.gettext("since 1\u00a0January")


def over_column(period: Period, language: Language) -> str:
    """The period as the head of a column of figures: a month may stand above its year."""
    said = language.period(period.first, period.last)
    return said.replace(NO_BREAK, " ") if period.is_month else said
