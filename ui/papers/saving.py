"""Saves a file where the person wants it: made and written off the main thread, whole or not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from models import files
from translations import _
from ui import remembered, work
from ui.pieces.dialog import answer_to

FOLDER = "save/folder"
KINDS = {"pdf": "PDF", "xlsx": "Excel (XLSX)", "json": "JSON", "csv": "CSV"}


def save(
    parent: QWidget,
    name: str,
    ending: str,
    make: Callable[[], bytes],
    on_done: Callable[[Path], object],
) -> None:
    """Ask where, write what `make` gives there, and tell `on_done` the path.

    `name` is proposed, without its ending. `make` must touch no widget.
    """
    path = ask_path(parent, name, ending)
    if path is None:
        return
    remembered.write(FOLDER, str(path.parent))

    def write(_told: work.Progress) -> Path:
        files.write_whole(path, make(), secret=False)
        return path

    work.run(parent, _("Saving {file}…").format(file=path.name), write, on_done)


def ask_path(parent: QWidget, name: str, ending: str) -> Path | None:
    """Where the file goes; None when the person thought better of it. Asks before replacing."""
    kind = f"{KINDS[ending]} (*.{ending})"
    dialog = QFileDialog(parent, _("Save As"), remembered.folder(FOLDER), kind)
    dialog.setObjectName("save_dialog")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)  # the system's would speak its own
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(f"{file_name(name)}.{ending}")
    if answer_to(dialog) != QDialog.DialogCode.Accepted:
        return None
    return Path(dialog.selectedFiles()[0])


def file_name(title: str) -> str:
    """A title as the name of a file on any system."""
    plain = re.sub(r"[\s\u00a0\u202f]+", " ", title)
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", plain).strip(" .")[:120]
