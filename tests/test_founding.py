"""A branch is founded whole or not at all, and never on top of another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from things import as_program

from models.bookfile import FILE
from models.database import Database
from models.errors import Missing
from models.goods import items, places
from models.office import branch, indicators, territory, users
from models.office.branch import Details, Level, OneUnitOnly
from models.safe import folders, founding, keys
from models.safe.founding import PRACTICE_COST, Plan
from models.safe.passwords import WeakPassword
from translations import LANGUAGES

BIHAC = territory.find("BA-BIH/01/Bihać")
PASSWORD = "sedam žutih kišobrana"


@pytest.fixture
def plan() -> Plan:
    return Plan(
        units=[BIHAC],
        names=branch.suggest(BIHAC),
        details=Details(town="Bihać", secretary="Amra Hodžić", logo=b"picture"),
        language="bs",
        warehouse="Glavno skladište",
        person="Amra Hodžić",
        login="Amra",
        password=PASSWORD,
    )


def found(folder: Path, plan: Plan) -> bytes:
    return founding.found(folder, plan, cost=PRACTICE_COST)


def opened(folder: Path, key: bytes) -> Database:
    return as_program(Database.open(folder, key))


def test_a_new_branch_has_all_it_needs_on_its_first_day(tmp_path, plan):
    db = opened(tmp_path / "data", found(tmp_path / "data", plan))
    with db.read() as session:
        head = branch.letterhead(session, "hr")
        assert (head.town, head.logo, head.is_practice) == ("Bihać", b"picture", False)
        assert head.addressee == plan.names[Level.CANTON]["hr"]
        assert [row.name for row in places.overview(session)] == ["Glavno skladište"]
        assert items.overview(session) and indicators.overview(session)
        assert users.find(session, "AMRA").name == "Amra Hodžić"
        assert set(branch.all_names(session)[Level.BRANCH]) == set(LANGUAGES)
    db.close()


def test_the_login_and_password_of_the_first_run_open_it(tmp_path, plan):
    key = found(tmp_path, plan)
    assert keys.unlock(tmp_path, "amra", PASSWORD) == key
    assert sorted(path.name for path in tmp_path.glob("*")) == [
        "attempts.json", "keys.json", "ogranak.db", "seen.json",
    ]  # fmt: skip


def test_the_file_is_encrypted_from_its_first_byte(tmp_path, plan):
    found(tmp_path, plan)
    assert b"SQLite" not in (tmp_path / FILE).read_bytes()


def test_a_failure_leaves_no_half_branch(tmp_path, plan):
    cazin = territory.find("BA-SRP//Banja Luka")
    with pytest.raises(OneUnitOnly):
        found(tmp_path / "data", replace(plan, units=[BIHAC, cazin]))
    assert list((tmp_path / "data").iterdir()) == []


def test_a_branch_already_there_is_never_touched(tmp_path, plan):
    found(tmp_path, plan)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(folders.Occupied):
        found(tmp_path, plan)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_branch_whose_key_file_is_gone_is_not_founded_anew(tmp_path, plan):
    found(tmp_path, plan)
    (tmp_path / keys.FILE).unlink()
    assert folders.is_set_up(tmp_path)
    with pytest.raises(folders.Occupied):
        found(tmp_path, plan)


def test_a_move_cut_short_by_a_power_cut_is_finished(tmp_path, plan):
    key = found(tmp_path, plan)
    (tmp_path / folders.BEGUN).mkdir()
    (tmp_path / keys.FILE).rename(tmp_path / folders.BEGUN / keys.FILE)
    folders.finish(tmp_path)
    assert keys.unlock(tmp_path, "amra", PASSWORD) == key
    assert not (tmp_path / folders.BEGUN).exists()


def test_what_a_power_cut_left_half_made_does_not_count(tmp_path, plan):
    (tmp_path / folders.BEGUN).mkdir()
    (tmp_path / folders.BEGUN / keys.FILE).write_text("{")
    folders.finish(tmp_path)
    assert not folders.is_set_up(tmp_path)
    assert found(tmp_path, plan)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"password": "lozinka123"}, WeakPassword),
        ({"password": "AmraHodžićBihać"}, WeakPassword),
        ({"person": " "}, Missing),
        ({"login": " "}, Missing),
        ({"warehouse": " "}, Missing),
        ({"units": []}, Missing),
    ],
)
def test_what_is_missing_or_too_weak_is_refused(tmp_path, plan, change, refusal):
    with pytest.raises(refusal):
        found(tmp_path, replace(plan, **change))
    assert not folders.is_set_up(tmp_path)


def test_the_practice_branch_lies_apart_and_is_marked(tmp_path, monkeypatch):
    monkeypatch.setattr(founding, "MONTHS", 1)
    monkeypatch.setattr(founding, "PER_MONTH", 5)
    db = opened(folders.practice(tmp_path), founding.found_practice(tmp_path))
    with db.read() as session:
        assert branch.get(session).is_practice
    db.close()
    assert not folders.is_set_up(tmp_path)
    assert keys.unlock(folders.practice(tmp_path), "demo", "demo")


def test_letterhead_can_be_changed_but_the_day_of_the_report_must_exist(tmp_path, plan):
    db = opened(tmp_path, found(tmp_path, plan))
    with db.write() as session:
        branch.change(session, replace(branch.details(session), town=" Cazin ", report_day=8))
        assert branch.details(session).town == "Cazin"
        with pytest.raises(branch.BadReportDay):
            branch.change(session, Details(report_day=31))
    db.close()
