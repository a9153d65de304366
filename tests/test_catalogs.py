"""The catalogs are complete, well made, and say what the term base says."""

import ast
import json
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from translations import catalogs, review, update
from translations.serbian import to_latin

EVERY = (*update.WRITTEN, update.GENERATED)
ROOT = Path(__file__).parent.parent


@cache
def template() -> Catalog:
    return update.extracted()


def sources(catalog: Catalog) -> set[tuple[str, ...]]:
    return {update.source(message) for message in update.messages(catalog)}


# The catalogs


@pytest.mark.parametrize("code", EVERY)
def test_a_catalog_has_the_messages_of_the_program_and_no_others(code: str) -> None:
    catalog = update.stored(code)
    assert sources(template()) - sources(catalog) == set(), "python -m translations.update"
    assert sources(catalog) - sources(template()) == set(), "python -m translations.update"
    assert not catalog.obsolete


@pytest.mark.parametrize("code", EVERY)
def test_every_message_is_translated(code: str) -> None:
    missing = [update.source(message)[0] for message in update.missing(update.stored(code))]
    assert missing == [], f"{len(missing)} messages of {code} are missing"


@pytest.mark.parametrize("code", EVERY)
def test_no_message_is_guessed(code: str) -> None:
    assert not [message.id for message in update.messages(update.stored(code)) if message.fuzzy]


@pytest.mark.parametrize("code", EVERY)
def test_plurals_have_three_forms(code: str) -> None:
    catalog = update.stored(code)
    assert catalog.num_plurals == review.FORMS
    counted = [message for message in update.messages(catalog) if message.pluralizable]
    assert all(len(update.texts(message)) == review.FORMS for message in counted)


@pytest.mark.parametrize("code", update.WRITTEN)
def test_nothing_is_wrong_with_a_translation(code: str) -> None:
    found = update.problems(update.stored(code), code)
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


def test_latin_serbian_is_made_from_cyrillic() -> None:
    cyrillic, latin = update.stored("sr_Cyrl"), update.stored(update.GENERATED)
    for message in update.messages(cyrillic):
        twin = latin.get(update.source(message)[0])
        assert twin is not None
        assert update.texts(twin) == tuple(map(to_latin, update.texts(message)))


@pytest.mark.parametrize("code", EVERY)
def test_our_reader_reads_what_babel_reads(code: str) -> None:
    ours, babels = catalogs.of(code), update.stored(code)
    done = [message for message in update.messages(babels) if all(update.texts(message))]
    texts = {update.source(message)[0]: update.texts(message)[0] for message in done}
    counted = [message for message in done if message.pluralizable]
    assert ours.texts == texts
    assert ours.plurals == {update.source(each)[0]: update.texts(each) for each in counted}


def test_country_names_are_those_of_cldr() -> None:
    assert update.COUNTRIES.read_text(encoding="utf-8") == update.countries()


# The messages of the program


def test_english_messages_keep_the_signs_of_the_house() -> None:
    ours = [each for each in update.messages(template()) if not is_qts(each)]
    texts = [text for message in ours for text in update.source(message)]
    wrong = [text for text in texts if "..." in text or '"' in text or " - " in text]
    assert not wrong, "… for the ellipsis, “ ” for quotation marks, – for the dash"


def is_qts(message: Message) -> bool:
    """Qt's own texts must be as Qt has them."""
    return {name for name, _line in message.locations} == {"ui/qt_texts.py"}


def test_english_plurals_have_the_same_places() -> None:
    pairs = [source for source in sources(template()) if len(source) > 1]
    assert [pair for pair in pairs if review.places(pair[0]) - review.places(pair[1])] == []


