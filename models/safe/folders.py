"""The folder that holds a branch: filled whole or not at all, with the practice branch inside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from models import clock, files
from models.errors import DomainError
from models.safe import keys, lock
from translations import N_

PRACTICE = "practice"
BEGUN = "ogranak.unfinished"  # where a branch is made before it takes its place
REWRITING = "ogranak.rewriting"  # books being written anew: not whole yet, of no use
CLOSING = "ogranak.closing"  # a mark: what is here is being wiped, for good
RENEWED = "ogranak.renewed"  # whole books, about to replace those in the folder
REPLACED = "replaced-"  # how a folder of books begins in whose place others were put
TRAVELLER = "travel"  # the only one who signs in to a travel copy: nobody's name
PRACTICE_LOGIN = PRACTICE_PASSWORD = "demo"  # noqa: S105 - it guards invented data only


def practice(folder: Path) -> Path:
    """Where the practice branch of this data folder lies, or would lie."""
    return folder / PRACTICE


def is_set_up(folder: Path) -> bool:
    """Whether a branch lives here; one whose key file is gone counts too."""
    return keys.exists(folder) or any(folder.glob("*.db"))


def is_travel_copy(folder: Path) -> bool:
    """Whether a travel copy lies here, as far as that can be seen without its password."""
    return _logins(folder) == [TRAVELLER]


def is_practice(folder: Path) -> bool:
    """Whether the practice branch or another one with invented data lies here.

    There nobody else signs in; in a branch of people somebody may be called like that.
    """
    return folder.name == PRACTICE or _logins(folder) == [PRACTICE_LOGIN]


def require_room(folder: Path) -> None:
    """Raises NotAFolder, NetworkDrive, RemovableDrive, Occupied when no branch can be made here."""
    if folder.exists() and not folder.is_dir():
        raise NotAFolder(folder=str(folder))
    lock.refuse_unsafe_drive(folder)
    if is_set_up(folder):
        raise Occupied(folder=str(folder))


def build(
    folder: Path,
    login: str,
    password: str,
    fill: Callable[[Path, bytes], None],
    *,
    cost: keys.Cost | None = None,
) -> bytes:
    """Make a branch in `folder`; `fill(folder, key)` writes its books. Returns the data key.

    It is made in a folder beside its place and moved there when it is whole. Raises like
    require_room, and what `fill` raises.
    """
    require_room(folder)
    with being_made(folder) as begun:
        key = keys.create(begun, login, password, cost=cost)
        fill(begun, key)
    _move(begun, folder)
    return key


@contextmanager
def being_made(folder: Path) -> Iterator[Path]:
    """A folder in `folder` in which a branch is made; what stops half-way leaves nothing of it."""
    begun = folder / BEGUN
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True, mode=0o700)
    try:
        yield begun
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise


def take_place(folder: Path, whole: Path) -> None:
    """Let the whole branch in the folder `whole` take the place of the one here, for good.

    From the one rename on, the new books are the valid ones; if the power goes then, `finish`
    does the rest.
    """
    for path in whole.iterdir():
        files.sync(path)
    files.sync_folder(whole)
    whole.replace(folder / RENEWED)
    files.sync_folder(folder)
    finish(folder)


@dataclass(frozen=True)
class Wiped:
    """What was wiped to the end: the backups in these folders, and what stayed among them."""

    backups: tuple[Path, ...]
    left: tuple[Path, ...]


def finish(folder: Path) -> Wiped | None:
    """If the power went while whole books were moved to their place, or wiped, do the rest.

    Gives what was wiped, for it was begun for good and is to be told; None where nothing was.
    """
    wiped: Wiped | None = None
    if (folder / CLOSING).is_file():
        wiped = import_module("models.safe.wiping").resume(folder)
    shutil.rmtree(folder / REWRITING, ignore_errors=True)
    if (folder / RENEWED).is_dir():
        _replace(folder / RENEWED, folder)
    begun = folder / BEGUN
    if not keys.exists(folder) and keys.exists(begun) and any(folder.glob("*.db")):
        _move(begun, folder)
    return wiped


def keep_aside(folder: Path) -> Path | None:
    """A second name for each file of the branch here, in a new folder; None when there is none."""
    own = [path for path in folder.glob("*.db*") if path.is_file()]
    own += [path for path in (folder / keys.FILE,) if path.exists()]
    if not own:
        return None
    kept = fresh_name(folder, f"{REPLACED}{clock.local(clock.now()):%Y-%m-%d-%H%M%S}")
    kept.mkdir(mode=0o700)
    for path in own:
        _second_name(path, kept / path.name)
    files.sync_folder(kept)
    return kept


def fresh_name(folder: Path, stem: str) -> Path:
    """A name that nothing has yet: what was kept under it before stays, the next is numbered."""
    names = (folder / f"{stem}{'' if turn == 1 else f'-{turn}'}" for turn in range(1, 10_000))
    return next(name for name in names if not name.exists())


def _logins(folder: Path) -> list[str]:
    """Who can sign in, as far as it can be read without a password."""
    try:
        return keys.logins(folder)
    except (keys.NoKeys, keys.DamagedKeys, keys.NewerKeys):
        return []


def _second_name(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a drive that knows no second names
        shutil.copy2(path, target)


def _replace(renewed: Path, folder: Path) -> None:
    """The books first: as long as the folder is there, this is done again from where it stopped."""
    if any(renewed.glob("*.db")):
        for stale in folder.glob("*.db-*"):  # the old log must never meet the new books
            stale.unlink()
    for path in sorted(renewed.iterdir(), key=lambda path: path.name == keys.FILE):
        path.replace(folder / path.name)
    files.sync_folder(folder)
    renewed.rmdir()


def _move(begun: Path, folder: Path) -> None:
    """The key file last: with it the branch is there, and there for good."""
    for path in sorted(begun.iterdir(), key=lambda path: path.name == keys.FILE):
        path.replace(folder / path.name)
    begun.rmdir()
    files.sync_folder(folder)
    files.sync_folder(folder.parent)


class Occupied(DomainError):
    message = N_("There is already a branch in {folder}. Nothing was changed there.")


class NotAFolder(DomainError):
    message = N_("{folder} is a file, not a folder. Choose a folder.")
