"""The record of one breach of personal data, as the Agency may ask to see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import clock
from models.office import users
from models.privacy import breaches
from models.privacy.breaches import BreachRow, Change, Told
from reports import head, layout
from reports.columns import Column
from reports.erasure import LAW
from reports.head import Head
from translations import N_, Language

TEXTS = ("what", "consequences", "measures")  # those that are as long as they need to be
TERM = N_(
    "A breach is notified to the Personal Data Protection Agency in Bosnia and Herzegovina within "
    "72 hours of its being noticed, unless it is unlikely to put anybody's rights and freedoms at "
    "risk; later, with the reasons for the delay. Where the risk is high, the people concerned are "
    "told too."
)


@dataclass(frozen=True)
class Record:
    """A breach as it stands now, and what was written in earlier versions."""

    head: Head
    row: BreachRow
    changes: tuple[Change, ...]


def collect(session: Session, breach_id: int) -> Record:
    """The breach that has this version, as it stands now. Raises NotFound, NotSetUp."""
    versions = breaches.versions(session, breaches.get(session, breach_id))
    return Record(head.collect(session), versions[-1], tuple(breaches.changes(versions)))


def title(row: BreachRow, language: Language) -> str:
    words = language.gettext("Record of a breach of personal data no. {number}")
    return words.format(number=row.number)


def render(record: Record, language: Language) -> bytes:
    """The record as PDF/A."""
    _ = language.gettext
    called, row, said = title(record.row, language), record.row, breaches.labels(language)
    facts = [(name, value) for name, value in _facts(row, language) if value not in ("", None)]
    story: list[Any] = [layout.title(called, _(LAW)), layout.facts(facts, language, across=1)]
    story += [layout.box(said[name], getattr(row.facts, name) or "–") for name in TEXTS]
    if record.changes:
        story += [layout.section(_("What stood there before")), _history(record, language)]
    story += [layout.note(_(TERM)), head.signed(record.head, language)]
    return head.printed(story, record.head, called, language)


def shown(value: Any, language: Language) -> str:
    """A fact as it is read; a moment by the office's clock."""
    if value in (None, ""):
        return "–"
    return language.show(clock.local(value) if isinstance(value, datetime) else value)


def agency(row: BreachRow, language: Language) -> str:
    """Whether the Agency was told and when; as long as it was not, by when."""
    if row.facts.agency is Told.TOLD:
        return shown(row.facts.agency_at, language)
    if row.facts.agency is Told.WAIVED:
        return language.show(Told.WAIVED)
    words = language.gettext("to be told by {moment}")
    return words.format(moment=shown(row.facts.tell_by, language))


def people(row: BreachRow, language: Language) -> str:
    """Whether the people concerned were told, and when."""
    told = row.facts.people is Told.TOLD
    return shown(row.facts.people_on if told else row.facts.people, language)


def _facts(row: BreachRow, language: Language) -> Iterator[tuple[str, Any]]:
    _, facts, said = language.gettext, row.facts, breaches.labels(language)
    for name in ("noticed_at", "happened_on", "whose", "persons", "which"):
        yield said[name], shown(getattr(facts, name), language)
    yield said["agency_at" if facts.agency is Told.TOLD else "agency"], agency(row, language)
    yield said["agency_why"], facts.agency_why
    yield said["people_on" if facts.people is Told.TOLD else "people"], people(row, language)
    yield said["people_why"], facts.people_why
    yield _("Written by"), users.called(row.by, language)
    yield _("Written on"), shown(row.written_at, language)


def _history(record: Record, language: Language) -> Any:
    _ = language.gettext
    columns = [
        Column(_("Changed"), lambda row: clock.local(row.at), width=0.2),
        Column(_("By"), "by", width=0.15),
        Column(_("What"), lambda row: _(row.fact), width=0.2),
        Column(_("Before"), lambda row: shown(row.before, language), width=0.45),
    ]
    return layout.table(columns, record.changes, language)
