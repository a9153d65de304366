"""The people and things that tests speak of: a warehouse, a team, blankets, water, a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.database import Database
from models.goods import items, places, stock
from models.goods.documents import Document
from models.goods.items import Category, Item
from models.goods.places import Place, PlaceKind
from models.goods.stock import Goods
from models.roles import PROGRAM
from models.units import THOUSAND, Unit

DAY = date(2026, 10, 5)


@dataclass
class Things:
    """A branch with a warehouse and a team; blankets keep for ever, water expires."""

    session: Session
    warehouse: Place
    team: Place
    blanket: Item
    water: Item

    def receive(
        self, pieces: int, item: Item | None = None, *, on: date = DAY, **marks: object
    ) -> Document:
        goods = self.goods(pieces, item, **marks)
        return stock.receive(self.session, self.warehouse, [goods], on=on, supplier="Donor A")

    def hand_out(self, pieces: int, item: Item | None = None, *, on: date = DAY) -> Document:
        return stock.hand_out(self.session, self.warehouse, [self.goods(pieces, item)], on=on)

    def goods(self, pieces: int, item: Item | None = None, **marks: object) -> Goods:
        return Goods(item or self.blanket, pieces * THOUSAND, **marks)  # type: ignore[arg-type]


def as_program(db: Database) -> Database:
    """The books as the program itself works in them: nobody has signed in, nothing is refused."""
    db.roles = PROGRAM
    return db


def lay_out(session: Session) -> Things:
    places.add_virtual(session)
    blanket = {"en": "Blanket", "bs": "Deka"}
    water = {"en": "Water", "bs": "Voda"}
    return Things(
        session,
        places.add(session, "Main store"),
        places.add(session, "Team North", PlaceKind.TEAM),
        items.add(session, "blanket", blanket, Unit.PIECE, Category.BEDDING),
        items.add(
            session,
            "water",
            water,
            Unit.BOTTLE,
            Category.DRINK,
            weight=520,
            tracks_expiry=True,
            packs={Unit.BOX: 12 * THOUSAND},
        ),
    )
