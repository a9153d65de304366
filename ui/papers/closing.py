"""The card of what comes before closing a month: the checks, the texts, and the closing itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QWidget

from models import clock
from models.office.reopening import Version
from models.periods import NotAMonth, Period
from translations import _, current, ngettext
from ui.papers import prepared
from ui.papers.checks import CheckList, checks
from ui.papers.narrative import Keep, Narrative
from ui.papers.prepared import Prepared
from ui.pieces.boxes import label, named
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, Card, scrolled
from ui.pieces.side import LowTabs

if TYPE_CHECKING:
    from reports.monthly.figures import Monthly

LINES = 9  # of text: how high the checks are at the least


class BeforeClosing(Card):
    """Checks and texts in two tabs, and below them the button `close_button` once it is placed.

    Who may not close a month is shown the checks, but no button.
    """

    def __init__(self, keep: Keep, *, may_close: bool) -> None:
        super().__init__(" ")
        self.may_close = may_close
        self.is_closed = False
        self.state = Answer("good", name="closed")
        self.checks = CheckList()
        self.narrative = Narrative(keep)
        self.why_not = label("", "muted", name="why_not")
        self.buttons: list[Button] = []
        self.tabs = named(LowTabs(LINES), "tabs")
        self.tabs.addTab(scrolled(self.checks), "")
        self.tabs.addTab(scrolled(self.narrative), "")
        self.body.addWidget(self.state)
        self.body.addWidget(self.tabs, 1)
        self.body.addWidget(self.why_not)
        self.retranslate()

    def place(self, button: Button) -> None:
        """Put a button at the bottom: the first closes the month, the second opens it again."""
        self.buttons.append(button)
        self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def close_button(self) -> Button:
        return self.buttons[0]

    @property
    def reopen_button(self) -> Button:
        return self.buttons[1]

    def show_report(self, shown: Prepared) -> None:
        """The checks of an open month, or that it is closed."""
        self.is_closed = shown.is_closed
        self._name()
        self.state.say(closed_sentence(shown) if shown.is_closed else "", tone(shown))
        self.checks.show_checks([] if shown.is_closed else checks(shown))
        if shown.is_closed == self.tabs.isTabVisible(0):
            self.tabs.setTabVisible(0, not shown.is_closed)
            self.tabs.setCurrentIndex(int(shown.is_closed))

    def offer(self, period: Period | None, shown: Prepared | None) -> None:
        """The button where the month can be closed, else why not."""
        is_closed = shown is not None and shown.is_closed
        reason = "" if period is None or is_closed else why_not(period, shown)
        self.close_button.setVisible(self.may_close and not is_closed)
        self.close_button.setEnabled(shown is not None and not is_closed and not reason)
        self._offer_to_reopen(shown)
        self.why_not.setText(reason)
        self.why_not.setVisible(bool(reason))

    def in_order(self) -> list[QWidget]:
        """What Tab walks through, from top to bottom."""
        return [self.tabs.tabBar(), *self.narrative.boxes.values(), *self.buttons]

    def retranslate(self) -> None:
        self._name()
        self.tabs.tabBar().setAccessibleName(_("Checks and texts"))
        self.tabs.setTabText(0, _("Checks"))
        self.tabs.setTabText(1, _("Texts"))

    def _name(self) -> None:
        self.set_title(_("Closed month") if self.is_closed else _("Before closing the month"))

    def _offer_to_reopen(self, shown: Prepared | None) -> None:
        """To ask for it where that can be done, or to answer who asked."""
        wish = shown.wish if shown else None
        asks = self.may_close and shown is not None and shown.may_be_reopened
        withdraws = self.may_close and wish is not None and wish.mine
        answers = wish is not None and not wish.mine
        is_current = shown is not None and not shown.is_superseded
        self.reopen_button.setVisible(is_current and (asks or withdraws or answers))
        self.reopen_button.setEnabled(is_current)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def closed_sentence(shown: Prepared) -> str:
    month, report = current().month(shown.period.first), prepared.called(shown.data, current())
    if shown.is_superseded:
        older = next(each for each in shown.versions if each.id == shown.shown)
        said = _("{month} was opened again after this report, by {asked} and {confirmed}: {reason}")
        asked, confirmed = older.reopened_by
        return said.format(month=month, asked=asked, confirmed=confirmed, reason=older.reopened_for)
    if shown.wish:
        said = _("{month} is closed. {name} asks to reopen it: {reason}")
        return said.format(month=month, name=shown.wish.asked_by, reason=shown.wish.reason)
    if shown.data.correction:
        said = _("{month} is closed. What is shown is the {report}, as it was frozen.")
        return said.format(month=month, report=report)
    said = _("{month} is closed. Report no. {number} is shown as it was frozen.")
    return said.format(month=month, number=prepared.number_of(shown.data))


def done(closed: Monthly) -> str:
    """What was done, for the status line."""
    month = current().month(closed.period.first)
    if closed.correction:
        said = _("{month} is closed. Its report is {report}.")
        return said.format(month=month, report=prepared.called(closed, current()))
    said = _("{month} is closed. Its report has the number {number}.")
    return said.format(month=month, number=prepared.number_of(closed))


def tone(shown: Prepared) -> str:
    """Amber where somebody waits, or where another report stands instead."""
    return "warn" if shown.wish or shown.is_superseded else "good"


def versions(shown: Prepared) -> list[tuple[int | None, str]]:
    """What can be shown of the month: how it stands now, and every report that it had before."""
    older = [each for each in shown.versions if each.reopened_for]
    if not older:
        return []
    is_open = all(each.reopened_for for each in shown.versions)
    now = _("as the books stand now") if is_open else _("the report that stands")
    return [(None, now), *((each.id, _version_name(each)) for each in older)]


def _version_name(version: Version) -> str:
    number = f"{version.number}/{version.year}"
    if not version.correction:
        return _("report {number}").format(number=number)
    said = _("correction {correction} of report {number}")
    return said.format(correction=version.correction, number=number)


def why_not(period: Period, shown: Prepared | None = None) -> str:
    """Why the period cannot be closed, or nothing."""
    if not period.is_month:
        return NotAMonth().text()
    if shown and is_too_late(shown):
        return _("The month lies before the first one that was closed, and was locked with it.")
    if period.last < clock.today():
        return ""
    over = current().day(period.last + timedelta(days=1))
    return _("The month can be closed from {day} on").format(day=over)


def is_too_late(shown: Prepared) -> bool:
    """Whether the period lies before the first month that was ever closed."""
    first = shown.ends.first_closed
    return first is not None and shown.period.last < first.first


def question(shown: Prepared) -> str:
    """What closing means, and how much is not in order yet."""
    said = _(
        "Close {month}? Its report gets a number and is frozen. After that nothing can be"
        " entered or changed for this month."
    ).format(month=current().month(shown.period.first))
    wrong = sum(bool(check.tone) for check in checks(shown))
    warning = ngettext("{count} check needs attention.", "{count} checks need attention.", wrong)
    warnings = [_left_behind(shown), warning.format(count=wrong) if wrong else ""]
    return "\n\n".join([said, *filter(None, warnings)])


def _left_behind(shown: Prepared) -> str:
    """The first closing locks every month before it, for good: that is said beforehand."""
    if not shown.ends.open_months or shown.ends.first_closed:
        return ""
    said = _(
        "From {first} on no month is closed yet. Those before this one will be locked too, and"
        " get no report of their own. If they need one, cancel and close {first} first."
    )
    return said.format(first=current().month(shown.ends.open_months[0].first))
