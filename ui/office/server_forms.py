"""The forms around a server: its address, moving the books there and back, letting users in."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from models.errors import DomainError
from models.office import access, users
from models.office.users import User
from models.roles import Role
from models.safe import keys
from models.server import address
from models.server.address import PORT, Address
from translations import N_, _
from ui import remembered, work
from ui.entrance.new_password import NewPassword
from ui.entrance.passwords import PasswordField
from ui.office.task_form import NOT_YOURS, KeyForm, TaskForm
from ui.pieces.boxes import label, row
from ui.pieces.buttons import Button
from ui.pieces.fields import Choice, CountField, TextField
from ui.pieces.ticks import TicksField

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.orm import Session

    from models.database import Database

CERTIFICATES = "certificate/folder"
BAD_PORT = N_("A port is a number from 1 to 65535; usually 5432.")


class PortField(CountField):
    """A number from 1 to 65535."""

    def fault(self) -> str:
        return "" if 1 <= (self.value or 0) <= 65535 else _(BAD_PORT)

    def _written(self, value: int) -> str:
        return str(value)  # a name rather than a number: never grouped


class CertificateField(QWidget):
    """The file by which a server is known; `value` is its path."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.value = ""
        self.path = label(_("No file chosen"), "muted", name="certificate_path")
        self.choose = Button(_("Choose a file…"), self._ask, name="choose_certificate", icon="open")
        self.setFocusProxy(self.choose)
        layout = row(self)
        layout.addWidget(self.choose)
        layout.addWidget(self.path, 1)

    def set_value(self, path: str) -> None:
        self.value = path
        self.path.setText(Path(path).name or _("No file chosen"))
        self.changed.emit()

    def _ask(self) -> None:
        kinds = _("Certificates") + " (*.crt *.pem *.cer)"
        start = self.value or remembered.folder(CERTIFICATES)
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose a file"), start, kinds)
        if chosen:
            remembered.write(CERTIFICATES, str(Path(chosen).parent))
            self.set_value(chosen)


class ServerForm(TaskForm):
    """Asks where the server is and who one is there; `test` tries it."""

    whose = N_("User of the server")
    folder: Path  # the data folder of this computer

    def __init__(self, db: Database | None, title: str, parent: QWidget | None) -> None:
        super().__init__(cast("Database", db), title, parent)  # the first run has none yet
        self.ask_first()
        self.host = self.add_field(_("Address of the server"), TextField(200), required=True)
        self.port = self.add_field(_("Port"), PortField())
        self.port.set_value(PORT)
        self.database = self.add_field(_("Name of the database"), TextField(63), required=True)
        self.way = Choice(
            [
                (True, _("Encrypted; the server is known by its certificate")),
                (False, _("Not encrypted; the server runs on this computer")),
            ]
        )
        self.add_field(_("Connection"), self.way)
        self.certificate = self.add_field(_("Certificate of the server"), CertificateField())
        self.way.changed.connect(lambda: self.certificate.setEnabled(self.way.value))
        self.user = self.add_field(_(self.whose), TextField(63), required=True)
        self.password = self.add_field(_("Password"), PasswordField("server_password"))
        self.test_button = Button(_("Test the connection"), self.test, name="test", icon="reload")
        self.buttons.insertWidget(0, self.test_button)

    def ask_first(self) -> None:
        """What stands above the address."""

    @property
    def where(self) -> Address:
        """The address as it is typed."""
        return Address(
            self.host.value,
            self.database.value,
            self.user.value,
            self.port.value or PORT,
            self.certificate.value,
            bool(self.way.value),
        )

    def test(self) -> None:
        """Try whether the server answers and lets this user in; say so in one sentence."""
        asked = (
            self.host, self.port, self.database, self.way, self.certificate, self.user,
            self.password,
        )  # fmt: skip
        if not self.save_button.isEnabled() or self._is_faulty(asked):
            return
        folder, where, password = self.folder, self.where, self.password.value
        self.saved.say("")
        self.start(lambda _progress: _tried(folder, where, password), self._tested)

    def _tested(self, _result: object) -> None:
        self.saved.say(_("The server answers and lets this user in."))
        self._fit()


