"""What a user has typed in a form and not saved yet: kept for them, so that a lock or a power cut
loses none of it.

It may name people, so it lies in the encrypted books and nowhere else, only who typed it gets to
see it, and it is gone as soon as it is saved or put away. No act tells of it: the books say nothing
else than before. An erasure empties all of it, and no copy without people has any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import DateTime, ForeignKey, String, Text, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import clock
from models.base import Base
from models.rights import question
from models.roles import EVERYONE, KEYS, OFFICE

DAYS = 30  # that it is kept when nobody comes back to it
AT_ONCE = {"synchronize_session": False}
IS_HIDDEN = text("SELECT row_security_active('unfinished')")
IS_TOLD = text("SELECT to_regprocedure('unfinished_of(bigint)') IS NOT NULL")


class Unfinished(Base):
    """One form: its name, what it was about to change (None: something new), and what it said.

    `token` is made by the form, which may be kept again and again; `text` is for the form to read.
    """

    __tablename__ = "unfinished"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    form: Mapped[str] = mapped_column(String(40))
    about: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Left:
    """What was left unfinished, as the one who typed it finds it again."""

    token: str
    at: datetime
    form: str
    about: int | None
    text: str


@question(*EVERYONE)
def keep(session: Session, token: str, form: str, about: int | None, text: str) -> None:
    """Keep what who works has typed, in place of what was kept under that token before.

    What they left for longer than DAYS goes. Where nobody is signed in nothing is kept.
    """
    user, now = session.info.get("user"), clock.now()
    if user is None:
        return
    own = Unfinished.user_id == user
    old = delete(Unfinished).where(own, Unfinished.at < now - timedelta(days=DAYS))
    session.execute(old, execution_options=AT_ONCE)
    again = update(Unfinished).where(own, Unfinished.token == token).values(at=now, text=text)
    if not session.execute(again, execution_options=AT_ONCE).rowcount:  # type: ignore[attr-defined]
        session.add(
            Unfinished(token=token, user_id=user, at=now, form=form, about=about, text=text)
        )
        session.flush()


@question(*EVERYONE)
def own(session: Session) -> Sequence[Left]:
    """What who works has left unfinished, the newest first."""
    query = (
        select(Unfinished.token, Unfinished.at, Unfinished.form, Unfinished.about, Unfinished.text)
        .where(Unfinished.user_id == session.info.get("user"))
        .where(Unfinished.at >= clock.now() - timedelta(days=DAYS))
        .order_by(Unfinished.at.desc(), Unfinished.id.desc())
    )
    return [Left(*row) for row in session.execute(query)]


@question(*OFFICE, *KEYS)
def times_of(session: Session, user_id: int) -> Sequence[datetime] | None:
    """When a user typed what they have not saved, the newest first: of its text nothing.

    On a server, where nobody reaches another's rows, a function of the owner's tells the times;
    None where an earlier program made none (models/server/grants.py).
    """
    if not _is_hidden(session):
        theirs = select(Unfinished.at).where(Unfinished.user_id == user_id)
        return session.scalars(theirs.order_by(Unfinished.at.desc())).all()
    if not session.scalar(IS_TOLD):
        return None
    times = func.unfinished_of(user_id, type_=DateTime()).column_valued("at")
    return session.scalars(select(times).order_by(times.desc())).all()


@question(*EVERYONE)
def throw_away(session: Session, token: str) -> None:
    """It was saved, or who typed it does not want it any more."""
    own = Unfinished.user_id == session.info.get("user")
    gone = delete(Unfinished).where(own, Unfinished.token == token)
    session.execute(gone, execution_options=AT_ONCE)


@question(*OFFICE, *KEYS)
def count(session: Session) -> int | None:
    """How many forms of everybody an erasure empties; None where a server hides those of others."""
    if _is_hidden(session):
        return None
    return session.scalar(select(func.count()).select_from(Unfinished)) or 0


@question()
def forget_all(session: Session) -> None:
    """Empty all of it: what was typed may be about whoever is erased. For other verbs alone."""
    session.execute(delete(Unfinished), execution_options=AT_ONCE)


@question()
def forget_of(session: Session, user_id: int) -> None:
    """A user leaves, and nobody else may read it. For other verbs alone.

    On a server a trigger does it (models/server/grants.py): there nobody reaches another's rows.
    """
    session.execute(delete(Unfinished).where(Unfinished.user_id == user_id),
                    execution_options=AT_ONCE)  # fmt: skip


def _is_hidden(session: Session) -> bool:
    """Whether a server hides from who works what others have typed."""
    return session.get_bind().dialect.name != "sqlite" and bool(session.scalar(IS_HIDDEN))
