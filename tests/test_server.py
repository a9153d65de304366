"""Books on a server: the way in is encrypted, and a user may do there what the program needs."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import published
import pytest
from conftest import SECRET
from postgresql import make_certificate
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, ProgrammingError
from things import DAY, Things, as_program, lay_out

import main
from models import checks, everything
from models.database import Database
from models.desk import cards
from models.desk.cards import Person
from models.errors import Missing
from models.goods.items import Item
from models.goods.places import Place, PlaceKind
from models.goods.stock import Goods, receive
from models.office import unfinished, users
from models.privacy import accounts, erasing
from models.roles import Role
from models.server import address, grants, logins
from models.server.address import Address, CertificateMissing, NotEncrypted
from models.server.engine import (
    NoBooks,
    NoServer,
    NotLetIn,
    OlderBooks,
    UnknownServer,
    engine_of,
)
from models.server.logins import MayNotLetIn, NameTaken
from models.units import THOUSAND
from ui import faults

assert everything
NEW = "sedam sarenih balkona"


@pytest.fixture
def owner(shared_books: Address) -> Iterator[Database]:
    """The owner's connection to books with a posted receipt."""
    db = as_program(Database.connect(shared_books.url(SECRET)))
    with db.write() as session:
        lay_out(session).receive(100)
    yield db
    db.close()


@pytest.fixture
def amra(owner: Database, shared_books: Address) -> Iterator[Database]:
    """Amra's own connection, with all that a user of the program has."""
    login = f"amra_{shared_books.database}"
    with owner.write() as session:
        logins.let_in(session, users.add(session, login, "Amra"), NEW)
    db = as_program(Database.connect(replace(shared_books, user=login).url(NEW)))
    users.sign_in(db, db.login)
    yield as_program(db)
    db.close()


def test_the_way_is_encrypted_and_the_certificate_is_checked(owner):
    with owner.read() as session:
        query = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        is_encrypted, version = session.execute(text(query)).one()
    assert is_encrypted
    assert version == "TLSv1.3"


def test_a_server_that_falls_silent_is_given_up_within_half_a_minute(owner):
    """A pulled cable sends no word; the system would wait for a quarter of an hour."""
    with owner.engine.connect() as connection:
        talk = socket.socket(fileno=os.dup(connection.connection.driver_connection.fileno()))
    with closing(talk):
        names = ("KEEPIDLE", "KEEPINTVL", "KEEPCNT", "USER_TIMEOUT")
        asked = (getattr(socket, f"TCP_{name}") for name in names)
        idle, between, times, unheard = (talk.getsockopt(socket.IPPROTO_TCP, one) for one in asked)
        assert talk.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert 0 < idle + between * times <= 30
    assert 0 < unheard <= 30_000  # thousandths of a second


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"user": "nobody_here"}, NotLetIn),
        ({"database": "no_such_books"}, NoBooks),
        ({"port": 9}, NoServer),
        ({"host": "127.0.0.1"}, UnknownServer),
        ({"certificate": "/no/such/file"}, CertificateMissing),
        ({"host": "server.example", "encrypted": False}, NotEncrypted),
        ({"host": ""}, Missing),
        ({"host": "server..lan"}, NoServer),
        ({"host": "a\0b"}, NoServer),
        ({"user": "a\0b c"}, NotLetIn),
        ({"user": "half \ud800 a letter"}, NotLetIn),
    ],
)
def test_each_way_to_fail_has_a_sentence_of_its_own(shared_books, change, refusal):
    with pytest.raises(refusal):
        Database.connect(replace(shared_books, **change).url(SECRET))


