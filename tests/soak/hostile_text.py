"""R14: hostile texts pasted into every field of every form, searched for, printed and exported.

Each is kept as text or refused in one sentence. No file that a text names is opened, no formula
stands in a workbook, no link in a paper, and no label takes what was typed for markup.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hostile import HOSTILE, require_no_formulas, require_no_links
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import Qt as Text
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from models import clock
from models.errors import DomainError
from models.periods import Period
from reports import monthly
from soak import branch_forms, key_forms, server_forms
from soak.opened import Maker, NotHere, Opened, World, in_a_world, opened, paste, settle
from translations import LANGUAGES, language
from ui import faults
from ui.entrance import pages
from ui.window import MainWindow

COUNT = 300
PIECES = ("%s", "{0}", "<b>", "</para>", "'", '"', "\\", "/", "\0", "\u202e", "\ud800", "=", "@")
LONGEST = 6_000
FORMS: tuple[Maker, ...] = (*key_forms.FORMS, *server_forms.FORMS, *branch_forms.FORMS)


@dataclass
class Findings:
    """What was tried, and what went wrong with it: the kind of fault, and how often."""

    tried: int = 0
    saved: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kinds: set[type[QWidget]] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)

    def note(self, where: str, what: object) -> None:
        self.faults[f"{where}: {type(what).__name__} {str(what)[:80]!r}"] += 1


def run(how_many: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        found = tried(Path(folder), texts(how_many, seed, Path(folder) / "canary.png"), aloud=True)
    forms, kept = len(found.kinds), found.saved.total()
    print(f"{how_many} texts in {forms} forms, {found.tried} saves tried, {kept} of them kept")
    for reason in found.left_out:
        print(f"  left out: {reason}")
    for fault, times in found.faults.most_common():
        print(f"  {times} x {fault}")
    return not found.faults


def texts(how_many: int, seed: int, canary: Path) -> list[str]:
    """The known ones first, then such as are put together from them by chance."""
    chance = random.Random(seed)
    known = [f'<img src="file://{canary}"/>', f"<para>{canary}</para>", str(canary), *HOSTILE]
    return [*known, *(_mixed(chance) for _ in range(how_many))][:how_many]


def _mixed(chance: random.Random) -> str:
    parts = [_part(chance) for _ in range(chance.randint(1, 5))]
    return "".join(parts)[:LONGEST] * chance.choice((1, 1, 1, 20))


def _part(chance: random.Random) -> str:
    whole = chance.choice(HOSTILE)
    begin = chance.randrange(len(whole))
    any_sign = chr(chance.randrange(1, 0x10FFFF))
    return whole[begin : begin + chance.randint(1, 80)] + chance.choice([*PIECES, any_sign])


def tried(folder: Path, hostile: list[str], *, aloud: bool = False) -> Findings:
    """Everything that is tried with them, in a branch below `folder`."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    found = Findings()
    with _canary(folder / "canary.png", found), _slots(found), in_a_world(folder) as world:
        for make in FORMS:
            began, before = time.monotonic(), found.faults.total()
            name = _fill(make, world, hostile, found)
            if aloud:
                faulty = f", {found.faults.total() - before} faults"
                print(f"  {time.monotonic() - began:6.1f} s  {name}{faulty}", flush=True)
        _look(world, hostile, found)
        _print(world, found)
    return found


def _fill(make: Maker, world: World, hostile: list[str], found: Findings) -> str:
    """Every text in every field of one form; the name of the form."""
    try:
        with _open(make, world) as form:
            kind, fields, turns = type(form.window), len(_inputs(form.window)), form.in_turn
            found.kinds.add(kind)
            _require_kept_as_it_is(form, found)
    except NotHere as reason:
        found.left_out.append(str(reason))
        return f"{make.__name__}: {reason}"
    for number, text in enumerate(hostile):
        for place in [number % fields] if turns else range(fields):
            with _open(make, world) as form:
                _try(form, place, text, found)
            _let_go()
    return kind.__name__


def _require_kept_as_it_is(form: Opened, found: Findings) -> None:
    """Filled in as it should be it is kept: else nothing was tried that is refused later."""
    name = type(form.window).__name__
    form.press()
    settle(form.window)
    if not form.is_kept():
        found.note(name, ValueError(f"refused as it is: {form.said()}"))


@contextmanager
def _open(make: Maker, world: World) -> Iterator[Opened]:
    made = make(world)
    form = made if isinstance(made, Opened) else opened(made)
    try:
        yield form
    finally:
        form.window.deleteLater()
        form.end()


def _try(form: Opened, place: int, text: str, found: Findings) -> None:
    """Paste the text into one field of a form that is filled in otherwise, and save."""
    line = _inputs(form.window)[place]
    named = line.objectName() or line.accessibleName()
    where = f"{type(form.window).__name__}.{named}"
    if _is_folder(text):
        return  # a path to somewhere that is there is no hostile one
    found.tried += 1
    try:
        for each in _pasted_into(form.window, line):
            paste(each, text)
        form.press()
        settle(form.window)
        _judge(form, where, found)
    except Exception as problem:
        found.note(where, problem)


