"""The section of personal data: how long each kind is kept, what is due, and its erasure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSpinBox, QWidget

from models import recorded
from models.privacy import breaches, erasing, retention
from models.privacy.retention import LONGEST, Clock, Kind
from translations import N_, Language, _, current, ngettext
from ui import messages, work
from ui.form import Form
from ui.papers import paper
from ui.pieces.cards import Answer
from ui.pieces.latest import Latest
from ui.privacy import person
from ui.privacy.breaches import waiting
from ui.table import Badge, Column, TablePage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database


def kept(row: Clock) -> str:
    if years := retention.whole_years(row.days):
        return ngettext("{years} year", "{years} years", years).format(years=current().show(years))
    said = ngettext("{days} day", "{days} days", row.days)
    return said.format(days=current().show(row.days))


def due(row: Clock) -> Badge | None:
    if row.due is None:
        return Badge("…", "plain")
    return Badge(current().show(row.due), "warn") if row.due else None


class PeriodsForm(Form):
    """Days for which each kind of data is kept."""

    def __init__(self, db: Database, parent: QWidget | None) -> None:
        super().__init__(db, _("Periods of keeping"), parent)
        with db.read() as session:
            known = retention.periods(session)
        self.days = {
            kind: self.add_field(
                current().show(kind),
                QSpinBox(minimum=1, maximum=LONGEST, value=days, suffix=" " + _("days")),
                kind,
            )
            for kind, days in known.items()
        }
        self.add_note(_("The law asks that data are kept no longer than they are needed."))

    def save(self, session: Session) -> None:
        retention.change(session, {kind: field.value() for kind, field in self.days.items()})


class PrivacyPage(TablePage):
    """Each kind of data with its clock."""

    title = N_("Personal data")
    searchable = False
    columns = (
        Column(N_("Kind of data"), lambda row: row.kind),
        Column(N_("Kept for"), kept, width=14),
        Column(N_("Over their time"), due, width=18, badge=True),
        Column(N_("Oldest"), lambda row: row.oldest, width=14),
    )

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.clocks: Sequence[Clock] = ()  # as last counted
        self.latest = Latest(self)
        self.latest.ready.connect(self._show_counts)
        self.latest.failed.connect(self._fail)
        self.state = Answer("warn", name="state")
        self.add_action(
            N_("Erase what is due…"), self.erase, primary=True, icon="remove", does=retention.run
        )
        self.add_action(N_("Periods of keeping…"), self.change, icon="edit", does=retention.change)
        self.add_action(
            N_("Last receipt…"), self.show_receipt, icon="document", does=erasing.newest
        )
        self.add_action(N_("Register of processing…"), self.show_register, icon="pdf")
        self.body.insertWidget(1, self.state)

    def load(self, session: Session, search: str) -> Sequence[Clock]:
        """The periods at once; what is over them is counted in a thread, for ten years are many."""
        counted = {row.kind: row for row in self.clocks}
        return [
            replace(counted.get(kind, Clock(kind, days, None, None)), days=days)
            for kind, days in retention.periods(session).items()
        ]

    def reload(self) -> None:
        super().reload()
        with self.db.read() as session:
            self.state.say(*waiting(breaches.overview(session)))
        self.latest.ask(self._count, 0)

    def identity(self, row: Clock) -> Kind:
        return row.kind

    def change(self) -> None:
        if PeriodsForm(self.db, self.window()).exec():
            self.reload()

    def erase(self) -> None:
        """Count, say how much would go, ask, back up, erase all at once, and show the receipt."""
        work.run(self, _("Counting…"), lambda _told: self._count(), self._ask_to_erase)

    def _ask_to_erase(self, clocks: Sequence[Clock]) -> None:
        over = {row.kind: row.due for row in clocks if row.due}
        if not over:
            messages.tell(self, retention.NothingDue().text())
            return
        show = current().show
        counts = "\n".join(f"{show(kind)}: {show(count)}" for kind, count in over.items())
        with self.db.read() as session:
            unsaved = person.unsaved(session)
        said = "\n\n".join([counts, *unsaved, _(person.FOREVER), person.in_backups()])
        if messages.confirm(self, said, _("Erase")):
            person.save_before(self.db, self, self._erase_now, partial(messages.tell, self))

    def _erase_now(self) -> None:
        with self.db.write() as session:
            number = retention.run(session).id
        self.reload()
        person.wipe(self.db, self, lambda: person.show_receipt(self.db, number, self))

    def _count(self) -> list[Clock]:
        with self.db.read() as session:
            return retention.clocks(session)

    def _show_counts(self, clocks: Sequence[Clock]) -> None:
        self.clocks = clocks
        super().reload()

    def _fail(self, problem: BaseException) -> None:
        """Nobody asked for this reading, so no box says what went wrong."""
        if self.isVisible():
            self.state.say(messages.sentence(problem), "bad")

    def show_receipt(self) -> None:
        with self.db.read() as session:
            last = erasing.newest(session, 1)
            number = last[0].id if last else None
        if number is None:
            self.say(_("Nothing was erased yet."))
        else:
            person.show_receipt(self.db, number, self)

    def show_register(self) -> None:
        """The register of processing activities, filled in for the branch."""

        def render(spoken: Language) -> bytes:
            from reports import register

            with self.db.read() as session:
                return register.render(register.collect(session), spoken)

        put_out = partial(recorded.put_out, self.db, "register")
        paper.show(self, render, _("Register of processing activities"), put_out)
