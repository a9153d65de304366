"""The monthly report: a period's figures collected, frozen, carried along, and put on paper."""

from reports.monthly.carried import (
    BadReport,
    NewerReport,
    PublicCopy,
    from_json,
    from_plain,
    to_json,
)
from reports.monthly.collect import DoesNotAgree, before, close, collect, of, version
from reports.monthly.public import NotAMonthForAll, Published, publish
from reports.monthly.reconcile import reconcile
from reports.monthly.render import render
from reports.monthly.sheets import workbook

__all__ = [
    "BadReport",
    "DoesNotAgree",
    "NewerReport",
    "NotAMonthForAll",
    "PublicCopy",
    "Published",
    "before",
    "close",
    "collect",
    "from_json",
    "from_plain",
    "of",
    "publish",
    "reconcile",
    "render",
    "to_json",
    "version",
    "workbook",
]
