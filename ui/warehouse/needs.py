"""The badge of an item that needs attention, the same wherever it is shown."""

from __future__ import annotations

from models.goods.shelf import Need
from translations import _
from ui.pieces.rows import Badge

TONES = {
    Need.NONE_LEFT: "bad",
    Need.EXPIRED: "bad",
    Need.BELOW_MINIMUM: "bad",
    Need.EXPIRES_SOON: "warn",
}


def badge(need: Need, said: str = "") -> Badge:
    """What is needed in its usual word, or as `said`."""
    return Badge(said or _(need.label), TONES[need])
