"""The tables of a monthly report that speak of goods, and the list of its indicators."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.goods.items import Category
from models.office.indicators import UNITS
from models.spans import Spans
from reports.columns import Column
from reports.monthly.figures import Monthly
from reports.monthly.part import Line, Part, line_columns, span_columns
from translations import Language


@dataclass(frozen=True)
class _Named:
    """A line with the name of its item and its unit, in the language of the page."""

    name: str
    unit: str
    of: Any

    def __getattr__(self, field: str) -> Any:
        return getattr(self.of, field)


@dataclass(frozen=True)
class Definition:
    name: str
    definition: str


def handed_out(data: Monthly, language: Language) -> Part:
    """Goods by item, with their weight where it is known."""
    _ = language.gettext
    columns = [
        Column(_("Item"), "name"),
        Column(_("unit"), "unit"),
        *span_columns(data, language, "quantity", total=False),
        Column(_("kg"), _kilograms, total=True),
    ]
    rows = _named(data, language, data.handed_out)
    return Part(_("Goods handed out"), columns, rows, totals=bool(rows))


def meals(data: Monthly, language: Language) -> Part:
    """Hot and dry meals by item; portions of soup and drinks are not meals."""
    _ = language.gettext
    eaten = [line for line in data.handed_out if data.item(line.item).is_meal]
    rows = [
        Line(data.item(line.item).names[language.code], line.quantity)
        for category in (Category.HOT_MEAL, Category.DRY_MEAL)
        for line in eaten
        if data.item(line.item).category is category
    ]
    columns = line_columns(data, language, _("Meal"), total=True)
    return Part(_("Meals"), columns, rows, totals=bool(rows))


def donations(data: Monthly, language: Language) -> Part:
    """What was received, by whom it came from and item, with its value as the papers told it.

    Gifts and purchases: a receipt names one donor or supplier, and the books know no more.
    """
    _ = language.gettext
    columns = [
        Column(_("Donor or supplier"), lambda row: row.donor or _("none named")),
        Column(_("Item"), "name"),
        Column(_("unit"), "unit"),
        Column(_("quantity"), lambda row: row.quantity.now),
        *span_columns(data, language, "known_value", total=True, title=_("value")),
    ]
    rows = _named(data, language, data.donations)
    unvalued = sum(line.without_value.any() for line in data.donations)
    note = _(
        "All receipts are here, bought goods too: the stock book keeps donors and suppliers in one "
        "list."
    )
    return Part(
        _("Goods received, by donor or supplier"),
        columns,
        rows,
        totals=bool(rows),
        note=" ".join(filter(None, (note, _without_value(unvalued, language)))),
        tab=_("Goods received"),
    )


def stock(data: Monthly, language: Language) -> Part:
    """Opening stock, what came and went, and the closing stock of every item."""
    _ = language.gettext
    columns = [Column(_("Item"), "name"), *_stock_columns(language)]
    columns.append(Column(_("value"), "known_value", total=True))
    rows = _named(data, language, data.stock)
    note = _without_value(sum(bool(line.without_value) for line in data.stock), language)
    return Part(_("Stock"), columns, rows, totals=bool(rows), note=note)


def stock_by_donor(data: Monthly, language: Language) -> Part:
    """The same for the goods of each donor."""
    _ = language.gettext
    columns = [
        Column(_("Donor or supplier"), lambda row: row.donor or _("none named")),
        Column(_("Item"), "name"),
        *_stock_columns(language),
    ]
    rows = _named(data, language, data.stock_by_donor)
    return Part(_("Stock by donor or supplier"), columns, rows, tab=_("Stock by donor"))


def indicators(data: Monthly, language: Language) -> Part:
    """The branch's own list of indicators, in its order."""
    _ = language.gettext
    columns = [
        Column(_("Indicator"), "name"),
        Column(_("unit"), "unit"),
        *span_columns(data, language, "value", total=False),
    ]
    rows = [
        _Named(line.names[language.code], _(UNITS.get(line.unit, line.unit)), line)
        for line in data.indicators
    ]
    return Part(_("Indicators"), columns, rows)


def definitions(data: Monthly, language: Language) -> Part:
    """What each indicator counts."""
    _ = language.gettext
    rows = [
        Definition(line.names[language.code], line.definitions[language.code])
        for line in data.indicators
    ]
    columns = [
        Column(_("Indicator"), "name", width=1),
        Column(_("Definition"), "definition", width=2),
    ]
    return Part(_("What the indicators count"), columns, rows)


def _stock_columns(language: Language) -> list[Column]:
    _ = language.gettext
    return [
        Column(_("unit"), "unit"),
        Column(_("opening stock"), "opening"),
        Column(_("received"), "received"),
        Column(_("handed out"), "handed_out"),
        Column(_("delivered"), "delivered"),
        Column(_("written off"), "written_off"),
        Column(_("difference"), "difference"),
        Column(_("closing stock"), "closing", bold=True),
    ]


def _named(data: Monthly, language: Language, lines: Any) -> list[_Named]:
    found = ((data.item(line.item), line) for line in lines)
    return [
        _Named(item.names[language.code], language.show(item.unit), line) for item, line in found
    ]


def _without_value(count: int, language: Language) -> str:
    """How much a table of values leaves out, so that its total is not taken for all of it."""
    said = language.ngettext(
        "{count} line has goods whose value is not recorded; no value or total above includes it.",
        "{count} lines have goods whose value is not recorded; no value or total above "
        "includes it.",
        count,
    )
    return said.format(count=language.show(count)) if count else ""


def _kilograms(row: Any) -> Decimal | None:
    weight: Spans[Decimal] | None = row.kilograms
    return weight.now if weight else None
