"""What the program may do on a server: of each table no more than its verbs need.

Users of the branch work through a group that owns nothing. Only the owner of the database, who
brings the schema up to date, could change a table or its triggers. What a verb never changes, the
group may not change either: posted documents, lots and acts are only ever added.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.base import Base
from models.privacy.retention import KEEPERS
from models.rights import question
from models.roles import EVERYONE, Role
from models.server import keyring

READ = "SELECT"
ADD = "SELECT, INSERT"
TAKE = ", DELETE"
SEALED = "SELECT, INSERT, UPDATE (ring)"  # the key itself only the owner replaces


def _fill(columns: str) -> str:
    """Rows are added, and of those that are there only these columns change."""
    return f"{ADD}, UPDATE ({columns})"


TABLES = {
    "act": ADD,
    "activity": _fill("day, work, description, place_id, kilometres, search") + TAKE,
    "branch": _fill("town, address, contact, secretary, president, logo, report_day"),
    "breach": ADD,
    "card": _fill("token, sex, birth_year, age_band, nationality, disability, erased_on"),
    "card_vulnerability": ADD + TAKE,
    "closing": ADD,
    # what posting fills in; a draft may be thrown away, triggers refuse it for what is posted
    "document": _fill("status, number, chain_number, posted_at, posted_by, confirmed_by, hash")
    + TAKE,
    "donor": ADD,
    "encounter": _fill("remark"),  # a trigger lets it only be emptied
    "engagement": _fill("minutes") + TAKE,
    "erased_vulnerability": _fill("persons"),
    "erasure": ADD,
    "imported_file": ADD,
    "indicator": _fill("position, unit, is_active"),
    "indicator_name": _fill("name, definition"),
    "indicator_term": ADD + TAKE,
    "item": _fill("category, weight, minimum, tracks_expiry, ifrc_code, is_active, search"),
    "item_name": _fill("text, sort"),
    "line": ADD,
    "lot": ADD,
    "municipality": ADD,
    "narrative": _fill("text"),
    "on_hand": READ,  # moved by the trigger of posting, with the owner's rights
    "organization": ADD,
    "organization_name": _fill("text"),
    "pack": _fill("quantity") + TAKE,
    "place": _fill("name, is_active, sort, search"),
    "proposal": _fill("declined_by, declined_at, answer") + TAKE,
    "proposed_line": ADD + TAKE,
    "reached": ADD,
    "reopening": _fill("answered_by, answered_at, is_granted, answer") + TAKE,
    "retention": _fill("days"),
    "service": ADD,
    "training": _fill("provider") + TAKE,
    "unfinished": _fill("at, text") + TAKE,  # a policy lets each reach only their own
    "user_account": _fill("is_active, pin, login, name"),  # see name_guarded
    "user_role": ADD + TAKE,
    "volunteer": _fill(
        "first_name, last_name, standing, state, sex, birth_date, phone, email, address, guardian,"
        " guardian_consent_on, joined_on, left_on, long_term_reported_on, erased_on, note, sort,"
        " search"
    ),
    "volunteer_skill": ADD + TAKE,
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
  DELETE FROM public.unfinished WHERE user_id = NEW.id;
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
    "CREATE OR REPLACE TRIGGER trust_guarded BEFORE INSERT OR UPDATE OF id, login, name,"
    " is_active, created_at ON user_account FOR EACH ROW EXECUTE FUNCTION trust_guarded()",
)

# No right of a column can say that a remark may be emptied but not rewritten, nor by whom.
GUARD_REMARKS = """
CREATE OR REPLACE FUNCTION remark_guarded() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  IF session_user <> current_user
     AND (NEW.remark <> '' OR NOT EXISTS (
       SELECT 1 FROM user_account u JOIN user_role r ON r.user_id = u.id
       WHERE u.login = session_user AND u.is_active AND r.role = ANY ({keepers})))
  THEN
    RAISE insufficient_privilege USING MESSAGE = 'a remark is only erased';
  END IF;
  RETURN NEW;
END $$
"""
REMARKS_GUARDED = """
CREATE OR REPLACE TRIGGER remark_guarded BEFORE UPDATE OF remark ON encounter
FOR EACH ROW EXECUTE FUNCTION remark_guarded()
"""
# Nor that a name may be erased but not changed. Whether the one who does it is an administrator,
# trust_guarded asks.
GUARD_NAMES = """
CREATE OR REPLACE FUNCTION name_guarded() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
  IF session_user <> current_user
     AND (NEW.is_active OR NEW.login <> '#' || NEW.id OR NEW.name <> NEW.login)
  THEN
    RAISE insufficient_privilege USING MESSAGE = 'a name is only erased';
  END IF;
  RETURN NEW;
