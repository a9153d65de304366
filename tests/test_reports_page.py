"""The reports page, worked with as a secretary does at the end of a month."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import conftest
import pypdf
import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import text
from things import as_program
from windows import bring_to_front, in_front

import translations
from models import checks as invariants
from models import clock, concerns, periods
from models.database import Database
from models.desk import aid
from models.desk.aid import Count
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.goods import items, places, stock
from models.goods.documents import Document, Kind
from models.goods.places import PlaceKind
from models.goods.stock import Goods
from models.office import branch, loose_ends, territory
from models.office.loose_ends import LooseEnds
from models.periods import Period
from models.safe import backups
from models.units import THOUSAND
from ui import language, style, work
from ui.papers import prepared
from ui.papers.asked import FREE
from ui.papers.checks import checks
from ui.papers.prepared import Prepared
from ui.papers.reports import ReportsPage

NOON = datetime(2026, 11, 23, 12)
HELD_UP = 0.1  # seconds that a window may be held up
SEPTEMBER, OCTOBER, NOVEMBER = (Period.month(2026, month) for month in (9, 10, 11))
MAN = Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.NO)
SOMEONE = Person(Sex.UNKNOWN, AgeBand.UNKNOWN, "XX", Disability.UNKNOWN)


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    """A branch in Bihać that began to work in October: ten men helped."""
    unit = territory.find("BA-BIH/01/Bihać")
    db = as_program(Database.open(branch_folder, conftest.KEY))
    with clock.at(NOON):
        with db.write() as session:
            branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
            places.add(session, "Main store")
        help_people(db, 10, date(2026, 10, 12))
        yield db
    db.close()


@pytest.fixture
def page(books: Database, qtbot: QtBot) -> ReportsPage:
    return opened(books, qtbot)


def opened(db: Database, qtbot: QtBot) -> ReportsPage:
    page = in_front(ReportsPage(db), qtbot, (1120, 660))
    return settled(page, qtbot)


def settled(page: ReportsPage, qtbot: QtBot) -> ReportsPage:
    qtbot.waitUntil(lambda: page.latest.is_settled, timeout=20_000)
    return page


def help_people(
    db: Database, persons: int, on: date, person: Person = MAN, place: str = "Main store"
) -> None:
    with db.write() as session:
        aid.help_group(session, [Count(person, persons)], places.find(session, place), on=on)


def close(db: Database, *months: Period) -> None:
    from reports import monthly

    for month in months:
        with db.write() as session:
            monthly.close(session, month)


def words(page: ReportsPage) -> str:
    """Everything that stands on the paper shown."""
    pages = pypdf.PdfReader(io.BytesIO(page.pdf)).pages
    return " ".join(" ".join(each.extract_text().split()) for each in pages)


def shown(page: ReportsPage) -> Prepared:
    assert page.prepared is not None
    return page.prepared


def texts(db: Database, period: Period) -> dict[str, str]:
    with db.read() as session:
        return periods.narratives(session, period)


def when_asked(kind: type[Any], act: Callable[[Any], object]) -> None:
    """Do it to the next box of that kind, as soon as it is open."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, kind) and box.isVisible():
            timer.stop()
            act(box)

    timer = QTimer(QApplication.instance(), interval=20)
    timer.timeout.connect(look)
    timer.start()


def press(name: str) -> Callable[[QDialog], None]:
    return lambda box: box.findChild(QAbstractButton, name).click()


def loud(page: ReportsPage) -> list[str]:
    return [check.text for check in checks(shown(page)) if check.tone]


def test_the_page_opens_with_last_months_report_in_the_branchs_language(page):
    assert shown(page).period == OCTOBER
    assert shown(page).data.people.persons.now == 10
    assert page.context() == "Monthly report · October\u00a02026"
    assert page.asked.language.value == "bs"
    assert page.asked.addressee.text() == "Crveni križ Unsko-sanskog kantona"
    assert "oktobar 2026" in words(page)


def test_the_month_before_and_the_next_are_one_key_away(page, qtbot):
    qtbot.mouseClick(page.asked.time.month.before, Qt.MouseButton.LeftButton)
    assert settled(page, qtbot).period == SEPTEMBER
    for _press in range(2):
        qtbot.keyClick(page.asked.time.month.next, Qt.Key.Key_Space)
    assert settled(page, qtbot).period == NOVEMBER
    assert not page.asked.time.month.next.isEnabled()


