"""Shows a document as it will print, in any of the five languages; prints it and saves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from models.recorded import PRINT
from translations import LANGUAGES, Language, _, current, language
from ui.papers import printing, saving
from ui.papers.preview import Preview
from ui.pieces.boxes import DIALOG, column, label, row
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer
from ui.pieces.dialog import Dialog
from ui.pieces.fields import Choice
from ui.pieces.latest import Latest

Render = Callable[[Language], bytes]
PutOut = Callable[[str], object]  # told the form before the paper goes out: see models.recorded


def show(
    parent: QWidget, render: Render, name: str, put_out: PutOut, *, is_secret: bool = False
) -> None:
    """Show what `render` puts on paper; `name` is what it is called, also as a file.

    What is secret can be printed but not saved, and is gone when the program is locked. `render`
    is called in a thread, once for each language chosen, so it may read and import at leisure.
    """
    PaperDialog(parent, render, name, put_out, is_secret=is_secret).exec()


def language_field(name: str) -> Choice:
    """A choice of the language of a document, by the languages' own names."""
    return Choice([(code, language(code).name) for code in LANGUAGES], name=name)


class PaperDialog(Dialog):
    """The pages, the language they speak, and what can be done with them."""

    def __init__(
        self,
        parent: QWidget | None,
        render: Render,
        name: str,
        put_out: PutOut,
        *,
        is_secret: bool = False,
    ) -> None:
        super().__init__(parent)
        self.comes_back = not is_secret
        self.on_paper, self.name, self.put_out = render, name, put_out
        self.pdf = b""
        self.setObjectName("PaperDialog")
        self.setWindowTitle(name)
        self.language = language_field("document_language")
        self.language.setAccessibleName(_("Document language"))
        self.language.set_value(current().code)
        self.preview = Preview()
        self.done_ = Answer("good", name="done")
        self.print_button = Button(
            _("Print…"), self.print_out, name="print", icon="print", primary=True, shortcut="Ctrl+P"
        )
        self.save_button = Button(
            _("Save as PDF…"), self.save, name="save", icon="pdf", shortcut="Ctrl+S"
        )
        self.close_button = Button(_("Close"), self.reject, name="close", shortcut="Esc")
        self.print_button.setDefault(True)
        for button in (self.print_button, self.save_button):
            QShortcut(QKeySequence(button.keys), self, button.click)  # a hidden one takes no click
        self._lay_out()
        self.save_button.setVisible(not is_secret)
        self.latest = Latest(self)
        self.latest.ready.connect(self._show)
        self.latest.failed.connect(self.preview.fail)
        self.language.changed.connect(self.make)
        self.make()

    @property
    def spoken(self) -> Language:
        """The language of the document; the screen may speak another."""
        return language(self.language.value)

    def make(self) -> None:
        """Put the document on paper anew."""
        on_paper, spoken = self.on_paper, self.spoken
        self._offer(b"")
        self.done_.say("")
        self.preview.say_waiting()
        self.latest.ask(lambda: on_paper(spoken), pause=0)

    def print_out(self) -> None:
        form = f"{PRINT} {self.language.value}"
        printing.ask(self, self.pdf, self.name, self.done_.say, before=lambda: self.put_out(form))

    def save(self) -> None:
        pdf, form = self.pdf, f"pdf {self.language.value}"

        def make() -> bytes:
            self.put_out(form)
            return pdf

        saving.save(self, self.name, "pdf", make, self._saved)

    def _show(self, pdf: bytes) -> None:
        is_first = self.preview.buffer is None
        self._offer(pdf)
        self.preview.show_pdf(pdf)
        if is_first:
            self.preview.pages.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer(self, pdf: bytes) -> None:
        self.pdf = pdf
        for button in (self.print_button, self.save_button):
            button.setEnabled(bool(pdf))

    def _saved(self, path: Path) -> None:
        self.done_.say(_("Saved: {file}").format(file=path))

    def _lay_out(self) -> None:
        caption = label(_("Document language"), "muted", wrap=False)
        caption.setBuddy(self.language)
        self.preview.add_left(caption)
        self.preview.add_left(self.language)
        verbs = row()
        verbs.addWidget(self.close_button)
        verbs.addStretch(1)
        verbs.addWidget(self.save_button)
        verbs.addWidget(self.print_button)
        layout = column(self, spacing=14, margins=DIALOG)
        layout.addWidget(self.preview, 1)
        layout.addWidget(self.done_)
        layout.addLayout(verbs)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        room = QGuiApplication.primaryScreen().availableSize() - QSize(40, 60)
        self.resize(QSize(900, 1100).boundedTo(room))
