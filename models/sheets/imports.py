"""Day sheets that were taken in: known by their content, and taken back as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Select, String, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models import clock
from models.base import Base
from models.desk import aid
from models.desk.aid import Encounter
from models.rights import question, verb
from models.roles import AID
from translations import N_

Progress = Callable[[int, int], None]


class ImportedFile(Base):
    """A day sheet that was taken in: known by its content, never by its name."""

    __tablename__ = "imported_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of the entries
    imported_at: Mapped[datetime] = mapped_column(default=clock.now)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    rows: Mapped[int]


@dataclass(frozen=True)
class Standing:
    """A day sheet by its id, and how many of its entries have not been taken back."""

    file_id: int
    entries: int


@question(*AID)
def known(session: Session, digest: str) -> ImportedFile | None:
    """The sheet of that content, also one that was wholly taken back."""
    return session.scalar(select(ImportedFile).where(ImportedFile.digest == digest))


@question(*AID)
def taken_in_on(session: Session, digest: str) -> date | None:
    """When entries of such a sheet were made that still stand; None when there are none."""
    file = known(session, digest)
    latest = func.max(Encounter.entered_at)
    moment = session.scalar(_standing(file.id).with_only_columns(latest)) if file else None
    return clock.local(moment).date() if moment else None


@question(*AID)
def sheet_of(session: Session, encounter_id: int) -> Standing | None:
    """The day sheet that an entry came with; None for one typed in."""
    file_id = session.scalar(select(Encounter.import_id).where(Encounter.id == encounter_id))
    if file_id is None:
        return None
    entries = session.scalar(_standing(file_id).with_only_columns(func.count()))
    return Standing(file_id, entries or 0)


@verb(N_("Took a day sheet back"), *AID)
def take_back(session: Session, file_id: int, progress: Progress = lambda done, of: None) -> int:
    """Reverse all its entries that still stand, and say how many; then it can be taken in again.

    The caller's transaction makes it all or nothing. Raises AlreadyTakenBack when none stands,
    and what a single entry's reversal raises.
    """
    standing = list(session.scalars(_standing(file_id).order_by(Encounter.id.desc())))
    if not standing:
        raise aid.AlreadyTakenBack
    for done, encounter in enumerate(standing):
        progress(done, len(standing))
        aid.reverse(session, encounter)
    return len(standing)


def _standing(file_id: int) -> Select[Encounter]:
    mirror = aliased(Encounter)
    return (
        select(Encounter)
        .join(mirror, mirror.reverses_id == Encounter.id, isouter=True)
        .where(Encounter.import_id == file_id, mirror.id.is_(None))
    )
