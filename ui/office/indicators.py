"""The lines of the monthly report: their names, order, and what each adds up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.desk.aid import Reason, Referral, Service
from models.desk.cards import AgeBand, Sex, Vulnerability
from models.goods import items
from models.goods.items import Category
from models.office import indicators
from models.office.indicators import Indicator, IndicatorRow, Term
from models.text import search_key
from translations import N_, _, current
from ui.office.names import NamesField
from ui.office.places import out_of_use
from ui.pieces.fields import Choice, TextField
from ui.pieces.lines import LineColumn, LinesEdit
from ui.pieces.picker import Picker
from ui.table import Column, TablePage
from ui.unfinished import KeptForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

MEASURES = {
    "persons": N_("Persons"),
    "sex": N_("Persons by sex"),
    "age": N_("Persons by age"),
    "vulnerability": N_("Persons by vulnerability"),
    "service": N_("Services, how often"),
    "service_persons": N_("Services, how many persons"),
    "reason": N_("Reasons for first aid"),
    "referral": N_("Referrals"),
    "category": N_("Items by group"),
    "weight": N_("Weight of items, kg"),
    "teams": N_("Mobile teams"),
    "volunteers": N_("Volunteers"),
    "item": N_("Item"),
}
ENUMS: Mapping[str, type[Sex | AgeBand | Vulnerability | Service | Reason | Referral | Category]]
ENUMS = {
    "sex": Sex,
    "age": AgeBand,
    "vulnerability": Vulnerability,
    "service": Service,
    "service_persons": Service,
    "reason": Reason,
    "referral": Referral,
    "category": Category,
}
KEYS = {
    "all": N_("all"),
    "new": N_("new"),
    "repeat": N_("who came again"),
    "carded": N_("with a card"),
    "anonymous": N_("without a card"),
    "contacts": N_("contacts"),
    "estimated": N_("estimated"),
    "teams": N_("teams"),
    "members": N_("members"),
    "days": N_("days in the field"),
    "km": N_("kilometres"),
    "engaged": N_("engaged"),
    "women": N_("women"),
    "men": N_("men"),
    "hours": N_("hours"),
    "trained": N_("trained"),
}


class IndicatorForm(KeptForm):
    """Adds a line to the report, or changes the one given."""

    def __init__(
        self, db: Database, parent: QWidget | None, line: IndicatorRow | None = None
    ) -> None:
        super().__init__(db, _("Add a line") if line is None else _("Change a line"), parent)
        self.line = line
        self.about = line.id if line else None
        if line is None:
            self.code = self.add_field(_("Code"), TextField(40), required=True)
        self.unit = self.add_field(
            _("Counted in"), Choice(list(indicators.UNITS.items()), marked=True)
        )
        self.names = self.add_wide(_("Name"), NamesField())
        self.terms = self.add_wide(_("What it adds up"), LinesEdit([self._column()]), "terms")
        self.definitions = self.add_wide(
            _("Definition, printed at the end of the report"),
            NamesField("definition", 1000, required=False),
        )
        if line is not None:
            self._fill(line)

    @classmethod
    def row(cls, session: Session, about: int) -> IndicatorRow | None:
        found = indicators.overview(session, retired=True)
        return next((row for row in found if row.id == about), None)

    def save(self, session: Session) -> None:
        terms = [line["term"] for line in self.terms.lines() if line["term"]]
        names, defined = self.names.value, self.definitions.value
        if self.line is None:
            indicators.add(
                session, self.code.value, self.unit.value, names, terms, definitions=defined
            )
            return
        line = session.get_one(Indicator, self.line.id)
        indicators.change(session, line, self.unit.value, names, terms, definitions=defined)

    def _fill(self, line: IndicatorRow) -> None:
        self.unit.set_value(line.unit)
        self.names.set_value(line.names)
        self.definitions.set_value(line.definitions)
        with self.db.read() as session:
            known = dict(countable(session))
        self.terms.set_lines([{"term": (term, known.get(term, term.key))} for term in line.terms])

    def _column(self) -> LineColumn:
        return LineColumn("term", N_("What"), lambda: Picker(found, self.db), stretch=1)


class IndicatorsPage(TablePage):
    """The lines in the order of the report, those left out marked."""

    title = N_("Indicators")
    searchable = False
    empty_text = N_("The report has no lines of its own yet. Add the first one.")
    columns = (
        Column(N_("Line of the monthly report"), lambda row: row.name),
        Column(N_("Counted in"), lambda row: _(indicators.UNITS[row.unit]), width=12),
        Column("", lambda row: out_of_use(row.is_active), width=16, badge=True),
    )

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.add_action(N_("Add…"), self.add, primary=True, icon="add", shortcut="Ctrl+N")
        self.add_action(N_("Change…"), self.change, icon="edit", shortcut="F2", needs_row=True)
        self.add_action(N_("Up"), self.move_up, shortcut="Alt+Up", needs_row=True)
        self.add_action(N_("Down"), self.move_down, shortcut="Alt+Down", needs_row=True)
        self.add_action(N_("Leave out"), self.retire, icon="stop", needs_row=True)
        self.add_action(N_("Put back"), self.put_back, icon="undo", needs_row=True)
        self.table.setSortingEnabled(False)  # the order is the report's

    def load(self, session: Session, search: str) -> Sequence[IndicatorRow]:
        return indicators.overview(session, retired=True)

    def open_row(self, row: IndicatorRow) -> None:
        self.change()

    def add(self) -> None:
        if IndicatorForm(self.db, self).exec():
            self.reload()

    def change(self) -> None:
        if IndicatorForm(self.db, self, self.selected).exec():
            self.reload()

    def move_up(self) -> None:
        self._move(-1)

    def move_down(self) -> None:
        self._move(1)

    def retire(self) -> None:
        self._set_active(False)

    def put_back(self) -> None:
        self._set_active(True)

    def _move(self, places: int) -> None:
        if self.selected is None:
            return
        with self.db.write() as session:
            line = session.get_one(Indicator, self.selected.id)
            indicators.move(session, line, places)
        self.reload()

    def _set_active(self, active: bool) -> None:
        if self.selected is None:
            return
        with self.db.write() as session:
            line = session.get_one(Indicator, self.selected.id)
            indicators.retire(session, line, active=active)
        self.reload()


def countable(session: Session) -> Iterator[tuple[Term, str]]:
    """Everything that can be added up, with how it is called in the current language."""
    for measure, keys in indicators.MEASURES.items():
        for key in keys:
            yield Term(measure, key), f"{_(MEASURES[measure])}: {_key(measure, key)}"
    for item in items.overview(session, retired=True):
        yield Term("item", item.code), f"{_(MEASURES['item'])}: {item.name}"


def found(session: Session, text: str) -> list[tuple[Term, str]]:
    """What can be added up and is called like `text`."""
    words = search_key(text).split()
    return [
        pair for pair in countable(session) if all(word in search_key(pair[1]) for word in words)
    ]


def _key(measure: str, key: str) -> str:
    kind = ENUMS.get(measure)
    return current().show(kind(key)) if kind else _(KEYS[key])
