"""The monthly report as an Excel workbook: the tables of the paper, one to a sheet."""

from __future__ import annotations

from models import clock
from models.office.branch import Level
from reports import workbook as book
from reports.columns import Column
from reports.monthly import goods_tables, people_tables
from reports.monthly.figures import Monthly
from reports.monthly.part import Part
from reports.monthly.render import BOXES, called, number, title
from translations import Language

PARTS = (
    people_tables.persons,
    people_tables.sex_and_age,
    people_tables.days,
    people_tables.nationalities,
    people_tables.vulnerabilities,
    people_tables.disabilities,
    people_tables.services,
    people_tables.reasons,
    people_tables.referrals,
    goods_tables.meals,
    goods_tables.handed_out,
    people_tables.teams,
    people_tables.volunteers,
    goods_tables.donations,
    goods_tables.stock,
    goods_tables.stock_by_donor,
    goods_tables.indicators,
    goods_tables.definitions,
)


def workbook(data: Monthly, language: Language) -> bytes:
    """The figures as XLSX, first a sheet that says whose they are and of when."""
    sheets = [_cover(data, language), *(sheet(part(data, language)) for part in PARTS)]
    return book.workbook(sheets, language, title=title(data, language), created=data.made_at)


def sheet(part: Part) -> book.Sheet:
    return book.Sheet(
        part.tab or part.heading, part.columns, part.rows, part.heading, part.totals, part.note
    )


def _cover(data: Monthly, language: Language) -> book.Sheet:
    """What stands on the report outside its tables."""
    _ = language.gettext
    rows = [
        (_("Organization"), data.sender.names[Level.BRANCH][language.code]),
        (_("Period"), language.period(data.period.first, data.period.last)),
        (_("Status"), language.show(data.status)),
        (_("Kind of copy"), _("internal, with exact figures")),
        (_("Number"), called(data, language) if data.correction else number(data)),
        (_("Made on"), clock.local(data.made_at)),
        (_("Control record"), data.chain.hash),
        *((_(name), data.narratives.get(box, "")) for box, name in BOXES.items()),
    ]
    if data.sender.is_practice:
        rows.insert(0, (_("Practice data"), _("None of these figures are real.")))
    columns = [Column(_("Report"), lambda row: row[0]), Column("", lambda row: row[1])]
    return book.Sheet(_("Report"), columns, rows, title(data, language))
