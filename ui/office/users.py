"""Who may sign in: one's own password, and further users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.office import access, users
from models.office.users import User, UserRow
from models.privacy import accounts
from models.rights import may
from models.roles import Role
from models.safe import keys
from models.text import login_for
from translations import N_, _
from ui import messages, work
from ui.entrance.new_password import NewPassword
from ui.form import Form
from ui.office.server_forms import OwnPasswordForm
from ui.office.task_form import NO_FOLDER, KeyForm
from ui.pieces.boxes import named
from ui.pieces.fields import Choice, TextField
from ui.pieces.ticks import TicksField
from ui.privacy.people import PeoplePage
from ui.table import Column

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database


WITH_ACCESS, LEFT = N_("who has access"), N_("who left")
NO_ONE_LEFT = N_("Nobody has left, or the names are erased.")
LEAVING = N_(
    "What they entered keeps their name. They can no longer sign in, neither with their password"
    " nor with their PIN. Backups made until now still open with their password: keep those away"
    " from them. If they may hold a copy of the data, make a new data key too."
)
AFTERWARDS = N_("Afterwards they stand under “{list}”: there their name can be erased too.")


class PasswordForm(KeyForm):
    """Changes one's own password."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Change my password"), parent)
        self.add_field(_("Present password"), self.own)
        self.fresh = self.add_wide(
            _("New password"), NewPassword(lambda: (self.login, *self.known))
        )

    def task(self) -> work.Task:
        folder, old, new = self.folder, self.own.value, self.fresh.value

        def change(_progress: work.Progress) -> None:
            with self.db.write() as session:
                access.change_password(session, folder, old, new)

        return change


class UserForm(KeyForm):
    """Lets one more person sign in. One's own password opens the key that they get a copy of."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Add a user"), parent)
        self.name = self.add_field(_("First name and surname"), TextField(200), required=True)
        self.new_login = self.add_field(_("Name for signing in"), TextField(64), required=True)
        self.roles = self.add_wide(_("Roles"), roles_field(), "roles")
        self.fresh = self.add_wide(_("Password of the new user"), NewPassword(self._hints))
        self.add_heading(_("To confirm"))
        self.add_field(_("Your own password"), self.own)
        with db.read() as session:
            self.taken = {row.login for row in users.overview(session)}
        self.suggested = ""
        self.name.changed.connect(self._suggest_login)

    def _suggest_login(self) -> None:
        """Until another one is typed, as in the first run."""
        proposed = login_for(self.name.value, self.taken)
        if self.new_login.value in ("", self.suggested):
            self.new_login.set_value(proposed)
        self.suggested = proposed

    def task(self) -> work.Task:
        name, login, password = self.name.value, self.new_login.value, self.fresh.value
        own, roles = self.own.value, self.roles.value

        def add(_progress: work.Progress) -> None:
            key = keys.unlock(self.folder, self.login, own)
            with self.db.write() as session:
                users.add(session, keys.canonical(login), name, roles)
                keys.add_user(self.folder, key, login, password)

        return add

    def _hints(self) -> tuple[str, ...]:
        return (self.name.value, self.new_login.value, *self.known)


class RolesForm(Form):
    """Says what a user may do, from their next signing in on."""

    def __init__(self, db: Database, user: UserRow, parent: QWidget | None) -> None:
        super().__init__(db, _("Roles of {name}").format(name=user.name), parent)
        self.user = user
        self.roles = self.add_wide(_("Roles"), roles_field(), "roles")
        self.roles.set_value(user.roles)
        self.add_note(_("What is changed here holds from the next signing in on."))

    def save(self, session: Session) -> None:
        users.entrust(session, session.get_one(User, self.user.id), self.roles.value)


class UsersPage(PeoplePage):
    """Everybody who may sign in, and what they may do; apart from them those who left."""

    kind = User
    title = N_("Users")
    scrolls = True
    searchable = False
    empty_text = NO_FOLDER
    columns = (
        Column(N_("First name and surname"), lambda row: row.name),
        Column(N_("Name for signing in"), lambda row: row.login, width=20),
        Column(N_("Roles"), lambda row: named_roles(row.roles)),
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
        self.add_action(
            N_("Change roles…"),
            self.change_roles,
            icon="edit",
            shortcut="F2",
            needs_row=True,
            does=users.entrust,
        )
        self.add_action(
            N_("Take access away…"), self.revoke, icon="stop", needs_row=True, does=access.revoke
        )
        self.offer_rights(N_("Erase name…"), accounts.give_out, accounts.erase)
        self.state = named(Choice([(True, LEFT)], none=WITH_ACCESS, marked=True), "state")
        if may(db.roles, users.left):
            self.add_filter(N_("Show"), self.state)

    def load(self, session: Session, search: str) -> Sequence[UserRow]:
        self.empty_text = NO_ONE_LEFT if self.state.value else NO_FOLDER
        return users.left(session) if self.state.value else users.overview(session)

    def show_detail(self, row: UserRow | None) -> None:
        """Whoever left has no roles to change and no access to take away."""
        for action in self.verbs:
            if action.does in (users.entrust, access.revoke):
                action.button.setEnabled(row is not None and not self.state.value)

    def open_row(self, row: UserRow) -> None:
        if may(self.db.roles, users.entrust) and not self.state.value:
            self.change_roles()

    def change_password(self) -> None:
        if PasswordForm(self.db, self).exec():
            self.say(_("Your password is changed. Use the new one from now on."))

    def change_on_server(self) -> None:
        if OwnPasswordForm(self.db, self).exec():
            self.say(_("Your password is changed. Use the new one from now on."))

    def add(self) -> None:
        form = UserForm(self.db, self)
        if form.exec():
            self.reload()
            login = keys.canonical(form.new_login.value)
            self.say(_("{login} can sign in now.").format(login=login))

    def change_roles(self) -> None:
        if self.selected and RolesForm(self.db, self.selected, self).exec():
            self.reload()

    def revoke(self) -> None:
        """Let somebody sign in no more, after asking. Raises OwnAccess."""
        chosen = self.selected
        if chosen is None:
            return
        if chosen.id == self.db.user:
            raise users.OwnAccess
        said = _("Take access away from {name}?").format(name=chosen.name)
        after = _(AFTERWARDS).format(list=_(LEFT))
        if messages.confirm(self, f"{said}\n\n{_(LEAVING)}\n\n{after}", _("Take access away")):
            self._revoke(chosen)

    def _revoke(self, chosen: UserRow) -> None:
        """The account and the key end together, or neither."""
        with self.db.write() as session:
            access.revoke(session, session.get_one(User, chosen.id), self.db.folder)
        self.reload()
        self.say(_("{name} can no longer sign in.").format(name=chosen.name))


def roles_field() -> TicksField:
    """A box for each role, with what it may do."""
    return TicksField(Role, "roles", notes={role: _(role.explained) for role in Role})


def named_roles(roles: Iterable[str]) -> str:
    """Roles by name, in the order in which they are offered."""
    held = set(roles)
    return ", ".join(_(role.label) for role in Role if role in held)
