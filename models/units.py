"""Exact quantities and the units that items are counted in.

The database keeps a quantity as an integer number of thousandths of the item's unit and
money as an integer number of fenings (1 KM = 100); screens and reports show `Decimal`.
"""

from __future__ import annotations

import enum
from decimal import ROUND_HALF_UP, Decimal

from models.errors import DomainError
from translations import N_, NN_, Counted

THOUSAND = 1000
LARGEST = 10**10  # ten million units: beyond it is a slip of the keyboard


class Unit(enum.StrEnum):
    """Units of the branch's items; the label is the abbreviation that papers show."""

    PIECE = "piece"
    PAIR = "pair"
    PACKET = "packet"
    BOX = "box"
    BOTTLE = "bottle"
    KG = "kg"
    LITRE = "l"
    MEAL = "meal"
    PORTION = "portion"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Unit.PIECE: N_("pcs"),
    Unit.PAIR: N_("pair"),
    Unit.PACKET: N_("packet"),
    Unit.BOX: N_("box"),
    Unit.BOTTLE: N_("bottle"),
    Unit.KG: N_("kg"),
    Unit.LITRE: N_("l"),
    Unit.MEAL: N_("meal"),
    Unit.PORTION: N_("portion"),
}


_COUNTED = {
    Unit.PIECE: NN_("{count} pc", "{count} pcs"),
    Unit.PAIR: NN_("{count} pair", "{count} pairs"),
    Unit.PACKET: NN_("{count} packet", "{count} packets"),
    Unit.BOX: NN_("{count} box", "{count} boxes"),
    Unit.BOTTLE: NN_("{count} bottle", "{count} bottles"),
    Unit.KG: NN_("{count} kg", "{count} kg"),
    Unit.LITRE: NN_("{count} l", "{count} l"),
    Unit.MEAL: NN_("{count} meal", "{count} meals"),
    Unit.PORTION: NN_("{count} portion", "{count} portions"),
}


def counted(thousandths: int, unit: Unit) -> Counted:
    """A stored quantity as it is said in a sentence: 3 boxes."""
    return amount(decimal(thousandths), unit)


def amount(units: Decimal | int, unit: Unit) -> Counted:
    """So many of a unit, as it is said in a sentence: 3 boxes."""
    return Counted(units, *_COUNTED[unit])


def decimal(thousandths: int) -> Decimal:
    """A stored quantity as a number of units, without trailing zeros: 1500 → 1.5."""
    whole, rest = divmod(thousandths, THOUSAND)
    return Decimal(whole) if not rest else Decimal(thousandths).scaleb(-3).normalize()


def thousandths(amount: Decimal | int | str) -> int:
    """A number of units as the database keeps it. Raises BadQuantity beyond three decimals."""
    try:
        exact = Decimal(amount) * THOUSAND
    except ArithmeticError:
        raise BadQuantity(quantity=str(amount)) from None
    if not exact.is_finite() or exact != exact.to_integral_value() or abs(exact) > LARGEST:
        raise BadQuantity(quantity=str(amount))
    return int(exact)


def value_of(quantity: int, unit_value: int | None) -> int:
    """Fenings of `quantity` thousandths at `unit_value` fenings a unit, halves rounded up."""
    exact = Decimal(quantity) * (unit_value or 0) / THOUSAND
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def kilograms(quantity: int, weight: int | None) -> Decimal:
    """Kilograms of `quantity` thousandths at `weight` grams a unit (thousandths x grams = mg)."""
    return Decimal(quantity * (weight or 0)).scaleb(-6).normalize() + 0


class BadQuantity(DomainError):
    message = N_("{quantity} is not a quantity. Enter a number with at most three decimals.")