def test_all_months_since_the_first_entry_are_offered(books, qtbot):
    help_people(books, 1, date(2024, 5, 3))
    page = opened(books, qtbot)
    assert page.asked.time.month.months[0] == NOVEMBER
    assert page.asked.time.month.months[-1] == Period.month(2024, 5)


def test_a_free_period_is_reported_from_day_to_day(page, qtbot):
    page.asked.kind.set_value(FREE)
    page.asked.time.days.set_value(Period(date(2026, 10, 10), date(2026, 10, 15)))
    settled(page, qtbot)
    assert shown(page).data.people.persons.now == 10
    assert not page.before.close_button.isEnabled()
    assert page.before.why_not.text() == "Only a whole calendar month can be closed."


def test_days_in_the_wrong_order_are_explained_and_nothing_is_added_up(page, qtbot):
    page.asked.kind.set_value(FREE)
    page.asked.time.days.last.set_value(date(2026, 9, 1))
    settled(page, qtbot)
    qtbot.wait(400)
    assert "Swap the two days" in page.preview.empty.sentence.text()
    assert page.prepared is None
    page.asked.time.days.first.setText("")
    assert page.preview.empty.sentence.text() == "Type the first and the last day."
    assert not page.verbs[0].button.isEnabled()


def test_another_document_language_says_the_same_figures(page, qtbot):
    before = shown(page)
    page.asked.language.set_value("sr_Cyrl")
    settled(page, qtbot)
    assert shown(page) is before
    assert page.asked.addressee.text() == "Црвени криж Унско-санског кантона"
    assert "октобар 2026" in words(page)
    assert page.context() == "Monthly report · October\u00a02026"


def test_the_screen_can_change_its_language_without_the_document(page, qtbot):
    language.switch("hr")
    try:
        assert page.asked.kind.currentText() == page.context().split(" · ")[0]
        assert page.asked.time.month.choice.currentText() == "listopad\u00a02026."
        assert page.asked.language.value == "bs"
        assert "oktobar 2026" in words(page)
    finally:
        language.switch("en")


def test_where_all_is_well_nothing_is_loud(books, qtbot):
    with books.write() as session:
        for box in ("incidents", "needs", "narrative"):
            periods.write_narrative(session, OCTOBER, box, "None.")
    assert loud(opened(books, qtbot)) == []


def test_what_is_to_be_done_before_closing_is_said_loudly(books, qtbot):
    with books.write() as session:
        places.add(session, "Team North", PlaceKind.TEAM)
        periods.write_narrative(session, OCTOBER, "needs", "Boots.")
    help_people(books, 2, date(2026, 10, 13), SOMEONE, "Team North")
    help_people(books, 1, date(2026, 8, 3))
    assert loud(opened(books, qtbot)) == [
        "Not closed yet: August\u00a02026 and September\u00a02026",
        "On 1 day a team gave aid, but has no hours.",
        "Sex unknown: 2 of 12 persons.",
        "Age unknown: 2 of 12 persons.",
        "Nothing is written yet under: Incidents and Activities carried out.",
    ]


def test_many_open_months_are_counted(books, qtbot):
    help_people(books, 1, date(2026, 3, 3))
    said = "7 earlier months are not closed yet, from March\u00a02026 on"
    assert said in loud(opened(books, qtbot))


def test_totals_that_do_not_agree_come_first(page):
    from dataclasses import replace

    from reports.monthly.reconcile import DAYS, Finding

    wrong = Finding(DAYS, {"sum": 9, "total": 10})
    first = checks(replace(shown(page), findings=(wrong,)))[0]
    assert (first.text, first.tone) == (
        "The days add up to 9 contacts, the period has 10.",
        "bad",
    )


def test_what_is_written_is_kept_on_leaving_and_stands_on_the_paper(page, books, qtbot):
    page.before.tabs.setCurrentIndex(1)
    bring_to_front(page, qtbot)
    box = page.before.narrative.boxes["needs"]
    box.setFocus()
    qtbot.keyClicks(box, "Winter boots")
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert texts(books, OCTOBER) == {"needs": "Winter boots"}
    settled(page, qtbot)
    assert "Winter boots" in words(page)


