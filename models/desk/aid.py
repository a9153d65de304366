"""Aid given: an encounter says when, where, for whom and what; goods leave the shelf with it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import clock, periods
from models.base import Base, choice
from models.desk import cards
from models.desk.cards import AgeBand, Card, Disability, Person, Sex
from models.errors import DomainError
from models.goods import ledger, stock
from models.goods.documents import Document
from models.goods.places import Place
from models.goods.stock import Goods
from models.rights import verb
from models.roles import AID
from models.text import fitting
from translations import N_

LARGEST_GROUP = 100_000


class Service(enum.StrEnum):
    FIRST_AID = "first_aid"
    PSS = "pss"
    DOCTOR = "doctor"
    PSYCHOLOGIST = "psychologist"
    TRANSPORT = "transport"
    RFL = "rfl"
    INFORMATION = "information"
    REFERRAL = "referral"

    @property
    def label(self) -> str:
        return _SERVICES[self]


_SERVICES = {
    Service.FIRST_AID: N_("First aid"),
    Service.PSS: N_("Psychosocial support"),
    Service.DOCTOR: N_("Doctor's consultation"),
    Service.PSYCHOLOGIST: N_("Psychologist's consultation"),
    Service.TRANSPORT: N_("Transport to a health institution"),
    Service.RFL: N_("Restoring family links (contact)"),
    Service.INFORMATION: N_("Information session"),
    Service.REFERRAL: N_("Referral"),
}


class Reason(enum.StrEnum):
    """Why first aid was given: a short list, not a medical record."""

    WOUND = "wound"
    BLISTERS = "blisters"
    CRAMPS = "cramps"
    MUSCLE_PAIN = "muscle_pain"
    SCABIES = "scabies"
    DEHYDRATION = "dehydration"
    HYPOTHERMIA = "hypothermia"
    FEVER = "fever"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _REASONS[self]


_REASONS = {
    Reason.WOUND: N_("Wound"),
    Reason.BLISTERS: N_("Blisters"),
    Reason.CRAMPS: N_("Cramps"),
    Reason.MUSCLE_PAIN: N_("Muscle pain"),
    Reason.SCABIES: N_("Scabies"),
    Reason.DEHYDRATION: N_("Dehydration"),
    Reason.HYPOTHERMIA: N_("Hypothermia"),
    Reason.FEVER: N_("Fever"),
    Reason.OTHER: N_("Other"),
}


class Referral(enum.StrEnum):
    """To whom a person was referred. A child alone always goes to the centre for social work."""

    HEALTH_CENTRE = "health_centre"
    SOCIAL_WORK = "social_work"
    IOM = "iom"
    UNHCR = "unhcr"
    LEGAL_AID = "legal_aid"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _REFERRALS[self]


_REFERRALS = {
    Referral.HEALTH_CENTRE: N_("Health centre"),
    Referral.SOCIAL_WORK: N_("Centre for social work"),
    Referral.IOM: N_("IOM"),
    Referral.UNHCR: N_("UNHCR"),
    Referral.LEGAL_AID: N_("Free legal aid"),
    Referral.OTHER: N_("Other"),
}


HELPED = text("helper_id IS NOT NULL")
REMARKED = text("remark <> ''")  # spelled as in the index, or the engine does not think of it


class Encounter(Base):
    """One contact, with a card or with a counted group. A reversal carries negative numbers.

    `user_id` entered it, and helped too where no other helper is named.
    """

    __tablename__ = "encounter"
    __table_args__ = (
        UniqueConstraint("id", "day"),
        Index("ix_encounter_day", "day", "is_estimated", "persons"),
        Index("ix_encounter_card", "card_id", "day", "persons"),
        Index("ix_encounter_remark", "day", sqlite_where=REMARKED, postgresql_where=REMARKED),
        Index("ix_encounter_helper", "helper_id", sqlite_where=HELPED, postgresql_where=HELPED),
        CheckConstraint("persons >= 0 OR reverses_id IS NOT NULL", name="sign"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(36), unique=True)
    day: Mapped[date]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    card_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"))
    persons: Mapped[int]
    is_estimated: Mapped[bool] = mapped_column(default=False)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), unique=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("encounter.id"), unique=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imported_file.id"), index=True)
    remark: Mapped[str] = mapped_column(String(500), default="")
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer.id"))

    reached: Mapped[list[Reached]] = relationship(viewonly=True)
    services: Mapped[list[ServiceGiven]] = relationship(viewonly=True)


MARKS = ("sex", "age_band", "nationality", "disability")


class Reached(Base):
    """So many persons of one sex, age band, nationality and disability in one encounter.

    `is_carded` says again that the encounter has a card: reports sum the others from the index.
    """

    __tablename__ = "reached"
    __table_args__ = (
        ForeignKeyConstraint(["encounter_id", "day"], ["encounter.id", "encounter.day"]),
        Index("ix_reached_day", "is_carded", "day", *MARKS, "persons"),
        Index("ix_reached_encounter", "encounter_id"),
        CheckConstraint("persons <> 0", name="persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    encounter_id: Mapped[int]
    day: Mapped[date]
    sex: Mapped[Sex] = mapped_column(choice(Sex))
    age_band: Mapped[AgeBand] = mapped_column(choice(AgeBand))
    nationality: Mapped[str] = mapped_column(String(2))
    disability: Mapped[Disability] = mapped_column(choice(Disability))
    persons: Mapped[int]
    is_carded: Mapped[bool]


class ServiceGiven(Base):
    """A service of an encounter: how often it was given, and to how many persons."""

    __tablename__ = "service"
    __table_args__ = (
        ForeignKeyConstraint(["encounter_id", "day"], ["encounter.id", "encounter.day"]),
        Index("ix_service_day", "day", "kind", "reason", "referral", "times", "persons"),
        Index("ix_service_encounter", "encounter_id"),
        CheckConstraint("times <> 0", name="times"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    encounter_id: Mapped[int]
    day: Mapped[date]
    kind: Mapped[Service] = mapped_column(choice(Service))
    times: Mapped[int]
    persons: Mapped[int]
    reason: Mapped[Reason | None] = mapped_column(choice(Reason))
    referral: Mapped[Referral | None] = mapped_column(choice(Referral))


@dataclass(frozen=True)
class Given:
    """A service to record. `persons` counts who received it, `times` how often."""

    kind: Service
    times: int = 1
    persons: int = 1
    reason: Reason | None = None
    referral: Referral | None = None


@dataclass(frozen=True)
class Count:
    """One cell of a head-count."""

    person: Person
    persons: int


@verb(N_("Helped a person"), *AID)
def help_person(
    session: Session,
    card: Card,
    place: Place,
    *,
    on: date,
    goods: Sequence[Goods] = (),
    services: Sequence[Given] = (),
    store: Place | None = None,
    remark: str = "",
    token: UUID | None = None,
    helper_id: int | None = None,
) -> Encounter:
    """Aid to the person with a card. `store` is where the goods are taken from, if not `place`.

    `helper_id` is the number of a volunteer or member of the staff, where who works only enters it.
    Raises NothingForPerson and what posting the goods raises. The same token records only once.
    """
    if not (goods or services):
        raise NothingForPerson
    if already := _recorded(session, token):
        return already
    encounter = _header(session, place, on, token, remark)
    encounter.card_id = card.id
    encounter.helper_id = helper_id
    told = [Count(cards.person(card, on), 1)]
    return _record(session, encounter, told, goods, services, store or place)


@verb(N_("Helped a group"), *AID)
def help_group(
    session: Session,
    counts: Iterable[Count],
    place: Place,
    *,
    on: date,
    goods: Sequence[Goods] = (),
    services: Sequence[Given] = (),
    store: Place | None = None,
    is_estimated: bool = False,
    remark: str = "",
    token: UUID | None = None,
    import_id: int | None = None,
    helper_id: int | None = None,
) -> Encounter:
    """Aid to people counted by sex, age and nationality; the count may be an estimate.

    Without any person the goods or services are recorded alone: a day sheet may count the same
    people in another row. Raises NothingGiven, TooMany and what posting the goods raises.
    """
    if already := _recorded(session, token):
        return already
    encounter = _header(session, place, on, token, remark)
    encounter.is_estimated, encounter.import_id = is_estimated, import_id
    encounter.helper_id = helper_id
    told = [count for count in counts if count.persons]
    if any(not 0 < count.persons <= LARGEST_GROUP for count in told):
        raise TooMany(most=LARGEST_GROUP)
    return _record(session, encounter, told, goods, services, store or place)


@verb(N_("Took an entry of aid back"), *AID)
def reverse(
    session: Session, encounter: Encounter, *, remark: str = "", token: UUID | None = None
) -> Encounter:
    """Take an encounter back, goods included, once. Dated like it while its month is open.

    Raises AlreadyTakenBack.
    """
    again = session.scalar(select(Encounter).where(Encounter.reverses_id == encounter.id))
    if again and token and again.token == str(token):
        return again
    if again or encounter.reverses_id:
        raise AlreadyTakenBack
    day = clock.today() if periods.is_closed(session, encounter.day) else encounter.day
    periods.require_open(session, day)
    mirror = _header(session, session.get_one(Place, encounter.place_id), day, token, remark)
    mirror.card_id, mirror.is_estimated = encounter.card_id, encounter.is_estimated
    mirror.persons, mirror.reverses_id = -encounter.persons, encounter.id
    mirror.helper_id = encounter.helper_id
    if (document := _standing_document(session, encounter)) is not None:
        mirror.document_id = ledger.reverse(session, document, on=day).id
    told = [Count(_person(row), -row.persons) for row in encounter.reached]
    given = [
        Given(row.kind, -row.times, -row.persons, row.reason, row.referral)
        for row in encounter.services
    ]
    return _write(session, mirror, told, given)


def reached_row(encounter_id: int, day: date, count: Count, *, carded: bool) -> dict[str, object]:
    """The columns of one head-count cell of an encounter."""
    return {
        "encounter_id": encounter_id,
        "day": day,
        "sex": count.person.sex,
        "age_band": count.person.age,
        "nationality": count.person.nationality,
        "disability": count.person.disability,
        "persons": count.persons,
        "is_carded": carded,
    }


def service_row(encounter_id: int, day: date, given: Given) -> dict[str, object]:
    """The columns of one service of an encounter."""
    return {
        "encounter_id": encounter_id,
        "day": day,
        "kind": given.kind,
        "times": given.times,
        "persons": given.persons,
        "reason": given.reason,
        "referral": given.referral,
    }


def _recorded(session: Session, token: UUID | None) -> Encounter | None:
    """The entry of that token, if it was recorded before."""
    return session.scalar(_OF_TOKEN, {"token": str(token)}) if token else None


def _header(session: Session, place: Place, on: date, token: UUID | None, remark: str) -> Encounter:
    return Encounter(
        token=str(token or uuid4()),
        day=on,
        place_id=place.id,
        user_id=session.info.get("user"),
        remark=fitting(remark, 500),
        persons=0,
    )


def _record(
    session: Session,
    encounter: Encounter,
    told: Sequence[Count],
    goods: Sequence[Goods],
    services: Sequence[Given],
    store: Place,
) -> Encounter:
    if not (told or goods or services):
        raise NothingGiven
    if any(given.times < 1 or given.persons < 0 for given in services):
        raise BadTimes
    periods.require_open(session, encounter.day)
    encounter.persons = sum(count.persons for count in told)
    if goods:
        encounter.document_id = stock.hand_out(session, store, goods, on=encounter.day).id
    return _write(session, encounter, told, services)


def _write(
    session: Session, encounter: Encounter, told: Sequence[Count], services: Sequence[Given]
) -> Encounter:
    session.add(encounter)
    session.flush()
    own = encounter.id, encounter.day
    if told:
        carded = encounter.card_id is not None
        rows = [reached_row(*own, count, carded=carded) for count in told]
        session.execute(_INSERT_REACHED, rows)
    if services:
        session.execute(_INSERT_SERVICES, [service_row(*own, given) for given in services])
    return encounter


def _standing_document(session: Session, encounter: Encounter) -> Document | None:
    """The hand-out of an encounter, unless it was reversed by itself before."""
    if encounter.document_id is None:
        return None
    back = select(Document.id).where(Document.reverses_id == encounter.document_id)
    if session.scalar(back):
        return None
    return session.get_one(Document, encounter.document_id)


def _person(row: Reached) -> Person:
    return Person(row.sex, row.age_band, row.nationality, row.disability)


_OF_TOKEN = select(Encounter).where(Encounter.token == bindparam("token"))
_INSERT_REACHED = insert(Reached.__table__)  # type: ignore[arg-type]  # a table, always
_INSERT_SERVICES = insert(ServiceGiven.__table__)  # type: ignore[arg-type]


class NothingGiven(DomainError):
    message = N_("Nothing was entered. Enter the persons, the goods or the services.")


class NothingForPerson(DomainError):
    message = N_("Nothing was given yet. Enter the goods or the services.")


class BadTimes(DomainError):
    message = N_("A service is given at least once. Check how often each was given.")


class TooMany(DomainError):
    message = N_("One entry can count up to {most} persons. Check the number or split the entry.")


class AlreadyTakenBack(DomainError):
    message = N_("This entry has already been taken back.")
