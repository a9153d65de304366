"""The five written standards of the program: texts, dates, numbers and names in each."""

from translations.formats import Counted, Money
from translations.language import (
    LANGUAGES,
    N_,
    NN_,
    Language,
    _,
    current,
    language,
    ngettext,
    use,
)

__all__ = [
    "LANGUAGES",
    "NN_",
    "N_",
    "Counted",
    "Language",
    "Money",
    "_",
    "current",
    "language",
    "ngettext",
    "use",
]
