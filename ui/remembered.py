"""What the program remembers between two starts: place of the window, pages, language, text size.

Nothing about a person, and of the books only the number of each user, with the page they were on;
an INI file in the user's own folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, QStandardPaths

PROGRAM = "Ogranak"


def read(key: str, default: Any = None) -> Any:
    """What was remembered under `key`, else `default`."""
    return _settings().value(key, default)


def write(key: str, value: Any) -> None:
    """Remember `value` under `key`."""
    _settings().setValue(key, value)


def folder(key: str) -> str:
    """The folder remembered under `key` while it is there; else the user's documents, or home."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    known = [str(read(key) or ""), documents]
    return next((path for path in known if path and Path(path).is_dir()), str(Path.home()))


def _settings() -> QSettings:
    return QSettings(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, PROGRAM, PROGRAM.lower()
    )