END $$
"""
NAMES_GUARDED = """
CREATE OR REPLACE TRIGGER name_guarded BEFORE UPDATE OF login, name ON user_account
FOR EACH ROW EXECUTE FUNCTION name_guarded()
"""
# What somebody typed and did not save nobody else reads; whoever erases people empties all of it.
# Policies ask functions, whose source can be compared: how a server spells a policy is its own.
TYPED_BY_ME = """
CREATE OR REPLACE FUNCTION typed_by_me(number bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM user_account u WHERE u.login = session_user AND u.id = number)
$$
"""
KEEPS_CLOCKS = """
CREATE OR REPLACE FUNCTION keeps_clocks() RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM user_account u JOIN user_role r ON r.user_id = u.id
                 WHERE u.login = session_user AND u.is_active AND r.role = ANY ({keepers}))
$$
"""
# How many forms of theirs were not saved belongs on the paper of what is held about a user.
UNFINISHED_OF = """
CREATE OR REPLACE FUNCTION unfinished_of(number bigint) RETURNS SETOF timestamp LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.at FROM unfinished u WHERE u.user_id = number AND (keeps_clocks() OR typed_by_me(number))
$$
"""
OWN_ALONE = (
    "ALTER TABLE unfinished ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY own ON unfinished USING (typed_by_me(user_id))",
    "CREATE POLICY emptied ON unfinished FOR DELETE USING (keeps_clocks())",
)
POLICIES = text(
    "SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
    " WHERE c.relnamespace = 'public'::regnamespace"
)

# Kept beside a function that only the owner can change: which rights were given last.
GIVEN = "COMMENT ON FUNCTION lock_out() IS {}"
WHAT_WAS_GIVEN = text(
    "SELECT obj_description(to_regprocedure('lock_out()'), 'pg_proc'),"
    " pg_has_role(relowner, 'USAGE') AND current_setting('transaction_read_only') = 'off'"
    " FROM pg_class WHERE oid = to_regclass('alembic_version')"
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
    keepers = sql.Literal([role.value for role in KEEPERS])
    run(owner, GUARD_REMARKS, keepers=keepers)
    run(owner, GUARD_NAMES)
    for statement in (*TRUST_GUARDED, REMARKS_GUARDED, NAMES_GUARDED):
        run(owner, statement)
    _let_only_own_rows_be_read(owner, keepers)
    run(owner, GIVEN, sql.Literal(_of_today()))
    return group


def renew(connection: Connection) -> None:
    """The tables are no longer what they were: the users of a server may do what they need now.

    In the transaction of the connection, which is the owner's.
    """
    with Session(connection) as owner:
        if exists(owner, group_of(connection.engine.url.database or "")):
            give(owner)


def keep_up(engine: Engine) -> None:
    """When the owner comes in: a server whose rights were given by an earlier program gets today's.

    Where somebody else is at work in the books just then, the next time will do.
    """
    with engine.connect() as connection:
        given, may_give = connection.execute(WHAT_WAS_GIVEN).one()
    if may_give and given != _of_today():
        with suppress(OperationalError), engine.execution_options(writes=True).begin() as alone:
            renew(alone)


@question(*EVERYONE)
def are_of_today(session: Session) -> bool:
    """Whether the users of the branch have the rights that this program gives."""
    return bool(session.execute(WHAT_WAS_GIVEN).scalar() == _of_today())


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
    run(owner, "REVOKE ALL ON {} FROM {}, PUBLIC CASCADE", where, whom)
    run(owner, f"GRANT {rights} ON {{}} TO {{}}", where, whom)


def _let_only_own_rows_be_read(owner: Session, keepers: sql.Composable) -> None:
    for table, policy in owner.execute(POLICIES).all():
        run(owner, "DROP POLICY {} ON {}", sql.Identifier(policy), sql.Identifier(table))
    run(owner, TYPED_BY_ME)
    run(owner, KEEPS_CLOCKS, keepers=keepers)
    for statement in (UNFINISHED_OF, *OWN_ALONE):
        run(owner, statement)


def _of_today() -> str:
    """Stands for the rights and triggers that this program gives."""
    whole = repr((TABLES, SEALED, LOCK_OUT, LOCKS_OUT, GUARD_TRUST, TRUST_GUARDED, GUARD_REMARKS,
                  REMARKS_GUARDED, GUARD_NAMES, NAMES_GUARDED, TYPED_BY_ME, KEEPS_CLOCKS,
                  UNFINISHED_OF, OWN_ALONE, KEEPERS))  # fmt: skip
    return hashlib.sha256(whole.encode()).hexdigest()


def undecided() -> set[str]:
    """Tables of which nobody has said what the program may do with them, or that are gone."""
    return set(Base.metadata.tables) ^ set(TABLES)
