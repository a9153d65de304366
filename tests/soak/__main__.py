"""The long runs: python -m tests.soak NAME [COUNT] [SEED]. The log states seed and commit."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from soak import damage, failures, imports, kills, power

RUNS = {"kills": kills, "power": power, "failures": failures, "damage": damage, "imports": imports}


def main(name: str = "kills", count: str = "", seed: str = "") -> int:
    run = RUNS[name]
    chosen = int(seed or random.SystemRandom().randrange(10**6))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()  # fmt: skip
    print(f"{name}: seed {chosen}, commit {commit}", flush=True)
    began = time.monotonic()
    held = run.run(int(count or run.COUNT), chosen)
    print(f"{'held' if held else 'BROKEN'} after {time.monotonic() - began:.0f} s")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
