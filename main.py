"""Ogranak: reads the command line, and shows the window or does as it is told."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import translations
from models.errors import DomainError
from translations import _
from ui import faults
from ui.command import arguments, books, terminal

if TYPE_CHECKING:
    from argparse import Namespace

LOG = "problems.log"


def main(written: Sequence[str] | None = None) -> int:
    """Do what the command line says. 0: done; 2: a rule or the input; 1: the world failed.

    What failed in the world has a code (docs/errors.md), be it told by the system or by a check.
    """
    chosen: Namespace | None = None
    words = sys.argv[1:] if written is None else written
    translations.use(arguments.language(words) or terminal.language())
    try:
        chosen = arguments.parse(words, window, COMMANDS)
        return int(chosen.command(chosen))
    except DomainError as refusal:
        terminal.complain(faults.with_code(refusal))
        return 1 if faults.code(refusal) else 2
    except KeyboardInterrupt:
        return 1
    except Exception as problem:  # noqa: BLE001 - the last door: one sentence, no traceback
        faults.write_down(_log(chosen), problem)
        terminal.complain(faults.with_code(problem))
        return 1


def window(chosen: Namespace) -> int:
    """The window: first run, unlocking, then the pages."""
    from ui.entrance import start

    spoken = chosen.language or ""
    return start.run(
        books.folder_of(chosen.data), books.server_of(chosen), no_screen=_no_screen, language=spoken
    )


def _from(module: str, name: str) -> arguments.Command:
    """A command whose module is imported when it is given: the window starts without them."""
    return lambda chosen: int(getattr(import_module(f"ui.command.{module}"), name)(chosen))


COMMANDS: dict[str, arguments.Command] = {
    "demo": _from("practice", "demo"),
    "sample": _from("practice", "sample"),
    "report": _from("papers", "report"),
    "consolidate": _from("papers", "consolidate"),
    "import": _from("sheets", "take_in"),
    "check": _from("safety", "check"),
    "backup": _from("safety", "backup"),
    "travel": _from("safety", "travel"),
    "close": _from("safety", "close"),
    "restore": _from("safety", "restore"),
}


def _no_screen() -> int:
    terminal.complain(_("The window cannot open: there is no screen, or it does not answer."))
    return 1


def _log(chosen: Namespace | None) -> Path:
    """In the folder of the books where that is known and there, else in the user's."""
    named = getattr(chosen, "folder", None) or getattr(chosen, "data", None)
    return (Path(named) if named and Path(named).is_dir() else books.folder_of(None)) / LOG


if __name__ == "__main__":
    sys.exit(main())
