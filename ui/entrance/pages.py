"""The pages of the main window, and for whom each is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.roles import AID, COUNTS, EVERYONE, LOG, SHELF, TEAM, fits
from translations import N_

if TYPE_CHECKING:
    from models.database import Database
    from ui.window import LazyPage

PAGES = (
    (N_("Today"), "today", "ui.office.today", "TodayPage", EVERYONE),
    (N_("Aid"), "aid", "ui.desk.aid", "AidPage", AID),
    (N_("Stock"), "stock", "ui.warehouse.stock", "StockPage", SHELF),
    (N_("Volunteers"), "volunteers", "ui.team.volunteers", "VolunteersPage", TEAM),
    (N_("Reports"), "reports", "ui.papers.reports", "ReportsPage", COUNTS),
    (N_("Record of acts"), "history", "ui.office.acts", "ActsPage", LOG),
    (N_("Settings"), "settings", "ui.office.settings", "SettingsPage", EVERYONE),
)


def pages_of(db: Database) -> list[LazyPage]:
    """The pages that are for the roles of whoever works."""
    from ui.window import LazyPage

    return [LazyPage(*page) for *page, roles in PAGES if fits(db.roles, roles)]
