"""The places of the branch: warehouses, distribution points and mobile teams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.goods import places, stock
from models.goods.places import REAL, Place, PlaceRow
from translations import N_, _
from ui.form import Form
from ui.pieces.fields import Choice, TextField
from ui.table import Badge, Column, TablePage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

KINDS = [(kind, kind) for kind in REAL]


class PlaceForm(Form):
    """Adds a place, or renames the one given; its kind never changes."""

    def __init__(self, db: Database, parent: QWidget | None, place: PlaceRow | None = None) -> None:
        super().__init__(db, _("Add a place") if place is None else _("Rename a place"), parent)
        self.place = place
        self.name = self.add_field(_("Name"), TextField(200), required=True)
        if place is None:
            self.kind = self.add_field(_("Kind"), Choice(KINDS))
        else:
            self.name.set_value(place.name)

    def save(self, session: Session) -> None:
        if self.place is None:
            places.add(session, self.name.value, self.kind.value)
            return
        place = session.get_one(Place, self.place.id)
        places.rename(session, place, self.name.value, active=place.is_active)


class PlacesPage(TablePage):
    """Every place, those out of use marked."""

    title = N_("Places")
    empty_text = N_("There is no place yet. Add the first warehouse.")
    columns = (
        Column(N_("Name"), lambda row: row.name),
        Column(N_("Kind"), lambda row: row.kind, width=24),
        Column("", lambda row: out_of_use(row.is_active), width=16, badge=True),
    )

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.add_action(N_("Add…"), self.add, primary=True, icon="add", shortcut="Ctrl+N")
        self.add_action(N_("Rename…"), self.rename, icon="edit", shortcut="F2", needs_row=True)
        self.add_action(N_("Take out of use"), self.retire, icon="stop", needs_row=True)
        self.add_action(N_("Put back to use"), self.put_back, icon="undo", needs_row=True)

    def load(self, session: Session, search: str) -> Sequence[PlaceRow]:
        return places.overview(session, search, retired=True)

    def open_row(self, row: PlaceRow) -> None:
        self.rename()

    def add(self) -> None:
        if PlaceForm(self.db, self).exec():
            self.reload()

    def rename(self) -> None:
        if PlaceForm(self.db, self, self.selected).exec():
            self.reload()

    def retire(self) -> None:
        self._set_active(False)

    def put_back(self) -> None:
        self._set_active(True)

    def _set_active(self, active: bool) -> None:
        if self.selected is None:
            return
        with self.db.write() as session:
            stock.retire_place(session, session.get_one(Place, self.selected.id), active=active)
        self.reload()


def out_of_use(is_active: bool) -> Badge | None:
    """The one badge of these lists: nothing is said of what is in use."""
    return None if is_active else Badge(_("out of use"))
