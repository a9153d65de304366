"""Says to whoever signs in what they left unfinished: they go on with it, or throw it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from models import clock
from models.office import unfinished
from models.office.unfinished import Left
from translations import N_, _, current
from ui import curtain, messages
from ui.pieces.boxes import DIALOG, column, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Card, heading, muted
from ui.pieces.dialog import Dialog
from ui.unfinished import KeptForm, read

if TYPE_CHECKING:
    from ui.window import MainWindow

WIDE = 100  # characters
UNTIL = N_("typed until {moment}")
SURE = N_("Throw away what you typed in “{form}”?")
GONE = N_(
    "What you had typed in “{form}” does not fit the books any more, so it was thrown away: what it"
    " was to change is gone, or the program has changed."
)


@dataclass(frozen=True)
class Kept:
    """A form that is kept: the page it belongs to, where it is written, and what it is called."""

    page: str
    module: str
    title: str
    when_changing: str = ""

    def called(self, about: int | None) -> str:
        return _(self.title if about is None else self.when_changing or self.title)


FORMS = {
    "PersonForm": Kept("Aid", "ui.desk.person", N_("Help a person")),
    "HeadcountForm": Kept("Aid", "ui.desk.headcount", N_("Help a group")),
    "ReceiveForm": Kept("Stock", "ui.warehouse.goods", N_("Goods received note")),
    "IssueForm": Kept("Stock", "ui.warehouse.goods", N_("Issue note")),
    "TransferForm": Kept("Stock", "ui.warehouse.goods", N_("Transfer note")),
    "WriteOffForm": Kept("Stock", "ui.warehouse.goods", N_("Write-off record")),
    "CountForm": Kept("Stock", "ui.warehouse.count", N_("Stock count")),
    "VolunteerForm": Kept(
        "Volunteers", "ui.team.volunteer_form", N_("Add a person"), N_("Change a person")
    ),
    "ActivityForm": Kept(
        "Volunteers", "ui.team.activity_form", N_("Record hours"), N_("Change an activity")
    ),
    "TrainingsForm": Kept("Volunteers", "ui.team.trainings", N_("Trainings")),
    "BreachForm": Kept("Settings", "ui.privacy.breaches", N_("Breach of personal data")),
    "ItemForm": Kept(
        "Settings", "ui.office.catalogue", N_("Add an item"), N_("Change an item")
    ),
    "IndicatorForm": Kept(
        "Settings", "ui.office.indicators", N_("Add a line"), N_("Change a line")
    ),
}  # fmt: skip


def kind(name: str) -> type[KeptForm]:
    """The class of a form that is kept."""
    found: type[KeptForm] = getattr(import_module(FORMS[name].module), name)
    return found


def offer(window: MainWindow) -> None:
    """Show what who works left unfinished, if anything; what no form could read is dropped."""
    db = window.db
    if db.user is None or curtain.is_down() or db.is_locked or not db.takes_entries:
        return
    with db.read() as session:
        found = unfinished.own(session)
    known = [left for left in found if left.form in FORMS and read(left)]
    throw_away(window, [left for left in found if left not in known])
    shown = [left for left in known if left.token not in _open()]
    if shown:
        UnfinishedDialog(window, shown).open()


def throw_away(window: MainWindow, gone: Sequence[Left]) -> None:
    """It is not wanted, or of no use."""
    if gone:
        with window.db.write() as session:
            for left in gone:
                unfinished.throw_away(session, left.token)


def go_on(window: MainWindow, left: Left) -> None:
    """Open the form with what was typed, on its page; when it is closed, what else is left."""
    place = FORMS[left.form]
    if place.page in [page.title for page in window.kinds]:
        window.show_page(place.page)
    form = kind(left.form).opened(window.db, window, left.about)
    if form is not None and form.begin_with(left):
        form.exec()
        if curtain.is_down():  # somebody else has come, and this window is about to go
            return
        window.page.reload()
        if form.result_value and hasattr(form, "said"):
            window.say(form.said())
    else:
        if form is not None:
            form.deleteLater()
        throw_away(window, [left])
        messages.tell(window, _(GONE).format(form=place.called(left.about)))
    offer(window)


class UnfinishedDialog(Dialog):
    """One card for each: what it is, until when it was typed, and what may be done with it."""

    def __init__(self, window: MainWindow, found: Sequence[Left]) -> None:
        super().__init__(window)
        self.window_ = window
        self.first: Button
        self.setObjectName("UnfinishedDialog")
        self.setWindowTitle(_("Unfinished"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.later = Button(_("Later"), self.reject, name="later", shortcut="Esc")
        layout = column(self, spacing=14, margins=DIALOG)
        layout.addWidget(heading(_("You were in the middle of something"), "subtitle"))
        layout.addWidget(muted(_("It was typed and not saved. Only you can see it.")))
        self.cards = {left.token: self._card(place, left) for place, left in enumerate(found)}
        for card in self.cards.values():
            layout.addWidget(card)
        layout.addStretch(1)
        ends = row()
        ends.addStretch(1)
        ends.addWidget(self.later)
        layout.addLayout(ends)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * WIDE)
        self.first.setFocus()

    def go_on(self, left: Left) -> None:
        self.accept()
        go_on(self.window_, left)

    def throw_away(self, left: Left) -> None:
        """After asking: it may be the work of an hour."""
        said = _(SURE).format(form=FORMS[left.form].called(left.about))
        messages.ask(self, said, _("Throw away"), lambda: self._thrown_away(left))

    def _thrown_away(self, left: Left) -> None:
        throw_away(self.window_, [left])
        card = self.cards.pop(left.token)
        card.hide()
        card.deleteLater()
        if self.cards:
            self.adjustSize()
        else:
            self.accept()

    def _card(self, place: int, left: Left) -> Card:
        called = FORMS[left.form].called(left.about)
        said = _(UNTIL).format(moment=current().show(clock.local(left.at)))
        go_on_ = Button(
            _("Go on"), lambda: self.go_on(left), name=f"go_on_{place}", primary=not place
        )
        away = Button(_("Throw away…"), lambda: self.throw_away(left), name=f"throw_away_{place}")
        for button in (go_on_, away):
            button.setAccessibleName(f"{button.text()} {called}")
        card, line, words = Card(), row(spacing=10), column(spacing=2)
        words.addWidget(heading(called, "strong"))
        words.addWidget(muted(said))
        line.addLayout(words, 1)
        line.addWidget(away)
        line.addWidget(go_on_)
        card.body.addLayout(line)
        if not place:
            self.first = go_on_
            go_on_.setDefault(True)
        return card


def _open() -> set[str]:
    """The tokens of what stands in forms that are open."""
    forms = [form for form in QApplication.topLevelWidgets() if isinstance(form, KeptForm)]
    return {form.keeping.token for form in forms if form.keeping.is_under_way}
