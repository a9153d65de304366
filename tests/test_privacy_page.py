"""Personal data in the window: the clocks, the erasure of one and of what is due, the papers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pypdf
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session
from test_erasing import NOON, lay_out, the_girl, the_old_card
from things import as_program
from windows import in_front

from models import clock, record
from models.database import Database
from models.desk import aid
from models.desk.aid import Given, Referral, Service
from models.desk.cards import Card
from models.goods import items, stock
from models.goods.items import Category
from models.goods.places import Place
from models.goods.stock import Goods
from models.office import unfinished, users
from models.periods import Period
from models.privacy import access, erasing, looks, retention
from models.privacy.access import Cause, Recipient
from models.privacy.retention import Kind
from models.roles import Role
from models.safe import backups, keeping, keys
from models.safe.backups import Backup, Reason
from models.safe.founding import PRACTICE_COST
from models.team.volunteers import State, Volunteer
from models.units import Unit
from reports import erasure, held, register
from translations import LANGUAGES, language
from ui import messages
from ui.desk.aid import AidPage
from ui.desk.visits import VisitsDialog
from ui.office.settings import SettingsPage
from ui.papers.paper import PaperDialog
from ui.privacy import person
from ui.privacy.page import PeriodsForm, PrivacyPage
from ui.privacy.page import kept as kept_for
from ui.privacy.person import EraseForm, HeldForm
from ui.table import TablePage
from ui.team.volunteers import VolunteersPage


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Database]:
    key = keys.create(tmp_path, "amra", "sedam zutih kisobrana", cost=PRACTICE_COST)
    db = as_program(Database.create(tmp_path, key))
    with clock.at(NOON):
        with db.write() as session:
            lay_out(session)
            users.add(session, "amra", "Amra", [Role.SECRETARY])
        users.sign_in(db, "amra")
        yield db
    db.close()


@pytest.fixture
def page(books: Database, qtbot: QtBot) -> PrivacyPage:
    shown = in_front(PrivacyPage(books), qtbot)
    qtbot.waitUntil(lambda: all(row.due is not None for row in shown.rows))
    return shown


def dismiss() -> list[str]:
    """Close the next paper that opens, and keep its name."""
    found: list[str] = []

    def close() -> None:
        for each in QApplication.topLevelWidgets():
            if isinstance(each, PaperDialog) and each.isVisible() and each.pdf:
                found.append(each.name)
                each.reject()
        if not found:
            QTimer.singleShot(50, close)

    QTimer.singleShot(50, close)
    return found


def answer(button: str) -> None:
    """Click a button of the question that opens."""

    def click() -> None:
        boxes = (w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox))
        box = next(each for each in boxes if each.isVisible())
        next(each for each in box.buttons() if each.objectName() == button).click()

    QTimer.singleShot(200, click)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_page_shows_each_kind_its_period_and_what_is_due(page: PrivacyPage) -> None:
    assert [(row.kind, row.days, row.due) for row in page.rows] == [
        (Kind.CARDS, 90, 1), (Kind.REMARKS, 30, 3), (Kind.VOLUNTEERS, 1826, 0),
        (Kind.LEDGER, 3652, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "1 day"), (90, "90 days"), (364, "364 days"), (365, "1 year"), (366, "1 year"),
        (367, "367 days"), (1095, "3 years"), (1096, "3 years"), (1460, "1,460 days"),
        (1461, "4 years"), (1826, "5 years"), (3652, "10 years"), (3653, "10 years"),
        (3650, "3,650 days"), (36_500, "36,500 days"),
    ],
)  # fmt: skip
def test_whole_years_are_said_as_years(days: int, said: str) -> None:
    assert kept_for(retention.Clock(Kind.LEDGER, days, 0, None)) == said
    (row,) = (row for row in register.ACTIVITIES if row.kept is Kind.VOLUNTEERS)
    assert register.kept(row, {row.kept: days}, language("en")) == f"{said} after leaving"


def test_what_is_due_is_erased_after_one_yes_and_a_receipt_is_shown(
    page: PrivacyPage, qtbot: QtBot
) -> None:
    papers = dismiss()
    answer("confirm")
    page.erase()
    qtbot.waitUntil(lambda: papers == ["Receipt of erasure no. 1/2026"], timeout=20_000)
    qtbot.waitUntil(lambda: sum(row.due for row in page.rows) == 0)


def test_without_a_yes_nothing_goes(page: PrivacyPage, qtbot: QtBot) -> None:
    answer("cancel")
    page.erase()
    qtbot.wait(400)
    page.reload()
    qtbot.waitUntil(lambda: page.latest.is_settled)
    assert sum(row.due for row in page.rows) == 4


def test_the_page_is_there_before_anything_is_counted(
    books: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting, go_on = Event(), Event()
    clocks = retention.clocks

    def slow(session: Session) -> list[retention.Clock]:
        counting.set()
        go_on.wait(20)
        return clocks(session)

    monkeypatch.setattr(retention, "clocks", slow)
    page = in_front(PrivacyPage(books), qtbot)
    qtbot.waitUntil(counting.is_set)
    assert [row.due for row in page.rows] == [None] * 4
    go_on.set()
    qtbot.waitUntil(lambda: [row.due for row in page.rows] == [1, 3, 0, 0])


def test_a_period_is_changed(page: PrivacyPage, books: Database, qtbot: QtBot) -> None:
    form = PeriodsForm(books, None)
    qtbot.addWidget(form)
    form.days[Kind.CARDS].setValue(200)
    form.accept()
    page.reload()
    qtbot.waitUntil(lambda: page.rows[0].due == 0)


def test_the_settings_have_the_section_for_those_who_may(books: Database, qtbot: QtBot) -> None:
    def has_section() -> bool:
        settings = SettingsPage(books)
        qtbot.addWidget(settings)
        return PrivacyPage in settings.kinds

    assert has_section()
    books.roles = frozenset({Role.DESK})
    assert not has_section()


def test_a_volunteer_is_erased_from_the_list(books: Database, qtbot: QtBot) -> None:
    people = in_front(VolunteersPage(books), qtbot)
    people.state.set_value(State.LEFT)
    people.reload()
    papers = dismiss()
    accept_the(EraseForm)
    people.erase()
    qtbot.waitUntil(lambda: bool(papers), timeout=20_000)
    assert list(people.rows) == []


def test_a_card_is_erased_among_its_visits_and_the_receipt_is_shown(
    books: Database, qtbot: QtBot
) -> None:
    desk = in_front(AidPage(books), qtbot)
    desk.days.show_period(Period.month(2026, 7))
    with books.read() as session:
        card_id = the_old_card(session).id
    papers = dismiss()
    accept_the(EraseForm)
    QTimer.singleShot(100, lambda: shown_visits().erase())
    desk.show_card(card_id)
    assert [row.code for row in desk.rows] == ["—", "—"]
    qtbot.waitUntil(lambda: bool(papers), timeout=20_000)


def shown_visits() -> VisitsDialog:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, VisitsDialog))


def test_who_still_works_is_refused_before_anything_is_asked(
    books: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(messages, "tell", lambda _parent, text: said.append(text))
    with books.write() as session:
        girl = the_girl(session)
        girl.state, girl.left_on = State.ACTIVE, None
    people = in_front(VolunteersPage(books), qtbot)
    people.select(girl.id)
    erase_button(people).click()
    assert said == [erasing.StillActive(person=girl.name).text()]


def erase_button(page: TablePage) -> Any:
    return next(verb.button for verb in page.verbs if verb.button.objectName() == "erase")


def test_the_backup_before_a_refused_erasure_is_told_at_once(
    books: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    form = erase_form(books, qtbot)
    form.backed_up.connect(lambda: told.append(form.problem.text()))
    with books.write() as session:
        erasing.erase_card(session, the_old_card(session))
    form.accept()
    qtbot.waitUntil(lambda: form.problem.text() != "", timeout=20_000)
    assert told == [""]


def accept_the(kind: type[Any]) -> None:
    def click() -> None:
        form = next(w for w in QApplication.topLevelWidgets() if isinstance(w, kind))
        form.save_button.click()

    QTimer.singleShot(300, click)


def test_a_backup_comes_before_an_erasure(books: Database, qtbot: QtBot) -> None:
    form = erase_form(books, qtbot)
    form.accept()
    qtbot.waitUntil(lambda: form.result_value is not None, timeout=20_000)
    assert [backup.reason for backup in kept(books)] == [Reason.ERASURE]
    with books.read() as session:
        assert session.get_one(Card, form.person_id).erased_on


def test_a_backup_comes_before_what_is_due_goes(page: PrivacyPage, qtbot: QtBot) -> None:
    papers = dismiss()
    answer("confirm")
    page.erase()
    qtbot.waitUntil(lambda: bool(papers), timeout=20_000)
    assert [backup.reason for backup in kept(page.db)] == [Reason.ERASURE]


def test_without_a_backup_nothing_is_erased_and_it_is_said(
    books: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "SPARE", 1 << 60)
    form = erase_form(books, qtbot)
    form.accept()
    qtbot.waitUntil(lambda: form.problem.text() != "", timeout=20_000)
    assert form.problem.text().startswith("Nothing was erased, because no backup could be made")
    assert "There is no room for a backup" in form.problem.text()
    assert form.save_button.isEnabled()
    with books.read() as session:
        assert session.get_one(Card, form.person_id).erased_on is None


def test_cancel_while_the_backup_is_made_erases_nothing(books: Database, qtbot: QtBot) -> None:
    form = erase_form(books, qtbot)
    under_way = person.save_before(books, form, form._erase, form.show_problem)
    under_way.cancel()
    with qtbot.waitSignal(under_way.finished, timeout=20_000):
        pass
    assert form.result_value is None


def test_who_closes_the_form_meanwhile_erases_nothing(books: Database, qtbot: QtBot) -> None:
    form = erase_form(books, qtbot)
    form.accept()
    form.reject()
    qtbot.waitUntil(lambda: len(kept(books)) == 1 and form.save_button.isEnabled(), timeout=20_000)
    with books.read() as session:
        assert session.get_one(Card, form.person_id).erased_on is None


def test_it_says_by_when_the_backups_hold_no_copy(books: Database, qtbot: QtBot) -> None:
    form = erase_form(books, qtbot)
    said = " ".join(label.text() for label in form.findChildren(type(form.title)))
    assert "by 1. 2. 2027. it is gone from them too" in said.replace("\N{NO-BREAK SPACE}", " ")


def erase_form(db: Database, qtbot: QtBot) -> EraseForm:
    with db.read() as session:
        card_id = the_old_card(session).id
    form = EraseForm(db, Card, card_id, None)
    qtbot.addWidget(form)
    return form


def kept(db: Database) -> list[Backup]:
    assert db.folder is not None
    return backups.overview(db.folder / keeping.FOLDER)


def test_an_erasure_says_what_goes_and_what_stays(books: Database, qtbot: QtBot) -> None:
    form = erase_form(books, qtbot)
    said = " ".join(label.text() for label in form.findChildren(type(form.title)))
    assert "facts 4, vulnerabilities 1, remarks 3" in said
    assert "visits 3" in said


def test_an_erasure_says_that_forms_not_saved_go_with_it(books: Database, qtbot: QtBot) -> None:
    def said() -> str:
        form = erase_form(books, qtbot)
        return " ".join(label.text() for label in form.findChildren(type(form.title)))

    assert "did not save" not in said()
    with books.write() as session:
        for token in "ab":
            unfinished.keep(session, token, "VolunteerForm", None, "{}")
    assert "Goes too: 2 forms that somebody filled in and did not save." in said()


def test_what_is_due_takes_the_forms_not_saved_with_it_and_says_so(
    page: PrivacyPage, books: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(messages, "confirm", lambda _parent, text, _verb: asked.append(text))
    with books.write() as session:
        unfinished.keep(session, "a", "VolunteerForm", None, "{}")
    erase_due = page.findChild(QPushButton, "erase")
    qtbot.mouseClick(erase_due, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked))
    assert "Goes too: 1 form that somebody filled in and did not save." in asked[0]


def acts_of(db: Database, code: str) -> list[record.Act]:
    with db.read() as session:
        return session.query(record.Act).filter_by(code=code).all()


def test_a_look_at_a_card_is_noted_once_a_day(books: Database, qtbot: QtBot) -> None:
    with books.read() as session:
        card_id = the_old_card(session).id
    for _time in range(2):
        qtbot.addWidget(VisitsDialog(books, card_id))
    acts = acts_of(books, access.LOOKED)
    assert [(act.subject, act.subject_id, act.user_id) for act in acts] == [
        ("card", card_id, books.user)
    ]


def test_the_next_day_a_look_is_noted_again(books: Database) -> None:
    with books.read() as session:
        card_id = the_old_card(session).id
    looks.at(books, Card, card_id)
    with clock.at(NOON.replace(day=24)):
        looks.at(books, Card, card_id)
    assert len(acts_of(books, access.LOOKED)) == 2


def test_a_paper_about_a_person_says_to_whom_and_why_in_the_record(
    books: Database, qtbot: QtBot
) -> None:
    with books.read() as session:
        person_id = the_girl(session).id
    form = HeldForm(books, Volunteer, person_id, None)
    qtbot.addWidget(form)
    form.to.set_value(Recipient.AUTHORITY)
    form.why.set_value(Cause.ORDER)
    form.accept()
    assert [act.detail for act in acts_of(books, "access.give_out")] == ["authority:order"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_of_a_person_holds_all_that_is_known(books: Database, code: str) -> None:
    spoken = language(code)
    with books.write() as session:
        access.give_out(session, the_girl(session), Recipient.PERSON, Cause.REQUEST)
        text = text_of(held.render(held.collect(session, the_girl(session)), spoken))
    for known in ("Dženana Čaušević", "061/000-111", "Šefika Čaušević", "Preporuka", "Škola Žepče"):
        assert known in text
    assert spoken.gettext("the person themselves") in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_of_a_card_holds_every_visit(books: Database, code: str) -> None:
    spoken = language(code)
    with books.read() as session:
        text = text_of(held.render(held.collect(session, the_old_card(session)), spoken))
    assert text.count("Žuljevi") == 3
    assert "1990" in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_paper_of_a_person_says_why_it_is_kept_and_how_long(books: Database, code: str) -> None:
    spoken = language(code)
    days = {Kind.VOLUNTEERS: 401, Kind.CARDS: 93, Kind.REMARKS: 21}
    with books.write() as session:
        retention.change(session, days)
        girl = text_of(held.render(held.collect(session, the_girl(session)), spoken))
        card = text_of(held.render(held.collect(session, the_old_card(session)), spoken))
    for row in register.of(*days):
        said = [spoken.gettext(each) for each in (row.what, row.basis, row.given_to)]
        said.append(register.kept(row, days, spoken).replace("\u00a0", " "))
        own, other = (girl, card) if row.kept is Kind.VOLUNTEERS else (card, girl)
        assert all(words in own for words in said)
        assert not any(words in other for words in (said[0], said[3]))


def test_the_paper_of_a_card_tells_why_help_was_given_and_to_whom_one_was_sent(
    books: Database,
) -> None:
    given = [
        Given(Service.FIRST_AID, times=2, reason=aid.Reason.SCABIES),
        Given(Service.REFERRAL, referral=Referral.SOCIAL_WORK),
    ]
    with books.write() as session:
        place = session.query(Place).filter_by(name="Bihać").one()
        today = clock.today()
        aid.help_person(session, the_old_card(session), place, on=today, services=given)
        text = text_of(held.render(held.collect(session, the_old_card(session)), language("en")))
    assert "2 × First aid: Scabies, Referral: Centre for social work" in text


def test_the_paper_of_a_card_counts_goods_as_they_are_said(books: Database) -> None:
    with books.write() as session:
        store = session.query(Place).filter_by(name="Bihać").one()
        item = items.add(session, "shampoo", {"en": "Shampoo"}, Unit.BOTTLE, Category.HYGIENE)
        stock.receive(session, store, [Goods(item, 5000)], on=clock.today(), supplier="Donor A")
        aid.help_person(session, the_old_card(session), store, on=clock.today(),
                        goods=[Goods(item, 3000)])  # fmt: skip
        text = text_of(held.render(held.collect(session, the_old_card(session)), language("en")))
    assert "Shampoo 3 bottles" in text


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_receipt_has_a_number_and_no_name(books: Database, code: str) -> None:
    with books.write() as session:
        done = retention.run(session)
        pdf = erasure.render(erasure.collect(session, done.id), language(code))
    text = text_of(pdf)
    assert "1/2026" in text
    assert "Dženana" not in text
    assert text.count("1. 2. 2027.") == 2  # when the backups have forgotten it too


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_register_is_filled_in_for_the_branch(books: Database, code: str) -> None:
    with books.read() as session:
        text = text_of(register.render(register.collect(session), language(code)))
    assert "90" in text
    assert "12/25" in text


def test_the_register_says_where_the_books_are(session: Session) -> None:
    lay_out(session)
    text = text_of(register.render(register.collect(session), language("en")))
    is_file = session.get_bind().dialect.name == "sqlite"
    assert ("an encrypted file" in text) is is_file
    assert ("a database on a server" in text) is not is_file
