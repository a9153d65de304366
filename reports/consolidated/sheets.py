"""The consolidated report as an Excel workbook: the tables of the paper, one to a sheet."""

from __future__ import annotations

from models import clock
from models.office.branch import Level
from reports import workbook as book
from reports.columns import Column
from reports.consolidated import tables
from reports.consolidated.figures import Consolidated
from reports.consolidated.render import period, title
from reports.monthly.sheets import PARTS, sheet
from translations import Language

OWN = (tables.received, tables.by_branch, tables.set_aside)


def workbook(data: Consolidated, language: Language) -> bytes:
    """The figures as XLSX, first a sheet that says whose they are and of when."""
    parts = [*(part(data, language) for part in OWN)]
    parts += [part(data.total, language) for part in PARTS]
    sheets = [_cover(data, language), *map(sheet, parts)]
    return book.workbook(sheets, language, title=title(language), created=data.made_at)


def _cover(data: Consolidated, language: Language) -> book.Sheet:
    """What stands on the report outside its tables."""
    _ = language.gettext
    rows = [
        (_("Organization"), data.total.sender.names[Level.BRANCH][language.code]),
        (_("Period"), period(data, language)),
        (_("Reports received"), len(data.branches)),
        (_("No report yet from"), tables.missing(data, language)),
        (_("Kind of copy"), _("internal, with exact figures")),
        (_("Made on"), clock.local(data.made_at)),
    ]
    if data.total.sender.is_practice:
        rows.insert(0, (_("Practice data"), _("None of these figures are real.")))
    columns = [Column(_("Report"), lambda row: row[0]), Column("", lambda row: row[1])]
    return book.Sheet(_("Report"), columns, rows, title(language))
