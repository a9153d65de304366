"""A table on paper: light head repeated on every page, hairlines, bold totals, cells that wrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from reports import columns as column_module
from reports.columns import Column
from reports.paper import script, style, widths
from reports.paper.script import Line
from reports.paper.style import Style, paint
from reports.paper.widths import Wish
from translations import Language

PADDING = 4.2
TOGETHER = 3  # rows at the foot of a page and at the head of the next, where there are so many
_SIZES = (8.2, 7.4, 6.6, 5.8)
_MOST = 180.0  # points left empty at the foot of a page rather than part such rows


@dataclass(frozen=True)
class Cells:
    """One row made ready: the lines, the style and the width of every cell."""

    lines: tuple[tuple[Line, ...], ...]
    styles: tuple[Style, ...]
    widths: Sequence[float]
    is_total: bool = False

    @cached_property
    def height(self) -> float:
        return self.most_lines * self.styles[0].line + PADDING

    @property
    def most_lines(self) -> int:
        return max(1, *(len(lines) for lines in self.lines))

    def split(self, room: float) -> tuple[Cells, Cells] | None:
        """The lines that fit in the room, and the others."""
        count = int((room - PADDING) / self.styles[0].line)
        if count < 1:
            return None
        upper = tuple(lines[:count] for lines in self.lines)
        rest = tuple(lines[count:] for lines in self.lines)
        return replace(self, lines=upper), replace(self, lines=rest)


class Table:
    """A table as wide as its place; see layout.table."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[Any],
        last: Sequence[Any],
        language: Language,
    ) -> None:
        self._aligns = [column_module.alignment(column, rows) for column in columns]
        self._columns = columns
        lines = [[column.of(row) for column in columns] for row in rows]
        texts = _texts(columns, [*lines, last] if last else lines, language)
        self._texts, self._last = texts[: len(rows)], texts[-1] if last else []
        self._ready: dict[float, _Ready] = {}
        self.before, self.after, self.keep = 0.0, 7.0, False

    def height(self, width: float) -> float:
        return self._at(width).height(width)

    def least(self, width: float) -> float:
        return self._at(width).least(width)

    def split(self, width: float, height: float) -> tuple[_Ready, _Ready] | None:
        return self._at(width).split(width, height)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        self._at(width).draw(canvas, x, top, width)

    def _at(self, width: float) -> _Ready:
        if width not in self._ready:
            self._ready = {width: self._made_ready(width)}
        return self._ready[width]

    def _made_ready(self, width: float) -> _Ready:
        """The table in the largest letters in which every word keeps to its column."""
        for size in _SIZES:
            styles = self._styles(size)
            wishes = self._wishes(styles)
            if widths.fit(wishes, width):
                break
        shares = [column.width for column in self._columns]
        cells = partial(_cells, widths.widths(wishes, shares, width))
        head = cells([column.title for column in self._columns], list(map(_head, styles)))
        rows = [cells(texts, styles) for texts in self._texts]
        if self._last:
            rows.append(cells(self._last, list(map(_bold, styles)), is_total=True))
        return _Ready(head, rows)

    def _styles(self, size: float) -> list[Style]:
        return [
            Style(size, bold=c.bold, colour=style.GREY if c.grey else style.INK, align=align)
            for c, align in zip(self._columns, self._aligns, strict=True)
        ]

    def _wishes(self, styles: Sequence[Style]) -> list[Wish]:
        rows = [*self._texts, self._last] if self._last else self._texts
        return [
            widths.wish(
                column.title, _head(own), {row[number] for row in rows}, _bold(own), 2 * _pad(own)
            )
            for number, (column, own) in enumerate(zip(self._columns, styles, strict=True))
        ]


