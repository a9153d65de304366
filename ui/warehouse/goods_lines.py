"""Lines of goods: an item, how much of it, and in which of its units."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from sqlalchemy.exc import OperationalError

from models.errors import DomainError, Missing
from models.goods import items
from models.goods.items import Item
from models.goods.stock import Goods
from translations import N_, _, current
from ui.pieces.fields import Choice, QuantityField
from ui.pieces.lines import LineColumn, LinesEdit
from ui.pieces.picker import Picker

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

Line = dict[str, Any]
UNKNOWN = "unknown"  # of the cell of an item whose units could not be read


class GoodsLines(LinesEdit):
    """`more` columns follow item, quantity and unit.

    `usual` thousandths are filled in with the item. With `enter_leaves`, Enter on an empty
    line is passed on to the form.
    """

    def __init__(
        self,
        db: Database,
        more: Sequence[LineColumn] = (),
        *,
        usual: int | None = None,
        enter_leaves: bool = False,
        name: str = "lines",
    ) -> None:
        self.db = db
        self.usual = usual
        self.enter_leaves = enter_leaves
        first = (
            LineColumn("item", N_("Item"), lambda: Picker(items.choices, db), 3),
            LineColumn("quantity", N_("Quantity"), QuantityField),
            LineColumn("unit", N_("Unit"), Choice),
        )
        super().__init__((*first, *more), name)
        self.cell_changed.connect(self._offer_units)

    def item_and_quantity(self, session: Session, line: Line) -> tuple[Item, int]:
        """The item of a line and thousandths of the item's own unit. Raises Missing, NoSuchPack."""
        item = session.get(Item, line["item"]) if line["item"] else None
        if item is None:
            raise self.refused(line, "item", Missing(field=_("Item")))
        if not line["quantity"]:
            raise self.refused(line, "quantity", Missing(field=_("Quantity")))
        return item, items.in_units(item, line["quantity"], line["unit"] or item.unit)

    def refused(self, line: Line, name: str, reason: DomainError) -> DomainError:
        """The rule that says no, to be raised; its cell is marked and gets the keyboard."""
        self.mark(self.lines().index(line), name, reason.text())
        return reason

    def goods(self, session: Session) -> list[Goods]:
        """What the lines say, first to expire first."""
        return [Goods(*self.item_and_quantity(session, line)) for line in self.lines()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._ask_again(watched)
        if self.enter_leaves and isinstance(event, QKeyEvent) and self._is_left(watched, event):
            return False
        return super().eventFilter(watched, event)

    def _is_left(self, watched: QObject, event: QKeyEvent) -> bool:
        """Enter in the first cell of the last line while nothing stands in that line."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        cell = self.field(self.count() - 1, "item")
        return bool(enter and not cell.text().strip() and watched is cell)

    def _ask_again(self, field: QObject) -> None:
        """What the server could not say of an item, when the next cell of its line is entered.

        While it is still gone nothing is said anew: saving says so.
        """
        line, _place = self._where(field)
        if not self.field(line, "item").property(UNKNOWN):
            return
        with suppress(OperationalError):
            with self.db.read() as session:
                session.connection()
            self.cell_changed.emit(line, "item")

    def _offer_units(self, line: int, name: str) -> None:
        if name != "item":
            return
        cell = self.field(line, "item")
        picked = cell.value
        unit, quantity = self.field(line, "unit"), self.field(line, "quantity")
        cell.setProperty(UNKNOWN, True)
        with self.db.read() as session:
            item = session.get(Item, picked) if picked else None
            unit.set_options([(u, current().show(u)) for u in items.units_of(item)] if item else [])
            unit.set_value(item.unit if item else None)
        cell.setProperty(UNKNOWN, False)
        if item and quantity.value is None:
            quantity.set_value(self.usual)
        elif item is None and quantity.value == self.usual:
            quantity.set_value(None)
