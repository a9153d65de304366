"""Hears that the computer's screen was locked, so that no books stay open behind it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    SLOT,
    QAbstractNativeEventFilter,
    QByteArray,
    QCoreApplication,
    QObject,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QWindow

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection, QDBusPendingCallWatcher

SOON = 200  # milliseconds: the first page is seen before this begins
DESKTOPS = ("freedesktop", "gnome", "cinnamon", "mate", "xfce")
SYSTEM, SYSTEM_PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
MANAGER, SESSION = f"{SYSTEM}.Manager", f"{SYSTEM}.Session"
THIS_SESSION, SESSION_CHANGE, SESSION_LOCK = 0x0, 0x2B1, 0x7  # as Windows numbers them


class ScreenLock(QObject):
    """On Linux what the desktop and the system say on the bus, on Windows what a window is told.

    Where nobody says anything, nothing is heard, and that is no fault.
    """

    locked = Signal()  # or the screen saver came, or the computer goes to sleep

    def __init__(self) -> None:
        super().__init__()
        self.buses: list[QDBusConnection] = []
        self.windows: _Windows | None = None
        self.timer = QTimer(self, interval=SOON, singleShot=True)
        self.timer.timeout.connect(self.listen)
        self.timer.start()

    def listen(self) -> None:
        if sys.platform == "win32":
            self.windows = _Windows(self.hear_lock)
        elif sys.platform == "linux":
            self._listen_to_buses()

    def stop(self) -> None:
        """Hear nothing any more, not even what is on its way."""
        self.timer.stop()
        self.blockSignals(True)
        for bus in self.buses:
            bus.disconnectFromBus(bus.name())
        if self.windows:
            self.windows.stop()

    @Slot(bool)
    def hear(self, is_so: bool) -> None:
        if is_so:
            self.locked.emit()

    @Slot()
    def hear_lock(self) -> None:
        self.locked.emit()

    def _listen_to_buses(self) -> None:
        """With the end of connections of our own everything ends that was asked for over them."""
        from PySide6.QtDBus import QDBusConnection

        for kind in (QDBusConnection.BusType.SessionBus, QDBusConnection.BusType.SystemBus):
            name = f"ogranak-{kind.name}-{id(self)}"
            self.buses.append(QDBusConnection.connectToBus(kind, name))
        for desktop in DESKTOPS:
            saver = f"org.{desktop}.ScreenSaver"
            self._await(self.buses[0], "", "", saver, "ActiveChanged", "hear(bool)")
        system = self.buses[1]
        self._await(system, SYSTEM, SYSTEM_PATH, MANAGER, "PrepareForSleep", "hear(bool)")
        self._ask_which_session(system)

    def _ask_which_session(self, system: QDBusConnection) -> None:
        """Others may be logged in too: the system says which session is ours."""
        from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

        def answered(answer: QDBusPendingCallWatcher) -> None:
            if not answer.isError():
                path = answer.reply().arguments()[0].path()
                self._await(system, SYSTEM, path, SESSION, "Lock", "hear_lock()")

        asked = QDBusMessage.createMethodCall(SYSTEM, SYSTEM_PATH, MANAGER, "GetSession")
        asked.setArguments(["auto"])
        answer = QDBusPendingCallWatcher(system.asyncCall(asked), self)
        answer.finished.connect(answered)

    def _await(self, bus: QDBusConnection, *signal_and_slot: str) -> None:
        """The service, path, interface and name of a signal, and what it calls here."""
        *signal, slot = signal_and_slot
        bus.connect(*signal, self, SLOT(slot))  # type: ignore[call-overload]


class _Windows(QAbstractNativeEventFilter):
    """A window that is never shown; Windows tells it what becomes of the session."""

    def __init__(self, locked: Callable[[], object]) -> None:
        import ctypes

        super().__init__()
        self.locked = locked
        self.window = QWindow()
        self.handle = ctypes.c_void_p(self.window.winId())
        self.library = ctypes.CDLL("wtsapi32")  # 64-bit Windows has one way of calling
        self.library.WTSRegisterSessionNotification(self.handle, THIS_SESSION)
        self.application = QCoreApplication.instance()
        self.application.installNativeEventFilter(self)  # type: ignore[union-attr]

    def stop(self) -> None:
        self.application.removeNativeEventFilter(self)  # type: ignore[union-attr]
        self.library.WTSUnRegisterSessionNotification(self.handle)

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> object:
        """Windows waits for the answer: what is to be done comes after it."""
        if kind == b"windows_generic_MSG" and says_locked(int(message)):
            QTimer.singleShot(0, self.window, self.locked)
        return False, 0


def says_locked(address: int) -> bool:
    """Whether the message of Windows at this address in memory says that the screen is locked."""
    from ctypes.wintypes import MSG

    message = MSG.from_address(address)
    return (message.message, message.wParam) == (SESSION_CHANGE, SESSION_LOCK)
