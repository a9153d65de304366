"""What the program may do on a server: of each table no more than its verbs need.

Users of the branch work through a group that owns nothing. Only the owner of the database, who
brings the schema up to date, could change a table or its triggers. What a verb never changes, the
group may not change either: posted documents, lots and acts are only ever added.
"""

from __future__ import annotations

from typing import Any

from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from models.base import Base
from models.roles import Role
from models.server import keyring

READ = "SELECT"
ADD = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE"
ALL = "SELECT, INSERT, UPDATE, DELETE"
SEALED = "SELECT, INSERT, UPDATE (ring)"  # the key itself only the owner replaces

TABLES = {
    "act": ADD,
    "activity": ALL,
    "branch": CHANGE,
    "breach": ADD,
    "card": CHANGE,
    "card_vulnerability": ALL,
    "closing": ADD,
    "document": ALL,  # of a draft; triggers refuse it for what is posted
    "donor": CHANGE,
    "encounter": ADD + ", UPDATE (remark)",
    "engagement": ALL,
    "erased_vulnerability": CHANGE,
    "erasure": ADD,
    "imported_file": ADD,
    "indicator": CHANGE,
    "indicator_name": ALL,
    "indicator_term": ALL,
    "item": CHANGE,
    "item_name": ALL,
    "line": ADD,
    "lot": ADD,
    "municipality": ADD,
    "narrative": CHANGE,
    "on_hand": READ,  # moved by the trigger of posting, with the owner's rights
    "organization": CHANGE,
    "organization_name": ALL,
    "pack": ALL,
    "place": CHANGE,
    "proposal": ALL,
    "proposed_line": ALL,
    "reached": ADD,
    "reopening": ALL,
    "retention": ALL,
    "service": ADD,
    "training": ALL,
    "user_account": CHANGE,
    "user_role": ALL,
    "volunteer": CHANGE,
    "volunteer_skill": ALL,
}

WITH_OWNERS_RIGHTS = ("document_totals",)

LOCK_OUT = """
CREATE OR REPLACE FUNCTION lock_out() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
             JOIN pg_roles u ON u.oid = m.member
             WHERE g.rolname = {group} AND u.rolname = NEW.login) THEN
    EXECUTE format('REVOKE %I FROM %I', {group}, NEW.login);
    EXECUTE format('ALTER ROLE %I NOLOGIN', NEW.login);
  END IF;
  RETURN NEW;
END $$
"""
LOCKS_OUT = """
CREATE OR REPLACE TRIGGER lock_out AFTER UPDATE OF is_active ON user_account
FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION lock_out()
"""

# The verbs ask for the role; here the server does, of whoever comes past them. Roles of one's own
# may always be laid down: whoever gives up several loses the administrator's first.
GUARD_TRUST = """
CREATE OR REPLACE FUNCTION trust_guarded() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  IF session_user <> current_user
     AND NOT EXISTS (SELECT 1 FROM user_account u JOIN user_role r ON r.user_id = u.id
                     WHERE u.login = session_user AND u.is_active AND r.role = {administrator})
     AND NOT (TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM user_account u
              WHERE u.login = session_user AND u.id = (to_jsonb(OLD) ->> 'user_id')::bigint))
  THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an administrator entrusts';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""
TRUST_GUARDED = (
    "CREATE OR REPLACE TRIGGER trust_guarded BEFORE INSERT OR UPDATE OR DELETE ON user_role"
    " FOR EACH ROW EXECUTE FUNCTION trust_guarded()",
    "CREATE OR REPLACE TRIGGER trust_guarded BEFORE INSERT OR UPDATE OF id, login, is_active"
    " ON user_account FOR EACH ROW EXECUTE FUNCTION trust_guarded()",
)


def group_of(database: str) -> str:
    """The group in which the users of a database are."""
    return f"{database}_work"


def give(owner: Session) -> str:
    """Make the group with exactly its rights, in the owner's session; give its name.

    May be repeated at any time: what was granted before and is no longer listed is taken away.
    """
    database = owner.connection().engine.url.database or ""
    group = group_of(database)
    if not exists(owner, group):
        run(owner, "CREATE ROLE {} NOLOGIN", sql.Identifier(group))
    _open_the_door(owner, database, group)
    for table, rights in TABLES.items():
        _grant(owner, table, rights, group)
    _grant(owner, "alembic_version", READ, group)
    if keyring.make_room(owner):
        _grant(owner, keyring.KEPT.name, SEALED, group)
    for name in WITH_OWNERS_RIGHTS:
        function = sql.Identifier(name)
        run(owner, "ALTER FUNCTION {}() SECURITY DEFINER", function)
        run(owner, "ALTER FUNCTION {}() SET search_path = public, pg_temp", function)
    run(owner, LOCK_OUT, group=sql.Literal(group))
    run(owner, LOCKS_OUT)
    run(owner, GUARD_TRUST, administrator=sql.Literal(Role.ADMINISTRATOR.value))
    for statement in TRUST_GUARDED:
        run(owner, statement)
    return group


def renew(connection: Connection) -> None:
    """The tables are no longer what they were: the users of a server may do what they need now.

    In the transaction of the connection, which is the owner's.
    """
    with Session(connection) as owner:
        if exists(owner, group_of(connection.engine.url.database or "")):
            give(owner)


def withdraw(owner: Session) -> None:
    """The books have moved away: here they may be looked at, and nothing may be entered."""
    database = owner.connection().engine.url.database or ""
    if exists(owner, group_of(database)):
        for table in TABLES:
            _grant(owner, table, READ, group_of(database))
    name = sql.Identifier(database)
    run(owner, "ALTER DATABASE {} SET default_transaction_read_only = on", name)


def exists(owner: Session, role: str) -> bool:
    """Whether the server knows a role or group of that name."""
    return bool(run(owner, "SELECT 1 FROM pg_roles WHERE rolname = {}", sql.Literal(role)))


def run(owner: Session, statement: str, *parts: sql.Composable, **named: sql.Composable) -> Any:
    """Run a statement of administration, its names and values quoted; the first row, if any."""
    cursor = owner.connection().connection.cursor()
    composed = sql.SQL(statement).format(*parts, **named)
    cursor.execute(composed)
    return cursor.fetchone() if cursor.description else None


def _open_the_door(owner: Session, database: str, group: str) -> None:
    door, name = sql.Identifier(database), sql.Identifier(group)
    run(owner, "REVOKE ALL ON DATABASE {} FROM PUBLIC", door)
    run(owner, "GRANT CONNECT ON DATABASE {} TO {}", door, name)
    run(owner, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    run(owner, "GRANT USAGE ON SCHEMA public TO {}", name)
    run(owner, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}", name)


def _grant(owner: Session, table: str, rights: str, group: str) -> None:
    where, whom = sql.Identifier(table), sql.Identifier(group)
    run(owner, "REVOKE ALL ON {} FROM {}, PUBLIC", where, whom)
    run(owner, f"GRANT {rights} ON {{}} TO {{}}", where, whom)


def undecided() -> set[str]:
    """Tables of which nobody has said what the program may do with them, or that are gone."""
    return set(Base.metadata.tables) ^ set(TABLES)
