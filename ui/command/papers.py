"""The command that writes a report into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import translations
from models.errors import DomainError
from translations import N_, _
from ui.command import books, terminal
from ui.command.arguments import NoFolder

if TYPE_CHECKING:
    from argparse import Namespace

    from models.database import Database
    from models.periods import Period
    from reports.monthly.figures import Monthly


def report(chosen: Namespace) -> int:
    """A report to a file; its ending says in which form."""
    from models.periods import Period

    period, out = Period.parse(chosen.period), Path(chosen.out)
    _require_place(out)
    with books.unlocked(chosen) as db:
        books.require_good(db)
        code = chosen.language or _branch_language(db)
        write(db, period, code, out, public=chosen.public)
    terminal.say(_("Written: {file}").format(file=out))
    return 0


def write(db: Database, period: Period, code: str, path: Path, *, public: bool = False) -> None:
    """Write the report of a period to `path`, whose ending says in which form; the record tells it.

    `code` is the language, `public` the copy for everybody. Raises NotAMonthForAll, CellRecovered,
    OSError.
    """
    from models import files, recorded
    from reports import monthly

    with db.read() as session:
        data = monthly.of(session, period)
        earlier = monthly.before(session, period) if public else None
    form = f"{path.suffix.lower()[1:]} {code}{' public' if public else ''}"
    recorded.put_out(db, f"report {period.key}", form)
    ending = path.suffix.lower()
    made = (
        _public_copy(data, earlier, ending, code) if public else _internal_copy(data, ending, code)
    )
    files.write_whole(path, made, secret=False)


def _internal_copy(data: Monthly, ending: str, code: str) -> bytes:
    from reports import monthly

    if ending == ".json":
        return monthly.to_json(data)
    make = monthly.render if ending == ".pdf" else monthly.workbook
    return make(data, translations.language(code))


def _public_copy(data: Monthly, earlier: Monthly | None, ending: str, code: str) -> bytes:
    """Raises NotAMonthForAll, CellRecovered."""
    from reports.monthly import public, public_paper

    shown = public.publish(data, earlier)
    if ending == ".json":
        return public.to_json(shown)
    make = public_paper.on_paper if ending == ".pdf" else public_paper.workbook
    return make(shown, translations.language(code))


def _require_place(path: Path) -> None:
    """Raises UnknownForm, NoFolder, IsAFolder before anything is counted in vain."""
    if path.suffix.lower() not in (".pdf", ".xlsx", ".json"):
        raise UnknownForm(file=path.name)
    if not path.parent.is_dir():
        raise NoFolder(folder=str(path.parent))
    if path.is_dir():
        raise IsAFolder(file=str(path))


def _branch_language(db: Database) -> str:
    from models.office import branch

    with db.read() as session:
        return branch.get(session).language


class UnknownForm(DomainError):
    message = N_("{file}: end the name in .pdf, .xlsx or .json, so that the form is known.")


class IsAFolder(DomainError):
    message = N_("{file} is a folder. Write the name of a file.")
