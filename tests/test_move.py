"""The books go from the file to a server and back: the same rows, or nothing at all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import KEY, SECRET
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from things import as_program, lay_out

from models import checks, record, sample
from models.database import Database
from models.goods import chain, places
from models.goods.documents import Document
from models.office import users
from models.periods import Period
from models.server import grants, move
from models.server.move import NotEmpty, NotSound
from reports import monthly

MONTH = Period.parse("2026-10")


@pytest.fixture(scope="module")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "branch"
    with closing(Database.create(folder, KEY)) as db:
        sample.fill(db, months=2, per_month=40, seed=3)
    return folder


@pytest.fixture
def file(sample_folder: Path, tmp_path: Path) -> Iterator[Database]:

    with closing(Database.open(Path(shutil.copytree(sample_folder, tmp_path / "a")), KEY)) as db:
        yield as_program(db)


@pytest.fixture
def server(shared_books) -> Iterator[Database]:
    with closing(Database.connect(shared_books.url(SECRET))) as db:
        yield as_program(db)


def heads(db: Database):
    with db.read() as session:
        return chain.head(session), record.head(session)


def figures(db: Database) -> bytes:
    """The report of a month, but for the moment at which it was drawn up."""
    with db.read() as session:
        written = monthly.to_json(monthly.of(session, MONTH))
    return re.sub(rb'"made_at": "[^"]*"', b"", written)


def is_empty(db: Database) -> bool:
    with db.read() as session:
        tables = grants.Base.metadata.sorted_tables
        return not any(session.execute(select(table).limit(1)).first() for table in tables)


def test_there_and_back_the_books_are_the_same(file, server, tmp_path):
    before = figures(file)
    moved: list[tuple[int, int]] = []
    move.move(file, server, lambda done, of: moved.append((done, of)))
    assert moved[-1][0] == moved[-1][1] > 1000
    assert heads(server) == heads(file)
    assert figures(server) == before
    with closing(Database.create(tmp_path / "b", KEY)) as back:
        move.move(server, as_program(back))
        assert heads(back) == heads(server)
        assert figures(back) == before
        with back.read() as session:
            assert checks.run(session) == []


def test_the_move_stands_in_the_record_of_both(file, server):
    move.move(file, server)
    for db in (file, server):
        with db.read() as session:
            newest = session.get(record.Act, record.head(session)[0])
            assert (newest.code, newest.detail) == ("move.leave", "postgresql")


def test_new_rows_are_numbered_on_after_the_move(file, server):
    move.move(file, server)
    with server.write() as session:
        places.add(session, "Another store")


def test_the_guards_are_back_on_both_engines(file, server, tmp_path):
    move.move(file, server)
    with closing(as_program(Database.create(tmp_path / "b", KEY))) as back:
        move.move(server, back)
        for db in (server, back):
            refused = pytest.raises(DatabaseError, match="posted rows never change")
            with refused, db.write() as session:
                session.execute(text("UPDATE document SET note = 'x'"))


def test_a_move_that_is_cancelled_leaves_nothing(file, server):
    class Enough(Exception): ...

    def stop(done: int, of: int) -> None:
        if done > of // 2:
            raise Enough

    before = heads(file)
    with pytest.raises(Enough):
        move.move(file, server, stop)
    assert heads(file) == before
    assert is_empty(server)
    move.move(file, server)


def test_books_are_never_mixed_with_others(file, server):
    with server.write() as session:
        lay_out(session)
    before = heads(file)
    with pytest.raises(NotEmpty):
        move.move(file, server)
    assert heads(file) == before


def test_books_in_which_a_check_finds_something_stay_where_they_are(file, server):
    with file.write() as session:
        session.execute(text("DROP TRIGGER document_update_refused"))
        session.execute(text("UPDATE document SET note = 'other' WHERE chain_number = 2"))
    with pytest.raises(NotSound):
        move.move(file, server)
    assert is_empty(server)


def test_a_row_that_arrives_otherwise_is_noticed(file, server, monkeypatch):
    carry = move._carry

    def careless(old, new, *others):
        carry(old, new, *others)
        new.execute(text("UPDATE place SET name = 'Other' WHERE id = (SELECT min(id) FROM place)"))

    monkeypatch.setattr(move, "_carry", careless)
    with pytest.raises(move.NotTheSame):
        move.move(file, server)
    assert is_empty(server)


def test_after_moving_away_the_server_takes_no_more_entries(server, shared_books):
    with server.write() as session:
        users.add(session, f"edin_{shared_books.database}", "Edin")
        grants.give(session)
    with server.write() as session:
        grants.withdraw(session)
    with closing(Database.connect(shared_books.url(SECRET))) as again:
        with pytest.raises(DatabaseError), as_program(again).write() as session:
            places.add(session, "Late")
        with again.read() as session:
            assert session.scalar(select(Document.id)) is None
