"""The sample's goods: received when the month begins, spread to where they are given out."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.goods import stock
from models.goods.documents import Move
from models.goods.items import Item
from models.goods.lots import Lot, OnHand
from models.goods.places import Place, PlaceKind, virtual
from models.goods.stock import Goods
from models.rights import question
from models.units import THOUSAND


@dataclass(frozen=True)
class Story:
    """How an item lives in the sample."""

    often: int  # weight in the draw
    most: int  # pieces for one person at most
    keeps: int  # days until it expires; 0: for ever
    value: int  # fenings a piece
    donor: str


STORIES = {
    "hot_meal": Story(30, 1, 0, 350, "Javna kuhinja"),
    "lunch_pack": Story(22, 1, 120, 480, "Švicarski Crveni križ"),
    "water": Story(34, 2, 500, 60, "Međunarodna federacija"),
    "tea": Story(12, 1, 0, 40, "Međunarodna federacija"),
    "hygiene_parcel": Story(14, 1, 700, 1250, "Međunarodna federacija"),
    "blanket": Story(8, 1, 0, 1800, "Međunarodna federacija"),
    "socks": Story(14, 2, 0, 220, "Italijanski Crveni krst"),
    "jacket": Story(4, 1, 0, 4500, "Italijanski Crveni krst"),
    "shoes": Story(5, 1, 0, 5200, "Švicarski Crveni križ"),
    "raincoat": Story(5, 1, 0, 600, "Međunarodna federacija"),
    "sleeping_bag": Story(2, 1, 0, 3900, "Švicarski Crveni križ"),
    "baby_milk": Story(2, 1, 45, 1400, "Apoteka Sana"),
    "nappies": Story(2, 1, 0, 1650, "Apoteka Sana"),
}
_OFTEN = [story.often for story in STORIES.values()]

Pieces = Counter[str]


def draw(chance: random.Random, persons: int) -> Pieces:
    """What a visit of so many persons takes: one to three kinds of goods."""
    kinds = set(chance.choices(list(STORIES), _OFTEN, k=chance.choice((1, 2, 2, 3))))
    return Counter({c: chance.randint(1, STORIES[c].most) * persons for c in sorted(kinds)})


@question()
def stock_up(session: Session, warehouse: Place, needed: dict[int, Pieces], on: date) -> None:
    """Receive what all places will need and a little more, and move their part to each."""
    known = {code: _item(session, code) for code in STORIES}
    total = sum(needed.values(), Counter())
    for donor in dict.fromkeys(story.donor for story in STORIES.values()):
        codes = [code for code in total if STORIES[code].donor == donor]
        goods = [_received(known[code], code, total[code], on) for code in codes]
        if goods:
            stock.receive(session, warehouse, goods, on=on, supplier=donor, reference=f"{on:%m/%y}")
    for place_id, pieces in needed.items():
        if place_id != warehouse.id:
            moved = [Goods(known[code], count * THOUSAND) for code, count in pieces.items()]
            stock.transfer(session, warehouse, session.get_one(Place, place_id), moved, on=on)


@question()
def write_off_expired(session: Session, on: date, confirmed_by: int) -> None:
    """What has spoiled by a day leaves the book, confirmed by a second user."""
    session.info["witness"] = confirmed_by
    spoiled = select(Lot, OnHand).join(OnHand, OnHand.lot_id == Lot.id)
    spoiled = spoiled.where(Lot.expiry < on, OnHand.quantity > 0).order_by(Lot.id)
    at_place: dict[int, list[Goods]] = defaultdict(list)
    for lot, there in session.execute(spoiled):
        item = session.get_one(Item, lot.item_id)
        at_place[there.place_id].append(Goods(item, there.quantity, lot=lot))
    for place_id, goods in at_place.items():
        place = session.get_one(Place, place_id)
        stock.write_off(session, place, goods, on=on, reason="Istekao rok")
    session.info["witness"] = None


class Shelf:
    """What lies where at one moment, lot by lot, so that choosing by FEFO costs no query."""

    def __init__(self, session: Session) -> None:
        self.target = virtual(session, PlaceKind.HANDED_OUT)
        self.left: dict[tuple[int, str], list[tuple[Lot, int]]] = defaultdict(list)
        query = select(Item.code, Lot, OnHand.place_id, OnHand.quantity)
        query = query.join(Lot, Lot.item_id == Item.id).join(OnHand, OnHand.lot_id == Lot.id)
        query = query.where(OnHand.quantity > 0).order_by(Lot.expiry.is_(None), Lot.expiry, Lot.id)
        for code, lot, place_id, quantity in session.execute(query):
            self.left[place_id, code].append((lot, quantity))

    def take(self, place: Place, pieces: Pieces, on: date) -> list[Move]:
        """The moves that hand out `pieces` at a place, or what is left of them, by FEFO."""
        return [move for code in pieces for move in self._take(place, code, pieces[code], on)]

    def _take(self, place: Place, code: str, pieces: int, on: date) -> list[Move]:
        moves, missing = [], pieces * THOUSAND
        lots = self.left[place.id, code]
        while missing and lots:
            lot, there = lots[0]
            taken = min(missing, there) if lot.expiry is None or lot.expiry >= on else 0
            if taken:
                moves.append(Move(lot, place, self.target, taken))
            missing -= taken
            lots[0] = (lot, there - taken)
            if taken == there or not taken:
                lots.pop(0)
        return moves


def _item(session: Session, code: str) -> Item:
    return session.scalars(select(Item).where(Item.code == code)).one()


def _received(item: Item, code: str, pieces: int, on: date) -> Goods:
    story = STORIES[code]
    return Goods(
        item,
        math.ceil(pieces * 1.1 / 10) * 10 * THOUSAND,
        batch=f"{code[:2].upper()}-{on:%y%m}",
        expiry=on + timedelta(days=max(story.keeps, 31)) if story.keeps else None,
        unit_value=story.value,
    )
