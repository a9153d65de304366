"""What months were closed with, read as plain numbers and held against the books once more.

Reports are made, read and put on paper in `reports`; what stands here adds their figures up by
itself, from the text as it was frozen, and knows nothing of how they were made.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import record, recounted, turn
from models.goods import flows
from models.goods.flows import Flow
from models.goods.items import Item
from models.goods.places import Donor, PlaceKind
from models.periods import FIGURES, Closing, Period, Reopening, seal
from models.record import Act
from models.rights import question
from models.roles import EVERYONE
from models.spans import Cut
from models.units import decimal

SCHEMA = "ogranak/monthly/1"  # of the figures; those of any other kind are not looked through
CLOSED = "periods.close"  # the code of the act
SPANS = ("now", "before", "year")
COLUMNS = ("opening", "received", "handed_out", "delivered", "written_off", "difference", "closing")
WENT = (PlaceKind.HANDED_OUT, PlaceKind.DELIVERED, PlaceKind.WRITTEN_OFF)
AT_ONCE = 12  # reports that are held while they are read
BROKEN = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)

Plain = Mapping[str, Any]
Line = tuple[Decimal, ...]  # the figures of COLUMNS


@dataclass(frozen=True)
class _Report:
    """One closing: its month, whether it was not reopened since, and its figures."""

    month: str
    stands: bool
    figures: str


@question(*EVERYONE)
def changed(session: Session) -> Iterator[str]:
    """The months whose report is not the one that the act of closing speaks of, or is gone.

    Acts of an earlier program have no seal: of those only that the report is there is known.
    """
    acts = {act.subject_id: act.detail for act in session.execute(_ACTS)}
    for row in session.execute(_SEALED):
        detail = acts.pop(row.id, "")
        if FIGURES in detail and seal(row) not in detail.split():
            yield row.month
    yield from (record.pinned(detail)[1].split()[0] for detail in acts.values() if detail)


@question(*EVERYONE)
def differing(session: Session) -> Iterator[str]:
    """The months whose frozen figures do not add up, or do not go on from the month before."""
    before, left = "", dict[str, Decimal]()
    for report in _reports(session):
        turn.give_way()
        try:
            data = _read(report.figures)
            if data is None:
                before = ""
                continue
            goes_on = not report.stands or before != _month_before(report) or left == _opened(data)
            adds_up = _people_add_up(data) and _goods_add_up(data) and _work_adds_up(data)
            if report.stands:
                before, left = report.month, _stock(data, "closing")
        except BROKEN:
            goes_on = adds_up = False
        if not (goes_on and adds_up):
            yield report.month


@question(*EVERYONE)
def off_the_book(session: Session) -> Iterator[str]:
    """The newest closed month, where the stock book says otherwise than its frozen report."""
    return _differing_from(session, _listed, _in_the_book)


@question(*EVERYONE)
def off_the_entries(session: Session) -> Iterator[str]:
    """The same, where its persons, services or hours are not those of its entries."""
    return _differing_from(session, recounted.as_told, recounted.from_entries)


def _differing_from(
    session: Session, told: Callable[[Plain], Any], counted: Callable[[Session, Period], Any]
) -> Iterator[str]:
    """The newest closed month, where what it tells is not what is counted.

    Nothing is entered any more on the days that it and all months before it are made of.
    """
    newest = session.execute(_standing(_READ).order_by(Closing.month.desc()).limit(1)).first()
    if newest is None:
        return
    try:
        data = _read(newest.figures)
        is_same = data is None or told(data) == counted(session, Period.parse(newest.month))
    except BROKEN:
        is_same = False
    if not is_same:
        yield newest.month


def _reports(session: Session) -> Iterator[_Report]:
    """Every report that a month was ever closed with, month by month, the one that stands last."""
    reopened = set(session.scalars(_REOPENED))
    query = _READ.order_by(Closing.month, Closing.correction)
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield _Report(row.month, row.id not in reopened, row.figures)


def _read(figures: str) -> Plain | None:
    """The figures; None where they are of another kind. Raises one of BROKEN."""
    data = json.loads(figures, parse_float=Decimal)
    return data if data.get("schema") == SCHEMA else None


def _month_before(report: _Report) -> str:
    return Period.parse(report.month).previous.key


def _people_add_up(data: Plain) -> bool:
    people = data["people"]
    persons = _spans(people["persons"])
    apart = (
        [each["persons"] for each in people["cells"]],
        [each["persons"] for each in people["nationalities"]],
        [each["persons"] for each in people["disabilities"]],
        [people["carded"], people["anonymous"]],
    )
    days = sum(each["contacts"] for each in people["days"])
    return (
        all(_sum(parts) == persons for parts in apart)
        and _sum([people["new"], people["repeat"]]) == _spans(people["carded"])
        and days == people["contacts"]["now"]
    )


def _work_adds_up(data: Plain) -> bool:
    work = data["volunteers"]
    return _sum([work["women"], work["men"], work["unknown"]]) == _spans(work["engaged"])


def _goods_add_up(data: Plain) -> bool:
    """Each line of the stock by itself, the donors of an item, and what the other tables list."""
    whole = {line["item"]: _line(line) for line in data["stock"] if any(_line(line))}
    by_donor: dict[str, Line] = defaultdict(lambda: (Decimal(0),) * len(COLUMNS))
    for line in data["stock_by_donor"]:
        by_donor[line["item"]] = _added(by_donor[line["item"]], _line(line))
    lines = (*data["stock"], *data["stock_by_donor"])
    return (
        all(_balances(_line(line)) for line in lines)
        and whole == {item: line for item, line in by_donor.items() if any(line)}
        and _told(data["handed_out"]) == _stock(data, "handed_out")
        and _told(data["donations"]) == _stock(data, "received")
    )


def _balances(line: Line) -> bool:
    opening, received, handed_out, delivered, written_off, difference, closing = line
    left = opening + received + difference - handed_out - delivered - written_off
    return left == closing and min(opening, closing) >= 0


def _stock(data: Plain, column: str) -> dict[str, Decimal]:
    """One column of the stock by item, where it is not nothing."""
    return {line["item"]: line[column] for line in data["stock"] if line[column]}


def _opened(data: Plain) -> dict[str, Decimal]:
    return _stock(data, "opening")


def _told(lines: list[Plain]) -> dict[str, Decimal]:
    """What another table says of the period itself, by item."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        found[line["item"]] += line["quantity"]["now"]
    return {item: quantity for item, quantity in found.items() if quantity}


