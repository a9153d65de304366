"""Who has seen what is known of a person: every look, and every paper that was given out."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import clock, record
from models.desk.aid import Encounter, Given, ServiceGiven
from models.desk.cards import Card
from models.goods.documents import Line
from models.goods.items import Item
from models.goods.lots import Lot
from models.office.users import User
from models.record import Act, Subject
from models.rights import question, verb
from models.roles import AID, OFFICE, TEAM
from models.team.volunteers import Volunteer
from models.units import Unit, decimal
from translations import N_

Person = Card | Volunteer
LOOKED, LOOKED_THROUGH = "access.look", "access.look_through"


class Recipient(enum.StrEnum):
    """To whom a paper about a person is given."""

    PERSON = "person"
    GUARDIAN = "guardian"
    AUTHORITY = "authority"

    @property
    def label(self) -> str:
        return _RECIPIENTS[self]


_RECIPIENTS = {
    Recipient.PERSON: N_("the person themselves"),
    Recipient.GUARDIAN: N_("guardian or representative"),
    Recipient.AUTHORITY: N_("court or authority"),
}


class Cause(enum.StrEnum):
    """Why it is given."""

    REQUEST = "request"
    ORDER = "order"
    TRANSFER = "transfer"

    @property
    def label(self) -> str:
        return _CAUSES[self]


_CAUSES = {
    Cause.REQUEST: N_("the person asked for it"),
    Cause.ORDER: N_("written order"),
    Cause.TRANSFER: N_("handing over to another organization"),
}


@dataclass(frozen=True)
class ActRow:
    """One act about a person: when, what, by whom and, for a paper, to whom and why."""

    at: datetime
    act: str  # the marked name
    by: str
    recipient: Recipient | None = None
    cause: Cause | None = None


@dataclass(frozen=True)
class Goods:
    """So much of one item, by its names in all languages."""

    names: dict[str, str]
    unit: Unit
    quantity: Decimal


@verb(N_("Looked at a person's record"), *AID, *TEAM)
def look(session: Session, person: Person) -> Person:  # noqa: ARG001 - the guard writes it
    """Note that a person's record was shown. Ask `is_noted` first: once a day is enough."""
    return person


@verb(N_("Looked through a list of people"), *AID, *TEAM)
def look_through(session: Session, kind: type[Person]) -> Subject:  # noqa: ARG001 - the guard writes it
    """Note that a list of volunteers or cards was shown. Ask `is_looked_through` first."""
    return Subject(kind.__tablename__)


@verb(N_("Gave out what is held about a person"), *OFFICE)
def give_out(session: Session, person: Person, to: Recipient, why: Cause) -> Person:
    """Note that the paper about a person was made, for whom and why."""
    record.note(session, f"{to}:{why}")
    return person


@question(*AID, *TEAM)
def is_noted(session: Session, person: Person) -> bool:
    """Whether the user has looked at the record today already."""
    return _is_of_today(session, LOOKED, Subject(person.__tablename__, person.id))


@question(*AID, *TEAM)
def is_looked_through(session: Session, kind: type[Person]) -> bool:
    """Whether the user has been shown the list today already."""
    return _is_of_today(session, LOOKED_THROUGH, Subject(kind.__tablename__))


@question(*OFFICE)
def acts(session: Session, person: Person) -> list[ActRow]:
    """All acts about the person's row, the oldest first."""
    query = (
        select(Act, User.name)
        .join(User, User.id == Act.user_id, isouter=True)
        .where(Act.subject == person.__tablename__, Act.subject_id == person.id)
        .order_by(Act.id)
    )
    return [_row(act, name or "") for act, name in session.execute(query)]


@question(*OFFICE)
def goods(session: Session, card: Card) -> dict[int, tuple[Goods, ...]]:
    """What was handed out at each visit of a card, by the encounter's id."""
    query = (
        select(Encounter.id, Item, func.sum(Line.quantity))
        .join(Line, Line.document_id == Encounter.document_id)
        .join(Lot, Lot.id == Line.lot_id)
        .join(Item, Item.id == Lot.item_id)
        .where(Encounter.card_id == card.id)
        .group_by(Encounter.id, Item.id)
        .order_by(Encounter.id, Item.id)
    )
    found: dict[int, tuple[Goods, ...]] = {}
    for number, item, quantity in session.execute(query):
        names = {name.language: name.text for name in item.names}
        one = Goods(names, item.unit, decimal(int(quantity)))
        found[number] = (*found.get(number, ()), one)
    return found


@question(*OFFICE)
def services(session: Session, card: Card) -> dict[int, tuple[Given, ...]]:
    """The services of each visit of a card, with why or to whom, by the encounter's id."""
    query = (
        select(ServiceGiven)
        .join(Encounter, Encounter.id == ServiceGiven.encounter_id)
        .where(Encounter.card_id == card.id)
        .order_by(ServiceGiven.id)
    )
    found: dict[int, tuple[Given, ...]] = {}
    for row in session.scalars(query):
        one = Given(row.kind, abs(row.times), abs(row.persons), row.reason, row.referral)
        found[row.encounter_id] = (*found.get(row.encounter_id, ()), one)
    return found


def _is_of_today(session: Session, code: str, about: Subject) -> bool:
    """Whether the newest such act of who works is of this day, by the office's clock."""
    query = select(func.max(Act.at)).where(
        Act.subject == about.table,
        Act.subject_id == about.id,
        Act.code == code,
        Act.user_id == session.info.get("user"),
    )
    last = session.scalar(query)
    return last is not None and clock.local(last).date() == clock.today()


def _row(act: Act, by: str) -> ActRow:
    name = record.ACTS.get(act.code, act.code)
    to, _colon, why = act.detail.partition(":")
    if to in set(Recipient) and why in set(Cause):
        return ActRow(act.at, name, by, Recipient(to), Cause(why))
    return ActRow(act.at, name, by)