VERIFIED = "sslmode=verify-full&sslrootcert="
UNSAFE = {
    "elsewhere": "postgresql://a@server.example/b",
    "as an option": "postgresql://a@/b?host=server.example",
    "one of two": "postgresql://a@/b?host=localhost&host=server.example",
    "by its number": "postgresql://a@localhost/b?hostaddr=192.0.2.7",
    "by a service": "postgresql://a@/b?service=office",
    "the certificate unchecked": "postgresql://a@server.example/b?sslmode=require",
    "the name unchecked": "postgresql://a@server.example/b?sslmode=verify-ca&sslrootcert=x",
    "said twice": f"postgresql://a@server.example/b?{VERIFIED}x&sslmode=disable",
}


@pytest.mark.parametrize("url", UNSAFE.values(), ids=UNSAFE)
def test_an_address_on_the_command_line_is_held_to_the_rule_of_the_window(url, tmp_path, capsys):
    (tmp_path / "secret").write_text(SECRET)
    words = ["check", "--database-url", url, "--password-file", str(tmp_path / "secret")]
    assert main.main(words) == 2
    assert capsys.readouterr().err.strip() == NotEncrypted().text()


def test_what_the_environment_says_of_the_server_counts_too(monkeypatch):
    monkeypatch.setenv("PGHOST", "server.example")
    with pytest.raises(NotEncrypted):
        Database.connect("postgresql://a@/b")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    with pytest.raises(CertificateMissing):
        Database.connect("postgresql://a@/b")


