"""What lets somebody past the guards of a server: one that is gone, or a right that nobody gave.

What the program sets up there (`grants.give`) is compared with what is there, and each difference
is called by the name that it has on the server. Rights that an earlier program gave are not held
against today's: they last until the owner of the database comes in with this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from psycopg import sql
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from models import guards
from models.guards import RIGHTS
from models.rights import question
from models.roles import EVERYONE
from models.server import grants, keyring

Right = Row[Any]
Who = dict[str, Any]
Listed = dict[str, frozenset[tuple[str, str]]]  # rights and their columns, by table

FIRST = "lock_out"  # every program that let somebody in made it
SEQUENCE = frozenset({("USAGE", "")})
READ = ("SELECT", "REFERENCES")  # what the owner may give to others: to whoever makes dumps, say
NAMED = re.compile(r"(\w+)(?: \(([^)]*)\))?")  # a right in a list, and its columns

# The owner is no user: on newer servers they are in the group which they made, to let others in.
WHO = text(
    'SELECT g.oid AS "group", act.relowner AS owner, ARRAY(SELECT m.member FROM pg_auth_members m'
    " WHERE m.roleid = g.oid AND m.member <> act.relowner) AS members"
    " FROM pg_roles g, pg_class act WHERE g.rolname = :name AND act.oid = 'public.act'::regclass"
    " AND has_table_privilege(g.oid, 'public.alembic_version', 'SELECT')"
)
ABOVE = text(
    "SELECT rolname FROM pg_roles WHERE oid = ANY (CAST(:own AS oid[])) AND (rolsuper"
    " OR rolbypassrls OR rolcreaterole OR pg_has_role(oid, CAST(:owner AS oid), 'MEMBER'))"
    " UNION SELECT rolname FROM pg_roles r WHERE oid = :group AND (rolcanlogin"
    " OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid))"
)
STRAYS = text(
    "SELECT rolname FROM pg_roles WHERE oid = ANY (CAST(:members AS oid[]))"
    " AND NOT EXISTS (SELECT 1 FROM user_account u WHERE u.login = rolname AND u.is_active)"
)
MAKERS = text(
    "SELECT 'public' FROM unnest(CAST(:own AS oid[])) each"
    " WHERE has_schema_privilege(each, 'public', 'CREATE')"
    " UNION SELECT current_database() FROM unnest(CAST(:own AS oid[])) each"
    " WHERE has_database_privilege(each, current_database(), 'CREATE')"
)
GIVEN = text(
    "WITH given AS ("
    " SELECT c.relname, c.relkind, c.relowner, '' AS attname, (aclexplode(c.relacl)).*"
    " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    " UNION ALL"
    " SELECT c.relname, c.relkind, c.relowner, a.attname, (aclexplode(a.attacl)).*"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped"
    " WHERE c.relnamespace = 'public'::regnamespace)"
    " SELECT relname, relkind = 'S' AS is_sequence, attname, privilege_type, is_grantable,"
    " grantee = :group AS is_group, grantee = ANY (CAST(:own AS oid[]) || 0::oid) AS is_user,"
    " relowner = :owner AS is_ours,"
    " (SELECT rolname FROM pg_roles r WHERE r.oid = grantee) AS role"
    " FROM given WHERE grantee NOT IN (relowner, :owner)"
)
FUNCTIONS = text(
    "SELECT proname || '(' || pg_get_function_identity_arguments(oid) || ')',"
    " proowner = (SELECT relowner FROM pg_class WHERE oid = 'public.act'::regclass),"
    " prosrc, prosecdef, proconfig FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace AND (prosecdef OR proconfig IS NOT NULL)"
)
POLICIES = text(
    "SELECT c.relname || '.' || p.polname, p.polcmd, p.polpermissive, p.polroles::text,"
    " replace(pg_get_expr(p.polqual, c.oid), 'public.', ''), pg_get_expr(p.polwithcheck, c.oid)"
    " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity"
)
SILENT = text(
    "SELECT current_setting('session_replication_role') <> 'origin' OR EXISTS ("
    " SELECT 1 FROM pg_db_role_setting, unnest(setconfig) said"
    " WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
    " AND said LIKE 'session_replication_role=%' AND said NOT LIKE '%=origin')"
)
MADE = text("SELECT proname FROM pg_proc WHERE proname = ANY (:names)")


@question(*EVERYONE)
def found(session: Session) -> set[str]:
    """What is missing, changed or wider than it was made; nothing where nobody was let in yet."""
    who = _who(session)
    if who is None:
        return set()
    if not grants.are_of_today(session):
        return set(_switched_off(session))
    return {*_changed(session), *_wider(session, who), *_let_in(session, who)}


def close(owner: Session) -> None:
    """Take away what nobody gave: rights of tables, and places in the group.

    In the owner's session, before the rights are given anew; what else is open that mends.
    """
    if who := _who(owner):
        for table, role in {(right.relname, right.role) for right in _too_much(owner, who)}:
            whom = sql.Identifier(role) if role else sql.SQL("PUBLIC")
            grants.run(owner, "REVOKE ALL ON {} FROM {} CASCADE", sql.Identifier(table), whom)
        for login in owner.scalars(STRAYS, who).all():
            group = sql.Identifier(_group(owner))
            grants.run(owner, "REVOKE {} FROM {}", group, sql.Identifier(login))


@question(*EVERYONE)
def made(session: Session) -> dict[str, str]:
    """Every trigger and policy at work, every function with rights of its own: their digests."""
    own = sql.Literal(_group(session)).as_string()

    def said(source: str) -> str:
        return source.replace(own, "{group}")

    functions = {
        name: guards.digest(said(source), *rest)
        for name, _is_ours, source, *rest in session.execute(FUNCTIONS)
    }
    policies = {name: guards.digest(*rest) for name, *rest in session.execute(POLICIES)}
    return guards.present(session, said) | functions | policies


def _group(session: Session) -> str:
    return grants.group_of(session.connection().engine.url.database or "")


def _who(session: Session) -> Who | None:
    """The group, the owner and the members, by the numbers of the server; None without a group."""
    found = session.execute(WHO, {"name": _group(session)}).mappings().first()
    return {**found, "own": [found["group"], *found["members"]]} if found else None


def _switched_off(session: Session) -> Iterable[str]:
    """Triggers of an earlier program that were made with the rights and are at work no more."""
    names = [name for name in guards.known(RIGHTS) if name.isidentifier()]
    there = session.scalars(MADE, {"names": names})
    return {*there, FIRST} - guards.present(session).keys()


def _changed(session: Session) -> Iterator[str]:
    """Guards that are not as they were made, and what lets somebody past them."""
    known = guards.known(RIGHTS)
    yield from guards.differing(RIGHTS, made(session))
    for name, is_ours, _source, has_owners_rights, _settings in session.execute(FUNCTIONS):
        if is_ours and has_owners_rights and name not in known:
            yield name
    yield from (policy for policy, *_rest in session.execute(POLICIES) if policy not in known)
    if session.scalar(SILENT):
        yield "session_replication_role"


def _wider(session: Session, who: Who) -> Iterator[str]:
    """Tables of which somebody may do more than was given, and where users may make others."""
    yield from (right.relname for right in _too_much(session, who))
    yield from session.scalars(MAKERS, who)


def _too_much(session: Session, who: Who) -> list[Right]:
    listed = _listed()
    return [
        right for right in session.execute(GIVEN, who)
        if (right.relname in listed or right.is_ours) and _is_too_much(right, listed)
    ]  # fmt: skip


def _is_too_much(right: Right, listed: Listed) -> bool:
    """Users have their rights through the group alone; others may at most read."""
    if not right.is_user:
        return right.privilege_type not in READ
    if not right.is_group or right.is_grantable:
        return True
    allowed = SEQUENCE if right.is_sequence else listed.get(right.relname, frozenset())
    return (right.privilege_type, right.attname) not in allowed


def _let_in(session: Session, who: Who) -> Iterator[str]:
    """Who is in the group and no user of the branch, or may do more than the group."""
    group = _group(session)
    for login in {*session.scalars(ABOVE, who), *session.scalars(STRAYS, who)}:
        yield group if login == group else f"{group}: {login}"


def _listed() -> Listed:
    """What the group may do, as the server keeps it: each right, and of which column."""
    extra = {"alembic_version": grants.READ, keyring.KEPT.name: grants.SEALED}
    return {table: frozenset(_named(said)) for table, said in (grants.TABLES | extra).items()}


def _named(said: str) -> Iterator[tuple[str, str]]:
    for right, columns in NAMED.findall(said):
        yield from ((right, column.strip()) for column in columns.split(","))
