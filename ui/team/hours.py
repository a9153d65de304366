"""The field for hours, typed as people write them: 3, 3,5 or 3:30."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from models.team.activities import DAY, written
from translations import N_, _, current
from ui.pieces.fields import NumberField

NOT_HOURS = N_("“{text}” is not a number of hours. Type 3 or 3,5 or 3:30, at most 24.")


class HoursField(NumberField):
    """A time worked; `value` is in minutes."""

    characters = 6

    @property
    def value(self) -> int | None:
        return parse_hours(self.text())

    def fault(self) -> str:
        bad = bool(self.text().strip()) and self.value is None
        return _(NOT_HOURS).format(text=self.text().strip()) if bad else ""

    def _written(self, value: int) -> str:
        return written(value)


def shown(minutes: int) -> str:
    """Minutes in a table or sentence, hours grouped as the language does: 1.439:30."""
    hours, rest = divmod(minutes, 60)
    return f"{current().number(hours)}:{rest:02d}"


def parse_hours(text: str) -> int | None:
    """Minutes meant by "3", "3,5", "3.5", "3:30", "3h30" or "45 min"; None when unreadable."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text.casefold())
    if found := re.fullmatch(r"(\d{1,2})(?::|h)([0-5]\d)(?:min)?", plain):
        minutes = int(found[1]) * 60 + int(found[2])
    elif found := re.fullmatch(r"(\d{1,4})(?:min|мин)\.?", plain):
        minutes = int(found[1])
    elif found := re.fullmatch(r"(\d{1,2}(?:[.,]\d{1,2})?|[.,]\d{1,2})h?", plain):
        exact = Decimal(found[1].replace(",", ".")) * 60
        minutes = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    else:
        return None
    return minutes if 0 < minutes <= DAY else None
