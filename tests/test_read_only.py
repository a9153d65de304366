"""Books in a folder that cannot be written: they are looked at, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import drives
import pytest
from conftest import KEY
from drives import drive
from test_full_disk import enter, names
from test_way_in import PASSWORD, _few_pages_and_light_keys, folder, way_to
from things import as_program

from models import bookfile
from models.database import Database, ReadOnly
from models.safe import lock, opening
from ui import faults

__all__ = ["_few_pages_and_light_keys", "folder", "way_to"]  # fixtures of the way in


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Path]:
    """A drive of its own, to be locked against writing."""
    with drive(tmp_path / "drive", "32m") as place:
        yield place


def test_they_are_looked_at_and_nothing_is_entered(sealed: Path, branch_folder: Path) -> None:
    copy = Path(shutil.copytree(branch_folder, sealed / "branch"))
    before = names(as_program(Database.open(branch_folder, KEY)))
    drives.lock(sealed)
    with lock.hold(copy, "amra"):
        opened = opening.open_books(copy, KEY)
        db = as_program(opened.db)
        assert opened.problems == []
        assert names(db) == before
        with pytest.raises(ReadOnly):
            enter(db, "Second store")
        db.lock()
        db.unlock(KEY)
        assert names(db) == before
        db.close()


def test_what_is_still_in_the_log_is_never_left_out(sealed: Path, branch_folder: Path) -> None:
    copy = sealed / "branch"
    copy.mkdir()
    db = as_program(Database.open(branch_folder, KEY))
    enter(db, "Second store")
    for name in (bookfile.FILE, f"{bookfile.FILE}-wal"):
        shutil.copy(branch_folder / name, copy / name)
    db.close()
    drives.lock(sealed)
    with pytest.raises(OSError) as refused:
        opening.open_books(copy, KEY)
    assert faults.code(refused.value) == "OG-002"


def test_who_may_write_there_keeps_who_may_not_out(sealed: Path, tmp_path: Path) -> None:
    """The same folder seen twice, as on a drive that one computer may write to and another not."""
    seen = tmp_path / "seen"
    seen.mkdir()
    subprocess.run(["mount", "--bind", str(sealed), str(seen)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(seen)], check=True)
        with lock.hold(sealed, "amra"):
            with pytest.raises(lock.AlreadyOpen) as refused:
                lock.hold(seen, "edin")
            assert refused.value.details["who"] == "amra"
        lock.hold(seen, "edin").release()
    finally:
        subprocess.run(["umount", "-l", str(seen)], check=False)


def test_the_window_says_so(sealed: Path, folder: Path, way_to) -> None:
    copy = Path(shutil.copytree(folder, sealed / "branch"))
    drives.lock(sealed)
    way = way_to(copy, "amra", PASSWORD)
    assert way.window.notice.text().startswith("The folder of the books cannot be written to.")
