"""The card beside the list of encounters: one of them in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from models.desk.cards import Vulnerability
from models.desk.encounters import EncounterDetails
from models.desk.visits import Who
from models.office import users
from translations import N_, _, current
from ui.desk import given
from ui.pieces.boxes import column
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Facts, heading, muted

ALONE = N_("A child alone: the centre for social work must be notified.")


class EncounterCard(QWidget):
    """Shows one encounter; `history` is what its button for the card's visits does."""

    def __init__(self, history: Callable[[], object]) -> None:
        super().__init__()
        self.title = heading("", "subtitle")
        self.line = muted()
        self.taken_back = Answer("warn", name="taken_back")
        self.alone = Answer("warn", name="alone_note")
        self.who = heading("", "strong")
        self.facts = Facts()
        self.history = Button(_("Visits of this card…"), history, name="history", icon="history")
        layout = column(self)
        for part in (self.title, self.line, self.taken_back, self.who, self.alone, self.facts):
            layout.addWidget(part)
        layout.addWidget(self.history, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def show_encounter(self, found: EncounterDetails | None, who: Who | None) -> None:
        """Fill everything in, in the current language; None empties the card."""
        self.setVisible(found is not None)
        if found is None:
            return
        kinds = who.vulnerabilities if who else ()
        self.title.setText(given.whom(found.row))
        self.line.setText(f"{current().day(found.row.day)} · {found.row.place}")
        self.taken_back.say(_taken_back(found))
        self.who.setText(given.who(who) if who else "")
        self.who.setVisible(who is not None)
        self.alone.say(_(ALONE) if Vulnerability.UASC in kinds else "")
        self.facts.set_facts([*_people(found, who), *_given(found), *_papers(found)])
        self.history.name(_("Visits of this card…"))
        self.history.setVisible(who is not None)


def _taken_back(found: EncounterDetails) -> str:
    if found.row.is_reversal:
        return _("This entry takes an earlier one back.")
    if found.taken_back_on is None:
        return ""
    return _("Taken back on {day}").format(day=current().day(found.taken_back_on))


def _people(found: EncounterDetails, who: Who | None) -> Iterator[tuple[str, str]]:
    """Those counted in a group, or what makes the person of a card need more care."""
    if who is None:
        yield from _listed(_("Persons"), given.counts(found.told))
    else:
        yield from _listed(_("Vulnerability"), [_(kind.label) for kind in who.vulnerabilities])


def _given(found: EncounterDetails) -> Iterator[tuple[str, str]]:
    yield from _listed(_("Goods"), [given.lot(lot) for lot in found.lots])
    whole = found.row.persons
    yield from _listed(_("Services"), [given.service(each, whole) for each in found.services])


def _papers(found: EncounterDetails) -> Iterator[tuple[str, Any]]:
    """Document, shelf and writer; nothing that is not known."""
    about = found.row
    facts: list[tuple[str, Any]] = [
        (_("Goods from"), found.store if found.store != about.place else ""),
        (_("Hand-out"), found.document),
        (_("Counted"), _("estimated") if about.is_estimated else ""),
        (_("Remark"), about.remark),
        (_("Entered"), about.at),
        (_("By"), users.called(found.by, current())),
    ]
    yield from (fact for fact in facts if fact[1] != "")


def _listed(name: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    """The name stands beside the first line only."""
    return [(name if not place else "", line) for place, line in enumerate(lines)]
