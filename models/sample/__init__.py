"""A demonstration branch: months of invented but plausible work, the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from models import clock, periods, record
from models.database import Database
from models.desk import bulk
from models.desk.cards import Card
from models.goods import places
from models.goods.places import Place, PlaceKind
from models.office import branch, territory, users
from models.periods import Period
from models.roles import PROGRAM, Role
from models.sample import team
from models.sample.goods import Pieces, Shelf, stock_up, write_off_expired
from models.sample.people import Visit, visits

UNIT = "BA-BIH/01/Bihać"
WAREHOUSE = "Glavno skladište"
PLACES = {
    WAREHOUSE: PlaceKind.WAREHOUSE,
    "Autobuska stanica": PlaceKind.POINT,
    "Mobilni tim Sjever": PlaceKind.TEAM,
    "Mobilni tim Jug": PlaceKind.TEAM,
}
NARRATIVE = {
    "incidents": "Bez incidenata. Jedna osoba s ozeblinama prevezena je u dom zdravlja.",
    "needs": "Zimska obuća i jakne, veličine 41–44. Čarape i rukavice.",
    "narrative": "Timovi su obilazili autobusku stanicu i puteve prema granici svaki dan.",
}
BATCH = 20_000  # encounters written at a time


def fill(
    db: Database,
    *,
    months: int = 12,
    per_month: int = 250,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> None:
    """Fill a new database with `months` whole months and the days of this month so far.

    `per_month` is encounters a month. The same seed on the same day gives the same branch.
    """
    story = _Story(db, random.Random(seed), [], clock.now())  # noqa: S311 - invented data, no secrets
    spans = _spans(months)
    with clock.at(_morning(spans[0].first)), db.write(PROGRAM) as session:
        db.user, story.second = _set_up(session)
        team.enlist(session, story.chance, spans[0].first)
    for done, span in enumerate(spans):
        progress(done, len(spans))
        story.live(span, _part_of_month(span, per_month))
    with db.write(PROGRAM) as session:
        for section, text in NARRATIVE.items():
            periods.write_narrative(session, spans[max(months, 1) - 1], section, text)
        team.report_long_term(session)
    progress(len(spans), len(spans))


@dataclass
class _Story:
    """The branch as it lives from month to month."""

    db: Database
    chance: random.Random
    known: list[Card]
    now: datetime
    second: int = 0  # the user who confirms what is written off

    def live(self, span: Period, count: int) -> None:
        """One month: stock up, hand out, work; everything dated and posted in it."""
        days = [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]
        with clock.at(_morning(span.first)), self.db.write(PROGRAM) as session:
            where = [session.get_one(Place, row.id) for row in places.overview(session)]
            warehouse = next(place for place in where if place.name == WAREHOUSE)
            points = [place for place in where if place is not warehouse]
            planned = visits(session, self.chance, days, count, points, self.known, self.now)
            write_off_expired(session, span.first, self.second)
            stock_up(session, warehouse, _needed(planned), span.first)
            with clock.at(datetime.combine(span.last, time(12))):
                team.grow(session, self.chance, days)
                team.work(session, self.chance, days, points)
            shelf = Shelf(session)
            for start in range(0, len(planned), BATCH):
                batch = planned[start : start + BATCH]
                bulk.write(session, [_entry(visit, shelf) for visit in batch])
            record.write(session, record.INVENTED)


def _set_up(session: Session) -> tuple[int, int]:
    """The branch with its secretary and its warehouse keeper: their numbers."""
    unit = territory.find(UNIT)
    details = branch.Details(
        town="Bihać",
        address="Ulica primjera 1, 77000 Bihać",
        contact="037 000 000",
        secretary="Amra Hodžić",
        president="Ivan Marić",
    )
    names = branch.suggest(unit)
    branch.set_up(
        session, units=[unit], names=names, language="bs", details=details, is_practice=True
    )
    for name, kind in PLACES.items():
        places.add(session, name, kind)
    keeper = users.add(session, "edin", "Edin Mujić", [Role.WAREHOUSE])
    return users.add(session, "demo", "Amra Hodžić").id, keeper.id


def _spans(months: int) -> list[Period]:
    """The months, oldest first, and this month so far."""
    today = clock.today()
    spans = [Period(today.replace(day=1), today)]
    while len(spans) <= months:
        day_before = spans[0].first - timedelta(days=1)
        spans.insert(0, Period.month(day_before.year, day_before.month))
    return spans


def _part_of_month(span: Period, per_month: int) -> int:
    return per_month if span.is_month else per_month * span.last.day // 31


def _needed(planned: Sequence[Visit]) -> dict[int, Pieces]:
    """Pieces of each item that each place will hand out."""
    needed: dict[int, Pieces] = defaultdict(Counter)
    for visit in planned:
        needed[visit.place.id] += visit.pieces
    return needed


def _entry(visit: Visit, shelf: Shelf) -> bulk.Entry:
    return bulk.Entry(
        token=visit.token,
        day=visit.day,
        at=visit.at,
        place=visit.place,
        card_id=visit.card.id if visit.card else None,
        told=visit.told,
        is_estimated=visit.is_estimated,
        moves=shelf.take(visit.place, visit.pieces, visit.day),
        services=visit.services,
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(7))
