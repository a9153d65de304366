"""The monthly report on paper: one A4 document in one language, made from its figures alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, Protocol

from models import clock
from models.desk.cards import UNKNOWN_COUNTRY
from models.office.branch import Level
from models.periods import Period
from reports import archive, charts, head, layout
from reports.monthly import goods_tables, people_tables
from reports.monthly.carried import to_json
from reports.monthly.figures import Chain, Monthly, Sender, Status
from reports.monthly.indicators import hours
from reports.monthly.part import Part
from reports.monthly.reconcile import reconcile
from reports.monthly.whole import Whole
from reports.paper.blocks import Block
from translations import N_, Language

BOXES = {
    "incidents": N_("Incidents"),
    "needs": N_("Needs and problems"),
    "narrative": N_("Activities carried out"),
}
FEW_ROWS = 12  # a table of so few is not cut at the end of a page
MOST_COUNTRIES = 7  # bars of the chart; the table beside it names them all

Table = Callable[[Monthly, Language], Part]


class Headed(Protocol):
    """What the head and the foot of a report are written from, in either of its copies."""

    @property
    def status(self) -> Status: ...
    @property
    def number(self) -> int | None: ...
    @property
    def correction(self) -> int: ...
    @property
    def period(self) -> Period: ...
    @property
    def made_at(self) -> datetime: ...
    @property
    def sender(self) -> Sender: ...
    @property
    def chain(self) -> Chain: ...
    @property
    def logo(self) -> bytes | None: ...


def render(data: Monthly, language: Language, *, archived: bool = True) -> bytes:
    """The report as PDF/A-3b that carries the same figures as JSON; no session, no clock.

    Not archived: its pages alone, to be shown and printed.
    """
    story = [
        *_beginning(data, language),
        *_sections(data, language),
        *end(data, language),
    ]
    return layout.document(
        story,
        language,
        title=f"{title(data, language)} · {_period(data, language)}",
        letterhead=letterhead(data, language),
        footer=footer(data, language),
        attachment=(archive.NAME, to_json(data)),
        created=data.made_at,
        archived=archived,
    )


def title(data: Headed, language: Language) -> str:
    """What the report is called; one over other days than a month is not a monthly report."""
    if data.period.is_month:
        return language.gettext("Monthly report on aid to people on the move")
    return language.gettext("Report on aid to people on the move")


def number(data: Headed) -> str:
    """The number of a closed month's report with the year it is about, or nothing."""
    return f"{data.number}/{data.period.first.year}" if data.number else ""


def called(data: Headed, language: Language) -> str:
    """What a closed month's report is called: its number, or which correction of which report."""
    _ = language.gettext
    if data.number and data.correction:
        said = _("correction {correction} of report {number}")
        return said.format(correction=data.correction, number=number(data))
    return _("report {number}").format(number=number(data)) if data.number else ""


def _beginning(data: Monthly, language: Language) -> Iterator[Any]:
    _ = language.gettext
    subtitle = _("Period: {period} · {status} · internal copy with exact figures")
    status = language.show(data.status)
    if data.correction:
        status = f"{status} · {called(data, language)}"
    yield layout.title(
        title(data, language), subtitle.format(period=_period(data, language), status=status)
    )
    if data.sender.is_practice:
        yield layout.box(
            _("Practice data"),
            _("This report was made in the practice branch. None of its figures are real."),
        )
    yield layout.figures(key_figures(data, language), language)


def key_figures(data: Monthly, language: Language) -> list[layout.Figure]:
    """Persons, services, meals and hours, the four that everyone asks for."""
    _, ngettext = language.gettext, language.ngettext
    persons, services = data.people.persons.now, sum(line.times.now for line in data.services)
    first_aid = next((line.times.now for line in data.services if line.kind == "first_aid"), 0)
    hot, dry = _eaten(data, "hot_meal"), _eaten(data, "dry_meal")
    worked, given = data.volunteers, hours(data.volunteers.minutes.now)
    show = language.show
    return [
        layout.Figure(
            persons,
            ngettext("person helped", "persons helped", persons),
            _("{carded} with a card, {anonymous} without").format(
                carded=show(data.people.carded.now), anonymous=show(data.people.anonymous.now)
            ),
        ),
        layout.Figure(
            services,
            ngettext("service given", "services given", services),
            _("first aid {count}").format(count=show(first_aid)),
        ),
        layout.Figure(
            hot + dry,
            ngettext("meal handed out", "meals handed out", hot + dry),
            _("hot {hot}, dry {dry}").format(hot=show(hot), dry=show(dry)),
        ),
        layout.Figure(
            given,
            ngettext("volunteer hour", "volunteer hours", given),
            _("volunteers {count}, women {women}").format(
                count=show(worked.engaged.now), women=show(worked.women.now)
            ),
        ),
    ]


def _eaten(data: Monthly, category: str) -> Any:
    """Meals of one category handed out in the period."""
    items = {item.code for item in data.items if item.is_meal and item.category == category}
    return sum(line.quantity.now for line in data.handed_out if line.item in items)


def _sections(data: Monthly, language: Language) -> Iterator[Any]:
    """The numbered sections in their order."""
    _, number = language.gettext, count(1)
    yield from figures(data, language, number)
    yield heading(next(number), _("Agreement of the figures")), _reconciliation(data, language)
    yield heading(next(number), _("Incidents, needs, activities")), _boxes(data, language)
    yield from listed(data, language, number)


