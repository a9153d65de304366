"""Indicators of the monthly report: lines the branch can edit, order and rename per language."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from models.base import Base
from models.desk.aid import Reason, Referral, Service
from models.desk.cards import AgeBand, Sex, Vulnerability
from models.errors import DomainError, Missing
from models.goods.items import Category, Item
from models.rights import question, verb
from models.roles import EVERYONE, OFFICE
from models.text import fitting
from models.units import Unit
from translations import LANGUAGES, N_, current

STARTER = Path(__file__).parents[1] / "data" / "indicators.csv"

UNITS = {unit.value: unit.label for unit in Unit} | {
    "person": N_("person"),
    "service": N_("service"),
    "day": N_("day"),
    "km": N_("km"),
    "hour": N_("hour"),
}

# What can be added up, beside ("item", the code of any item).
MEASURES: Mapping[str, Collection[str]] = {
    "persons": ("all", "new", "repeat", "carded", "anonymous", "contacts", "estimated"),
    "sex": tuple(Sex),
    "age": tuple(AgeBand),
    "vulnerability": tuple(Vulnerability),
    "service": tuple(Service),
    "service_persons": tuple(Service),
    "reason": tuple(Reason),
    "referral": tuple(Referral),
    "category": tuple(Category),
    "weight": ("all",),
    "teams": ("teams", "members", "days", "km"),
    "volunteers": ("engaged", "women", "men", "hours", "new", "trained"),
}


class Indicator(Base):
    """One line of the report's list of indicators; its value is the sum of its terms."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    section: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    unit: Mapped[str] = mapped_column(String(20))
    is_active: Mapped[bool] = mapped_column(default=True)

    names: Mapped[list[IndicatorName]] = relationship(
        cascade="all, delete-orphan", order_by="IndicatorName.language"
    )
    terms: Mapped[list[IndicatorTerm]] = relationship(cascade="all, delete-orphan")


class IndicatorName(Base):
    """Name and printed definition of an indicator in one language."""

    __tablename__ = "indicator_name"

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[str] = mapped_column(String(1000), default="")


class IndicatorTerm(Base):
    """What an indicator adds up: a measure ("item", "service", …) of a key ("blanket", …)."""

    __tablename__ = "indicator_term"

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), primary_key=True)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)


class Term(NamedTuple):
    """One thing that is added up: ("item", "blanket"), ("service", "first_aid")."""

    measure: str
    key: str


@dataclass(frozen=True)
class IndicatorRow:
    """One line of the list, with its name and definition in every language."""

    id: int
    code: str
    section: str
    unit: str
    names: dict[str, str]
    definitions: dict[str, str]
    terms: tuple[Term, ...]
    is_active: bool

    @property
    def name(self) -> str:
        return self.names[current().code]


@verb(N_("Added an indicator"), *OFFICE)
def add(
    session: Session,
    code: str,
    unit: str,
    names: Mapping[str, str],
    terms: Sequence[Term],
    *,
    definitions: Mapping[str, str] | None = None,
    section: str = "",
) -> Indicator:
    """A new line at the end of the list. Raises Missing, IndicatorTaken and what `change` does."""
    if not (code := fitting(code, 40)):
        raise Missing(field=N_("Code"))
    if session.scalar(select(Indicator.id).where(Indicator.code == code)):
        raise IndicatorTaken(code=code)
    last = session.scalar(select(func.max(Indicator.position))) or 0
    indicator = Indicator(code=code, section=section, position=last + 10, unit=unit)
    session.add(indicator)
    change(session, indicator, unit, names, terms, definitions=definitions)
    return indicator


@verb(N_("Changed an indicator"), *OFFICE)
def change(
    session: Session,
    indicator: Indicator,
    unit: str,
    names: Mapping[str, str],
    terms: Sequence[Term],
    *,
    definitions: Mapping[str, str] | None = None,
) -> None:
    """Rename a line, define it and say what it adds up. A language left empty takes another's.

    Raises Missing, UnknownUnit, UnknownTerm.
    """
    if unit not in UNITS:
        raise UnknownUnit(unit=unit)
    if not terms:
        raise Missing(field=N_("What the indicator adds up"))
    for term in terms:
        _require_known(session, term)
    known = {name.language: name for name in indicator.names}
    called, defined = _whole(names, 200, required=True), _whole(definitions or {}, 1000)
    for code in LANGUAGES:
        if (name := known.get(code)) is None:
            indicator.names.append(name := IndicatorName(language=code))
        name.name, name.definition = called[code], defined[code]
    kept = {(term.measure, term.key): term for term in indicator.terms}
    indicator.terms = [
        kept.get(term) or IndicatorTerm(measure=term.measure, key=term.key)
        for term in dict.fromkeys(terms)
    ]
    indicator.unit = unit
    session.flush()


