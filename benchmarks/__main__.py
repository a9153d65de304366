"""Every ratio in one run: python -m benchmarks [FOLDER]. The first run makes a large branch.

FOLDER keeps the branches between runs (default: a folder among the system's temporary files).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import backup, posting, record, report, start

DEMO = ("--months", "12", "--per-month", "250")
TEN_YEARS = ("--months", "120", "--per-month", "660")  # about 80,000 documents, 110 MB
LARGE = ("--months", "10", "--per-month", "54000")  # about a million aid lines
FRAME = 0.1  # seconds


def main(folder: Path) -> None:
    demo, large = _branch(folder / "demo", DEMO), _branch(folder / "large", LARGE)
    ten_years = _branch(folder / "ten-years", TEN_YEARS, backup.record_all)
    print(f"{'':<72}{'ours':>9} {'bare':>12}")
    figures, paper = report.run(large)
    for line in [*start.run(demo, ten_years, large), *posting.run(), *record.run(), *figures]:
        print(line, flush=True)
    print(paper, flush=True)
    for told in backup.run(ten_years):
        print(told, flush=True)
    for name, branch in (("demonstration", demo), ("large branch", large)):
        told = start.tour(branch)
        for what in ("page", "language"):
            took, worked = told[what] * 1000, told[f"{what} worked"] * 1000
            verdict = "ok" if told[what] <= FRAME else "MISSED"
            print(f"longest frame of a {what} switch, {name}: {took:.0f} ms {verdict}", end="")
            print(f" ({worked:.0f} ms of the processor)")
        print(f"peak memory after the tour, {name}: {told['memory']:.0f} MB", flush=True)


def _branch(
    folder: Path, size: tuple[str, ...], finish: Callable[[Path], None] = lambda folder: None
) -> Path:
    if not folder.exists():
        print(f"making {folder.name} …", flush=True)
        subprocess.run([sys.executable, "main.py", "sample", str(folder), *size], check=True)
        finish(folder)
    return folder


if __name__ == "__main__":
    usual = Path(tempfile.gettempdir()) / "ogranak-benchmarks"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else usual)
