"""The window where two people are needed: the second one's password, the list of what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot
from things import as_program
from windows import in_front

from models import clock, periods
from models.database import Database
from models.goods import items, places, proposals, shelf, stock
from models.goods.documents import Document, Kind
from models.goods.stock import Goods
from models.office import branch, reopening, territory, today, users
from models.office.branch import Details
from models.office.today import Duty
from models.periods import Period, Reopening
from models.roles import Role
from models.safe import founding, keys
from models.safe.founding import PRACTICE_COST, Plan
from models.units import THOUSAND, Unit
from reports import documents, monthly
from translations import language
from ui import messages
from ui.office.today import TodayPage
from ui.papers.reopening import ReopenAnswer, ReopenForm
from ui.papers.reports import ReportsPage
from ui.warehouse.count import CountForm
from ui.warehouse.goods import WriteOffForm
from ui.warehouse.stock import StockPage
from ui.warehouse.waiting import WaitingList, WriteOffAnswer, goods_of

NOON = datetime(2026, 11, 23, 12)
OCTOBER = Period.month(2026, 10)
PASSWORD = "sedam zutih kisobrana"
EDINS = "osam plavih tramvaja"


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Amra founded the branch, Edin keeps its warehouse; twenty blankets came in October."""
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    unit = territory.find("BA-BIH/01/Bihać")
    plan = Plan(
        [unit], branch.suggest(unit), Details(town="Bihać"), "bs", "Main store", "Amra", "amra",
        PASSWORD,
    )  # fmt: skip
    key = founding.found(tmp_path, plan)
    db = as_program(Database.open(tmp_path, key))
    with clock.at(NOON):
        with db.write() as session:
            users.add(session, "edin", "Edin", [Role.WAREHOUSE, Role.AUDITOR])
            blankets = [Goods(items.find(session, "blanket"), 20 * THOUSAND)]
            store = places.find(session, "Main store")
            stock.receive(session, store, blankets, on=date(2026, 10, 5), supplier="Donor A")
        keys.add_user(tmp_path, key, "edin", EDINS)
        users.sign_in(db, "amra")
        yield db
    db.close()


def opened(widget: Any, qtbot: QtBot) -> Any:
    return in_front(widget, qtbot, (1100, 620))


def filled(db: Database, qtbot: QtBot) -> WriteOffForm:
    """The form with three torn blankets in it."""
    form = opened(WriteOffForm(db), qtbot)
    with db.read() as session:
        blanket = items.find(session, "blanket")
        form.lines.set(0, "item", (blanket.id, blanket.name()))
    form.lines.set(0, "quantity", 3 * THOUSAND)
    qtbot.keyClicks(form.reason, "Torn")
    return form


def on_hand(db: Database) -> int:
    with db.read() as session:
        return int(next(row.on_hand for row in shelf.overview(session) if row.name == "Blanket"))


def waiting(db: Database) -> list[proposals.Waiting]:
    with db.read() as session:
        return proposals.waiting(session)


def proposed(db: Database, pieces: int = 3) -> None:
    with db.write() as session:
        goods = [Goods(items.find(session, "blanket"), pieces * THOUSAND)]
        store = places.find(session, "Main store")
        stock.propose_write_off(session, store, goods, on=date(2026, 11, 20), reason="Torn")


def choose_edin(form: Any, password: str, qtbot: QtBot) -> None:
    form.second.person.setFocus()
    qtbot.keyClick(form.second.person, Qt.Key.Key_Down)
    qtbot.keyClicks(form.second.password.line, password)


def press_save(form: Any, qtbot: QtBot) -> None:
    """Press Save, and wait until the password was looked at."""
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(form.save_button.isEnabled, timeout=10_000)


