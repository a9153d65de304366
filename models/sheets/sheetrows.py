"""Understand a row of a day sheet cell by cell; what cannot be understood is said of its cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from models.desk.aid import LARGEST_GROUP, Service
from models.desk.cards import Person
from models.errors import DomainError, Missing
from models.goods import items
from models.goods.items import Item
from models.sheets import sheetcells, sheetwords
from models.sheets.sheetcells import CellProblem, FormulaInCell
from models.sheets.sheetfile import Cell, Formula
from models.sheets.sheetheads import Headings
from models.sheets.sheetnames import Names
from models.sheets.sheetwords import Column, Kind
from models.units import Unit, thousandths
from translations import N_

DESCRIBING = (Column.SEX, Column.AGE, Column.NATIONALITY)
ANYBODY = Person()

Value = TypeVar("Value")


@dataclass(frozen=True)
class Entry:
    """One row, understood. `quantity` is thousandths of the item's own unit."""

    row: int
    day: date
    place_id: int
    item_id: int | None = None
    quantity: int = 0
    service: Service | None = None
    times: int = 0
    persons: int = 0
    person: Person = ANYBODY
    is_estimated: bool = False
    remark: str = ""
    helper_id: int | None = None


class Reading:
    """One row being understood: what cannot be is noted, cell by cell, and the rest goes on."""

    def __init__(self, row: int, cells: tuple[Cell, ...], head: Headings, names: Names) -> None:
        self.row = row
        self.names = names
        self.problems: list[CellProblem] = []
        self._positions = head.positions
        self._cells = {
            column: cells[place] if place < len(cells) else ""
            for column, place in head.positions.items()
        }
        self._note_formulas(cells)

    def entry(self) -> Entry | None:
        """What the row says; None when it has problems, which are then in `problems`."""
        day = self._understood(Column.DATE, self._day)
        place = self._understood(Column.PLACE, self.names.place)
        kind, thing = self._thing()
        counted = self._counted(kind, thing)
        person = Person(
            self._understood(Column.SEX, sheetcells.sex) or Person.sex,
            self._understood(Column.AGE, sheetcells.age) or Person.age,
            self._understood(Column.NATIONALITY, sheetcells.nationality) or Person.nationality,
        )
        estimated = self._understood(Column.ESTIMATED, sheetcells.answer)
        remark = self._understood(Column.REMARK, sheetcells.remark)
        helper_id = self._understood(Column.HELPER, self.names.helper)
        if self.problems or day is None or place is None or counted is None:
            return None
        quantity, times, persons = counted
        return Entry(
            row=self.row,
            day=day,
            place_id=place.id,
            item_id=thing.id if isinstance(thing, Item) else None,
            quantity=quantity,
            service=thing if isinstance(thing, Service) else None,
            times=times,
            persons=persons,
            person=person,
            is_estimated=bool(estimated),
            remark=remark or "",
            helper_id=helper_id,
        )

    def _thing(self) -> tuple[Kind | None, Item | Service | None]:
        """The kind of the row and what it names; the kind may be left to the name."""
        kind = None
        if not self._is_empty(Column.KIND):
            kind = self._understood(Column.KIND, lambda cell: sheetcells.word(Kind, cell))
            if kind is None:
                return None, None
        if self._is_empty(Column.WHAT):
            if kind in (Kind.ITEM, Kind.SERVICE):
                self._refuse(Column.WHAT, Missing(field=Column.WHAT))
            return kind or Kind.PERSONS, None
        if kind is Kind.PERSONS:
            self._refuse(Column.WHAT, LeaveEmpty(kind=kind))
            return kind, None
        thing = self._understood(Column.WHAT, lambda cell: self._named(cell, kind))
        return (Kind.SERVICE if isinstance(thing, Service) else Kind.ITEM) if thing else None, thing

    def _named(self, cell: Cell, kind: Kind | None) -> Item | Service:
        if kind is Kind.SERVICE:
            return sheetcells.word(Service, cell)
        item = self.names.item(cell)
        service = None if kind else sheetwords.find(Service, sheetcells.text(cell))
        if item and service:
            raise ItemAndService(text=sheetcells.quoted(cell), column=Column.KIND)
        if found := item or service:
            return found
        raise self.names.unknown(cell)

    def _counted(
        self, kind: Kind | None, thing: Item | Service | None
    ) -> tuple[int, int, int] | None:
        """Thousandths of an item, times of a service, persons."""
        persons, quantity, times = self._persons(kind), None, None
        if kind is Kind.PERSONS:
            self._require_empty(kind, Column.QUANTITY, Column.UNIT)
            quantity = times = 0
        elif isinstance(thing, Item):
            quantity, times = self._quantity(thing), 0
        elif isinstance(thing, Service):
            self._require_empty(Kind.SERVICE, Column.UNIT)
            quantity, times = 0, self._times(persons)
        elif not self._is_empty(Column.QUANTITY):
            self._understood(Column.QUANTITY, lambda cell: sheetcells.quantity(cell, Unit.PIECE))
        if persons is None or quantity is None or times is None:
            return None
        return quantity, times, persons

    def _persons(self, kind: Kind | None) -> int | None:
        empty = self._is_empty(Column.PERSONS)
        persons = 0 if empty else self._understood(Column.PERSONS, _people)
        if kind is Kind.PERSONS and persons == 0:
            self._refuse(Column.PERSONS, Missing(field=Column.PERSONS))
        elif persons == 0 and not all(self._is_empty(column) for column in DESCRIBING):
            self._refuse(Column.PERSONS, _persons_needed())
        return persons

    def _quantity(self, item: Item) -> int | None:
        """Thousandths of the item's own unit."""
        unit: Unit | None = item.unit
        if not self._is_empty(Column.UNIT):
            unit = self._understood(Column.UNIT, lambda cell: self._unit(cell, item))
        if self._is_empty(Column.QUANTITY):
            self._refuse(Column.QUANTITY, Missing(field=Column.QUANTITY))
            return None
        used = unit or item.unit
        found = self._understood(
            Column.QUANTITY,
            lambda cell: items.in_units(item, thousandths(sheetcells.quantity(cell, used)), used),
        )
        return found if unit else None

    def _unit(self, cell: Cell, item: Item) -> Unit:
        unit = sheetcells.word(Unit, cell)
        items.in_units(item, 0, unit)
        return unit

    def _times(self, persons: int | None) -> int | None:
        """How often a service was given: the quantity, else once for each person."""
        if not self._is_empty(Column.QUANTITY):
            times = self._understood(Column.QUANTITY, _people)
            if times == 0:
                self._refuse(Column.QUANTITY, sheetcells.NotPositive())
            return times
        if persons == 0:
            self._refuse(Column.QUANTITY, Missing(field=Column.QUANTITY))
        return persons

    def _day(self, cell: Cell) -> date:
        if sheetcells.is_empty(cell):
            raise Missing(field=Column.DATE)
        return self.names.day(cell)

    def _require_empty(self, kind: Kind, *columns: Column) -> None:
        for column in columns:
            if not self._is_empty(column):
                self._refuse(column, LeaveEmpty(kind=kind))

    def _is_empty(self, column: Column) -> bool:
        return sheetcells.is_empty(self._cells.get(column, ""))

    def _understood(self, column: Column, understand: Callable[[Cell], Value]) -> Value | None:
        """The value of a cell; what it cannot mean is noted as a problem of that cell."""
        try:
            return understand(self._cells.get(column, ""))
        except DomainError as cause:
            self._refuse(column, cause)
            return None

    def _refuse(self, column: Column, cause: DomainError) -> None:
        known = {problem.column for problem in self.problems}
        if column not in known:
            place = self._positions.get(column)
            self.problems.append(CellProblem(self.row, column, place, cause))

    def _note_formulas(self, cells: tuple[Cell, ...]) -> None:
        for column, place in self._positions.items():
            if place < len(cells) and isinstance(cells[place], Formula):
                self._refuse(column, FormulaInCell())


def _persons_needed() -> PersonsNeeded:
    return PersonsNeeded(
        persons=Column.PERSONS, sex=Column.SEX, age=Column.AGE, nationality=Column.NATIONALITY
    )


def _people(cell: Cell) -> int:
    return sheetcells.count(cell, LARGEST_GROUP)


class ItemAndService(DomainError):
    message = N_("“{text}” is an item and a service. Fill in “{column}”.")


class LeaveEmpty(DomainError):
    message = N_("Leave this cell empty: the row is of the kind “{kind}”.")


class PersonsNeeded(DomainError):
    message = N_("Fill in “{persons}”, or leave “{sex}”, “{age}” and “{nationality}” empty.")
