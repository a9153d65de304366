"""Where a backup of books on a server goes: into a file here, or into an empty database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtWidgets import QWidget

from models.safe import restoring
from models.server import address
from translations import N_, _
from ui import messages, work
from ui.entrance.new_password import NewPassword
from ui.entrance.restore import Wanted
from ui.office.server_forms import ServerForm
from ui.pieces.fields import Choice

if TYPE_CHECKING:
    from models.server.address import Address

HERE, THERE = "here", "there"
PLACES = (
    (THERE, N_("An empty database on a server")),
    (HERE, N_("An encrypted file on this computer")),
)
APART = N_(
    "From then on this computer works with the file alone. What the other computers go on entering"
    " on the server never comes into it: let nobody work there any more. Restore into a file?"
)
KEPT = N_("The books that are on the server now stay there as they are.")


class PlaceForm(ServerForm):
    """Restores a backup beside the books on the server, which are never replaced."""

    whose = N_("Owner of the database")
    doing = N_("Restoring the backup…")

    def __init__(
        self,
        folder: Path,
        wanted: Wanted,
        parent: QWidget | None,
        begin: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(None, _("Restore from a backup"), parent)
        self.folder, self.wanted, self.begin = folder, wanted, begin
        self.whose_password = self.add_note(
            _("Name for signing in: {login}").format(login=wanted.login)
        )
        self.fresh = self.add_wide(
            _("Your password on the server"), NewPassword(lambda: (wanted.login,))
        )
        self._fill_in(address.remembered(folder))
        self.save_button.name(_("Restore this backup"))
        self.place.changed.connect(self._show_fields)
        self._show_fields()

    def ask_first(self) -> None:
        self.place = self.add_field(_("Restore into"), Choice(PLACES, marked=True))
        self.add_note(_(KEPT))

    def accept(self) -> None:
        """Two sets of books that grow apart are nobody's wish: that is asked before."""
        if self.place.value == THERE or messages.confirm(self, _(APART), _("Restore into a file")):
            super().accept()

    def task(self) -> work.Task:
        if self.place.value == HERE:
            return self._into_file
        where, password, fresh = self.where, self.password.value, self.fresh.value

        def there(progress: work.Progress) -> Address:
            from models.server import rebuild, tries

            self.begin()
            opened = rebuild.Opened(
                self.wanted.file, self.wanted.login, self.wanted.key, self.wanted.is_let
            )
            with closing(tries.connect(self.folder, where.url(password))) as owner:
                rebuild.rebuild(opened, owner, self.folder, fresh, progress)
            return address.remember_new(self.folder, replace(where, user=self.wanted.login))

        return there

    def _into_file(self, progress: work.Progress) -> None:
        wanted = self.wanted
        self.begin()
        restoring.restore(
            wanted.file, self.folder, wanted.key, wanted.login, progress, wanted.password,
            is_let=wanted.is_let,
        )  # fmt: skip
        address.forget(self.folder)

    def _fill_in(self, known: Address | None) -> None:
        """The server of today, but for the database: that one is another."""
        if known:
            self.host.set_value(known.host)
            self.port.set_value(known.port)
            self.way.set_value(known.encrypted)
            self.certificate.set_value(known.certificate)

    def _show_fields(self) -> None:
        is_there = self.place.value == THERE
        for field in (
            self.host, self.port, self.database, self.way, self.certificate, self.user,
            self.password, self.whose_password,
        ):  # fmt: skip
            self.rows.setRowVisible(field, is_there)
        row = cast("tuple[int, Any]", self.rows.getWidgetPosition(self.fresh))[0]
        for each in (row - 1, row):  # its heading too
            self.rows.setRowVisible(each, is_there)
        self.test_button.setVisible(is_there)
        self.resize(self.minimumSizeHint())
        self._fit()
