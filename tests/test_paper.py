"""Documents on the screen and on the printer: shown in any language, saved and printed whole."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPageRanges
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas
from windows import in_front

from models.errors import NotFound
from translations import Language, current
from ui.papers import printing, saving
from ui.papers.paper import PaperDialog
from ui.pieces.latest import Latest
from ui.work import ProgressDialog

SCREEN = 40  # pixels of a page's width when two pages are compared


def pdf(pages: int = 3, words: str = "", size: tuple[float, float] = A4) -> bytes:
    """A file whose pages are told apart by a black block that moves down."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=size)
    for page in range(pages):
        canvas.drawString(100, 700, f"{words} {page + 1}")
        canvas.rect(100, 600 - 100 * page, 300, 60, fill=1)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def in_language(language: Language) -> bytes:
    return pdf(pages=2, words=language.code)


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    return in_front(QWidget(), qtbot)


def shown(
    make: Callable[[Language], bytes],
    qtbot: QtBot,
    put_out: Callable[[str], object] = lambda form: None,
) -> PaperDialog:
    dialog = in_front(PaperDialog(None, make, "Receipt 3/2026", put_out), qtbot)
    qtbot.waitUntil(lambda: dialog.latest.is_settled)
    return dialog


def words(file: bytes) -> str:
    return pypdf.PdfReader(io.BytesIO(file)).pages[0].extract_text()


def looks(file: Path | bytes, qapp: QApplication) -> list[QImage]:
    """Every page, very small, on white ground."""
    whole = file if isinstance(file, bytes) else file.read_bytes()
    job = printing.Job(QWidget(), whole, QPrinter())
    size = QSize(SCREEN, round(SCREEN * 1.414))
    strip = QRect(QPoint(), size * 10)
    pages = range(job.document.pageCount())
    large = [printing.picture(job.document, page, strip.size(), strip) for page in pages]
    smooth = Qt.TransformationMode.SmoothTransformation
    return [page.scaled(size, mode=smooth) for page in large]


def differ(one: QImage, other: QImage) -> int:
    """How many points are far from alike."""
    points = [(x, y) for x in range(one.width()) for y in range(one.height())]
    return sum(
        abs(one.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) > 60
        for x, y in points
    )


def dialog_of(kind: type[Any]) -> Any:
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found


def test_a_document_is_shown_in_the_language_of_the_screen(qtbot):
    dialog = shown(in_language, qtbot)
    assert dialog.preview.document.pageCount() == 2
    assert words(dialog.pdf).startswith("en")
    assert dialog.preview.place.text() == "1 / 2"
    assert dialog.print_button.isEnabled()


def test_another_document_language_leaves_the_screen_as_it_is(qtbot):
    dialog = shown(in_language, qtbot)
    dialog.language.set_value("sr_Cyrl")
    qtbot.waitUntil(lambda: dialog.latest.is_settled)
    assert words(dialog.pdf).startswith("sr_Cyrl")
    assert current().code == "en"


def test_a_document_that_is_gone_is_explained_in_place_of_its_pages(qtbot):
    def gone(_language: Language) -> bytes:
        raise NotFound

    dialog = shown(gone, qtbot)
    assert dialog.preview.empty.sentence.text() == NotFound().text()
    assert not dialog.print_button.isEnabled()
    assert not dialog.save_button.isEnabled()


def test_pages_replaced_again_and_again_do_not_disturb_each_other(qtbot):
    dialog = shown(in_language, qtbot)
    for count in (1, 5, 2, 7) * 5:
        dialog.preview.show_pdf(pdf(pages=count))
        QApplication.processEvents()
    assert dialog.preview.document.pageCount() == 7


def test_the_pages_stay_where_they_were_when_they_are_made_anew(qtbot):
    dialog = shown(lambda _language: pdf(pages=9), qtbot)
    bar = dialog.preview.pages.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    dialog.preview.show_pdf(pdf(pages=9, words="anew"))
    qtbot.wait(50)
    assert bar.value() == before


