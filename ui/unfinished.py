"""Forms whose text outlives a lock and a power cut: it is kept in the books, encrypted, until it is
saved or put away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from sqlalchemy.exc import SQLAlchemyError

from models import clock
from models.base import Base
from models.errors import DomainError
from models.office import unfinished
from models.office.unfinished import Left
from translations import N_, _, current
from ui import messages
from ui.form import Form
from ui.pieces import typed
from ui.pieces.latest import Latest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

EVERY = 30_000  # milliseconds between two looks: what a power cut may cost
spelled = json.JSONEncoder(ensure_ascii=False, default=str).encode


PUT_BACK = N_("This is what you had typed until {moment}. It is not saved yet.")
PUT_BACK_IN_PART = N_(
    "This is what you had typed until {moment}. Some of it is no longer there to choose: look it"
    " over before you save."
)


class KeptForm(Form):
    """A form whose text is kept while it is typed. Every field in it has a name of its own.

    A subclass that changes a row takes it as the third argument: its number, where it says of which
    table (`subject`), else what `row` finds. `about` is the number.
    """

    subject: type[Base] | None = None
    about: int | None = None

    def __init__(self, db: Database, title: str, parent: QWidget | None = None) -> None:
        super().__init__(db, title, parent)
        self.keeping = Keeping(self)

    @classmethod
    def opened(cls, db: Database, parent: QWidget | None, about: int | None) -> Self | None:
        """The form to go on with about the same row; None where that is there no more."""
        make: Any = cls  # a subclass is not told its title
        if about is None:
            return make(db, parent)  # type: ignore[no-any-return]
        with db.read() as session:
            row = cls.row(session, about)
        return None if row is None else make(db, parent, row)

    @classmethod
    def row(cls, session: Session, about: int) -> Any:
        """What the form is told of the row that it changes: its number, or the row as it is now.

        None where there is none of that number any more.
        """
        assert cls.subject is not None
        return about if session.get(cls.subject, about) else None

    def besides(self) -> Any:
        """What was typed and stands in no field any more, in words that JSON has."""
        return None

    def put_back_besides(self, kept: Any) -> None:
        """Take what `besides` gave. Raises ValueError or TypeError for what it never gave."""

    def begin_with(self, left: Left) -> bool:
        """Before it is shown: say again what was left; whether any of that fits this form."""
        self._begin()
        whole = read(left)
        if whole.get("fields", {}).keys().isdisjoint(typed.of(self)):
            return False
        self.token = UUID(whole["token"])
        is_whole = self._put_back_besides(whole.get("besides"))
        is_whole = typed.put_back(self, whole["fields"]) and is_whole
        self.keeping.take_over(left)
        if not typed.go_to(self, str(whole.get("where", ""))):
            self._focus_first_empty()
        said = _(PUT_BACK if is_whole else PUT_BACK_IN_PART)
        self.saved.say(said.format(moment=current().show(clock.local(left.at))), "warn")
        QTimer.singleShot(0, self, self._show_as_left)
        return True

    @property
    def is_safe(self) -> bool:
        return self.keeping.is_safe

    def keep(self) -> None:
        self.keeping.keep()

    def done(self, result: int) -> None:
        self.keeping.end()
        super().done(result)

    def _begin(self) -> None:
        super()._begin()
        self.keeping.begin()

    def _show_as_left(self) -> None:
        """Once it is shown: before, no line has its height, and showing it Qt marks a text."""
        self._grow()
        field = self.focusWidget()
        if isinstance(field, QLineEdit):
            field.end(False)
        elif isinstance(field, QPlainTextEdit):
            field.moveCursor(QTextCursor.MoveOperation.End)

    def _put_back_besides(self, kept: Any) -> bool:
        """An earlier program may have kept something else."""
        if kept is None:
            return True
        with suppress(ValueError, TypeError):
            self.put_back_besides(kept)
            return True
        return False

    def _save(self, session: Session) -> Any:
        """With the same transaction what was kept of it until now is gone."""
        saved = super()._save(session)
        self.keeping.throw_away(session)
        return saved

    def _saved(self) -> None:
        self.keeping.begin_anew()
        super()._saved()

    def _close(self) -> None:
        super()._close()
        self.keeping.put_away()


@dataclass(frozen=True)
class Typed:
    """What is typed in a form, as it is kept, and where the keyboard is; nothing at first."""

    text: str = ""
    where: str = ""

    def whole(self) -> str:
        """With the place, which alone is worth no question about what may be lost."""
        return spelled(json.loads(self.text) | {"where": self.where}) if self.text else ""


class Keeping(QObject):
    """Writes what is typed in one form every half minute, in a thread, and before a lock at once.

    It belongs to whoever opened the form, also while somebody else has come to sign in. What is
    still on its way when the form is saved or put away is not written any more (`turn`).
    """

    def __init__(self, form: KeptForm) -> None:
        super().__init__(form)
        self.form, self.db, self.user = form, form.db, form.db.user
        self.token = str(uuid4())
        self.typed = Typed()  # as the books have it
        self.turn = 0
        self.is_there = False  # something may lie in the books under the token
        self.latest = Latest(form)
        self.latest.ready.connect(self._written)
        self.latest.failed.connect(messages.write_down)
        self.timer = QTimer(self, interval=EVERY)
        self.timer.timeout.connect(self.look)

    def begin(self) -> None:
        """From now on something may be typed."""
        self.timer.start()

    def end(self) -> None:
        """Nothing more will be; what lies in the books stays there, unless it is thrown away."""
        self.timer.stop()

    @property
    def is_under_way(self) -> bool:
        return self.timer.isActive()

    @property
    def is_safe(self) -> bool:
        """Whether all that is typed lies in the books."""
        return self._now().text == self.typed.text

    def look(self) -> None:
        """Write what is new, behind the window."""
        now, turn = self._now(), self.turn
        if now != self.typed and self._is_able() and self.latest.is_settled:
            self.is_there = True
            self.latest.ask(lambda: self._write(now, turn), 0)

    def keep(self) -> None:
        """Write what is new before this returns. Where it cannot be, nothing more is lost by it."""
        now = self._now()
        if now == self.typed or not self._is_able():
            return
        self.is_there = True
        with suppress(DomainError, SQLAlchemyError, OSError):
            self._written(self._write(now, self.turn))

    def take_over(self, left: Left) -> None:
        """Go on with what was left: from now on this form keeps it."""
        whole = json.loads(left.text)
        where = whole.pop("where", "")
        self.token, self.typed, self.is_there = left.token, Typed(spelled(whole), where), True

    def throw_away(self, session: Session) -> None:
        """It is saved or put away in this transaction."""
        self.turn += 1
        if self.is_there:
            unfinished.throw_away(session, self.token)

    def begin_anew(self) -> None:
        """What was kept is gone from the books, and the form is ready for something else."""
        self.typed, self.is_there = Typed(), False

    def put_away(self) -> None:
        """Who typed it does not want it any more."""
        if self.is_there:
            with self.db.write() as session:
                self.throw_away(session)
        self.begin_anew()

    def _now(self) -> Typed:
        """What the form says; nothing where nothing is typed."""
        form = self.form
        if not form.is_changed():
            return Typed()
        whole = {"token": str(form.token), "fields": typed.of(form), "besides": form.besides()}
        return Typed(spelled(whole), typed.where(form))

    def _write(self, now: Typed, turn: int) -> tuple[Typed, int]:
        """In any thread. What is no longer typed is no longer kept either."""
        form = self.form
        with self.db.write() as session:
            if turn != self.turn or session.info.get("user") != self.user:
                return self.typed, turn
            if now.text:
                kind = type(form).__name__
                unfinished.keep(session, self.token, kind, form.about, now.whole())
            else:
                unfinished.throw_away(session, self.token)
        return now, turn

    def _written(self, what: tuple[Typed, int]) -> None:
        if what[1] == self.turn:
            self.typed = what[0]

    def _is_able(self) -> bool:
        return self.user is not None and not self.db.is_locked and self.db.takes_entries


def read(left: Left) -> Mapping[str, Any]:
    """What was typed, from the text that was kept; empty where it is none."""
    with suppress(ValueError, KeyError, TypeError):
        whole = json.loads(left.text)
        UUID(whole["token"])
        return {**whole, "fields": dict(whole["fields"])}
    return {}
