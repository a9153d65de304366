"""R14 in the window: a hostile text in every field of every form; the full count is the soak's."""

from __future__ import annotations

import importlib
import pkgutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot
from soak import hostile_text
from soak.hostile_text import Findings
from soak.opened import Opened, World

import ui
from ui.entrance.first_run import FirstRun
from ui.entrance.sign_in import SignIn
from ui.form import Form
from ui.messages import NoteDialog
from ui.office.acts import ActsDialog
from ui.office.places import PlaceForm

TEXTS = 1
TYPED = (QLineEdit, QPlainTextEdit, QTextEdit)
WINDOWS = (QDialog, SignIn, FirstRun)
EXCEPTIONS = {
    NoteDialog: "what was written down is only read there",
    ActsDialog: "shows the page of acts, which is looked through with every other page",
}


@pytest.fixture
def texts(tmp_path: Path, request: pytest.FixtureRequest) -> list[str]:
    seed = int(request.config.option.hypothesis_seed)
    return hostile_text.texts(200, seed, tmp_path / "canary.png")[-TEXTS:]


def test_hostile_texts_are_kept_or_refused_in_every_form(
    tmp_path: Path, texts: list[str], qtbot: QtBot
) -> None:
    found = hostile_text.tried(tmp_path, texts)
    assert not found.faults
    assert found.saved.total() > 50
    if not found.left_out:
        assert left_out(found) == set()


def left_out(found: Findings) -> set[str]:
    """The windows of the program with a field for text that no hostile text was typed into."""
    return {kind.__qualname__ for kind in typed_windows() - found.kinds - EXCEPTIONS.keys()}


def typed_windows() -> set[type[QWidget]]:
    """Those that nothing else is made of: what only others build upon is tried with them."""
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        importlib.import_module(module.name)
    kinds = {kind for base in WINDOWS for kind in (base, *_made_of(base)) if _is_ours(kind)}
    leaves = {kind for kind in kinds if not any(map(_is_ours, kind.__subclasses__()))}
    return {kind for kind in leaves if is_typed_into(kind, set())}


def is_typed_into(thing: Any, known: set[Any]) -> bool:
    """Whether a widget, or a function that makes one, has a field for text in it.

    Told from the names that its code uses; a dialog that it opens is another window.
    """
    if isinstance(thing, type) and issubclass(thing, TYPED):
        return True
    if thing in known or not _is_ours(thing):
        return False
    known.add(thing)
    return any(is_typed_into(each, known) for each in _used_by(thing))


def _made_of(base: type[QWidget]) -> Iterator[type[QWidget]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _made_of(kind)


def _is_ours(thing: Any) -> bool:
    return str(getattr(thing, "__module__", "")).startswith("ui.")


def _used_by(thing: Any) -> Iterator[Any]:
    if isinstance(thing, type):
        yield from (base for base in thing.__bases__ if base is not Form)
    for function in _functions(thing):
        for name in _names(function.__code__):
            yield from _named(function.__globals__.get(name))


def _named(value: Any) -> Iterator[Any]:
    """A class or function; the cells of the columns that lines of fields are made of."""
    if isinstance(value, tuple):
        cells = (vars(column).values() for column in value if hasattr(column, "__dict__"))
        yield from (cell for values in cells for cell in values if callable(cell))
    is_window = isinstance(value, type) and issubclass(value, QDialog)
    if isinstance(value, (types.FunctionType, type)) and not is_window:
        yield value


def _functions(thing: Any) -> Iterator[types.FunctionType]:
    if isinstance(thing, types.FunctionType):
        yield thing
        return
    for member in vars(thing).values():
        function = getattr(member, "fget", member)
        if isinstance(function, types.FunctionType):
            yield function


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from _names(each)


def test_a_form_that_nobody_typed_into_is_named() -> None:
    assert "PartingForm" in left_out(Findings())
    assert "TrainingsForm" in left_out(Findings())
    assert "HeldForm" not in left_out(Findings())  # choices and a button


class Careless(PlaceForm):
    """Takes the text for a format."""

    def save(self, session: Any) -> Any:
        self.name.text() % ()
        return super().save(session)


class Rich(PlaceForm):
    """Repeats what was typed in a label that knows markup."""

    def save(self, session: Any) -> Any:
        self.repeated = QLabel(self.name.text(), self)
        return super().save(session)


@pytest.mark.parametrize("kind", [Careless, Rich])
def test_a_form_that_takes_a_text_for_a_format_or_for_markup_is_found(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, kind: type[PlaceForm]
) -> None:
    def filled(world: World) -> Form | Opened:
        form = kind(world.db, None)
        form.name.set_value("Store")
        return form

    monkeypatch.setattr(hostile_text, "FORMS", (filled,))
    assert hostile_text.tried(tmp_path, ["<b>%s %d</b>"]).faults


def test_a_file_that_is_read_is_noticed(tmp_path: Path) -> None:
    canary = tmp_path / "canary.png"
    canary.write_bytes(b"canary")
    assert not hostile_text.was_read(canary, lambda: None)
    if not hostile_text.was_read(canary, canary.read_bytes):
        pytest.skip("this file system keeps no time of access")
