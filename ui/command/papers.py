"""The commands that write a report into a file: of these books, or added up of many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import translations
from models.errors import DomainError
from translations import N_, _
from ui.command import books, terminal
from ui.command.arguments import NoFile, NoFolder

if TYPE_CHECKING:
    from argparse import Namespace

    from models.database import Database
    from models.periods import Period
    from reports.consolidated import Consolidated
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


def consolidate(chosen: Namespace) -> int:
    """The reports of many branches added up, from their files alone: no books are opened."""
    from models import files
    from models.office.branch import Level
    from models.periods import Period
    from reports import consolidated

    out = Path(chosen.out)
    _require_place(out)
    paths = consolidated.files(map(_there, chosen.files))
    data = consolidated.collect(
        *consolidated.read(paths),
        period=Period.parse(chosen.period) if chosen.period else None,
        level=Level(chosen.level) if chosen.level else None,
        due=chosen.due,
    )
    code = chosen.language or translations.current().code
    files.write_whole(out, _added_up(data, out.suffix.lower(), code), secret=False)
    for line in _told(data, out):
        terminal.say(line)
    return 0


def _there(written: str) -> Path:
    """Raises NoFile."""
    path = Path(written)
    if not path.exists():
        raise NoFile(file=written)
    return path


def _added_up(data: Consolidated, ending: str, code: str) -> bytes:
    from reports import consolidated

    if ending == ".json":
        return consolidated.to_json(data)
    make = consolidated.render if ending == ".pdf" else consolidated.workbook
    return make(data, translations.language(code))


def _told(data: Consolidated, out: Path) -> Iterator[str]:
    """What was done in one line, and then what is missing or was left out."""
    from reports.consolidated import tables
    from reports.consolidated.render import added_up

    said, spoken = _("Written: {file}").format(file=out), translations.current()
    yield f"{said} ({added_up(data, spoken)})"
    if data.missing:
        names = tables.missing(data, spoken)
        yield f"{_('No report yet from')}: {names}"
    for each in data.set_aside:
        yield f"{each.file}: {spoken.show(each.reason)}"


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
