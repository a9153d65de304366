"""The reports page: what is reported and of which days, the checks, and the page as it prints."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QSplitter

from models import periods, recorded
from models.office import reopening
from models.office.branch import Branch
from models.periods import Period
from models.recorded import PRINT
from models.rights import may
from translations import N_, Language, _, current
from ui import messages, work
from ui.page import Page
from ui.papers import closing, prepared, printing, saving
from ui.papers.asked import Asked
from ui.papers.closing import BeforeClosing
from ui.papers.prepared import Prepared
from ui.papers.preview import Preview
from ui.papers.reopening import ReopenAnswer, ReopenForm
from ui.pieces.buttons import Button
from ui.pieces.cards import Card
from ui.pieces.latest import PAUSE, Latest
from ui.pieces.side import SideColumn

if TYPE_CHECKING:
    from models.database import Database
    from reports.monthly.figures import Monthly

SHARES = (380, 730)  # pixels of the two sides at first

Verb = Callable[[Prepared], object]


class ReportsPage(Page):
    """Adds up in a thread whatever is chosen, and shows it as it will print."""

    title = N_("Reports")
    icon = "reports"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.period: Period | None = None  # of the figures and texts now shown
        self.prepared: Prepared | None = None  # None while newer figures are being added up
        self.pdf = b""  # empty while it is being made anew
        self._when_ready: Verb | None = None
        self.asked = Asked(self._own_language())
        self.before = BeforeClosing(self._keep_text, may_close=may(db.roles, periods.close))
        self.preview = Preview()
        self.latest = Latest(self)
        self._lay_out()
        self._add_verbs()
        self._order_for_tab()
        self.latest.ready.connect(self._show)
        self.latest.failed.connect(self._fail)
        self.asked.days_changed.connect(self.reload)
        self.asked.paper_changed.connect(self._render)
        self.asked.version_changed.connect(self.reload)

    def context(self) -> str:
        return self.asked.text()

    def show_month(self, month: Period) -> None:
        """Show the monthly report of that month."""
        self.asked.show_month(month)

    def reload(self) -> None:
        """Add up the chosen days anew."""
        self.before.narrative.keep()
        self.prepared = None
        self.before.offer(self.asked.period, None)
        if self.asked.period is None:
            self._show_fault()
        else:
            self._render()
        self.changed.emit()

    def keep(self) -> None:
        self.before.narrative.keep()

    def print_out(self) -> None:
        """Print the report as it is shown."""
        self._with_paper(
            lambda shown: printing.ask(
                self,
                self.pdf,
                self._name(shown),
                self.say,
                before=lambda: self._put_out(shown, PRINT, self.asked.spoken),
            )
        )

    def save_pdf(self) -> None:
        self._with_paper(lambda shown: self._save(shown, "pdf", prepared.on_paper))

    def save_xlsx(self) -> None:
        self._with_paper(lambda shown: self._save(shown, "xlsx", prepared.as_workbook))

    def save_json(self) -> None:
        self._with_paper(lambda shown: self._save(shown, "json", prepared.as_data))

    def add_up_reports(self) -> None:
        """Add up the reports that branches sent."""
        from ui.papers.together import ConsolidateDialog

        ConsolidateDialog(self.db, self.window()).exec()

    def close_month(self) -> None:
        """Close the month for good, after asking."""
        self.before.narrative.keep()
        self._with_paper(self._close)

    def reopen_month(self) -> None:
        """Ask to open the month again, or answer who asked."""
        self._with_paper(self._reopen)

    def retranslate(self) -> None:
        super().retranslate()
        if self.prepared:
            self._offer_versions(self.prepared)
        self._show_state()
        if self.asked.period is None:
            self._show_fault()

    def take_focus(self) -> None:
        self.asked.kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        self.before.narrative.keep()
        super().hideEvent(event)

    def _own_language(self) -> str:
        with self.db.read() as session:
            branch = session.get(Branch, 1)
            return branch.language if branch else current().code

    def _render(self) -> None:
        """Make the pages anew in a thread; the figures too unless they are known."""
        period, spoken, known, db = self.asked.period, self.asked.spoken, self.prepared, self.db
        public = self.asked.is_public
        if period is None:
            return
        version = self.asked.version.value if period == self.period else None
        self.pdf = b""
        self.preview.say_waiting()

        def make() -> tuple[Prepared, bytes]:
            shown = known or prepared.prepare(db, period, version)
            return shown, prepared.on_paper(shown, spoken, public=public, archived=False)

        self.latest.ask(make, PAUSE if self.preview.buffer else 0)

    def _show(self, made: tuple[Prepared, bytes]) -> None:
        self.before.narrative.keep()
        shown, self.pdf = made
        is_new = shown.period != self.period
        self.prepared, self.period = shown, shown.period
        self._offer_versions(shown)
        self.asked.time.month.offer(shown.since)
        texts = shown.data.narratives
        self.before.narrative.set_texts(
            texts, frozen=shown.is_closed or not self.before.may_close, anew=is_new
        )
        self.preview.show_pdf(self.pdf)
        self._show_state()
        self._offer_verbs(True)
        verb, self._when_ready = self._when_ready, None
        if verb:
            self._act(lambda: verb(shown))

    def _show_state(self) -> None:
        """The addressee, whether the month is closed, and the checks if it is not."""
        if self.prepared:
            addressee = self.prepared.addressee(self.asked.spoken)
            self.asked.addressee.setText(addressee or "—")
            self.before.show_report(self.prepared)
        self.before.offer(self.asked.period, self.prepared)

    def _show_fault(self) -> None:
        """Why there is nothing to show: the days cannot be read, or stand the wrong way round."""
        self.latest.forget()
        self._offer_verbs(False)
        self.preview.say(self.asked.time.fault())

    def _fail(self, problem: BaseException) -> None:
        self.prepared, self._when_ready = None, None
        self._offer_verbs(False)
        self.preview.fail(problem)

    def _with_paper(self, verb: Verb) -> None:
        """Do it with the report as chosen: now, or as soon as its pages are made."""
        if self.prepared and self.pdf:
            verb(self.prepared)
        else:
            self._when_ready = verb

    def _name(self, shown: Prepared) -> str:
        return prepared.name_of(shown, self.asked.spoken, public=self.asked.is_public)

    def _save(self, shown: Prepared, ending: str, make: Callable[..., bytes]) -> None:
        spoken, public = self.asked.spoken, self.asked.is_public

        def on_paper() -> bytes:
            self._put_out(shown, ending, spoken)
            return make(shown, spoken, public=public)

        saving.save(self, self._name(shown), ending, on_paper, self._saved)

    def _put_out(self, shown: Prepared, form: str, spoken: Language) -> None:
        recorded.put_out(self.db, f"report {shown.period.key}", f"{form} {spoken.code}")

    def _saved(self, path: Path) -> None:
        self.say(_("Saved: {file}").format(file=path))

    def _keep_text(self, section: str, text: str) -> None:
        if self.period is None:
            return
        with self.db.write() as session:
            periods.write_narrative(session, self.period, section, text)
        if self.prepared:
            self.prepared = self.prepared.with_text(section, text)
            self._show_state()
        self.say(_("The text was saved."))
        self._render()

    def _close(self, shown: Prepared) -> None:
        if not messages.confirm(self, closing.question(shown), _("Close the month")):
            return
        close = partial(prepared.close, self.db, shown.period)
        begun = work.run(self, _("Closing the month…"), close, self._closed)
        begun.finished.connect(self.changed)  # where it is refused a backup was made all the same

    def _closed(self, closed: Monthly) -> None:
        self.say(closing.done(closed))
        self.reload()

    def _reopen(self, shown: Prepared) -> None:
        wish = shown.wish
        if wish and wish.mine:
            said = _("You asked to reopen this month. Do you no longer want that?")
            messages.ask(self, said, _("Withdraw"), lambda: self._withdraw(wish.id))
            return
        if wish:
            form: ReopenAnswer | ReopenForm = ReopenAnswer(self.db, wish, self)
        else:
            form = ReopenForm(self.db, shown.period, self)
        if form.exec():
            self.say(form.said())
            self.reload()

    def _withdraw(self, wish: int) -> None:
        with self.db.write() as session:
            reopening.withdraw(session, session.get_one(periods.Reopening, wish))
        self.reload()

    def _offer_versions(self, shown: Prepared) -> None:
        self.asked.offer_versions(closing.versions(shown))
        self.asked.version.blockSignals(True)
        self.asked.version.set_value(shown.shown)
        self.asked.version.blockSignals(False)

    def _offer_verbs(self, yes: bool) -> None:
        for button in self._paper_buttons():
            button.setEnabled(yes)

    def _paper_buttons(self) -> list[Button]:
        buttons = [action.button for action in self.verbs]
        return [button for button in buttons if button not in self.before.buttons]

    def _add_verbs(self) -> None:
        self.add_action(N_("Print…"), self.print_out, primary=True, icon="print", shortcut="Ctrl+P")
        self.add_action(N_("PDF…"), self.save_pdf, icon="pdf", shortcut="Ctrl+S")
        self.add_action(N_("XLSX…"), self.save_xlsx)
        self.add_action(N_("JSON…"), self.save_json)
        self.add_action(N_("Close the month…"), self.close_month, icon="lock", aside=True)
        self.add_action(N_("Reopen the month…"), self.reopen_month, icon="undo", aside=True)
        self.add_action(N_("Add up reports…"), self.add_up_reports, icon="count", aside=True)

    def _place(self, button: Button, aside: bool) -> None:
        """Verbs of the paper stand above it, closing and what else is done below the checks."""
        if aside:
            self.before.place(button)
        else:
            self.preview.add_left(button)

    def _order_for_tab(self) -> None:
        """The left side from top to bottom, then the right one."""
        left = [*self.asked.in_order(), *self.before.in_order()]
        right = [*self._paper_buttons(), self.preview.zoom, self.preview.pages]
        for one, following in pairwise([*left, *right]):
            self.setTabOrder(one, following)

    def _lay_out(self) -> None:
        side, right = SideColumn(), Card()
        side.body.addWidget(self.asked)
        side.body.addWidget(self.before, 1)
        right.body.addWidget(self.preview, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(14)
        split.addWidget(side)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes(SHARES)
        self.body.addWidget(split, 1)
