"""Tables that somebody filled in, in every usual spelling, broken and hostile ones included."""

from __future__ import annotations

import io
import random
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from models.errors import DomainError
from models.sheets import sheetfile
from models.sheets.sheetfile import Formula

PLAIN = "Datum;Mjesto;Artikal;Količina\r\n5.10.2026.;Šćepan polje;Čaj;20\r\n"
CELLS = (
    ("Datum", "Mjesto", "Artikal", "Količina"),
    ("5.10.2026.", "Šćepan polje", "Čaj", "20"),
)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def written_by_excel(*rows: tuple[object, ...]) -> bytes:
    """A workbook as Excel lays it out, its texts in a part of their own."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(content: bytes, changed: dict[str, bytes]) -> bytes:
    """The workbook with other parts in place of its own."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (parts_of(content) | changed).items():
            archive.writestr(name, part)
    return result.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(DomainError) as raised:
        sheetfile.read(content)
    return raised.type.__name__


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250"]
)
def test_letters_are_recognised_in_every_usual_encoding(encoding):
    assert sheetfile.read(PLAIN.encode(encoding)).rows == CELLS


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_the_one_that_parts_the_headings(separator):
    remarked = PLAIN.replace("Čaj", '"Čaj, topli; slatki"').replace("Količina;", "Količina,")
    cells = sheetfile.read(remarked.replace(";", separator).encode()).rows
    assert cells[0] == CELLS[0]
    assert cells[1][:2] == CELLS[1][:2]


def test_commas_in_remarks_do_not_hide_the_semicolons():
    text = "Datum;Osoba;Napomena\n5.10.2026;20;a,b,c,d,e,f\n"
    assert sheetfile.read(text.encode()).rows[1] == ("5.10.2026", "20", "a,b,c,d,e,f")


def test_the_line_by_which_excel_is_told_the_separator_is_no_row():
    sheet = sheetfile.read(f"sep=;\r\n{PLAIN}".encode())
    assert (sheet.rows, sheet.numbers) == (CELLS, (2, 3))


def test_rows_keep_the_numbers_they_have_in_the_file():
    sheet = sheetfile.read(f"\r\n;;;\r\n{PLAIN}\r\n\r\n5.10.2026.;a;b;1\r\n".encode())
    assert sheet.numbers == (3, 4, 7)


def test_a_cell_of_a_million_letters_is_a_cell_and_no_open_quotation_mark():
    text = "Datum;Napomena\n5.10.2026;" + "ž" * 1_000_000 + "\n"
    assert len(sheetfile.read(text.encode()).rows[1][1]) == 1_000_000


