"""The paper key on paper: one page in every language, and a code that holds the key alone."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pypdf
import pytest
from PIL import Image
from pypdf.generic import DictionaryObject
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from models.safe import papercode
from reports import paper_key
from reports.paper_key import PaperKey
from translations import LANGUAGES, language

KEY = papercode.written(bytes(range(16)))


def paper(code: str) -> bytes:
    names = {each: "Црвени крст" if each == "sr_Cyrl" else "Crveni križ" for each in LANGUAGES}
    made = PaperKey(3, KEY, date(2026, 11, 25), names, "Bihać")
    return paper_key.render(made, language(code))


@pytest.mark.parametrize("code", LANGUAGES)
def test_one_page_names_the_key_what_it_is_for_and_where_to_keep_it(code):
    reader = pypdf.PdfReader(BytesIO(paper(code)))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    look = language(code).gettext
    for group in KEY.split():
        assert group in text
    for heading in ("What it is for", "Where to keep it", "How to use it", "When to destroy it"):
        assert look(heading) in text
    assert "2026" in text


def test_every_font_is_embedded():
    page = pypdf.PdfReader(BytesIO(paper("sr_Cyrl"))).pages[0]
    fonts = page["/Resources"]["/Font"].values()
    assert fonts
    for font in fonts:
        inner = font.get_object().get("/DescendantFonts", [font])[0].get_object()
        descriptor: DictionaryObject = inner["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor


def test_the_code_read_back_is_the_key_and_nothing_else(qtbot: QtBot):
    pyzbar = pytest.importorskip("pyzbar.pyzbar")
    buffer = QBuffer()
    buffer.setData(QByteArray(paper("en")))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    drawn = document.render(0, QSize(1240, 1754)).convertToFormat(
        document.render(0, QSize(1, 1)).Format.Format_RGBA8888
    )
    seen = Image.frombytes("RGBA", (1240, 1754), bytes(drawn.constBits()))
    white = Image.new("RGBA", seen.size, "white")
    white.alpha_composite(seen)
    (found,) = pyzbar.decode(white.convert("L"))
    read = found.data.decode()
    assert read == KEY.replace(" ", "-")
    assert papercode.read(read) == bytes(range(16))


def test_a_paper_tells_its_key_to_nobody_by_accident():
    assert KEY not in repr(PaperKey(3, KEY, date(2026, 11, 25), {}, ""))
