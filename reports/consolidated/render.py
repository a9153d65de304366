"""The consolidated report on paper: who sent theirs, who did not, and the sum of all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from reports import archive, layout
from reports.consolidated import tables
from reports.consolidated.carried import to_json
from reports.consolidated.figures import Consolidated
from reports.monthly.reconcile import reconcile
from reports.monthly.render import (
    BOXES,
    end,
    figures,
    heading,
    key_figures,
    letterhead,
    listed,
    part,
)
from reports.paper.blocks import Block
from translations import Language


def render(data: Consolidated, language: Language, *, archived: bool = True) -> bytes:
    """The report as PDF/A-3b that carries all it was made from as JSON; no session, no clock.

    Not archived: its pages alone, to be shown and printed.
    """
    story = [
        *_beginning(data, language),
        *_sections(data, language),
        *end(data.total, language),
    ]
    called = f"{title(language)} · {period(data, language)}"
    return layout.document(
        story,
        language,
        title=called,
        letterhead=letterhead(data.total, language),
        footer=_footer(data, called, language),
        attachment=(archive.NAME, to_json(data)),
        created=data.made_at,
        archived=archived,
    )


def title(language: Language) -> str:
    return language.gettext("Consolidated report on aid to people on the move")


def period(data: Consolidated, language: Language) -> str:
    return language.period(data.period.first, data.period.last)


def added_up(data: Consolidated, language: Language) -> str:
    """How many reports are in it: "5 reports added up"."""
    number = len(data.branches)
    said = language.ngettext("{count} report added up", "{count} reports added up", number)
    return said.format(count=language.show(number))


def _beginning(data: Consolidated, language: Language) -> Iterator[Any]:
    _ = language.gettext
    said = _("Period: {period} · {status} · internal copy with exact figures")
    status = added_up(data, language)
    yield layout.title(title(language), said.format(period=period(data, language), status=status))
    if data.total.sender.is_practice:
        yield layout.box(_("Practice data"), _("None of these figures are real."))
    yield layout.figures(key_figures(data.total, language), language)


def _sections(data: Consolidated, language: Language) -> Iterator[Any]:
    _, number = language.gettext, count(1)
    yield part(tables.received(data, language), language, number)
    if data.missing:
        yield layout.box(tables.missing_heading(data, language), tables.missing(data, language))
    if data.set_aside:
        yield part(tables.set_aside(data, language), language, number)
    yield part(tables.by_branch(data, language), language, number)
    yield from figures(data.total, language, number)
    yield heading(next(number), _("Agreement of the figures")), _agreement(data, language)
    yield heading(next(number), _("Incidents, needs, activities"))
    yield list(_told(data, language)) or [layout.note(_("Nothing recorded."))]
    yield from listed(data.total, language, number)


def _agreement(data: Consolidated, language: Language) -> Block:
    """That every report agrees in itself and all of them with their sum, or where not."""
    _ = language.gettext
    found = [
        f"{tables.name_of(each.report, language)}: {finding.text(language)}"
        for each in data.branches
        for finding in reconcile(each.report)[:5]
    ]
    if found:
        return layout.box(_("These figures do not agree"), "\n".join(found[:20]))
    return layout.note(
        _(
            "Each report agrees in itself, and the figures here are the sums of those in them: "
            "this file carries them all. What one branch delivers to another is delivered here "
            "and received there, so both stand in the stock."
        )
    )


def _told(data: Consolidated, language: Language) -> Iterator[Block]:
    """What branches wrote themselves, in their own words."""
    for each in data.branches:
        for box, name in BOXES.items():
            if words := each.report.narratives.get(box):
                said = f"{tables.name_of(each.report, language)} · {language.gettext(name)}"
                yield layout.box(said, words)


def _footer(data: Consolidated, called: str, language: Language) -> str:
    said = "PRACTICE DATA · {report}" if data.total.sender.is_practice else "Ogranak · {report}"
    return language.gettext(said).format(report=called)