@pytest.mark.parametrize("path", update._python_files(), ids=lambda path: path.stem)
def test_no_text_is_translated_while_importing(path: Path) -> None:
    """That would freeze it in the first language: mark it with N_() and translate when shown."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [f"{path.relative_to(ROOT)}:{line}" for line in early_calls(tree)] == []


def early_calls(node: ast.AST) -> list[int]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        outside: list[ast.AST] = [*node.decorator_list, *node.args.defaults]
        return [line for child in outside for line in early_calls(child)]
    if isinstance(node, ast.Lambda):
        return []
    called = node.func if isinstance(node, ast.Call) else None
    found = [node.lineno] if isinstance(called, ast.Name) and called.id in ("_", "ngettext") else []
    return found + [line for child in ast.iter_child_nodes(node) for line in early_calls(child)]


# The review


@pytest.mark.parametrize("code", update.WRITTEN)
def test_the_term_base_passes_its_own_review(code: str) -> None:
    headings = {"Reference number (of a letter)", "Submitted to"}
    for row in review._rows("glossary.csv"):
        if row["key_en"] not in headings:
            term, text = row["key_en"], row[code]
            label = text[0].upper() + text[1:] if term[0].isupper() else text
            assert review.problems(code, (term,), (label,)) == [], term
    for source, forms in review._counted_terms(code).items():
        assert review.problems(code, source, forms) == [], source


@pytest.mark.parametrize(
    ("code", "source", "text", "fault"),
    [
        ("bs", "Cancel", "", "needs 1 text"),
        ("bs", "Only {left} left.", "Ostalo je samo {lijevo}.", "{places}"),
        ("bs", "Only {left} left.", "Ostalo je samo {left.", "brace"),
        ("bs", "<b>Bold</b>", "<i>Debelo</i>", "<tags>"),
        ("bs", "Name: ", "Ime:", "spaces"),
        ("bs", "Receive…", "Primi", "ends with"),
        ("bs", "Receive", "primi", "small letter"),
        ("bs", "pcs", "Kom.", "a capital"),
        ("bs", "Is it so?", "Tako je.", "ends with"),
        ("bs", "“Stock” is empty", '"Zaliha" je prazna', "quotation marks are „…”"),
        ("sr_Cyrl", "“Stock” is empty", "„Залиха” је празна", "quotation marks are „…“"),
        ("hr", "“Stock” is empty", "„Zaliha je prazna", "no partner"),
        ("hr", "Wait…", "Čekajte...", "ellipsis"),
        ("hr", "from – to", "od - do", "dash"),
        ("hr", "Why not?", "Zašto ne ?", "no space before"),
        ("sr_Cyrl", "Blanket of Ana", "Анино ćebe", "Serbian Cyrillic"),
        ("sr_Cyrl", "The bread", "Хлjеб", "Serbian Cyrillic"),
        ("sr_Cyrl", "The day", "Дeнь", "Serbian Cyrillic"),
        ("hr", "The day", "Дан", "Cyrillic letters"),
        ("hr", "Report", "Izvještaj", "izvješće"),
        ("hr", "Every week", "Svake sedmice", "tjedan"),
        ("hr", "Do you know?", "Znate da li je?", "je li"),
        ("bs", "Next week", "Sljedeći tjedan", "sedmica"),
        ("bs", "Nation", "Nacionalnost", "državljanstvo"),
        ("sr_Cyrl", "It will be so.", "То ће бит ће.", "биће"),
        ("sr_Cyrl", "Delete it?", "Желите ли избрисати?", "да + презент"),
        ("sr_Cyrl", "One person", "Једна особа", "лице"),
        ("sr_Cyrl", "A new cross", "Нови криж", "Црвени крст"),
        ("bs", "Save", "Pohrani", "the term base has sačuvaj"),
        ("hr", "&Delete", "&Obriši", "the term base has izbriši"),
    ],
)
def test_the_review_finds(code: str, source: str, text: str, fault: str) -> None:
    found = review.problems(code, (source,), (text,))
    assert any(fault in each for each in found), found


@pytest.mark.parametrize(
    ("code", "source", "text"),
    [
        ("bs", "Valid until {date}.", "Važi do {date}"),
        ("bs", "pcs", "kom."),
        ("hr", "Print...", "Ispiši…"),
        ("bs", "Posted", "Proknjižen"),
        ("bs", "Inactive", "Neaktivna"),
        ("hr", "Search", "Pretraživanje"),
        ("hr", "&Save", "&Spremi"),
        ("hr", "“{name}” is used.", "„{name}” se koristi."),
        ("sr_Cyrl", "Export to PDF (Ctrl+E) as report.pdf", "Извези у PDF (Ctrl+E) као report.pdf"),
        ("sr_Cyrl", "The Red Cross there", "Црвени криж Федерације БиХ"),
        ("sr_Cyrl", '<a href="x">Help</a>', '<a href="x">Помоћ</a>'),
        ("sr_Cyrl", "&Stop", "&Заустави"),
    ],
)  # fmt: skip
def test_the_review_lets_pass(code: str, source: str, text: str) -> None:
    assert review.problems(code, (source,), (text,)) == []


def test_a_translator_is_shown_the_terms_of_a_text() -> None:
    assert review.terms_in("hr", "Two blankets for the volunteer") == {
        "Blanket": "deka",
        "Volunteer": "volonter",
    }


def test_every_plural_form_is_reviewed() -> None:
    pair = ("{count} thing", "{count} things")
    assert review.problems("bs", pair, ("{count} stvar", "{count} stvari")) == [
        "needs 3 text(s), has 2"
    ]
    assert review.problems("bs", pair, ("jedna stvar", "{count} stvari", "{count} stvari"))
    assert not review.problems("bs", pair, ("{count} stvar", "{count} stvari", "{count} stvari"))


# The update


def catalog_of(*entries: tuple[str | tuple[str, str], str | tuple[str, ...]]) -> Catalog:
    catalog = Catalog(locale="hr_BA")
    for place, (message, text) in enumerate(entries):
        catalog.add(message, text, locations=[("ui/warehouse/stock.py", place)])
    return catalog


def test_merging_keeps_translations_and_guesses_nothing() -> None:
    new = catalog_of(("Stocks", ""), ("Save", ""), (("{count} day", "{count} days"), ("", "")))
    old = catalog_of(("Stock", "Zaliha"), ("Save", "Spremi"), ("{count} day", "{count} dan"))
    result = update.merged(new, old, "hr")
    assert {update.source(each)[0]: update.texts(each) for each in update.messages(result)} == {
        "Stocks": ("",),
        "Save": ("Spremi",),
        "{count} day": ("", "", ""),
    }


def test_a_written_catalog_reads_the_same_and_has_no_dates(tmp_path: Path) -> None:
    path = tmp_path / "hr" / "ogranak.po"
    days = (("{count} day", "{count} days"), ("{count} dan", "{count} dana", "{count} dana"))
    odd = ('A \\ and a "quote"\n\ttab', 'Kosa \\\\ crta i "navod"\n\ttab')
    update.write(update.merged(catalog_of(days, odd), catalog_of(days, odd), "hr"), path)
    read = catalogs.read(path)
    assert read.texts == {days[0][0]: "{count} dan", odd[0]: odd[1]}
    assert read.plurals == {days[0][0]: days[1]}
    written = path.read_text(encoding="utf-8")
    assert "Date" not in written and "#: ui/warehouse/stock.py\n" in written
    with path.open("rb") as file:
        assert read_po(file).num_plurals == review.FORMS


def test_fuzzy_and_obsolete_entries_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "ogranak.po"
    path.write_text(
        'msgid ""\nmsgstr "Language: hr\\n"\n\n#, fuzzy\nmsgid "Save"\nmsgstr "Snimi"\n\n'
        '#~ msgid "Old"\n#~ msgstr "Staro"\n\nmsgid "Open"\nmsgstr ""\n"Otvo"\n"ri"\n',
        encoding="utf-8",
    )
    assert catalogs.read(path).texts == {"Open": "Otvori"}


def test_missing_messages_are_listed_for_a_translator(capsys: pytest.CaptureFixture[str]) -> None:
    assert update.main(["--missing", "hr"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all({"id", "where", "terms"} <= set(row) for row in rows)
