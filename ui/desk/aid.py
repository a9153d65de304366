"""The aid page: what happened, the newest first, and the verbs of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QWidget

from models.desk import aid, balance, encounters, visits
from models.desk.aid import Encounter
from models.desk.balance import Contacts
from models.desk.cards import Card
from models.desk.encounters import EncounterRow
from models.goods import places
from models.periods import Period
from models.privacy import looks
from models.sheets import daysheet, imports
from models.sheets.imports import Standing
from translations import N_, NN_, Counted, _, current, ngettext
from ui import messages, work
from ui.desk import given
from ui.desk.aid_form import AidForm
from ui.desk.balance import BalanceDialog
from ui.desk.days import DaysField
from ui.desk.encounter_card import EncounterCard
from ui.desk.headcount import HeadcountForm
from ui.desk.person import PersonForm
from ui.desk.visits import VisitsDialog
from ui.pieces.boxes import row as side_by_side
from ui.pieces.fields import Choice
from ui.table import Column, TablePage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

UNDO_WITHIN = timedelta(seconds=60)
DETAIL_SHARE = 33  # percent of the width
DAY, TIME, STATE = 0, 1, 5  # columns: one of the first two is shown, the last if needed
ALL_PLACES = N_("all places")
NO_ONE_TODAY = N_("No one has been helped today yet.")
TAKEN_BACK = NN_("{count} entry was taken back.", "{count} entries were taken back.")
NO_ONE_THEN = N_("No one was helped in these days.")


@dataclass(frozen=True)
class CardHit:
    """A card that the search for anything found; `card_id` opens its visits."""

    label: str
    kind: str
    card_id: int


def find(session: Session, text: str) -> list[CardHit]:
    """Cards whose code begins with what is typed."""
    return [
        CardHit(f"{known.code} · {given.who(known)}", _("Card"), known.card_id)
        for known in visits.cards_like(session, text)
    ]


def _clock_time(row: EncounterRow) -> str | None:
    """When it was entered, if that was on the day itself."""
    return f"{row.at:%H:%M}" if row.at.date() == row.day else None


class DaysAndPlace(QWidget):
    """What the list shows: these days, at one place or all of them."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.days = DaysField()
        self.place = Choice(none=ALL_PLACES, name="place")
        self.place.setAccessibleName(_("Place"))
        layout = side_by_side(self)
        layout.addWidget(self.days)
        layout.addWidget(self.place)
        self.setFocusProxy(self.days)
        self.days.changed.connect(self.changed)
        self.place.changed.connect(self.changed)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.place.setAccessibleName(_("Place"))


