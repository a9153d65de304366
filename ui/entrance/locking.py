"""Locks open books, and lets the same user go on where they were, or another one begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from models.office import pins, users
from models.safe import keys
from translations import N_, _
from ui import messages, work
from ui.curtain import Curtain
from ui.entrance.idle import Idle
from ui.entrance.unlock import Unlock, Unlocked

if TYPE_CHECKING:
    from models.database import Database
    from models.office.users import User

LOCKED = N_("The program is locked")
WHO = N_("Who works now?")
UNSAVED = N_("{user} has entries here that are not saved. If you go on, they are lost.")


class Locking(QObject):
    """Watches over books that are open. On a server there is nothing to lock: it asks by itself.

    Locking closes every connection and forgets the key. Changing the user only hides what is
    shown: the books stay open, and whoever has a PIN may come in with it, until the day ends.
    """

    went_on = Signal(object)  # Unlocked, or None by PIN: the same user goes on
    another = Signal(object, object)  # User and Unlocked or None: what was open is closed

    def __init__(self, db: Database, login: str) -> None:
        super().__init__()
        self.db = db
        self.login = keys.canonical(login)
        self.roles = db.roles  # of whoever worked before it was locked
        self.is_by_pin = False
        self.window: Unlock | None = None
        self.curtain: Curtain | None = None
        self.idle = Idle()
        self.idle.left.connect(self.lock)
        self.idle.lock_wanted.connect(self.lock)
        self.idle.switch_wanted.connect(self.switch)
        self.idle.new_day.connect(self.end_day)

    def lock(self) -> None:
        """Hide everything, close the connections, forget the key."""
        if self.db.folder is None or self.db.is_locked:
            return
        window = self._hide(LOCKED)
        window.offer_pins(())
        self.db.lock()

    def switch(self) -> None:
        """Hide everything until somebody says who they are."""
        if self.db.folder is not None and self.window is None:
            self._hide(WHO).offer_pins(pins.known(self.db))

    def end_day(self) -> None:
        """No PIN is valid beyond the day on which the books were opened."""
        if self.is_by_pin or self.window is not None:
            self.lock()

    def stop(self) -> None:
        """Watch no longer: the books are being closed."""
        if self.curtain is not None:
            self.curtain.end()
        self.idle.stop()
        self.end()

    def end(self) -> None:
        """Take the window away in which one signs in."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
        self.window = self.curtain = None

    def _hide(self, said: str) -> Unlock:
        if self.window is None:
            assert self.db.folder is not None
            self.roles = self.db.roles
            self.window = Unlock(self.db.folder, present=self.login)
            self.window.look_around.hide()
            self.window.restore_button.hide()
            self.window.language.hide()  # the pages behind would read the books to speak anew
            self.window.unlocked.connect(self._open)
            self.window.pin_typed.connect(self._try_pin)
            self.window.show()
            self.curtain = Curtain(self.window)
        self.window.say_heading(said)
        return self.window

    def _open(self, found: Unlocked) -> None:
        def enter(_told: work.Progress) -> User:
            return enter_again(self.db, found)

        self._work(enter, lambda user: self._entered(user, found))

    def _try_pin(self, login: str, pin: str) -> None:
        def enter(_told: work.Progress) -> User:
            return pins.sign_in(self.db, keys.canonical(login), pin)

        self._work(enter, lambda user: self._entered(user, None))

    def _work(self, enter: work.Task, entered: work.Answer) -> None:
        assert self.window is not None
        self.window.set_busy(True)
        work.run(self.window, "", enter, entered, self._refuse)

    def _entered(self, user: User, found: Unlocked | None) -> None:
        """The same user with the same screens goes on; for any other the window is a new one."""
        if user.login == self.login and self.roles <= self.db.roles:
            self.db.roles = self.roles
            self._go_on(found)
        elif self._may_drop():
            self.login, self.is_by_pin = user.login, found is None
            assert self.curtain is not None
            self.curtain.remove(lambda: self.another.emit(user, found))

    def _go_on(self, found: Unlocked | None) -> None:
        assert self.curtain is not None
        self.curtain.lift()
        self.end()
        self.went_on.emit(found)

    def _may_drop(self) -> bool:
        """Whether the entries of the one before may be lost; else the books are closed again."""
        assert self.curtain is not None and self.window is not None
        asked = _(UNSAVED).format(user=self.login)
        if not self.curtain.unsaved() or messages.confirm(self.window, asked, _("Drop them")):
            return True
        self.db.lock()
        self.window.offer_pins(())
        self.window.start_again()
        return False

    def _refuse(self, problem: BaseException) -> None:
        assert self.window is not None
        self.window.show_problem(problem)
        if not self.db.is_locked:
            self.window.offer_pins(pins.known(self.db))


def enter_again(db: Database, found: Unlocked) -> User:
    """Open locked books, and let this user work in them. Raises NotAUser, Unreadable."""
    was_locked = db.is_locked
    if was_locked:
        db.unlock(found.key)
    try:
        return users.sign_in(db, keys.canonical(found.login), detail=found.detail)
    except BaseException:
        if was_locked:
            db.lock()
        raise
