"""The people who work with the program, by the name they sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import clock
from models.database import Base
from models.errors import DomainError, Missing
from models.text import fitting, writable
from translations import N_


class User(Base):
    """One who signs in. Logins are compared without regard to case."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True)
class UserRow:
    """One who may sign in."""

    id: int
    login: str
    name: str
    created_at: datetime


def add(session: Session, login: str, name: str) -> User:
    """Enter a user. Raises Missing, LoginTaken."""
    if not (login := fitting(login, 64).casefold()):
        raise Missing(field=N_("Name for signing in"))
    if find(session, login):
        raise LoginTaken(login=login)
    user = User(login=login, name=fitting(name, 200) or login)
    session.add(user)
    session.flush()
    return user


def find(session: Session, login: str) -> User | None:
    return session.scalar(select(User).where(User.login == writable(login).casefold()))


def overview(session: Session) -> list[UserRow]:
    """Who may sign in, in the order of their logins."""
    found = session.scalars(select(User).where(User.is_active).order_by(User.login))
    return [UserRow(user.id, user.login, user.name, user.created_at) for user in found]


class LoginTaken(DomainError):
    message = N_("{login} is already in use. Choose another name for signing in.")
