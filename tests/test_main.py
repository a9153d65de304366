"""The command line: one line of what was done, or one plain sentence; 0, 2 or 1; no traceback."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text
from things import as_program

import main
from models import bookfile, imprint
from models.database import Database
from models.office import users
from models.record import Act
from models.roles import PROGRAM
from models.safe import attempts, keys, papercode, paperkeys
from translations import LANGUAGES, language
from ui.command import arguments


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small demonstration branch, and the file with its password."""
    folder = tmp_path_factory.mktemp("commands")
    assert main.main(["sample", str(folder / "data"), "--months", "1", "--per-month", "20"]) == 0
    (folder / "password").write_text("demo\n", "utf-8-sig")
    return folder / "data", folder / "password"


def run(sample: tuple[Path, Path], *words: str) -> int:
    data, password = sample
    return main.main([*words, "--data", str(data), "--password-file", str(password)])


def test_the_books_are_checked(sample, capsys) -> None:
    assert run(sample, "check") == 0
    assert capsys.readouterr().out.startswith("The books are in order")


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "json"])
def test_a_report_is_written_in_the_form_of_its_ending(sample, tmp_path, ending) -> None:
    out = tmp_path / f"report.{ending}"
    assert run(sample, "report", "monthly", "--period", "2026-10", "--out", str(out)) == 0
    assert out.stat().st_size > 1000
    if ending == "json":
        assert json.loads(out.read_text("utf-8"))


BAD = {
    "an unknown command": ["chek"],
    "an unknown period": ["report", "monthly", "--period", "2026-13", "--out", "x.pdf"],
    "a month to come": ["report", "monthly", "--period", "2199-01", "--out", "x.pdf"],
    "an unknown form": ["report", "monthly", "--period", "2026-10", "--out", "x.doc"],
    "a missing sheet": ["import", "no-such-sheet.csv"],
}


WRONG_WORDS = {
    "chek": "Naredba nije prepoznata (--language bs chek).",
    "report monthly --out x.pdf": "U naredbi nešto nedostaje (--period).",
    "report yearly --out x.pdf": "„yearly” ovdje ne odgovara. Upišite nešto od ovoga: monthly.",
    "check --fast": "Naredba nije prepoznata (--language bs check --fast).",
}


@pytest.mark.parametrize("words", WRONG_WORDS)
def test_a_command_is_refused_in_the_language_asked_for(capsys, words) -> None:
    assert main.main(["--language", "bs", *words.split()]) == 2
    assert capsys.readouterr().err.startswith(WRONG_WORDS[words])


def test_a_language_that_is_not_spoken_is_refused_with_those_that_are(capsys) -> None:
    assert main.main(["check", "--language", "xx"]) == 2
    assert "bs, hr, sr_Cyrl, sr_Latn, en" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["emptied", "gone", "a folder"])
@pytest.mark.parametrize("name", ["ogranak.db", "keys.json"])
def test_a_file_that_is_not_what_it_was_is_one_sentence_that_names_it(
    sample, tmp_path, capsys, name, kind
) -> None:
    data = Path(shutil.copytree(sample[0], tmp_path / "data"))
    (data / name).unlink()
    if kind == "emptied":
        (data / name).touch()
    elif kind == "a folder":
        (data / name).mkdir()
    assert run((data, sample[1]), "check") == 1
    said = capsys.readouterr().err
    assert name in said
    assert "backup" in said


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_bad_input_is_one_sentence_and_exit_2(sample, capsys, words) -> None:
    assert run(sample, *words) == 2
    said = capsys.readouterr().err.strip()
    assert said
    assert "Traceback" not in said


def test_a_wrong_password_is_refused(sample, tmp_path, capsys) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("nonsense", "utf-8")
    assert main.main(["check", "--data", str(sample[0]), "--password-file", str(wrong)]) == 2
    assert capsys.readouterr().err.startswith("Wrong user name or password")


def test_wrong_passwords_before_stand_in_the_record_of_the_sign_in(sample, tmp_path) -> None:
    data, wrong = Path(shutil.copytree(sample[0], tmp_path / "data")), tmp_path / "wrong"
    wrong.write_text("nonsense", "utf-8")
    (data / attempts.FILE).unlink(missing_ok=True)  # of the tests before
    for _try in range(2):
        run((data, wrong), "check")
    assert run((data, sample[1]), "check") == 0
    with closing(as_program(opened(data))) as db, db.read() as session:
        query = select(Act.detail).where(Act.code == users.SIGNED_IN).order_by(Act.id.desc())
        assert session.scalars(query).first() == "failed 2"


