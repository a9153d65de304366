"""Locks open books, and lets the same user go on where they were, or another one begin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy.exc import OperationalError

from models import seen
from models.office import pins, users
from models.safe import keys
from translations import N_, _
from ui import messages, work
from ui.curtain import Curtain
from ui.entrance.idle import Idle
from ui.entrance.screen_lock import ScreenLock
from ui.entrance.server_unlock import ServerUnlock
from ui.entrance.unlock import Unlock, Unlocked

if TYPE_CHECKING:
    from models.database import Database
    from models.office.users import User

LOCKED = N_("The program is locked")
WHO = N_("Who works now?")
UNSAVED = N_("{user} has entries here that are not saved. If you go on, they are lost.")


class Locking(QObject):
    """Watches over books that are open, in a file or on a server that asks for passwords.

    Locking closes every connection and forgets the key or the password. Changing the user only
    hides what is shown: the books stay open, and whoever has a PIN may come in with it, until the
    day ends.
    """

    hides = Signal()  # the last moment of who works: what is typed is to be kept
    locks = Signal()  # the last moment in which the books can be read
    went_on = Signal(object)  # Unlocked, or None by PIN: the same user goes on
    another = Signal(object, object)  # User and Unlocked or None: what was open is closed

    def __init__(self, db: Database, login: str) -> None:
        super().__init__()
        self.db = db
        self.login = keys.canonical(login)
        self.roles = db.roles  # of whoever worked before it was locked
        self.is_by_pin = False
        self.way = None if db.folder else db.way  # to a server
        self.is_able = bool(db.folder or db.engine.url.password)  # else there is nothing to ask for
        self.window: Unlock | ServerUnlock | None = None
        self.curtain: Curtain | None = None
        self.idle = Idle()
        self.idle.left.connect(self.lock)
        self.idle.lock_wanted.connect(self.lock)
        self.idle.switch_wanted.connect(self.switch)
        self.idle.new_day.connect(self.end_day)
        self.screen = ScreenLock()
        self.screen.locked.connect(self.lock)

    def lock(self) -> None:
        """Hide everything, close the connections, forget the key."""
        if not self.is_able or self.db.is_locked:
            return
        window = self._hide(LOCKED)
        window.offer_pins(())
        self.locks.emit()
        users.leave(self.db)
        self.db.lock()

    def switch(self) -> None:
        """Hide everything until somebody says who they are."""
        if self.is_able and self.window is None:
            window = self._hide(WHO)
            self._offer_pins(window)
            window.ask_who()

    def end_day(self) -> None:
        """No PIN is valid beyond the day on which the books were opened."""
        if self.is_by_pin or self.window is not None:
            self.lock()

    def stop(self) -> None:
        """Watch no longer: the books are being closed."""
        if self.curtain is not None:
            self.curtain.end()
        self.idle.stop()
        self.screen.stop()
        self.end()

    def end(self) -> None:
        """Take the window away in which one signs in."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
        self.window = self.curtain = None

    def _hide(self, said: str) -> Unlock | ServerUnlock:
        if self.window is None:
            self.roles = self.db.roles
            self.window = self._before_server() if self.way else self._before_file()
            self.window.pin_typed.connect(self._try_pin)
            self.hides.emit()
            put_in_the_middle(self.window)
            self.window.show()
            self.curtain = Curtain(self.window)
            self._keep_typed()
        self.window.say_heading(said)
        return self.window

    def _keep_typed(self) -> None:
        """What is typed in forms is written down for who works, while the books are open."""
        assert self.curtain is not None
        for form in self.curtain.unsaved():
            form.keep()

    def _before_file(self) -> Unlock:
        assert self.db.folder is not None
        window = Unlock(self.db.folder, present=self.login)
        window.look_around.hide()
        window.restore_button.hide()
        window.language.hide()  # the pages behind would read the books to speak anew
        window.unlocked.connect(self._open)
        return window

    def _before_server(self) -> ServerUnlock:
        assert self.way is not None
        window = ServerUnlock(self.way, self.db.tries_in)
        window.entered.connect(self._go_through)
        return window

    def _offer_pins(self, window: Unlock | ServerUnlock) -> None:
        """Where the server does not answer, it is said, and only a password is taken."""
        try:
            window.offer_pins(pins.known(self.db))
        except OperationalError as problem:
            window.show_problem(problem)

    def _go_through(self, fresh: Database, failed: int) -> None:
        found = Unlocked(self.db.tries_in or Path(), fresh.login, b"", failed=failed)

        def enter(_told: work.Progress) -> User:
            return enter_over(self.db, fresh, found)

        self._work(enter, lambda user: self._entered(user, found, is_by_pin=False))

    def _open(self, found: Unlocked) -> None:
        def enter(_told: work.Progress) -> User:
            return enter_again(self.db, found)

        self._work(enter, lambda user: self._entered(user, found, is_by_pin=False))

    def _try_pin(self, login: str, pin: str) -> None:
        def enter(_told: work.Progress) -> User:
            return pins.sign_in(self.db, keys.canonical(login), pin)

        self._work(enter, lambda user: self._entered(user, None, is_by_pin=True))

    def _work(self, enter: work.Task, entered: work.Answer) -> None:
        assert self.window is not None
        self.window.set_busy(True)
        work.run(self.window, "", enter, entered, self._refuse)

    def _entered(self, user: User, found: Unlocked | None, *, is_by_pin: bool) -> None:
        """The same user with the same screens goes on; for any other the window is a new one."""
        if user.login == self.login and self.roles <= self.db.roles:
            self.db.roles = self.roles
            self._go_on(found)
        elif self._may_drop():
            self.login, self.is_by_pin = user.login, is_by_pin
            assert self.curtain is not None
            self.curtain.remove(lambda: self.another.emit(user, found))

    def _go_on(self, found: Unlocked | None) -> None:
        assert self.curtain is not None
        self.curtain.lift()
        self.end()
        self.went_on.emit(found)

    def _may_drop(self) -> bool:
        """Whether the entries of the one before may be lost; else the books are closed again.

        What lies in the books waits for them there.
        """
        assert self.curtain is not None and self.window is not None
        asked = _(UNSAVED).format(user=self.login)
        is_lost = not all(form.is_safe for form in self.curtain.unsaved())
        if not is_lost or messages.confirm(self.window, asked, _("Drop them")):
            return True
        self.db.lock()
        self.window.offer_pins(())
        self.window.start_again()
        return False

    def _refuse(self, problem: BaseException) -> None:
        assert self.window is not None
        self.window.show_problem(problem)
        if not self.db.is_locked:
            self._offer_pins(self.window)
        self.window.password.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.window.password.line.selectAll()


