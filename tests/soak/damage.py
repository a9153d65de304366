"""R5: bits turned, pages zeroed, swapped or put back from another day, an end cut off.

Found before a figure is shown: by the imprint of the last close, or, as after a power cut, without
one. Every tenth is a page of another day, whose own seal is whole.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import crash
from sqlalchemy import select
from things import DAY, as_program, lay_out

from models import imprint
from models.bookfile import FILE
from models.database import Database
from models.errors import DomainError
from models.goods import places, stock
from models.goods.items import Item
from models.goods.stock import Goods
from models.safe import opening
from models.units import THOUSAND

COUNT = 2200
PAGE = 4096
OLDER = "older"  # the file as it was some entries before


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
    """Closed books with a few entries in them, known to be good."""
    with closing(as_program(Database.create(folder, crash.KEY))) as db:
        with db.write() as session:
            lay_out(session).receive(1000)
        hand_out(db, 25)
    shutil.copy(folder / FILE, folder / OLDER)
    with closing(as_program(opening.open_books(folder, crash.KEY).db)) as db:
        hand_out(db, 25)
    return folder


def hand_out(db: Database, times: int) -> None:
    with db.write() as session:
        store = places.find(session, "Main store")
        blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
        assert store is not None
        for _ in range(times):
            stock.hand_out(session, store, [Goods(blanket, 2 * THOUSAND)], on=DAY)


def missed_in(whole: Path, chance: random.Random) -> str:
    """Damage a copy of closed books; how, when nobody noticed."""
    copy = whole.with_name("damaged")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(whole, copy)
    older = (whole / OLDER).read_bytes() if chance.randrange(10) == 0 else b""
    how, content = damaged((whole / FILE).read_bytes(), chance, older)
    (copy / FILE).write_bytes(content)
    if chance.randrange(2):
        (copy / imprint.FILE).unlink()
        how = f"{how}, no imprint" if how else ""
    return "" if is_noticed(copy) else how


def damaged(content: bytes, chance: random.Random, older: bytes = b"") -> tuple[str, bytes]:
    """How the content was damaged, and what came of it; with `older` a page is put back."""
    changed = bytearray(content)
    if older:
        start = chance.choice(list(differing(content, older)))
        changed[start : start + PAGE] = older[start : start + PAGE]
        return f"older page at {start}", bytes(changed)
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


def differing(content: bytes, older: bytes) -> list[int]:
    """Where the pages begin that are not as they were."""
    starts = range(0, min(len(content), len(older)), PAGE)
    return [at for at in starts if content[at : at + PAGE] != older[at : at + PAGE]]


def is_noticed(folder: Path) -> bool:
    """One plain sentence, at the door or by the checks, before the books are called in order."""
    try:
        opened = opening.open_books(folder, crash.KEY)
    except DomainError:
        return True
    opened.db.engine.dispose()
    return bool(opened.problems)