def test_an_older_file_that_was_put_back_is_found_and_goes_on_to_be_found(
    sample, tmp_path, capsys
) -> None:
    """Nobody's sign-in may stand for the acts that are gone."""
    data = Path(shutil.copytree(sample[0], tmp_path / "data"))
    assert run((data, sample[1]), "check") == 0
    shutil.copytree(data, tmp_path / "before")
    assert run((data, sample[1]), "check") == 0
    for name in (bookfile.FILE, imprint.FILE):
        shutil.copyfile(tmp_path / "before" / name, data / name)
    capsys.readouterr()
    for _time in range(2):
        assert run((data, sample[1]), "check") == 1
        assert "of the record and those after it are missing" in capsys.readouterr().err
    assert reported((data, sample[1]), tmp_path) == 1


def reported(sample: tuple[Path, Path], folder: Path) -> int:
    """No report is left by a command that failed."""
    out = folder / "report.pdf"
    done = run(sample, "report", "monthly", "--period", "2026-10", "--out", str(out))
    assert out.exists() == (done == 0)
    return done


def test_no_report_is_written_of_books_that_fail_a_check(sample, tmp_path, capsys) -> None:
    data = Path(shutil.copytree(sample[0], tmp_path / "data"))
    assert reported((data, sample[1]), tmp_path) == 0
    (tmp_path / "report.pdf").unlink()
    with closing(as_program(opened(data))) as db, db.write() as session:
        guard = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :it"), GUARD)
        session.execute(text(f"DROP TRIGGER {GUARD['it']}"))
        session.execute(text("UPDATE document SET note = 'x' WHERE chain_number = 3"))
        session.execute(text(guard.replace(":", "\\:")))
    capsys.readouterr()
    assert reported((data, sample[1]), tmp_path) == 1
    assert "3" in capsys.readouterr().err


GUARD = {"it": "document_update_refused"}


def opened(folder: Path, password: str = "demo") -> Database:
    return Database.open(folder, keys.unlock(folder, "demo", password))


def answers(monkeypatch: pytest.MonkeyPatch, *typed: str) -> list[str]:
    """Types at the terminal; what it asked for stands in the list."""
    left, asked = list(typed), list[str]()

    def answer(question: str) -> str:
        asked.append(question)
        return left.pop(0)

    monkeypatch.setattr(getpass, "getpass", answer)
    return asked


FRESH = "sedam zutih kisobrana"


@pytest.fixture
def saved(sample: tuple[Path, Path], tmp_path: Path) -> tuple[Path, str]:
    """A backup of books whose password nobody knows any more, and a paper key of theirs."""
    data = Path(shutil.copytree(sample[0], tmp_path / "data"))
    paper = paperkeys.make(data, keys.unlock(data, "demo", "demo"))[1]
    assert run((data, sample[1]), "backup", str(tmp_path / "old.backup")) == 0
    return tmp_path / "old.backup", paper


def restored(saved: tuple[Path, str], there: Path, *more: str) -> int:
    return main.main(["restore", str(saved[0]), str(there), "--paper-key", *more])


def test_a_paper_key_restores_on_another_computer_and_gives_a_new_password(
    saved, tmp_path, monkeypatch
) -> None:
    asked = answers(monkeypatch, saved[1].lower().replace(" ", "-"), FRESH, FRESH)
    assert restored(saved, tmp_path / "other") == 0
    assert asked == ["Paper key: ", "New password: ", "The same password again: "]
    with closing(opened(tmp_path / "other", FRESH)) as db, db.read(PROGRAM) as session:
        act = session.query(Act).filter_by(code="restoring.restored").one()
        assert act.user_id == users.find(session, "demo").id


WRONG_AT_THE_TERMINAL = {
    "a sign wrong": ("0000 1111", FRESH, FRESH, "A paper key has 36 signs; 8 are typed."),
    "two passwords": (None, FRESH, "another", "The two passwords differ."),
    "a weak one": (None, "lozinka", "lozinka", "This password is too easy to guess."),
}


