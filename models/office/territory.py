"""The municipalities, cities and cantons of the country, and whom a branch there reports to.

Names of organizations given here are suggestions for the first run, to be read and changed: what
a branch calls itself is its own. They never put a town's name into another case than the first.
"""

from __future__ import annotations

import csv
import enum
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import DomainError
from models.text import search_key, sort_key
from translations import LANGUAGES, N_

DATA = Path(__file__).parents[1] / "data"
FEDERATION, SRPSKA, BRCKO = "BA-BIH", "BA-SRP", "BA-BRC"


class Kind(enum.StrEnum):
    MUNICIPALITY = "municipality"
    CITY = "city"
    DISTRICT = "district"

    @property
    def label(self) -> str:
        return _KINDS[self]


_KINDS = {
    Kind.MUNICIPALITY: N_("Municipality"),
    Kind.CITY: N_("City"),
    Kind.DISTRICT: N_("District"),
}


@dataclass(frozen=True)
class Unit:
    """A municipality, a city or the district. Some names occur twice: only the key is unique."""

    entity: str
    canton: str  # its code, or "" outside the Federation
    kind: Kind
    latin: str
    cyrillic: str

    @property
    def key(self) -> str:
        return "/".join((self.entity, self.canton, self.latin))

    def name(self, language: str) -> str:
        return self.cyrillic if language == "sr_Cyrl" else self.latin


@dataclass(frozen=True)
class Canton:
    """A canton of the Federation: its names and its organization's, by language."""

    code: str
    names: Mapping[str, str]
    organization: Mapping[str, str]
    seat: str


@dataclass(frozen=True)
class Superior:
    """An organization above the branch. `level` is "canton", "entity" or "society"."""

    level: str
    names: Mapping[str, str]


@functools.cache
def units() -> tuple[Unit, ...]:
    """All 144, in alphabetical order."""
    found = [_unit(row) for row in _rows("territory.csv")]
    return tuple(sorted(found, key=lambda unit: (sort_key(unit.latin), unit.key)))


@functools.cache
def cantons() -> tuple[Canton, ...]:
    """The ten, in the order of their numbers."""
    return tuple(_canton(row) for row in _rows("cantons.csv"))


def find(key: str) -> Unit:
    """The unit with this key. Raises UnknownUnit."""
    for unit in units():
        if unit.key == key:
            return unit
    raise UnknownUnit(key=key)


def search(words: str) -> list[Unit]:
    """The units in whose names every word occurs, in either script, with or without accents."""
    wanted = search_key(words).split()
    return [unit for unit in units() if all(word in search_key(unit.latin) for word in wanted)]


def canton(code: str) -> Canton:
    """The canton with this code ("01" … "10"). Raises UnknownUnit."""
    for one in cantons():
        if one.code == code:
            return one
    raise UnknownUnit(key=code)


def chain(unit: Unit) -> tuple[Superior, ...]:
    """Who receives the branch's reports, the first addressee first; the Society is the last.

    Federation: canton, entity, Society. Republika Srpska: entity, Society. Brčko: Society.
    """
    above = [Superior("society", SOCIETY)]
    if unit.entity in ENTITIES:
        above.insert(0, Superior("entity", ENTITIES[unit.entity]))
    if unit.canton:
        above.insert(0, Superior("canton", canton(unit.canton).organization))
    return tuple(above)


def entity_name(entity: str) -> Mapping[str, str]:
    """What the entity or the district is called, by language."""
    return _ENTITY_NAMES[entity]


def suggest_names(unit: Unit) -> dict[str, str]:
    """A proposal in each language for what the branch of this unit calls itself."""
    if unit.kind is Kind.DISTRICT:
        return dict(DISTRICT)
    patterns = _BRANCHES[unit.entity, unit.kind]
    return {language: patterns[language].format(name=unit.name(language)) for language in LANGUAGES}


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _unit(row: dict[str, str]) -> Unit:
    return Unit(
        entity=row["entity_code"],
        canton=row["canton_code"],
        kind=Kind(row["municipality_type"]),
        latin=row["name_latin"],
        cyrillic=row["name_cyrillic"],
    )


