"""The aid page and its forms, worked with by keyboard as at the desk in a long evening."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import KEY
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from things import Things, as_program, lay_out
from windows import in_front

from models import clock
from models.database import Database
from models.desk import aid, cards, encounters
from models.desk.aid import Count, Encounter, Given, Reached, Service, ServiceGiven
from models.desk.cards import AgeBand, Card, Person, Sex, Vulnerability
from models.goods import shelf
from models.periods import Period
from models.sheets import daysheet, imports
from models.team import volunteers
from ui import language
from ui.desk.aid import AidPage, find
from ui.desk.aid_form import AidForm
from ui.desk.balance import BalanceDialog
from ui.desk.headcount import HeadcountForm
from ui.desk.person import PersonForm
from ui.desk.visits import VisitsDialog
from ui.form import BAR

CODE = "K7M4PX" + cards.check_sign("K7M4PX")
SHOWN = cards.shown(CODE)
PSS = [Given(Service.PSS)]
NOON = datetime(2026, 11, 23, 12)
TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    """A branch with twenty blankets in its main store, and one card that came once."""
    opened = as_program(Database.open(branch_folder, KEY))
    with clock.at(NOON - timedelta(hours=1)), opened.write() as session:
        things = lay_out(session)
        things.receive(20)
        known = Person(Sex.MALE, AgeBand.YOUTH, "AF")
        card = cards.add(session, known, token=CODE, vulnerabilities=[Vulnerability.UASC])
        on = TODAY - timedelta(days=40)
        aid.help_person(session, card, things.warehouse, on=on, services=PSS)
    yield opened
    opened.close()


@pytest.fixture
def page(books: Database, qtbot: QtBot) -> AidPage:
    return in_front(AidPage(books), qtbot, (1100, 600))


@pytest.fixture
def person(books: Database, qtbot: QtBot) -> PersonForm:
    return opened(PersonForm(books), qtbot)


@pytest.fixture
def group(books: Database, qtbot: QtBot) -> HeadcountForm:
    return opened(HeadcountForm(books), qtbot)


def opened(form: AidForm, qtbot: QtBot) -> AidForm:
    in_front(form, qtbot)
    qtbot.waitUntil(lambda: form.focusWidget() is not None)
    return form


def type_in(qtbot: QtBot, form: QWidget, *strokes: str | Qt.Key) -> None:
    """Type words and keys wherever the keyboard happens to be."""
    for stroke in strokes:
        focus = form.focusWidget()
        assert focus is not None
        if isinstance(stroke, str):
            qtbot.keyClicks(focus, stroke)
        else:
            qtbot.keyClick(focus, stroke)


def give_blankets(form: AidForm, pieces: str = "1") -> None:
    with form.db.read() as session:
        form.goods.set(0, "item", form.goods.field(0, "item").search(session, "blanket")[0])
    form.goods.field(0, "quantity").setText(pieces)


def recorded(books: Database) -> list[encounters.EncounterRow]:
    """The entries of today, the newest first."""
    with books.read() as session:
        return encounters.rows(session, encounters.ids(session, Period(TODAY, TODAY)))


def on_hand(books: Database) -> int:
    with books.read() as session:
        return sum(int(row.on_hand) for row in shelf.overview(session))


def count(books: Database, table: type) -> int:
    with books.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def help_group(books: Database, persons: int = 4, **more: object) -> int:
    with books.write() as session:
        things = shelf_of(session)
        told = [Count(Person(), persons)]
        met = aid.help_group(session, told, things.warehouse, on=TODAY, **more)  # type: ignore[arg-type]
        return met.id


def shelf_of(session: Session) -> Things:
    from models.goods import items, places

    store, team = (places.find(session, name) for name in ("Main store", "Team North"))
    blanket, water = (items.find(session, code) for code in ("blanket", "water"))
    assert store and team and blanket and water
    return Things(session, store, team, blanket, water)


def answer(button: str) -> None:
    """Press a button of the next question."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert box is not None
        found = box.findChild(QPushButton, button) or box.findChildren(QPushButton)[0]
        found.click()

    QTimer.singleShot(50, press)


RETURN, TAB, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space


