"""What is typed in a form outlives a lock and a power cut, and waits for whoever typed it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import conftest
import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from things import as_program
from windows import in_front

from models import clock
from models.database import Database
from models.desk import aid
from models.desk.cards import AgeBand, Sex
from models.goods import items, places, stock
from models.goods.stock import Goods
from models.office import unfinished, users
from models.office.unfinished import Left
from models.roles import Role
from models.team import activities, volunteers
from models.team.activities import Stint, Work
from models.team.volunteers import Volunteer
from models.units import THOUSAND
from ui import language
from ui.desk.headcount import HeadcountForm
from ui.desk.person import PersonForm
from ui.entrance import unfinished as entrance
from ui.entrance.unfinished import FORMS
from ui.form import Form
from ui.office.catalogue import ItemForm
from ui.office.indicators import IndicatorForm
from ui.pieces import typed
from ui.privacy.breaches import BreachForm
from ui.team.activity_form import ActivityForm
from ui.team.trainings import TrainingsForm
from ui.team.volunteer_form import VolunteerForm
from ui.unfinished import KeptForm
from ui.warehouse.count import CountForm
from ui.warehouse.goods import IssueForm, ReceiveForm, TransferForm, WriteOffForm

PASSWORD = "sedam zutih kisobrana"
OTHER = "osam plavih tramvaja"


@pytest.fixture
def books(branch_folder: Path, qtbot: QtBot) -> Iterator[Database]:
    """Two stores with goods, two volunteers; Amra works, and Edin is a user too."""
    db = as_program(Database.open(branch_folder, conftest.KEY))
    with db.write() as session:
        lay_out(session)
        users.add(session, "amra", "Amra")
        users.add(session, "edin", "Edin", [Role.DESK])
    users.sign_in(db, "amra")
    yield db
    for form in QApplication.topLevelWidgets():
        if isinstance(form, KeptForm):
            shiboken6.delete(form)  # closed it would ask whether what is typed may be lost
    db.close()


def lay_out(session: Any) -> None:
    places.add_virtual(session)
    items.add_starters(session)
    store = places.add(session, "Main store")
    places.add(session, "Side store")
    for code in ("blanket", "soap", "water"):
        found = items.find(session, code)
        assert found
        expiry = date(2030, 1, 1) if found.tracks_expiry else None
        goods = [Goods(found, 100 * THOUSAND, batch=f"B-{code}", expiry=expiry)]
        stock.receive(session, store, goods, on=date(2026, 10, 1), supplier="Donor A")
    for name in ("Anić", "Babić"):
        volunteers.enter(session, volunteers.Details("Ana", name, date(1990, 1, 1)))


def shown(form: Form) -> Any:
    form.show()
    return form


def left(db: Database) -> list[Left]:
    with db.read() as session:
        return list(unfinished.own(session))


def begun_again(db: Database) -> Any:
    """The form as it opens after the program has died, before it is seen."""
    (one,) = left(db)
    form = entrance.kind(one.form).opened(db, None, one.about)
    assert form is not None and form.begin_with(one)
    return form


def again(db: Database) -> Any:
    return shown(begun_again(db))


def fill_goods(form: Any) -> None:
    for at, item in enumerate(("blanket", "soap", "water")):
        if at:
            form.lines.add_line()
        with form.db.read() as session:
            found = items.find(session, item)
            form.lines.set(at, "item", (found.id, found.name()))
        form.lines.set(at, "quantity", (at + 1) * THOUSAND)


def fill_receipt(form: ReceiveForm) -> None:
    fill_goods(form)
    form.supplier.set_value("Donor Ž")
    form.day.set_value(date(2026, 10, 3))
    form.lines.set(2, "expiry", date(2031, 2, 3))
    form.lines.set(2, "batch", "L-7")
    form.lines.set(1, "value", 150)


def fill_issue(form: IssueForm) -> None:
    fill_goods(form)
    form.recipient.set_value("Narodna kuhinja")
    lot = form.lines.field(2, "lot")
    lot.set_value(lot.options[1][0])


def fill_transfer(form: TransferForm) -> None:
    fill_goods(form)
    form.target.setCurrentIndex(1 - form.place.currentIndex())


def fill_write_off(form: WriteOffForm) -> None:
    fill_goods(form)
    form.reason.set_value("Poplava\nu magacinu")


def fill_count(form: CountForm) -> None:
    form.found.fields[0].set_value(98 * THOUSAND)
    form.found.fields[2].setText("stotinu")


def fill_person(form: PersonForm) -> None:
    form.sex.set_value(Sex.FEMALE)
    form.birth_year.set_value("1991")
    form.nationality.set_value("AF", "Afghanistan")
    form.remark.set_value("Žulj")
    form.helper.setText("Anić Ana")
    form.helper.settle()
    form.services.boxes[aid.Service.FIRST_AID].setChecked(True)
    form.services.reason.set_value(aid.Reason.WOUND)


def fill_headcount(form: HeadcountForm) -> None:
    form.nationality.set_value("SY", "Syria")
    form.grid.cells[Sex.MALE, AgeBand.ADULT].set_value(12)
    form.next_nationality()
    form.nationality.set_value("IQ", "Iraq")
    form.grid.cells[Sex.FEMALE, AgeBand.CHILD].set_value(3)
    form.estimated.setChecked(True)


def fill_volunteer(form: VolunteerForm) -> None:
    form.first_name.set_value("Dženana")
    form.birth_date.set_value(date(2010, 5, 9))
    form.guardian.set_value("Šefika")
    form.note.set_value("U dva reda\npisano")


def fill_activity(form: ActivityForm) -> None:
    form.description.set_value("Tura")
    form.work.set_value(Work.FIELD_TEAM)
    form.kilometres.set_value(42)
    with form.db.read() as session:
        people = session.query(Volunteer).all()
    form.people.set_lines([{"person": (each.id, each.listed), "minutes": 90} for each in people])


def fill_trainings(form: TrainingsForm) -> None:
    next(iter(form.skills.boxes.values())).setChecked(True)
    form.courses.set(0, "provider", "Škola")
    form.courses.set(0, "day", date(2026, 5, 5))


def fill_breach(form: BreachForm) -> None:
    form.what.set_value("Nestao list")
    form.noticed_at.set_value(datetime(2026, 11, 20, 10, 30))
    form.persons.set_value(7)


def fill_item(form: ItemForm) -> None:
    form.names.set_value({"bs": "Čarape", "en": "Socks"})
    form.tracks_expiry.setChecked(True)
    form.packs.set(0, "quantity", 10 * THOUSAND)


def fill_indicator(form: IndicatorForm) -> None:
    form.names.set_value({"bs": "Obroci"})
    form.definitions.set_value({"bs": "Svi obroci"})
    form.terms.field(0, "term").settle()


FILLED: dict[str, Callable[[Any], None]] = {
    "ReceiveForm": fill_receipt, "IssueForm": fill_issue, "TransferForm": fill_transfer,
    "WriteOffForm": fill_write_off, "CountForm": fill_count, "PersonForm": fill_person,
    "HeadcountForm": fill_headcount, "VolunteerForm": fill_volunteer,
    "ActivityForm": fill_activity, "TrainingsForm": fill_trainings, "BreachForm": fill_breach,
    "ItemForm": fill_item, "IndicatorForm": fill_indicator,
}  # fmt: skip


def new(name: str, db: Database) -> KeptForm:
    about = 1 if name == "TrainingsForm" else None
    form = entrance.kind(name).opened(db, None, about)
    assert form is not None
    return form


def told(form: KeptForm) -> tuple[dict[str, Any], Any]:
    return typed.of(form), form.besides()


@pytest.mark.parametrize("name", FILLED)
def test_a_form_opens_with_all_that_was_typed_in_whatever_language(books, name):
    form = shown(new(name, books))
    FILLED[name](form)
    before = told(form)
    form.keeping.keep()
    language.switch("sr_Cyrl")
    other = again(books)
    language.switch("en")
    assert told(again(books)) == before
    assert other.is_changed() and other.keeping.is_safe is (told(other) == before)
    assert other.token == form.token


def every_kept_form() -> set[str]:
    found, kinds = set(), [KeptForm]
    while kinds:
        subclasses = kinds.pop().__subclasses__()
        kinds += subclasses
        found |= {each.__name__ for each in subclasses if not each.__subclasses__()}
    return found


def test_every_form_that_is_kept_can_be_gone_on_with_and_is_tried_here():
    for name in FORMS:
        entrance.kind(name)
    assert every_kept_form() == set(FORMS) == set(FILLED)


@pytest.mark.parametrize("name", FILLED)
def test_every_field_of_a_form_that_is_kept_has_a_name_of_its_own(books, qtbot, name):
    names = [field.objectName() for field in typed.fields(shown(new(name, books)))]
    assert all(names) and len(names) == len(set(names))


@pytest.mark.parametrize("name", FILLED)
def test_what_an_earlier_program_kept_otherwise_does_no_harm(books, qtbot, name):
    form = shown(new(name, books))
    FILLED[name](form)
    for wrong in (None, [], {"x": 1}, [[1]], "x", 7, True, [["x", "y", "z"]], [{"item": {}}]):
        fields = dict.fromkeys(typed.of(form), wrong) | {"gone": "x"}
        text = json.dumps({"token": str(form.token), "fields": fields, "besides": wrong})
        one = Left("t", datetime(2026, 11, 1), name, form.about, text)
        other = new(name, books)
        assert other.begin_with(one)
        shown(other).close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"token": "x", "fields": {}}', '{"fields": 1}'])
def test_a_text_that_is_none_fits_no_form(books, text):
    left = Left("t", datetime(2026, 11, 1), "PersonForm", None, text)
    assert not PersonForm(books).begin_with(left)


def test_it_is_kept_behind_the_window_and_only_when_something_is_new(books, qtbot):
    form = shown(VolunteerForm(books))
    form.keeping.look()
    assert left(books) == []
    form.first_name.set_value("Ana")
    form.keeping.look()
    qtbot.waitUntil(lambda: form.keeping.is_safe)
    (one,) = left(books)
    form.keeping.look()
    assert form.keeping.latest.is_settled
    form.first_name.clear()
    form.keeping.look()
    qtbot.waitUntil(lambda: left(books) == [])
    assert one.form == "VolunteerForm"


def test_with_saving_it_is_gone_in_the_same_transaction(books, qtbot):
    form = shown(ReceiveForm(books))
    fill_receipt(form)
    form.keeping.keep()
    assert len(left(books)) == 1
    form.lines.set(2, "expiry", None)
    form.accept()
    assert form.problem.text() and len(left(books)) == 1
    form.lines.set(2, "expiry", date(2031, 2, 3))
    form.accept()
    assert not form.isVisible() and left(books) == []


def test_what_was_on_its_way_when_it_was_saved_does_not_come_back(books, qtbot):
    form = shown(ReceiveForm(books))
    fill_receipt(form)
    text, turn = form.keeping._now(), form.keeping.turn
    form.keeping.is_there = True
    form.accept()
    form.keeping._write(text, turn)
    assert left(books) == []


def test_put_away_it_is_gone_too(books, qtbot):
    form = shown(ReceiveForm(books))
    fill_receipt(form)
    form.keeping.keep()
    with qtbot.waitSignal(form.finished):
        form.reject()
        form._question.button(QMessageBox.StandardButton.Cancel)
        next(b for b in form._question.buttons() if b.objectName() == "confirm").click()
    qtbot.waitUntil(lambda: left(books) == [])


def test_a_form_that_goes_on_is_kept_anew_after_each_entry(books, qtbot):
    form = shown(HeadcountForm(books))
    fill_headcount(form)
    form.keeping.keep()
    form.accept()
    assert left(books) == []
    fill_headcount(form)
    form.keeping.keep()
    assert len(left(books)) == 1


def test_passwords_are_never_kept(books, qtbot):
    form = shown(WriteOffForm(books))
    fill_write_off(form)
    form.second.person.setCurrentIndex(1)
    form.second.password.line.setText("osam-plavih")
    form.second.password.show_typed(True)
    form.keeping.keep()
    assert "osam-plavih" not in left(books)[0].text


def test_what_somebody_else_works_on_is_not_kept_as_theirs(books, qtbot):
    form = shown(VolunteerForm(books))
    form.first_name.set_value("Ana")
    users.sign_in(books, "edin")
    form.keeping.look()
    form.keeping.keep()
    qtbot.wait(50)
    assert left(books) == []


def test_a_person_that_is_picked_is_never_replaced_by_a_namesake(books, qtbot):
    form = shown(ActivityForm(books))
    fill_activity(form)
    form.keeping.keep()
    with as_program(books).write() as session:
        gone = session.query(Volunteer).filter_by(last_name="Anić").one()
        volunteers.leave(session, gone, clock.today())
        volunteers.enter(session, volunteers.Details("Ana", "Anić", date(2000, 1, 1)))
    users.sign_in(books, "amra")
    other = again(books)
    lines = other.people.lines()
    assert [bool(line["person"]) for line in lines] == [False, True]
    assert "no longer there to choose" in other.saved.text()


def test_a_count_stays_beside_its_lot_when_others_have_come_between(books, qtbot):
    form = shown(CountForm(books))
    form.found.fields[-1].set_value(98 * THOUSAND)
    counted = form.found.value
    form.keeping.keep()
    with books.write() as session:
        tea, store = items.find(session, "bandage"), session.get(places.Place, form.place.value)
        goods = [Goods(tea, THOUSAND, batch="A", expiry=date(2029, 1, 1))]
        stock.receive(session, store, goods, on=date(2026, 10, 2), supplier="Donor A")
    assert again(books).found.value == counted


def test_what_was_to_be_changed_and_is_gone_is_noticed(books, qtbot):
    with books.write() as session:
        person = session.query(Volunteer).first()
        made = activities.record(session, Work.OFFICE, [Stint(person, 60)], on=date(2026, 11, 2))
    form = shown(ActivityForm(books, None, made.id))
    form.description.set_value("Ispravka")
    form.keeping.keep()
    (one,) = left(books)
    assert ActivityForm.opened(books, None, one.about) is not None
    with books.write() as session:
        activities.remove(session, session.get(activities.Activity, made.id))
    assert ActivityForm.opened(books, None, one.about) is None


def test_a_day_typed_without_its_year_stays_of_that_year(books):
    with clock.at(datetime(2026, 12, 30, 12)):
        form = shown(VolunteerForm(books))
        form.joined_on.setText("29.12.")
        form.keeping.keep()
    with clock.at(datetime(2027, 1, 2, 12)):
        assert again(books).joined_on.value == date(2026, 12, 29)


def test_numbers_days_and_choices_mean_the_same_in_another_language(books):
    form = shown(ReceiveForm(books))
    fill_receipt(form)
    form.lines.set(0, "quantity", 1_234 * THOUSAND)
    form.keeping.keep()
    language.switch("sr_Cyrl")
    other = again(books)
    assert other.lines.lines() == form.lines.lines()
    assert other.lines.field(0, "item").text() == "Ћебе"
    assert other.day.value == form.day.value
    language.switch("en")


def test_what_is_saved_after_going_on_is_not_said_as_a_warning(books):
    form = shown(VolunteerForm(books))
    form.first_name.set_value("Ana")
    form.keep()
    later = again(books)
    assert later.saved.tone == "warn"
    later._saved()
    assert later.saved.tone == "good"


WHERE = {
    "ReceiveForm": "quantity_1", "IssueForm": "recipient", "CountForm": "found_2",
    "PersonForm": "remark", "HeadcountForm": "helper", "VolunteerForm": "note",
    "ActivityForm": "minutes_1", "TrainingsForm": "provider_0", "BreachForm": "persons",
    "ItemForm": "quantity_0",
}  # fmt: skip


@pytest.mark.parametrize("name", WHERE)
def test_going_on_begins_in_the_field_that_was_left(books, qtbot, name):
    form = in_front(new(name, books), qtbot)
    FILLED[name](form)
    form.findChild(QWidget, WHERE[name]).setFocus()
    form.keep()
    other = in_front(begun_again(books), qtbot)
    assert other.focusWidget().objectName() == WHERE[name]


def test_the_next_letter_is_added_to_what_stood_there(books, qtbot):
    form = in_front(VolunteerForm(books), qtbot)
    qtbot.keyClicks(form.first_name, "Ame")
    form.keep()
    other = in_front(begun_again(books), qtbot)
    qtbot.waitUntil(lambda: not other.first_name.hasSelectedText())
    qtbot.keyClicks(other.focusWidget(), "la")
    assert other.first_name.value == "Amela"


def test_where_the_keyboard_is_gone_is_kept_too_though_nothing_was_typed_since(books, qtbot):
    form = in_front(VolunteerForm(books), qtbot)
    form.first_name.set_value("Ana")
    form.keep()
    form.note.setFocus()
    assert form.keeping.is_safe
    form.keep()
    assert in_front(begun_again(books), qtbot).focusWidget().objectName() == "note"


def test_from_a_button_or_an_earlier_program_going_on_begins_in_the_first_empty_field(books, qtbot):
    form = in_front(VolunteerForm(books), qtbot)
    fill_volunteer(form)
    form.last_name.set_value("Čaušević")
    form.save_button.setFocus()
    form.keep()
    other = in_front(begun_again(books), qtbot)
    assert other.focusWidget() is other.phone
