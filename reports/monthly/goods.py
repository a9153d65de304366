"""The goods of a monthly report: handed out, donated, and the stock they leave behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.goods import flows
from models.goods import items as catalogue
from models.goods.flows import Flow
from models.goods.items import Category
from models.goods.places import Donor, PlaceKind
from models.spans import Cut, Spans, total
from models.units import decimal, kilograms, value_of
from reports.monthly.figures import Donation, Handed, Item, Stock
from translations import Money


@dataclass(frozen=True)
class Goods:
    """All that the report says of goods; every item named is in `items`."""

    items: tuple[Item, ...]
    handed_out: tuple[Handed, ...]
    donations: tuple[Donation, ...]
    stock: tuple[Stock, ...]
    by_donor: tuple[Stock, ...]


class _Part(NamedTuple):
    """The goods of one kind, from one donor ("": none was named)."""

    donor: str
    item: catalogue.Item
    flow: Flow


def goods(session: Session, cut: Cut) -> Goods:
    """Goods with any stock or movement in the spans, in the order of the catalogue."""
    parts = _parts(session, cut)
    whole = _by_item(parts)
    return Goods(
        items=tuple(_item(part.item) for part in whole),
        handed_out=tuple(_handed(part) for part in whole if _way(part, HANDED_OUT).any()),
        donations=tuple(_donation(part) for part in parts if _way(part, RECEIVED).any()),
        stock=tuple(_stock(part, None) for part in whole if _lies(part.flow)),
        by_donor=tuple(_stock(part, part.donor) for part in parts if _lies(part.flow)),
    )


RECEIVED, HANDED_OUT = PlaceKind.DONOR, PlaceKind.HANDED_OUT


def _parts(session: Session, cut: Cut) -> list[_Part]:
    """By donor, then in the order of the catalogue; goods without a donor last."""
    found = {whose: flow for whose, flow in flows.flows(session, cut).items() if _is_any(flow)}
    items = _items(session, {whose.item_id for whose in found})
    donors = {donor.id: donor for donor in session.scalars(select(Donor))}
    parts = [
        (donors.get(whose.donor_id or 0), items[whose.item_id], flow)
        for whose, flow in found.items()
    ]
    parts.sort(key=lambda part: (part[0] is None, part[0].sort if part[0] else "", _order(part[1])))
    return [_Part(donor.name if donor else "", item, flow) for donor, item, flow in parts]


def _items(session: Session, ids: Iterable[int]) -> dict[int, catalogue.Item]:
    query = select(catalogue.Item).options(selectinload(catalogue.Item.names))
    return {item.id: item for item in session.scalars(query) if item.id in ids}


def _by_item(parts: Iterable[_Part]) -> list[_Part]:
    """The goods of every donor together, in the order of the catalogue."""
    found: dict[int, list[_Part]] = defaultdict(list)
    for part in parts:
        found[part.item.id].append(part)
    whole = [_Part("", each[0].item, _together(p.flow for p in each)) for each in found.values()]
    return sorted(whole, key=lambda part: _order(part.item))


def _together(flows_: Iterable[Flow]) -> Flow:
    whole = list(flows_)
    return Flow(
        opening=sum(flow.opening for flow in whole),
        closing=sum(flow.closing for flow in whole),
        closing_value=sum(flow.closing_value for flow in whole),
        closing_unvalued=sum(flow.closing_unvalued for flow in whole),
        ways={way: total(flow.gained(way) for flow in whole) for way in PlaceKind},
    )


def _order(item: catalogue.Item) -> tuple[int, int]:
    return list(Category).index(item.category), item.id


def _is_any(flow: Flow) -> bool:
    return _lies(flow) or any(spans.any() for spans in flow.ways.values())


def _lies(flow: Flow) -> bool:
    """Whether there was stock, or any movement, in the period itself."""
    moved = any(spans.now for spans in flow.ways.values())
    return bool(flow.opening or flow.closing or moved)


def _way(part: _Part, way: PlaceKind) -> Spans[int]:
    """What came from a place outside the shelf, or went there."""
    return part.flow.gained(way) if way is RECEIVED else part.flow.lost(way)


def _item(item: catalogue.Item) -> Item:
    return Item(
        code=item.code,
        names={name.language: name.text for name in item.names},
        category=item.category,
        unit=item.unit,
        weight=None if item.weight is None else Decimal(item.weight).scaleb(-3).normalize() + 0,
    )


def _handed(part: _Part) -> Handed:
    quantity, weight = _way(part, HANDED_OUT), part.item.weight
    return Handed(
        item=part.item.code,
        quantity=quantity.to(decimal),
        kilograms=None if weight is None else quantity.to(lambda each: kilograms(each, weight)),
    )


def _donation(part: _Part) -> Donation:
    return Donation(
        donor=part.donor,
        item=part.item.code,
        quantity=_way(part, RECEIVED).to(decimal),
        value=part.flow.values[RECEIVED].to(_money),
        without_value=part.flow.unvalued[RECEIVED].to(decimal),
    )


def _stock(part: _Part, donor: str | None) -> Stock:
    return Stock(
        item=part.item.code,
        opening=decimal(part.flow.opening),
        received=decimal(_way(part, RECEIVED).now),
        handed_out=decimal(_way(part, HANDED_OUT).now),
        delivered=decimal(_way(part, PlaceKind.DELIVERED).now),
        written_off=decimal(_way(part, PlaceKind.WRITTEN_OFF).now),
        difference=decimal(part.flow.gained(PlaceKind.DIFFERENCE).now),
        closing=decimal(part.flow.closing),
        value=_money(part.flow.closing_value),
        donor=donor,
        without_value=decimal(part.flow.closing_unvalued),
    )


def _money(value: int) -> Money:
    """Fenings x thousandths as an amount, halves rounded up."""
    return Money(value_of(value, 1))
