"""A block that keeps together on a page, however it would split by itself."""

from __future__ import annotations

from typing import Any

from reports.paper.blocks import Block, Solid


class Whole(Solid):
    """Small tables side by side under their headings: cut in two they would be hard to read."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.before, self.after = block.before, block.after

    def height(self, width: float) -> float:
        return self.block.height(width)

    def draw(self, canvas: Any, x: float, top: float, width: float) -> None:
        self.block.draw(canvas, x, top, width)
