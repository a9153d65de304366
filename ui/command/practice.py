"""Commands that make invented data: the practice branch, and branches of any size."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from translations import LANGUAGES, _
from ui.command import books, papers, terminal

if TYPE_CHECKING:
    from argparse import Namespace

    from models.database import Database

DEMO = "demo"  # name and password of the demonstration branch's user


def demo(chosen: Namespace) -> int:
    """A demonstration branch, its last report in five languages, then the window on it."""
    folder = Path(chosen.folder)
    if not _is_demo(folder):
        _make_sample(folder, months=12, per_month=250, seed=1)
    with books.opened(folder, DEMO, DEMO) as db:
        _write_demo_reports(db, folder)
    no_screen = partial(_only_reports, folder)
    if not terminal.has_screen():
        return no_screen()
    from ui.entrance import start

    spoken = chosen.language or ""
    return start.run(folder, no_screen=no_screen, login=DEMO, password=DEMO, language=spoken)


def sample(chosen: Namespace) -> int:
    """The demonstration data in any size."""
    _make_sample(Path(chosen.folder), chosen.months, chosen.per_month, chosen.seed)
    return 0


def _only_reports(folder: Path) -> int:
    where = folder.resolve()
    terminal.say(_("There is no screen here. The reports are in {folder}.").format(folder=where))
    return 0


def _is_demo(folder: Path) -> bool:
    """Whether a demonstration branch is there. Raises Occupied when it is another branch."""
    from models.safe import folders, keys

    books.finish(folder)
    if folders.is_set_up(folder) and DEMO not in keys.logins(folder):
        raise folders.Occupied(folder=str(folder))
    return folders.is_set_up(folder)


def _make_sample(folder: Path, months: int, per_month: int, seed: int) -> None:
    """Whole or not at all, and only where no branch is. Raises like folders.require_room."""
    from models import sample as invented
    from models.database import Database
    from models.safe import folders, founding, lock

    def fill(begun: Path, key: bytes) -> None:
        with closing(Database.create(begun, key)) as db:
            invented.fill(
                db, months=months, per_month=per_month, seed=seed, progress=terminal.progress
            )

    folders.require_room(folder)
    with lock.hold(folder, DEMO):
        folders.build(folder, DEMO, DEMO, fill, cost=founding.PRACTICE_COST)
    terminal.say(
        _("A demonstration branch is in {folder}. User and password: demo").format(folder=folder)
    )


def _write_demo_reports(db: Database, folder: Path) -> None:
    from models import clock
    from models.periods import Period

    month = Period.parse(f"{clock.today():%Y-%m}").previous
    for code in LANGUAGES:
        path = folder / f"report-{month.key}-{code}.pdf"
        if not path.exists():
            papers.write(db, month, code, path)
            terminal.say(_("Written: {file}").format(file=path))
