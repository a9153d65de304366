"""Whatever opens a server wider than the program set it up is found and called by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from conftest import SECRET
from postgresql import Server
from sqlalchemy import text
from things import as_program

from models import checks, everything, guards
from models.database import Database
from models.guards import RIGHTS
from models.office import users
from models.roles import Role
from models.server import grants, logins, loopholes
from models.server.address import Address

assert everything
NEW = "sedam sarenih balkona"


@dataclass(frozen=True)
class Office:
    """Books on a server with a user, and one who left; `run` is whoever looks after the server."""

    keeper: Address
    run: Database
    user: str
    left: str

    @property
    def group(self) -> str:
        return grants.group_of(self.keeper.database)

    def said(self, statement: str) -> str:
        return statement.format(
            group=self.group, user=self.user, left=self.left,
            owner=self.keeper.user, database=self.keeper.database,
        )  # fmt: skip


@pytest.fixture(scope="module")
def office(shared_server: Server) -> Iterator[Office]:
    name = f"branch_{uuid4().hex[:8]}"
    shared_server.command(f"CREATE ROLE {name}_keeper LOGIN CREATEROLE PASSWORD '{SECRET}'")
    shared_server.command(f"CREATE DATABASE {name} OWNER {name}_keeper")
    keeper = Address(
        host="localhost", port=shared_server.port, database=name, user=f"{name}_keeper",
        certificate=str(shared_server.certificate),
    )  # fmt: skip
    here = replace(keeper, host=str(shared_server.folder), user="app", encrypted=False)
    with closing(as_program(Database.connect(keeper.url(SECRET)))) as owner:
        let_in(owner, f"amra_{name}", Role.SECRETARY, Role.ADMINISTRATOR)
        let_in(owner, f"edin_{name}", Role.DESK)
        with owner.write() as session:
            users.revoke(session, users.find(session, f"edin_{name}"))
    with closing(as_program(Database.connect(here.url()))) as run:
        yield Office(keeper, run, f"amra_{name}", f"edin_{name}")
    shared_server.command(f"DROP DATABASE {name} WITH (FORCE)")


def let_in(owner: Database, login: str, *roles: Role) -> None:
    with owner.write() as session:
        logins.let_in(session, users.add(session, login, login.title(), roles), NEW)


EMPTY = "RETURNS trigger LANGUAGE plpgsql {} AS $$ BEGIN RETURN NEW; END $$"
OPENED = {  # what somebody did, and how it is called
    "a policy is gone": ("DROP POLICY own ON unfinished", "unfinished.own"),
    "a policy asks nothing": ("ALTER POLICY own ON unfinished USING (true)", "unfinished.own"),
    "a policy lets all be written": (
        "ALTER POLICY own ON unfinished WITH CHECK (true)",
        "unfinished.own",
    ),
    "a policy holds for others": ("ALTER POLICY own ON unfinished TO {group}", "unfinished.own"),
    "another policy": ("CREATE POLICY more ON unfinished USING (true)", "unfinished.more"),
    "policies are switched off": (
        "ALTER TABLE unfinished DISABLE ROW LEVEL SECURITY",
        "unfinished.emptied",
    ),
    "what a policy asks": (
        "CREATE OR REPLACE FUNCTION typed_by_me(number bigint) RETURNS boolean LANGUAGE sql STABLE"
        " SET search_path = public, pg_temp AS $$ SELECT true $$",
        "typed_by_me(number bigint)",
    ),
    "who may empty": (
        "CREATE OR REPLACE FUNCTION keeps_clocks() RETURNS boolean LANGUAGE sql STABLE"
        " SET search_path = public, pg_temp AS $$ SELECT true $$",
        "keeps_clocks()",
    ),
    "a trigger is gone": ("DROP TRIGGER trust_guarded ON user_role", "trust_guarded"),
    "a trigger is off": ("ALTER TABLE encounter DISABLE TRIGGER remark_guarded", "remark_guarded"),
    "a trigger sleeps": (
        "ALTER TABLE act ENABLE REPLICA TRIGGER act_update_refused",
        "act_update_refused",
    ),
    "a trigger of fewer columns": (
        "CREATE OR REPLACE TRIGGER name_guarded BEFORE UPDATE OF login ON user_account"
        " FOR EACH ROW EXECUTE FUNCTION name_guarded()",
        "name_guarded",
    ),
    "a trigger with a condition": (
        "CREATE OR REPLACE TRIGGER act_update_refused BEFORE UPDATE ON act FOR EACH ROW"
        " WHEN (OLD.id = 0) EXECUTE FUNCTION act_update_refused()",
        "act_update_refused",
    ),
    "tables may be emptied": ("DROP TRIGGER act_kept ON act", "act_kept"),
    "a function does nothing": (
        f"CREATE OR REPLACE FUNCTION name_guarded() {EMPTY}".format(
            "SECURITY DEFINER SET search_path = public, pg_temp"
        ),
        "name_guarded",
    ),
    "a function is gone with its trigger": ("DROP FUNCTION lock_out() CASCADE", "lock_out"),
    "a function lost the owner's rights": (
        "ALTER FUNCTION lock_out() SECURITY INVOKER",
        "lock_out()",
    ),
    "a function looks elsewhere first": (
        "ALTER FUNCTION trust_guarded() RESET search_path",
        "trust_guarded()",
    ),
    "totals go past the rights": (
        "ALTER FUNCTION document_totals() RESET search_path",
        "document_totals()",
    ),
    "another function with the owner's rights": (
        "CREATE FUNCTION hole() RETURNS void LANGUAGE sql SECURITY DEFINER AS"
        " 'DELETE FROM public.act'; ALTER FUNCTION hole() OWNER TO {owner}",
        "hole()",
    ),
    "rows may be changed": ("GRANT UPDATE ON act TO {group}", "act"),
    "rows may be deleted": ("GRANT DELETE ON lot TO {group}", "lot"),
    "one column more": ("GRANT UPDATE (note) ON document TO {group}", "document"),
    "a table may be emptied": ("GRANT TRUNCATE ON card TO {group}", "card"),
    "the total may be written": ("GRANT UPDATE ON on_hand TO {group}", "on_hand"),
    "the key may be replaced": ("GRANT UPDATE (key) ON backup_key TO {group}", "backup_key"),
    "the schema may be called another": (
        "GRANT UPDATE ON alembic_version TO {group}",
        "alembic_version",
    ),
    "a right may be passed on": ("GRANT SELECT ON card TO {group} WITH GRANT OPTION", "card"),
    "everybody reads": ("GRANT SELECT ON card TO PUBLIC", "card"),
    "a column for everybody": ("GRANT SELECT (last_name) ON volunteer TO PUBLIC", "volunteer"),
    "a right of one user": ("GRANT DELETE ON document TO {user}", "document"),
    "a stranger writes": ("GRANT INSERT ON line TO {left}", "line"),
    "a view past the policy": (
        "CREATE VIEW peep AS SELECT * FROM unfinished; ALTER VIEW peep OWNER TO {owner};"
        " GRANT SELECT ON peep TO {group}",
        "peep",
    ),
    "numbers may be set": ("GRANT UPDATE ON SEQUENCE line_id_seq TO {group}", "line_id_seq"),
    "tables may be made": ("GRANT CREATE ON SCHEMA public TO {group}", "public"),
    "schemas may be made": ("GRANT CREATE ON DATABASE {database} TO {group}", "{database}"),
    "one who left is back": ("GRANT {group} TO {left} GRANTED BY {owner}", "{group}: {left}"),
    "a stranger is in the group": (
        "CREATE ROLE friend; GRANT {group} TO friend",
        "{group}: friend",
    ),
    "a user is the owner too": ("GRANT {owner} TO {user}", "{group}: {user}"),
    "the group is the owner too": ("GRANT {owner} TO {group}", "{group}"),
    "the group reads all": ("GRANT pg_read_all_data TO {group}", "{group}"),
    "the group signs in": ("ALTER ROLE {group} LOGIN", "{group}"),
    "a user passes by policies": ("ALTER ROLE {user} BYPASSRLS", "{group}: {user}"),
    "a user is over the server": ("ALTER ROLE {user} SUPERUSER", "{group}: {user}"),
    "a user makes users": ("ALTER ROLE {user} CREATEROLE", "{group}: {user}"),
    "no trigger is at work for one user": (
        "ALTER ROLE {user} SET session_replication_role = replica",
        "session_replication_role",
    ),
    "no trigger is at work in these books": (
        "ALTER DATABASE {database} SET session_replication_role = replica",
        "session_replication_role",
    ),
}
CIRCLES = ("a user is the owner too", "the group is the owner too")
MENDED = (
    "a policy asks nothing", "another policy", "what a policy asks", "a trigger is gone",
    "a trigger is off", "a function lost the owner's rights", "a function looks elsewhere first",
    "rows may be changed", "one column more", "everybody reads", "a right of one user",
    "a stranger writes", "numbers may be set", "one who left is back",
)  # fmt: skip
HARMLESS = {
    "who makes dumps reads": (
        "CREATE ROLE dumps; GRANT SELECT ON ALL TABLES IN SCHEMA public TO dumps"
    ),
    "a right taken away": "REVOKE INSERT ON line FROM {group}",
    "a role of the server": "CREATE ROLE other CREATEROLE BYPASSRLS",
    "triggers as they are": "ALTER DATABASE {database} SET session_replication_role = origin",
}


@pytest.mark.parametrize("what", OPENED)
def test_what_is_opened_on_a_server_is_found_and_named(office: Office, what: str) -> None:
    statement, named = OPENED[what]
    with office.run.write() as session:
        assert loopholes.found(session) == set()
        if what in CIRCLES and session.scalar(text("SHOW server_version_num")) >= "160000":
            pytest.skip("from PostgreSQL 16 on the server refuses the circle itself")
        session.execute(text(office.said(statement).replace(":", "\\:")))
        found = {problem.text() for problem in checks.posted_is_guarded(session)}
        named_so = loopholes.found(session) | guards.changed(session)
        session.rollback()
    assert office.said(named) in named_so
    assert found and found <= {checks.GuardMissing(guard=name).text() for name in named_so}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_opens_nothing_stops_nobody(office: Office, what: str) -> None:
    with office.run.write() as session:
        session.execute(text(office.said(HARMLESS[what])))
        assert list(checks.posted_is_guarded(session)) == []
        session.rollback()


def test_every_guard_that_is_made_with_the_rights_is_known_by_its_digest(office: Office) -> None:
    with office.run.read() as session:
        made = loopholes.made(session)
        of_schema = guards.known(guards.SERVER)
    assert {name: own for name, own in made.items() if name not in of_schema} == guards.known(
        RIGHTS
    )


def test_a_user_finds_it_too_and_letting_somebody_in_puts_it_right(office: Office) -> None:
    opened = [office.said(OPENED[what][0]) for what in MENDED]
    with office.run.write() as session:
        for statement in opened:
            session.execute(text(statement))
    assert len(seen_by_amra(office)) == 1
    with closing(as_program(Database.connect(office.keeper.url(SECRET)))) as owner:
        with owner.read() as session:
            assert loopholes.found(session) == {office.said(OPENED[what][1]) for what in MENDED}
        with owner.write() as session:
            logins.let_in(session, users.find(session, office.user), NEW)
    assert seen_by_amra(office) == []


def seen_by_amra(office: Office) -> list[str]:
    where = replace(office.keeper, user=office.user)
    with (
        closing(as_program(Database.connect(where.url(NEW)))) as amra,
        amra.read() as session,
    ):
        return [problem.text() for problem in checks.run(session)]