def test_a_person_is_helped_by_keyboard_alone(
    person: PersonForm, books: Database, qtbot: QtBot
) -> None:
    type_in(qtbot, person, RETURN, "M", TAB, "1999", TAB, "afg", TAB, "N", TAB)
    while person.focusWidget() is not person.goods.field(0, "item"):
        type_in(qtbot, person, TAB)
    type_in(qtbot, person, "blan", RETURN, "2", RETURN, RETURN, RETURN)
    (row,) = recorded(books)
    assert [(given.name, given.quantity) for given in row.goods] == [("Blanket", 2)]
    with books.read() as session:
        card = cards.find(session, row.code)
        assert card is not None
        assert (card.sex, card.birth_year, card.nationality) == (Sex.MALE, 1999, "AF")
        assert str(card.disability) == "no"


def test_a_new_cards_code_is_shown_large_and_the_form_goes_on(
    person: PersonForm, books: Database
) -> None:
    give_blankets(person)
    person.accept()
    (row,) = recorded(books)
    assert person.new_card.text() == f"Write on the card: {row.code}"
    assert person.saved.text() == f"Saved: {row.code} · Blanket"
    assert person.isVisible()
    assert person.focusWidget() is person.code


def test_the_next_person_gets_the_same_goods_and_nothing_else_stays(
    person: PersonForm, books: Database, qtbot: QtBot
) -> None:
    give_blankets(person)
    person.sex.set_value(Sex.FEMALE)
    person.services.boxes[Service.FIRST_AID].setChecked(True)
    person.remark.setText("ill")
    person.accept()
    assert (person.sex.value, person.services.given(), person.remark.value) == (Sex.UNKNOWN, [], "")
    qtbot.wait(QApplication.doubleClickInterval() + 20)
    person.accept()
    assert (len(recorded(books)), on_hand(books)) == (2, 18)


def test_other_goods_for_the_next_person_start_empty(person: PersonForm) -> None:
    give_blankets(person)
    person.same_goods.setChecked(False)
    person.accept()
    assert person.goods.lines() == []
    person.same_goods.setChecked(True)


def test_two_presses_of_save_record_once(person: PersonForm, books: Database) -> None:
    give_blankets(person)
    person.accept()
    person.accept()
    assert len(recorded(books)) == 1


def test_a_scanned_card_says_who_it_is_and_leads_to_save(
    person: PersonForm, books: Database, qtbot: QtBot
) -> None:
    give_blankets(person)
    type_in(qtbot, person, CODE.lower(), RETURN)
    assert person.code.text() == SHOWN
    assert person.who.text().startswith("Male · 13–17 · Afghanistan · 1 visit, last ")
    assert person.focusWidget() is person.save_button
    assert recorded(books) == []
    type_in(qtbot, person, RETURN)
    assert [row.code for row in recorded(books)] == [SHOWN]
    assert not person.new_card.isVisible()
    assert count(books, Card) == 1


def test_a_mistyped_code_is_said_at_once_and_not_saved(
    person: PersonForm, books: Database, qtbot: QtBot
) -> None:
    give_blankets(person)
    type_in(qtbot, person, CODE[:5] + CODE[6] + CODE[5])
    assert "is not a card code" in person.who.text()
    person.accept()
    assert "is not a card code" in person.problem.text()
    assert (recorded(books), count(books, Card)) == ([], 1)


def test_a_printed_code_that_is_new_becomes_the_card(person: PersonForm, books: Database) -> None:
    code = cards.new_token()
    person.code.setText(code)
    give_blankets(person)
    assert person.who.text() == "This code is new: it becomes this person's card."
    person.accept()
    assert [row.code for row in recorded(books)] == [cards.shown(code)]
    assert not person.new_card.isVisible()


def test_what_a_known_person_tells_now_is_kept_on_the_card(
    person: PersonForm, books: Database
) -> None:
    person.code.setText(CODE)
    person.birth_year.setText("2010")
    person.vulnerable.boxes[Vulnerability.INJURY].setChecked(True)
    give_blankets(person)
    person.accept()
    with books.read() as session:
        card = cards.find(session, CODE)
        assert card is not None
        kinds = {row.kind for row in card.vulnerabilities}
        assert (card.birth_year, card.sex) == (2010, Sex.MALE)
        assert kinds == {Vulnerability.UASC, Vulnerability.INJURY}


