"""A public paper gives no small count away: not from totals, not from the other tables."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import small_cells
from reports.small_cells import Sum

LIMIT = 5
Table = tuple[dict[str, int], list[Sum[str]]]


def table(cells: list[list[int]]) -> Table:
    """Cells with their rows, columns and the total, and how these are added up."""
    rows, columns = range(len(cells)), range(len(cells[0]))
    values = {f"c{r}{c}": cells[r][c] for r in rows for c in columns}
    values |= {f"r{r}": sum(cells[r]) for r in rows}
    values |= {f"k{c}": sum(cells[r][c] for r in rows) for c in columns}
    values["all"] = sum(map(sum, cells))
    sums = [Sum(f"r{r}", tuple(f"c{r}{c}" for c in columns)) for r in rows]
    sums += [Sum(f"k{c}", tuple(f"c{r}{c}" for r in rows)) for c in columns]
    sums += [Sum("all", tuple(f"r{r}" for r in rows)), Sum("all", tuple(f"k{c}" for c in columns))]
    return values, sums


def hide(values: dict[str, int], sums: list[Sum[str]]) -> frozenset[str]:
    return small_cells.hidden(values, sums, dict.fromkeys(values, LIMIT))


def answers(values: dict[str, int], sums: list[Sum[str]], gone: frozenset[str]) -> list[tuple]:
    """Every filling of the hidden cells of a small table that the printed figures allow."""
    most = max(values.values()) + LIMIT
    order = sorted(key for key in gone if key.startswith("c"))
    found = []
    for guess in product(range(most + 1), repeat=len(order)):
        cells = {key: value for key, value in values.items() if key.startswith("c")}
        cells |= dict(zip(order, guess, strict=True))
        if _fits(values, sums, gone, cells):
            found.append(guess)
    return [dict(zip(order, guess, strict=True)) for guess in found]


def _fits(values: dict[str, int], sums: list[Sum[str]], gone: frozenset[str], cells: dict) -> bool:
    whole = {**values, **cells}
    for each in sums:  # sums of cells first: the total is added up from what they give
        whole[each.whole] = sum(whole[part] for part in each.parts)
    return all(whole[key] == values[key] for key in values.keys() - gone)


def test_a_small_count_is_hidden_with_one_that_would_give_it_away() -> None:
    values, sums = table([[3, 20], [30, 40]])
    gone = hide(values, sums)
    assert {"c00"} < gone
    assert not small_cells.determined(sums, gone)


def test_without_small_counts_everything_is_printed() -> None:
    assert hide(*table([[5, 0], [30, 40]])) == frozenset()


def test_hiding_the_small_count_alone_would_give_it_away() -> None:
    _values, sums = table([[3, 20], [30, 40]])
    assert small_cells.determined(sums, {"c00"}) == {"c00"}


def test_two_small_counts_whose_sum_is_small_take_a_third_with_them() -> None:
    values = {"all": 43, "a": 1, "b": 2, "c": 40}
    gone = hide(values, [Sum("all", ("a", "b", "c"))])
    assert {"a", "b", "c"} <= gone


def test_another_table_with_the_same_total_gives_nothing_away() -> None:
    values = {"all": 50, "women": 3, "men": 47, "first": 25, "second": 25, "she": 3}
    sums = [Sum("all", ("women", "men")), Sum("all", ("first", "second")), Sum("she", ("women",))]
    gone = hide(values, sums)
    assert {"women", "she"} <= gone
    assert not small_cells.determined(sums, gone)


def test_what_has_no_limit_is_printed_always() -> None:
    values = {"blankets": 2, "women": 50, "both": 52}
    sums = [Sum("both", ("blankets", "women"))]
    assert small_cells.hidden(values, sums, {"women": LIMIT, "both": LIMIT}) == frozenset()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=5))
def test_no_hidden_figure_is_known_to_a_reader_who_solves_the_sums(cells: list[list[int]]) -> None:
    values, sums = table(cells)
    gone = hide(values, sums)
    assert {key for key, value in values.items() if 0 < value < LIMIT} <= gone
    assert not small_cells.determined(sums, gone)
    _least, most = small_cells.bounds(values, sums, gone)
    assert all(most[key] >= LIMIT for key in gone)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2))
def test_a_reader_who_tries_every_answer_finds_no_small_count(cells: list[list[int]]) -> None:
    values, sums = table(cells)
    gone = hide(values, sums)
    found = answers(values, sums, gone)
    for key in (key for key in gone if key.startswith("c")):
        kept = {answer[key] for answer in found}
        assert len(kept) > 1
        assert max(kept) >= LIMIT


@pytest.mark.parametrize("values", [{"all": -2, "a": -2}, {"all": 9, "a": Fraction(9)}])
def test_minus_and_fractions_are_hidden_like_others(values: dict) -> None:
    gone = hide(values, [Sum("all", ("a",))])
    assert gone == ({"all", "a"} if values["all"] < 0 else frozenset())