def test_what_is_written_is_kept_for_the_month_it_was_written_for(page, books, qtbot):
    page.before.narrative.boxes["needs"].setPlainText("Winter boots")
    page.asked.time.month.go_back()
    settled(page, qtbot)
    assert page.before.narrative.boxes["needs"].value == ""
    assert texts(books, OCTOBER) == {"needs": "Winter boots"}
    assert texts(books, SEPTEMBER) == {}


def test_a_text_being_typed_survives_a_reload(page, books, qtbot):
    box = page.before.narrative.boxes["incidents"]
    box.setPlainText("A first")
    page.reload()
    box.setPlainText("A first sentence")
    settled(page, qtbot)
    assert box.value == "A first sentence"


def test_a_text_is_kept_when_everything_that_is_typed_is(page, books):
    page.before.narrative.boxes["needs"].setPlainText("Blankets for November")
    page.keep()
    assert texts(books, OCTOBER) == {"needs": "Blankets for November"}


def test_a_hidden_page_has_kept_its_texts(page, books):
    page.before.narrative.boxes["narrative"].setPlainText("Every day at the bus station")
    page.hide()
    assert texts(books, OCTOBER) == {"narrative": "Every day at the bus station"}


def test_closing_freezes_the_month_and_says_its_number(page, books, qtbot):
    asked: list[str] = []

    def agree(box: QMessageBox) -> None:
        asked.append(box.text())
        press("confirm")(box)

    when_asked(QMessageBox, agree)
    with qtbot.waitSignal(page.said) as said:
        page.before.close_button.click()
    assert asked[0].startswith("Close October\u00a02026?")
    assert said.args == ["October\u00a02026 is closed. Its report has the number 1/2026."]
    settled(page, qtbot)
    assert page.before.state.text() == (
        "October\u00a02026 is closed. Report no. 1/2026 is shown as it was frozen."
    )
    assert page.before.close_button.isHidden()
    assert page.before.narrative.boxes["needs"].isReadOnly()
    with books.read() as session:
        assert periods.is_closed(session, OCTOBER.first)


def test_a_closing_that_is_refused_tells_that_something_changed(page, books, qtbot):
    """The backup before it was made: the foot of the window says so."""
    said: list[str] = []

    def refuse(box: QMessageBox) -> None:
        said.append(box.text())
        told.clear()
        box.accept()

    def agree(box: QMessageBox) -> None:
        close(books, OCTOBER)
        press("confirm")(box)
        when_asked(QMessageBox, refuse)

    when_asked(QMessageBox, agree)
    told: list[object] = []
    page.changed.connect(lambda: told.append(page))
    page.before.close_button.click()
    qtbot.waitUntil(lambda: bool(said and told), timeout=10_000)
    assert "closed" in said[0]


def test_a_month_is_not_closed_when_a_check_finds_something_that_no_backup_asks(page, books, qtbot):
    """A backup makes the quick checks alone; before a month is closed all of them are made."""
    spoil_the_chain(books)
    backups.require_sound(books, backups.QUICK)
    said: list[str] = []

    def read(box: QMessageBox) -> None:
        said.append(box.text())
        box.accept()

    def agree(box: QMessageBox) -> None:
        press("confirm")(box)
        when_asked(QMessageBox, read)

    when_asked(QMessageBox, agree)
    page.before.close_button.click()
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert "changed outside the program" in said[0]
    with books.read() as session:
        assert not periods.is_closed(session, OCTOBER.first)


def spoil_the_chain(db: Database) -> None:
    """Another supplier is written on a posted receipt, and the guard put back."""
    with db.write() as session:
        goods = [Goods(items.find(session, "blanket"), THOUSAND)]
        store = places.find(session, "Main store")
        stock.receive(session, store, goods, on=date(2026, 10, 2), supplier="Donor A")
        name = "document_update_refused"
        guard = session.scalar(text(f"SELECT sql FROM sqlite_master WHERE name = '{name}'"))
        session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("UPDATE document SET note = 'Other'"))
        session.execute(text(guard.replace(":", "\\:")))


def test_every_check_is_made_before_a_month_closes_and_says_how_far_it_is(books):
    told: list[tuple[int, int]] = []
    prepared.close(books, OCTOBER, lambda done, of: told.append((done, of)))
    count = len(invariants.CHECKS) + len(concerns.CHECKS)
    assert told == [(done, count) for done in range(1, count + 1)]
    with books.read() as session:
        assert periods.is_closed(session, OCTOBER.first)


