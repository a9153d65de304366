"""The register of all breaches of personal data, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.privacy import breaches
from models.privacy.breaches import BreachRow
from reports import breach, head, layout
from reports.breach import TERM, shown
from reports.columns import Column
from reports.erasure import LAW
from reports.head import Head
from translations import N_, Language

TITLE = N_("Register of breaches of personal data")


@dataclass(frozen=True)
class Register:
    """All breaches as they stand now, the first one first."""

    head: Head
    rows: tuple[BreachRow, ...]


def collect(session: Session) -> Register:
    """Raises NotSetUp."""
    return Register(head.collect(session), tuple(reversed(breaches.overview(session))))


def render(register: Register, language: Language) -> bytes:
    """The register as PDF/A, across the page; without a breach it says that there was none."""
    _ = language.gettext
    called, own = _(TITLE), register.head
    story: list[Any] = [
        layout.title(called, _(LAW)),
        _table(register, language) if register.rows else layout.text(_("No breach was recorded.")),
        layout.note(_(TERM)),
        head.signed(own, language),
    ]
    return head.printed(story, own, called, language, landscape=True)


def _table(register: Register, language: Language) -> Any:
    _, said = language.gettext, breaches.labels(language)
    columns = [
        Column(_("no."), "number", width=0.06),
        Column(said["noticed_at"], lambda row: _noticed(row, language), width=0.13),
        Column(said["what"], lambda row: row.facts.what, width=0.2),
        Column(said["whose"], lambda row: _whose(row, language), width=0.12),
        Column(_("Consequences and measures"), _outcome, width=0.21),
        Column(said["agency"], lambda row: breach.agency(row, language), width=0.15),
        Column(said["people"], lambda row: breach.people(row, language), width=0.13),
    ]
    return layout.table(columns, register.rows, language)


def _noticed(row: BreachRow, language: Language) -> str:
    return shown(row.facts.noticed_at, language)


def _whose(row: BreachRow, language: Language) -> str:
    persons = row.facts.persons
    return row.facts.whose if persons is None else f"{row.facts.whose} ({language.show(persons)})"


def _outcome(row: BreachRow) -> str:
    return "\n".join(filter(None, (row.facts.consequences, row.facts.measures))) or "–"
