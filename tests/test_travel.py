"""The travel copy: the same figures without anybody, under a key of its own, only to look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from conftest import KEY
from pages import holds
from sqlalchemy import select
from test_peopleless import NAMES, lay_out_all, year_of
from things import as_program

from models import checks, clock, sample
from models.bookfile import FILE
from models.database import BooksInTrouble, Database, DiskFull, TravelCopy
from models.desk.cards import Card
from models.errors import DomainError
from models.office import users
from models.office.users import User
from models.privacy import peopleless
from models.record import Act
from models.rights import NotAllowed
from models.roles import PROGRAM, Role
from models.safe import backups, container, keys, opening, passwords, tending, travel
from models.safe.backups import Reason
from models.safe.folders import TRAVELLER
from models.safe.founding import PRACTICE_COST
from models.server import keyring

NOON = datetime(2026, 11, 23, 12)
PASSWORD = "sedam zutih kisobrana"
FRESH = "osam plavih tramvaja"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(keys, "usual_cost", lambda: PRACTICE_COST)
    with clock.at(NOON):
        yield


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Database]:
    with closing(as_program(Database.open(branch_folder, KEY))) as db:
        yield db


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def taken_along(books: Database, stick: Path, password: str = PASSWORD) -> Database:
    """The travel copy, made and opened as whoever travels opens it."""
    folder = travel.make(books, stick, password)
    opened = opening.open_books(folder, keys.unlock(folder, TRAVELLER, password))
    assert opened.problems == []
    users.sign_in(opened.db, TRAVELLER)
    return opened.db


def test_it_is_in_a_folder_of_its_own_with_nothing_but_books_and_keys(books, stick):
    folder = travel.make(books, stick, PASSWORD)
    again = travel.make(books, stick, PASSWORD)
    names = ["ogranak-travel-2026-11-23", "ogranak-travel-2026-11-23-2"]
    assert [folder.name, again.name] == names
    assert sorted(path.name for path in stick.iterdir()) == names
    assert sorted(path.name for path in folder.iterdir()) == [keys.FILE, FILE]


def test_nobody_is_in_it_in_any_page_and_no_key_of_the_branch_opens_it(books, stick):
    with books.write() as session:
        lay_out_all(session)
    keys.create(books.folder, "amra", "other", cost=PRACTICE_COST)
    with closing(taken_along(books, stick)) as copy:
        own, folder = copy.key, copy.folder
    assert own != KEY
    assert [name for name in (*NAMES, "amra") if holds(folder, own, name)] == []
    assert keys.logins(folder) == [TRAVELLER]
    with pytest.raises(DomainError):
        Database.open(folder, KEY)


def test_the_preview_counts_what_goes_and_what_is_left_out(session):
    lay_out_all(session)
    found = travel.preview(session)
    assert (found.cards, found.remarks, found.volunteers, found.users) == (2, 4, 1, 1)
    assert (found.visits, found.places, found.documents) == (4, 1, 0)
    assert found.items > 0


def test_stock_and_figures_are_the_same(books, stick):
    sample.fill(books, months=3, per_month=40)
    with closing(taken_along(books, stick)) as copy:
        assert year_of(copy) == year_of(books)
        with copy.read(PROGRAM) as session:
            assert checks.run(session) == []


def test_nothing_can_be_entered_in_it_by_whoever_tries(books, stick):
    with closing(taken_along(books, stick)) as copy:
        assert copy.copied_on == NOON.date()
        assert not copy.takes_entries
        for roles in (copy.roles, PROGRAM, frozenset(Role)):
            with pytest.raises(TravelCopy) as refusal, copy.write(roles):
                pass
        assert refusal.value.text().startswith("This is a travel copy of 23.")
        assert copy.roles == {Role.AUDITOR}


def test_it_makes_no_backups(books, stick, tmp_path):
    with closing(taken_along(books, stick)) as copy:
        tending.tend(copy, copy.folder)
        assert not (copy.folder / "backups").exists()
        with pytest.raises(TravelCopy):
            backups.make(copy, tmp_path / "x.backup", Reason.BY_HAND)
        with pytest.raises(TravelCopy):
            travel.make(copy, stick, PASSWORD)


def test_the_act_stands_in_the_books_and_in_the_copy(books, stick):
    with closing(taken_along(books, stick)) as copy:
        assert acts(books)[-2:] == ["travel.begun", "travel.made"]
        assert acts(copy)[-3:] == ["travel.begun", "travel.hand_over", "peopleless.leave_out"]


def test_one_that_failed_is_not_recorded_as_made(books, stick, monkeypatch):
    monkeypatch.setattr(travel, "_require_fit", fail)
    with pytest.raises(travel.NotFit):
        travel.make(books, stick, PASSWORD)
    assert acts(books)[-1] == "travel.begun"


def fail(_folder: Path, _key: bytes) -> None:
    raise travel.NotFit(problem="")


def test_one_of_which_no_record_can_tell_does_not_stay(books, stick):
    def fill_up(done: int, _of: int) -> None:
        if done == 5:
            books.is_full = True

    with pytest.raises(DiskFull):
        travel.make(books, stick, PASSWORD, progress=fill_up)
    assert list(stick.iterdir()) == []
    assert acts(books)[-1] == "travel.begun"


def acts(db: Database) -> list[str]:
    with db.read(PROGRAM) as session:
        return list(session.scalars(select(Act.code).order_by(Act.id)))


def test_the_books_stay_as_they_were(books, stick):
    with books.write() as session:
        lay_out_all(session)
    travel.make(books, stick, PASSWORD)
    with books.read(PROGRAM) as session:
        assert session.scalars(select(User.login).order_by(User.id)).first() == "amra"
        assert session.scalars(select(Card).where(Card.erased_on.is_(None))).first()
    assert books.takes_entries
    assert [path for path in books.folder.iterdir() if path.name.startswith(".")] == []


def test_a_weak_password_is_refused_and_so_is_one_with_the_name_of_the_branch(books, stick):
    for password in ("lozinka", "Crveni kriz Bihac"):
        with pytest.raises(passwords.WeakPassword):
            travel.make(books, stick, password, ("Crveni križ Bihać",))
    assert list(stick.iterdir()) == []


def test_ones_own_password_does_not_travel(books, stick):
    with books.write() as session:
        lay_out_all(session)
    keys.create(books.folder, "Amra", PASSWORD)
    users.sign_in(books, "amra")
    before = acts(books)
    with pytest.raises(travel.SamePassword):
        travel.make(books, stick, PASSWORD)
    assert acts(books) == before
    assert list(stick.iterdir()) == []
    assert keys.failed(books.folder, "amra") == 0
    travel.make(books, stick, FRESH)


def test_whoever_only_hands_out_makes_none(books, stick):
    books.roles = frozenset({Role.DESK})
    with pytest.raises(NotAllowed):
        travel.make(books, stick, PASSWORD)
    assert list(stick.iterdir()) == []


def test_a_stick_that_is_gone_or_the_books_in_trouble_are_refused(books, stick):
    with pytest.raises(backups.NotThere):
        travel.make(books, stick / "gone", PASSWORD)
    books.trouble = checks.GuardMissing(guard="x")
    with pytest.raises(BooksInTrouble):
        travel.make(books, stick, PASSWORD)
    assert list(stick.iterdir()) == []


def test_a_copy_in_which_somebody_was_left_never_reaches_the_stick(books, stick, monkeypatch):
    """The fault that the check of the copy must notice."""
    with books.write() as session:
        lay_out_all(session)
    monkeypatch.setattr(peopleless, "without_people", lambda _copy: None)
    with pytest.raises(travel.NotFit) as refusal:
        travel.make(books, stick, PASSWORD)
    assert "card" in refusal.value.text()
    assert list(stick.iterdir()) == []


def test_a_stick_that_stores_something_else_is_found_out(books, stick, monkeypatch):
    write = container.copy

    def forgetful(source: Path, target: Path) -> None:
        write(source, target)
        with target.open("r+b") as file:
            file.seek(100)
            file.write(b"\0")

    monkeypatch.setattr(container, "copy", forgetful)
    with pytest.raises(travel.NotReadBack):
        travel.make(books, stick, PASSWORD)
    assert list(stick.iterdir()) == []


def test_a_cancelled_one_leaves_nothing(books, stick):
    class Stopped(Exception):
        pass

    def stop(done: int, _of: int) -> None:
        if done == 4:
            raise Stopped

    with pytest.raises(Stopped):
        travel.make(books, stick, PASSWORD, progress=stop)
    assert list(stick.iterdir()) == []
    assert [path for path in books.folder.iterdir() if path.is_dir()] == []


@pytest.fixture
def on_server(postgresql_url: str, tmp_path: Path) -> Iterator[Database]:
    """Books on a server whose backups amra can open, with her password there."""
    with closing(as_program(Database.connect(postgresql_url))) as db:
        with db.write() as session:
            lay_out_all(session)
            keyring.make_room(session)
            keyring.seal(session, "amra", PASSWORD)
        db.home = tmp_path / "home"
        db.home.mkdir()
        yield db


def test_books_on_a_server_travel_as_a_file(on_server, stick):
    with closing(taken_along(on_server, stick, FRESH)) as copy:
        assert [name for name in (*NAMES, "amra") if holds(copy.folder, copy.key, name)] == []
        assert acts(copy)[-3:] == ["travel.begun", "travel.hand_over", "peopleless.leave_out"]
        with copy.read(PROGRAM) as session, on_server.read(PROGRAM) as there:
            assert travel.preview(session).visits == travel.preview(there).visits
    assert list(on_server.home.iterdir()) == []


def test_the_password_on_the_server_does_not_travel_either(on_server, stick):
    users.sign_in(on_server, "amra")
    with pytest.raises(travel.SamePassword):
        travel.make(on_server, stick, PASSWORD)


def test_without_a_data_folder_there_is_nowhere_to_make_it(on_server, stick):
    on_server.home = None
    with pytest.raises(travel.NoPlace):
        travel.make(on_server, stick, FRESH)
