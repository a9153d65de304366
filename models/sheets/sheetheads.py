"""Find the row of headings in a day sheet, whatever stands above it and in whatever order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.errors import DomainError
from models.sheets import sheetcells, sheetwords
from models.sheets.sheetcells import CellProblem, FormulaInCell
from models.sheets.sheetfile import Cell, Formula, Sheet
from models.sheets.sheetwords import Column
from translations import N_

TITLE_ROWS = 20  # that may stand above the headings
LEFT_OUT = "#"  # begins the heading of a column that is not to be read


@dataclass(frozen=True)
class Headings:
    """Which row of the sheet names the columns (its index), and where each column stands."""

    index: int
    positions: Mapping[Column, int]
    problems: tuple[CellProblem, ...]


def headings(sheet: Sheet) -> Headings:
    """Find the row of headings. Raises NoHeadings."""
    for index, cells in enumerate(sheet.rows[:TITLE_ROWS]):
        named = [_column(cell) for cell in cells]
        if Column.DATE in named and {Column.WHAT, Column.PERSONS} & set(named):
            positions = {column: place for place, column in reversed([*enumerate(named)]) if column}
            return Headings(index, positions, tuple(_faulty_headings(sheet, index, named)))
    raise NoHeadings(date=Column.DATE, what=Column.WHAT, persons=Column.PERSONS)


def _column(cell: Cell) -> Column | None:
    if not isinstance(cell, str) or cell.startswith(LEFT_OUT):
        return None
    return sheetwords.find(Column, cell)


def _faulty_headings(sheet: Sheet, index: int, named: list[Column | None]) -> Iterator[CellProblem]:
    """Columns that are not known, have no name, or come twice, where they hold anything.

    A heading that starts with # says that its column is to be left out.
    """
    row, cells = sheet.numbers[index], sheet.rows[index]
    width = max(len(row) for row in sheet.rows[index:])
    for place in range(width):
        heading = cells[place] if place < len(cells) else ""
        column = named[place] if place < len(named) else None
        cause: DomainError | None = None
        if column and column in named[:place]:
            cause = ColumnTwice(column=column)
        elif not column and _is_used(sheet, index, place):
            cause = _about_heading(heading)
        if cause:
            yield CellProblem(row, column, place, cause)


def _is_used(sheet: Sheet, index: int, place: int) -> bool:
    cells = (row[place] for row in sheet.rows[index + 1 :] if place < len(row))
    return any(cell != "" for cell in cells)


def _about_heading(heading: Cell) -> DomainError | None:
    if isinstance(heading, Formula):
        return FormulaInCell()
    if sheetcells.text(heading).startswith(LEFT_OUT):
        return None
    if sheetcells.is_empty(heading):
        return NoHeading()
    return UnknownColumn(text=sheetcells.quoted(heading))


class NoHeadings(DomainError):
    message = N_(
        "The file has no headings that a day sheet needs: "
        "“{date}”, and “{what}” or “{persons}”. Start from an empty template."
    )


class UnknownColumn(DomainError):
    message = N_("“{text}” is not a column of a day sheet. Rename it, or write # before its name.")


class NoHeading(DomainError):
    message = N_("This column has entries but no heading. Name it or empty it.")


class ColumnTwice(DomainError):
    message = N_("The column “{column}” is there twice. Keep one of them.")
