"""Understand one cell of a day sheet: a day, a number, a word; or say why it cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.desk.cards import UNKNOWN_COUNTRY, AgeBand, Sex, band_of_age
from models.errors import DomainError
from models.sheets import sheetwords
from models.sheets.sheetfile import Cell, Formula
from models.sheets.sheetwords import Answer, Column, Word
from models.text import search_key
from models.units import Unit
from translations import N_, Language, current

LONGEST_REMARK = 500
SHOWN = 60  # characters of a cell that a sentence repeats
OLDEST_AGE = 120

_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00)?)?")
_DAY = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4}|[0-9]{2})\.?")
_NUMBER = re.compile(r"[0-9]+(?:[.,' ][0-9]+)*")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*")
_MEASURED = (Unit.KG, Unit.LITRE)  # what may well be counted to the gram

# A workbook takes the age groups 2-5 and 6-12 for days of the year.
_DAYS_THAT_ARE_AGES = {frozenset((2, 5)): AgeBand.TODDLER, frozenset((6, 12)): AgeBand.CHILD}


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell: its row as the file counts, its column, and the sentence.

    `position` is the column's place in the file from 0; None when the file has no such column.
    """

    row: int
    column: Column | None
    position: int | None
    cause: DomainError

    def text(self, language: Language | None = None) -> str:
        return self.cause.text(language)

    def line(self, language: Language | None = None) -> str:
        """The sentence with its place before it, for where no table can be shown."""
        spoken = language or current()
        cell = f"{spoken.gettext(N_('Row'))} {spoken.show(self.row)}"
        if self.column:
            cell += f", {spoken.show(self.column)}"
        return f"{cell}: {self.text(spoken)}"


def is_empty(cell: Cell) -> bool:
    """Nothing, or only a dash or another sign that says nothing."""
    return isinstance(cell, str) and not search_key(cell)


def text(cell: Cell) -> str:
    """The cell as text. Raises FormulaInCell."""
    if isinstance(cell, Formula):
        raise FormulaInCell
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:f}" if isinstance(cell, Decimal) and cell.is_finite() else str(cell)


def quoted(cell: Cell) -> str:
    """As much of the cell as fits into a sentence."""
    whole = text(cell)
    return whole if len(whole) <= SHOWN else f"{whole[:SHOWN]}…"


def remark(cell: Cell) -> str:
    """Raises TextTooLong."""
    whole = text(cell)
    if len(whole) > LONGEST_REMARK:
        raise TextTooLong(count=len(whole), longest=LONGEST_REMARK)
    return whole


def day(cell: Cell) -> date:
    """A real date, or 21.5.2018, 21. 5. 2018., 21.5.18., 2018-05-21. Raises BadDay."""
    if isinstance(cell, date):
        return cell
    written = text(cell)
    if found := _ISO_DAY.fullmatch(written):
        return _day(cell, found[1], found[2], found[3])
    if found := _DAY.fullmatch(written):
        return _day(cell, found[3] if len(found[3]) == 4 else f"20{found[3]}", found[2], found[1])
    raise BadDay(text=quoted(cell))


def count(cell: Cell, most: int) -> int:
    """A whole number up to `most`. Raises BadNumber, NotWhole, TooManyInRow."""
    number = _number(cell)
    if number != number.to_integral_value():
        raise NotWhole(text=quoted(cell))
    if number > most:
        raise TooManyInRow(most=most)
    return int(number)


def quantity(cell: Cell, unit: Unit) -> Decimal:
    """How much of an item. Raises BadNumber, NotPositive, TwoWays for 1.500 kg."""
    if unit in _MEASURED and _is_grouped_once(cell):
        raise TwoWays(text=quoted(cell))
    number = _number(cell)
    if number <= 0:
        raise NotPositive
    return number


