"""What stands in the record of acts, read by people: who did what, when, with what; never a name
of anybody helped. And what goes out of the program on paper or as a file is put there too.
"""

from __future__ import annotations

import pkgutil
import re
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import models
from models import checks, clock, record, subjects
from models.base import Base
from models.database import BooksInTrouble, Database
from models.desk import cards
from models.desk.aid import Encounter
from models.desk.cards import Card
from models.errors import DomainError
from models.goods.counting import AGREES
from models.goods.documents import Document
from models.goods.items import ItemName
from models.goods.places import Place
from models.office.users import NOBODY_KNOWN, User
from models.periods import FIGURES, BackwardPeriod, BadPeriod, Period
from models.privacy.access import Cause, Recipient
from models.record import Act, Subject
from models.rights import question, verb
from models.roles import EVERYONE, LOG, Role
from models.safe.backups import Reason
from models.subjects import About
from models.team.activities import Engagement
from models.team.skills import Training
from models.text import matches, search_key
from translations import LANGUAGES, N_, Language, current, language

PROGRAM, UNKNOWN_PERSON = N_("the program"), N_("somebody unknown")
PRINT = "print"  # the form of what went to a printer; a file has its ending

DETAILS = {  # codes of a detail that are neither a role nor a period nor a language
    "report": N_("report"),
    "consolidated": N_("consolidated report"),
    "document": N_("document"),
    "record": N_("list of acts"),
    "held": N_("what is held about a person"),
    "erasure": N_("receipt of an erasure"),
    "register": N_("register of processing"),
    "breach": N_("record of a breach"),
    "breaches": N_("register of breaches"),
    "paper_key": N_("paper key"),
    "pdf": "PDF",
    "xlsx": "XLSX",
    "json": "JSON",
    "csv": "CSV",
    PRINT: N_("printed"),
    "incidents": N_("Incidents"),
    "needs": N_("Needs and problems"),
    "narrative": N_("Activities carried out"),
    "pin": N_("by PIN"),
    "paper": N_("by paper key"),
    "locked": N_("locked"),
    "public": N_("public"),
    "server": N_("the server"),
    "postgresql": N_("the server"),
    "sqlite": N_("An encrypted file on this computer"),
    "cards": N_("Cards"),
    "remarks": N_("Remarks"),
    "people": N_("Volunteers"),
    "volunteers": N_("Volunteers"),
    "ledger": N_("Stock book"),
    "minutes": N_("minutes"),
    "tries": N_("tries"),
    "all_backups": N_("All backups"),
    "weekly_copy": N_("Copy every week"),
    "given_up": N_("a folder given up as lost"),
    AGREES: N_("as in the books"),
    **{each.value: each.label for kind in (Recipient, Cause) for each in kind},
}
REASONS = {reason.value: reason.label for reason in Reason}  # why a backup was made: all it says
_CODES = re.compile(rf"{record.FAILED}\d+|\S+")
AT_ONCE = 1000  # rows of a long list that are held while it is read
FAILED_TRIES = N_("failed tries before: {count}")


