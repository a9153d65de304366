"""Put names in one right order and find them again however they are typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import TYPE_CHECKING, TypeVar

from models.errors import TextTooLong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

T = TypeVar("T")

LONGEST = 200  # characters that count for the order
LONGEST_KEY = 1000  # PostgreSQL cannot index much more

_LATIN = "abcčćdǆđefghijklǉmnǌopqrsštuvwxyzž"
_CYRILLIC = dict(
    zip("абцчћдџђефгхијклљмнњопрсштувзж", "abcčćdǆđefghijklǉmnǌoprsštuvzž", strict=True)
)
_PLACE = dict(zip(_LATIN, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh", strict=True))
_BY_AZBUKA = [_PLACE[letter] for letter in "abvgdđežzijklǉmnǌoprstćufhcčǆšqwxy"]
_AZBUKA = str.maketrans(dict(zip(_BY_AZBUKA, sorted(_BY_AZBUKA), strict=True)))
_IN_CYRILLIC = re.compile(r"[^\w]*[\u0400-\u04ff]")
_FOLDED = {"ð": "đ", "ø": "o", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t", "ß": "ss"} | {
    "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "n", "ə": "e",
}  # fmt: skip
_ARABIC = {"ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ے": "ي", "ک": "ك", "ګ": "گ"} | {
    "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۃ": "ه", "ء": "", "ـ": "",
}  # fmt: skip

_LEVEL, _BLANK, _OTHER = "-", ".", "~"  # in this order, with digits and letters between
_DIGITS = re.compile(r"\d+")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")

# Two letters, not one: n+j and d+ž where a prefix or a foreign stem meets the next part.
_SEAMS = (
    r"(?<![^\W\d_])(?:ne|naj|pre|pro|is|iz|re|de|anti|auto|samo)?"
    r"(?:injekci|injektir|injektor|injurij|konjunk|konjug|vanjezič|anjon|tanjug"
    r"|nadživ|nadže|nadžnje|nadžupan|nadžandar|odživ|odžali|odžvak"
    r"|podžupan|podžanr|podžeg|podžari|podželud|predživ|predžet|predžupanij)"
)
_DIGRAPHS = re.compile(rf"{_SEAMS}|lj|nj|dž", re.IGNORECASE)
_ONE_LETTER = {"lj": "ǉ", "Lj": "ǈ", "LJ": "Ǉ", "nj": "ǌ", "Nj": "ǋ", "NJ": "Ǌ"} | {
    "dž": "ǆ", "Dž": "ǅ", "DŽ": "Ǆ", "lJ": "ǉ", "nJ": "ǌ", "dŽ": "ǆ",
}  # fmt: skip


def sort_key(text: str) -> str:
    """The key by which names stand in order; plain ASCII, compared byte by byte.

    One alphabet for both scripts (… c č ć d dž đ … l lj m n nj …), digits before letters and by
    their value, other scripts last. Accents, script (Latin first), case (small first) and
    punctuation decide only between names that are otherwise equal.
    """
    text = " ".join(unicodedata.normalize("NFC", text[:LONGEST]).split())
    letters = _DIGRAPHS.sub(_as_one_letter, text)
    levels = [
        _DIGITS.sub(_number, letters).translate(_ORDER),
        letters.translate(_ACCENT).rstrip("0"),
        letters.translate(_SCRIPT).rstrip("0"),
        letters.translate(_CASE).rstrip("0"),
        "" if text.replace(" ", "").isalpha() else _ignored(text),
    ]
    return _LEVEL.join(levels).rstrip(_LEVEL)[:LONGEST_KEY]


def in_order(rows: Iterable[T], name: Callable[[T], str]) -> list[T]:
    """The rows by their names: as the azbuka has them where most are written in Cyrillic.

    Else in the one alphabet of `sort_key`. Rows of one name stay in the order given.
    """
    known = list(rows)
    key = order_of(map(name, known))
    return sorted(known, key=lambda row: key(name(row)))


def order_of(texts: Iterable[str]) -> Callable[[str], str]:
    """The key by which these stand in order: the azbuka's where most of them are in Cyrillic."""
    cyrillic = [bool(_IN_CYRILLIC.match(text)) for text in texts]
    return _azbuka_key if 2 * sum(cyrillic) > len(cyrillic) else sort_key