@pytest.mark.parametrize("by", ["environment", "address"])
@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ("postgresql://a@/b?", NotEncrypted),
        ("postgresql://a@/b?sslmode=verify-full&", NotEncrypted),
        ("postgresql://a@server.example/b?", NotEncrypted),
        ("postgresql://a@localhost/b?", NotEncrypted),
        ("postgresql://a@server.example/b?sslmode=verify-full&", CertificateMissing),
    ],
)
def test_a_service_overrides_the_environment_so_the_address_says_all_itself(
    by, told, refusal, tmp_path, monkeypatch
):
    (tmp_path / "server.crt").touch()
    (tmp_path / "services").write_text("[office]\nhost=server.example\nsslmode=disable\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(tmp_path / "server.crt"))
    if by == "environment":
        monkeypatch.setenv("PGSERVICE", "office")
    else:
        told += "service=office"
    with pytest.raises(refusal):
        Database.connect(told)


def test_with_a_service_too_an_address_that_says_all_is_good(shared_books, tmp_path, monkeypatch):
    (tmp_path / "services").write_text("[office]\nhost=server.example\nsslmode=disable\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    monkeypatch.setenv("PGSERVICE", "office")
    Database.connect(shared_books.url(SECRET)).close()


def test_a_certificate_that_is_not_there_is_asked_for(tmp_path):
    with pytest.raises(CertificateMissing):
        Database.connect(f"postgresql://a@server.example/b?{VERIFIED}{tmp_path}/no.crt")


def test_a_server_on_this_computer_needs_no_encryption_on_the_command_line(shared_server):
    here = f"postgresql://app@/postgres?host={shared_server.folder}&port={shared_server.port}"
    engine_of(here).dispose()
    with pytest.raises(NoServer):
        engine_of("postgresql://a@localhost:9/b")


def test_books_that_cannot_be_read_leave_no_connection_behind(shared_books, shared_server):
    Database.connect(shared_books.url(SECRET)).close()
    shared_server.command(
        "ALTER TABLE alembic_version RENAME version_num TO other", shared_books.database
    )
    with pytest.raises(ProgrammingError):
        Database.reach(shared_books.url(SECRET))
    inside = f"SELECT 1 FROM pg_stat_activity WHERE usename = '{shared_books.user}'"
    until = time.monotonic() + 10
    while shared_server.command(inside) and time.monotonic() < until:
        time.sleep(0.05)
    assert not shared_server.command(inside)


def test_a_wrong_password_is_said(shared_books):
    with pytest.raises(NotLetIn) as said:
        Database.connect(shared_books.url("wrong"))
    assert "wrong" not in str(said.value.__cause__)


def test_another_servers_certificate_is_refused(shared_books, tmp_path):
    make_certificate(tmp_path, None)
    other = replace(shared_books, certificate=str(tmp_path / "server.crt"))
    with pytest.raises(UnknownServer):
        Database.connect(other.url(SECRET))


def test_the_address_is_remembered_without_the_password(shared_books, tmp_path):
    address.remember(tmp_path, shared_books)
    again = address.remembered(tmp_path)
    assert replace(again, certificate="") == replace(shared_books, certificate="")
    assert Path(again.certificate).read_bytes() == Path(shared_books.certificate).read_bytes()
    Database.connect(again.url(SECRET)).close()
    assert all(SECRET.encode() not in file.read_bytes() for file in tmp_path.iterdir())
    address.forget(tmp_path)
    assert address.remembered(tmp_path) is None


def test_a_file_that_the_server_replaced_is_put_away_whole(branch_folder, shared_books):
    (branch_folder / "keys.json").write_text("{}")
    address.remember(branch_folder, shared_books)
    address.put_away(branch_folder)
    address.put_away(branch_folder)
    (kept,) = address.old_files(branch_folder)
    assert {file.name for file in kept.iterdir()} >= {"ogranak.db", "keys.json"}
    assert not list(branch_folder.glob("*.db"))
    address.delete_old_files(branch_folder)
    assert not address.old_files(branch_folder)


def test_every_table_has_a_decision():
    assert grants.undecided() == set()


def test_a_user_works_with_no_more_than_the_rights_of_the_group(amra):
    with amra.write() as session:
        things = stock(session)
        things.hand_out(3)
        user = users.add(session, "edin", "Edin", [Role.DESK])
        users.entrust(session, user, [Role.DESK, Role.WAREHOUSE])
    with amra.read() as session:
        assert checks.run(session) == []


def test_a_user_takes_in_a_day_sheet_and_goes_on_by_hand(shared_books):
    login = f"amra_{shared_books.database}"
    owner = as_program(Database.connect(shared_books.url(SECRET)))
    with closing(owner), owner.write() as session:
        logins.let_in(session, users.add(session, login, "Amra"), NEW)
    with closing(Database.connect(replace(shared_books, user=login).url(NEW))) as db:
        users.sign_in(db, login)
        with as_program(db).write() as session:
            published.fill(session, published.ALL[0])
            before = session.scalar(text("SELECT max(id) FROM document"))
            place = session.scalars(select(Place).where(Place.kind == PlaceKind.WAREHOUSE)).first()
            blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
            goods = [Goods(blanket, 5 * THOUSAND)]
            assert receive(session, place, goods, on=DAY, supplier="Donor A").id == before + 1
            assert checks.run(session) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE document DISABLE TRIGGER ALL",
        "DROP TRIGGER document_update_refused ON document",
        "DROP TABLE line",
        "TRUNCATE document CASCADE",
        "TRUNCATE act",
        "UPDATE line SET quantity = 1",
        "DELETE FROM line",
        "UPDATE on_hand SET quantity = 1000000",
        "INSERT INTO on_hand VALUES (1, 1, 5)",
        "UPDATE lot SET batch = 'x'",
        "UPDATE act SET code = 'x'",
        "DELETE FROM act",
        "DELETE FROM closing",
        "UPDATE closing SET figures = '{}'",
        "UPDATE encounter SET persons = 1",
        "UPDATE document SET note = 'x'",
        "UPDATE document SET day = day, place_id = place_id",
        "UPDATE user_account SET name = 'x' WHERE login = session_user",
        "UPDATE user_account SET login = login",
        "UPDATE user_role SET role = role",
        "UPDATE item SET unit = unit",
        "UPDATE proposal SET proposed_by = NULL",
        "DELETE FROM user_account",
        "DELETE FROM retention",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE public.own (id int)",
        "CREATE OR REPLACE FUNCTION public.document_totals() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "CREATE ROLE friend LOGIN",
        "SET session_replication_role = replica",
    ],
)
def test_a_user_cannot_get_round_the_guards(amra, statement):
    with pytest.raises(ProgrammingError) as refusal, amra.write() as session:
        session.execute(text(statement))
    assert type(refusal.value.orig).__name__ == "InsufficientPrivilege"
    assert faults.sentence(refusal.value) == faults.REFUSED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE document SET posted_by = NULL WHERE status = 'posted'",
        "UPDATE document SET hash = hash",
        "DELETE FROM document",
    ],
)
def test_drafts_may_be_posted_or_dropped_and_posted_documents_never_change(owner, amra, statement):
    with owner.write() as session:
        stock(session)
    with pytest.raises(DatabaseError, match="posted rows never change"), amra.write() as session:
        session.execute(text(statement))


