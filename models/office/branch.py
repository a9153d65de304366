"""The branch itself: where it works, what it is called in each language, whom it reports to."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, choice
from models.errors import DomainError, Missing
from models.goods import items, places
from models.office import indicators, territory
from models.office.territory import Unit
from models.rights import question, verb
from models.roles import EVERYONE, OFFICE
from models.text import fitting
from translations import LANGUAGES, N_, current

REPORT_DAY = 5  # of the next month: until then the monthly report is awaited


class Level(enum.StrEnum):
    """The organizations above a branch, nearest first."""

    BRANCH = "branch"
    CANTON = "canton"
    ENTITY = "entity"
    SOCIETY = "society"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Level.BRANCH: N_("Branch"),
    Level.CANTON: N_("Cantonal organization"),
    Level.ENTITY: N_("Entity organization"),
    Level.SOCIETY: N_("Society"),
}


class Branch(Base):
    """The one row that says whose books these are."""

    __tablename__ = "branch"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("report_day BETWEEN 1 AND 28", name="report_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entity: Mapped[str] = mapped_column(String(10))
    canton: Mapped[str] = mapped_column(String(4), default="")
    town: Mapped[str] = mapped_column(String(100), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    secretary: Mapped[str] = mapped_column(String(200), default="")
    president: Mapped[str] = mapped_column(String(200), default="")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    language: Mapped[str] = mapped_column(String(8))
    report_day: Mapped[int] = mapped_column(default=REPORT_DAY)
    is_practice: Mapped[bool] = mapped_column(default=False)


class Municipality(Base):
    """A unit of the territory that the branch covers (key of `models.office.territory`)."""

    __tablename__ = "municipality"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)


class Organization(Base):
    """The branch and each organization above it."""

    __tablename__ = "organization"

    level: Mapped[Level] = mapped_column(choice(Level), primary_key=True)
    names: Mapped[list[OrganizationName]] = relationship(cascade="all, delete-orphan")


class OrganizationName(Base):
    """A name is data, never a translation: as the organization writes itself in a language."""

    __tablename__ = "organization_name"

    level: Mapped[Level] = mapped_column(ForeignKey("organization.level"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str] = mapped_column(String(300))


@dataclass(frozen=True)
class Details:
    """What the branch writes on its papers in every language alike."""

    town: str = ""
    address: str = ""
    contact: str = ""
    secretary: str = ""
    president: str = ""
    logo: bytes | None = None
    report_day: int = REPORT_DAY


@dataclass(frozen=True)
class Letterhead:
    """What stands at the head of a paper, in one language."""

    name: str
    town: str
    address: str
    contact: str
    logo: bytes | None
    addressee: str
    onward: str  # to whom the addressee passes it on, or ""
    secretary: str
    president: str
    is_practice: bool


@verb(N_("Set the branch up"), *OFFICE)
def set_up(
    session: Session,
    *,
    units: Sequence[Unit],
    names: Mapping[Level, Mapping[str, str]],
    language: str,
    details: Details = Details(),
    is_practice: bool = False,
) -> Branch:
    """Fill a new database: the branch, its names, a first warehouse, the starter catalogue.

    `units` are the municipalities it covers, the seat first. Raises Missing, AlreadySetUp,
    OneUnitOnly: only in the Federation may a branch cover more than one.
    """
    _require_possible(session, units)
    seat = units[0]
    branch = Branch(
        id=1, entity=seat.entity, canton=seat.canton, language=language, is_practice=is_practice
    )
    session.add(branch)
    change(session, details)
    session.add_all(Municipality(key=unit.key) for unit in units)
    for level, given in names.items():
        rename(session, level, given)
    places.add_virtual(session)
    items.add_starters(session)
    indicators.add_starters(session)
    session.flush()
    return branch


def _require_possible(session: Session, units: Sequence[Unit]) -> None:
    if session.get(Branch, 1):
        raise AlreadySetUp
    if not units:
        raise Missing(field=N_("Municipality"))
    if len(units) > 1 and {unit.entity for unit in units} != {territory.FEDERATION}:
        raise OneUnitOnly


def suggest(unit: Unit) -> dict[Level, Mapping[str, str]]:
    """What the branch of a unit, and each organization above it, may be called: a proposal."""
    above = {Level(superior.level): superior.names for superior in territory.chain(unit)}
    return {Level.BRANCH: territory.suggest_names(unit)} | above


@verb(N_("Renamed an organization"), *OFFICE)
def rename(session: Session, level: Level, names: Mapping[str, str]) -> None:
    """Set an organization's names. A language left empty takes any that is filled in."""
    given = {c: " ".join(fitting(name, 300).split()) for c, name in names.items() if name.strip()}
    if not given:
        raise Missing(field=level)
    organization = session.get(Organization, level) or Organization(level=level)
    session.add(organization)
    known = {name.language: name for name in organization.names}
    for code in LANGUAGES:
        text = given.get(code) or next(iter(given.values()))
        if code in known:
            known[code].text = text
        else:
            organization.names.append(OrganizationName(language=code, text=text))
    session.flush()


