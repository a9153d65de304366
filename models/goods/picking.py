"""Choose the lots that goods are taken from: first what expires first, and no day left short."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NoReturn

from sqlalchemy.orm import Session

from models.errors import DomainError
from models.goods import ledger, lots
from models.goods.items import Item
from models.goods.ledger import Expired, NotEnoughLater, NotEnoughStock
from models.goods.lots import Lot, Share
from models.goods.places import REAL, Place
from models.units import LARGEST, counted
from translations import N_

Key = tuple[int, int, date]


class Picking:
    """What lies where while many lines, in the order of their days, take from it.

    What one line was given is spoken for when the next asks; each lot is looked up once.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._taken: Counter[tuple[int, int]] = Counter()
        self._usable: dict[Key, list[Share]] = {}
        self._lowest: dict[Key, int] = {}

    def take(
        self, item: Item, quantity: int, place: Place, on: date, *, expired: bool = False
    ) -> list[Share]:
        """The lots for `quantity` thousandths, by FEFO; `expired` ones too if they may leave.

        Raises PlaceNeeded, Expired, NotEnoughStock, NotEnoughLater.
        """
        if place.kind not in REAL:
            raise PlaceNeeded
        there = self._there(item, place, date.min if expired else on)
        shares, missing = [], quantity
        for share in there:
            if (taken := min(missing, self._free(share, place, on))) > 0:
                shares.append(Share(share.lot, taken))
                missing -= taken
        if missing:
            self._refuse(item, quantity, place, on, there, found=quantity - missing)
        for share in shares:
            self.promise(place, share.lot, share.quantity)
        return shares

    def promise(self, place: Place, lot: Lot, quantity: int) -> None:
        """Speak for goods of a lot that was chosen by hand."""
        self._taken[place.id, lot.id] += quantity

    def _refuse(
        self, item: Item, quantity: int, place: Place, on: date, there: list[Share], found: int
    ) -> NoReturn:
        if not there and (spoiled := lots.expired(self.session, item.id, place.id, on)):
            raise Expired(item=item.name(), expiry=spoiled.expiry)
        left = sum(share.quantity - self._taken[place.id, share.lot.id] for share in there)
        available = counted(found, item.unit)
        details = {"place": place.name, "item": item.name(), "available": available}
        if found == max(left, 0):
            raise NotEnoughStock(**details)
        raise NotEnoughLater(**details, on=on)  # more is there, but it came later or is needed then

    def _there(self, item: Item, place: Place, on: date) -> list[Share]:
        """Every usable lot with all that lies there now."""
        key = item.id, place.id, on
        if key not in self._usable:
            self._usable[key] = lots.propose(self.session, item, place.id, LARGEST, on)
        return self._usable[key]

    def _free(self, share: Share, place: Place, on: date) -> int:
        """What may be taken on a day so that neither it nor any later day falls short."""
        key = place.id, share.lot.id, on
        if key not in self._lowest:
            now = share.quantity
            self._lowest[key] = ledger.lowest_from(self.session, place.id, share.lot.id, on, now)
        return self._lowest[key] - self._taken[place.id, share.lot.id]


class PlaceNeeded(DomainError):
    message = N_("Choose a warehouse, a point or a team of the branch.")
