"""The fonts embedded in every page: which has a letter, and how glyphs are drawn and copied."""

from __future__ import annotations

import itertools
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz
from bidi.mirror import MIRRORED
from reportlab.pdfbase import pdfmetrics, ttfonts

FOLDER = Path(__file__).parents[1] / "fonts"
REGULAR = "NotoSans-Regular"
BOLD = "NotoSans-Bold"

_FEATURES = {"kern": True, "liga": True}
_NOTHING = "\u200b"  # what the second glyph of a letter is copied as


@dataclass(frozen=True)
class Family:
    """A typeface in two weights for one script (its four-letter ISO 15924 name)."""

    name: str
    script: str

    def font(self, bold: bool) -> str:
        return f"{self.name}-{'Bold' if bold else 'Regular'}"


FAMILIES = (
    Family("NotoSans", "Latn"),
    Family("NotoSansArabic", "Arab"),
    Family("NotoSansBengali", "Beng"),
    Family("NotoSansDevanagari", "Deva"),
    Family("NotoSansEthiopic", "Ethi"),
)


def family_of(character: str) -> Family | None:
    """The first typeface that has the character."""
    return next((each for each in FAMILIES if character in letters(each)), None)


@lru_cache
def letters(family: Family) -> frozenset[str]:
    """Every character the typeface can draw by itself."""
    codes = _loaded(family.font(False)).own_codes
    return frozenset(chr(code) for code in codes if unicodedata.category(chr(code)) != "Cc")


def width(text: str, font: str, size: float) -> float:
    """The width in points of a text that needs no shaping."""
    return float(_loaded(font).ttf.stringWidth(text, size))


def shaped(text: str, family: Family, bold: bool, *, right_to_left: bool) -> Any:
    """The text as glyphs in the order of drawing, ready for Canvas.drawString."""
    face = _loaded(family.font(bold))
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.script = family.script
    buffer.language = "und"
    buffer.direction = "rtl" if right_to_left else "ltr"
    uharfbuzz.shape(face.harfbuzz, buffer, _FEATURES)
    return _drawable(face, text, buffer)


def shaped_width(glyphs: Any, size: float) -> float:
    """The width in points of shaped glyphs."""
    return float(sum(each.x_advance for each in glyphs.__shapeData__) * size / 1000)


class _Face:
    """One font file, known to ReportLab and to HarfBuzz."""

    def __init__(self, name: str) -> None:
        path = FOLDER / f"{name}.ttf"
        self.ttf = ttfonts.TTFont(name, str(path), asciiReadable=False)
        self.own_codes = frozenset(self.ttf.face.charToGlyph)
        self.harfbuzz = uharfbuzz.Font(uharfbuzz.Face(path.read_bytes()))
        self.codes: dict[tuple[int, str], str] = {}
        pdfmetrics.registerFont(self.ttf)

    def code(self, glyph: int, source: str) -> str:
        """A private character that draws the glyph and is copied as the text it came from."""
        if (glyph, source) not in self.codes:
            code = next(_PRIVATE_CODES)
            _SOURCES[code] = source
            advance = self.harfbuzz.get_glyph_h_advance(glyph)
            self.ttf.face.charToGlyph[code] = glyph
            self.ttf.face.charWidths[code] = self.ttf.pdfScale(advance)
            self.codes[glyph, source] = chr(code)
        return self.codes[glyph, source]


# Readers turn the letters of a page round, those of a ligature too unless it is one character.
_COPIED = {"لآ": "\ufef5", "لأ": "\ufef7", "لإ": "\ufef9", "لا": "\ufefb"}
_PRIVATE_CODES = itertools.count(0x100000)
_SOURCES: dict[int, str] = {}


@lru_cache
def _loaded(name: str) -> _Face:
    return _Face(name)


def _drawable(face: _Face, text: str, buffer: Any) -> Any:
    clusters = [info.cluster for info in buffer.glyph_infos]
    ends = dict(itertools.pairwise([*sorted(set(clusters)), len(text)]))
    codes, moves, told = [], [], set()
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        start = info.cluster
        source = _NOTHING if start in told else text[start : ends[start]]
        told.add(start)
        if buffer.direction == "rtl":
            source = _COPIED.get(source) or MIRRORED.get(source, source)
        code = face.code(info.codepoint, source)
        codes.append(code)
        moves.append(_move(face, start, position, code))
    return ttfonts.ShapedStr("".join(codes), shapeData=moves)


def _move(face: _Face, cluster: int, position: Any, code: str) -> Any:
    scale = face.ttf.pdfScale
    return ttfonts.ShapeData(
        cluster,
        scale(position.x_advance),
        scale(position.y_advance),
        scale(position.x_offset),
        scale(position.y_offset),
        face.ttf.face.charWidths[ord(code)],
    )


def _to_unicode(font: str, subset: list[int]) -> str:
    """What each code of an embedded subset is copied as, in blocks of 100 (ISO 32000, 9.10.3)."""
    known = [(place, _copied_as(code)) for place, code in enumerate(subset) if code]
    lines = [f"<{place:02X}> <{text}>" for place, text in known if text]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{font} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(_block(block) for block in blocks),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


def _block(lines: list[str]) -> str:
    return "\n".join([f"{len(lines)} beginbfchar", *lines, "endbfchar"])


def _copied_as(code: int) -> str:
    text = _SOURCES.get(code, chr(code))
    return text.encode("utf-16-be").hex().upper()


ttfonts.makeToUnicodeCMap = _to_unicode
