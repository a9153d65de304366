"""Serbian in its two scripts: Cyrillic to Latin exactly, Latin to Cyrillic as well as it can be."""

import re
from collections.abc import Callable

# What is code and not Serbian: {places}, <tags>, &entities;, %1, addresses.
PROTECTED = re.compile(
    r"\{[^{}]*\}|<[^<>]+>|&#?\w+;|%\(\w+\)[sdf]|%L?\d+|\b\w+://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
LATIN_WORDS = frozenset(
    "PDF CSV XLSX JSON HXL USB QR IOM UNHCR UNICEF IFRC ICRC WHO EU UN PIN SMS GPS ID IBAN BIC"
    " Facebook Instagram Messenger TikTok Viber WhatsApp".split()
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
# What else nobody writes in Cyrillic: pages of the web, numbers of accounts, the word e-mail.
_LATIN_ONLY = re.compile(
    rf"{PROTECTED.pattern}|(?i:\bwww\.\S+|\b[\w.-]+\.(?:ba|com|eu|hr|info|net|org|rs)\b(?:/\S*)?)"
    r"|\b[A-Z]{2,}\d\w*|\b(?i:e-?mail|mail)\b"
)
_AFTER_A_NAME = re.compile(r"[a-zčćđšž]\s+$")  # Petra I, stan V
_NUMBERED = re.compile(r"\.?\s+[a-zčćđšžа-џ]")  # what follows a numeral of one sign: V korpusa
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


def written(text: str, code: str) -> str:
    """What somebody typed in either script, in the script of that language: a town, an address."""
    return to_cyrillic(text) if code == "sr_Cyrl" else to_latin(text)


def to_latin(text: str) -> str:
    """The same text in Latin script; places, tags and addresses stay as they are.

    Capital Љ Њ Џ become two capitals beside capitals (ВРШЕЊЕ, ВРШЕЊ) and Lj Nj Dž elsewhere.
    """
    return _outside(PROTECTED, text, _latin)


def to_cyrillic(text: str) -> str:
    """The same text in Cyrillic, as well as a program can know it.

    Words with other letters (q, w, x, y), acronyms, Roman numerals, pages of the web and numbers of
    accounts stay in Latin script.
    """
    text = text.translate(_LIGATURES)
    return _outside(_LATIN_ONLY, text, lambda part: _WORD.sub(_cyrillic_word, part))


def _outside(code: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    """The text with everything changed but its code."""
    parts: list[str] = []
    start = 0
    for kept in code.finditer(text):
        parts += change(text[start : kept.start()]), kept.group()
        start = kept.end()
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
    if word in LATIN_WORDS or _is_numeral(match):
        return word
    beginning = _TWO_SOUNDS.match(word)
    cut = beginning.end() if beginning else 0
    rest = _DIGRAPHS.sub(_letter, word[cut:])
    text = (word[:cut] + rest).translate(_TO_CYRILLIC)
    return word if re.search("[^Ђ-џ]", text) else text


def _is_numeral(match: re.Match[str]) -> bool:
    """Whether a word is a Roman numeral: I and V alone in "V korpusa", "Petra I 5" and "12/I"."""
    if match.group() not in ("I", "V"):
        return bool(_ROMAN.fullmatch(match.group()))
    text, start, end = match.string, match.start(), match.end()
    is_behind = bool(_AFTER_A_NAME.search(text, 0, start)) and not text.startswith(".", end)
    return is_behind or text[:start].endswith("/") or bool(_NUMBERED.match(text, end))


def _letter(match: re.Match[str]) -> str:
    letter = _LETTERS[match.group().lower()]
    return letter if match.group()[0].islower() else letter.upper()
