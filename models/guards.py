"""The triggers that keep posted rows, as this program makes them on each engine.

One that is gone or switched off is found, and so is another one under its name: of each its digest
is known, in `models/data/guards.csv`.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.rights import question
from models.roles import EVERYONE

MADE = Path(__file__).parent / "data" / "guards.csv"
FILE, SERVER = "sqlite", "postgresql"  # of the schema, by engine
RIGHTS = "rights"  # made on a server together with the rights of its users
SIGNS = 16  # of a digest

IN_FILE = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
ON_SERVER = text(
    "SELECT t.tgname, c.relname, t.tgtype, t.tgqual IS NULL, p.proname, p.prosrc,"
    " (SELECT string_agg(a.attname, ' ' ORDER BY a.attname) FROM pg_attribute a"
    "  WHERE a.attrelid = c.oid AND a.attnum = ANY (t.tgattr))"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
    " AND c.relnamespace = 'public'::regnamespace ORDER BY t.tgname, c.relname"
)


@question(*EVERYONE)
def changed(session: Session) -> set[str]:
    """The names of those of the schema that are not there as they were made."""
    engine = session.get_bind().dialect.name
    return differing(engine, present(session))


@question(*EVERYONE)
def present(session: Session, said: Callable[[str], str] = str) -> dict[str, str]:
    """Every trigger that is at work, and its digest.

    `said(source)` is how a function's source is read, where part of it differs between servers.
    """
    parts: dict[str, list[object]] = defaultdict(list)
    if session.get_bind().dialect.name == FILE:
        for name, statement in session.execute(IN_FILE):
            parts[name].append(statement)
    else:
        for name, table, kind, is_always, function, source, columns in session.execute(ON_SERVER):
            parts[name] += [table, kind, is_always, function, said(source), columns]
    return {name: digest(*of) for name, of in parts.items()}


def differing(made: str, found: Mapping[str, str]) -> set[str]:
    """Which of those that were made so are not among what was found."""
    return {name for name, own in known(made).items() if found.get(name) != own}


@cache
def known(made: str) -> Mapping[str, str]:
    """The digests of the guards of an engine's schema, or of RIGHTS, by name."""
    return {name: digest for which, name, digest in _rows() if which == made}


def digest(*parts: object) -> str:
    """What recognises a guard without repeating it."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:SIGNS]


def _rows() -> Iterator[tuple[str, str, str]]:
    with MADE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["made"], row["guard"], row["digest"]
