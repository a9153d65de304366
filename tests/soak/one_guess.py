"""One guess of a password in a program of its own: what it costs, or what it is answered.

Run as a program it is that program.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.safe import attempts, keys, ring
from soak.faults import ROOT

RIGHT, WRONG = "sedam žutih kišobrana", "osam plavih tramvaja"
STATUS = "/proc/self/status"


@dataclass(frozen=True)
class Try:
    """One start of the program at a moment. `url` leads to a server, else the keys are in `home`.

    `killed`: it ends abruptly while the guess is made. `forgets`: it counts in its memory only, the
    fault to be noticed.
    """

    home: str
    login: str
    password: str
    now: float
    url: str = ""
    killed: bool = False
    forgets: bool = False


@dataclass(frozen=True)
class Cost:
    """What a guess took: seconds by the clock and of each core at work, and megabytes."""

    clock: float
    cores: float
    megabytes: float


def measured(folder: Path) -> Cost:
    """One wrong guess in a child."""
    (folder / attempts.FILE).unlink(missing_ok=True)
    return Cost(**_in_child({"guess": str(folder)}))


def at_work(folder: Path) -> int:
    """How many cores a guess keeps busy here."""
    return min(ring.read(folder).wraps[0].cost.lanes, os.cpu_count() or 1)


def available() -> float:
    """Megabytes of memory that are free to use."""
    return _kilobytes("/proc/meminfo", "MemAvailable") / 1024


def guess(folder: Path) -> Cost:
    """In the child. What is loaded at the first use is loaded before."""
    keys._derive("", bytes(16), keys.Cost(64, 1, 1))
    before, began, worked = _kilobytes(STATUS, "VmRSS"), time.monotonic(), time.process_time()
    assert not keys.verify(folder, keys.logins(folder)[0], WRONG)
    clock, worked = time.monotonic() - began, time.process_time() - worked
    peak = _kilobytes(STATUS, "VmHWM") - before
    return Cost(clock, worked / at_work(folder), peak / 1024)


def _kilobytes(file: str, name: str) -> int:
    lines = Path(file).read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def made(trial: Try) -> dict[str, Any]:
    return _in_child(asdict(trial))


def _in_child(asked: dict[str, Any]) -> dict[str, Any]:
    around = os.environ | {"PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
    words = [sys.executable, __file__, json.dumps(asked)]
    done = subprocess.run(words, capture_output=True, text=True, env=around, cwd=ROOT, check=False)
    if done.returncode == -signal.SIGKILL:
        return {"said": "killed"}
    return dict(json.loads(done.stdout or '{"said": "nothing"}'))


def answer(trial: Try) -> dict[str, Any]:
    """In the child: one start of the program, and what it said."""
    time.time = lambda: trial.now
    if trial.forgets:
        tries: attempts.Tries = {}
        attempts._read = lambda folder: dict(tries)  # type: ignore[assignment]
        attempts._keep = lambda folder, fresh: tries.update(fresh)  # type: ignore[assignment]
    if trial.killed:
        begin = attempts.begin
        attempts.begin = lambda *told: _die(begin(*told))
    come_in = _into_a_server if trial.url else _into_a_file
    try:
        return {"said": "in" if come_in(trial) else "wrong"}
    except attempts.TooManyTries as refusal:
        return {"said": "wait", "seconds": refusal.details["seconds"]}


def _into_a_file(trial: Try) -> bool:
    return keys.verify(Path(trial.home), trial.login, trial.password)


def _into_a_server(trial: Try) -> bool:
    from sqlalchemy import make_url

    from models.server import tries
    from models.server.engine import NotLetIn

    url = make_url(trial.url).set(username=trial.login, password=trial.password)
    try:
        tries.come_in(Path(trial.home), url)[0].close()
    except NotLetIn:
        return False
    return True


def _die(_counted: object) -> Any:
    """The guess would be made now."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    print(
        json.dumps(asdict(guess(Path(told["guess"]))) if "guess" in told else answer(Try(**told)))
    )
