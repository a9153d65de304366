"""Failures: each has a code that is listed, and nothing of persons is ever written down of one."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, OperationalError
from things import as_program

import main
from models.bookfile import Unreadable
from models.checks import RecordCut
from models.database import Database
from models.errors import DomainError, NotFound
from models.office.users import User
from models.server import engine, keyring
from translations import LANGUAGES, language
from ui import faults, messages
from ui import language as speech
from ui.office.failures import FailuresDialog, catalogue

NAME = "Planted Šehić"
PAGE = Path(__file__).resolve().parent.parent / "docs" / "errors.md"


def test_every_code_is_of_one_failure_and_listed_with_its_sentence() -> None:
    codes = [failure.code for failure in catalogue()]
    assert len(set(codes)) == len(codes)
    listed = re.findall(r"^\| (OG-\d{3}) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert listed == [(failure.code, failure.text) for failure in catalogue()]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_is_said_in_every_language(code: str) -> None:
    spoken = language(code)
    untold = [each.said for each in catalogue() if spoken.gettext(each.said) == each.said]
    assert untold == [] or code == "en"


def test_a_failure_of_the_world_and_damaged_books_have_a_code_but_a_broken_rule_has_none() -> None:
    assert faults.code(OSError(28, "No space left")) == "OG-001"
    assert faults.code(OperationalError("x", {}, Exception("database is locked"))) == "OG-010"
    assert faults.code(ValueError()) == "OG-099"
    assert faults.code(RecordCut(number=3)) == "OG-052"
    assert faults.code(NotFound()) == ""


def test_whatever_a_server_refuses_has_a_code_but_an_address_typed_wrong_has_none() -> None:
    refusals = [kind for kind in vars(engine).values() if _is_refusal_of(engine, kind)]
    assert engine.BadAddress in refusals
    uncoded = {kind for kind in refusals if not faults.code(kind(server="x", login="x"))}
    assert uncoded == {engine.BadAddress}
    assert faults.code(keyring.NoKey()) == "OG-035"


def _is_refusal_of(place: ModuleType, kind: object) -> bool:
    return (
        isinstance(kind, type)
        and issubclass(kind, DomainError)
        and kind.__module__ == place.__name__
    )


def test_the_command_line_says_the_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "keys.json").write_text("{")
    assert main.main(["check", "--data", str(tmp_path), "--user", "amra"]) == 1
    assert capsys.readouterr().err.strip().endswith("[OG-032]")


# What is written down


def failing_statement(db: Database) -> None:
    with db.write() as session:
        session.execute(insert(User), 2 * [{"login": NAME, "name": NAME}])


def failing_type(db: Database) -> None:
    with db.write() as session:
        session.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": NAME})


def failing_words(_db: Database) -> None:
    raise ValueError(f"no such person: {NAME}")


def failing_file(_db: Database) -> None:
    Path(f"/no such folder/{NAME}.pdf").read_bytes()


def failing_twice(db: Database) -> None:
    secret = NAME
    try:
        failing_words(db)
    except ValueError as problem:
        raise RuntimeError(f"after {secret}") from problem


@pytest.mark.parametrize(
    "fail", [failing_statement, failing_type, failing_words, failing_file, failing_twice]
)
def test_no_value_is_written_down(
    db: Database, tmp_path: Path, fail: Callable[[Database], None]
) -> None:
    log = tmp_path / "problems.log"
    with pytest.raises(Exception) as caught:
        fail(as_program(db))
    assert NAME in str(caught.value)  # the name was there to be leaked
    faults.write_down(log, caught.value)
    written = log.read_text("utf-8")
    assert all(part not in written for part in (NAME, "Šehić", "Planted"))
    assert type(caught.value).__name__ in written
    assert str(tmp_path) not in written


def test_a_note_says_when_what_where_and_which_versions(db: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        failing_statement(as_program(db))
    first, second, *places = faults.note(caught.value).splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d OG-099 IntegrityError < \w+.*", first)
    assert re.fullmatch(r"  Ogranak \S+, Python \S+, \w+ .+", second)
    assert any(place.startswith("  tests/test_failures.py:") for place in places)
    assert any(place.startswith("  sqlalchemy/") for place in places)
    assert not any(str(Path(sys.prefix)) in place for place in places)


def test_the_log_keeps_to_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "LARGEST", 2_000)
    log = tmp_path / "problems.log"
    for _ in range(100):
        faults.write_down(log, ValueError(NAME))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problems.log", "problems.log.1"]
    assert all(path.stat().st_size < 3_000 for path in tmp_path.iterdir())


# The box


def keep(opened: list[Any], dialog: Any, qtbot: QtBot) -> None:
    """In the place of a dialog's exec, which would wait for the person."""
    qtbot.addWidget(dialog)
    opened.append(dialog)


@pytest.fixture
def box(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> list[QMessageBox]:
    shown: list[QMessageBox] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda this: keep(shown, this, qtbot))
    monkeypatch.setattr(messages, "_log", None)
    return shown


def test_the_box_says_the_code_in_small(box: list[QMessageBox]) -> None:
    messages.explain(None, OSError(28, "No space left"))
    messages.explain(None, Unreadable(file="ogranak.db"))
    messages.explain(None, NotFound())
    assert [each.informativeText() for each in box] == ["OG-001", "OG-020", ""]
    below = box[0].findChild(QLabel, "qt_msgbox_informativelabel")
    assert below.property("role") == "muted"


def test_the_box_shows_what_was_written_down_to_be_copied(
    box: list[QMessageBox], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[messages.NoteDialog] = []
    monkeypatch.setattr(messages.NoteDialog, "exec", lambda this: keep(opened, this, qtbot))
    messages.explain(None, ValueError(NAME))
    box[0].show()
    box[0].findChild(QPushButton, "note").click()
    assert box[0].isVisible()  # it waits until the note was read
    note = opened[0].findChild(QPlainTextEdit).toPlainText()
    assert "ValueError" in note
    assert NAME not in note
    opened[0].copy()
    assert QApplication.clipboard().text() == note


def test_a_broken_rule_offers_no_note(box: list[QMessageBox]) -> None:
    messages.explain(None, DomainError())
    assert box[0].findChild(QPushButton, "note") is None


def test_the_list_of_messages_speaks_the_language_of_the_window(qtbot: QtBot) -> None:
    speech.switch("sr_Cyrl")
    dialog = FailuresDialog()
    qtbot.addWidget(dialog)
    assert dialog.table.model_.rowCount() == len(catalogue())
    assert "Диск" in dialog.whole.text()
