"""The data that a monthly report carries, as JSON of the schema "ogranak/monthly/1", and back."""

from __future__ import annotations

from typing import Any

from models.desk.cards import AgeBand, Sex
from models.errors import DomainError
from models.frozen import SCHEMA
from models.office.branch import Level
from models.periods import EARLIEST_YEAR, LATEST_YEAR
from reports import plain
from reports.monthly.figures import Monthly
from translations import LANGUAGES, N_

NAME = SCHEMA.rpartition("/")[0]


def to_json(data: Monthly) -> bytes:
    """The figures as `docs/monthly-report.schema.json` describes them, UTF-8."""
    return plain.written(data, schema=SCHEMA)


def from_json(text: bytes) -> Monthly:
    """The figures that `to_json` wrote. Raises BadReport, NewerReport, PublicCopy."""
    try:
        return from_plain(plain.read(text))
    except plain.NotFitting as problem:
        raise BadReport from problem


def from_plain(found: Any) -> Monthly:
    """The figures from JSON that was already read. Raises BadReport, NewerReport, PublicCopy."""
    if not isinstance(found, dict) or not isinstance(found.get("schema"), str):
        raise BadReport
    if found["schema"].startswith(f"{NAME}-public/"):
        raise PublicCopy
    if found["schema"] != SCHEMA:
        raise NewerReport if found["schema"].startswith(f"{NAME}/") else BadReport
    try:
        made: Monthly = plain.made(Monthly, {k: v for k, v in found.items() if k != "schema"})
    except (plain.NotFitting, DomainError) as problem:
        raise BadReport from problem
    if not _is_whole(made) or not _is_of_its_days(made):
        raise BadReport
    return made


def _is_whole(data: Monthly) -> bool:
    """Whether all that the report refers to is in it, in every language."""
    lines: list[Any] = [*data.handed_out, *data.donations, *data.stock, *data.stock_by_donor]
    codes = [item.code for item in data.items]
    names = [item.names for item in data.items]
    names += [each for line in data.indicators for each in (line.names, line.definitions)]
    names += data.sender.names.values()
    cells = sorted((cell.sex, cell.age) for cell in data.people.cells)
    return (
        {line.item for line in lines} <= set(codes)
        and len(set(codes)) == len(codes)
        and all(set(each) == set(LANGUAGES) for each in names)
        and Level.BRANCH in data.sender.names
        and cells == sorted((sex, age) for sex in Sex for age in AgeBand)
        and all(":" in term for line in data.indicators for term in line.terms)
    )


def _is_of_its_days(data: Monthly) -> bool:
    """Whether its days lie in its period, and what stands beside it for comparison belongs to it.

    Then the figures of reports about the same period may be added up.
    """
    years = (data.period.first.year, data.period.last.year, data.made_at.year)
    return (
        all(EARLIEST_YEAR <= year <= LATEST_YEAR for year in years)
        and data.made_at.tzinfo is None
        and (data.previous, data.year) == (data.period.previous, data.period.year_to_date)
        and all(data.period.first <= each.day <= data.period.last for each in data.people.days)
    )


class BadReport(DomainError):
    message = N_("This is not a monthly report of this program, or it is damaged.")


class NewerReport(DomainError):
    message = N_("This report was made by a newer program. Install the newer program here too.")


class PublicCopy(DomainError):
    message = N_(
        "This is a public copy: its small figures are hidden, so it cannot be added up. "
        "Ask the branch for the internal copy."
    )