def test_a_child_alone_leads_to_the_centre_for_social_work(person: PersonForm) -> None:
    assert not person.alone.isVisible()
    person.code.setText(CODE)
    assert person.alone.isVisible()
    assert "notify the centre for social work" in person.alone.text()
    person.code.clear()
    assert not person.alone.isVisible()


def test_a_child_alone_is_said_with_what_was_saved_too(person: PersonForm) -> None:
    give_blankets(person)
    person.code.setText(CODE)
    person.accept()
    assert person.saved.text().startswith(f"Saved: {cards.shown(CODE)}")
    assert "the centre for social work must be notified" in person.saved.text()
    assert person.saved.tone == "warn"
    give_blankets(person)
    person.remark.setText("cold night")
    person.accept()
    assert "centre" not in person.saved.text() and person.saved.tone == "good"


def test_a_form_that_grows_stays_on_the_screen(person: PersonForm) -> None:
    room = person.screen().availableGeometry()
    person.move(0, room.bottom() - person.height())
    give_blankets(person)
    person.accept()
    QApplication.processEvents()
    assert person.new_card.isVisible() and person.saved.isVisible()
    assert person.y() + person.height() <= room.bottom() - BAR + 1
    assert person.height() <= room.height() - 60


def test_the_year_of_birth_decides_the_band(person: PersonForm) -> None:
    person.birth_year.setText(str(TODAY.year - 65))
    assert (person.age.value, person.age.isEnabled()) == (AgeBand.OLDER, False)
    person.birth_year.setText("1889")
    person.accept()
    assert person.problem.text().startswith("1889 cannot be a year of birth.")


def test_nothing_given_is_said_and_leaves_no_card(person: PersonForm, books: Database) -> None:
    person.sex.set_value(Sex.FEMALE)
    person.accept()
    assert person.problem.text() == "Nothing was given yet. Enter the goods or the services."
    assert person.focusWidget() is person.goods.field(0, "item")
    assert person.sex.value is Sex.FEMALE
    assert count(books, Card) == 1


def test_more_than_there_is_is_refused_and_everything_typed_stays(
    person: PersonForm, books: Database
) -> None:
    give_blankets(person, "21")
    person.remark.setText("cold night")
    person.accept()
    assert person.problem.text() == "Main store: only 20\u00a0pcs of Blanket left."
    assert (person.remark.value, len(person.goods.lines())) == ("cold night", 1)
    assert (recorded(books), count(books, Card)) == ([], 1)


def test_tomorrow_is_refused(person: PersonForm) -> None:
    give_blankets(person)
    person.day.set_value(TODAY + timedelta(days=1))
    person.accept()
    assert "is in the future" in person.problem.text()


def test_an_item_without_its_quantity_names_what_is_missing(person: PersonForm) -> None:
    give_blankets(person, "")
    person.accept()
    assert person.problem.text() == "Fill in: Quantity."
    assert person.focusWidget() is person.goods.field(0, "quantity")


def test_what_is_left_on_the_shelf_stands_below_the_goods(person: PersonForm) -> None:
    give_blankets(person)
    assert person.on_hand.text() == "On hand: Blanket: 20\u00a0pcs"
    person.place.set_value(next(id_ for id_, name in person.place.options if name == "Team North"))
    assert person.on_hand.text() == "Something of this is not on hand there."
    person.store.set_value(person.place.options[0][0])
    assert person.on_hand.text() == "On hand: Blanket: 20\u00a0pcs"


def test_the_last_entry_is_undone_from_the_form(person: PersonForm, books: Database) -> None:
    give_blankets(person, "3")
    assert not person.undo_button.isEnabled()
    person.accept()
    person.undo_button.click()
    assert person.saved.text().startswith("Taken back: ")
    assert (on_hand(books), [row.is_taken_back for row in recorded(books)]) == (20, [True])
    assert not person.undo_button.isEnabled()


