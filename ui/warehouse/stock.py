"""The stock page: what is on hand, the stock card of an item, and the warehouse's verbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from models import clock
from models.goods import counting, places, proposals, shelf, stock
from models.goods.shelf import CardRow, LotRow, StockRow
from models.units import amount
from translations import N_, Money, _, current, ngettext
from ui import style
from ui.pieces.boxes import column
from ui.pieces.cards import Facts, heading, muted
from ui.pieces.fields import Choice
from ui.pieces.grid import TableView
from ui.pieces.rows import Badge, Column
from ui.table import TablePage
from ui.warehouse import goods
from ui.warehouse.count import CountForm
from ui.warehouse.documents import DocumentList, show_newest
from ui.warehouse.needs import badge
from ui.warehouse.waiting import WaitingList

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

CARD_REACHES_BACK = timedelta(days=90)
CARD_ROWS = 100
FEW = 10  # lines of text: the head and four rows
PLACE = 2  # the column of the lots that is left out where all lie in one place
ALL_PLACES = N_("All places")
NOTHING_YET = N_("Nothing is in stock yet. Receive the first goods.")
NOTHING_HERE = N_("Nothing is in stock at this place.")


def need_badge(row: StockRow) -> Badge | None:
    """Why a row needs attention; None where nothing is wrong."""
    return badge(row.need) if row.need else None


def document_name(row: CardRow) -> str:
    """The document of a movement, its number first, or the balance brought forward."""
    if row.kind is None:
        return _("Brought forward")
    return " · ".join(filter(None, (row.number, _(row.kind.label), row.place)))


def _shown_or_blank(value: Any) -> str:
    return current().show(value) if value else ""


class StockPage(TablePage):
    """What is on hand, item by item."""

    title = N_("Stock")
    icon = "stock"
    columns = (
        Column(N_("Item"), lambda row: row.name),
        Column(N_("On hand"), lambda row: row.on_hand, width=9),
        Column(N_("Unit"), lambda row: row.unit, width=9),
        Column(N_("First expiry"), lambda row: row.expiry, width=11),
        Column(N_("Attention"), need_badge, width=16, badge=True),
    )

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.add_action(
            N_("Receive…"),
            self.receive,
            primary=True,
            icon="receive",
            shortcut="F5",
            does=stock.receive,
        )
        self.add_action(N_("Issue…"), self.issue, icon="issue", shortcut="F6", does=stock.issue)
        self.add_action(
            N_("Transfer…"), self.transfer, icon="transfer", shortcut="F7", does=stock.transfer
        )
        self.add_action(
            N_("Write off…"), self.write_off, icon="writeoff", shortcut="F8", does=stock.write_off
        )
        self.add_action(N_("Count…"), self.count, icon="count", shortcut="F3", does=counting.count)
        self.add_action(
            N_("Documents…"), self.documents, icon="document", shortcut="F9", does=shelf.documents
        )
        self.add_action(
            N_("Print the last…"),
            self.print_last,
            icon="print",
            shortcut="Ctrl+P",
            does=stock.receive,
        )
        self.add_action(
            N_("Waiting…"), self.waiting, icon="hours", shortcut="F4", does=proposals.for_me
        )
        self.place = Choice(none=ALL_PLACES, name="place")
        self.add_filter(N_("Place"), self.place)
        self.card = StockCard()
        self.set_detail(self.card, share=44)

    def load(self, session: Session, search: str) -> Sequence[StockRow]:
        self.empty_text = NOTHING_HERE if self.place.value else NOTHING_YET
        return shelf.overview(session, search, place_id=self.place.value)

    def context(self) -> str:
        today = current().day(clock.today())
        count = len(self.rows)
        items = ngettext("{count} item", "{count} items", count).format(count=count)
        return _("On hand on {day} · {items}").format(day=today, items=items)

    def reload(self) -> None:
        self._offer_places()
        super().reload()

    def identity(self, row: StockRow) -> int:
        return row.item_id

    def show_detail(self, row: StockRow | None) -> None:
        if row is None:
            return
        since = clock.today() - CARD_REACHES_BACK
        place = self.place.value
        with self.db.read() as session:
            moves = shelf.card(session, row.item_id, since=since, place_id=place, limit=CARD_ROWS)
            lots = shelf.lots_of(session, row.item_id, place_id=place)
        if len(self.place.options) <= 2:  # all places, and the only one
            moves = [replace(move, place="") for move in moves]
        self.card.show_item(row, lots, moves)

    def receive(self) -> None:
        self._enter(goods.ReceiveForm)

    def issue(self) -> None:
        self._enter(goods.IssueForm)

    def transfer(self) -> None:
        with self.db.read() as session:
            places.require_two(session)
        self._enter(goods.TransferForm)

    def write_off(self) -> None:
        self._enter(goods.WriteOffForm)

    def count(self) -> None:
        self._enter(CountForm)

    def waiting(self) -> None:
        """The write-offs that wait for a second person."""
        WaitingList(self.db, self).exec()
        self.reload()

    def print_last(self) -> None:
        """The paper of what one posted last, as the status line offers it."""
        if not show_newest(self, self.db):
            self.say(_("You have not posted any document yet."))

    def documents(self) -> None:
        self.show_documents("")

    def show_documents(self, search: str) -> None:
        """The list of documents, narrowed to what `search` finds."""
        DocumentList(self.db, self, search).exec()
        self.reload()

    def show_item(self, item_id: int) -> None:
        """Select an item's row, wherever it lies."""
        self.place.set_value(None)
        found = [place for place, row in enumerate(self.rows) if row.item_id == item_id]
        self.table.select(found[0] if found else None)

    def _enter(self, form: type[goods.GoodsForm | CountForm]) -> None:
        entered = form(self.db, self)
        if self.place.value:
            entered.place.set_value(self.place.value)
        if entered.exec():
            self.reload()
            self.say(entered.said())

    def _offer_places(self) -> None:
        with self.db.read() as session:
            known = [(row.id, row.name) for row in places.overview(session)]
        chosen = self.place.value
        self.place.blockSignals(True)
        self.place.set_options(known)
        self.place.set_value(chosen)
        self.place.blockSignals(False)


