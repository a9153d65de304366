"""The data that a consolidated report carries, as JSON, and the reports in it back."""

from __future__ import annotations

from typing import Any

from models.frozen import SCHEMA as MONTHLY
from reports import plain
from reports.consolidated.figures import SCHEMA, Consolidated
from reports.monthly.carried import BadReport, NewerReport, from_plain
from reports.monthly.figures import Monthly

NAME = SCHEMA.rpartition("/")[0]


def to_json(data: Consolidated) -> bytes:
    """The figures as `docs/consolidated-report.schema.json` describes them, UTF-8.

    Each report in it is exactly what that report's own file carries.
    """
    whole = plain.plain(data)
    for holder, name in ((whole, "total"), *((branch, "report") for branch in whole["branches"])):
        holder[name] = {"schema": MONTHLY, **holder[name]}
    return plain.written(whole, schema=SCHEMA)


def is_consolidated(found: Any) -> bool:
    """Whether the JSON says that it is a consolidated report, of whichever version."""
    schema = found.get("schema") if isinstance(found, dict) else None
    return isinstance(schema, str) and schema.startswith(f"{NAME}/")


def reports(found: Any) -> list[Monthly]:
    """The branches' own reports in a consolidated one. Raises like `from_plain`."""
    if found["schema"] != SCHEMA:
        raise NewerReport
    branches = found.get("branches")
    if not isinstance(branches, list) or not branches:
        raise BadReport
    return [from_plain(each.get("report") if isinstance(each, dict) else None) for each in branches]
