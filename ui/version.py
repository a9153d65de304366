"""Which version of the program this is, and what it runs on."""

from __future__ import annotations

import platform
import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@cache
def own() -> str:
    """The version that the project's own file names; a question mark where that is gone."""
    try:
        return str(tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        return "?"


def environment() -> str:
    """The program, Python and the system, for whoever reads what was written down."""
    return (
        f"Ogranak {own()}, Python {platform.python_version()},"
        f" {platform.system()} {platform.release()} {platform.machine()}"
    )
