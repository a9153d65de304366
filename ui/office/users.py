"""Who may sign in: one's own password, and further users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.errors import DomainError
from models.office import branch, users
from models.office.users import User, UserRow
from models.safe import keys
from translations import N_, _
from ui import messages, work
from ui.entrance.new_password import NewPassword
from ui.entrance.passwords import PasswordField
from ui.form import Form
from ui.pieces.fields import TextField
from ui.table import Column, TablePage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

NO_FOLDER = N_("These books are on a server. Its own users and passwords decide who may enter.")


class KeyForm(Form):
    """A form that turns passwords into keys: that takes a second, so it is done in a thread.

    A subclass says in `task` what is to be done with the passwords typed.
    """

    def __init__(self, db: Database, title: str, parent: QWidget | None) -> None:
        super().__init__(db, title, parent)
        self.folder = folder_of(db)
        with db.read() as session:
            user = session.get(User, db.user) if db.user else None
            self.login = user.login if user else ""
            self.known = tuple(branch.names(session).values())
        self.own = PasswordField("own_password")

    def task(self) -> Callable[[], object]:
        """What is to be done, with everything typed already read from the fields."""
        raise NotImplementedError

    def accept(self) -> None:
        if not self.save_button.isEnabled() or self._is_faulty():
            return
        self.save_button.setEnabled(False)
        task = self.task()
        begun = work.run(self, "", lambda _progress: task(), self._saved_key, self._refuse)
        begun.finished.connect(lambda: self.save_button.setEnabled(True))

    def _saved_key(self, _result: object) -> None:
        self._saved()

    def _refuse(self, problem: BaseException) -> None:
        said = _("That is not your password.")
        is_own = isinstance(problem, keys.WrongPassword)
        self.show_problem(
            said if is_own else messages.sentence(problem), self.own if is_own else None
        )


class PasswordForm(KeyForm):
    """Changes one's own password."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Change my password"), parent)
        self.add_field(_("Present password"), self.own)
        self.fresh = self.add_wide(
            _("New password"), NewPassword(lambda: (self.login, *self.known))
        )

    def task(self) -> Callable[[], object]:
        folder, login, old, new = self.folder, self.login, self.own.value, self.fresh.value
        return lambda: keys.change_password(folder, login, old, new)


class UserForm(KeyForm):
    """Lets one more person sign in. One's own password opens the key that they get a copy of."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Add a user"), parent)
        self.name = self.add_field(_("First name and surname"), TextField(200), required=True)
        self.new_login = self.add_field(_("Name for signing in"), TextField(64), required=True)
        self.fresh = self.add_wide(_("Password of the new user"), NewPassword(self._hints))
        self.add_heading(_("To confirm"))
        self.add_field(_("Your own password"), self.own)

    def task(self) -> Callable[[], object]:
        name, login, password = self.name.value, self.new_login.value, self.fresh.value
        own = self.own.value

        def add() -> None:
            key = keys.unlock(self.folder, self.login, own)
            with self.db.write() as session:
                users.add(session, keys.canonical(login), name)
                keys.add_user(self.folder, key, login, password)

        return add

    def _hints(self) -> tuple[str, ...]:
        return (self.name.value, self.new_login.value, *self.known)


class UsersPage(TablePage):
    """Everybody who may sign in."""

    title = N_("Users")
    searchable = False
    empty_text = NO_FOLDER
    columns = (
        Column(N_("First name and surname"), lambda row: row.name),
        Column(N_("Name for signing in"), lambda row: row.login, width=24),
        Column(N_("Since"), lambda row: row.created_at.date(), width=14),
    )

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        if db.folder is not None:
            self.add_action(N_("Change my password…"), self.change_password, icon="lock")
            self.add_action(
                N_("Add a user…"), self.add, icon="add", shortcut="Ctrl+N", does=users.add
            )
        else:
            self.add_action(N_("Change my password…"), self.change_on_server, icon="lock")

    def load(self, session: Session, search: str) -> Sequence[UserRow]:
        return users.overview(session) if self.db.folder else ()

    def change_password(self) -> None:
        if PasswordForm(self.db, self).exec():
            self.say(_("Your password is changed. Use the new one from now on."))

    def change_on_server(self) -> None:
        from ui.office.server_forms import OwnPasswordForm  # its forms know this file's

        if OwnPasswordForm(self.db, self).exec():
            self.say(_("Your password is changed. Use the new one from now on."))

    def add(self) -> None:
        if UserForm(self.db, self).exec():
            self.reload()


def folder_of(db: Database) -> Path:
    """Where the keys lie. Raises NoFolder for books on a server."""
    if db.folder is None:
        raise NoFolder
    return db.folder


class NoFolder(DomainError):
    message = NO_FOLDER
