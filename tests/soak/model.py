"""R8: a branch lives by chance, beside a dictionary that says what must come of every step.

After each step every check of the books is run, and stock, documents, people and closed months are
compared with the dictionary. Refusals are foretold too: what the dictionary allows must be taken.
"""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

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
from sqlalchemy.orm import Session
from things import DAY

from models import checks, clock, concerns, periods
from models.database import Database
from models.desk import aid, cards
from models.desk.aid import Count, Encounter, Given, Reached, Service
from models.desk.cards import Card, Person, Sex
from models.errors import DomainError
from models.goods import counting, ledger, places, stock
from models.goods.counting import Found
from models.goods.documents import Document, Kind
from models.goods.items import Item
from models.goods.lots import Lot, OnHand
from models.goods.places import Place, PlaceKind
from models.goods.stock import Goods
from models.office import branch, reopening, territory, users
from models.periods import Period
from models.privacy import erasing
from models.roles import PROGRAM, Role
from models.safe import backups, keys, restoring
from models.safe.backups import Reason
from models.safe.founding import PRACTICE_COST
from models.units import THOUSAND
from reports import monthly

COUNT, STEPS = 1000, 100
TOGETHER = 20  # branches that one process lives through before it takes the next seed
LOGIN, PASSWORD = "amra", "sedam žutih kišobrana"
START = datetime(2026, 10, 20, 11)
FIRST_MONTH = Period.month(2026, 8)

Open = Callable[[], Database]  # the same books each time
Where = tuple[int, int]  # place, lot

days = st.integers(0, 70)
pieces = st.integers(1, 12)
picks = st.integers(0, 10**6)
few = st.integers(0, 4)
witnesses = st.sampled_from(["nobody", "herself", "another"])


@dataclass(frozen=True)
class Help:
    """What an entry of aid must say; `document` is its hand-out, `card` whose it is."""

    day: date
    persons: int
    remark: str = ""
    card: int | None = None
    document: int | None = None
    mirror: bool = False


@dataclass
class Oracle:
    """What the books must say: every movement of every lot at every place, and who was helped.

    A card that was erased has no code any more.
    """

    moves: dict[Where, list[tuple[date, int]]] = field(default_factory=dict)
    expiries: dict[int, date | None] = field(default_factory=dict)
    documents: dict[int, tuple[date, dict[Where, int], bool]] = field(default_factory=dict)
    reversed_: set[int] = field(default_factory=set)
    helped: dict[int, Help] = field(default_factory=dict)
    taken_back: set[int] = field(default_factory=set)
    cards: dict[int, str] = field(default_factory=dict)
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

    def erase(self, card: int) -> None:
        """The code and the remarks go, the counts stay."""
        self.cards[card] = ""
        for number, entry in self.helped.items():
            if entry.card == card:
                self.helped[number] = replace(entry, remark="")

    def reached(self) -> Counter[date]:
        """Persons helped by day."""
        days_of: Counter[date] = Counter()
        for entry in self.helped.values():
            days_of[entry.day] += entry.persons
        return days_of

    def stock(self) -> dict[Where, int]:
        sums = {where: sum(change for _on, change in moves) for where, moves in self.moves.items()}
        return {where: total for where, total in sums.items() if total}


