"""What the laws on volunteering ask of a branch: ages, consent, long-term volunteers.

Thresholds differ from entity to entity and change with the law, so they stand in one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models.office.branch import Branch
from models.office.territory import BRCKO, FEDERATION, SRPSKA
from models.rights import question
from models.roles import EVERYONE
from translations import N_


@dataclass(frozen=True)
class Law:
    """The thresholds in force in one entity.

    Ages in years; long-term is more than `long_term_minutes` within at least
    `long_term_months` unbroken months, to be reported to `ministry` within `days_to_report`.
    """

    source: str
    youngest: int = 15
    adult: int = 18
    long_term_minutes: int = 240 * 60
    long_term_months: int = 3
    days_to_report: int = 10
    ministry: str = N_("competent ministry")


LAWS = {
    FEDERATION: Law(
        N_("Law on Volunteering, Official Gazette of the Federation of BiH 110/12"),
        ministry=N_("Federal Ministry of Justice"),
    ),
    SRPSKA: Law(N_("Law on Volunteering, Official Gazette of Republika Srpska 89/13")),
    BRCKO: Law(N_("No law of the District was found; the Federation's thresholds are kept")),
}


@question(*EVERYONE)
def in_force(session: Session) -> Law:
    """The law where the branch works; the Federation's until the branch is set up."""
    branch = session.get(Branch, 1)
    return LAWS.get(branch.entity if branch else FEDERATION, LAWS[FEDERATION])


def birthday(born: date, years: int) -> date:
    """The day on which someone is so many years old; 29 February counts from 1 March."""
    year = born.year + years
    if (born.month, born.day) == (2, 29) and not _is_leap(year):
        return date(year, 3, 1)
    return born.replace(year=year)


def age(born: date, on: date) -> int:
    """Completed years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