def search_key(text: str) -> str:
    """The tolerant form in which names are looked for: Đurić, đuric, djuric, Ђурић are one.

    Lower case, Latin, without accents; đ as dj; Arabic letters in one form; digits as 0–9;
    words separated by single spaces. Never shown.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(plain.translate(_SEARCH).split())


def login_for(person: str, taken: Collection[str] = ()) -> str:
    """A suggestion for signing in: the first name in plain letters, or with the last."""
    words = search_key(person).split()
    if words and words[0] in taken:
        return ".".join(dict.fromkeys((words[0], words[-1])))
    return words[0] if words else ""


def _azbuka_key(text: str) -> str:
    letters, level, rest = sort_key(text).partition(_LEVEL)
    return f"{letters.translate(_AZBUKA)}{level}{rest}"


def fitting(text: str, longest: int) -> str:
    """The text as the database may keep it: without blanks at its ends or signs that are none.

    Raises TextTooLong rather than cut it.
    """
    text = writable(text)
    if len(text) > longest:
        raise TextTooLong(text=f"{text[:30]}…", longest=longest)
    return text


def writable(text: str) -> str:
    """The text as far as a database can take it at all: to be kept, or to be looked for."""
    return "".join(
        sign for sign in text if sign != "\0" and not "\ud800" <= sign <= "\udfff"
    ).strip()


def searched(search: str) -> list[str]:
    """The words to look for; of a text longer than any name only the beginning."""
    return search_key(search[:LONGEST]).split()


def matches(
    column: ColumnElement[str] | InstrumentedAttribute[str], search: str
) -> ColumnElement[bool]:
    """A condition: every word of `search` occurs in `column`, which holds search keys."""
    from sqlalchemy import and_, true

    words = searched(search)
    return and_(true(), *(column.contains(word, autoescape=True) for word in words))


class _Weights(dict[int, str]):
    """What each character adds to one level of a key, worked out when it is first met."""

    def __init__(self, weigh: Callable[[str], str]) -> None:
        super().__init__()
        self._weigh = weigh

    def __missing__(self, code: int) -> str:
        self[code] = weight = self._weigh(chr(code))
        return weight


def _as_one_letter(found: re.Match[str]) -> str:
    return _ONE_LETTER.get(found[0], found[0])


def _number(found: re.Match[str]) -> str:
    return _by_value(found[0])


def _by_value(number: str) -> str:
    """Digits so that 9 stands before 42: their count, then themselves."""
    digits = str(int(number)).lstrip("0")
    return f"{len(digits)}{digits}" if len(digits) < 9 else f"9{len(digits):03}{digits}"


def _ignored(text: str) -> str:
    """What the other levels pass over, and where: punctuation, leading zeros, foreign digits."""
    marked = _LEADING_ZEROS.sub(lambda zeros: "!" * len(zeros[0]), text)
    return "".join(
        f"{index:03x}{ord(char):06x}"
        for index, (char, mark) in enumerate(zip(text, marked, strict=True))
        if not _ORDER[ord(mark)] or (char.isdecimal() and not char.isascii())
    )


def _order(char: str) -> str:
    if char == " ":
        return _BLANK
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return "".join(_PLACE.get(base) or _foreign(base) for base in _bases(char))


def _accent(char: str) -> str:
    """One sign for each element of the order; marked when the letter stands in for another."""
    bases, small = _bases(char), unicodedata.normalize("NFC", char.lower())
    if bases in ([], [small]) or small in _CYRILLIC:
        return "0" * len(bases)
    return f"x{ord(char):06x}" + "0" * (len(bases) - 1)


def _script(char: str) -> str:
    return ("1" if char.lower() in _CYRILLIC else "0") * len(_bases(char))


def _case(char: str) -> str:
    rank = "2" if char.isupper() else "1" if char.istitle() else "0"
    return rank * len(_bases(char))


def _bases(char: str) -> list[str]:
    """The letters a character is ordered as; none for punctuation, symbols and marks."""
    if char == " " or char.isdecimal():
        return [char]
    small = unicodedata.normalize("NFC", char.lower())
    if small in _PLACE:
        return [small]
    if small in _CYRILLIC:
        return [_CYRILLIC[small]]
    plain = unicodedata.normalize("NFKD", small).casefold()
    folded = "".join(_FOLDED.get(base, _ARABIC.get(base, base)) for base in plain)
    return [_CYRILLIC.get(base, base) for base in folded if unicodedata.category(base)[0] in "LN"]


def _foreign(base: str) -> str:
    if base.isdecimal():  # superscripts and the like
        return _by_value(base)
    return f"{_OTHER}{ord(base):06x}"


def _searched(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in _ARABIC:
        return _ARABIC[char]
    if char in _FOLDED:
        return _FOLDED[char].replace("đ", "dj")
    category = unicodedata.category(char)
    if category[0] == "M" or category == "Cf":
        return ""
    return char if category[0] in "LN" else " "


def _latin(letter: str) -> str:
    spelled = {"ǆ": "dz", "ǉ": "lj", "ǌ": "nj", "đ": "dj"}.get(letter)
    return spelled or unicodedata.normalize("NFD", letter)[0]


_ORDER, _ACCENT = _Weights(_order), _Weights(_accent)
_SCRIPT, _CASE = _Weights(_script), _Weights(_case)
_SEARCH = _Weights(_searched)
_SEARCH.update({ord(char): _latin(latin) for char, latin in _CYRILLIC.items()})
_SEARCH[ord("đ")] = "dj"
