"""How wide the columns of a table on paper are: figures stay whole, names share what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.paper import script
from reports.paper.style import Style

LONGEST_WORD = 64.0
_LONGEST_MOMENT = 100.0  # a day and an hour, or a number: they stay on one line
_WIDEST_TEXT = 260.0
_NARROWEST = 20.0
_SPARE = {True: 1, False: 2}  # how often a column of figures, of texts, gets of what is left


@dataclass(frozen=True)
class Wish:
    """What a column asks for: the least that breaks no word, and room for its texts on one line.

    A firm column holds figures: it is made narrower last of all.
    """

    least: float
    natural: float
    firm: bool


def wish(title: str, head: Style, texts: Iterable[str], body: Style, padding: float) -> Wish:
    """The wish of a column with this title and these texts; padding is the room at their sides."""
    firm = body.align == "right"
    natural = max((script.natural_width(text, body) for text in texts), default=0.0)
    word = natural if firm else max((_word(text, body) for text in texts), default=0.0)
    titled = script.longest_word(title, head)
    least = max(word, titled if firm else min(titled, LONGEST_WORD))
    natural = max(natural, script.natural_width(title, head))
    return Wish(least + padding, max(least, min(natural, _WIDEST_TEXT)) + padding, firm)


def fit(wishes: Sequence[Wish], width: float) -> bool:
    """Whether every column gets the least it asks for."""
    return sum(each.least for each in wishes) <= width


def widths(wishes: Sequence[Wish], shares: Sequence[float | None], width: float) -> list[float]:
    """The widths of the columns, together exactly `width`; a share is the part of it wished for."""
    if not fit(wishes, width):
        return _squeezed(wishes, width)
    wanted = [
        max(each.least, share * width if share else each.natural)
        for each, share in zip(wishes, shares, strict=True)
    ]
    found = [each.least for each in wishes]
    for firm in (False, True):  # a name cut in two makes its row higher, a title only the head
        goals = zip(wishes, wanted, found, strict=True)
        found = _grown(found, [want if w.firm is firm else has for w, want, has in goals], width)
    spare = (width - sum(found)) / sum(_SPARE[each.firm] for each in wishes)
    return [each + spare * _SPARE[w.firm] for each, w in zip(found, wishes, strict=True)]


def _word(text: str, body: Style) -> float:
    """The width of the text's longest word, as far as no one may break it."""
    has_letters = any(map(str.isalpha, text))
    return min(script.longest_word(text, body), LONGEST_WORD if has_letters else _LONGEST_MOMENT)


def _grown(found: Sequence[float], wanted: Sequence[float], width: float) -> list[float]:
    """The widths nearer to those wanted, all by the same part of what they lack."""
    lack, free = sum(wanted) - sum(found), max(width - sum(found), 0.0)
    part = min(1.0, free / lack) if lack else 0.0
    return [has + (want - has) * part for has, want in zip(found, wanted, strict=True)]


def _squeezed(wishes: Sequence[Wish], width: float) -> list[float]:
    """Too little room: names give way before figures do."""
    firm = sum(each.least for each in wishes if each.firm)
    soft = sum(each.least for each in wishes if not each.firm)
    count = sum(not each.firm for each in wishes)
    left = max(width - firm, _NARROWEST * count)
    found = [each.least if each.firm else each.least * left / soft for each in wishes]
    return [each * width / sum(found) for each in found]
