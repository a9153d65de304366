"""Who may open the books and who may no longer, wherever the power goes in between."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from things import as_program

from models import bookfile, record
from models.database import Database, Locked
from models.office import access, branch, pins, territory, users
from models.office.branch import Details
from models.office.users import NotAUser
from models.rights import NotAllowed
from models.roles import Role
from models.safe import (
    attempts,
    backups,
    folders,
    founding,
    keys,
    papercode,
    paperkeys,
    renewal,
    restoring,
)
from models.safe.backups import Reason
from models.safe.founding import Plan

PASSWORD = "sedam zutih kisobrana"
OTHER = "osam plavih tramvaja"
QUICK = keys.Cost(memory=64, passes=1, lanes=1)


@pytest.fixture(autouse=True)
def _light_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "usual_cost", lambda: QUICK)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A branch with Amra, who looks after it, and Edin at the desk."""
    key = founding.found(tmp_path, plan_of("amra"), cost=QUICK)
    db = as_program(Database.open(tmp_path, key))
    with db.write() as session:
        users.add(session, "edin", "Edin", [Role.DESK, Role.WAREHOUSE])
    keys.add_user(tmp_path, key, "edin", OTHER, cost=QUICK)
    db.close()
    return tmp_path


def plan_of(login: str) -> Plan:
    unit = territory.find("BA-BIH/01/Bihać")
    return Plan(
        [unit], branch.suggest(unit), Details(), "bs", "Main store", "Amra", login, PASSWORD
    )


@pytest.fixture
def key(folder: Path) -> bytes:
    return keys.unlock(folder, "amra", PASSWORD)


@pytest.fixture
def db(folder: Path, key: bytes) -> Iterator[Database]:
    opened = Database.open(folder, key)
    users.sign_in(opened, "amra")
    yield opened
    opened.close()


def acts(db: Database) -> list[record.Act]:
    with db.read() as session:
        return list(session.query(record.Act).order_by(record.Act.id))


def give_pin(db: Database, pin: str = "8305") -> None:
    """Edin chooses a PIN; then Amra works again."""
    users.sign_in(db, "edin")
    with db.write() as session:
        pins.choose(session, pin)
    users.sign_in(db, "amra")


# Revoking


def test_who_leaves_has_neither_account_nor_key(db, folder):
    with db.write() as session:
        access.revoke(session, users.find(session, "edin"), folder)
    assert keys.logins(folder) == ["amra"]
    with pytest.raises(NotAUser):
        users.sign_in(db, "edin")
    assert [act.code for act in acts(db)][-1] == "access.revoke"


def test_the_last_administrator_keeps_account_and_key(db, folder):
    as_program(db).user = None
    with pytest.raises(users.LastAdministrator), db.write() as session:
        access.revoke(session, users.find(session, "amra"), folder)
    assert "amra" in keys.logins(folder)


def killed_at(folder: Path, statement: str) -> None:
    """Revoke Edin in a process that dies right at `statement`."""
    program = f"""
import os, sys
from pathlib import Path
from models.database import Database
from models.office import access, users
from models.safe import keys
folder = Path(sys.argv[1])
db = Database.open(folder, keys.unlock(folder, "amra", sys.argv[2]))
users.sign_in(db, "amra")
real = keys.remove_user
def before(*a): os._exit(9)
def after(*a): real(*a); os._exit(9)
keys.remove_user = {statement}
with db.write() as session:
    access.revoke(session, users.find(session, "edin"), folder)
"""
    command = [sys.executable, "-c", program, str(folder), PASSWORD]
    root = Path(__file__).parent.parent
    assert subprocess.run(command, cwd=root, check=False).returncode == 9


def test_killed_before_the_key_is_taken_nothing_was_done_and_it_can_be_done_again(folder, key):
    killed_at(folder, "before")
    assert keys.verify(folder, "edin", OTHER)
    db = Database.open(folder, key)
    users.sign_in(db, "amra")
    with db.write() as session:
        access.revoke(session, users.find(session, "edin"), folder)
    db.close()
    assert keys.logins(folder) == ["amra"]


def test_killed_between_the_two_writes_there_is_no_access_and_it_can_be_done_again(folder, key):
    killed_at(folder, "after")
    assert not keys.verify(folder, "edin", OTHER)
    db = Database.open(folder, key)
    users.sign_in(db, "amra")
    with db.write() as session:
        access.revoke(session, users.find(session, "edin"), folder)
    with pytest.raises(NotAUser):
        users.sign_in(db, "edin")
    db.close()


# Passwords and paper keys


