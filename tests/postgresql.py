"""A PostgreSQL server of the tests' own: started from the installed programs, thrown away after."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

try:
    import pwd
except ImportError:  # a system without users of this kind, such as Windows
    pwd = None

OWNER = "app"
MEMORY, ENOUGH = Path("/dev/shm"), 2 * 2**30  # new books are ten times quicker there
RUNNERS = ("postgres", "nobody")  # the server refuses to run as root
HBA = "local all app trust\nhostssl all all samehost scram-sha-256\n"
DURABLE = "-c log_min_messages=fatal"
OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: the newest that Debian installed, else the one on PATH."""
    if pwd is None:
        return None
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """A running server, reached through a socket in a folder of its own. Yields that folder."""
    with _cluster(binaries) as (folder, runner):
        options = f"-k {folder} -c listen_addresses='' {OPTIONS}"
        made = Server(binaries, folder, runner, options)
        made.start()
        try:
            yield str(folder)
        finally:
            made.stop()


@contextmanager
def shared_server(binaries: Path, options: str = "") -> Iterator[Server]:
    """A server as a branch has it: users come by the network, encrypted, with a password.

    The owner of all comes through the socket without one.
    """
    with _cluster(binaries) as (folder, runner):
        make_certificate(folder, runner)
        _write(folder / "data" / "pg_hba.conf", HBA, runner)
        port = _free_port()
        tls = f"-c ssl=on -c ssl_cert_file={folder}/server.crt -c ssl_key_file={folder}/server.key"
        where = f"-k {folder} -p {port} -c listen_addresses=localhost {tls}"
        options = f"{where} {options or OPTIONS}"
        made = Server(binaries, folder, runner, options, port)
        made.start()
        try:
            yield made
        finally:
            made.stop()


@dataclass
class Server:
    """A server that can be stopped and started again."""

    binaries: Path
    folder: Path
    runner: str | None
    options: str
    port: int = 5432

    @property
    def certificate(self) -> Path:
        return self.folder / "server.crt"

    def start(self) -> None:
        log = self.folder / "log"
        self._control("-l", log, "-o", self.options, "-w", "start")

    def stop(self, how: str = "immediate") -> None:
        """At once, or in an orderly way ("fast"): only then all that was saved is kept."""
        self._control("-m", how, "stop")

    def command(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as the owner of all."""
        where = {"host": str(self.folder), "port": self.port, "user": OWNER, "dbname": database}
        with psycopg.connect(**where, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _control(self, *arguments: str | Path) -> None:
        data = self.folder / "data"
        _run(self.binaries / "pg_ctl", "-D", data, *arguments, user=self.runner)


@contextmanager
def _cluster(binaries: Path) -> Iterator[tuple[Path, str | None]]:
    """A folder with the data of a server that was never started, and whom it runs as."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if roomy else None))
    runner = _runner(folder)
    init = ("-A", "trust", "-U", OWNER, "--no-sync", "--locale=C.UTF-8", "-E", "UTF8")
    try:
        _run(binaries / "initdb", *init, "-D", folder / "data", user=runner)
        yield folder, runner
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_certificate(folder: Path, runner: str | None, name: str = "localhost") -> None:
    """A certificate that the server made for itself, as docs/server.md has it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    _write(folder / "server.key", key.private_bytes(*form).decode(), runner)
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    _write(folder / "server.crt", pem, runner)


def _write(path: Path, content: str, runner: str | None) -> None:
    path.write_text(content)
    path.chmod(0o600)
    if runner:
        shutil.chown(path, runner)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("localhost", 0))
        return int(found.getsockname()[1])


def url(host: str, database: str) -> str:
    return f"postgresql+psycopg://{OWNER}@/{database}?host={host}"


def command(host: str, statement: str) -> None:
    """Run one statement of administration, outside any transaction."""
    with psycopg.connect(host=host, user=OWNER, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def _runner(folder: Path) -> str | None:
    """Whom the server runs as: ourselves, or for root somebody with fewer rights."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in RUNNERS if name in known)
    shutil.chown(folder, user)
    return user


def _run(program: Path, *arguments: str | Path, user: str | None) -> None:
    subprocess.run(
        [program, *arguments],
        check=True,
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=None,
    )


def _version(initdb: Path) -> float:
    return float(initdb.parts[-3])
