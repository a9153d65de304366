"""The page that the day begins with: four figures, what is due, stock that needs attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget

from models import clock
from models.goods import shelf, stock
from models.goods.shelf import Need, StockRow
from models.office import loose_ends, today
from models.office.today import Due, Duty, Figures
from models.privacy import looks
from models.rights import may
from models.team.volunteers import Volunteer
from models.units import amount
from translations import N_, _, current, ngettext
from translations.formats import NO_BREAK
from ui import messages
from ui.page import Page
from ui.pieces.boxes import grid, named, row
from ui.pieces.cards import Card, Empty, Figure
from ui.pieces.latest import Latest
from ui.table import Badge, Column, TableView
from ui.warehouse.needs import badge

if TYPE_CHECKING:
    from models.database import Database

SOON = 7  # days: what is due within them is amber
LEADS_TO = {
    Duty.REPORT: "Reports",
    Duty.CERTIFICATES: "Volunteers",
    Duty.LONG_TERM: "Volunteers",
    Duty.WRITE_OFFS: "Stock",
    Duty.REOPENING: "Reports",
    Duty.ERASURE: "Settings",
    Duty.BREACH: "Settings",
    Duty.NO_COPY: "Settings",
    Duty.OLD_COPY: "Settings",
    Duty.NOT_RESTORED: "Settings",
}
TO_BACKUPS = {
    Duty.NO_COPY: N_("Choose a USB stick for a weekly copy of the backups (Settings, Backups)"),
    Duty.OLD_COPY: N_("Plug the stick in and copy the backup to it (Settings, Backups)"),
    Duty.NOT_RESTORED: N_("Make another backup and try it out (Settings, Backups)"),
}


class TodayPage(Page):
    """Reads everything anew whenever it is shown; what is due takes longest, and comes behind."""

    title = N_("Today")
    icon = "today"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.figures: Figures | None = None
        self.sees_stock = may(db.roles, shelf.needs)
        self.helped, self.month, self.expiring, self.hours = (Figure() for _card in range(4))
        self.dues = TableCard(DUES, "dues", self._open_due)
        self.needs = TableCard(NEEDS, "needs", lambda _row: self.leads_to.emit("Stock"))
        self.latest = Latest(self)
        self.latest.ready.connect(self._show_dues)
        self.latest.failed.connect(self._fail)
        self._lay_out()
        self.needs.setVisible(self.sees_stock)

    def context(self) -> str:
        day = clock.today()
        said = _("{weekday}, {date}")
        return said.format(weekday=current().weekday(day).capitalize(), date=current().day(day))

    def reload(self) -> None:
        with self.db.read() as session:
            self.figures = today.figures(session)
            needs = shelf.needs(session) if self.sees_stock else ()
            begun = loose_ends.first_day(session) is not None
        self._invite(begun)
        self.needs.show_rows(needs)
        self._show_figures()
        is_seen = self.isVisible()
        self.latest.ask(lambda: self._read_dues(is_seen), 0)
        self.changed.emit()

    def retranslate(self) -> None:
        super().retranslate()
        self.helped.name.setText(_("People helped today"))
        self.month.name.setText(_("Contacts this month"))
        self.expiring.name.setText(_("Expire within 30 days"))
        self.hours.name.setText(_("Volunteer hours this month"))
        self.dues.retranslate(_("What is due"), _("Nothing is due."))
        self.needs.retranslate(_("Stock that needs you"), _("No item needs attention."))
        if self.figures:
            self.reload()

    def _read_dues(self, is_seen: bool) -> list[Due]:
        """Runs in a thread. A name that is about to be seen is a look at people."""
        with self.db.read() as session:
            dues = today.due(session)
        if is_seen and any(due.names_somebody for due in dues):
            looks.through(self.db, Volunteer)
        return dues

    def _show_dues(self, dues: Sequence[Due]) -> None:
        self.dues.empty.say(_("Nothing is due."))
        self.dues.show_rows(dues)

    def _fail(self, problem: BaseException) -> None:
        """Books that were locked or left meanwhile are read again when the page is next shown.

        Nobody asked for this reading, so no box says what went wrong: it stands in its place.
        """
        if self.isVisible():
            self.dues.show_problem(messages.sentence(problem))

    def _invite(self, begun: bool) -> None:
        """In new books the way to the first goods; later, that nothing is wrong with them."""
        if begun:
            self.needs.empty.say(_("No item needs attention."))
            return
        if not may(self.db.roles, stock.receive):
            self.needs.empty.say(_("Nothing is in stock yet."))
            return
        said = _("Nothing is in stock yet. Receive the first goods.")
        self.needs.empty.say(said, _("Receive…"), lambda: self.leads_to.emit("Stock"))

    def _open_due(self, due: Due) -> None:
        self.leads_to.emit(LEADS_TO[due.duty])

    def _show_figures(self) -> None:
        found = self.figures
        if found is None:
            return
        new = ngettext("{count} of them new", "{count} of them new", found.new)
        gone = ngettext("{count} already expired", "{count} already expired", found.expired)
        people = ngettext("{count} volunteer", "{count} volunteers", found.volunteers)
        show = current().show
        self.helped.set_figure(found.helped, new.format(count=show(found.new)))
        self.month.set_figure(found.contacts, compared(found.contacts, found.same_days_before))
        self.expiring.set_figure(found.expiring, gone.format(count=show(found.expired)))
        self.hours.set_figure(hours(found.minutes), people.format(count=show(found.volunteers)))

    def _lay_out(self) -> None:
        figures = row(spacing=14)
        for card in (self.helped, self.month, self.expiring, self.hours):
            figures.addWidget(card, 1)
        below = grid(across=14)
        below.addWidget(self.dues, 0, 0)
        below.addWidget(self.needs, 0, 1)
        for place, share in enumerate((5, 4)):
            below.setColumnStretch(place, share)
        self.body.addLayout(figures)
        self.body.addLayout(below, 1)


class TableCard(Card):
    """A card with a heading over a short table, or one sentence when there is nothing."""

    def __init__(
        self, columns: Sequence[Column], name: str, open_row: Callable[[Any], object]
    ) -> None:
        super().__init__()
        self.table = named(TableView(columns, wraps=True), name)
        self.empty = Empty()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.body.addWidget(self.stack, 1)
        self.table.activated.connect(lambda: open_row(self.table.selected))

    def show_rows(self, rows: Sequence[Any]) -> None:
        self.table.set_rows(rows)
        self.stack.setCurrentIndex(0 if rows else 1)

    def show_problem(self, text: str) -> None:
        """Say why there are no rows."""
        self.empty.say(text)
        self.stack.setCurrentIndex(1)

    def retranslate(self, title: str, nothing: str) -> None:
        self.set_title(title)
        self.table.setAccessibleName(title)
        self.table.retranslate()
        self.empty.say(nothing)


def compared(now: int, before: int) -> str:
    """This month against the same days of the month before, in one sentence."""
    day = clock.today()
    days = today.same_days_before(day)
    then = f"{current().short_day(days.first)}{NO_BREAK}– {current().short_day(days.last)}"
    if not before:
        return _("none in {period}").format(period=then)
    change = Decimal(now - before) / before
    sign = "+" if change > 0 else ""
    said = _("{percent} against {period}")
    return said.format(percent=sign + current().percent(change), period=then)


def hours(minutes: int) -> str:
    """Minutes as hours with at most one decimal."""
    return _("{hours} h").format(hours=current().show(round(Decimal(minutes) / 60, 1)))


def sentence(due: Due) -> str:
    """What is to be done."""
    show = current().show
    if due.duty is Duty.REPORT and isinstance(due.subject, date):
        said = _("Monthly report for {month} to: {organization}")
        return said.format(month=current().month(due.subject), organization=due.addressee)
    if due.duty is Duty.REOPENING and isinstance(due.subject, date):
        said = _("Another user asks to reopen: {month}")
        return said.format(month=current().month(due.subject))
    if due.duty is Duty.WRITE_OFFS:
        return _("Write-offs that wait for you: {count}").format(count=show(due.count))
    if due.duty is Duty.CERTIFICATES:
        said = _("Certificates to renew, {skill}: {count}")
        return said.format(skill=show(due.subject), count=show(due.count))
    if due.duty is Duty.ERASURE:
        return _("Personal data over their time, to be erased: {count}").format(
            count=show(due.count)
        )
    if due.duty is Duty.BREACH:
        said = _("Tell the Personal Data Protection Agency about breach no. {number}")
        return said.format(number=due.subject)
    if due.duty in TO_BACKUPS:
        return _(TO_BACKUPS[due.duty])
    if due.names_somebody:
        return _("Report the long-term volunteer: {person}").format(person=due.subject)
    return _("Long-term volunteers to report: {count}").format(count=show(due.count))


def left(due: Due) -> Badge:
    """How much time is left, in a word and its tone."""
    days = (due.until - clock.today()).days
    if days == 0:
        return Badge(_("today"), "warn")
    late = ngettext("{days} day late", "{days} days late", -days)
    said = late if days < 0 else ngettext("{days} day", "{days} days", days)
    tone = "bad" if days < 0 else "warn" if days <= SOON else "plain"
    return Badge(said.format(days=current().show(abs(days))), tone)


def need(stock_row: StockRow) -> Badge | None:
    """Why the item needs attention; of what expires soon, when."""
    if stock_row.need is None:
        return None
    said = ""
    if stock_row.need is Need.EXPIRES_SOON and stock_row.expiry:
        said = _("expires {day}").format(day=current().day(stock_row.expiry))
    return badge(stock_row.need, said)


DUES = (
    Column(N_("What"), sentence),
    Column(N_("Until"), lambda due: due.until, width=11),
    Column("", left, width=18),
)
NEEDS = (
    Column(N_("Item"), lambda found: found.name),
    Column(N_("On hand"), lambda found: amount(found.on_hand, found.unit), width=14, align="right"),
    Column("", need, width=20),
)
