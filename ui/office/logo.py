"""A field for the branch's own logo: a picture from a file, checked and drawn anew."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from translations import N_, _
from ui.pieces.boxes import label, row
from ui.pieces.buttons import Button

LARGEST = 1_000_000  # bytes of the file
SIDE = 4_000  # pixels: a larger picture is a photograph, not a logo
KEPT = QSize(900, 450)  # pixels: sharp on paper at 6 cm
SHOWN = QSize(180, 64)
FORMATS = (b"png", b"jpeg")

TOO_LARGE = N_("The file is larger than 1 MB. Choose a smaller picture.")
NOT_A_PICTURE = N_("This is not a PNG or JPEG picture. Choose another file.")
TOO_WIDE = N_("The picture is larger than 4000 × 4000 points. Choose a smaller one.")


class LogoField(QWidget):
    """Shows the logo; `value` is a PNG without any metadata, or None."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.value: bytes | None = None
        self._fault = ""
        self.picture = label("", "muted", name="logo_picture", wrap=False)
        self.choose = Button("", self._ask, name="choose_logo", icon="open")
        self.remove = Button("", lambda: self.set_value(None), name="remove_logo", icon="remove")
        self.setFocusProxy(self.choose)
        layout = row(self)
        for part in (self.picture, self.choose, self.remove):
            layout.addWidget(part)
        layout.addStretch(1)
        self.set_value(None)
        self.retranslate()

    def set_value(self, value: bytes | None) -> None:
        """Show a logo that was checked before."""
        self.value, self._fault = value, ""
        self._show()
        self.changed.emit()

    def take(self, path: Path) -> None:
        """Take the picture in the file; what is wrong with it is said instead."""
        data = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        self._fault = problem(data) if data else _(TOO_LARGE)
        if not self._fault:
            self.set_value(cleaned(data))
        self._show()

    def retranslate(self) -> None:
        self.choose.name(_("Choose a picture…"))
        self.remove.name(_("Remove"))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _ask(self) -> None:
        kinds = _("Pictures (*.png *.jpg *.jpeg)")
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Choose a picture"), "", kinds)
        if chosen:
            self.take(Path(chosen))

    def _show(self) -> None:
        self.remove.setVisible(self.value is not None)
        if self._fault or self.value is None:
            self.picture.setText(self._fault or _("No logo"))
            return
        drawn = QPixmap()
        drawn.loadFromData(self.value)
        self.picture.setPixmap(fitted(drawn, SHOWN))


def problem(data: bytes) -> str:
    """What is wrong with a picture, in one sentence; nothing when it can be the logo."""
    reader, _buffer = _reader(data)
    if bytes(reader.format().data()).lower() not in FORMATS:
        return _(NOT_A_PICTURE)
    size = reader.size()
    if max(size.width(), size.height()) > SIDE:
        return _(TOO_WIDE)
    return _(NOT_A_PICTURE) if reader.read().isNull() else ""


def cleaned(data: bytes) -> bytes:
    """The picture drawn anew on white paper as a PNG: whatever else was in the file is gone."""
    reader, _buffer = _reader(data)
    reader.setAutoTransform(True)
    picture = reader.read()
    if picture.width() > KEPT.width() or picture.height() > KEPT.height():
        picture = _smaller(picture)
    paper = QImage(picture.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, picture)
    painter.end()
    return _as_png(paper)


def fitted(drawn: QPixmap, room: QSize) -> QPixmap:
    """The picture made small enough for the room it is shown in."""
    ratio, way = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return drawn.scaled(room.boundedTo(drawn.size()), ratio, way)


def _reader(data: bytes) -> tuple[QImageReader, QBuffer]:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    return reader, buffer


def _as_png(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub knows only str and bytes
    return bytes(buffer.data().data())


def _smaller(picture: QImage) -> QImage:
    ratio, way = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return picture.scaled(KEPT, ratio, way)
