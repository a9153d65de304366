"""Backups of books on a server: sealed files that any computer restores, or another server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from conftest import SECRET
from postgresql import Server
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError
from things import DAY, as_program, lay_out

import main
from models import checks, clock, everything, record
from models.base import Base
from models.bookfile import FILE
from models.database import Database, TracesLeft
from models.goods import chain, stock
from models.goods.items import Item
from models.goods.places import Place
from models.goods.stock import Goods
from models.office import access, users
from models.roles import Role
from models.safe import backups, container, keeping, keys, papercode, paperkeys, restoring, tending
from models.safe.attempts import FREE_TRIES, TooManyTries
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST
from models.safe.papercode import WrongPaperKey
from models.safe.passwords import WeakPassword
from models.safe.thinning import HORIZON
from models.server import address, keyring, logins, move, rebuild
from models.server.address import Address
from models.server.engine import NoServer, NotLetIn
from models.server.rebuild import Opened

assert everything
PASSWORD = "sedam sarenih balkona"
OTHER = "osam tihih vodenica"
PLAIN = "Mehmedalija Nepostojeci"  # stands in the books, and nowhere else


@pytest.fixture(autouse=True)
def _light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)


@pytest.fixture
def owner(shared_books: Address) -> Iterator[Database]:
    """The owner's connection to books with a posted receipt."""
    with closing(as_program(Database.connect(shared_books.url(SECRET)))) as db:
        with db.write() as session:
            lay_out(session).receive(100)
        yield db


@pytest.fixture
def amra(owner: Database, shared_books: Address, tmp_path: Path) -> Iterator[Database]:
    """Amra's own connection, from a computer with a data folder."""
    login = f"amra_{shared_books.database}"
    with owner.write() as session:
        logins.let_in(session, users.add(session, login, PLAIN), PASSWORD)
    with closing(connected(shared_books, login, PASSWORD, tmp_path / "home")) as db:
        yield db


def connected(where: Address, login: str, password: str, home: Path) -> Database:
    db = Database.connect(replace(where, user=login).url(password))
    users.sign_in(db, login)
    home.mkdir(exist_ok=True)
    db.home = home
    return db


def heads(db: Database) -> tuple[object, object]:
    with db.read() as session:
        return chain.head(session), record.head(session)


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def unlocked(file: Path, login: str, password: str) -> bytes:
    return restoring.unlock(file, lambda folder: keys.unlock(folder, login, password))


def test_a_backup_opens_on_any_computer_with_the_users_password(amra, tmp_path):
    made = backups.save(amra, amra.home, Reason.BY_HAND)
    key = unlocked(made.file, amra.login, PASSWORD)
    done = restoring.restore(made.file, tmp_path / "other", key, amra.login)
    assert done.contents.documents == 1
    file = as_program(Database.open(tmp_path / "other", key))
    with closing(file), file.read() as session:
        assert checks.run(session) == []
        assert users.find(session, amra.login).name == PLAIN


def test_every_row_of_the_backup_is_that_of_the_server(amra, tmp_path):
    made = backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    container.take_out(made.file, FILE, tmp_path / FILE)
    key = unlocked(made.file, amra.login, PASSWORD)
    with closing(as_program(Database.look(tmp_path / FILE, key))) as file:
        assert heads(file) == heads(amra)
        with file.read() as new, as_program(amra).read() as old:
            move._require_same(old, new, Base.metadata.sorted_tables)


def test_nothing_of_it_lies_on_the_disk_in_the_clear(amra, tmp_path):
    backups.save(amra, amra.home, Reason.BY_HAND)
    with as_program(amra).read() as session:
        assert users.find(session, amra.login).name == PLAIN
    written = left_in(tmp_path)
    assert [path for path in written if path.suffix == ".backup"]
    assert not [path for path in written if PLAIN.encode() in path.read_bytes()]


def test_a_row_copied_otherwise_makes_no_backup(amra, tmp_path, monkeypatch):
    carry = move._carry

    def careless(old, new, *others):
        carry(old, new, *others)
        new.execute(users.User.__table__.update().values(name="Other"))

    monkeypatch.setattr(move, "_carry", careless)
    with pytest.raises(move.NotTheSame):
        backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    assert not list(tmp_path.glob("*.backup"))


def test_what_others_save_meanwhile_is_in_it_whole_or_not_at_all(
    owner, amra, tmp_path, monkeypatch
):
    chunks, posted = move._chunks, []

    def meanwhile(session, table):
        if not posted:
            posted.append(True)
            with owner.write() as other:
                users.add(other, "late", "Late", [Role.DESK])
        yield from chunks(session, table)

    monkeypatch.setattr(move, "_chunks", meanwhile)
    before = heads(amra)
    made = backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    assert (made.contents.acts, made.contents.record) == before[1]
    assert heads(amra) != before


