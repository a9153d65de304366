"""Commands that keep the books safe: check, backup, travel copy, closing, restoring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from translations import _
from ui import farewell, faults, newest
from ui.command import books, terminal
from ui.command.arguments import NoFile, NoFolder

if TYPE_CHECKING:
    from argparse import Namespace

    from models.database import Database
    from models.safe.backups import Backup


def check(chosen: Namespace) -> int:
    """Every page of the file and every invariant of the books."""
    from models import checks, concerns
    from models.safe import opening

    with books.unlocked(chosen) as db:
        found = [*opening.examine(db, terminal.progress), *db.concerns]
    for problem in found:
        terminal.complain(faults.with_code(problem))
    if not found:
        count = len(checks.CHECKS) + len(concerns.CHECKS)
        terminal.say(_("The books are in order: {count} checks.").format(count=count))
    return 1 if found else 0


def backup(chosen: Namespace) -> int:
    """One backup, verified, with the name given."""
    from models.safe import backups

    file = Path(chosen.file)
    if not file.parent.is_dir():
        raise NoFolder(folder=str(file.parent))
    with books.unlocked(chosen) as db:
        made = backups.make(db, file, backups.Reason.BY_HAND)
    said = _("Written and verified: {file} (newest document {number})")
    terminal.say(said.format(file=made.file, number=newest.document(made.contents)))
    return 0


def travel(chosen: Namespace) -> int:
    """A travel copy in a folder of its own in DIR: without people, with a password of its own."""
    from models.office import branch
    from models.safe import travel as copies

    folder = Path(chosen.target)
    if not folder.is_dir():
        raise NoFolder(folder=str(folder))
    with books.unlocked(chosen) as db:
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

    folder = Path(chosen.target)
    with books.unlocked(chosen) as db:
        home = parting.home_of(db)
        parting.require_elsewhere(home, folder)
        books.require_good(db)
        for said in farewell.what_goes(parting.places(home)):
            terminal.say(said)
        login, password = _login_of(db), terminal.password(chosen.password_file)
        made = parting.take_away(db, folder, login, password, terminal.progress)
        db.lock()
        return _wipe(home, made)


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


def _wipe(home: Path, made: Backup) -> int:
    """The next start does what could not be done now."""
    from models.safe import parting

    try:
        left = parting.leave(home, made)
    except OSError as problem:
        said = _(farewell.NOT_QUITE).format(problem=faults.with_code(problem))
        terminal.complain(said)
        return 1
    for said in (_(farewell.WIPED), *farewell.what_stayed(left), *farewell.where_now(made)):
        terminal.say(said)
    return 0


def _login_of(db: Database) -> str:
    from models.office.users import User

    with db.read() as session:
        return session.get_one(User, db.user).login


def _key_of(file: Path, login: str, chosen: Namespace) -> tuple[bytes, str]:
    """The key of a backup and, where a paper key opened it, the new password of the user."""
    from models.safe import keys, paperkeys, passwords, restoring

    folder = Path(chosen.folder)
    if not chosen.paper_key:
        password = terminal.password(chosen.password_file)
        key = restoring.unlock(
            file, lambda inside: keys.unlock(inside, login, password, counted_in=folder), folder
        )
        return key, ""
    typed = terminal.paper_key()
    key = restoring.unlock(
        file, lambda inside: paperkeys.unlock(inside, typed, counted_in=folder), folder
    )
    fresh = terminal.new_password(chosen.password_file)
    passwords.check(fresh, (login,))
    return key, fresh
