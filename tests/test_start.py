"""The first command on a new computer: what it prepares, what it leaves alone, what it says."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import start

LOCK = "requirements.lock"
SOURCE = Path(start.__file__)
NOWHERE = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_RETRIES": "1",
    "PIP_NO_CACHE_DIR": "1",
}


@pytest.fixture
def folder(tmp_path):
    """A copy of the project's set-up with nothing prepared yet."""
    for part in (SOURCE, SOURCE.parent / LOCK):
        shutil.copy(part, tmp_path)
    return tmp_path


@pytest.fixture
def open_folder(folder):
    """The same where every user may look: the tests' own folder is closed to others."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(shutil.copytree(folder, Path(place) / "ogranak"))


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    """A .venv in which everything is stamped as done."""
    monkeypatch.setattr(start, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(start, "STAMP", tmp_path / ".venv/ready")
    monkeypatch.setattr(start, "PYTHON", tmp_path / ".venv/python")
    start.VENV.mkdir()
    start.PYTHON.symlink_to(sys.executable)
    start.write_stamp({start.INTERPRETER, start.digest(LOCK), start.libraries()})


def started(folder, *arguments, python=sys.executable, user=None, **environment):
    command = [python, str(folder / "start.py"), *arguments]
    surroundings = {**os.environ, "PIP_CONFIG_FILE": os.devnull, **environment}
    return subprocess.run(
        command, env=surroundings, user=user, capture_output=True, text=True, check=False
    )


def test_an_old_python_can_read_it():
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_it_needs_nothing_but_python():
    nodes = ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8")))
    simple = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    assert {module.split(".")[0] for module in simple} <= sys.stdlib_module_names


def test_an_old_python_is_told_so(monkeypatch, capsys):
    monkeypatch.setattr(start, "OLDEST", (99, 0))
    assert start.main(["demo"]) == 1
    assert "3.11 or newer" in capsys.readouterr().out


def test_the_commands_are_named_before_anything_is_fetched(tmp_path):
    there = tmp_path / "ogranak"
    parts = ("main.py", "start.py", LOCK, "models", "ui", "translations")
    there.mkdir()
    for part in parts:
        whole = SOURCE.parent / part
        shutil.copytree(whole, there / part) if whole.is_dir() else shutil.copy(whole, there / part)
    bare = Path(sys.base_prefix) / "bin/python3"  # without a single part
    answer = started(there, "--help", python=str(bare), LANG="en_GB.UTF-8", **NOWHERE)
    assert answer.returncode == 0 and "restore" in answer.stdout
    assert not (there / ".venv").exists()


def test_who_reads_no_further_ends_it_in_peace(folder):
    command = f"{sys.executable} {folder / 'start.py'} demo | true"
    done = subprocess.run(
        ["bash", "-c", command], env={**os.environ, **NOWHERE}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


def test_a_second_start_touches_nothing(prepared, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")  # no tool can be called
    before = start.STAMP.stat().st_mtime_ns
    start.prepare(LOCK)
    assert start.STAMP.stat().st_mtime_ns == before
    assert capsys.readouterr().out == ""


def test_a_half_made_environment_is_recognised(prepared):
    start.STAMP.unlink()
    assert start.stamps() == set()


def test_an_environment_whose_python_is_gone_is_recognised(prepared):
    start.PYTHON.unlink()
    start.PYTHON.symlink_to("gone")
    assert start.stamps() == set()


def test_an_environment_of_another_python_is_recognised(prepared):
    start.write_stamp({"python /elsewhere 3.12", start.digest(LOCK), start.libraries()})
    assert start.stamps() == set()


def test_a_changed_lock_is_noticed(prepared, folder, monkeypatch):
    monkeypatch.setattr(start, "HERE", folder)
    assert start.digest(LOCK) in start.stamps()
    (folder / LOCK).write_text("another==1.0\n", encoding="utf-8")
    assert start.digest(LOCK) not in start.stamps()


@pytest.mark.skipif(not start.has_apt(), reason="only Debian and Ubuntu know their packages")
def test_missing_packages_are_found():
    assert start.missing_packages(["dpkg", "no-such-package"]) == ["no-such-package"]


def test_a_tool_is_quoted_with_its_error_not_with_its_farewell():
    said = "Collecting x\nERROR: No space left on device\n\nnotice: a new pip is there\n"
    assert start.last_line(said) == "ERROR: No space left on device"
    assert start.last_line("") == "no reason given"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Retrying (Retry(total=4)) after connection broken by 'SSLError'", "does not answer"),
        ("Retrying (…) [SSL: CERTIFICATE_VERIFY_FAILED]", "Is this computer's date right?"),
        ("OSError: [Errno 28] No space left on device", "Make room"),
        ("Error: [WinError 5] Access is denied: 'C:\\ogranak'", "Copy it to your own folder"),
        ("ERROR: No matching distribution found for x==1", "not every part is made"),
        ("E: Unable to locate package x", "E: Unable to locate package x"),
    ],
)
def test_what_a_tool_complains_of_is_said_in_plain_words(said, sentence):
    answer = subprocess.CompletedProcess([], 1, said)
    assert sentence.lower() in start.complaint(answer).lower()


def test_a_tool_that_was_ended_is_not_quoted():
    ended = subprocess.CompletedProcess([], -9, "Installing collected packages: x")
    assert start.complaint(ended) == "It was ended from outside. Start again."


@pytest.mark.parametrize(
    ("root", "sudo", "line"),
    [
        (True, None, "apt-get update && apt-get install qpdf"),
        (False, "/usr/bin/sudo", 'sudo sh -c "apt-get update && apt-get install qpdf"'),
        (False, None, 'su - -c "apt-get update && apt-get install qpdf"'),
    ],
)
def test_the_line_to_run_fits_the_computer(monkeypatch, root, sudo, line):
    monkeypatch.setattr(start, "is_root", lambda: root)
    monkeypatch.setattr(shutil, "which", lambda _: sudo)
    assert start.apt_line(["qpdf"]) == line


def test_too_little_room_is_said_before_anything_is_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(start, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(start, "ROOM", 10**9)
    with pytest.raises(start.Trouble, match="Make room"):
        start.check_folder()


def test_without_the_internet_it_says_so(folder):
    answer = started(folder, "demo", **NOWHERE)
    assert answer.returncode == 1
    assert "The internet does not answer." in answer.stdout
    assert "Traceback" not in answer.stdout + answer.stderr


def test_where_it_may_not_write_it_says_so(open_folder):
    python, user = somebody_without_rights()
    open_folder.chmod(0o555)
    answer = started(open_folder, "demo", python=python, user=user)
    assert answer.returncode == 1
    assert answer.stdout.splitlines()[-1].endswith("Copy it to your own folder.")
    assert answer.stderr == ""


def somebody_without_rights():
    """Root may write anywhere, so for root the system's Python is run by nobody."""
    if os.name == "nt":
        pytest.skip("Windows folders have no such mark")
    if os.geteuid() != 0:
        return sys.executable, None
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or pytest.skip("no Python")
    old = f"import sys; sys.exit(sys.version_info < {start.OLDEST})"
    if subprocess.run([python, "-c", old], check=False).returncode:
        pytest.skip("the system's Python is too old to try this as somebody else")
    return python, "nobody"
