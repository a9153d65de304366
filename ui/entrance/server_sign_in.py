"""The window in which one signs in on a server: it checks the password, the books come out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from models.server.address import Address
from translations import _
from ui import work
from ui.entrance.sign_in import ANOTHER, SignIn
from ui.entrance.waiting import Wait
from ui.pieces.fields import TextField

if TYPE_CHECKING:
    from sqlalchemy import URL

    from models.database import Database


class ServerSignIn(SignIn):
    """Asks for the server's user and password; emits `entered`, `practice` or `restore`.

    Wrong passwords are counted in `home`, the data folder.
    """

    entered = Signal(object, int)  # Database, wrong passwords since this user last signed in

    def __init__(self, address: Address, home: Path | None) -> None:
        self.address, self.home = address, home
        self.user = TextField(64, name="user")
        self.user.set_value(address.user)
        super().__init__("server_sign_in", self.user)
        self.wait = Wait(self, self.problem, self.enter)
        self.user.returnPressed.connect(self.sign_in)
        self.retranslate()
        self.password.setFocus()

    def sign_in(self) -> None:
        """Try what is typed; the server answers in its time, in a thread."""
        if not self.enter.isEnabled():
            return
        user, password, home = self.user.value, self.password.value, self.home
        self.set_busy(True)
        self.problem.say("")

        def connect(_progress: work.Progress) -> tuple[Database, int]:
            from models.server import tries  # heavy, and loaded by now

            return tries.come_in(home, self.way(user, password))

        work.run(self, "", connect, self._succeed, self.show_problem)

    def way(self, user: str, password: str) -> URL:
        """What leads to the books."""
        return replace(self.address, user=user).url(password)

    def show_problem(self, problem: BaseException) -> None:
        """Say why it did not open, and let the person try again."""
        super().show_problem(problem)
        self.wait.begin(problem)
        self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.password.line.selectAll()

    def help_for(self, problem: BaseException) -> str:
        """The same for a name that the server does not know: neither is told from the other."""
        from models.server.engine import NotLetIn  # heavy, and loaded by now

        return ANOTHER if isinstance(problem, NotLetIn) else ""

    def retranslate(self) -> None:
        super().retranslate()
        self.heading.setText(_("Sign in"))
        where = _("Books on the server {server}, database {database}")
        address = self.address
        self.place.setText(where.format(server=address.host, database=address.database))
        self.user.setAccessibleName(_("User"))
        self.password_label.setText(_("Password"))
        self.password.line.setAccessibleName(_("Password"))
        self.wait.say()

    def _succeed(self, came: tuple[Database, int]) -> None:
        """Whom the server lets in may still be no user of the branch: that is seen to next."""
        self.password.clear()
        self.entered.emit(*came)
