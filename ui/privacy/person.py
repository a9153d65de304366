"""One person's rights at the screen: erase their data, give out what is held about them.

The person is one of a card, one who works for the branch, or one who works with the program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from sqlalchemy.exc import OperationalError

from models import clock, recorded
from models.database import TracesLeft
from models.desk.cards import Card, shown
from models.office import unfinished
from models.office.users import User
from models.privacy import access, accounts, erasing
from models.privacy.access import Cause, Recipient
from models.safe import backups, forgotten, thinning
from models.safe.backups import Reason
from models.team.volunteers import Volunteer
from translations import N_, Language, _, current, ngettext
from ui import messages, work
from ui.form import Form
from ui.papers import paper
from ui.pieces.fields import Choice
from ui.team.hours import shown as shown_hours

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

Anybody = Card | Volunteer | User
LEFT_BEHIND = N_(
    "The data are erased. The file could not be written anew, because somebody else is at work or "
    "the disk is full: traces may stay in it until the next erasure."
)
FOREVER = N_("This cannot be taken back. Counts, hours and the stock book stay as they are.")
IN_BACKUPS = N_("The backups still hold a copy; by {day} it is gone from them too.")
NOT_SAVED = N_("Nothing was erased, because no backup could be made before it. {problem}")


class EraseForm(Form):
    """What goes and what stays, in numbers; Erase does it. `backed_up` when a backup was made."""

    backed_up = Signal()

    def __init__(
        self, db: Database, kind: type[Anybody], person_id: int, parent: QWidget | None
    ) -> None:
        super().__init__(db, _("Erase personal data"), parent)
        self.kind, self.person_id = kind, person_id
        self.is_given_up = False
        with db.read() as session:
            told = _told(session, _find(session, kind, person_id))
            told[2:2] = unsaved(session)  # after what else goes
        for sentence in told:
            self.add_note(sentence)
        self.add_note(_(FOREVER))
        self.add_note(in_backups())
        self.save_button.name(_("Erase"))

    def accept(self) -> None:
        """Back up first, then erase."""
        if self.save_button.isEnabled():
            self.save_button.setEnabled(False)
            saving = save_before(self.db, self, self._erase, self.show_problem)
            saving.finished.connect(lambda: self.save_button.setEnabled(True))

    def reject(self) -> None:
        """Close; a backup that is under way is made to its end, but nothing is erased after it."""
        self.is_given_up = True
        super().reject()

    def _erase(self) -> None:
        self.backed_up.emit()
        self.save_button.setEnabled(True)
        if not self.is_given_up:
            super().accept()

    def save(self, session: Session) -> int:
        person = _find(session, self.kind, self.person_id)
        if isinstance(person, User):
            return accounts.erase(session, person).id
        if isinstance(person, Card):
            return erasing.erase_card(session, person).id
        return erasing.erase_volunteer(session, person).id


class HeldForm(Form):
    """Asks for whom the paper is and why; both stand in the record of acts."""

    def __init__(
        self, db: Database, kind: type[Anybody], person_id: int, parent: QWidget | None
    ) -> None:
        super().__init__(db, _("What is held about a person"), parent)
        self.kind, self.person_id = kind, person_id
        self.to = self.add_field(_("For whom"), Choice(Recipient), "to")
        self.why = self.add_field(_("Why"), Choice(Cause), "why")
        self.save_button.name(_("Make the paper"))

    def save(self, session: Session) -> int:
        person, to, why = _find(session, self.kind, self.person_id), self.to.value, self.why.value
        if isinstance(person, User):
            return accounts.give_out(session, person, to, why).id
        return access.give_out(session, person, to, why).id


def erase(
    db: Database,
    kind: type[Anybody],
    person_id: int,
    parent: QWidget,
    backed_up: Callable[[], object] = lambda: None,
) -> bool:
    """Ask, erase, and show the receipt; whether it was done.

    What would be refused is refused before anything is asked. `backed_up` is called when the
    backup before it is made, whatever becomes of the erasure. Raises AlreadyErased, StillActive,
    NameErased, StillHasAccess.
    """
    with db.read() as session:
        _require_erasable(session, _find(session, kind, person_id))
    form = EraseForm(db, kind, person_id, parent)
    form.backed_up.connect(backed_up)
    if not form.exec():
        return False
    number = form.result_value
    wipe(db, parent, lambda: show_receipt(db, number, parent))
    return True


def give_out(db: Database, kind: type[Anybody], person_id: int, parent: QWidget) -> None:
    """Ask for whom and why, write that down, and show the paper."""
    if not HeldForm(db, kind, person_id, parent).exec():
        return

    def render(spoken: Language) -> bytes:
        from reports import account, held

        with db.read() as session:
            person = _find(session, kind, person_id)
            if isinstance(person, User):
                return account.render(account.collect(session, person), spoken)
            return held.render(held.collect(session, person), spoken)

    def put_out(form: str) -> None:
        recorded.put_out(db, "held", form, (kind, person_id))

    paper.show(parent, render, _("What is held about a person"), put_out)


def show_receipt(db: Database, number: int, parent: QWidget) -> None:
    from reports import erasure

    with db.read() as session:
        receipt = erasure.collect(session, number)
    name = erasure.title(receipt, current())

    def put_out(form: str) -> None:
        recorded.put_out(db, f"erasure {number}", form)

    paper.show(parent, lambda spoken: erasure.render(receipt, spoken), name, put_out)


def in_backups() -> str:
    """By when what is erased today has gone from the backups as well."""
    return _(IN_BACKUPS).format(day=current().show(thinning.gone_by(clock.today())))


def unsaved(session: Session) -> list[str]:
    """That forms which nobody saved go with every erasure: they may be about anybody."""
    count = unfinished.count(session)
    if count is None:
        return [_("Goes too: every form that somebody filled in and did not save.")]
    said = ngettext(
        "Goes too: {count} form that somebody filled in and did not save.",
        "Goes too: {count} forms that somebody filled in and did not save.",
        count,
    )
    return [said.format(count=current().show(count))] if count else []


def save_before(
    db: Database, parent: QWidget, then: Callable[[], object], failed: Callable[[str], object]
) -> work.Work:
    """Back up, then go on; without a backup nothing is erased, and `failed` is told why."""

    def save(told: work.Progress) -> None:
        backups.save_before(db, Reason.ERASURE)
        told()  # Cancel is heard here: nothing is erased yet

    def refuse(problem: BaseException) -> None:
        failed(_(NOT_SAVED).format(problem=messages.sentence(problem)))

    return work.run(parent, _("Making a backup…"), save, lambda _done: then(), refuse)


def wipe(db: Database, parent: QWidget, then: Callable[[], object]) -> None:
    """Write the books anew without what was erased, remember that it was, then go on."""

    def failed(problem: BaseException) -> None:
        if isinstance(problem, TracesLeft):
            messages.tell(parent, problem.text())
        elif isinstance(problem, OperationalError):
            messages.tell(parent, _(LEFT_BEHIND))
        else:
            raise problem
        then()

    def leave_no_trace(_told: work.Progress) -> None:
        if db.home:
            forgotten.note(db, db.home)
        db.leave_no_trace()

    work.run(parent, _("Erasing…"), leave_no_trace, lambda _done: then(), failed)


def _find(session: Session, kind: type[Anybody], person_id: int) -> Anybody:
    return cast(Anybody, session.get_one(kind, person_id))


def _require_erasable(session: Session, person: Anybody) -> None:
    if isinstance(person, User):
        accounts.require_erasable(session, person)
    else:
        erasing.require_erasable(session, person)


def _told(session: Session, person: Anybody) -> list[str]:
    """What goes and what stays, in sentences."""
    if isinstance(person, User):
        return _of_user(session, person)
    return _of_card(session, person) if isinstance(person, Card) else _of(session, person)


def _of_user(session: Session, user: User) -> list[str]:
    found = accounts.preview(session, user)
    return [
        f"{found.name} ({found.login})",
        _("Goes: the name and the name for signing in."),
        _(
            "Stays, under a number instead of the name: acts in the record ({acts}), every entry"
            " and every document."
        ).format(acts=current().show(found.acts)),
    ]


def _of_card(session: Session, card: Card) -> list[str]:
    found = erasing.preview_card(session, card)
    show = current().show
    return [
        _("Card {code}").format(code=shown(card.token)),
        _("Goes: facts {facts}, vulnerabilities {kinds}, remarks {remarks}, and the code.").format(
            facts=show(found.facts),
            kinds=show(found.vulnerabilities),
            remarks=show(found.remarks),
        ),
        _("Stays, without the card: counted visits {visits}.").format(visits=show(found.visits)),
    ]


def _of(session: Session, person: Volunteer) -> list[str]:
    found = erasing.preview_volunteer(session, person)
    show = current().show
    return [
        found.name,
        _("Goes: name, date of birth and further facts {facts}, skills {skills}.").format(
            facts=show(found.facts), skills=show(found.skills)
        ),
        _("Stays, without a name: hours {hours}, trainings {trainings}.").format(
            hours=shown_hours(found.minutes), trainings=show(found.trainings)
        ),
    ]
