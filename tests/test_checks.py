"""Each check finds what it is there to find: the books are damaged below the program, then read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from things import DAY, lay_out

from models import checks, guards, periods
from models.checks import (
    BelowZero,
    ChainBroken,
    ChainCut,
    GuardMissing,
    LotChanged,
    NumberMissing,
    ReversalDiffers,
    TotalDiffers,
)
from models.database import Database
from models.errors import DomainError
from models.goods import chain, ledger, stock
from models.periods import Period


def live_a_little(db: Database) -> None:
    """Receipts, hand-outs, a transfer, a write-off and a reversal."""
    with db.write() as session:
        things = lay_out(session)
        things.receive(20)
        things.receive(12, things.water, expiry=DAY + timedelta(days=40))
        stock.transfer(session, things.warehouse, things.team, [things.goods(5)], on=DAY)
        things.hand_out(3, on=DAY + timedelta(days=1))
        ledger.reverse(session, things.hand_out(2, things.water))
        stock.write_off(session, things.warehouse, [things.goods(1)], on=DAY, reason="Torn")


def disarm(session: Session, table: str) -> None:
    """Take the triggers of a table away, as someone outside the program would."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
            {"table": table},
        ).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def uncheck(session: Session, *rules: str) -> None:
    """Let values in that a rule of the table document refuses."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        return
    for rule in rules:
        session.execute(text(f"ALTER TABLE document DROP CONSTRAINT {rule}"))


def hide_a_document(session: Session) -> None:
    """Make one that was posted look like a draft, which no list and no number counts."""
    disarm(session, "document")
    uncheck(session, "ck_document_numbered", "ck_document_chained")
    session.execute(text("UPDATE document SET status = 'draft' WHERE chain_number = 2"))


def give_a_place_twice(session: Session) -> None:
    """The newest document takes the place of the one before; a file knows places between too."""
    disarm(session, "document")
    uncheck(session, "uq_document_chain_number")
    is_file = session.get_bind().dialect.name == "sqlite"
    last = chain.head(session)[0]
    place = last - 0.5 if is_file else last - 1
    moved = text("UPDATE document SET chain_number = :place WHERE chain_number = :last")
    session.execute(moved, {"place": place, "last": last})


DAMAGE: dict[str, tuple[Callable[[Session], object], type[DomainError]]] = {
    "a total was raised": (
        lambda s: s.execute(text("UPDATE on_hand SET quantity = quantity + 1 WHERE lot_id = 1")),
        TotalDiffers,
    ),
    "a line was made smaller": (
        lambda s: (disarm(s, "line"), s.execute(text("UPDATE line SET quantity = 1 WHERE id = 1"))),
        BelowZero,
    ),
    "a line was taken out": (
        lambda s: (disarm(s, "line"), s.execute(text("DELETE FROM line WHERE id = 4"))),
        TotalDiffers,
    ),
    "a note was rewritten": (
        lambda s: (
            disarm(s, "document"),
            s.execute(text("UPDATE document SET counterpart = 'Other' WHERE chain_number = 1")),
        ),
        ChainBroken,
    ),
    "a document was moved to another day": (
        lambda s: (
            disarm(s, "document"),
            s.execute(text("UPDATE document SET posted_at = '2020-01-01' WHERE chain_number = 3")),
        ),
        ChainBroken,
    ),
    "a number was skipped": (
        lambda s: (
            disarm(s, "document"),
            s.execute(text("UPDATE document SET number = 9 WHERE kind = 'receipt' AND number = 2")),
        ),
        NumberMissing,
    ),
    "a reversal points elsewhere": (
        lambda s: (
            disarm(s, "document"),
            s.execute(text("UPDATE document SET reverses_id = 4 WHERE kind = 'reversal'")),
        ),
        ReversalDiffers,
    ),
    "a document was hidden": (hide_a_document, ChainBroken),
    "a place in the chain was given twice": (give_a_place_twice, ChainBroken),
    "a trigger is gone": (lambda s: disarm(s, "lot"), GuardMissing),
}


def test_every_guard_of_the_schema_is_known_by_its_digest(db: Database) -> None:
    """One that is changed, or new, is entered there by hand, and so looked at."""
    with db.read() as session:
        assert guards.present(session) == guards.known(session.get_bind().dialect.name)


def test_a_guard_that_was_replaced_by_an_idle_one_of_its_name_is_found(db: Database) -> None:
    name = "document_update_refused"
    with db.write() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text(f"DROP TRIGGER {name}"))
            idle = f"CREATE TRIGGER {name} BEFORE UPDATE ON document WHEN 0 BEGIN SELECT 1; END"
        else:
            idle = (
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
                " AS $$ BEGIN RETURN NEW; END $$"
            )
        session.execute(text(idle))
    with db.read() as session:
        (found,) = checks.run(session)
    assert found.text() == GuardMissing(guard=name).text()


def test_a_lot_changed_behind_its_guard_is_found(db: Database) -> None:
    live_a_little(db)
    with db.write() as session:
        disarm(session, "lot")
        session.execute(text("UPDATE lot SET batch = 'other' WHERE id = 1"))
    with db.read() as session:
        assert LotChanged in {type(problem) for problem in checks.run(session)}


def test_the_cut_tail_of_a_closed_month_is_found(db: Database) -> None:
    live_a_little(db)
    with db.write() as session:
        periods.close(session, Period.month(2026, 10), "{}", chain.head(session)[1])
        disarm(session, "document")
        disarm(session, "line")
        newest = "(SELECT max(id) FROM document)"
        session.execute(text(f"DELETE FROM line WHERE document_id = {newest}"))
        session.execute(text(f"DELETE FROM document WHERE id = {newest}"))
    with db.read() as session:
        assert ChainCut in {type(problem) for problem in checks.run(session)}


def test_honest_books_pass_every_check(db: Database) -> None:
    live_a_little(db)
    with db.read() as session:
        assert checks.run(session) == []


def test_empty_books_pass_every_check(db: Database) -> None:
    with db.read() as session:
        assert checks.run(session) == []


@pytest.mark.parametrize("damage", DAMAGE, ids=DAMAGE)
def test_damage_below_the_program_is_found_and_named(db: Database, damage: str) -> None:
    live_a_little(db)
    act, expected = DAMAGE[damage]
    with db.write() as session:
        act(session)
    with db.read() as session:
        found = checks.run(session)
    assert expected in {type(problem) for problem in found}
    assert all(str(problem).endswith(".") for problem in found)


def test_a_chain_whose_first_link_was_taken_is_found(db: Database) -> None:
    live_a_little(db)
    with db.write() as session:
        disarm(session, "document")
        disarm(session, "line")
        session.execute(text("DELETE FROM line WHERE document_id = 1"))
        session.execute(text("DELETE FROM document WHERE id = 1"))
    with db.read() as session:
        found = {type(problem) for problem in checks.run(session)}
    assert ChainBroken in found


def test_progress_counts_the_checks(db: Database) -> None:
    seen: list[tuple[int, int]] = []
    with db.read() as session:
        checks.run(session, lambda done, of: seen.append((done, of)))
    assert seen[-1] == (len(checks.CHECKS), len(checks.CHECKS))