class Branch(RuleBasedStateMachine):
    """`opener` gives a function that opens the same new books again and again."""

    opener: Callable[[], tuple[Open, Callable[[], None]]]

    def __init__(self) -> None:
        super().__init__()
        self.open, self.throw_away = type(self).opener()
        self.oracle, self.now = Oracle(), START
        self.db = self.open()
        with clock.at(self.now), self.db.write(PROGRAM) as session:
            self._found(session)
            herself = users.add(session, self.login, "Amra Hodžić", [Role.SECRETARY]).id
            another = users.add(session, "edin", "Edin Kovač", [Role.AUDITOR]).id
        self.witnesses = {"nobody": None, "herself": herself, "another": another}
        self._sign_in()

    def _found(self, session: Session) -> None:
        """A branch with a store and a team; blankets keep for ever, water expires."""
        unit = territory.find("BA-BIH/01/Bihać")
        branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        team = places.add(session, "Team North", PlaceKind.TEAM)
        self.places = (places.add(session, "Store").id, team.id)
        codes = select(Item.code, Item.id).where(Item.code.in_(("blanket", "water")))
        self.items = tuple(id_ for _code, id_ in sorted(map(tuple, session.execute(codes))))

    @property
    def login(self) -> str:
        """Who works in the books."""
        return LOGIN

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
    @rule(pick=picks, count=pieces, back=days, second=witnesses)
    def write_off(self, pick: int, count: int, back: int, second: str) -> None:
        off = partial(stock.write_off, reason="Torn")
        self._leave(pick, count, back, off, expired=True, second=second)

    @precondition(lambda self: self.oracle.stock())
    @rule(pick=picks, count=pieces, back=days)
    def transfer(self, pick: int, count: int, back: int) -> None:
        place, _lot = where = self._where(pick)
        other = next(one for one in self.places if one != place)
        self._leave(pick, count, back, stock.transfer, to=(other, where[1]))

    @precondition(lambda self: self.oracle.stock())
    @rule(pick=picks, pieces_found=st.integers(0, 20), second=witnesses)
    def count_a_lot(self, pick: int, pieces_found: int, second: str) -> None:
        """What the books say of a lot becomes what was found of it, today and before two people."""
        where, day = self._where(pick), self._today()
        changes = {where: pieces_found * THOUSAND - self.oracle.stock()[where]}
        agrees = not any(changes.values())
        allowed = agrees or (self._is_open(day) and self.oracle.bears(changes, day))
        with self._step(allowed and second == "another", second) as things:
            place = things.session.get_one(Place, where[0])
            found = [Found(where[1], pieces_found * THOUSAND)]
            document = counting.count(things.session, place, found)
            assert (document is None) == agrees
            if document:
                self._note(document, changes)

    @rule(place=st.integers(0, 1), item=st.integers(0, 1), count=pieces, back=days)
    def hand_out_what_expires_first(self, place: int, item: int, count: int, back: int) -> None:
        """Which lots is the program's choice; that it finds them where there are any is not."""
        day, quantity = self._day(back), count * THOUSAND
        with self._step(self._is_open(day) and self._has(place, item, day, quantity)) as things:
            session = things.session
            store, goods = self._goods(session, place, item, quantity)
            document = stock.hand_out(session, store, goods, on=day)
            self._note_taken(document, place, item, quantity)

    @rule(women=few, men=few, place=st.integers(0, 1), item=st.integers(0, 1), count=few, back=days)
    def count_heads(
        self, women: int, men: int, place: int, item: int, count: int, back: int
    ) -> None:
        """Aid to people counted by their looks, with goods or without."""
        day, quantity = self._day(back), count * THOUSAND
        is_something = women + men + count > 0
        has = self._has(place, item, day, quantity)
        with self._step(self._is_open(day) and is_something and has) as things:
            store, goods = self._goods(things.session, place, item, quantity)
            told = [Count(Person(Sex.FEMALE), women), Count(Person(Sex.MALE), men)]
            entry = aid.help_group(things.session, told, store, on=day, goods=goods)
            self._note_help(things.session, entry, women + men, place, item, quantity)

    @rule(year=st.integers(1940, 2026))
    def make_a_card(self, year: int) -> None:
        with self._step(True) as things:
            card = cards.add(things.session, Person(Sex.FEMALE), birth_year=year)
            self.oracle.cards[card.id] = card.token

    @precondition(lambda self: any(self.oracle.cards.values()))
    @rule(pick=picks, place=st.integers(0, 1), item=st.integers(0, 1), count=few, back=days)
    def help_a_person(self, pick: int, place: int, item: int, count: int, back: int) -> None:
        known = [card for card, code in self.oracle.cards.items() if code]
        day, quantity = self._day(back), count * THOUSAND
        with self._step(self._is_open(day) and self._has(place, item, day, quantity)) as things:
            session = things.session
            store, goods = self._goods(session, place, item, quantity)
            card = session.get_one(Card, known[pick % len(known)])
            entry = aid.help_person(
                session, card, store, on=day, goods=goods, services=[Given(Service.PSS)],
                remark=f"Told by {card.token}",
            )  # fmt: skip
            self._note_help(session, entry, 1, place, item, quantity)

    @precondition(lambda self: self.oracle.helped)
    @rule(pick=picks)
    def take_aid_back(self, pick: int) -> None:
        """With its goods, unless these were taken back by themselves before."""
        number = sorted(self.oracle.helped)[pick % len(self.oracle.helped)]
        entry, taken_back = self.oracle.helped[number], number in self.oracle.taken_back
        is_closed = self.oracle.closed and entry.day <= self.oracle.closed.last
        day = self._today() if is_closed else entry.day
        with self._step(not entry.mirror and not taken_back and self._is_open(day)) as things:
            session = things.session
            mirror = aid.reverse(session, session.get_one(Encounter, number))
            if entry.document and entry.document not in self.oracle.reversed_:
                self._note_reversal(session, mirror.document_id or 0, entry.document)
            self.oracle.helped[mirror.id] = Help(
                day, -entry.persons, card=entry.card, document=mirror.document_id, mirror=True
            )
            self.oracle.taken_back.add(number)

    @precondition(lambda self: self.oracle.cards)
    @rule(pick=picks)
    def erase_a_card(self, pick: int) -> None:
        """What the person told is gone without a trace; every count stays as it was."""
        card = sorted(self.oracle.cards)[pick % len(self.oracle.cards)]
        with self._step(bool(self.oracle.cards[card])) as things:
            erasing.erase_card(things.session, things.session.get_one(Card, card))
            self._note_erased(card)
        self.db.leave_no_trace()

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
            mirror = ledger.reverse(things.session, things.session.get_one(Document, number))
            assert mirror.day == day
            self._note_reversal(things.session, mirror.id, number)

    @rule()
    def close_a_month(self) -> None:
        before = self.oracle.closed
        after = before.last + timedelta(days=1) if before else FIRST_MONTH.first
        month = Period.month(after.year, after.month)
        with self._step(month.last < self._today()) as things:
            monthly.close(things.session, month)
            self.oracle.closed = month

    @rule(second=witnesses)
    def reopen_the_newest_month(self, second: str) -> None:
        """Only with another person; its report stays, and closing it again makes a correction."""
        month = self.oracle.closed or FIRST_MONTH
        is_closed = self.oracle.closed is not None
        with self._step(is_closed and second == "another", second) as things:
            reopening.reopen(things.session, month, "A receipt was forgotten")
            self.oracle.closed = None if month == FIRST_MONTH else month.previous

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
        self.db = self.open()
        self._sign_in()

    @rule()
    def the_program_is_closed(self) -> None:
        """When all was found good, the same file is known again."""
        with self.db.read() as session:
            self.db.judge(checks.run(session))
        self.db.close()
        self.db = self.open()
        assert self.db.is_as_left == (self.db.folder is not None)
        self._sign_in()

    @invariant()
    def every_check_holds(self) -> None:
        with self.db.read() as session:
            assert [*checks.run(session), *concerns.run(session)] == []

    @invariant()
    def the_people_are_those_of_the_oracle(self) -> None:
        with self.db.read() as session:
            told = (Encounter.day, Encounter.persons, Encounter.remark, Encounter.card_id)
            query = select(Encounter.id, Encounter.document_id, *told)
            entries = {
                row.id: (row.day, row.persons, row.remark, row.card_id, row.document_id)
                for row in session.execute(query)
            }
            by_day = select(Reached.day, func.sum(Reached.persons)).group_by(Reached.day)
            reached = {day: persons for day, persons in session.execute(by_day) if persons}
            codes = {card.id: card.token for card in session.scalars(select(Card))}
        assert entries == {
            number: (entry.day, entry.persons, entry.remark, entry.card, entry.document)
            for number, entry in self.oracle.helped.items()
        }
        assert reached == {day: count for day, count in self.oracle.reached().items() if count}
        assert codes == {card: code or f"-{card}" for card, code in self.oracle.cards.items()}

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
        second: str = "",
    ) -> None:
        """Take so many pieces of one lot off one place."""
        where, day = self._where(pick), self._day(back)
        changes = {where: -count * THOUSAND} | ({to: count * THOUSAND} if to else {})
        fresh = expired or (self.oracle.expiries[where[1]] or day) >= day
        allowed = self._is_open(day) and fresh and self.oracle.bears(changes, day)
        with self._step(allowed and second in ("", "another"), second) as things:
            session = things.session
            lot = session.get_one(Lot, where[1])
            goods = Goods(session.get_one(Item, lot.item_id), count * THOUSAND, lot=lot)
            targets = [session.get_one(Place, to[0])] if to else []
            store = session.get_one(Place, where[0])
            self._note(verb(session, store, *targets, [goods], on=day), changes)

    def _note(self, document: Document, changes: dict[Where, int], *, mirror: bool = False) -> None:
        self.oracle.note(document.id, document.day, changes, mirror)

    def _note_taken(self, document: Document, place: int, item: int, quantity: int) -> None:
        """Whichever lots were chosen: they were usable, and add up."""
        where = self.places[place]
        taken = {(where, line.lot_id): -line.quantity for line in document.lines}
        assert set(taken) <= set(self._usable(place, item, document.day))
        assert sum(taken.values()) == -quantity
        self._note(document, taken)

    def _note_reversal(self, session: Any, mirror: int, original: int) -> None:
        _day, changes, _is_mirror = self.oracle.documents[original]
        back = {where: -change for where, change in changes.items()}
        self._note(session.get_one(Document, mirror), back, mirror=True)
        self.oracle.reversed_.add(original)

    def _note_help(
        self, session: Any, entry: Encounter, persons: int, place: int, item: int, quantity: int
    ) -> None:
        if quantity:
            document = session.get_one(Document, entry.document_id)
            self._note_taken(document, place, item, quantity)
        self.oracle.helped[entry.id] = Help(
            entry.day, persons, entry.remark, entry.card_id, entry.document_id
        )

    def _note_erased(self, card: int) -> None:
        self.oracle.erase(card)

    def _usable(self, place: int, item: int, day: date) -> list[Where]:
        """Where goods of an item lie at a place that have not expired by the day."""
        return [
            where
            for where in self.oracle.moves
            if where[0] == self.places[place]
            and (self.oracle.expiries[where[1]] is None) == (item == 0)
            and (self.oracle.expiries[where[1]] or day) >= day
        ]

    def _has(self, place: int, item: int, day: date, quantity: int) -> bool:
        """Whether so much can leave on the day without any later day falling short."""
        usable = self._usable(place, item, day)
        return sum(max(0, self.oracle.lowest(where, day)) for where in usable) >= quantity

    def _goods(
        self, session: Any, place: int, item: int, quantity: int
    ) -> tuple[Place, list[Goods]]:
        """The store and what is asked of it; nothing for no quantity."""
        goods = [Goods(session.get_one(Item, self.items[item]), quantity)] if quantity else []
        return session.get_one(Place, self.places[place]), goods

    @contextmanager
    def _step(self, allowed: bool, second: str = "nobody") -> Any:
        """One action that must be taken, or else refused with a sentence and leave nothing."""
        refused = ""
        with self._now():
            try:
                with self.db.write(witness=self.witnesses.get(second)) as session:
                    yield Step(session)
            except DomainError as refusal:
                refused = refusal.text() or "without a word"
        assert bool(refused) is not allowed, refused or "taken, though it must be refused"
        assert refused != "without a word"

    def _sign_in(self) -> None:
        with self._now():
            users.sign_in(self.db, self.login)

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


