"""Two paper keys: printed one by one, and typed back from the paper before they count."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from models import recorded
from models.errors import DomainError
from models.office import access
from models.safe import keys, papercode, paperkeys
from translations import N_, Language, _
from ui import work
from ui.entrance.paper_unlock import PaperKeyField
from ui.form import Form
from ui.office.task_form import KeyForm
from ui.papers import paper
from ui.pieces.buttons import Button
from ui.pieces.cards import muted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

WHY = N_(
    "A paper key opens the data when a password is forgotten. Print both, put them into two safe"
    " places, and type each back from its paper: then it is known to be readable."
)


class NewPaperKeysForm(KeyForm):
    """Makes two new paper keys; they stand in `result_value` as they are printed."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("New paper keys"), parent)
        self.rows.addRow(muted(_(WHY)))
        self.rows.addRow(
            muted(_("The paper keys made before are valid until both new ones were typed back."))
        )
        self.add_field(_("Your own password"), self.own)
        self.save_button.name(_("Make them"))

    def task(self) -> work.Task:
        folder, login, own = self.folder, self.login, self.own.value

        def make(_progress: work.Progress) -> tuple[str, ...]:
            key = keys.unlock(folder, login, own)
            with self.db.write() as session:
                return access.make_paper_keys(session, folder, key)

        return make


class PaperKeysForm(Form):
    """Prints the keys just made, where they are given, and takes what is typed back."""

    def __init__(self, db: Database, made: Sequence[str], parent: QWidget | None) -> None:
        super().__init__(db, _("Paper keys"), parent)
        self.folder = db.folder
        self.made = tuple(made)
        self.prints: list[Button] = []
        self.typed: list[PaperKeyField] = []
        self.rows.addRow(muted(_(WHY)))
        for place, known in enumerate(self._waiting()):
            self._add_paper(place, known.number)
        self.save_button.name(_("Both are typed back"))

    def save(self, session: Session) -> None:
        """Both count from now on. Raises SameTwice, WrongPaperKey, TooManyTries."""
        typed = [field.text() for field in self.typed]
        if len({papercode.read(text) for text in typed}) < len(typed):
            raise SameTwice
        for text in typed:
            access.prove_paper_key(session, self.folder, text)

    def hideEvent(self, event: QHideEvent) -> None:
        """A key is not shown twice: when the program is locked, or this is closed, it is gone."""
        super().hideEvent(event)
        if event.spontaneous():
            return  # it was only made small
        self.made = ()
        for button in self.prints:
            button.setEnabled(False)

    def _focus_first(self) -> None:
        """A paper is shown and printed before it can be typed back."""
        if self.prints:
            self.prints[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super()._focus_first()

    def _waiting(self) -> list[paperkeys.PaperKey]:
        """The newest pair: what was typed back before is typed again, its paper is at hand."""
        with self.db.read() as session:
            return access.paper_keys(session, self.folder)[-paperkeys.PAPERS :]

    def _add_paper(self, place: int, number: int) -> None:
        name = _("Paper key no. {number}").format(number=number)
        if self.made:
            button = Button(
                _("Show and print…"), lambda: self.show_paper(place, number),
                name=f"print_{place + 1}", icon="print",
            )  # fmt: skip
            self.prints.append(button)
            self.rows.addRow(name, button)
        caption = _("{paper}, typed back").format(paper=name)
        field = PaperKeyField(f"typed_{place + 1}")
        self.typed.append(self.add_field(caption, field, required=True))

    def show_paper(self, place: int, number: int) -> None:
        """Put one key on paper, from memory."""
        from reports import paper_key

        with self.db.read() as session:
            found = paper_key.collect(session, number, self.made[place])

        def render(language: Language) -> bytes:
            return paper_key.render(found, language)

        name = _("Paper key no. {number}").format(number=number)
        put_out = partial(recorded.put_out, self.db, "paper_key")
        paper.show(self, render, name, put_out, is_secret=True)


class SameTwice(DomainError):
    message = N_("Both lines hold the same paper key. Type each from its own paper.")
