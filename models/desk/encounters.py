"""What happened: the list of encounters, one of them in full, and the balance of the days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models import clock
from models.base import again
from models.desk import helpers
from models.desk.aid import Count, Encounter, Given, Reached, Service, ServiceGiven
from models.desk.cards import Card, Person, shown, signs
from models.goods.documents import Document, Line, written_number
from models.goods.items import Item, ItemName
from models.goods.lots import Lot
from models.goods.places import Donor, Place
from models.office.users import User
from models.periods import Period
from models.rights import question
from models.roles import AID
from models.team.volunteers import Volunteer
from models.text import LONGEST, matches, search_key
from models.units import Unit, decimal
from translations import current

_SHOWN = (
    Encounter.id,
    Encounter.day,
    Encounter.entered_at,
    Encounter.card_id,
    Encounter.persons,
    Encounter.is_estimated,
    Encounter.reverses_id,
    Encounter.remark,
)
RECENT = 200  # newest entries among which one's own last one is looked for
SHORTEST_CODE = 3  # signs of a card's code that are looked for


@dataclass(frozen=True)
class Portion:
    """So much of one item, its name in the current language."""

    name: str
    quantity: Decimal
    unit: Unit


@dataclass(frozen=True)
class EncounterRow:
    """One encounter in a list. `at` is when it was entered, by the office's clock."""

    id: int
    day: date
    at: datetime
    place: str
    card_id: int | None
    code: str  # of the card, as people read it; empty for a group
    persons: int
    goods: tuple[Portion, ...]
    services: tuple[tuple[Service, int], ...]  # and how often
    is_estimated: bool
    is_taken_back: bool
    is_reversal: bool
    remark: str


@dataclass(frozen=True)
class LotGiven:
    """What was given from one lot."""

    goods: Portion
    batch: str
    expiry: date | None
    donor: str


@dataclass(frozen=True)
class EncounterDetails:
    """One encounter in full. `store` is where its goods were taken from."""

    row: EncounterRow
    told: tuple[Count, ...]
    services: tuple[Given, ...]
    lots: tuple[LotGiven, ...]
    document: str  # its number; empty when no goods were given
    store: str
    by: str  # who entered it
    helper: str  # who helped, where that is somebody else
    taken_back_on: date | None


@question(*AID)
def ids(
    session: Session,
    period: Period,
    *,
    place_id: int | None = None,
    search: str = "",
    by: str = "",
    descending: bool = False,
) -> list[int]:
    """Encounters of a period, the newest first, or by "day", "place", "card" or "persons".

    Every word of `search` occurs in the place, the card's code, the remark or the helper's name.
    """
    query = select(Encounter.id).where(_of(period, place_id), _is_of_its_own())
    if search.strip() or by in ("place", "card"):
        query = query.join(Place, Place.id == Encounter.place_id)
        query = query.join(Card, Card.id == Encounter.card_id, isouter=True)
    query = query.where(*(_mentions(session, period, word) for word in search[:LONGEST].split()))
    return list(session.scalars(query.order_by(*_order(by, descending))))


@question(*AID)
def rows(session: Session, wanted: Sequence[int]) -> list[EncounterRow]:
    """The encounters with these ids, in this order."""
    mirror = again(Encounter, "mirror")
    query = (
        select(*_SHOWN, Place.name.label("place"), Card.token, mirror.id.label("taken_back_by"))
        .join(Place, Place.id == Encounter.place_id)
        .join(Card, Card.id == Encounter.card_id, isouter=True)
        .join(mirror, mirror.reverses_id == Encounter.id, isouter=True)
        .where(Encounter.id.in_(wanted))
    )
    goods, services = _goods(session, wanted), _services(session, wanted)
    found = {row.id: _row(row, goods[row.id], services[row.id]) for row in session.execute(query)}
    return [found[id_] for id_ in wanted if id_ in found]


@question(*AID)
def details(session: Session, encounter_id: int) -> EncounterDetails | None:
    """Everything known of one encounter, or None when there is none with that id."""
    met = session.get(Encounter, encounter_id)
    if met is None:
        return None
    user = session.get(User, met.user_id) if met.user_id else None
    document = session.get(Document, met.document_id) if met.document_id else None
    back = select(Encounter.day).where(Encounter.reverses_id == encounter_id)
    return EncounterDetails(
        row=rows(session, [encounter_id])[0],
        told=tuple(Count(_person(row), row.persons) for row in met.reached),
        services=tuple(_given(row) for row in met.services),
        lots=tuple(_lots(session, met.document_id)),
        document=written_number(document) if document else "",
        store=document.place.name if document else "",
        by=user.name if user else "",
        helper=helpers.name(session, met.helper_id),
        taken_back_on=session.scalar(back),
    )


@question(*AID)
def last_own(session: Session, user: int | None, within: timedelta) -> int | None:
    """The newest entry of that user that still stands, if it is as young as that."""
    mirror = again(Encounter, "mirror")
    newest = select(Encounter.id).order_by(Encounter.id.desc()).limit(RECENT)
    query = (
        select(Encounter.id)
        .where(Encounter.id.in_(newest.scalar_subquery()))
        .join(mirror, mirror.reverses_id == Encounter.id, isouter=True)
        .where(Encounter.user_id == user if user else Encounter.user_id.is_(None))
        .where(Encounter.entered_at.between(clock.now() - within, clock.now()))
        .where(Encounter.import_id.is_(None))
        .where(Encounter.reverses_id.is_(None), mirror.id.is_(None))
    )
    return session.scalar(query.order_by(Encounter.id.desc()).limit(1))


