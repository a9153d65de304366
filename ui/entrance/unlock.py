"""The window in which one signs in: the data key comes out of it, and nothing heavy goes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from models.safe import keys, paperkeys
from models.safe.attempts import TooManyTries
from translations import LANGUAGES, N_, _, current, language
from ui import language as speech
from ui import messages, work
from ui.entrance.passwords import PasswordField
from ui.pieces.boxes import column, label, named, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Card, heading
from ui.pieces.fields import Choice

SECOND = 1000  # milliseconds
SHORTEST_PASSWORD = 10  # characters: fewer digits than that are a PIN


@dataclass(frozen=True)
class Unlocked:
    """Who may work on which books, and the key that opens them."""

    folder: Path
    login: str
    key: bytes = field(repr=False)
    came: str = ""  # how, where it was not by password: a code for the record
    failed: int = 0  # wrong passwords since this user last signed in

    @property
    def detail(self) -> str:
        """What the record keeps of it."""
        tries = f"failed {self.failed}" if self.failed else ""
        return " ".join(part for part in (self.came, tries) if part)


class Unlock(QWidget):
    """Asks who works here; emits `unlocked` once, or `practice` for the practice branch.

    `present` is who worked in books that were open already.
    """

    unlocked = Signal(object)  # Unlocked
    pin_typed = Signal(str, str)  # login, PIN
    practice = Signal()
    restore = Signal()

    def __init__(self, folder: Path, present: str = "") -> None:
        super().__init__()
        self.folder = folder
        self.said, self.present = N_("Sign in"), present
        self.pins: Sequence[str] = ()
        self.seconds = 0  # still to wait after too many wrong passwords
        self.setObjectName("unlock")
        self.title = label("", name="title", wrap=False)
        self.language = language_choice()
        self.language.changed.connect(lambda: speech.switch(self.language.value))
        self.heading = heading("", "subtitle")
        self.place = label("", "muted", name="place")
        self.user_label, self.password_label = label(), label()
        self.user = Choice(name="user")
        self.password = PasswordField("password")
        self.problem = Answer("bad", name="problem")
        self.enter = Button("", self.sign_in, name="sign_in", icon="lock", primary=True)
        self.use_paper = Button("", self.use_paper_key, name="use_paper", flat=True)
        self.look_around = Button("", self.practice.emit, name="practice", flat=True)
        self.restore_button = Button("", self.restore.emit, name="restore", flat=True)
        self.offered: list[tuple[str, str]] = []
        self.user.changed.connect(self._name_password)
        self.clock = QTimer(self, interval=SECOND)
        self.clock.timeout.connect(self._tick)
        self.password.line.returnPressed.connect(self.sign_in)
        self._lay_out()
        self.retranslate()
        work.run(self, "", lambda _progress: keys.logins(folder), self._offer, self._cannot_open)

    def sign_in(self) -> None:
        """Try what is typed; the derivation of the key takes its time in a thread."""
        if not self.enter.isEnabled():
            return
        login, password, folder = self.user.value, self.password.value, self.folder
        self.problem.say("")
        if self.takes_pin and password.isdecimal() and len(password) < SHORTEST_PASSWORD:
            self.pin_typed.emit(login, password)
            return
        self.set_busy(True)

        def unlock(_progress: work.Progress) -> Unlocked:
            failed = keys.failed(folder, login)
            return Unlocked(folder, login, keys.unlock(folder, login, password), failed=failed)

        work.run(self, "", unlock, self._succeed, self._fail)

    def use_paper_key(self) -> None:
        """Open the data without a password."""
        from ui.entrance.paper_unlock import PaperUnlockForm  # this window does not pay for it

        def opens(typed: str, login: str, password: str) -> Unlocked:
            failed = keys.failed(self.folder, login)
            key = paperkeys.unlock(self.folder, typed)
            keys.set_password(self.folder, key, login, password)
            return Unlocked(self.folder, login, key, came="paper", failed=failed)

        form = PaperUnlockForm([login for login, _said in self.offered], opens, self)
        if form.exec():
            self._succeed(form.result_value)

    @property
    def takes_pin(self) -> bool:
        """Whether the user chosen may come in with a PIN now."""
        return keys.canonical(self.user.value or "") in self.pins

    def offer_pins(self, logins: Sequence[str]) -> None:
        """Let these users come in with their PIN; none: only with the password."""
        self.pins = logins
        self.retranslate()

    def say_heading(self, marked: str) -> None:
        """Say something else than "Sign in" above the fields."""
        self.said = marked
        self.retranslate()

    def start_again(self) -> None:
        """Let somebody else try."""
        self.set_busy(False)
        self.problem.say("")
        self.password.clear()
        self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, busy: bool) -> None:
        for part in (
            self.enter, self.user, self.password, self.use_paper, self.look_around,
            self.restore_button,
        ):  # fmt: skip
            part.setEnabled(not busy)
        self._name_button(busy)

    def show_problem(self, problem: BaseException) -> None:
        """Say why it did not open, and let the person try again."""
        self.set_busy(False)
        self.problem.say(messages.sentence(problem))

    def retranslate(self) -> None:
        self.setWindowTitle(_("Ogranak"))
        self.title.setText(_("Ogranak"))
        self.heading.setText(_(self.said))
        self.place.setText(_("Data: {folder}").format(folder=breakable(str(self.folder))))
        self.user_label.setText(_("User"))
        self.user.setAccessibleName(_("User"))
        self.use_paper.name(_("Use a paper key…"))
        self._name_password()
        self.language.setAccessibleName(_("Language"))
        self.look_around.name(_("Look around in the practice branch"))
        self.restore_button.name(_("Restore from a backup…"))
        self._name_button()
        self._say_wait()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            if not self.seconds:
                self.problem.say("")
            self.retranslate()

    def _name_password(self) -> None:
        said = _("PIN or password") if self.takes_pin else _("Password")
        self.password_label.setText(said)
        self.password.line.setAccessibleName(said)

    def _offer(self, logins: Sequence[str]) -> None:
        self.offered = [(login, login) for login in logins]
        self.user.set_options(self.offered)
        known = {keys.canonical(login): login for login in logins}
        if self.present in known:
            self.user.set_value(known[self.present])
        self._name_password()
        self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _cannot_open(self, problem: BaseException) -> None:
        self.show_problem(problem)
        for part in (self.enter, self.user, self.password, self.use_paper):
            part.setEnabled(False)

    def _succeed(self, found: Unlocked) -> None:
        self.password.clear()
        self.unlocked.emit(found)

    def _fail(self, problem: BaseException) -> None:
        self.show_problem(problem)
        if isinstance(problem, TooManyTries):
            self._wait(int(problem.details["seconds"]))
        self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.password.line.selectAll()

    def _wait(self, seconds: int) -> None:
        self.seconds = seconds
        self.clock.start()
        self.enter.setEnabled(False)

    def _tick(self) -> None:
        self.seconds = max(0, self.seconds - 1)
        if not self.seconds:
            self.clock.stop()
            self.enter.setEnabled(True)
            self.problem.say("")
        self._say_wait()

    def _say_wait(self) -> None:
        if self.seconds:
            self.problem.say(TooManyTries(seconds=self.seconds).text())

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
        below.addWidget(self.use_paper)
        below.addWidget(self.look_around)
        below.addWidget(self.restore_button)
        below.addStretch(1)
        whole.addLayout(below)
        whole.addStretch(2)
        self.resize(self.fontMetrics().averageCharWidth() * 80, 520)


def language_choice() -> Choice:
    """The five languages by their own names, with the present one chosen."""
    made = named(Choice([(code, language(code).name) for code in LANGUAGES]), "language")
    made.set_value(current().code)
    return made


def breakable(path: str) -> str:
    """A path that a label may break after each folder."""
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")
