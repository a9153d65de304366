"""The people who work for the branch: volunteers, staff and paid helpers."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import clock
from models.base import SORT_KEY, Base, choice
from models.desk.cards import Sex
from models.errors import DomainError, InFuture, Missing
from models.rights import verb
from models.roles import TEAM
from models.team import contact, law
from models.team.law import Law
from models.team.skills import Training, VolunteerSkill
from models.text import fitting, search_key, sort_key
from translations import N_

OLDEST = date(1900, 1, 1)  # a date of birth before it is a slip of the keyboard


class Standing(enum.StrEnum):
    """On what footing a person works for the branch."""

    VOLUNTEER = "volunteer"
    STAFF = "staff"
    PAID_HELPER = "paid_helper"

    @property
    def label(self) -> str:
        return _STANDINGS[self]


_STANDINGS = {
    Standing.VOLUNTEER: N_("Volunteer"),
    Standing.STAFF: N_("Employee"),
    Standing.PAID_HELPER: N_("Paid helper"),
}


class State(enum.StrEnum):
    PROSPECTIVE = "prospective"
    ACTIVE = "active"
    RESTING = "resting"
    LEFT = "left"

    @property
    def label(self) -> str:
        return _STATES[self]


_STATES = {
    State.PROSPECTIVE: N_("prospective"),
    State.ACTIVE: N_("active"),
    State.RESTING: N_("resting"),
    State.LEFT: N_("left the branch"),
}


class Volunteer(Base):
    """A person who works for the branch. A minor's row names the guardian who consented."""

    __tablename__ = "volunteer"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    standing: Mapped[Standing] = mapped_column(choice(Standing))
    state: Mapped[State] = mapped_column(choice(State), default=State.ACTIVE)
    sex: Mapped[Sex] = mapped_column(choice(Sex), default=Sex.UNKNOWN)
    birth_date: Mapped[date]
    phone: Mapped[str] = mapped_column(String(50), default="")
    email: Mapped[str] = mapped_column(String(100), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    guardian: Mapped[str] = mapped_column(String(200), default="")
    guardian_consent_on: Mapped[date | None]
    joined_on: Mapped[date] = mapped_column(default=clock.today)
    left_on: Mapped[date | None]
    long_term_reported_on: Mapped[date | None]
    erased_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(2000), default="")
    sort: Mapped[str] = mapped_column(SORT_KEY, index=True)
    search: Mapped[str]

    skills: Mapped[list[VolunteerSkill]] = relationship(cascade="all, delete-orphan")
    trainings: Mapped[list[Training]] = relationship(cascade="all, delete-orphan")

    @property
    def name(self) -> str:
        """As a person is spoken of: Amra Hodžić."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def listed(self) -> str:
        """As a person stands in a list: Hodžić Amra."""
        return f"{self.last_name} {self.first_name}".strip()

    def require_age(self, on: date, known: Law) -> None:
        """Raises TooYoung before the birthday from which the law allows volunteering."""
        allowed = law.birthday(self.birth_date, known.youngest)
        if on < allowed:
            raise TooYoung(person=self.name, years=known.youngest, birthday=allowed)

    def require_consent(self, on: date, known: Law) -> None:
        """Raises ConsentMissing, ConsentLater for a minor without the guardian's written word."""
        if on >= law.birthday(self.birth_date, known.adult):
            return
        if not self.guardian or self.guardian_consent_on is None:
            raise ConsentMissing(person=self.name)
        if on < self.guardian_consent_on:
            raise ConsentLater(person=self.name, day=on, consent=self.guardian_consent_on)


@dataclass(frozen=True)
class Details:
    """What is written down of a person. `joined_on` None is today; left needs `left_on`."""

    first_name: str
    last_name: str
    birth_date: date
    standing: Standing = Standing.VOLUNTEER
    state: State = State.ACTIVE
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    email: str = ""
    address: str = ""
    guardian: str = ""
    guardian_consent_on: date | None = None
    joined_on: date | None = None
    left_on: date | None = None
    note: str = ""


@verb(N_("Entered a person"), *TEAM)
def enter(session: Session, details: Details) -> Volunteer:
    """Enter a person. A minor who volunteers needs a guardian's consent, unless prospective.

    Raises Missing, TextTooLong, AlreadyEntered, BadBirthDate, NotAPhone, NotAnEmail, TooYoung,
    ConsentMissing, ConsentLater, InFuture, LeftBeforeJoined.
    """
    volunteer = Volunteer()
    _write(session, volunteer, details)
    session.add(volunteer)
    session.flush()
    return volunteer


