"""Texts, dates, numbers and names in five written standards, and Serbian in two scripts."""

import enum
import gettext
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

import translations
from models.units import Unit, amount
from translations import LANGUAGES, Language, Money, language, serbian
from translations.catalogs import Catalog
from translations.formats import FORMATS

DAY = date(2026, 11, 23)
PERSONS = {
    "bs": ("{count} osoba", "{count} osobe", "{count} osoba"),
    "hr": ("{count} osoba", "{count} osobe", "{count} osoba"),
    "sr_Cyrl": ("{count} дјечак", "{count} дјечака", "{count} дјечака!"),
}
ONE, FEW, OTHER = range(3)
RULE = "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"


class Sex(enum.StrEnum):
    FEMALE = "female"

    @property
    def label(self) -> str:
        return "Female"


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    translations.use("en")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# Dates


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_day_is_written_alike_everywhere_and_never_breaks(code: str) -> None:
    assert language(code).day(DAY) == "23.\u00a011.\u00a02026."


@pytest.mark.parametrize("code", LANGUAGES)
@given(day=st.dates(), last=st.dates(), figure=st.decimals(-(10**7), 10**7, places=3))
def test_no_day_and_no_quantity_breaks_over_two_lines(
    code: str, day: date, last: date, figure: Decimal
) -> None:
    spoken = language(code)
    said = [spoken.day(day), spoken.short_day(day), spoken.long_date(day), spoken.month(day)]
    said += [spoken.show(Money(int(figure))), spoken.percent(figure), spoken.number(figure)]
    said += [spoken.show(amount(figure, unit)) for unit in Unit]
    said += [spoken.show(datetime(2026, 10, 3, 7, 5)), *spoken.period(day, last).split("– ")]
    assert [text for text in said if " " in text] == []


@pytest.mark.parametrize(
    ("code", "long_date", "month", "weekday"),
    [
        ("bs", "23. novembar 2026.", "novembar 2026", "ponedjeljak"),
        ("hr", "23. studenoga 2026.", "studeni 2026.", "ponedjeljak"),
        ("sr_Cyrl", "23. новембар 2026.", "новембар 2026", "понедјељак"),
        ("sr_Latn", "23. novembar 2026.", "novembar 2026", "ponedjeljak"),
        ("en", "23 November 2026", "November 2026", "Monday"),
    ],
)
def test_months_and_days_have_their_names(
    code: str, long_date: str, month: str, weekday: str
) -> None:
    tongue = language(code)
    assert plain(tongue.long_date(DAY)) == long_date
    assert plain(tongue.month(DAY)) == month
    assert tongue.weekday(DAY) == weekday


def test_a_period_is_a_day_a_month_or_from_to() -> None:
    hr = language("hr")
    assert hr.period(DAY, DAY) == hr.day(DAY)
    assert hr.period(date(2026, 2, 1), date(2026, 2, 28)) == "veljača\u00a02026."
    assert hr.period(date(9999, 12, 1), date.max) == "prosinac\u00a09999."
    assert plain(hr.period(date(2015, 10, 19), date(2015, 10, 25))) == (
        "19. 10. 2015. – 25. 10. 2015."
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_names_of_months_and_days_are_those_of_cldr(code: str) -> None:
    ours, cldr = FORMATS[code], Locale.parse(FORMATS[code].locale)
    assert ours.months == tuple(cldr.months["stand-alone"]["wide"].values())
    in_dates = ours.months_in_dates or ours.months
    assert in_dates == tuple(cldr.months["format"]["wide"].values())
    assert ours.weekdays == tuple(cldr.days["format"]["wide"][number] for number in range(7))


# Numbers


@pytest.mark.parametrize(
    ("code", "number", "money", "percent"),
    [
        ("bs", "1.234,5", "1.234,50 KM", "12%"),
        ("hr", "1.234,5", "1.234,50 KM", "12 %"),
        ("sr_Cyrl", "1.234,5", "1.234,50 КМ", "12%"),
        ("sr_Latn", "1.234,5", "1.234,50 KM", "12%"),
        ("en", "1,234.5", "1,234.50 KM", "12%"),
    ],
)
def test_numbers_have_the_marks_of_their_language(
    code: str, number: str, money: str, percent: str
) -> None:
    tongue = language(code)
    assert tongue.number(Decimal("1234.500")) == number
    assert plain(tongue.money(123450)) == money == plain(tongue.money(Money(123450)))
    assert plain(tongue.percent(0.12)) == percent
    assert tongue.number(1234567).count(FORMATS[code].group_mark) == 2


@pytest.mark.parametrize("code", LANGUAGES)
@given(st.decimals(-(10**12), 10**12, places=3) | st.integers(-(10**15), 10**15))
def test_numbers_are_written_as_cldr_does(code: str, number: Decimal | int) -> None:
    expected = format_decimal(number, locale=FORMATS[code].locale)
    assert language(code).number(number) == (expected if number else "0")


@pytest.mark.parametrize("code", LANGUAGES)
@given(st.integers(-300, 300))
def test_percents_are_written_as_cldr_does(code: str, hundredths: int) -> None:
    fraction = Decimal(hundredths) / 100
    expected = format_percent(fraction, locale=FORMATS[code].locale)
    assert language(code).percent(fraction) == expected


def test_small_and_negative_amounts_of_money() -> None:
    assert plain(language("bs").money(-5)) == "-0,05 KM"
    assert plain(language("en").money(0)) == "0.00 KM"
    assert sorted([Money(2), Money(-1)]) == [Money(-1), Money(2)]


# Values of a cell


def test_every_kind_of_value_is_shown() -> None:
    bs = Language("bs", Catalog({"Yes": "Da", "No": "Ne", "Female": "Ženski"}, {}))
    moment = datetime(2026, 11, 23, 14, 5)
    values = [None, True, False, "Đurić", 1000, Decimal("2.500"), moment, time(9, 5), Sex.FEMALE]
    assert [plain(bs.show(value)) for value in values] == [
        "—", "Da", "Ne", "Đurić", "1.000", "2,5", "23. 11. 2026. 14:05", "09:05", "Ženski",
    ]  # fmt: skip
    assert bs.show((1, DAY, "c")) == f"1, {bs.day(DAY)} i c"


@pytest.mark.parametrize("code", LANGUAGES)
@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.builds(Money, st.integers())
    | st.binary()
)
def test_showing_never_fails(code: str, value: object) -> None:
    assert isinstance(language(code).show(value), str)


