"""R7: day sheets, mutated. Each is taken in whole, or refused in one sentence and not at all."""

from __future__ import annotations

import io
import random
import re
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from crash import KEY
from hostile import HOSTILE
from sqlalchemy import func, select
from things import as_program, lay_out

from models.database import Database
from models.desk.aid import Encounter
from models.errors import DomainError
from models.sheets import daysheet
from translations import LANGUAGES, language

COUNT = 20_000  # every other one a workbook
SECONDS, MEGABYTES = 2.0, 300  # for one file
LAST = date(2026, 10, 30)

HEADINGS = (
    "Datum", "Mjesto", "Artikal ili usluga", "Količina", "Pol", "Dobna skupina", "Državljanstvo",
    "Osobe", "Procjena", "Napomena",
)  # fmt: skip
WORDS: dict[str, tuple[str, ...]] = {
    "Mjesto": ("Main store", "Team North", "main STORE", ""),
    "Artikal ili usluga": ("Deka", "blanket", "Voda", "psihosocijalna podrška", "Deke", ""),
    "Količina": ("1", "2", "3,5", "1.000", ""),
    "Pol": ("m", "ž", "žensko", ""),
    "Dobna skupina": ("18–59", "2-5", "34", ""),
    "Državljanstvo": ("AF", "Sirija", "XX", ""),
    "Osobe": ("1", "2", "300", "", ""),
    "Procjena": ("da", "ne", ""),
    "Napomena": ("", "za porodicu", 'navod " i ; zarez,'),
}

Row = tuple[str, ...]


@dataclass
class Outcome:
    """What a run showed. `broken` names the number of each file that broke a promise."""

    taken: int = 0
    refused: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        db = as_program(Database.create(Path(folder) / "branch", KEY))
        prepare(db)
        outcome = feed(db, count, seed)
        db.close()
    return is_held(outcome, count)


def is_held(outcome: Outcome, count: int) -> bool:
    """Say what so many files showed: no promise broken, and none took too long or too much."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{count} files: {outcome.taken} taken in whole, {outcome.refused} refused, "
        f"{len(outcome.broken)} broken promises; the slowest {outcome.slowest:.2f} s, "
        f"at most {peak} MB"
    )
    for line in outcome.broken:
        print(f"  {line}")
    return not outcome.broken and outcome.slowest <= SECONDS and peak <= MEGABYTES


def prepare(db: Database) -> None:
    with db.write() as session:
        things = lay_out(session)
        things.receive(10_000_000)
        things.receive(10_000_000, things.water, expiry=date(2027, 10, 1))


def feed(db: Database, count: int, seed: int) -> Outcome:
    """Offer `count` mutated files to the books."""
    outcome = Outcome()
    for number in range(count):
        content = mutated_sheet(random.Random(f"{seed} {number}"), packed=number % 2 == 1)
        before, began = _encounters(db), time.monotonic()
        expected, fault = offer(db, content)
        outcome.slowest = max(outcome.slowest, time.monotonic() - began)
        if fault or _encounters(db) != before + expected:
            outcome.broken.append(f"file {number}: {fault or 'taken in by halves'}")
        outcome.taken += bool(expected)
        outcome.refused += not expected
    return outcome


def offer(db: Database, content: bytes) -> tuple[int, str]:
    """Import a file as the program does: how many rows it took in, and what it did wrong."""
    try:
        with db.write() as session:
            preview = daysheet.check(session, daysheet.read(content))
            daysheet.take_in(session, preview)
            return len(preview.rows), ""
    except DomainError as refusal:
        said = [refusal.text(language(code)) for code in LANGUAGES]
        return 0, "" if all(said) else f"no words for {type(refusal).__name__}"
    except Exception as problem:  # whatever it is, it is what is looked for
        return 0, f"{type(problem).__name__}: {problem}"


def mutated_sheet(chance: random.Random, *, packed: bool) -> bytes:
    rows = list(_rows(chance))
    if chance.random() < 0.5:
        rows = _with_other_cells(rows, chance)
    if not packed:
        return _changed_text(_as_text(rows, chance), chance)
    content = _as_workbook(rows, chance)
    way = chance.randrange(4)
    if way == 0:
        return content
    return mutated(content, chance) if way == 1 else mutated_inside(content, chance)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, or a part cut out, doubled, or cut off."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    one, two = sorted(chance.randrange(len(changed) + 1) for _ in range(2))
    ways = (changed, changed[:one], changed[:one] + changed[two:], changed[:two] + changed[one:])
    return bytes(chance.choice(ways))


def mutated_inside(content: bytes, chance: random.Random) -> bytes:
    """A workbook whose packing is sound and one of whose parts is not."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    way = chance.randrange(3)
    if way == 0:
        del parts[name]
    else:
        parts[name] = (mutated, _with_other_numbers)[way - 1](parts[name], chance)
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, inside in parts.items():
            archive.writestr(part, inside)
    return result.getvalue()


def _rows(chance: random.Random) -> Iterator[Row]:
    yield HEADINGS
    for _ in range(chance.randint(1, 6)):
        day = LAST - timedelta(days=chance.randrange(20))
        cells = {name: chance.choice(words) for name, words in WORDS.items()}
        if chance.random() < 0.5:  # a row that is surely right, so that some files are taken in
            cells |= dict.fromkeys(("Količina", "Osobe"), "1")
            cells |= {"Mjesto": "Main store", "Artikal ili usluga": "Deka", "Državljanstvo": "AF"}
        yield (f"{day:%d.%m.%Y.}", *(cells[name] for name in HEADINGS[1:]))


def _with_other_cells(rows: list[Row], chance: random.Random) -> list[Row]:
    """Hostile texts in place of some cells, headings among them."""
    made = [list(row) for row in rows]
    for _ in range(chance.randint(1, 4)):
        row = chance.choice(made)
        row[chance.randrange(len(row))] = chance.choice(HOSTILE)
    return [tuple(row) for row in made]


def _as_text(rows: list[Row], chance: random.Random) -> bytes:
    """Quoted as a careful program, or as a careless one, would."""
    sign, end = chance.choice(";,\t"), chance.choice(("\n", "\r\n", "\r"))
    careful = chance.random() < 0.7

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if careful else text

    whole = end.join(sign.join(map(cell, row)) for row in rows) + end
    code = chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1250"))
    return whole.encode(code, "replace")


def _changed_text(content: bytes, chance: random.Random) -> bytes:
    return content if chance.random() < 0.4 else mutated(content, chance)


def _as_workbook(rows: list[Row], chance: random.Random) -> bytes:
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": chance.random() < 0.2}
    with xlsxwriter.Workbook(content, options) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, [_storable(cell) for cell in row])
    return content.getvalue()


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _with_other_numbers(part: bytes, chance: random.Random) -> bytes:
    """Some number of the part is another: a row far down, a style or a text that is not there."""
    found = list(re.finditer(rb"\d+", part))
    if not found:
        return part
    place = chance.choice(found)
    other = chance.choice((b"0", b"-1", b"999999999", b"1e400", b"ZZZ1", b"", b"2147483648"))
    return part[: place.start()] + other + part[place.end() :]


def _encounters(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count(Encounter.id))) or 0
