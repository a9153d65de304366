"""The tables of a report as an Excel workbook: figures stay figures, texts never run."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from reports import columns as column_module
from reports.columns import Column
from reports.paper import style
from translations import Language, Money

LARGEST_TEXT = 32_767
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_QUANTITY = "#,##0.###"
_WHOLE = "#,##0"
_MONEY = "#,##0.00"
_DAY = 'd". "m". "yyyy"."'
_MOMENT = _DAY + " hh:mm"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, a heading, a table as layout.table takes it, and a note below."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    heading: str = ""
    totals: bool | Any = False
    note: str = ""


def workbook(
    sheets: Sequence[Sheet], language: Language, *, title: str, created: datetime | None = None
) -> bytes:
    """The sheets as an XLSX file; the same sheets and moment give the same bytes."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    with Workbook(buffer, _OPTIONS) as book:
        moment = (created or _NO_MOMENT).replace(tzinfo=None)
        book.set_properties({"title": _safe(title), "created": moment})
        writer = _Writer(book, language)
        for sheet, name in zip(sheets, _names(sheets), strict=True):
            writer.write(sheet, name)
    return buffer.getvalue()


class _Writer:
    """Writes sheets into one book; every look is made once."""

    def __init__(self, book: Any, language: Language) -> None:
        self.book = book
        self.language = language
        self.looks: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write(self, sheet: Sheet, name: str) -> None:
        page = self.book.add_worksheet(name)
        first = 2 if sheet.heading else 0
        if sheet.heading:
            page.write_string(0, 0, _safe(sheet.heading), self._look(bold=True, font_size=14))
        last = column_module.last_row(sheet.columns, sheet.rows, sheet.totals, self.language)
        for number, column in enumerate(sheet.columns):
            values = [column.of(row) for row in sheet.rows]
            self._write_head(page, first, number, column, sheet)
            self._write_values(page, first + 1, number, values, _own_look(column))
            if last:
                line = first + 1 + len(values)
                self._write_value(page, line, number, last[number], {"bold": True, "top": 1})
            texts = [column.title, *map(self.language.show, values)]
            page.set_column(number, number, _width(texts))
        if sheet.note:
            line = first + 2 + len(sheet.rows) + bool(last)
            page.write_string(line, 0, _safe(sheet.note), self._look(font_color=style.GREY))
        _set_up(page, first)

    def _write_head(self, page: Any, line: int, number: int, column: Column, sheet: Sheet) -> None:
        align = column_module.alignment(column, sheet.rows)
        look = self._look(
            bold=True, bg_color=style.HEAD_GROUND, bottom=1, align=align, text_wrap=True
        )
        page.write_string(line, number, _safe(column.title), look)

    def _write_values(
        self, page: Any, first: int, number: int, values: Sequence[Any], look: dict[str, Any]
    ) -> None:
        for line, value in enumerate(values, start=first):
            self._write_value(page, line, number, value, look)

    def _write_value(
        self, page: Any, line: int, number: int, value: Any, look: dict[str, Any]
    ) -> None:
        how = self._look(**look, **_number_format(value))
        if isinstance(value, Money):
            page.write_number(line, number, value.fenings / 100, how)
        elif column_module.is_figure(value):
            page.write_number(line, number, value, how)
        elif isinstance(value, datetime):
            page.write_datetime(line, number, value.replace(tzinfo=None), how)
        elif isinstance(value, date):
            page.write_datetime(line, number, value, how)
        elif value is None or value == "":
            page.write_blank(line, number, None, how)
        else:
            page.write_string(line, number, _safe(self.language.show(value)), how)

    def _look(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self.looks:
            self.looks[key] = self.book.add_format({"valign": "top", **look})
        return self.looks[key]


def _own_look(column: Column) -> dict[str, Any]:
    look: dict[str, Any] = {"bold": True} if column.bold else {}
    return look | {"font_color": style.GREY} if column.grey else look


def _number_format(value: Any) -> dict[str, Any]:
    if isinstance(value, Money):
        return {"num_format": _MONEY}
    if column_module.is_figure(value):
        return {"num_format": _WHOLE if value == int(value) else _QUANTITY}
    if isinstance(value, datetime):
        return {"num_format": _MOMENT, "align": "left"}
    if isinstance(value, date):
        return {"num_format": _DAY, "align": "left"}
    return {"text_wrap": True}


def _set_up(page: Any, first: int) -> None:
    """The head stays in sight and on every printed page; a page is as wide as the table."""
    page.freeze_panes(first + 1, 0)
    page.repeat_rows(first)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.set_footer("&R&P / &N")


def _width(texts: Sequence[str]) -> float:
    longest = max(len(line) for text in texts for line in (text.split("\n") or [""]))
    return min(max(longest * 1.05 + 2, 8), 60)


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """Sheet names as Excel takes them: 31 letters, none of []:*?/\\, no name twice."""
    names: list[str] = []
    for number, sheet in enumerate(sheets, start=1):
        name = re.sub(r"[\[\]:*?/\\]", " ", _safe(sheet.name)).strip("' ")[:31].strip("' ")
        taken = {each.casefold() for each in names}
        if not name or name.casefold() in {*taken, "history"}:
            name = f"{name[:27]} {number}".strip()
        names.append(name)
    return names


def _safe(text: str) -> str:
    """Text without what XML cannot hold, and no longer than a cell."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", whole)[:LARGEST_TEXT]
