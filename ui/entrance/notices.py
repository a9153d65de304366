"""What is written around the pages: whose books they are, and what must stay in sight."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from models.roles import Role
from models.safe import paperkeys, unwritten
from translations import N_, _, current, ngettext

if TYPE_CHECKING:
    from models.database import Database
    from ui.entrance.books import Books
    from ui.entrance.keeper import Keeper
    from ui.window import MainWindow

PRACTICE = N_("This is the practice branch. Everything in it is invented.")
TRAVEL = N_(
    "This is a travel copy of {day}, without people and only to look at. Nothing can be entered."
)
NO_PAPERS = N_(
    "The two paper keys are not ready. Without them a forgotten password means lost data. Make"
    " them in the settings, under Keys."
)
NO_PAPERS_ON_SERVER = N_(
    "The two paper keys are not ready. Without them only a user's password opens the backups of"
    " the server. Make them in the settings, under Keys."
)
LATER = N_(
    "Meanwhile, who looks at people's data is noted in a file beside the books; later it goes into"
    " the record of acts."
)
NOWHERE = N_("Meanwhile, who looks at people's data is noted nowhere.")
DOUBTFUL = N_("{problem} Nothing can be entered until this is cleared up. Call for help.")


class Notices:
    """The branch, who works, and the line above every page of one main window.

    Books that are locked or closed are not asked for anything.
    """

    def __init__(self, window: MainWindow, books: Books, keeper: Keeper | None) -> None:
        self.window = window
        self.books = books
        self.keeper = keeper
        self.said = ""  # above every page, where nothing worse is to be said

    def name(self) -> None:
        """Read anew whose books these are, and write it around the pages.

        Where a server is gone, what was written stays: the page that asks it says so.
        """
        from sqlalchemy.exc import OperationalError  # heavy: the first window does without

        if self.books.db.is_locked:
            return
        with suppress(OperationalError):
            self._read()
        self.say_state()

    def _read(self) -> None:
        from models.office import branch, pins

        db = self.books.db
        with db.read() as session:
            name = branch.names(session)[branch.Level.BRANCH]
            is_practice = branch.get(session).is_practice
        self.window.set_branch(name)
        self.window.switch.setVisible(bool(pins.known(db)))
        if self.keeper:
            self.keeper.judge()
        self.said = _(PRACTICE) if is_practice else _said_of_copy(db) or _said_of_papers(db)

    def say_state(self) -> None:
        """How the books and their backups stand; a server that is gone is not asked for it."""
        db = self.books.db
        if db.is_locked:
            return
        roles = ", ".join(_(role.label) for role in Role if role in db.roles)
        lines = (self.books.person, roles, self.keeper.footer() if self.keeper else "")
        self.window.set_footer("\n".join(filter(None, lines)))
        said = (*self._worse(), self.said, said_of_failures(self.books.failed))
        notice = "\n".join(filter(None, said))
        if self.window.notice.text() != notice:
            self.window.set_notice(notice)

    def _worse(self) -> Iterator[str]:
        """Doubtful books or a full disk, and backups that are not made: none hides another."""
        if trouble := self.books.db.trouble:
            yield f"{_(DOUBTFUL).format(problem=trouble.text())} {_said_of_looks(self.books.db)}"
        elif self.books.db.is_full:
            yield f"{self.books.db.why_only_looked_at.text()} {_said_of_looks(self.books.db)}"
        yield from _said_of_concerns(self.books.db)
        if self.keeper:
            yield self.keeper.notice()


def _said_of_concerns(db: Database) -> Iterator[str]:
    """What was found of people and keys; of paper keys those are told who can make them."""
    from models import concerns

    for each in db.concerns:
        if not isinstance(each, concerns.NoPaperKey):
            yield each.text()


def _said_of_copy(db: Database) -> str:
    return _(TRAVEL).format(day=current().day(db.copied_on)) if db.copied_on else ""


def _said_of_looks(db: Database) -> str:
    """What becomes of the record while it cannot be written."""
    return _(LATER) if db.home and unwritten.takes_notes(db.home) else _(NOWHERE)


def _said_of_papers(db: Database) -> str:
    """Until both paper keys were printed and typed back, whoever can do that is reminded."""
    from models.office import access
    from models.rights import may

    if db.home is None or not may(db.roles, access.make_paper_keys):
        return ""
    with db.read() as session:
        known = access.paper_keys(session, db.folder)
    missing = _(NO_PAPERS) if db.folder else _(NO_PAPERS_ON_SERVER)
    return "" if paperkeys.suffice(known) else missing


def said_of_failures(count: int) -> str:
    """That somebody tried to sign in under the user's name meanwhile."""
    if not count:
        return ""
    said = ngettext(
        "Since you last signed in, {count} wrong password was typed under your name.",
        "Since you last signed in, {count} wrong passwords were typed under your name.",
        count,
    )
    return said.format(count=count)


def said_of_restore(books: Books) -> str:
    """Who restored the books, where nothing else is wrong than that they end earlier."""
    from models import checks, clock
    from models.office.users import User
    from models.safe import restoring

    if not all(isinstance(each, (checks.RecordCut, checks.BookCut)) for each in books.problems):
        return ""
    with books.db.read() as session:
        act = restoring.newest(session)
        user = session.get(User, act.user_id) if act and act.user_id else None
    if act is None:
        return ""
    said = _(
        "The record says: on {day} {name} restored the backup of {moment}. If that is right,"
        " this computer can take the books as they are. If nobody knows of it, call for help."
    )
    day, moment = clock.local(act.at), clock.local(datetime.fromisoformat(act.detail))
    show, name = current().show, user.name if user else "–"
    return said.format(day=show(day), name=name, moment=show(moment))
