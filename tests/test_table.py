"""Tables: what they show, how they sort, what keys and clicks do in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import conftest
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session
from things import as_program
from windows import in_front

import translations
from models.database import Database
from models.errors import DomainError
from translations import N_, Money
from ui import style
from ui.pieces.cards import Facts, scrolled
from ui.pieces.grid import BADGE_SIZE, PADDING
from ui.pieces.widths import Need, divided
from ui.table import (
    ROW_ROLE,
    SORT_ROLE,
    Badge,
    Column,
    FetchedRows,
    TableModel,
    TablePage,
    TableView,
)


@dataclass(frozen=True)
class Line:
    id: int
    name: str
    balance: Decimal
    expires: date | None = None
    state: Badge | None = None


LINES = [
    Line(1, "Šator", Decimal(15), date(2027, 3, 31)),
    Line(2, "Deka", Decimal(1240), None, Badge("low", "bad")),
    Line(3, "Ćebe", Decimal("77.5"), date(2026, 12, 2)),
]

COLUMNS = (
    Column(N_("Item"), lambda line: line.name),
    Column(N_("In stock"), lambda line: line.balance, width=10),
    Column(N_("Expires"), lambda line: line.expires, width=12),
    Column("", lambda line: line.state, badge=True, width=10),
)


class Refused(DomainError):
    message = N_("Only {available} of {item} left.")


class ShelfPage(TablePage):
    title = N_("Stock")
    columns = COLUMNS
    empty_text = N_("Nothing is in stock yet.")
    lines: Sequence[Line] = LINES

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.received = 0
        self.add_action(N_("Receive…"), self.receive, primary=True, shortcut="F5")
        self.add_action(N_("Hand out…"), self.hand_out, needs_row=True)

    def load(self, session: Session, search: str) -> Sequence[Line]:
        return [line for line in self.lines if search in line.name]

    def receive(self) -> None:
        self.received += 1

    def hand_out(self) -> None:
        raise Refused(available=2, item="Blanket")


class EmptyingPage(ShelfPage):
    """Shows the row selected beside the table, and lets it be given away whole."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.told: list[Any] = []
        self.set_detail(QLabel())
        self.add_action(N_("Remove…"), self.remove, needs_row=True)

    def show_detail(self, row: Any) -> None:
        self.told.append(row and row.name)

    def remove(self) -> None:
        self.lines = [line for line in self.lines if line is not self.selected]
        self.reload()


class LongPage(TablePage):
    columns = (Column(N_("Item"), lambda line: line.name, order="name"),)

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.fetched: list[int] = []

    def load_ids(self, session: Session, search: str) -> Sequence[int]:
        return range(9_999, -1, -1) if self.order.descending else range(10_000)

    def load_rows(self, session: Session, ids: Sequence[int]) -> list[Any]:
        self.fetched += ids
        return [Line(found, f"Item {found}", Decimal(1)) for found in ids]


@pytest.fixture
def shelf(branch_folder: Path) -> Iterator[Database]:
    db = as_program(Database.open(branch_folder, conftest.KEY))
    yield db
    db.close()


@pytest.fixture
def page(shelf: Database, qtbot: QtBot) -> ShelfPage:
    return shown(ShelfPage(shelf), qtbot)


def shown(page: Any, qtbot: QtBot) -> Any:
    return in_front(page, qtbot, (900, 500))


def names(page: TablePage) -> list[str]:
    model = page.table.model()
    return [model.index(place, 0).data() for place in range(model.rowCount())]


def test_cells_are_written_as_the_language_writes_them() -> None:
    model = TableModel(COLUMNS)
    model.set_rows(LINES)
    translations.use("bs")
    cells = [model.index(1, place).data() for place in range(4)]
    assert cells == ["Deka", "1.240", "—", "low"]