def _canton(row: dict[str, str]) -> Canton:
    spelled = {"sr_Cyrl": "sr_cyrillic", "sr_Latn": "sr_latin"}
    return Canton(
        code=row["canton_code"],
        names={code: row[f"name_{spelled.get(code, code)}"] for code in LANGUAGES},
        organization={code: row[f"organization_{code.lower()}"] for code in LANGUAGES},
        seat=row["seat"],
    )


def _in(bs: str, hr: str, sr_cyrl: str, sr_latn: str, en: str) -> Mapping[str, str]:
    return {"bs": bs, "hr": hr, "sr_Cyrl": sr_cyrl, "sr_Latn": sr_latn, "en": en}


# Proper names: križ stays in Serbian and krst in Croatian. The Society's carries both words.
SOCIETY = _in(
    "Društvo Crvenog krsta/križa Bosne i Hercegovine",
    "Društvo Crvenog krsta/križa Bosne i Hercegovine",
    "Друштво Црвеног крста/крижа Босне и Херцеговине",
    "Društvo Crvenog krsta/križa Bosne i Hercegovine",
    "Red Cross Society of Bosnia and Herzegovina",
)
ENTITIES = {
    FEDERATION: _in(
        "Crveni križ Federacije Bosne i Hercegovine",
        "Crveni križ Federacije Bosne i Hercegovine",
        "Црвени криж Федерације Босне и Херцеговине",
        "Crveni križ Federacije Bosne i Hercegovine",
        "Red Cross of the Federation of Bosnia and Herzegovina",
    ),
    SRPSKA: _in(
        "Crveni krst Republike Srpske",
        "Crveni krst Republike Srpske",
        "Црвени крст Републике Српске",
        "Crveni krst Republike Srpske",
        "Red Cross of Republika Srpska",
    ),
}
DISTRICT = _in(
    "Crveni krst/križ Brčko distrikta Bosne i Hercegovine",
    "Crveni krst/križ Brčko distrikta Bosne i Hercegovine",
    "Црвени крст/криж Брчко дистрикта Босне и Херцеговине",
    "Crveni krst/križ Brčko distrikta Bosne i Hercegovine",
    "Red Cross of Brčko District of Bosnia and Herzegovina",
)
_ENTITY_NAMES = {
    FEDERATION: _in(
        "Federacija Bosne i Hercegovine",
        "Federacija Bosne i Hercegovine",
        "Федерација Босне и Херцеговине",
        "Federacija Bosne i Hercegovine",
        "Federation of Bosnia and Herzegovina",
    ),
    SRPSKA: _in(
        "Republika Srpska",
        "Republika Srpska",
        "Република Српска",
        "Republika Srpska",
        "Republika Srpska",
    ),
    BRCKO: _in(
        "Brčko distrikt Bosne i Hercegovine",
        "Brčko distrikt Bosne i Hercegovine",
        "Брчко дистрикт Босне и Херцеговине",
        "Brčko distrikt Bosne i Hercegovine",
        "Brčko District of Bosnia and Herzegovina",
    ),
}
# {name} stands in apposition, where a town's name keeps its first case.
_BRANCHES = {
    (FEDERATION, Kind.CITY): _in(
        "Gradska organizacija Crvenog križa {name}",
        "Gradska organizacija Crvenog križa {name}",
        "Градска организација Црвеног крижа {name}",
        "Gradska organizacija Crvenog križa {name}",
        "Red Cross of the City of {name}",
    ),
    (FEDERATION, Kind.MUNICIPALITY): _in(
        "Crveni križ općine {name}",
        "Crveni križ općine {name}",
        "Црвени криж општине {name}",
        "Crveni križ opštine {name}",
        "Red Cross of the Municipality of {name}",
    ),
    (SRPSKA, Kind.CITY): _in(
        "Gradska organizacija Crvenog krsta {name}",
        "Gradska organizacija Crvenog krsta {name}",
        "Градска организација Црвеног крста {name}",
        "Gradska organizacija Crvenog krsta {name}",
        "Red Cross of the City of {name}",
    ),
    (SRPSKA, Kind.MUNICIPALITY): _in(
        "Općinska organizacija Crvenog krsta {name}",
        "Općinska organizacija Crvenog krsta {name}",
        "Општинска организација Црвеног крста {name}",
        "Opštinska organizacija Crvenog krsta {name}",
        "Red Cross of the Municipality of {name}",
    ),
}


class UnknownUnit(DomainError):
    message = N_("{key} is not a municipality, city or canton that this program knows.")
