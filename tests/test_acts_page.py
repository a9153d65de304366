"""The page of the record of acts, worked with as an auditor would."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from conftest import KEY
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, text
from things import DAY, as_program
from windows import in_front

from models import checks, clock, record, recorded
from models.database import Database
from models.goods import items, places, stock
from models.goods.documents import Document
from models.goods.stock import Goods
from models.office import branch, territory, users
from models.record import Act, Subject
from models.recorded import Wanted
from models.roles import Role
from reports import acts
from translations import LANGUAGES, _, language
from ui import language as speech
from ui import style
from ui.entrance.pages import pages_of
from ui.office.acts import ActsDialog, ActsPage
from ui.papers.paper import PaperDialog
from ui.pieces.grid import PADDING, TableView
from ui.warehouse.documents import DocumentList

MANY = 100_000


def keep(opened: list[Any], dialog: Any) -> None:
    """In the place of a dialog's exec, which would wait for the person."""
    opened.append(dialog)


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    """A branch with a receipt and a hand-out, in which the auditor works."""
    opened = as_program(Database.open(branch_folder, KEY))
    with opened.write() as session:
        unit = territory.find("BA-BIH/01/Bihać")
        branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        store = places.add(session, "Main store")
        ten = [Goods(items.find(session, "blanket"), 10_000)]
        stock.receive(session, store, ten, on=DAY, supplier="Donor A")
        stock.hand_out(session, store, ten, on=DAY)
        users.add(session, "edin", "Edin", [Role.AUDITOR])
        users.add(session, "amra", "Amra")
    users.sign_in(opened, "edin")
    yield opened
    opened.close()


def shown(page: ActsPage, qtbot: QtBot) -> ActsPage:
    qtbot.addWidget(page)
    page.retranslate()
    page.reload()
    return page


@pytest.fixture
def page(books: Database, qtbot: QtBot) -> ActsPage:
    return shown(ActsPage(books), qtbot)


def cells(page: ActsPage, row: int = 0) -> list[str]:
    return [column.text(page.rows[row]) for column in page.columns]


def test_the_newest_act_is_seen_first(page: ActsPage) -> None:
    who, role, act, about = cells(page)[1:5]
    assert (who, role, act, about) == ("Edin", "Auditor", "Signed in", "Edin")


def test_the_filters_narrow_the_list(page: ActsPage) -> None:
    page.act.set_value("stock.receive")
    assert [row.act for row in page.rows] == ["Received goods"]
    page.act.set_value(None)
    page.kind.set_value("document")
    assert {row.about.subject.table for row in page.rows} == {"document"}
    page.kind.set_value(None)
    page.days.choice.set_value("yesterday")
    assert len(page.rows) == 0
    assert page.empty.sentence.text() == "No act fits what was chosen."


