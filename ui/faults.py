"""What to say when the world fails (a full disk, a locked file), and how a bug is written down.

Free of Qt and of the database library: classes are recognised by name, so that the command
line and the window before unlocking can use it.
"""

from __future__ import annotations

import errno
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from models.errors import DomainError
from translations import N_, _

FULL = N_("The disk is full. Nothing was saved. Free some space and save again.")
READ_ONLY = N_(
    "The folder or file may not be written to. Nothing was saved. Check its permissions,"
    " or whether the drive is write-protected."
)
NO_PERMISSION = N_(
    "The folder or file may not be opened or written to. Nothing was saved. Check its"
    " permissions, or whether another program keeps it open."
)
LOCKED = N_(
    "The database is busy with another program. Nothing was saved. Wait a moment and try again."
)
DAMAGED = N_(
    "The database file is damaged. Stop working, keep the file as it is and restore the last"
    " good backup."
)
DISK = N_(
    "The disk is full, or it or its connection failed. Nothing was saved. Free some space or"
    " check the drive, and try again."
)
LONG_NAME = N_("The name of the file or folder is too long. Choose a shorter one.")
WRONG_KIND = N_(
    "Where a file should be, there is a folder or a link that leads nowhere. Nothing was saved."
    " Move it away and try again."
)
NO_SERVER = N_(
    "The database server does not answer. Nothing was saved. Check the network and try again."
)
REFUSED = N_(
    "The server does not let this user enter that. Nothing was saved. Ask who looks after it."
)
MISSING = N_("The file or folder is no longer there.")
WORLD = N_("The computer could not do that. Nothing was saved. Try again.")
OURS = N_("Something went wrong. It was written down. Nothing was saved by this step.")

_NUMBERS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.EROFS: READ_ONLY,
    errno.EIO: DISK,
    errno.ENAMETOOLONG: LONG_NAME,
    errno.EISDIR: WRONG_KIND,
    errno.ELOOP: WRONG_KIND,
    errno.ENOENT: MISSING,
    errno.ENOTDIR: MISSING,
}

_WORDS = {
    "disk is full": FULL,
    "no space left": FULL,
    "readonly": READ_ONLY,
    "read-only": READ_ONLY,
    "unable to open database file": NO_PERMISSION,
    "locked": LOCKED,
    "lock timeout": LOCKED,
    "deadlock": LOCKED,
    "could not serialize": LOCKED,
    "malformed": DAMAGED,
    "not a database": DAMAGED,
    "disk i/o error": DISK,
    "connection": NO_SERVER,
    "server": NO_SERVER,
}

# The server's own: it may not be written to, or it gave up a computer that fell silent.
_SERVERS = {"ReadOnlySqlTransaction", "IdleInTransactionSessionTimeout"}
_DATABASE = {"OperationalError", "DatabaseError", "InterfaceError"}
_BUGS = {"IntegrityError", "ProgrammingError", "DataError", "InternalError", "NotSupportedError"}


def is_the_worlds(exception: BaseException) -> bool:
    """Whether the world failed (disk, file, server) rather than the program."""
    is_database = _is_the_databases(exception) or _server_refuses(exception)
    return isinstance(exception, OSError) or is_database


def sentence(exception: BaseException) -> str:
    """One plain sentence in the current language: what happened and what to do.

    A broken rule speaks in its own words.
    """
    if isinstance(exception, DomainError):
        return exception.text()
    if isinstance(exception, OSError):
        said = _(_NUMBERS.get(exception.errno or 0, WORLD))
        return f"{said} ({exception.filename})" if exception.filename else said
    if _server_refuses(exception):
        return _(REFUSED)
    if _is_the_databases(exception):
        return _(_by_words(str(getattr(exception, "orig", None) or exception)))
    return _(OURS)


def write_down(log: Path, exception: BaseException) -> None:
    """Add the kind of the exception and where it came from to `log`: no values, no names.

    Where `log` cannot be written, nothing is: the sentence to the person matters more.
    """
    lines = [f"{datetime.now():%Y-%m-%d %H:%M:%S} {type(exception).__name__}"]
    lines += [
        f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(exception.__traceback__)
    ]
    with suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def _is_the_databases(exception: BaseException) -> bool:
    names = {kind.__name__ for kind in type(exception).__mro__}
    if type(getattr(exception, "orig", None)).__name__ in _SERVERS:
        return True
    return bool(names & _DATABASE) and not names & _BUGS


def _server_refuses(exception: BaseException) -> bool:
    return type(getattr(exception, "orig", None)).__name__ == "InsufficientPrivilege"


def _by_words(text: str) -> str:
    lower = text.lower()
    return next((said for word, said in _WORDS.items() if word in lower), WORLD)
