"""Cards of people helped: a random code and, at most, a few facts a person chose to tell.

Nothing is mandatory but the code. No name, document or photograph is ever kept here.
"""

from __future__ import annotations

import enum
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import clock
from models.base import Base, choice
from models.errors import DomainError
from models.rights import question, verb
from models.roles import AID
from translations import N_

SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"  # nothing that is mistaken for another when read out


class Sex(enum.StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _SEX[self]


_SEX = {Sex.FEMALE: N_("Female"), Sex.MALE: N_("Male"), Sex.UNKNOWN: N_("Unknown")}


class AgeBand(enum.StrEnum):
    """The bands of the Federation's (IFRC) emergency reporting."""

    INFANT = "0-1"
    TODDLER = "2-5"
    CHILD = "6-12"
    YOUTH = "13-17"
    ADULT = "18-59"
    OLDER = "60+"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _AGES[self]


_AGES = {
    AgeBand.INFANT: N_("0–1"),
    AgeBand.TODDLER: N_("2–5"),
    AgeBand.CHILD: N_("6–12"),
    AgeBand.YOUTH: N_("13–17"),
    AgeBand.ADULT: N_("18–59"),
    AgeBand.OLDER: N_("60+"),
    AgeBand.UNKNOWN: N_("Unknown"),
}
_BANDS = ((1, AgeBand.INFANT), (5, AgeBand.TODDLER), (12, AgeBand.CHILD), (17, AgeBand.YOUTH))


class Disability(enum.StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _DISABILITY[self]


_DISABILITY = {
    Disability.YES: N_("Yes"),
    Disability.NO: N_("No"),
    Disability.UNKNOWN: N_("Unknown"),
}


class Vulnerability(enum.StrEnum):
    UASC = "uasc"
    PREGNANT = "pregnant"
    SINGLE_HEADED = "single_headed"
    OLDER = "older"
    ILLNESS = "illness"
    INJURY = "injury"
    VIOLENCE = "violence"
    MINE = "mine"

    @property
    def label(self) -> str:
        return _VULNERABILITY[self]


_VULNERABILITY = {
    Vulnerability.UASC: N_("Unaccompanied or separated child"),
    Vulnerability.PREGNANT: N_("Pregnant or breastfeeding"),
    Vulnerability.SINGLE_HEADED: N_("Single-headed family"),
    Vulnerability.OLDER: N_("Older person in need of help"),
    Vulnerability.ILLNESS: N_("Acute or chronic illness"),
    Vulnerability.INJURY: N_("Injury"),
    Vulnerability.VIOLENCE: N_("Suspected trafficking or violence"),
    Vulnerability.MINE: N_("Mine survivor"),
}

LENGTH = 7  # signs of a code, the check sign among them
EARLIEST = 1900  # year of birth
UNKNOWN_COUNTRY = "XX"
STATELESS = "XS"
FREQUENT = tuple("AF PK MA BD IR IQ SY DZ BI CU EG TR IN NP".split())


class Card(Base):
    """A person as the branch knows them: a code. The birth year or the band, whichever was told."""

    __tablename__ = "card"
    __table_args__ = (CheckConstraint("birth_year BETWEEN 1900 AND 2200", name="birth_year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(16), unique=True)
    sex: Mapped[Sex] = mapped_column(choice(Sex), default=Sex.UNKNOWN)
    birth_year: Mapped[int | None]
    age_band: Mapped[AgeBand] = mapped_column(choice(AgeBand), default=AgeBand.UNKNOWN)
    nationality: Mapped[str] = mapped_column(String(2), default=UNKNOWN_COUNTRY)
    disability: Mapped[Disability] = mapped_column(choice(Disability), default=Disability.UNKNOWN)
    made_on: Mapped[date] = mapped_column(default=clock.today)
    erased_on: Mapped[date | None]

    vulnerabilities: Mapped[list[CardVulnerability]] = relationship(cascade="all, delete-orphan")


class CardVulnerability(Base):
    __tablename__ = "card_vulnerability"

    card_id: Mapped[int] = mapped_column(ForeignKey("card.id"), primary_key=True)
    kind: Mapped[Vulnerability] = mapped_column(choice(Vulnerability), primary_key=True)


class ErasedVulnerability(Base):
    """So many persons whose cards were erased: counted in a month ("2026-10") by vulnerability.

    `is_first_of_year` are those whom no earlier month of the year counts.
    """

    __tablename__ = "erased_vulnerability"

    kind: Mapped[Vulnerability] = mapped_column(choice(Vulnerability), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    is_first_of_year: Mapped[bool] = mapped_column(primary_key=True)
    persons: Mapped[int]


@dataclass(frozen=True)
class Person:
    """What was told about one person, or about each of a group; anything may be unknown."""

    sex: Sex = Sex.UNKNOWN
    age: AgeBand = AgeBand.UNKNOWN
    nationality: str = UNKNOWN_COUNTRY
    disability: Disability = Disability.UNKNOWN


@verb(N_("Made a card"), *AID)
def add(
    session: Session,
    person: Person | None = None,
    *,
    token: str = "",
    birth_year: int | None = None,
    vulnerabilities: Iterable[Vulnerability] = (),
) -> Card:
    """A new card, with its own random code unless one is given.

    Raises BadToken, CardTaken, BadBirthYear.
    """
    code = clean(token) if token else new_token()
    if session.scalar(select(Card.id).where(Card.token == code)):
        raise CardTaken(token=shown(code))
    card = Card(token=code)
    session.add(card)
    describe(session, card, person or Person(), birth_year=birth_year, kinds=vulnerabilities)
    return card


@verb(N_("Described the person of a card"), *AID)
def describe(
    session: Session,
    card: Card,
    person: Person,
    *,
    birth_year: int | None = None,
    kinds: Iterable[Vulnerability] = (),
) -> None:
    """Keep what the person tells now; what is already counted stays as it was counted.

    Raises BadBirthYear.
    """
    if birth_year is not None and not EARLIEST <= birth_year <= clock.today().year:
        raise BadBirthYear(year=str(birth_year))
    card.sex, card.nationality, card.disability = person.sex, person.nationality, person.disability
    card.birth_year, card.age_band = birth_year, person.age
    known = {row.kind: row for row in card.vulnerabilities}
    card.vulnerabilities = [known.get(kind) or CardVulnerability(kind=kind) for kind in set(kinds)]
    session.flush()


@question(*AID)
def find(session: Session, written: str) -> Card | None:
    """The card with that code, however it was typed. Raises BadToken for a slip of the hand."""
    return session.scalar(select(Card).where(Card.token == clean(written)))


def person(card: Card, on: date) -> Person:
    """What the card says of its person on a day."""
    return Person(card.sex, band(card, on), card.nationality, card.disability)


def band(card: Card, on: date) -> AgeBand:
    """The age band by birth year (the age reached in the year of that day), else as told."""
    return band_of_age(on.year - card.birth_year) if card.birth_year else card.age_band


def band_of_age(years: int) -> AgeBand:
    if years >= 60:
        return AgeBand.OLDER
    return next((band for limit, band in _BANDS if years <= limit), AgeBand.ADULT)


def new_token() -> str:
    """Six random signs and a check sign: a slip in any one sign is noticed."""
    body = "".join(secrets.choice(SIGNS) for _ in range(6))
    return body + check_sign(body)


def clean(written: str) -> str:
    """The code as it is kept: "k7m-4px2" → "K7M4PX2". Raises BadToken."""
    if not is_code(written):
        raise BadToken(token=written.strip()[:40])
    return signs(written)


def is_code(written: str) -> bool:
    """Whether it is a card's code, its check sign right."""
    code = signs(written)
    known = len(code) == LENGTH and set(code) <= set(SIGNS)
    return known and check_sign(code[:-1]) == code[-1]


def signs(written: str) -> str:
    """The letters and digits of what was typed, in capitals."""
    return "".join(sign for sign in written.upper() if sign.isalnum())


def shown(token: str) -> str:
    """The code as people read it: "K7M-4PX2"; a card that was erased has none."""
    if len(token) != LENGTH:
        return "—"
    return f"{token[:3]}-{token[3:]}"


def check_sign(body: str) -> str:
    """Weighted sum over a prime: finds one wrong sign and two that swapped places."""
    total = sum(SIGNS.index(sign) * weight for weight, sign in enumerate(body, 2))
    return SIGNS[total % len(SIGNS)]


class BadToken(DomainError):
    message = N_("{token} is not a card code. Check it sign by sign, or scan the card again.")


class BadBirthYear(DomainError):
    message = N_("{year} cannot be a year of birth. Write four digits, or leave it empty.")


class CardTaken(DomainError):
    message = N_("The card {token} already belongs to someone. Take another card.")
