"""Four eyes: who may be the second person beside the one who acts, and never the same one twice."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from models import record
from models.errors import DomainError
from models.office import users
from models.office.users import User, UserRow
from models.rights import question
from models.roles import COUNTS, EVERYONE, PROGRAM, STORE, Role
from translations import N_

WRITE_OFF = (*STORE, Role.AUDITOR)  # who may confirm that goods are written off
REOPENING = COUNTS  # who may confirm that a month is opened again

SINCE = "witness.since"  # left by the migration that began to ask for two people
record.ACTS[SINCE] = N_("Two people are asked for from here on")


@question(*EVERYONE)
def others(session: Session, roles: Collection[Role]) -> list[UserRow]:
    """Who could confirm: every other user with one of the roles."""
    own = session.info.get("user")
    return [row for row in users.overview(session) if row.id != own and {*row.roles} & {*roles}]


@question()
def require(session: Session, roles: Collection[Role]) -> None:
    """Raises unless a second person with one of the roles confirms what is being done.

    The program itself needs none. Raises Alone where nobody else could, SecondPersonNeeded,
    SamePerson, NotAWitness.
    """
    user, second = session.info.get("user"), session.info.get("witness")
    if second is None and is_program(session):
        return
    if second is None:
        raise SecondPersonNeeded if others(session, roles) else Alone
    if second == user:
        raise SamePerson
    found = session.get(User, second)
    if found is None or not found.is_active or not found.roles & {*roles}:
        raise NotAWitness(name=found.name if found else "")


@question()
def answer(session: Session, first: int | None) -> None:
    """The user answers what `first` asked for: both stand in the record. Raises SamePerson."""
    if session.info.get("user") == first and not is_program(session):
        raise SamePerson
    session.info["witness"] = first


@question()
def is_program(session: Session) -> bool:
    """Whether the program itself works, and no user."""
    return session.info.get("roles") == PROGRAM and session.info.get("user") is None


class SecondPersonNeeded(DomainError):
    message = N_("This needs a second person. Choose who confirms it, or leave it for them.")


class Alone(DomainError):
    message = N_(
        "This needs a second person, and no other user may confirm it. "
        "Add a second user in the settings; until then it can wait."
    )


class SamePerson(DomainError):
    message = N_("The same person cannot confirm what they asked for. Another user must do that.")


class NotAWitness(DomainError):
    message = N_("{name} may not confirm this. Choose another user.")
