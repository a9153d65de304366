"""The invariants about people, keys and the record's silence: told where they are broken.

None of them makes a figure doubtful, and whoever is helped today is not to wait for them: so what
is found here is said above every page, and stops no entry. A check reads, never repairs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from models import record
from models.errors import DomainError
from models.office import entrusted
from models.office.users import Trust, User
from models.privacy import traces
from models.record import Act
from models.rights import question
from models.roles import EVERYONE, Role
from models.safe import forgotten, ring
from translations import LANGUAGES, N_, Language

Check = Callable[[Session], Iterator[DomainError]]

TYPED_BACK = "access.prove_paper_key"  # the code of an act: from then on there is a paper key
SPOILED = (ring.NoKeys, ring.DamagedKeys)
SOME = 5  # acts that are named


@question(*EVERYONE)
def run(session: Session) -> list[DomainError]:
    """Every one of them in turn."""
    return [found for check in CHECKS for found in check(session)]


@question(*EVERYONE)
def record_names_nobody(session: Session) -> Iterator[DomainError]:
    """9. Acts say what they say in codes, numbers and days; a name is written otherwise.

    That every act is in it is the chain's to show, that every code is known the tests'.
    """
    strange = or_(*(_holds(session, column, signs) for column, signs in SIGNS))
    told = select(Act.id, Act.code, Act.subject, Act.roles, Act.detail).where(strange)
    found = 0
    for number, code, subject, roles, detail in session.execute(told.order_by(Act.id)):
        words = (code, subject, *roles.split(), *record.pinned(detail)[1].split())
        if not all(map(_is_code, words)):
            yield NameInRecord(number=number)
            found += 1
            if found == SOME:
                return


@question(*EVERYONE)
def somebody_gives_roles(session: Session) -> Iterator[DomainError]:
    """10. Where there has been an administrator, one remains; a travel copy has none."""
    about_users = Act.subject == User.__tablename__
    handed_over = exists().where(about_users, Act.code == entrusted.HANDED_OVER)
    given = exists().where(
        about_users, Act.code.in_(entrusted.GIVEN), Act.detail.contains(Role.ADMINISTRATOR)
    )
    entered = exists().where(
        about_users, Act.code == entrusted.ENTERED[0], Act.subject_id == User.id
    )
    before_the_record = exists(select(User.id).where(~entered))
    there = exists().where(
        Trust.role == Role.ADMINISTRATOR, Trust.user_id == User.id, User.is_active
    )
    if session.scalar(select((given | before_the_record) & ~there & ~handed_over)):
        yield NoAdministrator()


@question(*EVERYONE)
def a_paper_key_remains(session: Session) -> Iterator[DomainError]:
    """10. Once a paper key was typed back, one opens the books, or the backups of a server.

    Asked where it is known which keys belong to the books: not of a copy that is looked at.
    """
    typed_back = exists().where(Act.subject == "", Act.code == TYPED_BACK)
    if session.scalar(select(typed_back)) and not _has_paper(session):
        yield NoPaperKey()


@question(*EVERYONE)
def erased_say_nothing(session: Session) -> Iterator[DomainError]:
    """11. Rows of erased people are empty, nothing hangs on them, and they stay erased."""
    home = session.info.get("home")
    back = forgotten.back_again(session, home) if home else ()
    for table, number in dict.fromkeys((*traces.left(session), *back)):
        yield NotErased(what=table, number=number)


CHECKS: tuple[Check, ...] = (
    record_names_nobody,
    somebody_gives_roles,
    a_paper_key_remains,
    erased_say_nothing,
)

CODE, DETAIL = "a-z0-9_.", "a-z0-9_:.=/+ -"  # signs of which nearly every act consists
SIGNS: tuple[tuple[Any, str], ...] = (
    (Act.detail, DETAIL),
    (Act.code, CODE),
    (Act.subject, CODE),
    (Act.roles, f"{CODE} "),
)
_WORD = re.compile(r"[-a-z0-9_:.=/+]*|\d{4}-\d\d-\d\dT[\d:.]+")


def _holds(session: Session, column: Any, signs: str) -> ColumnElement[bool]:
    """Whether other signs stand there: asked of the engine, which is quick at it."""
    if session.get_bind().dialect.name == "sqlite":
        found: ColumnElement[bool] = column.op("GLOB")(f"*[^{signs}]*")
    else:
        found = column.op("~")(f"[^{signs}]")
    return found


def _is_code(word: str) -> bool:
    return word in LANGUAGES or _WORD.fullmatch(word) is not None


def _has_paper(session: Session) -> bool:
    """Whether a paper key opens them; yes, where the keys are not at hand."""
    if session.get_bind().dialect.name != "sqlite":
        from models.server import keyring  # heavy: books in a file do without

        return keyring.has_paper(session)
    folder = session.info.get("keys")
    try:
        return folder is None or bool(ring.read(folder).papers)
    except ring.NewerKeys:
        return True
    except SPOILED:
        return False


class NameInRecord(DomainError):
    message = N_(
        "Act {number} of the record holds more than codes and numbers. Look at it: where it names "
        "somebody, call for help."
    )


class NoAdministrator(DomainError):
    message = N_(
        "There is no administrator any more, so nobody looks after the users and keys. Call for"
        " help."
    )


class NoPaperKey(DomainError):
    message = N_("No paper key opens the books any more. Make two new ones in the settings.")


class NotErased(DomainError):
    message = N_("Something of an erased person is still there: {what}. Call for help.")

    def _shown(self, name: str, language: Language) -> str:
        if name != "what":
            return super()._shown(name, language)
        said = NOUNS.get(self.details["what"], N_("entry no. {number}"))
        return language.gettext(said).format(number=self.details["number"])


NOUNS = {
    "card": N_("card no. {number}"),
    "training": N_("training no. {number}"),
    "user_account": N_("user no. {number}"),
    "volunteer": N_("volunteer no. {number}"),
}
