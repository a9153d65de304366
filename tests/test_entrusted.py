"""What a user may do is what the record of acts says; an edit below the program is found."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from conftest import KEY
from sqlalchemy import text
from sqlalchemy.orm import Session
from things import as_program

from models import bookfile, checks, migrations, sample
from models.bookfile import FILE
from models.checks import RolesChanged
from models.database import Database
from models.errors import DomainError
from models.office import access, users
from models.office.users import Trust, User
from models.roles import PROGRAM, Role
from models.safe import opening, travel
from models.safe.travel import TRAVELLER

EDITS = {
    "a role that nobody gave": "INSERT INTO user_role (user_id, role) VALUES (2, 'administrator')",
    "another role instead": "UPDATE user_role SET role = 'secretary' WHERE user_id = 2",
    "a role taken away": "DELETE FROM user_role WHERE user_id = 2",
    "access taken away": "UPDATE user_account SET is_active = false WHERE id = 2",
    "access that had ended": "UPDATE user_account SET is_active = true WHERE id = 3",
    "a user put in": "INSERT INTO user_account (id, login, name, is_active, created_at)"
    " VALUES (9, 'edin', 'Edin', true, '2020-01-01')",
    "a user put in before all others": "INSERT INTO user_account (id, login, name, is_active,"
    " created_at) VALUES (0, 'edin', 'Edin', true, '2020-01-01')",
}
PUT_IN = (
    "INSERT INTO user_account (id, login, name, is_active, created_at)"
    " VALUES (9, 'lejla', 'Lejla', true, '2020-01-01')"
)


@pytest.fixture
def branch(db: Database) -> Database:
    """Amra looks after the users, Edin has another role than at first, Ivo has left."""
    with db.write() as session:
        users.add(session, "amra", "Amra")
        edin = users.add(session, "edin", "Edin", [Role.DESK, Role.TRACING])
        ivo = users.add(session, "ivo", "Ivo", [Role.AUDITOR])
        users.entrust(session, edin, [Role.WAREHOUSE])
        users.revoke(session, ivo)
    return db


def found(db: Database) -> list[DomainError]:
    with db.read(PROGRAM) as session:
        return [wrong for check in checks.CHECKS for wrong in check(session)]


def edit(session: Session, statement: str) -> None:
    if statement.startswith("INSERT INTO user_account"):
        session.execute(text("UPDATE user_account SET login = 'x' WHERE login = 'edin'"))
    session.execute(text(statement))


def test_what_the_program_did_agrees_with_the_record(branch: Database) -> None:
    assert found(branch) == []


@pytest.mark.parametrize("statement", EDITS.values(), ids=EDITS)
def test_an_edit_below_the_program_is_found_and_the_user_named(
    branch: Database, statement: str
) -> None:
    with branch.write() as session:
        edit(session, statement)
    named = [wrong.details["login"] for wrong in found(branch) if isinstance(wrong, RolesChanged)]
    assert named == ["ivo" if "id = 3" in statement else "edin"]


@pytest.mark.parametrize("statement", EDITS.values(), ids=EDITS)
def test_without_this_check_nobody_would_notice(
    branch: Database, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = tuple(each for each in checks.CHECKS if each is not checks.roles_are_as_recorded)
    monkeypatch.setattr(checks, "CHECKS", without)
    with branch.write() as session:
        edit(session, statement)
    assert found(branch) == []


def test_the_start_finds_it_before_anybody_signs_in(branch: Database) -> None:
    with branch.write() as session:
        edit(session, EDITS["a role that nobody gave"])
    assert isinstance(opening.examine_ends(branch)[0], RolesChanged)
    assert not branch.takes_entries
    branch.trouble = None
    assert isinstance(opening.examine(branch)[0], RolesChanged)


def test_access_that_ends_with_its_key_is_recorded_too(branch: Database) -> None:
    with branch.write() as session:
        access.revoke(session, users.find(session, "edin"), None)
    assert found(branch) == []


def test_users_from_before_the_record_keep_what_the_migration_gave_them(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(Path(__file__).parent / "data" / "schema-0001", folder)
    insert = "INSERT INTO user_account (id, login, name, is_active, created_at) VALUES"
    old = as_program(Database(bookfile.engine_of(folder / FILE, KEY)))
    with closing(old), old.write() as session:
        session.execute(text(f"{insert} (1, 'amra', 'Amra', true, '2026-01-01')"))
        session.execute(text(f"{insert} (2, 'ivo', 'Ivo', false, '2026-01-01')"))
    with closing(as_program(Database.open(folder, KEY))) as db:
        assert migrations.revision(db.engine) == migrations.HEAD
        with db.write() as session:
            users.add(session, "edin", "Edin", [Role.DESK])
        assert found(db) == []
        with db.write() as session:
            session.execute(text("INSERT INTO user_role (user_id, role) VALUES (1, 'tracing')"))
        assert [str(wrong) for wrong in found(db)] == [RolesChanged(login="amra").text()]


FROM_BEFORE = (users.entrust, users.revoke)


@pytest.fixture(params=FROM_BEFORE, ids=lambda verb: verb.__name__)
def migrated(db: Database, request: pytest.FixtureRequest) -> Database:
    """Three users as the migration leaves them; the record begins with an act about the first."""
    with db.write() as session:
        for login in ("amra", "edin", "ivo"):
            user = User(login=login, name=login)
            user.trusted = [Trust(role=role) for role in users.FOUNDER]
            session.add(user)
            session.flush()
    with db.write() as session:
        given = ([Role.AUDITOR],) if request.param is users.entrust else ()
        request.param(session, users.find(session, "amra"), *given)
    return db


def test_the_first_act_about_one_of_them_says_nothing_of_the_others(migrated: Database) -> None:
    assert found(migrated) == []


def test_another_role_of_the_others_is_found_all_the_same(migrated: Database) -> None:
    with migrated.write() as session:
        session.execute(text("INSERT INTO user_role (user_id, role) VALUES (3, 'tracing')"))
    assert [wrong.details["login"] for wrong in found(migrated)] == ["ivo"]


def test_who_was_put_in_after_the_first_user_of_the_record_is_found(migrated: Database) -> None:
    with migrated.write() as session:
        users.add(session, "sara", "Sara")
    with migrated.write() as session:
        session.execute(text(PUT_IN))
        session.execute(text("INSERT INTO user_role (user_id, role) VALUES (9, 'secretary')"))
        session.execute(text("INSERT INTO user_role (user_id, role) VALUES (9, 'administrator')"))
    assert [wrong.details["login"] for wrong in found(migrated)] == ["lejla"]


def test_whose_access_has_ended_is_given_no_roles(branch: Database) -> None:
    with pytest.raises(users.NotAUser), branch.write() as session:
        users.entrust(session, users.find(session, "ivo"), [Role.DESK])
    assert found(branch) == []


def test_a_travel_copy_has_its_one_user_by_the_record(branch: Database) -> None:
    with branch.write(PROGRAM) as session:
        travel.hand_over(session)
    assert found(branch) == []
    with branch.write(PROGRAM) as session:
        session.execute(text("UPDATE user_account SET is_active = true WHERE id = 1"))
    assert [wrong.details["login"] for wrong in found(branch)] == ["#1"]
    with branch.read() as session:
        assert users.find(session, TRAVELLER).roles == {Role.AUDITOR}


def test_invented_data_agree_with_the_record(db: Database) -> None:
    sample.fill(db, months=0, per_month=5, seed=1)
    assert found(db) == []