def test_even_the_owner_meets_the_guards(owner):
    with pytest.raises(DatabaseError, match="posted rows never change"), owner.write() as session:
        session.execute(text("UPDATE document SET note = 'x' WHERE status = 'posted'"))


@pytest.fixture
def edin(owner: Database, shared_books: Address) -> Iterator[Database]:
    """The connection of a user who only hands out."""
    login = f"edin_{shared_books.database}"
    with owner.write() as session:
        logins.let_in(session, users.add(session, login, "Edin", [Role.DESK]), NEW)
    db = Database.connect(replace(shared_books, user=login).url(NEW))
    users.sign_in(db, db.login)
    yield as_program(db)
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO user_role (user_id, role) VALUES ({own}, 'administrator')",
        "UPDATE user_role SET role = 'administrator' WHERE user_id = {own}",
        "DELETE FROM user_role WHERE role = 'administrator'",
        "UPDATE user_account SET login = login || 'x'",
        "UPDATE user_account SET is_active = false",
        "UPDATE user_account SET name = name || 'x'",
        "INSERT INTO user_account (login, name, is_active, created_at)"
        " VALUES ('friend', 'Friend', true, '2026-11-01')",
    ],
)
def test_past_the_program_too_only_an_administrator_says_what_users_may_do(amra, edin, statement):
    with pytest.raises(ProgrammingError) as refusal, edin.write() as session:
        session.execute(text(statement.format(own=edin.user)))
    assert faults.sentence(refusal.value) == faults.REFUSED
    with edin.read() as session:
        assert checks.run(session) == []


def remark_of(db: Database) -> str:
    with db.read() as session:
        return session.scalars(text("SELECT remark FROM encounter")).one()


def test_a_remark_is_only_erased_and_only_by_whoever_keeps_the_clocks(owner, amra, edin):
    with owner.write() as session:
        session.execute(
            text(
                "INSERT INTO encounter (token, day, place_id, entered_at, persons, is_estimated,"
                " remark) SELECT 'x', '2026-11-01', id, '2026-11-01', 1, false, 'twins'"
                " FROM place WHERE kind = 'team' LIMIT 1"
            )
        )
    for db, said in ((amra, "other"), (edin, ""), (edin, "other")):
        with pytest.raises(ProgrammingError) as refusal, db.write() as session:
            session.execute(text("UPDATE encounter SET remark = :said"), {"said": said})
        assert faults.sentence(refusal.value) == faults.REFUSED
    assert remark_of(owner) == "twins"
    with amra.write() as session:
        erasing.forget_remarks(session, session.scalars(text("SELECT id FROM encounter")).all())
    assert remark_of(owner) == ""


