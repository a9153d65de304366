"""Chooses what is counted of the reports received, adds it up, and says who is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from models import clock
from models.errors import DomainError
from models.goods.chain import START as CHAIN_START
from models.office import territory
from models.office.branch import Level
from models.periods import Period
from reports.consolidated.adding import added
from reports.consolidated.figures import Consolidated, Counted, Reason, Remark, SetAside
from reports.consolidated.received import Received
from reports.monthly.figures import Chain, Monthly, Names, Sender, Status
from reports.monthly.reconcile import reconcile
from translations import N_

LEVELS = (Level.CANTON, Level.ENTITY, Level.SOCIETY)

Value = TypeVar("Value", bound=Hashable)
Whose = tuple[str, str, tuple[str, ...]]  # entity, canton and municipalities of a branch


def collect(
    received: Sequence[Received],
    aside: Iterable[SetAside] = (),
    *,
    period: Period | None = None,
    level: Level | None = None,
    due: date | None = None,
) -> Consolidated:
    """The reports about one period, each branch's once, and their sum.

    Without a `period` it is the one that most are about; without a `level` the lowest that all of
    them report to. Of several by one branch the final one counts before a draft, then the later
    correction, then the later made. Practice data count only among themselves. Raises NothingToAdd
    when no report is left, NoneAbove when the branches report to no organization of that `level`.
    """
    chosen, kept_out = _chosen(received, period, level)
    if not chosen:
        is_outside = any(each.reason is Reason.OUTSIDE for each in kept_out)
        raise NoneAbove(level=level) if is_outside else NothingToAdd
    of_branch: dict[Whose, list[Monthly]] = defaultdict(list)
    for each in chosen:
        of_branch[_whose(each.report)].append(each.report)
    newest = {whose: max(sent, key=_rank) for whose, sent in of_branch.items()}
    reports = sorted(newest.values(), key=_by_name)
    shared = _shared(reports)
    branches = tuple(
        Counted(report, tuple(_remarks(report, of_branch[_whose(report)], due, shared)))
        for report in reports
    )
    whose = level or _common_level(reports)
    return Consolidated(
        level=whose,
        period=reports[0].period,
        made_at=clock.now(),
        due=due,
        total=added(reports, _whole(reports, whose)),
        branches=branches,
        missing=tuple(_missing(reports, whose)),
        set_aside=(*aside, *kept_out),
    )


def _chosen(
    received: Sequence[Received], period: Period | None, level: Level | None
) -> tuple[list[Received], list[SetAside]]:
    """What is counted; of everything else, why not."""
    real = _real([each.report for each in received])
    is_mixed = len(real) < len(received)
    days = period or most_reported(real)
    regions = [_region(report, level) for report in real if report.period == days]
    home = _most_common([region for region in regions if region is not None])
    chosen, aside = [], []
    for each in received:
        if is_mixed and each.report.sender.is_practice:
            aside.append(SetAside(each.file, Reason.PRACTICE))
        elif each.report.period != days:
            aside.append(SetAside(each.file, Reason.OTHER_DAYS))
        elif (region := _region(each.report, level)) is None or region != home:
            aside.append(SetAside(each.file, Reason.OUTSIDE))
        else:
            chosen.append(each)
    return chosen, aside


def most_reported(reports: Sequence[Monthly]) -> Period | None:
    """The days that most of the reports are about, practice data aside; of as many the latest."""
    return _most_common([report.period for report in _real(reports)])


def _real(reports: Sequence[Monthly]) -> Sequence[Monthly]:
    """Those that are no practice data; where all are, all of them."""
    return [report for report in reports if not report.sender.is_practice] or reports


def _most_common(values: Sequence[Value]) -> Value | None:
    """The value that most have; of as many the greater one. None of nothing."""
    counted: dict[Any, int] = Counter(values)
    return max(counted, key=lambda value: (counted[value], value), default=None)


def _region(report: Monthly, level: Level | None) -> tuple[str, ...] | None:
    """What must be the same in all reports that an organization of that level adds up.

    None where there is no such organization: a canton outside the Federation, an entity in Brčko.
    """
    sender = report.sender
    if level is Level.CANTON:
        return (sender.entity, sender.canton) if sender.canton else None
    if level is Level.ENTITY:
        return (sender.entity,) if sender.entity in territory.ENTITIES else None
    return ()


def _whose(report: Monthly) -> Whose:
    sender = report.sender
    return sender.entity, sender.canton, tuple(sorted(sender.municipalities))


def _rank(report: Monthly) -> tuple[object, ...]:
    return report.status is Status.FINAL, report.correction, report.made_at


def _by_name(report: Monthly) -> tuple[str, ...]:
    return tuple(sorted(report.sender.municipalities))


def _remarks(
    report: Monthly, sent: Sequence[Monthly], due: date | None, shared: set[str]
) -> Iterable[Remark]:
    if report.status is Status.DRAFT:
        yield Remark.DRAFT
    if due and _first_day(report, sent) > due:
        yield Remark.LATE
        if report.correction and all(other.correction for other in _finals(sent)):
            yield Remark.FIRST_MISSING
    others = [other for other in sent if replace(other, made_at=report.made_at) != report]
    if any(not _is_newer_draft(other, report) for other in others):
        yield Remark.CHANGED
    elif len(sent) > 1 and not others:
        yield Remark.TWICE
    if any(_is_newer_draft(other, report) for other in others):
        yield Remark.REOPENED
    if reconcile(report):
        yield Remark.DISAGREES
    if shared.intersection(report.sender.municipalities):
        yield Remark.SHARED


def _first_day(report: Monthly, sent: Sequence[Monthly]) -> date:
    """When the report was made; of a correction, when the earliest one that is known was."""
    made = [other.made_at for other in _finals(sent)] if report.correction else [report.made_at]
    return clock.local(min(made)).date()


def _finals(sent: Sequence[Monthly]) -> list[Monthly]:
    return [report for report in sent if report.status is Status.FINAL]


def _is_newer_draft(other: Monthly, counted: Monthly) -> bool:
    """Whether it was made after the final report that counts: its month was opened again."""
    is_draft = other.status is Status.DRAFT and counted.status is Status.FINAL
    return is_draft and other.made_at > counted.made_at


def _shared(reports: Iterable[Monthly]) -> set[str]:
    """The municipalities that more than one branch reports about."""
    counted = Counter(key for report in reports for key in set(report.sender.municipalities))
    return {key for key, count in counted.items() if count > 1}


def _common_level(reports: Iterable[Monthly]) -> Level:
    """The lowest whose organization is there and the same for all."""
    for level in LEVELS:
        regions = {_region(report, level) for report in reports}
        if len(regions) == 1 and None not in regions:
            return level
    return Level.SOCIETY


def _missing(reports: Sequence[Monthly], level: Level) -> Iterable[str]:
    home = _region(reports[0], level) or ()
    covered = {key for report in reports for key in report.sender.municipalities}
    for unit in territory.units():
        if (unit.entity, unit.canton)[: len(home)] == home and unit.key not in covered:
            yield unit.key


def _whole(reports: Sequence[Monthly], level: Level) -> Monthly:
    """The head of the sum: from the organization that adds up, to those above it."""
    sender = reports[0].sender
    above = [each for each in LEVELS if LEVELS.index(each) >= LEVELS.index(level)]
    called = {each: _called(reports, each) for each in above}
    names = {each: name for each, name in called.items() if name}
    own = names.pop(level, None) or _expected(sender, level)
    organization = Sender(
        entity=sender.entity if level is not Level.SOCIETY else "",
        canton=sender.canton if level is Level.CANTON else "",
        municipalities=tuple(sorted({k for r in reports for k in r.sender.municipalities})),
        names={Level.BRANCH: own, **names},
        town="",
        address="",
        contact="",
        secretary="",
        president="",
        is_practice=sender.is_practice,
    )
    return replace(
        reports[0],
        status=Status.DRAFT,
        number=None,
        correction=0,
        made_at=clock.now(),
        sender=organization,
        chain=Chain(0, CHAIN_START),
        narratives={},
        logo=None,
    )


def _called(reports: Iterable[Monthly], level: Level) -> Names:
    """What most branches call the organization that they report to."""
    found = [report.sender.names[level] for report in reports if level in report.sender.names]
    counted = Counter(tuple(sorted(names.items())) for names in found)
    return dict(counted.most_common(1)[0][0]) if counted else {}


def _expected(sender: Sender, level: Level) -> Names:
    """What the organization is called where no report says so."""
    if level is Level.SOCIETY:
        return dict(territory.SOCIETY)
    if level is Level.ENTITY:
        return dict(territory.ENTITIES[sender.entity])
    cantons = {canton.code: canton.organization for canton in territory.cantons()}
    return dict(cantons.get(sender.canton, territory.SOCIETY))


class NoneAbove(DomainError):
    message = N_("None of these branches reports to an organization of this level: {level}.")


class NothingToAdd(DomainError):
    message = N_(
        "None of these files is a report that can be added up. Choose the PDF or JSON files that "
        "branches sent, all about the same days."
    )
