"""Several writers on one server: they wait for each other, and a conflict is tried again."""

from __future__ import annotations

import threading
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest
from conftest import SECRET
from soak import server
from sqlalchemy import text
from sqlalchemy.exc import InternalError, OperationalError
from things import as_program, lay_out

from models.database import RETRIES, Database
from models.goods import places
from models.goods.places import Place
from models.server import engine
from ui import faults


def test_four_writers_leave_no_gap_and_nothing_below_zero(shared_server):
    where = server.prepare(shared_server, f"race_{uuid4().hex[:8]}")
    shared_server.command(  # as somebody may have set it, who knows better
        f"ALTER DATABASE {where.database} SET default_transaction_isolation = 'repeatable read'"
    )
    outcome = server.race(where, 12, seed=1, kills=2)
    assert (outcome.failed, outcome.problems, outcome.lost) == ([], [], 0)
    assert len(outcome.told) > 20
    assert outcome.kills == 2


def test_writers_who_do_not_wait_for_each_other_are_noticed(shared_server):
    where = server.prepare(shared_server, f"race_{uuid4().hex[:8]}")
    outcome = server.race(where, 12, seed=1, unlocked=True)
    assert outcome.failed or outcome.problems


def test_a_deadlock_with_another_program_is_tried_again(shared_books, shared_server):
    db = as_program(Database.connect(shared_books.url(SECRET)))
    with db.write() as session:
        lay_out(session)
        first, second = (place.id for place in session.query(Place).limit(2))
    tries: list[int] = []
    touch = "UPDATE place SET search = search WHERE id = {}".format
    where = {"host": str(shared_server.folder), "port": shared_server.port, "user": "app"}
    with closing(psycopg.connect(**where, dbname=shared_books.database)) as other:
        other.execute(touch(first))

        def action(session):
            tries.append(1)
            session.execute(text(touch(second)))
            if len(tries) == 1:
                threading.Timer(0.3, lambda: finish(other, touch(second))).start()
            session.execute(text(touch(first)))
            return "done"

        assert db.do(action) == "done"
    assert 1 < len(tries) <= RETRIES + 1  # the other may be slow to go on, and be met once more
    db.close()


def finish(other: psycopg.Connection, statement: str) -> None:
    other.execute(statement)
    other.commit()


def test_any_other_fault_is_not_tried_again(shared_books):
    tries: list[int] = []

    def action(session):
        tries.append(1)
        session.execute(text("SET LOCAL statement_timeout = '10ms'"))
        session.execute(text("SELECT pg_sleep(1)"))

    db = as_program(Database.connect(shared_books.url(SECRET)))
    with pytest.raises(OperationalError):
        db.do(action)
    assert tries == [1]
    db.close()


def test_who_waits_too_long_for_another_writer_is_told_so(shared_books, monkeypatch):
    monkeypatch.setattr(engine, "MANNERS", "SET lock_timeout = '50ms'")
    one, two = (as_program(Database.connect(shared_books.url(SECRET))) for _ in range(2))
    with one.write() as session:
        places.add(session, "Main store")
        with pytest.raises(OperationalError) as refusal, two.write() as session:
            places.add(session, "Second store")
    assert faults.sentence(refusal.value) == faults.LOCKED
    one.close()
    two.close()


def test_a_writer_who_fell_silent_does_not_keep_the_others_waiting(shared_books, monkeypatch):
    monkeypatch.setattr(engine, "MANNERS", "SET idle_in_transaction_session_timeout = '200ms'")
    one, two = (as_program(Database.connect(shared_books.url(SECRET))) for _ in range(2))
    with pytest.raises(InternalError) as refusal:
        fall_silent(one, two)
    assert faults.sentence(refusal.value) == faults.NO_SERVER
    with two.read() as session:
        assert [place.name for place in session.query(Place)] == ["Second store"]
    one.close()
    two.close()


def fall_silent(one: Database, two: Database) -> None:
    with one.write() as session:
        places.add(session, "Main store")
        with two.write() as other:
            places.add(other, "Second store")
        session.execute(text("SELECT 1"))
