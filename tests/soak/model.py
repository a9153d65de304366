"""R8: a branch lives by chance, beside a dictionary that says what must come of every step.

After each step every check of the books is run, and stock, documents and closed months are
compared with the dictionary. Refusals are foretold too: what the dictionary allows must be taken.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from crash import KEY
from hypothesis import HealthCheck, Phase, assume, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from things import DAY, as_program, lay_out

from models import checks, clock, periods
from models.database import Database
from models.errors import DomainError
from models.goods import ledger, stock
from models.goods.items import Item
from models.goods.ledger import Document
from models.goods.lots import Lot, OnHand
from models.goods.places import Place
from models.goods.stock import Goods
from models.periods import Period
from models.units import THOUSAND

COUNT, STEPS = 1000, 100
START = datetime(2026, 10, 20, 11)
FIRST_MONTH = Period.month(2026, 8)

Open = Callable[[], Database]  # the same books each time
Where = tuple[int, int]  # place, lot

days = st.integers(0, 70)
pieces = st.integers(1, 12)
picks = st.integers(0, 10**6)


@dataclass
class Oracle:
    """What the books must say: every movement of every lot at every place."""

    moves: dict[Where, list[tuple[date, int]]] = field(default_factory=dict)
    expiries: dict[int, date | None] = field(default_factory=dict)
    documents: dict[int, tuple[date, dict[Where, int], bool]] = field(default_factory=dict)
    reversed_: set[int] = field(default_factory=set)
    closed: Period | None = None

    def is_open(self, day: date, today: date) -> bool:
        return day <= today and not (self.closed and day <= self.closed.last)

    def lowest(self, where: Where, day: date) -> int:
        """The least that is there at the end of this day or a later one, and now."""
        moves = self.moves.get(where, [])
        ends = {day, *(on for on, _change in moves if on >= day)}
        return min(sum(change for on, change in moves if on <= end) for end in ends)

    def bears(self, changes: dict[Where, int], day: date) -> bool:
        return all(self.lowest(where, day) + change >= 0 for where, change in changes.items())

    def note(self, number: int, day: date, changes: dict[Where, int], mirror: bool = False) -> None:
        self.documents[number] = (day, changes, mirror)
        for where, change in changes.items():
            self.moves.setdefault(where, []).append((day, change))

    def stock(self) -> dict[Where, int]:
        sums = {where: sum(change for _on, change in moves) for where, moves in self.moves.items()}
        return {where: total for where, total in sums.items() if total}


class Branch(RuleBasedStateMachine):
    """`opener` gives a function that opens the same new books again and again."""

    opener: Callable[[], tuple[Open, Callable[[], None]]]

    def __init__(self) -> None:
        super().__init__()
        self.open, self.throw_away = type(self).opener()
        self.db = as_program(self.open())
        self.oracle, self.now = Oracle(), START
        with clock.at(self.now), self.db.write() as session:
            things = lay_out(session)
            self.places = (things.warehouse.id, things.team.id)
            self.items = (things.blanket.id, things.water.id)

    def teardown(self) -> None:
        self.db.close()
        self.throw_away()

    @rule(item=st.integers(0, 1), place=st.integers(0, 1), count=pieces, back=days, keeps=days)
    def receive(self, item: int, place: int, count: int, back: int, keeps: int) -> None:
        day = self._day(back)
        expiry = day + timedelta(days=keeps) if item else None
        with self._step(self._is_open(day)) as things:
            goods = Goods(
                things.session.get_one(Item, self.items[item]), count * THOUSAND, expiry=expiry
            )
            where = things.session.get_one(Place, self.places[place])
            document = stock.receive(things.session, where, [goods], on=day, supplier="Donor A")
            lot = document.lines[0].lot_id
            self.oracle.expiries[lot] = expiry
            self._note(document, {(where.id, lot): count * THOUSAND})

    @precondition(lambda self: self.oracle.stock())
    @rule(pick=picks, count=pieces, back=days)
    def hand_out(self, pick: int, count: int, back: int) -> None:
        self._leave(pick, count, back, stock.hand_out)

    @precondition(lambda self: self.oracle.stock())
    @rule(pick=picks, count=pieces, back=days)
    def write_off(self, pick: int, count: int, back: int) -> None:
        self._leave(pick, count, back, stock.write_off, expired=True, reason="Torn")

    @precondition(lambda self: self.oracle.stock())
    @rule(pick=picks, count=pieces, back=days)
    def transfer(self, pick: int, count: int, back: int) -> None:
        place, _lot = where = self._where(pick)
        other = next(one for one in self.places if one != place)
        self._leave(pick, count, back, stock.transfer, to=(other, where[1]))

    @rule(place=st.integers(0, 1), item=st.integers(0, 1), count=pieces, back=days)
    def hand_out_what_expires_first(self, place: int, item: int, count: int, back: int) -> None:
        """Which lots is the program's choice; that it finds them where there are any is not."""
        day, quantity = self._day(back), count * THOUSAND
        usable = [
            where
            for where in self.oracle.moves
            if where[0] == self.places[place]
            and (self.oracle.expiries[where[1]] is None) == (item == 0)
            and (self.oracle.expiries[where[1]] or day) >= day
        ]
        there = sum(max(0, self.oracle.lowest(where, day)) for where in usable)
        with self._step(self._is_open(day) and there >= quantity) as things:
            session = things.session
            goods = Goods(session.get_one(Item, self.items[item]), quantity)
            store = session.get_one(Place, self.places[place])
            document = stock.hand_out(session, store, [goods], on=day)
            taken = {(store.id, line.lot_id): -line.quantity for line in document.lines}
            assert set(taken) <= set(usable)
            assert sum(taken.values()) == -quantity
            self._note(document, taken)

    @precondition(lambda self: self.oracle.documents)
    @rule(pick=picks)
    def reverse(self, pick: int) -> None:
        number = sorted(self.oracle.documents)[pick % len(self.oracle.documents)]
        day, changes, is_mirror = self.oracle.documents[number]
        if self.oracle.closed and day <= self.oracle.closed.last:
            day = self._today()
        back = {where: -change for where, change in changes.items()}
        again = is_mirror or number in self.oracle.reversed_
        allowed = not again and self._is_open(day) and self.oracle.bears(back, day)
        with self._step(allowed) as things:
            document = things.session.get_one(Document, number)
            self._note(ledger.reverse(things.session, document), back, mirror=True, day=day)
            self.oracle.reversed_.add(number)

    @rule()
    def close_a_month(self) -> None:
        before = self.oracle.closed
        after = before.last + timedelta(days=1) if before else FIRST_MONTH.first
        month = Period.month(after.year, after.month)
        with self._step(month.last < self._today()) as things:
            periods.close(things.session, month, "{}", ledger.head(things.session)[1])
            self.oracle.closed = month

    @rule(jump=st.integers(-20, 45))
    def time_goes_by(self, jump: int) -> None:
        """Back, too: the clock of a computer is set by hand."""
        assume(self.now + timedelta(days=jump) >= START - timedelta(days=60))
        self.now += timedelta(days=jump)

    @rule(count=pieces)
    def the_program_is_killed_while_posting(self, count: int) -> None:
        with self._now():
            try:
                with self.db.write() as session:
                    goods = Goods(session.get_one(Item, self.items[0]), count * THOUSAND)
                    place = session.get_one(Place, self.places[0])
                    stock.receive(session, place, [goods], on=self._today(), supplier="Donor B")
                    raise Killed
            except (Killed, DomainError):
                pass
        self.db.engine.dispose()
        self.db = as_program(self.open())

    @rule()
    def the_program_is_closed(self) -> None:
        self.db.close()
        self.db = as_program(self.open())

    @invariant()
    def every_check_holds(self) -> None:
        with self.db.read() as session:
            assert checks.run(session) == []

    @invariant()
    def the_books_say_what_the_oracle_says(self) -> None:
        with self.db.read() as session:
            rows = session.execute(select(OnHand.place_id, OnHand.lot_id, OnHand.quantity))
            kept = {(place, lot): count for place, lot, count in rows if count}
            documents = session.scalar(select(func.count(Document.id)))
            closed = periods.closed_through(session)
        assert kept == self.oracle.stock()
        assert documents == len(self.oracle.documents)
        assert closed == self.oracle.closed

    def _leave(
        self,
        pick: int,
        count: int,
        back: int,
        verb: Callable[..., Document],
        *,
        to: Where | None = None,
        expired: bool = False,
        **papers: str,
    ) -> None:
        """Take so many pieces of one lot off one place."""
        where, day = self._where(pick), self._day(back)
        changes = {where: -count * THOUSAND} | ({to: count * THOUSAND} if to else {})
        fresh = expired or (self.oracle.expiries[where[1]] or day) >= day
        allowed = self._is_open(day) and fresh and self.oracle.bears(changes, day)
        with self._step(allowed) as things:
            session = things.session
            lot = session.get_one(Lot, where[1])
            goods = Goods(session.get_one(Item, lot.item_id), count * THOUSAND, lot=lot)
            targets = [session.get_one(Place, to[0])] if to else []
            store = session.get_one(Place, where[0])
            self._note(verb(session, store, *targets, [goods], on=day, **papers), changes)

    def _note(
        self,
        document: Document,
        changes: dict[Where, int],
        *,
        mirror: bool = False,
        day: date | None = None,
    ) -> None:
        assert day in (None, document.day)
        self.oracle.note(document.id, document.day, changes, mirror)

    @contextmanager
    def _step(self, allowed: bool) -> Any:
        """One action that must be taken, or else refused with a sentence and leave nothing."""
        refused = ""
        with self._now():
            try:
                with self.db.write() as session:
                    yield Step(session)
            except DomainError as refusal:
                refused = refusal.text() or "without a word"
        assert bool(refused) is not allowed, refused or "taken, though it must be refused"
        assert refused != "without a word"

    def _where(self, pick: int) -> Where:
        known = sorted(self.oracle.stock())
        return known[pick % len(known)]

    def _now(self) -> Any:
        return clock.at(self.now)

    def _is_open(self, day: date) -> bool:
        return self.oracle.is_open(day, self._today())

    def _today(self) -> date:
        with self._now():
            return clock.today()

    def _day(self, back: int) -> date:
        return max(self._today() - timedelta(days=back), DAY - timedelta(days=60))