def test_past_the_program_too_nobody_reads_what_another_typed_and_did_not_save(owner, amra, edin):
    for db in (amra, edin):
        with db.write() as session:
            unfinished.keep(session, db.login, "PersonForm", None, "{}")
    change = "UPDATE unfinished SET text = 'x'"
    for db in (amra, edin):
        with db.write() as session:
            assert session.scalars(text("SELECT token FROM unfinished")).all() == [db.login]
            session.execute(text(change))
    with pytest.raises(ProgrammingError), edin.write() as session:
        session.execute(text(f"INSERT INTO unfinished (token, user_id, at, form, text)"
                             f" VALUES ('x', {amra.user}, '2026-11-01', 'x', 'x')"))  # fmt: skip
    with edin.write() as session:
        session.execute(text("DELETE FROM unfinished"))
    with owner.read() as session:
        assert session.scalars(text("SELECT token FROM unfinished")).all() == [amra.login]


def test_whoever_erases_people_empties_what_others_typed(owner, amra, edin):
    for db in (amra, edin):
        with db.write() as session:
            unfinished.keep(session, db.login, "PersonForm", None, "{}")
    with amra.write() as session:
        erasing.erase_card(session, cards.add(session, Person()))
    with owner.read() as session:
        assert session.scalar(text("SELECT count(*) FROM unfinished")) == 0


def test_whoever_keeps_the_clocks_learns_when_another_typed_something_and_nothing_of_it(
    owner, amra, edin
):
    with edin.write() as session:
        unfinished.keep(session, edin.login, "PersonForm", None, "{}")
    with amra.read() as session:
        (at,) = unfinished.times_of(session, edin.user)
        assert session.scalars(text("SELECT text FROM unfinished")).all() == []
    past_the_program = f"SELECT count(*) FROM unfinished_of({edin.user})"
    with edin.read() as session:
        assert session.scalar(text(past_the_program)) == 1
    with edin.write() as session:
        assert unfinished.own(session)[0].at == at
        unfinished.keep(session, "more", "PersonForm", None, "{}")
    with amra.write() as session:
        unfinished.keep(session, amra.login, "PersonForm", None, "{}")
    with edin.read() as session:
        theirs = f"SELECT count(*) FROM unfinished_of({amra.user})"
        assert session.scalar(text(theirs)) == 0
    with owner.read() as session:
        assert len(unfinished.times_of(session, edin.user)) == 2


def test_before_the_owner_came_in_it_is_not_known_what_another_typed(owner, amra, edin):
    with owner.write() as session:
        session.execute(text("DROP FUNCTION unfinished_of(bigint)"))
    with amra.read() as session:
        assert unfinished.times_of(session, edin.user) is None


def test_whoever_may_not_see_the_forms_of_others_is_told_no_number_of_them(owner, amra, edin):
    with edin.write() as session:
        unfinished.keep(session, edin.login, "PersonForm", None, "{}")
    with amra.read() as session:
        assert unfinished.count(session) is None
    with owner.read() as session:
        assert unfinished.count(session) == 1


def test_with_a_user_of_the_server_goes_what_they_typed(owner, amra, edin):
    with edin.write() as session:
        unfinished.keep(session, edin.login, "PersonForm", None, "{}")
    with amra.write() as session:
        users.revoke(session, session.get_one(users.User, edin.user))
    with owner.read() as session:
        assert session.scalar(text("SELECT count(*) FROM unfinished")) == 0


def test_a_guard_that_was_made_with_the_rights_and_is_gone_is_found(owner, amra):
    with owner.write() as session:
        session.execute(text("ALTER TABLE encounter DISABLE TRIGGER remark_guarded"))
    with amra.read() as session:
        (found,) = checks.run(session)
    assert found.text() == checks.GuardMissing(guard="remark_guarded").text()