def fill_in(work: Callable[[Any], object]) -> None:
    """Do `work` with the dialog that the next click opens."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        work(dialog)

    QTimer.singleShot(100, act)


def click(qtbot: QtBot, page: QWidget, name: str) -> None:
    qtbot.mouseClick(page.findChild(QWidget, name), Qt.MouseButton.LeftButton)


def test_the_second_person_confirms_with_their_own_password(books, qtbot):
    form = filled(books, qtbot)
    choose_edin(form, EDINS, qtbot)
    press_save(form, qtbot)
    assert form.result() == QDialog.DialogCode.Accepted
    assert form.said() == "Posted: Write-off record 1/2026. Ctrl+P prints it."
    with books.read() as session:
        (row,) = shelf.documents(session, kinds=[Kind.WRITE_OFF])
        document = session.get_one(Document, row.id)
        people = [session.get_one(users.User, who).name
                  for who in (document.posted_by, document.confirmed_by)]  # fmt: skip
        paper = documents.collect(session, row.id)
    assert people == ["Amra", "Edin"]
    assert (paper.posted_by, paper.confirmed_by) == ("Amra", "Edin")
    assert on_hand(books) == 17


def test_a_wrong_password_posts_nothing_and_everything_typed_stays(books, qtbot):
    form = filled(books, qtbot)
    choose_edin(form, PASSWORD, qtbot)
    press_save(form, qtbot)
    assert form.problem.text() == "That is not the password of Edin. Let Edin type it again."
    assert form.isVisible() and form.reason.value == "Torn"
    assert on_hand(books) == 20
    form.second.password.line.clear()
    qtbot.keyClicks(form.second.password.line, EDINS)
    press_save(form, qtbot)
    assert on_hand(books) == 17


def test_without_a_password_the_form_says_whose_is_missing(books, qtbot):
    form = filled(books, qtbot)
    choose_edin(form, "", qtbot)
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    assert form.problem.text() == "Edin types their own password, or leave it for later."


def test_left_for_later_it_waits_and_moves_nothing(books, qtbot):
    form = filled(books, qtbot)
    assert form.second.person.currentText() == "Leave it for another user to confirm"
    assert not form.second.password.isVisible()
    qtbot.keyClick(form.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.said() == "Waits for a second person: Write-off record"
    assert len(waiting(books)) == 1
    assert on_hand(books) == 20


def test_a_single_user_is_told_to_add_another(books, qtbot):
    with books.write() as session:
        users.revoke(session, users.find(session, "edin"))
    form = filled(books, qtbot)
    assert form.second.note.text().startswith("No other user may confirm this. Add a second user")
    qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    assert len(waiting(books)) == 1


def test_a_rule_broken_at_posting_is_told_in_the_form(books, qtbot):
    form = filled(books, qtbot)
    form.lines.set(0, "quantity", 30 * THOUSAND)
    choose_edin(form, EDINS, qtbot)
    press_save(form, qtbot)
    assert form.problem.text().endswith(": only 20\u00a0pcs of Blanket left.")


def test_another_user_confirms_from_the_list(books, qtbot):
    proposed(books)
    users.sign_in(books, "edin")
    page = opened(StockPage(books), qtbot)

    def confirm(dialog: WriteOffAnswer) -> None:
        assert dialog.is_confirmed and not dialog.reason.isVisible()
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)

    def work(found: WaitingList) -> None:
        assert found.table.model_.index(0, 4).data() == "waits for you"
        fill_in(confirm)
        click(qtbot, found, "answer")
        assert found.nothing.isVisible()
        found.reject()

    fill_in(work)
    click(qtbot, page, "waiting")
    assert on_hand(books) == 17


def test_declining_asks_why_and_the_proposer_puts_it_right(books, qtbot):
    proposed(books)
    users.sign_in(books, "edin")
    found = opened(WaitingList(books), qtbot)

    def decline(dialog: WriteOffAnswer) -> None:
        dialog.answer.setFocus()
        qtbot.keyClick(dialog.answer, Qt.Key.Key_Down)
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
        assert dialog.problem.text() == "Fill in: Reason."
        qtbot.keyClicks(dialog.reason, "Only two are torn")
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)

    fill_in(decline)
    click(qtbot, found, "answer")
    users.sign_in(books, "amra")
    found = opened(WaitingList(books), qtbot)
    assert found.why.text() == "Declined: Only two are torn"
    assert not found.answer_button.isEnabled()

    def change(form: WriteOffForm) -> None:
        assert form.lines.lines()[0]["quantity"] == 3 * THOUSAND
        assert form.reason.value == "Torn"
        form.lines.set(0, "quantity", 2 * THOUSAND)
        qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)

    fill_in(change)
    click(qtbot, found, "change")
    (row,) = waiting(books)
    assert (row.answer, row.lines[0].quantity) == ("", 2 * THOUSAND)


def test_what_waits_can_be_confirmed_on_the_spot_after_all(books, qtbot):
    proposed(books)
    (row,) = waiting(books)
    form = opened(WriteOffForm(books, None, row), qtbot)
    choose_edin(form, EDINS, qtbot)
    press_save(form, qtbot)
    assert (waiting(books), on_hand(books)) == ([], 17)


def test_what_waits_is_counted_as_it_is_said(books):
    proposed(books)
    (row,) = waiting(books)
    boxes = replace(row, lines=(replace(row.lines[0], unit=Unit.BOX),))
    assert (goods_of(row), goods_of(boxes)) == ("Blanket 3\u00a0pcs", "Blanket 3\u00a0boxes")


def test_what_waits_is_thrown_away_after_asking(books, qtbot):
    proposed(books)
    found = opened(WaitingList(books), qtbot)
    click(qtbot, found, "withdraw")
    box = found.findChild(QDialog, "message")
    click(qtbot, box, "confirm")
    assert waiting(books) == []


def test_today_shows_what_waits_for_me_and_not_what_waits_for_others(books, qtbot):
    proposed(books)
    with books.read() as session:
        assert Duty.WRITE_OFFS not in {due.duty for due in today.due(session)}
    users.sign_in(books, "edin")
    page = opened(TodayPage(books), qtbot)
    page.reload()
    qtbot.waitUntil(lambda: page.latest.is_settled)
    shown = [page.dues.table.model_.index(row, 0).data()
             for row in range(page.dues.table.model_.rowCount())]  # fmt: skip
    assert "Write-offs that wait for you: 1" in shown
    place = shown.index("Write-offs that wait for you: 1")
    page.dues.table.select(place)
    with qtbot.waitSignal(page.leads_to) as led:
        qtbot.keyClick(page.dues.table, Qt.Key.Key_Return)
    assert led.args == ["Stock"]


def test_the_printed_write_off_names_both(books, qtbot):
    proposed(books)
    users.sign_in(books, "edin")
    with books.write() as session:
        (row,) = proposals.waiting(session)
        proposals.confirm(session, session.get_one(Document, row.id))
    with books.read() as session:
        paper = documents.collect(session, row.id)
    assert (paper.posted_by, paper.confirmed_by) == ("Amra", "Edin")
    for code in ("en", "sr_Cyrl"):
        assert documents.render(paper, language(code)).startswith(b"%PDF")


# Reopening a month


@pytest.fixture
def closed(books: Database) -> Database:
    with books.write() as session:
        monthly.close(session, OCTOBER)
    return books


def report(db: Database, qtbot: QtBot) -> ReportsPage:
    page = opened(ReportsPage(db), qtbot)
    return settled(page, qtbot)


def settled(page: ReportsPage, qtbot: QtBot) -> ReportsPage:
    qtbot.waitUntil(lambda: page.latest.is_settled, timeout=20_000)
    return page


def test_a_month_is_reopened_and_closed_again_as_a_correction(closed, qtbot):
    page = report(closed, qtbot)
    assert not page.asked.version.isVisible()

    def work(form: ReopenForm) -> None:
        qtbot.keyClicks(form.reason, "A receipt was forgotten")
        choose_edin(form, EDINS, qtbot)
        press_save(form, qtbot)

    fill_in(work)
    qtbot.mouseClick(page.before.reopen_button, Qt.MouseButton.LeftButton)
    settled(page, qtbot)
    assert page.before.close_button.isVisible() and not page.before.reopen_button.isVisible()
    with closed.write() as session:
        blankets = [Goods(items.find(session, "blanket"), 5 * THOUSAND)]
        store = places.find(session, "Main store")
        stock.receive(session, store, blankets, on=date(2026, 10, 6), supplier="Donor A")
        monthly.close(session, OCTOBER)
    page.reload()
    settled(page, qtbot)
    assert page.before.state.text() == (
        "October\u00a02026 is closed. What is shown is the correction 1 of report 1/2026, as it was"
        " frozen."
    )
    assert page.asked.version.isVisible()
    page.asked.version.setFocus()
    qtbot.keyClick(page.asked.version, Qt.Key.Key_Down)
    settled(page, qtbot)
    assert page.asked.version.currentText() == "report 1/2026"
    assert page.before.state.text() == (
        "October\u00a02026 was opened again after this report, by Amra and Edin: "
        "A receipt was forgotten"
    )
    assert page.prepared.data.correction == 0
    assert [line.received for line in page.prepared.data.stock if line.item == "blanket"] == [20]
    assert not page.before.close_button.isVisible()


def test_closed_again_it_is_called_a_correction_in_the_status_line_too(closed, qtbot, monkeypatch):
    monkeypatch.setattr(messages, "confirm", lambda *_asked: True)
    with closed.read() as session:
        edin = users.find(session, "edin").id
    with closed.write(witness=edin) as session:
        reopening.reopen(session, OCTOBER, "A receipt was forgotten")
    page = report(closed, qtbot)
    with qtbot.waitSignal(page.said, timeout=20_000) as said:
        qtbot.mouseClick(page.before.close_button, Qt.MouseButton.LeftButton)
    assert said.args == [
        "October\u00a02026 is closed. Its report is correction 1 of report 1/2026."
    ]
    settled(page, qtbot)


def test_a_wish_to_reopen_waits_and_another_user_answers(closed, qtbot):
    page = report(closed, qtbot)

    def ask(form: ReopenForm) -> None:
        qtbot.keyClicks(form.reason, "A receipt was forgotten")
        qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)

    fill_in(ask)
    qtbot.mouseClick(page.before.reopen_button, Qt.MouseButton.LeftButton)
    settled(page, qtbot)
    said = "October\u00a02026 is closed. Amra asks to reopen it: A receipt was forgotten"
    assert page.before.state.text() == said
    users.sign_in(closed, "edin")
    with closed.read() as session:
        assert Duty.REOPENING in {due.duty for due in today.due(session)}
    page = report(closed, qtbot)

    def confirm(form: ReopenAnswer) -> None:
        qtbot.mouseClick(form.save_button, Qt.MouseButton.LeftButton)

    fill_in(confirm)
    qtbot.mouseClick(page.before.reopen_button, Qt.MouseButton.LeftButton)
    settled(page, qtbot)
    with closed.read() as session:
        assert not periods.is_closed(session, OCTOBER.first)


def test_who_asked_can_take_the_wish_back(closed, qtbot):
    with closed.write() as session:
        reopening.ask(session, OCTOBER, "A receipt was forgotten")
    page = report(closed, qtbot)
    qtbot.mouseClick(page.before.reopen_button, Qt.MouseButton.LeftButton)
    click(qtbot, page.findChild(QDialog, "message"), "confirm")
    settled(page, qtbot)
    with closed.read() as session:
        assert session.query(Reopening).count() == 0


def test_a_count_is_typed_in_blind_and_the_second_person_confirms_it(books, qtbot):
    form = opened(CountForm(books), qtbot)
    assert "20" not in " ".join(label.text() for label in form.found.findChildren(QLabel))
    qtbot.keyClicks(form.found.fields[0], "18")
    choose_edin(form, EDINS, qtbot)
    press_save(form, qtbot)
    assert not form.isVisible() and on_hand(books) == 18
    assert form.said() == "Posted: Stock count 1/2026. Ctrl+P prints it."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Nothing was counted yet."),
        ("many", "“many” is not a number that fits here. Write one such as 12."),
        ("18", "Fill in: Who confirms."),
    ],
)
def test_a_count_says_what_is_still_missing(books, qtbot, typed, said):
    form = opened(CountForm(books), qtbot)
    qtbot.keyClicks(form.found.fields[0], typed)
    form.accept()
    assert form.problem.text() == said and form.isVisible()


def test_a_count_that_agrees_says_so_and_posts_nothing(books, qtbot):
    form = opened(CountForm(books), qtbot)
    qtbot.keyClicks(form.found.fields[0], "20")
    choose_edin(form, EDINS, qtbot)
    press_save(form, qtbot)
    assert not form.isVisible() and on_hand(books) == 20
    assert form.said().startswith("All that was counted agrees with the books.")


def test_at_an_empty_place_there_is_nothing_to_count(books, qtbot):
    with books.write() as session:
        places.add(session, "Bus station")
    form = opened(CountForm(books), qtbot)
    form.place.setCurrentText("Bus station")
    assert form.found.fields == []
    form.accept()
    assert form.problem.text() == "Nothing was counted yet."


def test_enter_goes_on_to_the_next_lot_of_a_count(books, qtbot):
    with books.write() as session:
        goods = [Goods(items.find(session, "blanket"), THOUSAND, batch="B2")]
        stock.receive(session, places.find(session, "Main store"), goods, on=date(2026, 10, 5))
    form = opened(CountForm(books), qtbot)
    form.found.setFocus()
    qtbot.keyClicks(form.focusWidget(), "18")
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return)
    assert form.focusWidget() is form.found.fields[1]
    assert form.problem.text() == "" and form.isVisible()


def test_a_number_of_a_count_that_cannot_be_read_gets_the_keyboard(books, qtbot):
    with books.write() as session:
        goods = [Goods(items.find(session, "blanket"), THOUSAND, batch="B2")]
        stock.receive(session, places.find(session, "Main store"), goods, on=date(2026, 10, 5))
    form = opened(CountForm(books), qtbot)
    qtbot.keyClicks(form.found.fields[1], "abc")
    form.accept()
    assert form.focusWidget() is form.found.fields[1]
