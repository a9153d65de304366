"""The one look of the program: its colours, light and dark, and the stylesheet made from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui import remembered

SHEET = Path(__file__).with_name("style.qss")
SMALLEST = 9.0  # points
TEXT_SIZES = {
    "small": 92,
    "heading": 110,
    "subtitle": 130,
    "title": 180,
    "large": 200,
    "figure": 230,
}
ICON_SIZES = {"icon": 105, "page_icon": 120}  # in percent of a line of text
SIZE = "text"  # under which the text size is remembered
SIZES = (100, 110, 125, 150, 175, 200)  # the text sizes one may choose, in percent


@dataclass(frozen=True)
class Colours:
    """Every colour the program uses, by its task."""

    ground: str
    card: str
    line: str
    edge: str
    head: str
    zebra: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    focus: str
    selection: str
    hover: str
    nav: str
    nav_text: str
    nav_muted: str
    nav_here: str
    nav_hover: str
    nav_strong: str
    good: str
    good_ground: str
    warn: str
    warn_ground: str
    bad: str
    bad_ground: str
    plain_ground: str


LIGHT = Colours(
    ground="#f5f7f9",
    card="#ffffff",
    line="#d9dfe5",
    edge="#b4bfca",
    head="#edf1f4",
    zebra="#f9fbfc",
    text="#1d2833",
    muted="#586674",
    accent="#1d5b8c",
    accent_hover="#184c75",
    on_accent="#ffffff",
    focus="#2f7fc0",
    selection="#dfebf6",
    hover="#eef3f7",
    nav="#22303d",
    nav_text="#dbe3ea",
    nav_muted="#9fb0bf",
    nav_here="#33495d",
    nav_hover="#2b3c4c",
    nav_strong="#ffffff",
    good="#1f6b3a",
    good_ground="#e2f2e7",
    warn="#7c5000",
    warn_ground="#fdf1cf",
    bad="#a3201f",
    bad_ground="#fce5e4",
    plain_ground="#edf1f4",
)

DARK = Colours(
    ground="#151b21",
    card="#1c242c",
    line="#313d48",
    edge="#4a5967",
    head="#242e38",
    zebra="#1f2831",
    text="#e4eaef",
    muted="#a3b0bc",
    accent="#2a6ea6",
    accent_hover="#3079b5",
    on_accent="#ffffff",
    focus="#62a8e5",
    selection="#27455f",
    hover="#28333e",
    nav="#10161b",
    nav_text="#cfd8e0",
    nav_muted="#8fa0af",
    nav_here="#263645",
    nav_hover="#1b2731",
    nav_strong="#ffffff",
    good="#8fd3a4",
    good_ground="#1b3a27",
    warn="#efc667",
    warn_ground="#3f3212",
    bad="#f5a29c",
    bad_ground="#4a2121",
    plain_ground="#2a3540",
)

_scheme = "system"
_system_is_dark = False  # for systems that do not tell: as their own palette was at the start
_percent = 100
_ordinary = 0.0  # the system's own text size in points, before any scaling


def apply() -> None:
    """Dress the whole application, now and whenever the system turns light or dark."""
    global _system_is_dark
    QApplication.setStyle("Fusion")
    _system_is_dark = QGuiApplication.palette().window().color().lightness() < 128
    QGuiApplication.styleHints().colorSchemeChanged.connect(_dress)
    scale(_percent)


def choose(scheme: str) -> None:
    """Be "light" or "dark" whatever the system is; "system" follows it again."""
    global _scheme
    _scheme = scheme
    _dress()


def scale(percent: int) -> None:
    """Write everything larger or smaller; 100 is the system's own text size."""
    global _percent
    _percent = percent
    _dress()


def choose_size(percent: int) -> None:
    """Write everything larger or smaller, from now on and at the next start too."""
    scale(percent)
    remembered.write(SIZE, percent)


def percent() -> int:
    """The text size chosen now, in percent of the system's."""
    return _percent


def colours() -> Colours:
    """The colours in force: they follow the system's light or dark scheme."""
    if _scheme != "system":
        return DARK if _scheme == "dark" else LIGHT
    told = QGuiApplication.styleHints().colorScheme()
    dark = _system_is_dark if told == Qt.ColorScheme.Unknown else told == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def tone(name: str) -> tuple[QColor, QColor]:
    """The ground and the text colour of a badge or an answer: good, warn, bad or plain."""
    chosen = colours()
    ground = getattr(chosen, f"{name}_ground")
    text = chosen.muted if name == "plain" else getattr(chosen, name)
    return QColor(ground), QColor(text)


def unit(widget: QWidget | None = None) -> int:
    """The height of a line of text in pixels: what sizes drawn by hand are measured in."""
    return widget.fontMetrics().height() if widget else QFontMetrics(QApplication.font()).height()


def bold(font: QFont, percent: int = 100) -> QFont:
    """The same font, bold, and larger by `percent`."""
    heavier = QFont(font)
    heavier.setBold(True)
    heavier.setPointSizeF(font.pointSizeF() * percent / 100)
    return heavier


def palette(chosen: Colours) -> QPalette:
    """Qt's palette in our colours, disabled text included."""
    made = QPalette()
    for role, name in _ROLES.items():
        made.setColor(role, QColor(getattr(chosen, name)))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.ButtonText,
    ):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(chosen.muted))
    return made


def stylesheet(chosen: Colours) -> str:
    """The stylesheet with the colours and the sizes of text filled in."""
    sizes = {name: f"{_sized(share):.1f}pt" for name, share in TEXT_SIZES.items()}
    sizes |= {name: f"{round(_line() * share / 100)}px" for name, share in ICON_SIZES.items()}
    places = {"folder": SHEET.parent.as_posix()}
    return Template(SHEET.read_text("utf-8")).substitute(vars(chosen) | sizes | places)


def _points() -> float:
    """The ordinary size of text now, in points."""
    return max(_ordinary, SMALLEST) * _percent / 100


def _line() -> int:
    """The height of a line of ordinary text now, in pixels.

    Icons are measured in it here: where the sheet does that (1.2em), some are left in the size of
    the text before.
    """
    font = QApplication.font()
    font.setPointSizeF(_points())
    return QFontMetrics(font).height()


def _sized(share: int) -> float:
    """A size of text in points; what is larger than text grows half as fast: it has to fit."""
    grown = min(_percent, (_percent + 100) / 2) if share > TEXT_SIZES["subtitle"] else _percent
    return max(_ordinary, SMALLEST) * grown / 100 * share / 100


def _dress(*_: object) -> None:
    """Undressed first: to change a sheet in force, Qt needs several times as long."""
    global _ordinary
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setStyleSheet("")
        font = application.font()
        _ordinary = _ordinary or font.pointSizeF()
        font.setPointSizeF(_points())
        application.setFont(font)
        application.setPalette(palette(colours()))
        application.setStyleSheet(stylesheet(colours()))


_ROLES = {
    QPalette.ColorRole.Window: "ground",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "card",
    QPalette.ColorRole.AlternateBase: "zebra",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "card",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "on_accent",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.ToolTipBase: "card",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Link: "focus",
    QPalette.ColorRole.Light: "card",
    QPalette.ColorRole.Midlight: "head",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "edge",
    QPalette.ColorRole.Shadow: "edge",
}
