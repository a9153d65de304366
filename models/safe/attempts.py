"""Slow down guessing at the unlock window: five free tries, then each failure doubles a wait."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from models import files
from models.errors import DomainError
from translations import N_

FILE = "attempts.json"
UNTOLD = " untold "  # before what is nobody's own to be told of: the record is yet to have it
STRANGER, PAPER = "stranger", "paper"  # an unknown login, a wrong paper key
BACKUP = " backup"  # a backup, whatever was typed: no login begins with a blank
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 10, 3600  # seconds

Try = tuple[int, float]  # failed tries in a row, time of the last
Tries = dict[str, Try]  # by name


def begin(folder: Path, name: str) -> Try:
    """Count a try of `name` before it is made; what was counted until then.

    Counted first, so that ending the program early saves nobody a try. Raises TooManyTries while
    the wait lasts.
    """
    tries, now = _read(folder), time.time()
    failed, last = tries.get(name, (0, now))
    if last > now:  # the clock was set back: wait from now, once
        last = now
        _keep(folder, {**tries, name: (failed, last)})
    left = wait_after(failed) - (now - last)
    if left > 0:
        raise TooManyTries(seconds=math.ceil(left))
    _keep(folder, {**tries, name: (failed + 1, now)})
    return failed, last


def take_back(folder: Path, name: str, before: Try) -> None:
    """It was no try after all: nobody said whether it was right."""
    tries = {**_read(folder), name: before}
    if any(failed for failed, _last in tries.values()):
        _keep(folder, {name: each for name, each in tries.items() if each[0]})
    else:
        with suppress(OSError):
            (folder / FILE).unlink(missing_ok=True)


def count(folder: Path, name: str) -> None:
    """Count a try of `name` before it is made, without any wait."""
    tries = _read(folder)
    _keep(folder, {**tries, name: (tries.get(name, (0, 0.0))[0] + 1, time.time())})


def failed(folder: Path, name: str) -> int:
    """How many tries of `name` failed since the last that succeeded."""
    return _read(folder).get(name, (0, 0.0))[0]


def remember(folder: Path, what: str) -> None:
    """Count a failed try that no user is told of when they sign in, until the record has it.

    `what` is STRANGER, PAPER or BACKUP; on a server the login, for nobody says whether it is known.
    """
    count(folder, f"{UNTOLD}{what}")


@contextmanager
def remembered_if(folder: Path, what: str, *wrong: type[Exception]) -> Iterator[None]:
    """Remember a try before it is made, and forget it unless it ends in what is `wrong`."""
    remember(folder, what)
    try:
        yield
    except wrong:
        raise
    except BaseException:
        told(folder, {what: 1})
        raise
    told(folder, {what: 1})


def untold(folder: Path) -> dict[str, int]:
    """How many such tries the record does not have yet, by what they were."""
    known = _read(folder).items()
    return {name.removeprefix(UNTOLD): tries[0] for name, tries in known if name.startswith(UNTOLD)}


def told(folder: Path, these: Mapping[str, int]) -> None:
    """So many are in the record now; what was counted since is not."""
    tries = _read(folder)
    for what, count in these.items():
        failed, last = tries.pop(f"{UNTOLD}{what}", (0, 0.0))
        if failed > count:
            tries[f"{UNTOLD}{what}"] = (failed - count, last)
    if these:
        _keep(folder, tries)


def forget(folder: Path, *names: str) -> None:
    """The try succeeded: the next five are free again."""
    _keep(folder, {name: tries for name, tries in _read(folder).items() if name not in names})


def wait_after(failed: int) -> int:
    """Seconds to wait after `failed` tries in a row: 0 up to four, then 10, 20, 40 … an hour."""
    if failed < FREE_TRIES:
        return 0
    return min(LONGEST_WAIT, FIRST_WAIT << min(failed - FREE_TRIES, 20))


def _read(folder: Path) -> Tries:
    try:
        kept = json.loads((folder / FILE).read_bytes())
        return {name: (int(failed), float(last)) for name, (failed, last) in kept.items()}
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}  # whoever can damage this file can also delete it


def _keep(folder: Path, tries: Tries) -> None:
    with suppress(OSError):  # data in a folder that cannot be written can still be read
        files.write_whole(folder / FILE, json.dumps(tries).encode())


class TooManyTries(DomainError):
    message = N_("Too many wrong passwords. Wait and try again. Seconds left: {seconds}.")