@verb(N_("Changed a person's record"), *TEAM)
def change(session: Session, volunteer: Volunteer, details: Details) -> None:
    """Write a person's details anew; hours already entered stay. Raises what `enter` raises."""
    with session.no_autoflush:
        _write(session, volunteer, details)
    session.flush()


@verb(N_("Entered that a person left"), *TEAM)
def leave(session: Session, volunteer: Volunteer, on: date) -> None:
    """The person stops working for the branch after that day. Raises InFuture, LeftBeforeJoined."""
    _require_past(on)
    if on < volunteer.joined_on:
        raise LeftBeforeJoined(person=volunteer.name, joined=volunteer.joined_on)
    volunteer.state, volunteer.left_on = State.LEFT, on
    session.flush()


@verb(N_("Entered that a long-term volunteer was reported"), *TEAM)
def report_long_term(session: Session, volunteer: Volunteer, on: date) -> None:
    """The long-term volunteer was reported to the ministry on that day. Raises InFuture."""
    _require_past(on)
    volunteer.long_term_reported_on = on
    session.flush()


def details(volunteer: Volunteer) -> Details:
    """What is written down of the person now."""
    names = Details.__dataclass_fields__
    return Details(**{name: getattr(volunteer, name) for name in names})


def _write(session: Session, volunteer: Volunteer, given: Details) -> None:
    known = law.in_force(session)
    _write_names(session, volunteer, given)
    volunteer.standing, volunteer.state, volunteer.sex = given.standing, given.state, given.sex
    _write_contact(volunteer, given)
    volunteer.address = fitting(given.address, 200)
    volunteer.note = fitting(given.note, 2000)
    _write_guardian(volunteer, given)
    _write_service(session, volunteer, given)
    if given.standing is Standing.VOLUNTEER and given.state is not State.LEFT:
        volunteer.require_age(clock.today(), known)
        if given.state is not State.PROSPECTIVE:
            volunteer.require_consent(clock.today(), known)


def _write_names(session: Session, volunteer: Volunteer, given: Details) -> None:
    first, last = _name(given.first_name), _name(given.last_name)
    if not (first and last):
        raise Missing(field=N_("First name") if last else N_("Surname"))
    if not OLDEST <= given.birth_date <= clock.today():
        raise BadBirthDate(day=given.birth_date)
    same = select(Volunteer.id).where(
        Volunteer.search == search_key(f"{last} {first}"),
        Volunteer.birth_date == given.birth_date,
        Volunteer.id != (volunteer.id or 0),
    )
    if session.scalar(same):
        raise AlreadyEntered(person=f"{first} {last}", born=given.birth_date)
    volunteer.first_name, volunteer.last_name = first, last
    volunteer.birth_date = given.birth_date
    volunteer.sort, volunteer.search = sort_key(volunteer.listed), search_key(volunteer.listed)


def _write_contact(volunteer: Volunteer, given: Details) -> None:
    """What was written down before it was checked stays until it is changed."""
    if given.phone != volunteer.phone:
        volunteer.phone = contact.phone(given.phone)
    if given.email != volunteer.email:
        volunteer.email = contact.email(given.email)


def _write_guardian(volunteer: Volunteer, given: Details) -> None:
    if given.guardian_consent_on is not None:
        _require_past(given.guardian_consent_on)
    volunteer.guardian = _name(given.guardian, 200)
    volunteer.guardian_consent_on = given.guardian_consent_on


def _write_service(session: Session, volunteer: Volunteer, given: Details) -> None:
    volunteer.joined_on = given.joined_on or volunteer.joined_on or clock.today()
    _require_past(volunteer.joined_on)
    volunteer.left_on = None
    if given.state is State.LEFT:
        leave(session, volunteer, given.left_on or clock.today())


def _name(text: str, longest: int = 100) -> str:
    return " ".join(fitting(text, longest).split())


def _require_past(day: date) -> None:
    if day > clock.today():
        raise InFuture(day=day)


class AlreadyEntered(DomainError):
    message = N_("{person}, born on {born}, is already in the list.")


class BadBirthDate(DomainError):
    message = N_("{day} cannot be a date of birth. Check the year.")


class TooYoung(DomainError):
    message = N_(
        "{person} turns {years} on {birthday} and can be a volunteer only from that day on."
    )


class ConsentMissing(DomainError):
    message = N_(
        "{person} is a minor: enter the guardian's name and the day of the written consent first."
    )


class ConsentLater(DomainError):
    message = N_(
        "{person} is a minor, and the guardian consented on {consent}: no hours before that day."
    )


class LeftBeforeJoined(DomainError):
    message = N_("{person} joined on {joined} and cannot have left before that day.")
