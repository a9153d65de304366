"""Who may come in on a server: a login of the server for each user of the branch."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any

from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import event
from sqlalchemy.orm import Session

from models import record
from models.database import Database, Locked
from models.errors import DomainError
from models.office import users
from models.office.users import User
from models.rights import question, verb
from models.roles import EVERYONE, KEYS
from models.safe import passwords
from models.server import grants, keyring, loopholes, tries
from models.server.engine import AsksNobody, NotLetIn
from translations import N_

LONGEST = 63  # bytes of a name on the server


@verb(N_("Let a user in on the server"), *KEYS)
def let_in(session: Session, user: User, password: str) -> None:
    """Make the user's login on the server, or give the one they have a new password.

    `session` is that of the server's owner. A user who leaves is locked out by the database
    itself. Raises WeakPassword, NameTaken, NameTooLong, MayNotLetIn.
    """
    _let_in(session, user, password)
    keyring.seal(session, user.login, password)
    record.note(session, "server")


@verb(N_("Made a new key of the backups"), *KEYS)
def renew(session: Session, fresh: Mapping[str, str]) -> tuple[str, ...]:
    """After a theft: a new key for the backups, and these new passwords of users, by login.

    `session` is that of the server's owner. The others keep their passwords, and get the key when
    they next sign in. Gives two paper keys as they are printed. Raises NotAUser and like let_in.
    """
    if not owns(session):
        raise MayNotLetIn
    for login, password in fresh.items():
        user = users.find(session, login)
        if user is None or not user.is_active:
            raise users.NotAUser(login=login)
        if login == session.connection().engine.url.username:
            _set_own(session, login, password)
        else:
            _let_in(session, user, password)
    return keyring.renew(session, fresh)


def require_fit(owner: Session, user: User, password: str) -> None:
    """Whether a user can be let in at all: asked before anything that takes long.

    Raises WeakPassword, NameTaken, NameTooLong.
    """
    passwords.check(password, (user.login, user.name))
    if len(user.login.encode()) > LONGEST:
        raise NameTooLong(login=user.login)
    if grants.exists(owner, user.login) and user.login not in inside(owner):
        raise NameTaken(login=user.login)


def verify(db: Database, login: str, password: str) -> bool:
    """Is this the password of another user of the server? A second connection tries it.

    Counts as a try on this computer. A wrong one is False; raises TooManyTries, AsksNobody, and
    what else stands between this computer and the server.
    """
    try:
        _prove(db, login, password)
    except NotLetIn:
        return False
    return True


def change_password(db: Database, old: str, new: str) -> None:
    """Change one's own password on the server, where it asks for one.

    The connections that are made from now on use the new one. Raises NotLetIn for a wrong old one,
    which counts as a try, TooManyTries, AsksNobody, WeakPassword.
    """
    _prove(db, db.login, old)
    with db.write() as session:
        change_own(session, new)
    go_on_with(db, new)


def go_on_with(db: Database, password: str) -> None:
    """Make the connections to come with the new password of whoever works in these books.

    Books that were locked meanwhile are opened with it by whoever comes back to them.
    """

    def renewed(_dialect: Any, _record: Any, _words: Any, named: dict[str, Any]) -> None:
        named["password"] = password

    with suppress(Locked):
        event.listen(db.engine, "do_connect", renewed)


@verb(N_("Changed their own password"), *EVERYONE)
def change_own(session: Session, password: str) -> None:
    """Whoever is connected gets another password, for the backups too. Raises WeakPassword."""
    login = session.connection().engine.url.username or ""
    _set_own(session, login, password)
    if keyring.make_room(session):
        keyring.seal(session, login, password)


@question(*KEYS)
def inside(session: Session) -> frozenset[str]:
    """The logins that may come in on the server through the group of the branch."""
    group = grants.group_of(session.connection().engine.url.database or "")
    query = (
        "SELECT coalesce(array_agg(u.rolname::text), '{{}}') FROM pg_auth_members m"
        " JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member"
        " WHERE g.rolname = {} AND u.rolcanlogin"
    )
    return frozenset(grants.run(session, query, sql.Literal(group))[0])


@question(*KEYS)
def encryption(session: Session) -> str:
    """How the way to the server is encrypted, as TLSv1.3; empty where it is not."""
    found = grants.run(session, "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    return str(found[0] or "") if found else ""


@question(*KEYS)
def owns(session: Session) -> bool:
    """Whether who is connected owns the books: more than daily work needs."""
    query = "SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE relname = 'act'"
    return bool(grants.run(session, query)[0])


def _prove(db: Database, login: str, password: str) -> None:
    """Raises NotLetIn for a wrong password, TooManyTries, and AsksNobody where any would do."""
    way = db.engine.url.set(username=login, password=password)
    with tries.counted(db.tries_in, way), closing(Database.connect(way)) as own:
        if not own.asks_for_password:
            raise AsksNobody(login=login)
    tries.forget(db.tries_in, way)


def _let_in(session: Session, user: User, password: str) -> None:
    require_fit(session, user, password)
    try:
        loopholes.close(session)
        _make(session, user.login, password, grants.give(session))
    except InsufficientPrivilege as problem:
        raise MayNotLetIn from problem


def _set_own(session: Session, login: str, password: str) -> None:
    passwords.check(password, (login,))
    hashed = sql.Literal(_hashed(session, login, password))
    grants.run(session, "ALTER ROLE CURRENT_USER PASSWORD {}", hashed)


def _make(session: Session, login: str, password: str, group: str) -> None:
    """The password goes to the server as its hash, so that it stands in no log."""
    name = sql.Identifier(login)
    if not grants.exists(session, login):
        grants.run(session, "CREATE ROLE {} LOGIN", name)
        grants.run(session, "GRANT {} TO {}", sql.Identifier(group), name)
    hashed = _hashed(session, login, password)
    grants.run(session, "ALTER ROLE {} LOGIN PASSWORD {}", name, sql.Literal(hashed))


def _hashed(session: Session, login: str, password: str) -> str:
    driver = session.connection().connection.driver_connection
    talk = driver.pgconn  # type: ignore[union-attr]
    return str(talk.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode())


class NameTaken(DomainError):
    message = N_(
        "The server already has a user {login}, who is not of this branch. "
        "Choose another name for signing in."
    )


class NameTooLong(DomainError):
    message = N_("{login} is too long for the server. Choose a shorter name for signing in.")


class MayNotLetIn(DomainError):
    message = N_(
        "This user of the server may not let others in. Write the user who owns the database."
    )