def word(kind: type[Word], cell: Cell) -> Word:
    """A member of an enumeration by any of its names. Raises UnknownWord."""
    found = sheetwords.find(kind, text(cell))
    if found is None:
        raise UnknownWord(text=quoted(cell), words=tuple(kind))
    return found


def sex(cell: Cell) -> Sex:
    return Sex.UNKNOWN if is_empty(cell) else word(Sex, cell)


def age(cell: Cell) -> AgeBand:
    """An age group, or an age in years. Raises UnknownWord."""
    if is_empty(cell):
        return AgeBand.UNKNOWN
    if isinstance(cell, date):
        if band := _DAYS_THAT_ARE_AGES.get(frozenset((cell.day, cell.month))):
            return band
    years = text(cell)
    if re.fullmatch("[0-9]{1,3}", years) and int(years) <= OLDEST_AGE:
        return band_of_age(int(years))
    return word(AgeBand, cell)


def nationality(cell: Cell) -> str:
    """An ISO code of two letters. Raises UnknownCountry."""
    if is_empty(cell):
        return UNKNOWN_COUNTRY
    found = sheetwords.country(text(cell))
    if found is None:
        raise UnknownCountry(text=quoted(cell))
    return found


def answer(cell: Cell) -> bool:
    """Yes or no; empty is no. Raises UnknownWord."""
    return not is_empty(cell) and word(Answer, cell) is Answer.YES


def _day(cell: Cell, year: str, month: str, number: str) -> date:
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise BadDay(text=quoted(cell)) from None


def _number(cell: Cell) -> Decimal:
    """Comma or point as decimal mark; thousands only when they are grouped all through.

    Of two marks the last is the decimal one. A single mark before three digits parts
    thousands: nobody counts pieces or people to the thousandth.
    """
    if isinstance(cell, Decimal):
        return _fitting(cell, cell)
    written = text(cell)
    if not _NUMBER.fullmatch(written):
        raise BadNumber(text=quoted(cell))
    if _GROUPED.fullmatch(written) and not written.startswith("0"):
        return _fitting(cell, Decimal(re.sub("[^0-9]", "", written)))
    whole, mark, decimals = _parted(written)
    if (mark and mark in whole) or not (whole.isdigit() or _GROUPED.fullmatch(whole)):
        raise BadNumber(text=quoted(cell))
    return _fitting(cell, Decimal(f"{re.sub('[^0-9]', '', whole)}.{decimals or '0'}"))


def _parted(written: str) -> tuple[str, str, str]:
    """What stands before and after the last comma or point."""
    at = max(written.rfind(","), written.rfind("."))
    return (written[:at], written[at], written[at + 1 :]) if at >= 0 else (written, "", "")


def _fitting(cell: Cell, number: Decimal) -> Decimal:
    if not number.is_finite() or number < 0 or number > 10**9:
        raise BadNumber(text=quoted(cell))
    return number


def _is_grouped_once(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", cell))


class FormulaInCell(DomainError):
    message = N_("This cell holds a formula. Replace it by its value.")


class BadDay(DomainError):
    message = N_("“{text}” is not a date. Write the day as 21.05.2018.")


class BadNumber(DomainError):
    message = N_("“{text}” is not a number that fits here. Write one such as 12.")


class TwoWays(DomainError):
    message = N_(
        "“{text}” can be read in two ways. "
        "Write 1500 for fifteen hundred, or 1,5 for one and a half."
    )


class NotWhole(DomainError):
    message = N_("“{text}” is not a whole number.")


class NotPositive(DomainError):
    message = N_("The quantity must be more than zero.")


class TooManyInRow(DomainError):
    message = N_("One row can count up to {most}. Check the number or split the row.")


class TextTooLong(DomainError):
    message = N_("The text is too long: {count} characters, at most {longest} are kept.")


class UnknownWord(DomainError):
    message = N_("“{text}” is not understood here. Write one of these: {words}.")


class UnknownCountry(DomainError):
    message = N_("“{text}” is not a country. Write its name or its two-letter code, such as AF.")
