"""Every noun that has a table, so that the schema is whole wherever it is looked at."""

from models import periods, record
from models.base import Base
from models.desk import aid, cards
from models.goods import documents, items, lots, places, proposals
from models.office import branch, indicators, unfinished, users
from models.privacy import breaches, erasing, retention
from models.sheets import imports
from models.team import activities, volunteers

__all__ = [
    "Base",
    "activities",
    "aid",
    "branch",
    "breaches",
    "cards",
    "documents",
    "erasing",
    "imports",
    "indicators",
    "items",
    "lots",
    "periods",
    "places",
    "proposals",
    "record",
    "retention",
    "unfinished",
    "users",
    "volunteers",
]
