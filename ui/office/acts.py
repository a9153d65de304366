"""The record of acts on the screen: who did what, when and with what; printed, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from models import recorded, subjects
from models.errors import DomainError
from models.office import users
from models.record import Subject
from models.recorded import PROGRAM, ActRow, Wanted
from translations import N_, Language, _, current, ngettext
from ui import work
from ui.desk.days import DaysField
from ui.pieces.boxes import DIALOG, column
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, heading
from ui.pieces.dialog import Dialog
from ui.pieces.fields import Choice
from ui.pieces.rows import Column
from ui.table import TablePage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

WHO_DID_WHAT = N_("Who did what with this…")
NOTHING = N_("Nothing has been done with this since the record began.")


def show_about(parent: QWidget, db: Database, subject: Subject) -> None:
    """The acts that concern one thing, over the page from which it was asked."""
    ActsDialog(db, subject, parent).exec()


def _who(row: ActRow) -> str:
    return users.called(row.who, current()) or _(row.nobody)


def _witness(row: ActRow) -> str | None:
    return users.called(row.witness, current()) or None


def _roles(row: ActRow) -> str | None:
    return ", ".join(current().show(role) for role in row.roles) or None


def _about(row: ActRow) -> str | None:
    return row.about.text(current()) or None


def _detail(row: ActRow) -> str | None:
    return recorded.detail_text(row.detail, current()) or None


class ActsPage(TablePage):
    """All acts, the newest first, or those about one thing."""

    title = N_("Record of acts")
    icon = "history"
    columns = (
        Column(N_("When"), lambda row: row.at, 17, order="at"),
        Column(N_("Who"), _who, 15),
        Column(N_("Role"), _roles, 15),
        Column(N_("Act"), lambda row: _(row.act), 25),
        Column(N_("About what"), _about),
        Column(N_("Second person"), _witness, 13),
        Column(N_("Detail"), _detail, 19),
    )
    empty_text = N_("No act fits what was chosen.")

    def __init__(self, db: Database, about: Subject | None = None) -> None:
        super().__init__(db)
        self.about = about
        self.about_text = ""
        self.add_action(
            N_("Print…"), self.print_out, icon="print", shortcut="Ctrl+P", does=recorded.ids
        )
        self.add_action(N_("Check the chain"), self.verify, icon="check", does=recorded.verify)
        self.days = DaysField(any_day=True)
        self.who = Choice(none=N_("Everybody"), name="who")
        self.act = Choice(none=N_("All acts"), name="act")
        self.kind = Choice(
            [(table, name) for table, name in subjects.KINDS.items()],
            none=N_("Everything"), marked=True, name="kind",
        )  # fmt: skip
        for field in (self.who, self.act):
            _keep_short(field)
        self.add_filter(N_("Show"), self.days)
        self.add_filter(N_("Who"), self.who)
        self.add_filter(N_("Act"), self.act)
        if about is None:
            self.add_filter(N_("About what"), self.kind)
        self.answer = Answer("good", name="verified")
        self.body.insertWidget(1, self.answer)

    @property
    def wanted(self) -> Wanted:
        """What is shown."""
        return Wanted(
            period=None if self.days.choice.value == "all" else self.days.value,
            user=self.who.value,
            code=self.act.value or "",
            table=self.kind.value or "",
            subject=self.about,
            search=self.search_text,
        )

    def context(self) -> str:
        acts = ngettext("{count} act", "{count} acts", len(self.rows))
        said = acts.format(count=current().show(len(self.rows)))
        return f"{said} · {self.about_text}" if self.about_text else said

    def load_ids(self, session: Session, search: str) -> Sequence[int]:
        if self.about:
            self.about_text = recorded.about(session, self.about).text(current())
        oldest_first = self.order.by == "at" and not self.order.descending
        return recorded.ids(session, self.wanted, oldest_first=oldest_first)

    def load_rows(self, session: Session, ids: Sequence[int]) -> list[ActRow]:
        return recorded.rows(session, ids)

    def reload(self) -> None:
        self._offer_choices()
        super().reload()

    def retranslate(self) -> None:
        super().retranslate()
        self.answer.say("")

    def print_out(self) -> None:
        """The acts shown as a list on paper, in any language."""
        from ui.papers import paper

        db, wanted = self.db, self.wanted

        def render(spoken: Language) -> bytes:
            from reports import acts

            with db.read() as session:
                data = acts.collect(session, wanted)
            return acts.render(data, spoken)

        put_out = partial(recorded.put_out, db, "record")
        paper.show(self, render, _(self.title), put_out)
        self.reload()

    def verify(self) -> None:
        """Walk the chain in a thread, and say what came of it."""

        def walk(progress: work.Progress) -> tuple[int, list[DomainError]]:
            with self.db.read() as session:
                return recorded.verify(session, progress)

        self.answer.say("")
        work.run(self, _("Checking the record of acts…"), walk, self._tell)

    def _tell(self, found: tuple[int, list[DomainError]]) -> None:
        count, problems = found
        if problems:
            self.answer.say(" ".join(problem.text() for problem in problems), "bad")
            return
        said = ngettext(
            "The chain is whole: {count} act, and it follows from the beginning.",
            "The chain is whole: {count} acts, each follows from the one before.",
            count,
        )
        self.answer.say(said.format(count=current().show(count)), "good")

    def _offer_choices(self) -> None:
        """Who and which acts there are, by name; what was chosen stays chosen."""
        with self.db.read() as session:
            known = recorded.users(session)
            people = [(id_, users.called(name, current())) for id_, name in known]
            acts = {_(recorded.name_of(code)): code for code in recorded.codes(session)}
        _offer(self.who, [*people, (0, _(PROGRAM))])
        _offer(self.act, [(code, name) for name, code in sorted(acts.items())])


def _keep_short(field: Choice) -> None:
    """The list that drops down is as wide as its names; the field is not, so that all fit."""
    field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    field.setMinimumContentsLength(14)
    longest = max(field.fontMetrics().averageCharWidth() * 50, field.sizeHint().width())
    field.view().setMinimumWidth(longest)


def _offer(field: Choice, options: Sequence[tuple[Any, str]]) -> None:
    chosen = field.value
    field.blockSignals(True)
    field.set_options(options)
    field.set_value(chosen)
    field.blockSignals(False)


class ActsDialog(Dialog):
    """The acts about one thing, with everything that the page offers."""

    def __init__(self, db: Database, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ActsDialog")
        self.page = ActsPage(db, subject)
        self.page.empty_text = NOTHING
        self.page.retranslate()
        self.page.reload()
        self.setWindowTitle(f"{_(self.page.title)} · {self.page.about_text}")
        close = Button(_("Close"), self.accept, name="close", shortcut="Esc")
        layout = column(self, spacing=14, margins=DIALOG)
        layout.addWidget(heading(self.page.about_text, "subtitle"))
        layout.addWidget(self.page, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(1080, 560)
