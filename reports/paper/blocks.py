"""What stands on a page besides text and tables: pictures, gaps, stacks side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

from reports.paper import style, typefaces
from reports.paper.style import paint


class Block(Protocol):
    """Something with a height; it is drawn at x with its upper edge at top (points).

    before, after: the room it wants above and below; keep: it stays with the block after it.
    """

    before: float
    after: float
    keep: bool

    def height(self, width: float) -> float: ...

    def least(self, width: float) -> float:
        """The least height that makes sense at the foot of a page."""
        ...

    def split(self, width: float, height: float) -> tuple[Block, Block] | None:
        """The part that fits in the height and the rest, or None."""
        ...

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None: ...


class Solid:
    """A block that is never split; the others that are one piece build on it."""

    before: float = 0
    after: float = 0
    keep: bool = False

    def height(self, width: float) -> float:
        return 0.0

    def least(self, width: float) -> float:
        return self.height(width)

    def split(self, width: float, height: float) -> None:
        return None


class Gap(Solid):
    """Empty room; at the top of a page it vanishes."""

    def __init__(self, height: float) -> None:
        self.before = height

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        return None


class PageBreak(Gap):
    """What follows begins on a new page."""

    def __init__(self) -> None:
        super().__init__(0)


class Rule(Solid):
    """A line across the page."""

    def __init__(self, colour: str = style.ACCENT, thickness: float = 1.3) -> None:
        self.colour = colour
        self.thickness = thickness
        self.before = 8

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        canvas.setStrokeColor(paint(self.colour))
        canvas.setLineWidth(self.thickness)
        canvas.line(x, top, x + width, top)


class Picture(Solid):
    """A drawing (a code for scanners), made smaller where its room is narrower."""

    def __init__(self, drawing: Any) -> None:
        self.drawing = drawing
        self.after = 6

    def height(self, width: float) -> float:
        return float(self.drawing.height * self._scale(width))

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        from reportlab.graphics import renderPDF, shapes

        shapes.STATE_DEFAULTS["fontName"] = typefaces.REGULAR
        canvas.saveState()
        canvas.translate(x, top - self.height(width))
        canvas.scale(self._scale(width), self._scale(width))
        renderPDF.draw(self.drawing, canvas, 0, 0)
        canvas.restoreState()

    def _scale(self, width: float) -> float:
        return min(1.0, width / float(self.drawing.width))


class Image(Solid):
    """A picture of dots (a logo) inside a square of the given side."""

    def __init__(self, reader: Any, side: float) -> None:
        self.reader = reader
        self.side = side

    def height(self, width: float) -> float:
        return self.side

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        place = (x, top - self.side, self.side, self.side)
        canvas.drawImage(self.reader, *place, preserveAspectRatio=True, anchor="nw")


class Row:
    """Stacks of blocks side by side; framed ones are cards of one height."""

    def __init__(
        self,
        stacks: Sequence[Sequence[Block]],
        *,
        shares: Sequence[float] | None = None,
        gap: float = 10,
        padding: float = 0,
        framed: bool = False,
    ) -> None:
        self.stacks = stacks
        self.shares = shares or [1.0] * len(stacks)
        self.gap, self.padding, self.framed = gap, padding, framed
        self.before: float = 8 if framed else max((s[0].before for s in stacks if s), default=0)
        self.after: float = 8 if framed else max((s[-1].after for s in stacks if s), default=0)
        self.keep = False

    def height(self, width: float) -> float:
        inner = (stack_height(s, w) for s, w in zip(self.stacks, self._widths(width), strict=True))
        return max(inner, default=0) + 2 * self.padding

    def least(self, width: float) -> float:
        return min(self.height(width), max(self._least(width), 60))

    def split(self, width: float, height: float) -> tuple[Row, Row] | None:
        room = height - 2 * self.padding
        widths = self._widths(width)
        parts = [_split(s, w, room) for s, w in zip(self.stacks, widths, strict=True)]
        if not any(upper for upper, _ in parts):
            return None
        return self._like([upper for upper, _ in parts]), self._like([rest for _, rest in parts])

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        height = self.height(width)
        for stack, inner in zip(self.stacks, self._widths(width), strict=True):
            if self.framed:
                _frame(canvas, x, top - height, inner + 2 * self.padding, height)
            draw_stack(stack, canvas, x + self.padding, top - self.padding, inner)
            x += inner + 2 * self.padding + self.gap

    def _widths(self, width: float) -> list[float]:
        count = len(self.stacks)
        free = width - self.gap * (count - 1) - 2 * self.padding * count
        return [free * share / sum(self.shares) for share in self.shares]

    def _least(self, width: float) -> float:
        firsts = zip(self.stacks, self._widths(width), strict=True)
        return max((s[0].least(w) for s, w in firsts if s), default=0) + 2 * self.padding

    def _like(self, stacks: Sequence[Sequence[Block]]) -> Row:
        return Row(
            stacks, shares=self.shares, gap=self.gap, padding=self.padding, framed=self.framed
        )


def stack_height(blocks: Sequence[Block], width: float) -> float:
    """The height of blocks one below the other, without the room above the first."""
    return sum(each.height(width) for each in blocks) + sum(gaps(blocks))


def gaps(blocks: Sequence[Block]) -> list[float]:
    """The room above each block: the larger wish of two neighbours, none above the first."""
    wishes = [max(a.after, b.before) for a, b in pairwise(blocks)]
    return [0.0, *wishes] if blocks else []


def draw_stack(blocks: Sequence[Block], canvas: Any, x: float, top: float, width: float) -> None:
    """Draw blocks one below the other."""
    for block, gap in zip(blocks, gaps(blocks), strict=True):
        block.draw(canvas, x, top - gap, width)
        top -= gap + block.height(width)


def _split(blocks: Sequence[Block], width: float, room: float) -> tuple[list[Block], list[Block]]:
    """The blocks (and the part of one) that fit in the room, and the others."""
    for number, (block, gap) in enumerate(zip(blocks, gaps(blocks), strict=True)):
        room -= gap + block.height(width)
        if room < -0.01:
            parts = block.split(width, room + block.height(width))
            upper, rest = ([parts[0]], [parts[1]]) if parts else ([], [block])
            return _together([*blocks[:number], *upper], [*rest, *blocks[number + 1 :]])
    return list(blocks), []


def _together(upper: list[Block], rest: list[Block]) -> tuple[list[Block], list[Block]]:
    """Headings at the end of the upper part go down to what they head."""
    while upper and upper[-1].keep:
        rest.insert(0, upper.pop())
    return upper, rest


def _frame(canvas: Any, x: float, y: float, width: float, height: float) -> None:
    canvas.setStrokeColor(paint(style.HAIRLINE))
    canvas.setLineWidth(0.6)
    canvas.roundRect(x, y, width, height, 5)