class AidPage(TablePage):
    """Encounters of the days chosen, with the card of the one selected."""

    title = N_("Aid")
    icon = "aid"
    columns = (
        Column(N_("Date"), lambda row: row.day, 12, order="day"),
        Column(N_("Time"), _clock_time, 6),
        Column(N_("Place"), lambda row: row.place, 16, order="place"),
        Column(N_("Whom"), given.whom, 17, "left", order="card"),
        Column(N_("Given"), given.summary),
        Column("", given.state, 15, badge=True),
    )
    empty_text = NO_ONE_TODAY

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.has_states = False  # whether an entry of these days has anything to notice
        self.counted = Contacts(0, 0, 0)
        self._offer_verbs_of_the_page()
        self.filter = DaysAndPlace()
        self.days, self.place = self.filter.days, self.filter.place
        self.add_filter(N_("Show"), self.filter)
        self.card = EncounterCard(self.show_visits)
        self.set_detail(self.card, DETAIL_SHARE)
        self.undo_time = QTimer(self)
        self.undo_time.setSingleShot(True)
        self.undo_time.timeout.connect(self._offer_undo)

    def load_ids(self, session: Session, search: str) -> Sequence[int]:
        self.counted = balance.contacts(session, self.days.value, self.place.value)
        self.has_states = encounters.have_states(session, self.days.value, self.place.value)
        return encounters.ids(
            session,
            self.days.value,
            place_id=self.place.value,
            search=search,
            by=self.order.by,
            descending=self.order.descending,
        )

    def load_rows(self, session: Session, ids: Sequence[int]) -> list[EncounterRow]:
        return encounters.rows(session, ids)

    def context(self) -> str:
        days, count = self.days.value, len(self.rows)
        entries = ngettext("{count} entry", "{count} entries", count)
        parts = [
            current().period(days.first, days.last),
            entries.format(count=current().show(count)),
            given.persons(self.counted.persons),
        ]
        if self.counted.with_card:
            cards = current().show(self.counted.with_card)
            parts.append(_("with a card: {count}").format(count=cards))
        return " · ".join(parts)

    def reload(self) -> None:
        self._offer_places()
        days = self.days.value
        one_day = days.first == days.last
        self.empty_text = NO_ONE_TODAY if self.days.choice.value == "today" else NO_ONE_THEN
        self.table.setColumnHidden(DAY, one_day)
        self.table.setColumnHidden(TIME, not one_day)
        super().reload()
        if self.table.isColumnHidden(STATE) == self.has_states:
            self.table.setColumnHidden(STATE, not self.has_states)
            self.table.fit()
        self._offer_undo()
        if self.isVisible() and len(self.rows):
            looks.through(self.db, Card)

    def show_detail(self, row: EncounterRow | None) -> None:
        if row is None:
            self.card.show_encounter(None, None)
            return
        with self.db.read() as session:
            found = encounters.details(session, row.id)
            card = session.get(Card, row.card_id) if row.card_id else None
            self.card.show_encounter(found, visits.who(session, card, row.day) if card else None)

    def open_row(self, row: EncounterRow) -> None:
        if row.card_id:
            self.show_card(row.card_id)

    def show_card(self, card_id: int) -> None:
        """Show every visit of a card, as the search for anything does."""
        dialog = VisitsDialog(self.db, card_id, self.window())
        dialog.exec()
        if dialog.has_erased:
            self.reload()

    def show_visits(self) -> None:
        if self.selected:
            self.open_row(self.selected)

    def help_person(self) -> None:
        self._enter(PersonForm(self.db, self.window(), self._last_place()))

    def help_group(self) -> None:
        self._enter(HeadcountForm(self.db, self.window(), self._last_place()))

    def import_sheet(self) -> None:
        from ui.desk.daysheet import DaySheetDialog

        dialog = DaySheetDialog(self.db, self.window())
        dialog.backed_up.connect(self.changed)  # the foot of the window says when
        dialog.exec()
        if dialog.days:
            self._show_all_of(dialog.days)
        self.reload()
        self.say(dialog.said)

    def take_back(self) -> None:
        """Reverse the selected entry, or the whole day sheet that it came with, after asking."""
        row: EncounterRow | None = self.selected
        if row is None:
            return
        with self.db.read() as session:
            sheet = imports.sheet_of(session, row.id)
        if sheet and sheet.entries > 1:
            self._take_back_one_or_all(row, sheet)
        elif messages.confirm(self, _question(row), _("Take back")):
            self._reverse(row.id)

    def undo(self) -> None:
        """Reverse the last entry of one's own, while it is young; nothing is asked."""
        with self.db.read() as session:
            last = encounters.last_own(session, self.db.user, UNDO_WITHIN)
        if last is None:
            self.say(_("Nothing of yours is young enough to undo. Select it and take it back."))
        else:
            self._reverse(last)

    def show_balance(self) -> None:
        place = self.place.value, self.place.currentText()
        BalanceDialog(self.db, self.days.value, place, self.window()).exec()

    def _offer_verbs_of_the_page(self) -> None:
        self.add_action(N_("Help a person…"), self.help_person, primary=True, icon="aid",
                        shortcut="F5", does=aid.help_person)  # fmt: skip
        self.add_action(N_("Help a group…"), self.help_group, icon="group",
                        shortcut="F6", does=aid.help_group)  # fmt: skip
        self.add_action(N_("Import a day sheet…"), self.import_sheet, icon="import",
                        shortcut="Ctrl+O", does=daysheet.take_in)  # fmt: skip
        self.add_action(N_("Take back…"), self.take_back, icon="remove", needs_row=True,
                        shortcut="Ctrl+Delete", does=aid.reverse)  # fmt: skip
        self.undo_button = self.add_action(N_("Undo"), self.undo, icon="undo",
                                           shortcut="Ctrl+Z", does=aid.reverse)  # fmt: skip
        self.add_action(N_("Balance…"), self.show_balance, icon="count", does=balance.contacts)

    def _enter(self, form: AidForm) -> None:
        form.exec()
        self.reload()

    def _show_all_of(self, period: Period) -> None:
        """Choose these days and every place, where what was entered would not be seen else."""
        self.place.set_value(None)
        shown = self.days.value
        if period.first < shown.first or period.last > shown.last:
            self.days.show_period(period)

    def _last_place(self) -> int | None:
        """Where the person at the desk made an entry last, this evening or another."""
        with self.db.read() as session:
            return encounters.last_place(session, self.db.user)

    def _reverse(self, encounter_id: int) -> None:
        with self.db.write() as session:
            aid.reverse(session, session.get_one(Encounter, encounter_id))
            (reversed_,) = encounters.rows(session, [encounter_id])
        self.reload()
        self.say(_("Taken back: {entry}").format(entry=_called(reversed_)))

    def _take_back_one_or_all(self, row: EncounterRow, sheet: Standing) -> None:
        count = current().show(sheet.entries)
        whole = _("Take back the whole day sheet ({count})").format(count=count)
        choice = messages.choose(self, _question(row), [_("Take back"), whole])
        if choice == 0:
            self._reverse(row.id)
        elif choice == 1:
            self._reverse_all(sheet)

    def _reverse_all(self, sheet: Standing) -> None:
        def reverse(progress: work.Progress) -> int:
            with self.db.write() as session:
                return imports.take_back(session, sheet.file_id, progress)

        work.run(self, _("Taking the day sheet back…"), reverse, self._sheet_taken_back)

    def _sheet_taken_back(self, entries: int) -> None:
        self.reload()
        self.say(current().show(Counted(entries, *TAKEN_BACK)))

    def _offer_undo(self) -> None:
        """Undo is open while there is something to undo, and closes by itself."""
        with self.db.read() as session:
            last = encounters.last_own(session, self.db.user, UNDO_WITHIN)
        self.undo_button.setEnabled(last is not None)
        if last is not None:
            self.undo_time.start(int(UNDO_WITHIN.total_seconds() + 1) * 1000)

    def _offer_places(self) -> None:
        with self.db.read() as session:
            known: list[tuple[Any, str]] = [(row.id, row.name) for row in places.overview(session)]
        self.place.blockSignals(True)
        self.place.set_options(known)
        self.place.blockSignals(False)


def _called(row: EncounterRow) -> str:
    return f"{given.whom(row)} · {given.summary(row)}"


def _question(row: EncounterRow) -> str:
    asked = _("Take back the entry of {day}: {entry}? Its goods go back where they were.")
    return asked.format(day=current().day(row.day), entry=_called(row))
