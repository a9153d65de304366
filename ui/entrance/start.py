"""The way in: the first run or the unlock window, then the main window on the open books."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget

from models import clock
from models.errors import DomainError
from models.roles import AID, COUNTS, EVERYONE, SHELF, TEAM, fits
from models.safe import folders, keys, lock
from models.server import address
from translations import N_, _
from ui import language as speech
from ui import messages, remembered, style, work
from ui.entrance.server_sign_in import ServerSignIn
from ui.entrance.unlock import Unlock, Unlocked
from ui.garbage import Collector

if TYPE_CHECKING:
    from sqlalchemy import URL

    from models.database import Database
    from models.safe.founding import Plan
    from models.server.address import Address
    from ui.entrance.first_run import FirstRun
    from ui.window import LazyPage, MainWindow

LOG = "problems.log"
WARM_UP = 100  # milliseconds after the first window: it is painted by then
CHECKS = 3000  # milliseconds after the main window: the day has begun by then

PAGES = (
    (N_("Today"), "today", "ui.office.today", "TodayPage", EVERYONE),
    (N_("Aid"), "aid", "ui.desk.aid", "AidPage", AID),
    (N_("Stock"), "stock", "ui.warehouse.stock", "StockPage", SHELF),
    (N_("Volunteers"), "volunteers", "ui.team.volunteers", "VolunteersPage", TEAM),
    (N_("Reports"), "reports", "ui.papers.reports", "ReportsPage", COUNTS),
    (N_("Settings"), "settings", "ui.office.settings", "SettingsPage", EVERYONE),
)
HEAVY = ("models.database", "models.everything", "ui.window", "ui.office.today")

PRACTICE = N_("This is the practice branch. Everything in it is invented.")
DOUBTFUL = N_("{problem} Nothing can be entered until this is cleared up. Call for help.")


@dataclass(frozen=True)
class Books:
    """Open books, and who works on them."""

    db: Database
    person: str


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
    messages.install_excepthook(folder / LOG)
    way = Way(folder)
    try:
        way.begin(database_url, login, password)
    except Exception as problem:  # noqa: BLE001 - no window stands yet that could say it
        messages.explain(None, problem)
        return 1
    code = application.exec()
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

    checked = Signal(list)  # the DomainErrors that the checks found; none is good

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.window: QWidget | None = None
        self.main: MainWindow | None = None
        self.books: Books | None = None
        self.held: lock.Lock | None = None
        self.notice = ""
        self.practice_notice = ""
        self.loader = Loader()
        self.checked_at = ""
        self.checked.connect(self._tell_checks)

    def begin(self, database_url: str | URL | None, login: str, password: str) -> None:
        """Show the window that comes first."""
        if database_url:
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

    def end(self) -> None:
        """Close the books and let the folder go."""
        if self.books:
            self.books.db.close()
        if self.held:
            address.put_away(self.folder)
            self.held.release()

    def _ask_server(self, where: Address) -> None:
        window = ServerSignIn(where)
        window.entered.connect(self._show_server)
        window.practice.connect(lambda: self._practice(window))
        self._show(window)
        QTimer.singleShot(WARM_UP, self.loader.start)

    def _ask(self) -> None:
        window = Unlock(self.folder)
        window.unlocked.connect(lambda found: self._go_in(window, found))
        window.practice.connect(lambda: self._practice(window))
        window.look_around.setVisible(self.folder.name != folders.PRACTICE)
        self._show(window)
        QTimer.singleShot(WARM_UP, self.loader.start)

    def _first_run(self) -> None:
        from ui.entrance.first_run import FirstRun  # the unlock window does not pay for it

        window = FirstRun(self.folder, self._found)
        window.founded.connect(lambda found: self._go_in(window, found))
        window.practice.connect(lambda: self._practice(window))
        window.elsewhere.connect(lambda: self._elsewhere(window))
        self._show(window)

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

        self._show_server(Database.connect(url))

    def _show_server(self, db: Database) -> None:
        """A server has checked by itself who comes; its empty books are filled first."""
        from models.office import branch
        from models.roles import PROGRAM
        from models.safe import founding
        from ui.entrance.first_run import FirstRun

        db.home = self.folder
        with db.read(PROGRAM) as session:
            ready = branch.is_set_up(session)
        if ready:
            self._show_books(books_of(db, db.login))
            return

        def found(plan: Plan, _progress: work.Progress) -> str:
            founding.found_on(db, plan)
            return db.login

        before, window = self.window, FirstRun(None, found)
        window.founded.connect(lambda login: self._show_books(books_of(db, login)))
        self._show(window)
        if before:
            before.close()

    def _go_in(self, window: Unlock | FirstRun, found: Unlocked) -> None:
        """Open the books in a thread; what stands in the way is said in the window."""

        def opened(_progress: work.Progress) -> Books:
            return self._open(found)

        work.run(window, "", opened, self._show_books, window.show_problem)

    def _practice(self, window: Unlock | FirstRun | ServerSignIn) -> None:
        """The practice branch, made now if it is not there yet."""

        def opened(progress: work.Progress) -> Books:
            return self._open(Unlocked(*practice(self.folder, progress)))

        title = _("Preparing the practice branch…")
        window.setEnabled(False)
        begun = work.run(window, title, opened, self._show_books, window.show_problem)
        begun.finished.connect(lambda: window.setEnabled(True))

    def _open(self, found: Unlocked) -> Books:
        """Runs in a thread: no widget is touched."""
        from models.database import Database  # heavy, and loaded by now

        self.loader.wait()
        self._hold(found)
        return books_of(Database.open(found.folder, found.key), found.login)

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
        from ui.window import MainWindow

        self.books = books
        window = MainWindow(books.db, pages_of(books.db))
        self.main = window
        window.named.connect(lambda: self._name(window))
        self._name(window)
        before = self.window
        self._show(window)
        if before:
            before.close()
            before.deleteLater()
        QTimer.singleShot(0, lambda: settle(window))
        QTimer.singleShot(CHECKS, self._begin_checks)

    def _show(self, window: QWidget) -> None:
        self.window = window
        window.show()

    def _name(self, window: MainWindow) -> None:
        """Write around the pages whose books these are."""
        from models.office import branch

        if self.books is None:
            return
        with self.books.db.read() as session:
            name = branch.names(session)[branch.Level.BRANCH]
            is_practice = branch.get(session).is_practice
        window.set_branch(name)
        self.practice_notice = _(PRACTICE) if is_practice else ""
        self._say_state(window)

    def _say_state(self, window: MainWindow) -> None:
        """Who works here and how the checks went; asks nothing of books that may be damaged."""
        if self.books is None:
            return
        window.set_footer("\n".join(filter(None, (self.books.person, self._said_of_checks()))))
        notice = self.notice or self.practice_notice
        if window.notice.text() != notice:
            window.set_notice(notice)

    def _begin_checks(self) -> None:
        """A slot of its own: Qt holds a bound method weakly, and a thread would be gone by then."""
        threading.Thread(target=self._check, daemon=True).start()

    def _check(self) -> None:
        """Runs in a thread: the invariants of the books."""
        from models import checks

        if self.books is None:
            return
        try:
            with self.books.db.read() as session:
                found = checks.run(session)
        except Exception as problem:  # noqa: BLE001 - the thread ends here, the window must know
            found = [checks.NotChecked(reason=messages.sentence(problem))]
        self.checked.emit(found)

    def _tell_checks(self, found: list[DomainError]) -> None:
        """Say how the checks went; a broken one stops every entry."""
        self.checked_at = f"{clock.local(clock.now()):%H:%M}"
        if self.books and found:
            self.books.db.trouble = found[0]
            self.notice = _(DOUBTFUL).format(problem=found[0].text())
        if self.main:
            self._say_state(self.main)

    def _said_of_checks(self) -> str:
        if not self.checked_at:
            return _("Checking the books…")
        return "" if self.notice else _("Books checked at {time}").format(time=self.checked_at)


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
    """Imports what the main window needs while the password is typed, then the other pages."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ready = threading.Event()

    def run(self) -> None:
        for module in HEAVY:
            import_module(module)
        self.ready.set()
        for _title, _icon, module, *_more in PAGES:
            import_module(module)

    def wait(self) -> None:
        """Until the first page can be shown; at once when nothing is being loaded."""
        while self.is_alive() and not self.ready.wait(0.05):
            pass


def practice(folder: Path, progress: work.Progress) -> tuple[Path, str, bytes]:
    """Folder, login and key of the practice branch."""
    from models.safe import founding

    inside, login = folders.practice(folder), folders.PRACTICE_LOGIN
    if folders.is_set_up(inside):
        return inside, login, keys.unlock(inside, login, folders.PRACTICE_PASSWORD)
    return inside, login, founding.found_practice(folder, progress)


def books_of(db: Database, login: str) -> Books:
    """The books with whoever works on them. Raises NotAUser."""
    from models.office import users

    return Books(db, users.sign_in(db, keys.canonical(login)).name)
