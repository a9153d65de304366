"""The live switch of language: our texts, Qt's own texts and the formats, all at once."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTranslator

import translations
from ui import remembered, work

_translator: QTranslator | None = None


def switch(code: str) -> None:
    """Speak the language from now on: every open window names itself anew."""
    global _translator
    work.go_first()
    translations.use(code)
    QLocale.setDefault(locale(code))
    application = QCoreApplication.instance()
    if application is None:
        return
    if _translator is not None:
        QCoreApplication.removeTranslator(_translator)
    _translator = QtTexts()
    QCoreApplication.installTranslator(_translator)  # posts LanguageChange to every window
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LanguageChange.value)
    remembered.write("language", code)


def start() -> None:
    """Speak the language used last, else the system's, else Bosnian."""
    switch(remembered.read("language") or of_the_system())


def of_the_system() -> str:
    """The language of ours that the computer speaks, if any."""
    for spoken in QLocale.system().uiLanguages():
        parts = spoken.replace("_", "-").split("-")
        if parts[0] == "sr":
            return "sr_Latn" if "Latn" in parts else "sr_Cyrl"
        if parts[0] in translations.LANGUAGES:
            return parts[0]
    return "bs"


def locale(code: str) -> QLocale:
    """The country's own formats: calendars and printers show days in the same language."""
    return QLocale(translations.language(code).locale)


class QtTexts(QTranslator):
    """Answers Qt's own texts from our catalogs, with the accelerator where Qt had one."""

    def isEmpty(self) -> bool:
        """Never empty: an empty translator would send no LanguageChange."""
        return False

    def translate(
        self,
        context: str,
        source: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str | None:
        """Our words for a text of Qt's; None where we have none, and Qt speaks English."""
        if context.startswith("QShortcut") or not source:
            return None
        look = translations.current().gettext
        for written in (source, source.replace("&", "")):
            found = look(written)
            if found != written:
                return _with_accelerator(found) if _wants_accelerator(source, found) else found
        return None


def _wants_accelerator(source: str, found: str) -> bool:
    return "&" in source and "&" not in found and sys.platform != "darwin"


def _with_accelerator(text: str) -> str:
    return f"&{text}"
