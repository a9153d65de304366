"""Real published figures: a branch with enough goods that has taken in one of the day sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from models.goods import items, places, stock
from models.goods.stock import Goods
from models.office import branch, territory
from models.periods import Period
from models.sheets import daysheet
from models.sheets.daysheet import ImportedFile
from models.units import THOUSAND

DATA = Path(__file__).parent / "data"
SPARE = 100 * THOUSAND  # what stays on the shelf of every item


@dataclass(frozen=True)
class Published:
    """A day sheet of `tests/data`: the place it names, the period, and the figures published.

    `goods` are whole units by the item's code; `services` are (times, persons) by service.
    """

    file: str
    seat: str
    place: str
    period: Period
    goods: dict[str, int]
    services: dict[str, tuple[int, int]]

    @property
    def path(self) -> Path:
        return DATA / self.file

    @property
    def persons(self) -> int:
        return sum(persons for _times, persons in self.services.values())


MOSTAR = Published(
    file="mostar-2018-05-21.csv",
    seat="BA-BIH/07/Mostar",
    place="Salakovac",
    period=Period(date(2018, 5, 21), date(2018, 5, 21)),
    goods={"hot_meal": 580, "lunch_pack": 290},
    services={},
)
FEDERATION = Published(
    file="federation-2019-10.csv",
    seat="BA-BIH/09/Stari Grad Sarajevo",
    place="Mobilni timovi",
    period=Period.month(2019, 10),
    goods={},
    services={"first_aid": (424, 0), "pss": (1963, 0)},
)
NORTH_MACEDONIA = Published(
    file="north-macedonia-2015-10.csv",
    seat="BA-SRP//Bijeljina",
    place="Gevgelija, Tabanovce",
    period=Period(date(2015, 10, 19), date(2015, 10, 25)),
    goods={
        "water": 10_400,
        "food_parcel": 972,
        "hygiene_parcel": 251,
        "nappies": 535,
        "biscuits": 109,
        "baby_milk": 96,
        "chocolate_milk": 517,
        "baby_package": 100,
        "blanket": 3_840,
        "raincoat": 1_220,
        "sleeping_bag": 40,
        "first_aid_kit": 42,
    },
    services={"first_aid": (6_117, 6_117), "transport": (16, 16)},
)
ALL = (MOSTAR, FEDERATION, NORTH_MACEDONIA)


def fill(session: Session, figures: Published) -> ImportedFile:
    """Set up a branch, receive more than enough on the eve, and take the day sheet in."""
    stocked_branch(session, figures)
    preview = daysheet.check(session, daysheet.read(figures.path))
    return daysheet.take_in(session, preview)


def stocked_branch(session: Session, figures: Published) -> None:
    """A branch of that place whose shelves hold all the sheet hands out, and some more."""
    unit = next(unit for unit in territory.units() if unit.key == figures.seat)
    branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
    store = places.add(session, figures.place)
    eve = figures.period.first - timedelta(days=1)
    goods = [_received(session, code, count, eve) for code, count in figures.goods.items()]
    if goods:
        stock.receive(session, store, goods, on=eve, supplier="IFRC")


def _received(session: Session, code: str, count: int, day: date) -> Goods:
    item = items.find(session, code)
    assert item is not None, code
    expiry = day + timedelta(days=365) if item.tracks_expiry else None
    return Goods(item, count * THOUSAND + SPARE, expiry=expiry)
