"""R14 in the window: a hostile text in every field of every form; the full count is the soak's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from soak import hostile_text

from ui.form import Form
from ui.office.places import PlaceForm

TEXTS = 1


@pytest.fixture
def texts(tmp_path: Path, request: pytest.FixtureRequest) -> list[str]:
    seed = int(request.config.option.hypothesis_seed)
    return hostile_text.texts(200, seed, tmp_path / "canary.png")[-TEXTS:]


def test_hostile_texts_are_kept_or_refused_in_every_form(
    tmp_path: Path, texts: list[str], qtbot: QtBot
) -> None:
    found = hostile_text.tried(tmp_path, texts)
    assert found.saved.total() > 50
    assert not found.faults


class Careless(PlaceForm):
    """Takes the text for a format."""

    def save(self, session: Any) -> Any:
        self.name.text() % ()
        return super().save(session)


def test_a_form_that_takes_a_text_for_a_format_is_found(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(db: Any) -> Form:
        return Careless(db, None)

    monkeypatch.setattr(hostile_text, "FORMS", (careless,))
    assert hostile_text.tried(tmp_path, ["%s %d"]).faults


def test_a_file_that_is_read_is_noticed(tmp_path: Path) -> None:
    canary = tmp_path / "canary.png"
    canary.write_bytes(b"canary")
    assert not hostile_text.was_read(canary, lambda: None)
    if not hostile_text.was_read(canary, canary.read_bytes):
        pytest.skip("this file system keeps no time of access")
