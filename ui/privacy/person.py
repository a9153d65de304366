"""One person's rights at the screen: erase their data, give out what is held about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget
from sqlalchemy.exc import OperationalError

from models import clock, recorded
from models.database import TracesLeft
from models.desk.cards import Card, shown
from models.privacy import access, erasing
from models.privacy.access import Cause, Person, Recipient
from models.safe import backups, forgotten, thinning
from models.safe.backups import Reason
from models.team.volunteers import Volunteer
from translations import N_, Language, _, current
from ui import messages, work
from ui.form import Form
from ui.papers import paper
from ui.pieces.fields import Choice
from ui.team.hours import shown as shown_hours

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

LEFT_BEHIND = N_(
    "The data are erased. The file could not be written anew, because somebody else is at work or "
    "the disk is full: traces may stay in it until the next erasure."
)
FOREVER = N_("This cannot be taken back. Counts, hours and the stock book stay as they are.")
IN_BACKUPS = N_("The backups still hold a copy; by {day} it is gone from them too.")
NOT_SAVED = N_("Nothing was erased, because no backup could be made before it. {problem}")


class EraseForm(Form):
    """What goes and what stays, in numbers; Erase does it."""

    def __init__(
        self, db: Database, kind: type[Person], person_id: int, parent: QWidget | None
    ) -> None:
        super().__init__(db, _("Erase personal data"), parent)
        self.kind, self.person_id = kind, person_id
        self.is_given_up = False
        with db.read() as session:
            person = _find(session, kind, person_id)
            told = _of_card(session, person) if isinstance(person, Card) else _of(session, person)
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
        self.save_button.setEnabled(True)
        if not self.is_given_up:
            super().accept()

    def save(self, session: Session) -> int:
        person = _find(session, self.kind, self.person_id)
        if isinstance(person, Card):
            return erasing.erase_card(session, person).id
        return erasing.erase_volunteer(session, person).id


class HeldForm(Form):
    """Asks for whom the paper is and why; both stand in the record of acts."""

    def __init__(
        self, db: Database, kind: type[Person], person_id: int, parent: QWidget | None
    ) -> None:
        super().__init__(db, _("What is held about a person"), parent)
        self.kind, self.person_id = kind, person_id
        self.to = self.add_field(_("For whom"), Choice(Recipient), "to")
        self.why = self.add_field(_("Why"), Choice(Cause), "why")
        self.save_button.name(_("Make the paper"))

    def save(self, session: Session) -> int:
        person = _find(session, self.kind, self.person_id)
        return access.give_out(session, person, self.to.value, self.why.value).id


def erase(db: Database, kind: type[Person], person_id: int, parent: QWidget) -> bool:
    """Ask, erase, and show the receipt; whether it was done."""
    form = EraseForm(db, kind, person_id, parent)
    if not form.exec():
        return False
    number = form.result_value
    wipe(db, parent, lambda: show_receipt(db, number, parent))
    return True


def give_out(db: Database, kind: type[Person], person_id: int, parent: QWidget) -> None:
    """Ask for whom and why, write that down, and show the paper."""
    if not HeldForm(db, kind, person_id, parent).exec():
        return

    def render(spoken: Language) -> bytes:
        from reports import held

        with db.read() as session:
            found = held.collect(session, _find(session, kind, person_id))
        return held.render(found, spoken)

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


def _find(session: Session, kind: type[Person], person_id: int) -> Person:
    return cast(Person, session.get_one(kind, person_id))


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