@pytest.mark.parametrize(("zoom", "pages_in_sight"), [(-1, True), (2, False)])
def test_a_page_can_be_seen_whole_or_large(zoom, pages_in_sight, qtbot):
    dialog = shown(lambda _language: pdf(pages=1), qtbot)
    dialog.preview.zoom.set_value(zoom)
    qtbot.wait(50)
    assert (dialog.preview.pages.verticalScrollBar().maximum() < 40) is pages_in_sight


def test_home_and_end_go_to_the_first_and_the_last_page(qtbot):
    dialog = shown(lambda _language: pdf(pages=5), qtbot)
    pages = dialog.preview.pages
    qtbot.waitUntil(lambda: pages.verticalScrollBar().maximum() > 0)
    qtbot.keyClick(pages, Qt.Key.Key_End)
    assert pages.verticalScrollBar().value() == pages.verticalScrollBar().maximum()
    qtbot.waitUntil(lambda: dialog.preview.place.text() == "5 / 5")
    qtbot.keyClick(pages, Qt.Key.Key_Home)
    assert pages.verticalScrollBar().value() == 0


def test_only_the_newest_of_several_requests_is_answered(owner, qtbot):
    answers: list[int] = []
    first_may_end = threading.Event()
    latest = Latest(owner)
    latest.ready.connect(answers.append)
    latest.ask(lambda: first_may_end.wait(5) and 1, pause=0)
    qtbot.wait(20)
    for number in (2, 3, 4):
        latest.ask(lambda number=number: number)
    first_may_end.set()
    qtbot.waitUntil(lambda: latest.is_settled)
    assert answers == [4]


def test_a_window_closed_early_does_not_wait_for_its_work(qtbot):
    may_end, window = threading.Event(), QWidget()
    latest = Latest(window)
    latest.ask(lambda: may_end.wait(5), pause=0)
    qtbot.wait(20)
    window.deleteLater()
    qtbot.wait(20)
    may_end.set()
    qtbot.wait(50)  # nothing breaks when the work ends without its window


def test_saving_asks_where_and_writes_the_whole_file(tmp_path, owner, qtbot):
    saved: list[Path] = []

    def choose() -> None:
        dialog = dialog_of(QFileDialog)
        assert dialog.selectedFiles()[0].endswith("Receipt 3-2026.pdf")
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        field.setText(str(tmp_path / "receipt"))
        QTimer.singleShot(0, dialog.accept)

    QTimer.singleShot(50, choose)
    saving.save(owner, "Receipt 3/2026", "pdf", pdf, saved.append)
    qtbot.waitUntil(lambda: bool(saved))
    assert saved == [tmp_path / "receipt.pdf"]
    assert saved[0].read_bytes()[:5] == b"%PDF-"


def test_a_file_that_cannot_be_written_is_explained(tmp_path, owner, qtbot, monkeypatch):
    said: list[str] = []
    path = tmp_path / "gone" / "receipt.pdf"
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: QDialog.DialogCode.Accepted)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _dialog: [str(path)])

    def read() -> None:
        box = QApplication.activeModalWidget()
        if box and box.objectName() == "message":
            said.append(box.text())
            box.accept()

    timer = QTimer(owner, interval=20)
    timer.timeout.connect(read)
    timer.start()
    saving.save(owner, "Receipt", "pdf", pdf, said.append)
    qtbot.waitUntil(lambda: bool(said))
    gone = "The file or folder is no longer there. Look where it went, or choose another."
    assert said == [f"{gone} ({path})"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Primka br. 3/2026", "Primka br. 3-2026"),
        ("Извјештај: октобар 2026.", "Извјештај- октобар 2026"),
        ('a\\b*c?"<>|\n', "a-b-c-"),
    ],
)
def test_a_title_becomes_a_name_for_a_file(title, name):
    assert saving.file_name(title) == name


