"""The head and foot of a paper of the branch, in any language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import clock
from models.office import branch
from models.office.branch import Level
from reports import layout
from reports.paper.blocks import Block
from translations import LANGUAGES, Language, serbian


@dataclass(frozen=True)
class Head:
    """Whose paper it is, and when it was made (UTC)."""

    names: dict[str, str]  # of the branch, by language
    town: str
    address: str
    contact: str
    secretary: str
    is_practice: bool
    made_at: datetime
    logo: bytes | None = field(default=None, repr=False)


def collect(session: Session, made_at: datetime | None = None) -> Head:
    """The head of a paper made now, or at that moment. Raises NotSetUp."""
    own = branch.get(session)
    return Head(
        names={code: branch.names(session, code)[Level.BRANCH] for code in LANGUAGES},
        town=own.town,
        address=own.address,
        contact=own.contact,
        secretary=own.secretary,
        is_practice=own.is_practice,
        made_at=made_at or clock.now(),
        logo=own.logo,
    )


def letterhead(head: Head, language: Language) -> layout.Letterhead:
    return layout.Letterhead(
        name=head.names[language.code],
        lines=contact_lines(head.address, head.contact, language),
        logo=head.logo,
        number_line=place_and_day(head.town, clock.local(head.made_at).date(), language),
    )


def contact_lines(address: str, contact: str, language: Language) -> list[str]:
    """The line below the name of the branch, or none, in the script of the paper."""
    line = " · ".join(part for part in (address, contact) if part)
    return [in_script(line, language)] if line else []


def place_and_day(town: str, day: date, language: Language) -> str:
    """Where and when a paper was made, in the script of the paper: Bihać, 23. 11. 2026."""
    parts = in_script(town, language), language.day(day)
    return ", ".join(part for part in parts if part)


def in_script(text: str, language: Language) -> str:
    """A town, an address or a contact as a paper in this language writes it."""
    return serbian.written(text, language.code)


def footer(head: Head, title: str, language: Language) -> str:
    words = language.gettext("Ogranak · {report}")
    if head.is_practice:
        words = language.gettext("PRACTICE DATA · {report}")
    return words.format(report=title)


def chained_footer(report: str, mark: str, language: Language, *, is_practice: bool) -> str:
    """The foot of a paper that a chain bears out: its name and the first signs of the hash."""
    words = language.gettext("Ogranak · {report} · control record {head}")
    if is_practice:
        words = language.gettext("PRACTICE DATA · {report} · control record {head}")
    signs = " ".join(mark[start : start + 4] for start in range(0, 16, 4))
    return words.format(report=report, head=signs)


def signed(head: Head, language: Language) -> Block:
    """Where the one who answers for the branch signs and stamps."""
    _ = language.gettext
    return layout.signatures([(_("Responsible"), head.secretary)], _("M.P."))


def printed(
    story: Iterable[Any], head: Head, called: str, language: Language, *, landscape: bool = False
) -> bytes:
    """The finished paper of the branch as PDF/A; `called` is its title."""
    return layout.document(
        story,
        language,
        title=called,
        letterhead=letterhead(head, language),
        footer=footer(head, called, language),
        created=head.made_at,
        landscape=landscape,
    )