@verb(N_("Moved an indicator"), *OFFICE)
def move(session: Session, indicator: Indicator, places: int) -> None:
    """Move a line up (negative) or down by so many places, as far as the list goes."""
    lines = list(session.scalars(select(Indicator).order_by(Indicator.position, Indicator.id)))
    at = lines.index(indicator)
    lines.insert(max(0, at + places), lines.pop(at))
    for position, line in enumerate(lines, 1):
        line.position = position * 10
    session.flush()


@verb(N_("Retired an indicator or took it back into use"), *OFFICE)
def retire(session: Session, indicator: Indicator, *, active: bool = False) -> None:
    """Leave a line out of the reports (or put it back); closed reports keep it."""
    indicator.is_active = active
    session.flush()


@question()
def add_starters(session: Session) -> None:
    """Fill an empty list with the default indicators."""
    with STARTER.open(encoding="utf-8", newline="") as file:
        for position, row in enumerate(csv.DictReader(file), 1):
            session.add(
                Indicator(
                    code=row["code"],
                    section=row["section"],
                    position=position * 10,
                    unit=row["unit"],
                    names=[_name(row, code) for code in LANGUAGES],
                    terms=[_term(written) for written in row["terms"].split(";")],
                )
            )
    session.flush()


@question(*EVERYONE)
def overview(session: Session, *, retired: bool = False) -> list[IndicatorRow]:
    """The list in its order, without the lines left out of the reports unless `retired`."""
    query = (
        select(Indicator)
        .options(selectinload(Indicator.names), selectinload(Indicator.terms))
        .order_by(Indicator.position, Indicator.id)
    )
    if not retired:
        query = query.where(Indicator.is_active)
    return [_row(indicator) for indicator in session.scalars(query)]


def _row(indicator: Indicator) -> IndicatorRow:
    return IndicatorRow(
        id=indicator.id,
        code=indicator.code,
        section=indicator.section,
        unit=indicator.unit,
        names={name.language: name.name for name in indicator.names},
        definitions={name.language: name.definition for name in indicator.names},
        terms=tuple(sorted(Term(term.measure, term.key) for term in indicator.terms)),
        is_active=indicator.is_active,
    )


def _require_known(session: Session, term: Term) -> None:
    if term.measure == "item":
        known = session.scalar(select(Item.id).where(Item.code == term.key)) is not None
    else:
        known = term.key in MEASURES.get(term.measure, ())
    if not known:
        raise UnknownTerm(term=f"{term.measure}:{term.key}")


def _whole(texts: Mapping[str, str], longest: int, *, required: bool = False) -> dict[str, str]:
    """All five languages; one left empty takes the first that is filled in."""
    lines = {code: " ".join(fitting(text, longest).split()) for code, text in texts.items()}
    given = {code: line for code, line in lines.items() if line}
    if required and not given:
        raise Missing(field=N_("Name"))
    anything = next(iter(given.values()), "")
    return {code: given.get(code, anything) for code in LANGUAGES}


def _name(row: dict[str, str], code: str) -> IndicatorName:
    suffix = code.lower()
    return IndicatorName(
        language=code, name=row[f"name_{suffix}"], definition=row[f"definition_{suffix}"]
    )


def _term(written: str) -> IndicatorTerm:
    measure, key = written.split(":")
    return IndicatorTerm(measure=measure, key=key)


class IndicatorTaken(DomainError):
    message = N_("The code {code} already belongs to another indicator. Choose another.")


class UnknownUnit(DomainError):
    message = N_("{unit} is not a unit that an indicator can have.")


class UnknownTerm(DomainError):
    message = N_("{term} is nothing that the report counts.")
