"""A second opinion on our archival files: Apache PDFBox, where it is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

_LIBRARIES = Path("/usr/share/java")
_NEEDED = (
    "preflight",
    "pdfbox2",
    "fontbox2",
    "xmpbox",
    "commons-logging",
    "jaxb-api",
    "javax.activation",
)


def findings(pdf: bytes, folder: Path) -> list[str]:
    """What PDFBox finds against PDF/A-1b, a line each. Skips the test where it cannot run."""
    java = shutil.which("java")
    jars = [_LIBRARIES / f"{name}.jar" for name in _NEEDED]
    if not java or not all(jar.exists() for jar in jars):
        pytest.skip("NOT CHECKED: Java or libpdfbox2-java is not installed")
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    source = Path(__file__).with_name("Preflight.java")
    command = [java, "-cp", ":".join(map(str, jars)), str(source), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def run(*command: str | Path) -> str:
    """What an installed PDF tool prints. Skips the test where the tool is missing."""
    if not shutil.which(str(command[0])):
        pytest.skip(f"NOT CHECKED: {command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
