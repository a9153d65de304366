"""A computer being closed, killed before each thing it does to a file: wholly, or not at all.

Run as a program it is the nursery: it loads everything once, and for each line on its input forks
a child that closes the computer whose data folder the line names, and dies before that step.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from models.database import Database
from models.office import users
from models.safe import folders, keys, lock, parting

LOGIN, PASSWORD = "amra", "sedam zutih kisobrana"
DEEDS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir")  # as Python's audit names them
ROOT = Path(__file__).resolve().parent.parent


def close(home: Path, elsewhere: Path) -> Path:
    """Close this computer as the window does; where its last backup lies."""
    key = keys.unlock(home, LOGIN, PASSWORD)
    with closing(Database.open(home, key)) as db:
        users.sign_in(db, LOGIN)
        made = parting.take_away(db, elsewhere, LOGIN, PASSWORD)
    parting.leave(home, made)
    return made.file


@contextmanager
def nursery() -> Iterator[tuple[IO[str], IO[str]]]:
    paths = os.pathsep.join((str(ROOT / "tests"), str(ROOT)))
    started = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=ROOT, env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    assert started.stdin and started.stdout
    try:
        yield started.stdin, started.stdout
    finally:
        started.stdin.close()
        started.wait()


def is_killed(nurse: tuple[IO[str], IO[str]], home: Path, elsewhere: Path, at: int) -> bool:
    """Close the computer, killed before its `at`-th deed; False when there are not that many."""
    print(at, home, elsewhere, sep="\t", file=nurse[0], flush=True)
    return nurse[1].readline().strip() == "killed"


def die_at(at: int, home: Path) -> None:
    """From the moment that the marked wipe begins, count what is done to files below `home`."""
    seen = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event not in DEEDS or not str(arguments[0]).startswith(str(home)):
            return
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def nurse() -> None:
    lock.MEMORY.clear()  # the other drive of the tests is one in memory
    for line in sys.stdin:
        at, home, elsewhere = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            die_at(int(at), Path(home))
            close(Path(home), Path(elsewhere))
            os._exit(0)
        _child, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "lived", flush=True)


def is_open(home: Path) -> bool:
    """After the next start: whether the books are there and open; else nothing may be."""
    folders.finish(home)
    if not folders.is_set_up(home):
        return False
    Database.open(home, keys.unlock(home, LOGIN, PASSWORD)).close()
    return True


if __name__ == "__main__":
    nurse()
