"""What is better put right before a month is closed for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import periods
from models.desk.aid import Encounter
from models.goods.documents import Document, Status
from models.goods.places import Place, PlaceKind
from models.periods import Period
from models.rights import question
from models.roles import COUNTS, EVERYONE
from models.team.activities import Activity


@dataclass(frozen=True)
class LooseEnds:
    """`drafts` are documents never posted; `team_days` are days on which a team gave aid but
    has no hours; `open_months` are the months before that are to be closed, the oldest first;
    `first_closed` is the first month that ever was: those before it get no report any more."""

    drafts: int
    team_days: int
    open_months: tuple[Period, ...]
    first_closed: Period | None = None


@question(*COUNTS)
def find(session: Session, period: Period) -> LooseEnds:
    """The loose ends of a period."""
    return LooseEnds(
        drafts=_drafts(session, period),
        team_days=_team_days(session, period),
        open_months=_open_months(session, period),
        first_closed=periods.first_closed(session),
    )


@question(*EVERYONE)
def first_day(session: Session) -> date | None:
    """The first day for which anything was entered; None in empty books."""
    days = [session.scalar(select(func.min(noun.day))) for noun in (Encounter, Activity, Document)]
    return min((day for day in days if day), default=None)


def _drafts(session: Session, period: Period) -> int:
    query = select(func.count(Document.id)).where(
        Document.status == Status.DRAFT, Document.day.between(period.first, period.last)
    )
    return session.scalar(query) or 0


def _team_days(session: Session, period: Period) -> int:
    gave = (
        select(Encounter.place_id, Encounter.day)
        .join(Place, Place.id == Encounter.place_id)
        .where(Place.kind == PlaceKind.TEAM, Encounter.day.between(period.first, period.last))
        .group_by(Encounter.place_id, Encounter.day)
        .having(func.sum(Encounter.persons) > 0)
        .subquery()
    )
    worked = select(Activity.id).where(
        Activity.place_id == gave.c.place_id, Activity.day == gave.c.day
    )
    return session.scalar(select(func.count()).select_from(gave).where(~worked.exists())) or 0


def _open_months(session: Session, period: Period) -> tuple[Period, ...]:
    since, earliest = first_day(session), periods.first_closed(session)
    if since is None:
        return ()
    since = max(since, earliest.first) if earliest else since
    closed = periods.closed_months(session)
    found = []
    month = Period.month(period.first.year, period.first.month).previous
    while month.last >= since:
        if month.key not in closed:
            found.append(month)
        month = month.previous
    return tuple(reversed(found))
