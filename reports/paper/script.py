"""Text in any script: cleaned, broken into lines, put in reading order and drawn.

It knows no markup, so nothing that a person typed can act as markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from bidi import algorithm as bidi

from reports.paper import typefaces
from reports.paper.style import Style, paint
from reports.paper.typefaces import Family


@dataclass(frozen=True)
class Piece:
    """Neighbouring letters of one font; text is plain or already shaped."""

    font: str
    text: Any
    width: float


@dataclass(frozen=True)
class Line:
    """What stands on one line, from left to right; its width is in points."""

    pieces: tuple[Piece, ...]
    width: float


def lines(text: str, style: Style, width: float) -> list[Line]:
    """The text broken into lines no wider than width; a word too long for a line is broken too."""
    return [
        _line(part, style, _is_right_to_left(paragraph))
        for paragraph in clean(text).split("\n")
        for part in _broken(paragraph, _measure(style), width)
    ]


def natural_width(text: str, style: Style) -> float:
    """The width in points the text would take if it were never broken."""
    return max(map(_measure(style), clean(text).split("\n")))


def longest_word(text: str, style: Style) -> float:
    """The width in points of the widest part that should stay on one line."""
    parts = (part.rstrip(" ") for part in _PARTS.findall(clean(text)))
    return max(map(_measure(style), parts), default=0.0)


def draw(canvas: Any, line: Line, style: Style, x: float, y: float, width: float) -> None:
    """Draw a line with its baseline at y, aligned between x and x + width."""
    x += {"left": 0.0, "center": 0.5, "right": 1.0}[style.align] * (width - line.width)
    canvas.setFillColor(paint(style.colour))
    for piece in line.pieces:
        canvas.setFont(piece.font, style.size)
        canvas.drawString(x, y, piece.text)
        x += piece.width


def shortened(text: str, style: Style, width: float) -> Line:
    """The text on one line; what does not fit is replaced by an ellipsis."""
    text = clean(text).replace("\n", " ")
    measure = _measure(style)
    if measure(text) > width:
        text = _longest(text, lambda part: measure(part + "…"), width).rstrip() + "…"
    return _line(text, style, _is_right_to_left(text))


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """The text as the fonts show it: composed, no control characters, a box for what is missing."""
    if _plain_letters().issuperset(text):
        return text
    text = unicodedata.normalize("NFC", text.translate(_REPLACED))
    text = _PRESENTATION_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return "".join(_shown(character) for character in text)


def missing_glyphs(text: str) -> str:
    """The characters of the text that no embedded font has, each once, in their order."""
    text = unicodedata.normalize("NFC", text.translate(_REPLACED))
    return "".join(dict.fromkeys(each for each in text if _shown(each) == SUBSTITUTE))


SUBSTITUTE = "\ufffd"

_JOINERS = "\u200c\u200d"
_REPLACED = {
    ord("\r"): None,
    ord("\t"): " ",
    ord("\u2028"): "\n",
    ord("\u2029"): "\n",
    ord("\u2212"): "-",
    ord("\u202f"): "\u00a0",
    ord("\u00ad"): None,
}
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
_WORD = r"(?:[^ ]*?[^\W\d_][-–/](?=[^\W\d_])|[^ ]+) *| +"
_PARTS = re.compile(_WORD)
_COUNTED = re.compile(r"\d[\d.,]* [^\W\d_]{1,8}(?!\w) *|" + _WORD)  # "0.5 l" is one part
_FORWARD = frozenset(["L", "EN"])
_BACKWARD = frozenset(["R", "AL"])


@lru_cache
def _plain_letters() -> frozenset[str]:
    """Letters that stand one after another as they come: no shaping, no change of direction."""
    own = typefaces.letters(typefaces.FAMILIES[0])
    return frozenset(each for each in own if _is_plain(each)) - {chr(c) for c in _REPLACED} | {"\n"}


def _is_plain(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] not in "MC" and unicodedata.bidirectional(character) not in _BACKWARD


def _shown(character: str) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    if unicodedata.category(character) in ("Cc", "Cf"):
        return ""
    if unicodedata.category(character) == "Zs" and not typefaces.family_of(character):
        return " "
    return character if typefaces.family_of(character) else SUBSTITUTE


def _broken(paragraph: str, measure: Callable[[str], float], width: float) -> Iterator[str]:
    if measure(paragraph) <= width:
        yield paragraph
        return
    line = ""
    for part in _parts(paragraph, measure, width):
        if line and measure((line + part).rstrip(" ")) > width:
            yield line.rstrip(" ")
            line = ""
        while measure(part.rstrip(" ")) > width and len(part) > 1:
            head = _longest(part, measure, width)
            yield head
            part = part[len(head) :]
        line += part
    if line:
        yield line.rstrip(" ")


def _parts(paragraph: str, measure: Callable[[str], float], width: float) -> Iterator[str]:
    """What a paragraph is broken between; a number stays with its unit where there is room."""
    for part in _COUNTED.findall(paragraph):
        if measure(part.rstrip(" ")) <= width:
            yield part
        else:
            yield from _PARTS.findall(part)


def _longest(text: str, measure: Callable[[str], float], width: float) -> str:
    """The longest beginning that fits, at least one letter with its marks."""
    fits, too_long = 1, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if measure(text[:middle]) <= width:
            fits = middle
        else:
            too_long = middle
    while fits < len(text) and unicodedata.combining(text[fits]):
        fits += 1
    return text[:fits]


def _measure(style: Style) -> Callable[[str], float]:
    return lambda text: _line(text, style, _is_right_to_left(text)).width


def _line(text: str, style: Style, right_to_left: bool) -> Line:
    if _plain_letters().issuperset(text):
        font = typefaces.BOLD if style.bold else typefaces.REGULAR
        width = typefaces.width(text, font, style.size)
        return Line((Piece(font, text, width),), width)
    pieces = tuple(_piece(run, style) for run in _visual(_runs(text, right_to_left)))
    return Line(pieces, sum(piece.width for piece in pieces))


@dataclass(frozen=True)
class _Run:
    """Letters of one typeface and one direction (an odd level runs from right to left)."""

    text: str
    family: Family
    level: int


def _piece(run: _Run, style: Style) -> Piece:
    glyphs = typefaces.shaped(run.text, run.family, style.bold, right_to_left=bool(run.level % 2))
    width = typefaces.shaped_width(glyphs, style.size)
    return Piece(run.family.font(style.bold), glyphs, width)


def _runs(text: str, right_to_left: bool) -> list[_Run]:
    kinds = zip(text, _families(text), _levels(text, right_to_left), strict=True)
    return [
        _Run("".join(letter for letter, _, _ in run), family, level)
        for (family, level), run in groupby(kinds, key=lambda kind: kind[1:])
    ]


def _families(text: str) -> Iterator[Family]:
    """The typeface of each letter; spaces, marks and joiners stay with the letter before them."""
    family = typefaces.FAMILIES[0]
    for letter in text:
        stays = letter in _JOINERS or unicodedata.category(letter)[0] in "MZ"
        if not (stays and (letter in _JOINERS or letter in typefaces.letters(family))):
            family = typefaces.family_of(letter) or family
        yield family


def _levels(text: str, right_to_left: bool) -> list[int]:
    """The embedding level of each letter (Unicode annex 9, rules W1 to I2)."""
    storage = bidi.get_empty_storage()
    storage["base_level"] = int(right_to_left)
    storage["base_dir"] = "LR"[right_to_left]
    bidi.get_embedding_levels(re.sub(f"[{_JOINERS}]", "\u0300", text), storage)
    bidi.explicit_embed_and_overrides(storage)
    bidi.resolve_weak_types(storage)
    bidi.resolve_neutral_types(storage, False)
    bidi.resolve_implicit_levels(storage, False)
    return [letter["level"] for letter in storage["chars"]]


def _visual(runs: list[_Run]) -> list[_Run]:
    """The runs from left to right (Unicode annex 9, rule L2)."""
    ordered = list(runs)
    highest = max((run.level for run in runs), default=0)
    for level in range(highest, 0, -1):
        groups = groupby(ordered, key=lambda run: run.level >= level)
        ordered = [
            run for deep, group in groups for run in (reversed(list(group)) if deep else group)
        ]
    return ordered


def _is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    if _plain_letters().issuperset(text):
        return False
    directions = map(unicodedata.bidirectional, text)
    return next((each in _BACKWARD for each in directions if each in {"L", *_BACKWARD}), False)


class Text:
    """A block of text on a page."""

    def __init__(self, text: str, style: Style) -> None:
        self.text = text
        self.style = style
        self.before, self.after = style.before, style.after
        self.keep = False
        self._lines: tuple[float, list[Line]] | None = None

    def height(self, width: float) -> float:
        return len(self.lines(width)) * self.style.line

    def least(self, width: float) -> float:
        """The height of the fewest lines that may stand alone at the foot of a page."""
        return min(3, len(self.lines(width))) * self.style.line

    def lines(self, width: float) -> list[Line]:
        if self._lines is None or self._lines[0] != width:
            self._lines = width, lines(self.text, self.style, width)
        return self._lines[1]

    def split(self, width: float, height: float) -> tuple[Text, Text] | None:
        """The part that fits in the height, and the rest; None when not one line fits."""
        count = int(height / self.style.line + 0.01)
        if count < 1:
            return None
        return self._part(width, 0, count), self._part(width, count, None)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        for number, line in enumerate(self.lines(width)):
            baseline = top - number * self.style.line - self._drop
            draw(canvas, line, self.style, x, baseline, width)

    @property
    def _drop(self) -> float:
        return (self.style.line - self.style.size) / 2 + self.style.size * 0.87

    def _part(self, width: float, start: int, end: int | None) -> Text:
        part = Text(self.text, self.style if start == 0 else replace(self.style, before=0))
        part._lines = width, self.lines(width)[start:end]
        return part