@dataclass(frozen=True)
class ActRow:
    """One act in the list. `at` is by the office's clock; `nobody` is said where `who` is empty."""

    id: int
    at: datetime
    who: str
    roles: tuple[Role, ...]
    act: str  # marked
    about: About
    witness: str
    detail: str
    nobody: str = PROGRAM  # marked


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; nothing chosen is everything. `user` 0 is the program."""

    period: Period | None = None
    user: int | None = None
    code: str = ""
    table: str = ""
    subject: Subject | None = None
    search: str = ""


@verb(N_("Printed or saved a paper"), *EVERYONE)
def exported(session: Session, what: str, form: str, about: Base | None = None) -> Base | None:
    """Something went out on paper or as a file: `what` in codes ("report 2026-10"), its form."""
    record.note(session, f"{what} {form}")
    return about


def put_out(
    db: Database, what: str, form: str, about: tuple[type[Base], int] | None = None
) -> None:
    """Write into the record that something goes out; called before it does.

    Books that a check found in trouble, or that lie on a full disk, may still be printed.
    """
    with suppress(BooksInTrouble, OperationalError), db.write() as session:
        exported(session, what, form, session.get(*about) if about else None)


@question(*LOG)
def ids(
    session: Session, wanted: Wanted = Wanted(), *, oldest_first: bool = False
) -> Sequence[int]:
    """The acts wanted, the newest first; packed, for ten years leave some 85,000."""
    order = Act.id if oldest_first else Act.id.desc()
    query = _narrowed(session, select(Act.id), wanted).order_by(order)
    return array("q", session.scalars(query.execution_options(yield_per=AT_ONCE)))


@question(*LOG)
def rows(session: Session, wanted: Sequence[int]) -> list[ActRow]:
    """The acts with these numbers, in this order."""
    found = {act.id: act for act in session.scalars(select(Act).where(Act.id.in_(wanted)))}
    acts = [found[id_] for id_ in wanted if id_ in found]
    people = _people(session, acts)
    about = subjects.named(session, {Subject(act.subject, act.subject_id) for act in acts})
    return [_row(act, people, about) for act in acts]


@question(*LOG)
def about(session: Session, subject: Subject) -> About:
    """A thing as the list calls it."""
    return subjects.named(session, {subject})[subject]


@question(*LOG)
def users(session: Session) -> list[tuple[int, str]]:
    """All who ever worked with the program, by number and name."""
    known = session.execute(select(User.id, User.name).order_by(User.name))
    return [(id_, name) for id_, name in known]


@question(*LOG)
def codes(session: Session) -> list[str]:
    """The acts that occur, by their codes."""
    return list(session.scalars(select(Act.code).distinct()))


@question(*LOG)
def verify(
    session: Session, progress: Callable[[int, int], object] = lambda done, of: None
) -> tuple[int, list[DomainError]]:
    """Walk the whole chain: how many acts there are, and what is wrong, the first bad act first."""
    found = [
        *checks.record_is_whole(session, progress),
        *checks.record_and_book_agree(session),
        *checks.nothing_seen_is_gone(session),
    ]
    return record.head(session)[0], found


def name_of(code: str) -> str:
    """The marked name of an act; of one that this version does not know, its code."""
    if code not in record.ACTS:
        _meet_all()
    return record.ACTS.get(code, code)


def detail_text(detail: str, spoken: Language) -> str:
    """The codes of a detail in words."""
    rest = record.pinned(detail)[1]
    if rest in REASONS:
        return spoken.gettext(REASONS[rest])
    said = (code for code in _CODES.findall(rest) if not code.startswith(FIGURES))
    return " · ".join(_said(code, spoken) for code in said)


@cache
def _meet_all() -> None:
    """A verb is known from when its file is first read: read all that no screen has needed yet."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if ".migrations" not in module.name:
            import_module(module.name)


def _said(code: str, spoken: Language) -> str:
    if code in DETAILS:
        return spoken.gettext(DETAILS[code])
    if code in set(Role):
        return spoken.show(Role(code))
    if code in LANGUAGES:
        return language(code).name
    if code.startswith(record.FAILED):
        return spoken.gettext(FAILED_TRIES).format(count=code.removeprefix(record.FAILED))
    with suppress(BadPeriod, BackwardPeriod):
        period = Period.parse(code)
        return spoken.period(period.first, period.last)
    if "t" in code.lower():
        with suppress(ValueError):
            return spoken.show(clock.local(datetime.fromisoformat(code)))
    return _pair(code, spoken) if ":" in code else code


def _pair(code: str, spoken: Language) -> str:
    """Two codes that belong together, as to whom and why; or how many of what."""
    first, _colon, second = code.partition(":")
    between = ": " if second.isdecimal() else ", "
    return between.join((_said(first, spoken), _said(second, spoken)))


