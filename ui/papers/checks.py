"""What is shown before a month is closed: quiet lines where all is well, loud ones elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from models.desk.cards import AgeBand, Sex
from models.periods import Period
from translations import _, current, ngettext
from ui.papers.narrative import BOXES
from ui.papers.prepared import Prepared
from ui.pieces.boxes import column
from ui.pieces.cards import Answer, muted

MANY_UNKNOWN = 20  # one in so many persons of unknown sex or age is worth a second look
MOST_FINDINGS = 20


@dataclass(frozen=True)
class Check:
    """A sentence; `tone` is "warn" or "bad" where something is to be done."""

    text: str
    tone: str = ""


class CheckList(QWidget):
    """The checks below each other."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("checks")
        self.lines: list[QWidget] = []
        self.body = column(self, spacing=6)
        self.body.addStretch(1)

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these instead."""
        for old in self.lines:
            self.body.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.lines = [self._add(place, check) for place, check in enumerate(checks)]
        self.setAccessibleName("\n".join(check.text for check in checks))

    def _add(self, place: int, check: Check) -> QWidget:
        if not check.tone:
            line: QWidget = muted(check.text)
            self.body.insertWidget(place, line)
            return line
        answer = Answer(check.tone, name="check")
        self.body.insertWidget(place, answer)
        answer.say(check.text)
        return answer


def checks(prepared: Prepared) -> list[Check]:
    """Everything that was looked at, what needs work first."""
    found = [
        *_totals(prepared),
        *_open_months(prepared.ends.open_months),
        *_counts(prepared),
        *_unknown(prepared),
        *_texts(prepared),
    ]
    return sorted(found, key=lambda check: ("bad", "warn", "").index(check.tone))


def _totals(prepared: Prepared) -> Iterator[Check]:
    """The sentence that all totals agree, or one for each that does not."""
    for finding in prepared.findings[:MOST_FINDINGS]:
        yield Check(finding.text(current()), "bad")
    if not prepared.findings:
        yield Check(_("All totals of persons, services and goods agree."))


def _open_months(months: Sequence[Period]) -> Iterator[Check]:
    if not months:
        yield Check(_("No earlier month is open."))
    elif len(months) > 3:
        said = ngettext(
            "{count} earlier month is not closed yet, from {month} on",
            "{count} earlier months are not closed yet, from {month} on",
            len(months),
        )
        first = current().month(months[0].first)
        yield Check(said.format(count=len(months), month=first), "warn")
    else:
        named = current().list([current().month(month.first) for month in months])
        yield Check(_("Not closed yet: {months}").format(months=named), "warn")


def _counts(prepared: Prepared) -> Iterator[Check]:
    ends = prepared.ends
    drafts = ngettext(
        "{count} document is still a draft.", "{count} documents are still drafts.", ends.drafts
    )
    days = ngettext(
        "On {count} day a team gave aid, but has no hours.",
        "On {count} days a team gave aid, but has no hours.",
        ends.team_days,
    )
    yield _counted(ends.drafts, drafts, _("No document is still a draft."))
    yield _counted(ends.team_days, days, _("Teams that gave aid have their hours."))


def _counted(count: int, wrong: str, right: str) -> Check:
    return Check(wrong.format(count=current().show(count)), "warn") if count else Check(right)


def _unknown(prepared: Prepared) -> Iterator[Check]:
    """How many persons are of unknown sex or age; a warning where they are many."""
    cells = prepared.data.people.cells
    total = prepared.data.people.persons.now
    of_sex = sum(cell.persons.now for cell in cells if cell.sex is Sex.UNKNOWN)
    of_age = sum(cell.persons.now for cell in cells if cell.age is AgeBand.UNKNOWN)
    show = current().show
    for count, said in (
        (of_sex, _("Sex unknown: {count} of {total} persons.")),
        (of_age, _("Age unknown: {count} of {total} persons.")),
    ):
        tone = "warn" if count * MANY_UNKNOWN > total else ""
        yield Check(said.format(count=show(count), total=show(total)), tone)


def _texts(prepared: Prepared) -> Iterator[Check]:
    written = prepared.data.narratives
    missing = [_(name) for section, name in BOXES.items() if not written.get(section)]
    if missing:
        said = _("Nothing is written yet under: {boxes}.")
        yield Check(said.format(boxes=current().list(missing)), "warn")
    else:
        yield Check(_("Every box has its text."))
