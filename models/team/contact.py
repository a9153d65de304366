"""How a person is reached: a line that cannot be a phone number or an e-mail address is refused.

Lenient: numbers of any country, with an extension or a word beside them; addresses in any letters.
"""

from __future__ import annotations

import re

from models.errors import DomainError
from models.text import fitting
from translations import N_

FEWEST_DIGITS = 3
LONGEST_PHONE, LONGEST_EMAIL = 50, 100

_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>.]+(\.[^\s@,;<>.]+)+")


def phone(text: str) -> str:
    """The number as it is kept, empty where none is known. Raises NotAPhone, TextTooLong."""
    kept = fitting(text, LONGEST_PHONE)
    digits = sum(sign.isdecimal() for sign in kept)
    if kept and ("@" in kept or digits < FEWEST_DIGITS):
        raise NotAPhone(text=kept)
    return kept


def email(text: str) -> str:
    """The address as it is kept, empty where none is known. Raises NotAnEmail, TextTooLong."""
    kept = fitting(text, LONGEST_EMAIL)
    if kept and not _EMAIL.fullmatch(kept):
        raise NotAnEmail(text=kept)
    return kept


class NotAPhone(DomainError):
    message = N_(
        "“{text}” is not a phone number. Write digits, as in 061 123 456; an e-mail address has its"
        " own field."
    )


class NotAnEmail(DomainError):
    message = N_(
        "“{text}” is not an e-mail address. Write one as name@example.org; a phone number has its"
        " own field."
    )
