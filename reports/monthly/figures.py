"""What a monthly report says: plain numbers, days and codes, the same in every language.

This is also the data that the PDF carries (`docs/monthly-report.md`); a change of shape is a
new version of the schema.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from models.desk.aid import Reason, Referral, Service
from models.desk.cards import AgeBand, Disability, Sex, Vulnerability
from models.goods.items import Category
from models.office.branch import Level
from models.periods import Period
from models.spans import Spans
from models.units import Unit
from translations import N_, Money

Names = dict[str, str]  # a name by the code of its language, all five

_NONE = Spans(Decimal(0), Decimal(0), Decimal(0))


class Status(enum.StrEnum):
    DRAFT = "draft"
    FINAL = "final"

    @property
    def label(self) -> str:
        return _STATUSES[self]


_STATUSES = {Status.DRAFT: N_("draft report"), Status.FINAL: N_("final report")}


@dataclass(frozen=True)
class Sender:
    """The branch, the organizations above it, and who signs."""

    entity: str
    canton: str
    municipalities: tuple[str, ...]
    names: dict[Level, Names]
    town: str
    address: str
    contact: str
    secretary: str
    president: str
    is_practice: bool


@dataclass(frozen=True)
class Chain:
    """The newest document of the stock book when the figures were added up."""

    number: int
    hash: str


@dataclass(frozen=True)
class Cell:
    """Persons of one sex and age band."""

    sex: Sex
    age: AgeBand
    persons: Spans[int]


@dataclass(frozen=True)
class Nationality:
    country: str  # ISO 3166, "XX" unknown, "XS" stateless
    persons: Spans[int]


@dataclass(frozen=True)
class Vulnerable:
    """Persons with a card; one person may stand in several lines."""

    kind: Vulnerability
    persons: Spans[int]


@dataclass(frozen=True)
class Abled:
    disability: Disability
    persons: Spans[int]


@dataclass(frozen=True)
class Day:
    day: date
    contacts: int


@dataclass(frozen=True)
class People:
    """`persons` = `carded`, each once, + `anonymous`, at every contact; `contacts` counts all."""

    persons: Spans[int]
    carded: Spans[int]
    anonymous: Spans[int]
    new: Spans[int]  # of the carded: never helped before the span began
    repeat: Spans[int]
    contacts: Spans[int]
    estimated: Spans[int]  # of the contacts
    cells: tuple[Cell, ...]
    nationalities: tuple[Nationality, ...]
    vulnerabilities: tuple[Vulnerable, ...]
    disabilities: tuple[Abled, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True)
class ServiceLine:
    kind: Service
    persons: Spans[int]
    times: Spans[int]


@dataclass(frozen=True)
class ReasonLine:
    """Why first aid was given; None: no reason was recorded."""

    reason: Reason | None
    times: Spans[int]


@dataclass(frozen=True)
class ReferralLine:
    """To whom people were referred; None: not recorded."""

    target: Referral | None
    times: Spans[int]


@dataclass(frozen=True)
class Item:
    """A kind of goods that the report speaks of."""

    code: str
    names: Names
    category: Category
    unit: Unit
    weight: Decimal | None  # kilograms a unit

    @property
    def is_meal(self) -> bool:
        """Only whole meals are counted as meals; a portion of soup is not one."""
        return self.unit is Unit.MEAL and self.category in (Category.HOT_MEAL, Category.DRY_MEAL)


@dataclass(frozen=True)
class Handed:
    """Goods handed out, in the item's unit and in kilograms (None: its weight is not known)."""

    item: str
    quantity: Spans[Decimal]
    kilograms: Spans[Decimal] | None


@dataclass(frozen=True)
class Stock:
    """opening + received - handed_out - delivered - written_off + difference = closing.

    `without_value` is the quantity that `value` leaves out, for none was written down.
    """

    item: str
    opening: Decimal
    received: Decimal
    handed_out: Decimal
    delivered: Decimal
    written_off: Decimal
    difference: Decimal  # by counting: more is positive
    closing: Decimal
    value: Money  # of the closing stock
    donor: str | None = None  # None in the list of all goods; "" where no donor was named
    without_value: Decimal = field(default=Decimal(0), metadata={"later": True})  # of the closing

    @property
    def known_value(self) -> Money | None:
        return _known(self.value, self.closing, self.without_value)


@dataclass(frozen=True)
class Donation:
    """Goods received; `without_value` is the quantity that `value` leaves out."""

    donor: str  # "": none was named
    item: str
    quantity: Spans[Decimal]
    value: Spans[Money]
    without_value: Spans[Decimal] = field(default=_NONE, metadata={"later": True})

    @property
    def known_value(self) -> Spans[Money | None]:
        whole, value, without = self.quantity, self.value, self.without_value
        return Spans(
            _known(value.now, whole.now, without.now),
            _known(value.before, whole.before, without.before),
            _known(value.year, whole.year, without.year),
        )


@dataclass(frozen=True)
class Teams:
    teams: Spans[int]
    members: Spans[int]
    days: Spans[int]
    kilometres: Spans[int]


@dataclass(frozen=True)
class Volunteers:
    engaged: Spans[int]
    women: Spans[int]
    men: Spans[int]
    unknown: Spans[int]
    minors: Spans[int]
    new: Spans[int]
    trained: Spans[int]
    minutes: Spans[int]


@dataclass(frozen=True)
class IndicatorLine:
    code: str
    section: str
    unit: str
    names: Names
    definitions: Names
    terms: tuple[str, ...]  # "item:blanket", "service:first_aid": what was added up
    value: Spans[Decimal]


@dataclass(frozen=True)
class Monthly:
    """The whole report. `logo` is not carried; every item named is in `items`."""

    status: Status
    number: int | None  # of a closed month; a draft has none
    period: Period
    previous: Period
    year: Period
    made_at: datetime  # UTC
    sender: Sender
    chain: Chain
    people: People
    services: tuple[ServiceLine, ...]
    reasons: tuple[ReasonLine, ...]
    referrals: tuple[ReferralLine, ...]
    items: tuple[Item, ...]
    handed_out: tuple[Handed, ...]
    teams: Teams
    volunteers: Volunteers
    donations: tuple[Donation, ...]
    stock: tuple[Stock, ...]
    stock_by_donor: tuple[Stock, ...]
    narratives: dict[str, str]  # the boxes "incidents", "needs", "narrative"
    indicators: tuple[IndicatorLine, ...]
    correction: int = field(default=0, metadata={"later": True})  # 0: the first report itself
    logo: bytes | None = field(default=None, compare=False, metadata={"carried": False})

    def item(self, code: str) -> Item:
        """The item of that code. Raises KeyError for one that the report does not name."""
        return self._items[code]

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}


def _known(value: Money, quantity: Decimal, without_value: Decimal) -> Money | None:
    """None where not one of the goods has a value: that is not the same as worth nothing."""
    return None if without_value and without_value == quantity else value
