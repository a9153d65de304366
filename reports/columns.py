"""Columns of a table on paper or in a workbook: what they show of a row, and their sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from translations import Language, Money


@dataclass(frozen=True)
class Column:
    """One column; title is already in the language of the page.

    value: an attribute of the row ("name"), or a function of the row.
    align: "left", "right" or "center"; by default figures stand right and all else left.
    width: the part of the table it takes (0.4); by default what its texts need.
    total: the column is added up in the row of totals.
    grey: for comparison only, such as the month before.
    """

    title: str
    value: str | Callable[[Any], Any]
    align: str | None = None
    width: float | None = None
    bold: bool = False
    grey: bool = False
    total: bool = False

    def of(self, row: Any) -> Any:
        """The value this column shows of the row."""
        return getattr(row, self.value) if isinstance(self.value, str) else self.value(row)


def added_up(column: Column, rows: Iterable[Any]) -> Any:
    """The sum of a column, leaving out unknown values; None when there is nothing to add."""
    values = [value for row in rows if (value := column.of(row)) is not None]
    if values and isinstance(values[0], Money):
        return Money(sum(value.fenings for value in values))
    return sum(values[1:], start=values[0]) if values else None


def last_row(
    columns: Sequence[Column], rows: Sequence[Any], totals: bool | Any, language: Language
) -> list[Any]:
    """The values below the table: sums (totals=True), a row of its own, or none (totals=False)."""
    if totals is not True:
        return [column.of(totals) for column in columns] if totals else []
    sums = [added_up(column, rows) if column.total else "" for column in columns]
    return sums if columns[0].total else [language.gettext("Total"), *sums[1:]]


def decimals(column: Column, values: Iterable[Any]) -> int:
    """How many decimals each of the values gets: alike where they are added up, else 0 or more."""
    exact = [value for value in values if isinstance(value, Decimal)] if column.total else []
    return max((_decimals(value) for value in exact), default=0)


def _decimals(value: Decimal) -> int:
    exponent = round(value, 3).normalize().as_tuple().exponent
    return -min(int(exponent), 0)


def alignment(column: Column, rows: Sequence[Any]) -> str:
    """Where the column's texts stand: as it says, else right for figures."""
    if column.align:
        return column.align
    values = (column.of(row) for row in rows)
    first = next((value for value in values if value is not None), None)
    return "right" if column.total or is_figure(first) else "left"


def is_figure(value: Any) -> bool:
    """Whether the value is a number or an amount of money."""
    return isinstance(value, (int, Decimal, Money)) and not isinstance(value, bool)