class StockCard(QWidget):
    """The card beside the list: an item's lots and its movements."""

    lot_columns = (
        Column(N_("Lot"), lambda row: " · ".join(filter(None, (row.batch, row.donor))) or None),
        Column(N_("Expiry"), lambda row: row.expiry, width=11),
        Column(N_("Place"), lambda row: row.place),
        Column(N_("On hand"), lambda row: row.on_hand, width=7),
    )
    move_columns = (
        Column(N_("Date"), lambda row: row.day, width=7, show=lambda day: current().short_day(day)),
        Column(N_("Document"), document_name),
        Column(N_("In"), lambda row: row.income, width=5, show=_shown_or_blank),
        Column(N_("Out"), lambda row: row.outgo, width=5, show=_shown_or_blank),
        Column(N_("Balance"), lambda row: row.balance, width=7),
    )

    def __init__(self) -> None:
        super().__init__()
        self.title = heading("", "subtitle")
        self.facts = Facts()
        self.lots_title, self.moves_title = muted(), muted()
        self.lots = TableView(self.lot_columns)
        self.lots.setObjectName("lots")
        self.moves = TableView(self.move_columns, wraps=True)
        self.moves.setObjectName("stockCard")
        layout = column(self, spacing=8)
        for part in (self.title, self.facts, self.lots_title, self.lots, self.moves_title):
            layout.addWidget(part)
        layout.addWidget(self.moves, 1)

    def show_item(self, row: StockRow, lots: Sequence[LotRow], moves: Sequence[CardRow]) -> None:
        self.title.setText(row.name)
        count = len(lots)
        shown = ngettext("{count} lot", "{count} lots", count).format(count=count)
        self.facts.set_facts(
            [
                (_("On hand"), current().show(amount(row.on_hand, row.unit))),
                (_("Minimum"), row.minimum or None),
                (_("Value"), row.value if row.value != Money(0) else None),
            ]
        )
        places = {lot.place for lot in lots}
        self.lots_title.setText(" · ".join((shown, *places)) if len(places) == 1 else shown)
        self.lots.setColumnHidden(PLACE, len(places) == 1)
        self.moves_title.setText(_("Stock card"))
        self.lots.setAccessibleName(shown)
        self.moves.setAccessibleName(_("Stock card"))
        self.lots.set_rows(lots)
        self.moves.set_rows(moves)
        self._fit_heights()
        QTimer.singleShot(0, self.moves.scrollToBottom)  # the rows are laid out by then

    def _fit_heights(self) -> None:
        """The lots take what they need up to a few rows; the movements keep some in any text."""
        line = style.unit(self)
        heads, rows = self.lots.horizontalHeader(), self.lots.verticalHeader()
        self.lots.setFixedHeight(min(heads.sizeHint().height() + rows.length() + 4, line * FEW))
        self.moves.setMinimumHeight(line * FEW)
