"""Charts that read in black and white, with figures on bars that begin at zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from reports.paper import script, style
from reports.paper.blocks import Block, Solid
from reports.paper.script import Text
from reports.paper.style import Style, paint
from translations import Language

_LABEL = Style(8)
_FIGURE = Style(8, bold=True)
_AXIS = Style(7, colour=style.GREY)
_ROW = 17.0
_BAR = 11.5
_GROUND = 14.0


@dataclass(frozen=True)
class Bar:
    """One bar: its name and its figure; a quiet one gathers the others, or the unknown."""

    name: str
    value: int | Decimal
    quiet: bool = False


def categories(bars: Sequence[Bar], language: Language) -> Block:
    """Horizontal bars from zero; the largest is as long as the room."""
    return _Categories(bars, language) if bars else _nothing(language)


def days(values: Sequence[tuple[date, int]], language: Language, *, height: float = 118) -> Block:
    """A bar for each day above a rounded axis from zero, with its figure where there is room."""
    if not any(value for _, value in values):
        return _nothing(language)
    return _Days(values, language, height)


def leading(bars: Sequence[Bar], others: str, *, most: int = 6) -> list[Bar]:
    """The largest bars, and one quiet bar named `others` for the rest."""
    ordered = sorted(bars, key=lambda bar: bar.value, reverse=True)
    rest = ordered[most:]
    gathered = [Bar(others, sum(bar.value for bar in rest), quiet=True)] if rest else []
    return [*ordered[:most], *gathered]


def rounded_top(largest: int) -> int:
    """The upper end of an axis: the next 1, 2, 4, 5 or 10 times a power of ten; at least 4."""
    power = int(10 ** (len(str(largest)) - 1))
    steps = (1, 2, 4, 5, 10)
    return max(4, min(step * power for step in steps if step * power >= largest))


def marks(top: int) -> list[int]:
    """Where a rounded axis is written: zero, the top, and whole figures between."""
    count = 4 if top % 4 == 0 else 5
    return [top * number // count for number in range(count + 1)]


class _Categories(Solid):
    after: float = 6

    def __init__(self, bars: Sequence[Bar], language: Language) -> None:
        self.bars = bars
        self.figures = [language.show(bar.value) for bar in bars]

    def height(self, width: float) -> float:
        return len(self.bars) * _ROW + 2

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        names = min(max(_wide(bar.name, _LABEL) for bar in self.bars), width * 0.4)
        left = x + names + 6
        room = x + width - left - max(_wide(figure, _FIGURE) for figure in self.figures) - 5
        longest = max(1, *(bar.value for bar in self.bars))
        for number, (bar, figure) in enumerate(zip(self.bars, self.figures, strict=True)):
            y = top - (number + 1) * _ROW + (_ROW - _BAR) / 2
            length = room * float(max(bar.value, 0) / longest)
            _write(canvas, bar.name, _LABEL, x, y + 3, names, "right", room=names)
            _draw_bar(canvas, left, y, length, _BAR, quiet=bar.quiet)
            _write(canvas, figure, _FIGURE, left + length + 4, y + 3, 0)
        _line(canvas, left, top - self.height(width), left, top, style.RULE)


class _Days(Solid):
    after: float = 6

    def __init__(
        self, values: Sequence[tuple[date, int]], language: Language, height: float
    ) -> None:
        self.values = values
        self.language = language
        self._height = height
        self.top = rounded_top(max(value for _, value in values))

    def height(self, width: float) -> float:
        return self._height

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        ground = top - self._height + _GROUND
        left = x + max(_wide(self.language.show(mark), _AXIS) for mark in marks(self.top)) + 6
        self._draw_axis(canvas, x, left, ground, x + width)
        step = (x + width - left) / len(self.values)
        for number, (_, value) in enumerate(self.values):
            place = left + (number + 0.15) * step
            _draw_bar(canvas, place, ground, step * 0.7, value * self._scale)
        self._draw_names(canvas, left, ground, step)
        self._draw_figures(canvas, left, ground, step)

    def _draw_names(self, canvas: Any, left: float, ground: float, step: float) -> None:
        """The days below the axis, as many as have room; none reaches over its end."""
        names = [self._name(day) for day, _ in self.values]
        every, end = math.ceil(_wide(names[-1], _AXIS) * 1.5 / step), left + len(names) * step
        for number in range(0, len(names), every):
            wide = _wide(names[number], _AXIS)
            place = min(left + (number + 0.5) * step - wide / 2, end - wide)
            _write(canvas, names[number], _AXIS, place, ground - 10, wide)

    def _draw_figures(self, canvas: Any, left: float, ground: float, step: float) -> None:
        for number in self._told(step):
            value = self.values[number][1]
            figure, above = self.language.show(value), ground + value * self._scale + 2
            room, end = _wide(figure, _AXIS) + 2, left + len(self.values) * step
            place = max(left, min(left + (number + 0.5) * step - room / 2, end - room))
            _clear(canvas, place, above, room)
            _write(canvas, figure, _AXIS, place, above, room, "center")

    def _told(self, step: float) -> list[int]:
        """The days whose figures are written: the largest first, none over another or a bar."""
        values = [value for _, value in self.values]
        wide = [_wide(self.language.show(value), _AXIS) for value in values]
        told: list[int] = []
        for number in sorted(range(len(values)), key=lambda each: -values[each]):
            reach = max(math.ceil(wide[number] / step / 2 - 0.65), 0)  # bars below the figure
            beside = values[max(number - reach, 0) : number + reach + 1]
            apart = all(abs(number - n) * step > (wide[number] + wide[n]) / 2 - 1 for n in told)
            if values[number] and apart and max(beside) == values[number]:
                told.append(number)
        return told

    def _name(self, day: date) -> str:
        """The day of the month, with its month where there is more than one."""
        first, last = self.values[0][0], self.values[-1][0]
        one_month = (first.year, first.month) == (last.year, last.month)
        return f"{day.day}" if one_month else self.language.short_day(day)

    @property
    def _scale(self) -> float:
        return (self._height - _GROUND - 10) / self.top

    def _draw_axis(self, canvas: Any, x: float, left: float, ground: float, right: float) -> None:
        for mark in marks(self.top):
            y = ground + mark * self._scale
            _line(canvas, left, y, right, y, style.RULE if mark == 0 else style.HAIRLINE)
            _write(canvas, self.language.show(mark), _AXIS, x, y - 2.5, left - x - 4, "right")


def _draw_bar(
    canvas: Any, x: float, y: float, width: float, height: float, *, quiet: bool = False
) -> None:
    canvas.setFillColor(paint(style.QUIET if quiet else style.ACCENT))
    canvas.rect(x, y, width, height, stroke=0, fill=1)


def _clear(canvas: Any, x: float, y: float, width: float) -> None:
    """Take away the line of the axis behind a figure."""
    canvas.setFillColor(paint(style.WHITE))
    canvas.rect(x, y - 1, width, _AXIS.size, stroke=0, fill=1)


def _line(canvas: Any, x: float, y: float, to_x: float, to_y: float, colour: str) -> None:
    canvas.setStrokeColor(paint(colour))
    canvas.setLineWidth(0.5)
    canvas.line(x, y, to_x, to_y)


def _wide(text: str, kind: Style) -> float:
    return script.natural_width(text, kind)


def _write(
    canvas: Any,
    text: str,
    kind: Style,
    x: float,
    y: float,
    width: float,
    align: str = "left",
    room: float = math.inf,
) -> None:
    """One line of text, aligned in the width and shortened to the room."""
    line = script.shortened(text, kind, room + 0.01)
    script.draw(canvas, line, replace(kind, align=align), x, y, width)


def _nothing(language: Language) -> Block:
    return Text(language.gettext("Nothing recorded."), replace(style.NOTE, before=0))
