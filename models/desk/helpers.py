"""Who helped: the names of those who work for the branch, and nothing else of them.

Whoever records aid may name the helper that a field sheet names. The register of volunteers stays
closed to the desk; a plain list of names hangs on its wall anyway.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.rights import question
from models.roles import AID
from models.team.volunteers import State, Volunteer
from models.text import matches, search_key


@question(*AID)
def choices(session: Session, search: str = "", limit: int = 30) -> list[tuple[int, str]]:
    """Those who have not left, by number and name; namesakes are told apart by their number."""
    query = (
        select(Volunteer.id, Volunteer.last_name, Volunteer.first_name)
        .where(*_here(), matches(Volunteer.search, search))
        .order_by(Volunteer.sort, Volunteer.id)
        .limit(limit)
    )
    found = [
        (row.id, f"{row.last_name} {row.first_name}".strip()) for row in session.execute(query)
    ]
    names = [name for _id, name in found]
    return [(id_, name if names.count(name) == 1 else f"{name} (#{id_})") for id_, name in found]


@question(*AID)
def name(session: Session, helper_id: int | None) -> str:
    """As they stand in a list; of one who was erased the number, and nothing for none."""
    found = session.get(Volunteer, helper_id) if helper_id else None
    return found.listed if found else ""


@question()
def by_name(session: Session) -> dict[str, set[int]]:
    """Their numbers by name, surname first or last, in the tolerant form. For other verbs alone."""
    called: dict[str, set[int]] = {}
    query = select(Volunteer.id, Volunteer.first_name, Volunteer.last_name).where(*_here())
    for id_, first, last in session.execute(query):
        for whole in (f"{first} {last}", f"{last} {first}"):
            called.setdefault(search_key(whole), set()).add(id_)
    return called


def _here() -> tuple[ColumnElement[bool], ...]:
    return Volunteer.state != State.LEFT, Volunteer.erased_on.is_(None)
