"""What this program is: version, where the data lie, what it is made of, on what terms."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtWidgets import QWidget

from translations import N_, _
from ui import version
from ui.entrance.unlock import breakable
from ui.office.failures import FailuresDialog
from ui.page import Page
from ui.pieces.boxes import column
from ui.pieces.cards import Card, Facts, scrolled

if TYPE_CHECKING:
    from models.database import Database


class AboutPage(Page):
    """Facts for whoever asks for help or gives it."""

    title = N_("About")

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.add_action(N_("Messages…"), self.show_messages, icon="info")
        self.card = Card()
        self.facts = Facts()
        self.card.body.addWidget(self.facts)
        inside = QWidget()
        below = column(inside)
        below.addWidget(self.card)
        below.addStretch(1)
        self.body.addWidget(scrolled(inside), 1)

    def reload(self) -> None:
        where = breakable(str(self.db.folder)) if self.db.folder else _("on a server")
        self.facts.set_facts(
            [
                (_("Program"), f"Ogranak {version.own()}"),
                (_("Data"), where),
                (_("Engine of the database"), self.db.engine_name),
                (_("Made with"), f"Python {platform.python_version()}, Qt {PySide6.__version__}"),
                (_("Terms"), _("MIT License: free to use, change and pass on, without warranty")),
            ]
        )

    def show_messages(self) -> None:
        """Every message with a code, in the language of the window."""
        FailuresDialog(self.window()).exec()

    def retranslate(self) -> None:
        super().retranslate()
        self.card.set_title(_("Ogranak"))
        self.reload()