def test_first_aid_keeps_its_reason_and_a_referral_its_addressee(
    person: PersonForm, books: Database
) -> None:
    assert not person.services.reason.isEnabled()
    for kind in (Service.FIRST_AID, Service.REFERRAL):
        person.services.boxes[kind].setChecked(True)
    person.services.reason.set_value(aid.Reason.SCABIES)
    person.services.referral.set_value(aid.Referral.SOCIAL_WORK)
    person.accept()
    with books.read() as session:
        query = select(ServiceGiven).where(ServiceGiven.day == TODAY)
        given = [(row.kind, row.reason, row.referral) for row in session.scalars(query)]
    assert given == [
        (Service.FIRST_AID, aid.Reason.SCABIES, None),
        (Service.REFERRAL, None, aid.Referral.SOCIAL_WORK),
    ]


def test_a_group_is_counted_with_arrows_and_sums_keep_up(
    group: HeadcountForm, qtbot: QtBot
) -> None:
    type_in(qtbot, group, "syr", RETURN)
    down, right = Qt.Key.Key_Down, Qt.Key.Key_Right
    type_in(qtbot, group, "3", right, "4", down, "5", Qt.Key.Key_Left, "6", RETURN)
    texts = {key: label.text() for key, label in group.grid.sums.items()}
    rows, columns = (texts[sex, None] for sex in Sex), (texts[None, age] for age in AgeBand)
    assert dict(zip(Sex, rows, strict=True)) == {
        Sex.FEMALE: "7", Sex.MALE: "11", Sex.UNKNOWN: "0",
    }  # fmt: skip
    assert [*columns][:2] == ["9", "9"]
    assert texts[None, None] == "18"
    assert group.sum.text() == "18 persons"
    group.estimated.setChecked(True)
    assert group.sum.text() == "about 18 persons"


def test_unknown_sex_and_unknown_age_are_added_up_apart(group: HeadcountForm) -> None:
    group.grid.cells[Sex.UNKNOWN, AgeBand.ADULT].set_value(4)
    texts = {key: label.text() for key, label in group.grid.sums.items()}
    assert (texts[Sex.UNKNOWN, None], texts[None, AgeBand.UNKNOWN]) == ("4", "0")
    assert (texts[None, AgeBand.ADULT], texts[None, None]) == ("4", "4")


def test_enter_after_the_nationality_goes_to_the_grid_and_saves_nothing(
    group: HeadcountForm, books: Database, qtbot: QtBot
) -> None:
    give_blankets(group)
    type_in(qtbot, group, "afg", RETURN)
    assert group.nationality.value == "AF"
    assert group.focusWidget() is group.grid.cells[Sex.FEMALE, AgeBand.INFANT]
    assert recorded(books) == []


def test_several_nationalities_are_one_entry(
    group: HeadcountForm, books: Database, qtbot: QtBot
) -> None:
    group.nationality.set_value("AF", "Afghanistan")
    group.grid.cells[Sex.MALE, AgeBand.ADULT].setText("30")
    group.more.click()
    assert (group.grid.total, group.sum.text()) == (0, "30 persons")
    group.grid.cells[Sex.UNKNOWN, AgeBand.UNKNOWN].setText("12")
    group.estimated.setChecked(True)
    give_blankets(group, "20")
    group.services.boxes[Service.INFORMATION].setChecked(True)
    group.services.boxes[Service.FIRST_AID].setChecked(True)
    group.services.persons[Service.FIRST_AID].setText("5")
    group.accept()
    (row,) = recorded(books)
    assert (row.persons, row.is_estimated, on_hand(books)) == (42, True, 0)
    assert dict(row.services) == {Service.FIRST_AID: 5, Service.INFORMATION: 42}
    with books.read() as session:
        cells = session.scalars(select(Reached).where(Reached.encounter_id == row.id))
        told = {(cell.nationality, cell.sex): cell.persons for cell in cells}
    assert told == {("AF", Sex.MALE): 30, ("XX", Sex.UNKNOWN): 12}
    assert (group.parts, group.grid.total, group.sum.text()) == ([], 0, "0 persons")


def test_a_nationality_counted_by_mistake_is_left_out(group: HeadcountForm) -> None:
    group.grid.cells[Sex.MALE, AgeBand.ADULT].setText("30")
    group.more.click()
    assert group.is_changed()
    group.findChild(QPushButton, "remove_part_0").click()
    assert (group.sum.text(), group.parts) == ("0 persons", [])