def test_a_server_from_before_gets_the_narrower_rights_when_the_owner_comes_in(
    owner, amra, shared_books
):
    group = grants.group_of(shared_books.database)
    with owner.write() as session:
        for statement in (
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON document, user_account TO {group}",
            "DROP TRIGGER remark_guarded ON encounter",
            "DROP FUNCTION remark_guarded()",
            "DROP TRIGGER name_guarded ON user_account",
            "DROP FUNCTION name_guarded()",
            "COMMENT ON FUNCTION lock_out() IS NULL",
        ):
            session.execute(text(statement))
    with amra.write() as session:
        session.execute(text("UPDATE user_account SET name = 'Mine' WHERE login = session_user"))
    amra_again = replace(shared_books, user=amra.login)
    Database.connect(amra_again.url(NEW)).close()  # who owns nothing gives nothing
    with amra.write() as session:
        assert checks.run(session) == []
        session.execute(text("UPDATE user_account SET name = 'Amra' WHERE login = session_user"))
    Database.connect(shared_books.url(SECRET)).close()
    refused = ("UPDATE user_account SET created_at = now()", "UPDATE document SET note = 'x'")
    for statement in refused:
        with pytest.raises(ProgrammingError), amra.write() as session:
            session.execute(text(statement))
    with owner.read() as session:
        made = "SELECT count(*) FROM pg_trigger WHERE tgname = 'remark_guarded'"
        assert session.scalar(text(made)) == 1


def test_an_administrator_may_lay_down_every_role_of_their_own(owner, amra):
    with owner.write() as session:
        users.add(session, "keeper", "Keeper")
    with amra.write() as session:
        users.entrust(session, session.get_one(users.User, amra.user), [Role.DESK])
    with pytest.raises(ProgrammingError), amra.write() as session:
        users.entrust(session, session.get_one(users.User, amra.user), [Role.SECRETARY])
    with owner.read() as session:
        assert checks.run(session) == []


def test_an_administrator_alone_erases_the_name_of_one_who_left(owner, amra):
    with owner.write() as session:
        users.add(session, "edin", "Edin")
        users.add(session, "keeper", "Keeper")
    emptied = "UPDATE user_account SET login = '#' || id, name = '#' || id WHERE login = 'edin'"
    with pytest.raises(ProgrammingError), amra.write() as session:
        session.execute(text(emptied))
    with amra.write() as session:
        edin = users.find(session, "edin")
        users.revoke(session, edin)
        accounts.erase(session, edin)
    with owner.read() as session:
        assert users.is_former(session.get_one(users.User, edin.id).name)
        assert checks.run(session) == []
    with amra.write() as session:
        users.entrust(session, session.get_one(users.User, amra.user), [Role.DESK])
    with pytest.raises(ProgrammingError), amra.write() as session:
        session.execute(text("UPDATE user_account SET is_active = false WHERE login = 'keeper'"))


def test_a_right_that_is_no_longer_listed_is_taken_away(owner, amra, monkeypatch):
    monkeypatch.setitem(grants.TABLES, "place", grants.READ)
    with owner.write() as session:
        grants.give(session)
    with pytest.raises(ProgrammingError), amra.write() as session:
        session.execute(text("UPDATE place SET name = name"))


def test_new_books_give_their_rights_to_a_group_that_was_there_before(shared_books, shared_server):
    name = shared_books.database
    shared_server.command(f"CREATE ROLE {grants.group_of(name)}")
    Database.connect(shared_books.url(SECRET)).close()
    query = f"SELECT has_table_privilege('{grants.group_of(name)}', 'act', 'INSERT')"
    assert shared_server.command(query, name) == [(True,)]


def test_rights_that_are_given_anew_are_those_of_today(owner, amra, monkeypatch):
    monkeypatch.setitem(grants.TABLES, "place", grants.READ)
    with owner.engine.begin() as connection:
        grants.renew(connection)
    with pytest.raises(ProgrammingError), amra.write() as session:
        session.execute(text("UPDATE place SET name = name"))


def test_a_server_on_this_computer_needs_no_encryption(shared_server, shared_books):
    here = replace(shared_books, host=str(shared_server.folder), user="app", encrypted=False)
    Database.connect(here.url()).close()


