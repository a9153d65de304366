"""The head and foot of a paper of the branch, in any language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from models import clock
from models.office import branch
from models.office.branch import Level
from reports import layout
from translations import LANGUAGES, Language


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
    contact = " · ".join(part for part in (head.address, head.contact) if part)
    day = language.day(clock.local(head.made_at).date())
    return layout.Letterhead(
        name=head.names[language.code],
        lines=[contact] if contact else [],
        logo=head.logo,
        number_line=", ".join(part for part in (head.town, day) if part),
    )


def footer(head: Head, title: str, language: Language) -> str:
    words = language.gettext("Ogranak · {report}")
    if head.is_practice:
        words = language.gettext("PRACTICE DATA · {report}")
    return words.format(report=title)
