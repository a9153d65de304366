"""Colours and kinds of text on paper; sizes are in points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

INK = "#1A2530"
GREY = "#5F6B7A"
ACCENT = "#1F5B8C"
QUIET = "#C3CBD5"
HEAD_GROUND = "#EEF2F5"
HAIRLINE = "#C3CBD5"
WHITE = "#FFFFFF"
RULE = "#5F6B7A"


@cache
def paint(colour: str) -> Any:
    """The colour as a canvas takes it, made once."""
    from reportlab.lib.colors import HexColor

    return HexColor(colour)


@dataclass(frozen=True)
class Style:
    """How one kind of text looks, and the room kept above and below it."""

    size: float
    bold: bool = False
    colour: str = INK
    align: str = "left"
    leading: float = 1.36
    before: float = 0
    after: float = 0

    @property
    def line(self) -> float:
        """The height of one line."""
        return self.size * self.leading


TITLE = Style(16, bold=True, before=13, after=2, leading=1.25)
KEY = Style(19, bold=True, before=4, after=4, leading=1.6)
SUBTITLE = Style(9.3, colour=GREY, after=10)
SECTION = Style(11, bold=True, before=13, after=5)
BODY = Style(8.6, before=3, after=4, leading=1.45)
NOTE = Style(7.6, colour=GREY, before=4, after=4)
BOX_TITLE = Style(8.6, bold=True, after=2)
FIGURE = Style(14.5, bold=True, leading=1.25)
FIGURE_NAME = Style(8.4)
FIGURE_NOTE = Style(7, colour=GREY)
NAME = Style(12.6, bold=True, leading=1.25)
LETTERHEAD = Style(8.4, colour=GREY)
ADDRESSEE = Style(9.4, bold=True, align="right")
ADDRESSEE_NOTE = Style(8.2, colour=GREY, align="right")
SIGNATURE = Style(8.4)
FOOTER = Style(7, colour=GREY)
CELL = Style(8.2)
