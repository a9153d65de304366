"""The database: encrypted from the first byte, whole or not at all, a sentence for each fault."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from uuid import uuid4

import postgresql
import pytest
from conftest import KEY
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError
from things import as_program, lay_out

from models import bookfile, migrations
from models.bookfile import AlreadyThere, BooksMissing, NoDatabase, Unreadable
from models.checks import TotalDiffers
from models.database import BooksInTrouble, Database
from models.goods import places
from models.goods.places import Place
from models.server.engine import BadAddress, NoBooks, NoRights, NoServer, NotLetIn
from ui import faults


def test_a_file_is_never_written_over(branch_folder: Path) -> None:
    with pytest.raises(AlreadyThere):
        Database.create(branch_folder, KEY)


def test_a_folder_without_a_branch_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase):
        Database.open(tmp_path, KEY)


def test_a_branch_whose_books_are_gone_is_not_taken_for_none(branch_folder: Path) -> None:
    (branch_folder / bookfile.FILE).unlink()
    with pytest.raises(BooksMissing) as refusal:
        Database.open(branch_folder, KEY)
    assert "Put it back from the last backup." in str(refusal.value)


def test_an_emptied_file_does_not_open_as_new_books(branch_folder: Path) -> None:
    (branch_folder / bookfile.FILE).write_bytes(b"")
    with pytest.raises(Unreadable):
        Database.open(branch_folder, KEY)
    assert (branch_folder / bookfile.FILE).read_bytes() == b""


def test_a_folder_in_place_of_the_file_is_refused(branch_folder: Path) -> None:
    (branch_folder / bookfile.FILE).unlink()
    (branch_folder / bookfile.FILE).mkdir()
    with pytest.raises(BooksMissing):
        Database.open(branch_folder, KEY)


def test_nothing_in_the_folder_can_be_read_without_the_key(tmp_path: Path) -> None:
    db = as_program(Database.create(tmp_path / "new", KEY))
    with db.write() as session:
        lay_out(session)
        places.add(session, "Unmistakable warehouse")
        written = [file.read_bytes() for file in (tmp_path / "new").iterdir()]
    db.close()
    written += [file.read_bytes() for file in (tmp_path / "new").iterdir()]
    for content in written:
        assert b"Unmistakable" not in content
        assert b"SQLite format 3" not in content


def test_another_key_is_refused_in_one_sentence(branch_folder: Path) -> None:
    with pytest.raises(Unreadable) as refusal:
        Database.open(branch_folder, b"x" * 32)
    assert str(refusal.value).startswith("ogranak.db cannot be read")


@pytest.mark.parametrize("damage", ["cut in half", "zeroes in the middle", "not a database"])
def test_a_damaged_file_is_refused_and_kept_as_it_is(branch_folder: Path, damage: str) -> None:
    file = branch_folder / bookfile.FILE
    whole = file.read_bytes()
    content = {
        "cut in half": whole[: len(whole) // 2],
        "zeroes in the middle": whole[:100] + bytes(2000) + whole[2100:],
        "not a database": b"hello" * 2000,
    }[damage]
    file.write_bytes(content)
    with pytest.raises((Unreadable, DatabaseError)) as refusal:
        _read_all(branch_folder)
    assert file.read_bytes() == content
    assert isinstance(refusal.value, Unreadable) or (
        faults.sentence(refusal.value) == faults.DAMAGED
    )


def test_the_pragmas_that_keep_data_safe_are_on(branch_folder: Path) -> None:
    db = as_program(Database.open(branch_folder, KEY))
    with db.read() as session:
        read = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    db.close()
    assert read == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }


def test_a_read_keeps_nothing(db: Database) -> None:
    with db.read() as session:
        places.add(session, "Passing")
    with db.read() as session:
        assert session.query(Place).count() == 0


def test_a_failed_check_stops_every_entry(db: Database) -> None:
    db.trouble = TotalDiffers(lot=1)
    with pytest.raises(BooksInTrouble), db.write():
        pass


def test_a_newer_schema_is_refused_by_name(db: Database) -> None:
    with db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrations.NewerSchema) as refusal:
        migrations.upgrade(db.engine)
    assert "9999" in str(refusal.value)


def test_the_head_is_the_newest_revision() -> None:
    versions = Path(migrations.__file__).parent / "versions"
    assert max(file.name[:4] for file in versions.glob("0*.py")) == migrations.HEAD


@pytest.mark.parametrize("address", ["nonsense", "mysql://a/b", "postgresql://", "http://x"])
def test_a_bad_address_is_refused(address: str) -> None:
    with pytest.raises((BadAddress, NoServer)):
        Database.connect(address)


def test_a_server_that_does_not_answer_is_named() -> None:
    with pytest.raises(NoServer) as refusal:
        Database.connect("postgresql://nobody@127.0.0.1:9/books")
    assert "127.0.0.1" in str(refusal.value)


def test_a_server_that_does_not_know_the_user_says_so(postgresql_url: str) -> None:
    with pytest.raises(NotLetIn):
        Database.connect(postgresql_url.replace("app@", "nobody_here@"))


def test_a_server_without_such_a_database_says_so(postgresql_url: str) -> None:
    with pytest.raises(NoBooks):
        Database.connect(postgresql_url.replace("/books_", "/no_books_"))


def test_a_user_who_may_not_keep_books_on_the_server_is_told(postgresql_template: str) -> None:
    name = f"visitor_{uuid4().hex}"
    postgresql.command(postgresql_template, f"CREATE ROLE {name} LOGIN")
    postgresql.command(postgresql_template, f"CREATE DATABASE {name}")
    address = postgresql.url(postgresql_template, name).replace("app@", f"{name}@")
    with pytest.raises(NoRights):
        Database.connect(address)
    postgresql.command(postgresql_template, f"DROP DATABASE {name} WITH (FORCE)")


def test_a_server_that_may_not_be_written_to_says_so(postgresql_url: str) -> None:
    read_only = "options=-c%20default_transaction_read_only%3Don"
    db = as_program(Database.connect(f"{postgresql_url}&{read_only}"))
    with pytest.raises(InternalError) as refusal, db.write() as session:
        places.add(session, "Main store")
    assert faults.sentence(refusal.value) == faults.READ_ONLY
    db.close()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises((OSError, OperationalError)) as refusal:
        Database.create(tmp_path / "new", KEY)
    assert faults.sentence(refusal.value).startswith(faults.NO_PERMISSION)


def _read_all(folder: Path) -> None:
    db = as_program(Database.open(folder, KEY))
    with db.read() as session:
        session.execute(text("SELECT count(*) FROM line")).all()
