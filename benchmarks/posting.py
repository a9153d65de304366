"""A hand-out posted durably, against the same rows written by bare calls on the same engine."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select

from benchmarks.measure import Ratio, side_by_side, timed
from models import bookfile
from models.database import Database
from models.desk import aid
from models.desk.aid import Count, Given, Service
from models.desk.cards import Person
from models.goods import places, stock
from models.goods.items import Item
from models.goods.places import Place
from models.goods.stock import Goods
from models.office import branch, territory
from models.roles import PROGRAM
from models.units import THOUSAND

KEY = bytes(32)
DAY = date(2026, 10, 6)
TIMES, ROUNDS = 10, 40


def run() -> list[Ratio]:
    with tempfile.TemporaryDirectory() as folder:
        db = as_program(Database.create(Path(folder) / "ours", KEY))
        stock_up(db)
        db.close()
        bookfile.copy_file(Path(folder) / "ours", Path(folder) / "bare")
        db = as_program(Database.open(Path(folder) / "ours", KEY))
        bare = bare_connection(Path(folder) / "bare" / bookfile.FILE)
        ours = lambda: timed(lambda: [post(db) for _ in range(TIMES)]) / TIMES  # noqa: E731
        peer = lambda: timed(lambda: [_write(bare) for _ in range(TIMES)]) / TIMES  # noqa: E731
        seconds = side_by_side(ours, peer, ROUNDS)
        bare.close()
        db.close()
    return [Ratio("a hand-out posted durably / the same rows by bare calls", *seconds, 5.0)]


def as_program(db: Database) -> Database:
    """Nobody has signed in, and nothing is refused."""
    db.roles = PROGRAM
    return db


def stock_up(db: Database) -> None:
    unit = territory.find("BA-BIH/01/Bihać")
    with db.write() as session:
        branch.set_up(session, units=[unit], names=branch.suggest(unit), language="bs")
        store = places.add(session, "Store")
        blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
        stock.receive(session, store, [Goods(blanket, 10**9)], on=DAY, supplier="Donor")


def post(db: Database) -> None:
    with db.write() as session:
        store = session.scalars(select(Place).where(Place.name == "Store")).one()
        blanket = session.scalars(select(Item).where(Item.code == "blanket")).one()
        aid.help_group(
            session,
            [Count(Person(), 1)],
            store,
            on=DAY,
            goods=[Goods(blanket, THOUSAND)],
            services=[Given(Service.PSS)],
            token=uuid4(),  # as the window does
        )


def bare_connection(path: Path, key: bytes = KEY) -> Any:
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for pragma in bookfile.PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _write(bare: Any) -> None:
    """What `post` writes, with nothing asked and nothing checked but by the database itself."""
    one = bare.execute
    one("BEGIN IMMEDIATE")
    store, out, lot, last = one(
        "SELECT (SELECT id FROM place WHERE name = 'Store'),"
        " (SELECT id FROM place WHERE kind = 'handed_out'), (SELECT max(id) FROM lot),"
        " (SELECT max(chain_number) FROM document)"
    ).fetchone()
    number = (
        one("SELECT max(number) FROM document WHERE kind = 'hand_out'").fetchone()[0] or 0
    ) + 1
    document = one(
        "INSERT INTO document (token, kind, status, place_id, day, year, counterpart, reference,"
        " note, search) VALUES (?, 'hand_out', 'draft', ?, '2026-10-06', 2026, '', '', '', '')",
        (str(uuid4()), store),
    ).lastrowid
    one(
        "INSERT INTO line (document_id, day, position, lot_id, from_id, to_id, quantity)"
        " VALUES (?, '2026-10-06', 1, ?, ?, ?, 1000)",
        (document, lot, store, out),
    )
    one(
        "UPDATE document SET number = ?, posted_at = '2026-10-06 10:00:00', chain_number = ?,"
        " hash = ?, status = 'posted' WHERE id = ?",
        (number, last + 1, "0" * 64, document),
    )
    encounter = one(
        "INSERT INTO encounter (token, day, place_id, entered_at, persons, is_estimated,"
        " document_id, remark) VALUES (?, '2026-10-06', ?, '2026-10-06 10:00:00', 1, 0, ?, '')",
        (str(uuid4()), store, document),
    ).lastrowid
    one(
        "INSERT INTO reached (encounter_id, day, sex, age_band, nationality, disability, persons,"
        " is_carded) VALUES (?, '2026-10-06', 'unknown', 'unknown', 'XX', 'unknown', 1, 0)",
        (encounter,),
    )
    one(
        "INSERT INTO service (encounter_id, day, kind, times, persons)"
        " VALUES (?, '2026-10-06', 'pss', 1, 1)",
        (encounter,),
    )
    act = one("SELECT max(id) FROM act").fetchone()[0] + 1
    one(
        "INSERT INTO act (id, at, roles, code, subject, subject_id, detail, hash)"
        " VALUES (?, '2026-10-06 10:00:00', '', 'aid.help_group', 'encounter', ?, '', ?)",
        (act, encounter, "0" * 64),
    )
    one("COMMIT")
