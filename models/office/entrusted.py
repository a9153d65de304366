"""Who may do what by the record of acts: what the tables say of it must be the same."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.office.users import Trust, User
from models.record import Act
from models.rights import question
from models.roles import EVERYONE, Role

GIVEN = ("users.add", "users.entrust")  # the codes of acts; their detail are the roles
TAKEN = ("users.revoke", "access.revoke")
HANDED_OVER = "travel.hand_over"  # from here on nobody else has access
ENTERED = ("users.add", HANDED_OVER)  # what makes a user; all others are about one who is there
FIRST = frozenset({Role.SECRETARY, Role.ADMINISTRATOR})  # of users from before there was a record
NONE: frozenset[str] = frozenset()


@question(*EVERYONE)
def differing(session: Session) -> Iterator[str]:
    """The logins of users who have other roles than by the record, or access that was taken away.

    Users from before the record are older than all that it knows; their roles are those that the
    migration gave to whoever had access.
    """
    recorded, held = by_record(session), _held(session)
    oldest = session.scalar(_OLDEST)
    for id_, login, is_active in session.execute(_USERS):
        roles = held.get(id_, NONE)
        if id_ in recorded:
            is_right = (is_active, roles) == (bool(recorded[id_]), recorded[id_])
        else:
            is_first = id_ > 0 and (oldest is None or id_ < oldest)
            is_right = is_first and roles == (FIRST if is_active else NONE)
        if not is_right:
            yield login


@question(*EVERYONE)
def by_record(session: Session) -> dict[int, frozenset[str]]:
    """The roles of each user by the newest act about them; none where their access has ended."""
    found: dict[int, frozenset[str]] = {}
    for id_, code, detail in session.execute(_ACTS):
        if code == HANDED_OVER:
            found = dict.fromkeys(found, NONE)
        found[id_] = NONE if code in TAKEN else frozenset(detail.split())
    return found


_USERS = select(User.id, User.login, User.is_active).order_by(User.id)
_ACTS = (
    select(func.coalesce(Act.subject_id, 0), Act.code, Act.detail)
    .where(Act.subject == User.__tablename__, Act.code.in_((*GIVEN, *TAKEN, HANDED_OVER)))
    .order_by(Act.id)
)
_OLDEST = select(func.min(Act.subject_id)).where(
    Act.subject == User.__tablename__, Act.code.in_(ENTERED)
)


def _held(session: Session) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for id_, role in session.execute(select(Trust.user_id, Trust.role)):
        found[id_] = found.get(id_, NONE) | {role}
    return found
