"""What the branch calls things: the places, items and open days that a day sheet may name."""

from __future__ import annotations

import difflib
from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import periods
from models.desk import helpers
from models.errors import DomainError, Missing
from models.goods.items import Item
from models.goods.places import REAL, Place
from models.sheets import sheetcells
from models.sheets.sheetfile import Cell
from models.sheets.sheetwords import Column
from models.text import search_key
from translations import N_

GUESSES = 50  # names for which a similar one is looked for: it takes long
ALIKE = 0.75  # how much of two names must agree for one to be offered for the other


class Names:
    """What the branch knows already, read once for a whole sheet."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.items: dict[int, Item] = {}
        self._called: dict[str, set[int]] = defaultdict(set)
        self._places: dict[str, list[Place]] = defaultdict(list)
        self._days: dict[date, DomainError | None] = {}
        self._helpers = helpers.by_name(session)
        self._guesses = 0
        known = select(Item).options(selectinload(Item.names), selectinload(Item.packs))
        for item in session.scalars(known):
            self.items[item.id] = item
            for name in [item.code, *(name.text for name in item.names)]:
                self._called[search_key(name)].add(item.id)
        for place in session.scalars(select(Place).where(Place.kind.in_(REAL), Place.is_active)):
            self._places[place.search].append(place)

    def day(self, cell: Cell) -> date:
        """A day on which entries may be made. Raises BadDay, InFuture, ClosedMonth."""
        day = sheetcells.day(cell)
        if day not in self._days:
            self._days[day] = self._refusal(day)
        if refusal := self._days[day]:
            raise refusal
        return day

    def place(self, cell: Cell) -> Place:
        """A real place by its name; empty is the only one there is. Raises Missing, NoPlace."""
        if sheetcells.is_empty(cell):
            only = [place for places in self._places.values() for place in places]
            if len(only) == 1:
                return only[0]
            raise Missing(field=Column.PLACE)
        written = sheetcells.text(cell)
        found = self._places.get(search_key(written), [])
        exact = [place for place in found if place.name == written]
        if not found:
            raise NoPlace(text=sheetcells.quoted(cell))
        return (exact or found)[0]

    def helper(self, cell: Cell) -> int | None:
        """Who works for the branch and is called so; empty is nobody in particular.

        Raises NoHelper, SeveralHelpers.
        """
        if sheetcells.is_empty(cell):
            return None
        found = self._helpers.get(search_key(sheetcells.text(cell)), set())
        if not found:
            raise NoHelper(text=sheetcells.quoted(cell))
        if len(found) > 1:
            raise SeveralHelpers(text=sheetcells.quoted(cell))
        return next(iter(found))

    def item(self, cell: Cell) -> Item | None:
        """The item of that code or name, or None. Raises SeveralItems."""
        found = self._called.get(search_key(sheetcells.text(cell)), set())
        if len(found) > 1:
            raise SeveralItems(text=sheetcells.quoted(cell))
        return self.items[next(iter(found))] if found else None

    def unknown(self, cell: Cell) -> DomainError:
        """The sentence about a name that is in no list, with the nearest one that is."""
        self._guesses += 1
        key, shown = search_key(sheetcells.text(cell)), sheetcells.quoted(cell)
        known = self._called if self._guesses < GUESSES else ()
        near = difflib.get_close_matches(key, known, 1, ALIKE)
        if not near:
            return UnknownThing(text=shown)
        return SimilarThing(text=shown, item=self.items[min(self._called[near[0]])].name())

    def _refusal(self, day: date) -> DomainError | None:
        try:
            periods.require_open(self.session, day)
        except DomainError as refusal:
            return refusal
        return None


class NoPlace(DomainError):
    message = N_("There is no place called “{text}”. Correct it, or add the place in the settings.")


class NoHelper(DomainError):
    message = N_(
        "Nobody called “{text}” works for the branch. Write the first name and the surname as in"
        " the list of volunteers, or leave this cell empty."
    )


class SeveralHelpers(DomainError):
    message = N_(
        "Several people are called “{text}”. Leave this cell empty and say in the remark who"
        " helped."
    )


class UnknownThing(DomainError):
    message = N_(
        "There is no item or service called “{text}”. Correct it, or add it to the catalogue."
    )


class SimilarThing(DomainError):
    message = N_("There is no item or service called “{text}”. Did you mean “{item}”?")


class SeveralItems(DomainError):
    message = N_("Several items are called “{text}”. Write the code of the item.")