def test_a_cell_that_is_no_number_is_named(group: HeadcountForm, books: Database) -> None:
    group.grid.cells[Sex.MALE, AgeBand.ADULT].setText("3x")
    for act in (group.accept, group.more.click):
        act()
        assert "“3x” is not a number" in group.problem.text()
    assert recorded(books) == []


def test_a_service_for_no_one_counted_asks_for_how_many(group: HeadcountForm) -> None:
    group.services.boxes[Service.TRANSPORT].setChecked(True)
    group.accept()
    assert group.problem.text() == "Fill in: Persons: Transport to a health institution."


def test_nobody_and_nothing_is_refused(group: HeadcountForm) -> None:
    group.accept()
    assert group.problem.text().startswith("Nothing was entered.")


def test_an_empty_page_invites_to_the_first_entry(page: AidPage) -> None:
    assert page.empty.sentence.text() == "No one has been helped today yet."
    assert page.empty.button.text() == "Help a person…"
    page.days.choice.set_value("yesterday")
    assert page.empty.sentence.text() == "No one was helped in these days."


def test_the_list_tells_time_place_whom_and_what(page: AidPage, books: Database) -> None:
    with books.write() as session:
        things = shelf_of(session)
        card = cards.find(session, CODE)
        assert card is not None
        goods = [things.goods(2)]
        aid.help_person(session, card, things.warehouse, on=TODAY, goods=goods, services=PSS)
    help_group(books, 40, is_estimated=True, remark="march")
    page.reload()
    cells = [
        [page.table.model_.index(line, place).data() for place in range(2, 6)] for line in (0, 1)
    ]
    assert cells == [
        ["Main store", "group of 40 persons", "—", "estimated"],
        ["Main store", SHOWN, "2 × Blanket, Psychosocial support", ""],
    ]
    assert page.context().endswith("2 entries · 41 persons · with a card: 1")
    assert page.table.isColumnHidden(0)


def test_the_card_beside_the_list_names_lot_document_and_remark(
    page: AidPage, books: Database
) -> None:
    with books.write() as session:
        goods = [shelf_of(session).goods(1)]
    help_group(books, goods=goods, remark="came by night")
    page.reload()
    said = " ".join(label.text() for label in page.card.facts.findChildren(QWidget) if label.text())
    for words in ("Blanket (Donor A)", "1/2026", "came by night"):
        assert words.replace("2026", str(TODAY.year)) in said


def test_filters_and_search_narrow_the_list(page: AidPage, books: Database) -> None:
    help_group(books, remark="Željeznička stanica")
    page.reload()
    page.search("zeljeznicka")
    assert len(page.rows) == 1
    page.search("k7m")
    assert len(page.rows) == 0
    page.search("")
    page.place.set_value(page.place.options[2][0])
    assert len(page.rows) == 0
    page.place.set_value(None)
    first, last = TODAY - timedelta(days=60), TODAY
    page.days.show_period(Period(first, last))
    assert [row.code for row in page.rows] == ["", SHOWN]
    assert not page.table.isColumnHidden(0)


def test_days_typed_the_wrong_way_round_change_nothing(page: AidPage) -> None:
    page.days.show_period(Period(TODAY, TODAY))
    page.days.first.set_value(TODAY + timedelta(days=1))
    assert page.days.value == Period(TODAY, TODAY)


def test_taking_back_asks_and_then_returns_the_goods(page: AidPage, books: Database) -> None:
    with books.write() as session:
        goods = [shelf_of(session).goods(5)]
    help_group(books, goods=goods)
    page.reload()
    answer("no such button: Cancel")
    page.take_back()
    assert on_hand(books) == 15
    answer("confirm")
    page.take_back()
    assert on_hand(books) == 20
    assert page.table.model_.index(0, 5).data() == "taken back"


