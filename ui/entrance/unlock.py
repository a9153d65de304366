"""The window in which one signs in: the data key comes out of it, and nothing heavy goes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from models.safe import keys, paperkeys
from translations import N_, _
from ui import work
from ui.entrance.sign_in import ANOTHER, BY_BOTH, BY_PAPER, SignIn
from ui.entrance.waiting import Wait
from ui.pieces.buttons import Button
from ui.pieces.fields import Choice

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


class Unlock(SignIn):
    """Asks who works here; emits `unlocked` once, or `practice` for the practice branch.

    `present` is who worked in books that were open already.
    """

    unlocked = Signal(object)  # Unlocked
    pin_typed = Signal(str, str)  # login, PIN

    def __init__(self, folder: Path, present: str = "") -> None:
        self.folder = folder
        self.said, self.present = N_("Sign in"), present
        self.pins: Sequence[str] = ()
        self.offered: list[tuple[str, str]] = []
        self.has_papers = False
        self.user = Choice(name="user")
        super().__init__("unlock", self.user)
        self.first: QWidget = self.password.line  # where the keyboard begins
        self.use_paper = Button("", self.use_paper_key, name="use_paper", flat=True)
        self.below.insertWidget(0, self.use_paper)
        self.held.append(self.use_paper)
        self.setTabOrder(self.enter, self.use_paper)
        self.user.changed.connect(self._name_password)
        self.wait = Wait(self, self.problem, self.enter)
        self.retranslate()
        work.run(self, "", lambda _progress: _found(folder), self._offer, self._cannot_open)

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

    def ask_who(self) -> None:
        """Begin with the name: mostly it is another who comes."""
        self.first = self.user
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_again(self) -> None:
        """Let somebody else try."""
        self.set_busy(False)
        self.problem.say("")
        self.password.clear()
        self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        super().retranslate()
        self.heading.setText(_(self.said))
        self.place.setText(_("Data: {folder}").format(folder=breakable(str(self.folder))))
        self.user.setAccessibleName(_("User"))
        self.use_paper.name(_("Use a paper key…"))
        self._name_password()
        self.wait.say()

    def _name_password(self) -> None:
        said = _("PIN or password") if self.takes_pin else _("Password")
        self.password_label.setText(said)
        self.password.line.setAccessibleName(said)

    def help_for(self, problem: BaseException) -> str:
        """Another user may give a new password; where there is nobody else, only a paper helps."""
        if not isinstance(problem, keys.WrongPassword):
            return ""
        if len(self.offered) > 1:
            return BY_BOTH if self.has_papers else ANOTHER
        return BY_PAPER if self.has_papers else ""

    def _offer(self, found: tuple[Sequence[str], bool]) -> None:
        logins, self.has_papers = found
        self.offered = [(login, login) for login in logins]
        self.user.set_options(self.offered)
        known = {keys.canonical(login): login for login in logins}
        if self.present in known:
            self.user.set_value(known[self.present])
        self._name_password()
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _cannot_open(self, problem: BaseException) -> None:
        self.show_problem(problem)
        for part in (self.enter, self.user, self.password, self.use_paper):
            part.setEnabled(False)

    def _succeed(self, found: Unlocked) -> None:
        self.password.clear()
        self.unlocked.emit(found)

    def _fail(self, problem: BaseException) -> None:
        self.show_problem(problem)
        self.wait.begin(problem)
        self.password.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.password.line.selectAll()


def _found(folder: Path) -> tuple[Sequence[str], bool]:
    """Who can open the books, and whether a paper key does."""
    return keys.logins(folder), bool(paperkeys.known(folder))


def breakable(path: str) -> str:
    """A path that a label may break after each folder."""
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")
