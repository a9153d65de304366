"""What closing a computer says before and after, in the window and on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models import clock
from translations import N_, _, current
from ui import newest

if TYPE_CHECKING:
    from models.safe.backups import Backup
    from models.safe.folders import Wiped
    from models.safe.parting import Kept

GO = N_(
    "Wiped: the keys, the books, the practice branch, what was put aside before a restore, and the"
    " backups in {folders}"
)
GONE = N_(
    "These are wiped now: the keys, the books, the practice branch, what was put aside before a"
    " restore, and the backups in {folders}"
)
STAY = N_("Not wiped: papers and tables that you saved yourself.")
STAY_TOO = N_(
    "Not wiped: papers and tables that you saved yourself, and backups on other drives: {folders}"
)
WIPED = N_("The keys, the books and the backups on this computer are wiped.")
FINISHED = N_("The closing of this computer that was cut short is finished now.")
NOT_QUITE = N_(
    "Not everything could be wiped. {problem} Start the program again: it does the rest."
)
LEFT = N_(
    "Not wiped: {files}. They cannot be read, so nothing tells whether they are of these books or"
    " of another branch that keeps its backups there too. Ask there, and delete yourself what is"
    " yours."
)
MORE = N_("{files} and more")
WHERE = N_("The books are in {file}, newest document {number}.")
NEXT = N_(
    "On the next computer choose “Restore from a backup…” on the first page, with the password of"
    " {day} or a paper key."
)

FEW = 5  # files that are named; whoever looks there sees the others

Shown = Callable[[Path], str]


def what_goes(kept: Kept, shown: Shown = str) -> Iterator[str]:
    """What is wiped here, and what stays."""
    yield _(GO).format(folders=_all(kept.go, shown))
    yield _(STAY_TOO if kept.stay else STAY).format(folders=_all(kept.stay, shown))


def finished(wiped: Wiped, shown: Shown = str) -> Iterator[str]:
    """What a start has wiped to the end, that was cut short before."""
    yield _(FINISHED)
    yield _(GONE).format(folders=_all(wiped.backups, shown))
    yield _(STAY)
    yield from what_stayed(wiped.left, shown)


def what_stayed(left: Sequence[Path], shown: Shown = str) -> Iterator[str]:
    """What may be of these books and was left, and why; nothing where all was wiped."""
    if left:
        named = _all(left[:FEW], shown)
        yield _(LEFT).format(files=named if len(left) <= FEW else _(MORE).format(files=named))


def where_now(made: Backup, shown: Shown = str) -> Iterator[str]:
    """Where the books are now, and how they come to another computer."""
    yield _(WHERE).format(file=shown(made.file), number=newest.document(made.contents))
    yield _(NEXT).format(day=current().day(clock.local(made.made_at).date()))


def _all(folders: Iterable[Path], shown: Shown) -> str:
    return ", ".join(map(shown, folders)) or "–"
