"""How the columns of a table share its width: what is short is seen whole, what is long gives way.

All widths are pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """What one column needs: the `least` it can be read in, its title `broken` into lines or on one
    (`title`), the `whole` of its rows.

    `usual` is what it has where there is room; one that `shares` takes what is left then.
    """

    least: int
    broken: int
    title: int
    whole: int
    usual: int
    shares: bool


def divided(room: int, needs: Sequence[Need]) -> list[int]:
    """The width of each column: from the least to the title, the whole, and then the usual.

    Those that share tell what a row is about: they come first.
    """
    sizes = [need.least for need in needs]
    for wanted in (
        [need.broken if need.shares else 0 for need in needs],
        [need.broken for need in needs],
        [need.title if need.shares else 0 for need in needs],
        [need.title for need in needs],
        [need.whole for need in needs],
        [need.usual for need in needs],
    ):
        _grow(sizes, wanted, room)
    sharing = [place for place, need in enumerate(needs) if need.shares]
    if sharing:
        _grow(sizes, [room if place in sharing else 0 for place in range(len(needs))], room)
    return sizes


def _grow(sizes: list[int], wanted: Sequence[int], room: int) -> None:
    """Widen the columns to what is wanted, the narrowest first, as far as there is room."""
    growing = [place for place, size in enumerate(sizes) if wanted[place] > size]
    spare = room - sum(sizes)
    while growing and spare > 0:
        lowest = min(sizes[place] for place in growing)
        lowest_ones = [place for place in growing if sizes[place] == lowest]
        stops = [wanted[place] for place in lowest_ones]
        stops += [sizes[place] for place in growing if sizes[place] > lowest]
        step = min(min(stops) - lowest, spare // len(lowest_ones))
        for place in lowest_ones:
            sizes[place] += step
        spare -= step * len(lowest_ones)
        growing = [place for place in growing if sizes[place] < wanted[place]]
        if not step:
            return
