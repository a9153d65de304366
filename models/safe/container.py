"""The one file of a backup: a zip, not compressed, whose comment seals every byte before it.

Written under another name in a folder of its own; it gets its name when it has been read back.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from models.errors import DomainError
from models.safe import ring
from translations import N_

FORMAT, VERSION = "ogranak-backup", 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1_000_000
CHUNK = 1 << 20
BLANK = b"0" * 64  # what stands in the place of the seal while it is reckoned

Progress = Callable[[int, int], None]


def write(
    file: Path, members: Mapping[str, Path], manifest: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Pack the members into a new `file`, durably; `manifest(described)` says what is inside."""
    with file.open("xb") as raw:
        sealing = _Sealing(raw)
        described = {}
        with zipfile.ZipFile(sealing, "w", zipfile.ZIP_STORED) as packed:
            for name, source in members.items():
                described[name] = _add(packed, name, source)
            whole = {"format": FORMAT, "version": VERSION, **manifest(described)}
            packed.writestr(MANIFEST, json.dumps(whole, indent=1))
            packed.comment = BLANK
        raw.seek(-len(BLANK), os.SEEK_END)
        raw.write(sealing.seal.hexdigest().encode())
        raw.flush()
        os.fsync(raw.fileno())
        _forget_cached(raw.fileno())


def require_whole(file: Path, progress: Progress = lambda done, of: None) -> None:
    """Read every byte. Raises NotABackup, DamagedBackup."""
    size, read, seal = file.stat().st_size, 0, hashlib.sha256()
    with file.open("rb") as raw:
        if raw.read(4) != b"PK\x03\x04":
            raise NotABackup(file=file.name)
        raw.seek(0)
        left = size - len(BLANK)
        while left > 0 and (part := raw.read(min(CHUNK, left))):
            seal.update(part)
            left -= len(part)
            read += len(part)
            progress(read, size)
        seal.update(BLANK)
        if raw.read(len(BLANK)) != seal.hexdigest().encode():
            raise DamagedBackup(file=file.name)


def manifest_of(file: Path) -> dict[str, Any]:
    """What the file says is inside. Raises NotABackup, DamagedBackup, NewerBackup."""
    with _opened(file) as packed:
        if packed.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise NotABackup(file=file.name)
        found = json.loads(packed.read(MANIFEST))
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotABackup(file=file.name)
    if not isinstance(found.get("version"), int) or found["version"] > VERSION:
        raise NewerBackup(file=file.name)
    return found


def take_out(
    file: Path, name: str, target: Path, progress: Progress = lambda done, of: None
) -> None:
    """Write one member to a new file, durably. Raises DamagedBackup when it is not as packed."""
    left, right = _described(file, name)
    digest, of = hashlib.sha256(), left
    with _opened(file) as packed, packed.open(name) as source, target.open("xb") as copy:
        target.chmod(0o600)
        while left >= 0 and (part := source.read(CHUNK)):
            digest.update(part)
            copy.write(part)
            left -= len(part)
            progress(of - left, of)
        copy.flush()
        os.fsync(copy.fileno())
    if left or digest.hexdigest() != right:
        raise DamagedBackup(file=file.name)


def small_member(file: Path, name: str, largest: int) -> bytes:
    """The bytes of a small member. Raises NotABackup, for one that is larger than `largest` too."""
    with _opened(file) as packed:
        if packed.getinfo(name).file_size > largest:
            raise NotABackup(file=file.name)
        return packed.read(name)


def key_mark(file: Path) -> bytes:
    """What recognises the data key of a backup; nothing where its keys cannot be read."""
    try:
        return ring.parsed(small_member(file, ring.FILE, ring.LARGEST_FILE)).check
    except (NotABackup, ring.DamagedKeys, ring.NewerKeys, OSError):
        return b""


def is_under(file: Path, key: bytes) -> bool:
    """Whether a backup is under this data key; not where its keys cannot be read."""
    return key_mark(file) == ring.check(key)


def place_of(file: Path, name: str) -> int:
    """Where a member begins in the file, in bytes. Raises NotABackup."""
    with _opened(file) as packed:
        return packed.getinfo(name).header_offset


def copy(source: Path, target: Path) -> None:
    """Copy to a new file, durably; it is not yet read back."""
    with source.open("rb") as raw, target.open("xb") as fresh:
        while part := raw.read(CHUNK):
            fresh.write(part)
        fresh.flush()
        os.fsync(fresh.fileno())
        _forget_cached(fresh.fileno())


class _Sealing:
    """Passes bytes on and reckons the seal over them. It cannot seek, so none is written twice."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.seal = hashlib.sha256()

    def write(self, part: bytes) -> int:
        self.seal.update(part)
        return self.raw.write(part)

    def flush(self) -> None:
        self.raw.flush()

    def close(self) -> None:
        """The zip is closed by name only: its seal is still to be written."""


def _add(packed: zipfile.ZipFile, name: str, source: Path) -> dict[str, Any]:
    """Pack one file and tell its size and digest."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as raw, packed.open(zipfile.ZipInfo(name), "w", force_zip64=True) as to:
        while part := raw.read(CHUNK):
            digest.update(part)
            size += len(part)
            to.write(part)
    return {"size": size, "sha256": digest.hexdigest()}


def _described(file: Path, name: str) -> tuple[int, str]:
    """The size and the digest of a member, by the manifest; one packed small is none of ours."""
    told = manifest_of(file)
    with _opened(file) as packed:
        size, digest = told["members"][name]["size"], str(told["members"][name]["sha256"])
        if packed.getinfo(name).file_size != size or size > file.stat().st_size:
            raise NotABackup(file=file.name)
    return int(size), digest


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """The zip. What is wrong with it is told as one of ours."""
    try:
        with zipfile.ZipFile(file) as packed:
            yield packed
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, EOFError, NotImplementedError,
            RuntimeError, OverflowError, RecursionError, AttributeError) as problem:  # fmt: skip
        raise NotABackup(file=file.name) from problem
    except OSError as problem:
        if problem.errno != errno.EINVAL:  # a place before the beginning
            raise
        raise NotABackup(file=file.name) from problem


def _forget_cached(descriptor: int) -> None:
    """Let what is read back come from the drive, where the system can be asked for that."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


class NotABackup(DomainError):
    message = N_("{file} is not a backup of this program, or its end is missing. Choose another.")


class DamagedBackup(DomainError):
    message = N_("{file} is damaged: it is not as it was written. Choose an older backup.")


class NewerBackup(DomainError):
    message = N_("{file} was made by a newer program. Install that program here first.")
