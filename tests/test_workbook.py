"""A workbook holds the same figures as the page, and no text in it ever runs."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from reports.columns import Column
from reports.workbook import Sheet, workbook
from translations import Money, language

ENGLISH = language("en")
NOTHING = Money(0)
COLUMNS = [
    Column("Item", "name"),
    Column("Quantity", "quantity", total=True),
    Column("Value", "value", total=True),
    Column("Day", "day"),
]


@dataclass(frozen=True)
class Goods:
    name: str | None
    quantity: Decimal | int | None = 0
    value: Money = NOTHING
    day: date | None = date(2026, 10, 3)


def opened(*sheets):
    data = workbook(sheets, ENGLISH, title="Stock", created=datetime(2026, 11, 3))
    return openpyxl.load_workbook(io.BytesIO(data))


def sheet(*rows, name="Stock", **options):
    return Sheet(name, COLUMNS, rows, **options)


def values(*rows, **options):
    return list(opened(sheet(*rows, **options)).active.values)


def test_figures_stay_figures_and_days_stay_days():
    found = values(Goods("Blanket", Decimal("2.5"), Money(12345)))
    assert found[1] == ("Blanket", 2.5, 123.45, datetime(2026, 10, 3))


def test_totals_are_the_same_as_on_paper():
    rows = (Goods("A", 2, Money(150)), Goods("B", None, Money(50)))
    assert values(*rows, totals=True)[-1] == ("Total", 2, 2, None)


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "http://a.b", "007", "{=1}", "-2"])
def test_texts_stay_texts(text):
    cell = opened(sheet(Goods(text))).active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize(
    "text", ["\x00\x0b", "\ud800", "x" * 40_000, "</t>&amp;", "محمد", "_x0041_"]
)
def test_no_text_stops_a_workbook(text):
    assert len(values(Goods(text))) == 2


def test_the_unknown_is_an_empty_cell_and_zero_is_zero():
    assert values(Goods(None, None, day=None))[1] == (None, None, 0, None)


def test_a_note_stands_below_the_table():
    lines = values(Goods("A", 2), totals=True, note="One thing is not known")
    assert [line[0] for line in lines] == ["Item", "A", "Total", None, "One thing is not known"]


def test_the_head_stays_in_sight_and_on_every_printed_page():
    page = opened(sheet(Goods("A"), heading="Stock on 3 October")).active
    assert page["A1"].value == "Stock on 3 October"
    assert page.freeze_panes == "A4"
    assert page.print_title_rows == "$3:$3"


@pytest.mark.parametrize("name", ["", "a/b:c*[d]?" * 9, "history", "'quoted'", "\x00"])
def test_any_name_of_a_sheet_is_made_possible(name):
    assert len(opened(sheet(name=name), sheet(name=name)).sheetnames) == 2


def test_the_same_workbook_gives_the_same_bytes():
    made = [
        workbook([sheet(Goods("A"))], ENGLISH, title="Stock", created=datetime(2026, 11, 3))
        for _ in range(2)
    ]
    assert made[0] == made[1]
