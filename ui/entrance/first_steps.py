"""The steps of the first run: each asks for one thing and says what is still wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from models.office.branch import Level
from models.text import login_for
from translations import LANGUAGES, N_, _, current, language
from ui import language as speech
from ui.entrance.new_password import NewPassword
from ui.entrance.unlock import breakable
from ui.office.letterhead import LetterheadFields
from ui.office.organizations import OrganizationNames
from ui.office.unit_choice import UnitChoice
from ui.pieces.boxes import column, label, named
from ui.pieces.buttons import Button
from ui.pieces.cards import heading, muted
from ui.pieces.fields import TextField

FILL_IN = N_("Fill in: {field}.")


class Step(QWidget):
    """One page of the assistant. A subclass names itself in `retranslate`."""

    title = ""
    explanation = ""
    scrolls = False

    @property
    def first_field(self) -> QWidget:
        """Where the keyboard starts."""
        raise NotImplementedError

    @property
    def faulty_field(self) -> QWidget:
        """Where the keyboard goes when there is a fault."""
        return self.first_field

    def fault(self) -> str:
        """Why one cannot go on yet, in one sentence."""
        return ""

    def retranslate(self) -> None:
        """Name everything in the current language."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class LanguageStep(Step):
    """The language, and the way to the practice branch."""

    title = N_("Welcome")
    explanation = N_("Choose the language. You can change it at any time.")

    def __init__(self, folder: Path | None) -> None:
        super().__init__()
        self.folder = folder
        self.group = QButtonGroup(self)
        self.buttons = {code: self._button(code) for code in LANGUAGES}
        self.group.buttonClicked.connect(lambda button: speech.switch(button.property("code")))
        self.place, self.looking = muted(), heading()
        self.invented = muted()
        self.look_around = Button("", name="look_around", icon="info")
        self.restore = Button("", name="restore", icon="history")
        self.elsewhere = Button("", name="elsewhere", icon="settings")
        self.copy = Button("", name="open_copy", icon="open")
        layout = column(self)
        for button in self.buttons.values():
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addSpacing(14)
        layout.addWidget(self.place)
        layout.addWidget(self.restore, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.elsewhere, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        layout.addWidget(self.looking)
        layout.addWidget(self.invented)
        layout.addWidget(self.look_around, 0, Qt.AlignmentFlag.AlignLeft)
        invitation: tuple[QWidget, ...] = (
            self.looking, self.invented, self.look_around, self.restore, self.elsewhere, self.copy,
        )  # fmt: skip
        for part in invitation:
            part.setVisible(folder is not None)
        self.retranslate()

    @property
    def first_field(self) -> QWidget:
        return self.buttons[current().code]

    def retranslate(self) -> None:
        self.buttons[current().code].setChecked(True)
        folder = breakable(str(self.folder)) if self.folder else _("the server")
        self.place.setText(_("The branch's data will be kept in {folder}").format(folder=folder))
        self.looking.setText(_("Do you only want to look around?"))
        self.invented.setText(
            _("The practice branch is filled with a year of invented data. Nothing in it is real.")
        )
        self.look_around.name(_("Look around first"))
        self.restore.name(_("Restore from a backup…"))
        self.elsewhere.name(_("Use books on a server…"))
        self.copy.name(_("Open a travel copy…"))

    def _button(self, code: str) -> QRadioButton:
        button = named(QRadioButton(language(code).name), f"language_{code}", language(code).name)
        button.setProperty("code", code)
        self.group.addButton(button)
        return button


class BranchStep(Step):
    """The municipality, with all that follows from it."""

    title = N_("Your branch")
    explanation = N_("Find the municipality or city. To whom the reports go follows from it.")

    def __init__(self) -> None:
        super().__init__()
        self.units = UnitChoice()
        column(self).addWidget(self.units)

    @property
    def first_field(self) -> QWidget:
        return self.units.search

    def fault(self) -> str:
        return self.units.fault()


class NamesStep(Step):
    """What the branch and those above it are called, in each language and script."""

    title = N_("Names on the papers")
    explanation = N_(
        "These are only suggestions. Write each name as the organization itself writes it."
    )
    scrolls = True

    def __init__(self) -> None:
        super().__init__()
        self.names = OrganizationNames(Level)
        column(self, margins=(0, 0, 8, 0)).addWidget(self.names)

    @property
    def first_field(self) -> QWidget:
        return self.names.lines[Level.BRANCH][current().code]

    @property
    def faulty_field(self) -> QWidget:
        return self.names

    def fault(self) -> str:
        return self.names.fault()


class LetterheadStep(Step):
    """The letterhead, and where the first goods will lie."""

    title = N_("Letterhead")
    explanation = N_("It stands at the head of every paper. All of it can be changed later.")
    scrolls = True

    def __init__(self) -> None:
        super().__init__()
        self.fields = LetterheadFields()
        self.warehouse_label = label("", wrap=False)
        self.warehouse = TextField(200, name="warehouse")
        self.suggested = ""
        self.suggested_town = ""
        self.fields.rows.addRow(self.warehouse_label, self.warehouse)
        column(self, margins=(0, 0, 8, 0)).addWidget(self.fields)
        self.retranslate()

    @property
    def first_field(self) -> QWidget:
        return self.fields.address

    @property
    def faulty_field(self) -> QWidget:
        return self.fields.report_day if self.warehouse.value else self.warehouse

    def fault(self) -> str:
        if not self.warehouse.value:
            return _(FILL_IN).format(field=_("First warehouse"))
        return self.fields.fault()

    def suggest_town(self, town: str) -> None:
        """The seat's name, unless another town was typed."""
        if self.fields.town.value in ("", self.suggested_town):
            self.fields.town.set_value(town)
        self.suggested_town = town

    def retranslate(self) -> None:
        self.warehouse_label.setText(_("First warehouse"))
        self.warehouse.setAccessibleName(_("First warehouse"))
        if self.warehouse.value in ("", self.suggested):
            self.warehouse.set_value(_("Main warehouse"))
        self.suggested = _("Main warehouse")


class AccountStep(Step):
    """Who signs in, and the password that the data are locked with; a server asks its own."""

    title = N_("Who works here")
    explanation = N_(
        "The data are locked with this password. Without it only a paper key opens them: write it"
        " down and keep it in the safe."
    )
    scrolls = True

    def __init__(self, hints: Callable[[], tuple[str, ...]], *, with_password: bool) -> None:
        super().__init__()
        self.with_password = with_password
        self.person_label, self.login_label = label("", wrap=False), label("", wrap=False)
        self.person = TextField(200, name="person")
        self.login = TextField(64, name="login")
        ahead = ((self.person_label, self.person), (self.login_label, self.login))
        self.password = NewPassword(hints, ahead)
        self.suggested = ""
        layout = column(self, margins=(0, 0, 8, 0))
        layout.addWidget(self.password)
        layout.addStretch(1)
        if not with_password:
            self.explanation = _SERVER
            self.password.hide_fields()
        self.person.changed.connect(self._suggest_login)
        self.retranslate()

    @property
    def first_field(self) -> QWidget:
        asked = self.password.first.line if self.with_password else self.login
        return asked if self.person.value else self.person

    @property
    def faulty_field(self) -> QWidget:
        empty = (field for field in (self.person, self.login) if not field.value)
        return next(empty, self.password.faulty_line)

    def fault(self) -> str:
        for field, name in ((self.person, _PERSON), (self.login, _LOGIN)):
            if not field.value:
                return _(FILL_IN).format(field=_(name))
        return self.password.fault() if self.with_password else ""

    def suggest_person(self, secretary: str) -> None:
        """Whoever signs the papers, unless another name was typed."""
        if not self.person.value:
            self.person.set_value(secretary)

    def retranslate(self) -> None:
        for caption, field, name in (
            (self.person_label, self.person, _PERSON),
            (self.login_label, self.login, _LOGIN),
        ):
            caption.setText(_(name))
            caption.setBuddy(field)
            field.setAccessibleName(_(name))

    def _suggest_login(self) -> None:
        """The first name in plain letters, until another one is typed."""
        proposed = login_for(self.person.value)
        if self.login.value in ("", self.suggested):
            self.login.set_value(proposed)
        self.suggested = proposed


_PERSON = N_("First name and surname")
_LOGIN = N_("Name for signing in")
_SERVER = N_(
    "The server checks by itself who may enter. Write the name with which you sign in on this"
    " computer: your entries will carry it."
)