@given(st.sampled_from(LANGUAGES), st.dates(), st.dates(), st.lists(st.text()))
def test_dates_and_lists_never_fail(code: str, first: date, last: date, texts: list[str]) -> None:
    tongue = language(code)
    assert tongue.period(first, last) and tongue.long_date(first) and tongue.month(last)
    assert all(text in tongue.list(texts) for text in texts)


def test_a_list_ends_with_and() -> None:
    assert language("sr_Cyrl").list(["а", "б", "в"]) == "а, б и в"
    assert language("en").list(["a", "b"]) == "a and b"
    assert language("en").list(["a"]) == "a"


# Countries


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("bs", "Sirija"),
        ("hr", "Sirija"),
        ("sr_Cyrl", "Сирија"),
        ("sr_Latn", "Sirija"),
        ("en", "Syria"),
    ],
)
def test_a_country_has_its_name(code: str, name: str) -> None:
    assert language(code).country("SY") == name
    assert len(language(code).countries()) > 230


def test_unknown_and_stateless_are_told_apart() -> None:
    hr = Language("hr", Catalog({"Unknown": "Nepoznato", "Stateless": "Bez državljanstva"}, {}))
    assert [hr.country(code) for code in ("XX", "XS", "XK", "Q?")] == [
        "Nepoznato",
        "Bez državljanstva",
        "Kosovo",
        "Q?",
    ]


# Texts


@pytest.mark.parametrize("code", PERSONS)
@pytest.mark.parametrize(
    ("count", "form"),
    [
        (0, OTHER), (1, ONE), (2, FEW), (4, FEW), (5, OTHER), (11, OTHER), (12, OTHER),
        (14, OTHER), (20, OTHER), (21, ONE), (22, FEW), (25, OTHER), (101, ONE), (111, OTHER),
        (112, OTHER), (1002, FEW), (Decimal("2.2"), FEW), (Decimal("1.5"), OTHER),
        (Decimal("3.100"), ONE), (Decimal("21.000"), ONE), (-2, FEW),
    ],
)  # fmt: skip
def test_counted_words_follow_the_number(code: str, count: int | Decimal, form: int) -> None:
    tongue = Language(code, Catalog({}, {"{count} person": PERSONS[code]}))
    text = tongue.ngettext("{count} person", "{count} persons", count)
    assert text == PERSONS[code][form]


@given(st.integers(0, 10**6))
def test_plural_forms_are_those_of_the_catalog_header(count: int) -> None:
    forms = ("0", "1", "2")
    tongue = Language("hr", Catalog({}, {"one": forms}))
    expected = gettext.c2py(RULE)(count)  # type: ignore[attr-defined]
    assert tongue.ngettext("one", "other", count) == forms[expected]


@pytest.mark.parametrize(("count", "text"), [(1, "one"), (0, "other"), (21, "other")])
def test_untranslated_counts_are_english(count: int, text: str) -> None:
    assert Language("hr", Catalog({}, {})).ngettext("one", "other", count) == text


def test_the_language_of_the_screen_is_one_setting() -> None:
    translations.use("sr_Cyrl")
    assert translations.current() is language("sr_Cyrl")
    assert translations.current().name == "Српски (ћирилица)"
    assert translations._("no such message") == "no such message"
    assert translations.ngettext("{count} x y", "{count} xs y", 2).format(count=2) == "2 xs y"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no such language: de"):
        translations.use("de")
    assert translations.current().code == "en"


