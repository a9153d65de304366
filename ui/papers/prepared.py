"""A period's report as it is shown: its figures, and what is to be looked at before closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from models.office import branch, loose_ends, reopening
from models.office.branch import Level
from models.office.loose_ends import LooseEnds
from models.office.reopening import Version, Wish
from models.periods import Period

if TYPE_CHECKING:
    from models.database import Database
    from reports.monthly.figures import Monthly
    from reports.monthly.reconcile import Finding
    from translations import Language


@dataclass(frozen=True)
class Prepared:
    """`findings` are totals that do not agree; `since` is the first day of the books."""

    data: Monthly
    findings: tuple[Finding, ...]
    ends: LooseEnds
    since: date | None
    language: str  # the branch's own
    versions: tuple[Version, ...] = ()  # the reports that the month was ever closed with
    shown: int | None = None  # the id of the one shown; None: as the month stands now
    wish: Wish | None = None  # that the month be reopened, not answered yet
    may_be_reopened: bool = False
    earlier: Monthly | None = None  # the report of the month before, where that is closed

    @property
    def period(self) -> Period:
        return self.data.period

    @property
    def is_closed(self) -> bool:
        return self.data.number is not None

    @property
    def is_superseded(self) -> bool:
        """Whether it is a report that the month was reopened after."""
        return any(v.id == self.shown and v.reopened_for for v in self.versions)

    def addressee(self, language: Language) -> str:
        """To whom the branch reports, in the language of the document."""
        names = self.data.sender.names
        above = (names[level] for level in Level if level in names and level is not Level.BRANCH)
        return next((each[language.code] for each in above), "")

    def with_text(self, section: str, text: str) -> Prepared:
        """The same with other words in one box."""
        texts = {name: known for name, known in self.data.narratives.items() if name != section}
        if text:
            texts[section] = text
        return replace(self, data=replace(self.data, narratives=texts))


def prepare(db: Database, period: Period, version: int | None = None) -> Prepared:
    """Add up the period, or fetch it as it was frozen; `version` is the id of an older report.

    Heavy: not for the main thread. Raises NotSetUp, BadReport.
    """
    from reports import monthly

    with db.read() as session:
        versions = tuple(reopening.versions(session, period))
        chosen = version if version in {each.id for each in versions} else None
        data = monthly.version(session, chosen) if chosen else monthly.of(session, period)
        wishes = {Period.of(wish.month): wish for wish in reopening.waiting(session)}
        earlier = monthly.before(session, period)
        return Prepared(
            data=data,
            findings=tuple(monthly.reconcile(data, earlier if data.number is None else None)),
            ends=loose_ends.find(session, period),
            since=loose_ends.first_day(session),
            language=branch.get(session).language,
            versions=versions,
            shown=chosen,
            wish=wishes.get(period),
            may_be_reopened=reopening.may_reopen(session, period),
            earlier=earlier,
        )


def on_paper(
    prepared: Prepared, language: Language, *, public: bool = False, archived: bool = True
) -> bytes:
    """The report as PDF, or its public copy. Heavy: not for the main thread.

    Not archived: its pages alone, to be shown and printed.
    """
    from reports import monthly
    from reports.monthly import public_paper

    if public:
        copy = monthly.publish(prepared.data, prepared.earlier)
        return public_paper.on_paper(copy, language, archived=archived)
    return monthly.render(prepared.data, language, archived=archived)


def as_workbook(prepared: Prepared, language: Language, *, public: bool = False) -> bytes:
    """The same figures as XLSX. Heavy too."""
    from reports import monthly
    from reports.monthly import public_paper

    if public:
        return public_paper.workbook(monthly.publish(prepared.data, prepared.earlier), language)
    return monthly.workbook(prepared.data, language)


def as_data(prepared: Prepared, _language: Language, *, public: bool = False) -> bytes:
    """The figures as JSON, exactly those that the PDF carries."""
    from reports import monthly
    from reports.monthly import public as published

    if public:
        return published.to_json(monthly.publish(prepared.data, prepared.earlier))
    return monthly.to_json(prepared.data)


def close(
    db: Database, month: Period, progress: Callable[[int, int], None] = lambda done, of: None
) -> Monthly:
    """Close the month, after every check and a backup; gives back its report. Heavy too.

    What `progress(done, of)` raises ends it while the checks are made: then nothing was closed.
    Raises BooksInTrouble, NotAMonth, ClosedMonth, MonthNotOver, NotSetUp, and what a backup raises.
    """
    from models.safe import backups, opening
    from reports import monthly

    db.require_entries()
    opening.examine(db, progress)
    backups.save_before(db, backups.Reason.MONTH)
    with db.write() as session:
        return monthly.close(session, month)


def number_of(data: Monthly) -> str:
    """The number of a closed month's report: "3/2026"."""
    return f"{data.number}/{data.period.first.year}"


def called(data: Monthly, language: Language) -> str:
    """Report 3/2026, or which correction of it."""
    from reports.monthly.render import called

    return called(data, language)


def name_of(prepared: Prepared, language: Language, *, public: bool = False) -> str:
    """What the report is called as a file, in its own language."""
    from reports.monthly.render import called, title

    words = f"{title(prepared.data, language)} {prepared.period.key}"
    if public:
        return f"{words} ({language.gettext('public copy')})"
    if prepared.data.correction or prepared.is_superseded:
        words = f"{words} ({called(prepared.data, language).replace('/', '-')})"
    return words
