"""Takes everybody out of a copy of the books: what is left counts people and names none.

A copy without people goes where a person could be found by it: into a backup that outlives an
erasure, onto a laptop that may be lost or seized. Each person is forgotten as an erasure forgets
one; counts, hours, the stock book and the record of acts stay, so every report gives the same
figures. Who signs in keeps their login, because the keys know them by it, but not their name; one
whose access was taken away keeps a number. What stays too, as in an erasure: the names that the
stock book and the letterhead carry (donors, suppliers, who received goods by document, secretary
and president), and free text on work, months and breaches, which is written without names.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.database import Database
from models.desk.aid import Encounter
from models.desk.cards import Card
from models.office import users
from models.office.users import User
from models.privacy import erasing
from models.rights import verb
from models.roles import PROGRAM
from models.team.volunteers import Volunteer
from translations import N_


def without_people(db: Database) -> None:
    """Take everybody out of the open books, which must be a copy, and write its file anew.

    No page of the copy keeps a word afterwards. Raises OperationalError where the disk has no
    room for writing it anew: then the copy is of no use.
    """
    with db.write(PROGRAM) as session:
        leave_out(session)
    db.leave_no_trace()


@verb(N_("Took everybody out of this copy"))
def leave_out(session: Session) -> None:
    """Forget every person and the names of the users. For the program alone, in a copy."""
    remarks = select(Encounter.id).where(Encounter.remark != "")
    known = select(Card.id).where(Card.erased_on.is_(None))
    people = select(Volunteer.id).where(Volunteer.erased_on.is_(None))
    erasing.forget_remarks(session, session.scalars(remarks).all())
    erasing.forget_cards(session, session.scalars(known).all())
    erasing.forget_volunteers(session, session.scalars(people).all())
    for user in session.scalars(select(User)):
        if not user.is_active:
            user.login = users.former(user.id)
        user.name = user.login
    session.flush()