def _judge(form: Opened, where: str, found: Findings) -> None:
    if form.is_kept():
        found.saved[type(form.window).__name__] += 1
    elif not form.said() and not _has_more_windows():
        found.note(where, ValueError("neither saved nor refused"))
    elif faults.OURS in form.said():
        found.note(where, ValueError("refused as a fault of the program"))
    _require_plain(form.window, where, found)


def _require_plain(window: QWidget, where: str, found: Findings) -> None:
    """A label that Qt would read as markup could show a picture or a link that was typed."""
    for label in window.findChildren(QLabel):
        if label.textFormat() != Qt.TextFormat.PlainText and Text.mightBeRichText(label.text()):
            found.note(f"{where} in {label.objectName()}", ValueError("shown as markup"))
    for widget in window.findChildren(QWidget):
        tip = widget.toolTip()
        if Text.mightBeRichText(tip) and not tip.startswith("<qt>"):
            found.note(f"{where} at {widget.objectName()}", ValueError("a tip shown as markup"))


def _pasted_into(form: QWidget, line: QWidget) -> list[QWidget]:
    """A new password is typed twice: two that differ would never be tried."""
    if line.objectName() != "new_password":
        return [line]
    again = form.findChild(QLineEdit, "repeated_password")
    return [line, again] if again else [line]


def _inputs(form: QWidget) -> list[QWidget]:
    """Where something can be typed."""
    lines = [each for each in form.findChildren(QLineEdit) if _is_typed_into(each)]
    return [*lines, *form.findChildren(QPlainTextEdit)]


def _is_typed_into(line: QLineEdit) -> bool:
    inside = isinstance(line.parent(), QAbstractSpinBox)
    return not inside and not line.isReadOnly() and line.isEnabled()


def _is_folder(text: str) -> bool:
    try:
        return Path(text.strip()).is_absolute() and Path(text.strip()).is_dir()
    except OSError:  # a name too long for the disk
        return False


def _has_more_windows() -> bool:
    return QApplication.activeModalWidget() is not None


def _let_go() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def _look(world: World, hostile: list[str], found: Findings) -> None:
    """Every page in every language over what was kept, and every text searched for."""
    window = MainWindow(world.db, pages.pages_of(world.db))
    window.show()
    for place, kind in enumerate(window.kinds):
        for code in LANGUAGES:
            _guarded(found, kind.title, lambda place=place, code=code: _show(window, place, code))
        _require_plain(window, kind.title, found)
        for text in hostile:
            _guarded(found, f"search in {kind.title}", lambda text=text: _search(window, text))
    window.close()
    window.deleteLater()


def _show(window: MainWindow, place: int, code: str) -> None:
    from ui import language as speech

    speech.switch(code)
    window.show_page(place)
    window.grab()


def _search(window: MainWindow, text: str) -> None:
    window.search.setText("")
    window.search.insert(text)
    if window.page.searchable:
        window.page.search(window.search.text())


def _print(world: World, found: Findings) -> None:
    def papers() -> None:
        for code in LANGUAGES:
            with world.db.read() as session:
                data = monthly.collect(session, Period.of(clock.today()))
            require_no_formulas(monthly.workbook(data, language(code)))
            require_no_links(monthly.render(data, language(code)))

    _guarded(found, "monthly report", papers)


def _guarded(found: Findings, where: str, act: Callable[[], object]) -> None:
    found.tried += 1
    try:
        act()
        QApplication.processEvents()
    except DomainError as refusal:
        if not refusal.text():
            found.note(where, refusal)
    except Exception as problem:
        found.note(where, problem)


@contextmanager
def _slots(found: Findings) -> Iterator[None]:
    """What goes wrong in a slot does not come back to who caused it."""

    def hear(_kind: type[BaseException], problem: BaseException, _trace: object) -> None:
        found.note("in a slot", problem)

    before, sys.excepthook = sys.excepthook, hear
    try:
        yield
    finally:
        sys.excepthook = before


@contextmanager
def _canary(path: Path, found: Findings) -> Iterator[None]:
    """A file that the texts name: reading it would move its time of access."""
    path.write_bytes(b"canary")
    if not was_read(path, path.read_bytes):
        print("  this file system keeps no time of access: opened files are not seen")
    os.utime(path, (0, time.time()))
    yield
    if path.stat().st_atime > 1:
        found.note("canary", ValueError("a file named in a text was opened"))


def was_read(path: Path, act: Callable[[], object]) -> bool:
    os.utime(path, (0, time.time()))
    act()
    return path.stat().st_atime > 1