def put_in_the_middle(window: QWidget) -> None:
    """Of the screen worked on: a desktop would look for a corner beside what is about to hide."""
    screen = (QApplication.activeWindow() or window).screen()
    place = QRect(QPoint(), window.size())
    place.moveCenter(screen.availableGeometry().center())
    window.move(place.topLeft())


def enter_over(db: Database, fresh: Database, found: Unlocked) -> User:
    """Go on in books on a server over a connection that was just made. Raises NotAUser.

    Whoever worked before is left only when the one who comes is a user of the branch.
    """
    from models.server import keyring

    fresh.home, fresh.trouble = db.home, db.trouble
    if db.home:
        fresh.seen_in = seen.beside_server(db.home, fresh.address)
    password = fresh.engine.url.password or ""
    try:
        user = users.sign_in(fresh, keys.canonical(fresh.login), detail=found.detail)
        keyring.enter(fresh, password)
    except BaseException:
        fresh.close()
        raise
    db.lock()
    db.user, db.roles, db.seen_in = fresh.user, fresh.roles, fresh.seen_in
    db.go_on_through(fresh)
    return user


def enter_again(db: Database, found: Unlocked) -> User:
    """Open locked books, and let this user work in them. Raises NotAUser, Unreadable.

    Nothing is entered where they are not those that were locked, but older ones.
    """
    from models.safe import opening

    was_locked = db.is_locked
    if was_locked:
        db.unlock(found.key)
    try:
        if was_locked:
            opening.examine_ends(db)
        return users.sign_in(db, keys.canonical(found.login), detail=found.detail)
    except BaseException:
        if was_locked:
            db.lock()
        raise
