"""What is told of people and keys and stops no entry is found; honest books are silent."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from conftest import KEY
from sqlalchemy import text
from test_checks import disarm
from test_erasing import lay_out, the_girl, the_old_card
from things import as_program

from models import clock, concerns, record, recorded, sample
from models.concerns import NoPaperKey
from models.database import Database
from models.desk import cards
from models.office import access, users
from models.privacy import erasing, peopleless, retention
from models.record import ACTS
from models.roles import PROGRAM, Role
from models.safe import backups, forgotten, founding, keys, opening, restoring, ring, travel
from models.safe.backups import Reason
from models.server import keyring


@pytest.fixture(autouse=True)
def november():
    with clock.at(datetime(2026, 11, 23, 12)):
        yield


def told(db: Database) -> list[str]:
    with db.read() as session:
        return [type(each).__name__ for each in concerns.run(session)]


def change(db: Database, *statements: str) -> None:
    """Below the program, with the guards taken away."""
    with db.write() as session:
        for table in ("card", "volunteer", "encounter", "erasure", "act"):
            disarm(session, table)
        for each in statements:
            session.execute(text(each))


def test_the_demonstration_is_silent(db: Database) -> None:
    sample.fill(db, months=2, per_month=40)
    assert told(db) == []
    with db.write(PROGRAM) as session:
        retention.change(session, {retention.Kind.CARDS: 20, retention.Kind.REMARKS: 5})
        retention.run(session)
    assert told(db) == []
    with db.write(PROGRAM) as session:
        peopleless.leave_out(session)
    assert told(db) == []
    with db.write(PROGRAM) as session:
        travel.hand_over(session)
    assert told(db) == []


def test_empty_books_are_silent(db: Database) -> None:
    assert told(db) == []


@pytest.mark.parametrize(
    "detail",
    [
        "",
        "2026-10 figures=0123456789abcdef",
        "2026-10-01..2026-10-15 narrative",
        "report 2026-10 pdf sr_Cyrl",
        "erasure 12 print sr_Latn",
        "2026-11-23T11:00:00.123456",
        "pin failed 3",
        "cards:3 remarks:0 people:-1",
        "card_code/2026",
        "book=12:0123456789abcdef agrees",
    ],
)
def test_what_acts_say_in_codes_is_silent(db: Database, detail: str) -> None:
    with db.write() as session:
        record.note(session, detail)
        record.write(session, record.INVENTED)
    assert told(db) == []


@pytest.mark.parametrize("detail", ["Amra Hodžić", "report Šehić", "book=1:0123 edin@example.ba"])
def test_a_name_in_the_record_is_found(db: Database, detail: str) -> None:
    with db.write() as session:
        record.write(session, record.INVENTED)
        record.note(session, detail)
        record.write(session, record.INVENTED)
    with db.read() as session:
        assert [each.details for each in concerns.record_names_nobody(session)] == [{"number": 2}]


@pytest.mark.parametrize("column", ["code", "subject", "roles"])
def test_a_name_elsewhere_in_an_act_is_found(db: Database, column: str) -> None:
    with db.write() as session:
        record.write(session, record.INVENTED)
    change(db, f"UPDATE act SET {column} = 'Amra'")
    assert told(db) == ["NameInRecord"]


def test_every_act_that_can_be_kept_has_a_code_of_that_shape() -> None:
    recorded._meet_all()
    assert len(ACTS) > 90
    assert [code for code in (*ACTS, *recorded.DETAILS) if not concerns._is_code(code)] == []
    assert all(code.count(".") == 1 for code in ACTS)


def test_the_acts_of_the_demonstration_are_all_known(db: Database) -> None:
    sample.fill(db, months=1, per_month=20)
    recorded._meet_all()
    with db.read() as session:
        assert set(session.scalars(text("SELECT code FROM act"))) <= set(ACTS)


def test_where_nobody_is_administrator_any_more_that_is_told(db: Database) -> None:
    with db.write() as session:
        users.add(session, "edin", "Edin", [Role.DESK])
    assert told(db) == []
    with db.write() as session:
        users.add(session, "amra", "Amra")
    assert told(db) == []
    change(db, f"DELETE FROM user_role WHERE role = '{Role.ADMINISTRATOR}'")
    assert told(db) == ["NoAdministrator"]


def test_an_administrator_whose_access_ended_is_none(db: Database) -> None:
    with db.write() as session:
        users.add(session, "amra", "Amra")
    change(db, "UPDATE user_account SET is_active = false")
    assert told(db) == ["NoAdministrator"]


@pytest.fixture
def keyed(tmp_path: Path) -> Path:
    """A folder with books, their keys, and two paper keys that were typed back."""
    folder = tmp_path / "keyed"
    key = keys.create(folder, "amra", "devet plavih lokomotiva", cost=founding.PRACTICE_COST)
    with closing(as_program(Database.create(folder, key))) as db, db.write() as session:
        for paper in access.make_paper_keys(session, folder, key):
            access.prove_paper_key(session, folder, paper)
    return folder


def data_key(folder: Path) -> bytes:
    return keys.unlock(folder, "amra", "devet plavih lokomotiva")


def without_papers(folder: Path) -> None:
    known = ring.read(folder)
    ring.write(folder, ring.Ring(known.check, known.wraps))


def test_books_whose_last_paper_key_is_gone_say_so_and_take_entries(keyed: Path) -> None:
    key = data_key(keyed)
    with closing(opening.open_file(keyed, key)) as db:
        assert opening.examine(db) == db.concerns == []
        without_papers(keyed)
        assert opening.examine(db) == []
        assert [type(each) for each in db.concerns] == [NoPaperKey]
        with as_program(db).write() as session:
            access.make_paper_keys(session, keyed, key)
        assert opening.examine(db) == db.concerns == []


def test_books_whose_key_file_is_gone_or_spoiled_say_so(keyed: Path) -> None:
    with closing(opening.open_file(keyed, data_key(keyed))) as db:
        (keyed / keys.FILE).write_text("{")
        assert told(as_program(db)) == ["NoPaperKey"]
        (keyed / keys.FILE).unlink()
        assert told(as_program(db)) == ["NoPaperKey"]


def test_a_copy_that_is_looked_at_is_not_asked_for_paper_keys(keyed: Path) -> None:
    key = data_key(keyed)
    without_papers(keyed)
    with closing(Database.open(keyed, key)) as db:
        assert told(as_program(db)) == []


def test_a_travel_copy_has_its_password_and_no_paper_key(keyed: Path) -> None:
    """Its record says that the books it was taken from had paper keys."""
    key = data_key(keyed)
    without_papers(keyed)
    with closing(opening.open_file(keyed, key)) as db:
        assert told(as_program(db)) == ["NoPaperKey"]
        db.mark_as_copy(clock.today())
        assert told(db) == []


def test_books_that_never_had_a_paper_key_are_silent(branch_folder: Path) -> None:
    with closing(opening.open_file(branch_folder, KEY)) as db:
        assert told(as_program(db)) == []


def test_a_server_whose_last_paper_key_is_gone_says_so(keyed: Path, postgresql_url: str) -> None:
    key = data_key(keyed)
    with closing(as_program(Database.connect(postgresql_url))) as db:
        with db.write() as session:
            keyring.bring(session, keyed, key)
            for paper in access.make_paper_keys(session, None, key):
                access.prove_paper_key(session, None, paper)
        assert told(db) == []
        without_papers(keyed)
        with db.write() as session:
            keyring.bring(session, keyed, key)
        assert told(db) == ["NoPaperKey"]


@pytest.fixture
def erased(db: Database) -> Database:
    """Books in which a card and a girl were erased on request."""
    with db.write() as session:
        lay_out(session)
    with db.write() as session:
        card, girl = the_old_card(session), the_girl(session)
        assert (card.id, girl.id) == (1, 1)
        erasing.erase_card(session, card)
        erasing.erase_volunteer(session, girl)
    return db


LEFT = {
    "a code": "UPDATE card SET token = 'K7M4PX2' WHERE id = 1",
    "a sex": "UPDATE card SET sex = 'female' WHERE id = 1",
    "a year": "UPDATE card SET birth_year = 1990 WHERE id = 1",
    "an age": "UPDATE card SET age_band = '18-59' WHERE id = 1",
    "a country": "UPDATE card SET nationality = 'SY' WHERE id = 1",
    "a disability": "UPDATE card SET disability = 'yes' WHERE id = 1",
    "a vulnerability": "INSERT INTO card_vulnerability VALUES (1, 'violence')",
    "a remark": "UPDATE encounter SET remark = 'Groznica' WHERE card_id = 1",
    "a card again": "UPDATE card SET erased_on = NULL WHERE id = 1",
    "no receipt": "DELETE FROM erasure WHERE subject = 'card'",
    "a first name": "UPDATE volunteer SET first_name = 'Planted' WHERE id = 1",
    "a surname": "UPDATE volunteer SET last_name = 'Planted' WHERE id = 1",
    "a phone": "UPDATE volunteer SET phone = '061' WHERE id = 1",
    "an e-mail": "UPDATE volunteer SET email = 'x@example.ba' WHERE id = 1",
    "an address": "UPDATE volunteer SET address = 'Ulica 1' WHERE id = 1",
    "a guardian": "UPDATE volunteer SET guardian = 'Planted' WHERE id = 1",
    "a consent": "UPDATE volunteer SET guardian_consent_on = '2020-01-01' WHERE id = 1",
    "a note": "UPDATE volunteer SET note = 'Planted' WHERE id = 1",
    "a search key": "UPDATE volunteer SET search = 'planted' WHERE id = 1",
    "a sort key": "UPDATE volunteer SET sort = 'planted' WHERE id = 1",
    "a skill": "INSERT INTO volunteer_skill VALUES (1, 'driving')",
    "a school": "UPDATE training SET provider = 'Planted' WHERE volunteer_id = 1",
    "a person again": "UPDATE volunteer SET erased_on = NULL WHERE id = 1",
}


def test_erased_people_who_are_gone_are_silent(erased: Database) -> None:
    assert told(erased) == []
    with erased.write(PROGRAM) as session:
        peopleless.leave_out(session)
    assert told(erased) == []


@pytest.mark.parametrize("what", LEFT)
def test_what_is_left_of_an_erased_person_is_told(erased: Database, what: str) -> None:
    change(erased, LEFT[what])
    assert set(told(erased)) == {"NotErased"}


def test_what_hangs_on_nobody_is_told(branch_folder: Path) -> None:
    """A server lets nothing hang; in a file who looks past the program may do as they like."""
    with closing(as_program(Database.open(branch_folder, KEY))) as db:
        with db.engine.connect() as alone:
            alone.exec_driver_sql("COMMIT")
            alone.exec_driver_sql("PRAGMA foreign_keys = OFF")
            alone.exec_driver_sql("INSERT INTO volunteer_skill VALUES (9, 'driving')")
            alone.exec_driver_sql("INSERT INTO card_vulnerability VALUES (9, 'mine')")
            alone.commit()
        with db.read() as session:
            assert [each.details["what"] for each in concerns.erased_say_nothing(session)] == [
                "card", "volunteer_skill",
            ]  # fmt: skip


def test_who_came_back_with_an_older_file_is_told(branch_folder: Path, tmp_path: Path) -> None:
    """What is remembered beside the books knows them, though the books know no erasure."""
    with closing(as_program(Database.open(branch_folder, KEY))) as db, db.write() as session:
        lay_out(session)
    shutil.copytree(branch_folder, tmp_path / "older")
    with closing(as_program(Database.open(branch_folder, KEY))) as db:
        with db.write() as session:
            erasing.erase_card(session, the_old_card(session))
        forgotten.note(db, branch_folder)
        assert told(db) == []
    shutil.copy(branch_folder / forgotten.FILE, tmp_path / "older" / forgotten.FILE)
    with closing(as_program(Database.open(tmp_path / "older", KEY))) as db:
        assert told(db) == ["NotErased"]
        forgotten.erase_again(db, forgotten.known(tmp_path / "older"))
        assert told(db) == []


def test_what_is_remembered_of_other_books_is_not_taken_for_these(
    branch_folder: Path, tmp_path: Path
) -> None:
    """Cards of the same number that were never helped cannot be told apart: nothing is said."""
    for name in ("one", "other"):
        shutil.copytree(branch_folder, tmp_path / name)
    with closing(as_program(Database.open(tmp_path / "one", KEY))) as db:
        with db.write() as session:
            erasing.erase_card(session, cards.add(session))
        forgotten.note(db, tmp_path / "other")
    with closing(as_program(Database.open(tmp_path / "other", KEY))) as db:
        with db.write() as session:
            cards.add(session)
        assert told(db) == []


def test_the_same_of_a_restored_backup(keyed: Path) -> None:
    """A restore erases again by itself: nothing is left to tell."""
    key = data_key(keyed)
    with closing(as_program(opening.open_file(keyed, key))) as db:
        with db.write() as session:
            lay_out(session)
        made = backups.save(db, keyed, Reason.ERASURE)
        with clock.at(datetime(2026, 11, 23, 13)):
            with db.write() as session:
                erasing.erase_card(session, the_old_card(session))
            forgotten.note(db, keyed)
    with clock.at(datetime(2026, 11, 23, 14)):
        restoring.restore(made.file, keyed, key)
    with closing(as_program(opening.open_file(keyed, key))) as db:
        assert opening.examine(db) == db.concerns == []
