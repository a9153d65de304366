"""Ogranak: reads the command line, opens the books, and shows the window or does as it is told."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import translations
from models.errors import DomainError
from translations import LANGUAGES, N_, _, ngettext
from ui import arguments, farewell, faults, terminal

if TYPE_CHECKING:
    from argparse import Namespace

    from sqlalchemy import URL

    from models.database import Database
    from models.periods import Period
    from models.safe.backups import Backup
    from reports.monthly.figures import Monthly

LOG = "problems.log"
DEMO = "demo"  # name and password of the demonstration branch's user


def main(written: Sequence[str] | None = None) -> int:
    """Do what the command line says. 0: done; 2: a rule or the input; 1: the world failed."""
    chosen: Namespace | None = None
    words = sys.argv[1:] if written is None else written
    translations.use(arguments.language(words) or terminal.language())
    try:
        chosen = arguments.parse(words, window, COMMANDS)
        return int(chosen.command(chosen))
    except DomainError as refusal:
        terminal.complain(faults.with_code(refusal))
        return 2
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
    return start.run(_folder(chosen.data), _server(chosen), no_screen=_no_screen, language=spoken)


def demo(chosen: Namespace) -> int:
    """A demonstration branch, its last report in five languages, then the window on it."""
    folder = Path(chosen.folder)
    if not _is_demo(folder):
        _make_sample(folder, months=12, per_month=250, seed=1)
    with _opened(folder, DEMO, DEMO) as db:
        _write_demo_reports(db, folder)
    no_screen = partial(_only_reports, folder)
    if not terminal.has_screen():
        return no_screen()
    from ui.entrance import start

    spoken = chosen.language or ""
    return start.run(folder, no_screen=no_screen, login=DEMO, password=DEMO, language=spoken)


def make_sample(chosen: Namespace) -> int:
    """The demonstration data in any size."""
    _make_sample(Path(chosen.folder), chosen.months, chosen.per_month, chosen.seed)
    return 0


def report(chosen: Namespace) -> int:
    """A report to a file; its ending says in which form."""
    from models.periods import Period

    period, out = Period.parse(chosen.period), Path(chosen.out)
    _require_place(out)
    with _books(chosen) as db:
        _require_good(db)
        code = chosen.language or _branch_language(db)
        _write_report(db, period, code, out, public=chosen.public)
    terminal.say(_("Written: {file}").format(file=out))
    return 0


def import_(chosen: Namespace) -> int:
    """A day sheet into the books, whole or not at all; --dry-run only looks."""
    from models.safe import backups
    from models.safe.backups import Reason
    from models.sheets import daysheet

    file = Path(chosen.file)
    if not file.is_file():
        raise NoFile(file=str(file))
    sheet = daysheet.read(file)
    with _books(chosen) as db:
        _require_good(db)
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


def check(chosen: Namespace) -> int:
    """Every page of the file and every invariant of the books."""
    from models import checks
    from models.safe import opening

    with _books(chosen) as db:
        found = opening.examine(db, terminal.progress)
    for problem in found:
        terminal.complain(faults.with_code(problem))
    if not found:
        terminal.say(_("The books are in order: {count} checks.").format(count=len(checks.CHECKS)))
    return 1 if found else 0


def backup(chosen: Namespace) -> int:
    """One backup, verified, with the name given."""
    from models.safe import backups

    file = Path(chosen.file)
    if not file.parent.is_dir():
        raise NoFolder(folder=str(file.parent))
    with _books(chosen) as db:
        made = backups.make(db, file, backups.Reason.BY_HAND)
    said = _("Written and verified: {file} (newest document {number})")
    terminal.say(said.format(file=made.file, number=made.contents.newest or "–"))
    return 0


def travel(chosen: Namespace) -> int:
    """A travel copy in a folder of its own in DIR: without people, with a password of its own."""
    from models.office import branch
    from models.safe import travel as copies

    folder = Path(chosen.folder)
    if not folder.is_dir():
        raise NoFolder(folder=str(folder))
    with _books(chosen) as db:
        with db.read() as session:
            hints = branch.names(session).values()
        password = terminal.new_password(chosen.copy_password_file)
        made = copies.make(db, folder, password, hints, terminal.progress)
    said = _("The travel copy is checked and lies in {folder}").format(folder=made)
    terminal.say(said)
    return 0


def close(chosen: Namespace) -> int:
    """A last backup in DIR on another drive, proved; then the books here are wiped, for good."""
    from models.safe import parting

    folder = Path(chosen.folder)
    with _books(chosen) as db:
        home = parting.home_of(db)
        parting.require_elsewhere(home, folder)
        _require_good(db)
        for said in farewell.what_goes(parting.places(home)):
            terminal.say(said)
        login, password = _login_of(db), terminal.password(chosen.password_file)
        made = parting.take_away(db, folder, login, password, terminal.progress)
        db.lock()
        return _wipe(home, made)


def _wipe(home: Path, made: Backup) -> int:
    """The next start does what could not be done now."""
    from models.safe import parting

    try:
        parting.leave(home, made)
    except OSError as problem:
        said = _(farewell.NOT_QUITE).format(problem=faults.sentence(problem))
        terminal.complain(said)
        return 1
    for said in (_(farewell.WIPED), *farewell.where_now(made)):
        terminal.say(said)
    return 0


def _login_of(db: Database) -> str:
    from models.office.users import User

    with db.read() as session:
        return session.get_one(User, db.user).login


def restore(chosen: Namespace) -> int:
    """A backup becomes the books in DIR, by a password or a paper key; what was there is kept."""
    from models.safe import backups, lock, restoring

    file, folder = Path(chosen.file), Path(chosen.folder)
    if not file.is_file():
        raise NoFile(file=str(file))
    backups.read(file)
    known = restoring.logins(file)
    login = chosen.user or (known[0] if len(known) == 1 else terminal.user_name())
    key, fresh = _key_of(file, login, chosen)
    with lock.hold(folder, login):
        done = restoring.restore(file, folder, key, login, terminal.progress, fresh)
    terminal.say(_("Restored and checked: {folder}").format(folder=folder))
    if done.kept:
        terminal.say(_("What was there before is kept in {folder}").format(folder=done.kept))
    return 0


def _key_of(file: Path, login: str, chosen: Namespace) -> tuple[bytes, str]:
    """The key of a backup and, where a paper key opened it, the new password of the user."""
    from models.safe import keys, paperkeys, passwords, restoring

    folder = Path(chosen.folder)
    if not chosen.paper_key:
        password = terminal.password(chosen.password_file)
        key = restoring.unlock(
            file, lambda inside: keys.unlock(inside, login, password, counted_in=folder)
        )
        return key, ""
    typed = terminal.paper_key()
    key = restoring.unlock(file, lambda inside: paperkeys.unlock(inside, typed, counted_in=folder))
    fresh = terminal.new_password(chosen.password_file)
    passwords.check(fresh, (login,))
    return key, fresh


COMMANDS: dict[str, arguments.Command] = {
    "demo": demo,
    "sample": make_sample,
    "report": report,
    "import": import_,
    "check": check,
    "backup": backup,
    "travel": travel,
    "close": close,
    "restore": restore,
}


def _no_screen() -> int:
    terminal.complain(_("The window cannot open: there is no screen, or it does not answer."))
    return 1


def _only_reports(folder: Path) -> int:
    where = folder.resolve()
    terminal.say(_("There is no screen here. The reports are in {folder}.").format(folder=where))
    return 0


@contextmanager
def _books(chosen: Namespace) -> Iterator[Database]:
    """The books that the command line points at, unlocked."""
    from models.bookfile import NoDatabase
    from models.database import Database
    from models.safe import folders, keys, opening
    from models.server import address

    folder = _folder(chosen.data)
    if server := _server(chosen) or _remembered(folder, chosen):
        with closing(Database.reach(server)) as db:
            address.settle(db, folder)
            opening.bring_up_to_date(db, terminal.progress)
            yield from _signed_in(db, db.login)
        return
    folders.finish(folder)
    if not folders.is_set_up(folder):
        raise NoDatabase(folder=str(folder))
    known = keys.logins(folder)
    login = chosen.user or (known[0] if len(known) == 1 else terminal.user_name())
    with _opened(folder, login, terminal.password(chosen.password_file)) as db:
        yield db


@contextmanager
def _opened(folder: Path, login: str, password: str) -> Iterator[Database]:
    from models.safe import keys, lock, opening

    failed = keys.failed(folder, login)
    with (
        lock.hold(folder, login),
        closing(opening.open_file(folder, keys.unlock(folder, login, password))) as db,
    ):
        yield from _signed_in(db, keys.canonical(login), failed)


def _require_good(db: Database) -> None:
    """Raises what a check finds: no figure is given out of such books, and nothing taken in."""
    from models.safe import opening

    if not db.is_as_left and not db.trouble:
        opening.examine(db)
    if db.trouble:
        raise db.trouble


def _signed_in(db: Database, login: str, failed: int = 0) -> Iterator[Database]:
    """The books while somebody works in them; the record says from when till when.

    `failed` wrong passwords were typed under this name since it last came in.
    """
    from models import record
    from models.office import users
    from models.safe import opening
    from models.server import keyring

    opening.examine_ends(db)
    users.sign_in(db, login, detail=f"{record.FAILED}{failed}" if failed else "")
    if db.folder is None:
        keyring.enter(db, db.engine.url.password or "")
    try:
        yield db
    finally:
        if not db.is_locked:  # else they are no longer here
            users.sign_out(db)


def _is_demo(folder: Path) -> bool:
    """Whether a demonstration branch is there. Raises Occupied when it is another branch."""
    from models.safe import folders, keys

    folders.finish(folder)
    if folders.is_set_up(folder) and DEMO not in keys.logins(folder):
        raise folders.Occupied(folder=str(folder))
    return folders.is_set_up(folder)


def _make_sample(folder: Path, months: int, per_month: int, seed: int) -> None:
    """Whole or not at all, and only where no branch is. Raises like folders.require_room."""
    from models import sample
    from models.database import Database
    from models.safe import folders, founding, lock

    def fill(begun: Path, key: bytes) -> None:
        with closing(Database.create(begun, key)) as db:
            sample.fill(
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
            _write_report(db, month, code, path)
            terminal.say(_("Written: {file}").format(file=path))


def _write_report(
    db: Database, period: Period, code: str, path: Path, *, public: bool = False
) -> None:
    from models import files, recorded
    from reports import monthly

    make = _public_copy if public else _internal_copy
    with db.read() as session:
        data = monthly.of(session, period)
    form = f"{path.suffix.lower()[1:]} {code}{' public' if public else ''}"
    recorded.put_out(db, f"report {period.key}", form)
    files.write_whole(path, make(data, path.suffix.lower(), code), secret=False)


def _internal_copy(data: Monthly, ending: str, code: str) -> bytes:
    from reports import monthly

    if ending == ".json":
        return monthly.to_json(data)
    make = monthly.render if ending == ".pdf" else monthly.workbook
    return make(data, translations.language(code))


def _public_copy(data: Monthly, ending: str, code: str) -> bytes:
    """Raises NotAMonthForAll."""
    from reports.monthly import public, public_paper

    shown = public.publish(data)
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


def _folder(data: str | None) -> Path:
    """Where the books are: as told, else in the user's data folder."""
    if data:
        return Path(data)
    from platformdirs import user_data_path

    return user_data_path("Ogranak", appauthor=False)