@pytest.mark.parametrize(("button", "standing"), [("confirm", 2), ("choice_1", 0), ("cancel", 3)])
def test_an_entry_of_a_day_sheet_is_taken_back_alone_or_with_all_of_it(
    page: AidPage, books: Database, qtbot: QtBot, button: str, standing: int
) -> None:
    rows = "".join(f"{TODAY};Team North;pss;1;{persons}\n" for persons in (2, 3, 4))
    sheet = daysheet.read(f"Date;Place;Item or service;Quantity;Persons\n{rows}".encode())
    with books.write() as session:
        file_id = daysheet.take_in(session, daysheet.check(session, sheet)).id
    page.reload()
    answer(button)
    page.take_back()
    with books.read() as session:
        entries = session.scalars(select(Encounter.id).where(Encounter.import_id == file_id))
        first = min(entries)
    qtbot.waitUntil(lambda: standing_of(books, first) == standing)


def standing_of(books: Database, encounter_id: int) -> int:
    with books.read() as session:
        sheet = imports.sheet_of(session, encounter_id)
    assert sheet
    return sheet.entries


def test_control_z_undoes_ones_last_entry_while_it_is_young(
    page: AidPage, books: Database, qtbot: QtBot
) -> None:
    help_group(books)
    page.reload()
    with qtbot.waitSignal(page.said) as said:
        page.undo_button.click()
    assert said.args == ["Taken back: group of 4 persons · —"]
    assert [row.is_taken_back for row in recorded(books)] == [True]
    assert not page.undo_button.isEnabled()
    with clock.at(NOON - timedelta(seconds=90)):
        help_group(books)
    page.reload()
    assert not page.undo_button.isEnabled()


def test_the_verbs_of_the_desk_open_their_windows(page: AidPage) -> None:
    opened: list[str] = []

    def close() -> None:
        window = QApplication.activeModalWidget()
        assert isinstance(window, QDialog)
        opened.append(window.objectName())
        window.reject()

    for verb in (page.help_person, page.help_group, page.import_sheet, page.show_balance):
        QTimer.singleShot(50, close)
        verb()
    assert opened == ["PersonForm", "HeadcountForm", "DaySheetDialog", "BalanceDialog"]


def test_an_imported_sheet_of_another_day_is_seen_at_once(
    page: AidPage, qtbot: QtBot, tmp_path: Path
) -> None:
    sheet = tmp_path / "day.csv"
    sheet.write_text(f"Date;Place;Persons\n{YESTERDAY.isoformat()};Main store;30\n")

    def take_in() -> None:
        dialog: Any = QApplication.activeModalWidget()
        dialog.read(sheet)
        qtbot.waitUntil(lambda: dialog.under_way is None)
        dialog.take_in()

    QTimer.singleShot(50, take_in)
    page.import_sheet()
    assert page.days.value == Period(YESTERDAY, YESTERDAY)
    assert [row.persons for row in page.rows] == [30]


def test_a_card_shows_all_its_visits(books: Database, qtbot: QtBot) -> None:
    with books.read() as session:
        (hit,) = find(session, "k7m4")
        assert find(session, "k7") == []
    assert (hit.label.startswith(f"{SHOWN} · Male"), hit.kind) == (True, "Card")
    dialog = VisitsDialog(books, hit.card_id)
    qtbot.addWidget(dialog)
    assert len(dialog.table.model_.rows) == 1
    assert "centre for social work" in dialog.alone.text()


def test_the_balance_says_whether_it_closes(books: Database, qtbot: QtBot) -> None:
    day = Period(TODAY, TODAY)
    with books.write() as session:
        goods = [shelf_of(session).goods(2)]
    help_group(books, goods=goods)
    dialog = BalanceDialog(books, day, (None, "all places"))
    qtbot.addWidget(dialog)
    assert dialog.answer.text().startswith("It closes")
    with books.write() as session:
        shelf_of(session).hand_out(3, on=TODAY)
    dialog = BalanceDialog(books, day, (None, "all places"))
    qtbot.addWidget(dialog)
    assert dialog.answer.text().startswith("It does not close")
    assert dialog.table.model_.index(0, 5).data() == "difference 3"


def test_the_page_speaks_another_language_at_once(page: AidPage, books: Database) -> None:
    with books.write() as session:
        goods = [shelf_of(session).goods(1)]
    help_group(books, goods=goods)
    page.reload()
    language.switch("bs")
    assert page.table.model_.index(0, 4).data() == "Deka"
    language.switch("en")
    assert page.table.model_.index(0, 4).data() == "Blanket"


