"""What every test may ask for: a database on each engine, and the people and things in it."""

from __future__ import annotations

import os
import tempfile

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt: without a screen it would abort
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="ogranak-settings-")
# There only if a test starts it: whoever locks the screen meanwhile locks no books of a test.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={os.environ['XDG_CONFIG_HOME']}/bus"
os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = os.environ["DBUS_SESSION_BUS_ADDRESS"]

import gc
import random
import shutil
import signal
import sys
import weakref
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import postgresql
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session
from things import Things, as_program, lay_out

import translations
from models.database import Database
from models.safe import lock
from models.server.address import Address

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

ENGINES = ("sqlite", "postgresql")
KEY = bytes(32)
SECRET = "devet plavih lokomotiva"  # of every user of the shared server
NO_SERVER = "PostgreSQL was not found"
TEMPLATE = "empty_books"

settings.register_profile(
    "suite",
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Random tests start elsewhere in every run, from a number that the last lines name.

    A run that is ended from outside tidies up as if it had been interrupted at the keyboard.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if getattr(config.option, "hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(random.SystemRandom().randrange(10**9))


def pytest_unconfigure() -> None:
    shutil.rmtree(os.environ["XDG_CONFIG_HOME"], ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    seed = terminalreporter.config.option.hypothesis_seed
    terminalreporter.write_line(f"Random tests began at --hypothesis-seed={seed}")
    skipped = terminalreporter.stats.get("skipped", [])
    lost = [report for report in skipped if NO_SERVER in str(report.longrepr)]
    if lost:
        text = f"*** {NO_SERVER}: {len(lost)} tests were skipped. Install it and run again. ***"
        terminalreporter.write_line(text, red=True, bold=True)


@pytest.fixture(autouse=True)
def _collect_here() -> Iterator[None]:
    """As in the program, nothing is collected in a worker's thread (see ui/garbage.py)."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture(scope="module", autouse=True)
def _give_back() -> Iterator[None]:
    """What has grown old and is no longer used goes with the file of tests that used it."""
    yield
    gc.collect()


@pytest.fixture(scope="session", autouse=True)
def _end_every_thread() -> Iterator[None]:
    """As the program does when it is closed; here nothing says that it is."""
    yield
    if "ui.work" in sys.modules:
        sys.modules["ui.work"].wait_for_all()


@pytest.fixture(autouse=True)
def _leave_no_box_open() -> Iterator[None]:
    """A modal box that stays open takes the keyboard from the windows of every later test."""
    yield
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [each for each in QApplication.topLevelWidgets() if each.isModal() and each.isVisible()]
    for box in left:
        box.close()
    assert not left


@pytest.fixture(scope="session", autouse=True)
def _shown_alone() -> list[tuple[Any, str]]:
    """Every widget that was shown while it stood in no other, and the line that showed it."""
    from PySide6.QtWidgets import QWidget

    shown: list[tuple[weakref.ref[QWidget], str]] = []
    set_visible = QWidget.setVisible

    def watched(widget: QWidget, visible: bool = True) -> None:
        if visible and widget.isWindow():
            caller = sys._getframe(1)
            shown.append((weakref.ref(widget), f"{caller.f_code.co_filename}:{caller.f_lineno}"))
        set_visible(widget, visible)

    QWidget.show = QWidget.setVisible = watched  # type: ignore[method-assign, assignment]
    return shown


@pytest.fixture(autouse=True)
def _no_part_is_a_window(_shown_alone: list[tuple[Any, str]]) -> Iterator[None]:
    """A part shown before it has its place is a window for a moment, and takes the keyboard."""
    _shown_alone.clear()
    yield
    from shiboken6 import isValid

    left = ((shown(), line) for shown, line in _shown_alone)
    parts = {line for part, line in left if part and isValid(part) and not part.isWindow()}
    assert not parts


@pytest.fixture(autouse=True)
def _as_first_started() -> None:
    """No choice and no page of an earlier test is remembered: forms and windows begin with them."""
    if "ui.remembered" in sys.modules:
        sys.modules["ui.remembered"]._settings().clear()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    translations.use("en")
    yield
    translations.use("en")


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """Windows are tested as they look: dressed, whichever test comes first."""
    from ui import style

    style.apply()
    return qapp


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Random numbers that --hypothesis-seed brings back."""
    return random.Random(int(request.config.option.hypothesis_seed))


@pytest.fixture(scope="session")
def postgresql_socket() -> Iterator[str | None]:
    """The folder of the server's socket; None where no server is installed."""
    binaries = postgresql.programs()
    with postgresql.server(binaries) if binaries else nullcontext() as host:
        yield host


@pytest.fixture(scope="session")
def postgresql_template(postgresql_socket: str | None) -> str:
    """A server with one empty set of books, of which each test gets a copy."""
    if postgresql_socket is None:
        pytest.skip(NO_SERVER)
    postgresql.command(postgresql_socket, f"CREATE DATABASE {TEMPLATE}")
    Database.connect(postgresql.url(postgresql_socket, TEMPLATE)).close()
    return postgresql_socket


@pytest.fixture(scope="session")
def shared_server() -> Iterator[postgresql.Server]:
    """A server that lets users in by password over an encrypted connection."""
    binaries = postgresql.programs()
    if binaries is None:
        pytest.skip(NO_SERVER)
    with postgresql.shared_server(binaries) as made:
        yield made


@pytest.fixture
def shared_books(shared_server: postgresql.Server) -> Iterator[Address]:
    """The address of an empty database whose owner, "keeper", may also make users."""
    name = f"branch_{uuid4().hex[:8]}"
    shared_server.command(f"CREATE ROLE {name}_keeper LOGIN CREATEROLE PASSWORD '{SECRET}'")
    shared_server.command(f"CREATE DATABASE {name} OWNER {name}_keeper")
    where = {"host": "localhost", "port": shared_server.port}
    yield Address(
        database=name, user=f"{name}_keeper", certificate=str(shared_server.certificate), **where
    )
    shared_server.command(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_url(postgresql_template: str) -> Iterator[str]:
    """The address of a fresh, empty set of books on the server; skips where there is none."""
    name = f"books_{uuid4().hex}"
    postgresql.command(postgresql_template, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    yield postgresql.url(postgresql_template, name)
    postgresql.command(postgresql_template, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def file_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one empty encrypted file, of which each test gets a copy."""
    folder = tmp_path_factory.mktemp("template") / "branch"
    Database.create(folder, KEY).close()
    return folder


@pytest.fixture
def branch_folder(file_template: Path, tmp_path: Path) -> Path:
    """A folder with an empty encrypted file; its data key is KEY."""
    return Path(shutil.copytree(file_template, tmp_path / "branch"))


@pytest.fixture(params=ENGINES)
def db(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An open, empty database, once on each engine."""
    if request.param == "sqlite":
        opened = Database.open(request.getfixturevalue("branch_folder"), KEY)
    else:
        opened = Database.connect(request.getfixturevalue("postgresql_url"))
    yield as_program(opened)
    opened.close()


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    """One user action that lasts as long as the test, and is kept at its end."""
    with db.write() as opened:
        yield opened


@pytest.fixture
def things(session: Session) -> Things:
    """A warehouse, a team, blankets and water, in the session of the test."""
    return lay_out(session)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on another drive; the only one that every Linux has is one in memory."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or lock.share_a_disk(memory, tmp_path):
        pytest.skip("there is no second drive")
    monkeypatch.setattr(lock, "MEMORY", set())
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)
