"""The five written standards of the program: texts, dates, numbers and names in each."""

from translations.formats import Money
from translations.language import (
    LANGUAGES,
    N_,
    Language,
    _,
    current,
    language,
    ngettext,
    use,
)

__all__ = [
    "LANGUAGES",
    "N_",
    "Language",
    "Money",
    "_",
    "current",
    "language",
    "ngettext",
    "use",
]