def test_everything_that_is_typed_into_or_clicked_has_a_name(
    page: AidPage, person: PersonForm, group: HeadcountForm
) -> None:
    for window in (page, person, group):
        for widget in window.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(window):
                assert widget.objectName(), widget
                assert widget.accessibleName(), (widget, widget.objectName())


def test_a_page_without_entries_has_no_entry_to_take_back(page: AidPage, books: Database) -> None:
    page.take_back()
    page.undo()
    assert count(books, Encounter) == 1


def test_the_plus_key_counts_the_next_nationality(group: HeadcountForm, qtbot: QtBot) -> None:
    type_in(qtbot, group, "syr", RETURN, "12", Qt.Key.Key_Plus)
    assert group.focusWidget() is group.nationality
    type_in(qtbot, group, "afg", RETURN, "3", Qt.Key.Key_Plus)
    assert [(part.nationality, part.total) for part in group.parts] == [("SY", 12), ("AF", 3)]


def test_goods_and_services_are_one_key_away(group: HeadcountForm, qtbot: QtBot) -> None:
    type_in(qtbot, group, Qt.Key.Key_F7)
    assert group.focusWidget() is group.goods.field(0, "item")
    type_in(qtbot, group, Qt.Key.Key_F8)
    assert group.focusWidget() is group.services.boxes[Service.FIRST_AID]


def test_the_last_entry_is_undone_by_its_key(
    person: PersonForm, books: Database, qtbot: QtBot
) -> None:
    give_blankets(person)
    person.accept()
    type_in(qtbot, person, Qt.Key.Key_F9)
    assert [row.is_taken_back for row in recorded(books)] == [True]


def test_everyone_in_a_group_is_thought_to_get_one(group: HeadcountForm, qtbot: QtBot) -> None:
    type_in(qtbot, group, "syr", RETURN, "12", Qt.Key.Key_F7, "blan", RETURN)
    assert group.goods.field(0, "quantity").value == 12_000


def test_enter_while_names_are_offered_takes_the_only_one_and_goes_on(
    group: HeadcountForm, qtbot: QtBot
) -> None:
    type_in(qtbot, group, "syr")
    offered = group.nationality._list
    qtbot.waitUntil(offered.isVisible)
    reached: list[QWidget | None] = []  # the platform without a screen may activate the list late
    first = group.grid.cells[Sex.FEMALE, AgeBand.INFANT]
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    watching = application.focusChanged.connect(lambda _before, now: reached.append(now))
    qtbot.keyClick(offered, RETURN)
    qtbot.waitUntil(lambda: first in reached)
    application.focusChanged.disconnect(watching)
    assert (group.nationality.value, offered.isVisible()) == ("SY", False)


def test_enter_on_a_button_presses_that_button(
    group: HeadcountForm, books: Database, qtbot: QtBot
) -> None:
    group.grid.cells[Sex.MALE, AgeBand.ADULT].setText("30")
    group.more.setFocus()
    type_in(qtbot, group, RETURN)
    assert (len(group.parts), recorded(books)) == (1, [])


def test_a_slip_in_a_code_is_written_over_by_the_next_scan(
    person: PersonForm, qtbot: QtBot
) -> None:
    give_blankets(person)
    type_in(qtbot, person, CODE[:5] + CODE[6] + CODE[5], RETURN, CODE)
    assert person.code.text() == SHOWN


def test_the_code_of_a_new_card_is_shown_until_the_next_card_comes(person: PersonForm) -> None:
    give_blankets(person)
    person.accept()
    assert person.new_card.isVisible()
    person.code.setText(CODE)
    assert not person.new_card.isVisible()


def test_the_form_opens_where_the_last_entry_was_made(
    page: AidPage, books: Database, qtbot: QtBot
) -> None:
    with books.write() as session:
        things = shelf_of(session)
        aid.help_group(session, [Count(Person(), 2)], things.team, on=TODAY, services=PSS)
        team = things.team.id
    chosen: list[int | None] = []

    def look() -> None:
        form = QApplication.activeModalWidget()
        assert isinstance(form, PersonForm)
        chosen.append(form.place.value)
        form.reject()

    QTimer.singleShot(50, look)
    page.help_person()
    assert chosen == [team]


