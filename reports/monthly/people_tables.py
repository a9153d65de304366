"""The tables of a monthly report that speak of people and what was done for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.desk.cards import UNKNOWN_COUNTRY, AgeBand, Sex
from models.spans import Spans, total
from reports.columns import Column
from reports.monthly.figures import Monthly
from reports.monthly.indicators import hours
from reports.monthly.part import Line, Part, below, beside, line_columns, span_columns
from translations import N_, Language

SEXES = {
    Sex.FEMALE: N_("Women and girls"),
    Sex.MALE: N_("Men and boys"),
    Sex.UNKNOWN: N_("Unknown"),
}


@dataclass(frozen=True)
class _SexLine:
    """Persons of one sex, by age band in the order of the bands."""

    name: str
    ages: tuple[Spans[int], ...]
    all: Spans[int]


def persons(data: Monthly, language: Language) -> Part:
    """How many were reached, and how they were counted."""
    _, people = language.gettext, data.people
    rows = [
        Line(_("Persons helped"), people.persons),
        Line(below(_("with a card")), people.carded),
        Line(below(_("of these for the first time"), 2), people.new),
        Line(below(_("of these again"), 2), people.repeat),
        Line(below(_("without a card")), people.anonymous),
        Line(_("Contacts"), people.contacts),
        Line(below(_("of these estimated")), people.estimated),
    ]
    note = _(
        "A person with a card is counted once in a period, however often they came. "
        "People without a card are counted at every contact."
    )
    if _has_minus(data):
        note += " " + _("Entries taken back after their month was closed count with a minus.")
    columns = line_columns(data, language, _("Persons and contacts"), total=False)
    return Part(_("Persons"), columns, rows, note=note)


def sex_and_age(data: Monthly, language: Language) -> Part:
    """Sex by age band; unknowns have their own line and column, and all lines add up."""
    _ = language.gettext
    before, year = beside(data, language)
    ages = [
        Column(language.show(age), _age(place), total=True) for place, age in enumerate(AgeBand)
    ]
    columns = [
        Column(_("Sex and age"), "name"),
        *ages,
        Column(_("Total"), lambda row: row.all.now, bold=True, total=True),
        Column(before, lambda row: row.all.before, grey=True, total=True),
        Column(year, lambda row: row.all.year, grey=True, total=True),
    ]
    rows = [_sex_line(data, sex, _(name)) for sex, name in SEXES.items()]
    return Part(_("Persons by sex and age"), columns, rows, totals=True)


def days(data: Monthly, language: Language) -> Part:
    """The contacts of every day; on paper they are a chart."""
    _ = language.gettext
    columns = [Column(_("Day"), "day"), Column(_("Contacts"), "contacts", total=True)]
    return Part(_("Contacts by day"), columns, data.people.days, totals=True)


def nationalities(data: Monthly, language: Language) -> Part:
    _ = language.gettext
    rows = [
        Line(language.country(line.country), line.persons)
        for line in data.people.nationalities
        if line.persons.any() or line.country == UNKNOWN_COUNTRY
    ]
    columns = line_columns(data, language, _("Nationality"), total=True)
    return Part(_("Persons by nationality"), columns, rows, totals=True)


def vulnerabilities(data: Monthly, language: Language) -> Part:
    _ = language.gettext
    rows = [Line(language.show(line.kind), line.persons) for line in data.people.vulnerabilities]
    columns = line_columns(data, language, _("Vulnerability"), total=False)
    note = _("Of the persons with a card; one person may stand in several lines.")
    return Part(_("Persons by vulnerability"), columns, rows, note=note)


def disabilities(data: Monthly, language: Language) -> Part:
    _ = language.gettext
    rows = [Line(language.show(line.disability), line.persons) for line in data.people.disabilities]
    columns = line_columns(data, language, _("Disability"), total=True)
    return Part(_("Persons by disability"), columns, rows, totals=True)


def services(data: Monthly, language: Language) -> Part:
    """Every service with persons and times; persons are not added up, one may receive several."""
    _ = language.gettext
    columns = [
        Column(_("Service"), lambda line: line.kind),
        Column(_("persons"), lambda line: line.persons.now),
        *span_columns(data, language, "times", total=True, title=_("services")),
    ]
    return Part(_("Services"), columns, data.services, totals=True)


def reasons(data: Monthly, language: Language) -> Part:
    _ = language.gettext
    rows = [
        Line(language.show(line.reason or _("Not recorded")), line.times) for line in data.reasons
    ]
    columns = line_columns(data, language, _("Reason"), total=True)
    return Part(_("First aid by reason"), columns, rows, totals=True)


def referrals(data: Monthly, language: Language) -> Part:
    _ = language.gettext
    rows = [
        Line(language.show(line.target or _("Not recorded")), line.times) for line in data.referrals
    ]
    columns = line_columns(data, language, _("Referred to"), total=True)
    return Part(_("Referrals"), columns, rows, totals=True)


def teams(data: Monthly, language: Language) -> Part:
    _ = language.gettext
    rows = [
        Line(_("Teams"), data.teams.teams),
        Line(_("Members"), data.teams.members),
        Line(_("Days in the field"), data.teams.days),
        Line(_("Kilometres driven"), data.teams.kilometres),
    ]
    return Part(_("Mobile teams"), line_columns(data, language, _("Teams"), total=False), rows)


def volunteers(data: Monthly, language: Language) -> Part:
    _, found = language.gettext, data.volunteers
    rows = [
        Line(_("Volunteers who worked"), found.engaged),
        Line(below(_("women")), found.women),
        Line(below(_("men")), found.men),
        Line(below(_("sex unknown")), found.unknown),
        Line(below(_("of these minors")), found.minors),
        Line(_("Volunteer hours"), found.minutes.to(hours)),
        Line(_("New volunteers"), found.new),
        Line(_("Volunteers trained"), found.trained),
    ]
    columns = line_columns(data, language, _("Volunteers"), total=False)
    return Part(_("Volunteers"), columns, rows)


def _sex_line(data: Monthly, sex: Sex, name: str) -> _SexLine:
    by_age = {cell.age: cell.persons for cell in data.people.cells if cell.sex is sex}
    ages = tuple(by_age[age] for age in AgeBand)
    return _SexLine(name, ages, total(ages))


def _has_minus(data: Monthly) -> bool:
    """Whether a correction of a closed month can be seen among the people of the period."""
    cells = (cell.persons.now for cell in data.people.cells)
    return min((*cells, *(day.contacts for day in data.people.days))) < 0


def _age(place: int) -> Callable[[_SexLine], int]:
    return lambda row: row.ages[place].now
