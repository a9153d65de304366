"""What is left of people who were erased: rows that still say something, or rows beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from models.desk.aid import Encounter
from models.desk.cards import UNKNOWN_COUNTRY, AgeBand, Card, CardVulnerability, Disability, Sex
from models.office.users import ERASED, User
from models.privacy.erasing import TEXTS, Erasure
from models.record import Act
from models.rights import question
from models.roles import EVERYONE
from models.team.activities import Engagement
from models.team.skills import Training, VolunteerSkill
from models.team.volunteers import Volunteer
from models.text import search_key, sort_key

CARD, VOLUNTEER, USER = Card.__tablename__, Volunteer.__tablename__, User.__tablename__
Trace = tuple[str, int]  # a table and the number of its row
SOME = 20


@question(*EVERYONE)
def left(session: Session) -> Iterator[Trace]:
    """The rows of erased people that are not empty, or hang on nobody; no more than some of each.

    Whoever the record says was erased is erased still: the row is there, and says so.
    """
    for table, query in _LEFT:
        for number in session.scalars(query.limit(SOME)):
            yield table, number
    for row in session.execute(_PEOPLE):
        if not _is_nameless(row):
            yield VOLUNTEER, row.id


def _is_nameless(row: Any) -> bool:
    """Whether all words of a person are gone, and the number stands where the name stood."""
    name = f"#{row.id}"
    words = [getattr(row, text) for text in TEXTS if text != "last_name"]
    keys = (row.last_name, row.sort, row.search) == (name, sort_key(name), search_key(name))
    return keys and not any(words) and row.guardian_consent_on is None


def _requested(table: str) -> Any:
    """The rows of whom somebody asked to be forgotten."""
    return select(Erasure.subject_id).where(Erasure.subject == table)


_CARDS = select(Card.id).where(
    Card.erased_on.is_not(None),
    (Card.token != literal("-") + cast(Card.id, String))
    | (Card.sex != Sex.UNKNOWN)
    | Card.birth_year.is_not(None)
    | (Card.age_band != AgeBand.UNKNOWN)
    | (Card.nationality != UNKNOWN_COUNTRY)
    | (Card.disability != Disability.UNKNOWN)
    | Card.id.in_(select(CardVulnerability.card_id)),
)
_REMARKS = (
    select(Encounter.card_id)
    .join(Erasure, (Erasure.subject_id == Encounter.card_id) & (Erasure.subject == CARD))
    .where(Encounter.remark != "")
)
_BACK = select(Card.id).where(Card.id.in_(_requested(CARD)), Card.erased_on.is_(None))
_PEOPLE_BACK = select(Volunteer.id).where(
    Volunteer.id.in_(_requested(VOLUNTEER)), Volunteer.erased_on.is_(None)
)
_NUMBER = literal(ERASED) + cast(User.id, String)
_NAMES = select(User.id).where(  # whom a backup lets in again is named until that is taken away
    User.id.in_(_requested(USER)),
    User.is_active.is_(False),
    (User.name != _NUMBER) | (User.login != _NUMBER),
)
_EVERYBODY = select(Volunteer.id)
_PEOPLE = select(
    Volunteer.id, *(getattr(Volunteer, name) for name in TEXTS), Volunteer.sort, Volunteer.search
).add_columns(Volunteer.guardian_consent_on).where(Volunteer.erased_on.is_not(None))  # fmt: skip
_ERASED = select(Volunteer.id).where(Volunteer.erased_on.is_not(None))
_SKILLS = select(VolunteerSkill.volunteer_id).where(VolunteerSkill.volunteer_id.in_(_ERASED))
_SCHOOLS = select(Training.id).where(Training.volunteer_id.in_(_ERASED), Training.provider != "")
_LOOSE = select(CardVulnerability.card_id).where(
    CardVulnerability.card_id.not_in(select(Card.id))
)  # fmt: skip
_UNTOLD = select(Act.subject_id).where(
    Act.subject == Erasure.__tablename__, Act.subject_id.not_in(select(Erasure.id))
)
_LEFT: tuple[tuple[str, Any], ...] = (
    (CARD, _CARDS),
    (CARD, _REMARKS),
    (CARD, _BACK),
    (CARD, _LOOSE),
    (VOLUNTEER, _PEOPLE_BACK),
    (VOLUNTEER, _SKILLS),
    (Training.__tablename__, _SCHOOLS),
    (Erasure.__tablename__, _UNTOLD),
    (USER, _NAMES),
    *(
        (of.__tablename__, select(of.volunteer_id).where(of.volunteer_id.not_in(_EVERYBODY)))
        for of in (VolunteerSkill, Training, Engagement)
    ),
)