class Kept(Branch):
    """Its books, in a file unless a kind says otherwise, are backed up and restored as well."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[Path, Oracle] = {}  # what each backup must say

    @precondition(lambda self: self.oracle not in self.kept.values())
    @rule()
    def back_up(self) -> None:
        """The newest is never among the surplus that goes."""
        assert self.db.home
        with self._now():
            made = backups.save(self.db, self.db.home, Reason.BY_HAND)
        self.kept[made.file] = copy.deepcopy(self.oracle)
        self.kept = {file: said for file, said in self.kept.items() if file.exists()}
        assert made.file in self.kept

    @precondition(lambda self: self.kept)
    @rule(pick=picks, is_right=st.booleans())
    def restore(self, pick: int, is_right: bool) -> None:
        """All is again as it was; what was done since is only in the books kept aside."""
        file, home = sorted(self.kept)[pick % len(self.kept)], self.db.home
        assert home
        with self._now():
            self._bring_back(file)
        self.oracle = copy.deepcopy(self.kept[file])
        self.db = self.open()
        self._sign_in()
        if is_right:
            with self._now():
                restoring.confirm(self.db, home)

    def _bring_back(self, file: Path) -> None:
        """Close the present books, and let a backup take their place."""
        folder, key = self.db.folder, self.db.key
        assert folder
        self.db.close()
        restoring.restore(file, folder, key, self.login)


class Forgetful(Branch):
    """Its dictionary overlooks what leaves: the fault that must be noticed."""

    def _note(self, document: Document, changes: dict[Where, int], **more: Any) -> None:
        if document.kind is not Kind.RECEIPT:
            changes = {}
        super()._note(document, changes, **more)


class Curious(Branch):
    """Its dictionary still knows who was erased."""

    def _note_erased(self, card: int) -> None:
        pass


def files_in(folder: Path) -> Callable[[], tuple[Open, Callable[[], None]]]:
    """New encrypted files with their keys, each in a folder of its own."""
    whole = folder / "empty"
    key = keys.create(whole, LOGIN, PASSWORD, cost=PRACTICE_COST)
    Database.create(whole, key).close()

    def make() -> tuple[Open, Callable[[], None]]:
        room = tempfile.TemporaryDirectory(dir=folder)
        books = Path(shutil.copytree(whole, Path(room.name) / "branch"))
        return lambda: Database.open(books, key), room.cleanup

    return make


def kind_with(
    kind: type[Branch], opener: Callable[[], tuple[Open, Callable[[], None]]]
) -> type[Branch]:
    return type(kind.__name__, (kind,), {"opener": staticmethod(opener)})


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
    lived = kind_with(kind, opener)
    if chosen is not None:
        lived = seed(chosen)(lived)
    run_state_machine_as_test(
        lived,
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
    """So many branches, on every core; each few of them from a seed of their own."""
    parts = [min(TOGETHER, count - begun) for begun in range(0, count, TOGETHER)]
    problems, lived = list[str](), 0
    with ProcessPoolExecutor(os.cpu_count()) as cores:
        told = cores.map(live_some, parts, range(chosen, chosen + len(parts)))
        for part, problem in zip(parts, told, strict=True):
            problems += [problem] if problem else []
            lived += part
            if lived % 100 == 0:
                print(f"  {lived} branches, {len(problems)} seeds that went wrong", flush=True)
    for problem in problems:
        print(f"  {problem}")
    print(f"{lived} branches of up to {STEPS} steps, {len(problems)} not as the dictionary says")
    return not problems


def live_some(count: int, chosen: int) -> str:
    """What went wrong with so many branches from that seed; empty when nothing did."""
    with tempfile.TemporaryDirectory() as folder:
        return what_went_wrong(Kept, files_in(Path(folder)), count, chosen)


def what_went_wrong(
    kind: type[Branch],
    opener: Callable[[], tuple[Open, Callable[[], None]]],
    count: int,
    chosen: int,
) -> str:
    try:
        try_out(kind, opener, count, STEPS, chosen)
    except Exception as problem:
        steps = "\n    ".join(getattr(problem, "__notes__", ()))
        return f"seed {chosen}: {type(problem).__name__} {problem}\n    {steps}"
    return ""
