"""What the program remembers between two starts: place of the window, page, language, text size.

Nothing about a person and nothing from the database; an INI file in the user's own folder.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSettings

PROGRAM = "Ogranak"


def read(key: str, default: Any = None) -> Any:
    """What was remembered under `key`, else `default`."""
    return _settings().value(key, default)


def write(key: str, value: Any) -> None:
    """Remember `value` under `key`."""
    _settings().setValue(key, value)


def _settings() -> QSettings:
    return QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, PROGRAM, PROGRAM.lower()
    )
