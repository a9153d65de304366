"""The window in which one signs in on a server: it checks the password, the books come out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QWidget

from models.server.address import Address
from translations import _
from ui import language as speech
from ui import messages, work
from ui.entrance.passwords import PasswordField
from ui.entrance.unlock import language_choice
from ui.pieces.boxes import column, label, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Card, heading
from ui.pieces.fields import TextField

if TYPE_CHECKING:
    from sqlalchemy import URL

    from models.database import Database


class ServerSignIn(QWidget):
    """Asks for the server's user and password; emits `entered`, `practice` or `restore`."""

    entered = Signal(object)  # Database
    practice = Signal()
    restore = Signal()

    def __init__(self, address: Address) -> None:
        super().__init__()
        self.address = address
        self.setObjectName("server_sign_in")
        self.title = label("", name="title", wrap=False)
        self.language = language_choice()
        self.language.changed.connect(lambda: speech.switch(self.language.value))
        self.heading = heading("", "subtitle")
        self.place = label("", "muted", name="place")
        self.user_label, self.password_label = label(), label()
        self.user = TextField(64, name="user")
        self.user.set_value(address.user)
        self.password = PasswordField("password")
        self.problem = Answer("bad", name="problem")
        self.enter = Button("", self.sign_in, name="sign_in", icon="lock", primary=True)
        self.look_around = Button("", self.practice.emit, name="practice", flat=True)
        self.restore_button = Button("", self.restore.emit, name="restore", flat=True)
        for line in (self.user, self.password.line):
            line.returnPressed.connect(self.sign_in)
        self._lay_out()
        self.retranslate()
        self.password.setFocus()

    def sign_in(self) -> None:
        """Try what is typed; the server answers in its time, in a thread."""
        if not self.enter.isEnabled():
            return
        user, password = self.user.value, self.password.value
        self.set_busy(True)
        self.problem.say("")

        def connect(_progress: work.Progress) -> Database:
            from models.database import Database  # heavy, and loaded by now

            return Database.connect(self.way(user, password))

        work.run(self, "", connect, self._succeed, self.show_problem)

    def way(self, user: str, password: str) -> URL:
        """What leads to the books."""
        return replace(self.address, user=user).url(password)

    def show_problem(self, problem: BaseException) -> None:
        """Say why it did not open, and let the person try again."""
        self.set_busy(False)
        self.problem.say(messages.sentence(problem))
        self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.password.line.selectAll()

    def retranslate(self) -> None:
        self.setWindowTitle(_("Ogranak"))
        self.title.setText(_("Ogranak"))
        self.heading.setText(_("Sign in"))
        where = _("Books on the server {server}, database {database}")
        address = self.address
        self.place.setText(where.format(server=address.host, database=address.database))
        self.user_label.setText(_("User"))
        self.user.setAccessibleName(_("User"))
        self.password_label.setText(_("Password"))
        self.password.line.setAccessibleName(_("Password"))
        self.language.setAccessibleName(_("Language"))
        self.look_around.name(_("Look around in the practice branch"))
        self.restore_button.name(_("Restore from a backup…"))
        self._name_button()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.problem.say("")
            self.retranslate()

    def set_busy(self, busy: bool) -> None:
        for part in (
            self.enter, self.user, self.password, self.look_around, self.restore_button,
        ):  # fmt: skip
            part.setEnabled(not busy)
        self._name_button(busy)

    def _succeed(self, db: Database) -> None:
        """Whom the server lets in may still be no user of the branch: that is seen to next."""
        self.password.clear()
        self.entered.emit(db)

    def _name_button(self, busy: bool = False) -> None:
        self.enter.name(_("Opening…") if busy else _("Sign in"))

    def _lay_out(self) -> None:
        header = row()
        header.addWidget(self.title, 1)
        header.addWidget(self.language)
        card = Card()
        card.body.setContentsMargins(24, 20, 24, 20)
        parts: tuple[QWidget, ...] = (self.heading, self.place, self.user_label, self.user)
        parts += (self.password_label, self.password, self.problem, self.enter)
        for part in parts:
            card.body.addWidget(part)
        self.user_label.setBuddy(self.user)
        self.password_label.setBuddy(self.password.line)
        whole = column(self, spacing=14, margins=(24, 16, 24, 16))
        whole.addLayout(header)
        whole.addSpacing(24)
        whole.addWidget(card)
        below = row(spacing=14)
        below.addWidget(self.look_around)
        below.addWidget(self.restore_button)
        below.addStretch(1)
        whole.addLayout(below)
        whole.addStretch(1)
        self.resize(self.fontMetrics().averageCharWidth() * 80, 520)