def test_signs_that_no_one_sees_are_left_out_of_cells():
    text = "Datum;Osoba\r\n\u202e5.10.2026\u202c;\u00a0 1\u00a0200\x07 \r\n"
    assert sheetfile.read(text.encode()).rows[1] == ("5.10.2026", "1 200")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "EmptyFile"),
        (b"\r\n;;\r\n", "EmptyFile"),
        (b"Datum;Osoba\n5.10.2026;1\0", "NotASheet"),
        (b"%PDF-1.7\n", "NotASheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OldWorkbook"),
        (b"PK\x03\x04 and then nothing", "BadWorkbook"),
        (b"Datum;Osoba\n5.10.2026;\x81\x83\n", "UnknownLetters"),
        (b'Datum;Osoba\n5.10.2026;1\n6.10.2026;"2', "BrokenQuotes"),
        (b'Datum;Osoba\n5.10.2026;"1"x\n', "BrokenQuotes"),
        (b"Datum;Osoba;Mjesto\n5.10.2026;1;a\n6.10.20", "CutOff"),
        (b"Datum;Osoba\n" + b";".join([b"1"] * 101) + b"\n", "TooManyColumns"),
        (b"Datum;Osoba\n" + b";" * 20_000, "TooManyColumns"),
        (b"\n" * 100_010, "TooManyRows"),
        (b"Datum;Osoba\n" + b"5.10.2026;1\n" * 100_001, "TooManyRows"),
        (b"x" * 20_000_001, "FileTooLarge"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_with_its_own_sentence(content, sentence):
    assert refused(content) == sentence


def test_a_file_too_large_is_not_even_read(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(30_000_000_000)
    with pytest.raises(sheetfile.FileTooLarge):
        sheetfile.read(path)


def test_a_workbook_gives_days_and_numbers_as_they_are():
    day = datetime(2026, 10, 5, 14, 5)
    content = workbook(("Datum", "Osoba", "Kg", "Da"), (day, 1200, 2.3, True), (None, " a\nb "))
    rows = sheetfile.read(content).rows
    assert rows[1] == (date(2026, 10, 5), Decimal(1200), Decimal("2.3"), "True")
    assert rows[2] == ("", "a b")


def test_a_formula_is_not_a_value():
    rows = sheetfile.read(workbook(("Datum", "Osoba"), ("5.10.2026", "=1+1"))).rows
    assert rows[1] == ("5.10.2026", Formula("=1+1"))


def test_text_that_only_looks_like_a_formula_stays_text_in_csv():
    rows = sheetfile.read(b'Datum;Osoba\n5.10.2026;"=HYPERLINK(""x"")"\n').rows
    assert rows[1][1] == '=HYPERLINK("x")'


def test_the_first_sheet_that_is_not_hidden_is_read():
    book = Workbook()
    book.active.append(("Datum", "Osoba"))
    hidden = book.create_sheet("Lists", 0)
    hidden.append(("a", "b"))
    hidden.sheet_state = "hidden"
    assert sheetfile.read(saved(book)).rows == (("Datum", "Osoba"),)


def test_a_workbook_of_nothing_but_a_zip_is_no_table():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("letter.txt", "hello")
    assert refused(content.getvalue()) == "NotASheet"


def test_a_zip_bomb_is_measured_before_it_is_opened():
    bomb = repacked(workbook(("Datum",)), {"xl/styles.xml": b" " * 61_000_000})
    assert len(bomb) < 100_000
    assert refused(bomb) == "FileTooLarge"


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_billion_laughs_are_not_expanded(part):
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(10))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>'.encode()
    content = written_by_excel(("Datum", "Osoba"))
    old = parts_of(content)[part].split(b"?>", 1)[1]
    laughing = head + re.sub(rb"(<t>|<v>)", rb"\1&a10;", old)
    assert refused(repacked(content, {part: laughing})) == "BadWorkbook"


def test_a_row_far_down_does_not_make_a_million_empty_ones_for_long():
    content, part = workbook(("Datum", "Osoba")), "xl/worksheets/sheet1.xml"
    far = parts_of(content)[part].replace(b'<row r="1"', b'<row r="999999999"')
    assert refused(repacked(content, {part: far})) == "TooManyRows"


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_one_plain_sentence(content):
    is_a_table_or_refused(content)


@given(st.text(alphabet=st.sampled_from('";,\t\n\rDatumOsoba=15.x\0\ufeff'), max_size=200))
def test_any_text_is_a_table_or_one_plain_sentence(text):
    is_a_table_or_refused(text.encode())


def test_mutated_workbooks_are_tables_or_one_plain_sentence(chance: random.Random):
    whole = written_by_excel(("Datum", "Osoba"), ("5.10.2026.", 1), ("x", 2.5))
    for _ in range(150):
        is_a_table_or_refused(mutated(whole, chance))
    for _ in range(150):
        is_a_table_or_refused(mutated_inside(whole, chance))


def is_a_table_or_refused(content: bytes) -> None:
    try:
        sheet = sheetfile.read(content)
    except DomainError as problem:
        sentence = problem.text()
    else:
        sentence = "read" if len(sheet.rows) == len(sheet.numbers) > 0 else ""
    assert sentence


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, or a part cut out or off."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    at = chance.randrange(len(changed))
    return bytes(changed[:at] if chance.random() < 0.3 else changed)


def mutated_inside(content: bytes, chance: random.Random) -> bytes:
    """A workbook whose packing is sound and one of whose parts is not."""
    name, part = chance.choice(list(parts_of(content).items()))
    return repacked(content, {name: mutated(part, chance)})
