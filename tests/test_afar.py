"""Books that would be lost with this disk: it is told above the pages, on Today and in the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from things import as_program
from windows import in_front

from models import clock
from models.database import Database
from models.goods import places
from models.office import branch, territory, today
from models.roles import Role
from models.safe import afar, backups, keeping, keys, restoring, tending
from models.safe.afar import Kind
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST
from ui.entrance.keeper import Keeper
from ui.office.backups import BackupsPage
from ui.office.today import sentence

NOON = datetime(2026, 11, 25, 12)
DAY = timedelta(days=1)
PASSWORD = "sedam zutih kisobrana"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Database]:
    """A branch that was set up today, with a first team."""
    home, unit = tmp_path / "data", territory.find("BA-BIH/01/Bihać")
    key = keys.create(home, "amra", PASSWORD, cost=PRACTICE_COST)
    db = as_program(Database.create(home, key))
    with clock.at(NOON):
        with db.write() as session:
            branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        enter(db)
        keeping.keep(home, replace(keeping.read(home), last_good=NOON))
    yield db
    db.close()


def enter(db: Database) -> None:
    with db.write() as session:
        places.add(session, f"Team {clock.now():%d%H%M}")


def know(db: Database, **known: object) -> None:
    keeping.keep(db.folder, replace(keeping.read(db.folder), **known))


def found(db: Database, days: int) -> list[Kind]:
    with clock.at(NOON + days * DAY), db.read() as session:
        return [danger.kind for danger in afar.dangers(session, db.folder)]


def test_without_a_second_drive_it_is_told_after_two_weeks_of_entries(books: Database) -> None:
    assert found(books, 15) == []  # nothing was entered since
    with clock.at(NOON + DAY):
        enter(books)
    assert [found(books, days) for days in (14, 15)] == [[], [Kind.NO_COPY]]


def test_a_second_folder_on_the_same_disk_is_no_copy(books: Database, tmp_path: Path) -> None:
    with clock.at(NOON + DAY):
        enter(books)
    (tmp_path / "second").mkdir()
    know(books, second=str(tmp_path / "second"), last_second=NOON + 14 * DAY)
    assert found(books, 15) == [Kind.NO_COPY]


def test_a_copy_on_a_stick_is_old_after_two_weeks_whether_it_is_plugged_in_or_not(
    books: Database, elsewhere: Path
) -> None:
    with clock.at(NOON + DAY):
        enter(books)
    for stick in (elsewhere, elsewhere / "pulled out"):
        know(books, second=str(stick), last_second=NOON)
        assert [found(books, days) for days in (14, 15)] == [[], [Kind.OLD_COPY]]
    know(books, second=str(elsewhere), last_second=NOON + 2 * DAY)
    assert found(books, 300) == []  # all that was entered is in it


def test_backups_that_lie_on_another_drive_are_copies(books: Database, elsewhere: Path) -> None:
    with clock.at(NOON + DAY):
        enter(books)
    know(books, folder=str(elsewhere))
    assert found(books, 300) == []


def test_the_practice_branch_needs_no_copy(books: Database) -> None:
    with clock.at(NOON + DAY):
        enter(books)
    know(books, is_test_good=False, last_test=NOON)
    assert found(books, 15) == [Kind.NO_COPY, Kind.NOT_RESTORED]
    with books.write() as session:
        branch.get(session).is_practice = True
    assert found(books, 15) == []


def test_a_travel_copy_has_no_duty_for_copies(books: Database) -> None:
    with clock.at(NOON + DAY):
        enter(books)
    assert {Kind.NO_COPY} <= set(duties(books, 15))
    books.copied_on = NOON.date()
    assert Kind.NO_COPY not in duties(books, 15)


def duties(db: Database, days: int) -> list[str]:
    with clock.at(NOON + days * DAY), db.read() as session:
        return [due.duty for due in today.due(session)]


def test_it_is_a_duty_of_secretary_and_administrator(books: Database) -> None:
    with clock.at(NOON + DAY):
        enter(books)
    for role, is_told in ((Role.SECRETARY, True), (Role.ADMINISTRATOR, True), (Role.DESK, False)):
        books.roles = frozenset({role})
        assert (Kind.NO_COPY in duties(books, 16)) == is_told
    books.roles = frozenset({Role.ADMINISTRATOR})
    with clock.at(NOON + 16 * DAY), books.read() as session:
        (due,) = today.due(session)
    assert due.until == (NOON + 14 * DAY).date()
    assert sentence(due).startswith("Choose a USB stick for a weekly copy")


def test_it_stands_above_the_pages_and_the_page_of_backups_is_not_green(
    books: Database, qtbot: QtBot
) -> None:
    with clock.at(NOON + DAY):
        enter(books)
    know(books, is_test_good=False, last_test=NOON, last_good=NOON + 15 * DAY)
    with clock.at(NOON + 15 * DAY):
        page = in_front(BackupsPage(books), qtbot, (1100, 620))
        keeper = Keeper(books, books.folder, page)
        keeper.judge()
    lines = keeper.notice().split("\n")
    assert lines[0].startswith("Since 25.")
    assert lines[1].startswith("The newest backup could not be restored")
    assert page.state.tone == "bad"
    assert page.state.text() == keeper.notice()
    books.roles = frozenset({Role.DESK})
    first = keeper.notice().split("\n")[0]
    assert "Folders…" not in first
    assert first.endswith("Tell the secretary or an administrator: only they choose the folders.")
    page.reload()
    assert "Folders…" not in page.state.text()


def test_after_a_failed_test_the_next_backup_is_tried_at_once(books: Database) -> None:
    home = books.folder
    with clock.at(NOON):
        backups.save(books, home, Reason.BY_HAND)
        restoring.rehearse(books, home)
        know(books, is_test_good=False)
        tending.tend(books, home)
        assert not keeping.read(home).is_test_good
    with clock.at(NOON + DAY):
        enter(books)
        tending.tend(books, home)
        assert keeping.read(home).is_test_good


def test_the_days_are_counted_from_when_the_stick_was_given_up(books: Database) -> None:
    with clock.at(NOON + 21 * DAY):
        enter(books)
    know(books, second_since=NOON + 20 * DAY)
    assert [found(books, days) for days in (34, 35)] == [[], [Kind.NO_COPY]]
