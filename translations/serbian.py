"""Serbian in its two scripts: Cyrillic to Latin exactly, Latin to Cyrillic as a good proposal."""

import re
from collections.abc import Callable

# What is code and not Serbian: {places}, <tags>, &entities;, %1, addresses.
PROTECTED = re.compile(
    r"\{[^{}]*\}|<[^<>]+>|&#?\w+;|%\(\w+\)[sdf]|%L?\d+|\b\w+://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
LATIN_WORDS = frozenset(
    "PDF CSV XLSX JSON HXL USB QR IOM UNHCR UNICEF IFRC ICRC WHO EU UN PIN SMS GPS ID IBAN".split()
)

_CYRILLIC = "абвгдђежзијклмнопрстћуфхцчшАБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШ"
_LATIN = "abvgdđežzijklmnoprstćufhcčšABVGDĐEŽZIJKLMNOPRSTĆUFHCČŠ"
_PAIRS = {"љ": "lj", "њ": "nj", "џ": "dž"}

_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN) | str.maketrans(_PAIRS)
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_CAPITAL = re.compile("[ЉЊЏ]")

_DIGRAPHS = re.compile("lj|nj|dž", re.IGNORECASE)
_LETTERS = {latin: cyrillic for cyrillic, latin in _PAIRS.items()}
_LIGATURES = str.maketrans(
    dict(zip("ǄǅǆǇǈǉǊǋǌ", "DŽ Dž dž LJ Lj lj NJ Nj nj".split(), strict=True))
)
_WORD = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(
    "(?=..)(?!(?:MI|LI|DI)$)M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})"
)

# Beginnings of words whose nj and dž are two sounds: инјекција, наджупан. An open list.
_TWO_SOUNDS = re.compile(
    "(?:ne|naj|pre|pro|is|iz|re|de|anti|auto|samo)?(?:"
    "injekci|injektir|injurij|konjunk|konjug|vanjezič|anjon|tanjug"
    "|nadživ|nadžet|nadžnje|nadžupan|nadžandar|odživ|odžali|odžvak"
    "|podžupan|podžanr|podžeg|podžar|podželud|predživ|predžetv|predžupan)",
    re.IGNORECASE,
)


def to_latin(text: str) -> str:
    """The same text in Latin script; places, tags and addresses stay as they are.

    Capital Љ Њ Џ become two capitals beside capitals (ВРШЕЊЕ, ВРШЕЊ) and Lj Nj Dž elsewhere.
    """
    return _outside_code(text, _latin)


def to_cyrillic(text: str) -> str:
    """The same text in Cyrillic: a proposal for a person to check, and a help to search.

    Words with other letters (q, w, x, y), acronyms and Roman numerals stay in Latin script.
    """
    text = text.translate(_LIGATURES)
    return _outside_code(text, lambda part: _WORD.sub(_cyrillic_word, part))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    parts: list[str] = []
    start = 0
    for code in PROTECTED.finditer(text):
        parts += change(text[start : code.start()]), code.group()
        start = code.end()
    return "".join(parts) + change(text[start:])


def _latin(text: str) -> str:
    return _CAPITAL.sub(_capital_pair, text).translate(_TO_LATIN)


def _capital_pair(match: re.Match[str]) -> str:
    text = match.string
    pair = _PAIRS[match.group().lower()]
    after = text[match.end() : match.end() + 1]
    before = text[max(match.start() - 1, 0) : match.start()]
    beside = after if after.isalpha() else before
    return pair.upper() if beside.isalpha() and beside.isupper() else pair.capitalize()


def _cyrillic_word(match: re.Match[str]) -> str:
    word = match.group()
    if word in LATIN_WORDS or _ROMAN.fullmatch(word):
        return word
    beginning = _TWO_SOUNDS.match(word)
    cut = beginning.end() if beginning else 0
    rest = _DIGRAPHS.sub(_letter, word[cut:])
    text = (word[:cut] + rest).translate(_TO_CYRILLIC)
    return word if re.search("[^Ђ-џ]", text) else text


def _letter(match: re.Match[str]) -> str:
    letter = _LETTERS[match.group().lower()]
    return letter if match.group()[0].islower() else letter.upper()
