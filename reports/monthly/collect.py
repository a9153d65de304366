"""Adds up a month, or any period, from the books into the figures of its report."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from models import clock, periods, turn
from models.errors import DomainError
from models.goods import chain
from models.office import branch, indicators
from models.periods import Closing, Period
from models.spans import Cut, Spans
from models.team import hours
from models.team.hours import HoursSummary, TeamsSummary
from reports.monthly import indicators as adding
from reports.monthly.carried import from_json, to_json
from reports.monthly.figures import Chain, Monthly, Sender, Status, Teams, Volunteers
from reports.monthly.goods import goods
from reports.monthly.people import people, services
from reports.monthly.reconcile import reconcile
from translations import N_, Language, current

BOXES = ("incidents", "needs", "narrative")


def collect(session: Session, period: Period) -> Monthly:
    """The figures of a period as the books stand now: a draft. Raises NotSetUp."""
    cut = Cut(period)
    whole = goods(session, cut)
    turn.give_way()
    given, reasons, referrals = services(session, cut)
    turn.give_way()
    boxes = periods.narratives(session, period)
    data = Monthly(
        status=Status.DRAFT,
        number=None,
        period=period,
        previous=cut.periods.before,
        year=cut.periods.year,
        made_at=clock.now(),
        sender=_sender(session),
        chain=Chain(*chain.head(session)),
        people=people(session, cut),
        services=given,
        reasons=reasons,
        referrals=referrals,
        items=whole.items,
        handed_out=whole.handed_out,
        teams=_teams(cut.periods.to(lambda span: hours.teams(session, span))),
        volunteers=_volunteers(cut.periods.to(lambda span: hours.summary(session, span))),
        donations=whole.donations,
        stock=whole.stock,
        stock_by_donor=whole.by_donor,
        narratives={box: boxes[box] for box in BOXES if box in boxes},
        indicators=(),
        logo=branch.get(session).logo,
    )
    return replace(data, indicators=adding.lines(data, indicators.overview(session)))


def of(session: Session, period: Period) -> Monthly:
    """The report of a period: of a closed month as it was frozen, else as the books stand now.

    Raises NotSetUp, NotBegun, and BadReport when frozen figures cannot be read.
    """
    period.require_begun()
    closing = periods.closing(session, period)
    return _frozen(session, closing) if closing else collect(session, period)


def before(session: Session, period: Period) -> Monthly | None:
    """The report of the month before as it was frozen; None while that is open.

    Raises BadReport.
    """
    closing = periods.closing(session, period.previous)
    return _frozen(session, closing) if closing else None


def version(session: Session, closing_id: int) -> Monthly:
    """One of the reports that a month was closed with, as it was frozen. Raises BadReport."""
    return _frozen(session, session.get_one(Closing, closing_id))


def close(session: Session, month: Period) -> Monthly:
    """Close a calendar month and freeze its report, which gets its number.

    Raises NotAMonth, ClosedMonth, MonthNotOver, NotSetUp, and DoesNotAgree when a total does
    not balance or the month does not go on from the one before.
    """
    data = replace(collect(session, month), status=Status.FINAL)
    if found := reconcile(data, before(session, month)):
        raise DoesNotAgree(finding=found[0])
    closing = periods.close(session, month, to_json(data).decode(), data.chain.hash)
    return _frozen(session, closing)


def _frozen(session: Session, closing: Closing) -> Monthly:
    data = from_json(closing.figures.encode())
    number, correction = closing.number, closing.correction
    return replace(data, number=number, correction=correction, logo=branch.get(session).logo)


def _sender(session: Session) -> Sender:
    own = branch.get(session)
    return Sender(
        entity=own.entity,
        canton=own.canton,
        municipalities=tuple(branch.municipalities(session)),
        names=branch.all_names(session),
        town=own.town,
        address=own.address,
        contact=own.contact,
        secretary=own.secretary,
        president=own.president,
        is_practice=own.is_practice,
    )


def _teams(found: Spans[TeamsSummary]) -> Teams:
    return Teams(
        teams=found.to(lambda each: each.teams),
        members=found.to(lambda each: each.members),
        days=found.to(lambda each: each.days),
        kilometres=found.to(lambda each: each.kilometres),
    )


def _volunteers(found: Spans[HoursSummary]) -> Volunteers:
    return Volunteers(
        engaged=found.to(lambda each: each.volunteers),
        women=found.to(lambda each: each.women),
        men=found.to(lambda each: each.men),
        unknown=found.to(lambda each: each.unknown),
        minors=found.to(lambda each: each.minors),
        new=found.to(lambda each: each.new),
        trained=found.to(lambda each: each.trained),
        minutes=found.to(lambda each: each.minutes),
    )


class DoesNotAgree(DomainError):
    message = N_("The figures do not agree, so the month cannot be closed. {finding}")

    def text(self, language: Language | None = None) -> str:
        spoken = language or current()
        finding = self.details["finding"].text(spoken)
        return spoken.gettext(self.message).format(finding=finding)
