"""Every verb says whom it is for and refuses the others; what was done stands in the record."""

from __future__ import annotations

import csv
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from things import DAY, Things, as_program, lay_out

import models
from models import checks, record, rights
from models.database import Database
from models.goods import items, ledger, shelf, stock
from models.goods.documents import Kind
from models.office import users, witness
from models.rights import NotAllowed
from models.roles import Role
from models.team import roster


def public_verbs() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of models that takes a session first, by its full name."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if ".migrations.versions" not in module.name and not module.name.endswith(".env"):
            yield from verbs_of(import_module(module.name))


def verbs_of(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, function in vars(module).items():
        whole = inspect.unwrap(function) if inspect.isfunction(function) else None
        if whole is None or whole.__module__ != module.__name__ or name.startswith("_"):
            continue
        if next(iter(inspect.signature(whole).parameters), "") == "session":
            yield f"{module.__name__}.{name}", function


def require_guarded(function: Callable[..., Any]) -> None:
    """It names its roles, and refuses every other one."""
    assert hasattr(function, "roles"), "guard it with @verb or @question"
    for role in Role:
        nobody_else = cast(Session, SimpleNamespace(info={"roles": frozenset({role})}))
        if role in rights.roles_of(function):
            continue
        with pytest.raises(NotAllowed):
            function(nobody_else)


VERBS = dict(public_verbs())
RIGHTS = Path(__file__).parent / "data" / "rights.csv"
PLUMBING = {  # how the guards themselves look and write; nothing of the branch passes through them
    "models.record.note", "models.record.write", "models.record.head",
    "models.record.first_broken", "models.record.pin", "models.record.hash_of",
    "models.record.write_for", "models.rights.require",
}  # fmt: skip

WITHOUT_A_VERB = {  # written by themselves
    users.SIGNED_IN, users.SIGNED_OUT, users.STRANGER, users.WRONG_PAPER, users.LOOKED,
    users.WRONG_BACKUP, record.INVENTED, witness.SINCE,
}  # fmt: skip


def user_with(db: Database, *roles: Role) -> None:
    """Somebody with these roles signs in."""
    with as_program(db).write() as session:
        users.add(session, "edin", "Edin", roles)
    users.sign_in(db, "edin")


def test_there_are_verbs_to_be_guarded() -> None:
    assert len(VERBS) > 100
    assert "models.goods.stock.receive" in VERBS


@pytest.mark.parametrize("name", sorted(VERBS.keys() - PLUMBING))
def test_a_verb_refuses_every_role_that_it_does_not_name(name: str) -> None:
    require_guarded(VERBS[name])


def test_who_may_do_what_is_as_written_down() -> None:
    """A verb that is opened to more roles, or new, is entered there by hand, and so looked at."""
    with RIGHTS.open(encoding="utf-8", newline="") as file:
        written = {row["verb"]: row["roles"] for row in csv.DictReader(file)}
    assert written == {name: told(VERBS[name]) for name in VERBS.keys() - PLUMBING}


def told(function: Callable[..., Any]) -> str:
    return " ".join(role.value for role in Role if role in rights.roles_of(function))


@pytest.mark.parametrize("name", sorted(VERBS.keys() - PLUMBING))
def test_without_a_role_nothing_is_done(name: str) -> None:
    with pytest.raises(NotAllowed):
        VERBS[name](cast(Session, SimpleNamespace(info={})))


def test_an_unguarded_verb_would_be_noticed() -> None:
    def receive(session: Session) -> None: ...

    module = ModuleType("planted")
    receive.__module__ = module.__name__
    module.receive = receive  # type: ignore[attr-defined]
    ((name, found),) = verbs_of(module)
    assert name == "planted.receive"
    with pytest.raises(AssertionError, match="guard it"):
        require_guarded(found)


def test_a_guard_that_lets_everybody_pass_would_be_noticed() -> None:
    def receive(session: Session) -> None: ...

    receive.roles = frozenset({Role.WAREHOUSE})  # type: ignore[attr-defined]
    with pytest.raises(pytest.fail.Exception):
        require_guarded(receive)


def test_who_signs_in_may_do_what_their_roles_say(db: Database) -> None:
    with as_program(db).write() as session:
        lay_out(session)
    user_with(db, Role.WAREHOUSE)
    with db.read() as session:
        assert shelf.overview(session, all_items=True)
        with pytest.raises(NotAllowed):
            roster.overview(session)


def test_a_verb_within_a_verb_is_a_part_of_it(things: Things) -> None:
    things.receive(3)
    things.session.info["roles"] = frozenset({Role.WAREHOUSE})
    things.hand_out(1)  # posts a document, which nobody may do by itself
    with pytest.raises(NotAllowed):
        ledger.post(things.session, Kind.ISSUE, things.warehouse, DAY, [])


def test_after_a_refusal_the_guard_still_stands(things: Things) -> None:
    with pytest.raises(ledger.NotEnoughStock):
        things.hand_out(1)
    things.session.info["roles"] = frozenset({Role.AUDITOR})
    with pytest.raises(NotAllowed):
        things.hand_out(1)


def test_nobody_works_who_is_not_a_user(db: Database) -> None:
    with pytest.raises(users.NotAUser):
        users.sign_in(db, "nobody")


def test_whose_access_was_taken_away_cannot_come_back(db: Database) -> None:
    with as_program(db).write() as session:
        users.add(session, "amra", "Amra")
        users.revoke(session, users.add(session, "edin", "Edin"))
    with pytest.raises(users.NotAUser):
        users.sign_in(db, "edin")


def test_the_last_administrator_stays(session: Session) -> None:
    amra = users.add(session, "amra", "Amra")
    with pytest.raises(users.LastAdministrator):
        users.entrust(session, amra, [Role.SECRETARY])


# The record


def acts(session: Session) -> list[record.Act]:
    return list(session.query(record.Act).order_by(record.Act.id))


def test_an_act_says_who_did_what_to_which_row_and_in_which_role(db: Database) -> None:
    with as_program(db).write() as session:
        lay_out(session)
    user_with(db, Role.WAREHOUSE)
    with db.write() as session:
        blanket = items.find(session, "blanket")
        items.retire(session, blanket)
        done = acts(session)[-1]
    assert (done.code, done.subject, done.subject_id) == ("items.retire", "item", blanket.id)
    assert (done.user_id, done.roles) == (db.user, "warehouse")


def test_an_act_is_kept_with_its_deed_or_not_at_all(db: Database) -> None:
    with as_program(db).write() as session:
        things = lay_out(session)
        before = len(acts(session))
    with suppress(InterruptedError), db.write() as session:
        stock.receive(session, things.warehouse, [things.goods(1)], on=DAY)
        assert len(acts(session)) == before + 1
        raise InterruptedError
    with db.read() as session:
        assert len(acts(session)) == before


def test_what_one_verb_calls_leaves_no_acts_of_its_own(things: Things) -> None:
    before = len(acts(things.session))
    things.receive(3)
    assert [act.code for act in acts(things.session)[before:]] == ["stock.receive"]


@pytest.mark.parametrize("change", ["DELETE FROM act", "UPDATE act SET code = 'x'"])
def test_acts_never_change(db: Database, change: str) -> None:
    with as_program(db).write() as session:
        lay_out(session)
    with pytest.raises(DBAPIError, match="acts never change"), db.write() as session:
        session.execute(text(change))


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE act SET code = 'x' WHERE id = 2", "DELETE FROM act WHERE id = 2",
        "UPDATE act SET at = '2020-01-01 00:00:00' WHERE id = 2",
        "UPDATE act SET id = 99 WHERE id = 2",
    ],
)  # fmt: skip
def test_an_edit_below_the_program_is_found_and_the_first_bad_act_named(
    db: Database, edit: str
) -> None:
    with as_program(db).write() as session:
        lay_out(session)
        assert list(checks.record_is_whole(session)) == []
        for act in ("UPDATE", "DELETE"):
            unguard(session, f"act_{act.lower()}_refused")
        session.execute(text(edit))
        found = list(checks.record_is_whole(session))
    assert [problem.details for problem in found] == [{"number": 2}]


def unguard(session: Session, trigger: str) -> None:
    on = " ON act" if session.get_bind().dialect.name == "postgresql" else ""
    session.execute(text(f"DROP TRIGGER {trigger}{on}"))


def test_every_act_has_a_name_to_be_read(session: Session) -> None:
    written = {rights._code(VERBS[name]) for name in VERBS}
    assert set(record.ACTS) - WITHOUT_A_VERB <= written
    assert all(record.ACTS.values())
