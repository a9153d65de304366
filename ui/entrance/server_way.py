"""The way to books on a server: sign in, check them, make them where there are none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from translations import _
from ui import work
from ui.entrance.books import Books, on_server
from ui.entrance.loader import WARM_UP
from ui.entrance.server_sign_in import ServerSignIn
from ui.entrance.unlock import Unlocked

if TYPE_CHECKING:
    from sqlalchemy import URL

    from models.database import Database
    from models.safe.founding import Plan
    from models.server.address import Address
    from ui.entrance.first_run import FirstRun
    from ui.entrance.way import Way


class ServerWay:
    """The part of the way in that leads to a server."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.url: str | URL | None = None  # of a server that the command line names

    @property
    def folder(self) -> Path:
        return self.way.folder

    def ask(self, where: Address) -> None:
        """Ask who comes in there."""
        window = ServerSignIn(where, self.folder)
        window.entered.connect(lambda db, failed: self._come_in(window, db, failed))
        window.practice.connect(lambda: self.way.practice(window))
        window.restore.connect(lambda: self.way.restoring.choose(window))
        self.way.show(window)
        QTimer.singleShot(WARM_UP, self.way.loader.begin)

    def elsewhere(self, first: FirstRun) -> None:
        """Another computer of the branch: its books are on the server already."""
        from ui.office.server_forms import ConnectForm

        form = ConnectForm(None, self.folder, first)
        if form.exec():
            self.ask(form.result_value)
            first.close()

    def enter(self, url: str | URL) -> None:
        """Go in by the address that the command line names, password and all."""
        from models.server import tries

        self.url = url
        (db, failed), problems = tries.come_in(self.folder, url), list[BaseException]()
        self.way.wait_for(
            _said_meanwhile(db),
            lambda progress: on_server(self.folder, db, progress, failed),
            lambda books: self._show(db, books),
            problems.append,
        )
        for problem in problems:
            raise problem

    def _come_in(self, window: ServerSignIn, db: Database, failed: int) -> None:
        """Check the books on the server in a thread, before any figure of them is shown."""
        begun = work.run(
            window,
            _said_meanwhile(db),
            lambda progress: on_server(self.folder, db, progress, failed),
            lambda books: self._show(db, books),
            window.show_problem,
        )
        begun.finished.connect(lambda: window.set_busy(False))

    def _show(self, db: Database, books: Books | None) -> None:
        """Books that were checked, or the first run where the server has none yet."""
        if books:
            self.way.enter(Unlocked(self.folder, db.login, b""), books)
        else:
            self._found(db)

    def _found(self, db: Database) -> None:
        from models.safe import founding
        from ui.entrance.first_run import FirstRun

        def found(plan: Plan, progress: work.Progress) -> Books | None:
            founding.found_on(db, plan)
            return on_server(self.folder, db, progress)

        before, window = self.way.window, FirstRun(None, found)
        window.founded.connect(lambda books: self._show(db, books))
        self.way.show(window)
        if before:
            before.close()


def _said_meanwhile(db: Database) -> str:
    """What the window says while books are on their way to it."""
    if db.is_older:
        return _("Making a backup, then bringing the books up to date…")
    return _("Checking the books…")
