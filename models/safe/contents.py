"""What a set of books holds, in counts and heads only: enough to tell one backup from another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from models import everything, migrations, record
from models.base import Base
from models.database import Database
from models.goods import chain
from models.goods.documents import Document
from models.record import Act
from models.roles import PROGRAM

COUNTED = ("document", "encounter", "volunteer", "lot", "closing")


@dataclass(frozen=True)
class Contents:
    """`documents` and `acts` are the lengths of the two chains, `chain` and `record` their heads.

    `newest` is the number of the newest document ("17/2026"), `day` its day and `kind` what it is,
    as each kind and place counts its own; `counts` are rows by table.
    """

    schema: str
    documents: int = 0
    chain: str = chain.START
    acts: int = 0
    record: str = record.START
    newest: str = ""
    day: date | None = None
    kind: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """As the manifest keeps it."""
        return asdict(self) | {"day": self.day.isoformat() if self.day else None}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """From a manifest. Raises ValueError, TypeError or KeyError when it is none."""
        return cls(
            schema=str(kept["schema"]),
            documents=int(kept["documents"]),
            chain=str(kept["chain"]),
            acts=int(kept["acts"]),
            record=str(kept["record"]),
            newest=str(kept["newest"])[:40],
            day=date.fromisoformat(kept["day"]) if kept["day"] else None,
            kind=str(kept.get("kind", "")),  # an earlier program does not write it
            counts={str(name): int(count) for name, count in kept["counts"].items()},
        )


def of(db: Database) -> Contents:
    """What the open books hold; those of an earlier schema too."""
    assert everything
    present = set(inspect(db.engine).get_table_names())
    schema = migrations.revision(db.engine) or ""
    with db.read(PROGRAM) as session:
        documents, hash_ = chain.head(session)
        acts, head = record.head(session) if "act" in present else (0, record.START)
        newest = _newest(session, documents)
        counts = {name: _count(session, name) for name in COUNTED if name in present}
    return Contents(schema, documents, hash_, acts, head, *newest, counts)


def have_changed(db: Database, documents: int, acts: int, aside: Collection[str]) -> bool:
    """Whether something was done since the books had so many documents and acts.

    Acts with the codes in `aside` do not count: on a server each computer leaves its own.
    """
    query = select(func.count()).where(Act.id > acts, Act.code.not_in(aside))
    with db.read(PROGRAM) as session:
        reached = (chain.head(session)[0], record.head(session)[0])
        return reached[0] != documents or reached[1] < acts or bool(session.scalar(query))


def follows(db: Database, earlier: Contents) -> bool:
    """Whether the open books have grown from those that `earlier` tells of.

    Those of two branches may both be without any document: the acts tell them apart.
    """
    query = select(Document.hash).where(Document.chain_number == earlier.documents)
    with db.read(PROGRAM) as session:
        if earlier.documents and session.scalar(query) != earlier.chain:
            return False
        return not earlier.acts or record.hash_of(session, earlier.acts) == earlier.record


def went_on_at(db: Database, earlier: Contents, now: datetime) -> datetime | None:
    """When the first act after those that `earlier` tells of was done, by a clock that was right.

    Until that moment a clock may have run ahead; None: until now.
    """
    query = select(Act.at).where(Act.id > earlier.acts, Act.at <= now).order_by(Act.id).limit(1)
    with db.read(PROGRAM) as session:
        return session.scalar(query)


def _newest(session: Session, documents: int) -> tuple[str, date | None, str]:
    found = session.execute(
        select(Document.number, Document.year, Document.day, Document.kind).where(
            Document.chain_number == documents
        )
    ).first()
    if found is None:
        return "", None, ""
    return f"{found.number}/{found.year}", found.day, found.kind.value


def _count(session: Session, table: str) -> int:
    query = select(func.count()).select_from(Base.metadata.tables[table])
    return session.scalar(query) or 0
