"""What every window has in which one signs in: a user, a password, and the ways past them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from translations import LANGUAGES, N_, _, current, language
from ui import language as speech
from ui import messages
from ui.entrance.passwords import PasswordField
from ui.pieces.boxes import column, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Card, heading
from ui.pieces.fields import Choice

ANOTHER = N_("Whoever looks after the users can give you a new password.")
BY_PAPER = N_("A paper key opens the books too.")
BY_BOTH = N_("Whoever looks after the users can give you a new password; a paper key helps too.")


class SignIn(QWidget):
    """Asks who works; a subclass says where, and tries what is typed in `sign_in`.

    It emits `practice` for the practice branch and `restore` for a backup.
    """

    practice = Signal()
    restore = Signal()

    def __init__(self, name: str, user: QWidget) -> None:
        super().__init__()
        self.setObjectName(name)
        self.title = label("", name="title", wrap=False)
        self.language = language_choice()
        self.language.changed.connect(lambda: speech.switch(self.language.value))
        self.heading = heading("", "subtitle")
        self.place = label("", "muted", name="place")
        self.user_label, self.password_label = label(), label()
        self.password = PasswordField("password")
        self.problem = Answer("bad", name="problem")
        self.enter = Button("", self.sign_in, name="sign_in", icon="lock", primary=True)
        self.look_around = Button("", self.practice.emit, name="practice", flat=True)
        self.restore_button = Button("", self.restore.emit, name="restore", flat=True)
        self.held = [self.enter, user, self.password, self.look_around, self.restore_button]
        self.password.line.returnPressed.connect(self.sign_in)
        self.below = row(spacing=14)
        self._lay_out(user)

    def sign_in(self) -> None:
        """Try what is typed."""
        raise NotImplementedError

    def set_busy(self, busy: bool) -> None:
        """Hold everything back while what is typed is tried."""
        for part in self.held:
            part.setEnabled(not busy)
        self._name_button(busy)

    def show_problem(self, problem: BaseException) -> None:
        """Say why it did not open and who helps, and let the person try again."""
        self.set_busy(False)
        said = (messages.sentence(problem), _(more) if (more := self.help_for(problem)) else "")
        self.problem.say("\n".join(filter(None, said)))

    def help_for(self, problem: BaseException) -> str:
        """A marked sentence: what there is for one who forgot the password; nothing for others."""
        return ""

    def retranslate(self) -> None:
        self.setWindowTitle(_("Ogranak"))
        self.title.setText(_("Ogranak"))
        self.user_label.setText(_("User"))
        self.language.setAccessibleName(_("Language"))
        self.look_around.name(_("Look around in the practice branch"))
        self.restore_button.name(_("Restore from a backup…"))
        self._name_button()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.problem.say("")
            self.retranslate()

    def _name_button(self, busy: bool = False) -> None:
        self.enter.name(_("Opening…") if busy else _("Sign in"))

    def _lay_out(self, user: QWidget) -> None:
        header = row()
        header.addWidget(self.title, 1)
        header.addWidget(self.language)
        card = Card()
        card.body.setContentsMargins(24, 20, 24, 20)
        parts: tuple[QWidget, ...] = (self.heading, self.place, self.user_label, user)
        parts += (self.password_label, self.password, self.problem, self.enter)
        for part in parts:
            card.body.addWidget(part)
        self.user_label.setBuddy(user)
        self.password_label.setBuddy(self.password.line)
        self.below.addWidget(self.look_around)
        self.below.addWidget(self.restore_button)
        self.below.addStretch(1)
        whole = column(self, spacing=14, margins=(24, 16, 24, 16))
        whole.addLayout(header)
        whole.addSpacing(24)
        whole.addWidget(card)
        whole.addLayout(self.below)
        whole.addStretch(1)
        self.resize(self.fontMetrics().averageCharWidth() * 80, 520)


def language_choice() -> Choice:
    """The five languages by their own names, with the present one chosen."""
    made = named(Choice([(code, language(code).name) for code in LANGUAGES]), "language")
    made.set_value(current().code)
    return made
