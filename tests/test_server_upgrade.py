"""Books of an earlier program on a server: a verified backup comes before they are changed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.util import CommandError
from conftest import KEY, SECRET
from postgresql import Server
from psycopg.errors import InsufficientPrivilege
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import text
from things import as_program
from windows import keep_few_pages_and_light_keys, ways_in

import main
from models import bookfile, checks, migrations
from models.bookfile import FILE
from models.database import Database
from models.goods import shelf
from models.safe import backups, folders, keeping, keys, opening, restoring
from models.safe.backups import Backup, NoRoom, Reason
from models.safe.founding import PRACTICE_COST
from models.server import address, grants, keyring, move, twin
from models.server.address import Address
from models.server.engine import WRITERS_LOCK, OlderBooks, engine_of
from ui import work
from ui.entrance import start
from ui.entrance.server_sign_in import ServerSignIn

DATA = Path(__file__).parent / "data"
OLD = sorted(folder.name[-4:] for folder in DATA.glob("schema-*"))[:-1]
ON_HAND = {"Blanket": 17, "Water": 12}


@pytest.fixture(autouse=True)
def _light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)


@pytest.fixture(params=OLD)
def older(request: pytest.FixtureRequest, shared_books: Address, tmp_path: Path) -> Address:
    """Books as an earlier program left them on the server; its owner is their only user."""
    put_there(shared_books, request.param, tmp_path)
    return shared_books


@pytest.fixture
def old_books(shared_books: Address, tmp_path: Path) -> Address:
    """The same, of one earlier program."""
    put_there(shared_books, "0003", tmp_path)
    return shared_books


def put_there(where: Address, schema: str, scratch: Path) -> None:
    folder = scratch / "frozen"
    shutil.copytree(DATA / f"schema-{schema}", folder)
    engine = engine_of(where.url(SECRET))
    migrations.upgrade(engine, schema)
    with (
        closing(Database(bookfile.engine_of(folder / FILE, KEY))) as file,
        closing(as_program(Database(engine))) as server,
        as_program(file).read() as old,
        server.write() as new,
    ):
        move.copy_rows(old, new, twin.tables_of(file.engine))
        query = "INSERT INTO user_account (id, login, name, is_active, created_at) VALUES"
        if schema == "0001":
            new.execute(text(f"{query} (1, '{where.user}', 'Keeper', true, '2026-01-01')"))
        new.execute(text(f"UPDATE user_account SET login = '{where.user}' WHERE id = 1"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def brought_up(where: Address, home: Path, progress: work.Task = lambda *_told: None) -> None:
    with closing(Database.reach(where.url(SECRET))) as db:
        db.home = home
        opening.bring_up_to_date(db, progress)


def schema_on(where: Address) -> str | None:
    engine = engine_of(where.url(SECRET))
    try:
        return migrations.revision(engine)
    finally:
        engine.dispose()


def made_in(home: Path) -> list[Backup]:
    return backups.overview(home / keeping.FOLDER)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system which files are open")
def test_a_backup_of_books_of_no_known_schema_leaves_no_file_open(
    old_books: Address, tmp_path: Path
) -> None:
    with closing(Database.reach(old_books.url(SECRET))) as db:
        keyring.begin(db, SECRET)
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        with pytest.raises(CommandError) as refusal:
            twin.write(db, tmp_path)
        handles = [handle for handle in Path("/proc/self/fd").iterdir() if handle.exists()]
        opened = [handle.readlink() for handle in handles]
    assert refusal.tb  # it holds whatever was not given back
    assert tmp_path / FILE not in opened


def on_hand(db: Database) -> dict[str, int]:
    with as_program(db).read() as session:
        assert checks.run(session) == []
        return {row.name: int(row.on_hand) for row in shelf.overview(session)}


def test_a_backup_of_the_older_books_is_made_and_then_they_are_brought_up_to_date(
    older: Address, home: Path, tmp_path: Path
) -> None:
    before = schema_on(older)
    brought_up(older, home)
    (made,) = made_in(home)
    assert (made.reason, made.contents.schema) == (Reason.MIGRATION, before)
    with closing(Database.connect(older.url(SECRET))) as db:
        assert on_hand(db) == ON_HAND
    key = restoring.unlock(made.file, lambda at: keys.unlock(at, older.user, SECRET))
    restoring.restore(made.file, tmp_path / "again", key, older.user)
    with closing(Database.open(tmp_path / "again", key)) as file:
        assert on_hand(file) == ON_HAND


def test_without_a_key_for_the_backup_the_books_stay_as_they_are(
    old_books: Address, home: Path
) -> None:
    with closing(Database.reach(old_books.url(SECRET))) as db:
        db.home = home
        with pytest.raises(keyring.NoKey):
            db.bring_up_to_date(lambda older: backups.save(older, home, Reason.MIGRATION))
    assert schema_on(old_books) == "0003"


def test_without_room_for_the_backup_the_books_stay_as_they_are(
    old_books: Address, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(home)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: full)
    with pytest.raises(NoRoom):
        brought_up(old_books, home)
    assert schema_on(old_books) == "0003"


def test_a_backup_that_differs_leaves_the_books_as_they_are(
    old_books: Address, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry = move._carry

    def careless(old, new, *others):
        carry(old, new, *others)
        new.execute(text("UPDATE user_account SET name = 'Other'"))

    monkeypatch.setattr(move, "_carry", careless)
    with pytest.raises(move.NotTheSame):
        brought_up(old_books, home)
    assert schema_on(old_books) == "0003"
    assert not made_in(home)


def test_cancelled_while_the_backup_is_made_the_books_stay_as_they_are(
    old_books: Address, home: Path
) -> None:
    def cancel(done: int, of: int) -> None:
        raise work.Cancelled

    with pytest.raises(work.Cancelled):
        brought_up(old_books, home, cancel)
    assert schema_on(old_books) == "0003"
    assert not made_in(home)


def test_nobody_can_write_between_the_backup_and_the_change(old_books: Address, home: Path) -> None:
    asked = text(f"SELECT pg_try_advisory_xact_lock({WRITERS_LOCK})")
    free: list[bool] = []

    def look(_done: int, _of: int) -> None:
        other = engine_of(old_books.url(SECRET))
        with other.connect() as connection:
            free.append(connection.scalar(asked))
        other.dispose()

    brought_up(old_books, home, look)
    assert free
    assert not any(free)


def test_where_the_rights_cannot_be_renewed_the_books_stay_as_they_are(
    old_books: Address, shared_server: Server
) -> None:
    name, guarded = old_books.database, "SELECT 1 FROM pg_trigger WHERE tgname = 'trust_guarded'"
    shared_server.command(f"CREATE ROLE {grants.group_of(name)}")
    shared_server.command(
        "CREATE FUNCTION lock_out() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NEW; END $$",
        name,
    )
    with closing(Database.reach(old_books.url(SECRET))) as db:
        with pytest.raises(InsufficientPrivilege):
            db.bring_up_to_date(lambda older: None)
        assert (db.is_older, schema_on(old_books)) == (True, "0003")
        assert not shared_server.command(guarded, name)
        shared_server.command("DROP FUNCTION lock_out()", name)
        db.bring_up_to_date(lambda older: None)
    assert schema_on(old_books) == migrations.HEAD
    assert shared_server.command(guarded, name)


def test_where_no_backup_of_them_is_kept_the_books_stay_as_they_are(old_books: Address) -> None:
    with (
        closing(Database.reach(old_books.url(SECRET))) as db,
        pytest.raises(opening.NotKeptHere),
    ):
        opening.bring_up_to_date(db)
    assert schema_on(old_books) == "0003"


def test_whoever_connects_by_the_way_changes_nothing(old_books: Address) -> None:
    with pytest.raises(OlderBooks):
        Database.connect(old_books.url(SECRET))
    assert schema_on(old_books) == "0003"


def test_the_command_line_makes_the_backup_first(
    old_books: Address, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    address.remember(home, old_books)
    words = ["check", "--data", str(home), "--password-file", str(tmp_path / "secret")]
    assert main.main(words) == 0
    assert "The books are in order" in capsys.readouterr().out
    assert [made.reason for made in made_in(home)] == [Reason.MIGRATION]


def test_cancelled_before_a_window_stands_the_program_ends(
    old_books: Address, home: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel(*_given: object) -> None:
        raise work.Cancelled

    monkeypatch.setattr(move, "_carry", cancel)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    url = old_books.url(SECRET)
    assert start.run(home, url, no_screen=lambda: 1, language="en") == 0
    assert schema_on(old_books) == "0003"


@pytest.fixture
def way_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., object]]:
    keep_few_pages_and_light_keys(monkeypatch)
    with ways_in() as go:
        yield go


def test_the_window_says_that_it_makes_a_backup_first(
    old_books: Address, home: Path, way_to, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, run = list[str](), work.run
    monkeypatch.setattr(work, "run", lambda *given: said.append(given[1]) or run(*given))
    address.remember(home, old_books)
    assert not folders.is_set_up(home)
    way = way_to(home)
    assert isinstance(way.window, ServerSignIn)
    way.window.password.line.setText(SECRET)
    way.window.sign_in()
    qtbot.waitUntil(lambda: not isinstance(way.window, ServerSignIn), timeout=20_000)
    assert "Making a backup, then bringing the books up to date…" in said
    assert [made.reason for made in made_in(home)] == [Reason.MIGRATION]
    assert schema_on(old_books) == migrations.HEAD