def test_the_command_line_knows_the_server_and_leaves_no_password_about(
    owner, shared_books, tmp_path, capsys
):
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    with owner.write() as session:
        users.add(session, owner.login, "Keeper")
    address.remember(tmp_path / "data", shared_books)
    bare = shared_books.url().render_as_string()
    for where in (["--database-url", bare], ["--data", str(tmp_path / "data")]):
        assert main.main(["check", *where, "--password-file", str(secret)]) == 0
        assert "The books are in order" in capsys.readouterr().out
    assert SECRET not in str(dict(os.environ))


def test_where_the_books_are_on_a_server_there_is_nothing_to_close(
    owner, shared_books, tmp_path, capsys
):
    (tmp_path / "secret").write_text(SECRET)
    with owner.write() as session:
        users.add(session, owner.login, "Keeper")
    url = shared_books.url().render_as_string()
    words = ["--data", str(tmp_path / "data"), "--database-url", url]
    words += ["--password-file", str(tmp_path / "secret"), "close", str(tmp_path)]
    assert main.main(words) == 2
    assert capsys.readouterr().err.startswith("The books are on a server, and no key to them")


def test_a_new_password_replaces_the_old_one(owner, amra, shared_books):
    where = replace(shared_books, user=amra.login)
    with owner.write() as session:
        logins.let_in(session, users.find(session, amra.login), "osam tihih vodenica")
        assert amra.login in logins.inside(session)
    with pytest.raises(NotLetIn):
        Database.connect(where.url(NEW))
    Database.connect(where.url("osam tihih vodenica")).close()


def test_a_user_whose_access_is_taken_away_is_locked_out_by_the_server(owner, amra, shared_books):
    login = amra.login
    with owner.write() as session:
        users.add(session, "edin", "Edin")
        users.revoke(session, users.find(session, login))
    with pytest.raises(ProgrammingError), amra.read() as session:
        session.execute(text("SELECT count(*) FROM place"))
    with pytest.raises(NotLetIn):
        Database.connect(replace(shared_books, user=login).url(NEW))


def test_a_stranger_on_the_server_is_not_made_a_user(owner, shared_server, shared_books):
    name = f"stranger_{shared_books.database}"
    shared_server.command(f"CREATE ROLE {name} LOGIN PASSWORD '{SECRET}'")
    with pytest.raises(NameTaken), owner.write() as session:
        logins.let_in(session, users.add(session, name, "Somebody"), NEW)
    with owner.read() as session:
        assert users.find(session, name) is None
    with pytest.raises(NotLetIn):
        Database.connect(replace(shared_books, user=name).url(SECRET))


def test_who_does_not_own_the_database_lets_nobody_in(amra):
    with pytest.raises(MayNotLetIn), amra.write() as session:
        logins.let_in(session, users.add(session, "edin", "Edin"), NEW)


def test_a_user_is_told_to_wait_for_the_owner_when_the_program_is_newer(
    owner, amra, monkeypatch, shared_books
):
    with owner.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(OlderBooks):
        Database.connect(replace(shared_books, user=amra.login).url(NEW))


def test_no_password_stands_in_the_servers_log(owner, amra, shared_server):
    assert NEW not in (shared_server.folder / "log").read_text("utf-8", "replace")
    (row,) = shared_server.command(
        f"SELECT rolpassword FROM pg_authid WHERE rolname = '{amra.login}'"
    )
    assert row[0].startswith("SCRAM-SHA-256$")


def test_a_tidy_close_leaves_no_connection(shared_books, shared_server):
    with closing(Database.connect(shared_books.url(SECRET))):
        pass
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{shared_books.database}'"
    assert shared_server.command(query) == [(0,)]


def stock(session):
    """The things that the owner laid out, in another session."""

    def one(query):
        return session.scalars(query).one()

    return Things(
        session,
        one(select(Place).where(Place.kind == PlaceKind.WAREHOUSE)),
        one(select(Place).where(Place.kind == PlaceKind.TEAM)),
        one(select(Item).where(Item.code == "blanket")),
        one(select(Item).where(Item.code == "water")),
    )
