"""R5: a byte flipped, a page zeroed, an end cut off. Found before the books are called in order."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import crash
from things import as_program, lay_out

from models import checks
from models.database import FILE, Database
from models.errors import DomainError

COUNT = 2000
PAGE = 4096


def run(count: int, seed: int) -> bool:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        whole = make_books(Path(folder) / "whole")
        missed = [how for _ in range(count) if (how := missed_in(whole, chance))]
    print(f"{count} damaged files, {len(missed)} not found")
    for how in missed:
        print(f"  {how}")
    return not missed


def make_books(folder: Path) -> Path:
    """Closed books with a few entries in them."""
    db = as_program(Database.create(folder, crash.KEY))
    with db.write() as session:
        things = lay_out(session)
        things.receive(1000)
        for _ in range(50):
            things.hand_out(2)
    db.close()
    return folder


def missed_in(whole: Path, chance: random.Random) -> str:
    """Damage a copy of closed books; how, when nobody noticed."""
    copy = whole.with_name("damaged")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(whole, copy)
    how, content = damaged((whole / FILE).read_bytes(), chance)
    (copy / FILE).write_bytes(content)
    return "" if is_noticed(copy) else how


def damaged(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    changed = bytearray(content)
    at = chance.randrange(len(changed))
    start = at - at % PAGE
    way = chance.randrange(4)
    if way == 0:
        changed[at] ^= 1 << chance.randrange(8)
        return f"bit of byte {at}", bytes(changed)
    if way == 1:
        changed[start : start + PAGE] = bytes(PAGE)
        return f"zeroes at {start}", bytes(changed)
    if way == 2:
        return f"cut off at {at}", bytes(changed[:at])
    other = chance.randrange(len(changed) // PAGE) * PAGE
    changed[start : start + PAGE] = content[other : other + PAGE]
    return ("" if other == start else f"page {other} at {start}"), bytes(changed)


def is_noticed(folder: Path) -> bool:
    """One plain sentence, at the door or by the checks."""
    try:
        db = as_program(Database.open(folder, crash.KEY))
    except DomainError:
        return True
    with db.read() as session:
        found = checks.run(session)
    db.engine.dispose()
    return bool(found)
