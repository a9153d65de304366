"""The head of a letter: who sends it, with a logo, and to whom."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from models.errors import DomainError
from reports.paper import style
from reports.paper.blocks import Block, Image, Row, Rule
from reports.paper.script import Text
from translations import N_


@dataclass(frozen=True)
class Letterhead:
    """Who sends the document, and to whom; number_line is its number, place and date."""

    name: str
    lines: Sequence[str] = ()
    logo: bytes | None = None
    addressee: str = ""
    addressee_note: str = ""
    addressee_label: str = ""
    number_line: str = ""


class NotAPicture(DomainError):
    message = N_("The logo is not a picture. Choose a PNG or JPEG file.")


def head(letterhead: Letterhead) -> list[Block]:
    """The letterhead as blocks. Raises NotAPicture."""
    sender = [Text(letterhead.name, style.NAME)]
    own = [*letterhead.lines, letterhead.number_line]
    sender += [Text(line, style.LETTERHEAD) for line in own if line]
    kinds = (style.ADDRESSEE_NOTE, style.ADDRESSEE, style.ADDRESSEE_NOTE)
    to = (letterhead.addressee_label, letterhead.addressee, letterhead.addressee_note)
    receiver = [Text(line, kind) for line, kind in zip(to, kinds, strict=True) if line]
    stacks: list[Sequence[Block]] = [sender, receiver] if receiver else [sender]
    shares = [1.5, 1.0] if receiver else [2.5]
    if letterhead.logo:
        stacks, shares = [_logo(letterhead.logo), *stacks], [0.26, *shares]
    return [Row(stacks, shares=shares), Rule()]


def logo(data: bytes) -> bytes:
    """A logo safe for every page: a PNG on white of at most 600 dots. Raises NotAPicture."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            picture.thumbnail((600, 600))
            layer = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as problem:
        raise NotAPicture from problem
    flat = Pillow.new("RGB", layer.size, "white")
    flat.paste(layer, mask=layer)
    buffer = io.BytesIO()
    flat.save(buffer, "PNG")
    return buffer.getvalue()


def _logo(data: bytes) -> list[Block]:
    from reportlab.lib.utils import ImageReader

    return [Image(ImageReader(io.BytesIO(logo(data))), 46)]
