"""A PDF on the screen as it will print: all pages, where one is, and how large."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QWidget

from models.errors import DomainError
from translations import N_, _, current, ngettext
from ui import faults, style
from ui.pieces.boxes import column, label, named
from ui.pieces.cards import Empty
from ui.pieces.fields import Choice
from ui.pieces.flow import Flow

Mode = QPdfView.ZoomMode

ZOOMS: tuple[tuple[float, str], ...] = (
    (0, N_("Page width")),
    (-1, N_("Whole page")),
    (1, "100 %"),
    (1.5, "150 %"),
    (2, "200 %"),
)
FITTING = {0: Mode.FitToWidth, -1: Mode.FitInView}


class Preview(QWidget):
    """Shows a PDF that lies in memory; `head` has room at its left for the owner's buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.document = QPdfDocument(self)
        self.buffer: QBuffer | None = None
        self.refusal: DomainError | None = None  # said where the pages would be
        self.pages = named(_Pages(self), "preview_pages")
        self.pages.setDocument(self.document)
        self.empty = Empty()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.pages)
        self.place = label("", "muted", name="page_number", wrap=False)
        self.zoom = Choice(ZOOMS, marked=True, name="zoom")
        self.zoom.changed.connect(self._zoom)
        self.head = Flow(squeezes=True)
        self.head.add_aside(self.place)
        self.head.add_aside(self.zoom)
        layout = column(self, spacing=10)
        layout.addLayout(self.head)
        layout.addWidget(self.stack, 1)
        self.pages.pageNavigator().currentPageChanged.connect(self._name_place)
        self._zoom()
        self.retranslate()

    def add_left(self, widget: QWidget) -> None:
        """Put a widget to the left of the page number; it may be squeezed to its least width."""
        widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.head.add_ahead(widget)

    def show_pdf(self, pdf: bytes) -> None:
        """Show this file instead; the place on the page stays."""
        across, down = self.pages.horizontalScrollBar(), self.pages.verticalScrollBar()
        before = across.value(), down.value()
        buffer = QBuffer(self)
        buffer.setData(QByteArray(pdf))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document.close()
        self.document.load(buffer)
        self._forget(self.buffer)
        self.buffer = buffer
        self.refusal = None
        self.stack.setCurrentWidget(self.pages)
        across.setValue(before[0])
        down.setValue(before[1])
        self._name_place()

    def say(self, text: str) -> None:
        """Show a sentence where the pages would be."""
        self.refusal = None
        self.empty.say(text)
        self.stack.setCurrentWidget(self.empty)
        self.place.clear()

    def say_waiting(self) -> None:
        """Say that newer pages are being made; the older ones stay in sight."""
        if self.stack.currentWidget() is self.pages:
            self.place.setMinimumWidth(1)  # where there is no room it is cut, not the buttons
            self.place.setText(_("Preparing…"))
        else:
            self.say(_("Preparing…"))

    def fail(self, problem: BaseException) -> None:
        """Say why there are no pages. A bug is raised on, to be written down."""
        if isinstance(problem, DomainError):
            self.say(problem.text())
            self.refusal = problem
            return
        self.say(faults.with_code(problem))
        if not faults.is_the_worlds(problem):
            raise problem

    def retranslate(self) -> None:
        self.zoom.setAccessibleName(_("Size of the preview"))
        if self.refusal:
            self.fail(self.refusal)
        self._name_place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _zoom(self) -> None:
        size = self.zoom.value
        self.pages.setZoomMode(FITTING.get(size, Mode.Custom))
        if size > 0:
            self.pages.setZoomFactor(size)

    def _name_place(self) -> None:
        count = self.document.pageCount()
        if self.buffer is None or not count:
            return
        show = current().show
        here = self.pages.pageNavigator().currentPage() + 1
        self.place.setText(f"{show(here)} / {show(count)}")
        self.place.setMinimumWidth(self.place.sizeHint().width())
        where = _("page {page} of {count}").format(page=show(here), count=show(count))
        self.place.setToolTip(where)
        self.place.setAccessibleName(where)
        said = ngettext("Preview, {count} page", "Preview, {count} pages", count)
        self.pages.setAccessibleName(said.format(count=count))

    def _forget(self, buffer: QBuffer | None) -> None:
        if buffer:
            buffer.close()
            buffer.deleteLater()


class _Pages(QPdfView):
    """All pages below each other; Home and End go to the first and the last."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPageSpacing(10)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        ends = {Qt.Key.Key_Home: bar.minimum(), Qt.Key.Key_End: bar.maximum()}
        place = ends.get(Qt.Key(event.key()))
        if place is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QPen(QColor(style.colours().focus), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
            painter.end()
