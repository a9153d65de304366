"""Names in any script are shown whole, in order, and copied as they were typed."""

import io
import random
import unicodedata

import pypdf
import pytest

from reports import layout
from reports.paper import script, style, typefaces
from translations import language

ARABIC = "محمد علي احمدزی"
HOSTILE = [
    "</para><b>",
    "<img src='file.png'>",
    "&lt; & &amp;",
    "\x00\x01\x1b[0m",
    "\ud800 lone",
    "\u202eright to left\u202c",
    "x" * 5000,
    "ž " * 2500,
    "محمد" * 500,
    "\n\n\n",
    " ",
    "",
    "e\u0301\u0302\u0303" * 50,
    "\u200d\u200c\u200b\ufeff",
    "\U0010ffff\U000f0000",
    "日本語 ትግርኛ",
    "ﷺ ﻻ",
    "()[]{}«» م ()",
]


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages)


def printed(*words: str) -> bytes:
    return layout.document([layout.text(each) for each in words], language("en"), title="Test")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_stops_a_page(words):
    assert printed(words).startswith(b"%PDF")


def test_markup_is_printed_as_it_was_typed():
    words = "</para><b>Ana</b> & <img src='x'>"
    assert words in text_of(printed(words))


def test_letters_of_all_our_languages_are_in_the_fonts():
    assert script.missing_glyphs("čćđšž ČĆĐŠŽ љњџђћј ЉЊЏЂЋЈ „” “ – — … · € ×\u00a0№") == ""


def test_letters_of_arabic_persian_urdu_and_pashto_are_in_the_fonts():
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءئؤأإآىة پچژگکی ٹڈڑںےہ ټډړښږڼېۍځڅ ۰۱۲٠١٢"
    assert script.missing_glyphs(letters) == ""


@pytest.mark.parametrize("name", ["মোহাম্মদ রহমান", "राम बहादुर", "ተስፋይ ገብረ", "Љиљана"])
def test_names_in_other_scripts_of_the_road_are_in_the_fonts(name):
    assert script.missing_glyphs(name) == ""
    assert printed(name).startswith(b"%PDF")


def test_what_no_font_has_is_told_and_shown_as_a_box():
    assert script.missing_glyphs("日本 Ana 日") == "日本"
    assert script.clean("日本 Ana") == "\ufffd\ufffd Ana"


def test_control_characters_and_changes_of_direction_are_left_out():
    assert script.clean("A\x00n\u202ea\u2069\x07") == "Ana"


def test_a_minus_sign_is_never_lost():
    assert script.clean("\u22125") == "-5"


def test_a_letter_and_its_mark_become_one():
    assert script.clean("Đuric\u0301") == "Đurić"


def test_arabic_letters_join():
    joined = typefaces.shaped("بب", typefaces.FAMILIES[1], False, right_to_left=True)
    alone = typefaces.shaped("ب", typefaces.FAMILIES[1], False, right_to_left=True)
    assert typefaces.shaped_width(joined, 10) < 2 * typefaces.shaped_width(alone, 10)


def test_what_follows_an_arabic_beginning_stands_left_of_it():
    for words in ("ab م", "م ab"):
        pieces = script.lines(words, style.BODY, 500)[0].pieces
        assert pieces[0].font == typefaces.REGULAR
        assert pieces[-1].font == "NotoSansArabic-Regular"


def test_an_arabic_run_inside_a_latin_sentence_keeps_the_sentence_in_order():
    first, *arabic, last = script.lines("Ahmad احمد Ali", style.BODY, 500)[0].pieces
    assert first.font == last.font == typefaces.REGULAR
    assert {piece.font for piece in arabic} == {"NotoSansArabic-Regular"}


def test_an_arabic_name_is_copied_with_all_its_letters():
    assert ARABIC in text_of(printed(ARABIC))


def test_a_ligature_is_copied_as_its_letters():
    assert "علاء" in unicodedata.normalize("NFKC", text_of(printed("علاء")))


def test_a_persian_name_keeps_the_joiner_that_parts_its_words():
    assert "حسین\u200cزاده" in text_of(printed("حسین\u200cزاده"))


def test_cyrillic_is_copied_as_typed():
    assert "Љиљана Ђурђевић" in text_of(printed("Љиљана Ђурђевић"))


def texts(words: str, width: float) -> list[str]:
    found = script.lines(words, style.BODY, width)
    return ["".join(piece.text for piece in line.pieces) for line in found]


def test_no_line_is_wider_than_its_room():
    chance = random.Random(7)
    for _ in range(200):
        words = "".join(chance.choices("abč -Њ/محم 12.", k=60))
        for line in script.lines(words, style.BODY, 70):
            assert line.width <= 70.01


def test_nothing_is_lost_when_a_text_is_broken():
    words = "Higijenski paket " + "x" * 90 + " za Hercegovačko-neretvansku županiju"
    parts = ["".join(p.text for p in line.pieces) for line in script.lines(words, style.BODY, 60)]
    assert "".join(parts).replace(" ", "") == words.replace(" ", "")


def test_a_long_name_breaks_after_a_hyphen():
    first = script.lines("Hercegovačko-neretvanska", style.BODY, 65)[0]
    assert first.pieces[0].text == "Hercegovačko-"


def test_a_date_is_never_broken():
    lines = script.lines("dana 23.\u00a011.\u00a02026.", style.BODY, 60)
    assert len(lines) == 2


def test_a_number_stays_with_its_unit_where_there_is_room():
    assert texts("Flaširana voda 0,5 l", 76) == ["Flaširana voda", "0,5 l"]
    assert texts("since 1 January", 50) == ["since", "1 January"]
    assert texts("12 gradova", 40) == ["12", "gradova"]


def test_a_shortened_text_ends_with_an_ellipsis():
    line = script.shortened("Demokratska Republika Kongo", style.BODY, 60)
    assert line.width <= 60 and line.pieces[-1].text.endswith("…")