def test_who_cancels_the_checks_closes_nothing(books):
    def stop(done: int, of: int) -> None:
        raise work.Cancelled

    with pytest.raises(work.Cancelled):
        prepared.close(books, OCTOBER, stop)
    with books.read() as session:
        assert not periods.is_closed(session, OCTOBER.first)
    assert books.takes_entries


def test_the_window_goes_on_while_a_month_is_closed(page, books, qtbot):
    """The checks are made in another thread: no beat of the window's clock is left out for long."""
    beats: list[float] = []
    beat = QTimer(page, interval=5)
    beat.timeout.connect(lambda: beats.append(time.perf_counter()))
    when_asked(QMessageBox, lambda box: (press("confirm")(box), beat.start()))
    with qtbot.waitSignal(page.said, timeout=20_000):
        page.before.close_button.click()
    beat.stop()
    assert max(later - one for one, later in pairwise(beats)) < HELD_UP


def test_closing_can_be_thought_better_of(page, books, qtbot):
    when_asked(QMessageBox, lambda box: qtbot.keyClick(box, Qt.Key.Key_Escape))
    page.before.close_button.click()
    with books.read() as session:
        assert not periods.is_closed(session, OCTOBER.first)


def test_a_text_typed_last_is_frozen_with_the_month(page, books, qtbot):
    page.before.narrative.boxes["needs"].setPlainText("Winter boots")
    when_asked(QMessageBox, press("confirm"))
    with qtbot.waitSignals([page.said, page.said], timeout=20_000):
        page.before.close_button.click()
        settled(page, qtbot)
    settled(page, qtbot)
    assert shown(page).is_closed
    assert shown(page).data.narratives == {"needs": "Winter boots"}


def test_a_month_that_is_not_over_cannot_be_closed(page, qtbot):
    page.show_month(NOVEMBER)
    settled(page, qtbot)
    assert not page.before.close_button.isEnabled()
    said = page.before.why_not.text().replace("\u00a0", " ")
    assert said == "The month can be closed from 1. 12. 2026. on"


def test_a_closed_month_shows_what_was_frozen(books, qtbot):
    close(books, OCTOBER)
    with books.write() as session:
        branch.rename(session, branch.Level.BRANCH, {"bs": "Renamed later"})
    page = opened(books, qtbot)
    assert shown(page).is_closed
    assert page.before.title.text() == "Closed month"
    assert page.before.checks.lines == []
    assert not page.before.tabs.isTabVisible(0)
    assert "Renamed later" not in words(page)


def test_a_branch_not_set_up_is_told_so(branch_folder, qtbot):
    with clock.at(NOON):
        db = as_program(Database.open(branch_folder, conftest.KEY))
        page = opened(db, qtbot)
        assert page.preview.empty.sentence.text().startswith("This branch is not set up yet.")
        language.switch("bs")
        assert not page.preview.empty.sentence.text().startswith("This branch")
        language.switch("en")
        assert not page.verbs[0].button.isEnabled()
        assert not page.before.close_button.isEnabled()
        db.close()


def test_a_branch_without_work_has_a_report_of_zeros(branch_folder, qtbot):
    unit = territory.find("BA-BIH/01/Bihać")
    with clock.at(NOON):
        db = as_program(Database.open(branch_folder, conftest.KEY))
        with db.write() as session:
            branch.set_up(session, units=[unit], names=branch.suggest(unit), language="hr")
        page = opened(db, qtbot)
        assert shown(page).data.people.persons.now == 0
        assert page.preview.document.pageCount() > 0
        db.close()


@pytest.mark.parametrize(
    ("verb", "name", "opening"),
    [
        ("save_pdf", "report.pdf", b"%PDF-"),
        ("save_xlsx", "report.xlsx", b"PK"),
        ("save_json", "report.json", b"{"),
    ],
)
def test_the_report_is_saved_in_the_form_asked_for(verb, name, opening, page, tmp_path, qtbot):
    def choose(dialog: QFileDialog) -> None:
        assert "2026-10" in dialog.selectedFiles()[0]
        dialog.findChild(QLineEdit, "fileNameEdit").setText(str(tmp_path / name))
        dialog.accept()

    when_asked(QFileDialog, choose)
    with qtbot.waitSignal(page.said, timeout=10_000):
        getattr(page, verb)()
    assert (tmp_path / name).read_bytes().startswith(opening)
    assert zipfile.is_zipfile(tmp_path / name) == name.endswith(".xlsx")