def _log(chosen: Namespace | None) -> Path:
    """In the folder of the books where that is known and there, else in the user's."""
    named = getattr(chosen, "folder", None) or getattr(chosen, "data", None)
    return (Path(named) if named and Path(named).is_dir() else _folder(None)) / LOG


def _server(chosen: Namespace) -> str | URL | None:
    """The address of the server, with the password where a file holds it."""
    if not chosen.database_url or not chosen.password_file:
        return str(chosen.database_url) if chosen.database_url else None
    from models.server.engine import with_password

    return with_password(chosen.database_url, terminal.password(chosen.password_file))


def _remembered(folder: Path, chosen: Namespace) -> URL | None:
    """The server that the data folder belongs to, if any."""
    from models.server import address

    where = address.remembered(folder)
    if where is None:
        return None
    known = replace(where, user=chosen.user or where.user)
    return known.url(terminal.password(chosen.password_file))


class UnknownForm(DomainError):
    message = N_("{file}: end the name in .pdf, .xlsx or .json, so that the form is known.")


class NoFile(DomainError):
    message = N_("There is no file {file}.")


class NoFolder(DomainError):
    message = N_("There is no folder {folder}. Make it first, or choose another.")


class IsAFolder(DomainError):
    message = N_("{file} is a folder. Write the name of a file.")


if __name__ == "__main__":
    sys.exit(main())