def test_a_forgotten_password_is_set_anew_by_the_administrator(db, folder, key):
    with db.write() as session:
        access.set_password(session, "edin", folder, key, "devet crvenih vagona")
    assert keys.verify(folder, "edin", "devet crvenih vagona")
    done = acts(db)[-1]
    assert (done.code, done.subject) == ("access.set_password", "user_account")


def test_ones_own_password_is_changed_by_anybody(db, folder):
    users.sign_in(db, "edin")
    with db.write() as session:
        access.change_password(session, folder, OTHER, "devet crvenih vagona")
    assert keys.verify(folder, "edin", "devet crvenih vagona")


def test_the_record_names_paper_keys_by_number_only(db, folder, key):
    with db.write() as session:
        made = access.make_paper_keys(session, folder, key)
    with db.write() as session:
        access.prove_paper_key(session, folder, made[1])
    assert [(act.code, act.detail) for act in acts(db)][-2:] == [
        ("access.make_paper_keys", "1 2"), ("access.prove_paper_key", "2"),
    ]  # fmt: skip


def test_only_the_administrator_makes_paper_keys(db, folder, key):
    users.sign_in(db, "edin")
    with pytest.raises(NotAllowed), db.write() as session:
        access.make_paper_keys(session, folder, key)
    assert paperkeys.known(folder) == []


# PINs


def test_a_pin_changes_who_works_in_open_books_and_gives_the_desk_only(db):
    give_pin(db)
    users.sign_in(db, "amra")
    pins.sign_in(db, "edin", "8305")
    assert db.roles == {Role.DESK}
    done = acts(db)[-1]
    assert (done.code, done.detail, done.user_id) == ("users.sign_in", "pin", db.user)


def test_the_books_hold_no_pin_in_plain(db):
    give_pin(db)
    with db.read() as session:
        kept = users.find(session, "edin").pin
    assert kept.startswith("$argon2id$") and "8305" not in kept.split("$")


@pytest.mark.parametrize(
    "pin", ["0000", "1234", "4321", "1987", "2580", "1212", "123123", "345678", "777777"]
)
def test_a_pin_that_is_guessed_first_is_refused(db, pin):
    with pytest.raises(pins.WeakPin):
        give_pin(db, pin)


@pytest.mark.parametrize("pin", ["", "830", "8305172", "83a5", "٨٣٠٥", "８３０５", " 8305"])
def test_a_pin_has_four_to_six_plain_digits(db, pin):
    with pytest.raises(pins.NotAPin):
        give_pin(db, pin)


def test_a_pin_is_chosen_with_the_own_password_and_no_other(db):
    users.sign_in(db, "edin")
    with pytest.raises(keys.WrongPassword):
        pins.set_own(db, PASSWORD, "8305")
    assert pins.known(db) == []
    pins.set_own(db, OTHER, "8305")
    assert pins.known(db) == ["edin"]


def test_who_came_in_by_a_pin_cannot_choose_another_with_it(db):
    give_pin(db)
    pins.sign_in(db, "edin", "8305")
    with pytest.raises(keys.WrongPassword):
        pins.set_own(db, "8305", "6172")
    pins.sign_in(db, "edin", "8305")


@given(pin=st.text(max_size=8))
def test_any_text_is_a_pin_or_refused(pin):
    try:
        pins.require_strong(pin)
    except (pins.NotAPin, pins.WeakPin):
        return
    assert pin.isdigit() and 4 <= len(pin) <= 6


def test_who_is_not_at_the_desk_has_no_pin(db):
    with pytest.raises(pins.NotForTheDesk), db.write() as session:
        pins.choose(session, "8305")


def test_who_loses_the_desk_loses_the_pin(db):
    give_pin(db)
    with db.write() as session:
        users.entrust(session, users.find(session, "edin"), [Role.WAREHOUSE])
    with pytest.raises(pins.PinSpent):
        pins.sign_in(db, "edin", "8305")


def test_five_wrong_pins_end_it_until_the_password(db, folder):
    give_pin(db)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(pins.WrongPin) as wrong:
            pins.sign_in(db, "edin", "9999")
        assert wrong.value.details == {"left": left}
    with pytest.raises(pins.PinSpent):
        pins.sign_in(db, "edin", "8305")
    assert pins.known(db) == []
    keys.unlock(folder, "edin", OTHER)
    pins.sign_in(db, "edin", "8305")


def test_wrong_pins_before_the_right_one_stand_in_the_record(db):
    give_pin(db)
    for _try in range(2):
        with pytest.raises(pins.WrongPin):
            pins.sign_in(db, "edin", "9999")
    pins.sign_in(db, "edin", "8305")
    assert acts(db)[-1].detail == "pin failed 2"