@verb(N_("Changed the letterhead"), *OFFICE)
def change(session: Session, details: Details) -> None:
    """Write anew what stands on the papers. Raises NotSetUp, BadReportDay, TextTooLong."""
    if not 1 <= details.report_day <= 28:
        raise BadReportDay
    branch = get(session)
    for name, value in vars(details).items():
        setattr(branch, name, _line(name, value) if isinstance(value, str) else value)
    session.flush()


@question(*EVERYONE)
def details(session: Session) -> Details:
    """What the branch writes on its papers now. Raises NotSetUp."""
    branch = get(session)
    return Details(**{name: getattr(branch, name) for name in Details.__dataclass_fields__})


@question(*EVERYONE)
def get(session: Session) -> Branch:
    """The branch. Raises NotSetUp before the first run is finished."""
    branch = session.get(Branch, 1)
    if branch is None:
        raise NotSetUp
    return branch


@question(*EVERYONE)
def is_set_up(session: Session) -> bool:
    """Whether the first run is finished."""
    return session.get(Branch, 1) is not None


@question(*EVERYONE)
def names(session: Session, code: str | None = None) -> dict[Level, str]:
    """What each organization is called in a language (default: the current one)."""
    query = select(OrganizationName).where(OrganizationName.language == (code or current().code))
    return {name.level: name.text for name in session.scalars(query)}


@question(*EVERYONE)
def all_names(session: Session) -> dict[Level, dict[str, str]]:
    """What each organization is called in every language, by level and language."""
    found: dict[Level, dict[str, str]] = {}
    listed = select(OrganizationName).order_by(OrganizationName.level, OrganizationName.language)
    for name in session.scalars(listed):
        found.setdefault(name.level, {})[name.language] = name.text
    return {level: found[level] for level in Level if level in found}


@question(*EVERYONE)
def letterhead(session: Session, code: str | None = None) -> Letterhead:
    """The head of the branch's papers in a language."""
    branch, called = get(session), names(session, code)
    above = [called[level] for level in Level if level in called and level is not Level.BRANCH]
    return Letterhead(
        name=called[Level.BRANCH],
        town=branch.town,
        address=branch.address,
        contact=branch.contact,
        logo=branch.logo,
        addressee=above[0] if above else "",
        onward=above[1] if len(above) > 1 else "",
        secretary=branch.secretary,
        president=branch.president,
        is_practice=branch.is_practice,
    )


@question(*EVERYONE)
def municipalities(session: Session) -> list[str]:
    """Keys of the units the branch covers."""
    return list(session.scalars(select(Municipality.key).order_by(Municipality.key)))


def _line(name: str, value: str) -> str:
    """A text of the papers in one line. Raises TextTooLong."""
    return " ".join(fitting(value, 100 if name == "town" else 200).split())


class AlreadySetUp(DomainError):
    message = N_("This branch is already set up.")


class NotSetUp(DomainError):
    message = N_("This branch is not set up yet. Start the program to set it up.")


class BadReportDay(DomainError):
    message = N_("Choose a day of the month from 1 to 28 for the monthly report.")


class OneUnitOnly(DomainError):
    message = N_("Only in the Federation can a branch cover several municipalities. Choose one.")
