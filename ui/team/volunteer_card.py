"""The card beside the list of people: contact, what the person can do, hours and activities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from models import clock
from models.team.long_term import LongTerm
from models.team.roster import VolunteerCard, VolunteerRow
from models.team.trainings import Course, Expiring
from models.team.volunteers import Details, State
from translations import N_, _, current
from ui.pieces.boxes import column
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Facts, heading, muted
from ui.table import Badge, Column, TableView
from ui.team.hours import shown

NAMES = 20  # characters kept free for the names of facts, so that values stand in one line

LONG_TERM = N_("Long-term volunteer: {hours} hours. To be reported to: {ministry}. Last day: {by}")
CONSENT = N_("The written consent of the guardian is missing: no hours can be recorded.")


class VolunteerDetail(QWidget):
    """Shows one `VolunteerCard`; `report` is what its button for long-term volunteers does."""

    def __init__(self, report: Callable[[], object]) -> None:
        super().__init__()
        self.name = heading()
        self.line = muted()
        self.consent = Answer("bad", name="consent")
        self.long_term = Answer("warn", name="long_term")
        self.report = Button("", report, name="report")
        self.facts = Facts()
        self.courses_title = heading("", "strong")
        self.courses = Facts()
        self.parts_title = heading("", "strong")
        self.parts = TableView(COLUMNS)
        self.parts.setObjectName("parts")
        self.parts.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()

    def show_card(self, card: VolunteerCard | None) -> None:
        """Fill everything with one person, in the current language; None empties the card."""
        self._name_parts()
        self.setVisible(card is not None)
        if card is None:
            return
        self.name.setText(f"{card.details.first_name} {card.details.last_name}")
        self.line.setText(_standing(card))
        self.consent.say(_(CONSENT) if card.row.needs_consent else "")
        self.long_term.say(_long_term(card.long_term, card.law.ministry))
        self.report.setVisible(card.long_term is not None)
        self.facts.set_facts(_facts(card))
        self.courses.set_facts(_course(course) for course in card.courses)
        self.courses_title.setVisible(bool(card.courses))
        self.parts.set_rows(card.parts)
        for part in (self.parts_title, self.parts):
            part.setVisible(bool(card.parts))
        self._fit_parts()

    def _lay_out(self) -> None:
        layout = column(self)
        above: tuple[QWidget, ...] = (self.name, self.line, self.consent, self.long_term)
        below = (self.facts, self.courses_title, self.courses, self.parts_title, self.parts)
        for part in above:
            layout.addWidget(part)
        layout.addWidget(self.report, 0, Qt.AlignmentFlag.AlignLeft)
        for part in below:
            layout.addWidget(part)
        layout.addStretch(1)

    def _fit_parts(self) -> None:
        """The whole table is seen; the card around it scrolls."""
        heads, lines = self.parts.horizontalHeader(), self.parts.verticalHeader()
        self.parts.setFixedHeight(heads.sizeHint().height() + lines.length() + 4)
        for facts in (self.facts, self.courses):
            facts.keep_for_names(self.fontMetrics().averageCharWidth() * NAMES)

    def _name_parts(self) -> None:
        self.courses_title.setText(_("Trainings"))
        self.parts_title.setText(_("Latest activities"))
        self.parts.setAccessibleName(_("Latest activities"))
        self.parts.retranslate()
        self.report.name(_("Reported…"))


def concern(row: VolunteerRow) -> Badge | None:
    """The one thing most worth noticing of a person; mostly nothing."""
    if row.state is State.LEFT:
        return Badge(current().show(row.state))
    if row.needs_consent:
        return Badge(_("consent missing"), "bad")
    if row.expiring:
        return _certificate(row.expiring)
    return None if row.state is State.ACTIVE else Badge(current().show(row.state))


def _standing(card: VolunteerCard) -> str:
    show, known = current().show, card.details
    parts = [show(known.standing), show(known.state)]
    if known.state is State.LEFT:
        parts.append(show(known.left_on))
    else:
        parts.append(_("since {day}").format(day=show(known.joined_on)))
    return " · ".join(parts)


def _long_term(found: LongTerm | None, ministry: str) -> str:
    if found is None:
        return ""
    show = current().show
    return _(LONG_TERM).format(
        hours=shown(found.minutes),
        by=show(found.report_by),
        ministry=_(ministry),
    )


def _facts(card: VolunteerCard) -> list[tuple[str, Any]]:
    """What is known, and nothing that is not."""
    known = card.details
    facts: list[tuple[str, Any]] = [
        (_("Date of birth"), known.birth_date),
        (_("Age"), card.row.age),
        (_("Phone"), known.phone),
        (_("E-mail"), known.email),
        (_("Address"), known.address),
        *_guardian(known, card.is_minor),
        (_("Can be counted on for"), current().list([current().show(can) for can in card.skills])),
        (_("Hours this year"), shown(card.row.minutes_this_year)),
        (_("Hours in all"), shown(card.minutes)),
        (_("Remark"), known.note),
    ]
    return [(name, value) for name, value in facts if value not in ("", None)]


def _guardian(known: Details, is_minor: bool) -> Iterator[tuple[str, Any]]:
    if is_minor:
        yield _("Guardian"), known.guardian
        yield _("Written consent of"), known.guardian_consent_on


def _course(course: Course) -> tuple[str, str]:
    """A training, and how long its certificate is valid."""
    show = current().show
    if course.expires_on is None:
        return show(course.skill), show(course.day)
    said = VALID if course.expires_on >= clock.today() else EXPIRED
    return show(course.skill), _(said).format(until=show(course.expires_on))


def _certificate(expiring: Expiring) -> Badge:
    if expiring.expires_on < clock.today():
        return Badge(_("training expired"), "warn")
    day = current().show(expiring.expires_on)
    return Badge(_("training until {day}").format(day=day), "warn")


VALID = N_("valid until {until}")
EXPIRED = N_("expired on {until}")

COLUMNS = (
    Column(N_("Day"), lambda part: part.day, 12),
    Column(N_("Work"), lambda part: part.work),
    Column(N_("Hours"), lambda part: part.minutes, 6, "right", show=shown),
)
