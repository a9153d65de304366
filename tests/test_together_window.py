"""Adding up reports in the window: choose them, see who is missing, save and print the sum."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import conftest
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select
from test_reports_page import when_asked
from things import as_program
from windows import in_front

from models import clock
from models.database import Database
from models.desk import aid
from models.desk.aid import Count
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.goods import places
from models.office import branch, territory
from models.office.branch import Level
from models.periods import Period
from models.record import Act
from reports import monthly
from translations import language
from ui.papers.reports import ReportsPage
from ui.papers.together import ConsolidateDialog

OCTOBER = Period.month(2026, 10)
MEN = Count(Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.NO), 10)


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    db = as_program(Database.open(branch_folder, conftest.KEY))
    with clock.at(datetime(2026, 11, 23, 12)):
        with db.write() as session:
            unit = territory.find("BA-BIH/01/Bihać")
            branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
            aid.help_group(session, [MEN], places.add(session, "Bihać"), on=date(2026, 10, 6))
        yield db
    db.close()


@pytest.fixture
def folder(books: Database, tmp_path: Path) -> Path:
    """Two reports of October, one of September, and a file that is none."""
    sent = tmp_path / "sent"
    sent.mkdir()
    with books.read() as session:
        october = monthly.collect(session, OCTOBER)
        september = monthly.collect(session, OCTOBER.previous)
    cazin = territory.find("BA-BIH/01/Cazin")
    sender = replace(october.sender, municipalities=(cazin.key,), names=branch.suggest(cazin))
    (sent / "bihac.pdf").write_bytes(monthly.render(october, language("bs")))
    (sent / "cazin.json").write_bytes(monthly.to_json(replace(october, sender=sender)))
    (sent / "september.json").write_bytes(monthly.to_json(september))
    (sent / "broken.pdf").write_bytes(b"%PDF-1.7")
    return sent


@pytest.fixture
def dialog(books: Database, qtbot: QtBot) -> ConsolidateDialog:
    return in_front(ConsolidateDialog(books), qtbot, (1240, 690))


def read(dialog: ConsolidateDialog, folder: Path, qtbot: QtBot) -> None:
    dialog.read([folder])
    settle(dialog, qtbot)


def settle(dialog: ConsolidateDialog, qtbot: QtBot) -> None:
    """Until the sum is shown, or why there is none."""
    qtbot.waitUntil(
        lambda: dialog.latest.is_settled and bool(dialog.pdf or dialog.preview.refusal),
        timeout=20_000,
    )


def remarks(dialog: ConsolidateDialog) -> dict[str, str]:
    return {line.name: line.remark for line in dialog.table.model_.rows}


def button(dialog: ConsolidateDialog, name: str) -> QPushButton:
    found: QPushButton = dialog.findChild(QPushButton, name)
    return found


def test_before_anything_is_chosen_it_says_what_to_choose(dialog: ConsolidateDialog) -> None:
    assert "Choose the PDF or JSON files" in dialog.preview.empty.sentence.text()
    assert not button(dialog, "print").isEnabled()


def test_a_folder_is_added_up_and_every_file_has_its_line(
    dialog: ConsolidateDialog, folder: Path, qtbot: QtBot
) -> None:
    read(dialog, folder, qtbot)
    assert remarks(dialog) == {
        "Red Cross of the City of Bihać": "may still change",
        "Red Cross of the City of Cazin": "may still change",
        "broken.pdf": "not counted: not a report of this program, or damaged",
        "september.json": "not counted: about other days",
    }
    assert dialog.missing.text().startswith("No report yet from 6 municipalities: ")
    assert dialog.data is not None
    assert dialog.data.total.people.persons.now == 20
    assert dialog.preview.document.pageCount() > 1


def test_who_is_missing_takes_several_lines_and_is_reached_by_the_keyboard(
    dialog: ConsolidateDialog, folder: Path, qtbot: QtBot
) -> None:
    read(dialog, folder, qtbot)
    line = dialog.fontMetrics().lineSpacing()
    dialog.level.set_value(Level.SOCIETY)
    settle(dialog, qtbot)
    assert dialog.missing_area.height() >= 4 * line
    dialog.missing_area.setFocus()
    qtbot.keyClick(dialog.missing_area, Qt.Key.Key_Down)
    assert dialog.missing_area.verticalScrollBar().value() > 0
    qtbot.keyClick(dialog.missing_area, Qt.Key.Key_Tab)
    assert button(dialog, "print").hasFocus()


def test_another_period_level_and_day_are_counted_anew(
    dialog: ConsolidateDialog, folder: Path, qtbot: QtBot
) -> None:
    read(dialog, folder, qtbot)
    dialog.level.set_value(Level.ENTITY)
    dialog.due.setText("10. 11. 2026.")
    settle(dialog, qtbot)
    assert dialog.missing.text().startswith("No report yet from 77 municipalities")
    assert remarks(dialog)["Red Cross of the City of Cazin"] == "may still change, late"
    dialog.period.set_value(OCTOBER.previous)
    settle(dialog, qtbot)
    assert dialog.data is not None
    assert [each.report.period for each in dialog.data.branches] == [OCTOBER.previous]


def test_where_nothing_can_be_added_up_it_says_why(
    dialog: ConsolidateDialog, folder: Path, qtbot: QtBot
) -> None:
    dialog.read([folder / "broken.pdf"])
    settle(dialog, qtbot)
    assert "None of these files is a report" in dialog.preview.empty.sentence.text()
    assert list(remarks(dialog)) == ["broken.pdf"]
    assert not button(dialog, "save_pdf").isEnabled()


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "json"])
def test_the_sum_is_saved_and_the_record_knows(
    dialog: ConsolidateDialog, folder: Path, qtbot: QtBot, ending: str
) -> None:
    read(dialog, folder, qtbot)
    out = folder.parent / f"whole.{ending}"

    def choose(asked: QFileDialog) -> None:
        assert "2026-10" in asked.selectedFiles()[0]
        asked.findChild(QLineEdit, "fileNameEdit").setText(str(out))
        asked.accept()

    when_asked(QFileDialog, choose)
    button(dialog, f"save_{ending}").click()
    qtbot.waitUntil(lambda: dialog.done_.text().startswith("Saved"), timeout=20_000)
    assert out.stat().st_size > 1000
    if ending == "json":
        assert json.loads(out.read_text("utf-8"))["schema"] == "ogranak/consolidated/1"
    with dialog.db.read() as session:
        newest = session.scalars(select(Act).order_by(Act.id.desc()).limit(1)).one()
    assert newest.detail == f"consolidated 2026-10 {ending} en"


def test_the_reports_page_opens_it(books: Database, qtbot: QtBot) -> None:
    page = in_front(ReportsPage(books), qtbot, (1120, 660))
    seen: list[str] = []
    when_asked(
        ConsolidateDialog, lambda opened: (seen.append(opened.objectName()), opened.reject())
    )
    page.findChild(QPushButton, "add_up_reports").click()
    assert seen == ["ConsolidateDialog"]
    qtbot.waitUntil(lambda: page.latest.is_settled, timeout=20_000)
