"""The card that says what is reported: which report, over which days, in which language."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QSizePolicy, QWidget

from models.periods import Period
from translations import N_, Language, _, current, language
from ui.papers.months import PeriodField
from ui.papers.paper import language_field
from ui.pieces.boxes import label, named
from ui.pieces.cards import Card
from ui.pieces.fields import Choice

MONTHLY, FREE = "monthly", "free"
INTERNAL, PUBLIC = "internal", "public"
COPIES = ((INTERNAL, N_("internal, exact figures")), (PUBLIC, N_("public, small figures hidden")))
KINDS = ((MONTHLY, N_("Monthly report")), (FREE, N_("Report on a period")))


class Asked(Card):
    """The choices; `addressee` is filled in by whoever knows it."""

    days_changed = Signal()
    version_changed = Signal()
    paper_changed = Signal()  # the same figures, in another language or copy

    def __init__(self, code: str) -> None:
        super().__init__(" ")
        self.kind = Choice(KINDS, marked=True, name="kind")
        self.time = named(PeriodField(), "time")
        self.language = language_field("document_language")
        self.language.set_value(code)
        self.copy = Choice(COPIES, marked=True, name="copy")
        self.addressee = label("", name="addressee")
        self.version = Choice(name="version")
        self.captions: dict[str, QLabel] = {}
        self._lay_out()
        self.kind.changed.connect(self._ask_for_days)
        self.time.changed.connect(self.days_changed)
        self.language.changed.connect(self.paper_changed)
        self.copy.changed.connect(self.paper_changed)
        self.version.changed.connect(self.version_changed)
        self.offer_versions(())
        self.retranslate()

    @property
    def period(self) -> Period | None:
        """The days to report; None when they cannot be read, and `time.fault()` says why."""
        return self.time.value

    @property
    def spoken(self) -> Language:
        """The language of the document; the screen may speak another."""
        return language(self.language.value)

    @property
    def is_public(self) -> bool:
        """Whether the copy for everybody is wanted; only whole months have one."""
        return bool(self.kind.value == MONTHLY and self.copy.value == PUBLIC)

    def offer_versions(self, versions: Sequence[tuple[int | None, str]]) -> None:
        """The reports of the month, where there is more than the one that stands."""
        self.version.blockSignals(True)
        self.version.set_options(versions)
        self.version.blockSignals(False)
        self.rows.setRowVisible(self.version, len(versions) > 1)

    def text(self) -> str:
        """Report and period in one line."""
        kind, period = _(dict(KINDS)[self.kind.value]), self.period
        if period is None:
            return kind
        return f"{kind} · {current().period(period.first, period.last)}"

    def show_month(self, month: Period) -> None:
        """Ask for the monthly report of that month."""
        self.kind.set_value(MONTHLY)
        self.time.month.set_value(month)

    def in_order(self) -> list[QWidget]:
        """What Tab walks through, from top to bottom."""
        month, days = self.time.month, self.time.days
        of_month = [month.choice, month.before, month.next]
        choices = (self.version, self.language, self.copy)
        return [self.kind, *of_month, days.first, days.last, *choices]

    def retranslate(self) -> None:
        self.set_title(_("What is printed"))
        for name, caption in self.captions.items():
            caption.setText(_(name))
        self.kind.setAccessibleName(_("Report"))
        self.version.setAccessibleName(_("Version"))
        self.language.setAccessibleName(_("Document language"))
        self.copy.setAccessibleName(_("Kind of copy"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _ask_for_days(self) -> None:
        self.copy.setEnabled(self.kind.value == MONTHLY)
        self.time.ask_for_month(self.kind.value == MONTHLY)

    def _lay_out(self) -> None:
        rows = self.rows = QFormLayout()
        rows.setHorizontalSpacing(14)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (
            (N_("Report"), self.kind),
            (N_("Period"), self.time),
            (N_("Version"), self.version),
            (N_("Document language"), self.language),
            (N_("Kind of copy"), self.copy),
            (N_("Addressed to"), self.addressee),
        ):
            caption = self.captions[name] = label(wrap=False)
            caption.setBuddy(field)
            caption.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            rows.addRow(caption, field)
        self.body.addLayout(rows)