def _listed(data: Plain) -> dict[tuple[str, str], Line]:
    """The stock by item and donor, as the report lists it."""
    lines = {(line["item"], line["donor"]): _line(line) for line in data["stock_by_donor"]}
    return {whose: line for whose, line in lines.items() if any(line)}


def _in_the_book(session: Session, month: Period) -> dict[tuple[str, str], Line]:
    """The same, added up from the movements and the stored totals."""
    codes = {item.id: item.code for item in session.execute(select(Item.id, Item.code))}
    donors = {donor.id: donor.name for donor in session.execute(select(Donor.id, Donor.name))}
    found: dict[tuple[str, str], Line] = {}
    for whose, flow in flows.flows(session, Cut(month)).items():
        line = _of_flow(flow)
        if any(line):
            donor = donors[whose.donor_id] if whose.donor_id else ""
            found[codes[whose.item_id], donor] = line
    return found


def _of_flow(flow: Flow) -> Line:
    received, difference = (flow.gained(way).now for way in (PlaceKind.DONOR, PlaceKind.DIFFERENCE))
    went = (flow.lost(way).now for way in WENT)
    figures = (flow.opening, received, *went, difference, flow.closing)
    return tuple(decimal(each) for each in figures)


def _line(line: Plain) -> Line:
    return tuple(line[name] for name in COLUMNS)


def _added(one: Line, other: Line) -> Line:
    return tuple(left + right for left, right in zip(one, other, strict=True))


def _spans(figure: Plain) -> tuple[Any, ...]:
    return tuple(figure[name] for name in SPANS)


def _sum(figures: list[Plain]) -> tuple[Any, ...]:
    return tuple(sum(figure[name] for figure in figures) for name in SPANS)


def _standing(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.where(Closing.id.not_in(_REOPENED))


_READ = select(Closing.id, Closing.month, Closing.figures)
_REOPENED = select(Reopening.closing_id).where(Reopening.is_granted.is_(True))
_SEALED = _READ.add_columns(Closing.number, Closing.correction, Closing.chain_head)
_ACTS = select(Act.subject_id, Act.detail).where(
    Act.subject == Closing.__tablename__, Act.code == CLOSED, Act.subject_id.is_not(None)
)
