"""The way in: the first run or the unlock window, then the main window on the open books."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from models.errors import DomainError
from models.roles import AID, COUNTS, EVERYONE, LOG, SHELF, TEAM, Role, fits
from models.safe import folders, keys, lock, paperkeys
from models.server import address
from translations import N_, _, current, ngettext
from ui import language as speech
from ui import messages, remembered, style, work
from ui.entrance.server_sign_in import ServerSignIn
from ui.entrance.unlock import Unlock, Unlocked
from ui.garbage import Collector

if TYPE_CHECKING:
    from sqlalchemy import URL

    from models.database import Database
    from models.imprint import Read
    from models.office.users import User
    from models.safe.backups import Backup
    from models.safe.founding import Plan
    from models.server.address import Address
    from ui.entrance.examiner import Examiner
    from ui.entrance.first_run import FirstRun
    from ui.entrance.keeper import Keeper
    from ui.entrance.locking import Locking
    from ui.entrance.restore import Wanted
    from ui.window import LazyPage, MainWindow

NOTES = "problems.log"
PATIENCE = 30  # seconds that other work has to come to its end
WARM_UP = 100  # milliseconds after the first window: it is painted by then

PAGES = (
    (N_("Today"), "today", "ui.office.today", "TodayPage", EVERYONE),
    (N_("Aid"), "aid", "ui.desk.aid", "AidPage", AID),
    (N_("Stock"), "stock", "ui.warehouse.stock", "StockPage", SHELF),
    (N_("Volunteers"), "volunteers", "ui.team.volunteers", "VolunteersPage", TEAM),
    (N_("Reports"), "reports", "ui.papers.reports", "ReportsPage", COUNTS),
    (N_("Record of acts"), "history", "ui.office.acts", "ActsPage", LOG),
    (N_("Settings"), "settings", "ui.office.settings", "SettingsPage", EVERYONE),
)
HEAVY = ("models.database", "models.everything", "ui.window", "ui.office.today")

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
DOUBTFUL = N_("{problem} Nothing can be entered until this is cleared up. Call for help.")


@dataclass(frozen=True)
class Books:
    """Open books, who works on them, and how often somebody else tried to.

    Books that are not examined are those of a file as it was left: the checks are yet to be made.
    """

    db: Database
    person: str
    login: str
    failed: int = 0
    problems: Sequence[DomainError] = ()
    is_examined: bool = True


def run(
    folder: Path,
    database_url: str | URL | None = None,
    *,
    no_screen: Callable[[], int],
    login: str = "",
    password: str = "",
    language: str = "",
) -> int:
    """Show the window until it is closed. With a login and password it opens at once.

    Where no screen answers, `no_screen` says so and gives the exit code.
    """
    application = QApplication.instance() or _application(no_screen)
    Collector(application)
    style.apply()
    style.scale(int(remembered.read("text", 100) or 100))
    speech.start()
    if language:
        speech.switch(language)
    messages.install_excepthook(folder / NOTES)
    way = Way(folder)
    try:
        way.begin(database_url, login, password)
    except Exception as problem:  # noqa: BLE001 - no window stands yet that could say it
        messages.explain(None, problem)
        return 1
    code = application.exec()
    way.leave()
    way.end()
    return code


def _application(no_screen: Callable[[], int]) -> QApplication:
    """Qt ends the whole process when no screen answers it; before that, the word is ours."""

    def hear(kind: QtMsgType, _where: QMessageLogContext, _text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            os._exit(no_screen())

    qInstallMessageHandler(hear)
    application = QApplication(sys.argv[:1])
    qInstallMessageHandler(None)
    return application


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
        self.said = ""  # above every page, where nothing worse is to be said
        self.url: str | URL | None = None  # of a server that the command line names

    def begin(self, database_url: str | URL | None, login: str, password: str) -> None:
        """Show the window that comes first."""
        if database_url:
            self.url = database_url
            self._enter_server(database_url)
            return
        folders.finish(self.folder)
        self.held = lock.hold(self.folder, login)
        address.put_away(self.folder)
        where = address.remembered(self.folder)
        if where:
            self._ask_server(where)
        elif login:
            key = keys.unlock(self.folder, login, password)
            self._show_books(self._open(Unlocked(self.folder, login, key)))
        elif folders.is_set_up(self.folder):
            self._ask()
        else:
            self._first_run()

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

        self._wait_for(_("Making a backup…"), save, lambda _done: None)

    def _wait_for(
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
        self.books = self.main = self.locking = None
        if self.held:
            address.put_away(self.folder)
            self.held.release()

    def _sign_out(self, db: Database) -> None:
        from models.office import users

        if not db.is_locked:
            users.sign_out(db)

    def _ask_server(self, where: Address) -> None:
        window = ServerSignIn(where)
        window.entered.connect(lambda db: self._come_in(window, db))
        window.practice.connect(lambda: self._practice(window))
        window.restore.connect(lambda: self._choose_backup(window))
        self._show(window)
        QTimer.singleShot(WARM_UP, self.loader.begin)

    def _ask(self, folder: Path | None = None) -> None:
        """Ask for the password of the books here, or of those in another folder."""
        folder = folder or self.folder
        window = Unlock(folder)
        window.unlocked.connect(lambda found: self._go_in(window, found))
        window.practice.connect(lambda: self._practice(window))
        window.restore.connect(lambda: self._choose_backup(window))
        is_whole = not folders.is_travel_copy(folder)
        window.look_around.setVisible(is_whole and folder.name != folders.PRACTICE)
        for part in (window.restore_button, window.use_paper):
            part.setVisible(is_whole)
        self._show(window)
        QTimer.singleShot(WARM_UP, self.loader.begin)

    def _first_run(self) -> None:
        from ui.entrance.first_run import FirstRun  # the unlock window does not pay for it

        window = FirstRun(self.folder, self._found)
        window.founded.connect(lambda found: self._go_in(window, found, is_new=True))
        window.practice.connect(lambda: self._practice(window))
        window.restore.connect(lambda: self._choose_backup(window))
        window.elsewhere.connect(lambda: self._elsewhere(window))
        window.copy_wanted.connect(lambda: self._open_copy(window))
        self._show(window)

    def _open_copy(self, first: FirstRun) -> None:
        """A travel copy, on this laptop or on a stick."""
        from models.safe import travel
        from ui.pieces.folder import ask_folder

        path = ask_folder(first, str(Path.home()))
        if not path:
            return

        def ask(copy: Path) -> None:
            self._ask(copy)
            self._drop(first)

        work.run(first, "", lambda _told: travel.found(Path(path)), ask, first.show_problem)

    def _elsewhere(self, first: FirstRun) -> None:
        """Another computer of the branch: its books are on the server already."""
        from ui.office.server_forms import ConnectForm

        form = ConnectForm(None, self.folder, first)
        if form.exec():
            self._ask_server(form.result_value)
            first.close()

    def _found(self, plan: Plan, progress: work.Progress) -> Unlocked:
        """Runs in a thread."""
        from models.safe import founding

        return Unlocked(self.folder, plan.login, founding.found(self.folder, plan, progress))

    def _enter_server(self, url: str | URL) -> None:
        from models.database import Database

        db, problems = Database.connect(url), list[BaseException]()
        self._wait_for(
            _("Checking the books…"),
            lambda progress: on_server(self.folder, db, progress),
            lambda books: self._show_server(db, books),
            problems.append,
        )
        for problem in problems:
            raise problem

    def _come_in(self, window: ServerSignIn, db: Database) -> None:
        """Check the books on the server in a thread, before any figure of them is shown."""
        begun = work.run(
            window,
            _("Checking the books…"),
            lambda progress: on_server(self.folder, db, progress),
            lambda books: self._show_server(db, books),
            window.show_problem,
        )
        begun.finished.connect(lambda: window.set_busy(False))

    def _show_server(self, db: Database, books: Books | None) -> None:
        """Books that were checked, or the first run where the server has none yet."""
        if books:
            self._enter(Unlocked(self.folder, db.login, b""), books)
        else:
            self._found_on_server(db)

    def _found_on_server(self, db: Database) -> None:
        from models.safe import founding
        from ui.entrance.first_run import FirstRun

        def found(plan: Plan, progress: work.Progress) -> Books | None:
            founding.found_on(db, plan)
            return on_server(self.folder, db, progress)

        before, window = self.window, FirstRun(None, found)
        window.founded.connect(lambda books: self._show_server(db, books))
        self._show(window)
        if before:
            before.close()

    def _go_in(
        self, window: Unlock | FirstRun, found: Unlocked, *, is_new: bool = False
    ) -> None:
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
            self._enter(found, books)
            if is_new:
                self._make_paper_keys(found.key)

        begun = work.run(window, _("Checking the books…"), opened, show, failed)
        if isinstance(window, Unlock):  # after Cancel one may try again
            begun.finished.connect(lambda: window.set_busy(False))

    def _enter(self, found: Unlocked, books: Books) -> None:
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
        page.restore.connect(lambda: self._choose_backup(page))
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
        self._close_books()
        if self.url:
            self._enter_server(self.url)
            return
        before, where = self.window, address.remembered(self.folder)
        if where:
            self._ask_server(where)
        else:
            self._ask()
        self._drop(before)

    def _choose_backup(self, window: QWidget) -> None:
        from ui.entrance.restore import RestoreDialog

        dialog = RestoreDialog(self.folder, parent=window)
        dialog.chosen.connect(lambda wanted: self._restore(window, wanted))
        dialog.open()

    def _restore(self, window: QWidget, wanted: Wanted) -> None:
        """Put the backup in the place of the books, which are saved and closed before."""
        from models.safe import restoring, tending

        books = self.books
        if self._is_on_server():
            self._restore_elsewhere(window, wanted)
            return

        def restored(progress: work.Progress) -> Unlocked:
            if books and books.db.folder and books.db.takes_entries:
                tending.save_before_restore(books.db, books.db.folder)
            self._close_books()
            restoring.restore(
                wanted.file, self.folder, wanted.key, wanted.login, progress, wanted.password
            )
            return wanted.unlocked(self.folder)

        def reopened(found: Unlocked) -> None:
            self._go_in(self._waiting(), found)

        self._watch_no_longer()
        window.setEnabled(False)
        title = _("Restoring the backup…")
        begun = work.run(window, title, restored, reopened, self._not_restored)
        begun.finished.connect(lambda: window.setEnabled(True))

    def _is_on_server(self) -> bool:
        """Whether the books that this computer uses are on a server, open or not."""
        if self.books:
            return self.books.db.folder is None
        return address.remembered(self.folder) is not None

    def _restore_elsewhere(self, window: QWidget, wanted: Wanted) -> None:
        """Books on a server are never replaced: the backup goes into a file or a new database."""
        from ui.office.server_restore import PlaceForm

        if self.held is None:
            self.held = lock.hold(self.folder, wanted.login)
        form = PlaceForm(self.folder, wanted, window)
        if not form.exec():
            return
        self._watch_no_longer()
        self._close_books()
        before, where = self.window, address.remembered(self.folder)
        if where:
            self._ask_server(where)
            self._drop(before)
        else:
            self._go_in(self._waiting(), wanted.unlocked(self.folder))

    def _waiting(self) -> Unlock:
        """The first window again, while restored books are checked."""
        before = self.window
        self._ask()
        self._drop(before)
        assert isinstance(self.window, Unlock)
        return self.window

    def _not_restored(self, problem: BaseException) -> None:
        """Say why; books that were closed for it are opened with the password again."""
        if self.books is None and self.main is not None and folders.is_set_up(self.folder):
            self._waiting().show_problem(problem)
        else:
            if self.books and self.main:
                self._keep_watch(self.main, self.books)
            messages.explain(self.window, problem)

    def _part(self, made: Backup) -> None:
        """The books are safe on another drive: wipe them here and end the program."""
        from models.safe import parting
        from ui.entrance.parted import PartedPage

        books = self.books
        assert books is not None
        self._watch_no_longer()
        books.db.lock()  # nobody opens a file of these books any more, not even to paint a page
        self.books = None

        def wipe() -> None:
            books.db.wait_until_left(PATIENCE)
            parting.leave(self.folder)

        page = PartedPage(made, wipe)
        page.ended.connect(page.close)
        self._replace(page)

    def _watch_no_longer(self) -> None:
        if self.locking:
            self.locking.stop()
        self.locking = None

    def _close_books(self) -> None:
        if self.books:
            self._examine_no_longer()
            self.books.db.close()
        self.books = None

    def _make_paper_keys(self, key: bytes) -> None:
        from models.office import access
        from ui.office.paper_keys import PaperKeysForm

        if self.books and self.main:
            with self.books.db.write() as session:
                made = access.make_paper_keys(session, self.folder, key)
            form = PaperKeysForm(self.books.db, made, self.main)
            form.finished.connect(self._name_main)
            form.open()

    def _practice(self, window: Unlock | FirstRun | ServerSignIn) -> None:
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
            self.keeper.told.connect(lambda: self._say_state(window))
            window.backups_changed.connect(self.keeper.refresh)
        window.restore_wanted.connect(lambda wanted: self._restore(window, wanted))
        window.parted.connect(self._part)
        window.named.connect(lambda: self._name(window))
        self._keep_watch(window, books)
        self._name(window)
        self._replace(window)
        if not books.is_examined:
            self._examine(window, books)
        QTimer.singleShot(0, lambda: settle(window))

    def _examine(self, window: MainWindow, books: Books) -> None:
        """Make the checks behind the pages of books that are as they were left."""
        from ui.entrance.examiner import Examiner

        def found(problems: Sequence[DomainError]) -> None:
            self.examiner = None
            self._show_trouble(books.db.folder or self.folder, problems[0], books)

        self.examiner = Examiner(books.db, window)
        self.examiner.found.connect(found)

    def _examine_no_longer(self) -> None:
        if self.examiner and isValid(self.examiner):
            self.examiner.stop()
        self.examiner = None

    def _replace(self, window: QWidget) -> None:
        """Show another window instead of the one shown."""
        before = self.window
        self._show(window)
        self._drop(before)

    def _drop(self, window: QWidget | None) -> None:
        if self.main is window:
            self.main = self.keeper = None
        if window:
            window.close()
            window.deleteLater()

    def _show(self, window: QWidget) -> None:
        self.window = window
        window.show()

    def _keep_watch(self, window: MainWindow, books: Books) -> None:
        """Lock the books when they are left, and hear who wants that."""
        from ui.entrance.locking import Locking

        if self.locking is None:
            self.locking = Locking(books.db, books.login)
            self.locking.went_on.connect(self._go_on)
            self.locking.another.connect(self._begin_anew)
        window.lock_wanted.connect(self.locking.lock)
        window.switch_wanted.connect(self.locking.switch)

    def _go_on(self, found: Unlocked | None) -> None:
        """The same user came back: say who tried to meanwhile."""
        if self.books and found:
            self.books = replace(self.books, failed=found.failed)
        self._name_main()

    def _begin_anew(self, user: User, found: Unlocked | None) -> None:
        """Somebody else came: nothing of the window before is left."""
        if self.books and self.locking:
            failed = found.failed if found else 0
            self._show_books(Books(self.books.db, user.name, user.login, failed))
            self.locking.end()

    def _name_main(self) -> None:
        if self.main:
            self._name(self.main)

    def _name(self, window: MainWindow) -> None:
        """Write around the pages whose books these are."""
        from models.office import branch, pins

        if self.books is None or self.books.db.is_locked:
            return
        with self.books.db.read() as session:
            name = branch.names(session)[branch.Level.BRANCH]
            is_practice = branch.get(session).is_practice
        window.set_branch(name)
        window.switch.setVisible(bool(pins.known(self.books.db)))
        self.said = _(PRACTICE) if is_practice else self._said_of_papers()
        self._say_state(window)

    def _say_state(self, window: MainWindow) -> None:
        """How the books and their backups stand; a server that is gone is not asked for it."""
        if self.books is None or self.books.db.is_locked:
            return
        held = self.books.db.roles
        roles = ", ".join(_(role.label) for role in Role if role in held)
        lines = (self.books.person, roles, self.keeper.footer() if self.keeper else "")
        window.set_footer("\n".join(filter(None, lines)))
        said = self._notice() or self.said
        if (day := self.books.db.copied_on) and not self.books.db.trouble:
            said = _(TRAVEL).format(day=current().day(day))
        notice = "\n".join(filter(None, (said, said_of_failures(self.books.failed))))
        if window.notice.text() != notice:
            window.set_notice(notice)

    def _notice(self) -> str:
        """What must stay in sight: doubtful books, a full disk, or backups that are not made."""
        from models.database import DiskFull

        if self.books and self.books.db.trouble:
            return _(DOUBTFUL).format(problem=self.books.db.trouble.text())
        if self.books and self.books.db.is_full:
            return DiskFull().text()
        return self.keeper.notice() if self.keeper else ""

    def _said_of_papers(self) -> str:
        """Until both paper keys were printed and typed back, whoever can do that is reminded."""
        from models.office import access
        from models.rights import may

        db = self.books.db if self.books else None
        if db is None or db.home is None or not may(db.roles, access.make_paper_keys):
            return ""
        with db.read() as session:
            known = access.paper_keys(session, db.folder)
        missing = _(NO_PAPERS) if db.folder else _(NO_PAPERS_ON_SERVER)
        return "" if paperkeys.suffice(known) else missing


def pages_of(db: Database) -> list[LazyPage]:
    """The pages that are for the roles of whoever works."""
    from ui.window import LazyPage

    return [LazyPage(*page) for *page, roles in PAGES if fits(db.roles, roles)]


def settle(window: MainWindow) -> None:
    """What can wait until the first page is seen: the search in everything, the other pages."""
    from ui import finders

    window.search.finders = finders.of(window)
    window.search.setEnabled(True)
    window.warm_up()


class Loader(threading.Thread):
    """Imports what the main window needs while the password is typed, then the other pages.

    In between it reads the books through: by then it is known whether they are as they were left.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.ready = threading.Event()
        self.read: Read | None = None

    def begin(self) -> None:
        """Start, once: the first window may come back."""
        if self.ident is None:
            self.start()

    def run(self) -> None:
        for module in HEAVY:
            import_module(module)
        self.read = read_books(self.folder)
        self.ready.set()
        for _title, _icon, module, *_more in PAGES:
            import_module(module)

    def wait(self) -> None:
        """Until the first page can be shown; at once when nothing is being loaded."""
        while self.is_alive() and not self.ready.wait(0.05):
            pass