class _Ready:
    """A table, or the part of one, with its lines broken and its widths settled."""

    def __init__(self, head: Cells, rows: Sequence[Cells]) -> None:
        self.head, self.rows = head, rows
        self.before, self.after, self.keep = 0.0, 7.0, False

    def height(self, width: float) -> float:
        return self.head.height + sum(row.height for row in self.rows)

    def least(self, width: float) -> float:
        """The first rows that stay together; all of them where either part would be too short."""
        first = self.rows[:TOGETHER] if self._length >= 2 * TOGETHER else self.rows
        return self.head.height + min(sum(row.height for row in first), _MOST)

    def split(self, width: float, height: float) -> tuple[_Ready, _Ready] | None:
        """As many rows as fit, the last few together; a row no page can hold is cut."""
        room = height - self.head.height
        for count, row in enumerate(self.rows):
            if row.height > room + 0.01:
                return self._cut(self._kept_together(count), room, fresh=count == 0)
            room -= row.height
        return None

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        canvas.setFillColor(paint(style.HEAD_GROUND))
        canvas.rect(x, top - self.head.height, width, self.head.height, stroke=0, fill=1)
        top = self._draw_row(canvas, self.head, x, top)
        _hairline(canvas, x, top, width, style.RULE)
        for number, row in enumerate(self.rows):
            top = self._draw_row(canvas, row, x, top)
            before_total = any(each.is_total for each in self.rows[number + 1 : number + 2])
            if not row.is_total:
                _hairline(canvas, x, top, width, style.RULE if before_total else style.HAIRLINE)

    def _cut(self, count: int, room: float, *, fresh: bool) -> tuple[_Ready, _Ready] | None:
        parts = self.rows[count].split(room) if fresh else None
        if parts:
            return self._with([parts[0]]), self._with([parts[1], *self.rows[1:]])
        return (self._with(self.rows[:count]), self._with(self.rows[count:])) if count else None

    def _kept_together(self, count: int) -> int:
        """Where to cut so that a few rows stand on the next page too, or one with the totals."""
        if (fewer := min(count, self._length - TOGETHER)) >= TOGETHER:
            return fewer
        return count - 1 if count > 1 and self.rows[count].is_total else count

    @property
    def _length(self) -> int:
        """How many rows there are without the totals."""
        return sum(not row.is_total for row in self.rows)

    def _draw_row(self, canvas: Any, row: Cells, x: float, top: float) -> float:
        for lines, own, width in zip(row.lines, row.styles, row.widths, strict=True):
            above = row.most_lines - len(lines) if row is self.head else 0
            baseline = top - PADDING / 2 - own.line * (0.76 + above)
            for line in lines:
                script.draw(canvas, line, own, x + _pad(own), baseline, width - 2 * _pad(own))
                baseline -= own.line
            x += width
        return top - row.height

    def _with(self, rows: Sequence[Cells]) -> _Ready:
        return _Ready(self.head, rows)


def _texts(
    columns: Sequence[Column], lines: Sequence[Sequence[Any]], language: Language
) -> list[list[str]]:
    """The values as texts; figures that are added up have their decimals one below the other."""
    least = [
        column_module.decimals(column, [line[place] for line in lines])
        for place, column in enumerate(columns)
    ]
    return [[_shown(*each, language) for each in zip(line, least, strict=True)] for line in lines]


def _shown(value: Any, least: int, language: Language) -> str:
    is_exact = least and column_module.is_figure(value)
    return language.number(value, least=least) if is_exact else language.show(value)


def _cells(
    widths: Sequence[float], texts: Sequence[str], styles: Sequence[Style], is_total: bool = False
) -> Cells:
    places = zip(texts, styles, widths, strict=True)
    lines = (tuple(script.lines(t, own, wide - 2 * _pad(own) + 0.01)) for t, own, wide in places)
    return Cells(tuple(lines), tuple(styles), widths, is_total)


def _pad(own: Style) -> float:
    """The room left and right of a cell's text."""
    return own.size / 2


def _head(own: Style) -> Style:
    return replace(own, bold=True, colour=style.GREY, size=own.size - 0.5)


def _bold(own: Style) -> Style:
    return replace(own, bold=True)


def _hairline(canvas: Any, x: float, y: float, width: float, colour: str) -> None:
    canvas.setStrokeColor(paint(colour))
    canvas.setLineWidth(0.5)
    canvas.line(x, y, x + width, y)
