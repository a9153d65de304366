"""What all rows of a day sheet add up to, to be compared with the paper before importing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.desk.aid import Service
from models.goods.items import Item
from models.sheets.sheetnames import Names
from models.sheets.sheetrows import Entry
from models.units import Unit, decimal


@dataclass(frozen=True)
class GoodsSum:
    """What all rows together hand out of one item."""

    name: str
    quantity: Decimal
    unit: Unit


@dataclass(frozen=True)
class ServiceSum:
    """How often all rows together gave a service, and to how many persons."""

    kind: Service
    times: int
    persons: int


@dataclass(frozen=True)
class Totals:
    """What a person compares with the paper before importing."""

    rows: int
    persons: int
    first: date | None
    last: date | None
    goods: tuple[GoodsSum, ...]
    services: tuple[ServiceSum, ...]


def of(entries: Sequence[Entry], names: Names) -> Totals:
    """Add up the rows that were understood."""
    goods: Counter[int] = Counter()
    times: Counter[Service] = Counter()
    helped: Counter[Service] = Counter()
    for entry in entries:
        if entry.item_id:
            goods[entry.item_id] += entry.quantity
        if entry.service:
            times[entry.service] += entry.times
            helped[entry.service] += entry.persons
    return Totals(
        rows=len(entries),
        persons=sum(entry.persons for entry in entries),
        first=min((entry.day for entry in entries), default=None),
        last=max((entry.day for entry in entries), default=None),
        goods=tuple(_goods_sum(names.items[id_], sum_) for id_, sum_ in goods.items()),
        services=tuple(ServiceSum(kind, times[kind], helped[kind]) for kind in times),
    )


def _goods_sum(item: Item, quantity: int) -> GoodsSum:
    return GoodsSum(item.name(), decimal(quantity), item.unit)
