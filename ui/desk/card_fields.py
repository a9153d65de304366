"""The fields of a card: its code, the year of birth, and the nationality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from models import clock
from models.desk import nationalities
from models.desk.cards import EARLIEST, LENGTH, BadBirthYear, BadToken, is_code, shown, signs
from translations import _
from ui import style
from ui.pieces.faulty import mark
from ui.pieces.fields import TextField
from ui.pieces.picker import Picker

if TYPE_CHECKING:
    from models.database import Database


class CodeField(TextField):
    """A card's code, typed or scanned. Enter in it emits `entered` and never saves the form."""

    entered = Signal()

    def __init__(self, name: str = "code") -> None:
        super().__init__(20, _("empty: a new card"), name)
        self.setFont(style.bold(self.font(), 140))
        self.changed.connect(self._check)

    def is_whole(self) -> bool:
        """Whether as many signs are typed as a code has."""
        return len(signs(self.text())) >= LENGTH

    @property
    def code(self) -> str:
        """The code typed, once it is one; else empty."""
        return signs(self.text()) if is_code(self.text()) else ""

    def fault(self) -> str:
        """A sentence when something is typed that is no card's code."""
        typed = self.text().strip()
        return BadToken(token=typed).text() if typed and not is_code(typed) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def _check(self) -> None:
        """A whole code is written as people read it; a slip of the hand is marked at once."""
        mark(self, self.fault() if self.is_whole() else "")
        if self.code and self.text() != shown(self.code):
            self.setText(shown(self.code))


class YearField(TextField):
    """A year of birth in four digits."""

    def __init__(self, name: str = "birth_year") -> None:
        super().__init__(4, _("year"), name)
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * 12 + 20)

    @property
    def year(self) -> int | None:
        """The year, if a person may have been born in it."""
        typed = self.text().strip()
        year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
        return year if EARLIEST <= year <= clock.today().year else None

    def fault(self) -> str:
        """A sentence when something else is typed."""
        typed = self.text().strip()
        return BadBirthYear(year=typed).text() if typed and self.year is None else ""


def nationality(db: Database, name: str = "nationality") -> Picker:
    """A field to pick a nationality; left empty it is unknown."""
    return Picker(
        lambda _session, typed: nationalities.choices(typed),
        db,
        placeholder=_("Unknown"),
        name=name,
    )
