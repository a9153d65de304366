"""The catalogue: what the branch stocks and hands out, named in five languages."""

from __future__ import annotations

import csv
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import SORT_KEY, Base, choice
from models.errors import DomainError, Missing
from models.rights import question, verb
from models.roles import EVERYONE, STORE
from models.text import fitting, in_order, matches, search_key, sort_key, writable
from models.units import Unit, decimal, thousandths
from translations import LANGUAGES, N_, current

STARTER = Path(__file__).parents[1] / "data" / "items.csv"


class Category(enum.StrEnum):
    HOT_MEAL = "hot_meal"
    DRY_MEAL = "dry_meal"
    DRINK = "drink"
    FOOD = "food"
    BABY = "baby"
    HYGIENE = "hygiene"
    BEDDING = "bedding"
    CLOTHING = "clothing"
    SHELTER = "shelter"
    HOUSEHOLD = "household"
    MEDICAL = "medical"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Category.HOT_MEAL: N_("Hot meals"),
    Category.DRY_MEAL: N_("Dry meals"),
    Category.DRINK: N_("Drinks"),
    Category.FOOD: N_("Food"),
    Category.BABY: N_("For babies"),
    Category.HYGIENE: N_("Hygiene"),
    Category.BEDDING: N_("Bedding"),
    Category.CLOTHING: N_("Clothes and shoes"),
    Category.SHELTER: N_("Shelter"),
    Category.HOUSEHOLD: N_("Household"),
    Category.MEDICAL: N_("First-aid supplies"),
}


