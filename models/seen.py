"""How far the books reached when this computer last saw them: a cut end is noticed by it.

A chain shows that nothing in it was changed, but not that it went on. So the numbers and hashes
of the newest act and document lie beside the books, not in them. They follow every commit, and
are never ahead of it.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from models import files

FILE = "seen.json"
LENGTH = 400  # bytes, always: what was there before is covered whole


@dataclass(frozen=True)
class Seen:
    """Number and hash of the newest act and of the newest document of the book.

    `log` and `log_seal` are the length of the write-ahead log, and its seal (see imprint.py).
    """

    act: int = 0
    act_hash: str = ""
    document: int = 0
    document_hash: str = ""
    log: int = 0
    log_seal: str = ""


def read(path: Path) -> Seen:
    """What was seen; nothing where that was not kept, or cannot be read."""
    try:
        kept = json.loads(path.read_bytes())
        return Seen(int(kept["act"]), str(kept["act_hash"]), int(kept["document"]),
                    str(kept["document_hash"]), int(kept.get("log", 0)),
                    str(kept.get("log_seal", "")))  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return Seen()  # whoever can damage this file can also delete it


def keep(path: Path, seen: Seen) -> None:
    """Keep it in one write over the one before: this follows every commit, and must cost little.

    It need not outlive a power cut: where it cannot be read, less is asked.
    """
    content = json.dumps(vars(seen)).ljust(LENGTH).encode("ascii")
    with suppress(OSError):  # books in a folder that cannot be written can still be read
        files.write_over(path, content)


def forget(path: Path) -> None:
    """The books were restored from a backup: they may reach less far than before."""
    path.unlink(missing_ok=True)


def beside_server(folder: Path, address: str) -> Path:
    """The file for books on a server; their address, without a password, names it."""
    return folder / f"seen-{hashlib.sha256(address.encode()).hexdigest()[:16]}.json"
