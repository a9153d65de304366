"""The long runs: python -m tests.soak [NAME [COUNT [SEED]]]. Without a name, all of them in turn.

NAME is a run or its figure (R1 …) in docs/reliability.md. What is printed states seed, commit and
figures; without a name it also goes to soak.log.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import TextIO

sys.path.insert(0, str(Path(__file__).parent.parent))

RUNS = {
    "kills": "R1",
    "power": "R2",
    "failures": "R3",
    "hindered": "R4",
    "damage": "R5",
    "imports": "R7",
    "strange_backups": "R7b",
    "strange_reports": "R7c",
    "model": "R8",
    "server_model": "R8b",
    "years": "R9",
    "migration": "R10",
    "copies": "R11",
    "plaintext": "R12",
    "guesses": "R13",
    "hostile_text": "R14",
    "tampering": "R15",
    "server": "R16",
}
LOG = "soak.log"


def main(name: str = "", count: str = "", seed: str = "") -> int:
    if name:
        return one(name, count, seed)
    with Path(LOG).open("a", encoding="utf-8") as log, redirect_stdout(Both(log)):
        return max([one(each) for each in RUNS])


def one(name: str, count: str = "", seed: str = "") -> int:
    """A run, by its name or figure; 0 when what it tries held."""
    name = next((each for each, figure in RUNS.items() if figure.upper() == name.upper()), name)
    run = import_module(f"soak.{name}")
    chosen = int(seed or random.SystemRandom().randrange(10**6))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()  # fmt: skip
    print(f"{name}: seed {chosen}, commit {commit}", flush=True)
    began = time.monotonic()
    held = run.run(int(count or run.COUNT), chosen)
    print(f"{'held' if held else 'BROKEN'} after {time.monotonic() - began:.0f} s", flush=True)
    return 0 if held else 1


class Both:
    """What is printed goes to the log too."""

    def __init__(self, log: TextIO) -> None:
        self.streams = (sys.__stdout__, log)

    def write(self, text: str) -> None:
        for stream in self.streams:
            stream.write(text)  # type: ignore[union-attr]

    def flush(self) -> None:
        for stream in self.streams:
            stream.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
