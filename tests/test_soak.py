"""The long runs, cut short: python -m tests.soak NAME makes them whole."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import KEY
from soak import damage, imports, strange_backups, strange_reports, tampering
from sqlalchemy.orm import Session
from things import as_program

from models import bookfile, checks, imprint
from models.bookfile import FILE
from models.database import Database
from models.desk import bulk
from models.safe import opening
from models.sheets import daysheet

ROOT = Path(__file__).resolve().parent.parent


def test_mutated_day_sheets_are_taken_in_whole_or_not_at_all(branch_folder, chance):
    db = as_program(Database.open(branch_folder, KEY))
    imports.prepare(db)
    outcome = imports.feed(db, 250, chance.randrange(10**6))
    db.close()
    assert outcome.broken == []
    assert outcome.taken > 5
    assert outcome.refused > 50


def test_an_import_that_keeps_row_by_row_would_be_noticed(
    branch_folder: Path, chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    def row_by_row(session: Session, preview: daysheet.Preview) -> None:
        _again, planned = daysheet._checked(session, preview.sheet, None, daysheet._silence)
        for entry in planned:
            bulk.write(session, [entry])
            session.connection().exec_driver_sql("COMMIT")
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        daysheet.require_ready(preview)

    monkeypatch.setattr(daysheet, "take_in", row_by_row)
    with closing(as_program(Database.open(branch_folder, KEY))) as db:
        imports.prepare(db)
        outcome = imports.feed(db, 60, chance.randrange(10**6))
    assert [each for each in outcome.broken if each.endswith("taken in by halves")]


def test_mutated_backups_come_back_whole_or_not_at_all(tmp_path: Path, chance) -> None:
    outcome = strange_backups.offer_often(
        strange_backups.prepare(tmp_path), 60, chance.randrange(10**6)
    )
    assert outcome.broken == []
    assert outcome.refused > 40


def test_mutated_reports_are_added_up_as_they_say_or_set_aside(tmp_path: Path, chance) -> None:
    sent = strange_reports.prepare(tmp_path)
    outcome = strange_reports.offer_often(sent, tmp_path, 60, chance.randrange(10**6))
    assert outcome.broken == []
    assert outcome.taken > 3
    assert outcome.refused > 20


def test_every_damage_of_the_file_is_found(tmp_path: Path, chance: random.Random) -> None:
    whole = damage.make_books(tmp_path / "whole")
    assert not damage.is_noticed(whole)
    assert [how for _ in range(40) if (how := damage.missed_in(whole, chance))] == []


def test_without_imprint_and_integrity_check_a_page_of_another_day_would_be_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = damage.make_books(tmp_path / "whole")
    (whole / imprint.FILE).unlink()
    content, older = (whole / FILE).read_bytes(), (whole / damage.OLDER).read_bytes()
    stale = damage.differing(content, older)

    def missed() -> list[int]:
        """The pages that can be put back from another day with nobody noticing."""
        return [at for at in stale if not is_noticed_with(at)]

    def is_noticed_with(at: int) -> bool:
        page = older[at : at + damage.PAGE]
        (whole / FILE).write_bytes(content[:at] + page + content[at + damage.PAGE :])
        return damage.is_noticed(whole)

    assert missed() == []
    without = tuple(each for each in checks.CHECKS if each is not checks.file_is_of_one_piece)
    monkeypatch.setattr(checks, "CHECKS", without)
    monkeypatch.setattr(opening, "LONG", (checks.chain_is_whole,))
    monkeypatch.setattr(bookfile, "require_whole", lambda engine, path: None)
    monkeypatch.setattr(bookfile, "require_readable", lambda engine, path: None)
    assert missed()


@pytest.mark.parametrize("page", range(1, 100, 9))
def test_a_bit_in_a_page_that_no_question_reads_is_found(tmp_path: Path, page: int) -> None:
    file = damage.make_books(tmp_path / "books") / FILE
    content = bytearray(file.read_bytes())
    content[(page * damage.PAGE + 100) % len(content)] ^= 1
    file.write_bytes(content)
    assert damage.is_noticed(file.parent)


def test_every_edit_below_the_program_is_found_and_named(
    db: Database, tmp_path: Path, chance: random.Random
) -> None:
    db.seen_in = db.seen_in or tmp_path / "seen.json"
    tampering.fill(db)
    assert [how for _ in range(25) if (how := tampering.missed_in(db, chance))] == []


def test_without_what_was_seen_two_ends_cut_off_together_would_be_missed(
    db: Database, chance: random.Random
) -> None:
    db.seen_in = None
    tampering.fill(db)
    with db.write() as session, tampering.unguarded(session):
        tampering.cut_both(session, chance)
        assert tampering.look(session) == []
        session.rollback()


def test_a_long_run_states_its_seed():
    words = [sys.executable, "-m", "tests.soak", "damage", "2", "17"]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.stdout.startswith("damage: seed 17, commit ")
    assert ran.returncode == 0
