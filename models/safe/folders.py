"""The folder that holds a branch: filled whole or not at all, with the practice branch inside."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from models import files
from models.errors import DomainError
from models.safe import keys, lock
from translations import N_

PRACTICE = "practice"
BEGUN = "ogranak.unfinished"  # where a branch is made before it takes its place
PRACTICE_LOGIN = PRACTICE_PASSWORD = "demo"  # noqa: S105 - it guards invented data only


def practice(folder: Path) -> Path:
    """Where the practice branch of this data folder lies, or would lie."""
    return folder / PRACTICE


def is_set_up(folder: Path) -> bool:
    """Whether a branch lives here; one whose key file is gone counts too."""
    return keys.exists(folder) or any(folder.glob("*.db"))


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
    begun = folder / BEGUN
    shutil.rmtree(begun, ignore_errors=True)
    try:
        key = keys.create(begun, login, password, cost=cost)
        fill(begun, key)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    _move(begun, folder)
    return key


def finish(folder: Path) -> None:
    """If the power went while a whole branch was moved to its place, move the rest."""
    begun = folder / BEGUN
    if not keys.exists(folder) and keys.exists(begun) and any(folder.glob("*.db")):
        _move(begun, folder)


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