def read_books(folder: Path) -> Read | None:
    """The books as they are before they are opened, where that may spare checking them first."""
    from models import imprint
    from models.database import FILE

    try:
        return imprint.read(folder / FILE) if imprint.is_kept(folder / FILE) else None
    except OSError:
        return None  # said when the books are opened


def practice(folder: Path, progress: work.Progress) -> tuple[Path, str, bytes]:
    """Folder, login and key of the practice branch."""
    from models.safe import founding

    inside, login = folders.practice(folder), folders.PRACTICE_LOGIN
    if folders.is_set_up(inside):
        return inside, login, keys.unlock(inside, login, folders.PRACTICE_PASSWORD)
    return inside, login, founding.found_practice(folder, progress)


def books_of(db: Database, found: Unlocked, problems: Sequence[DomainError] = ()) -> Books:
    """The books with whoever works on them. Raises NotAUser."""
    from models.office import users

    user = users.sign_in(db, keys.canonical(found.login), detail=found.detail)
    return Books(db, user.name, user.login, found.failed, problems)


def on_server(folder: Path, db: Database, progress: work.Progress) -> Books | None:
    """Books on a server, checked, and whoever signs in there; None: they are still empty.

    Runs in a thread. The connection is closed where this fails. Raises NotAUser.
    """
    from models.office import branch
    from models.roles import PROGRAM
    from models.safe import opening
    from models.server import keyring

    address.settle(db, folder)
    try:
        with db.read(PROGRAM) as session:
            if not branch.is_set_up(session):
                return None
        problems = opening.examine(db, progress)
        books = books_of(db, Unlocked(folder, db.login, b""), problems)
        keyring.enter(db, db.engine.url.password or "")
        return books
    except BaseException:
        db.close()
        raise


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


def damage() -> type[DomainError]:
    """What is raised for a file that cannot be read; heavy, and loaded when it is."""
    from models.database import Unreadable

    return Unreadable


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
