"""The section of breaches: the list, what is still to be told, the form, and the papers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

from PySide6.QtWidgets import QLabel, QWidget

from models import clock, recorded
from models.privacy import breaches
from models.privacy.breaches import LABELS, LONG, SHORT, TERM, Breach, BreachRow, Facts, Told
from translations import N_, Language, _, current, ngettext
from ui.papers import paper
from ui.pieces.cards import Answer
from ui.pieces.dates import DateField
from ui.pieces.fields import Choice, CountField, NoteField, TextField
from ui.pieces.rows import place_of
from ui.privacy.moment import MomentField
from ui.table import Badge, Column, TablePage
from ui.unfinished import KeptForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

TELL_BY = N_("The Agency is to be told by {moment}: 72 hours after the breach was noticed.")


def agency(row: BreachRow) -> Badge:
    """Whether the Agency knows; as long as it does not, by when."""
    if not row.is_waiting:
        return Badge(current().show(row.facts.agency), "good")
    said = _("by {moment}").format(moment=current().show(clock.local(row.facts.tell_by)))
    return Badge(said, "bad" if row.is_late else "warn")


def waiting(rows: Sequence[BreachRow]) -> tuple[str, str]:
    """What must still be told to the Agency, and how loudly; nothing where all is done."""
    open_ones = [row for row in rows if row.is_waiting]
    if not open_ones:
        return "", "good"
    first = min(open_ones, key=lambda row: row.facts.tell_by)
    said = ngettext(
        "The Agency has not been told of {count} breach. The term ends: {moment}",
        "The Agency has not been told of {count} breaches. The first term ends: {moment}",
        len(open_ones),
    )
    moment = current().show(clock.local(first.facts.tell_by))
    shown = said.format(count=current().show(len(open_ones)), moment=moment)
    return shown, "bad" if first.is_late else "warn"


class BreachForm(KeptForm):
    """All that is written down of a breach; `known` is what stands there until now."""

    def __init__(self, db: Database, known: BreachRow | None, parent: QWidget | None) -> None:
        super().__init__(db, _("Breach of personal data"), parent)
        self.known = known
        self.about = known.id if known else None
        self.add_note(_("Write no names here: say what happened, not to whom."))
        self._add_what()
        self._add_agency()
        self._add_people()
        self._fill(known.facts if known else Facts(clock.now(), "", ""))
        for field in (self.noticed_at, self.agency, self.agency_at, self.people):
            field.changed.connect(self._show_term)
        self._show_term()

    @classmethod
    def opened(cls, db: Database, parent: QWidget | None, about: int | None) -> Self | None:
        with db.read() as session:
            known = next((row for row in breaches.overview(session) if row.id == about), None)
        return cls(db, known, parent) if known or about is None else None

    def save(self, session: Session) -> int:
        if self.known is None:
            return breaches.add(session, self.facts()).id
        return breaches.amend(session, breaches.get(session, self.known.id), self.facts()).id

    def facts(self) -> Facts:
        """What the form says now; a day that was not filled in was refused before."""
        noticed = self.noticed_at.value
        assert noticed is not None
        others = (name for name in LABELS if name != "noticed_at")
        return Facts(noticed, **{name: getattr(self, name).value for name in others})

    def _add_what(self) -> None:
        said = breaches.labels(current())
        self.noticed_at = self.add_field(said["noticed_at"], MomentField(), required=True)
        self.happened_on = self.add_field(said["happened_on"], DateField())
        self.what = self.add_field(said["what"], NoteField(LONG), required=True)
        self.whose = self.add_field(
            said["whose"], TextField(SHORT, _("volunteers, people helped, users…")), required=True
        )
        self.persons = self.add_field(said["persons"], CountField())
        self.which = self.add_field(said["which"], TextField(SHORT))
        self.consequences = self.add_field(said["consequences"], NoteField(LONG))
        self.measures = self.add_field(said["measures"], NoteField(LONG))

    def _add_agency(self) -> None:
        said = breaches.labels(current())
        self.add_heading(_("Personal Data Protection Agency"))
        self.agency = self.add_field(said["agency"], Choice(Told))
        self.term: QLabel = self.add_note("")
        self.agency_at = self.add_field(said["agency_at"], MomentField())
        self.agency_why = self.add_field(said["agency_why"], TextField(SHORT))

    def _add_people(self) -> None:
        said = breaches.labels(current())
        self.add_heading(said["people"])
        self.people = self.add_field(said["people"], Choice(Told))
        self.add_note(_("They are told without delay where the risk for them is high."))
        self.people_on = self.add_field(said["people_on"], DateField())
        self.people_why = self.add_field(said["people_why"], TextField(SHORT))

    def _fill(self, facts: Facts) -> None:
        for name in LABELS:
            getattr(self, name).set_value(getattr(facts, name))

    def _show_term(self) -> None:
        """By when, and only the fields that belong to what is chosen."""
        noticed, told = self.noticed_at.value, self.agency.value is Told.TOLD
        by = current().show(clock.local(noticed + TERM)) if noticed else "–"
        self.term.setText(_(TELL_BY).format(moment=by))
        at = self.agency_at.value
        is_late = told and noticed is not None and at is not None and at > noticed + TERM
        show = self.rows.setRowVisible
        show(self.agency_at, told)
        show(self.agency_why, is_late or self.agency.value is Told.WAIVED)
        show(self.people_on, self.people.value is Told.TOLD)
        show(self.people_why, self.people.value is Told.WAIVED)


class BreachesPage(TablePage):
    """The breaches as they stand now; above them, what the Agency has not been told."""

    title = N_("Breaches of personal data")
    scrolls = True
    searchable = False
    columns = (
        Column(N_("no."), lambda row: row.number, width=8),
        Column(N_("Noticed"), lambda row: clock.local(row.facts.noticed_at), width=17),
        Column(N_("What happened"), lambda row: " ".join(row.facts.what.split())),
        Column(N_("Whose data"), lambda row: row.facts.whose, width=13),
        Column(N_("The Agency"), agency, width=23, badge=True),
        Column(N_("The people concerned"), lambda row: row.facts.people, width=16),
    )
    empty_text = N_(
        "No breach was recorded. Write one down as soon as data were lost, seen by somebody who "
        "should not, or changed."
    )

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.state = Answer("warn", name="state")
        self.add_action(
            N_("Record a breach…"), self.record, primary=True, icon="add", does=breaches.add
        )
        self.add_action(N_("Amend…"), self.amend, icon="edit", needs_row=True, does=breaches.amend)
        self.add_action(N_("Record on paper…"), self.show_record, icon="pdf", needs_row=True)
        self.add_action(N_("Register of breaches…"), self.show_register, icon="pdf")
        self.body.insertWidget(1, self.state)

    def load(self, session: Session, search: str) -> Sequence[BreachRow]:
        return breaches.overview(session)

    def identity(self, row: BreachRow) -> str:
        return row.number

    def open_row(self, row: BreachRow) -> None:
        self._edit(row)

    def reload(self) -> None:
        super().reload()
        self.state.say(*waiting(self.rows))

    def record(self) -> None:
        self._edit(None)

    def amend(self) -> None:
        self._edit(self.selected)

    def show_record(self) -> None:
        """The record of the selected breach."""
        from reports import breach

        row = self.selected
        assert row is not None

        def render(spoken: Language) -> bytes:
            with self.db.read() as session:
                found = breach.collect(session, row.id)
            return breach.render(found, spoken)

        put_out = partial(self._put_out, "breach", row.id)
        paper.show(self, render, breach.title(row, current()), put_out)

    def show_register(self) -> None:
        """All breaches, as the Agency may ask to see them."""

        def render(spoken: Language) -> bytes:
            from reports import breaches as register

            with self.db.read() as session:
                return register.render(register.collect(session), spoken)

        put_out = partial(recorded.put_out, self.db, "breaches")
        paper.show(self, render, _("Register of breaches of personal data"), put_out)

    def _put_out(self, what: str, breach_id: int, form: str) -> None:
        recorded.put_out(self.db, what, form, (Breach, breach_id))

    def _edit(self, row: BreachRow | None) -> None:
        form = BreachForm(self.db, row, self.window())
        if form.exec():
            self.reload()
            self.table.select(place_of(self.rows, form.result_value, lambda each: each.id))
