"""The balance of the days: item by item, what left the shelf against what entries gave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from models.desk import balance
from models.desk.balance import ItemBalance
from models.periods import Period
from translations import N_, _, current
from ui.pieces.boxes import DIALOG, column, named
from ui.pieces.buttons import Button
from ui.pieces.cards import Answer, heading, muted
from ui.pieces.dialog import Dialog
from ui.pieces.grid import TableView
from ui.pieces.rows import Badge, Column

if TYPE_CHECKING:
    from models.database import Database

CLOSES = N_("It closes: everything that left the shelf stands in an entry.")
DIFFERS = N_(
    "It does not close. A hand-out was reversed or posted without its entry: "
    "look at the documents of these items."
)


def difference(row: ItemBalance) -> Badge | None:
    """By how much an item does not close."""
    if row.closes:
        return None
    off = current().show(row.out - row.given)
    return Badge(_("difference {quantity}").format(quantity=off), "bad")


class BalanceDialog(Dialog):
    """For a period, and for one shelf or all of them."""

    columns = (
        Column(N_("Item"), lambda row: row.name),
        Column(N_("Unit"), lambda row: row.unit, 9),
        Column(N_("Left the shelf"), lambda row: row.out, 12),
        Column(N_("Given by entries"), lambda row: row.given, 12),
        Column(N_("On hand now"), lambda row: row.left, 12),
        Column("", difference, 18, badge=True),
    )

    def __init__(
        self,
        db: Database,
        period: Period,
        place: tuple[int | None, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("BalanceDialog")
        self.setWindowTitle(_("Balance"))
        with db.read() as session:
            rows = balance.goods(session, period, place[0])
        self.table = named(TableView(self.columns), "balance", _("Balance"))
        self.table.set_rows(rows)
        self.table.select(0 if rows else None)
        self.answer = Answer(name="answer")
        close = Button(_("Close"), self.accept, name="close", shortcut="Esc", primary=True)
        close.setDefault(True)
        layout = column(self, margins=DIALOG)
        layout.addWidget(heading(_("Balance"), "subtitle"))
        days = current().period(period.first, period.last)
        layout.addWidget(muted(f"{days} · {place[1]}"))
        layout.addWidget(self.answer)
        self.answer.say(*_answer(rows))
        layout.addWidget(self.table, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        room = self.screen().availableSize().width() - 60
        self.resize(min(self.fontMetrics().averageCharWidth() * 150, room), 560)


def _answer(rows: Sequence[ItemBalance]) -> tuple[str, str]:
    if not rows:
        return _("No goods were handed out."), "plain"
    if all(row.closes for row in rows):
        return _(CLOSES), "good"
    return _(DIFFERS), "bad"