@dataclass
class Step:
    session: Any


class Killed(Exception):
    """The program ends in the middle of an action."""


class Forgetful(Branch):
    """Its dictionary overlooks what leaves: the fault that must be noticed."""

    def _note(self, document: Document, changes: dict[Where, int], **more: Any) -> None:
        if document.kind is not ledger.Kind.RECEIPT:
            changes = {}
        super()._note(document, changes, **more)


def files_in(folder: Path) -> Callable[[], tuple[Open, Callable[[], None]]]:
    """New encrypted files, each in a folder of its own."""

    def make() -> tuple[Open, Callable[[], None]]:
        room = tempfile.TemporaryDirectory(dir=folder)
        books = Path(room.name) / "branch"
        Database.create(books, KEY).close()
        return lambda: Database.open(books, KEY), room.cleanup

    return make


def try_out(
    kind: type[Branch],
    opener: Callable[[], tuple[Open, Callable[[], None]]],
    count: int,
    steps: int,
    chosen: int | None = None,
    *,
    shrinks: bool = True,
) -> None:
    """Raises what the first run that goes wrong raises, with the fewest steps that lead there."""
    branch = type(kind.__name__, (kind,), {"opener": staticmethod(opener)})
    if chosen is not None:
        branch = seed(chosen)(branch)
    run_state_machine_as_test(
        branch,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=False,
            phases=(Phase.generate, *([Phase.shrink] if shrinks else [])),
            suppress_health_check=list(HealthCheck),
        ),
    )


def run(count: int, chosen: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            try_out(Branch, files_in(Path(folder)), count, STEPS, chosen)
        except AssertionError as problem:
            print(f"  {problem}")
            return False
    print(f"{count} branches of up to {STEPS} steps, all as the dictionary says")
    return True
