"""The window before locked books on a server: the same connection again, or another user's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from models.safe import keys
from models.server.address import Address
from translations import N_, _
from ui.entrance.server_sign_in import ServerSignIn
from ui.entrance.unlock import SHORTEST_PASSWORD

if TYPE_CHECKING:
    from sqlalchemy import URL


class ServerUnlock(ServerSignIn):
    """Emits `entered` with a new connection to the same books, or `pin_typed`.

    `url` is the way of whoever worked, without a password; wrong ones are counted in `home`.
    """

    pin_typed = Signal(str, str)  # login, PIN

    def __init__(self, url: URL, home: Path | None) -> None:
        self.url, self.said = url, N_("Sign in")
        self.pins: Sequence[str] = ()
        where = Address(url.host or "localhost", url.database or "", url.username or "")
        super().__init__(where, home)
        self.language.hide()  # the pages behind would read the books to speak anew
        self.look_around.hide()
        self.restore_button.hide()
        self.user.changed.connect(self.retranslate)

    def sign_in(self) -> None:
        if not self.enter.isEnabled():
            return
        typed = self.password.value
        if self.takes_pin and typed.isdecimal() and len(typed) < SHORTEST_PASSWORD:
            self.problem.say("")
            self.pin_typed.emit(keys.canonical(self.user.value), typed)
        else:
            super().sign_in()

    @property
    def takes_pin(self) -> bool:
        """Whether the user typed may come in with a PIN now."""
        return keys.canonical(self.user.value) in self.pins

    def way(self, user: str, password: str) -> URL:
        return self.url.set(username=user, password=password)

    def offer_pins(self, logins: Sequence[str]) -> None:
        """Let these users come in with their PIN; none: only with the password."""
        self.pins = logins
        self.retranslate()

    def say_heading(self, marked: str) -> None:
        """Say something else than "Sign in" above the fields."""
        self.said = marked
        self.retranslate()

    def ask_who(self) -> None:
        """Begin with the name: mostly it is another who comes."""
        self.user.setFocus()
        self.user.selectAll()

    def start_again(self) -> None:
        """Let somebody else try."""
        self.set_busy(False)
        self.problem.say("")
        self.password.clear()
        self.password.setFocus()

    def retranslate(self) -> None:
        super().retranslate()
        self.heading.setText(_(self.said))
        said = _("PIN or password") if self.takes_pin else _("Password")
        self.password_label.setText(said)
        self.password.line.setAccessibleName(said)
