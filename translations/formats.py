"""How each language writes numbers, money, months and days.

The figures are CLDR's, written out here because reading them through Babel takes longer than
opening the whole first window; the tests compare every one with Babel. Where the house style
differs (the stop after the year, the full date pattern) the tests say so.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

NO_BREAK = "\u00a0"


@dataclass(frozen=True, order=True)
class Money:
    """An amount in fenings: 100 fenings are 1 KM, the convertible mark."""

    fenings: int


@dataclass(frozen=True, order=True)
class Counted:
    """So many of something: the forms "{count} box" and "{count} boxes" are marked with NN_()."""

    count: int | Decimal
    one: str
    other: str


class Format(NamedTuple):
    """What a language needs beside its catalog. Weeks start on Monday, months in January."""

    name: str
    locale: str
    currency: str
    conjunction: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    months_in_dates: tuple[str, ...] = ()
    decimal_mark: str = ","
    group_mark: str = "."
    percent: str = "%"
    day_stop: str = "."
    year_stop_in_dates: str = "."
    year_stop: str = ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FORMATS = {
    "bs": Format(
        name="Bosanski",
        locale="bs_BA",
        currency="KM",
        conjunction="i",
        months=_words(
            "januar februar mart april maj juni juli august septembar oktobar novembar decembar"
        ),
        weekdays=_words("ponedjeljak utorak srijeda četvrtak petak subota nedjelja"),
    ),
    "hr": Format(
        name="Hrvatski",
        locale="hr_BA",
        currency="KM",
        conjunction="i",
        months=_words(
            "siječanj veljača ožujak travanj svibanj lipanj"
            " srpanj kolovoz rujan listopad studeni prosinac"
        ),
        months_in_dates=_words(
            "siječnja veljače ožujka travnja svibnja lipnja"
            " srpnja kolovoza rujna listopada studenoga prosinca"
        ),
        weekdays=_words("ponedjeljak utorak srijeda četvrtak petak subota nedjelja"),
        percent=NO_BREAK + "%",
        year_stop=".",
    ),
    "sr_Cyrl": Format(
        name="Српски (ћирилица)",
        locale="sr_Cyrl_BA",
        currency="КМ",
        conjunction="и",
        months=_words(
            "јануар фебруар март април мај јун јул август септембар октобар новембар децембар"
        ),
        weekdays=_words("понедјељак уторак сриједа четвртак петак субота недјеља"),
    ),
    "sr_Latn": Format(
        name="Srpski (latinica)",
        locale="sr_Latn_BA",
        currency="KM",
        conjunction="i",
        months=_words(
            "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar"
        ),
        weekdays=_words("ponedjeljak utorak srijeda četvrtak petak subota nedjelja"),
    ),
    "en": Format(
        name="English",
        locale="en_GB",
        currency="KM",
        conjunction="and",
        months=_words(
            "January February March April May June July August September October November December"
        ),
        weekdays=_words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        decimal_mark=".",
        group_mark=",",
        day_stop="",
        year_stop_in_dates="",
    ),
}
