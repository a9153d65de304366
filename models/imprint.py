"""The imprint of the file as the program left it, which nobody without its key can make.

What fits it is byte for byte the file that was closed: no bit of it has turned, no page is of
another day. So damage need not be looked for page by page, which takes long in large books.
"""

from __future__ import annotations

import hashlib
import hmac
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
    """Whether the file is the one that was left; `known` spares reading it once more.

    The write-ahead log must be empty.
    """
    try:
        kept = _beside(file).read_bytes()
        if known is None or known.stamp != _stamp(file):
            known = read(file)
    except OSError:
        return False
    return hmac.compare_digest(kept, _imprint(known, key))


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
    """The data key makes one of its own for this, so that the imprint says nothing about it."""
    own = hmac.digest(key, b"imprint", "sha256")
    return hmac.digest(own, known.digest, "sha256").hex().encode()


def _stamp(file: Path) -> tuple[str | int, ...]:
    told = file.stat()
    return str(file), told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def _beside(file: Path) -> Path:
    return file.with_name(FILE)
