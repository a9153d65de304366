"""An archival file is valid, carries its data, and gives it back."""

import io
import random
from datetime import datetime

import pikepdf
import pytest

from models.errors import DomainError
from reports import archive, layout
from tests import preflight
from translations import LANGUAGES, language

DATA = b'{"persons": 2310, "name": "\xc5\xa0ipovo"}'
CREATED = datetime(2026, 11, 3, 10, 30)


def report(code="en", flavour="3b", attachment=("report.json", DATA), logo=None):
    story = [
        layout.title("Monthly report", "October"),
        layout.text("Љиљана Đurić محمد علي لا 日"),
        layout.signatures([("Prepared by", "Ana")], "M.P."),
    ]
    head = layout.Letterhead("Crveni križ", ["Adresa"], logo)
    return layout.document(
        story,
        language(code),
        title="Izvještaj",
        letterhead=head,
        attachment=attachment,
        created=CREATED,
        flavour=flavour,
    )


def test_the_data_comes_back():
    assert archive.data_of(report()) == {"persons": 2310, "name": "Šipovo"}


def test_the_same_report_gives_the_same_bytes():
    assert report() == report()


def test_the_attachment_is_named_as_the_data_of_the_file():
    with pikepdf.open(io.BytesIO(report())) as file:
        (attached,) = file.Root.AF
        assert attached.AFRelationship == "/Data"
        assert attached.UF == "report.json"


def test_the_file_names_its_language_title_and_day():
    with pikepdf.open(io.BytesIO(report())) as file, file.open_metadata() as metadata:
        assert file.Root.Lang == "en-GB"
        assert metadata["dc:title"] == "Izvještaj"
        assert metadata["pdfaid:part"] == "3"
        assert metadata["xmp:CreateDate"].startswith("2026-11-03T10:30")


def test_the_metadata_names_no_workshop():
    with pikepdf.open(io.BytesIO(report())) as file:
        assert "ReportLab" not in str(file.docinfo.get("/Title", ""))
        assert "Ogranak" in str(file.docinfo.get("/Creator", ""))


@pytest.mark.parametrize("damaged", [b"", b"hello", b"%PDF-1.7\n", b"PK\x03\x04" * 99])
def test_a_file_that_is_no_pdf_is_refused_with_a_sentence(damaged):
    with pytest.raises(archive.NotAPdf) as refused:
        archive.data_of(damaged)
    assert "damaged" in refused.value.text()


def test_a_pdf_without_data_is_refused():
    with pytest.raises(archive.NoData):
        archive.data_of(report(attachment=None))


@pytest.mark.parametrize("data", [b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b"NaN"])
def test_damaged_data_is_refused(data):
    with pytest.raises(archive.DamagedData):
        archive.data_of(report(attachment=("report.json", data)))


def test_data_that_unfolds_without_end_is_refused():
    endless = b'{"a": "' + b" " * archive.LARGEST_DATA + b'"}'
    with pytest.raises(archive.DamagedData):
        archive.data_of(report(attachment=("report.json", endless)))


def test_a_file_with_any_byte_changed_is_read_or_refused():
    whole, chance = report(), random.Random(5)
    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(4):
            changed[chance.randrange(len(whole))] = chance.randrange(256)
        try:
            archive.data_of(bytes(changed))
        except DomainError:
            continue


def test_a_title_may_hold_anything():
    pdf = layout.document([], language("en"), title="</x> \x00\ud800 محمد \n日")
    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_metadata() as metadata:
        assert "محمد" in metadata["dc:title"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_report_can_be_made_in_every_language(code):
    with pikepdf.open(io.BytesIO(report(code))) as file:
        assert str(file.Root.Lang) == language(code).locale.replace("_", "-")


def test_half_a_file_never_crashes():
    whole = report()
    for length in range(0, len(whole), 997):
        try:
            archive.data_of(whole[:length])
        except DomainError:
            continue


def test_the_tools_of_others_find_nothing(tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(report())
    assert "No syntax or stream encoding errors" in preflight.run("qpdf", "--check", file)
    assert "report.json" in preflight.run("pdfdetach", "-list", file)


def test_only_our_fonts_are_in_the_file_and_all_are_embedded(tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(report())
    fonts = [line.split() for line in preflight.run("pdffonts", file).splitlines()[2:]]
    assert fonts and all("+NotoSans" in font[0] and font[3] == "yes" for font in fonts)


def test_another_validator_agrees(tmp_path):
    picture = io.BytesIO()
    from PIL import Image

    Image.new("RGBA", (40, 30), (0, 80, 160, 90)).save(picture, "PNG")
    twin = report(flavour="1b", attachment=None, logo=picture.getvalue())
    assert preflight.findings(twin, tmp_path) == []
