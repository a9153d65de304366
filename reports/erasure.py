"""The receipt of an erasure: its number, what went and what stays. It names nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import clock
from models.errors import NotFound
from models.office.users import User
from models.privacy.erasing import REQUEST, Erasure
from models.safe import thinning
from reports import head, layout
from reports.head import Head
from translations import N_, Language

LAW = N_("Law on the Protection of Personal Data (Official Gazette of BiH 12/25)")


@dataclass(frozen=True)
class Receipt:
    """An erasure as it is confirmed; `on_request` of one person, else of what was due.

    `faded_by` is the day by which the data have gone from the backups too.
    """

    head: Head
    number: str
    at: datetime
    on_request: bool
    cards: int
    remarks: int
    volunteers: int
    faded_by: date
    is_user: bool = False


def collect(session: Session, erasure_id: int) -> Receipt:
    """Raises NotFound for an erasure that was never done, NotSetUp."""
    done = session.get(Erasure, erasure_id)
    if done is None:
        raise NotFound
    return Receipt(
        head=head.collect(session, done.at),
        number=f"{done.id}/{clock.local(done.at).year}",
        at=done.at,
        on_request=done.cause == REQUEST,
        cards=done.cards,
        remarks=done.remarks,
        volunteers=done.volunteers,
        faded_by=thinning.gone_by(clock.local(done.at).date()),
        is_user=done.subject == User.__tablename__,
    )


def title(receipt: Receipt, language: Language) -> str:
    words = language.gettext("Receipt of erasure no. {number}")
    return words.format(number=receipt.number)


def render(receipt: Receipt, language: Language) -> bytes:
    """The receipt as PDF/A."""
    _ = language.gettext
    called = title(receipt, language)
    asked, due = _("on request of the person"), _("time of keeping over")
    gone, stays = (GONE_USER, STAYS_USER) if receipt.is_user else (GONE, STAYS)
    facts: list[tuple[str, Any]] = [
        (_("Erased on"), clock.local(receipt.at)),
        (_("Cause"), asked if receipt.on_request else due),
        *_counts(receipt, language),
        (_("Gone from backups by"), receipt.faded_by),
    ]
    story = [
        layout.title(called, _(LAW)),
        layout.facts(facts, language, across=1),
        layout.box(_("What is gone"), _(gone)),
        layout.box(_("What stays"), _(stays).format(day=language.show(receipt.faded_by))),
        layout.signatures(
            [(_("Erased by"), receipt.head.secretary), (_("Received by"), "")], _("M.P.")
        ),
    ]
    return head.printed(story, receipt.head, called, language)


def _counts(receipt: Receipt, language: Language) -> list[tuple[str, Any]]:
    _ = language.gettext
    if receipt.is_user:
        return [(_("Users of the program"), 1)]
    return [
        (_("Cards emptied"), receipt.cards),
        (_("Remarks emptied"), receipt.remarks),
        (_("Volunteers and staff"), receipt.volunteers),
    ]


GONE_USER = N_(
    "Of a user of the program who has left: the name and the name for signing in. Password and PIN "
    "ended with the access."
)
STAYS_USER = N_(
    "What the user did, under a number instead of the name: the record of acts, entries, documents "
    "and stock counts. Papers that were printed or saved before still carry the name. Backups made "
    "before still hold it; by {day} they are deleted or made anew without it."
)
GONE = N_(
    "Of a card: its code and all that was told (sex, age, nationality, disability, vulnerability), "
    "and the remarks of its visits. Of a volunteer or employee: name, day and month of birth, "
    "phone, e-mail, address, guardian, remark, skills and who held the trainings."
)
STAYS = N_(
    "Counts without a person: how many were helped by sex, age and nationality, hours and "
    "trainings; the stock book, which the law on accounting requires; and in the record of acts "
    "the number of this receipt. Backups made before still hold the data; by {day} they are "
    "deleted or made anew without people."
)
