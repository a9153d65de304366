"""Texts that break what is careless: markup, formats, formulas, invisible signs, great length."""

from __future__ import annotations

import io

import openpyxl
import pypdf

HOSTILE = (
    "'; DROP TABLE line; --",
    '" OR 1=1 --',
    "%s %d %n %(x)s",
    "{0.__class__} {} {name}",
    "{",
    "$HOME `id` $(id)",
    "..\\..\\..\\windows/../../etc/passwd",
    "/dev/null",
    "CON",
    "nul\0in the middle",
    "\u202egnitirw\u202c",
    "\u2066\u2069\u200b\ufeff\u00ad",
    "half \ud800 a letter \udfff",
    "</para></font><b>",
    '<img src="file:///etc/passwd"/>',
    "<script>alert(1)</script>",
    "<a href='http://x.invalid'>x</a>",
    "&amp;&lt;&#0;&unknown;",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
    "]]><![CDATA[",
    '=HYPERLINK("http://x.invalid","x")',
    "@SUM(1+1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "\t=1+1",
    "first line\r\nsecond line\x0b\x0c\u2028\u2029",
    "e\u0301\u0301\u0301" * 20,
    "ǅ ǆ Ĳ ﬁ ß İ ı",
    "اسم محمد عبد الله",
    "עברית",
    "漢字かな",
    "👩‍👩‍👧‍👦🏴",
    "\x1b[31mred\x1b[0m\x07",
    "NaN",
    "1e999",
    "٣٤٥",
    "ž" * 5000,
    "ž " * 2500,
    "word " * 1000,
    "\n" * 5000,
)

# Those that an engine cannot take as they are.
UNFIT = tuple(text for text in HOSTILE if len(text) > 1000 or "\0" in text or "\ud800" in text)


def require_no_formulas(workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def require_no_links(pdf: bytes) -> None:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert not [page for page in pages if "/Annots" in page]
    assert not any("root:" in page.extract_text() for page in pages)
