"""A field for a password: hidden unless asked, with a word about Caps Lock and the keyboard."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from translations import _
from ui.pieces.boxes import column, label, named, row

LONGEST = 200
_TELL_LAYOUT = {"win32", "darwin"}
_LOCK_MASKS = {"linux": 1 << 1, "darwin": 1 << 16}  # of a key event's native modifiers


class PasswordField(QWidget):
    """A line for a password; below it stand hints, and a box that shows what is typed.

    A `plain` one has no box and does not name the keyboard: it stands below another.
    """

    changed = Signal()
    is_secret = True  # never kept with what else is typed

    def __init__(self, name: str = "password", *, plain: bool = False) -> None:
        super().__init__()
        self.line = _Line()
        self.line.setObjectName(name)
        self.line.setMaxLength(LONGEST)
        self.line.typed.connect(self._typed)
        self.line.textChanged.connect(self.changed)
        self.show_box = named(QCheckBox(), f"{name}_shown")
        self.show_box.toggled.connect(self.show_typed)
        self.keyboard = label("", "muted", name=f"{name}_keyboard", wrap=False)
        self.hint = _Hint(f"{name}_hint")
        self.setFocusProxy(self.line)
        below = row(spacing=14)
        below.addWidget(self.show_box)
        below.addStretch(1)
        below.addWidget(self.keyboard)
        layout = column(self, spacing=4)
        layout.addWidget(self.line)
        layout.addLayout(below)
        layout.addWidget(self.hint)
        self.show_typed(False)
        for part in (self.show_box, self.keyboard):
            part.setVisible(not plain)
        QGuiApplication.inputMethod().localeChanged.connect(self._name_keyboard)
        self.retranslate()

    @property
    def value(self) -> str:
        """What is typed, blanks and all."""
        return self.line.text()

    def clear(self) -> None:
        self.line.clear()
        self.hint.say("")

    def show_typed(self, shown: bool) -> None:
        """Show what is typed, or dots."""
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)

    def retranslate(self) -> None:
        self.show_box.setText(_("Show the password"))
        self.show_box.setAccessibleName(_("Show the password"))
        self._name_keyboard()
        self.hint.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _typed(self, caps: bool) -> None:
        self.hint.judge(caps, self.value)

    def _name_keyboard(self) -> None:
        spoken = keyboard_language()
        self.keyboard.setText(_("Keyboard: {language}").format(language=spoken) if spoken else "")


class _Line(QLineEdit):
    """Tells after each key, and on arriving, whether Caps Lock is on."""

    typed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.caps = False
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.caps = caps_lock(event, self.caps)
        super().keyPressEvent(event)
        self.typed.emit(self.caps)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.caps = _windows_caps_lock() if sys.platform == "win32" else self.caps
        self.typed.emit(self.caps)


class _Hint(QLabel):
    """What may make a right password look wrong; nothing while all is well."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "warn")
        self.setWordWrap(True)
        self.caps = self.cyrillic = False
        self.retranslate()

    def judge(self, caps: bool, text: str) -> None:
        self.caps, self.cyrillic = caps, has_cyrillic(text)
        self.retranslate()

    def say(self, text: str) -> None:
        self.setText(text)
        self.setVisible(bool(text))

    def retranslate(self) -> None:
        said = [_("Caps Lock is on.")] if self.caps else []
        if self.cyrillic:
            said.append(_("You are typing Cyrillic letters. Is that how the password is written?"))
        self.say(" ".join(said))


def caps_lock(event: QKeyEvent, before: bool) -> bool:
    """Whether Caps Lock is on, as far as this key tells; else what was known before."""
    if sys.platform == "win32":
        return _windows_caps_lock()
    if event.key() == Qt.Key.Key_CapsLock:
        return not event.nativeModifiers() & _LOCK_MASKS.get(sys.platform, 0)
    text = event.text()
    if len(text) == 1 and text.lower() != text.upper():
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return text.isupper() != shifted
    return before


def has_cyrillic(text: str) -> bool:
    return any("\u0400" <= sign <= "\u04ff" for sign in text)


def keyboard_language() -> str:
    """The language of the keyboard's layout in its own words, where the system tells it.

    On Linux Qt gives the language of the system instead, whatever the keyboard is.
    """
    if sys.platform not in _TELL_LAYOUT:
        return ""
    spoken = QGuiApplication.inputMethod().locale()
    if spoken.language() in (QLocale.Language.C, QLocale.Language.AnyLanguage):
        return ""
    return spoken.nativeLanguageName()


if sys.platform == "win32":
    import ctypes

    def _windows_caps_lock() -> bool:
        return bool(ctypes.windll.user32.GetKeyState(0x14) & 1)

else:

    def _windows_caps_lock() -> bool:
        return False
