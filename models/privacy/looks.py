"""Who is shown people: one card or a whole list of them stands in the record, once a day.

Books open on a full disk, and after a check that found something, to be looked at: help goes on by
paper, and those who wait outside cannot wait for a disk. What is looked at then is kept beside the
books (see safe/unwritten.py), and the record gets it at the next signing in that it can take.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.database import BooksInTrouble, Database
from models.privacy import access
from models.privacy.access import Person
from models.rights import may
from models.safe import unwritten


def at(db: Database, kind: type[Person], person_id: int) -> None:
    """Write down, once a day, that the user was shown a person's record."""
    if not may(db.roles, access.look):
        return

    def find(session: Session) -> Person:
        return cast(Person, session.get_one(kind, person_id))

    _note(
        db,
        lambda session: access.is_noted(session, find(session)),
        lambda session: access.look(session, find(session)),
    )


def through(db: Database, kind: type[Person]) -> None:
    """Write down, once a day, that the user was shown the list of volunteers or of cards."""
    if may(db.roles, access.look_through):
        _note(
            db,
            lambda session: access.is_looked_through(session, kind),
            lambda session: access.look_through(session, kind),
        )


def _note(
    db: Database, is_noted: Callable[[Session], bool], look: Callable[[Session], object]
) -> None:
    if db.copied_on:  # nobody stands in it
        return
    with db.read() as session:
        if is_noted(session):
            return
    try:
        with db.write() as session:
            look(session)
    except (BooksInTrouble, OperationalError):  # a full disk, or a server that is just busy
        if db.home and db.user:
            unwritten.note(db.home, db.user)