def listed(data: Monthly, language: Language, number: Iterator[int]) -> Iterator[Any]:
    """The sections of the indicators, and what they count."""
    for make in (goods_tables.indicators, goods_tables.definitions):
        yield part(make(data, language), language, number)


def part(made: Part, language: Language, number: Iterator[int]) -> list[Block]:
    """A table under its numbered heading."""
    return [heading(next(number), made.heading), *table(made, language)]


def figures(data: Monthly, language: Language, number: Iterator[int]) -> Iterator[Any]:
    """The sections of people, goods and work; small tables stand side by side."""
    _ = language.gettext
    people, goods = people_tables, goods_tables

    def section(make: Table) -> list[Block]:
        return part(make(data, language), language, number)

    def pair(left: Table, right: Table, shares: tuple[float, float] = (1, 1)) -> Block:
        return Whole(layout.columns(section(left), section(right), shares=shares))

    yield section(people.persons)
    yield section(people.sex_and_age)
    yield heading(next(number), _("Contacts by day")), _days(data, language)
    nationalities = people.nationalities(data, language)
    yield heading(next(number), nationalities.heading)
    yield layout.columns(table(nationalities, language), [_countries(data, language)])
    yield pair(people.vulnerabilities, people.disabilities, (6, 5))
    yield section(people.services)
    yield pair(people.reasons, people.referrals)
    yield section(goods.meals)
    yield section(goods.handed_out)
    yield section(people.teams)
    yield section(people.volunteers)
    yield section(goods.donations)
    yield section(goods.stock)
    yield section(goods.stock_by_donor)


def heading(place: int, heading: str) -> Block:
    return layout.section(f"{place}. {heading}")


def _days(data: Monthly, language: Language) -> Block:
    return charts.days([(day.day, max(day.contacts, 0)) for day in data.people.days], language)


def table(part: Part, language: Language) -> list[Block]:
    if not part.rows:
        return [layout.note(language.gettext("Nothing recorded."))]
    rows = layout.table(part.columns, part.rows, language, totals=part.totals)
    if len(part.rows) <= FEW_ROWS:
        rows = Whole(rows)
    return [rows, layout.note(part.note)] if part.note else [rows]


def _countries(data: Monthly, language: Language) -> Block:
    """The largest countries and the others together; the unknown are none of these, and last."""
    bars = {
        line.country: charts.Bar(language.country(line.country), line.persons.now)
        for line in data.people.nationalities
        if line.persons.now > 0
    }
    unknown = bars.pop(UNKNOWN_COUNTRY, None)
    found = charts.leading(list(bars.values()), language.gettext("others"), most=MOST_COUNTRIES)
    if unknown:
        found.append(replace(unknown, quiet=True))
    return charts.categories(found, language)


def _reconciliation(data: Monthly, language: Language) -> list[Block]:
    """The sentence that all totals balance, or one sentence for each that does not."""
    _ = language.gettext
    found = reconcile(data)
    if found:
        words = "\n".join(finding.text(language) for finding in found[:20])
        return [layout.box(_("These figures do not agree"), words)]
    agreed = _(
        "Opening stock + received – handed out – delivered – written off ± difference = closing "
        "stock, for every item and every donor. The totals of persons, services and goods agree, "
        "unknowns included."
    )
    if not data.chain.number:
        return [layout.note(agreed)]
    chain = _("Stock book up to document {number}, control record {hash}.")
    book = chain.format(number=data.chain.number, hash=data.chain.hash)
    return [layout.note(f"{agreed}\n{book}")]


def _boxes(data: Monthly, language: Language) -> list[Block]:
    _ = language.gettext
    nothing = _("Nothing recorded.")
    return [layout.box(_(name), data.narratives.get(box, nothing)) for box, name in BOXES.items()]


def end(data: Headed, language: Language) -> list[Block]:
    _ = language.gettext
    people = [
        (_("Prepared by"), data.sender.secretary),
        (_("Approved by"), data.sender.president),
    ]
    return [layout.signatures(people, _("M.P."))]


def letterhead(data: Headed, language: Language) -> layout.Letterhead:
    _, sender = language.gettext, data.sender
    called = {level: names[language.code] for level, names in sender.names.items()}
    above = [called[level] for level in Level if level in called and level is not Level.BRANCH]
    onward = _("onward: {name}").format(name=above[1]) if len(above) > 1 else ""
    return layout.Letterhead(
        name=called.get(Level.BRANCH, ""),
        lines=head.contact_lines(sender.address, sender.contact, language),
        logo=data.logo,
        addressee=above[0] if above else "",
        addressee_note=onward,
        addressee_label=_("Submitted to:") if above else "",
        number_line=_number_line(data, language),
    )


def _number_line(data: Headed, language: Language) -> str:
    place = head.place_and_day(data.sender.town, clock.local(data.made_at).date(), language)
    if data.status is Status.DRAFT:
        return place
    return language.gettext("No. {number} · {place}").format(number=number(data), place=place)


def _period(data: Headed, language: Language) -> str:
    return language.period(data.period.first, data.period.last)


def footer(data: Headed, language: Language) -> str:
    named, practice = called(data, language) or language.show(data.status), data.sender.is_practice
    return head.chained_footer(named, data.chain.hash, language, is_practice=practice)
