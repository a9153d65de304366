"""A locked screen locks the books; the desktop that says so runs on a bus of the tests' own."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from ctypes.wintypes import MSG
from pathlib import Path

import pytest
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusObjectPath, QDBusVirtualObject
from pytestqt.qtbot import QtBot
from things import as_program

from models.database import Database
from ui.entrance.locking import Locking
from ui.entrance.screen_lock import SOON, says_locked

DAEMON = shutil.which("dbus-daemon")
LOGIN, PLACE = "org.freedesktop.login1", "/org/freedesktop/login1"
OURS, ANOTHERS = f"{PLACE}/session/_32", f"{PLACE}/session/_37"
NAME = "desktop"


class System(QDBusVirtualObject):
    """Knows, like systemd, in which session a program runs."""

    asked = 0  # times

    def handleMessage(self, message: QDBusMessage, bus: QDBusConnection) -> bool:
        self.asked += 1
        assert (message.member(), message.arguments()) == ("GetSession", ["auto"])
        return bus.send(message.createReply(QDBusObjectPath(OURS)))

    def introspect(self, path: str) -> str:
        return ""


@pytest.fixture
def bus() -> Iterator[None]:
    """For the session and the system, at the address that every test looks at."""
    address = os.environ["DBUS_SESSION_BUS_ADDRESS"]
    if DAEMON is None:
        pytest.skip("dbus-daemon was not found")
    command = [DAEMON, "--session", "--nofork", "--nopidfile", "--print-address"]
    daemon = subprocess.Popen(
        [*command, f"--address={address}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    daemon.stdout.readline()
    yield
    daemon.terminate()
    daemon.communicate()
    Path(address.removeprefix("unix:path=")).unlink(missing_ok=True)


@pytest.fixture
def desktop(bus: None) -> Iterator[System]:
    connection = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, NAME)
    assert connection.registerService(LOGIN)
    system = System()
    assert connection.registerVirtualObject(PLACE, system)
    yield system
    QDBusConnection.disconnectFromBus(NAME)


def say(path: str, interface: str, name: str, *values: object) -> None:
    signal = QDBusMessage.createSignal(path, interface, name)
    signal.setArguments(list(values))
    assert QDBusConnection(NAME).send(signal)


def saver(of: str, is_on: bool) -> None:
    say(f"/org/{of}/ScreenSaver", f"org.{of}.ScreenSaver", "ActiveChanged", is_on)


def sleep(is_begun: bool) -> None:
    say(PLACE, f"{LOGIN}.Manager", "PrepareForSleep", is_begun)


def lock(session: str) -> None:
    say(session, f"{LOGIN}.Session", "Lock")


@pytest.fixture
def books(branch_folder: Path) -> Iterator[Locking]:
    opened = as_program(Database.open(branch_folder, bytes(32)))
    locking = Locking(opened, "amra")
    yield locking
    locking.stop()
    opened.close()


@pytest.fixture
def heard(books: Locking, desktop: System, qtbot: QtBot) -> Locking:
    """Books that hear the desktop, a little after their window is seen."""
    qtbot.waitUntil(lambda: desktop.asked == 1)
    qtbot.wait(100)
    return books


HAPPENS = {
    "freedesktop": lambda: saver("freedesktop", True),
    "gnome": lambda: saver("gnome", True),
    "cinnamon": lambda: saver("cinnamon", True),
    "mate": lambda: saver("mate", True),
    "xfce": lambda: saver("xfce", True),
    "sleep": lambda: sleep(True),
    "lock": lambda: lock(OURS),
}


@pytest.mark.parametrize("what", HAPPENS)
def test_a_locked_screen_locks_the_books(heard, qtbot, what):
    assert not heard.db.is_locked
    HAPPENS[what]()
    qtbot.waitUntil(lambda: heard.db.is_locked)
    assert heard.window.isVisible()


def test_a_screen_that_comes_back_and_the_session_of_another_lock_nothing(heard, qtbot):
    saver("gnome", False)
    sleep(False)
    lock(ANOTHERS)
    qtbot.wait(200)
    assert not heard.db.is_locked


def test_books_that_are_locked_stay_as_they_are(heard, qtbot):
    heard.lock()
    window = heard.window
    saver("gnome", True)
    qtbot.wait(200)
    assert heard.window is window


def test_books_that_were_closed_hear_nothing_more(heard, qtbot):
    saver("gnome", True)
    heard.screen.stop()
    saver("gnome", True)
    qtbot.wait(200)
    assert (heard.window, heard.db.is_locked) == (None, False)


def test_books_on_a_server_that_asks_nobody_stay_open(desktop, postgresql_url, qtbot):
    with closing(as_program(Database.connect(postgresql_url))) as db:
        locking = Locking(db, "amra")
        with qtbot.waitSignal(locking.screen.locked):
            qtbot.waitUntil(lambda: desktop.asked == 1)
            saver("gnome", True)
        assert (locking.window, db.is_locked) == (None, False)
        locking.stop()


def test_without_a_bus_nothing_is_heard_and_nothing_said(books, qtbot, qtlog, capfd):
    with qtbot.assertNotEmitted(books.screen.locked, wait=SOON + 200):
        pass
    assert [bus.isConnected() for bus in books.screen.buses] == [False, False]
    assert (qtlog.records, *capfd.readouterr()) == ([], "", "")


def test_of_what_windows_tells_only_the_lock_counts():
    change, locked, unlocked, resized = 0x2B1, 7, 8, 0x5
    told = [MSG(message=change, wParam=locked), MSG(message=change, wParam=unlocked)]
    told.append(MSG(message=resized, wParam=locked))
    assert [says_locked(ctypes.addressof(each)) for each in told] == [True, False, False]
