"""The way back from a backup: into the place of the books, or beside those on a server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.safe import folders, lock
from models.server import address
from translations import _
from ui import messages, work
from ui.entrance.unlock import Unlock, Unlocked

if TYPE_CHECKING:
    from ui.entrance.restore import Wanted
    from ui.entrance.way import Way


class RestoreWay:
    """The part of the way in that begins with a backup."""

    def __init__(self, way: Way) -> None:
        self.way = way

    def choose(self, window: QWidget) -> None:
        """Ask which backup, and for its password or paper key."""
        from ui.entrance.restore import RestoreDialog

        dialog = RestoreDialog(self.way.folder, parent=window)
        dialog.chosen.connect(lambda wanted: self.restore(window, wanted))
        dialog.open()

    def restore(self, window: QWidget, wanted: Wanted) -> None:
        """Put the backup in the place of the books, which are saved and closed before."""
        from models.safe import restoring, tending

        books = self.way.books
        is_let = wanted.is_let or self._is_somebody_at_work()
        wanted = replace(wanted, is_let=is_let)
        if self._is_on_server():
            self._restore_elsewhere(window, wanted)
            return

        def restored(progress: work.Progress) -> Unlocked:
            self._begin()
            if books and books.db.folder and books.db.takes_entries:
                tending.save_before_restore(books.db, books.db.folder)
            self.way.close_books()
            restoring.restore(
                wanted.file, self.way.folder, wanted.key, wanted.login, progress, wanted.password,
                is_let=wanted.is_let,
            )  # fmt: skip
            return wanted.unlocked(self.way.folder)

        def reopened(found: Unlocked) -> None:
            self.way.go_in(self._waiting(), found)

        self.way.watch_no_longer()
        window.setEnabled(False)
        title = _("Restoring the backup…")
        begun = work.run(window, title, restored, reopened, self._not_restored)
        begun.finished.connect(lambda: window.setEnabled(True))

    def _is_somebody_at_work(self) -> bool:
        return self.way.books is not None and self.way.main is not None

    def _begin(self) -> None:
        """Ask the present books whether who works in them may do it. Raises NotAllowed."""
        from models.safe import restoring

        if self.way.books and self._is_somebody_at_work():
            restoring.begin(self.way.books.db)

    def _is_on_server(self) -> bool:
        """Whether the books that this computer uses are on a server, open or not."""
        if self.way.books:
            return self.way.books.db.folder is None
        return address.remembered(self.way.folder) is not None

    def _restore_elsewhere(self, window: QWidget, wanted: Wanted) -> None:
        """Books on a server are never replaced: the backup goes into a file or a new database."""
        from ui.office.server_restore import PlaceForm

        if self.way.held is None:
            self.way.held = lock.hold(self.way.folder, wanted.login)
        form = PlaceForm(self.way.folder, wanted, window, self._begin)
        if not form.exec():
            return
        self.way.watch_no_longer()
        self.way.close_books()
        before, where = self.way.window, address.remembered(self.way.folder)
        if where:
            self.way.server.ask(where)
            self.way.drop(before)
        else:
            self.way.go_in(self._waiting(), wanted.unlocked(self.way.folder))

    def _waiting(self) -> Unlock:
        """The first window again, while restored books are checked."""
        before = self.way.window
        self.way.ask()
        self.way.drop(before)
        assert isinstance(self.way.window, Unlock)
        return self.way.window

    def _not_restored(self, problem: BaseException) -> None:
        """Say why; books that were closed for it are opened with the password again."""
        way = self.way
        if way.books is None and way.main is not None and folders.is_set_up(way.folder):
            self._waiting().show_problem(problem)
            return
        if way.books and way.main:
            way.keep_watch(way.main, way.books)
        messages.explain(way.window, problem)
