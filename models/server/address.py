"""Where the shared books are: kept in the data folder without a password, beside a certificate."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from models import clock, files, seen
from models.errors import DomainError, Missing
from models.safe import folders, keys
from translations import N_

if TYPE_CHECKING:
    from sqlalchemy import URL

    from models.database import Database

FILE = "server.json"
CERTIFICATE = "server.crt"
PORT = 5432
PUT_AWAY = "before-server-"  # and the day: where the file lies since the books are on a server
PATIENCE = "10"  # seconds until a server counts as silent
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Address:
    """A database on a server, and who asks for it. `certificate` is the file it is known by."""

    host: str
    database: str
    user: str
    port: int = PORT
    certificate: str = ""
    encrypted: bool = True

    def url(self, password: str = "") -> URL:
        """What opens the books. Raises Missing, NotEncrypted, CertificateMissing."""
        from sqlalchemy import URL  # heavy: the sign-in window stands before it is loaded

        self._require_safe()
        query = {"connect_timeout": PATIENCE} | self._encryption()
        if self.host.startswith("/"):
            query["host"] = self.host
        return URL.create(
            "postgresql+psycopg",
            self.user,
            password or None,
            None if self.host.startswith("/") else self.host,
            self.port,
            self.database,
            query,
        )

    def _encryption(self) -> dict[str, str]:
        if not self.encrypted:
            return {"sslmode": "prefer"}
        return {"sslmode": "verify-full", "sslrootcert": self.certificate}

    def _require_safe(self) -> None:
        for value, caption in zip((self.host, self.database, self.user), CAPTIONS, strict=True):
            if not value:
                raise Missing(field=caption)
        require_encrypted([self.host], self.certificate if self.encrypted else None)


CAPTIONS = (N_("Address of the server"), N_("Name of the database"), N_("User of the server"))


def require_encrypted(hosts: Iterable[str], certificate: str | None) -> None:
    """Only a server on this very computer may be spoken to without encryption.

    `certificate` is the file that the server is known by, None where nothing is encrypted; `hosts`
    are names, addresses or folders of a socket. Raises NotEncrypted, CertificateMissing.
    """
    if certificate is None and not all(host in HERE or host.startswith("/") for host in hosts):
        raise NotEncrypted
    if certificate is not None and not Path(certificate).is_file():
        raise CertificateMissing


def remembered(folder: Path) -> Address | None:
    """The server that the data folder belongs to, if any. Raises AddressUnreadable."""
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        kept = Address(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as problem:
        raise AddressUnreadable(file=str(path)) from problem
    return replace(kept, certificate=str(folder / CERTIFICATE)) if kept.encrypted else kept


def remember(folder: Path, address: Address) -> Address:
    """From the next start on the books of the folder are those on the server."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if address.encrypted and Path(address.certificate) != folder / CERTIFICATE:
        files.write_whole(folder / CERTIFICATE, Path(address.certificate).read_bytes())
    kept = asdict(replace(address, certificate=""))
    files.write_whole(folder / FILE, json.dumps(kept).encode())
    return remembered(folder) or address


def remember_new(folder: Path, address: Address) -> Address:
    """The same for books that were just put there: what was seen of others there is forgotten."""
    kept = remember(folder, address)
    seen.forget(seen_from(folder, kept))
    return kept


def forget(folder: Path) -> None:
    """The books of the folder are in a file again."""
    for name in (FILE, CERTIFICATE):
        (folder / name).unlink(missing_ok=True)


def settle(db: Database, folder: Path) -> None:
    """This computer keeps in `folder` what it saw of the books on a server, and their backups.

    Where the file of a branch lies too, the backups there are its own: none are made of these.
    """
    db.seen_in = seen.beside_server(folder, db.address)
    db.home = None if folders.is_set_up(folder) else folder


def seen_from(folder: Path, where: Address) -> Path:
    """Where this computer keeps what it saw of the books at that address, as `settle` has it."""
    return seen.beside_server(folder, where.url("any").render_as_string())


def put_away(folder: Path) -> None:
    """Where the books are on a server, no closed file of the folder may be taken for them.

    It is kept, keys and all, in a folder of its own until somebody deletes it.
    """
    if not (folder / FILE).is_file():
        return
    left = [*folder.glob("*.db"), *folder.glob("*.db-*"), folder / keys.FILE]
    left = [path for path in left if path.exists()]
    if not left:
        return
    kept = folders.fresh_name(folder, f"{PUT_AWAY}{clock.today():%Y-%m-%d}")
    kept.mkdir(mode=0o700)
    for path in left:
        path.replace(kept / path.name)


def old_files(folder: Path) -> list[Path]:
    """The folders in which files from before the server are kept, the oldest first."""
    return sorted(path for path in folder.glob(f"{PUT_AWAY}*") if path.is_dir())


def delete_old_files(folder: Path) -> None:
    """The old files are no longer needed."""
    for old in old_files(folder):
        shutil.rmtree(old)


class NotEncrypted(DomainError):
    message = N_(
        "Without encryption the server must run on this very computer. "
        "Choose the certificate that belongs to the server."
    )


class CertificateMissing(DomainError):
    message = N_(
        "Choose the certificate file of the server. Whoever looks after the server has it."
    )


class AddressUnreadable(DomainError):
    message = N_(
        "The address of the server cannot be read ({file}). "
        "Delete that file and enter the address again."
    )
