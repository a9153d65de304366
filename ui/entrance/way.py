"""The way in: the first run or the unlock window, then the main window on the open books."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from models.errors import DomainError
from models.safe import folders, keys, lock
from models.server import address
from translations import N_, _
from ui import messages, work
from ui.entrance.books import Books, books_of, damage, practice
from ui.entrance.loader import WARM_UP, Loader
from ui.entrance.notices import Notices, said_of_restore
from ui.entrance.pages import pages_of
from ui.entrance.restore_way import RestoreWay
from ui.entrance.server_way import ServerWay
from ui.entrance.unlock import Unlock, Unlocked

if TYPE_CHECKING:
    from sqlalchemy import URL

    from models.database import Database
    from models.office.users import User
    from models.safe.backups import Backup
    from models.safe.folders import Wiped
    from models.safe.founding import Plan
    from ui.entrance.examiner import Examiner
    from ui.entrance.first_run import FirstRun
    from ui.entrance.keeper import Keeper
    from ui.entrance.locking import Locking
    from ui.entrance.server_sign_in import ServerSignIn
    from ui.window import MainWindow

SAVED = N_(
    "The books are saved: nothing that was entered is lost. Only the backup that is made when the"
    " program is closed is missing."
)
DRIVE = N_(
    "The drive with the backups is full or fails, or may not be written to. Look at it, and press"
    " “Back up now” in the settings, under Backups, when you next start the program."
)
PATIENCE = 30  # seconds that other work has to come to its end


class Way(QObject):
    """From the folder to the main window, one window after the other."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.window: QWidget | None = None
        self.main: MainWindow | None = None
        self.books: Books | None = None
        self.held: lock.Lock | None = None
        self.keeper: Keeper | None = None
        self.examiner: Examiner | None = None
        self.farewell: QWidget | None = None
        self.locking: Locking | None = None
        self.loader = Loader(folder)
        self.server = ServerWay(self)
        self.restoring = RestoreWay(self)
        self.notices: Notices | None = None

    def begin(self, database_url: str | URL | None, login: str, password: str) -> None:
        """Show the window that comes first."""
        if database_url:
            self.server.enter(database_url)
            return
        wiped = folders.finish(self.folder)
        self.held = lock.hold(self.folder, login)
        address.put_away(self.folder)
        where = address.remembered(self.folder)
        if where:
            self.server.ask(where)
        elif login:
            key = keys.unlock(self.folder, login, password)
            self._show_books(self._open(Unlocked(self.folder, login, key)))
        elif folders.is_set_up(self.folder):
            self.ask()
        else:
            self._first_run()
        if wiped:
            self._say_wiped(wiped)

    def _say_wiped(self, wiped: Wiped) -> None:
        """Over the first window, once it is there."""
        from ui import farewell

        said, window = "\n\n".join(farewell.finished(wiped)), self.window
        assert window is not None
        QTimer.singleShot(0, window, lambda: messages.report(window, said))

    def leave(self) -> None:
        """Make the backup that is made at every close; what stands in its way is said."""
        from models.safe import tending

        books = self.books
        if books is None or books.db.home is None or books.db.is_locked:
            return
        if not books.db.takes_entries:
            return
        home = books.db.home

        def save(_progress: work.Progress) -> None:
            tending.leave(books.db, home)

        title = _("Making a backup…")
        self.wait_for(title, save, lambda _done: None, _explain_left)

    def wait_for(
        self,
        title: str,
        task: work.Task,
        done: work.Answer,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Long work where no window stands: it is done when this returns."""
        self.farewell = QWidget()  # outlives this call, and what is still to be deleted with it
        begun = work.run(self.farewell, title, task, done, failed)
        loop = QEventLoop()
        begun.finished.connect(loop.quit)
        loop.exec()

    def end(self) -> None:
        """Close the books and let the folder go."""
        if self.locking:
            self.locking.stop()
        if self.books:
            self._examine_no_longer()
            self._sign_out(self.books.db)
            self.books.db.close()
        self.books = self.main = self.locking = self.notices = None
        if self.held:
            address.put_away(self.folder)
            self.held.release()

    def _sign_out(self, db: Database) -> None:
        from models.office import users

        if not db.is_locked:
            users.sign_out(db)

    def ask(self, folder: Path | None = None) -> None:
        """Ask for the password of the books here, or of those in another folder."""
        folder = folder or self.folder
        window = Unlock(folder)
        window.unlocked.connect(lambda found: self.go_in(window, found))
        window.practice.connect(lambda: self.practice(window))
        window.restore.connect(lambda: self.restoring.choose(window))
        is_whole = not folders.is_travel_copy(folder)
        window.look_around.setVisible(is_whole and not folders.is_practice(folder))
        for part in (window.restore_button, window.use_paper):
            part.setVisible(is_whole)
        self.show(window)
        QTimer.singleShot(WARM_UP, self.loader.begin)

    def _first_run(self) -> None:
        from ui.entrance.first_run import FirstRun  # the unlock window does not pay for it

        window = FirstRun(self.folder, self._found)
        window.founded.connect(lambda found: self.go_in(window, found, is_new=True))
        window.practice.connect(lambda: self.practice(window))
        window.restore.connect(lambda: self.restoring.choose(window))
        window.elsewhere.connect(lambda: self.server.elsewhere(window))
        window.copy_wanted.connect(lambda: self._open_copy(window))
        self.show(window)

    def _open_copy(self, first: FirstRun) -> None:
        """A travel copy, on this laptop or on a stick."""
        from models.safe import travel
        from ui.pieces.folder import ask_folder

        path = ask_folder(first, str(Path.home()))
        if not path:
            return

        def ask(copy: Path) -> None:
            self.ask(copy)
            self.drop(first)

        work.run(first, "", lambda _told: travel.found(Path(path)), ask, first.show_problem)

    def _found(self, plan: Plan, progress: work.Progress) -> Unlocked:
        """Runs in a thread."""
        from models.safe import founding

        return Unlocked(self.folder, plan.login, founding.found(self.folder, plan, progress))

    def go_in(self, window: Unlock | FirstRun, found: Unlocked, *, is_new: bool = False) -> None:
        """Open the books in a thread; no figure is shown that could come from a damaged file.

        New books have no paper keys yet: they are made at once, while the key is at hand.

        Damage leads to a page of its own; what else stands in the way is said in the window.
        """

        def opened(progress: work.Progress) -> Books:
            return self._open(found, progress)

        def failed(problem: BaseException) -> None:
            if isinstance(problem, damage()):
                self._show_trouble(found.folder, problem)
            else:
                window.show_problem(problem)

        def show(books: Books) -> None:
            self.enter(found, books)
            if is_new:
                self._make_paper_keys(found.key)

        begun = work.run(window, _("Checking the books…"), opened, show, failed)
        if isinstance(window, Unlock):  # after Cancel one may try again
            begun.finished.connect(lambda: window.set_busy(False))

    def enter(self, found: Unlocked, books: Books) -> None:
        """To the pages; where a check has found something, first to the page that says so."""
        if books.problems:
            self._show_trouble(found.folder, books.problems[0], books)
        else:
            self._show_books(books)

    def _show_trouble(
        self, folder: Path, problem: BaseException, books: Books | None = None
    ) -> None:
        from ui.entrance.trouble import TroublePage

        is_file = books is None or books.db.folder is not None
        page = TroublePage(
            folder, problem, can_look=books is not None, is_file=is_file,
            restored=said_of_restore(books) if books and not is_file else "",
        )  # fmt: skip
        self.books = books
        page.restore.connect(lambda: self.restoring.choose(page))
        if books:
            page.look.connect(lambda: self._show_books(books))
            page.go_on.connect(lambda: self._go_on_from_restored(books))
        page.again.connect(self._again)
        self._replace(page)

    def _go_on_from_restored(self, books: Books) -> None:
        """Somebody else put a backup in the place of what this computer knew."""
        from models.safe import restoring

        restoring.go_on_from(books.db)
        self._again()

    def _again(self) -> None:
        """Close what is open and ask for the password anew."""
        self.close_books()
        if self.server.url:
            self.server.enter(self.server.url)
            return
        before, where = self.window, address.remembered(self.folder)
        if where:
            self.server.ask(where)
        else:
            self.ask()
        self.drop(before)

    def _part(self, made: Backup) -> None:
        """The books are safe on another drive: wipe them here and end the program."""
        from models.safe import parting
        from ui.entrance.parted import PartedPage

        books = self.books
        assert books is not None
        self.watch_no_longer()
        books.db.lock()  # nobody opens a file of these books any more, not even to paint a page
        self.books = None

        def wipe() -> list[Path]:
            if not books.db.wait_until_left(PATIENCE):
                raise parting.EnteredSince
            return parting.leave(self.folder, made)

        page = PartedPage(made, wipe)
        page.ended.connect(page.close)
        self._replace(page)

    def watch_no_longer(self) -> None:
        if self.locking:
            self.locking.stop()
        self.locking = None

    def close_books(self) -> None:
        if self.books:
            self._examine_no_longer()
            self.books.db.close()
        self.books = self.notices = None

    def _make_paper_keys(self, key: bytes) -> None:
        from models.office import access
        from ui.office.paper_keys import PaperKeysForm

        if self.books and self.main:
            with self.books.db.write() as session:
                made = access.make_paper_keys(session, self.folder, key)
            form = PaperKeysForm(self.books.db, made, self.main)
            form.finished.connect(self._name)
            form.open()

    def practice(self, window: Unlock | FirstRun | ServerSignIn) -> None:
        """The practice branch, made now if it is not there yet."""

        def opened(progress: work.Progress) -> Books:
            return self._open(Unlocked(*practice(self.folder, progress)), progress)

        title = _("Preparing the practice branch…")
        window.setEnabled(False)
        begun = work.run(window, title, opened, self._show_books, window.show_problem)
        begun.finished.connect(lambda: window.setEnabled(True))

    def _open(
        self, found: Unlocked, progress: Callable[[int, int], None] = lambda done, of: None
    ) -> Books:
        """Runs in a thread: no widget is touched."""
        from models.safe import opening  # heavy, and loaded by now

        self.loader.wait()
        self._hold(found)
        opened = opening.open_books(found.folder, found.key, progress, self.loader.read)
        books = books_of(opened.db, found, opened.problems)
        return replace(books, is_examined=not opened.db.is_as_left)

    def _hold(self, found: Unlocked) -> None:
        """The folder is held since the start; the practice branch lies in another."""
        if found.folder != self.folder:
            other = lock.hold(found.folder, found.login)
            if self.held:
                self.held.release()
            self.held, self.folder = other, found.folder
        elif self.held:
            self.held.sign(found.login)

    def _show_books(self, books: Books) -> None:
        from ui.entrance.keeper import Keeper
        from ui.window import MainWindow

        self.books = books
        window = MainWindow(books.db, pages_of(books.db))
        self.main = window
        if books.db.home and books.db.takes_entries:
            self.keeper = Keeper(books.db, books.db.home, window)
            self.keeper.told.connect(self._say_state)
            self.keeper.made.connect(window.hear_of_backups)
            window.backups_changed.connect(self.keeper.refresh)
        window.restore_wanted.connect(lambda wanted: self.restoring.restore(window, wanted))
        window.parted.connect(self._part)
        window.named.connect(self._name)
        self.keep_watch(window, books)
        self.notices = Notices(window, books, self.keeper)
        self.notices.name()
        self._replace(window)
        if not books.is_examined:
            self._examine(window, books)
        QTimer.singleShot(0, window, lambda: settle(window))

    def _examine(self, window: MainWindow, books: Books) -> None:
        """Make the checks behind the pages of books that are as they were left."""
        from ui.entrance.examiner import Examiner

        def found(problems: Sequence[DomainError]) -> None:
            self.examiner = None
            self._show_trouble(books.db.folder or self.folder, problems[0], books)

        self.examiner = Examiner(books.db, window)
        self.examiner.found.connect(found)
        self.examiner.looked.connect(self._say_state)

    def _examine_no_longer(self) -> None:
        if self.examiner and isValid(self.examiner):
            self.examiner.stop()
        self.examiner = None

    def _replace(self, window: QWidget) -> None:
        """Show another window instead of the one shown."""
        before = self.window
        self.show(window)
        self.drop(before)

    def drop(self, window: QWidget | None) -> None:
        if self.main is window:
            self.main = self.keeper = self.notices = None
        if window:
            window.close()
            window.deleteLater()

    def show(self, window: QWidget) -> None:
        self.window = window
        window.show()

    def keep_watch(self, window: MainWindow, books: Books) -> None:
        """Lock the books when they are left, and hear who wants that."""
        from ui.entrance.locking import Locking

        if self.locking is None:
            self.locking = Locking(books.db, books.login)
            self.locking.locks.connect(self._save_locked)
            self.locking.went_on.connect(self._go_on)
            self.locking.another.connect(self._begin_anew)
        window.lock_wanted.connect(self.locking.lock)
        window.switch_wanted.connect(self.locking.switch)

    def _save_locked(self) -> None:
        if self.keeper:
            self.keeper.save_locked()

    def _go_on(self, found: Unlocked | None) -> None:
        """The same user came back: say who tried to meanwhile."""
        if self.books and found:
            self.books = replace(self.books, failed=found.failed)
            if self.notices:
                self.notices.books = self.books
        self._name()

    def _begin_anew(self, user: User, found: Unlocked | None) -> None:
        """Somebody else came: nothing of the window before is left."""
        if self.books and self.locking:
            failed = found.failed if found else 0
            self._show_books(Books(self.books.db, user.name, user.login, failed))
            self.locking.end()

    def _name(self) -> None:
        if self.notices:
            self.notices.name()

    def _say_state(self) -> None:
        if self.notices:
            self.notices.say_state()


def _explain_left(problem: BaseException) -> None:
    """No backup at the end of the day: whether what was entered is lost is the first question."""
    from models.safe.backups import NoRoom

    why = problem.text() if isinstance(problem, NoRoom) else _(DRIVE)
    is_of_drive = isinstance(problem, (NoRoom, OSError))
    messages.explain(None, problem, f"{_(SAVED)}\n\n{why}" if is_of_drive else "")


def settle(window: MainWindow) -> None:
    """What can wait until the first page is seen: the search in everything, the other pages."""
    from ui import finders

    window.search.finders = finders.of(window)
    window.search.setEnabled(True)
    window.warm_up()
