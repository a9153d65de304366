"""The server: how it is reached, how its writers take turns, and why it refuses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from models import migrations
from models.errors import DomainError
from models.server.address import NotEncrypted, require_encrypted
from models.text import writable
from translations import N_

WRITERS_LOCK = 0x06_72_61_6E  # one writer at a time on the server, as in the file
# A writer whose computer fell silent lets the others go on; one who waits is told so.
MANNERS = "SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '60s'"
# A pulled cable sends no word. It is noticed after some 20 seconds, not after a quarter of an hour:
# where an answer is waited for, and (in thousandths of a second) where nobody takes what is sent.
UNTIL_SILENT = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "20000",
}

OWNS = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE relname = 'alembic_version'")


def engine_of(url: str | URL) -> Engine:
    """Connections to the server, once it has answered.

    Raises BadAddress, NotEncrypted, CertificateMissing, NoServer, NotLetIn, NoBooks, NoEncryption,
    UnknownServer.
    """
    address = parsed(url)
    require_safe(address)
    _require_sendable(address)
    heard = {name: value for name, value in UNTIL_SILENT.items() if name not in address.query}
    engine = create_engine(address, pool_size=4, pool_pre_ping=True, connect_args=heard)
    event.listen(engine, "connect", _introduce)
    event.listen(engine, "begin", _begin_on_server)
    try:
        engine.connect().close()
    except OperationalError as problem:
        engine.dispose()
        raise _refusal(problem)(server=name_of(engine)) from problem
    return engine


def with_password(url: str, password: str) -> URL:
    """The address of a server with the password to it. Raises BadAddress."""
    return parsed(url).set(password=password)


def parsed(url: str | URL) -> URL:
    """The address as the library takes it. Raises BadAddress."""
    try:
        address = make_url(url)
    except Exception as problem:  # the library raises several kinds for a malformed address
        raise BadAddress from problem
    if address.get_backend_name() != "postgresql":
        raise BadAddress
    return address.set(drivername="postgresql+psycopg")


def require_safe(address: URL) -> None:
    """Hold an address that somebody wrote to the rule of the window, before a password is sent.

    What is asked of a service must itself say which server and how. Raises NotEncrypted,
    CertificateMissing.
    """
    asked = _asked(address)
    if asked.get("service") and not (asked.get("host") and asked.get("sslmode")):
        raise NotEncrypted
    named = (asked[name] for name in ("host", "hostaddr", "service") if asked.get(name))
    is_encrypted = asked.get("sslmode") == "verify-full"
    require_encrypted(
        (host for hosts in named for host in hosts.split(",")),
        asked.get("sslrootcert", "") if is_encrypted else None,
    )


def name_of(engine: Engine) -> str:
    """The computer that the server runs on."""
    return engine.url.host or "localhost"


def may_upgrade(engine: Engine) -> bool:
    """Whether who is connected owns the books, and so may change what an older program made."""
    with engine.connect() as connection:
        return bool(connection.scalar(OWNS))


def hindrance(engine: Engine) -> type[DomainError]:
    """Why a server lets somebody connect, but not work."""
    try:
        return OlderBooks if migrations.revision(engine) else NoRights
    except ProgrammingError:
        return NotLetIn


def _require_sendable(address: URL) -> None:
    """No server knows a name that cannot be sent to it: a NUL would end the line it stands in.

    Raises NoServer, NotLetIn.
    """
    server, asked = address.host or "localhost", (address.username, address.password)
    if not _is_sendable(address.host) or not _is_a_name(server):
        raise NoServer(server=writable(server))
    if not all(map(_is_sendable, (*asked, address.database))):
        raise NotLetIn(server=server)


def _is_a_name(server: str) -> bool:
    """Whether a computer can be called so at all: not with two dots in a row."""
    try:
        return bool(server.encode("idna"))
    except UnicodeError:
        return False


def _is_sendable(said: object) -> bool:
    text = str(said or "")
    return writable(text) == text.strip()


def _asked(address: URL) -> dict[str, str]:
    """What the client library will go by: what it is told, and for the rest the environment.

    The file of a service, which is not read here, overrides the environment but not what is told.
    """
    from psycopg.pq import Conninfo  # heavy: books in a file do without

    usual = {each.keyword.decode(): each.val for each in Conninfo.get_defaults()}
    _none, told = address.get_dialect()().create_connect_args(address)
    said = {name: str(value) for name, value in told.items()}
    around = {name: value.decode() for name, value in usual.items() if value}
    if service := said.get("service") or around.get("service"):
        return said | {"service": service}
    return around | said


def _introduce(connection: Any, _record: Any) -> None:
    """Outside any transaction, whose end would take the settings back."""
    connection.autocommit = True
    connection.execute(MANNERS)
    connection.autocommit = False


def _begin_on_server(connection: Any) -> None:
    if connection.get_execution_options().get("writes"):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})


def _refusal(problem: OperationalError) -> type[DomainError]:
    """Why there is no connection: before one stands, the client has words only, no code."""
    talk = getattr(problem.orig, "pgconn", None)
    said = str(problem.orig)
    known = next((kind for words, kind in _REFUSED.items() if words in said), None)
    if known is None and talk is not None and (talk.needs_password or talk.used_password):
        return NotLetIn
    return known or NoServer


class BadAddress(DomainError):
    message = N_(
        "That is not the address of a PostgreSQL server. "
        "Write it as postgresql://user@computer/database."
    )


class NotLetIn(DomainError):
    message = N_("The server {server} does not know that user or password. Check both.")


class AsksNobody(DomainError):
    message = N_(
        "The server lets {login} in without asking for a password, so nothing is confirmed by it. "
        "Ask who looks after the server."
    )


class NoBooks(DomainError):
    message = N_("The server {server} has no database of that name. Ask who looks after it.")


class NoServer(DomainError):
    message = N_("The server {server} does not answer. Check the network and try again.")


class NoRights(DomainError):
    message = N_(
        "The server {server} does not let this user keep books there. "
        "Ask who looks after it to make the user the owner of the database."
    )


class OlderBooks(DomainError):
    message = N_(
        "The books on {server} are still those of an older program. "
        "Whoever owns the database must open them with this program once."
    )


class NoEncryption(DomainError):
    message = N_(
        "The server {server} does not encrypt the connection, so it is not used. "
        "Ask who looks after it."
    )


class UnknownServer(DomainError):
    message = N_(
        "The certificate does not belong to the server {server}. "
        "Check the address and the certificate file with whoever looks after it."
    )


_REFUSED: dict[str, type[DomainError]] = {  # by the words of the server or its client
    "does not support SSL": NoEncryption,
    "certificate": UnknownServer,
    "SSL error": UnknownServer,
    "permission denied for database": NotLetIn,
    'database "': NoBooks,
    'role "': NotLetIn,
    "authentication": NotLetIn,
    "pg_hba.conf": NotLetIn,
}