def test_a_verb_waits_for_the_pages_that_are_being_made(page, qtbot):
    done: list[Period] = []
    page.asked.time.month.go_back()
    page._with_paper(lambda prepared: done.append(prepared.period))
    assert done == []
    settled(page, qtbot)
    assert done == [SEPTEMBER]


def test_quick_steps_through_the_months_end_at_the_last_one(page, qtbot):
    for _step in range(6):
        page.asked.time.month.go_back()
    settled(page, qtbot)
    assert page.period == Period.month(2026, 4)
    assert page.asked.time.value == page.period


def test_everything_clicked_or_typed_into_has_a_name(page):
    kinds = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit)
    found = [each for kind in kinds for each in page.findChildren(kind)]
    of_ours = [each for each in found if not each.objectName().startswith("qt_")]
    visible = [each for each in of_ours if each.parent() and each.isVisibleTo(page)]
    assert len(visible) >= 9
    assert not [each for each in visible if not each.objectName() or not each.accessibleName()]


def test_the_keyboard_walks_from_the_choices_to_the_pages(page, qtbot):
    bring_to_front(page, qtbot)
    page.take_focus()
    walked = []
    for _step in range(20):
        walked.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    order = ["kind", "month", "month_before", "document_language", "close_month", "print_out"]
    places_ = [walked.index(name) for name in order]
    assert places_ == sorted(places_)
    assert "preview_pages" in walked


def test_the_first_closing_says_what_it_locks_for_good(books, qtbot):
    help_people(books, 1, date(2026, 8, 3))
    page, asked = opened(books, qtbot), []
    when_asked(QMessageBox, lambda box: (asked.append(box.text()), box.close()))
    page.before.close_button.click()
    assert "If they need one, cancel and close August\u00a02026 first." in asked[0]


def test_a_month_before_the_first_closed_one_is_not_offered_to_be_closed(books, qtbot):
    help_people(books, 1, date(2026, 8, 3))
    close(books, OCTOBER)
    page = opened(books, qtbot)
    page.show_month(Period.month(2026, 9))
    settled(page, qtbot)
    assert not page.before.close_button.isEnabled()
    assert page.before.why_not.text().startswith("The month lies before the first one")
    assert shown(page).ends.open_months == ()


def test_drafts_and_open_months_are_loose_ends(session, things):
    things.receive(5)
    begun = {"place": things.warehouse, "token": "begun", "year": 2026}
    document = Document(kind=Kind.RECEIPT, day=date(2026, 10, 9), **begun)
    session.add(document)
    session.flush()
    assert loose_ends.find(session, OCTOBER) == LooseEnds(1, 0, ())
    assert loose_ends.find(session, NOVEMBER) == LooseEnds(0, 0, (OCTOBER,))
    assert loose_ends.first_day(session) == date(2026, 10, 5)


def test_a_team_that_gave_aid_without_hours_is_a_loose_end(session, things):
    aid.help_group(session, [Count(MAN, 3)], things.team, on=date(2026, 10, 6))
    taken_back = aid.help_group(session, [Count(MAN, 3)], things.team, on=date(2026, 10, 7))
    aid.reverse(session, taken_back)
    assert loose_ends.find(session, OCTOBER).team_days == 1


def test_empty_books_have_no_loose_ends(session):
    assert loose_ends.find(session, OCTOBER) == LooseEnds(0, 0, ())
    assert loose_ends.first_day(session) is None


def test_the_public_copy_is_chosen_beside_the_language(
    page: ReportsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: bool(page.pdf), timeout=20_000)
    page.asked.copy.set_value("public")
    qtbot.waitUntil(lambda: bool(page.pdf), timeout=20_000)
    text = pypdf.PdfReader(io.BytesIO(page.pdf)).pages[0].extract_text()
    assert "javni primjerak" in " ".join(text.split())


def test_the_page_fits_a_small_screen_at_large_text(page, qtbot):
    translations.use("sr_Cyrl")
    QApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
    style.scale(150)
    try:
        qtbot.waitUntil(lambda: page.minimumSizeHint().width() <= 1366 - 317 - 48, timeout=2_000)
    finally:
        style.scale(100)