class ConnectForm(ServerForm):
    """From now on this computer uses books that are on a server."""

    def __init__(self, db: Database | None, folder: Path, parent: QWidget | None) -> None:
        super().__init__(db, _("Use books on a server"), parent)
        self.folder = folder
        self.add_note(_("Your user and password on the server are yours alone."))
        self.save_button.name(_("Use these books"))

    def task(self) -> work.Task:
        where, password, folder = self.where, self.password.value, self.folder

        def connect(_progress: work.Progress) -> Address:
            _tried(folder, where, password)
            return address.remember(folder, where)

        return connect


class MoveThereForm(ServerForm):
    """Moves the books to an empty database on a server, and lets whoever does it in there."""

    whose = N_("Owner of the database")
    doing = N_("Moving the books…")

    def __init__(self, db: Database, folder: Path, parent: QWidget | None) -> None:
        super().__init__(db, _("Move the books to a server"), parent)
        self.folder = folder
        self.add_heading(_("How you will sign in on the server"))
        self.login = _login(db)
        self.add_note(_("Name for signing in: {login}").format(login=self.login))
        self.fresh = self.add_wide(_("Your password"), NewPassword(lambda: (self.login,)))
        self.save_button.name(_("Move the books"))

    def task(self) -> work.Task:
        where, password, fresh = self.where, self.password.value, self.fresh.value
        db, folder, login = self.db, self.folder, self.login

        def there(progress: work.Progress) -> Address:
            from models.server import keyring, logins, move, tries

            def settle(session: Session) -> None:
                session.info["roles"] = db.roles
                keyring.bring(session, folder, db.key)
                logins.let_in(session, session.get_one(User, db.user), fresh)

            with closing(tries.connect(folder, where.url(password))) as owner:
                act_as(owner, db)
                with owner.write() as session, db.read() as old:
                    logins.require_fit(session, old.get_one(User, db.user), fresh)
                move.move(db, owner, progress, settle)
            return address.remember_new(folder, replace(where, user=login))

        return there


class OwnerForm(TaskForm):
    """Something that only the owner of the database may do, whoever works with the program."""

    def ask_owner(self) -> None:
        self.add_heading(_("The owner of the database"))
        self.owner = self.add_field(_("User of the server"), TextField(63), required=True)
        self.own = self.add_field(_("Password"), PasswordField("owner_password"))

    def owners_way(self) -> URL:
        """The address of the books for their owner."""
        return self.db.engine.url.set(username=self.owner.value, password=self.own.value)


class LetInForm(OwnerForm):
    """Lets a user in on the server, or gives them a new password there."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Let a user in"), parent)
        with db.read() as session:
            known = [(row.login, f"{row.name} ({row.login})") for row in users.overview(session)]
        self.user = self.add_field(_("User"), Choice([*known, ("", _("A new user"))]))
        self.name = self.add_field(_("First name and surname"), TextField(200), required=True)
        self.login = self.add_field(_("Name for signing in"), TextField(63), required=True)
        self.roles = self.add_field(_("Roles"), TicksField(Role, "roles"))
        self.fresh = self.add_wide(_("Password of the user"), NewPassword(self._hints))
        self.add_note(_("Tell it only to the user. A password they had before no longer holds."))
        self.ask_owner()
        self.save_button.name(_("Let in"))
        self.user.changed.connect(self._show_new)
        self._show_new()

    def task(self) -> work.Task:
        known, name, login, roles = (
            self.user.value, self.name.value, self.login.value, self.roles.value,
        )  # fmt: skip
        way, fresh, db = self.owners_way(), self.fresh.value, self.db
        own = db.login  # asked now: the books may be locked before it is done

        def let_in(_progress: work.Progress) -> str:
            from models.server import logins, tries

            with closing(tries.connect(db.tries_in, way)) as owner:
                act_as(owner, db)
                with owner.write() as session:
                    user = users.find(session, known) if known else None
                    user = user or users.add(session, keys.canonical(login), name, roles)
                    logins.let_in(session, user, fresh)
                if user.login == own:
                    logins.go_on_with(db, fresh)
                return user.login

        return let_in

    def _show_new(self) -> None:
        for field in (self.name, self.login, self.roles):
            self.rows.setRowVisible(field, not self.user.value)

    def _hints(self) -> tuple[str, ...]:
        return (self.name.value, self.login.value, self.user.value)


class OwnPasswordForm(TaskForm):
    """Changes one's own password on the server."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Change my password"), parent)
        self.own = self.add_field(_("Present password"), PasswordField("own_password"))
        login = _login(db)
        self.fresh = self.add_wide(_("New password"), NewPassword(lambda: (login,)))

    def task(self) -> work.Task:
        db, old, new = self.db, self.own.value, self.fresh.value

        def change(_progress: work.Progress) -> None:
            from models.server import logins

            logins.change_password(db, old, new)

        return change


