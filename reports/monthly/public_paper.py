"""The public copy of a monthly report on paper and as a workbook, from what may be shown alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from models import clock
from models.desk.aid import Reason, Referral, Service
from models.desk.cards import UNKNOWN_COUNTRY, AgeBand, Disability, Sex, Vulnerability
from models.office.branch import Level
from models.office.indicators import UNITS
from reports import archive, layout
from reports import workbook as book
from reports.columns import Column
from reports.monthly.figures import Status
from reports.monthly.part import Part, below, over_column
from reports.monthly.people_tables import SEXES
from reports.monthly.public import INDICATOR, Published, Shown, to_json
from reports.monthly.render import end, footer, heading, letterhead, number, table, title
from reports.monthly.sheets import sheet
from translations import Language

HIDDEN = "•"  # in the place of a figure
OTHERS = "others"  # countries whose figures are hidden, together


@dataclass(frozen=True)
class _Line:
    """A name, and its figures of the period and of the month before."""

    name: str
    now: Any
    before: Any
    unit: str = ""


@dataclass(frozen=True)
class _Sex:
    name: str
    ages: tuple[Any, ...]
    all: Any


def on_paper(data: Published, language: Language, *, archived: bool = True) -> bytes:
    """The copy as PDF/A-3b that carries the same figures as JSON; no session, no clock.

    Not archived: its pages alone, to be shown and printed.
    """
    called = f"{title(data, language)} · {_period(data, language)}"
    return layout.document(
        [*_beginning(data, language), *_sections(data, language), *end(data, language)],
        language,
        title=called,
        letterhead=letterhead(data, language),
        footer=footer(data, language),
        attachment=(archive.NAME, to_json(data)),
        created=data.made_at,
        archived=archived,
    )


def workbook(data: Published, language: Language) -> bytes:
    """The same figures as XLSX."""
    sheets = [_cover(data, language), *(sheet(part(data, language)) for part in PARTS)]
    called = title(data, language)
    return book.workbook(sheets, language, title=called, created=data.made_at)


def persons(data: Published, language: Language) -> Part:
    _ = language.gettext
    names = (
        ("all", _("Persons helped")),
        ("carded", below(_("with a card"))),
        ("carded_new", below(_("of these for the first time"), 2)),
        ("repeat", below(_("of these again"), 2)),
        ("anonymous", below(_("without a card"))),
        ("contacts", _("Contacts")),
        ("estimated", below(_("of these estimated"))),
    )
    rows = [_line(data.figure("persons", key), name) for key, name in names]
    return _part(data, language, _("Persons"), _("Persons and contacts"), rows)


def sex_and_age(data: Published, language: Language) -> Part:
    _ = language.gettext
    ages = [
        Column(language.show(age), _age(place), align="right") for place, age in enumerate(AgeBand)
    ]
    total = Column(_("Total"), lambda row: row.all, bold=True, align="right")
    rows = [
        _Sex(_(name), _ages(data, sex), _seen(data.figure("sex", sex).now))
        for sex, name in SEXES.items()
    ]
    below_all = tuple(_seen(data.figure("age", age).now) for age in AgeBand)
    rows.append(_Sex(_("Total"), below_all, _seen(data.figure("persons", "all").now)))
    return Part(_("Persons by sex and age"), [Column(_("Sex and age"), "name"), *ages, total], rows)


def nationalities(data: Published, language: Language) -> Part:
    """The countries whose figure may be shown, the largest first, and the others together."""
    _ = language.gettext
    seen = [line for line in data.of("nationality") if line.now or line.before]
    seen.sort(key=_by_size)
    rows = [_line(line, language.country(line.key)) for line in seen]
    rest = _rest(data)
    if rest.now != 0 or rest.before != 0:
        rows.append(_line(rest, _("Other countries, together")))
    return _part(data, language, _("Persons by nationality"), _("Nationality"), rows)


def vulnerabilities(data: Published, language: Language) -> Part:
    _ = language.gettext
    show = language.show
    rows = [_line(data.figure("vulnerability", kind), show(kind)) for kind in Vulnerability]
    note = _("Of the persons with a card; one person may stand in several lines.")
    called = _("Persons by vulnerability")
    return _part(data, language, called, _("Vulnerability"), rows, note)


def disabilities(data: Published, language: Language) -> Part:
    _ = language.gettext
    rows = [_line(data.figure("disability", each), language.show(each)) for each in Disability]
    return _part(data, language, _("Persons by disability"), _("Disability"), rows)


def services(data: Published, language: Language) -> Part:
    _ = language.gettext
    rows = [_line(data.figure("service", kind), language.show(kind)) for kind in Service]
    rows.append(_line(data.figure("services", "all"), _("Total")))
    return _part(data, language, _("Services"), _("Service"), rows)


def reasons(data: Published, language: Language) -> Part:
    _ = language.gettext
    rows = list(_listed(data, language, "reason", Reason))
    return _part(data, language, _("First aid by reason"), _("Reason"), rows)


def referrals(data: Published, language: Language) -> Part:
    _ = language.gettext
    rows = list(_listed(data, language, "referral", Referral))
    return _part(data, language, _("Referrals"), _("Referred to"), rows)


def goods(data: Published, language: Language) -> Part:
    _ = language.gettext
    rows = [
        _line(data.figure("item", item.code), item.names[language.code], language.show(item.unit))
        for item in data.items
    ]
    return _part(data, language, _("Goods handed out"), _("Item"), rows, unit=_("unit"))


def work(data: Published, language: Language) -> Part:
    """Teams in the field and volunteers."""
    _ = language.gettext
    names = (
        ("teams", "teams", _("Teams")),
        ("teams", "days", _("Days in the field")),
        ("teams", "km", _("Kilometres driven")),
        ("volunteers", "engaged", _("Volunteers who worked")),
        ("volunteers", "women", below(_("women"))),
        ("volunteers", "men", below(_("men"))),
        ("volunteers", "unknown", below(_("sex unknown"))),
        ("volunteers", "minors", below(_("of these minors"))),
        ("volunteers", "hours", _("Volunteer hours")),
        ("volunteers", "new", _("New volunteers")),
        ("volunteers", "trained", _("Volunteers trained")),
    )
    rows = [_line(data.figure(measure, key), name) for measure, key, name in names]
    return _part(data, language, _("Teams and volunteers"), _("Volunteers"), rows)


def indicators(data: Published, language: Language) -> Part:
    _ = language.gettext
    rows = [
        _line(
            data.figure(INDICATOR, line.code),
            line.names[language.code],
            _(UNITS.get(line.unit, line.unit)),
        )
        for line in data.indicators
    ]
    return _part(data, language, _("Indicators"), _("Indicator"), rows, unit=_("unit"))


Table = Callable[[Published, Language], Part]
PARTS: tuple[Table, ...] = (
    persons, sex_and_age, nationalities, vulnerabilities, disabilities, services, reasons,
    referrals, goods, work, indicators,
)  # fmt: skip


def _beginning(data: Published, language: Language) -> Iterator[Any]:
    _ = language.gettext
    subtitle = _("Period: {period} · {status} · public copy")
    status = language.show(data.status)
    yield layout.title(
        title(data, language),
        subtitle.format(period=_period(data, language), status=status),
    )
    if data.sender.is_practice:
        words = _("This report was made in the practice branch. None of its figures are real.")
        yield layout.box(_("Practice data"), words)
    if data.status is Status.DRAFT:
        yield layout.box(_("Not for publication yet"), _draft(language))
    yield layout.note(_explained(data, language))


def _sections(data: Published, language: Language) -> Iterator[Any]:
    place = count(1)
    for make in PARTS:
        part = make(data, language)
        yield [heading(next(place), part.heading), *table(part, language)]


def _cover(data: Published, language: Language) -> book.Sheet:
    _ = language.gettext
    rows = [
        (_("Organization"), data.sender.names[Level.BRANCH][language.code]),
        (_("Period"), _period(data, language)),
        (_("Status"), language.show(data.status)),
        (_("Kind of copy"), _("public")),
        (_("Hidden figures"), _explained(data, language)),
        (_("Number"), number(data)),
        (_("Made on"), clock.local(data.made_at)),
    ]
    if data.status is Status.DRAFT:
        rows.insert(0, (_("Not for publication yet"), _draft(language)))
    if data.sender.is_practice:
        rows.insert(0, (_("Practice data"), _("None of these figures are real.")))
    columns = [Column(_("Report"), lambda row: row[0]), Column("", lambda row: row[1])]
    return book.Sheet(_("Report"), columns, rows, title(data, language))


def _explained(data: Published, language: Language) -> str:
    words = language.gettext(
        "{sign} stands in the place of a figure below {people} (of volunteers: below {others}), or "
        "of one from which such a figure could be worked out. So far this year, days, donors, "
        "stock and texts are only in the internal copy, which has the exact figures."
    )
    return words.format(sign=HIDDEN, people=data.least_people, others=data.least_others)


def _draft(language: Language) -> str:
    return language.gettext(
        "The month is not closed: a later copy could differ by a few people, and tell of them. "
        "Close the month, then publish."
    )


def _part(
    data: Published,
    language: Language,
    called: str,
    first: str,
    rows: list[_Line],
    note: str = "",
    *,
    unit: str = "",
) -> Part:
    now, before = over_column(data.period, language), over_column(data.previous, language)
    columns = [
        Column(first, "name"),
        *([Column(unit, "unit")] if unit else []),
        Column(now, "now", bold=True, align="right"),
        Column(before, "before", grey=True, align="right"),
    ]
    return Part(called, columns, rows, note=note)


def _line(figure: Shown, name: str, unit: str = "") -> _Line:
    return _Line(name, _seen(figure.now), _seen(figure.before), unit)


def _seen(figure: Decimal | None) -> Any:
    return HIDDEN if figure is None else figure


def _ages(data: Published, sex: Sex) -> tuple[Any, ...]:
    return tuple(_seen(data.figure("cell", f"{sex}/{age}").now) for age in AgeBand)


def _age(place: int) -> Callable[[_Sex], Any]:
    return lambda row: row.ages[place]


def _by_size(nation: Shown) -> tuple[bool, Decimal, Decimal, str]:
    """The largest country first; the unknown are last however many they are."""
    now, before = nation.now or Decimal(0), nation.before or Decimal(0)
    return nation.key == UNKNOWN_COUNTRY, -now, -before, nation.key


def _rest(data: Published) -> Shown:
    """What the countries that are not shown have together: anybody could subtract that."""
    whole, seen = data.figure("persons", "all"), data.of("nationality")
    now = None if whole.now is None else whole.now - sum(line.now or 0 for line in seen)
    before = None if whole.before is None else whole.before - sum(x.before or 0 for x in seen)
    return Shown("nationality", OTHERS, now, before)


def _listed(
    data: Published, language: Language, measure: str, kinds: Iterable[Any]
) -> Iterator[_Line]:
    """What occurred; what was not recorded stands last."""
    for kind in (*kinds, ""):
        figure = data.figure(measure, kind)
        if figure.now != 0 or figure.before != 0:
            yield _line(figure, language.show(kind or language.gettext("Not recorded")))


def _period(data: Published, language: Language) -> str:
    return language.period(data.period.first, data.period.last)
