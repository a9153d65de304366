"""The volunteers' page and its forms, worked with the keyboard as a secretary would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import conftest
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select
from things import as_program
from windows import in_front

from models import clock, periods
from models.database import Database
from models.desk.cards import Sex
from models.goods import places
from models.goods.places import PlaceKind
from models.periods import Period
from models.team import activities, hours, roster, trainings, volunteers
from models.team.activities import Activity, Engagement, Stint, Work
from models.team.skills import Skill
from models.team.trainings import Course
from models.team.volunteers import Details, Standing, State, Volunteer
from ui import language, messages
from ui.team.activities import ActivitiesDialog
from ui.team.activity_form import ActivityForm
from ui.team.hours import parse_hours, shown
from ui.team.trainings import TrainingsForm
from ui.team.volunteer_form import VolunteerForm
from ui.team.volunteers import ReportedForm, VolunteersPage

TODAY = date(2026, 11, 23)
NAMES = ("Amra Hodžić", "Ivan Marić", "Јелена Јовић", "Đurđa Šarić", "Tarik Ćosić")


@pytest.fixture(autouse=True)
def _on_a_monday_in_november() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 23, 11)):
        yield


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    db = as_program(Database.open(branch_folder, conftest.KEY))
    yield db
    db.close()


@pytest.fixture
def people(books: Database) -> dict[str, int]:
    """Five volunteers and a team; the ids of the people by surname."""
    with books.write() as session:
        places.add(session, "Tim Sjever", PlaceKind.TEAM)
        known = [
            volunteers.enter(session, Details(*name.split(), date(1990, 1, day)))
            for day, name in enumerate(NAMES, 1)
        ]
        return {person.last_name: person.id for person in known}


@pytest.fixture
def page(books: Database, people: dict[str, int], qtbot: QtBot) -> VolunteersPage:
    made = VolunteersPage(books)
    made.retranslate()
    made.resize(1100, 640)
    return in_front(made, qtbot)


def type_in(form: QWidget, *texts: str) -> None:
    """Type each text where the keyboard is, with Tab after it; QTest knows no letter like ć."""
    for text in texts:
        form.focusWidget().insert(text)
        QTest.keyClick(form.focusWidget(), Qt.Key.Key_Tab)


def press(form: QWidget, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(form.focusWidget(), key, modifier)


def in_dialog(act: Any) -> None:
    """Do `act(dialog)` as soon as a dialog has opened."""
    QTimer.singleShot(0, lambda: act(QApplication.activeModalWidget()))


def work(
    db: Database, day: date, ids: list[int], minutes: int = 60, kind: Work = Work.OFFICE
) -> int:
    with db.write() as session:
        stints = [Stint(session.get_one(Volunteer, id_), minutes) for id_ in ids]
        return activities.record(session, kind, stints, on=day).id


def count(db: Database, table: Any) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# The page


def test_the_page_lists_people_and_shows_the_first_ones_card(page: VolunteersPage) -> None:
    assert [row.name.split()[0] for row in page.rows] == [
        "Ćosić", "Hodžić", "Јовић", "Marić", "Šarić",
    ]  # fmt: skip
    assert page.detail.name.text() == "Tarik Ćosić"
    assert page.context() == "5 persons · hours this year: 0:00"


def test_an_empty_page_says_what_to_do_first(books: Database, qtbot: QtBot) -> None:
    page = in_front(VolunteersPage(books), qtbot)
    assert page.empty.sentence.isVisible() and page.empty.button.text() == "Add…"
    assert page.context() == "" and not page.detail.isVisible()


@pytest.mark.parametrize("written", ["cosic", "Тарик", "ćosić tarik"])
def test_search_finds_in_both_scripts(page: VolunteersPage, written: str) -> None:
    page.search(written)
    assert [row.name for row in page.rows] == ["Ćosić Tarik"]


def test_those_who_left_are_shown_when_asked_for(
    page: VolunteersPage, people: dict[str, int]
) -> None:
    with page.db.write() as session:
        volunteers.leave(session, session.get_one(Volunteer, people["Marić"]), TODAY)
    page.reload()
    assert len(page.rows) == 4
    page.state.set_value(State.LEFT)
    assert [row.name for row in page.rows] == ["Marić Ivan"]
    page.show_person(people["Hodžić"])
    assert page.selected and page.selected.name == "Hodžić Amra"


def test_what_needs_attention_stands_in_a_badge(
    page: VolunteersPage, people: dict[str, int]
) -> None:
    with page.db.write() as session:
        amra = session.get_one(Volunteer, people["Hodžić"])
        soon = Course(Skill.FIRST_AID, date(2024, 12, 1), date(2026, 12, 1))
        trainings.add(session, amra, soon)
        minor = Details("Edin", "Alić", date(2010, 1, 1), state=State.PROSPECTIVE)
        volunteers.enter(session, minor)
    page.reload()
    concern = {row.name: page.columns[-1].text(row) for row in page.rows}
    assert concern["Alić Edin"] == "consent missing"
    assert concern["Hodžić Amra"].replace("\xa0", " ") == "training until 1. 12. 2026."
    assert concern["Marić Ivan"] == ""


def test_the_card_follows_the_language_at_once(page: VolunteersPage, qtbot: QtBot) -> None:
    assert page.detail.line.text().startswith("Volunteer · active")
    language.switch("sr_Cyrl")
    assert page.detail.line.text().startswith("Волонтер")
    language.switch("en")


def test_a_long_term_volunteer_is_reported_from_the_card(
    page: VolunteersPage, people: dict[str, int], qtbot: QtBot
) -> None:
    for month in (8, 9, 10):
        for day in range(1, 12):
            work(page.db, date(2026, month, day), [people["Hodžić"]], 480)
    page.show_person(people["Hodžić"])
    said = page.detail.long_term.text().replace("\xa0", " ")
    assert said == (
        "Long-term volunteer: 264:00 hours. To be reported to: Federal Ministry of Justice."
        " Last day: 19. 10. 2026."
    )
    in_dialog(lambda form: form.accept())
    page.detail.report.click()
    assert not page.detail.long_term.isVisible()


def test_a_report_in_the_future_is_refused(page: VolunteersPage, qtbot: QtBot) -> None:
    form = in_front(ReportedForm(page.db, page.rows[0]), qtbot)
    form.day.set_value(date(2026, 11, 24))
    form.accept()
    assert "is in the future" in form.problem.text()


def test_every_field_and_button_has_a_name(page: VolunteersPage, qtbot: QtBot) -> None:
    forms = [
        VolunteerForm(page.db),
        ActivityForm(page.db),
        TrainingsForm(page.db, page.rows[0].id),
        ActivitiesDialog(page.db),
    ]
    for window in (page, *(in_front(form, qtbot) for form in forms)):
        for widget in window.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
                assert widget.objectName(), widget
                assert widget.accessibleName(), (widget, widget.objectName())
        window.close()


# A person


def test_people_are_typed_one_after_the_other(books: Database, qtbot: QtBot) -> None:
    form = in_front(VolunteerForm(books), qtbot)
    form.joined_on.set_value(date(2026, 9, 1))
    for first, last, born in (("Амра", "Ходжић", "1.5.90"), ("Ivan", "Marić", "2 6 1985")):
        type_in(form, first, last, born)
        press(form, Qt.Key.Key_Return)
        assert form.saved.isVisible() and form.isVisible()
        assert form.focusWidget() is form.first_name
        qtbot.wait(QApplication.doubleClickInterval() + 20)
    with books.read() as session:
        found = session.scalars(select(Volunteer).order_by(Volunteer.id)).all()
    assert [(person.name, person.birth_date) for person in found] == [
        ("Амра Ходжић", date(1990, 5, 1)),
        ("Ivan Marić", date(1985, 6, 2)),
    ]
    assert {person.joined_on for person in found} == {date(2026, 9, 1)}


def test_a_guardian_is_asked_for_only_of_a_minor(books: Database, qtbot: QtBot) -> None:
    form = in_front(VolunteerForm(books), qtbot)
    assert not form.guardian.isEnabled() and not form.consent_on.isEnabled()
    form.birth_date.setText("3.4.2010")
    assert form.guardian.isEnabled() and form.consent_on.isEnabled()
    assert form.guardian.placeholderText() == "needed for a minor; age 16"
    form.birth_date.setText("3.4.2000")
    assert not form.guardian.isEnabled()


def test_a_minor_without_consent_is_refused_and_nothing_typed_is_lost(
    books: Database, qtbot: QtBot
) -> None:
    form = in_front(VolunteerForm(books), qtbot)
    type_in(form, "Edin", "Alić", "3.4.2010")
    form.accept()
    assert form.problem.text().startswith("Edin Alić is a minor")
    assert form.last_name.value == "Alić" and count(books, Volunteer) == 0
    assert form.focusWidget() is form.guardian and form.guardian.property("faulty")
    form.guardian.set_value("Selma Alić")
    assert not form.guardian.property("faulty") and not form.problem.text()
    form.accept()
    assert form.focusWidget() is form.consent_on
    form.consent_on.set_value(TODAY)
    form.accept()
    assert count(books, Volunteer) == 1


def test_after_a_minor_nobody_is_asked_for_consent(books: Database, qtbot: QtBot) -> None:
    form = in_front(VolunteerForm(books), qtbot)
    type_in(form, "Edin", "Alić", "3.4.2010")
    form.guardian.set_value("Selma Alić")
    form.consent_on.set_value(TODAY)
    form.accept()
    assert count(books, Volunteer) == 1
    assert not form.guardian.isEnabled() and not form.consent_on.isEnabled()


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("3.4.2013", "turns 15 on 3. 4. 2028."),
        ("3.4.2031", "3. 4. 2031. cannot be a date of birth."),
        ("abc", "“abc” is not a day"),
        ("", "Fill in: Date of birth."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_leads_to_the_date_of_birth(
    books: Database, qtbot: QtBot, born: str, said: str
) -> None:
    form = in_front(VolunteerForm(books), qtbot)
    type_in(form, "Edin", "Alić", born)
    form.accept()
    assert said in form.problem.text().replace("\xa0", " ")
    assert form.focusWidget() is form.birth_date and form.birth_date.property("faulty")


def test_a_phone_number_is_no_email_and_the_other_way_round(books: Database, qtbot: QtBot) -> None:
    form = in_front(VolunteerForm(books), qtbot)
    type_in(form, "Edin", "Alić", "3.4.1990")
    for field, typed, said in (
        (form.email, "061 123 456", "“061 123 456” is not an e-mail address."),
        (form.phone, "edin@example.org", "“edin@example.org” is not a phone number."),
    ):
        qtbot.keyClicks(field, typed)
        form.accept()
        assert form.problem.text().startswith(said)
        field.clear()
    qtbot.keyClicks(form.phone, "061 123 456")
    form.accept()
    assert count(books, Volunteer) == 1


def test_a_name_with_markup_is_a_name(books: Database, qtbot: QtBot) -> None:
    form = in_front(VolunteerForm(books), qtbot)
    type_in(form, "<b>Edin</b>", "A & B", "3.4.1990")
    form.accept()
    with books.read() as session:
        assert roster.overview(session)[0].name == "A & B <b>Edin</b>"


def test_a_person_is_changed_and_leaves(page: VolunteersPage, qtbot: QtBot) -> None:
    form = in_front(VolunteerForm(page.db, None, page.rows[0].id), qtbot)
    assert (form.first_name.value, form.birth_date.value) == ("Tarik", date(1990, 1, 5))
    assert not form.left_on.isVisible()
    form.standing.set_value(Standing.STAFF)
    form.sex.set_value(Sex.MALE)
    form.state.set_value(State.LEFT)
    assert form.left_on.isVisible() and form.left_on.value == TODAY
    form.accept()
    with page.db.read() as session:
        person = session.get_one(Volunteer, form.result_value)
    assert (person.standing, person.sex, person.left_on) == (Standing.STAFF, Sex.MALE, TODAY)


def test_whoever_leaves_stays_in_sight_and_is_found_later(
    page: VolunteersPage, people: dict[str, int], qtbot: QtBot
) -> None:
    page.select(people["Marić"])

    def leave(form: VolunteerForm) -> None:
        form.state.set_value(State.LEFT)
        form.accept()

    in_dialog(leave)
    next(verb for verb in page.verbs if verb.title == "Change…").button.click()
    assert page.selected and page.selected.name == "Marić Ivan"
    assert page.state.value is State.LEFT
    page.show_person(people["Hodžić"])
    page.search("maric")
    assert [row.name for row in page.rows] == ["Marić Ivan"]
    page.show_person(people["Marić"])
    assert page.selected and page.selected.name == "Marić Ivan"


def test_the_person_just_added_is_selected(page: VolunteersPage, qtbot: QtBot) -> None:
    def fill(form: VolunteerForm) -> None:
        type_in(form, "Edin", "Mujić", "3.4.1990")
        form.accept()
        said.append(form.cancel_button.accessibleName())
        form.reject()

    said: list[str] = []
    in_dialog(fill)
    page.verbs[0].button.click()
    assert said == ["Close"]
    assert page.selected and page.selected.name == "Mujić Edin"


# Skills and trainings


def test_skills_are_ticked_and_trainings_typed(page: VolunteersPage, qtbot: QtBot) -> None:
    person = page.rows[0].id
    form = in_front(TrainingsForm(page.db, person), qtbot)
    form.findChild(QWidget, "skill_driving").click()
    form.courses.set(0, "skill", Skill.PSS)
    form.courses.field(0, "day").setText("1.3.2026")
    form.courses.field(0, "expires_on").setText("1.3.2028")
    form.accept()
    again = in_front(TrainingsForm(page.db, person), qtbot)
    assert again.skills.value == [Skill.PSS, Skill.DRIVING]
    assert again.courses.lines()[0]["expires_on"] == date(2028, 3, 1)
    again.courses.remove_line(0)
    again.accept()
    assert count(page.db, trainings.Training) == 0


def test_a_training_without_its_day_is_pointed_at(page: VolunteersPage, qtbot: QtBot) -> None:
    form = in_front(TrainingsForm(page.db, page.rows[0].id), qtbot)
    form.courses.set(0, "skill", Skill.PSS)
    form.accept()
    assert form.problem.text() == "Fill in: Finished on."
    assert form.courses.field(0, "day").property("faulty")


# Hours


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("3", 180), ("3,5", 210), ("3.5", 210), ("3:30", 210), ("3h30", 210), ("3 h", 180),
        ("0,25", 15), (",5", 30), ("45 min", 45), ("24", 1440), ("0:01", 1), ("1,33", 80),
        ("0", None), ("25", None), ("24:01", None), ("3:5", None), ("3:60", None), ("x", None),
        ("-1", None), ("", None), ("1,5,5", None), ("99999 min", None),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(written: str, minutes: int | None) -> None:
    assert parse_hours(written) == minutes


def test_hours_are_grouped_as_the_language_does() -> None:
    assert shown(1439 * 60 + 5) == "1,439:05"


def test_twenty_people_are_typed_without_the_mouse(
    books: Database, people: dict[str, int], qtbot: QtBot
) -> None:
    with books.write() as session:
        for number in range(20):
            volunteers.enter(session, Details("Osoba", f"Broj{number:02}", date(1980, 1, 1)))
    form = in_front(ActivityForm(books), qtbot)
    form.resize(form.width(), 420)  # a small screen: the lines do not all fit
    width = form.width()
    form.people.setFocus()
    for number in range(20):
        QTest.keyClicks(form.focusWidget(), f"broj{number:02}")
        press(form, Qt.Key.Key_Return)
        if not number:
            QTest.keyClicks(form.focusWidget(), "3,5")
        press(form, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: in_sight(form, form.focusWidget()))
    assert form.total.text() == "20 persons, 70:00 hours in all"
    press(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert count(books, Engagement) == 20
    assert form.people.lines() == [] and form.isVisible()
    assert (form.total.text(), form.width()) == ("", width)


def in_sight(form: ActivityForm, field: QWidget) -> bool:
    place = field.mapTo(form.area.viewport(), QPoint(0, 0))
    return place.y() >= 0 and place.y() + field.height() <= form.area.viewport().height() + 1


def test_hours_without_a_person_are_pointed_at(
    books: Database, people: dict[str, int], qtbot: QtBot
) -> None:
    form = in_front(ActivityForm(books), qtbot)
    form.people.field(0, "minutes").setText("3")
    form.accept()
    assert form.problem.text() == "Choose the person in every line that has hours."
    assert form.people.field(0, "person").property("faulty")


@pytest.mark.parametrize(
    ("hours_", "said"),
    [("", "Enter the hours of Amra Hodžić"), ("3:7", "“3:7” is not a number of hours")],
)
def test_wrong_hours_are_named(
    books: Database, people: dict[str, int], qtbot: QtBot, hours_: str, said: str
) -> None:
    form = in_front(ActivityForm(books), qtbot)
    form.people.set(0, "person", (people["Hodžić"], "Hodžić Amra"))
    form.people.field(0, "minutes").setText(hours_)
    form.accept()
    assert said in form.problem.text()
    assert count(books, Activity) == 0


def test_only_a_field_team_is_asked_for_kilometres(
    books: Database, people: dict[str, int], qtbot: QtBot
) -> None:
    form = in_front(ActivityForm(books), qtbot)
    assert form.work.value is Work.FIELD_TEAM and form.kilometres.isEnabled()
    form.work.set_value(Work.KITCHEN)
    assert not form.kilometres.isEnabled()


def test_the_people_of_the_last_time_come_back_with_their_hours(
    books: Database, people: dict[str, int], qtbot: QtBot
) -> None:
    work(books, date(2026, 11, 3), [people["Hodžić"], people["Marić"]], 150, Work.KITCHEN)
    form = in_front(ActivityForm(books), qtbot)
    form.again.click()
    assert form.problem.text() == "There is no earlier activity of this kind at this place."
    form.work.set_value(Work.KITCHEN)
    form.again.click()
    assert form.total.text() == "2 persons, 5:00 hours in all"
    form.accept()
    assert count(books, Activity) == 2


# The list of activities


def test_an_activity_is_found_and_corrected(
    books: Database, people: dict[str, int], qtbot: QtBot
) -> None:
    work(books, date(2026, 11, 3), [people["Hodžić"]])
    found = work(books, date(2026, 11, 4), [people["Marić"]], 90, Work.KITCHEN)
    dialog = in_front(ActivitiesDialog(books), qtbot)
    qtbot.keyClicks(dialog.search, "maric")
    qtbot.waitUntil(lambda: [row.id for row in dialog.page.rows] == [found])
    form = in_front(ActivityForm(books, None, found), qtbot)
    assert (form.day.value, form.work.value) == (date(2026, 11, 4), Work.KITCHEN)
    assert form.people.lines() == [{"person": people["Marić"], "minutes": 90}]
    form.people.field(0, "minutes").setText("2")
    form.accept()
    with books.read() as session:
        assert hours.people(session, found)[0].minutes == 120


def test_another_month_is_chosen(books: Database, people: dict[str, int], qtbot: QtBot) -> None:
    work(books, date(2026, 10, 3), [people["Hodžić"]])
    dialog = in_front(ActivitiesDialog(books), qtbot)
    assert len(dialog.page.rows) == 0
    dialog.page.period.set_value(Period.month(2026, 10))
    assert len(dialog.page.rows) == 1


def test_an_activity_is_removed_after_asking(
    books: Database, people: dict[str, int], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(books, TODAY, [people["Hodžić"]])
    dialog = in_front(ActivitiesDialog(books), qtbot)
    answers = iter((False, True))
    monkeypatch.setattr(messages, "confirm", lambda *_asked: next(answers))
    remove = dialog.page.verbs[-1].button
    remove.click()
    assert count(books, Activity) == 1
    remove.click()
    assert count(books, Activity) == 0 and not remove.isEnabled()


def test_a_closed_month_is_told_before_anything_is_typed(
    books: Database, people: dict[str, int], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(books, date(2026, 10, 3), [people["Hodžić"]])
    with books.write() as session:
        periods.close(session, Period.month(2026, 10), "{}", "0")
    told: list[str] = []
    monkeypatch.setattr(messages, "tell", lambda _parent, text: told.append(text))
    dialog = in_front(ActivitiesDialog(books), qtbot)
    dialog.page.period.set_value(None)
    dialog.page.verbs[1].button.click()
    assert told and told[0].startswith("October\u00a02026 is closed")


def test_save_pressed_twice_records_once(
    books: Database, people: dict[str, int], qtbot: QtBot
) -> None:
    form = in_front(ActivityForm(books), qtbot)
    form.people.set(0, "person", (people["Hodžić"], "Hodžić Amra"))
    form.people.field(0, "minutes").setText("3")
    qtbot.mouseDClick(form.save_button, Qt.MouseButton.LeftButton)
    form.save_button.click()
    assert count(books, Activity) == 1


def test_nothing_of_the_person_before_stays_in_the_form(books: Database, qtbot: QtBot) -> None:
    form = in_front(VolunteerForm(books), qtbot)
    type_in(form, "Lejla", "Kovač", "3. 3. 2010.")
    form.guardian.setText("Mirsad Kovač")
    form.consent_on.set_value(date(2026, 9, 1))
    form.accept()
    assert form.result_value
    assert (form.birth_date.text(), form.consent_on.text(), form.guardian.text()) == ("", "", "")
    assert form.joined_on.value == TODAY


def test_people_are_one_key_away(books: Database, people: dict[str, int], qtbot: QtBot) -> None:
    form = in_front(ActivityForm(books), qtbot)
    press(form, Qt.Key.Key_F7)
    assert form.focusWidget() is form.people.field(0, "person")
    press(form, Qt.Key.Key_F8)
    assert form.problem.text() == "There is no earlier activity of this kind at this place."


def test_the_day_of_leaving_gets_room_in_the_form(
    books: Database, people: dict[str, int], qtbot: QtBot
) -> None:
    form = in_front(VolunteerForm(books, None, people["Hodžić"]), qtbot)
    form.state.set_value(State.LEFT)
    assert form.left_on.isVisible()
    qtbot.waitUntil(lambda: form.area.verticalScrollBar().maximum() == 0)