def _narrowed(session: Session, query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.period:
        query = query.where(Act.at >= _morning(wanted.period), Act.at < _evening(wanted.period))
    if wanted.user is not None:
        query = query.where(Act.user_id == wanted.user if wanted.user else Act.user_id.is_(None))
    if wanted.code:
        query = query.where(Act.code == wanted.code)
    if wanted.table:
        query = query.where(Act.subject == wanted.table)
    if wanted.subject:
        query = query.where(_concerns(wanted.subject))
    if words := wanted.search.strip():
        query = query.where(_mentions(session, words))
    return query


def _morning(period: Period) -> datetime:
    return clock.utc(datetime.combine(period.first, time()))


def _evening(period: Period) -> datetime:
    return clock.utc(datetime.combine(period.last, time()) + timedelta(days=1))


def _concerns(subject: Subject) -> ColumnElement[bool]:
    """Acts about the thing itself, or about what hangs on it: a card's visits, somebody's hours."""
    hanging: dict[str, dict[str, Select[Any]]] = {
        "document": {"encounter": select(Encounter.id).where(Encounter.document_id == subject.id)},
        "card": {"encounter": select(Encounter.id).where(Encounter.card_id == subject.id)},
        "volunteer": {
            "activity": select(Engagement.activity_id).where(Engagement.volunteer_id == subject.id),
            "training": select(Training.id).where(Training.volunteer_id == subject.id),
        },
    }
    return or_(
        and_(Act.subject == subject.table, Act.subject_id == subject.id),
        *(
            and_(Act.subject == table, Act.subject_id.in_(theirs))
            for table, theirs in hanging.get(subject.table, {}).items()
        ),
    )


def _mentions(session: Session, words: str) -> ColumnElement[bool]:
    """The act's name or number, or what it was about by number, code or name."""
    key = search_key(words)
    named = [code for code in codes(session) if key in search_key(current().gettext(name_of(code)))]
    found: list[ColumnElement[bool]] = [
        Act.code.in_(named),
        and_(Act.subject == "item", Act.subject_id.in_(_items_called(session, key))),
        and_(
            Act.subject == "place",
            Act.subject_id.in_(select(Place.id).where(matches(Place.search, words))),
        ),
        _numbered(words),
        _carded(words),
    ]
    return or_(*found)


def _items_called(session: Session, key: str) -> list[int]:
    names = session.execute(select(ItemName.item_id, ItemName.text))
    return [id_ for id_, name in names if key in search_key(name)]


def _numbered(words: str) -> ColumnElement[bool]:
    number, _slash, year = words.replace(" ", "").partition("/")
    if not number.isdecimal() or len(number) > 12:
        return false()
    if not year.isdecimal():
        return Act.id == int(number)
    named = select(Document.id).where(Document.number == int(number), Document.year == int(year))
    return and_(Act.subject == "document", Act.subject_id.in_(named))


def _carded(words: str) -> ColumnElement[bool]:
    signs = cards.signs(words)
    if len(signs) < 3:
        return false()
    known = select(Card.id).where(Card.token.contains(signs, autoescape=True))
    return and_(Act.subject == "card", Act.subject_id.in_(known))


def _people(session: Session, acts: Iterable[Act]) -> dict[int | None, str]:
    wanted = {id_ for act in acts for id_ in (act.user_id, act.witness_id) if id_}
    query = select(User.id, User.name).where(User.id.in_(wanted))
    people: dict[int | None, str] = {}
    people.update((id_, name) for id_, name in session.execute(query))
    return people


def _row(act: Act, people: Mapping[int | None, str], abouts: Mapping[Subject, About]) -> ActRow:
    return ActRow(
        id=act.id,
        at=clock.local(act.at),
        who=people.get(act.user_id, ""),
        roles=tuple(role for role in Role if role.value in act.roles.split()),
        act=name_of(act.code),
        about=abouts[Subject(act.subject, act.subject_id)],
        witness=people.get(act.witness_id, ""),
        detail=act.detail,
        nobody=UNKNOWN_PERSON if act.code in NOBODY_KNOWN else PROGRAM,
    )
