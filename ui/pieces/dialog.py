"""A dialog that one waits for, and that may be hidden meanwhile and come back as it was."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog

_waiting: list[QDialog] = []


class Dialog(QDialog):
    """Qt's own `exec` ends when the dialog is hidden; this one only when it is answered."""

    comes_back = True  # False for one that shows a secret: locking ends it
    is_answered = False

    def exec(self) -> int:
        """Show it and wait for its answer; a locked program hides it and shows it again.

        Once who asked has done with it, it is gone: else its parent would keep it for the day.
        """
        self.setResult(0)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        loop = QEventLoop()
        self.finished.connect(loop.quit)
        self.destroyed.connect(loop.quit)
        _waiting.append(self)
        self.show()
        try:
            loop.exec()
        finally:
            _waiting.remove(self)
        self.deleteLater()
        return self.result()

    def done(self, result: int) -> None:
        self.is_answered = True
        super().done(result)

    def showEvent(self, event: QShowEvent) -> None:
        self.is_answered = False
        super().showEvent(event)


def answer_to(dialog: QDialog) -> int:
    """Show one of Qt's own dialogs and wait for its answer; then it is gone, as ours are."""
    answer = dialog.exec()
    dialog.deleteLater()
    return answer


def is_one_waited_for() -> bool:
    """Whether some code still waits for an answer."""
    return bool(_waiting)
