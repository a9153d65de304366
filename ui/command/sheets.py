"""The command that takes a day sheet into the books."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from translations import ngettext
from ui.command import books, terminal
from ui.command.arguments import NoFile

if TYPE_CHECKING:
    from argparse import Namespace


def take_in(chosen: Namespace) -> int:
    """A day sheet into the books, whole or not at all; --dry-run only looks."""
    from models.safe import backups
    from models.safe.backups import Reason
    from models.sheets import daysheet

    file = Path(chosen.file)
    if not file.is_file():
        raise NoFile(file=str(file))
    sheet = daysheet.read(file)
    with books.unlocked(chosen) as db:
        books.require_good(db)
        with db.read() as session:
            preview = daysheet.check(session, sheet)
        for problem in preview.problems:
            terminal.complain(problem.line())
        daysheet.require_ready(preview)
        if not chosen.dry_run:
            backups.save_before(db, Reason.IMPORT)
            with db.write() as session:
                daysheet.take_in(session, preview)
    rows = len(preview.rows)
    if chosen.dry_run:
        said = ngettext("{count} row is in order.", "{count} rows are in order.", rows)
    else:
        said = ngettext("{count} row imported.", "{count} rows imported.", rows)
    terminal.say(said.format(count=rows))
    return 0
