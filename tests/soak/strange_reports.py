"""R7: reports that branches send, mutated. Each is added up as it says, or set aside with a reason.

What could be read is added to a good report, and the sum put on paper.
"""

from __future__ import annotations

import io
import json
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
from hostile import HOSTILE
from things import as_program

from models import everything
from models.database import Database
from models.desk import aid
from models.desk.aid import Count
from models.desk.cards import AgeBand, Disability, Person, Sex
from models.errors import DomainError
from models.goods import items, stock
from models.goods import places as shelves
from models.goods.stock import Goods
from models.office import branch, territory
from models.periods import Period
from models.units import THOUSAND
from reports import archive, consolidated, monthly
from reports.monthly.figures import Monthly
from soak.imports import Outcome, is_held, mutated
from soak.strange_backups import VALUES, places
from translations import LANGUAGES, language

assert everything
COUNT = 2_000
OCTOBER = Period.month(2026, 10)
MEN = Count(Person(Sex.MALE, AgeBand.ADULT, "AF", Disability.NO), 40)
DAYS = ("2026-10-07", "0001-01-01", "9999-12-31T23:59:59", "2026-11-03T10:30:00+02:00", "final")
ON_PAPER = 10  # every so many is rendered, for that takes long

Way = Callable[["Sent", random.Random], bytes]


@dataclass(frozen=True)
class Sent:
    """A good report, the PDF that carries it, and its JSON alone and in a consolidated one."""

    report: Monthly
    pdf: bytes
    alone: Any
    whole: Any


def run(count: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        outcome = offer_often(prepare(Path(folder)), Path(folder), count, seed)
    return is_held(outcome, count)


def prepare(folder: Path) -> Sent:
    db = as_program(Database.create(folder / "branch", bytes(32)))
    with db.write() as session:
        unit = territory.find("BA-BIH/01/Bihać")
        branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        store = shelves.add(session, "Bihać")
        blankets = Goods(items.find(session, "blanket"), 100 * THOUSAND, unit_value=1500)
        stock.receive(session, store, [blankets], on=date(2026, 9, 1), supplier="IFRC")
        given = [Goods(items.find(session, "blanket"), 40 * THOUSAND)]
        aid.help_group(session, [MEN], store, on=date(2026, 10, 6), goods=given)
        report = monthly.collect(session, OCTOBER)
    db.close()
    whole = consolidated.collect([consolidated.Received("good.pdf", report)])
    return Sent(
        report,
        monthly.render(report, language("bs")),
        json.loads(monthly.to_json(report)),
        json.loads(consolidated.to_json(whole)),
    )


def offer_often(sent: Sent, folder: Path, count: int, seed: int) -> Outcome:
    """Add `count` mutated files to the good one, one at a time."""
    outcome = Outcome()
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        file = folder / chance.choice(("sent.pdf", "sent.json", "sent"))
        file.write_bytes(chance.choice(WAYS)(sent, chance))
        began = time.monotonic()
        was_read, fault = offer(sent, file, on_paper=number % ON_PAPER == 0)
        outcome.slowest = max(outcome.slowest, time.monotonic() - began)
        outcome.taken += was_read
        outcome.refused += not was_read
        outcome.broken += [f"file {number}: {fault}"] if fault else []
        file.unlink()
    return outcome


def offer(sent: Sent, file: Path, *, on_paper: bool) -> tuple[bool, str]:
    """Add a file up with the good report: whether it could be read, and what went wrong."""
    try:
        found, aside = consolidated.read([file])
        good = consolidated.Received("good.pdf", sent.report)
        data = consolidated.collect([good, *found], aside, period=OCTOBER)
        consolidated.to_json(data)
        if on_paper:
            consolidated.render(data, language("sr_Cyrl"), archived=False)
            consolidated.workbook(data, language("hr"))
    except DomainError as refusal:
        said = [refusal.text(language(code)) for code in LANGUAGES]
        return False, "" if all(said) else f"no words for {type(refusal).__name__}"
    except Exception as problem:  # whatever it is, it is what is looked for
        return False, f"{type(problem).__name__}: {problem}"
    persons = sum(each.report.people.persons.now for each in data.branches)
    if data.total.people.persons.now != persons:
        return bool(found), "the sum is not that of the branches"
    return bool(found), "" if found or aside else "neither read nor set aside"


def _bytes_of_the_pdf(sent: Sent, chance: random.Random) -> bytes:
    return mutated(sent.pdf, chance)


def _bytes_of_the_data(sent: Sent, chance: random.Random) -> bytes:
    return mutated(json.dumps(chance.choice((sent.alone, sent.whole))).encode(), chance)


def _another_value(sent: Sent, chance: random.Random) -> bytes:
    """The data say something else in a few places, alone or in a PDF that is sound."""
    told = json.loads(json.dumps(chance.choice((sent.alone, sent.whole))))
    for _ in range(chance.randint(1, 3)):
        inside, place = chance.choice(list(places(told)))
        if chance.random() < 0.2:
            del inside[place]
        else:
            inside[place] = _other(inside[place], chance)
    data = json.dumps(told).encode("utf-8", "surrogatepass")
    if chance.random() < 0.7:
        return data
    bare = archive.archived(_bare(sent.pdf), "x", language("en"), attachment=(archive.NAME, data))
    return bare


def _other(value: Any, chance: random.Random) -> Any:
    """Another value of the same kind as often as one of another, so that many can be read."""
    if isinstance(value, int) and chance.random() < 0.7:
        return chance.choice((0, 1, -1, 10**17, value + 1))
    if isinstance(value, str) and chance.random() < 0.7:
        return chance.choice((*HOSTILE, *DAYS))
    return chance.choice(VALUES)


def _bare(pdf: bytes) -> bytes:
    """The PDF without what it carries."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for name in list(opened.attachments):
            del opened.attachments[name]
        kept = io.BytesIO()
        opened.save(kept)
    return kept.getvalue()


WAYS: tuple[Way, ...] = (_bytes_of_the_pdf, _bytes_of_the_data, _another_value, _another_value)
