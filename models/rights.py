"""Who may do what: every verb names the roles it is for, and refuses everybody else by itself.

A verb is a public function of `models` that takes a session first. The guard stands around the
function, not in the button: whoever calls it without a fitting role gets NotAllowed before
anything is read or written. What one verb calls in turn is part of it and is not asked again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from models import record
from models.errors import DomainError
from models.roles import Role, fits
from translations import N_

P = ParamSpec("P")
R = TypeVar("R")
Verb = Callable[Concatenate[Session, P], R]


def verb(act: str, *roles: Role) -> Callable[[Verb[P, R]], Verb[P, R]]:
    """Guard a verb that writes; `act` is the marked name under which the record keeps it.

    Called by itself it leaves one act in the record, in the same transaction; called within
    another verb it is a part of that one.
    """

    def mark(function: Verb[P, R]) -> Verb[P, R]:
        @functools.wraps(function)
        def guarded(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if _is_within(session):
                return function(session, *args, **kwargs)
            require(session, allowed)
            result = _outermost(session, function, *args, **kwargs)
            record.write(session, code, record.subject_of(result, *args, *kwargs.values()))
            return result

        code, allowed = _code(function), frozenset(roles)
        record.ACTS[code] = act
        return _marked(guarded, allowed)

    return mark


def question(*roles: Role) -> Callable[[Verb[P, R]], Verb[P, R]]:
    """Guard a verb that only reads. Without any role it is for other verbs alone."""

    def mark(function: Verb[P, R]) -> Verb[P, R]:
        @functools.wraps(function)
        def guarded(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if _is_within(session):
                return function(session, *args, **kwargs)
            require(session, allowed)
            return _outermost(session, function, *args, **kwargs)

        allowed = frozenset(roles)
        return _marked(guarded, allowed)

    return mark


def require(session: Session, roles: Iterable[Role]) -> None:
    """Raises NotAllowed unless who works in the session has one of the roles."""
    if not fits(session.info.get("roles", frozenset()), roles):
        raise NotAllowed


def may(held: Iterable[str], act: Callable[..., Any]) -> bool:
    """Whether these roles are enough for a verb: what screens ask before they show a button."""
    return fits(frozenset(held), roles_of(act))


def roles_of(act: Callable[..., Any]) -> frozenset[Role]:
    """The roles that a verb is for. Raises AttributeError when it is none."""
    allowed: frozenset[Role] = act.__dict__["roles"]
    return allowed


def _is_within(session: Session) -> bool:
    return "acting" in session.info


def _outermost(session: Session, function: Verb[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    session.info["acting"] = True
    try:
        return function(session, *args, **kwargs)
    finally:
        del session.info["acting"]


def _code(function: Callable[..., Any]) -> str:
    """How the record names a verb: the noun's file and the verb, as stock.receive."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _marked(guarded: Verb[P, R], allowed: frozenset[Role]) -> Verb[P, R]:
    guarded.__dict__["roles"] = allowed
    return guarded


class NotAllowed(DomainError):
    message = N_("Your role does not include this. Whoever looks after the users can change that.")
