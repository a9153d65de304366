"""Choose the lots for all rows of a day sheet before one of them is written.

The rules are those of a single hand-out (first what expires first, nothing expired, no shelf
below zero on any day), worked out in memory so that a sheet of thousands of rows is tried in
the time of one question for each item and day.
"""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy.orm import Session

from models import clock
from models.desk.aid import Count, Given
from models.desk.bulk import Entry as Planned
from models.goods.documents import Move
from models.goods.items import Item
from models.goods.picking import Picking
from models.goods.places import Place, PlaceKind, virtual
from models.sheets.sheetrows import Entry


class Plan:
    """What lies where while the rows, in the order of their days, take from it."""

    def __init__(self, session: Session, store: Place | None) -> None:
        self.session = session
        self.store = store
        self._target = virtual(session, PlaceKind.HANDED_OUT)
        self._picking = Picking(session)

    def encounter(self, entry: Entry) -> Planned:
        """The row ready to be written; its goods are spoken for from now on.

        Raises PlaceNeeded, Expired, NotEnoughStock, NotEnoughLater.
        """
        place = self.session.get_one(Place, entry.place_id)
        told = [Count(entry.person, entry.persons)] if entry.persons else []
        given = [Given(entry.service, entry.times, entry.persons)] if entry.service else []
        return Planned(
            token=uuid4(),
            day=entry.day,
            at=clock.now(),
            place=place,
            card_id=None,
            told=told,
            is_estimated=entry.is_estimated,
            moves=self._moves(entry, self.store or place) if entry.item_id else [],
            services=given,
            store=self.store,
            remark=entry.remark,
            helper_id=entry.helper_id,
        )

    def _moves(self, entry: Entry, store: Place) -> list[Move]:
        item = self.session.get_one(Item, entry.item_id)
        shares = self._picking.take(item, entry.quantity, store, entry.day)
        return [Move(share.lot, store, self._target, share.quantity) for share in shares]
