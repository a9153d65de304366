"""How a day sheet looks before it is imported: its rows as they stand, faulty cells marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from models.sheets import daysheet
from models.sheets.daysheet import Preview
from models.sheets.sheetfile import Cell, Formula
from models.sheets.sheetwords import Column as SheetColumn
from models.units import amount
from translations import N_, _, current, ngettext
from ui.pieces.rows import Badge, Column

LONGEST = 200  # characters of a cell that are shown
RIGHT = (SheetColumn.QUANTITY, SheetColumn.PERSONS, SheetColumn.NUMBER)
MEASURED = 200  # rows whose texts say how wide a column is to be
WIDEST = 30  # characters


@dataclass(frozen=True)
class SheetRow:
    """A row of the file with the places of its faulty cells; None: a cell that is not there."""

    number: int
    cells: tuple[Cell, ...]
    faults: frozenset[int | None] = field(default_factory=frozenset)


def columns(preview: Preview) -> list[Column]:
    """The row's number, then the file's own columns as they stand; columns left out are not."""
    known = {place: column for column, place in preview.headings.positions.items()}
    numbers = Column(N_("Row"), _number, width=7, align="right")
    shown = _shown_places(preview)
    return [numbers, *(_column(preview, place, known.get(place)) for place in shown)]


def column_of(preview: Preview, position: int | None) -> int:
    """Which column of the table shows that column of the file; the row's number for None."""
    shown = _shown_places(preview)
    return shown.index(position) + 1 if position in shown else 0


def rows(preview: Preview) -> list[SheetRow]:
    """The filled rows below the headings; the headings too where one of them is faulty."""
    faults: dict[int, set[int | None]] = {}
    for problem in preview.problems:
        faults.setdefault(problem.row, set()).add(problem.position)
    sheet, first = preview.sheet, preview.headings.index
    filled = zip(sheet.numbers[first:], sheet.rows[first:], strict=True)
    made = [SheetRow(at, cells, frozenset(faults.get(at, ()))) for at, cells in filled]
    return made if made[0].faults else made[1:]


def totals(preview: Preview) -> str:
    """The file's name and, once it has no fault, what its rows add up to."""
    sums, show = preview.totals, current().show
    counted = ngettext("{count} row", "{count} rows", preview.filled)
    parts = [preview.sheet.name, counted.format(count=show(preview.filled))]
    if preview.problems or not sums.first or not sums.last:
        return " · ".join(parts)
    parts.append(current().period(sums.first, sums.last))
    if sums.persons:
        persons = ngettext("{count} person", "{count} persons", sums.persons)
        parts.append(persons.format(count=show(sums.persons)))
    parts += [f"{each.name}: {show(amount(each.quantity, each.unit))}" for each in sums.goods]
    parts += [f"{show(each.kind)}: {show(each.times)}" for each in sums.services]
    return " · ".join(parts)


def judgement(preview: Preview) -> tuple[str, str]:
    """One sentence about the whole file, and its tone."""
    if preview.already:
        return daysheet.AlreadyImported(day=preview.already).text(), "warn"
    if preview.is_cut:
        return daysheet.TooManyProblems(most=daysheet.MOST_PROBLEMS).text(), "bad"
    count = len(preview.problems)
    if not count:
        return _("Everything in this file can be imported."), "good"
    said = ngettext(
        "{count} cell is faulty. Correct it in the file and choose the file again.",
        "{count} cells are faulty. Correct them in the file and choose the file again.",
        count,
    )
    return said.format(count=current().show(count)), "bad"


def _shown_places(preview: Preview) -> list[int]:
    """The columns of the file that mean something here, or hold a fault."""
    faulty = {problem.position for problem in preview.problems}
    meant = {*preview.headings.positions.values(), *faulty}
    return sorted(place for place in meant if place is not None)


def _column(preview: Preview, place: int, sort: SheetColumn | None) -> Column:
    """A column of the file, as wide as its texts, under the name the program gives it."""
    first = preview.headings.index
    texts = [_text(cells, place) for cells in preview.sheet.rows[first : first + MEASURED]]
    return Column(
        current().show(sort) if sort else texts[0] or "—",
        _cell(place),
        width=min(max(map(len, texts[1:]), default=0), WIDEST) + 2,
        align="right" if sort in RIGHT else "left",
    )


def _number(row: SheetRow) -> Badge | str:
    """The row's number, marked when a cell is faulty that the file does not have."""
    text = current().show(row.number)
    return Badge(text, "bad") if None in row.faults else text


def _cell(place: int) -> Callable[[SheetRow], Badge | str]:
    def value(row: SheetRow) -> Badge | str:
        text = _text(row.cells, place)
        return Badge(text or "—", "bad") if place in row.faults else text

    return value


def _text(cells: tuple[Cell, ...], place: int) -> str:
    return _shown(cells[place]) if place < len(cells) else ""


def _shown(cell: Cell) -> str:
    """A cell as the current language writes days and numbers, its length bounded."""
    if isinstance(cell, Formula):
        text = cell.text
    elif isinstance(cell, date | Decimal):
        text = current().show(cell)
    else:
        text = cell
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
