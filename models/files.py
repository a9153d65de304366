"""Write small files so that a power cut leaves the old one or the new one, never half of one."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

OWNER_ONLY, AS_USUAL = 0o600, 0o666  # as usual: less what the user's umask takes away
OVER = os.O_WRONLY | os.O_CREAT


def write_whole(path: Path, content: bytes, *, secret: bool = True) -> None:
    """Replace `path` by `content` at once and for good; a failure leaves nothing beside it.

    A secret file may be read by its owner only, any other by whom the user usually lets.
    What is raised names `path`, never the file beside it.
    """
    try:
        _replace(path, content, OWNER_ONLY if secret else AS_USUAL)
    except OSError as problem:
        problem.filename, problem.filename2 = str(path), None
        raise


def _replace(path: Path, content: bytes, mode: int) -> None:
    fresh = path.with_name(f".{secrets.token_hex(8)}.new")
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    handle = os.open(fresh, how, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)  # it is still there only when something failed
    sync_folder(path.parent)


def write_over(path: Path, content: bytes) -> None:
    """Write `content` over the beginning of `path` in one piece: quick, and it needs no room.

    It need not outlive a power cut. What is always as long covers all that was there before.
    """
    try:
        handle = os.open(path, OVER, OWNER_ONLY)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, OVER, OWNER_ONLY)
    try:
        os.write(handle, content)
    finally:
        os.close(handle)


def takes_files(folder: Path) -> bool:
    """Whether files can be made there by who asks: its permissions and its drive allow it."""
    return os.access(folder, os.W_OK | os.X_OK)


def is_folder(path: Path) -> bool:
    """Whether a folder of that name is there; what no folder can be called is not."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def may_be_folder(path: Path) -> bool:
    """Whether it is a folder, or nothing is there and one could be called so."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):  # too long, below a file, or no name at all
        return False


def is_left(path: Path) -> bool:
    """Whether it is still there; so it counts while the drive or the system does not tell."""
    try:
        return path.exists()
    except OSError:
        return True


def sync(path: Path) -> None:
    """Make what was written to a file last."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the new name in the folder last, too. Windows does so by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
