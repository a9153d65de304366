"""Breaches in the window: the form, its term, the list that warns, and the papers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import conftest
import pypdf
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from test_breaches import NOON, NOTICED, STICK, TOLD
from test_erasing import lay_out
from test_privacy_page import dismiss
from things import as_program
from windows import in_front

from models import clock, record
from models.database import Database
from models.office import users
from models.privacy import breaches
from models.privacy.breaches import Breach, BreachRow, Told
from models.roles import Role
from reports import breach as record_paper
from reports import breaches as register
from translations import LANGUAGES, language
from ui import language as screen
from ui.office.settings import SettingsPage
from ui.office.today import TodayPage, sentence
from ui.privacy.breaches import BreachesPage, BreachForm
from ui.privacy.page import PrivacyPage


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    db = as_program(Database.open(branch_folder, conftest.KEY))
    with clock.at(NOON):
        with db.write() as session:
            lay_out(session)
            users.add(session, "amra", "Amra", [Role.SECRETARY])
        users.sign_in(db, "amra")
        yield db
    db.close()


@pytest.fixture
def page(books: Database, qtbot: QtBot) -> BreachesPage:
    return in_front(BreachesPage(books), qtbot)


def add(db: Database, facts: breaches.Facts = STICK) -> BreachRow:
    with db.write() as session:
        breaches.add(session, facts)
        return breaches.overview(session)[0]


def form_for(db: Database, row: BreachRow | None, qtbot: QtBot) -> BreachForm:
    form = BreachForm(db, row, None)
    qtbot.addWidget(form)
    return form


def rows_of(db: Database) -> list[BreachRow]:
    with db.read() as session:
        return breaches.overview(session)


def plain(text: str) -> str:
    return " ".join(text.split())


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return plain(" ".join(page.extract_text() for page in pages))


def test_a_breach_is_written_down_in_the_form(
    page: BreachesPage, books: Database, qtbot: QtBot
) -> None:
    form = form_for(books, None, qtbot)
    form.noticed_at.set_value(NOTICED)
    form.happened_on.set_value(date(2026, 11, 20))
    form.what.set_value("A stick was lost")
    form.whose.set_value("Volunteers")
    form.persons.set_value(30)
    form.accept()
    page.reload()
    (row,) = page.rows
    assert (row.number, row.facts.noticed_at, row.facts.persons) == ("1/2026", NOTICED, 30)
    assert row.by == "Amra"


def test_the_form_says_by_when_the_agency_is_told(books: Database, qtbot: QtBot) -> None:
    form = form_for(books, None, qtbot)
    form.noticed_at.set_value(NOTICED)
    by = language("en").show(clock.local(NOTICED + timedelta(hours=72)))
    assert by in form.term.text()


def test_only_the_fields_that_belong_to_the_choice_are_shown(books: Database, qtbot: QtBot) -> None:
    form = in_front(BreachForm(books, None, None), qtbot)
    assert not (form.agency_at.isVisible() or form.agency_why.isVisible())
    form.agency.set_value(Told.WAIVED)
    assert form.agency_why.isVisible()
    form.agency.set_value(Told.TOLD)
    form.agency_at.set_value(NOON)
    assert form.agency_at.isVisible()
    assert not form.agency_why.isVisible()
    form.noticed_at.set_value(NOON - timedelta(hours=73))
    assert form.agency_why.isVisible()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("what", "", "Fill in: What happened."),
        ("whose", "", "Fill in: Whose data."),
        ("noticed_at", NOON + timedelta(days=1), "is in the future"),
        ("happened_on", date(2026, 11, 24), "Check both days."),
        ("what", "x" * 5_001, "too long"),
    ],
)
def test_what_makes_no_sense_is_said_and_the_form_stays(
    books: Database, qtbot: QtBot, name: str, value: object, said: str
) -> None:
    form = form_for(books, add(books), qtbot)
    getattr(form, name).set_value(value)
    form.accept()
    assert said in form.problem.text()
    assert len(rows_of(books)) == 1


def test_a_breach_just_entered_is_selected_so_that_its_paper_can_be_shown(
    page: BreachesPage, books: Database, qtbot: QtBot
) -> None:
    add(books)
    page.reload()

    def fill() -> None:
        form = next(w for w in QApplication.topLevelWidgets() if isinstance(w, BreachForm))
        form.what.set_value("A list was left on the counter")
        form.whose.set_value("People helped")
        form.accept()

    QTimer.singleShot(100, fill)
    page.record()
    assert page.selected.number == "2/2026"
    assert page.findChild(QWidget, "show_record").isEnabled()


def test_a_day_that_is_none_is_said(books: Database, qtbot: QtBot) -> None:
    form = form_for(books, add(books), qtbot)
    form.noticed_at.day.setText("31. 2. 2026.")
    form.accept()
    assert "is not a day" in form.problem.text()


def test_a_breach_is_amended_and_the_form_shows_what_stood_there(
    page: BreachesPage, books: Database, qtbot: QtBot
) -> None:
    form = form_for(books, add(books), qtbot)
    assert (form.what.value, form.persons.value) == (STICK.what, 30)
    form.agency.set_value(Told.TOLD)
    form.agency_at.set_value(NOON)
    form.accept()
    page.reload()
    assert [(row.version, row.facts) for row in page.rows] == [(2, TOLD)]


def test_both_pages_and_today_warn_while_the_term_runs(
    page: BreachesPage, books: Database, qtbot: QtBot
) -> None:
    row = add(books)
    privacy, today = in_front(PrivacyPage(books), qtbot), in_front(TodayPage(books), qtbot)
    page.reload()
    for state in (page.state, privacy.state):
        assert "has not been told of 1 breach" in state.text()
        assert state.tone == "warn"
    qtbot.waitUntil(lambda: bool(today.dues.table.model_.rows))
    said = [sentence(due) for due in today.dues.table.model_.rows]
    assert "Tell the Personal Data Protection Agency about breach no. 1/2026" in said
    with clock.at(NOTICED + timedelta(hours=73)):
        page.reload()
        assert page.state.tone == "bad"
    with books.write() as session:
        breaches.amend(session, session.get_one(Breach, row.id), TOLD)
    for shown in (page, privacy):
        shown.reload()
        assert shown.state.text() == ""


def test_the_warning_speaks_the_language_of_the_screen(page: BreachesPage, books: Database) -> None:
    add(books)
    page.reload()
    before = page.state.text()
    screen.switch("sr_Cyrl")
    assert page.state.text() not in ("", before)
    screen.switch("en")


def test_the_section_is_there_for_those_who_may(books: Database, qtbot: QtBot) -> None:
    def has_section() -> bool:
        settings = SettingsPage(books)
        qtbot.addWidget(settings)
        return BreachesPage in settings.kinds

    assert has_section()
    books.roles = frozenset({Role.DESK})
    assert not has_section()


def test_the_papers_are_shown_and_going_out_is_recorded(
    page: BreachesPage, books: Database, qtbot: QtBot
) -> None:
    add(books)
    page.reload()
    page.table.select(0)
    for show, name in (
        (page.show_record, "Record of a breach of personal data no. 1/2026"),
        (page.show_register, "Register of breaches of personal data"),
    ):
        papers = dismiss()
        show()
        qtbot.waitUntil(lambda papers=papers, name=name: papers == [name], timeout=20_000)
    page._put_out("breach", page.rows[0].id, "pdf")
    with books.read() as session:
        act = session.query(record.Act).order_by(record.Act.id.desc()).first()
        assert act is not None
        assert (act.code, act.subject, act.detail) == ("recorded.exported", "breach", "breach pdf")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_record_says_all_and_what_stood_before(books: Database, code: str) -> None:
    spoken, row = language(code), add(books, replace(STICK, persons=4711))
    with books.write() as session:
        after = breaches.amend(session, session.get_one(Breach, row.id), TOLD)
        text = text_of(record_paper.render(record_paper.collect(session, after.id), spoken))
    for said in ("1/2026", "It was not encrypted.", "Names and phone numbers", "Unwanted calls",
                 "The stick was looked for", plain(spoken.show(4711)),
                 "Amra", "12/25"):  # fmt: skip
        assert said in text
    assert plain(spoken.show(clock.local(NOON))) in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_register_lists_every_breach(books: Database, code: str) -> None:
    spoken = language(code)
    with books.read() as session:
        empty = text_of(register.render(register.collect(session), spoken))
    assert spoken.gettext("No breach was recorded.") in empty
    add(books)
    add(books, replace(TOLD, what="A list was seen", people=Told.WAIVED, people_why="No risk"))
    with books.read() as session:
        text = text_of(register.render(register.collect(session), spoken))
    for said in ("1/2026", "2/2026", "A list was seen", "Volunteers (30)"):
        assert said in text
    assert plain(spoken.show(clock.local(datetime(2026, 11, 26, 9, 30)))) in text
