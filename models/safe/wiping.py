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
from pathlib import Path

from models import files
from models.safe import container, lock
from models.safe.folders import CLOSING
from models.safe.ring import FILE as KEYS

UNFINISHED = ".unfinished-*"
BACKUPS, OURS = "*.backup", "ogranak-"  # how their names end, and how the program begins them
USUAL = "backups"  # the folder in the data folder, where only these books' own can be
FOLDERS = (
    USUAL, "practice", "replaced-*", "before-server-*", "ogranak.unfinished",
    "ogranak.rewriting", "ogranak.renewed", UNFINISHED,
)  # fmt: skip
FILES = (
    "*.db", "*.db-*", "imprint", "attempts.json", "seen*.json", "backups*.json", "server.json",
    "server.crt", "problems.log",
)  # fmt: skip
BEGUN = f".{'[0-9a-f]' * 16}.new"  # what a small file was before it got its name


def begin(home: Path, backups: Iterable[Path], marks: Iterable[bytes]) -> None:
    """From here on, for good: the books in `home` go, and their backups in these folders.

    `marks` recognise the data keys under which their backups were made.
    """
    told = {"backups": [*map(str, backups)], "marks": [mark.hex() for mark in marks]}
    files.write_whole(home / CLOSING, json.dumps(told).encode())


def finish(home: Path) -> None:
    """Wipe what is still there, once it was begun. Raises OSError for what could not be."""
    if not (home / CLOSING).is_file():
        return
    told, marks = _told(home)
    half_made = [path for folder in told for path in _half_made_keys(folder)]
    for path in dict.fromkeys([*_keys(home), *half_made]):
        _overwrite(path)
        path.unlink()
    for folder in told:
        _wipe_backups(folder, None if folder == home / USUAL else marks)
    unfinished = [path for folder in told for path in _all(folder, (UNFINISHED,))]
    for path in [*unfinished, *_all(home, FOLDERS)]:
        _delete_folder(path)
    for path in [*_all(home, FILES)]:
        path.unlink()
    for path in [*_all(home, (lock.FILE,))]:
        path.write_bytes(b"")  # who worked here
    files.sync_folder(home)
    (home / CLOSING).unlink()
    files.sync_folder(home)


def _told(home: Path) -> tuple[list[Path], frozenset[bytes]]:
    """The folders whose backups go too, and what recognises the keys of these books.

    Only the usual folder where that cannot be read.
    """
    usual = home / USUAL
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        told = json.loads((home / CLOSING).read_bytes())
        marks = told["marks"] if "marks" in told else [told["mark"]]  # as an earlier program wrote
        return [*map(Path, told["backups"])], frozenset(map(bytes.fromhex, marks))
    return [] if usual.is_symlink() else [usual], frozenset()


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


def _wipe_backups(folder: Path, marks: frozenset[bytes] | None) -> None:
    """Of each, the keys in it are written over. What is no backup of this program stays.

    With `marks`, so do backups under other data keys, since two branches may share a folder: all of
    them where no mark is known.
    """
    own = marks and {*marks, b""}  # a spoiled one tells no key
    for file in sorted(folder.glob(BACKUPS)):
        begins = _begin_of_keys(file)
        is_own = own is None or container.key_mark(file) in own
        if begins is not None and is_own:
            _overwrite(file, begins)
            file.unlink()
    if folder.is_dir():
        files.sync_folder(folder)


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
