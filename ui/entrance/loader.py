"""What the main window needs is loaded while the password is typed."""

from __future__ import annotations

import gc
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ui.entrance import pages

if TYPE_CHECKING:
    from models.imprint import Read

WARM_UP = 100  # milliseconds after the first window: it is painted by then
HEAVY = ("models.database", "models.everything", "ui.window", "ui.office.today")
PAPER = "reports.monthly.render"  # the first preview is drawn sooner


class Loader(threading.Thread):
    """Imports what the main window needs while the password is typed, then the other pages.

    In between it reads the books through: by then it is known whether they are as they were left.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.ready = threading.Event()
        self.read: Read | None = None

    def begin(self) -> None:
        """Start, once: the first window may come back."""
        if self.ident is None:
            self.start()

    def run(self) -> None:
        for module in HEAVY:
            import_module(module)
        import_module("sqlalchemy.orm").configure_mappers()
        gc.freeze()  # it stays to the end: no collection of garbage need look through it
        self.read = read_books(self.folder)
        self.ready.set()
        for _title, _icon, module, *_more in pages.PAGES:
            import_module(module)
        import_module(PAPER)

    def wait(self) -> None:
        """Until the first page can be shown; at once when nothing is being loaded."""
        while self.is_alive() and not self.ready.wait(0.05):
            pass


def read_books(folder: Path) -> Read | None:
    """The books as they are before they are opened, where that may spare checking them first."""
    from models import imprint
    from models.bookfile import FILE

    try:
        return imprint.read(folder / FILE) if imprint.is_kept(folder / FILE) else None
    except OSError:
        return None  # said when the books are opened
