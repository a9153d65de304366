"""What to say when the world fails (a full disk, a locked file), and how a bug is written down.

Every such failure has a short code, so that it can be named over the telephone in any language:
docs/errors.md lists them. Free of Qt and of the database library: classes are recognised by
name, so that the command line and the window before unlocking can use it.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from models.errors import DomainError
from translations import N_, _
from ui import version

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
MISSING = N_("The file or folder is no longer there. Look where it went, or choose another.")
WORLD = N_("The computer could not do that. Nothing was saved. Try again.")
OURS = N_("Something went wrong. It was written down. Nothing was saved by this step.")

MESSAGES = {  # what the program says of a failure that is not a broken rule, by its code
    "OG-001": FULL,
    "OG-002": READ_ONLY,
    "OG-003": NO_PERMISSION,
    "OG-004": DISK,
    "OG-005": LONG_NAME,
    "OG-006": WRONG_KIND,
    "OG-007": MISSING,
    "OG-010": LOCKED,
    "OG-011": DAMAGED,
    "OG-012": NO_SERVER,
    "OG-013": REFUSED,
    "OG-090": WORLD,
    "OG-099": OURS,
}
REFUSALS = {  # refusals of the books that come from outside, by their code: the class says it
    "OG-018": "ReadOnly",
    "OG-019": "DiskFull",
    "OG-020": "Unreadable",
    "OG-021": "BooksMissing",
    "OG-022": "EngineTooOld",
    "OG-023": "NewerSchema",
    "OG-024": "NoServer",
    "OG-025": "NotLetIn",
    "OG-026": "NoBooks",
    "OG-027": "NoRights",
    "OG-028": "AlreadyOpen",
    "OG-029": "NetworkDrive",
    "OG-030": "RemovableDrive",
    "OG-031": "NoKeys",
    "OG-032": "DamagedKeys",
    "OG-033": "NewerKeys",
    "OG-034": "LowMemory",
    "OG-035": "NoKey",
    "OG-036": "AsksNobody",
    "OG-037": "NoEncryption",
    "OG-038": "UnknownServer",
    "OG-039": "OlderBooks",
    "OG-040": "NotChecked",
    "OG-041": "Damaged",
    "OG-042": "BelowZero",
    "OG-043": "TotalDiffers",
    "OG-044": "LotDiffers",
    "OG-045": "LotChanged",
    "OG-046": "GuardMissing",
    "OG-047": "ReversalDiffers",
    "OG-048": "NumberMissing",
    "OG-049": "ChainCut",
    "OG-050": "ChainBroken",
    "OG-051": "RecordBroken",
    "OG-052": "RecordCut",
    "OG-053": "BookCut",
    "OG-054": "SecondPersonMissing",
    "OG-055": "RolesChanged",
    "OG-056": "ReportChanged",
    "OG-057": "ReportDiffers",
    "OG-058": "ClosedStockDiffers",
    "OG-060": "NoRoom",
    "OG-061": "CopyUnsound",
    "OG-062": "NotThere",
    "OG-063": "NoBackup",
    "OG-064": "NotABackup",
    "OG-065": "DamagedBackup",
    "OG-066": "NewerBackup",
    "OG-067": "Unsound",
    "OG-068": "NoRoomToOpen",
    "OG-070": "NameInRecord",
    "OG-071": "NoAdministrator",
    "OG-072": "NoPaperKey",
    "OG-073": "NotErased",
}
LARGEST = 256 * 1024  # bytes of a log; then it becomes the older one, and the one before goes
OLDER = ".1"
ROOT = Path(__file__).resolve().parent.parent

_CODES = {said: code for code, said in MESSAGES.items()}
_BY_CLASS = {name: code for code, name in REFUSALS.items()}
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
    "unable to open database": NO_PERMISSION,
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


def code(exception: BaseException) -> str:
    """The short code of a failure; nothing for a rule that was broken."""
    if isinstance(exception, DomainError):
        return _BY_CLASS.get(type(exception).__name__, "")
    return _CODES[_message(exception)]


def sentence(exception: BaseException) -> str:
    """One plain sentence in the current language: what happened and what to do.

    A broken rule speaks in its own words.
    """
    if isinstance(exception, DomainError):
        return exception.text()
    said = _(_message(exception))
    file = exception.filename if isinstance(exception, OSError) else ""
    return f"{said} ({file})" if file else said


def with_code(exception: BaseException) -> str:
    """The sentence with its code behind it, where both stand in one line."""
    named = code(exception)
    return f"{sentence(exception)} [{named}]" if named else sentence(exception)


def note(exception: BaseException) -> str:
    """What may be kept of a failure: its code and kind and where it came from; no values.

    The text of an exception, a statement's parameters and the names of files may be of persons.
    """
    kinds = " < ".join(type(each).__name__ for each in _causes(exception))
    frames = traceback.extract_tb(exception.__traceback__)
    return "\n".join(
        [
            f"{datetime.now():%Y-%m-%d %H:%M:%S} {code(exception)} {kinds}",
            f"  {version.environment()}",
            *(f"  {_relative(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames),
        ]
    )


def write_down(log: Path, exception: BaseException) -> None:
    """Add the note of an exception to `log`, which keeps to its size.

    Where `log` cannot be written, nothing is: the sentence to the person matters more.
    """
    with suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LARGEST:
            log.replace(log.with_name(log.name + OLDER))
        with log.open("a", encoding="utf-8") as file:
            file.write(note(exception) + "\n")


def _message(exception: BaseException) -> str:
    """The marked sentence of a failure that is not a broken rule."""
    if isinstance(exception, OSError):
        return _NUMBERS.get(exception.errno or 0, WORLD)
    if _server_refuses(exception):
        return REFUSED
    if _is_the_databases(exception):
        return _by_words(str(getattr(exception, "orig", None) or exception))
    return OURS


def _causes(exception: BaseException) -> Iterator[BaseException]:
    """The exception and those it rests on, the nearest first; a few are enough."""
    each: BaseException | None = exception
    for _step in range(5):
        if each is None:
            return
        yield each
        each = getattr(each, "orig", None) or each.__cause__


def _relative(file: str) -> str:
    """Where a file lies in the program, or in the parts it is made of; never where that is."""
    path = Path(file)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return path.relative_to(ROOT).as_posix()
    inside = path.parts[path.parts.index("site-packages") + 1 :] if _is_part(path) else ()
    return "/".join(inside) or path.name


def _is_part(path: Path) -> bool:
    return "site-packages" in path.parts


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
