"""Forms whose saving takes long: it is done in a thread, and everything typed stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from models.errors import DomainError
from models.office import branch
from models.office.users import User
from models.safe import keys
from translations import N_, _
from ui import messages, work
from ui.entrance.passwords import PasswordField
from ui.entrance.waiting import Wait
from ui.form import Form

if TYPE_CHECKING:
    from models.database import Database

NO_FOLDER = N_("These books are on a server. Its own users and passwords decide who may enter.")
NOT_YOURS = N_("That is not your password. Type it again.")


class TaskForm(Form):
    """A subclass says in `task` what is to be done; nothing can be pressed twice meanwhile."""

    doing = ""  # what a dialog says meanwhile, marked; else the button says that it goes on

    def __init__(self, db: Database, title: str, parent: QWidget | None = None) -> None:
        super().__init__(db, title, parent)
        self.is_working = False
        self.wait = Wait(self, self.problem, self.save_button)

    def task(self) -> work.Task:
        """What is to be done, with everything typed already read from the fields."""
        raise NotImplementedError

    def accept(self) -> None:
        if self.save_button.isEnabled() and not self._is_faulty():
            self.start(self.task(), self._done)

    def start(self, task: work.Task, on_done: Callable[[Any], object]) -> None:
        """Do it in a thread."""
        self.problem.say("")
        self._set_busy(True)
        title = _(self.doing) if self.doing else ""
        verb = self.save_button.text()
        if not title:
            self.save_button.name(_("One moment…"))
        begun = work.run(self, title, task, on_done, self._refuse)
        begun.finished.connect(lambda: self._go_on(verb))

    def reject(self) -> None:
        """While something is being done, only its own Cancel ends it."""
        if not self.is_working:
            super().reject()

    def _go_on(self, verb: str) -> None:
        self.save_button.name(verb)
        self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self.is_working = busy
        self.cancel_button.setEnabled(not busy)
        self.save_button.setEnabled(not busy and not self.wait.seconds)

    def _done(self, result: Any) -> None:
        self.result_value = result
        self._saved()

    def _refuse(self, problem: BaseException) -> None:
        self.show_problem(messages.sentence(problem))
        self.wait.begin(problem)


class KeyForm(TaskForm):
    """One that turns passwords into keys, for which one's own password is asked."""

    def __init__(self, db: Database, title: str, parent: QWidget | None) -> None:
        super().__init__(db, title, parent)
        self.folder = folder_of(db)
        with db.read() as session:
            user = session.get(User, db.user) if db.user else None
            self.login = user.login if user else ""
            self.known = tuple(branch.names(session).values())
        self.own = PasswordField("own_password")

    def _refuse(self, problem: BaseException) -> None:
        if isinstance(problem, keys.WrongPassword):
            self.show_problem(_(NOT_YOURS), self.own)
        else:
            super()._refuse(problem)


def folder_of(db: Database) -> Path:
    """Where the keys lie. Raises NoFolder for books on a server."""
    if db.folder is None:
        raise NoFolder
    return db.folder


class NoFolder(DomainError):
    message = NO_FOLDER
