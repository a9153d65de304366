"""Blocks put on pages, headings beside what they head, and the pages printed with their numbers."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from models import turn
from reports.paper import script, style, typefaces
from reports.paper.blocks import Block, PageBreak, gaps
from reports.paper.signatures import Signatures
from translations import Language

A4 = (595.276, 841.89)
MARGIN = 56.0
WIDTH = A4[0] - 2 * MARGIN
_TOP = 50.0
_BOTTOM = 62.0
_ONE_AT_A_TIME = threading.Lock()  # a font's reader and its glyphs serve one document at a time


@dataclass
class _Page:
    """A page being filled: the blocks on it and the height still free."""

    room: float
    placed: list[tuple[Block, float]] = field(default_factory=list)


def printed(
    blocks: Sequence[Block], title: str, footer: str, language: Language, *, landscape: bool
) -> bytes:
    """The blocks as a PDF on A4, the footer and "page x of y" below each page."""
    size = (A4[1], A4[0]) if landscape else A4
    with _ONE_AT_A_TIME:
        pages = _filled(blocks, size)
        buffer, canvas = _canvas(size)
        canvas.setTitle(title)
        for number, page in enumerate(pages, start=1):
            for block, down in page.placed:
                turn.give_way()
                block.draw(canvas, MARGIN, size[1] - _TOP - down, size[0] - 2 * MARGIN)
            place = language.gettext("page {number} of {count}")
            _foot(canvas, size[0], footer, place.format(number=number, count=len(pages)))
            canvas.showPage()
        canvas.save()
    return buffer.getvalue()


def _filled(blocks: Sequence[Block], size: tuple[float, float]) -> list[_Page]:
    """The blocks laid out on pages, headings beside what they head, long ones split."""
    width, full = size[0] - 2 * MARGIN, size[1] - _TOP - _BOTTOM
    pages = [_Page(full)]
    for number, (block, gap) in enumerate(zip(blocks, gaps(blocks), strict=True)):
        turn.give_way()
        is_break = isinstance(block, PageBreak)
        if is_break or _needed(blocks[number:], width) > pages[-1].room - gap:
            if pages[-1].placed:
                pages.append(_Page(full))
        if not is_break:
            _place(block, gap, width, full, pages, _signed(blocks[number:], width))
    return [page for page in pages if page.placed] or pages[:1]


def _needed(blocks: Sequence[Block], width: float) -> float:
    """The least room for the first block, with those that must stay with it."""
    first = blocks[0]
    if not first.keep or len(blocks) == 1:
        return first.least(width)
    return first.height(width) + max(first.after, blocks[1].before) + _needed(blocks[1:], width)


def _signed(blocks: Sequence[Block], width: float) -> float:
    """The room for the signatures right below the first block; 0 where there are none."""
    if len(blocks) < 2 or not isinstance(blocks[1], Signatures):
        return 0.0
    return max(blocks[0].after, blocks[1].before) + blocks[1].height(width)


def _place(
    block: Block, gap: float, width: float, full: float, pages: list[_Page], signed: float
) -> None:
    """Put a block on the last page, and what does not fit on new ones.

    Where the signatures below it go over, its end goes with them: nobody signs an empty page.
    """
    rest: Block | None = block
    while rest is not None:
        page = pages[-1]
        gap = gap if page.placed else 0
        room = page.room - gap
        height = rest.height(width)
        fits = height <= room + 0.01
        parts = None if fits else rest.split(width, room)
        if fits and height + signed > room:
            parts = rest.split(width, height - 1)
        if parts is None and not fits and page.placed:
            pages.append(_Page(full))
            continue
        upper, rest = parts or (rest, None)
        page.placed.append((upper, full - room))
        page.room = room - upper.height(width)
        if rest is not None:
            pages.append(_Page(full))


def _canvas(size: tuple[float, float]) -> tuple[io.BytesIO, Any]:
    """An empty file to draw in; the same drawing gives the same bytes."""
    from reportlab.pdfgen.canvas import Canvas

    typefaces.width("", typefaces.REGULAR, 1)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, size, invariant=1, pageCompression=1, initialFontName=typefaces.REGULAR)
    return buffer, canvas


def _foot(canvas: Any, width: float, left: str, right: str) -> None:
    inner = width - 2 * MARGIN
    numbers = script.shortened(right, style.FOOTER, inner / 2)
    words = script.shortened(left, style.FOOTER, inner - numbers.width - 12)
    script.draw(canvas, words, style.FOOTER, MARGIN, 32, inner)
    script.draw(canvas, numbers, replace(style.FOOTER, align="right"), MARGIN, 32, inner)
