"""The first day of a branch: its folder, its books, its first warehouse and first user."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from models import sample
from models.database import Database
from models.errors import Missing
from models.goods import places
from models.office import branch, users
from models.office.branch import Details, Level
from models.office.territory import Unit
from models.roles import PROGRAM
from models.safe import folders, keys, passwords
from models.safe.keys import Cost
from translations import N_

Progress = Callable[[int, int], None]

PRACTICE_COST = Cost(memory=8 * 1024, passes=1, lanes=1)  # its password is known to everybody
MONTHS, PER_MONTH, SEED = 12, 250, 1
STEPS = 3  # the key, the empty books, the first entries


@dataclass(frozen=True)
class Plan:
    """What the first run gathered. `units`: the seat first; `login` opens the books."""

    units: Sequence[Unit]
    names: Mapping[Level, Mapping[str, str]]
    details: Details
    language: str
    warehouse: str
    person: str
    login: str
    password: str

    @property
    def hints(self) -> tuple[str, ...]:
        """What a good password leaves out."""
        own = self.names.get(Level.BRANCH, {}).values()
        return (self.person, self.login, *(unit.latin for unit in self.units), *own)


def found(
    folder: Path,
    plan: Plan,
    progress: Progress = lambda done, of: None,
    *,
    cost: Cost | None = None,
) -> bytes:
    """Make the branch in its folder, whole or not at all. Returns the data key.

    What `progress(done, of)` raises ends it. Raises Missing, WeakPassword, OneUnitOnly,
    Occupied, NetworkDrive, RemovableDrive.
    """
    _require_person(plan)
    passwords.check(plan.password, plan.hints)
    return folders.build(
        folder,
        plan.login,
        plan.password,
        lambda begun, key: _fill(begun, key, plan, progress),
        cost=cost,
    )


def found_practice(folder: Path, progress: Progress = lambda done, of: None) -> bytes:
    """Make the practice branch of a data folder, with a year of invented data."""

    def fill(begun: Path, key: bytes) -> None:
        with closing(Database.create(begun, key)) as db:
            sample.fill(db, months=MONTHS, per_month=PER_MONTH, seed=SEED, progress=progress)

    return folders.build(
        folders.practice(folder),
        folders.PRACTICE_LOGIN,
        folders.PRACTICE_PASSWORD,
        fill,
        cost=PRACTICE_COST,
    )


def found_on(db: Database, plan: Plan) -> None:
    """Make the branch on a server that is still empty. Raises Missing, OneUnitOnly.

    The server has its own users: the first of the branch is who made the connection.
    """
    _require_person(plan)
    with db.write(PROGRAM) as session:
        _enter(session, replace(plan, login=db.login))


def _fill(folder: Path, key: bytes, plan: Plan, progress: Progress) -> None:
    progress(1, STEPS)
    with closing(Database.create(folder, key)) as db:
        progress(2, STEPS)
        with db.write(PROGRAM) as session:
            _enter(session, plan)
        progress(STEPS, STEPS)


def _enter(session: Session, plan: Plan) -> None:
    branch.set_up(
        session,
        units=plan.units,
        names=plan.names,
        language=plan.language,
        details=plan.details,
    )
    places.add(session, plan.warehouse)
    users.add(session, keys.canonical(plan.login), plan.person)


def _require_person(plan: Plan) -> None:
    if not plan.person.strip():
        raise Missing(field=N_("First name and surname"))
