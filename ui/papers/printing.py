"""Prints a PDF page by page, strip by strip: no step takes long, and Cancel is heard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from translations import _
from ui import messages
from ui.pieces.dialog import answer_to
from ui.work import PATIENCE, ProgressDialog

RESOLUTION = 300  # dots per inch
STRIP = 500_000  # picture points drawn in one step


def ask(
    parent: QWidget,
    pdf: bytes,
    title: str,
    on_done: Callable[[str], object],
    *,
    before: Callable[[], object],
) -> None:
    """Let the person choose a printer, then print; `on_done` is told in a sentence where it went.

    `before` writes into the record that something goes out.
    """
    printer = new_printer(title)
    job = Job(parent, pdf, printer)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(_("Print"))
    dialog.setObjectName("print_dialog")
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    dialog.setMinMax(1, job.document.pageCount())
    if answer_to(dialog) == QDialog.DialogCode.Accepted:
        before()
        job.begin(on_done)
    else:
        job.finish()


def new_printer(title: str) -> QPrinter:
    """A printer for A4 pages that have their margins already."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator("Ogranak")
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setResolution(RESOLUTION)
    printer.setFullPage(True)
    return printer


class Job(QObject):
    """One document on its way to a printer."""

    def __init__(self, parent: QWidget, pdf: bytes, printer: QPrinter) -> None:
        super().__init__(parent)
        self.owner = parent
        self.printer = printer
        self.buffer = QBuffer(self)
        self.buffer.setData(QByteArray(pdf))
        self.buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument(self)
        self.document.load(self.buffer)
        self.painter = QPainter()
        self.pages: list[int] = []
        self.done = 0  # pages finished
        self.top = 0  # the next strip of the page under way begins here
        self.is_cancelled = False
        self.on_done: Callable[[str], object] = lambda _said: None
        self.dialog = ProgressDialog(parent, _("Printing…"), self.cancel)
        self.patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self.patience.timeout.connect(self.dialog.open)
        self.steps = QTimer(self)
        self.steps.timeout.connect(self._step)

    def begin(self, on_done: Callable[[str], object]) -> None:
        """Send the pages chosen in the printer's settings."""
        self.on_done = on_done
        self.pages = chosen_pages(self.printer, self.document.pageCount())
        self._turn_paper()
        if not self.pages or not self.painter.begin(self.printer):
            self.finish()
            messages.tell(
                self.owner, _("The printer does not take the document. Check it and print again.")
            )
            return
        self.painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        self.patience.start()
        self.steps.start(0)

    def cancel(self) -> None:
        """Stop before the next strip."""
        self.is_cancelled = True

    def _step(self) -> None:
        if self.is_cancelled:
            self._give_up()
        elif self.done == len(self.pages):
            self.painter.end()
            self.finish()
            self.on_done(self._where())
        else:
            self._draw_strip()

    def _draw_strip(self) -> None:
        page = self.pages[self.done]
        paper = self._paper(page)
        size, zoom = _resolved(paper.size(), self.printer.resolution())
        height = min(max(1, STRIP // size.width()), size.height() - self.top)
        strip = QRect(0, self.top, size.width(), height)
        target = QRect(
            paper.left(), paper.top() + strip.top() * zoom, paper.width(), strip.height() * zoom
        )
        self.painter.drawImage(target, picture(self.document, page, size, strip))
        self.top += height
        if self.top >= size.height():
            self._turn_page()

    def _turn_page(self) -> None:
        self.top = 0
        self.done += 1
        self.dialog.show_progress(self.done, len(self.pages))
        if self.done < len(self.pages):
            self._turn_paper()
            self.printer.newPage()

    def _turn_paper(self) -> None:
        """Lay the paper as the next page lies."""
        if self.done < len(self.pages):
            size = self.document.pagePointSize(self.pages[self.done])
            way = QPageLayout.Orientation
            is_wide = size.width() > size.height()
            self.printer.setPageOrientation(way.Landscape if is_wide else way.Portrait)

    def _paper(self, page: int) -> QRect:
        """Where the page comes on the paper, in dots: as large as fits, in the middle."""
        paper = self.printer.paperRect(QPrinter.Unit.DevicePixel).toRect()
        points = self.document.pagePointSize(page)
        fitting = points.scaled(paper.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
        whole = QRect(0, 0, round(fitting.width()), round(fitting.height()))
        whole.moveCenter(QRect(0, 0, paper.width(), paper.height()).center())
        return whole

    def _where(self) -> str:
        """A printer that writes a file has printed nothing yet."""
        if name := self.printer.outputFileName():
            return _("Saved: {file}").format(file=name)
        return _("Sent to the printer.")

    def _give_up(self) -> None:
        self.printer.abort()
        self.painter.end()
        self.finish()
        if name := self.printer.outputFileName():
            Path(name).unlink(missing_ok=True)  # half a file would look like a whole one

    def finish(self) -> None:
        """Nothing more is to be printed."""
        self.steps.stop()
        self.patience.stop()
        self.dialog.finish()
        self.deleteLater()


def chosen_pages(printer: QPrinter, count: int) -> list[int]:
    """The pages to print, counted from zero, in the order and as often as was chosen."""
    ranges = printer.pageRanges()
    pages = [page for page in range(count) if ranges.isEmpty() or ranges.contains(page + 1)]
    if printer.pageOrder() == QPrinter.PageOrder.LastPageFirst:
        pages.reverse()
    copies = 1 if printer.supportsMultipleCopies() else max(1, printer.copyCount())
    if printer.collateCopies():
        return pages * copies
    return [page for page in pages for _copy in range(copies)]


def picture(document: QPdfDocument, page: int, size: QSize, strip: QRect) -> QImage:
    """A strip of a page on white ground; `size` is the whole page in picture points.

    Qt measures the rectangle from its first to its last row, so one more of each is asked for.
    """
    options = QPdfDocumentRenderOptions()
    options.setScaledSize(size)
    options.setScaledClipRect(strip.adjusted(0, 0, 1, 1))
    drawn = document.render(page, strip.size(), options)
    white = QImage(strip.size(), QImage.Format.Format_RGB32)
    white.fill(Qt.GlobalColor.white)
    painter = QPainter(white)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return white


def _resolved(paper: QSize, resolution: int) -> tuple[QSize, int]:
    """The size to draw a page in, and how many dots of the printer one point of it covers."""
    zoom = max(1, round(resolution / RESOLUTION))
    return QSize(-(-paper.width() // zoom), -(-paper.height() // zoom)), zoom
