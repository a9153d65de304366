"""Bars are as long as their figures, and every figure is written."""

import io
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pypdf
import pytest

from reports import charts, layout
from reports.charts import Bar
from translations import language

ENGLISH = language("en")


def paper(*story) -> bytes:
    return layout.document(story, ENGLISH, title="Test", archived=False)


def words(chart) -> str:
    """What stands on the paper above its foot."""
    said = pypdf.PdfReader(io.BytesIO(paper(chart))).pages[0].extract_text().split("page 1 of 1")
    assert len(said) == 2
    return "".join(said)


def month(*values):
    return [(date(2026, 10, 1) + timedelta(number), value) for number, value in enumerate(values)]


def bars_of(chart) -> list[float]:
    """The widths of the filled rectangles that a chart draws."""
    drawn = []

    class Paper:
        def rect(self, x, y, width, height, **_):
            drawn.append(width)

        def __getattr__(self, name):
            return lambda *_, **__: None

    chart.draw(Paper(), 0, chart.height(300), 300)
    return drawn


def test_a_bar_is_as_long_as_its_figure():
    first, second, third = bars_of(
        charts.categories([Bar("A", 100), Bar("B", 50), Bar("C", 0)], ENGLISH)
    )
    assert first == pytest.approx(2 * second) and third == 0


@pytest.mark.parametrize(
    ("largest", "top"), [(0, 4), (3, 4), (5, 5), (7, 10), (99, 100), (138, 200), (391, 400)]
)
def test_the_axis_ends_on_a_round_figure(largest, top):
    assert charts.rounded_top(largest) == top


@pytest.mark.parametrize("largest", range(1, 3000, 7))
def test_the_axis_is_written_in_whole_figures_and_holds_the_largest(largest):
    top = charts.rounded_top(largest)
    marks = charts.marks(top)
    assert top >= largest and marks[0] == 0 and marks[-1] == top
    assert len({after - before for before, after in pairwise(marks)}) == 1


def test_every_day_is_named_and_counted():
    found = words(charts.days(month(*range(100, 131)), ENGLISH)).split()
    assert {"1", "31", "100", "130", "0", "200"} <= set(found)


def test_where_not_every_figure_has_room_the_largest_are_written():
    found = words(charts.days(month(*[900, 5400, 1000] * 10), ENGLISH)).split()
    assert found.count("5,400") == 10 and "1,000" not in found[5:]
    assert words(charts.days(month(430_452, *[0] * 30), ENGLISH)).count("430,452") == 1


def test_days_without_anybody_are_told_in_words():
    assert words(charts.days(month(0, 0, 0), ENGLISH)).strip() == "Nothing recorded."


def test_days_of_several_months_name_the_month():
    assert "6. 11." in words(charts.days(month(*[1] * 62), ENGLISH)).replace("\n", " ")


@pytest.mark.parametrize("values", [[], [0], [0, 0, 0], [1] * 366, [10**7] * 31])
def test_any_number_of_days_can_be_drawn(values):
    assert paper(charts.days(month(*values), ENGLISH)).startswith(b"%PDF")


@pytest.mark.parametrize(
    "bars",
    [
        [],
        [Bar("none", 0)],
        [Bar("", Decimal("0.001"))],
        [Bar("x" * 500, 10**12)],
        [Bar("محمد", 3), Bar("</b>\x00\ud800", 4)],
    ],
)
def test_any_bars_can_be_drawn(bars):
    chart = charts.categories(bars, ENGLISH)
    narrow = layout.columns([chart], [layout.text("beside")], shares=(2, 3))
    assert paper(narrow).startswith(b"%PDF")


def test_nothing_to_draw_is_said():
    assert "Nothing recorded." in words(charts.days([], ENGLISH))


def test_the_rest_is_gathered_in_one_quiet_bar():
    found = charts.leading([Bar(str(n), n) for n in range(10)], "others", most=6)
    assert [bar.value for bar in found] == [9, 8, 7, 6, 5, 4, 6]
    assert found[-1] == Bar("others", 6, quiet=True)


def test_few_bars_gather_nothing():
    assert charts.leading([Bar("A", 1)], "others") == [Bar("A", 1)]
