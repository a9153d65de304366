"""The way in: the first run or the unlock window, then the main window on the open books."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from models import clock
from models.errors import DomainError
from models.safe import folders, keys, lock, paperkeys
from translations import N_, _, ngettext
from ui import language as speech
from ui import messages, remembered, style, work
from ui.entrance.unlock import Unlock, Unlocked
from ui.garbage import Collector

if TYPE_CHECKING:
    from models.database import Database
    from models.office.users import User
    from models.safe.founding import Plan
    from ui.entrance.first_run import FirstRun
    from ui.entrance.locking import Locking
    from ui.window import MainWindow

LOG = "problems.log"
WARM_UP = 100  # milliseconds after the first window: it is painted by then
CHECKS = 3000  # milliseconds after the main window: the day has begun by then

PAGES = (
    (N_("Today"), "today", "ui.office.today", "TodayPage"),
    (N_("Aid"), "aid", "ui.desk.aid", "AidPage"),
    (N_("Stock"), "stock", "ui.warehouse.stock", "StockPage"),
    (N_("Volunteers"), "volunteers", "ui.team.volunteers", "VolunteersPage"),
    (N_("Reports"), "reports", "ui.papers.reports", "ReportsPage"),
    (N_("Settings"), "settings", "ui.office.settings", "SettingsPage"),
)
HEAVY = ("models.database", "models.everything", "ui.window", "ui.office.today")

PRACTICE = N_("This is the practice branch. Everything in it is invented.")
NO_PAPERS = N_(
    "The two paper keys are not ready. Without them a forgotten password means lost data. Make"
    " them in the settings, under Keys."
)
DOUBTFUL = N_("{problem} Nothing can be entered until this is cleared up. Call for help.")


@dataclass(frozen=True)
class Books:
    """Open books, who works on them, and how often somebody else tried to."""

    db: Database
    person: str
    login: str
    failed: int = 0


def run(
    folder: Path,
    database_url: str | None = None,
    *,
    login: str = "",
    password: str = "",
    language: str = "",
) -> int:
    """Show the window until it is closed. With a login and password it opens at once."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
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
        self.locking: Locking | None = None
        self.notice = ""
        self.loader = Loader()
        self.checked_at = ""
        self.checked.connect(self._tell_checks)

    def begin(self, database_url: str | None, login: str, password: str) -> None:
        """Show the window that comes first."""
        if database_url:
            self._enter_server(database_url)
            return
        folders.finish(self.folder)
        self.held = lock.hold(self.folder, login)
        if login:
            key = keys.unlock(self.folder, login, password)
            self._show_books(self._open(Unlocked(self.folder, login, key)))
        elif folders.is_set_up(self.folder):
            self._ask()
        else:
            self._first_run()

    def end(self) -> None:
        """Close the books and let the folder go."""
        if self.locking:
            self.locking.stop()
        if self.books:
            self.books.db.close()
        self.books = self.main = self.locking = None
        if self.held:
            self.held.release()

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
        window.founded.connect(lambda found: self._go_in(window, found, is_new=True))
        window.practice.connect(lambda: self._practice(window))
        self._show(window)

    def _found(self, plan: Plan, progress: work.Progress) -> Unlocked:
        """Runs in a thread."""
        from models.safe import founding

        return Unlocked(self.folder, plan.login, founding.found(self.folder, plan, progress))

    def _enter_server(self, url: str) -> None:
        """A server has checked by itself who comes; its empty books are filled first."""
        from models.database import Database
        from models.office import branch
        from models.rights import PROGRAM
        from models.safe import founding
        from ui.entrance.first_run import FirstRun

        db = Database.connect(url)
        with db.read(PROGRAM) as session:
            ready = branch.is_set_up(session)
        if ready:
            self._show_books(books_of(db, Unlocked(self.folder, db.login, b"")))
            return

        def found(plan: Plan, _progress: work.Progress) -> str:
            founding.found_on(db, plan)
            return db.login

        window = FirstRun(None, found)
        window.founded.connect(
            lambda login: self._show_books(books_of(db, Unlocked(self.folder, login, b"")))
        )
        self._show(window)

    def _go_in(
        self, window: Unlock | FirstRun, found: Unlocked, *, is_new: bool = False
    ) -> None:
        """Open the books in a thread; what stands in the way is said in the window.

        New books have no paper keys yet: they are made at once, while the key is at hand.
        """

        def opened(_progress: work.Progress) -> Books:
            return self._open(found)

        def show(books: Books) -> None:
            self._show_books(books)
            if is_new:
                self._make_paper_keys(found.key)

        work.run(window, "", opened, show, window.show_problem)

    def _make_paper_keys(self, key: bytes) -> None:
        from models.office import access
        from ui.office.paper_keys import PaperKeysForm

        if self.books and self.main:
            with self.books.db.write() as session:
                made = access.make_paper_keys(session, self.folder, key)
            form = PaperKeysForm(self.books.db, made, self.main)
            form.finished.connect(self._name_main)
            form.open()

    def _practice(self, window: Unlock | FirstRun) -> None:
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
        return books_of(Database.open(found.folder, found.key), found)

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
        from ui.window import LazyPage, MainWindow

        self.books = books
        window = MainWindow(books.db, [LazyPage(*page) for page in PAGES])
        self.main = window
        window.named.connect(lambda: self._name(window))
        self._keep_watch(window, books)
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
        window.set_footer("\n".join(filter(None, (self.books.person, self._said_of_checks()))))
        window.switch.setVisible(bool(pins.known(self.books.db)))
        said = (self.notice or (_(PRACTICE) if is_practice else self._said_of_papers()),)
        notice = "\n".join(filter(None, (*said, said_of_failures(self.books.failed))))
        if window.notice.text() != notice:
            window.set_notice(notice)

    def _begin_checks(self) -> None:
        """A slot of its own: Qt holds a bound method weakly, and a thread would be gone by then."""
        threading.Thread(target=self._check, daemon=True).start()

    def _check(self) -> None:
        """Runs in a thread: the invariants of the books."""
        from models import checks
        from models.database import Locked

        if self.books is None:
            return
        with suppress(Locked), self.books.db.read() as session:
            self.checked.emit(checks.run(session))

    def _tell_checks(self, found: list[DomainError]) -> None:
        """Say how the checks went; a broken one stops every entry."""
        self.checked_at = f"{clock.local(clock.now()):%H:%M}"
        if self.books and found:
            self.books.db.trouble = found[0]
            self.notice = _(DOUBTFUL).format(problem=found[0].text())
        self._name_main()

    def _said_of_papers(self) -> str:
        """Until both paper keys were printed and typed back, whoever can do that is reminded."""
        from models.office import access
        from models.rights import may

        db = self.books.db if self.books else None
        if db is None or db.folder is None or not may(db.roles, access.make_paper_keys):
            return ""
        return "" if paperkeys.are_proved(db.folder) else _(NO_PAPERS)

    def _said_of_checks(self) -> str:
        if not self.checked_at:
            return _("Checking the books…")
        return "" if self.notice else _("Books checked at {time}").format(time=self.checked_at)


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
        for _title, _icon, module, _name in PAGES:
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


def books_of(db: Database, found: Unlocked) -> Books:
    """The books with whoever works on them. Raises NotAUser."""
    from models.office import users

    user = users.sign_in(db, keys.canonical(found.login), detail=found.detail)
    return Books(db, user.name, user.login, found.failed)


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
