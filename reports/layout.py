"""The pages of every report and document: a verb for each part, and the finished file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import ceil
from typing import Any

from reports import archive
from reports.columns import Column, last_row
from reports.paper import pages, script, style
from reports.paper.blocks import Block, Gap, PageBreak, Picture, Row, Rule, Solid
from reports.paper.letterhead import Letterhead, NotAPicture, head, logo
from reports.paper.pages import WIDTH
from reports.paper.script import Text
from reports.paper.signatures import Signatures
from reports.paper.tables import Table
from translations import Language

__all__ = [
    "WIDTH",
    "Column",
    "Gap",
    "Letterhead",
    "NotAPicture",
    "PageBreak",
    "Rule",
    "logo",
]

SHORT = 150  # points: words this high stay with the signatures below them


@dataclass(frozen=True)
class Figure:
    """A key figure: value and name large, the note below in grey; value is text or shown."""

    value: Any
    name: str
    note: str = ""


def title(text: str, subtitle: str = "") -> list[Block]:
    """The title of a document and the grey line below it (period, status, copy)."""
    heading = Text(text, style.TITLE)
    heading.keep = True
    return [heading, Text(subtitle, style.SUBTITLE)] if subtitle else [heading]


def section(text: str) -> Block:
    """The heading of a part; it stays with what follows it."""
    heading = Text(text, style.SECTION)
    heading.keep = True
    return heading


def text(words: str) -> Block:
    """A paragraph; a new line in it is a new line on paper."""
    return Text(words, style.BODY)


def note(words: str) -> Block:
    """A small grey remark, such as the sentence of reconciliation."""
    return Text(words, style.NOTE)


def figures(items: Sequence[Figure], language: Language) -> list[Block]:
    """Key figures in cards side by side, up to four in a row."""
    cards = [_card(item, language) for item in items]
    across = ceil(len(cards) / ceil(len(cards) / 4)) if cards else 1
    rows = [cards[start : start + across] for start in range(0, len(cards), across)]
    return [Row(row, gap=8.5, padding=7.5, framed=True) for row in rows]


def table(
    columns: Sequence[Column],
    rows: Iterable[Any],
    language: Language,
    *,
    totals: bool | Any = False,
) -> Block:
    """A table; totals=True adds up the columns marked total, a row given as totals is shown."""
    rows = list(rows)
    return Table(columns, rows, last_row(columns, rows, totals, language), language)


def columns(*stacks: Sequence[Any], shares: Sequence[float] | None = None) -> Block:
    """Stacks of blocks side by side, in the given shares of the width."""
    return Row([_blocks(stack) for stack in stacks], gap=20, shares=shares)


def box(heading: str, words: str) -> Block:
    """A framed narrative: a bold heading and a text of any length."""
    parts: list[Block] = [Text(heading, style.BOX_TITLE)] if heading else []
    return Row([[*parts, Text(words, style.BODY)]], padding=8, framed=True)


def facts(pairs: Sequence[tuple[str, Any]], language: Language, *, across: int = 2) -> Block:
    """Names and values of a document's head, `across` pairs in a line."""
    stacks = [
        [_fact(name, value, language) for name, value in pairs[n::across]] for n in range(across)
    ]
    found = Row(stacks, gap=20)
    found.after = 8
    return found


def signatures(people: Sequence[tuple[str, str]], stamp: str = "") -> Block:
    """A line to sign for each (role, name), and the place of the stamp; never split."""
    return Signatures(people, stamp)


def picture(drawing: Any) -> Block:
    """A drawing of reportlab.graphics (a code for scanners) as a block; bare ones do too."""
    return Picture(drawing)


def document(
    story: Iterable[Any],
    language: Language,
    *,
    title: str,
    letterhead: Letterhead | None = None,
    footer: str = "",
    attachment: tuple[str, bytes] | None = None,
    created: datetime | None = None,
    landscape: bool = False,
    flavour: str = "3b",
    archived: bool = True,
) -> bytes:
    """The finished file: a PDF/A with page numbers, and data attached when given as (name, bytes).

    The story is a list of blocks, drawings, and lists of them; the same story gives the same
    bytes. flavour "1b" is for validators that know only the older standard. One that is not
    archived is the same pages for the screen and the printer, made in half the time.
    Raises NotAPicture when the letterhead's logo cannot be read.
    """
    blocks = [*(head(letterhead) if letterhead else []), *_blocks(story)]
    _keep_signatures_below_words(blocks)
    title = script.clean(title)
    pdf = pages.printed(blocks, title, footer, language, landscape=landscape)
    if not archived:
        return pdf
    return archive.archived(
        pdf, title, language, attachment=attachment, created=created, flavour=flavour
    )


def _blocks(story: Iterable[Any]) -> list[Block]:
    """The story without nested lists; drawings become blocks."""
    found: list[Block] = []
    for each in story:
        if isinstance(each, (list, tuple)):
            found += _blocks(each)
        else:
            found.append(Picture(each) if hasattr(each, "drawOn") else each)
    return found


def _keep_signatures_below_words(blocks: Sequence[Block]) -> None:
    """Nobody signs an empty page: short words before the signatures go over with them."""
    for words, below in pairwise(blocks):
        if isinstance(below, Signatures) and isinstance(words, (Text, Row, Solid)):
            words.keep = words.height(WIDTH) <= SHORT


def _card(item: Figure, language: Language) -> list[Block]:
    texts = [
        Text(language.show(item.value), style.FIGURE),
        Text(item.name, style.FIGURE_NAME),
        Text(item.note, style.FIGURE_NOTE),
    ]
    return [each for each in texts if each.text]


def _fact(name: str, value: Any, language: Language) -> Block:
    words = Text(language.show(value), style.BODY)
    return Row([[Text(name, replace(style.BODY, colour=style.GREY))], [words]], shares=[2, 3])
