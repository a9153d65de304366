"""A PostgreSQL server of the tests' own: started from the installed programs, thrown away after."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

try:
    import pwd
except ImportError:  # a system without users of this kind, such as Windows
    pwd = None

OWNER = "app"
MEMORY, ENOUGH = Path("/dev/shm"), 2 * 2**30  # new books are ten times quicker there
RUNNERS = ("postgres", "nobody")  # the server refuses to run as root
OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"


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
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if roomy else None))
    runner = _runner(folder)
    data, log = folder / "data", folder / "log"
    options = f"-k {folder} {OPTIONS}"
    init = ("-A", "trust", "-U", OWNER, "--no-sync", "--locale=C.UTF-8", "-E", "UTF8")
    try:
        _run(binaries / "initdb", *init, "-D", data, user=runner)
        _run(binaries / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start", user=runner)
        try:
            yield str(folder)
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop", user=runner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
