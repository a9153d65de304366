"""Who was erased on request, remembered beside the books: a restore must not bring them back.

Only numbers stand in it: of the receipt and of the row, and a mark by which a backup of the same
books knows the row again. No name, and nothing that a card said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import clock, files
from models.database import Database
from models.desk.aid import Encounter
from models.desk.cards import Card
from models.office import users
from models.office.users import User
from models.privacy import accounts, erasing
from models.privacy.erasing import Erasure
from models.record import Act
from models.rights import question
from models.roles import EVERYONE, PROGRAM
from models.team.volunteers import Volunteer

FILE = "erased.json"
KEPT = timedelta(days=400)  # far beyond the last backup that may hold people
Person = Card | Volunteer | User
ENTERED = "volunteers.enter"  # the code of the act by which a person came into the books
KINDS: dict[str, type[Person]] = {kind.__tablename__: kind for kind in (Card, Volunteer, User)}


@dataclass(frozen=True)
class Forgotten:
    """One erasure: its receipt's number, when (UTC), and the row, with what it is known by.

    `mark` is the token of a card's first visit, the hash of the act that entered a volunteer, or
    when a user was entered.
    """

    number: int
    at: datetime
    table: str
    id: int
    mark: str

    @classmethod
    def of(cls, session: Session, done: Erasure) -> Self:
        kind, id_ = done.subject, done.subject_id or 0
        return cls(done.id, done.at, kind, id_, _mark(session, kind, id_))

    @classmethod
    def read(cls, kept: dict[str, str]) -> Self:
        """From the file. Raises KeyError, TypeError or ValueError when it is none."""
        at = datetime.fromisoformat(kept["at"])
        if at.tzinfo or kept["table"] not in KINDS:
            raise ValueError("none of ours")
        return cls(int(kept["number"]), at, kept["table"], int(kept["id"]), str(kept["mark"]))

    def came_back(self, session: Session) -> Person | None:
        """The row, where it is the same one and says again what was erased.

        A user whom the backup lets in again is not touched: first their access is taken away.
        """
        row: Person | None = session.get(KINDS[self.table], self.id)  # type: ignore[assignment]
        if row is None or _is_gone(row) or _mark(session, self.table, self.id) != self.mark:
            return None
        return row


def note(db: Database, home: Path) -> None:
    """Remember beside the books in `home` what was erased in them on request. Raises OSError."""
    with db.read(PROGRAM) as session:
        done = session.scalars(select(Erasure).where(Erasure.subject != ""))
        now_known = [Forgotten.of(session, each) for each in done]
    before = known(home)
    places = {(each.table, each.id, each.mark): each for each in (*before, *now_known)}
    kept = [each for each in places.values() if clock.now() - each.at < KEPT]
    if kept != before:
        rows = [asdict(each) | {"at": each.at.isoformat()} for each in kept]
        files.write_whole(home / FILE, json.dumps(rows, indent=1).encode())


def known(home: Path) -> list[Forgotten]:
    """What is remembered in `home`; nothing where it cannot be read."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        return [Forgotten.read(each) for each in json.loads((home / FILE).read_bytes())]
    return []


def since(home: Path, made_at: datetime) -> list[Forgotten]:
    """What was erased after a backup of that moment was made."""
    return [each for each in known(home) if each.at > made_at]


@question(*EVERYONE)
def back_again(session: Session, home: Path) -> Iterator[tuple[str, int]]:
    """Tables and rows that say again what was erased, by what is remembered in `home`."""
    for each in known(home):
        if each.mark and each.came_back(session):
            yield each.table, each.id


def erase_again(db: Database, gone: Iterable[Forgotten]) -> int:
    """Erase anew in restored books whom the backup brought back; how many they were."""
    count = 0
    with db.write(PROGRAM) as session:
        for each in gone:
            if person := each.came_back(session):
                _repeat(session, person, each.number)
                count += 1
    if count:
        db.leave_no_trace()
    return count


def _is_gone(row: Person) -> bool:
    if isinstance(row, User):
        return row.is_active or users.is_former(row.name)
    return row.erased_on is not None


def _repeat(session: Session, person: Person, number: int) -> None:
    if isinstance(person, User):
        accounts.repeat(session, person, number)
    else:
        erasing.repeat(session, person, number)


def _mark(session: Session, table: str, id_: int) -> str:
    if table == Card.__tablename__:
        visits = select(Encounter.token).where(Encounter.card_id == id_).order_by(Encounter.id)
        return session.scalar(visits.limit(1)) or ""
    if table == User.__tablename__:
        user = session.get(User, id_)
        return user.created_at.isoformat() if user else ""
    entered = select(Act.hash).where(
        Act.code == ENTERED, Act.subject == table, Act.subject_id == id_
    )
    return session.scalar(entered.order_by(Act.id).limit(1)) or ""
