"""Nothing of the books stays on this computer: keys first, then every file of theirs.

A mark in the data folder is the point of no return. Before it is there, nothing was wiped; once it
is there, whatever is left is wiped now or, where that was cut short, at the next start. The keys
are written over before they are deleted; without them the books are noise, so those are deleted
only. They are not left as a file nobody can read: a file that stays is taken for books, and the
next start must find an empty folder.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from models import files
from models.safe import container, lock, ring
from models.safe.folders import CLOSING, Wiped
from models.safe.ring import FILE as KEYS

UNFINISHED = ".unfinished-*"
BACKUPS, OURS = "*.backup", "ogranak-"  # how their names end, and how the program begins them
USUAL = "backups"  # the folder in the data folder, where only these books' own can be
FOLDERS = (
    USUAL, "practice", "replaced-*", "before-server-*", "ogranak.unfinished",
    "ogranak.rewriting", "ogranak.renewed", UNFINISHED,
)  # fmt: skip
FILES = (
    "*.db", "*.db-*", "imprint", "attempts.json", "looked.json", "seen*.json", "backups*.json",
    "erased.json", "server.json", "server.crt", "problems.log",
)  # fmt: skip
BEGUN = f".{'[0-9a-f]' * 16}.new"  # what a small file was before it got its name


@dataclass(frozen=True)
class Told:
    """What was begun: `own` is what goes from folders that another branch may use as well."""

    folders: list[Path]
    own: list[Path]
    marks: frozenset[bytes]


def begin(home: Path, backups: Iterable[Path], marks: Iterable[bytes]) -> None:
    """From here on, for good: the books in `home` go, and their backups in these folders.

    `marks` recognise the data keys under which their backups were made.
    """
    folders, known = list(backups), frozenset(marks)
    told = {
        "backups": [*map(str, folders)],
        "own": [*map(str, _own(home, folders, known))],
        "marks": [mark.hex() for mark in known],
    }
    files.write_whole(home / CLOSING, json.dumps(told).encode())


def finish(home: Path) -> list[Path]:
    """Wipe what is still there, once it was begun. Raises OSError for what could not be.

    Named is what stays in a folder outside the usual one because it does not tell whose it is.
    """
    if not (home / CLOSING).is_file():
        return []
    told = _told(home)
    left = [path for folder in _shared(home, told.folders) for path in _doubtful(folder, told)]
    _wipe_keys(home, told)
    _wipe_backups(home, told)
    for path in _all(home, FOLDERS):
        _delete_folder(path)
    for path in [*_all(home, FILES)]:
        path.unlink()
    for path in [*_all(home, (lock.FILE,))]:
        path.write_bytes(b"")  # who worked here
    files.sync_folder(home)
    (home / CLOSING).unlink()
    files.sync_folder(home)
    return left


def resume(home: Path) -> Wiped:
    """Do the rest of a wipe that was cut short, and say what it was. Raises like finish."""
    told = _told(home)
    return Wiped(tuple(told.folders), tuple(finish(home)))


def _told(home: Path) -> Told:
    """Only the usual folder where that cannot be read."""
    usual = home / USUAL
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        told = json.loads((home / CLOSING).read_bytes())
        folders = [*map(Path, told["backups"])]
        marks = told["marks"] if "marks" in told else [told["mark"]]  # as an earlier program wrote
        known = frozenset(map(bytes.fromhex, marks))
        own = [*map(Path, told["own"])] if "own" in told else _own(home, folders, known)
        return Told(folders, own, known)
    return Told([] if usual.is_symlink() else [usual], [], frozenset())


def _shared(home: Path, folders: Iterable[Path]) -> list[Path]:
    """Those that were chosen by somebody: two branches may keep their backups in one."""
    return [folder for folder in folders if folder != home / USUAL]


def _own(home: Path, folders: Iterable[Path], marks: frozenset[bytes]) -> list[Path]:
    """What is certainly of these books there: it is told before anything is spoiled by the wipe."""
    patterns = (BACKUPS, UNFINISHED)
    found = [path for folder in _shared(home, folders) for path in _all(folder, patterns)]
    return [path for path in found if _mark(path) in marks - {b""}]


def _doubtful(folder: Path, told: Told) -> Iterator[Path]:
    """What may be of these books or of another branch's: nothing in it tells."""
    for path in _all(folder, (f"{OURS}{BACKUPS}", UNFINISHED)):
        if path not in told.own and not (told.marks and _mark(path)):
            yield path


def _mark(path: Path) -> bytes:
    """What recognises the data key of a backup, or of one that was never finished."""
    if path.is_symlink() or not path.is_dir():
        return container.key_mark(path)
    with suppress(OSError, ring.NoKeys, ring.DamagedKeys, ring.NewerKeys):
        return ring.read(path).check
    return b""


def _keys(home: Path) -> Iterator[Path]:
    """Every key file, those of older books and half-made ones too."""
    inside = [folder for folder in _all(home, FOLDERS) if not folder.is_symlink()]
    for folder in (home, *inside):
        yield from _all(folder, (KEYS, BEGUN))
        yield from _half_made_keys(folder)


def _half_made_keys(folder: Path) -> Iterator[Path]:
    """Those of work that was cut short; a link among it leads to another place."""
    for work in _all(folder, (UNFINISHED,)):
        if not work.is_symlink():
            yield from _all(work, (KEYS,))


def _all(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(folder.glob(pattern))


def _wipe_keys(home: Path, told: Told) -> None:
    """They are written over before anything else goes."""
    usual = [folder for folder in told.folders if folder == home / USUAL]
    found = [path for folder in usual for path in _half_made_keys(folder)]
    found += [path for work in told.own if work.is_dir() for path in _all(work, (KEYS,))]
    for path in dict.fromkeys([*_keys(home), *found]):
        _overwrite(path)
        path.unlink()


def _wipe_backups(home: Path, told: Told) -> None:
    """All in the usual folder, what is told in any other."""
    usual = home / USUAL
    here = [*_all(usual, (BACKUPS, UNFINISHED))] if usual in told.folders else []
    for path in (*here, *told.own):
        if path.is_symlink() or path.is_dir():
            _delete_folder(path)
        elif path.exists():
            _wipe_backup(path, is_told=path in told.own)
    for folder in told.folders:
        if folder.is_dir():
            files.sync_folder(folder)


def _wipe_backup(file: Path, *, is_told: bool) -> None:
    """The keys in it are written over; what is no backup of this program stays."""
    begins = _begin_of_keys(file)
    if begins is None and not is_told:
        return
    _overwrite(file, begins or 0)
    file.unlink()


def _begin_of_keys(file: Path) -> int | None:
    """Where they stand in a backup; 0 in one that is spoiled, None in another's file."""
    try:
        return container.place_of(file, KEYS)
    except container.NotABackup:
        return 0 if file.name.startswith(OURS) else None


def _delete_folder(folder: Path) -> None:
    """A link leads to another place, which is not ours to empty."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder)


def _overwrite(file: Path, begins: int = 0) -> None:
    """Write chance over a file from there to its end, durably."""
    left = file.stat().st_size - begins
    with file.open("rb+") as raw:
        raw.seek(begins)
        while left > 0:
            left -= raw.write(secrets.token_bytes(min(left, container.CHUNK)))
    files.sync(file)
