"""The catalogue of items: what the branch stocks, named in five languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from models.goods import items
from models.goods.items import Category, Item, ItemRow
from models.units import Unit
from translations import N_, _
from ui.office.names import NamesField
from ui.office.places import out_of_use
from ui.pieces.fields import Choice, QuantityField, TextField
from ui.pieces.lines import LineColumn, LinesEdit
from ui.table import Column, TablePage
from ui.unfinished import KeptForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database


class ItemForm(KeptForm):
    """Adds an item, or changes the one given; its code and unit never change."""

    def __init__(self, db: Database, parent: QWidget | None, item: ItemRow | None = None) -> None:
        super().__init__(db, _("Add an item") if item is None else _("Change an item"), parent)
        self.item = item
        self.about = item.id if item else None
        if item is None:
            note = _("Short, without blanks, such as blanket. Day sheets may use it.")
            self.code = self.add_field(_("Code"), TextField(40), required=True, note=note)
            self.unit = self.add_field(_("Counted in"), Choice(Unit))
        self.names = self.add_wide(_("Name"), NamesField())
        self.category = self.add_field(_("Group"), Choice(Category))
        self.weight = self.add_field(_("Weight of one, kg"), QuantityField())
        self.minimum = self.add_field(_("Minimum in stock"), QuantityField())
        self.tracks_expiry = self.add_field(_("Use-by date"), QCheckBox(_("It has a use-by date")))
        self.ifrc_code = self.add_field(_("IFRC code"), TextField(40))
        self.packs = self.add_wide(_("Packs it comes in"), LinesEdit(PACKS), "packs")
        if item is not None:
            self._fill(item)

    @classmethod
    def row(cls, session: Session, about: int) -> ItemRow | None:
        found = items.overview(session, retired=True)
        return next((row for row in found if row.id == about), None)

    def save(self, session: Session) -> int:
        item = self._item(session)
        items.set_packs(session, item, self._packs())
        return item.id

    def _item(self, session: Session) -> Item:
        names, minimum = self.names.value, self.minimum.value or 0
        kind, code = self.category.value, self.ifrc_code.value
        expires = self.tracks_expiry.isChecked()
        if self.item is None:
            item = items.add(session, self.code.value, names, self.unit.value, kind)
        else:
            item = session.get_one(Item, self.item.id)
        items.change(session, item, names=names, weight=self.weight.value, minimum=minimum)
        items.classify(session, item, kind, tracks_expiry=expires, ifrc_code=code)
        return item

    def _packs(self) -> dict[Unit, int]:
        return {line["unit"]: line["quantity"] or 0 for line in self.packs.lines() if line["unit"]}

    def _fill(self, row: ItemRow) -> None:
        with self.db.read() as session:
            item = session.get_one(Item, row.id)
            self.names.set_value({name.language: name.text for name in item.names})
            self.category.set_value(item.category)
            self.weight.set_value(item.weight)
            self.minimum.set_value(item.minimum)
            self.tracks_expiry.setChecked(item.tracks_expiry)
            self.ifrc_code.set_value(item.ifrc_code)
            packs = [{"unit": pack.unit, "quantity": pack.quantity} for pack in item.packs]
        self.packs.set_lines(packs)


class CataloguePage(TablePage):
    """Every item, those out of use marked."""

    title = N_("Catalogue")
    empty_text = N_("The catalogue is empty. Add the first item.")
    columns = (
        Column(N_("Item"), lambda row: row.name),
        Column(N_("Code"), lambda row: row.code, width=18),
        Column(N_("Group"), lambda row: row.category, width=18),
        Column(N_("Unit"), lambda row: row.unit, width=9),
        Column(N_("Weight, kg"), lambda row: row.weight, width=10, align="right"),
        Column(N_("Minimum"), lambda row: row.minimum or None, width=9, align="right"),
        Column("", lambda row: out_of_use(row.is_active), width=14, badge=True),
    )

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.add_action(N_("Add…"), self.add, primary=True, icon="add", shortcut="Ctrl+N")
        self.add_action(N_("Change…"), self.change, icon="edit", shortcut="F2", needs_row=True)
        self.add_action(N_("Take out of use"), self.retire, icon="stop", needs_row=True)
        self.add_action(N_("Put back to use"), self.put_back, icon="undo", needs_row=True)

    def load(self, session: Session, search: str) -> Sequence[ItemRow]:
        return items.overview(session, search, retired=True)

    def open_row(self, row: ItemRow) -> None:
        self.change()

    def add(self) -> None:
        if ItemForm(self.db, self).exec():
            self.reload()

    def change(self) -> None:
        if ItemForm(self.db, self, self.selected).exec():
            self.reload()

    def retire(self) -> None:
        self._set_active(False)

    def put_back(self) -> None:
        self._set_active(True)

    def _set_active(self, active: bool) -> None:
        if self.selected is None:
            return
        with self.db.write() as session:
            items.retire(session, session.get_one(Item, self.selected.id), active=active)
        self.reload()


PACKS = (
    LineColumn("unit", N_("Pack"), lambda: Choice(Unit, none=""), stretch=1),
    LineColumn("quantity", N_("Holds, in the item's unit"), QuantityField),
)
