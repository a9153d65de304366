"""A day on the server in the window: checked, locked, backed up, restored; and the server goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from conftest import SECRET
from postgresql import Server
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select, text
from things import DAY, as_program
from windows import in_front, keep_few_pages_and_light_keys, leave, ways_in

import main
from models import record
from models import seen as seen_file
from models.database import Database
from models.goods import stock
from models.goods.documents import Document, Kind
from models.goods.items import Item
from models.goods.places import Place, PlaceKind
from models.goods.stock import Goods
from models.office import branch, pins, territory, users
from models.office.branch import Details
from models.roles import Role
from models.safe import attempts, backups, founding, keeping, keys, opening, paperkeys, restoring
from models.safe.founding import Plan
from models.server import address, keyring, logins, rebuild
from models.server.address import Address
from models.units import THOUSAND
from ui import faults, messages, work
from ui.entrance.restore import RestoreDialog, Wanted
from ui.entrance.restore_way import RestoreWay
from ui.entrance.server_sign_in import ServerSignIn
from ui.entrance.server_unlock import ServerUnlock
from ui.entrance.trouble import TroublePage
from ui.entrance.unlock import Unlock
from ui.entrance.way import Way
from ui.office.backups import BackupsPage
from ui.office.paper_keys import PaperKeysForm
from ui.office.places import PlaceForm as StoreForm
from ui.office.server_forms import ServerPaperKeysForm
from ui.office.server_restore import HERE, THERE, PlaceForm
from ui.warehouse.goods import WriteOffForm
from ui.window import MainWindow

NEW, OTHER = "osam tihih vodenica", "sedam zutih kisobrana"
GONE = faults.NO_SERVER
A_WHILE = 5  # seconds that wrong passwords cost: more than a busy computer needs to try again


@pytest.fixture(autouse=True)
def _few_pages_and_light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_few_pages_and_light_keys(monkeypatch)
    monkeypatch.setattr(messages, "report", lambda _parent, _text: None)


@pytest.fixture
def amra(shared_books: Address) -> str:
    return f"amra_{shared_books.database}"


@pytest.fixture
def edin(shared_books: Address) -> str:
    return f"edin_{shared_books.database}"


@pytest.fixture
def folder(shared_books: Address, amra: str, edin: str, tmp_path: Path) -> Path:
    """The data folder of a computer whose books are on the server, with a receipt in them."""
    unit = territory.find("BA-BIH/01/Bihać")
    names = branch.suggest(unit)
    plan = Plan([unit], names, Details(), "bs", "First store", "Amra Hodžić", amra, NEW)
    with closing(as_program(Database.connect(shared_books.url(SECRET)))) as owner:
        founding.found_on(owner, replace(plan, login=shared_books.user))
        with owner.write() as session:
            logins.let_in(session, users.add(session, amra, "Amra Hodžić"), NEW)
            desk = users.add(session, edin, "Edin", [Role.DESK, Role.WAREHOUSE, Role.AUDITOR])
            logins.let_in(session, desk, OTHER)
            store = session.scalars(select(Place).where(Place.kind == PlaceKind.WAREHOUSE)).one()
            blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
            goods = [Goods(blanket, 100 * THOUSAND)]
            stock.receive(session, store, goods, on=DAY, supplier="Donor A")
        users.sign_in(owner, edin)
        with owner.write() as session:
            pins.choose(session, "8305")
    address.remember(tmp_path / "data", replace(shared_books, user=amra))
    return tmp_path / "data"


@pytest.fixture
def way_to() -> Iterator[object]:
    with ways_in() as go:
        yield go


@pytest.fixture
def way(folder: Path, way_to, qtbot: QtBot) -> Way:
    """Amra has signed in."""
    begun = way_to(folder)
    sign_in(begun.window, NEW)
    qtbot.waitUntil(lambda: isinstance(begun.window, MainWindow), timeout=20_000)
    return begun


def sign_in(window: ServerSignIn, password: str, user: str = "") -> None:
    if user:
        window.user.set_value(user)
    window.password.line.setText(password)
    window.sign_in()


def cut_off(server: Server, login: str) -> None:
    """End all that the user is connected with."""
    query = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{login}'"
    server.command(query)


def wrong(window: ServerSignIn, qtbot: QtBot, times: int = 1) -> None:
    """Sign in with a wrong password, and wait until the server has said so."""
    for _time in range(times):
        sign_in(window, "wrong")
        qtbot.waitUntil(lambda: window.password.line.selectedText() == "wrong", timeout=20_000)
        window.password.line.deselect()


def last_came(db: Database) -> str:
    """What the record keeps of the last time that somebody signed in."""
    with as_program(db).read() as session:
        came = select(record.Act.detail).where(record.Act.code == users.SIGNED_IN)
        return session.scalars(came.order_by(record.Act.id.desc())).first() or ""


def seen() -> list[QWidget]:
    return [window for window in QApplication.topLevelWidgets() if window.isVisible()]


def acts(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(record.Act.code).order_by(record.Act.id)))


def spoil(where: Address) -> None:
    """Somebody with the rights of the owner changes what was posted."""
    owner = as_program(Database.connect(where.url(SECRET)))
    with closing(owner), owner.write() as session:
        session.execute(text("ALTER TABLE document DISABLE TRIGGER USER"))
        session.execute(text("UPDATE document SET note = 'other' WHERE chain_number = 1"))
        session.execute(text("ALTER TABLE document ENABLE TRIGGER USER"))


# The start


def test_damaged_books_on_a_server_lead_to_the_calm_page(folder, shared_books, way_to, qtbot):
    spoil(shared_books)
    way = way_to(folder)
    sign_in(way.window, NEW)
    qtbot.waitUntil(lambda: isinstance(way.window, TroublePage), timeout=20_000)
    page = way.window
    assert "on the server these books stay" in page.calm.text()
    assert page.wrong.text()
    page.look.emit()
    assert isinstance(way.window, MainWindow)
    assert way.books.db.trouble
    assert way.keeper is None


def test_from_the_calm_page_one_may_try_again(folder, shared_books, way_to, qtbot):
    spoil(shared_books)
    way = way_to(folder)
    sign_in(way.window, NEW)
    qtbot.waitUntil(lambda: isinstance(way.window, TroublePage), timeout=20_000)
    way.window.again.emit()
    assert isinstance(way.window, ServerSignIn)
    assert way.books is None


def test_a_connection_lost_during_the_check_is_said_at_the_sign_in(
    folder, amra, shared_server, way_to, qtbot, monkeypatch
):
    examine, left = opening.examine, []

    def cut(db, progress):
        if not left:
            left.append(shared_server.stop("fast"))
        return examine(db, progress)

    monkeypatch.setattr(opening, "examine", cut)
    way = way_to(folder)
    try:
        sign_in(way.window, NEW)
        qtbot.waitUntil(lambda: bool(way.window.problem.text()), timeout=20_000)
    finally:
        shared_server.start()
    assert way.window.problem.text() == f"{GONE} [OG-012]"
    assert way.window.enter.isEnabled()
    sign_in(way.window, NEW)
    qtbot.waitUntil(lambda: isinstance(way.window, MainWindow), timeout=20_000)


def test_after_five_wrong_passwords_a_wait_is_counted_down_and_then_all_of_it_is_told(
    folder, amra, way_to, qtbot, monkeypatch
):
    monkeypatch.setattr(attempts, "FIRST_WAIT", A_WHILE)
    way = way_to(folder)
    wrong(way.window, qtbot, attempts.FREE_TRIES)
    assert attempts.failed(folder, amra) == attempts.FREE_TRIES
    leave(way)
    way = way_to(folder)  # the wait outlives the program
    sign_in(way.window, NEW)
    qtbot.waitUntil(lambda: bool(way.window.problem.text()), timeout=20_000)
    assert way.window.problem.text().startswith("Too many wrong passwords.")
    assert not way.window.enter.isEnabled()
    qtbot.waitUntil(way.window.enter.isEnabled, timeout=20_000)
    assert way.window.problem.isHidden()
    sign_in(way.window, NEW)
    qtbot.waitUntil(lambda: isinstance(way.window, MainWindow), timeout=20_000)
    assert "5 wrong passwords were typed under your name" in way.window.notice.text()
    assert last_came(way.books.db) == "failed 5"
    assert attempts.failed(folder, amra) == 0


def test_a_server_that_does_not_answer_is_no_wrong_try(folder, amra, shared_server, way_to, qtbot):
    way = way_to(folder)
    wrong(way.window, qtbot)
    assert way.window.problem.text().endswith("can give you a new password.")
    before = (folder / attempts.FILE).read_bytes()
    shared_server.stop("fast")
    try:
        sign_in(way.window, NEW)
        qtbot.waitUntil(lambda: "does not answer" in way.window.problem.text(), timeout=20_000)
    finally:
        shared_server.start()
    assert "new password" not in way.window.problem.text()
    assert (folder / attempts.FILE).read_bytes() == before


def test_on_the_command_line_wrong_passwords_of_the_server_count_too(
    folder, amra, tmp_path, capsys, monkeypatch
):
    def check(password: str) -> str:
        (tmp_path / "secret").write_text(password)
        words = ["check", "--data", str(folder), "--password-file", str(tmp_path / "secret")]
        main.main(words)
        return capsys.readouterr().err

    for _time in range(attempts.FREE_TRIES):
        assert "does not know that user or password" in check("wrong")
    assert check(NEW).startswith("Too many wrong passwords.")
    monkeypatch.setattr(attempts, "FIRST_WAIT", 0)
    assert check(NEW) == ""
    with closing(Database.connect(address.remembered(folder).url(NEW))) as db:
        assert last_came(db) == "failed 5"


def test_a_check_that_is_cancelled_closes_the_connection(
    folder, amra, shared_server, way_to, qtbot, monkeypatch
):
    def cancelled(_db, _progress):
        raise work.Cancelled

    monkeypatch.setattr(opening, "examine", cancelled)
    way = way_to(folder)
    sign_in(way.window, NEW)
    query = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{amra}'"
    qtbot.waitUntil(way.window.enter.isEnabled, timeout=20_000)
    qtbot.waitUntil(lambda: shared_server.command(query) == [(0,)], timeout=5_000)
    assert way.window.problem.text() == ""


def test_who_is_no_user_of_the_branch_is_told_and_may_try_another_name(
    folder, shared_books, shared_server, way_to, qtbot
):
    stranger = f"stranger_{shared_books.database}"
    group = f"{shared_books.database}_work"
    shared_server.command(f"CREATE ROLE {stranger} LOGIN PASSWORD '{SECRET}' IN ROLE {group}")
    way = way_to(folder)
    sign_in(way.window, SECRET, stranger)
    qtbot.waitUntil(lambda: bool(way.window.problem.text()), timeout=20_000)
    assert "is not a user of this branch" in way.window.problem.text()
    assert way.window.enter.isEnabled()


# The lock


def test_the_lock_closes_every_connection_and_hides_everything(way, amra, shared_server, qtbot):
    form = in_front(StoreForm(way.books.db, way.window), qtbot)
    form.name.set_value("Second store")
    way.locking.idle.left.emit()
    assert seen() == [way.locking.window]
    query = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{amra}'"
    qtbot.waitUntil(lambda: shared_server.command(query) == [(0,)], timeout=5_000)
    assert NEW not in repr(vars(way.locking)) + repr(vars(way.locking.window))
    sign_in(way.locking.window, "wrong")
    qtbot.waitUntil(lambda: bool(way.locking.window.problem.text()), timeout=20_000)
    assert way.books.db.is_locked
    sign_in(way.locking.window, NEW)
    qtbot.waitUntil(lambda: way.locking.window is None, timeout=20_000)
    assert (form.isVisible(), form.name.value) == (True, "Second store")
    form.accept()
    assert form.problem.text() == ""


def test_before_the_locked_books_wrong_passwords_count_and_are_told_too(
    way, folder, amra, qtbot, monkeypatch
):
    monkeypatch.setattr(attempts, "FIRST_WAIT", A_WHILE)
    way.locking.lock()
    window = way.locking.window
    wrong(window, qtbot, attempts.FREE_TRIES)
    sign_in(window, NEW)
    qtbot.waitUntil(lambda: "Too many wrong passwords." in window.problem.text(), timeout=20_000)
    assert not window.enter.isEnabled()
    qtbot.waitUntil(window.enter.isEnabled, timeout=20_000)
    sign_in(window, NEW)
    qtbot.waitUntil(lambda: way.locking.window is None, timeout=20_000)
    assert "5 wrong passwords were typed under your name" in way.main.notice.text()
    assert last_came(way.books.db) == "failed 5"


def test_while_the_server_is_gone_the_locked_program_stays_locked(way, shared_server, qtbot):
    way.locking.lock()
    shared_server.stop("fast")
    try:
        sign_in(way.locking.window, NEW)
        qtbot.waitUntil(lambda: bool(way.locking.window.problem.text()), timeout=20_000)
    finally:
        shared_server.start()
    assert way.locking.window.problem.text().startswith("The server localhost does not answer.")
    assert way.books.db.is_locked
    sign_in(way.locking.window, NEW)
    qtbot.waitUntil(lambda: way.locking.window is None, timeout=20_000)


def test_another_user_comes_over_a_connection_of_their_own(way, edin, qtbot):
    way.locking.lock()
    sign_in(way.locking.window, OTHER, edin)
    qtbot.waitUntil(lambda: way.books.login == edin, timeout=20_000)
    assert way.books.db.login == edin
    assert way.books.db.roles == {Role.DESK, Role.WAREHOUSE, Role.AUDITOR}
    assert acts(as_program(way.books.db))[-1] == users.SIGNED_IN


def test_who_is_no_user_does_not_push_out_who_works(way, shared_books, shared_server, qtbot):
    stranger = f"stranger_{shared_books.database}"
    group = f"{shared_books.database}_work"
    shared_server.command(f"CREATE ROLE {stranger} LOGIN PASSWORD '{SECRET}' IN ROLE {group}")
    user = way.books.db.user
    way.locking.switch()
    sign_in(way.locking.window, SECRET, stranger)
    qtbot.waitUntil(lambda: bool(way.locking.window.problem.text()), timeout=20_000)
    assert not way.books.db.is_locked
    assert way.books.db.user == user


def test_at_the_desk_a_pin_changes_who_works(way, edin, amra, qtbot):
    way.locking.switch()
    window = way.locking.window
    assert isinstance(window, ServerUnlock)
    window.user.set_value(edin)
    assert window.password_label.text() == "PIN or password"
    sign_in(window, "8305")
    qtbot.waitUntil(lambda: way.books.login == edin, timeout=20_000)
    assert way.books.db.roles == {Role.DESK}
    assert way.books.db.login == amra
    for wrong in (NEW, "8305"):  # Amra's password, through whose connection it goes, and the PIN
        with pytest.raises(keys.WrongPassword):
            pins.set_own(way.books.db, wrong, "6172")
    pins.set_own(way.books.db, OTHER, "6172")
    way.locking.end_day()
    assert way.books.db.is_locked
    assert not way.locking.window.takes_pin


def test_a_server_that_is_gone_does_not_keep_the_screen_from_being_hidden(
    way, shared_server, qtbot
):
    shared_server.stop("fast")
    try:
        way.locking.switch()
    finally:
        shared_server.start()
    assert seen() == [way.locking.window]
    assert way.locking.window.problem.text() == f"{GONE} [OG-012]"


def test_a_server_that_asks_nobody_is_not_locked(postgresql_url, tmp_path, qtbot):
    with closing(as_program(Database.connect(postgresql_url))) as db:
        from ui.entrance.locking import Locking

        locking = Locking(db, "amra")
        locking.lock()
        locking.switch()
        assert (locking.window, db.is_locked) == (None, False)
        locking.stop()


# The second person


def confirmed(form: WriteOffForm, qtbot: QtBot, person: int, password: str) -> None:
    form.second.person.set_value(person)
    form.second.password.line.setText(password)
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)


@pytest.fixture
def form(way: Way, qtbot: QtBot) -> WriteOffForm:
    """Three torn blankets are to be written off: that takes two people."""
    made = in_front(WriteOffForm(way.books.db), qtbot)
    with way.books.db.read() as session:
        blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
        made.lines.set(0, "item", (blanket.id, blanket.name()))
    made.lines.set(0, "quantity", 3 * THOUSAND)
    qtbot.keyClicks(made.reason, "Torn")
    return made


def written_off_with(db: Database) -> list[int | None]:
    """Who confirmed each write-off."""
    with db.read() as session:
        query = select(Document.confirmed_by).where(Document.kind == Kind.WRITE_OFF)
        return list(session.scalars(query))


def number_of(db: Database, login: str) -> int:
    with db.read() as session:
        return users.find(session, login).id


def test_the_second_person_confirms_at_the_same_screen(form, way, edin, qtbot):
    second = number_of(way.books.db, edin)
    confirmed(form, qtbot, second, NEW)
    assert form.problem.text() == "That is not the password of Edin. Let Edin type it again."
    assert written_off_with(way.books.db) == []
    confirmed(form, qtbot, second, OTHER)
    assert form.problem.text() == ""
    assert written_off_with(way.books.db) == [second]


def test_a_server_that_goes_meanwhile_confirms_nothing(form, way, edin, shared_server, qtbot):
    second = number_of(way.books.db, edin)
    shared_server.stop("fast")
    try:
        confirmed(form, qtbot, second, OTHER)
    finally:
        shared_server.start()
    assert form.problem.text().startswith("The server localhost does not answer.")
    assert written_off_with(way.books.db) == []
    confirmed(form, qtbot, second, OTHER)
    assert written_off_with(way.books.db) == [second]


# The backups


def test_the_program_backs_the_server_up_by_itself_and_at_the_end(way, folder, qtbot):
    way.keeper.look()
    footer = way.window.navigation.footer
    qtbot.waitUntil(lambda: "Backup: today" in footer.text(), timeout=30_000)
    with way.books.db.write() as session:
        branch.change(session, Details(town="Bihać"))
    way.leave()
    reasons = {made.reason for made in backups.overview(folder / keeping.FOLDER)}
    assert reasons == {backups.Reason.TIMER, backups.Reason.CLOSING}


def test_a_backup_that_fails_stands_above_every_page(way, shared_server, qtbot):
    shared_server.stop("fast")
    try:
        way.keeper.look()
        qtbot.waitUntil(lambda: way.keeper.problem is not None, timeout=20_000)
        assert way.window.notice.text().startswith("The backup could not be made. ")
    finally:
        shared_server.start()
    assert not list(way.folder.rglob("*.backup"))


def test_the_page_of_backups_saves_tries_out_and_offers_the_restore(way, qtbot):
    page = in_front(BackupsPage(way.books.db), qtbot)
    with qtbot.waitSignal(page.kept, timeout=30_000):
        page.back_up()
    assert [row.reason for row in page.rows] == [backups.Reason.BY_HAND]
    with qtbot.waitSignal(page.kept, timeout=30_000):
        page.try_out()
    assert "Last tried out" in page.places.text()
    assert keeping.read(way.folder).is_test_good


def test_paper_keys_to_the_backups_are_made_and_typed_back(way, qtbot):
    assert "paper keys are not ready" in way.window.notice.text()
    form = in_front(ServerPaperKeysForm(way.books.db, None), qtbot)
    form.own.line.setText("wrong")
    form.accept()
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    assert form.problem.text() == "That is not your password. Type it again."
    form.own.line.setText(NEW)
    form.accept()
    qtbot.waitUntil(lambda: form.result_value is not None, timeout=20_000)
    typed = in_front(PaperKeysForm(way.books.db, form.result_value, None), qtbot)
    for field, key in zip(typed.typed, form.result_value, strict=True):
        field.setText(key)
    typed.accept()
    assert typed.problem.text() == ""
    way.notices.name()
    assert "paper keys" not in way.window.notice.text()
    made = backups.save(way.books.db, way.folder, backups.Reason.BY_HAND)
    assert restoring.unlock(made.file, lambda at: paperkeys.unlock(at, form.result_value[0]))


# The restore


def test_the_preview_says_what_the_server_holds_and_the_backup_does_not(way, amra, qtbot):
    made = backups.save(way.books.db, way.folder, backups.Reason.BY_HAND)
    with way.books.db.write() as session:
        store = session.scalars(select(Place).where(Place.kind == PlaceKind.WAREHOUSE)).one()
        blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
        goods = [Goods(blanket, THOUSAND)]
        stock.receive(session, store, goods, on=DAY, supplier="Donor A")
    dialog = in_front(RestoreDialog(way.folder, way.books.db), qtbot)
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=20_000)
    assert "1 document entered since will be missing" in dialog.warning.text()
    dialog.password.line.setText(NEW)
    with qtbot.waitSignal(dialog.chosen, timeout=20_000) as chosen:
        dialog.restore()
    assert (chosen.args[0].file, chosen.args[0].login) == (made.file, amra)


@pytest.fixture
def wanted(way: Way, amra: str) -> Wanted:
    made = backups.save(way.books.db, way.folder, backups.Reason.BY_HAND)
    return Wanted(made.file, amra, keyring.key_of(way.books.db))


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot):
    """What is filled in and pressed in the form that asks where to restore."""

    def give(fill) -> None:
        def run(form: PlaceForm) -> int:
            form.show()
            fill(form)
            form.accept()
            qtbot.waitUntil(form.save_button.isEnabled, timeout=60_000)
            return 1 if not form.problem.text() else 0

        monkeypatch.setattr(PlaceForm, "exec", run)

    return give


def test_a_backup_is_restored_into_a_file_here(
    way, wanted, folder, amra, answer, way_to, qtbot, monkeypatch
):
    monkeypatch.setattr(messages, "confirm", lambda *_what: True)
    answer(lambda form: form.place.set_value(HERE))
    way.restoring.restore(way.window, wanted)
    qtbot.waitUntil(lambda: isinstance(way.window, MainWindow), timeout=30_000)
    assert way.books.db.folder == folder
    assert acts(as_program(way.books.db))[-2:] == ["restoring.restored", users.SIGNED_IN]
    leave(way)
    again = way_to(folder)
    assert isinstance(again.window, Unlock)
    assert keys.unlock(folder, amra, NEW) == wanted.key


def test_a_file_beside_a_server_is_asked_about_first(
    way, wanted, folder, answer, qtbot, monkeypatch
):
    monkeypatch.setattr(messages, "confirm", lambda *_what: False)
    answer(lambda form: form.place.set_value(HERE))
    monkeypatch.setattr(PlaceForm, "exec", lambda form: form.place.set_value(HERE) or form.accept())
    way.restoring.restore(way.window, wanted)
    assert isinstance(way.window, MainWindow)
    assert not list(folder.glob("*.db"))
    assert address.remembered(folder)


@pytest.fixture
def empty(shared_server: Server, shared_books: Address, tmp_path: Path) -> Iterator[Address]:
    """The database of the branch was put aside by whoever looks after it; a new one is there."""
    name, keeper = shared_books.database, shared_books.user
    old = f"old_{uuid4().hex[:8]}"

    def swap() -> Address:
        query = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        shared_server.command(query)
        shared_server.command(f"ALTER DATABASE {name} RENAME TO {old}")
        shared_server.command(f"CREATE DATABASE {name} OWNER {keeper}")
        return shared_books

    yield swap
    shared_server.command(f"DROP DATABASE IF EXISTS {old} WITH (FORCE)")


def test_a_backup_is_restored_into_an_empty_database(
    way, wanted, folder, amra, edin, answer, empty, shared_books, qtbot
):
    with way.books.db.write() as session:
        branch.change(session, Details(town="Late"))
    where = empty()

    def fill(form: PlaceForm) -> None:
        assert form.host.value == "localhost"
        form.place.set_value(THERE)
        form.database.set_value(where.database)
        form.user.set_value(where.user)
        form.password.line.setText(SECRET)
        form.fresh.first.line.setText(NEW)
        form.fresh.second.line.setText(NEW)

    answer(fill)
    way.restoring.restore(way.window, wanted)
    assert isinstance(way.window, ServerSignIn)
    sign_in(way.window, NEW)
    qtbot.waitUntil(lambda: isinstance(way.window, (MainWindow, TroublePage)), timeout=20_000)
    assert isinstance(way.window, MainWindow)
    done = acts(as_program(way.books.db))
    assert "restoring.restored" in done
    assert "branch.change" not in done
    with closing(Database.connect(replace(shared_books, user=edin).url(OTHER))) as other:
        users.sign_in(other, edin)
        with other.read() as session:
            assert session.scalar(select(Document.id)) is not None


def test_another_computer_asks_before_it_takes_restored_books(
    way, wanted, folder, amra, answer, empty, way_to, tmp_path, qtbot
):
    with way.books.db.write() as session:
        branch.change(session, Details(town="Late"))
    other = tmp_path / "other"
    address.remember(other, replace(address.remembered(folder), user=amra))
    known = seen_file.read(address.seen_from(folder, address.remembered(folder)))
    assert known.act
    seen_file.keep(address.seen_from(other, address.remembered(other)), known)
    where = empty()
    with closing(Database.connect(where.url(SECRET))) as owner:
        opened = rebuild.Opened(wanted.file, amra, wanted.key)
        rebuild.rebuild(opened, owner, tmp_path, NEW)
    second = way_to(other)
    sign_in(second.window, NEW)
    qtbot.waitUntil(lambda: isinstance(second.window, TroublePage), timeout=20_000)
    assert "Amra Hodžić restored the backup of" in second.window.restored.text()
    second.window.go_on_button.click()
    sign_in(second.window, NEW)
    qtbot.waitUntil(lambda: isinstance(second.window, MainWindow), timeout=20_000)
    assert not second.books.db.trouble


def test_a_server_that_is_gone_leaves_the_form_with_all_that_was_typed(
    folder, wanted, shared_server, shared_books, qtbot
):
    form = in_front(PlaceForm(folder, wanted, None), qtbot)
    form.database.set_value("elsewhere")
    form.user.set_value("keeper")
    form.password.line.setText(SECRET)
    form.fresh.first.line.setText(NEW)
    form.fresh.second.line.setText(NEW)
    shared_server.stop("fast")
    try:
        form.accept()
        qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    finally:
        shared_server.start()
    assert form.problem.text().startswith("The server localhost does not answer.")
    assert form.database.value == "elsewhere"
    assert address.remembered(folder).database == shared_books.database


def test_without_a_server_a_backup_can_be_restored_from_the_sign_in(
    folder, way_to, monkeypatch, qapp
):
    asked: list[QWidget] = []
    way = way_to(folder)
    monkeypatch.setattr(RestoreWay, "choose", lambda _way, window: asked.append(window))
    way.window.restore_button.click()
    assert asked == [way.window]