def test_backups_made_while_others_post_are_each_whole(owner, amra, tmp_path):
    is_enough = threading.Event()

    def post_on():
        while not is_enough.is_set():
            with owner.write() as session:
                store = session.scalars(select(Place).where(Place.name == "Main store")).one()
                blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
                stock.receive(session, store, [Goods(blanket, 1000)], on=DAY, supplier="Donor A")

    other = threading.Thread(target=post_on)
    other.start()
    try:
        made = [
            backups.make(amra, tmp_path / f"{turn}.backup", Reason.BY_HAND) for turn in range(4)
        ]
    finally:
        is_enough.set()
        other.join()
    reached = [each.contents.documents for each in made]
    assert reached == sorted(set(reached))
    assert heads(as_program(amra))[0][0] > reached[-1]
    key = keyring.key_of(amra)
    assert all(restoring.can_be_restored(each, key) for each in made)


def test_it_is_made_only_when_something_has_changed_anywhere(owner, amra, shared_books, tmp_path):
    other = connected(shared_books, amra.login, PASSWORD, tmp_path / "second")
    assert backups.save_if_changed(amra, amra.home, Reason.TIMER)
    assert backups.save_if_changed(other, other.home, Reason.TIMER)
    assert backups.save_if_changed(amra, amra.home, Reason.TIMER) is None
    with owner.write() as session:
        users.add(session, "late", "Late", [Role.DESK])
    assert backups.save_if_changed(amra, amra.home, Reason.TIMER)
    other.close()


def test_what_is_due_is_done_to_the_stick_and_tried_out(amra, tmp_path):
    (tmp_path / "stick").mkdir()
    keeping.keep(amra.home, replace(keeping.read(amra.home), second=str(tmp_path / "stick")))
    known = tending.tend(amra, amra.home)
    assert known.last_good and known.last_second
    assert known.last_test and known.is_test_good
    assert len(backups.overview(tmp_path / "stick")) == 1


def test_the_old_backups_of_a_server_lose_their_people_too(amra):
    today = clock.now()
    for days in (420, 390, 360, 330, 7):
        with clock.at(today - timedelta(days=days)):
            backups.save(amra, amra.home, Reason.BY_HAND)
    with amra.write() as session:
        users.add(session, "late", "Late", [Role.DESK])
    tending.tend(amra, amra.home)
    found = backups.overview(amra.home / keeping.FOLDER)
    old = [each for each in found if today - each.made_at > HORIZON]
    assert old
    assert not any(each.has_people for each in old)
    assert all(restoring.can_be_restored(each, keyring.key_of(amra)) for each in old)


def place_of_cards(owner: Database) -> int:
    with owner.read() as session:
        query = text("SELECT relfilenode FROM pg_class WHERE relname = 'card'")
        return int(session.scalar(query) or 0)


def test_only_the_owner_leaves_no_trace_on_the_server_and_others_are_told(amra, owner):
    before = place_of_cards(owner)
    with pytest.raises(TracesLeft) as told:
        amra.leave_no_trace()
    assert told.value.text().startswith("The data are erased. Traces of them may stay")
    assert place_of_cards(owner) == before
    owner.leave_no_trace()
    assert place_of_cards(owner) != before


def test_a_step_hard_to_take_back_waits_for_its_backup(amra):
    backups.save_before(amra, Reason.IMPORT)
    (made,) = backups.overview(amra.home / keeping.FOLDER)
    assert made.reason is Reason.IMPORT


def test_without_a_key_no_backup_is_made_and_it_is_said(postgresql_url, tmp_path):
    with closing(as_program(Database.connect(postgresql_url))) as db:
        with pytest.raises(keyring.NoKey):
            backups.make(db, tmp_path / "x.backup", Reason.BY_HAND)
        db.home = tmp_path
        backups.save_before(db, Reason.IMPORT)
    assert left_in(tmp_path) == []


def test_who_changes_the_password_opens_later_backups_with_the_new_one(amra, tmp_path):
    logins.change_password(amra, PASSWORD, OTHER)
    made = backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    assert unlocked(made.file, amra.login, OTHER)
    with pytest.raises(keys.WrongPassword):
        unlocked(made.file, amra.login, PASSWORD)


