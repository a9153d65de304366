"""What is held about one who works with the program: the paper that the law lets them ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import clock
from models.office import unfinished, users
from models.office.users import User
from models.periods import Period
from models.privacy import accounts, retention
from models.privacy.accounts import Account, ActCount, MonthRow, RoleRow, ShownRow
from models.privacy.retention import Kind
from models.recorded import PROGRAM
from reports import head, held, layout, register
from reports.columns import Column
from reports.erasure import LAW
from reports.head import Head
from translations import Language


@dataclass(frozen=True)
class AccountHeld:
    """The account, how its roles changed, when it was used, and what was done with it."""

    head: Head
    account: Account
    roles: tuple[RoleRow, ...]
    months: tuple[MonthRow, ...]
    acts: tuple[ActCount, ...]
    shown: tuple[ShownRow, ...]
    unfinished: tuple[datetime, ...] | None  # when each thing was typed that is not saved
    days: dict[Kind, int]


def collect(session: Session, user: User) -> AccountHeld:
    """All that is held of a user. Raises NotSetUp."""
    typed = unfinished.times_of(session, user.id)
    return AccountHeld(
        head=head.collect(session),
        account=accounts.get(session, user),
        roles=tuple(accounts.roles_over_time(session, user)),
        months=tuple(accounts.months(session, user)),
        acts=tuple(accounts.counted(session, user)),
        shown=tuple(accounts.shown(session, user)),
        unfinished=None if typed is None else tuple(typed),
        days=retention.periods(session),
    )


def render(data: AccountHeld, language: Language) -> bytes:
    """The paper as PDF/A."""
    _ = language.gettext
    called = _(held.TITLE)
    facts = [(name, value) for name, value in _facts(data, language) if value not in ("", None)]
    why = held.purposes([register.USERS], data.days, language)
    story: list[Any] = [
        layout.title(called, _(LAW)),
        layout.section(_("What is written down")),
        layout.facts(facts, language, across=1),
        *_roles(data, language),
        *_months(data, language),
        *_acts(data, language),
        layout.section(_(held.WHY)),
        why,
        layout.section(_(held.WHO)),
        held.acts(data.shown, language),
        layout.box(_("Your rights"), _(held.RIGHTS)),
        held.signatures(data.head, language),
    ]
    return head.printed(story, data.head, called, language)


def _facts(data: AccountHeld, language: Language) -> Iterator[tuple[str, Any]]:
    _, show, known = language.gettext, language.show, data.account
    yield _("First name and surname"), users.called(known.name, language)
    yield _("Name for signing in"), "" if users.is_former(known.login) else known.login
    yield _("Roles"), language.list([show(role) for role in known.roles])
    yield _("Since"), clock.local(known.created_at)
    yield _("Access"), _("may sign in") if known.is_active else _("ended")
    yield _("PIN"), _("Yes") if known.has_pin else _("No")
    yield _("First signed in"), clock.local(known.first) if known.first else None
    yield _("Last signed in"), clock.local(known.last) if known.last else None
    yield _("Typed and not saved"), _typed(data, language)


def _typed(data: AccountHeld, language: Language) -> str:
    """How many forms, and from when: whom they name is not said to whoever prints this."""
    if data.unfinished is None:
        return ""
    if not data.unfinished:
        return language.gettext("nothing")
    words = language.ngettext(
        "{count} form, of {moments}", "{count} forms, of {moments}", len(data.unfinished)
    )
    moments = [language.show(clock.local(at)) for at in data.unfinished]
    return words.format(count=language.show(len(moments)), moments=language.list(moments))


def _roles(data: AccountHeld, language: Language) -> Iterator[Any]:
    _ = language.gettext
    if not data.roles:
        return
    columns = [
        Column(_("When"), lambda row: clock.local(row.at), width=2),
        Column(_("What"), lambda row: _(row.act), width=3),
        Column(_("Roles"), lambda row: ", ".join(map(language.show, row.roles)), width=4),
        Column(_("By"), lambda row: users.called(row.by, language) or _(PROGRAM), width=2),
    ]
    yield layout.section(_("Roles over time"))
    yield layout.table(columns, data.roles, language)


def _months(data: AccountHeld, language: Language) -> Iterator[Any]:
    _ = language.gettext
    if not data.months:
        return
    columns = [
        Column(_("Month"), lambda row: language.month(Period.parse(row.month).first), width=3),
        Column(_("Signed in"), "signed_in", width=3),
        Column(_("Acts"), "acts", width=3),
    ]
    yield layout.section(_("Month by month"))
    yield layout.table(columns, data.months, language)


def _acts(data: AccountHeld, language: Language) -> Iterator[Any]:
    _ = language.gettext
    if not data.acts:
        return
    columns = [
        Column(_("Act"), lambda row: _(row.act), width=4),
        Column(_("How often"), "count", width=2),
        Column(_("First"), lambda row: clock.local(row.first), width=2),
        Column(_("Last"), lambda row: clock.local(row.last), width=2),
    ]
    yield layout.section(_("What was done, counted"))
    yield layout.table(columns, data.acts, language)