def test_a_name_with_markup_is_a_name_in_its_tip_too() -> None:
    model = TableModel(COLUMNS)
    model.set_rows([Line(1, '<img src="file:///etc/passwd"> & <b>', Decimal(1))])
    shown = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert shown == "<qt>&lt;img src=&quot;file:///etc/passwd&quot;&gt; &amp; &lt;b&gt;</qt>"


def test_numbers_and_their_heads_stand_at_the_right() -> None:
    model = TableModel((*COLUMNS, Column(N_("Value"), lambda _: Money(5))))
    model.set_rows(LINES)
    role = Qt.ItemDataRole.TextAlignmentRole
    heads = [model.headerData(place, Qt.Orientation.Horizontal, role) for place in range(5)]
    at_right = [bool(head & Qt.AlignmentFlag.AlignRight) for head in heads]
    assert at_right == [False, True, False, False, True]
    assert model.index(0, 1).data(role) == heads[1]


def test_names_sort_as_our_alphabet_does_and_numbers_by_size() -> None:
    model = TableModel(COLUMNS)
    model.set_rows(LINES)
    model.sort(0)
    assert [line.name for line in model.rows] == ["Ćebe", "Deka", "Šator"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert [line.name for line in model.rows] == ["Deka", "Ćebe", "Šator"]


@pytest.mark.parametrize("order", Qt.SortOrder)
def test_what_is_unknown_stands_last_in_either_order(order: Qt.SortOrder) -> None:
    model = TableModel(COLUMNS)
    model.set_rows(LINES)
    model.sort(2, order)
    assert model.rows[-1].name == "Deka"


def test_a_sorted_table_stays_sorted_when_rows_are_read_anew() -> None:
    model = TableModel(COLUMNS)
    model.set_rows(LINES)
    model.sort(0)
    model.set_rows(LINES[::-1])
    assert [line.name for line in model.rows] == ["Ćebe", "Deka", "Šator"]
    model.sort(-1)
    assert [line.name for line in model.rows] == ["Ćebe", "Deka", "Šator"]


def test_roles_give_the_raw_value_and_the_whole_row() -> None:
    model = TableModel(COLUMNS)
    model.set_rows(LINES)
    assert model.index(2, 1).data(SORT_ROLE) == Decimal("77.5")
    assert model.index(2, 1).data(ROW_ROLE) is LINES[2]


def test_the_selection_follows_its_row_through_sorting_and_reloading(page: ShelfPage) -> None:
    page.table.select(0)
    page.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert page.selected.name == "Šator"
    page.reload()
    assert page.selected.name == "Šator"
    assert page.table.currentIndex().row() == 2


def test_what_follows_a_row_that_is_gone_is_selected(shelf: Database, qtbot: QtBot) -> None:
    page = shown(EmptyingPage(shelf), qtbot)
    assert page.told[-1] == "Šator"
    page.table.select(1)
    for follows in ("Ćebe", "Šator", None):
        page.told.clear()
        page.findChild(QPushButton, "remove").click()
        assert page.told == [follows]


def test_a_search_shows_its_first_hit(shelf: Database, qtbot: QtBot) -> None:
    page = shown(EmptyingPage(shelf), qtbot)
    page.table.select(1)
    page.search("e")
    assert page.selected.name == "Deka"
    page.search("b")
    assert page.selected.name == "Ćebe"
    page.search("")
    assert page.selected.name == "Ćebe"


def test_clicking_a_head_sorts(page: ShelfPage, qtbot: QtBot) -> None:
    head = page.table.horizontalHeader()
    spot = head.rect().topLeft()
    spot.setX(head.sectionViewportPosition(0) + 20)
    spot.setY(10)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert names(page) == ["Ćebe", "Deka", "Šator"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Up])
@pytest.mark.parametrize("count", [1, 3])
def test_the_first_arrow_chooses_the_first_row(page: ShelfPage, qtbot: QtBot, key, count) -> None:
    page.lines = LINES[:count]
    page.reload()
    in_front(page, qtbot)
    page.table.select(None)
    page.table.clearFocus()
    page.table.setFocus()
    qtbot.waitUntil(lambda: page.table.hasFocus() and page.table.currentIndex().isValid())
    qtbot.keyClick(page.table, key)
    assert page.selected is page.table.model_.rows[0]
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert page.selected is page.table.model_.rows[min(1, count - 1)]


