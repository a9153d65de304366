"""What is held about one person, and who was shown it: the paper that the law lets them ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models import clock
from models.desk import visits
from models.desk.aid import Given
from models.desk.cards import Card
from models.desk.encounters import EncounterRow
from models.office import users
from models.privacy import access, retention
from models.privacy.access import ActRow, Goods, Person
from models.privacy.accounts import ShownRow
from models.privacy.retention import Kind
from models.recorded import PROGRAM
from models.team import roster
from models.team.roster import PartRow, VolunteerCard
from models.team.trainings import Course
from models.units import amount
from reports import head, layout, register
from reports.columns import Column
from reports.erasure import LAW
from reports.head import Head
from reports.monthly.indicators import hours
from reports.register import Processing
from translations import N_, Language
from translations.formats import NO_BREAK


@dataclass(frozen=True)
class Held:
    """One of `volunteer` and `who` is filled; `acts` are all that were done with the record.

    `days` are those for which each kind of data is kept, `goods` and `services` are by the visit.
    """

    head: Head
    acts: tuple[ActRow, ...]
    days: dict[Kind, int]
    volunteer: VolunteerCard | None = None
    who: visits.Who | None = None
    met: tuple[EncounterRow, ...] = ()
    made_on: date | None = None  # the card
    goods: dict[int, tuple[Goods, ...]] = field(default_factory=dict)
    services: dict[int, tuple[Given, ...]] = field(default_factory=dict)
    parts: tuple[PartRow, ...] = ()


def collect(session: Session, person: Person) -> Held:
    """All that is held of a card or of somebody who works for the branch. Raises NotSetUp."""
    done, days = tuple(access.acts(session, person)), retention.periods(session)
    found = Held(head.collect(session), done, days)
    if isinstance(person, Card):
        return replace(
            found,
            who=visits.who(session, person),
            met=tuple(visits.of_card(session, person.id)),
            made_on=person.made_on,
            goods=access.goods(session, person),
            services=access.services(session, person),
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
    kinds = (Kind.VOLUNTEERS,) if held.volunteer else (Kind.CARDS, Kind.REMARKS)
    why = purposes(register.of(*kinds), held.days, language)
    story += [layout.section(_(WHY)), why, layout.section(_(WHO)), acts(held.acts, language)]
    story += [layout.box(_("Your rights"), _(RIGHTS)), signatures(held.head, language)]
    return head.printed(story, held.head, called, language)


def _facts(held: Held, language: Language) -> Iterator[tuple[str, Any]]:
    if held.volunteer:
        yield from _of_volunteer(held.volunteer, language)
    if held.who:
        yield from _of_card(held.who, language)
        yield language.gettext("Card made on"), held.made_on


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
        yield show(course.skill), _course(course, language)
    yield _("Hours in all"), hours(card.minutes)
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


def _course(course: Course, language: Language) -> str:
    """When, by whom, and until when it is valid."""
    until = language.gettext("valid until {until}")
    parts = [language.day(course.day), course.provider]
    parts += [until.format(until=language.day(course.expires_on))] if course.expires_on else []
    return " · ".join(filter(None, parts))


def _tables(held: Held, language: Language) -> list[Any]:
    """All activities of a volunteer, or all visits of a card."""
    _ = language.gettext
    if held.parts:
        columns = [
            Column(_("Day"), "day"),
            Column(_("Work"), "work"),
            Column(_("Place"), "place"),
            Column(_("Description"), "description"),
            Column(_("Hours"), lambda part: hours(part.minutes)),
        ]
        return [layout.section(_("Activities")), layout.table(columns, held.parts, language)]
    if not held.met:
        return []
    columns = [
        Column(_("Date"), "day"),
        Column(_("Place"), "place"),
        Column(_("Given"), lambda row: _given(held, row, language)),
        Column(_("Remark"), lambda row: _remark(row, language)),
    ]
    return [layout.section(_("Visits")), layout.table(columns, held.met, language)]


def _given(held: Held, row: EncounterRow, language: Language) -> str:
    goods = [
        f"{each.names[language.code]}{NO_BREAK}{language.show(amount(each.quantity, each.unit))}"
        for each in held.goods.get(row.id, ())
    ]
    services = (_service(each, language) for each in held.services.get(row.id, ()))
    return ", ".join([*goods, *services])


def _service(given: Given, language: Language) -> str:
    """First aid: wounds; 2 × Hot drink."""
    show, more = language.show, given.reason or given.referral
    name = f"{show(given.kind)}: {show(more)}" if more else show(given.kind)
    return name if given.times == 1 else f"{show(given.times)} × {name}"


def _remark(row: EncounterRow, language: Language) -> str:
    back = language.gettext("taken back") if row.is_taken_back else ""
    return " · ".join(part for part in (back, row.remark) if part)


def purposes(rows: Sequence[Processing], days: Mapping[Kind, int], language: Language) -> Any:
    """What the register of processing says of a person's data."""
    _ = language.gettext
    columns = [
        Column(_("Processing and its purpose"), lambda row: _(row.what), width=4),
        Column(_("Legal basis"), lambda row: _(row.basis), width=3),
        Column(_("Given to"), lambda row: _(row.given_to), width=3),
        Column(_("Kept for"), lambda row: register.kept(row, days, language), width=2.5),
    ]
    return layout.table(columns, rows, language)


def acts(rows: Sequence[ActRow | ShownRow], language: Language) -> Any:
    """Who did what with the record, and to whom a paper went."""
    _ = language.gettext
    if not rows:
        return layout.note(_("Nothing recorded."))
    columns = [
        Column(_("When"), lambda row: clock.local(row.at)),
        Column(_("What"), lambda row: _(row.act)),
        Column(_("By"), lambda row: users.called(row.by, language) or _(PROGRAM)),
        Column(_("To whom"), lambda row: row.recipient or ""),
        Column(_("Why"), lambda row: row.cause or ""),
    ]
    return layout.table(columns, rows, language)


def signatures(own: Head, language: Language) -> Any:
    """Of whoever gives the paper out and of whoever gets it."""
    _ = language.gettext
    signers = [(_("Issued by"), own.secretary), (_("Received by"), "")]
    return layout.signatures(signers, _("M.P."))


TITLE = N_("What is held about a person")
WHY = N_("Why it is kept, and for how long")
WHO = N_("Who saw it, and to whom it was given")
RIGHTS = N_(
    "You may ask that what is wrong is corrected and what is missing added, that your data are "
    "erased or their use restricted, and that they are handed to you in this form; and you may "
    "object to their use. No decision about you is made by a program. Help never depends on what "
    "you tell. You may complain to the Personal Data Protection Agency in Bosnia and Herzegovina."
)
