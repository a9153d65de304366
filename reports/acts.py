"""The record of acts on paper: what was chosen, when it was made and by whom, and the head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import clock, record, recorded, subjects
from models.office import branch, users
from models.office.branch import Level
from models.office.users import User
from models.recorded import PROGRAM, ActRow, Wanted
from models.subjects import About
from reports import head, layout
from reports.columns import Column
from translations import LANGUAGES, Language

MOST = 3_000  # acts on one paper; the newest


@dataclass(frozen=True)
class ActList:
    """The newest `MOST` of `count` acts wanted; the chain ended with act `last` at the time."""

    wanted: Wanted
    user: str  # whose acts only
    about: About | None
    rows: tuple[ActRow, ...]
    count: int
    last: int
    head: str
    made_at: datetime
    made_by: str
    sender: dict[str, str]
    town: str
    is_practice: bool
    logo: bytes | None


def collect(session: Session, wanted: Wanted) -> ActList:
    """The acts wanted and what stands around them. Raises NotSetUp."""
    own = branch.get(session)
    ids = recorded.ids(session, wanted)
    last, mark = record.head(session)
    return ActList(
        wanted=wanted,
        user=_name(session, wanted.user),
        about=recorded.about(session, wanted.subject) if wanted.subject else None,
        rows=tuple(_in_portions(session, ids[:MOST])),
        count=len(ids),
        last=last,
        head=mark,
        made_at=clock.now(),
        made_by=_name(session, session.info.get("user")),
        sender={code: branch.names(session, code)[Level.BRANCH] for code in LANGUAGES},
        town=own.town,
        is_practice=own.is_practice,
        logo=own.logo,
    )


def render(data: ActList, language: Language) -> bytes:
    """The list as PDF/A; the same list gives the same bytes."""
    _ = language.gettext
    heading = _("Record of acts")
    story: list[Any] = [
        layout.title(heading, _count(data, language)),
        layout.facts(_facts(data, language), language),
    ]
    if data.rows:
        story.append(layout.table(_columns(language), data.rows, language))
    else:
        story.append(layout.text(_("No act fits what was chosen.")))
    story.append(layout.note(_head(data, language)))
    made = clock.local(data.made_at).date()
    return layout.document(
        story,
        language,
        title=heading,
        letterhead=layout.Letterhead(
            name=data.sender[language.code],
            logo=data.logo,
            number_line=head.place_and_day(data.town, made, language),
        ),
        footer=_footer(data, language),
        created=data.made_at,
        landscape=True,
    )


def _count(data: ActList, language: Language) -> str:
    _, ngettext = language.gettext, language.ngettext
    if data.count > len(data.rows):
        words = _("The newest {shown} of {count} acts")
        return words.format(shown=language.show(len(data.rows)), count=language.show(data.count))
    acts = ngettext("{count} act", "{count} acts", data.count)
    return acts.format(count=language.show(data.count))


def _facts(data: ActList, language: Language) -> list[tuple[str, Any]]:
    """What was chosen, and when and by whom the paper was made."""
    return [*_chosen(data, language), *_made(data, language)]


def _chosen(data: ActList, language: Language) -> Iterator[tuple[str, Any]]:
    _, wanted = language.gettext, data.wanted
    period = wanted.period
    yield _("Period"), language.period(period.first, period.last) if period else _("all days")
    if wanted.user is not None:
        yield _("Who"), users.called(data.user, language) or _(PROGRAM)
    if wanted.code:
        yield _("Act"), _(recorded.name_of(wanted.code))
    if data.about:
        yield _("About what"), data.about.text(language)
    elif wanted.table:
        yield _("About what"), _(subjects.KINDS[wanted.table])
    if wanted.search:
        yield _("Searched for"), wanted.search


def _made(data: ActList, language: Language) -> Iterator[tuple[str, Any]]:
    _ = language.gettext
    yield _("Made at"), clock.local(data.made_at)
    yield _("Made by"), data.made_by or _(PROGRAM)


def _columns(language: Language) -> list[Column]:
    _ = language.gettext
    return [
        Column(_("no."), "id"),
        Column(_("When"), "at"),
        Column(_("Who"), lambda row: users.called(row.who, language) or _(row.nobody)),
        Column(_("Role"), lambda row: ", ".join(language.show(role) for role in row.roles)),
        Column(_("Act"), lambda row: _(row.act)),
        Column(_("About what"), lambda row: row.about.text(language)),
        Column(_("Second person"), lambda row: users.called(row.witness, language)),
        Column(_("Detail"), lambda row: recorded.detail_text(row.detail, language)),
    ]


def _head(data: ActList, language: Language) -> str:
    words = language.gettext("The chain ended with act no. {number} and the control record {head}.")
    return words.format(number=language.show(data.last), head=data.head)


def _footer(data: ActList, language: Language) -> str:
    called = language.gettext("Record of acts")
    return head.chained_footer(called, data.head, language, is_practice=data.is_practice)


def _in_portions(session: Session, ids: Sequence[int]) -> Iterator[ActRow]:
    for start in range(0, len(ids), 500):
        yield from recorded.rows(session, ids[start : start + 500])


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""