@pytest.mark.parametrize("case", WRONG_AT_THE_TERMINAL.values(), ids=WRONG_AT_THE_TERMINAL)
def test_what_is_typed_wrong_restores_nothing(saved, tmp_path, monkeypatch, capsys, case) -> None:
    paper, *passwords, said = case
    answers(monkeypatch, paper or saved[1], *passwords)
    assert restored(saved, tmp_path / "other") == 2
    assert capsys.readouterr().err.startswith(said)
    assert not (tmp_path / "other" / keys.FILE).exists()


def test_guessing_at_a_backup_is_slowed_down(saved, tmp_path, monkeypatch, capsys) -> None:
    there = tmp_path / "other"
    there.mkdir()
    other = papercode.written(papercode.new())
    for _time in range(attempts.FREE_TRIES):
        answers(monkeypatch, other)
        assert restored(saved, there) == 2
    answers(monkeypatch, saved[1])
    capsys.readouterr()
    assert restored(saved, there) == 2
    assert capsys.readouterr().err.startswith("Too many wrong passwords.")


def test_a_paper_key_gives_no_password_to_somebody_unknown(
    saved, tmp_path, monkeypatch, capsys
) -> None:
    answers(monkeypatch, saved[1], FRESH, FRESH)
    assert restored(saved, tmp_path / "other", "--user", "nobody") == 2
    assert capsys.readouterr().err.startswith("There is no user nobody.")
    assert not (tmp_path / "other" / keys.FILE).exists()


def without_a_screen(*words: str) -> subprocess.CompletedProcess[str]:
    nowhere = {**os.environ, "QT_QPA_PLATFORM": "xcb", "DISPLAY": ":nowhere"}
    command = [sys.executable, main.__file__, *words]
    return subprocess.run(command, env=nowhere, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="Windows always has a screen")
def test_where_no_screen_answers_the_window_says_so(tmp_path) -> None:
    answer = without_a_screen("--language", "en", "--data", str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr.splitlines() == [
        "The window cannot open: there is no screen, or it does not answer."
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="Windows always has a screen")
def test_where_no_screen_answers_the_demo_says_where_the_reports_are(sample) -> None:
    answer = without_a_screen("--language", "en", "demo", str(sample[0]))
    assert answer.returncode == 0
    assert answer.stdout.splitlines()[-1].endswith(f"The reports are in {sample[0]}.")
    assert answer.stderr == ""


def test_a_branch_whose_keys_are_lost_is_never_written_over(tmp_path, capsys) -> None:
    folder = tmp_path / "lost"
    folder.mkdir()
    (folder / "ogranak.db").write_bytes(b"somebody's books")
    assert main.main(["sample", str(folder), "--months", "0", "--per-month", "1"]) == 2
    assert (folder / "ogranak.db").read_bytes() == b"somebody's books"


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "json"])
def test_the_public_copy_is_another_file_with_hidden_figures(sample, tmp_path, ending) -> None:
    out = tmp_path / f"public.{ending}"
    words = ("report", "monthly", "--period", "2026-10", "--public", "--out", str(out))
    assert run(sample, *words) == 0
    assert out.stat().st_size > 1000
    if ending == "json":
        found = json.loads(out.read_text("utf-8"))
        assert found["copy"] == "public"
        assert any(figure["now"] is None for figure in found["figures"])


def test_days_that_could_be_subtracted_have_no_public_copy(sample, tmp_path, capsys) -> None:
    out = str(tmp_path / "public.json")
    days = "2026-10-01..2026-10-15"
    assert run(sample, "report", "monthly", "--period", days, "--public", "--out", out) == 2
    assert "whole calendar month" in capsys.readouterr().err


@pytest.mark.parametrize("code", LANGUAGES)
def test_help_is_in_the_chosen_language(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], *([name] for name in main.COMMANDS)):
        with pytest.raises(SystemExit) as ended:
            main.main(["--language", code, *words, "--help"])
        assert ended.value.code == 0
        said = capsys.readouterr().out
        assert language(code).gettext("Usage: ") in said
        assert language(code).gettext("show this explanation") in said
        assert not {"usage:", "options:", "positional"} & set(said.split())


@pytest.mark.parametrize("command", ["travel", "close"])
def test_problems_are_not_written_down_on_the_drive_of_the_copy(
    tmp_path: Path, command: str
) -> None:
    data, drive = tmp_path / "data", tmp_path / "drive"
    for folder in (data, drive):
        folder.mkdir()
    words = [command, str(drive), "--data", str(data)]
    assert main._log(arguments.parse(words, main.window, main.COMMANDS)).parent == data