def test_the_menu_sorts_without_a_mouse(page: ShelfPage) -> None:
    sort = next(entry for entry in page.table.menu().actions() if entry.menu())
    sort.menu().actions()[0].trigger()
    assert names(page) == ["Ćebe", "Deka", "Šator"]


def test_the_menu_opens_from_the_keyboard(page: ShelfPage, qtbot: QtBot) -> None:
    entries: list[str] = []

    def close() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        entries.extend(entry.text() for entry in menu.actions())
        menu.close()

    QTimer.singleShot(50, close)
    qtbot.keyClick(page.table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert "Copy" in entries


def test_control_c_copies_the_row(page: ShelfPage, qtbot: QtBot) -> None:
    page.table.select(1)
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Deka\t1,240\t—\tlow"


def test_enter_opens_the_row(page: ShelfPage, qtbot: QtBot) -> None:
    opened: list[Any] = []
    page.open_row = opened.append  # type: ignore[method-assign]
    page.table.select(2)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert opened == [LINES[2]]


def test_a_verb_that_needs_a_row_waits_for_one(page: ShelfPage) -> None:
    hand_out = page.verbs[1].button
    assert not hand_out.isEnabled()
    page.table.select(0)
    assert hand_out.isEnabled()


def test_a_shortcut_does_what_its_button_does(page: ShelfPage, qtbot: QtBot) -> None:
    page.activateWindow()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F5)
    assert page.received == 1


def test_a_broken_rule_of_a_verb_is_told(page: ShelfPage, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: told.append(box.text()))
    page.table.select(0)
    page.verbs[1].button.click()
    assert told == ["Only 2 of Blanket left."]


def test_an_empty_page_says_what_to_do_first(page: ShelfPage) -> None:
    page.lines = []
    page.reload()
    assert page.stack.currentIndex() == 1
    assert page.empty.sentence.text() == "Nothing is in stock yet."
    page.empty.button.click()
    assert page.received == 1


def test_a_search_without_result_offers_everything_again(page: ShelfPage, qtbot: QtBot) -> None:
    page.search("xyz")
    assert page.empty.sentence.text() == "Nothing found for: xyz"
    with qtbot.waitSignal(page.search_cleared):
        page.empty.button.click()


def test_a_long_list_reads_only_what_is_looked_at(shelf: Database, qtbot: QtBot) -> None:
    page = shown(LongPage(shelf), qtbot)
    assert page.table.model().rowCount() == 10_000
    assert len(page.fetched) <= 400
    page.table.scrollToBottom()
    page.table.grab()
    assert 9_999 in page.fetched
    assert len(page.fetched) <= 1000


def test_a_long_list_is_sorted_where_it_is_kept(shelf: Database, qtbot: QtBot) -> None:
    page = shown(LongPage(shelf), qtbot)
    page.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert (page.order.by, page.order.descending) == ("name", True)
    assert page.table.model().index(0, 0).data() == "Item 9999"


def test_fetched_rows_read_in_portions() -> None:
    asked: list[int] = []

    def fetch(ids: Sequence[int]) -> list[str]:
        asked.append(len(ids))
        return [str(found) for found in ids]

    rows = FetchedRows(range(450), fetch)
    assert (rows[0], rows[199], rows[-1]) == ("0", "199", "449")
    assert asked == [100, 100, 50]
    assert len(list(rows)) == 450


def test_heads_and_cells_speak_the_language_switched_to(page: ShelfPage) -> None:
    translations.use("hr")
    page.retranslate()
    assert names(page)[1] == "Deka"
    assert page.table.model().index(1, 1).data() == "1.240"