def test_a_locked_program_takes_no_pin(db):
    give_pin(db)
    db.lock()
    with pytest.raises(Locked):
        pins.sign_in(db, "edin", "8305")


# Locking


def test_locked_books_let_nobody_in_and_open_again_for_the_same_pages(db, key):
    db.lock()
    for way in (db.read, db.write):
        with pytest.raises(Locked), way():
            pass
    db.unlock(key)
    assert len(acts(db)) > 0


def test_a_locked_program_holds_the_key_no_more(folder):
    program = f"""
import sys, gc
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from models.database import Database
from models.office import users
from models.safe import keys
folder = Path(sys.argv[1])
db = Database.open(folder, keys.unlock(folder, "amra", sys.argv[2]))
users.sign_in(db, "amra")
if sys.argv[3] == "lock":
    db.lock()
secret = keys.unlock(folder, "amra", sys.argv[2])
gc.collect()
found = [
    holder for holder in gc.get_objects()
    if holder is not globals()
    and any(isinstance(one, bytes) and one == secret for one in gc.get_referents(holder))
]
print(len(found))
"""
    root = Path(__file__).parent.parent
    counts = [
        int(subprocess.run(
            [sys.executable, "-c", program, str(folder), PASSWORD, how],
            cwd=root, check=True, capture_output=True, text=True,
        ).stdout)
        for how in ("lock", "open")
    ]  # fmt: skip
    assert counts[0] == 0
    assert counts[1] > 0  # the search sees a key that is held


def test_work_under_way_is_done_to_its_end_and_the_door_closes_behind_it(db, folder, key):
    inside, may_end, problems = threading.Event(), threading.Event(), []

    def work() -> None:
        try:
            with db.write() as session:
                inside.set()
                may_end.wait(10)
                users.add(session, "late", "Late", [Role.DESK])
            with db.read():
                problems.append("let in")
        except Locked:
            problems.append("locked out")

    thread = threading.Thread(target=work)
    thread.start()
    assert inside.wait(10)
    db.lock()
    may_end.set()
    thread.join(10)
    assert problems == ["locked out"]
    assert not list(folder.glob("*-wal"))  # the last one out emptied the log and closed
    db.unlock(key)
    with db.read() as session:
        assert users.find(session, "late")


# A new data key


def renewed(folder: Path, key: bytes) -> tuple[bytes, tuple[str, ...]]:
    passwords = {"amra": "devet crvenih vagona", "edin": "deset sivih golubova"}
    return renewal.renew(folder, key, passwords, by=1, roles=frozenset(Role), cost=QUICK)


def test_after_a_theft_nobody_keeps_the_password_of_before(folder, key):
    for old in ({"amra": PASSWORD}, {"amra": "devet crvenih vagona", "edin": OTHER}):
        with pytest.raises(renewal.SameAsBefore) as refused:
            renewal.renew(folder, key, old, by=1, roles=frozenset(Role), cost=QUICK)
        assert refused.value.details["login"] == list(old)[-1]
    assert keys.unlock(folder, "amra", PASSWORD) == key


def test_after_a_theft_old_key_password_and_paper_open_nothing(folder, key):
    old_papers = paperkeys.make(folder, key)
    fresh, papers = renewed(folder, key)
    assert fresh != key
    with pytest.raises(bookfile.Unreadable):
        Database.open(folder, key)
    assert not keys.verify(folder, "amra", PASSWORD)
    assert keys.unlock(folder, "amra", "devet crvenih vagona") == fresh
    assert keys.unlock(folder, "edin", "deset sivih golubova") == fresh
    assert paperkeys.unlock(folder, papers[1]) == fresh
    assert [paper.number for paper in paperkeys.known(folder)] == [3, 4]
    with pytest.raises(paperkeys.papercode.WrongPaperKey):
        paperkeys.unlock(folder, old_papers[0])


def test_the_new_books_are_the_old_ones_and_say_so_first(folder, key):
    old = as_program(Database.open(folder, key))
    before = [(act.id, act.hash) for act in acts(old)]
    old.close()
    fresh, _papers = renewed(folder, key)
    new = as_program(Database.open(folder, fresh))
    after = acts(new)
    assert [(act.id, act.hash) for act in after[:-1]] == before
    assert (after[-1].code, after[-1].user_id) == ("access.note_new_key", 1)
    new.close()


def test_nothing_of_the_work_stays_behind(folder, key):
    renewed(folder, key)
    assert sorted(path.name for path in folder.iterdir()) == [
        "attempts.json", "keys.json", "ogranak.db", "seen.json",
    ]  # fmt: skip


