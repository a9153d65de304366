"""The newest document of a backup, in the window and on the command line."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from translations import current

if TYPE_CHECKING:
    from models.safe.contents import Contents


def document(inside: Contents) -> str:
    """What it is, its number and its day: each kind and place has numbers of its own.

    A backup of an earlier program does not tell what it is.
    """
    from models.goods.documents import Kind

    if inside.day is None:
        return "–"
    said = [inside.newest]
    with suppress(ValueError):
        said.insert(0, current().show(Kind(inside.kind)))
    return f"{' '.join(said)}, {current().day(inside.day)}"
