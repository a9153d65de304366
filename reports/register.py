"""The register of processing activities: what is processed, why, on what basis, for how long.

Law on the Protection of Personal Data, Official Gazette of BiH 12/25 (record of processing).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.privacy import retention
from models.privacy.retention import Kind
from models.text import search_key
from reports import head, layout
from reports.columns import Column
from reports.erasure import LAW
from reports.head import Head
from translations import N_, NN_, Language

TITLE = N_("Register of processing activities")


@dataclass(frozen=True)
class Register:
    """The branch, the days for which each kind of data is kept, and where the books are."""

    head: Head
    days: dict[Kind, int]
    is_on_server: bool


@dataclass(frozen=True)
class Processing:
    """One activity; all are marked texts, `kept` a kind of data with a clock."""

    what: str
    whom: str
    data: str
    basis: str
    given_to: str
    kept: Kind


def collect(session: Session) -> Register:
    """Raises NotSetUp."""
    is_on_server = session.get_bind().dialect.name != "sqlite"
    return Register(head.collect(session), retention.periods(session), is_on_server)


def render(register: Register, language: Language) -> bytes:
    """The register as PDF/A, across the page."""
    _ = language.gettext
    called = _(TITLE)
    columns = [
        Column(_("Processing and its purpose"), lambda row: _(row.what), width=4),
        Column(_("Whose data"), lambda row: _(row.whom), width=3),
        Column(_("Which data"), lambda row: _(row.data), width=5),
        Column(_("Legal basis"), lambda row: _(row.basis), width=4),
        Column(_("Given to"), lambda row: _(row.given_to), width=4),
        Column(_("Kept for"), lambda row: kept(row, register.days, language), width=2.5),
    ]
    own = register.head
    facts: list[tuple[str, Any]] = [
        (_("Data controller"), own.names[language.code]),
        (_("Address"), _address(own, language)),
        (_("Contact"), head.in_script(own.contact, language)),
        (_("Responsible"), own.secretary),
    ]
    story = [
        layout.title(called, _(LAW)),
        layout.facts([fact for fact in facts if fact[1]], language),
        layout.table(columns, ACTIVITIES, language),
        layout.box(_("How the data are protected"), _(PROTECTION[register.is_on_server])),
        head.signed(own, language),
    ]
    return head.printed(story, own, called, language, landscape=True)


def of(*kinds: Kind) -> tuple[Processing, ...]:
    """What is done with these kinds of data, in the order of the register."""
    return tuple(row for row in ACTIVITIES if row.kept in kinds)


def kept(row: Processing, days: Mapping[Kind, int], language: Language) -> str:
    """For how long, and from when: "90 days after the last contact", "5 years after leaving"."""
    length = days[row.kept]
    if years := retention.whole_years(length):
        words = language.ngettext(*KEPT_YEARS[row.kept], years)
        return words.format(years=language.show(years))
    words = language.ngettext(*KEPT[row.kept], length)
    return words.format(days=language.show(length))


def _address(own: Head, language: Language) -> str:
    """The address with the town, which many write into the address already, in either script."""
    parts = [own.address] if _words(own.town) in _words(own.address) else [own.address, own.town]
    return head.in_script(", ".join(filter(None, parts)), language)


def _words(text: str) -> str:
    """Its words alone, between single spaces."""
    words = re.findall(r"\w+", search_key(text))
    return " ".join(["", *words, ""])


KEPT = {
    Kind.CARDS: NN_("{days} day after the last contact", "{days} days after the last contact"),
    Kind.REMARKS: NN_("{days} day after the visit", "{days} days after the visit"),
    Kind.VOLUNTEERS: NN_("{days} day after leaving", "{days} days after leaving"),
    Kind.LEDGER: NN_("{days} day", "{days} days"),
}
KEPT_YEARS = {
    Kind.CARDS: NN_("{years} year after the last contact", "{years} years after the last contact"),
    Kind.REMARKS: NN_("{years} year after the visit", "{years} years after the visit"),
    Kind.VOLUNTEERS: NN_("{years} year after leaving", "{years} years after leaving"),
    Kind.LEDGER: NN_("{years} year", "{years} years"),
}


USERS = Processing(
    N_("Users of the program and the record of acts"),
    N_("Users of the program"),
    N_("Name, name for signing in, roles, acts with day and hour"),
    N_("Legitimate interest: security of the data"),
    N_("Nobody"),
    Kind.LEDGER,
)
ACTIVITIES = (
    Processing(
        N_("Aid to people on the move: who gets what, no one twice, reports without names"),
        N_("People helped"),
        N_(
            "Code of the card; if told: sex, year of birth or age band, nationality, disability, "
            "vulnerability; visits, goods and services. No name, document or photograph."
        ),
        N_("Public mandate of the Red Cross; vital interests of the person"),
        N_("Nobody. Reports carry counts only; public copies hide small figures."),
        Kind.CARDS,
    ),
    Processing(
        N_("Remarks on aid, so that help goes on rightly"),
        N_("People helped"),
        N_("Free text of an entry, which may speak of health"),
        N_("Vital interests of the person"),
        N_("Nobody"),
        Kind.REMARKS,
    ),
    Processing(
        N_("Records of volunteers and staff: engagement, hours, trainings"),
        N_("Volunteers, employees, paid helpers, guardians of minors"),
        N_(
            "Name, date of birth, sex, phone, e-mail, address, guardian and consent, skills, "
            "trainings, hours"
        ),
        N_("Laws on volunteering; contract"),
        N_("Competent ministry for long-term volunteers"),
        Kind.VOLUNTEERS,
    ),
    Processing(
        N_("Stock book: donors, suppliers and who received goods"),
        N_("Donors, suppliers, recipients by document"),
        N_("Name as on the document"),
        N_("Laws on accounting"),
        N_("Donors, the Red Cross above the branch, auditors"),
        Kind.LEDGER,
    ),
    USERS,
)
PROTECTION = {  # by whether the books are on a server
    False: N_(
        "The books are an encrypted file; each user has a password and only the rights of their "
        "role; every look at a person, every paper given out and every erasure stands in a "
        "chained record; backups are encrypted too; what is over its time is erased, with a "
        "receipt."
    ),
    True: N_(
        "The books are in a database on a server, which other computers reach over an encrypted "
        "connection only; each user has a password and only the rights of their role; every look "
        "at a person, every paper given out and every erasure stands in a chained record; backups "
        "are encrypted; what is over its time is erased, with a receipt."
    ),
}