def test_an_old_backup_stays_open_to_its_own_keys(folder, key, tmp_path_factory):
    backup = tmp_path_factory.mktemp("backup")
    for name in (bookfile.FILE, keys.FILE):
        (backup / name).write_bytes((folder / name).read_bytes())
    renewed(folder, key)
    Database.open(backup, keys.unlock(backup, "amra", PASSWORD)).close()


def test_only_the_administrator_gives_the_books_a_new_key(folder, key):
    with pytest.raises(NotAllowed):
        renewal.renew(folder, key, {"edin": "x"}, roles=frozenset({Role.DESK}), cost=QUICK)
    Database.open(folder, key).close()
    assert not (folder / folders.REWRITING).exists()


DIES = """
import os, pathlib, sys
from models.roles import Role
from models.safe import keys, renewal
QUICK = keys.Cost(memory=64, passes=1, lanes=1)
steps = int(sys.argv[3])
def counted(real):
    def done(*a, **k):
        global steps
        steps -= 1
        if steps < 0:
            os._exit(9)
        return real(*a, **k)
    return done
for owner, name in ((os, "fsync"), (os, "open"), (pathlib.Path, "replace"),
                    (pathlib.Path, "unlink"), (pathlib.Path, "rmdir")):
    setattr(owner, name, counted(getattr(owner, name)))
folder = pathlib.Path(sys.argv[1])
key = bytes.fromhex(sys.argv[2])
passwords = {"amra": "devet crvenih vagona", "edin": "deset sivih golubova"}
renewal.renew(folder, key, passwords, by=1, roles=frozenset(Role), cost=QUICK,
              progress=lambda done, of: counted(lambda: None)())
"""


def test_killed_at_every_step_the_old_books_or_the_new_ones_are_whole(
    folder, key, tmp_path_factory
):
    root, seen = Path(__file__).parent.parent, []
    for step in range(60):
        copy = tmp_path_factory.mktemp("killed")
        for name in (bookfile.FILE, keys.FILE):
            (copy / name).write_bytes((folder / name).read_bytes())
        command = [sys.executable, "-c", DIES, str(copy), key.hex(), str(step)]
        ended = subprocess.run(command, cwd=root, check=False).returncode
        folders.finish(copy)
        seen.append(opens_with(copy))
        assert sorted(path.name for path in copy.iterdir() if path.name != attempts.FILE) == [
            "keys.json", "ogranak.db",
        ]  # fmt: skip
        if ended == 0:
            break
        assert ended == 9
    assert ended == 0
    assert seen == sorted(seen, key=["old", "new"].index)  # old until one moment, then new
    assert {"old", "new"} <= set(seen[:-1])


def opens_with(folder: Path) -> str:
    """Which passwords open the books, which are sound either way."""
    for password, said in ((PASSWORD, "old"), ("devet crvenih vagona", "new")):
        if keys.verify(folder, "amra", password):
            db = as_program(Database.open(folder, keys.unlock(folder, "amra", password)))
            with db.read() as session:
                assert record.first_broken(session) is None
            db.close()
            return said
    raise AssertionError("nobody can open the books")


# Tries that are nobody's own


def tried(folder: Path, *, unknown: int = 0, papers: int = 0) -> None:
    """Somebody tries names that nobody has, and papers that open nothing."""
    for _try in range(unknown):
        with pytest.raises(keys.WrongPassword):
            keys.unlock(folder, "marko", OTHER)
    for _try in range(papers):
        with pytest.raises(papercode.WrongPaperKey):
            paperkeys.unlock(folder, papercode.written(papercode.new()))


def test_unknown_logins_and_wrong_paper_keys_stand_in_the_record(db, folder):
    tried(folder, unknown=2, papers=3)
    users.sign_in(db, "edin")
    users.sign_in(db, "amra")
    found = {act.code: act for act in acts(db)}
    assert (found[users.STRANGER].detail, found[users.STRANGER].user_id) == ("tries:2", None)
    assert (found[users.WRONG_PAPER].detail, found[users.WRONG_PAPER].user_id) == ("tries:3", None)
    assert [act.code for act in acts(db)].count(users.STRANGER) == 1


def test_what_the_record_has_still_counts_for_the_waits(db, folder):
    tried(folder, unknown=5)
    users.sign_in(db, "edin")
    with pytest.raises(attempts.TooManyTries):
        keys.unlock(folder, "marko", OTHER)


def test_tries_before_a_record_that_cannot_be_written_are_told_later(db, folder):
    tried(folder, unknown=1)
    db.is_full = True
    users.sign_in(db, "edin")
    tried(folder, unknown=1)
    db.is_full = False
    users.sign_in(db, "amra")
    (told,) = [act for act in acts(db) if act.code == users.STRANGER]
    assert told.detail == "tries:2"


