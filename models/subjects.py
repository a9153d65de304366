"""What acts were about, by the names that people know: items, places, cards, documents, users."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.desk import cards
from models.desk.aid import Encounter
from models.desk.cards import Card
from models.goods.documents import Document
from models.goods.items import ItemName
from models.goods.places import Place
from models.office.users import User, called
from models.privacy.breaches import Breach
from models.record import Subject
from models.rights import question
from translations import LANGUAGES, N_, Language, language

NOUNS = {  # what an act can be about, by its table
    "activity": N_("activity no. {number}"),
    "branch": N_("the branch"),
    "breach": N_("breach, entry no. {number}"),
    "card": N_("card no. {number}"),
    "document": N_("document no. {number}"),
    "encounter": N_("entry of aid no. {number}"),
    "imported_file": N_("day sheet no. {number}"),
    "indicator": N_("indicator no. {number}"),
    "item": N_("item no. {number}"),
    "narrative": N_("text no. {number}"),
    "place": N_("place no. {number}"),
    "training": N_("training no. {number}"),
    "user_account": N_("user no. {number}"),
    "volunteer": N_("volunteer no. {number}"),
}
UNKNOWN = N_("entry no. {number}")

KINDS = {  # what the list can be narrowed to
    "card": N_("Cards"),
    "document": N_("Documents"),
    "encounter": N_("Aid"),
    "item": N_("Items"),
    "place": N_("Places"),
    "user_account": N_("Users"),
    "volunteer": N_("Volunteers"),
}


@dataclass(frozen=True)
class About:
    """What an act was about, to be said in any language; nothing where it was about no row."""

    subject: Subject
    said: str = ""  # marked
    details: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)  # by language, where it has such

    def text(self, spoken: Language) -> str:
        if name := self.names.get(spoken.code):
            return name
        shown = {key: spoken.show(value) for key, value in self.details.items()}
        return spoken.gettext(self.said).format(**shown) if self.said else ""


@question()
def named(session: Session, subjects: Iterable[Subject]) -> dict[Subject, About]:
    """How each is called, read table by table. For other verbs alone."""
    by_table: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        by_table[subject.table].append(subject)
    found: dict[Subject, About] = {}
    for table, these in by_table.items():
        known = _NAMED.get(table, _nothing)(session, [each.id for each in these if each.id])
        for subject in these:
            found[subject] = known.get(subject.id or 0) or _plainly(subject)
    return found


def _plainly(subject: Subject) -> About:
    if subject.id is None:
        return About(subject, KINDS.get(subject.table, ""))
    said = NOUNS.get(subject.table, UNKNOWN)
    return About(subject, said, {"number": subject.id})


def _nothing(_session: Session, _ids: Sequence[int]) -> dict[int, About]:
    return {}


def _documents(session: Session, ids: Sequence[int]) -> dict[int, About]:
    query = select(Document.id, Document.kind, Document.number, Document.year)
    return {
        id_: About(
            Subject("document", id_), N_("{kind} {number}"),
            {"kind": kind, "number": f"{number}/{year}"},
        )
        for id_, kind, number, year in session.execute(query.where(Document.id.in_(ids)))
    }  # fmt: skip


def _items(session: Session, ids: Sequence[int]) -> dict[int, About]:
    names: dict[int, dict[str, str]] = defaultdict(dict)
    for name in session.scalars(select(ItemName).where(ItemName.item_id.in_(ids))):
        names[name.item_id][name.language] = name.text
    return {id_: About(Subject("item", id_), names=known) for id_, known in names.items()}


def _cards(session: Session, ids: Sequence[int]) -> dict[int, About]:
    query = select(Card.id, Card.token).where(Card.id.in_(ids))
    return {
        id_: About(Subject("card", id_), N_("card {code}"), {"code": cards.shown(token)})
        for id_, token in session.execute(query)
    }


def _breaches(session: Session, ids: Sequence[int]) -> dict[int, About]:
    query = select(Breach.id, Breach.number, Breach.year).where(Breach.id.in_(ids))
    said = N_("breach no. {number}")
    return {
        id_: About(Subject("breach", id_), said, {"number": f"{number}/{year}"})
        for id_, number, year in session.execute(query)
    }


def _encounters(session: Session, ids: Sequence[int]) -> dict[int, About]:
    query = select(Encounter.id, Encounter.day).where(Encounter.id.in_(ids))
    said = N_("entry of aid no. {number} of {day}")
    return {
        id_: About(Subject("encounter", id_), said, {"number": id_, "day": day})
        for id_, day in session.execute(query)
    }


def _as_it_is(name: str, _spoken: Language) -> str:
    return name


def _own_names(
    table: Any, called: Callable[[str, Language], str] = _as_it_is
) -> Callable[[Session, Sequence[int]], dict[int, About]]:
    """`called(name, language)` is how the name is said in each language."""

    def own(session: Session, ids: Sequence[int]) -> dict[int, About]:
        query = select(table.id, table.name).where(table.id.in_(ids), func.length(table.name) > 0)
        return {
            id_: About(
                Subject(table.__tablename__, id_),
                names={code: called(name, language(code)) for code in LANGUAGES},
            )
            for id_, name in session.execute(query)
        }

    return own


_NAMED: dict[str, Callable[[Session, Sequence[int]], dict[int, About]]] = {
    "document": _documents,
    "item": _items,
    "breach": _breaches,
    "card": _cards,
    "encounter": _encounters,
    "place": _own_names(Place),
    "user_account": _own_names(User, called),
}
