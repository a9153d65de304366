"""The form for one person after the other: a card, what was told, what was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from models import clock
from models.desk import aid, cards, visits
from models.desk.aid import Encounter
from models.desk.cards import AgeBand, Card, Disability, Person, Sex, Vulnerability
from models.desk.visits import Who
from translations import N_, _, current
from ui import remembered
from ui.desk import encounter_card, given
from ui.desk.aid_form import AidForm, Recorded
from ui.desk.card_fields import CodeField, YearField, nationality
from ui.pieces.boxes import named, row
from ui.pieces.cards import Answer
from ui.pieces.fields import Choice
from ui.pieces.ticks import TicksField

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from models.database import Database

ALONE = N_(
    "A child alone: notify the centre for social work, which appoints a guardian, "
    "and tick the referral."
)
SAME_GOODS = "aid/same_goods"


class PersonForm(AidForm):
    """Enter saves and goes on. Without a code a new card is made, its code shown large."""

    def __init__(
        self, db: Database, parent: QWidget | None = None, place_id: int | None = None
    ) -> None:
        self.known: Who | None = None
        self.made = ""  # the code of the card made with the last entry
        self.is_child_alone = False  # whom the last entry was about
        super().__init__(db, _("Help a person"), parent, place_id)
        self.new_card = Answer("good", large=True, name="new_card")
        self.alone = Answer("warn", name="alone")
        self.content.insertWidget(0, self.new_card)
        self.content.insertWidget(1, self.alone)
        self.vulnerable.changed.connect(self._instruct)

    def record(self, session: Session) -> Encounter:
        goods, services = self.goods.goods(session), self.services.given()
        if not (goods or services):
            self.goods.setFocus()  # what the refusal asks for is typed there
        return aid.help_person(
            session,
            self._card(session),
            self.place_of_entry(session),
            on=self.on,
            goods=goods,
            services=services,
            store=self.store_of_goods(session),
            remark=self.remark.value,
            token=self.token,
            helper_id=self.helper.value,
        )

    def save(self, session: Session) -> Recorded:
        self.made = ""
        self.is_child_alone = Vulnerability.UASC in self.vulnerable.value
        return super().save(session)

    def reset(self) -> None:
        """The next person: day and place stay, and the goods where that is ticked."""
        self.code.clear()
        self._show_person(None)
        self.services.clear()
        self.remark.clear()
        if not self.same_goods.isChecked():
            self.goods.clear()
        self.new_card.say(_("Write on the card: {code}").format(code=self.made), "good")
        self.new_card.setVisible(bool(self.made))
        self._grow()

    def still_to_do(self) -> str:
        return _(encounter_card.ALONE) if self.is_child_alone else ""

    def undo(self) -> None:
        super().undo()
        self.new_card.say("")

    def _add_people(self) -> None:
        self.code = self.add_field(_("Card code"), CodeField())
        self.code.changed.connect(self._look_up)
        self.code.entered.connect(self._go_on)
        self.who = Answer("plain", name="who")
        self.rows.addRow(self.who)
        self.sex = self.add_field(_("Sex"), Choice(Sex), "sex")
        self.birth_year, self.age = YearField(), named(Choice(AgeBand), "age", _("Age"))
        self.add_field(_("Born in, or age"), self._born(), "born")
        self.fields.append((_("Born in"), self.birth_year, False))
        self.nationality = self.add_field(_("Nationality"), nationality(self.db))
        self.disability = self.add_field(_("Disability"), Choice(Disability), "disability")
        self.vulnerable = TicksField(Vulnerability, "vulnerable")
        self.add_wide(_("Vulnerability"), self.vulnerable, "vulnerable")
        self.birth_year.changed.connect(self._show_band)
        self._show_person(None)

    def _add_below_goods(self) -> None:
        self.same_goods = QCheckBox(_("The next person gets the same goods"))
        named(self.same_goods, "same_goods", self.same_goods.text())
        self.same_goods.setChecked(remembered.read(SAME_GOODS, "yes") == "yes")
        self.same_goods.toggled.connect(
            lambda on: remembered.write(SAME_GOODS, "yes" if on else "no")
        )
        self.rows.addRow(self.same_goods)

    def _born(self) -> QWidget:
        """Year and band side by side: whichever was told."""
        both = QWidget()
        self.birth_year.setAccessibleName(_("Year of birth"))
        layout = row(both)
        layout.addWidget(self.birth_year)
        layout.addWidget(self.age, 1)
        both.setFocusProxy(self.birth_year)
        return both

    def _focus_first(self) -> None:
        """Day and place are mostly right already: the card comes first."""
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self) -> None:
        """Enter after a code: a card that is known and goods that are ready need no more."""
        if self.code.fault():
            self.show_problem(self.code.fault(), self.code)
            self.code.selectAll()  # so that scanning again does not add to it
        elif self.known and self.goods.lines():
            self.save_button.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.known:
            self.goods.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.sex.setFocus(Qt.FocusReason.TabFocusReason)

    def _look_up(self) -> None:
        """Say who it is as soon as the whole code is there."""
        found = None
        if code := self.code.code:
            self.new_card.say("")  # it is of the person before
            with self.db.read() as session:
                card = cards.find(session, code)
                found = visits.who(session, card, self.day.value) if card else None
        if found or self.known:
            self._show_person(found)
        self.who.say(*self._said(found))
        self._grow()

    def _said(self, found: Who | None) -> tuple[str, str]:
        """Who it is, that the code is new, or why it is none; with the tone to say it in."""
        if found:
            return given.who(found), "plain"
        if self.code.code:
            return _("This code is new: it becomes this person's card."), "good"
        return self.code.fault() if self.code.is_whole() else "", "bad"

    def _show_person(self, known: Who | None) -> None:
        """Fill in what the card says; nothing where there is none."""
        self.known = known
        self.sex.set_value(known.sex if known else Sex.UNKNOWN)
        year = known.birth_year if known else None
        self.birth_year.set_value(str(year) if year else "")
        self.age.set_value(known.age if known else AgeBand.UNKNOWN)
        country = known.nationality if known else cards.UNKNOWN_COUNTRY
        unknown = country == cards.UNKNOWN_COUNTRY
        self.nationality.set_value(None if unknown else country, current().country(country))
        self.disability.set_value(known.disability if known else Disability.UNKNOWN)
        self.vulnerable.set_value(known.vulnerabilities if known else ())

    def _show_band(self) -> None:
        """With a year of birth the band follows from it."""
        year = self.birth_year.year
        self.age.setEnabled(year is None)
        if year is not None:
            self.age.set_value(cards.band_of_age((self.day.value or clock.today()).year - year))

    def _instruct(self) -> None:
        self.alone.say(_(ALONE) if Vulnerability.UASC in self.vulnerable.value else "")
        self._grow()

    def _card(self, session: Session) -> Card:
        """The card shown, described as the form says; a new one where there is none."""
        card = cards.find(session, self.code.code) if self.code.code else None
        told: dict[str, Any] = {"birth_year": self.birth_year.year}
        kinds = self.vulnerable.value
        if card is None:
            made = cards.add(
                session, self._person(), token=self.code.code, vulnerabilities=kinds, **told
            )
            self.made = "" if self.code.code else cards.shown(made.token)
            return made
        if self._is_changed_card():
            cards.describe(session, card, self._person(), kinds=kinds, **told)
        return card

    def _person(self) -> Person:
        band = AgeBand.UNKNOWN if self.birth_year.year else self.age.value
        country = self.nationality.value or cards.UNKNOWN_COUNTRY
        return Person(self.sex.value, band, country, self.disability.value)

    def _is_changed_card(self) -> bool:
        known = self.known
        if known is None:
            return True
        band = AgeBand.UNKNOWN if known.birth_year else known.told_band
        before = Person(known.sex, band, known.nationality, known.disability)
        year, kinds = self.birth_year.year, tuple(self.vulnerable.value)
        return (self._person(), year, kinds) != (before, known.birth_year, known.vulnerabilities)