def test_the_program_starts_without_babel() -> None:
    script = (
        "import sys, translations as t; t.use('hr'); t._('x'); t.current().country('SY');"
        "sys.exit(any(name.startswith(('babel', 'gettext', 'csv')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


# Serbian in two scripts


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Љуб", "Ljub"),
        ("ЉУБ", "LJUB"),
        ("ВРШЕЊ", "VRŠENJ"),
        ("ВРШЕЊА", "VRŠENJA"),
        ("Љ", "Lj"),
        ("Њ.", "Nj."),
        ("Џ", "Dž"),
        ("Одјећа, ђак, џемпер, ћебе", "Odjeća, đak, džemper, ćebe"),
        ("СПИСАК ЉУДИ", "SPISAK LJUDI"),
        ("2,5 кг · 1.234,50 КМ", "2,5 kg · 1.234,50 KM"),
        ("Извези у PDF, IV разред", "Izvezi u PDF, IV razred"),
        ("Документ {број} за <b>Њега</b>", "Dokument {број} za <b>Njega</b>"),
        ("Пишите на њега@примјер.ба", "Pišite na њега@примјер.ба"),
        ("%1 од %2", "%1 od %2"),
        ("„Магацин“ – стање…", "„Magacin“ – stanje…"),
    ],
)
def test_cyrillic_becomes_latin(cyrillic: str, latin: str) -> None:
    assert serbian.to_latin(cyrillic) == latin


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Ljubuški, LJUBUŠKI", "Љубушки, ЉУБУШКИ"),
        ("knjiga, konj, Njegoš", "књига, коњ, Његош"),
        ("injekcija, Konjunktura, Tanjug", "инјекција, Конјунктура, Танјуг"),
        ("nadživjeti, podžanr, predživot", "надживјети, поджанр, предживот"),
        ("odžak, budžet, narudžba, udžbenik", "оџак, буџет, наруџба, уџбеник"),
        ("neinjektirani", "неинјектирани"),
        ("djeca i odjeća", "дјеца и одјећа"),
        ("ǆemper ǇUBAV", "џемпер ЉУБАВ"),
        ("PDF za New York, IV. razred", "PDF за New York, IV. разред"),
        ("{count} osoba", "{count} особа"),
        ("Crveni krst BiH", "Црвени крст БиХ"),
        ("Ulica V. korpusa 12/I, 3/II sprat", "Улица V. корпуса 12/I, 3/II спрат"),
        ("Kralja Petra I 12, stan V", "Краља Петра I 12, стан V"),
        ("Petra I Karađorđevića 5", "Петра I Карађорђевића 5"),
        ("Vrelo i Most", "Врело и Мост"),
        ("E-Mail: x, email, Messenger, TikTok", "E-Mail: x, email, Messenger, TikTok"),
        ("V. Karadžića 10a, I. Andrića bb", "В. Караџића 10а, И. Андрића бб"),
        ("tel. 037 222-333 · e-mail: ck@primjer.ba", "тел. 037 222-333 · e-mail: ck@primjer.ba"),
        ("www.primjer.ba ili primjer.org/kontakt", "www.primjer.ba или primjer.org/kontakt"),
        ("JIB 4200000000001, IBAN BA39 1290 0000", "ЈИБ 4200000000001, IBAN BA39 1290 0000"),
    ],
)
def test_latin_becomes_cyrillic(latin: str, cyrillic: str) -> None:
    assert serbian.to_cyrillic(latin) == cyrillic


LETTERS = "абвгдђежзијклљмнњопрстћуфхцчџш"


@given(st.text(LETTERS + LETTERS.upper() + " .,–0123456789"))
def test_no_cyrillic_remains_in_latin(text: str) -> None:
    latin = serbian.to_latin(text)
    assert not any("\u0400" <= letter <= "\u04ff" for letter in latin)
    assert serbian.to_latin(latin) == latin


@given(st.text("abcčćdđefghijklmnoprsštuvzž ", max_size=40))
def test_latin_survives_the_way_to_cyrillic_and_back(text: str) -> None:
    for variant in (text, text.title()):
        assert serbian.to_latin(serbian.to_cyrillic(variant)) == variant


@given(st.text(LETTERS, min_size=1).filter(lambda word: "нј" not in word and "дж" not in word))
def test_cyrillic_survives_the_way_to_latin_and_back(word: str) -> None:
    latin = serbian.to_latin(word)
    if "лј" not in word and not serbian._TWO_SOUNDS.match(latin):
        assert serbian.to_cyrillic(latin) == word


@given(st.text(LETTERS + " .,–/0123456789", min_size=1))
def test_what_is_typed_in_cyrillic_stays_as_typed_in_cyrillic(text: str) -> None:
    assert serbian.written(text, "sr_Cyrl") == text
    assert serbian.written(text, "bs") == serbian.to_latin(text)


@pytest.mark.parametrize("field", ["months", "weekdays", "currency", "conjunction"])
def test_serbian_formats_agree_in_both_scripts(field: str) -> None:
    cyrillic, latin = (getattr(FORMATS[code], field) for code in ("sr_Cyrl", "sr_Latn"))
    as_tuple = cyrillic if isinstance(cyrillic, tuple) else (cyrillic,)
    assert tuple(map(serbian.to_latin, as_tuple)) == (
        latin if isinstance(latin, tuple) else (latin,)
    )