class ServerPaperKeysForm(TaskForm):
    """Makes two paper keys to the backups of the server, printed as those of a file are."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("New paper keys"), parent)
        self.add_note(
            _("The paper keys made before are valid until both new ones were typed back.")
        )
        self.own = self.add_field(
            _("Your own password"), PasswordField("own_password"), required=True
        )
        self.save_button.name(_("Make them"))

    def task(self) -> work.Task:
        db, own = self.db, self.own.value

        def make(_progress: work.Progress) -> tuple[str, ...]:
            from models.server import keyring, logins

            if not logins.verify(db, db.login, own):
                raise NotYours
            keyring.enter(db, own)
            key = keyring.key_of(db)
            with db.write() as session:
                return access.make_paper_keys(session, None, key)

        return make


class MoveBackForm(OwnerForm):
    """Moves the books from the server into a file on this computer."""

    doing = N_("Moving the books…")

    def __init__(self, db: Database, folder: Path, parent: QWidget | None) -> None:
        super().__init__(db, _("Move the books to this computer"), parent)
        self.folder, self.login = folder, _login(db)
        self.add_note(_("On the server the books stay as they are, and take no more entries."))
        self.fresh = self.add_wide(
            _("Your password for the file on this computer"), NewPassword(lambda: (self.login,))
        )
        self.ask_owner()
        self.save_button.name(_("Move the books"))

    def task(self) -> work.Task:
        way, fresh, db = self.owners_way(), self.fresh.value, self.db
        folder, login = self.folder, self.login

        def back(progress: work.Progress) -> None:
            from models.database import Database
            from models.safe import folders
            from models.server import grants, move, tries

            with closing(tries.connect(folder, way)) as owner:
                act_as(owner, db)

                def fill(begun: Path, key: bytes) -> None:
                    with closing(Database.create(begun, key)) as file:
                        move.move(owner, file, progress)

                folders.build(folder, login, fresh, fill)
                try:
                    with owner.write() as session:
                        grants.withdraw(session)
                except BaseException:
                    address.put_away(folder)  # the books are still those on the server
                    raise
                address.forget(folder)

        return back


class KeylessForm(KeyForm):
    """Gives a user whose books were on a server a password for the file."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Give a user a password"), parent)
        known = keyless(db)
        self.user = self.add_field(_("User"), Choice([(login, login) for login in known]))
        self.fresh = self.add_wide(
            _("Password of the user"), NewPassword(lambda: (self.user.value or "", *self.known))
        )
        self.add_heading(_("To confirm"))
        self.add_field(_("Your own password"), self.own)

    def task(self) -> work.Task:
        folder, login, own = self.folder, self.login, self.own.value
        whose, fresh = self.user.value, self.fresh.value

        def add(_progress: work.Progress) -> None:
            keys.add_user(folder, keys.unlock(folder, login, own), whose, fresh)

        return add


class NotYours(DomainError):
    message = NOT_YOURS


def keyless(db: Database) -> list[str]:
    """Users of the branch who cannot open the file: they were let in on a server only."""
    if db.folder is None:
        return []
    with_key = {keys.canonical(login) for login in keys.logins(db.folder)}
    with db.read() as session:
        return [row.login for row in users.overview(session) if row.login not in with_key]


def _tried(folder: Path, where: Address, password: str) -> None:
    """Raises what stands between this computer and the books."""
    from models.server import tries

    tries.try_out(folder, where.url(password))


def act_as(owner: Database, db: Database) -> None:
    """What is done over the owner's connection is done by whoever works here."""
    owner.user, owner.roles = db.user, db.roles


def _login(db: Database) -> str:
    with db.read() as session:
        return session.get_one(User, db.user).login
