"""Pages hold whatever they are given: nothing overlaps, nothing is lost, nothing stops them."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pypdf
import pytest
from PIL import Image
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing

from reports import layout
from reports.layout import Column, Figure, Letterhead
from translations import Money, language

ENGLISH = language("en")
NOTHING = Money(0)


@dataclass(frozen=True)
class Goods:
    name: str
    opening: int | None = 0
    weight: Decimal | None = None
    value: Money = NOTHING
    day: date = date(2026, 10, 3)


NAME = Column("Item", "name")
OPENING = Column("Opening", "opening", total=True)
COLUMNS = [
    NAME,
    OPENING,
    Column("Weight", "weight", total=True),
    Column("Value", "value", total=True),
    Column("Day", "day", grey=True),
]


def pages(*story, **options) -> list[str]:
    pdf = layout.document(story, ENGLISH, title="Test", **options)
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def table(rows, columns=COLUMNS, **options):
    return layout.table(columns, rows, ENGLISH, **options)


def picture(kind="PNG", mode="RGBA", size=(60, 40)) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind)
    return buffer.getvalue()


def test_pages_to_be_shown_are_those_that_are_kept():
    story = [layout.title("Test"), table([Goods("Deka")] * 80)]
    contents = []
    for archived in (True, False):
        pdf = layout.document(story, ENGLISH, title="Test", archived=archived)
        found = pypdf.PdfReader(io.BytesIO(pdf))
        contents.append([page.get_contents().get_data() for page in found.pages])
    assert contents[0] == contents[1]
    assert len(contents[0]) > 1


def test_an_empty_story_is_one_page():
    assert len(pages()) == 1


def test_every_page_is_numbered_out_of_all():
    found = pages(layout.text("line\n" * 200), footer="Report 10/2026")
    assert "page 1 of 4" in found[0] and "page 4 of 4" in found[3]
    assert all("Report 10/2026" in page for page in found)


def test_zero_is_printed_and_the_unknown_is_a_dash():
    (page,) = pages(table([Goods("Blanket", opening=0, weight=None)]))
    assert "Blanket\n0\n—" in page


def test_totals_leave_out_what_is_unknown():
    rows = [Goods("A", 2, Decimal("1.5"), Money(150)), Goods("B", None, None, Money(50))]
    (page,) = pages(table(rows, totals=True))
    assert "Total\n2\n1.5\n2.00" in page.replace("\xa0KM", "").replace(" KM", "")


def test_a_row_given_as_totals_is_shown_as_it_is():
    (page,) = pages(table([Goods("A", 2)], totals=Goods("All goods", 99)))
    assert "All goods\n99" in page


def test_a_table_without_rows_shows_its_head():
    (page,) = pages(table([], totals=True))
    assert "Item" in page and "Total" in page


def test_a_thousand_rows_repeat_the_head_and_lose_none():
    found = pages(table([Goods(f"item {number:04d}.", number) for number in range(1000)]))
    assert all("Opening" in page for page in found)
    assert all(f"item {number:04d}." in "".join(found) for number in range(1000))


def test_a_high_row_goes_to_the_next_page_whole_under_one_head():
    rows = [
        Goods("\n".join(f"row {number} line {line}." for line in range(25))) for number in range(5)
    ]
    found = pages(table(rows))
    assert [page.count("Opening") for page in found] == [1] * len(found)
    for number in range(5):
        assert [f"row {number} line 0." in page for page in found] == [
            f"row {number} line 24." in page for page in found
        ]


def test_a_name_keeps_to_one_line_before_a_title_does():
    titles = [Column("opening stock of the month", "opening") for _ in range(5)]
    (page,) = pages(table([Goods("Hygiene parcel (individual)", 1)], [NAME, *titles]))
    assert "Hygiene parcel (individual)" in page and "opening stock of the month" not in page


def test_figures_added_up_have_their_decimals_alike():
    weight = Column("kg", "weight", total=True)
    rows = [Goods("A", weight=Decimal(6)), Goods("B", weight=Decimal("17.75")), Goods("C")]
    (page,) = pages(table(rows, [NAME, weight], totals=True))
    assert {"6.00", "17.75", "—", "23.75"} <= set(page.split())


def test_totals_never_stand_alone_on_a_page():
    for count in range(38, 52):
        found = pages(table([Goods(f"row {number}") for number in range(count)], totals=True))
        assert "row" in found[-1]


@pytest.mark.parametrize("totals", [False, True])
@pytest.mark.parametrize("length", [4, 5, 6, 7, 40, 60])
def test_three_rows_at_least_stand_together_on_every_page(length, totals):
    rows = [Goods(f"row {number}.") for number in range(length)]
    for count in range(0, 50, 2):
        above = [layout.text("line\n" * count), layout.section("Heading")]
        story = [*above, table(rows, totals=totals)]
        found = [page.count("row ") for page in pages(*story, archived=False)]
        assert all(number >= 3 for number in found if number), (count, found)


def test_a_heading_stays_with_its_table():
    for count in range(30, 52):
        rest = [layout.section("Heading"), table([Goods("first"), Goods("second")])]
        found = pages(layout.text("line\n" * count), *rest)
        (page,) = [each for each in found if "Heading" in each]
        assert "first" in page


def test_a_cell_longer_than_a_page_goes_on_on_the_next():
    words = [f"w{number}" for number in range(4000)]
    found = " ".join(pages(table([Goods(" ".join(words))]))).split()
    assert set(words) <= set(found)


def test_a_box_longer_than_a_page_goes_on_on_the_next():
    words = [f"w{number}" for number in range(4000)]
    found = " ".join(pages(layout.box("Needs", " ".join(words)))).split()
    assert set(words) <= set(found)


def test_columns_side_by_side_go_on_together():
    left = [layout.section("Left"), table([Goods(f"L{n}.") for n in range(70)], [NAME, OPENING])]
    right = [layout.section("Right"), layout.text("\n".join(f"R{n}." for n in range(90)))]
    found = " ".join(pages(layout.columns(left, right)))
    assert all(f"L{n}." in found for n in range(70)) and all(f"R{n}." in found for n in range(90))


def test_a_table_of_many_columns_makes_its_letters_smaller():
    wide = [Column("nepoznato", "opening") for _ in range(11)]
    (page,) = pages(table([Goods("A", 1_234_567)], [NAME, *wide]))
    assert page.count("1,234,567") == 11


def test_figures_are_never_broken_by_long_names_beside_them():
    rows = [Goods("Donaudampfschifffahrtsgesellschaft" * 9, 123_456_789, value=Money(10**11))]
    (page,) = pages(layout.columns([table(rows)], [table(rows)]))
    assert page.count("123,456,789") == 2 and page.count("1,000,000,000.00") == 2


def test_a_day_and_its_hour_are_never_broken_by_long_texts_beside_them():
    moment = Column("When", lambda _row: datetime(2026, 11, 23, 12, 45))
    rows = [Goods("many words of a remark " * 9)]
    (page,) = pages(table(rows, [moment, *[NAME] * 4]))
    assert "23. 11. 2026. 12:45" in page.replace("\u00a0", " ")


@pytest.mark.parametrize("count", range(7))
def test_key_figures_of_any_number_fit(count):
    items = [Figure(2310 + n, "persons", "614 with a card, 1,696 without") for n in range(count)]
    (page,) = pages(layout.figures(items, ENGLISH))
    assert page.count("persons") == count


def test_a_whole_document_reads_from_letterhead_to_signatures():
    head = Letterhead("Crveni križ", ["Ulica 1"], picture(), "Kanton", "dalje", "Za:", "Broj: 1")
    story = [
        layout.title("Report", "October"),
        layout.facts([("Store", "Bihać"), ("Day", date(2026, 10, 3))], ENGLISH),
        layout.note("It adds up."),
        layout.signatures([("Prepared by", "Ana"), ("Approved by", "")], "M.P."),
    ]
    (page,) = pages(story, letterhead=head)
    for words in ("Crveni križ", "Ulica 1", "Broj: 1", "Kanton", "Bihać", "Prepared by: Ana"):
        assert words in page
    assert "Approved by\n" in page and "M.P." in page


def test_signatures_never_stand_alone_on_a_page():
    for count in range(30, 60):
        story = [
            layout.text("line\n" * count),
            layout.box("Protected", "so and so"),
            layout.signatures([("Responsible", "")], "M.P."),
        ]
        assert "Protected" in pages(story)[-1]


@pytest.mark.parametrize("totals", [False, True])
def test_signatures_below_a_long_table_have_its_last_row_on_their_page(totals):
    for count in range(36, 50):
        rows = [Goods(f"row {number}.") for number in range(count)]
        signed = layout.signatures([("Responsible", "")], "M.P.")
        found = pages(table(rows, totals=totals), signed)
        assert f"row {count - 1}." in found[-1]
        assert " ".join(found).count("row ") == count


def test_signatures_below_a_long_box_have_its_last_line_on_their_page():
    for count in range(42, 54):
        lines = "\n".join(f"line {number}." for number in range(count))
        signed = layout.signatures([("Responsible", "")], "M.P.")
        assert f"line {count - 1}." in pages(layout.box("Needs", lines), signed)[-1]


def test_long_names_in_every_place_stop_nothing():
    long = "Hercegovačko-neretvanska županija " * 40
    head = Letterhead(long, [long], None, long, long, long, long)
    story = [
        layout.title(long, long),
        layout.figures([Figure(long, long, long)] * 4, ENGLISH),
        layout.facts([(long, long)], ENGLISH),
        layout.signatures([(long, long)] * 3, long),
    ]
    assert pages(story, letterhead=head, footer=long)


def test_a_heading_in_a_column_stays_with_what_follows():
    for count in range(40, 60):
        left = [layout.text("line\n" * count), layout.section("Heading"), layout.text("After")]
        (page,) = [each for each in pages(layout.columns(left, left)) if "Heading" in each]
        assert "After" in page


def test_a_page_break_begins_a_new_page_once():
    assert len(pages(layout.PageBreak(), layout.text("A"), layout.PageBreak())) == 1
    assert len(pages(layout.text("A"), layout.PageBreak(), layout.text("B"))) == 2


def test_a_code_for_scanners_brings_no_font_of_its_own():
    drawing = Drawing(80, 80)
    drawing.add(QrCodeWidget("AB12", barWidth=80, barHeight=80))
    pdf = layout.document([drawing, layout.columns([drawing], [drawing])], ENGLISH, title="Test")
    fonts = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    assert all("Noto" in str(font.get_object()["/BaseFont"]) for font in fonts.values())


def test_a_page_can_lie_on_its_side():
    pdf = layout.document([], ENGLISH, title="Test", landscape=True)
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert box.width > box.height


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "P"), ("PNG", "LA"), ("PNG", "1"), ("JPEG", "CMYK"), ("JPEG", "L")]
)
def test_a_logo_of_any_kind_is_made_plain(kind, mode):
    with Image.open(io.BytesIO(layout.logo(picture(kind, mode)))) as plain:
        assert plain.mode == "RGB"


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", picture()[:60], b"\x89PNG\r\n\x1a\n"])
def test_a_logo_that_is_no_picture_is_refused_with_a_sentence(data):
    with pytest.raises(layout.NotAPicture) as refused:
        layout.logo(data)
    assert "not a picture" in refused.value.text()


def test_documents_made_at_the_same_time_do_not_disturb_each_other():
    def make(number):
        story = [layout.text(f"Number {number} محمد"), table([Goods("ž" * 30)] * 60)]
        return layout.document(story, ENGLISH, title="Test")

    alone = [make(number) for number in range(6)]
    with ThreadPoolExecutor(6) as together:
        assert list(together.map(make, range(6))) == alone
