"""A branch moves to a server and back in the window; a lost connection loses nothing typed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SECRET
from postgresql import Server
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from things import as_program
from windows import in_front, keep_few_pages_and_light_keys, leave, ways_in

from models import record
from models.database import Database
from models.goods.places import Place
from models.office import access, branch, territory, users
from models.office.branch import Details
from models.roles import Role
from models.safe import attempts, backups, founding, keys, paperkeys, restoring
from models.safe.founding import Plan
from models.server import address, grants, keyring, logins, move
from models.server.engine import NotLetIn
from models.units import Unit
from ui import faults, messages, remembered, style
from ui.entrance.first_run import FirstRun
from ui.entrance.server_sign_in import ServerSignIn
from ui.entrance.unlock import Unlock
from ui.office import server_forms
from ui.office.keys import KeysPage, ServerRenewForm
from ui.office.places import PlaceForm
from ui.office.server import BACK, CHOSEN, MOVED, ServerPage
from ui.office.server_forms import (
    ConnectForm,
    KeylessForm,
    LetInForm,
    MoveBackForm,
    MoveThereForm,
    OwnPasswordForm,
)
from ui.pieces import icons
from ui.warehouse.goods import IssueForm
from ui.window import MainWindow

PASSWORD = "sedam zutih kisobrana"
NEW = "osam tihih vodenica"
report = messages.report  # as it is, which most tests do without


@pytest.fixture(autouse=True)
def _few_pages_and_light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_few_pages_and_light_keys(monkeypatch)
    monkeypatch.setattr(messages, "report", lambda _parent, _text: None)


@pytest.fixture
def login(shared_books) -> str:
    """A name that no other test has on the server."""
    return f"amra_{shared_books.database}"


@pytest.fixture
def folder(tmp_path: Path, login: str) -> Path:
    founding.found(tmp_path / "data", plan(login))
    return tmp_path / "data"


def plan(login: str) -> Plan:
    unit = territory.find("BA-BIH/01/Bihać")
    names = branch.suggest(unit)
    return Plan([unit], names, Details(), "bs", "Main store", "Amra Hodžić", login, PASSWORD)


@pytest.fixture
def way_to() -> Iterator[object]:
    with ways_in() as go:
        yield go


@pytest.fixture
def server_db(shared_books, login) -> Iterator[Database]:
    """Books on the server, in which the user who works may do everything."""
    owner = as_program(Database.connect(shared_books.url(SECRET)))
    founding.found_on(owner, plan(login))
    with owner.write() as session:
        logins.let_in(session, users.add(session, login, "Amra"), NEW)
    owner.close()
    with closing(Database.connect(replace(shared_books, user=login).url(NEW))) as db:
        users.sign_in(db, login)
        yield db


def fill(form, where, password: str = SECRET) -> None:
    form.host.set_value(where.host)
    form.port.set_value(where.port)
    form.database.set_value(where.database)
    form.certificate.set_value(where.certificate)
    form.user.set_value(where.user)
    form.password.line.setText(password)


def choose(form, password: str) -> None:
    form.fresh.first.line.setText(password)
    form.fresh.second.line.setText(password)


def saved(form, qtbot: QtBot) -> None:
    """Save, and wait until it is done or refused."""
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=60_000)
    assert form.problem.text() == ""


def section(window: MainWindow) -> ServerPage:
    window.show_page("Settings")
    return window.page.show_section(ServerPage)


def test_to_the_server_and_back(folder, login, shared_books, way_to, qtbot):
    way = way_to(folder, login, PASSWORD)
    window = way.window
    form = MoveThereForm(way.books.db, folder, section(window))
    fill(form, shared_books)
    choose(form, NEW)
    saved(form, qtbot)
    leave(way)
    assert address.old_files(folder)

    way = way_to(folder)
    assert isinstance(way.window, ServerSignIn)
    assert way.window.user.value == login
    way.window.password.line.setText(NEW)
    way.window.sign_in()
    qtbot.waitUntil(lambda: isinstance(way.window, MainWindow), timeout=20_000)
    assert way.books.person == "Amra Hodžić"
    page = section(way.window)
    page.reload()
    assert page.warning.isHidden()
    form = MoveBackForm(way.books.db, folder, page)
    choose(form, PASSWORD)
    form.owner.set_value(shared_books.user)
    form.own.line.setText(SECRET)
    saved(form, qtbot)
    with pytest.raises(Exception, match="permission denied"), way.books.db.write() as session:
        branch.change(session, Details(town="Late"))
    leave(way)

    way = way_to(folder)
    assert isinstance(way.window, Unlock)
    leave(way)
    way = way_to(folder, login, PASSWORD)
    with way.books.db.read() as session:
        acts = session.scalars(select(record.Act.code).order_by(record.Act.id)).all()
    assert acts.count("move.leave") == 2
    assert "logins.let_in" in acts


def test_the_paper_keys_of_the_file_open_the_backups_of_the_server_too(
    folder, login, shared_books, way_to, tmp_path, qtbot
):
    way = way_to(folder, login, PASSWORD)
    key = way.books.db.key
    with way.books.db.write() as session:
        first, second = access.make_paper_keys(session, folder, key)
        access.prove_paper_key(session, folder, first)
        access.prove_paper_key(session, folder, second)
    form = MoveThereForm(way.books.db, folder, way.window)
    fill(form, shared_books)
    choose(form, NEW)
    saved(form, qtbot)
    with closing(Database.connect(replace(shared_books, user=login).url(NEW))) as db:
        users.sign_in(db, login)
        made = backups.make(db, tmp_path / "x.backup", backups.Reason.BY_HAND)
    assert restoring.unlock(made.file, lambda at: paperkeys.unlock(at, first)) == key
    assert restoring.unlock(made.file, lambda at: keys.unlock(at, login, NEW)) == key


def test_back_in_a_file_the_others_are_given_passwords(folder, login, way_to, qtbot):
    way = way_to(folder, login, PASSWORD)
    with as_program(way.books.db).write() as session:
        users.add(session, "ivo", "Ivo Babić", [Role.DESK])
    page = ServerPage(way.books.db)
    qtbot.addWidget(page)
    page.retranslate()
    page.reload()
    assert not page.keyless.isHidden()
    form = KeylessForm(way.books.db, None)
    qtbot.addWidget(form)
    assert form.user.value == "ivo"
    choose(form, NEW)
    form.own.line.setText(PASSWORD)
    saved(form, qtbot)
    page.reload()
    assert page.keyless.isHidden()
    assert keys.unlock(folder, "ivo", NEW)


def test_a_wrong_password_of_the_owner_moves_nothing(folder, login, shared_books, way_to, qtbot):
    way = way_to(folder, login, PASSWORD)
    form = MoveThereForm(way.books.db, folder, way.window)
    fill(form, shared_books, "wrong")
    choose(form, NEW)
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    assert form.problem.text() == f"{NotLetIn(server='localhost').text()} [OG-025]"
    assert form.host.value == "localhost"
    assert address.remembered(folder) is None


def test_a_connection_lost_at_the_end_of_the_move_leaves_all_where_it_was(
    folder, login, shared_books, shared_server, way_to, qtbot, monkeypatch
):
    way = way_to(folder, login, PASSWORD)
    form = MoveThereForm(way.books.db, folder, way.window)
    fill(form, shared_books)
    choose(form, NEW)
    let_in, left = logins.let_in, []

    def cut(session, *what):
        let_in(session, *what)
        if not left:
            left.append(cut_off(shared_server, shared_books.user))

    monkeypatch.setattr(logins, "let_in", cut)
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=60_000)
    assert form.problem.text() == f"{faults.NO_SERVER} [OG-012]"
    assert address.remembered(folder) is None
    saved(form, qtbot)
    assert address.remembered(folder)


def test_a_connection_lost_at_the_end_of_the_way_back_leaves_the_server_in_use(
    server_db, folder, login, shared_books, shared_server, way_to, qtbot, monkeypatch
):
    data = folder.parent / "second"
    address.remember(data, replace(shared_books, user=login))
    server_db.home = data
    withdraw, left = grants.withdraw, []

    def cut(session):
        withdraw(session)
        if not left:
            left.append(cut_off(shared_server, shared_books.user))

    monkeypatch.setattr(grants, "withdraw", cut)
    form = MoveBackForm(server_db, data, None)
    qtbot.addWidget(form)
    choose(form, PASSWORD)
    form.owner.set_value(shared_books.user)
    form.own.line.setText(SECRET)
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=60_000)
    assert form.problem.text() == f"{faults.NO_SERVER} [OG-012]"
    assert address.remembered(data)
    assert not list(data.glob("*.db"))
    with server_db.write() as session:
        branch.change(session, Details(town="Bihać"))
    saved(form, qtbot)
    assert address.remembered(data) is None
    assert keys.unlock(data, login, PASSWORD)


def test_a_name_that_is_taken_on_the_server_is_said_before_anything_is_moved(
    folder, login, shared_books, shared_server, way_to, qtbot
):
    shared_server.command(f"CREATE ROLE {login} LOGIN")
    way = way_to(folder, login, PASSWORD)
    form = MoveThereForm(way.books.db, folder, way.window)
    fill(form, shared_books)
    choose(form, NEW)
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=60_000)
    assert "The server already has a user" in form.problem.text()
    with closing(Database.connect(shared_books.url(SECRET))) as owner, owner.read() as session:
        move.require_empty(session)


def test_the_connection_is_tried_before_anything_is_changed(shared_books, tmp_path, qtbot):
    form = ConnectForm(None, tmp_path, None)
    qtbot.addWidget(form)
    fill(form, shared_books)
    form.test()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    assert form.saved.text() == "The server answers and lets this user in."
    form.port.set_value(9)
    form.test()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    assert form.problem.text().startswith("The server localhost does not answer.")
    assert form.port.text() == "9"
    form.port.set_value(54321)
    assert form.port.text() == "54321"
    form.port.set_value(0)
    form.test()
    assert "65535" in form.problem.text()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("said", [MOVED, CHOSEN, BACK])
def test_that_the_books_are_elsewhere_now_is_no_warning(
    said, folder, login, way_to, qtbot, monkeypatch
):
    signs: list[QImage] = []
    monkeypatch.setattr(messages, "report", report)
    monkeypatch.setattr(messages, "answer_to", lambda box: signs.append(box.iconPixmap().toImage()))
    way = way_to(folder, login, PASSWORD)
    page = section(way.window)
    page._leave(said)
    assert signs == [icons.pixmap("check", style.unit() * 2, "good").toImage()]


def test_the_connection_of_a_move_is_tried_before_a_password_is_chosen(
    folder, login, shared_books, way_to, qtbot
):
    way = way_to(folder, login, PASSWORD)
    form = MoveThereForm(way.books.db, folder, way.window)
    fill(form, shared_books)
    form.fresh.first.line.setText("short")
    form.test()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    assert form.saved.text() == "The server answers and lets this user in."
    form.accept()  # saving asks for all of it
    assert form.problem.text()
    form.host.set_value("")
    form.test()
    assert form.problem.text() == "Fill in: Address of the server."


def test_a_certificate_is_looked_for_where_people_keep_files(tmp_path, qtbot, monkeypatch):
    asked: list[str] = []
    answers = [str(tmp_path / "server.crt"), ""]

    def ask(_parent, _title, start, _kinds):
        asked.append(start)
        return answers.pop(0), ""

    monkeypatch.setattr(server_forms.QFileDialog, "getOpenFileName", ask)
    remembered.write("certificate/folder", None)
    for _time in range(2):
        field = server_forms.CertificateField()
        qtbot.addWidget(field)
        field.choose.click()
    assert asked == [remembered.folder("nothing"), str(tmp_path)]


def test_trying_the_connection_is_no_way_to_guess_passwords(shared_books, tmp_path, qtbot):
    form = ConnectForm(None, tmp_path, None)
    qtbot.addWidget(form)
    fill(form, shared_books, "wrong")
    for _time in range(attempts.FREE_TRIES):
        form.test()
        qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    form.password.line.setText(SECRET)
    form.test()
    qtbot.waitUntil(lambda: form.wait.seconds > 0, timeout=20_000)
    assert form.problem.text().startswith("Too many wrong passwords.")
    assert attempts.failed(tmp_path, shared_books.user) == attempts.FREE_TRIES


def test_another_computer_begins_with_the_books_on_the_server(
    server_db, login, shared_books, tmp_path, way_to, qtbot, monkeypatch
):
    way = way_to(tmp_path / "second")
    first = way.window
    assert isinstance(first, FirstRun)

    def answer(form: ConnectForm) -> int:
        fill(form, replace(shared_books, user=login), NEW)
        saved(form, qtbot)
        return 1

    monkeypatch.setattr(ConnectForm, "exec", answer)
    first.language.elsewhere.click()
    assert isinstance(way.window, ServerSignIn)
    way.window.password.line.setText("wrong")
    way.window.sign_in()
    qtbot.waitUntil(way.window.enter.isEnabled, timeout=20_000)
    assert "does not know that user" in way.window.problem.text()
    way.window.password.line.setText(NEW)
    way.window.sign_in()
    qtbot.waitUntil(lambda: isinstance(way.window, MainWindow), timeout=20_000)


def test_a_new_user_is_let_in_through_the_form(server_db, login, shared_books, qtbot):
    form = in_front(LetInForm(server_db, None), qtbot)
    form.user.set_value("")
    form.name.set_value("Ivo Babić")
    form.login.set_value(f"Ivo_{shared_books.database}")
    form.roles.set_value([Role.DESK])
    choose(form, PASSWORD)
    form.owner.set_value(shared_books.user)
    form.own.line.setText(SECRET)
    saved(form, qtbot)
    ivo = f"ivo_{shared_books.database}"
    with closing(Database.connect(replace(shared_books, user=ivo).url(PASSWORD))) as db:
        users.sign_in(db, ivo)
        assert db.roles == {Role.DESK}
    with server_db.read() as session:
        act = session.get(record.Act, record.head(session)[0] - 1)
        assert (act.code, act.user_id) == ("logins.let_in", server_db.user)


def test_ones_own_password_is_changed_on_the_server(
    server_db, login, shared_books, shared_server, qtbot
):
    form = OwnPasswordForm(server_db, None)
    qtbot.addWidget(form)
    choose(form, PASSWORD)
    form.own.line.setText("wrong")
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    assert "does not know that user or password" in form.problem.text()
    form.own.line.setText(NEW)
    saved(form, qtbot)
    where = replace(shared_books, user=login)
    with pytest.raises(NotLetIn):
        Database.connect(where.url(NEW))
    Database.connect(where.url(PASSWORD)).close()
    cut_off(shared_server, login)
    assert not is_there(server_db)  # it has connected anew, with the new password


def test_after_a_theft_the_backups_of_the_server_get_a_new_key(
    server_db, login, shared_books, tmp_path, qtbot
):
    keyring.enter(server_db, NEW)
    before = keyring.key_of(server_db)
    page = KeysPage(server_db)
    qtbot.addWidget(page)
    page.retranslate()
    assert page.findChild(QPushButton, "renew_backups")
    assert not page.findChild(QPushButton, "renew")
    form = ServerRenewForm(server_db, page)
    choose(form, PASSWORD)
    form.owner.set_value(shared_books.user)
    form.own.line.setText("wrong")
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    assert "does not know that user or password" in form.problem.text()
    assert keyring.key_of(server_db) == before
    form.own.line.setText(SECRET)
    saved(form, qtbot)
    assert len(form.result_value) == paperkeys.PAPERS
    made = backups.make(server_db, tmp_path / "x.backup", backups.Reason.BY_HAND)
    key = restoring.unlock(made.file, lambda at: keys.unlock(at, login, PASSWORD))
    assert key == keyring.key_of(server_db) != before
    with server_db.read() as session:
        act = session.get(record.Act, record.head(session)[0])
    assert (act.code, act.user_id) == ("logins.renew", server_db.user)


def test_the_paper_keys_come_back_though_the_screen_was_locked_meanwhile(
    server_db, login, shared_books, qtbot
):
    keyring.enter(server_db, NEW)
    form = ServerRenewForm(server_db, None)
    qtbot.addWidget(form)
    choose(form, PASSWORD)
    form.owner.set_value(shared_books.user)
    form.own.line.setText(SECRET)
    renew = form.task()
    server_db.lock()
    assert len(renew(lambda done, of: None)) == paperkeys.PAPERS
    server_db.go_on_through(Database.connect(replace(shared_books, user=login).url(PASSWORD)))


def test_who_gets_a_new_password_is_let_in_though_the_screen_was_locked_meanwhile(
    server_db, login, shared_books, qtbot
):
    form = in_front(LetInForm(server_db, None), qtbot)
    form.user.set_value(login)
    choose(form, PASSWORD)
    form.owner.set_value(shared_books.user)
    form.own.line.setText(SECRET)
    let_in = form.task()
    server_db.lock()
    assert let_in(lambda done, of: None) == login
    server_db.go_on_through(Database.connect(replace(shared_books, user=login).url(PASSWORD)))


def test_who_works_as_the_owner_is_warned(shared_books, qtbot):
    with closing(as_program(Database.connect(shared_books.url(SECRET)))) as db:
        with db.write() as session:
            users.add(session, db.login, "Keeper")
        users.sign_in(db, db.login)
        page = ServerPage(db)
        qtbot.addWidget(page)
        page.retranslate()
        page.reload()
        assert "owner of the database" in page.warning.text()


def test_a_connection_that_is_cut_loses_nothing_typed(server_db, login, shared_server, qtbot):
    form = a_place_form(server_db, qtbot)
    cut_off(shared_server, login)
    form.accept()  # the next connection is a new one: the person notices nothing
    assert form.problem.text() == ""
    assert is_there(server_db)


def test_a_connection_that_is_cut_while_saving_leaves_nothing_by_halves(
    server_db, login, shared_server, qtbot, monkeypatch
):
    form = a_place_form(server_db, qtbot)
    whole = form.save

    def cut(session):
        result = whole(session)
        session.flush()
        cut_off(shared_server, login)
        return result

    monkeypatch.setattr(form, "save", cut)
    with pytest.raises(OperationalError) as lost:
        form.accept()
    assert faults.sentence(lost.value) == faults.NO_SERVER
    assert (form.isVisible(), form.name.value) == (True, "Second store")
    assert not is_there(server_db)
    monkeypatch.setattr(form, "save", whole)
    form.accept()
    assert is_there(server_db)


def test_a_server_that_is_stopped_and_started_again(server_db, shared_server, qtbot):
    form = a_place_form(server_db, qtbot)
    shared_server.stop("fast")
    try:
        with pytest.raises(OperationalError) as lost:
            form.accept()
    finally:
        shared_server.start()
    assert faults.sentence(lost.value) == faults.NO_SERVER
    assert (form.isVisible(), form.name.value) == (True, "Second store")
    form.accept()
    assert is_there(server_db)


def test_a_server_that_goes_while_an_item_is_picked_is_told_once_and_the_item_stays(
    server_db, shared_server, tmp_path, qtbot, monkeypatch
):
    told: list[BaseException] = []
    monkeypatch.setattr(messages, "explain", lambda _parent, problem: told.append(problem))
    monkeypatch.setattr(messages, "_log", None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    messages.install_excepthook(tmp_path / "log")
    form = in_front(IssueForm(server_db, None), qtbot)
    item, unit = form.lines.field(0, "item"), form.lines.field(0, "unit")
    item.setFocus()
    qtbot.keyClicks(item, "Blanket")
    qtbot.waitUntil(lambda: bool(item._found), timeout=5_000)
    shared_server.stop("fast")
    try:
        item._pick(item._names.index(0))
    finally:
        shared_server.start()
    assert [faults.code(problem) for problem in told] == ["OG-012"]
    assert item.value
    assert unit.value is None
    unit.setFocus(Qt.FocusReason.TabFocusReason)  # the server is there again
    assert unit.value is Unit.PIECE
    assert "on hand" in form.lines.field(0, "lot").currentText()


def cut_off(server: Server, login: str) -> None:
    """End all that the user is connected with."""
    query = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{login}'"
    server.command(query)


def a_place_form(db: Database, qtbot: QtBot) -> PlaceForm:
    form = in_front(PlaceForm(db, None), qtbot)
    form.name.set_value("Second store")
    return form


def is_there(db: Database) -> bool:
    with db.read() as session:
        return session.scalar(select(Place.id).where(Place.name == "Second store")) is not None
