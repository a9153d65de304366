"""The places at the end of a document where people sign and the stamp goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reports.paper import script, style
from reports.paper.blocks import Solid
from reports.paper.script import Text
from reports.paper.style import paint


class Signatures(Solid):
    """A line for each person to sign, and a circle for the stamp."""

    before: float = 34

    def __init__(self, people: Sequence[tuple[str, str]], stamp: str) -> None:
        self.people = people
        self.stamp = stamp

    def height(self, width: float) -> float:
        return max(
            [
                66.0 if self.stamp else 0.0,
                *(40 + t.height(self._place(width)) for t in self._texts()),
            ]
        )

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        canvas.setStrokeColor(paint(style.RULE))
        canvas.setLineWidth(0.6)
        if self.stamp:
            _stamp(canvas, self.stamp, x + width - 32, top - 33)
        for words in self._texts():
            canvas.line(x, top - 37, x + self._place(width), top - 37)
            words.draw(canvas, x, top - 40, self._place(width))
            x += self._place(width) + 26

    def _texts(self) -> list[Text]:
        return [
            Text(f"{role}: {name}" if name else role, style.SIGNATURE) for role, name in self.people
        ]

    def _place(self, width: float) -> float:
        count = max(len(self.people), 1)
        free = width - (80 if self.stamp else 0) - 26 * (count - 1)
        return min(free / count, 160)


def _stamp(canvas: Any, words: str, x: float, y: float) -> None:
    canvas.setDash(1, 2)
    canvas.circle(x, y, 31)
    canvas.setDash()
    kind = replace(style.SIGNATURE, align="center", colour=style.GREY)
    script.draw(canvas, script.shortened(words, kind, 56), kind, x - 28, y - 3, 56)