def test_on_a_server_a_known_login_is_told_to_whose_it_is(db, folder):
    for login in ("edin", "marko"):
        attempts.remember(folder, login)
    users.sign_in(db, "amra")
    (told,) = [act for act in acts(db) if act.code == users.STRANGER]
    assert told.detail == "tries:1"
    assert attempts.untold(folder) == {}


def tried_at(file: Path, home: Path, *, passwords: int = 0, unknown: int = 0, papers: int = 0):
    """Somebody tries to open a backup on the computer with this data folder."""
    for login in ["amra"] * passwords + ["marko"] * unknown:
        with pytest.raises(keys.WrongPassword):
            opened_with(file, home, login, OTHER)
    foreign = papercode.written(papercode.new())
    for _try in range(papers):
        with pytest.raises(papercode.WrongPaperKey):
            restoring.unlock(file, lambda at: paperkeys.unlock(at, foreign, counted_in=home), home)


def opened_with(file: Path, home: Path, login: str, password: str) -> bytes:
    return restoring.unlock(
        file, lambda at: keys.unlock(at, login, password, counted_in=home), home
    )


def told_of_backups(db: Database) -> list[str]:
    return [act.detail for act in acts(db) if act.code == users.WRONG_BACKUP]


def test_wrong_tries_at_a_backup_of_these_books_stand_in_the_record(db, folder):
    made = backups.save(db, folder, Reason.BY_HAND)
    tried_at(made.file, folder, passwords=2, unknown=1, papers=1)
    assert told_of_backups(db) == []
    assert opened_with(made.file, folder, "amra", PASSWORD) == db.key
    users.sign_in(db, "edin")
    users.sign_in(db, "amra")
    assert told_of_backups(db) == ["tries:4"]
    newest = next(act for act in acts(db) if act.code == users.WRONG_BACKUP)
    assert (newest.user_id, newest.subject, newest.subject_id) == (None, "", None)
    assert not {users.STRANGER, users.WRONG_PAPER} & {act.code for act in acts(db)}


def test_a_try_at_a_backup_counts_from_its_beginning_and_a_slip_is_none(db, folder):
    made = backups.save(db, folder, Reason.BY_HAND)
    during = []

    def opens(_at: Path) -> bytes:
        during.append(attempts.untold(folder))
        raise papercode.WrongLength(length=3)

    with pytest.raises(papercode.WrongLength):
        restoring.unlock(made.file, opens, folder)
    assert (during, attempts.untold(folder)) == ([{attempts.BACKUP: 1}], {})


def test_a_backup_under_an_earlier_key_is_of_these_books_too(db, folder):
    made = backups.save(db, folder, Reason.BY_HAND)
    renewal.renew_open(db, db.key, {"amra": "devet crvenih vagona"})
    tried_at(made.file, folder, passwords=1)
    users.sign_in(db, "amra")
    assert told_of_backups(db) == ["tries:1"]


def test_on_a_computer_without_books_the_waits_begin_too(db, folder, tmp_path):
    made = backups.save(db, folder, Reason.BY_HAND)
    tried_at(made.file, tmp_path / "not yet" / "data", passwords=attempts.FREE_TRIES)
    with pytest.raises(attempts.TooManyTries):
        opened_with(made.file, tmp_path / "not yet" / "data", "amra", PASSWORD)
    assert attempts.untold(tmp_path / "not yet" / "data") == {}


def test_tries_at_a_backup_of_others_are_not_these_books_business(db, folder, tmp_path):
    other = founding.found(tmp_path / "other", plan_of("amra"), cost=QUICK)
    with closing(as_program(Database.open(tmp_path / "other", other))) as theirs:
        made = backups.make(theirs, tmp_path / "other.backup", Reason.BY_HAND)
    tried_at(made.file, folder, passwords=2, unknown=1, papers=1)
    users.sign_in(db, "edin")
    assert told_of_backups(db) == []
    assert not {users.STRANGER, users.WRONG_PAPER} & {act.code for act in acts(db)}


def test_whoever_worked_before_is_signed_out_when_another_comes(db):
    amra = db.user
    for login in ("amra", "edin"):
        users.sign_in(db, login)
    before, left, came = acts(db)[-3:]
    assert (before.code, left.code, came.code) == (
        users.SIGNED_IN, users.SIGNED_OUT, users.SIGNED_IN,
    )  # fmt: skip
    assert (left.user_id, left.subject_id, left.roles) == (amra, amra, before.roles)
    assert came.user_id == db.user