def test_a_password_changed_on_the_server_opens_backups_after_the_next_sign_in(
    amra, shared_server, tmp_path
):
    shared_server.command(f"ALTER ROLE {amra.login} PASSWORD '{OTHER}'")
    acts = heads(amra)[1][0]
    keyring.enter(amra, OTHER)
    keyring.enter(amra, OTHER)
    assert heads(amra)[1][0] == acts + 1
    made = backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    assert unlocked(made.file, amra.login, OTHER)


def test_the_command_line_backs_up_and_restores(amra, shared_books, tmp_path, capsys):
    (tmp_path / "secret").write_text(PASSWORD)
    data, out = tmp_path / "data", tmp_path / "x.backup"
    address.remember(data, replace(shared_books, user=amra.login))
    secret = ["--password-file", str(tmp_path / "secret")]
    assert main.main(["backup", str(out), "--data", str(data), *secret]) == 0
    assert "Written and verified" in capsys.readouterr().out
    assert (
        main.main(["restore", str(out), str(tmp_path / "file"), "--user", amra.login, *secret]) == 0
    )
    assert (
        main.main(["check", "--data", str(tmp_path / "file"), "--user", amra.login, *secret]) == 0
    )


def test_books_beside_a_file_keep_their_backups_apart(amra, branch_folder):
    address.settle(amra, branch_folder)
    assert amra.home is None
    assert amra.seen_in.parent == branch_folder


def test_a_user_who_leaves_opens_no_later_backup(owner, amra, shared_books, tmp_path):
    edin = f"edin_{shared_books.database}"
    with owner.write() as session:
        user = users.add(session, edin, "Edin", [Role.DESK])
        logins.let_in(session, user, OTHER)
    with amra.write() as session:
        access.revoke(session, session.get_one(users.User, user.id), None)
    made = backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    assert restoring.logins(made.file) == [amra.login]


def test_a_paper_key_opens_a_backup_of_a_server(amra, tmp_path):
    with amra.write() as session:
        first, second = access.make_paper_keys(session, None, keyring.key_of(amra))
        access.prove_paper_key(session, None, first)
        access.prove_paper_key(session, None, second)
        assert all(paper.is_proved for paper in access.paper_keys(session, None))
    made = backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    key = restoring.unlock(made.file, lambda folder: paperkeys.unlock(folder, second))
    assert key == keyring.key_of(amra)


def test_wrong_paper_keys_typed_back_wait_and_stand_in_the_record(amra):
    with amra.write() as session:
        first, _second = access.make_paper_keys(session, None, keyring.key_of(amra))
    foreign = papercode.written(papercode.new())
    for _try in range(FREE_TRIES):
        with pytest.raises(WrongPaperKey), amra.write() as session:
            access.prove_paper_key(session, None, foreign)
    with pytest.raises(TooManyTries), amra.write() as session:
        access.prove_paper_key(session, None, first)
    users.sign_in(amra, amra.login)
    assert told(amra, users.WRONG_PAPER) == [f"tries:{FREE_TRIES}"]


def test_wrong_tries_at_a_backup_of_a_server_stand_in_its_record(amra):
    made = backups.save(amra, amra.home, Reason.BY_HAND)
    for _try in range(2):
        with pytest.raises(keys.WrongPassword):
            restoring.unlock(
                made.file,
                lambda at: keys.unlock(at, amra.login, OTHER, counted_in=amra.home),
                amra.home,
            )
    users.sign_in(amra, amra.login)
    assert told(amra, users.WRONG_BACKUP) == ["tries:2"]


def told(db: Database, code: str) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(record.Act.detail).where(record.Act.code == code)))


def test_the_key_is_for_users_of_the_books_and_cannot_be_replaced(amra):
    with amra.read() as session:
        assert len(session.scalar(select(keyring.KEPT.c.key))) == 32
    with pytest.raises(DBAPIError), amra.write() as session:
        session.execute(keyring.KEPT.update().values(key=bytes(32)))


def test_a_spoiled_ring_keeps_nobody_out_and_the_backup_says_it(owner, amra):
    with owner.write() as session:
        session.execute(keyring.KEPT.update().values(ring="{}"))
    keyring.enter(amra, PASSWORD)
    with pytest.raises(keys.DamagedKeys):
        backups.save(amra, amra.home, Reason.BY_HAND)
    assert left_in(amra.home / keeping.FOLDER) == []


def test_a_foreign_key_in_its_place_is_noticed(owner, amra, tmp_path):
    with owner.write() as session:
        session.execute(keyring.KEPT.update().values(key=bytes(32)))
    with pytest.raises(backups.CopyUnsound):
        backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    assert not list(tmp_path.glob("*.backup"))


