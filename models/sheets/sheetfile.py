"""Read a table that somebody filled in: CSV in any usual spelling, or XLSX; never a formula.

The file comes from outside, so it is measured before it is opened, and whatever is wrong with
it is one sentence.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.errors import DomainError
from models.sheets import sheetwords
from translations import N_

MOST_BYTES = 20_000_000
MOST_UNPACKED = 200_000_000  # bytes of all parts of a workbook
MOST_PART = 60_000_000  # of a part that is held in memory whole: texts, styles
MOST_ROWS = 100_000
MOST_COLUMNS = 100
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # that a workbook can have

SEPARATORS = ";,\t"
csv.field_size_limit(MOST_BYTES)  # how long a cell may be is said of the cell
OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also a workbook with a password
PACKED = b"PK\x03\x04"
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Formula:
    """A cell that computes: what it shows depends on another program, so it is refused."""

    text: str


Cell = str | Decimal | date | Formula

# Control signs, halves of letters, and marks that turn the direction of what follows.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Sheet:
    """Cells as they stand, empty text for nothing; `numbers` are the rows' own, from 1."""

    name: str
    numbers: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


def read(source: Path | bytes, name: str = "") -> Sheet:
    """The filled rows of a CSV file, or of the first visible sheet of an XLSX workbook.

    Raises FileTooLarge, TooManyRows, TooManyColumns, NotASheet, OldWorkbook, BadWorkbook,
    UnknownLetters, BrokenQuotes, CutOff, EmptyFile; and OSError when a path cannot be read.
    """
    content = source if isinstance(source, bytes) else _content(source)
    called = name or (source.name if isinstance(source, Path) else "")
    if len(content) > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 1_000_000)
    rows = _workbook_rows(content) if _is_workbook(content) else _text_rows(content)
    filled = [(number, cells) for number, cells in rows if cells]
    if not filled:
        raise EmptyFile
    return Sheet(called, tuple(n for n, _cells in filled), tuple(cells for _n, cells in filled))


def plain(text: str) -> str:
    """The text in one line, without signs that no one sees."""
    return " ".join(_INVISIBLE.sub("", text).split())


def _content(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 1_000_000)
    return path.read_bytes()


def _is_workbook(content: bytes) -> bool:
    if content.startswith(OLD_EXCEL):
        raise OldWorkbook
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"{\\rtf")):
        raise NotASheet
    return content.startswith(PACKED)


def _text_rows(content: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    text = _decoded(content)
    head, _break, rest = text.partition("\n")
    if named := head.strip().lower().startswith("sep=") and len(head.strip()) == 5:
        text = rest  # a line by which Excel is told the separator
    separator = head.strip()[4] if named else _separator(text)
    records = list(_records(text, separator))
    if not text.endswith(("\n", "\r")):
        _require_whole(records)
    for number, record in enumerate(records, 2 if named else 1):
        yield number, _trimmed(plain(cell) for cell in record)


def _decoded(content: bytes) -> str:
    """Unicode with or without its mark, else the old Central European letters of Windows."""
    encoding = next((code for mark, code in BYTE_ORDER_MARKS if content.startswith(mark)), None)
    tried = [encoding] if encoding else [*_utf16(content), "utf-8", "cp1250"]
    for code in tried:
        try:
            text = content.decode(code)
        except UnicodeError:
            continue
        if "\0" in text:
            raise NotASheet
        return text
    raise UnknownLetters


def _utf16(content: bytes) -> list[str]:
    """Without a mark, UTF-16 shows by the empty half of its plain letters."""
    start = content[:1000]
    if start[1::2].count(0) > len(start) / 4:
        return ["utf-16-le"]
    return ["utf-16-be"] if start[0::2].count(0) > len(start) / 4 else []


def _separator(text: str) -> str:
    """The sign by which some line among the first parts into the most headings."""
    lines = text[:10_000].splitlines()[:20]

    def found(sign: str) -> int:
        return max((sheetwords.headings_in(line.split(sign)) for line in lines), default=0)

    return max(SEPARATORS, key=found)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, record in enumerate(reader, 1):
            _require_room(number, len(record))
            yield record
    except csv.Error as problem:
        raise BrokenQuotes(row=reader.line_num) from problem


def _require_whole(records: list[list[str]]) -> None:
    """A last row without its end that is shorter than every other was cut. Raises CutOff."""
    others = [len(record) for record in records[:-1] if record]
    if others and len(records[-1]) < min(others):
        raise CutOff


def _workbook_rows(content: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Every fault of a hostile workbook comes out of the library as some exception of its own."""
    try:
        _measure(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of looks and rules that are not read anyway
            yield from _first_sheet(content)
    except DomainError:
        raise
    except Exception as problem:
        raise BadWorkbook from problem


def _measure(content: bytes) -> None:
    """Look at the sizes that the parts say they have; no more than that is ever unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if not any(part.filename.startswith("xl/") for part in parts):
        raise NotASheet
    held = (part for part in parts if "/worksheets/" not in part.filename)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileTooLarge(most=MOST_BYTES // 1_000_000)
    if sum(part.file_size for part in held) > MOST_PART:
        raise FileTooLarge(most=MOST_BYTES // 1_000_000)


def _first_sheet(content: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    from openpyxl import load_workbook

    with redirect_stdout(io.StringIO()):  # of a faulty style the library says so there
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise EmptyFile
    visible[0].reset_dimensions()
    filled = 0
    for number, row in enumerate(visible[0].iter_rows(), 1):
        cells = _trimmed(_cell(cell) for cell in row)
        filled += bool(cells)
        _require_room(filled if number <= LAST_ROW else number)
        yield number, cells


def _cell(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return Formula(plain(str(getattr(value, "text", value)))[:200])
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return Decimal(repr(value))
    return value if isinstance(value, date) else plain(str(value))


def _trimmed(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Without the empty cells at the end. Raises TooManyColumns."""
    row = list(cells)
    while row and row[-1] == "":
        row.pop()
    if len(row) > MOST_COLUMNS:
        raise TooManyColumns(most=MOST_COLUMNS)
    return tuple(row)


def _require_room(rows: int, columns: int = 0) -> None:
    if rows > MOST_ROWS + 1:  # the row of headings is one more
        raise TooManyRows(most=MOST_ROWS)
    if columns > LAST_COLUMN:
        raise TooManyColumns(most=MOST_COLUMNS)


class FileTooLarge(DomainError):
    message = N_(
        "The file is too large: a day sheet has at most {most} MB. Split it into several files."
    )


class TooManyRows(DomainError):
    message = N_("A day sheet has at most {most} rows. Split it into several files.")


class TooManyColumns(DomainError):
    message = N_("The file has more than {most} columns, so it is not a day sheet.")


class EmptyFile(DomainError):
    message = N_("The file is empty.")


class NotASheet(DomainError):
    message = N_("This file is not a table. Save the day sheet as XLSX or CSV.")


class OldWorkbook(DomainError):
    message = N_(
        "The file is in the old Excel format or has a password. Save it as XLSX without a password."
    )


class BadWorkbook(DomainError):
    message = N_("The workbook is damaged. Open it in Excel or LibreOffice and save it again.")


class UnknownLetters(DomainError):
    message = N_("The letters of the file cannot be recognised. Save it as CSV UTF-8 or as XLSX.")


class BrokenQuotes(DomainError):
    message = N_(
        "In line {row} a quotation mark is not closed or stands in the wrong place. "
        "The file may have been cut off; save it again."
    )


class CutOff(DomainError):
    message = N_("The file ends in the middle of its last row. Save or copy it again.")
