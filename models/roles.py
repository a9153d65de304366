"""The roles of the people who work with the program, and who shares a room of the house."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from translations import N_


class Role(enum.StrEnum):
    """What a user is entrusted with; one user may have several."""

    SECRETARY = "secretary"
    WAREHOUSE = "warehouse"
    VOLUNTEERS = "volunteers"
    DESK = "desk"
    TRACING = "tracing"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def explained(self) -> str:
        """What one entrusted with it may do, in a marked line."""
        return _EXPLAINED[self]


_LABELS = {
    Role.SECRETARY: N_("Secretary"),
    Role.WAREHOUSE: N_("Warehouse keeper"),
    Role.VOLUNTEERS: N_("Volunteer coordinator"),
    Role.DESK: N_("Desk (handing out)"),
    Role.TRACING: N_("Tracing"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

_EXPLAINED = {
    Role.SECRETARY: N_("The whole office: aid, stock, volunteers, reports and settings"),
    Role.WAREHOUSE: N_("Receives, issues, transfers and writes off goods"),
    Role.VOLUNTEERS: N_("Volunteers, their trainings and hours"),
    Role.DESK: N_("Enters people helped and hands out goods, nothing else"),
    Role.TRACING: N_("People helped and their cards, for restoring family links"),
    Role.AUDITOR: N_("Reads stock, reports and the record; confirms as the second person"),
    Role.ADMINISTRATOR: N_("Looks after users and keys; sees no people"),
}

# The program itself: the first run, invented data, tests. No user ever holds it.
PROGRAM: frozenset[str] = frozenset({"program"})

# Who shares a room of the house.
EVERYONE = tuple(Role)
OFFICE = (Role.SECRETARY,)
STORE = (Role.SECRETARY, Role.WAREHOUSE)
AID = (Role.SECRETARY, Role.DESK, Role.TRACING)
TEAM = (Role.SECRETARY, Role.VOLUNTEERS)
KEYS = (Role.ADMINISTRATOR,)
LOG = (Role.AUDITOR, Role.SECRETARY, Role.ADMINISTRATOR)
COUNTS = (Role.SECRETARY, Role.AUDITOR)
SHELF = (*STORE, Role.DESK, Role.AUDITOR)
HOURS = (*TEAM, Role.AUDITOR)


def fits(held: frozenset[str], roles: Iterable[Role]) -> bool:
    """Whether one of the roles is held."""
    return held == PROGRAM or not held.isdisjoint(roles)