def test_a_connection_lost_in_the_middle_leaves_nothing_behind(
    amra, shared_server, tmp_path, monkeypatch
):
    chunks, left = move._chunks, []

    def cut(session, table):
        yield from chunks(session, table)
        if not left:
            left.append(cut_off(shared_server, amra.login))

    monkeypatch.setattr(move, "_chunks", cut)
    with pytest.raises(OperationalError):
        backups.save(amra, amra.home, Reason.BY_HAND)
    assert left_in(amra.home) == []
    assert backups.save(amra, amra.home, Reason.BY_HAND)


def cut_off(server: Server, login: str) -> None:
    """End all that the user is connected with."""
    query = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{login}'"
    server.command(query)


@pytest.fixture
def empty(shared_server: Server) -> Iterator[Address]:
    """Another database of the same server, still empty, and its owner's address."""
    name = f"fresh_{uuid4().hex[:8]}"
    shared_server.command(f"CREATE ROLE {name}_keeper LOGIN CREATEROLE PASSWORD '{SECRET}'")
    shared_server.command(f"CREATE DATABASE {name} OWNER {name}_keeper")
    yield Address(
        "localhost", name, f"{name}_keeper", shared_server.port, str(shared_server.certificate)
    )
    shared_server.command(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def opened(amra: Database, tmp_path: Path, empty: Address) -> Opened:
    """A backup, and the key to it; the user has no login on the server yet."""
    login = f"ana_{empty.database}"
    with as_program(amra).write() as session:
        users.add(session, login, "Ana")
        keyring.seal(session, login, OTHER)
    made = backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    return Opened(made.file, login, unlocked(made.file, login, OTHER))


def test_a_backup_becomes_the_books_of_a_new_database(opened, amra, empty, tmp_path):
    with closing(Database.connect(empty.url(SECRET))) as owner:
        done = rebuild.rebuild(opened, owner, tmp_path, PASSWORD)
    assert done.documents == 1
    assert keeping.read(tmp_path).is_paused
    with closing(connected(empty, opened.login, PASSWORD, tmp_path / "home")) as there:
        with as_program(there).read() as session:
            assert checks.run(session) == []
            acts = session.scalars(select(record.Act).order_by(record.Act.id)).all()
        assert [act.code for act in acts][-4:-1] == [
            "restoring.restored", "keyring.bring", "logins.let_in",
        ]  # fmt: skip
        assert acts[-2].user_id == there.user
        assert keyring.key_of(there) == keyring.key_of(amra)
        assert backups.save(there, there.home, Reason.BY_HAND)
    assert not list(tmp_path.glob(f"{backups.UNFINISHED}*"))


def test_a_name_that_is_taken_is_said_before_anything_is_copied(
    opened, empty, shared_server, tmp_path, monkeypatch
):
    shared_server.command(f"CREATE ROLE {opened.login} LOGIN")
    monkeypatch.delattr(move, "_carry")
    owner = Database.connect(empty.url(SECRET))
    with closing(owner), pytest.raises(logins.NameTaken):
        rebuild.rebuild(opened, owner, tmp_path, PASSWORD)


def test_a_backup_is_never_mixed_with_other_books(opened, shared_books, tmp_path):
    owner = Database.connect(shared_books.url(SECRET))
    with closing(owner), pytest.raises(move.NotEmpty):
        rebuild.rebuild(opened, owner, tmp_path, PASSWORD)


def test_a_connection_lost_while_restoring_leaves_the_new_database_empty(
    opened, empty, shared_server, tmp_path, monkeypatch
):
    carry, left = move._carry, []

    def cut(old, new, *others):
        carry(old, new, *others)
        if not left:
            left.append(cut_off(shared_server, empty.user))

    monkeypatch.setattr(move, "_carry", cut)
    with closing(Database.connect(empty.url(SECRET))) as owner:
        with pytest.raises(OperationalError):
            rebuild.rebuild(opened, owner, tmp_path, PASSWORD)
        with owner.read() as session:
            move.require_empty(session)
        assert not keyring.is_ready(owner)
        assert rebuild.rebuild(opened, owner, tmp_path, PASSWORD).documents == 1


def test_the_second_persons_password_is_asked_of_the_server(amra, owner, shared_books, tmp_path):
    edin = f"edin_{shared_books.database}"
    with owner.write() as session:
        logins.let_in(session, users.add(session, edin, "Edin", [Role.DESK]), OTHER)
    assert logins.verify(amra, edin, OTHER)
    assert not logins.verify(amra, edin, PASSWORD)
    for _try in range(4):
        logins.verify(amra, edin, "wrong")
    with pytest.raises(TooManyTries):
        logins.verify(amra, edin, OTHER)


def test_a_server_that_asks_nobody_confirms_nothing(postgresql_url):
    with closing(Database.connect(postgresql_url)) as db, pytest.raises(logins.AsksNobody):
        logins.verify(db, db.login, "anything")


def test_a_password_that_the_server_never_asks_for_is_not_changed(postgresql_url):
    with closing(as_program(Database.connect(postgresql_url))) as db:
        with db.read() as session:
            before = record.head(session)
        with pytest.raises(logins.AsksNobody):
            logins.change_password(db, "anything", OTHER)
        with db.read() as session:
            assert record.head(session) == before
            query = text("SELECT rolpassword FROM pg_authid WHERE rolname = current_user")
            assert session.scalar(query) is None


def test_a_wrong_old_password_counts_as_a_try(amra):
    for _try in range(5):
        with pytest.raises(NotLetIn):
            logins.change_password(amra, "wrong", OTHER)
    with pytest.raises(TooManyTries):
        logins.change_password(amra, PASSWORD, OTHER)


def test_a_server_that_is_gone_confirms_nothing_and_says_so(amra, shared_server):
    shared_server.stop("fast")
    try:
        with pytest.raises(NoServer):
            logins.verify(amra, amra.login, PASSWORD)
    finally:
        shared_server.start()
    assert logins.verify(amra, amra.login, PASSWORD)


# After a theft


def test_after_a_theft_backups_are_under_a_new_key_and_the_old_one_opens_none_of_them(
    owner, amra, shared_books, tmp_path
):
    edin = f"edin_{shared_books.database}"
    with owner.write() as session:
        logins.let_in(session, users.add(session, edin, "Edin"), PASSWORD)
    with amra.write() as session:
        (old_paper, _other) = access.make_paper_keys(session, None, keyring.key_of(amra))
    before = backups.make(amra, tmp_path / "before.backup", Reason.BY_HAND)
    old = unlocked(before.file, amra.login, PASSWORD)

    with owner.write() as session:
        paper, _second = logins.renew(session, {amra.login: OTHER})
    logins.go_on_with(amra, OTHER)
    after = backups.make(amra, tmp_path / "after.backup", Reason.BY_HAND)
    new = unlocked(after.file, amra.login, OTHER)
    assert new != old
    assert restoring.unlock(after.file, lambda at: paperkeys.unlock(at, paper)) == new
    for stolen in (
        lambda at: keys.unlock(at, amra.login, PASSWORD),
        lambda at: keys.unlock(at, edin, PASSWORD),
        lambda at: paperkeys.unlock(at, old_paper),
    ):
        with pytest.raises((keys.WrongPassword, WrongPaperKey)):
            restoring.unlock(after.file, stolen)
    assert restoring.can_be_restored(after, old) is None
    assert restoring.can_be_restored(after, new) is True
    assert unlocked(before.file, amra.login, PASSWORD) == old
    with pytest.raises(NotLetIn):
        Database.connect(replace(shared_books, user=amra.login).url(PASSWORD))
    with amra.read() as session:
        numbers = [each.number for each in access.paper_keys(session, None)]
    assert numbers == [3, 4]

    with closing(connected(shared_books, edin, PASSWORD, tmp_path / "other")) as db:
        keyring.enter(db, PASSWORD)
        later = backups.make(db, tmp_path / "later.backup", Reason.BY_HAND)
    assert unlocked(later.file, edin, PASSWORD) == new


def test_a_new_key_is_made_where_the_old_one_is_spoiled(owner, amra, tmp_path):
    with owner.write() as session:
        session.execute(update(keyring.KEPT).values(ring="{"))
        logins.renew(session, {amra.login: OTHER})
    logins.go_on_with(amra, OTHER)
    made = backups.make(amra, tmp_path / "x.backup", Reason.BY_HAND)
    assert unlocked(made.file, amra.login, OTHER)


def test_only_the_owner_of_the_database_makes_a_new_key(amra):
    before = keyring.key_of(amra)
    with pytest.raises(logins.MayNotLetIn), amra.write() as session:
        logins.renew(session, {amra.login: OTHER})
    assert keyring.key_of(amra) == before


def test_a_weak_password_makes_no_new_key(owner, amra):
    before = keyring.key_of(amra)
    with pytest.raises(WeakPassword), owner.write() as session:
        logins.renew(session, {amra.login: "lozinka"})
    assert keyring.key_of(amra) == before
