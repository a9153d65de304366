"""One language: its texts, and how it shows every kind of value, on screen and paper alike."""

import enum
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from translations import catalogs
from translations.formats import FORMATS, NO_BREAK, Counted, Money

LANGUAGES = ("bs", "hr", "sr_Cyrl", "sr_Latn", "en")

UNKNOWN_COUNTRY = "XX"
STATELESS = "XS"

_MISSING = "—"
_COUNTRIES = Path(__file__).with_name("countries.tsv")


def N_(message: str) -> str:
    """Mark a message for translation where it is written; translate it with _() when shown."""
    return message


def NN_(one: str, other: str) -> tuple[str, str]:
    """Mark the forms of a counted message, "{count} box" and "{count} boxes"."""
    return one, other


class Language:
    """Texts and formats of one written standard. Get it from `language(code)` or `current()`."""

    def __init__(self, code: str, catalog: catalogs.Catalog | None = None) -> None:
        self.code = code
        self.format = FORMATS[code]
        self.name = self.format.name
        self.locale = self.format.locale
        marks = self.format
        self._marks = str.maketrans({",": marks.group_mark, ".": marks.decimal_mark})
        self._names: dict[str, str] = {}
        if catalog is not None:
            self._catalog = catalog

    @cached_property
    def _catalog(self) -> catalogs.Catalog:
        """Read when the first text is asked for: a list of languages needs only their names."""
        return catalogs.of(self.code)

    def gettext(self, message: str) -> str:
        return self._catalog.texts.get(message, message)

    def ngettext(self, one: str, other: str, count: int | Decimal) -> str:
        """The form that fits `count`, its {places} not yet filled."""
        forms = self._catalog.plurals.get(one)
        if forms is None:
            return one if count == 1 else other
        return forms[_plural_form(count)]

    def show(self, value: object) -> str:
        """Any value of a table cell, as a reader of this language expects it."""
        if value is None:
            return _MISSING
        if isinstance(value, enum.Enum):
            return self._member(value)
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return self.gettext(N_("Yes") if value else N_("No"))
        if isinstance(value, int | Decimal | float):
            return self.number(value)
        return self._show_other(value)

    def number(self, value: int | Decimal | float, *, least: int = 0) -> str:
        """Grouped by thousands, with at most three decimals, at `least` so many of them."""
        if isinstance(value, int) and not least:
            return f"{value:,d}".translate(self._marks)
        whole, _, decimals = f"{value:,.3f}".partition(".")
        text = f"{whole}.{decimals.rstrip('0').ljust(least, '0')}".rstrip(".")
        return ("0" if text == "-0" else text).translate(self._marks)

    def money(self, amount: Money | int) -> str:
        """An amount, or a number of fenings, with two decimals and the currency."""
        fenings = amount.fenings if isinstance(amount, Money) else amount
        sign = "-" if fenings < 0 else ""
        marks, rest = divmod(abs(fenings), 100)
        text = f"{sign}{marks:,d}.{rest:02d}".translate(self._marks)
        return text + NO_BREAK + self.format.currency

    def counted(self, value: Counted) -> str:
        """3 boxes · 3 kutije · 5 kutija, with a no-break space after the number."""
        said = self.ngettext(value.one, value.other, value.count)
        said = said.replace("{count} ", f"{{count}}{NO_BREAK}")
        return said.format(count=self.number(value.count))

    def percent(self, fraction: Decimal | float, decimals: int = 0) -> str:
        """A share of one: 0.126 is 13%, or 12,6% with one decimal."""
        share = Decimal(str(fraction)) * 100
        return f"{share:,.{decimals}f}".translate(self._marks) + self.format.percent

    def day(self, value: date) -> str:
        """23. 11. 2026. with no-break spaces, in every language."""
        return f"{value.day}.{NO_BREAK}{value.month}.{NO_BREAK}{value.year}."

    def short_day(self, value: date) -> str:
        """A day where the year is plain: 5. 11."""
        return f"{value.day}.{NO_BREAK}{value.month}."

    def long_date(self, value: date) -> str:
        """23. novembar 2026. · 23. studenoga 2026. · 23 November 2026"""
        form = self.format
        months = form.months_in_dates or form.months
        year = f"{value.year}{form.year_stop_in_dates}"
        day = f"{value.day}{form.day_stop}"
        return NO_BREAK.join((day, months[value.month - 1], year))

    def month(self, value: date) -> str:
        """The month standing alone: novembar 2026 · studeni 2026. · November 2026."""
        year = f"{value.year}{self.format.year_stop}"
        return f"{self.format.months[value.month - 1]}{NO_BREAK}{year}"

    def period(self, first: date, last: date) -> str:
        """From day to day, both included; a single day or a whole calendar month by its name."""
        if first == last:
            return self.day(first)
        if _is_whole_month(first, last):
            return self.month(first)
        return f"{self.day(first)}{NO_BREAK}– {self.day(last)}"

    def weekday(self, value: date) -> str:
        return self.format.weekdays[value.weekday()]

    def country(self, code: str) -> str:
        """The name of an ISO 3166 country; "XX" is unknown, "XS" stateless."""
        if code == UNKNOWN_COUNTRY:
            return self.gettext(N_("Unknown"))
        if code == STATELESS:
            return self.gettext(N_("Stateless"))
        return self._country_names().get(code, code)

    def countries(self) -> tuple[tuple[str, str], ...]:
        """Code and name of every country, unsorted, without unknown and stateless."""
        return tuple(self._country_names().items())

    def list(self, texts: Sequence[str]) -> str:
        """a, b i c"""
        if len(texts) < 2:
            return "".join(texts)
        return f"{', '.join(texts[:-1])} {self.format.conjunction} {texts[-1]}"

    def _member(self, member: enum.Enum) -> str:
        """By its marked `label`, or as it has itself `said` where its words are data."""
        if said := getattr(member, "said", None):
            return str(said(self.code))
        return self.gettext(str(getattr(member, "label", member.name)))

    def _show_other(self, value: object) -> str:
        if said := getattr(value, "said", None):
            return str(said(self.code))
        if isinstance(value, datetime):
            local = value.astimezone() if value.tzinfo else value
            return f"{self.day(local)}{NO_BREAK}{local:%H:%M}"
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, Counted):
            return self.counted(value)
        if isinstance(value, time):
            return f"{value:%H:%M}"
        if isinstance(value, tuple | list):
            return self.list([self.show(each) for each in value])
        return str(value)

    def _country_names(self) -> dict[str, str]:
        if not self._names:
            rows = [line.split("\t") for line in _COUNTRIES.read_text("utf-8").splitlines()]
            column = rows[0].index(self.code)
            self._names = {row[0]: row[column] for row in rows[1:]}
        return self._names


