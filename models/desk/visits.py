"""Who stands at the desk with a card: what the card says, how often and when its person came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import clock
from models.base import again
from models.desk import cards, encounters
from models.desk.aid import Encounter
from models.desk.cards import AgeBand, Card, Disability, Sex, Vulnerability
from models.desk.encounters import EncounterRow
from models.rights import question
from models.roles import AID

SHORTEST = 3  # signs of a code before cards are looked for
MOST = 8  # cards offered at once

# Asked so that the index by card is read, not the one by reversal, which holds every original.
IS_ORIGINAL = func.coalesce(Encounter.reverses_id, 0) == 0


@dataclass(frozen=True)
class Who:
    """The person of a card. `age` is the band on that day; `visits` that were not taken back."""

    card_id: int
    code: str
    sex: Sex
    birth_year: int | None
    told_band: AgeBand  # as it was told; with a birth year `age` follows from that
    age: AgeBand
    nationality: str
    disability: Disability
    vulnerabilities: tuple[Vulnerability, ...]
    visits: int
    last: date | None


@question(*AID)
def who(session: Session, card: Card, on: date | None = None) -> Who:
    """What is known of the card's person on a day (today, if not said)."""
    visits = session.execute(_standing(card.id)).one()
    told = {row.kind for row in card.vulnerabilities}
    return Who(
        card_id=card.id,
        code=cards.shown(card.token),
        sex=card.sex,
        birth_year=card.birth_year,
        told_band=card.age_band,
        age=cards.band(card, on or clock.today()),
        nationality=card.nationality,
        disability=card.disability,
        vulnerabilities=tuple(kind for kind in Vulnerability if kind in told),
        visits=int(visits[0]),
        last=visits[1],
    )


@question(*AID)
def of_card(session: Session, card_id: int) -> list[EncounterRow]:
    """The visits of a card, the newest first; those taken back are among them."""
    query = (
        select(Encounter.id)
        .where(Encounter.card_id == card_id, IS_ORIGINAL)
        .order_by(Encounter.day.desc(), Encounter.id.desc())
    )
    return encounters.rows(session, list(session.scalars(query)))


@question(*AID)
def cards_like(session: Session, written: str) -> list[Who]:
    """Cards whose code begins with what is written, for choosing; nothing for fewer signs."""
    start = cards.signs(written)
    if len(start) < SHORTEST or not set(start) <= set(cards.SIGNS):
        return []
    end = start + cards.SIGNS[-1] * cards.LENGTH  # a range is read from the index, LIKE is not
    query = select(Card).where(Card.token.between(start, end)).order_by(Card.token).limit(MOST)
    return [who(session, card) for card in session.scalars(query)]


def _standing(card_id: int) -> Select[int, date]:
    mirror = again(Encounter, "mirror")
    return (
        select(func.count(Encounter.id), func.max(Encounter.day))
        .join(mirror, mirror.reverses_id == Encounter.id, isouter=True)
        .where(Encounter.card_id == card_id, IS_ORIGINAL, mirror.id.is_(None))
    )
