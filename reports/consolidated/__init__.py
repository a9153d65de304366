"""The consolidated report: what branches sent, read from their files, added up, put on paper."""

from reports.consolidated.carried import to_json
from reports.consolidated.collect import LEVELS, NothingToAdd, collect
from reports.consolidated.figures import Consolidated
from reports.consolidated.received import NoReports, Received, TooMany, files, read
from reports.consolidated.render import render
from reports.consolidated.sheets import workbook

__all__ = [
    "LEVELS",
    "Consolidated",
    "NoReports",
    "NothingToAdd",
    "Received",
    "TooMany",
    "collect",
    "files",
    "read",
    "render",
    "to_json",
    "workbook",
]