@cache
def language(code: str) -> Language:
    """The language of that code. Raises ValueError for one that the program does not know."""
    if code not in LANGUAGES:
        raise ValueError(f"no such language: {code}")
    return Language(code)


_current = "en"


def use(code: str) -> None:
    """Make it the language of the screen: the one global setting of the program."""
    global _current
    _current = language(code).code


def current() -> Language:
    return language(_current)


def _(message: str) -> str:
    """The message in the current language."""
    return current().gettext(message)


def ngettext(one: str, other: str, count: int | Decimal) -> str:
    """The counted message in the current language, its {places} not yet filled."""
    return current().ngettext(one, other, count)


def _plural_form(count: int | Decimal) -> int:
    """Bosnian, Croatian, Serbian: 0 one, 1 few, 2 other.

    Decimals follow their last digits, as in CLDR: 2,2 is few, 1,5 is other.
    """
    counted = abs(count) if isinstance(count, int) else _counted(count)
    tens, ones = counted // 10 % 10, counted % 10
    if tens == 1 or ones == 0 or ones > 4:
        return 2
    return 0 if ones == 1 else 1


def _counted(count: Decimal) -> int:
    whole, _point, decimals = f"{abs(count):f}".partition(".")
    return int(decimals.rstrip("0") or whole)


def _is_whole_month(first: date, last: date) -> bool:
    if (first.year, first.month, first.day) != (last.year, last.month, 1):
        return False
    return last == date.max or (last + timedelta(days=1)).day == 1