def test_a_column_of_badges_takes_room_only_while_a_row_has_one(qtbot: QtBot) -> None:
    columns = (Column("Name", lambda row: row[0]), Column("", lambda row: row[1], 14, badge=True))
    table = TableView(columns)
    qtbot.addWidget(table)
    table.set_rows([("Blanket", None)])
    assert table.isColumnHidden(1)
    table.set_rows([("Blanket", None), ("Water", Badge("low", "warn"))])
    assert not table.isColumnHidden(1)


def test_a_badge_is_never_cut_and_a_long_text_ends_in_dots(qtbot: QtBot) -> None:
    table = TableView(
        (Column(N_("Item"), lambda line: line.name), Column("", lambda line: line.state, width=4))
    )
    badge = Badge("a very long word about its state", "warn")
    table.set_rows([Line(1, "Hygiene parcel for one person " * 3, Decimal(1), None, badge)])
    in_front(table, qtbot, (420, 200))
    room = table.columnWidth(1) - 4 * PADDING
    assert QFontMetrics(style.bold(table.font(), BADGE_SIZE)).horizontalAdvance(badge.text) <= room
    assert table.horizontalScrollBar().maximum() == 0
    tip = table.model_.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == table.model_.index(0, 0).data()


def test_an_empty_column_gives_its_room_to_one_that_is_full(qtbot: QtBot) -> None:
    table = TableView(
        (
            Column(N_("Item"), lambda line: line.name),
            Column(N_("Expires"), lambda line: line.expires, width=30),
        )
    )
    table.set_rows([Line(1, "Hygiene parcel for one person", Decimal(1))])
    in_front(table, qtbot, (320, 200))
    needed = table.fontMetrics().horizontalAdvance("Hygiene parcel for one person") + 2 * PADDING
    assert table.columnWidth(0) >= needed


def test_a_moment_is_seen_whole_where_there_is_little_room(qtbot: QtBot) -> None:
    table = TableView(
        (
            Column(N_("Item"), lambda line: line.name),
            Column(N_("Made on"), lambda _line: datetime(2026, 11, 26, 12, 30), width=18),
            Column(N_("Unit"), lambda line: line.name, width=18),
        )
    )
    table.set_rows([Line(1, "Hygiene parcel for one person", Decimal(1))])
    in_front(table, qtbot, (320, 200))
    moment = table.model_.index(0, 1).data()
    assert table.columnWidth(1) >= table.fontMetrics().horizontalAdvance(moment) + 2 * PADDING


def test_a_column_made_wider_by_hand_stays_so(qtbot: QtBot) -> None:
    table = in_front(TableView(COLUMNS), qtbot, (700, 200))
    table.horizontalHeader().resizeSection(1, 222)
    table.resize(800, 200)
    table.set_rows(LINES)
    assert table.columnWidth(1) == 222


@given(
    room=st.integers(0, 2000),
    needs=st.lists(st.tuples(*[st.integers(0, 300)] * 5, st.booleans()), min_size=1, max_size=8),
)
def test_columns_never_take_more_than_there_is_unless_they_must(
    room: int, needs: list[tuple[int, int, int, int, int, bool]]
) -> None:
    wanted = [Need(*need) for need in needs]
    sizes = divided(room, wanted)
    assert sum(sizes) <= max(room, sum(need.least for need in wanted))
    assert all(size >= need.least for size, need in zip(sizes, wanted, strict=True))


def test_where_there_is_no_room_beside_it_a_value_stands_below_its_name(qtbot: QtBot) -> None:
    facts = Facts()
    facts.set_facts([("Can be counted on for", "Psychosocial support"), ("Age", "46")])
    area = in_front(scrolled(facts, sideways=False), qtbot, (500, 300))
    (name, value), _age = facts.pairs
    assert value.x() > name.x()
    area.resize(area.minimumSizeHint().width(), 300)
    QApplication.processEvents()
    assert value.x() == name.x()
    assert value.geometry().right() < area.viewport().width()
