"""The shared server: where the books are, and moving them there or back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.errors import DomainError
from models.office import users
from models.server import address, logins, move
from translations import N_, _
from ui import messages
from ui.entrance.unlock import breakable
from ui.office.server_forms import (
    ConnectForm,
    KeylessForm,
    LetInForm,
    MoveBackForm,
    MoveThereForm,
    keyless,
)
from ui.page import Page
from ui.pieces.boxes import column
from ui.pieces.cards import Answer, Card, Facts, muted, scrolled

if TYPE_CHECKING:
    from models.database import Database

IN_A_FILE = N_(
    "The books are in an encrypted file on this computer, and one person at a time can work with"
    " them. On a PostgreSQL server several computers of the branch work at once."
)
ON_A_SERVER = N_("The books are on a server. Several computers of the branch can work at once.")
AS_OWNER = N_(
    "You are signed in as the owner of the database. For daily work let in a user of your own:"
    " such a user cannot change what has been posted, whatever happens."
)
MOVED = N_("The books are on the server now. The program closes; start it again and sign in.")
CHOSEN = N_("From the next start this computer uses the books on the server. The program closes.")
BACK = N_(
    "The books are in a file on this computer again. The program closes; start it again and sign"
    " in with your new password. Here the other users need passwords too."
)
DELETE_OLD = N_(
    "Delete the file from before the move? Do so only when the books on the server have been"
    " looked through and a backup of them was made. It cannot be brought back."
)


class ServerPage(Page):
    """For whoever looks after the users: a file, or a server, and the way from one to the other."""

    title = N_("Shared server")

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.card, self.facts, self.said_of = Card(), Facts(), muted()
        self.warning = Answer("warn", name="owner_warning")
        if db.folder is not None:
            self.add_action(
                N_("Move the books to a server…"), self.move_there, primary=True, does=move.leave
            )
            self.add_action(N_("Use books on a server…"), self.connect_there, does=move.leave)
            self.keyless = self.add_action(
                N_("Give a user a password…"), self.give_key, icon="lock", does=users.add
            )
        else:
            self.add_action(
                N_("Let a user in…"), self.let_in, primary=True, icon="add", does=logins.let_in
            )
            self.add_action(N_("Move the books to this computer…"), self.move_back, does=move.leave)
        self.old = self.add_action(N_("Delete the old file…"), self.delete_old, does=move.leave)
        self.card.body.addWidget(self.said_of)
        self.card.body.addWidget(self.facts)
        inside = QWidget()
        below = column(inside, spacing=14)
        below.addWidget(self.warning)
        below.addWidget(self.card)
        below.addStretch(1)
        self.body.addWidget(scrolled(inside), 1)

    def reload(self) -> None:
        kept = address.old_files(self.db.home) if self.db.home else []
        self.old.setVisible(bool(kept))
        if self.db.folder:
            self.keyless.setVisible(bool(keyless(self.db)))
        facts = [(_("Data"), breakable(str(self.db.folder)))] if self.db.folder else self._server()
        self.facts.set_facts([*facts, *((_("Old file"), breakable(str(path))) for path in kept)])

    def retranslate(self) -> None:
        super().retranslate()
        self.card.set_title(_("Where the books are"))
        self.said_of.setText(_(IN_A_FILE) if self.db.folder else _(ON_A_SERVER))
        if self.isVisible():
            self.reload()

    def move_there(self) -> None:
        form = MoveThereForm(self.db, self._home(), self)
        if form.exec():
            self._leave(MOVED)

    def connect_there(self) -> None:
        if ConnectForm(self.db, self._home(), self).exec():
            self._leave(CHOSEN)

    def give_key(self) -> None:
        form = KeylessForm(self.db, self)
        if form.exec():
            self.say(_("{login} can sign in now.").format(login=form.user.value))
            self.reload()

    def let_in(self) -> None:
        form = LetInForm(self.db, self)
        if form.exec():
            self.say(_("{login} can sign in now.").format(login=form.result_value))
            self.reload()

    def move_back(self) -> None:
        if MoveBackForm(self.db, self._home(), self).exec():
            self._leave(BACK)

    def delete_old(self) -> None:
        if messages.confirm(self, _(DELETE_OLD), _("Delete the old file")):
            address.delete_old_files(self._home())
            self.reload()

    def _server(self) -> list[tuple[str, object]]:
        url = self.db.engine.url
        with self.db.read() as session:
            encrypted, inside = logins.encryption(session), sorted(logins.inside(session))
            is_owner = logins.owns(session)
        self.warning.say(_(AS_OWNER) if is_owner else "")
        return [
            (_("Address of the server"), url.host or _("this computer")),
            (_("Name of the database"), url.database),
            (_("You are there as"), url.username),
            (_("Connection"), encrypted or _("not encrypted")),
            (_("May sign in"), ", ".join(inside)),
        ]

    def _leave(self, text: str) -> None:
        """The window must not work on with books that are no longer these."""
        self.db.trouble = Elsewhere()
        messages.report(self, _(text))
        self.window().close()

    def _home(self) -> Path:
        return home_of(self.db)


def home_of(db: Database) -> Path:
    """The data folder of this computer. Raises NoHome where the program has none of its own."""
    if db.home is None:
        raise NoHome
    return db.home


class Elsewhere(DomainError):
    message = N_("The books have moved.")


class NoHome(DomainError):
    message = N_("This computer has no data folder. Start the program without an address.")
