"""Where goods are: warehouses, points and field teams, and the places outside the shelf."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sqlalchemy import String, bindparam, case, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import SORT_KEY, Base, choice
from models.errors import DomainError, Missing
from models.rights import question, verb
from models.roles import EVERYONE, STORE
from models.text import fitting, in_order, matches, search_key, sort_key
from translations import N_


class PlaceKind(enum.StrEnum):
    """Real places hold stock; the others are where goods come from and go to."""

    WAREHOUSE = "warehouse"
    POINT = "point"
    TEAM = "team"
    DONOR = "donor"
    HANDED_OUT = "handed_out"
    DELIVERED = "delivered"
    WRITTEN_OFF = "written_off"
    DIFFERENCE = "difference"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    PlaceKind.WAREHOUSE: N_("Warehouse"),
    PlaceKind.POINT: N_("Distribution point"),
    PlaceKind.TEAM: N_("Mobile team"),
    PlaceKind.DONOR: N_("Donor"),
    PlaceKind.HANDED_OUT: N_("Handed out"),
    PlaceKind.DELIVERED: N_("Delivered to another organization"),
    PlaceKind.WRITTEN_OFF: N_("Written off"),
    PlaceKind.DIFFERENCE: N_("Count difference"),
}

REAL = (PlaceKind.WAREHOUSE, PlaceKind.POINT, PlaceKind.TEAM)
VIRTUAL = tuple(kind for kind in PlaceKind if kind not in REAL)


class Place(Base):
    """A real place has its own name; a virtual one is named by its kind."""

    __tablename__ = "place"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PlaceKind] = mapped_column(choice(PlaceKind))
    name: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    sort: Mapped[str] = mapped_column(SORT_KEY)
    search: Mapped[str]


class Donor(Base):
    """Who gave goods: an organization or a company, free text as on its papers."""

    __tablename__ = "donor"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    sort: Mapped[str] = mapped_column(SORT_KEY)
    search: Mapped[str]


@dataclass(frozen=True)
class PlaceRow:
    id: int
    name: str
    kind: PlaceKind
    is_active: bool


@verb(N_("Added a place"), *STORE)
def add(session: Session, name: str, kind: PlaceKind = PlaceKind.WAREHOUSE) -> Place:
    """Enter a real place. Raises Missing, NameTaken."""
    if not (name := fitting(name, 200)):
        raise Missing(field=N_("Name"))
    _require_free(session, name)
    place = Place(kind=kind, name=name, sort=sort_key(name), search=search_key(name))
    session.add(place)
    session.flush()
    return place


@verb(N_("Renamed a place"), *STORE)
def rename(session: Session, place: Place, name: str, *, active: bool = True) -> None:
    """Give a real place another name, or take it out of use. Raises Missing, NameTaken."""
    if not (name := fitting(name, 200)):
        raise Missing(field=N_("Name"))
    if name != place.name:
        _require_free(session, name)
    place.name, place.sort, place.search = name, sort_key(name), search_key(name)
    place.is_active = active
    session.flush()


@question()
def add_virtual(session: Session) -> None:
    """The places outside the shelf, one of each kind; part of every new branch."""
    for kind in VIRTUAL:
        session.add(Place(kind=kind, name=kind.value, sort="", search=""))
    session.flush()


@question(*EVERYONE)
def virtual(session: Session, kind: PlaceKind) -> Place:
    return session.scalars(_OF_KIND, {"kind": kind}).one()


@question(*EVERYONE)
def overview(session: Session, search: str = "", *, retired: bool = False) -> list[PlaceRow]:
    """The real places: warehouses, points, teams, each in alphabetical order."""
    query = select(Place).where(Place.kind.in_(REAL), matches(Place.search, search))
    if not retired:
        query = query.where(Place.is_active)
    found = session.scalars(query.order_by(_KIND_ORDER, Place.sort, Place.id))
    return [PlaceRow(place.id, place.name, place.kind, place.is_active) for place in found]


@question(*EVERYONE)
def require_two(session: Session) -> None:
    """Raises NoOtherPlace where goods could be moved nowhere."""
    if len(overview(session)) < 2:
        raise NoOtherPlace


@question(*EVERYONE)
def find(session: Session, name: str) -> Place | None:
    """The real place of that name, however it is written, or None."""
    query = select(Place).where(Place.kind.in_(REAL), Place.search == search_key(name))
    return session.scalar(query.order_by(Place.id))


@question()
def donor(session: Session, name: str) -> Donor | None:
    """The donor of that name, entered now if new; None for an empty name."""
    if not (name := " ".join(fitting(name, 200).split())):
        return None
    known = session.scalar(select(Donor).where(Donor.name == name))
    if known is None:
        known = Donor(name=name, sort=sort_key(name), search=search_key(name))
        session.add(known)
        session.flush()
    return known


@question(*STORE)
def donors(session: Session, search: str = "") -> list[tuple[int, str]]:
    """Donors by name, for choosing."""
    query = select(Donor).where(matches(Donor.search, search)).order_by(Donor.sort, Donor.id)
    known = ((donor.id, donor.name) for donor in session.scalars(query))
    return in_order(known, lambda pair: pair[1])


_OF_KIND = select(Place).where(Place.kind == bindparam("kind"))
_KIND_ORDER = case({kind: place for place, kind in enumerate(REAL)}, value=Place.kind)


def _require_free(session: Session, name: str) -> None:
    if session.scalar(select(Place.id).where(Place.name == name, Place.kind.in_(REAL))):
        raise NameTaken(name=name)


class NameTaken(DomainError):
    message = N_("There is already a place called {name}. Choose another name.")


class NoOtherPlace(DomainError):
    message = N_(
        "There is no second place yet. Add one in the settings, under “Places”; then goods can be"
        " transferred."
    )
