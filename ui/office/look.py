"""Language and look: what the whole program speaks and how large it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from translations import LANGUAGES, N_, _, current, language
from ui import language as speech
from ui import style
from ui.page import Page
from ui.pieces.boxes import column, fields, label, named
from ui.pieces.cards import Card, muted
from ui.pieces.fields import Choice

if TYPE_CHECKING:
    from models.database import Database

FOCUS = Qt.FocusPolicy


class LookPage(Page):
    """The five languages, the size of the text, and a word about light and dark."""

    title = N_("Language and look")
    scrolls = True

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.group = QButtonGroup(self)
        self.buttons = {code: self._button(code) for code in LANGUAGES}
        self.group.buttonClicked.connect(lambda button: speech.switch(button.property("code")))
        self.text_size = Choice(name="text_size")
        self.text_size.changed.connect(self._resize)
        self.caption = label(wrap=False)
        self.theme, self.papers = muted(), muted()
        self.languages, self.text = Card(), Card()
        self._lay_out()

    def reload(self) -> None:
        chosen = self.buttons[current().code]
        chosen.setChecked(True)
        for button in self.buttons.values():  # Tab comes to the chosen one, the arrows go on
            button.setFocusPolicy(FOCUS.StrongFocus if button is chosen else FOCUS.ClickFocus)
        self.text_size.set_value(style.percent())

    def retranslate(self) -> None:
        super().retranslate()
        self.languages.set_title(_("Language"))
        self.text.set_title(_("Look"))
        self.papers.setText(_("Each report has a language of its own: choose it with the report."))
        self.caption.setText(_("Size of the text"))
        self.text_size.setAccessibleName(_("Size of the text"))
        self._offer_sizes()
        self.theme.setText(_("Light or dark follows the settings of this computer."))
        self.reload()

    def changeEvent(self, event: QEvent) -> None:
        """The text may be made larger by its shortcut too."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.text_size.set_value(style.percent())

    def _offer_sizes(self) -> None:
        self.text_size.blockSignals(True)
        percent = current().percent
        self.text_size.set_options([(size, percent(size / 100)) for size in style.SIZES])
        self.text_size.set_value(style.percent())
        self.text_size.blockSignals(False)

    def _resize(self) -> None:
        if self.text_size.value != style.percent():
            style.choose_size(self.text_size.value)

    def _button(self, code: str) -> QRadioButton:
        button = named(QRadioButton(language(code).name), f"language_{code}", language(code).name)
        button.setProperty("code", code)
        self.group.addButton(button)
        return button

    def _lay_out(self) -> None:
        for button in self.buttons.values():
            self.languages.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.languages.body.addWidget(self.papers)
        rows = fields()
        rows.setFieldGrowthPolicy(rows.FieldGrowthPolicy.FieldsStayAtSizeHint)
        rows.addRow(self.caption, self.text_size)
        self.caption.setBuddy(self.text_size)
        self.text.body.addLayout(rows)
        self.text.body.addWidget(self.theme)
        below = column(spacing=14)
        below.addWidget(self.languages)
        below.addWidget(self.text)
        below.addStretch(1)
        self.body.addLayout(below, 1)