def test_a_place_out_of_use_is_not_proposed(books: Database, qtbot: QtBot) -> None:
    form = opened(PersonForm(books, None, 999), qtbot)
    assert form.place.value == form.place.options[0][0]


def test_the_list_has_a_column_for_states_only_when_there_is_one(
    page: AidPage, books: Database
) -> None:
    met = help_group(books)
    page.reload()
    assert page.table.isColumnHidden(5)
    with books.write() as session:
        aid.reverse(session, session.get_one(Encounter, met))
    page.reload()
    assert not page.table.isColumnHidden(5)


def test_tab_goes_from_the_verbs_over_the_filter_to_the_list(page: AidPage) -> None:
    help_group(page.db)
    page.reload()
    order, at = [], page.nextInFocusChain()
    while at is not page:
        order.append(at)
        at = at.nextInFocusChain()
    last_verb = page.verbs[-1].button
    places = [order.index(part) for part in (page.undo_button, last_verb, page.place, page.table)]
    assert places == sorted(places)


def test_the_next_groups_nationality_is_written_over_the_last_one(
    group: HeadcountForm, qtbot: QtBot
) -> None:
    type_in(qtbot, group, "syr", RETURN, "12")
    group.accept()
    assert group.nationality.value == "SY"
    type_in(qtbot, group, "afg", RETURN)
    assert group.nationality.value == "AF"


def test_who_types_field_sheets_names_the_helper_once_for_the_whole_sheet(books, page, qtbot):
    with books.write() as session:
        volunteers.enter(session, volunteers.Details("Amra", "Đurić", date(1990, 1, 1)))
    form = opened(PersonForm(books), qtbot)
    form.helper.setFocus()
    qtbot.keyClicks(form.helper, "djuric")
    qtbot.keyClick(form.helper, Qt.Key.Key_Tab)
    for person_ in ("first", "second"):
        give_blankets(form)
        form.remark.set_value(person_)
        form.accept()
    form.helper.clear()
    give_blankets(form)
    form.accept()
    with books.read() as session:
        names = [encounters.details(session, row.id).helper for row in recorded(books)]
    assert names == ["", "Đurić Amra", "Đurić Amra"]
    page.reload()
    page.table.select(1)
    assert "Đurić Amra" in [label.text() for label in page.card.findChildren(QLabel)]


@pytest.mark.parametrize("kind", [PersonForm, HeadcountForm])
def test_enter_after_the_name_of_the_helper_saves_nothing(books, qtbot, kind):
    """The goods of the one before are still there: they would be given out once more."""
    with books.write() as session:
        volunteers.enter(session, volunteers.Details("Amra", "Đurić", date(1990, 1, 1)))
    form = opened(kind(books), qtbot)
    give_blankets(form)
    form.helper.setFocus()
    qtbot.keyClicks(form.helper, "djuric")
    qtbot.waitUntil(form.helper._list.isVisible)
    qtbot.keyClick(form.helper, Qt.Key.Key_Return)
    first = form.code if kind is PersonForm else form.nationality
    qtbot.waitUntil(first.hasFocus)
    assert form.helper.label == "Đurić Amra"
    assert not recorded(books)


@pytest.mark.parametrize("kind", [PersonForm, HeadcountForm])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Delete])
def test_a_line_of_goods_may_go_while_the_keyboard_is_in_it(books, page, qtbot, kind, key):
    """The keyboard passes the other cells of the line on its way out: that ended the program."""
    form = opened(kind(books), qtbot)
    if kind is PersonForm:
        form.same_goods.setChecked(False)
    give_blankets(form)
    cell = form.goods.field(0, "quantity")
    cell.setFocus()
    qtbot.waitUntil(cell.hasFocus)
    qtbot.keyClick(cell, key, Qt.KeyboardModifier.ControlModifier)
    assert form.goods.count() == 1
    assert form.goods.lines() == []
    assert len(recorded(books)) == (key == Qt.Key.Key_Return)