class Item(Base):
    """A kind of goods. `weight` is grams a unit; `minimum` is thousandths of the unit."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("weight >= 0", name="weight"),
        CheckConstraint("minimum >= 0", name="minimum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    category: Mapped[Category] = mapped_column(choice(Category))
    unit: Mapped[Unit] = mapped_column(choice(Unit))
    weight: Mapped[int | None]
    minimum: Mapped[int] = mapped_column(default=0)
    tracks_expiry: Mapped[bool] = mapped_column(default=False)
    ifrc_code: Mapped[str] = mapped_column(String(40), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    search: Mapped[str]

    names: Mapped[list[ItemName]] = relationship(
        cascade="all, delete-orphan", order_by="ItemName.language"
    )
    packs: Mapped[list[Pack]] = relationship(cascade="all, delete-orphan")

    def name(self, code: str | None = None) -> str:
        wanted = code or current().code
        return next((name.text for name in self.names if name.language == wanted), self.code)


class ItemName(Base):
    """What an item is called in one language; every item has all five."""

    __tablename__ = "item_name"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str]
    sort: Mapped[str] = mapped_column(SORT_KEY)


class Pack(Base):
    """A larger unit the item comes in: one `unit` holds `quantity` thousandths of the item's."""

    __tablename__ = "pack"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        UniqueConstraint("item_id", "unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    unit: Mapped[Unit] = mapped_column(choice(Unit))
    quantity: Mapped[int]


@dataclass(frozen=True)
class ItemRow:
    """One line of the catalogue."""

    id: int
    code: str
    name: str
    category: Category
    unit: Unit
    weight: Decimal | None  # kilograms a unit
    minimum: Decimal
    tracks_expiry: bool
    is_active: bool


@verb(N_("Added an item"), *STORE)
def add(
    session: Session,
    code: str,
    names: Mapping[str, str],
    unit: Unit,
    category: Category,
    *,
    weight: int | None = None,
    minimum: int = 0,
    tracks_expiry: bool = False,
    ifrc_code: str = "",
    packs: Mapping[Unit, int] | None = None,
) -> Item:
    """Enter an item. `weight` grams, `minimum` and packs thousandths. Raises Missing, CodeTaken."""
    if not (code := fitting(code, 40)):
        raise Missing(field=N_("Code"))
    if session.scalar(select(Item.id).where(Item.code == code)):
        raise CodeTaken(code=code)
    item = Item(code=code, unit=unit, category=category, search="")
    session.add(item)
    item.tracks_expiry, item.ifrc_code = tracks_expiry, fitting(ifrc_code, 40)
    change(session, item, names=names, weight=weight, minimum=minimum)
    set_packs(session, item, packs or {})
    return item


@verb(N_("Changed an item"), *STORE)
def change(
    session: Session,
    item: Item,
    *,
    names: Mapping[str, str],
    weight: int | None,
    minimum: int,
) -> None:
    """Rename or re-weigh an item. Its unit never changes. Raises Missing without any name."""
    whole = _in_all_languages(names)
    item.weight, item.minimum = weight, minimum
    item.search = search_key(" ".join([item.code, *whole.values()]))
    known = {name.language: name for name in item.names}
    for code, words in whole.items():
        name = known.get(code)
        if name is None:
            name = ItemName(language=code)
            item.names.append(name)
        name.text, name.sort = words, sort_key(words)
    session.flush()


@verb(N_("Changed an item"), *STORE)
def classify(
    session: Session, item: Item, category: Category, *, tracks_expiry: bool, ifrc_code: str
) -> None:
    """Say anew what kind of goods it is. Lots received before stay as they are."""
    item.category, item.tracks_expiry = category, tracks_expiry
    item.ifrc_code = fitting(ifrc_code, 40)
    session.flush()


@verb(N_("Changed the packs of an item"), *STORE)
def set_packs(session: Session, item: Item, packs: Mapping[Unit, int]) -> None:
    """The item comes in exactly these packs: thousandths of its unit in each. Raises BadPack."""
    for unit, held in packs.items():
        if unit == item.unit or held <= 0:
            raise BadPack(unit=unit)
    known = {pack.unit: pack for pack in item.packs}
    item.packs = [known.get(unit) or Pack(unit=unit) for unit in packs]
    for pack in item.packs:
        pack.quantity = packs[pack.unit]
    session.flush()


@verb(N_("Retired an item or took it back into use"), *STORE)
def retire(session: Session, item: Item, *, active: bool = False) -> None:
    """Take an item off the lists for new entries (or put it back); its history stays."""
    item.is_active = active
    session.flush()


@question()
def add_starters(session: Session) -> None:
    """Fill an empty catalogue with the starter items."""
    with STARTER.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            _add_starter(session, row)


@question(*EVERYONE)
def overview(session: Session, search: str = "", *, retired: bool = False) -> list[ItemRow]:
    """The catalogue in the current language, in its alphabetical order."""
    query = (
        select(Item, ItemName.text)
        .join(ItemName, (ItemName.item_id == Item.id) & (ItemName.language == current().code))
        .where(matches(Item.search, search))
        .order_by(Item.id)
    )
    if not retired:
        query = query.where(Item.is_active)
    rows = (_row(item, name) for item, name in session.execute(query))
    return in_order(rows, lambda row: row.name)


@question(*EVERYONE)
def choices(session: Session, search: str = "", limit: int = 30) -> list[tuple[int, str]]:
    """Active items for choosing, by name in the current language."""
    return [(row.id, row.name) for row in overview(session, search)[:limit]]


def units_of(item: Item) -> list[Unit]:
    """The units an item can be entered in: its own first, then its packs."""
    return [item.unit, *(pack.unit for pack in item.packs)]


@question(*EVERYONE)
def find(session: Session, words: str) -> Item | None:
    """The one item that is called exactly `words` (code, or name in any language), or None."""
    by_code = session.scalar(select(Item).where(Item.code == writable(words)))
    if by_code:
        return by_code
    named = select(Item).where(Item.names.any(ItemName.sort == sort_key(words)))
    found = session.scalars(named.limit(2)).all()
    return found[0] if len(found) == 1 else None


@question(*EVERYONE)
def names_in(session: Session, code: str) -> dict[int, str]:
    """Every item's name in the language `code`, by the item's id."""
    query = select(ItemName.item_id, ItemName.text).where(ItemName.language == code)
    return {row.item_id: row.text for row in session.execute(query)}


def in_units(item: Item, quantity: int, unit: Unit) -> int:
    """`quantity` thousandths of `unit`, in the item's own unit. Raises NoSuchPack."""
    if unit == item.unit:
        return quantity
    held = next((pack.quantity for pack in item.packs if pack.unit == unit), None)
    if held is None:
        raise NoSuchPack(item=item.name(), unit=unit, own=item.unit)
    return thousandths(decimal(quantity) * decimal(held))


def _in_all_languages(names: Mapping[str, str]) -> dict[str, str]:
    """A missing language borrows the nearest that is there: the other script, then any."""
    given = {code: kept for code, words in names.items() if (kept := fitting(words, 200))}
    if not given:
        raise Missing(field=N_("Name"))
    nearest = {"bs": ("hr", "sr_Latn"), "hr": ("bs", "sr_Latn"), "sr_Latn": ("bs", "hr")}
    anything = next(iter(given.values()))
    return {
        code: next((given[c] for c in (code, *nearest.get(code, ())) if c in given), anything)
        for code in LANGUAGES
    }


def _add_starter(session: Session, row: dict[str, str]) -> None:
    packs = {Unit(row["pack_unit"]): thousandths(row["pack_quantity"])} if row["pack_unit"] else {}
    add(
        session,
        row["code"],
        {code: row[f"name_{code.lower()}"] for code in LANGUAGES},
        Unit(row["unit"]),
        Category(row["category"]),
        weight=int(row["weight_g"]) if row["weight_g"] else None,
        minimum=thousandths(row["minimum"] or 0),
        tracks_expiry=row["tracks_expiry"] == "1",
        ifrc_code=row["ifrc_code"],
        packs=packs,
    )


def _row(item: Item, name: str) -> ItemRow:
    return ItemRow(
        id=item.id,
        code=item.code,
        name=name,
        category=item.category,
        unit=item.unit,
        weight=Decimal(item.weight).scaleb(-3) if item.weight is not None else None,
        minimum=decimal(item.minimum),
        tracks_expiry=item.tracks_expiry,
        is_active=item.is_active,
    )


class CodeTaken(DomainError):
    message = N_("The code {code} already belongs to another item. Choose another.")


class BadPack(DomainError):
    message = N_("The pack by {unit} must be another unit and hold more than nothing.")


class NoSuchPack(DomainError):
    message = N_("{item} is counted in {own}; no pack by {unit} is known. Add it in the catalogue.")