def test_a_hundred_thousand_acts_are_shown_without_reading_them_all(
    books: Database, qtbot: QtBot
) -> None:
    row = {"at": clock.now(), "roles": "", "code": "stock.receive", "subject": "document"}
    row |= {"subject_id": 1, "detail": "", "hash": "x" * 64}
    with books.write() as session:
        first = record.head(session)[0] + 1
        session.execute(insert(Act), [row | {"id": first + n} for n in range(MANY)])
    page = shown(ActsPage(books), qtbot)
    assert len(page.rows) > MANY
    assert len(page.rows._portions) < 5
    assert cells(page, MANY // 2)[3] == "Received goods"


def test_the_chain_is_checked_and_said_to_be_whole(page: ActsPage, qtbot: QtBot) -> None:
    page.verify()
    qtbot.waitUntil(lambda: bool(page.answer.text()))
    assert page.answer.text().startswith("The chain is whole: ")


def test_the_first_bad_act_is_named(page: ActsPage, books: Database, qtbot: QtBot) -> None:
    with books.write() as session:
        session.execute(text("DROP TRIGGER act_update_refused"))
        session.execute(text("UPDATE act SET code = 'x' WHERE id = 3"))
    page.verify()
    qtbot.waitUntil(lambda: bool(page.answer.text()))
    assert page.answer.text() == checks.RecordBroken(number=3).text()


@pytest.fixture
def large() -> Iterator[None]:
    style.scale(150)
    yield
    style.scale(100)


def is_whole(table: TableView, place: int) -> bool:
    """Whether a head is seen to its end, on as many lines as it has room for."""
    heads = table.horizontalHeader()
    arrow = 2 * PADDING if heads.sortIndicatorSection() == place else 0
    room = QRect(0, 0, heads.sectionSize(place) - 2 * PADDING - arrow, heads.height())
    bold = QFontMetrics(style.bold(table.font()))
    title = _(table.model_.columns[place].title)
    return room.contains(bold.boundingRect(room, Qt.TextFlag.TextWordWrap, title))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("width", [815, 915, 1000])
def test_in_large_text_every_head_is_whole_whatever_the_list_is_sorted_by(
    books: Database, qtbot: QtBot, large: None, code: str, width: int
) -> None:
    speech.switch(code)
    page = in_front(ActsPage(books), qtbot, (width, 480))
    for place in range(len(page.columns)):
        page.table.sortByColumn(place, Qt.SortOrder.AscendingOrder)
        QApplication.processEvents()
        cut = [each for each in range(len(page.columns)) if not is_whole(page.table, each)]
        assert [page.columns[each].title for each in cut] == []
    assert page.table.horizontalScrollBar().maximum() == 0
    speech.switch("en")


def test_heads_take_one_line_where_there_is_room(books: Database, qtbot: QtBot) -> None:
    page = in_front(ActsPage(books), qtbot, (1600, 480))
    heads = page.table.horizontalHeader()
    wide = heads.height()
    page.resize(560, 480)
    qtbot.waitUntil(lambda: heads.height() > wide)
    page.resize(1600, 480)
    qtbot.waitUntil(lambda: heads.height() == wide)


def test_only_those_who_may_read_the_record_have_the_page(books: Database) -> None:
    titles = {page.title for page in pages_of(books)}
    assert "Record of acts" in titles
    books.roles = frozenset({Role.WAREHOUSE})
    assert "Record of acts" not in {page.title for page in pages_of(books)}


def test_from_a_document_its_acts_are_shown(
    books: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[ActsDialog] = []
    monkeypatch.setattr(ActsDialog, "exec", lambda this: keep(opened, this))
    dialog = DocumentList(books)
    qtbot.addWidget(dialog)
    dialog.table.select(1)
    dialog.findChild(QPushButton, "acts").click()
    page = opened[0].page
    assert [row.act for row in page.rows] == ["Received goods"]
    assert "Goods received note 1/2026" in page.context()


def test_who_may_not_read_the_record_is_not_offered_the_acts(books: Database, qtbot: QtBot) -> None:
    books.roles = frozenset({Role.WAREHOUSE})
    dialog = DocumentList(books)
    qtbot.addWidget(dialog)
    assert dialog.findChild(QPushButton, "acts").isHidden()


def test_a_thing_nobody_touched_says_so(books: Database, qtbot: QtBot) -> None:
    dialog = ActsDialog(books, Subject("volunteer", 99))
    qtbot.addWidget(dialog)
    assert dialog.page.empty.sentence.text().startswith("Nothing has been done with this")


def test_a_document_that_is_printed_or_saved_stands_in_the_record(
    books: Database, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "receipt.pdf"
    monkeypatch.setattr("ui.papers.saving.ask_path", lambda *asked: path)

    def save(paper: PaperDialog) -> None:
        qtbot.waitUntil(lambda: bool(paper.pdf))
        paper.save()
        qtbot.waitUntil(path.exists)

    monkeypatch.setattr(PaperDialog, "exec", save)
    listed = DocumentList(books)
    qtbot.addWidget(listed)
    listed.table.select(1)
    document = listed.table.selected.id
    listed.show_paper()
    with books.read() as session:
        (act,) = recorded.rows(session, recorded.ids(session)[:1])
    assert (act.act, act.about.subject) == (
        "Printed or saved a paper", Subject(Document.__tablename__, document)
    )  # fmt: skip
    assert recorded.detail_text(act.detail, language("en")) == "document · PDF · English"


# On paper


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_list_is_printed_with_what_was_chosen_when_by_whom_and_the_head(
    books: Database, code: str
) -> None:
    spoken = language(code)
    with books.read() as session:
        data = acts.collect(session, Wanted(code="stock.receive"))
    words = said(acts.render(data, spoken))
    for wanted in (
        spoken.gettext("Received goods"), spoken.gettext("Record of acts"), data.head[:12], "Edin",
    ):  # fmt: skip
        assert wanted in words


def test_an_empty_list_says_so(books: Database) -> None:
    with books.read() as session:
        data = acts.collect(session, Wanted(search="no such thing"))
    words = said(acts.render(data, language("en")))
    assert "No act fits what was chosen." in words
    assert "no such thing" in words


def test_a_long_list_says_how_much_of_it_is_printed(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "MOST", 2)
    with books.read() as session:
        data = acts.collect(session, Wanted())
    assert f"The newest 2 of {data.count} acts" in said(acts.render(data, language("en")))


def said(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
