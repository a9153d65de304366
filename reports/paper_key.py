"""A paper key as it goes into the safe: the key in groups and as a code, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models import clock
from models.office import branch
from models.office.branch import Level
from reports import head, layout
from reports.paper import style
from reports.paper.blocks import Block
from reports.paper.script import Text
from translations import LANGUAGES, Language

ACROSS = 3  # groups in a line
CODE = 120  # points: the side of the code for scanners


@dataclass(frozen=True)
class PaperKey:
    """What stands on one paper; `key` as papercode writes it."""

    number: int
    key: str = field(repr=False)
    made_on: date
    sender: dict[str, str]
    town: str
    logo: bytes | None = field(default=None, repr=False)


def collect(session: Session, number: int, key: str) -> PaperKey:
    """The paper of a key made today. Raises NotSetUp."""
    own = branch.get(session)
    return PaperKey(
        number=number,
        key=key,
        made_on=clock.today(),
        sender={code: branch.names(session, code)[Level.BRANCH] for code in LANGUAGES},
        town=own.town,
        logo=own.logo,
    )


def render(paper: PaperKey, language: Language) -> bytes:
    """One page; the code holds the key and nothing else."""
    _ = language.gettext
    heading = title(paper, language)
    place = head.place_and_day(paper.town, paper.made_on, language)
    sender = layout.Letterhead(name=paper.sender[language.code], logo=paper.logo, number_line=place)
    return layout.document(
        [layout.title(heading), _key(paper.key), *_words(language), _receipt(language)],
        language,
        title=heading,
        letterhead=sender,
        footer=_("Ogranak · secret: keep in the safe"),
    )


def title(paper: PaperKey, language: Language) -> str:
    """What the paper is called, with its number."""
    return language.gettext("Paper key no. {number}").format(number=paper.number)


def _key(key: str) -> Block:
    groups = key.split()
    stacks = [[Text(group, style.KEY) for group in groups[at::ACROSS]] for at in range(ACROSS)]
    return layout.columns(*stacks, [_code(key)], shares=[1, 1, 1, 1.6])


def _code(key: str) -> Any:
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    drawing = Drawing(CODE, CODE)
    drawing.add(QrCodeWidget(key.replace(" ", "-"), barWidth=CODE, barHeight=CODE, barLevel="M"))
    return drawing


def _words(language: Language) -> list[Block]:
    _ = language.gettext
    return [
        layout.box(
            _("What it is for"),
            _(
                "It opens the branch's data when no password is known any more, on this computer or"
                " from a backup on another one. Whoever holds it can read everything."
            ),
        ),
        layout.box(
            _("Where to keep it"),
            _(
                "In a closed envelope in the safe, the other paper key in another building. Never"
                " beside the computer or the backups, never as a photograph."
            ),
        ),
        layout.box(
            _("How to use it"),
            _(
                "Start the program and press “Use a paper key…”. Type the nine groups and choose a"
                " new password for one of the users. Zero and O, one and I are taken as the same."
            ),
        ),
        layout.box(
            _("When to destroy it"),
            _("When new paper keys were made and typed back: from then on this one opens nothing."),
        ),
    ]


def _receipt(language: Language) -> Block:
    _ = language.gettext
    return layout.signatures([(_("Put into the safe by"), ""), (_("Witness"), "")])
