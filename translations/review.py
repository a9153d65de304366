"""What is wrong with a translation: places, signs, script, and words against the term base.

`terms/README.md` describes the term base. Used by `translations.update` and by the tests.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from translations.serbian import PROTECTED

FORMS = 3

_TERMS = Path(__file__).parent / "terms"
_QUOTES = {"bs": ("„", "”"), "hr": ("„", "”"), "sr_Cyrl": ("„", "“"), "sr_Latn": ("„", "“")}
_ALL_QUOTES = set('„”“"«»‚‘')
_ENDINGS = "….:?!"
_SERBIAN = set("абвгдђежзијклљмнњопрстћуфхцчџш")
_CODE = re.compile(r"%\w|&|\b[\w-]+\.\w{2,4}\b|\b\w+[+]\w+\b|--[\w-]+")
_MARKUP = re.compile(r"<[^<>]+>|%\d+|%n\b")
_ABBREVIATION = re.compile(r"\b\w{1,4}\.$")
_STATE = re.compile(r"(ed|ive|New|All|None|Available|Confidential|Draft)\W*$")


def problems(code: str, source: tuple[str, ...], texts: tuple[str, ...]) -> list[str]:
    """What to correct, as sentences for the translator; nothing when all is well.

    `source` is the English message, or singular and plural; `texts` one translation or three.
    """
    expected = FORMS if len(source) > 1 else 1
    if len(texts) != expected or not all(texts):
        return [f"needs {expected} text(s), has {len([text for text in texts if text])}"]
    found = [fault for text in texts for fault in _faults(code, source[-1], text)]
    found += _against_terms(code, source, texts)
    return list(dict.fromkeys(found))


def places(text: str) -> set[str]:
    """The {places} of a text, with their format. Raises ValueError when a brace is unpaired."""
    parts = Formatter().parse(text)
    return {f"{{{part[1]}!{part[3]}:{part[2]}}}" for part in parts if part[1] is not None}


def terms_in(code: str, text: str) -> dict[str, str]:
    """The terms of the glossary that occur in an English text, with their translations."""
    found: dict[str, str] = {}
    for row in _rows("glossary.csv"):
        term = re.sub(r" \([^()]*\)$", "", row["key_en"])
        if len(term) > 2 and re.search(rf"\b{re.escape(term)}s?\b", text, re.IGNORECASE):
            found[row["key_en"]] = row[code]
    return found


def _faults(code: str, source: str, text: str) -> Iterator[str]:
    yield from _place_faults(source, text)
    yield from _edge_faults(source, text)
    yield from _sign_faults(code, text)
    yield from _script_faults(code, text)
    yield from _word_faults(code, text)


def _place_faults(source: str, text: str) -> Iterator[str]:
    if not _has_paired_braces(text):
        yield "a brace { or } has no partner"
    elif places(source) != places(text):
        yield f"other {{places}} than the English: {', '.join(sorted(places(source)))}"
    if sorted(_MARKUP.findall(source)) != sorted(_MARKUP.findall(text)):
        yield "other <tags> or %places than the English"


def _has_paired_braces(text: str) -> bool:
    return not re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", re.sub(r"\{\{|\}\}", "", text)))


def _edge_faults(source: str, text: str) -> Iterator[str]:
    if _spaces(source) != _spaces(text):
        yield "other spaces at the beginning or end than the English"
    first, model = text.lstrip("&„ ")[:1], source.lstrip("&“ ")[:1]
    if first.isalpha() and model.isalpha() and first.isupper() != model.isupper():
        yield "begins with a capital" if first.isupper() else "begins with a small letter"
    ours, theirs = _ending(text), _ending(source)
    ends_with_date = theirs == "." and text.endswith("}")
    ends_with_short = theirs == "" and bool(_ABBREVIATION.search(text))
    if ours != theirs and not ends_with_date and not ends_with_short:
        yield f"ends with “{ours}”, the English with “{theirs}”"


def _spaces(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _ending(text: str) -> str:
    last = text.replace("...", "…").rstrip().rstrip('”“")')[-1:]
    return last if last and last in _ENDINGS else ""


def _sign_faults(code: str, text: str) -> Iterator[str]:
    opening, closing = _QUOTES[code]
    text = re.sub(r"<[^<>]+>", "", text)
    if set(text) & _ALL_QUOTES - {opening, closing}:
        yield f"quotation marks are {opening}…{closing}"
    elif text.count(opening) != text.count(closing):
        yield "a quotation mark has no partner"
    if "..." in text:
        yield "the ellipsis is one character: …"
    if "  " in text.strip():
        yield "two spaces"
    if " - " in text:
        yield "the dash is – and not -"
    if re.search(r"\w [:;?!](?!\w)", text):
        yield "no space before : ; ? !"


def _script_faults(code: str, text: str) -> Iterator[str]:
    if code != "sr_Cyrl":
        if re.search("[\u0400-\u04ff]", text):
            yield "Cyrillic letters in Latin text"
        return
    plain = _CODE.sub(" ", PROTECTED.sub(" ", text).replace("&", ""))
    for word in re.findall(r"[^\W\d_]+", plain):
        if set(word.lower()) - _SERBIAN and word not in _latin_words():
            yield f"“{word}” is not written with Serbian Cyrillic letters"


def _word_faults(code: str, text: str) -> Iterator[str]:
    plain = PROTECTED.sub(" ", text).replace("&", "").casefold()
    for language, pattern, instead in _wrong_words():
        wrong = pattern.search(plain) if language in (code, "*") else None
        if wrong:
            yield f"not “{wrong.group()}” but: {instead}"


def _against_terms(code: str, source: tuple[str, ...], texts: tuple[str, ...]) -> Iterator[str]:
    if len(source) > 1:
        expected = _counted_terms(code).get(source, texts)
        if expected != texts:
            yield f"the term base has {' · '.join(expected)}"
        return
    allowed = _terms(code).get(_plain(source[0]), set())
    if allowed and not _agrees(source[0], _plain(texts[0]), allowed):
        yield f"the term base has {' or '.join(sorted(allowed))}"


def _agrees(source: str, text: str, allowed: set[str]) -> bool:
    """Equal, or the same state in another gender: proknjiženo, proknjižen, proknjižena."""
    if text in allowed:
        return True
    return bool(_STATE.search(source)) and _stem(text) in {_stem(each) for each in allowed}


def _stem(word: str) -> str:
    """Without the ending of its gender: neaktivan, neaktivna and neaktivno are all neaktivn."""
    return re.sub("a(n)$|а(н)$", r"\1\2", re.sub("[aeioаеио]$", "", word))


def _plain(text: str) -> str:
    return text.replace("&", "").replace("...", "…").strip().rstrip("…:").casefold()


@cache
def _terms(code: str) -> dict[str, set[str]]:
    """Each term, as a message would have it, with its translations in every meaning."""
    meanings: dict[str, set[str]] = {}
    exact: set[str] = set()
    for row in _rows("glossary.csv"):
        term = _plain(row["key_en"])
        for key in {term, re.sub(r" \([^()]*\)$", "", term)}:
            meanings.setdefault(key, set()).add(_plain(row[code]))
        exact.add(term)
    return {term: meanings[term] for term in exact}


@cache
def _counted_terms(code: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {
        (row["key_en_one"], row["key_en_other"]): (row["one"], row["few"], row["other"])
        for row in _rows("plurals.csv")
        if row["locale"].replace("-", "_") == code
    }


@cache
def _wrong_words() -> list[tuple[str, re.Pattern[str], str]]:
    rows = _rows("wrong_words.csv")
    return [(row["language"], re.compile(row["pattern"]), row["instead"]) for row in rows]


@cache
def _latin_words() -> frozenset[str]:
    return frozenset((_TERMS / "latin_words.txt").read_text(encoding="utf-8").split())


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (_TERMS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
