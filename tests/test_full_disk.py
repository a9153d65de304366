"""Books on a disk without any room: they can be read, nothing is lost, and the window says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import KEY
from drives import drive
from sqlalchemy import select
from test_way_in import PASSWORD, _few_pages_and_light_keys, folder, way_to
from things import as_program

from models import bookfile
from models.bookfile import Damaged, NoRoomToOpen
from models.database import Database, DiskFull
from models.goods import places
from models.goods.places import Place
from models.office import users
from models.privacy import looks
from models.record import Act
from models.roles import Role
from models.safe import opening, unwritten
from models.team.volunteers import Volunteer

__all__ = ["_few_pages_and_light_keys", "folder", "way_to"]  # fixtures of the way in
FILES = (bookfile.FILE, f"{bookfile.FILE}-wal", f"{bookfile.FILE}-shm")


class Disk:
    """A small drive that can be filled to the last byte."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.filler = place / "filler"

    def fill(self) -> None:
        with self.filler.open("wb", buffering=0) as filler:
            try:
                while filler.write(bytes(4096)):
                    pass
            except OSError:
                return

    def make_room(self) -> None:
        self.filler.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with drive(tmp_path / "disk", "8m") as place:
        yield Disk(place)


@pytest.fixture
def killed(disk: Disk, branch_folder: Path) -> Path:
    """The books of a program that was killed after "Second store" was entered; the disk is full."""
    copy = disk.place / "branch"
    copy.mkdir()
    db = as_program(Database.open(branch_folder, KEY))
    for count in range(40):
        enter(db, f"Store {count}")
    for name in FILES:
        shutil.copy(branch_folder / name, copy / name)
    db.close()
    disk.fill()
    return copy


def enter(db: Database, name: str) -> None:
    with db.write() as session:
        places.add(session, name)


def rename(db: Database, old: str, new: str) -> None:
    with db.write() as session:
        place = places.find(session, old)
        assert place
        places.rename(session, place, new)


def names(db: Database) -> set[str]:
    with db.read() as session:
        return set(session.scalars(select(Place.name)))


def test_books_that_were_closed_are_looked_at_on_a_full_disk(disk, branch_folder):
    copy = Path(shutil.copytree(branch_folder, disk.place / "branch"))
    disk.fill()
    opened = opening.open_books(copy, KEY)
    db = as_program(opened.db)
    assert opened.problems == []
    with pytest.raises(DiskFull):
        enter(db, "Second store")
    db.lock()
    db.unlock(KEY)
    assert "Second store" not in names(db)
    db.close()
    disk.make_room()
    again = as_program(Database.open(copy, KEY))
    enter(again, "Second store")
    again.close()


def test_what_a_killed_program_wrote_is_read_on_a_full_disk(disk, killed):
    opened = opening.open_books(killed, KEY)
    db = as_program(opened.db)
    assert opened.problems == []
    assert "Store 39" in names(db)
    with pytest.raises(DiskFull):
        enter(db, "Second store")
    db.close()
    disk.make_room()
    again = as_program(Database.open(killed, KEY))
    assert again.takes_entries
    assert "Store 39" in names(again)
    again.close()


def without_index(disk: Disk, books: Path) -> Path:
    """As they are when the program and the system went down together, or when they were copied."""
    (books / f"{bookfile.FILE}-shm").unlink()
    disk.fill()
    return books


def test_where_the_index_of_the_log_is_gone_too_it_is_said_what_to_free(disk, killed):
    log = (without_index(disk, killed) / FILES[1]).read_bytes()
    with pytest.raises(NoRoomToOpen) as refusal:
        opening.open_books(killed, KEY)
    assert refusal.value.text().endswith("Free 1 MB and start the program again.")
    assert (killed / FILES[1]).read_bytes() == log
    disk.make_room()
    again = as_program(Database.open(killed, KEY))
    assert "Store 39" in names(again)
    again.close()


def test_a_log_for_which_the_file_need_not_grow_is_put_into_it(disk, branch_folder):
    copy = disk.place / "branch"
    copy.mkdir()
    with closing(as_program(Database.open(branch_folder, KEY))) as db:
        for count in range(40):
            enter(db, f"Store {count}")
    with closing(as_program(Database.open(branch_folder, KEY))) as db:
        rename(db, "Store 39", "Second store")
        for name in FILES:
            shutil.copy(branch_folder / name, copy / name)
    disk.fill()
    opened = opening.open_books(without_index(disk, copy), KEY)
    db = as_program(opened.db)
    assert opened.problems == []
    assert "Second store" in names(db)
    db.close()


def test_damage_is_found_on_a_full_disk_too(killed):
    at = 100 * 4096 + 2000
    with (killed / bookfile.FILE).open("r+b") as file:
        file.seek(at)
        turned = file.read(1)[0] ^ 1
        file.seek(at)
        file.write(bytes([turned]))
    with pytest.raises(Damaged):
        Database.open(killed, KEY)


def test_the_window_says_that_the_disk_is_full(disk, folder, way_to):
    copy = Path(shutil.copytree(folder, disk.place / "data"))
    disk.fill()
    way = way_to(copy, "amra", PASSWORD)
    assert way.window.notice.text().startswith("The disk is full. The books can be looked at")
    first = way.window.notice.text().splitlines()[0]
    assert first.endswith("Meanwhile, who looks at people's data is noted nowhere.")
    assert way.keeper is None


def test_who_looks_at_people_on_a_full_disk_is_in_the_record_once_there_is_room(disk, killed):
    disk.make_room()
    with closing(as_program(Database.open(killed, KEY))) as db:
        with db.write() as session:
            users.add(session, "amra", "Amra", [Role.SECRETARY])
        users.sign_in(db, "amra")
    disk.fill()
    with closing(Database.open(killed, KEY)) as db:
        users.sign_in(db, "amra")
        looks.through(db, Volunteer)
        assert [each.user for each in unwritten.known(killed)] == [db.user]
    disk.make_room()
    with closing(Database.open(killed, KEY)) as db:
        users.sign_in(db, "amra")
        with db.read() as session:
            (told,) = session.query(Act).filter_by(code=users.LOOKED)
    assert told.user_id == db.user
    assert unwritten.known(killed) == []
