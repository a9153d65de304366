"""What is held about one person, and who was shown it: the paper that the law lets them ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from models import clock
from models.desk import visits
from models.desk.cards import Card
from models.desk.encounters import EncounterRow
from models.privacy import access
from models.privacy.access import ActRow, Goods, Person
from models.team import roster
from models.team.roster import PartRow, VolunteerCard
from reports import head, layout
from reports.columns import Column
from reports.erasure import LAW
from reports.head import Head
from translations import N_, Language


@dataclass(frozen=True)
class Held:
    """One of `volunteer` and `who` is filled; `acts` are all that were done with the record."""

    head: Head
    acts: tuple[ActRow, ...]
    volunteer: VolunteerCard | None = None
    who: visits.Who | None = None
    met: tuple[EncounterRow, ...] = ()
    goods: dict[int, tuple[Goods, ...]] = field(default_factory=dict)  # by the visit
    parts: tuple[PartRow, ...] = ()


def collect(session: Session, person: Person) -> Held:
    """All that is held of a card or of somebody who works for the branch. Raises NotSetUp."""
    found = Held(head.collect(session), tuple(access.acts(session, person)))
    if isinstance(person, Card):
        return replace(
            found,
            who=visits.who(session, person),
            met=tuple(visits.of_card(session, person.id)),
            goods=access.goods(session, person),
        )
    return replace(
        found,
        volunteer=roster.card(session, person.id),
        parts=tuple(roster.parts(session, person.id)),
    )


def render(held: Held, language: Language) -> bytes:
    """The paper as PDF/A."""
    _ = language.gettext
    called = _(TITLE)
    story: list[Any] = [layout.title(called, _(LAW))]
    facts = [(name, value) for name, value in _facts(held, language) if value not in ("", None)]
    story += [layout.section(_("What is written down")), layout.facts(facts, language, across=1)]
    story += _tables(held, language)
    story += [layout.section(_("Who saw it, and to whom it was given")), _acts(held, language)]
    story += [layout.box(_("Your rights"), _(RIGHTS))]
    return head.printed(story, held.head, called, language)


def _facts(held: Held, language: Language) -> Iterator[tuple[str, Any]]:
    if held.volunteer:
        yield from _of_volunteer(held.volunteer, language)
    if held.who:
        yield from _of_card(held.who, language)


def _of_volunteer(card: VolunteerCard, language: Language) -> Iterator[tuple[str, Any]]:
    _, show, known = language.gettext, language.show, card.details
    yield _("First name and surname"), f"{known.first_name} {known.last_name}"
    yield _("Date of birth"), known.birth_date
    yield _("Sex"), known.sex
    yield _("Works as"), known.standing
    yield _("State"), known.state
    yield _("Phone"), known.phone
    yield _("E-mail"), known.email
    yield _("Address"), known.address
    yield _("Guardian"), known.guardian
    yield _("Written consent of"), known.guardian_consent_on
    yield _("Joined on"), known.joined_on
    yield _("Left on"), known.left_on
    yield _("Can be counted on for"), language.list([show(skill) for skill in card.skills])
    for course in card.courses:
        yield show(course.skill), f"{show(course.day)} {course.provider}".strip()
    yield _("Hours in all"), language.show(round(card.minutes / 60, 2))
    yield _("Remark"), known.note


def _of_card(who: visits.Who, language: Language) -> Iterator[tuple[str, Any]]:
    _, show = language.gettext, language.show
    yield _("Card"), who.code
    yield _("Sex"), who.sex
    yield _("Year of birth"), str(who.birth_year or "")
    yield _("Age"), who.age
    yield _("Nationality"), language.country(who.nationality)
    yield _("Disability"), who.disability
    yield _("Vulnerability"), language.list([show(kind) for kind in who.vulnerabilities])


def _tables(held: Held, language: Language) -> list[Any]:
    """All activities of a volunteer, or all visits of a card."""
    _ = language.gettext
    if held.parts:
        columns = [
            Column(_("Day"), "day"),
            Column(_("Work"), "work"),
            Column(_("Description"), "description"),
            Column(_("Hours"), lambda part: language.show(round(part.minutes / 60, 2))),
        ]
        return [layout.section(_("Activities")), layout.table(columns, held.parts, language)]
    if not held.met:
        return []
    columns = [
        Column(_("Date"), "day"),
        Column(_("Place"), "place"),
        Column(_("Given"), lambda row: _given(held, row, language)),
        Column(_("Remark"), "remark"),
    ]
    return [layout.section(_("Visits")), layout.table(columns, held.met, language)]


def _given(held: Held, row: EncounterRow, language: Language) -> str:
    show = language.show
    goods = [
        f"{each.names[language.code]} {show(each.quantity)} {show(each.unit)}"
        for each in held.goods.get(row.id, ())
    ]
    return ", ".join([*goods, *(show(kind) for kind, _times in row.services)])


def _acts(held: Held, language: Language) -> Any:
    _ = language.gettext
    if not held.acts:
        return layout.note(_("Nothing recorded."))
    columns = [
        Column(_("When"), lambda row: clock.local(row.at)),
        Column(_("What"), lambda row: _(row.act)),
        Column(_("By"), "by"),
        Column(_("To whom"), lambda row: row.recipient or ""),
        Column(_("Why"), lambda row: row.cause or ""),
    ]
    return layout.table(columns, held.acts, language)


TITLE = N_("What is held about a person")
RIGHTS = N_(
    "You may ask that what is wrong is corrected, that your data are erased or no longer used, and "
    "that they are handed to you in this form. Help never depends on what you tell. You may "
    "complain to the Personal Data Protection Agency in Bosnia and Herzegovina."
)
