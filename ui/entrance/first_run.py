"""The first run: from the choice of a language to a branch that is ready to work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from models.office import branch
from models.office.territory import Unit
from models.safe.founding import Plan
from translations import _, current
from ui import messages, work
from ui.entrance.first_steps import (
    AccountStep,
    BranchStep,
    LanguageStep,
    LetterheadStep,
    NamesStep,
    Step,
)
from ui.pieces.boxes import column, label, named, row
from ui.pieces.buttons import Button, is_enter
from ui.pieces.cards import Answer, Card, heading, muted, scrolled

Found = Callable[[Plan, work.Progress], object]


class FirstRun(QWidget):
    """Walks through the steps; emits `founded` when the branch is there, `practice`,
    `elsewhere` when the books are on a server, or `copy_wanted` for a travel copy.

    `found(plan, progress)` makes the branch, in a thread; what it returns is emitted. Without
    a folder the books are to be made on a server, which asks for passwords by itself.
    """

    founded = Signal(object)
    practice = Signal()
    restore = Signal()
    elsewhere = Signal()
    copy_wanted = Signal()

    def __init__(self, folder: Path | None, found: Found) -> None:
        super().__init__()
        self.found = found
        self.suggested_for: Unit | None = None
        self.setObjectName("first_run")
        self.language = LanguageStep(folder)
        self.branch = BranchStep()
        self.names = NamesStep()
        self.letterhead = LetterheadStep()
        self.account = AccountStep(self._hints, with_password=folder is not None)
        self.steps: tuple[Step, ...] = (
            self.language, self.branch, self.names, self.letterhead, self.account,
        )  # fmt: skip
        self.language.look_around.clicked.connect(self.practice)
        self.language.restore.clicked.connect(self.restore)
        self.language.elsewhere.clicked.connect(self.elsewhere)
        self.language.copy.clicked.connect(self.copy_wanted)
        self.title = label("", name="title", wrap=False)
        self.place = label("", "muted", name="step", wrap=False)
        self.heading, self.explanation = heading("", "subtitle"), muted()
        self.stack = named(QStackedWidget(), "steps")
        self.problem = Answer("bad", name="problem")
        self.back = Button("", self.go_back, name="back", shortcut="Alt+Left")
        self.next = Button("", self.go_on, name="next", primary=True, shortcut="Return")
        QShortcut(QKeySequence("Alt+Left"), self, self.back.click)
        self._lay_out()
        for field in self.stack.findChildren(QWidget):
            if hasattr(field, "changed"):
                field.changed.connect(self._edited)
        self.show_step(0)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.steps[self.stack.currentIndex()]

    @property
    def plan(self) -> Plan:
        """What was gathered so far."""
        return Plan(
            units=self.branch.units.value,
            names=self.names.names.value,
            details=self.letterhead.fields.value,
            language=current().code,
            warehouse=self.letterhead.warehouse.value,
            person=self.account.person.value,
            login=self.account.login.value,
            password=self.account.password.value,
        )

    def go_on(self) -> None:
        """To the next step, or at the last one found the branch."""
        if not self.next.isEnabled():
            return
        if fault := self.step.fault():
            self.problem.say(fault)
            self.step.faulty_field.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.step is self.account:
            self._found()
        else:
            self._prepare_next()
            self.show_step(self.stack.currentIndex() + 1)

    def go_back(self) -> None:
        self.show_step(max(0, self.stack.currentIndex() - 1))

    def show_step(self, place: int) -> None:
        """Show a step and let the keyboard work in it."""
        self.problem.say("")
        self.stack.setCurrentIndex(place)
        self.back.setVisible(place > 0)
        self.retranslate()
        self.step.first_field.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self.setWindowTitle(_("Ogranak"))
        self.title.setText(_("Ogranak"))
        shown = current().show
        step, of = shown(self.stack.currentIndex() + 1), shown(len(self.steps))
        self.place.setText(_("Step {step} of {of}").format(step=step, of=of))
        self.heading.setText(_(self.step.title))
        self.explanation.setText(_(self.step.explanation))
        self.back.name(_("Back"))
        self.next.name(_("Set up the branch") if self.step is self.account else _("Next"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.problem.say("")
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on."""
        if is_enter(event):
            self.go_on()
        else:
            super().keyPressEvent(event)

    def _edited(self) -> None:
        """What was said is over as soon as something else is typed."""
        self.problem.say("")

    def _prepare_next(self) -> None:
        """Suggest what follows from what was just chosen."""
        if self.step is self.branch and self.branch.units.seat != self.suggested_for:
            self.suggested_for = seat = self.branch.units.seat
            if seat:
                self.names.names.set_value(branch.suggest(seat))
                self.letterhead.suggest_town(seat.name(current().code))
        if self.step is self.letterhead:
            self.account.suggest_person(self.letterhead.fields.value.secretary)

    def _hints(self) -> tuple[str, ...]:
        return self.plan.hints

    def _found(self) -> None:
        plan = self.plan
        self.problem.say("")
        self.next.setEnabled(False)

        def found(progress: work.Progress) -> object:
            return self.found(plan, progress)

        title = _("Setting up the branch…")
        begun = work.run(self, title, found, self.founded.emit, self.show_problem)
        begun.finished.connect(lambda: self.next.setEnabled(True))

    def show_problem(self, problem: BaseException) -> None:
        self.problem.say(messages.sentence(problem))

    def _lay_out(self) -> None:
        header = row()
        header.addWidget(self.title, 1)
        header.addWidget(self.place)
        card = Card()
        card.body.setContentsMargins(24, 20, 24, 20)
        card.body.addWidget(self.heading)
        card.body.addWidget(self.explanation)
        card.body.addWidget(self.stack, 1)
        card.body.addWidget(self.problem)
        for step in self.steps:
            self.stack.addWidget(scrolled(step) if step.scrolls else step)
        buttons = row()
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.next)
        whole = column(self, spacing=14, margins=(24, 16, 24, 16))
        whole.addLayout(header)
        whole.addWidget(card, 1)
        whole.addLayout(buttons)
        character = self.fontMetrics().averageCharWidth()
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(character * 150, character * 104).boundedTo(room))
