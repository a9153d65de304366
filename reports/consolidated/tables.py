"""The tables that only a consolidated report has: who sent what, and who reached how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from models import clock
from models.office import territory
from models.office.branch import Level
from reports.columns import Column
from reports.consolidated.figures import Consolidated, Counted
from reports.monthly.figures import Monthly
from reports.monthly.indicators import hours
from reports.monthly.part import Part
from reports.monthly.render import called
from translations import Language
from translations.formats import NO_BREAK


@dataclass(frozen=True)
class Share:
    """What one branch did in the period, in the figures that are asked for first."""

    name: str
    persons: int
    contacts: int
    services: int
    meals: Decimal
    kilograms: Decimal
    volunteers: int
    hours: Decimal


def received(data: Consolidated, language: Language) -> Part:
    """Whose reports were added up: which of theirs, of when, and what is to be known of it."""
    _ = language.gettext
    columns = [
        Column(_("Branch"), lambda row: name_of(row.report, language), width=0.28),
        Column(_("Report"), lambda row: called(row.report, language) or _("draft"), width=0.17),
        Column(_("Made on"), lambda row: language.day(clock.local(row.report.made_at)), width=0.14),
        Column(_("Control record"), lambda row: _mark(row.report), width=0.22),
        Column(_("Remark"), partial(remarks, language=language), width=0.19),
    ]
    due = _(
        "Reports made after {day} are late. For a correction the day of the first report counts."
    )
    note = due.format(day=language.day(data.due)) if data.due else ""
    return Part(_("Reports received"), columns, data.branches, note=note)


def set_aside(data: Consolidated, language: Language) -> Part:
    """The files that are not counted, and why."""
    _ = language.gettext
    columns = [Column(_("File"), "file"), Column(_("Why"), lambda row: row.reason)]
    return Part(_("Files not counted"), columns, data.set_aside)


def by_branch(data: Consolidated, language: Language) -> Part:
    """What each branch did, and all together."""
    _ = language.gettext
    columns = [
        Column(_("Branch"), "name"),
        Column(_("persons"), "persons", bold=True, total=True),
        Column(_("contacts"), "contacts", total=True),
        Column(_("services"), "services", total=True),
        Column(_("meals"), "meals", total=True),
        Column(_("kg"), "kilograms", total=True),
        Column(_("volunteers"), "volunteers", total=True),
        Column(_("hours"), "hours", total=True),
    ]
    rows = [_share(name_of(each.report, language), each.report) for each in data.branches]
    whole = _share(_("Total"), data.total)
    note = _("A person helped by two branches is counted by both.")
    return Part(_("Figures by branch"), columns, rows, totals=whole, note=note)


def remarks(counted: Counted, language: Language) -> str:
    """All that is to be known of a report, in one line."""
    return ", ".join(language.show(remark) for remark in counted.remarks)


def missing_heading(data: Consolidated, language: Language) -> str:
    """How many municipalities no report is about."""
    number = len(data.missing)
    said = language.ngettext(
        "No report yet from {count} municipality",
        "No report yet from {count} municipalities",
        number,
    )
    return said.format(count=language.show(number))


def missing(data: Consolidated, language: Language) -> str:
    """The municipalities that no report is about, in one line."""
    return ", ".join(_names(data.missing, language))


def name_of(report: Monthly, language: Language) -> str:
    """What the branch calls itself."""
    return report.sender.names[Level.BRANCH][language.code]


def _names(keys: Iterable[str], language: Language) -> Iterable[str]:
    """Of two municipalities with one name, the one in Republika Srpska is told apart."""
    found = Counter(unit.latin for unit in territory.units())
    for unit in map(territory.find, keys):
        name = unit.name(language.code)
        is_alone = found[unit.latin] == 1 or unit.entity != territory.SRPSKA
        entity = territory.entity_name(unit.entity)[language.code]
        yield name if is_alone else f"{name} ({entity})"


def _mark(report: Monthly) -> str:
    """The first signs of the chain, as at the foot of the report's pages."""
    mark = report.chain.hash
    return NO_BREAK.join(mark[start : start + 4] for start in range(0, 16, 4)).strip(NO_BREAK)


def _share(name: str, report: Monthly) -> Share:
    meals = {item.code for item in report.items if item.is_meal}
    lines, worked = report.handed_out, report.volunteers
    weights = (line.kilograms.now for line in lines if line.kilograms)
    return Share(
        name=name,
        persons=report.people.persons.now,
        contacts=report.people.contacts.now,
        services=sum(line.times.now for line in report.services),
        meals=sum((line.quantity.now for line in lines if line.item in meals), Decimal(0)),
        kilograms=sum(weights, Decimal(0)),
        volunteers=worked.engaged.now,
        hours=hours(worked.minutes.now),
    )
