"""Brings the catalogs up to date with the texts in the program, and takes in translations.

    python -m translations.update                         merge every catalog, print what is missing
    python -m translations.update --missing hr            what hr lacks, as JSON
    python -m translations.update --apply hr FILE.json    write translations from an object
                                                          {message: text}, or for counted ones
                                                          {message: [one, few, other]}
    python -m translations.update --check hr              what is wrong with the translations
    python -m translations.update --countries             country names again, from CLDR

Serbian in Latin script is never written by hand: it is made from sr_Cyrl each time.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from translations import catalogs, review
from translations.formats import FORMATS
from translations.serbian import to_latin

WRITTEN = ("bs", "hr", "sr_Cyrl")
GENERATED = "sr_Latn"
COUNTRIES = Path(__file__).with_name("countries.tsv")

_ROOT = Path(__file__).parent.parent
_SOURCES = ("main.py", "ui", "models", "reports", "translations")
_KEYWORDS = {"_": None, "N_": None, "NN_": (1, 2), "gettext": None, "ngettext": (1, 2)}
_NOTES = ("Translators:",)
_RESTLESS = tuple(
    '"' + header
    for header in "POT-Creation PO-Revision Last-Translator Language-Team Generated Report".split()
)
_TITLE = "# Ogranak: {name}. Written by python -m translations.update.\n#"

# Regions of CLDR that nobody is a citizen of: unions, seas, islands without people, test codes.
_NO_COUNTRIES = frozenset("AC AQ BV CP CQ DG EA EU EZ GS HM IC IO QO TA TF UM UN XA XB ZZ".split())
_SHORT_NAMES = {
    "PS": {"bs": "Palestina", "hr": "Palestina", "sr_Cyrl": "Палестина", "en": "Palestine"},
}


def extracted() -> Catalog:
    """Every text marked in the program, with the files it stands in."""
    template = Catalog(charset="utf-8")
    for path in _python_files():
        name = path.relative_to(_ROOT).as_posix()
        with path.open("rb") as file:
            for line, message, notes, _context in extract("python", file, _KEYWORDS, _NOTES):
                template.add(message, locations=[(name, line)], auto_comments=notes)
    return template


def stored(code: str) -> Catalog:
    """The catalog as it is on disk; an empty one before the first time."""
    path = catalogs.path_of(code)
    if not path.exists():
        return _empty(code)
    with path.open("rb") as file:
        return read_po(file, locale=FORMATS[code].locale)


def merged(template: Catalog, old: Catalog, code: str) -> Catalog:
    """The program's messages with the translations they already have. Nothing is guessed."""
    catalog = _empty(code)
    for message in messages(template):
        known = old.get(source(message)[0])
        fits = known is not None and len(source(known)) == len(source(message))
        catalog.add(
            message.id,
            known.string if known and fits and not known.fuzzy else _blank(message),
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=known.user_comments if known else (),
        )
    return catalog


def generated(cyrillic: Catalog) -> Catalog:
    """Serbian in Latin script, from the Cyrillic catalog."""
    catalog = _empty(GENERATED)
    for message in messages(cyrillic):
        latin = tuple(to_latin(text) for text in texts(message))
        catalog.add(
            message.id,
            latin if message.pluralizable else latin[0],
            locations=message.locations,
            auto_comments=message.auto_comments,
        )
    return catalog


