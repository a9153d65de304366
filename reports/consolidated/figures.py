"""What a consolidated report says: the reports of many branches, whole, and their sum.

It carries the reports themselves, so that it can be added up again further up; a change of shape
is a new version of the schema (`docs/consolidated-report.md`).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from models.office.branch import Level
from models.periods import Period
from reports.monthly.figures import Monthly
from translations import N_

SCHEMA = "ogranak/consolidated/1"


class Remark(enum.StrEnum):
    """What is to be known of a report that is counted."""

    DRAFT = "draft"
    LATE = "late"
    FIRST_MISSING = "first_missing"
    CHANGED = "changed"
    TWICE = "twice"
    REOPENED = "reopened"
    DISAGREES = "disagrees"
    SHARED = "shared"

    @property
    def label(self) -> str:
        return _REMARKS[self]


_REMARKS = {
    Remark.DRAFT: N_("may still change"),
    Remark.LATE: N_("late"),
    Remark.FIRST_MISSING: N_("its first report is not among the files"),
    Remark.CHANGED: N_("replaces an earlier one"),
    Remark.TWICE: N_("came more than once, counted once"),
    Remark.REOPENED: N_("a newer draft came too and is not counted"),
    Remark.DISAGREES: N_("its figures do not agree"),
    Remark.SHARED: N_("another report is about the same municipality too"),
}


class Reason(enum.StrEnum):
    """Why a file is not counted."""

    UNREADABLE = "unreadable"
    NEWER = "newer"
    PUBLIC = "public"
    OTHER_DAYS = "other_days"
    OUTSIDE = "outside"
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        return _REASONS[self]


_REASONS = {
    Reason.UNREADABLE: N_("not a report of this program, or damaged"),
    Reason.NEWER: N_("made by a newer program"),
    Reason.PUBLIC: N_("public copy: its small figures are hidden"),
    Reason.OTHER_DAYS: N_("about other days"),
    Reason.OUTSIDE: N_("from a branch outside this organization"),
    Reason.PRACTICE: N_("practice data"),
}


@dataclass(frozen=True)
class Counted:
    """One branch's report, as it was sent, and what is to be known of it."""

    report: Monthly
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class SetAside:
    """A file, by its name without folders, that is not counted."""

    file: str
    reason: Reason


@dataclass(frozen=True)
class Consolidated:
    """The whole: `total` is the sum, sent by the organization of that `level`.

    `missing` are the keys of the municipalities below it that no report is about; a report made
    after the day `due` is late, a correction where its first report was.
    """

    level: Level
    period: Period
    made_at: datetime  # UTC
    due: date | None
    total: Monthly
    branches: tuple[Counted, ...]
    missing: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
