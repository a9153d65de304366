"""The card of what comes before closing a month: the checks, the texts, and the closing itself."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QWidget

from models import clock
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

LINES = 9  # of text: how high the checks are at the least


class BeforeClosing(Card):
    """Checks and texts in two tabs, and below them the button `close_button` once it is placed.

    Who may not close a month is shown the checks, but no button.
    """

    def __init__(self, keep: Keep, *, may_close: bool) -> None:
        super().__init__(" ")
        self.may_close = may_close
        self.state = Answer("good", name="closed")
        self.checks = CheckList()
        self.narrative = Narrative(keep)
        self.why_not = label("", "muted", name="why_not")
        self.tabs = named(LowTabs(LINES), "tabs")
        self.tabs.addTab(scrolled(self.checks), "")
        self.tabs.addTab(scrolled(self.narrative), "")
        self.body.addWidget(self.state)
        self.body.addWidget(self.tabs, 1)
        self.body.addWidget(self.why_not)
        self.retranslate()

    def place(self, button: Button) -> None:
        """Put the button that closes the month at the bottom."""
        self.close_button = button
        self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_report(self, shown: Prepared) -> None:
        """The checks of an open month, or that it is closed."""
        self.state.say(closed_sentence(shown) if shown.is_closed else "")
        self.checks.show_checks([] if shown.is_closed else checks(shown))
        if shown.is_closed == self.tabs.isTabVisible(0):
            self.tabs.setTabVisible(0, not shown.is_closed)
            self.tabs.setCurrentIndex(int(shown.is_closed))

    def offer(self, period: Period | None, shown: Prepared | None) -> None:
        """The button where the month can be closed, else why not."""
        is_closed = shown is not None and shown.is_closed
        reason = "" if period is None or is_closed else why_not(period)
        self.close_button.setVisible(self.may_close and not is_closed)
        self.close_button.setEnabled(shown is not None and not is_closed and not reason)
        self.why_not.setText(reason)
        self.why_not.setVisible(bool(reason))

    def in_order(self) -> list[QWidget]:
        """What Tab walks through, from top to bottom."""
        return [self.tabs.tabBar(), *self.narrative.boxes.values(), self.close_button]

    def retranslate(self) -> None:
        self.set_title(_("Before closing the month"))
        self.tabs.setTabText(0, _("Checks"))
        self.tabs.setTabText(1, _("Texts"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def closed_sentence(shown: Prepared) -> str:
    said = _("{month} is closed. Report no. {number} is shown as it was frozen.")
    month = current().month(shown.period.first)
    return said.format(month=month, number=prepared.number_of(shown))


def why_not(period: Period) -> str:
    """Why the period cannot be closed, or nothing."""
    if not period.is_month:
        return NotAMonth().text()
    if period.last < clock.today():
        return ""
    over = current().day(period.last + timedelta(days=1))
    return _("The month can be closed from {day} on").format(day=over)


def question(shown: Prepared) -> str:
    """What closing means, and how much is not in order yet."""
    said = _(
        "Close {month}? Its report gets a number and is frozen. After that nothing can be"
        " entered or changed for this month."
    ).format(month=current().month(shown.period.first))
    wrong = sum(bool(check.tone) for check in checks(shown))
    warning = ngettext("{count} check needs attention.", "{count} checks need attention.", wrong)
    return f"{said}\n\n{warning.format(count=wrong)}" if wrong else said
