"""The data key opens with a user's password, and with nothing else."""

from __future__ import annotations

import copy
import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import files
from models.errors import DomainError, Missing
from models.safe import attempts, keys, paperkeys, ring
from models.text import writable

QUICK = keys.Cost(memory=64, passes=1, lanes=1)
PASSWORD = "tri plave jabuke"

sixty_times = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "podaci č ж"


@pytest.fixture
def key(folder):
    return keys.create(folder, "Amira", PASSWORD, cost=QUICK)


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests move by hand."""

    class Clock:
        now = 1_000_000.0

    monkeypatch.setattr(attempts.time, "time", lambda: Clock.now)
    return Clock


def content(folder: Path) -> dict:
    return json.loads((folder / keys.FILE).read_text("utf-8"))


def rewrite(folder: Path, changed: dict) -> None:
    (folder / keys.FILE).write_text(json.dumps(changed), "utf-8")


def fail(folder: Path, times: int) -> None:
    for _ in range(times):
        with pytest.raises(keys.WrongPassword):
            keys.unlock(folder, "Amira", "wrong")


def test_the_right_password_gives_the_key(folder, key):
    assert len(key) == 32
    assert keys.unlock(folder, "Amira", PASSWORD) == key


def test_a_wrong_password_does_not(folder, key):
    with pytest.raises(keys.WrongPassword):
        keys.unlock(folder, "Amira", PASSWORD + " ")


def test_an_unknown_login_reads_like_a_wrong_password(folder, key):
    with pytest.raises(keys.WrongPassword):
        keys.unlock(folder, "Borka", PASSWORD)


def test_a_second_set_up_in_the_sixty_times_is_refused(folder, key):
    with pytest.raises(keys.KeysExist):
        keys.create(folder, "Borka", PASSWORD, cost=QUICK)
    assert keys.unlock(folder, "Amira", PASSWORD) == key


def test_every_branch_has_its_own_key(tmp_path):
    made = {keys.create(tmp_path / name, "a", PASSWORD, cost=QUICK) for name in ("one", "two")}
    assert len(made) == 2


@pytest.mark.parametrize("typed", ["amira", " AMIRA "])
def test_case_and_blanks_around_a_login_do_not_matter(folder, key, typed):
    assert keys.unlock(folder, typed, PASSWORD) == key


def test_a_login_and_a_password_may_be_typed_composed_or_split(folder):
    key = keys.create(folder, "s\u030cemsa", "lozinc\u030ce \ufb01ka", cost=QUICK)
    assert keys.unlock(folder, "\u0160EMSA", "lozin\u010de fika") == key
    assert keys.logins(folder) == ["\u0161emsa"]


def test_a_login_must_be_given(folder):
    with pytest.raises(Missing):
        keys.create(folder, "  ", PASSWORD, cost=QUICK)
    assert not keys.exists(folder)


def test_a_second_user_opens_the_same_data_with_another_password(folder, key):
    keys.add_user(folder, key, "Borka", "druga lozinka", cost=QUICK)
    assert keys.unlock(folder, "borka", "druga lozinka") == key
    assert keys.unlock(folder, "amira", PASSWORD) == key
    assert keys.logins(folder) == ["Amira", "Borka"]


def test_a_login_is_given_once(folder, key):
    with pytest.raises(keys.LoginExists):
        keys.add_user(folder, key, "AMIRA", "druga lozinka", cost=QUICK)


def test_a_foreign_key_is_not_wrapped(folder, key):
    with pytest.raises(keys.WrongKey):
        keys.add_user(folder, bytes(32), "Borka", "druga lozinka", cost=QUICK)


def test_a_changed_password_replaces_the_old_one(folder, key):
    keys.change_password(folder, "amira", PASSWORD, "sasvim nova", cost=QUICK)
    assert keys.unlock(folder, "Amira", "sasvim nova") == key
    assert not keys.verify(folder, "Amira", PASSWORD)


def test_a_password_is_not_changed_by_one_who_does_not_know_it(folder, key):
    with pytest.raises(keys.WrongPassword):
        keys.change_password(folder, "amira", "guess", "sasvim nova", cost=QUICK)
    assert keys.verify(folder, "Amira", PASSWORD)


def test_a_removed_user_no_longer_opens_the_data(folder, key):
    keys.add_user(folder, key, "Borka", "druga lozinka", cost=QUICK)
    keys.remove_user(folder, "AMIRA")
    assert not keys.verify(folder, "Amira", PASSWORD)
    assert keys.verify(folder, "Borka", "druga lozinka")


def test_the_last_user_stays(folder, key):
    with pytest.raises(keys.LastUser):
        keys.remove_user(folder, "Amira")
    with pytest.raises(keys.UnknownLogin):
        keys.remove_user(folder, "Borka")


def test_five_tries_are_free_then_the_wait_doubles(folder, key, clock):
    fail(folder, 5)
    for wait in (10, 20, 40, 80):
        with pytest.raises(keys.attempts.TooManyTries) as refused:
            keys.unlock(folder, "Amira", PASSWORD)
        assert refused.value.details == {"seconds": wait}
        clock.now += wait
        fail(folder, 1)


def test_the_wait_ends_and_the_right_password_forgets_the_failures(folder, key, clock):
    fail(folder, 5)
    clock.now += 10
    assert keys.unlock(folder, "Amira", PASSWORD) == key
    fail(folder, 5)


def test_a_wait_is_never_longer_than_an_hour():
    assert attempts.wait_after(4) == 0
    assert attempts.wait_after(5) == 10
    assert attempts.wait_after(10_000) == 3600


def test_setting_the_clock_back_neither_shortens_the_wait_nor_makes_it_endless(folder, key, clock):
    fail(folder, 5)
    clock.now -= 1_000_000
    for _ in range(2):
        with pytest.raises(attempts.TooManyTries) as refused:
            keys.unlock(folder, "Amira", PASSWORD)
        assert refused.value.details == {"seconds": 10}
    clock.now += 10
    assert keys.unlock(folder, "Amira", PASSWORD) == key


def test_the_wait_of_one_user_does_not_stop_another(folder, key, clock):
    keys.add_user(folder, key, "Borka", "druga lozinka", cost=QUICK)
    fail(folder, 5)
    assert keys.verify(folder, "Borka", "druga lozinka")


def test_invented_logins_share_one_count(folder, key, clock):
    for number in range(5):
        keys.verify(folder, f"user{number}", "x")
    with pytest.raises(attempts.TooManyTries):
        keys.verify(folder, "user99", "x")
    assert keys.verify(folder, "Amira", PASSWORD)


def test_the_wait_outlives_the_program(folder, key):
    fail(folder, 5)
    program = (
        "import sys, pathlib; from models.safe import attempts, keys\n"
        "try: keys.unlock(pathlib.Path(sys.argv[1]), 'Amira', sys.argv[2])\n"
        "except attempts.TooManyTries: print('wait')"
    )
    command = [sys.executable, "-c", program, str(folder), PASSWORD]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "wait\n"


def test_a_damaged_count_of_tries_does_not_lock_anyone_out(folder, key):
    for damage in ("", "[]", "{", '{"amira": 3}', '{"amira": ["x", null]}', "[" * 100_000):
        (folder / attempts.FILE).write_text(damage)
        assert keys.unlock(folder, "Amira", PASSWORD) == key


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_can_still_be_unlocked(folder, key):
    folder.chmod(0o500)
    try:
        assert keys.unlock(folder, "Amira", PASSWORD) == key
    finally:
        folder.chmod(0o700)


def test_nobody_else_may_read_the_key_file(folder, key):
    assert stat.S_IMODE((folder / keys.FILE).stat().st_mode) == 0o600


def test_neither_key_nor_password_stands_in_the_folder(folder, key):
    keys.change_password(folder, "Amira", PASSWORD, "sasvim nova", cost=QUICK)
    for file in folder.iterdir():
        written = file.read_text("utf-8")
        for secret in (PASSWORD, "sasvim nova", key.hex(), ring._pack(key)):
            assert secret not in written


def test_a_refusal_tells_neither_key_nor_password(folder, key):
    with pytest.raises(DomainError) as refused:
        keys.unlock(folder, "Amira", "wrong secret")
    assert "secret" not in repr(refused.value) + str(refused.value) + str(refused.value.details)


def test_an_interrupted_write_leaves_the_old_keys(folder, key, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", fails)
    with pytest.raises(OSError, match="No space"):
        keys.add_user(folder, key, "Borka", "druga lozinka", cost=QUICK)
    monkeypatch.undo()
    assert keys.logins(folder) == ["Amira"]
    keys.add_user(folder, key, "Borka", "druga lozinka", cost=QUICK)
    assert not list(folder.glob("*.new"))


def test_a_missing_key_file_is_said_plainly(tmp_path):
    for verb in (keys.logins, lambda folder: keys.unlock(folder, "a", "b")):
        with pytest.raises(keys.NoKeys):
            verb(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "damage",
    [
        b"", b"{", b"[]", b"null", b"7", b'"text"', b"\xff\xfe", b"[" * 100_000, b"9" * 5000,
        b"x" * 2_000_000, b'{"format": "ogranak-keys", "version": 1}',
    ],
)  # fmt: skip
def test_a_damaged_key_file_is_said_plainly(folder, key, damage):
    (folder / keys.FILE).write_bytes(damage)
    with pytest.raises(keys.DamagedKeys):
        keys.logins(folder)


def test_a_newer_key_file_is_refused_by_name(folder, key):
    rewrite(folder, content(folder) | {"version": 3})
    with pytest.raises(keys.NewerKeys):
        keys.unlock(folder, "Amira", PASSWORD)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory_kib", 2**40), ("memory_kib", 0), ("memory_kib", -8), ("memory_kib", None),
        ("passes", 0), ("passes", 10**9), ("lanes", 0), ("lanes", 10**9), ("salt", "AAAA"),
        ("salt", 5), ("nonce", ""), ("sealed", "????"), ("login", " "),
    ],
)  # fmt: skip
def test_a_wrap_that_cannot_be_right_is_damage(folder, key, field, value):
    changed = content(folder)
    changed["wraps"][0][field] = value
    rewrite(folder, changed)
    with pytest.raises(keys.DamagedKeys):
        keys.unlock(folder, "Amira", PASSWORD)


def test_a_wrap_opens_only_for_its_own_login_and_cost(folder, key, clock):
    keys.add_user(folder, key, "Borka", "druga lozinka", cost=QUICK)
    honest = content(folder)
    swapped = copy.deepcopy(honest)
    for wrap, login in zip(swapped["wraps"], ("Borka", "Amira"), strict=True):
        wrap["login"] = login
    rewrite(folder, swapped)
    assert not keys.verify(folder, "Borka", PASSWORD)
    honest["wraps"][0]["passes"] = 2
    rewrite(folder, honest)
    assert not keys.verify(folder, "Amira", PASSWORD)


@sixty_times
@given(place=st.integers(0, 10**6), mask=st.integers(1, 255))
def test_a_flipped_byte_never_gives_a_wrong_key(tmp_path_factory, place, mask):
    folder = tmp_path_factory.mktemp("keys")
    key = keys.create(folder, "Amira", PASSWORD, cost=QUICK)
    damaged = bytearray((folder / keys.FILE).read_bytes())
    damaged[place % len(damaged)] ^= mask
    (folder / keys.FILE).write_bytes(damaged)
    with suppress(DomainError):
        assert keys.unlock(folder, "Amira", PASSWORD) == key


@sixty_times
@given(login=st.text(min_size=1, max_size=20), password=st.text(max_size=30))
def test_any_text_can_be_login_and_password(tmp_path_factory, login, password):
    folder = tmp_path_factory.mktemp("keys")
    if not writable(login):
        return
    key = keys.create(folder, login, password, cost=QUICK)
    assert keys.unlock(folder, login, password) == key
    assert not keys.verify(folder, login, password + "x")


def test_a_guess_costs_128_mib_and_several_passes_where_there_is_memory(folder):
    cost = keys.usual_cost()
    assert cost.memory == 128 * 1024
    assert cost.passes >= 3
    key = keys.create(folder, "Amira", PASSWORD)
    assert keys.unlock(folder, "Amira", PASSWORD) == key


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory the Linux way")
def test_a_computer_with_little_memory_asks_for_less():
    program = (
        "import re, resource; from pathlib import Path; from models.safe import keys\n"
        "keys._wrap(bytes(32), 'a', 'b', keys.Cost(64, 1, 1))\n"
        "used = re.search(r'VmSize:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]\n"
        "limit = int(used) * 1024 + 110 * 2**20\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "print(keys.usual_cost().memory)"
    )
    command = [sys.executable, "-c", program]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert int(printed) in (64 * 1024, 32 * 1024)


def test_the_unlock_window_pays_for_no_heavy_library():
    program = "import sys; from models.safe import keys, lock; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"sqlalchemy", "alembic", "argon2", "cryptography"} & set(loaded)


def test_the_first_version_is_still_read_and_written_as_the_second(folder, key):
    first = content(folder) | {"version": 1}
    del first["papers"]
    rewrite(folder, first)
    assert keys.unlock(folder, "Amira", PASSWORD) == key
    assert paperkeys.known(folder) == []
    keys.add_user(folder, key, "Borka", "druga lozinka", cost=QUICK)
    assert content(folder)["version"] == 2
    assert keys.unlock(folder, "Amira", PASSWORD) == key


def test_a_forgotten_password_is_replaced_by_whoever_has_the_key(folder, key, clock):
    fail(folder, 5)
    keys.set_password(folder, key, "AMIRA", "sasvim nova", cost=QUICK)
    assert keys.unlock(folder, "Amira", "sasvim nova") == key
    assert keys.logins(folder) == ["AMIRA"]
    with pytest.raises(keys.WrongKey):
        keys.set_password(folder, bytes(32), "Amira", "x", cost=QUICK)


def test_failed_tries_are_told_until_the_next_success(folder, key):
    fail(folder, 3)
    assert keys.failed(folder, "AMIRA") == 3
    keys.unlock(folder, "Amira", PASSWORD)
    assert keys.failed(folder, "Amira") == 0


def test_tries_at_a_backup_are_forgotten_only_by_one_under_its_own_key(folder, key, tmp_path):
    """Whoever makes a backup with a password of their own wins no free tries by opening it."""
    assert key
    home, crafted = tmp_path / "home", tmp_path / "crafted"
    home.mkdir()
    keys.create(crafted, "Amira", "known to the thief", cost=QUICK)
    for _time in range(attempts.FREE_TRIES):
        with pytest.raises(keys.WrongPassword):
            keys.unlock(folder, "Amira", "wrong", counted_in=home)
    keys.unlock(crafted, "Amira", "known to the thief", counted_in=home)
    with pytest.raises(attempts.TooManyTries):
        keys.unlock(folder, "Amira", PASSWORD, counted_in=home)
    assert not (folder / attempts.FILE).exists()