def write(catalog: Catalog, path: Path) -> None:
    """Write the .po file, without dates and line numbers, so that a diff shows texts only."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=100, sort_by_file=True, include_lineno=False)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = (line for line in lines if not line.startswith(_RESTLESS))
    path.write_text("".join(kept), encoding="utf-8", newline="\n")


def update(codes: Iterable[str] = WRITTEN) -> None:
    """Merge and write these catalogs, and the Latin one with the Cyrillic."""
    template = extracted()
    for code in codes:
        _write_both(merged(template, stored(code), code), code)


def apply(code: str, translations: dict[str, str | list[str]]) -> list[str]:
    """Put translations into the catalog and write it. Returns the messages that do not exist."""
    catalog = merged(extracted(), stored(code), code)
    unknown = []
    for key, text in translations.items():
        message = catalog.get(key)
        if message is None or message.pluralizable != isinstance(text, list):
            unknown.append(key)
        else:
            message.string = tuple(text) if isinstance(text, list) else text
    _write_both(catalog, code)
    return unknown


def countries() -> str:
    """The table of country names: code and a column per language, after CLDR."""
    codes = ("bs", "hr", "sr_Cyrl", "en")
    names = {code: Locale.parse(FORMATS[code].locale).territories for code in codes}
    rows = [("code", *codes, GENERATED)]
    for country in sorted(names["en"]):
        if len(country) == 2 and country not in _NO_COUNTRIES:
            row = [_country(names[code][country], country, code) for code in codes]
            rows.append((country, *row, to_latin(row[2])))
    return "".join("\t".join(row) + "\n" for row in rows)


def missing(catalog: Catalog) -> list[Message]:
    return [message for message in messages(catalog) if not all(texts(message))]


def problems(catalog: Catalog, code: str) -> dict[str, list[str]]:
    """English message → what is wrong with its translation, of those that have one."""
    found = {
        source(message)[0]: review.problems(code, source(message), texts(message))
        for message in messages(catalog)
        if any(texts(message))
    }
    return {text: faults for text, faults in found.items() if faults}


def messages(catalog: Catalog) -> Iterator[Message]:
    """All messages of a catalog but its header."""
    return (message for message in catalog if message.id)


def source(message: Message) -> tuple[str, ...]:
    """The English text, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def texts(message: Message) -> tuple[str, ...]:
    """The translation, or its plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _write_both(catalog: Catalog, code: str) -> None:
    write(catalog, catalogs.path_of(code))
    if code == "sr_Cyrl":
        write(generated(catalog), catalogs.path_of(GENERATED))


def _python_files() -> list[Path]:
    found = [
        path
        for name in _SOURCES
        for path in [_ROOT / name, *(_ROOT / name).rglob("*.py")]
        if path.suffix == ".py" and path.exists()
    ]
    return sorted(found)


def _empty(code: str) -> Catalog:
    return Catalog(
        locale=FORMATS[code].locale,
        charset="utf-8",
        project="Ogranak",
        version="1",
        header_comment=_TITLE.format(name=FORMATS[code].name),
        fuzzy=False,
    )


def _blank(message: Message) -> str | tuple[str, ...]:
    return ("",) * review.FORMS if message.pluralizable else ""


def _country(name: str, country: str, code: str) -> str:
    name = _SHORT_NAMES.get(country, {}).get(code, name).replace(" & ", " and ")
    return name[0].upper() + name[1:]


def _print_counts() -> None:
    for code in (*WRITTEN, GENERATED):
        catalog = stored(code)
        wrong = 0 if code == GENERATED else len(problems(catalog, code))
        total = len(list(messages(catalog)))
        print(f"{code}: {total} messages, {len(missing(catalog))} missing, {wrong} to correct")


def _print_missing(code: str) -> None:
    catalog = merged(extracted(), stored(code), code)
    rows = []
    for message in sorted(missing(catalog), key=lambda each: each.locations):
        row: dict[str, object] = {"id": source(message)[0]}
        if message.pluralizable:
            row["plural"] = source(message)[1]
        row["where"] = sorted({name for name, _line in message.locations})
        if message.auto_comments:
            row["notes"] = message.auto_comments
        row["terms"] = review.terms_in(code, " ".join(source(message)))
        rows.append(row)
    print(json.dumps(rows, ensure_ascii=False, indent=1))


def _print_problems(code: str, only: Iterable[str] | None = None) -> int:
    found = problems(stored(code), code)
    chosen = found if only is None else {key: found[key] for key in only if key in found}
    catalog = stored(code)
    for key, faults in chosen.items():
        message = catalog.get(key)
        print(f"{key!r} → {' · '.join(texts(message)) if message else ''}")
        for fault in faults:
            print(f"    {fault}")
    return 1 if chosen else 0


def _apply_file(code: str, path: Path) -> int:
    translations = json.loads(path.read_text(encoding="utf-8"))
    unknown = apply(code, translations)
    for key in unknown:
        print(f"no such message, or plural forms for a plain one or the reverse: {key!r}")
    left = len(missing(stored(code)))
    print(f"{code}: {len(translations) - len(unknown)} written, {left} missing")
    return _print_problems(code, translations) or (1 if unknown else 0)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="translations.update", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--missing", choices=WRITTEN)
    parser.add_argument("--check", choices=WRITTEN)
    parser.add_argument("--apply", nargs=2, metavar=("LANGUAGE", "FILE"))
    parser.add_argument("--countries", action="store_true")
    options = parser.parse_args(arguments)
    if options.apply and options.apply[0] not in WRITTEN:
        parser.error(f"LANGUAGE is one of {', '.join(WRITTEN)}; {GENERATED} is generated")
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    if options.missing:
        _print_missing(options.missing)
    elif options.check:
        return _print_problems(options.check)
    elif options.apply:
        return _apply_file(options.apply[0], Path(options.apply[1]))
    elif options.countries:
        COUNTRIES.write_text(countries(), encoding="utf-8", newline="\n")
    else:
        update()
        _print_counts()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
