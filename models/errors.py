"""What a broken rule is, and how it is said to the person at the desk."""

from __future__ import annotations

import re
from typing import Any

from translations import N_, Language, current

_DOUBLE_STOP = re.compile(r"\.\.(?=\s|$)")  # a date brings its own full stop


class DomainError(Exception):
    """A rule was broken. A subclass names the sentence; the details fill its places.

    Details are shown as the screen shows them (dates, quantities, names), in the language
    of the moment of showing, so an error may be raised in one language and read in another.
    """

    message = N_("That is not possible.")

    def __init__(self, **details: Any) -> None:
        super().__init__(type(self).__name__)
        self.details = details

    def text(self, language: Language | None = None) -> str:
        """The whole sentence in `language` (default: the current one)."""
        spoken = language or current()
        shown = {name: self._shown(name, spoken) for name in self.details}
        said = spoken.gettext(self.message).format(**shown)
        return _DOUBLE_STOP.sub(".", said)

    def __str__(self) -> str:
        return self.text()

    def _shown(self, name: str, language: Language) -> str:
        return language.show(self.details[name])


class Missing(DomainError):
    """`field` is the marked name of the field, or an Enum with a label."""

    message = N_("Fill in: {field}.")

    def _shown(self, name: str, language: Language) -> str:
        return language.gettext(super()._shown(name, language))


class TextTooLong(DomainError):
    message = N_("The text “{text}” is too long: at most {longest} characters are kept.")


class NotFound(DomainError):
    message = N_("That entry no longer exists. Reload the page.")


class InFuture(DomainError):
    message = N_("{day} is in the future. Enter the day on which it happened.")


class ClosedMonth(DomainError):
    message = N_(
        "{month} is closed, so nothing dated {day} can be entered. Use a day in an open month."
    )
