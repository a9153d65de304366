"""A form as the hostile texts meet it: filled in so that it could be saved, in a branch at work."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import postgresql
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from models import clock, periods
from models.database import Database
from models.goods import chain, items, places, stock
from models.goods.stock import Goods
from models.office import users
from models.periods import Period
from models.roles import PROGRAM, Role
from models.safe import attempts, backups, founding, keeping, keys, lock
from models.safe.backups import Backup, Reason
from models.safe.founding import PRACTICE_COST
from models.team import volunteers
from models.team.volunteers import Details
from models.units import THOUSAND
from soak.power import LOGIN, PASSWORD, PLAN
from ui import work
from ui.form import Form

FRESH = "devet crvenih vagona"
OTHER, OTHERS_PASSWORD = "lana", "osam plavih tramvaja"
PATIENCE = 60  # seconds until a form that does not come back counts as hanging
PLENTY = 5_000_000 * THOUSAND


@dataclass
class World:
    """An open branch at work, what its folder held before, and what lies around it."""

    folder: Path
    db: Database
    keys: bytes
    backup: Backup
    small: Database  # the branch as it was at first, for what goes through all of the books
    server: postgresql.Server | None
    elsewhere: Path | None  # on another drive
    shared: Any = None  # the books on the server, once a form asked for them

    @property
    def home(self) -> Path:
        """Where the books lie."""
        assert self.db.folder is not None
        return self.db.folder

    def lay_out_keys(self) -> None:
        """The passwords of the first day, and no wrong one counted."""
        (self.home / keys.FILE).write_bytes(self.keys)
        for name in (attempts.FILE, keeping.FILE, keeping.COPY):
            (self.home / name).unlink(missing_ok=True)

    def scratch(self) -> Path:
        """A folder of its own, empty; it goes with the world."""
        return Path(tempfile.mkdtemp(dir=self.folder))


@dataclass
class Opened:
    """A window with what its button does, whether that was done, and what was said instead.

    `in_turn`: saving takes so long that each text goes into one of the fields, not into all.
    """

    window: QWidget
    press: Callable[[], object]
    is_kept: Callable[[], bool]
    said: Callable[[], str]
    end: Callable[[], object] = lambda: None
    in_turn: bool = False


Maker = Callable[[World], Opened | Form]


class NotHere(Exception):
    """Something that a form needs is missing on this computer: a server, a second drive."""


def opened(
    form: Form, end: Callable[[], object] = lambda: None, *, in_turn: bool = False
) -> Opened:
    def is_kept() -> bool:
        return bool(form.result() or form.saved.text())

    return Opened(form, form.accept, is_kept, form.problem.text, end, in_turn)


def paste(widget: QWidget, text: str) -> None:
    if isinstance(widget, QPlainTextEdit):
        widget.setPlainText("")
        widget.insertPlainText(text)
    elif isinstance(widget, QLineEdit):
        widget.setText("")
        widget.insert(text)


def typed(form: Any, **fields: str) -> Any:
    for name, text in fields.items():
        paste(getattr(form, name), text)
    return form


def chosen(form: Any, password: str = FRESH) -> Any:
    """A new password, typed twice."""
    for field in (form.fresh.first, form.fresh.second):
        paste(field.line, password)
    return form


def settle(window: QWidget) -> None:
    """Wait until what a window does in threads has come to its end. Raises TimeoutError."""
    began = time.monotonic()
    while window.findChildren(work.Work):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError


@contextmanager
def in_a_world(folder: Path) -> Iterator[World]:
    """A branch with goods, a volunteer, a closed month and a second user; with light keys."""
    usual, memory = keys.usual_cost, set(lock.MEMORY)
    keys.usual_cost = lambda: PRACTICE_COST
    lock.MEMORY.clear()  # the other drive is one in memory
    try:
        with ExitStack() as kept:
            yield _world(folder, kept)
    finally:
        keys.usual_cost = usual
        lock.MEMORY.update(memory)


def copied(world: World) -> Database:
    """The branch as it was at first, in a folder of its own."""
    home = Path(shutil.copytree(world.folder / "first", world.scratch() / "branch"))
    return _at_work(home, keys.unlock(home, LOGIN, PASSWORD))


def thrown_away(db: Database) -> None:
    """Close books that were only for one form."""
    home = db.folder
    db.close()
    shutil.rmtree(home or "", ignore_errors=True)


def _world(folder: Path, kept: ExitStack) -> World:
    home, first = folder / "branch", folder / "first"
    key = founding.found(first, PLAN, cost=PRACTICE_COST)
    keys.add_user(first, key, OTHER, OTHERS_PASSWORD)
    with closing(_at_work(first, key)) as begun:
        _begin_work(begun)
    for each in (home, folder / "small"):
        shutil.copytree(first, each)
    db = kept.enter_context(closing(_at_work(home, key)))
    small = kept.enter_context(closing(_at_work(folder / "small", key)))
    (home / keeping.FOLDER).mkdir()
    backup = backups.make(db, backups.fresh_name(home / keeping.FOLDER), Reason.BY_HAND)
    told = (home / keys.FILE).read_bytes()
    return World(folder, db, told, backup, small, _server(kept), _elsewhere(folder, kept))


def _at_work(home: Path, key: bytes) -> Database:
    db = Database.open(home, key)
    users.sign_in(db, LOGIN)
    return db


def _begin_work(db: Database) -> None:
    with db.write() as session:
        main = places.find(session, PLAN.warehouse)
        places.add(session, "Second store")
        stock.receive(
            session, main, [Goods(items.find(session, "blanket"), PLENTY // 2)], on=clock.today()
        )
        volunteers.enter(session, Details("Edin", "Mujić", clock.today().replace(year=1990)))
        periods.close(session, Period.of(clock.today()).previous, "{}", chain.head(session)[1])
    with db.write(PROGRAM) as session:
        users.add(session, OTHER, "Lana Jurić", [Role.SECRETARY])
        users.add(session, "keyless", "Ivo Babić", [Role.DESK])
        me = users.find(session, LOGIN)
        assert me
        users.entrust(session, me, [*me.roles, Role.DESK])  # who has a PIN


def _server(kept: ExitStack) -> postgresql.Server | None:
    binaries = postgresql.programs()
    return kept.enter_context(postgresql.shared_server(binaries)) if binaries else None


def _elsewhere(folder: Path, kept: ExitStack) -> Path | None:
    memory = postgresql.MEMORY
    if not memory.is_dir() or lock.share_a_disk(memory, folder):
        return None
    return Path(kept.enter_context(tempfile.TemporaryDirectory(dir=memory)))
