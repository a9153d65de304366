"""The imprint of the file as the program left it, which nobody without its key can make.

What fits it is byte for byte the file that was closed: no bit of it has turned, no page is of
another day. So damage need not be looked for page by page, which takes long in large books.
What was written since lies in the log beside it; that is sealed in the same way, commit by commit.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from models import files

FILE = "imprint"
PIECE = 1 << 22  # bytes; they are read side by side
READERS = 2


@dataclass(frozen=True)
class Read:
    """What all of a file came to, and how the file stood when it was read."""

    stamp: tuple[str | int, ...]
    digest: bytes


def keep(file: Path, key: bytes) -> None:
    """Take the imprint of closed books that are known to be good."""
    with suppress(OSError):  # without one, everything is checked at the next start
        files.write_whole(_beside(file), _imprint(read(file), key))


def fits(file: Path, key: bytes, known: Read | None = None) -> bool:
    """Whether the file is the one that was left; `known` spares reading it once more."""
    try:
        kept = _beside(file).read_bytes()
        if known is None or known.stamp != _stamp(file):
            known = read(file)
    except OSError:
        return False
    return hmac.compare_digest(kept, _imprint(known, key))


@dataclass(frozen=True)
class Seal:
    """How long the write-ahead log was (bytes) when its seal was made; without one it is empty."""

    length: int = 0
    seal: str = ""


class Log:
    """The write-ahead log beside books that were just opened, as it grows."""

    def __init__(self, file: Path, key: bytes) -> None:
        self._log, self._mark = log_of(file), _mark(file, key)
        self._door = threading.Lock()
        self._length, self._digest = 0, hashlib.sha256()

    def sealed(self) -> Seal:
        """The seal of what is there now; of new books, which have no imprint, there is none."""
        if not self._mark:
            return Seal()
        with self._door, suppress(OSError):
            with self._log.open("rb") as opened:
                opened.seek(self._length)
                grown = opened.read()
            self._digest.update(grown)
            self._length += len(grown)
            return Seal(self._length, _sealed(self._mark, self._digest.digest()))
        return Seal()


def log_fits(file: Path, key: bytes, known: Seal) -> bool:
    """Whether the log is empty, or to its last byte what was sealed on top of this very file."""
    if not is_logged(file):
        return True
    found = Log(file, key).sealed()
    is_sealed = bool(known.seal) and hmac.compare_digest(found.seal, known.seal)
    return is_sealed and found.length == known.length


def is_logged(file: Path) -> bool:
    """Whether something lies in the log."""
    log = log_of(file)
    return log.is_file() and log.stat().st_size > 0


def log_of(file: Path) -> Path:
    """The write-ahead log beside a file."""
    return file.with_name(f"{file.name}-wal")


def is_kept(file: Path) -> bool:
    return _beside(file).is_file()


def read(file: Path) -> Read:
    """Read all of a file. Raises OSError."""
    stamp, size = _stamp(file), file.stat().st_size
    with ThreadPoolExecutor(READERS) as readers:
        pieces = readers.map(partial(_piece, file), range(0, size, PIECE))
        return Read(stamp, hashlib.sha256(b"".join(pieces)).digest())


def _piece(file: Path, start: int) -> bytes:
    with file.open("rb") as opened:
        opened.seek(start)
        return hashlib.sha256(opened.read(PIECE)).digest()


def _imprint(known: Read, key: bytes) -> bytes:
    return _sealed(hmac.digest(key, b"imprint", "sha256"), known.digest).encode()


def _mark(file: Path, key: bytes) -> bytes:
    """What seals the log on top of this file and of no other; nothing where it has no imprint."""
    try:
        return hmac.digest(key, b"log" + _beside(file).read_bytes(), "sha256")
    except OSError:
        return b""


def _sealed(own: bytes, digest: bytes) -> str:
    """Sealed by a key that the data key makes for this alone, so that it says nothing of that."""
    return hmac.digest(own, digest, "sha256").hex()


def _stamp(file: Path) -> tuple[str | int, ...]:
    told = file.stat()
    return str(file), told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def _beside(file: Path) -> Path:
    return file.with_name(FILE)
