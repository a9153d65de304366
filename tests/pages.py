"""What stands in the pages of an encrypted file and its log, as who has the key could read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVED, SALT = 4096, 80, 16  # of SQLCipher 4
HEAD, FRAME = 32, 24  # of the write-ahead log and of each page in it
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1250", "iso8859-2", "cp852")


def holds(folder: Path, key: bytes, text: str) -> bool:
    """Whether any page, free ones included, has the text in any of the encodings."""
    wanted = {text.encode(name, "ignore") for name in ENCODINGS}
    return any(each in page for page in _pages(folder, key) for each in wanted)


def _pages(folder: Path, key: bytes) -> Iterator[bytes]:
    whole = (folder / "ogranak.db").read_bytes()
    for start in range(0, len(whole), PAGE):
        yield _opened(whole[start : start + PAGE], key, SALT if start == 0 else 0)
    log = folder / "ogranak.db-wal"
    frames = log.read_bytes()[HEAD:] if log.exists() else b""
    for start in range(0, len(frames), FRAME + PAGE):
        number = int.from_bytes(frames[start : start + 4])
        page = frames[start + FRAME : start + FRAME + PAGE]
        yield _opened(page, key, SALT if number == 1 else 0)


def _opened(page: bytes, key: bytes, skipped: int) -> bytes:
    first = page[-RESERVED:][:16]
    opener = Cipher(algorithms.AES(key), modes.CBC(first)).decryptor()
    return opener.update(page[skipped:-RESERVED]) + opener.finalize()
