"""Who can open the books: the account and the wrap of its key, changed in one act.

The key file is written last, inside the transaction: what the books refuse is not done there
either. Where the power goes between the two, the person has less access, never more, and the same
act can be done again.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy.orm import Session

from models import record
from models.database import Database
from models.errors import NotFound
from models.office import users
from models.office.users import User
from models.rights import question, verb
from models.roles import EVERYONE, KEYS, OFFICE
from models.safe import keys, paperkeys
from models.safe.paperkeys import PaperKey
from models.server import keyring
from translations import N_


@verb(N_("Changed their own password"), *EVERYONE)
def change_password(session: Session, folder: Path, old: str, new: str) -> None:
    """Raises like keys.change_password."""
    keys.change_password(folder, _worker(session).login, old, new)


@verb(N_("Gave a user a new password"), *KEYS)
def set_password(session: Session, login: str, folder: Path, key: bytes, password: str) -> User:
    """For one who forgot theirs. Raises WrongKey, NotAUser."""
    user = users.find(session, login)
    if user is None or not user.is_active:
        raise users.NotAUser(login=login)
    keys.set_password(folder, key, login, password)
    return user


@verb(N_("Took a user's access away"), *KEYS)
def revoke(session: Session, user: User, folder: Path | None) -> None:
    """A user leaves: roles, PIN and wrap end. Raises LastAdministrator, LastUser.

    Without a folder the books are on a server, which locks the user out by itself.
    """
    users.revoke(session, user)
    with keyring.at(folder, session) as place:
        if folder is None and not keys.exists(place):
            return
        with suppress(keys.UnknownLogin):  # it was begun before, and the power went
            keys.remove_user(place, user.login)


@verb(N_("Changed when the program locks itself"), *OFFICE, *KEYS)
def lock_after(session: Session, minutes: int) -> None:
    """So many minutes without work; the setting itself lies on each computer."""
    record.note(session, f"minutes:{minutes}")


@verb(N_("Made paper keys"), *KEYS)
def make_paper_keys(session: Session, folder: Path | None, key: bytes) -> tuple[str, ...]:
    """Two new paper keys, as they are printed; those of a server's backups without a folder.

    Raises WrongKey.
    """
    with keyring.at(folder, session) as place:
        made = paperkeys.make(place, key)
        numbers = [paper.number for paper in paperkeys.known(place)]
    record.note(session, " ".join(str(number) for number in numbers[-len(made) :]))
    return made


@question(*KEYS)
def paper_keys(session: Session, folder: Path | None) -> list[PaperKey]:
    """The paper keys that open the file in `folder`, or the backups of a server without one."""
    with keyring.at(folder, session) as place:
        if folder is None and not keys.exists(place):
            return []
        return paperkeys.known(place)


@verb(N_("Typed a paper key back"), *KEYS)
def prove_paper_key(session: Session, folder: Path | None, typed: str) -> PaperKey:
    """The paper was printed and can be read. Raises like paperkeys.unlock."""
    home = session.info.get("home") if folder is None else None
    with keyring.at(folder, session) as place:
        paper = paperkeys.prove(place, typed, counted_in=home)
    record.note(session, str(paper.number))
    return paper


@verb(N_("Made a new data key"), *KEYS)
def note_new_key(session: Session) -> None:
    """Said first in the books that are written anew under a new key."""


def is_theirs(db: Database, login: str, password: str) -> bool:
    """Whether a password is that of the user: the file or the server says it. Takes a second.

    Counts as a try. Raises TooManyTries, and on a server AsksNobody.
    """
    if db.folder is not None:
        return keys.verify(db.folder, login, password)
    from models.server import logins  # the driver of a server is for those who have one

    return logins.verify(db, login, password)


def _worker(session: Session) -> User:
    number = session.info.get("user")
    user = session.get(User, number) if number else None
    if user is None:
        raise NotFound
    return user