def printed(owner: QWidget, file: bytes, path: Path, qtbot: QtBot, **settings: Any) -> Path:
    """The file sent to a printer that prints into `path`."""
    printer = printing.new_printer("Report")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    for name, value in settings.items():
        getattr(printer, name)(value)
    done: list[bool] = []
    printing.Job(owner, file, printer).begin(lambda _said: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    return path


def test_what_is_printed_is_what_was_shown(tmp_path, owner, qtbot, qapp):
    file = pdf(pages=3)
    path = printed(owner, file, tmp_path / "printed.pdf", qtbot)
    before, after = looks(file, qapp), looks(path, qapp)
    assert len(after) == 3
    assert all(differ(*pair) < 10 for pair in zip(before, after, strict=True))
    assert differ(before[0], after[1]) > 50  # the comparison sees what it should


def test_a_broad_page_is_printed_lengthwise(tmp_path, owner, qtbot):
    path = printed(owner, pdf(1, size=landscape(A4)), tmp_path / "printed.pdf", qtbot)
    box = pypdf.PdfReader(path).pages[0].mediabox
    assert box.width > box.height


def test_only_the_pages_asked_for_are_printed(tmp_path, owner, qtbot, qapp):
    file = pdf(pages=3)
    ranges = QPageRanges.fromString("2-3")
    path = printed(owner, file, tmp_path / "some.pdf", qtbot, setPageRanges=ranges)
    pages = looks(path, qapp)
    assert len(pages) == 2
    assert differ(pages[0], looks(file, qapp)[1]) < 10


@pytest.mark.parametrize(
    ("settings", "pages"),
    [
        ({}, [0, 1, 2]),
        ({"setPageOrder": QPrinter.PageOrder.LastPageFirst}, [2, 1, 0]),
        ({"setCopyCount": 2}, [0, 1, 2, 0, 1, 2]),
        ({"setCopyCount": 2, "setCollateCopies": False}, [0, 0, 1, 1, 2, 2]),
        ({"setPageRanges": QPageRanges.fromString("1,3-9")}, [0, 2]),
    ],
)
def test_pages_come_in_the_order_and_as_often_as_chosen(settings, pages, tmp_path):
    printer = printing.new_printer("Report")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    for name, value in settings.items():
        getattr(printer, name)(value)
    assert printing.chosen_pages(printer, 3) == pages


def test_cancel_stops_printing_and_leaves_no_half_file(tmp_path, owner, qtbot):
    printer = printing.new_printer("Report")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    job = printing.Job(owner, pdf(pages=60), printer)
    done: list[bool] = []
    job.begin(lambda _said: done.append(True))
    qtbot.waitUntil(lambda: bool(owner.findChildren(ProgressDialog)[0].isVisible()))
    with qtbot.waitSignal(job.destroyed):
        qtbot.mouseClick(owner.findChild(QPushButton, "cancel"), Qt.MouseButton.LeftButton)
    assert not done
    assert not (tmp_path / "printed.pdf").exists()


def test_a_printer_that_does_not_answer_is_explained(tmp_path, owner, qtbot):
    said: list[str] = []
    printer = printing.new_printer("Report")
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "gone" / "printed.pdf"))

    def read() -> None:
        box = dialog_of(QDialog)
        said.append(box.text())
        box.accept()

    QTimer.singleShot(50, read)
    printing.Job(owner, pdf(), printer).begin(said.append)
    assert said == ["The printer does not take the document. Check it and print again."]


def test_the_print_dialog_prints_after_the_printer_is_chosen(tmp_path, owner, qtbot):
    path, done = tmp_path / "printed.pdf", []

    def choose() -> None:
        dialog = dialog_of(QPrintDialog)
        dialog.printer().setOutputFileName(str(path))
        QDialog.done(dialog, QDialog.DialogCode.Accepted)

    QTimer.singleShot(100, choose)
    printing.ask(
        owner, pdf(pages=2), "Report", done.append,
        before=lambda: done.append("put out"),
    )  # fmt: skip
    qtbot.waitUntil(lambda: len(done) == 2, timeout=10_000)
    assert done == ["put out", f"Saved: {path}"]  # it went to no printer
    assert len(pypdf.PdfReader(path).pages) == 2


def test_a_strip_fits_its_neighbours_without_a_seam(owner):
    job = printing.Job(owner, pdf(pages=1), QPrinter())
    size = QSize(620, 877)
    whole = printing.picture(job.document, 0, size, QRect(QPoint(), size))
    for top in range(0, 877, 100):
        strip = QRect(0, top, 620, min(100, 877 - top))
        part = printing.picture(job.document, 0, size, strip)
        assert part == whole.copy(strip)
    assert isinstance(job.document, QPdfDocument)