@question(*AID)
def last_place(session: Session, user: int | None) -> int | None:
    """The place of that user's newest entry, for the next one is mostly made there too."""
    newest = select(Encounter.id).order_by(Encounter.id.desc()).limit(RECENT)
    query = (
        select(Encounter.place_id)
        .where(Encounter.id.in_(newest.scalar_subquery()))
        .where(Encounter.user_id == user if user else Encounter.user_id.is_(None))
        .where(Encounter.import_id.is_(None), Encounter.reverses_id.is_(None))
    )
    return session.scalar(query.order_by(Encounter.id.desc()).limit(1))


@question(*AID)
def have_states(session: Session, period: Period, place_id: int | None = None) -> bool:
    """Whether an entry of the period is estimated, was taken back, or takes one back."""
    mirror = again(Encounter, "mirror")
    taken_back = select(mirror.id).where(mirror.reverses_id == Encounter.id).exists()
    query = select(Encounter.id).where(
        _of(period, place_id),
        or_(Encounter.is_estimated, Encounter.reverses_id.is_not(None), taken_back),
    )
    return session.scalar(query.limit(1)) is not None


def _of(period: Period, place_id: int | None) -> ColumnElement[bool]:
    within = Encounter.day.between(period.first, period.last)
    return within if place_id is None else within & (Encounter.place_id == place_id)


def _is_of_its_own() -> ColumnElement[bool]:
    """A reversal of the same day is told by its original; one of a later day stands itself."""
    original = again(Encounter, "original")
    its_day = select(original.day).where(original.id == Encounter.reverses_id).scalar_subquery()
    return or_(Encounter.reverses_id.is_(None), Encounter.day != its_day)


def _mentions(session: Session, period: Period, word: str) -> ColumnElement[bool]:
    found = [matches(Place.search, word), Encounter.id.in_(_remarked(session, period, word))]
    named = select(Volunteer.id).where(matches(Volunteer.search, word))
    found.append(Encounter.helper_id.in_(named))
    code = signs(word)
    if len(code) >= SHORTEST_CODE:
        found.append(Card.token.contains(code, autoescape=True))
    return or_(*found)


def _remarked(session: Session, period: Period, word: str) -> list[int]:
    """Few entries have a remark: they are compared here, by the tolerant form."""
    query = select(Encounter.id, Encounter.remark).where(
        Encounter.day.between(period.first, period.last), Encounter.remark != ""
    )
    key = search_key(word)
    return [id_ for id_, remark in session.execute(query) if key in search_key(remark)]


def _order(by: str, descending: bool) -> list[Any]:
    newest = [Encounter.day.desc(), Encounter.id.desc()]
    if by == "day":
        return newest if descending else [Encounter.day, Encounter.id]
    columns: dict[str, Any] = {
        "place": Place.sort, "card": Card.token, "persons": Encounter.persons,
    }  # fmt: skip
    if by not in columns:
        return newest
    return [columns[by].desc() if descending else columns[by], *newest]


def _row(row: Any, goods: list[Portion], services: list[tuple[Service, int]]) -> EncounterRow:
    return EncounterRow(
        id=row.id,
        day=row.day,
        at=clock.local(row.entered_at),
        place=row.place,
        card_id=row.card_id,
        code=shown(row.token) if row.token else "",
        persons=row.persons,
        goods=tuple(goods),
        services=tuple(services),
        is_estimated=row.is_estimated,
        is_taken_back=row.taken_back_by is not None,
        is_reversal=row.reverses_id is not None,
        remark=row.remark,
    )


def _goods(session: Session, wanted: Sequence[int]) -> dict[int, list[Portion]]:
    """What each encounter gave, item by item, in the order of its lines."""
    query = (
        select(Encounter.id, ItemName.text, func.sum(Line.quantity), Item.unit)
        .join(Line, Line.document_id == Encounter.document_id)
        .join(Lot, Lot.id == Line.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(ItemName, (ItemName.item_id == Item.id) & (ItemName.language == current().code))
        .where(Encounter.id.in_(wanted))
        .group_by(Encounter.id, Item.id, ItemName.text, Item.unit)
        .order_by(func.min(Line.position))
    )
    found: dict[int, list[Portion]] = defaultdict(list)
    for id_, name, quantity, unit in session.execute(query):
        found[id_].append(Portion(name, decimal(int(quantity)), unit))
    return found


def _services(session: Session, wanted: Sequence[int]) -> dict[int, list[tuple[Service, int]]]:
    query = (
        select(ServiceGiven.encounter_id, ServiceGiven.kind, ServiceGiven.times)
        .where(ServiceGiven.encounter_id.in_(wanted))
        .order_by(ServiceGiven.id)
    )
    found: dict[int, list[tuple[Service, int]]] = defaultdict(list)
    for id_, kind, times in session.execute(query):
        found[id_].append((kind, abs(times)))
    return found


def _lots(session: Session, document_id: int | None) -> Iterable[LotGiven]:
    query = (
        select(ItemName.text, Line.quantity, Item.unit, Lot.batch, Lot.expiry, Donor.name)
        .join(Lot, Lot.id == Line.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .join(ItemName, (ItemName.item_id == Item.id) & (ItemName.language == current().code))
        .join(Donor, Donor.id == Lot.donor_id, isouter=True)
        .where(Line.document_id == document_id)
        .order_by(Line.position)
    )
    for name, quantity, unit, batch, expiry, donor in session.execute(query):
        yield LotGiven(Portion(name, decimal(quantity), unit), batch, expiry, donor or "")


def _person(row: Reached) -> Person:
    return Person(row.sex, row.age_band, row.nationality, row.disability)


def _given(row: ServiceGiven) -> Given:
    return Given(row.kind, abs(row.times), abs(row.persons), row.reason, row.referral)
